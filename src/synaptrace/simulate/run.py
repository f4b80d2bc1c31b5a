"""Run a protocol on a model."""

import json

import numpy as np

from synaptrace.badges import badge, dependencies
from synaptrace.errors import ProtocolError, ResultError
from synaptrace.flatten import model_hash
from synaptrace.models import load_model
from synaptrace.population import MOST, draw_people
from synaptrace.protocol import Patient, Protocol, read_protocol
from synaptrace.results import make_dataset, open_result, tables_of
from synaptrace.simulate.grid import default_times, evenly, fixed_times, thinned
from synaptrace.simulate.prepare import POPULATION_RTOL, prepare
from synaptrace.simulate.summary import Summary
from synaptrace.solve.engine import default_threads
from synaptrace.solve.schedule import distinct
from synaptrace.units import duration
from synaptrace.version import __version__
from synaptrace.vocabulary import shared

FEW, POINTS = 20, 200  # populations of more than 20 get 200 times unless asked
CHUNK = 1024  # patients summarized at once


def run(
    protocol="single_infusion",
    model="standard",
    *,
    patient=None,
    changes=None,
    people=1,
    seed=0,
    at=None,
    every=None,
    threads=None,
    rtol=None,
    optimize=None,
):
    """Simulate a protocol and return labeled curves.

    Parameters
    ----------
    protocol : str, path or Protocol
        A shipped name, a TOML file, a saved result (.nc, repeated to the same digits), or a Protocol.
    model : str or Model
    patient : Patient or dict
        Replaces the protocol's patient.
    changes : dict
        {parameter: 'number unit'}, or {parameter: ('number unit', 'because')}.
    people : int
        1 is the typical patient; more are virtual patients with the declared variability.
    seed : int
    at : list of str
        Output times, such as ['40 min', '2 h'], instead of the default ones.
    every : str
        Step between output times, instead of the default ones.
    threads : int
        Digits do not depend on it.

    Returns
    -------
    xarray.Dataset
        Dimensions (patient, time), time in hours; units, meaning, writer and badge on every variable.

    Raises
    ------
    SynaptraceError
        For anything that cannot be carried out as asked.
    """
    if str(protocol).endswith(".nc"):
        return repeat(protocol, threads=threads)
    protocol = protocol if isinstance(protocol, Protocol) else read_protocol(protocol)
    if patient is not None:
        protocol = protocol.for_patient(patient if isinstance(patient, Patient) else Patient(**patient))
    model = load_model(model) if isinstance(model, str) else model
    for name, change in (changes or {}).items():
        model = model.set(name, *((change,) if isinstance(change, str) else change))
    _check_people(people, seed)
    times = {"at": [at] if isinstance(at, str) else list(at)} if at else {"every": every} if every else {}
    if at and every:
        raise ProtocolError(
            "'at' and 'every' both choose the output times.", given=f"at {at}, every {every}", fix="leave one out"
        )
    return _run(protocol, model, people, seed, times, threads or default_threads(), rtol, optimize)


def _check_people(people, seed):
    if isinstance(people, bool) or not isinstance(people, int) or not 1 <= people <= MOST:
        raise ProtocolError(f"'{people}' is not a number of people.", given=f"people = {people!r}", expected=f"1 to {MOST}")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ProtocolError(f"'{seed}' is not a seed.", given=f"seed = {seed!r}", expected="a whole number from 0")


def _run(protocol, model, people, seed, times, threads, rtol, optimize):
    if times:
        _asked_moments(protocol, times)
    draws = draw_people(model, people, seed) if people > 1 else {}
    prepared = prepare(model, protocol, draws, people, threads, rtol, optimize=optimize)
    names = prepared.engine.kernels.observed
    units = {n: shared(n, model.vocabulary).unit for n in names}
    numbers = dependencies(model)
    badges = {n: badge(model, numbers[n]) for n in names}
    measured = [t for _, at in protocol.measures for t in at]
    few = people <= FEW
    grid = default_times(prepared if few else prepare(model, protocol, {}, 1, 1, POPULATION_RTOL), protocol, measured)
    summary = _summary(prepared, Summary(protocol, units, badges), grid, people)
    thin = grid if few else thinned(grid, fixed_times(prepared, protocol, measured), POINTS)
    moments = _asked_moments(protocol, times) if times else thin
    found = prepared.run(moments)
    attributes = _attributes(protocol, model, people, seed, times, prepared, found.failures)
    attributes |= {"peaks": summary.peak_rows(), "measured": summary.measured_rows()}
    coordinates = {f"draw.{k}": v for k, v in draws.items()}
    return make_dataset(moments, _variables(model, protocol, names, found, badges), attributes, coordinates)


