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
from synaptrace.simulate.summary import find_measured, find_peaks
from synaptrace.solve.engine import default_threads
from synaptrace.solve.schedule import distinct
from synaptrace.units import duration
from synaptrace.version import __version__
from synaptrace.vocabulary import shared

FEW, POINTS = 20, 200  # populations of more than 20 get 200 times unless asked


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
    moments = grid = _default_moments(model, prepared, protocol, people)
    found = whole = prepared.run(grid)
    if times:
        moments = _asked_moments(protocol, times)
        found = prepared.run(moments)
    numbers = dependencies(model)
    badges = {n: badge(model, numbers[n]) for n in prepared.engine.kernels.observed}
    variables, clamped = {}, {c.quantity for c in protocol.clamps}
    for k, name in enumerate(prepared.engine.kernels.observed):
        entry = shared(name, model.vocabulary)
        variables[name] = (
            found.values[:, :, k],
            {
                "units": entry.unit,
                "long_name": entry.meaning,
                "badge": badges[name],
                "mechanism": "clamped by the protocol" if name in clamped else model.writers()[name].name,
            },
        )
    attributes = _attributes(protocol, model, people, seed, times, prepared, whole.failures)
    failed = {f["patient"] for f in whole.failures}
    curves = {n: (v[1]["units"], whole.values[:, :, k], badges[n]) for k, (n, v) in enumerate(variables.items())}
    attributes["peaks"] = find_peaks(grid, curves, failed)
    attributes["measured"] = find_measured(protocol, grid, curves, failed)
    coordinates = {f"draw.{k}": v for k, v in draws.items()} if draws else {}
    return make_dataset(moments, variables, attributes, coordinates)


def _default_moments(model, prepared, protocol, people):
    """Output times in hours when none are asked for."""
    measured = [t for _, at in protocol.measures for t in at]
    if people <= FEW:
        return default_times(prepared, protocol, measured)
    typical = prepare(model, protocol, {}, 1, 1, POPULATION_RTOL)
    return thinned(default_times(typical, protocol, measured), fixed_times(prepared, protocol, measured), POINTS)


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