def _summary(prepared, summary, grid, people):
    """Peaks and measured values on the full grid, in chunks so that a large population fits into memory."""
    for first in range(0, people, CHUNK):
        part = prepared.part(first, min(people, first + CHUNK)).run(grid)
        summary.add(grid, part.values, {f["patient"] for f in part.failures})
    return summary


def _variables(model, protocol, names, found, badges):
    """{quantity: (array, attributes)} of the dataset."""
    clamped, variables = {c.quantity for c in protocol.clamps}, {}
    for k, name in enumerate(names):
        entry = shared(name, model.vocabulary)
        writer = "clamped by the protocol" if name in clamped else model.writers()[name].name
        about = {"units": entry.unit, "long_name": entry.meaning, "badge": badges[name], "mechanism": writer}
        variables[name] = (found.values[:, :, k], about)
    return variables


def _asked_moments(protocol, times):
    """Output times in hours that --at or --every ask for."""
    if "every" in times:
        step = duration(times["every"], "every")
        if not 0 < step or (protocol.end - protocol.start) / step > 1e6:
            raise ProtocolError(
                f"'{times['every']}' is not a usable step.",
                given=f"every {times['every']}",
                expected="a positive time, at most a million steps",
            )
        return evenly(protocol, step)
    asked = [duration(t, "at") for t in times["at"]]
    outside = [t for t in asked if not protocol.start <= t <= protocol.end]
    if outside:
        raise ProtocolError(
            f"{outside[0]:g} h lies outside the protocol.",
            given=f"at {', '.join(times['at'])}",
            expected=f"{protocol.start:g} to {protocol.end:g} h",
        )
    return np.array(distinct(asked))


def _attributes(protocol, model, people, seed, times, prepared, failures):
    import llvmlite.binding as llvm

    outside = [f"{n} is set outside its plausible range" for n in model.outside_range()]
    roots = [f"patient {r['patient']} has a second state of rest in {', '.join(r['states'])}" for r in prepared.second_roots]
    engine = prepared.engine
    used = ", ".join(q.removeprefix("patient.") for q in model.inputs if q.startswith("patient.")) or "none of it"
    return {
        "title": protocol.tables.title or protocol.id,
        "protocol": protocol.id,
        "protocol_tables": protocol.to_tables(),
        "words": protocol.words(),
        "patient": protocol.patient.table(),
        "patient_words": f"{protocol.patient.words()} (this model uses {used})",
        "model": model.name,
        "model_hash": model_hash(model),
        "changes": [list(c) for c in model.changes],
        "people": people,
        "seed": seed,
        "times": times,
        "rtol": engine.rtol,
        "atol": "1e-07 of each state's scale",
        "solver": "Rodas5P",
        "llvm": ".".join(map(str, llvm.llvm_version_info)),
        "synaptrace_version": __version__,
        "failures": failures,
        "second_roots": prepared.second_roots,
        "warnings": outside + roots,
        "use": "research and teaching only, never for dosing a person",
        "Conventions": "CF-1.11",
    }


def repeat(path, threads=None):
    """Run a saved result again, to the same digits. Raises ResultError if the model has changed since."""
    saved = open_result(path)
    tables = tables_of(saved)
    model = load_model(saved.attrs["model"])
    for name, text, because in tables["changes"]:
        model = model.set(name, text, because)
    if model_hash(model) != saved.attrs["model_hash"]:
        raise ResultError(
            f"'{path}' was made by another version of the model.",
            given=saved.attrs["synaptrace_version"],
            got=__version__,
            fix="run its protocol anew, or install that version",
        )
    protocol = Protocol(**json.loads(saved.attrs["protocol_tables"]))
    attrs = saved.attrs
    return _run(
        protocol,
        model,
        int(attrs["people"]),
        int(attrs["seed"]),
        tables["times"],
        threads or default_threads(),
        float(attrs["rtol"]),
        None,
    )
