"""Run a protocol on a model."""

import json

import numpy as np

from synaptrace.badges import badge, borrowed, dependencies, numbers_behind, species
from synaptrace.bridge import changed, with_tables
from synaptrace.errors import ProtocolError, ResultError, nearest
from synaptrace.flatten import flatten, model_hash
from synaptrace.models import load_model
from synaptrace.overlays import apply_overlay, trace_of
from synaptrace.perturbations import perturb
from synaptrace.population import MOST, draw_people
from synaptrace.protocol import Cohort, Patient, Protocol, plan_of, read_protocol, read_regimens
from synaptrace.results import make_dataset, open_result, tables_of
from synaptrace.simulate.bands import band_rows, variants
from synaptrace.simulate.cascade import SHOWN, Course
from synaptrace.simulate.grid import default_times, evenly, fixed_times, thinned
from synaptrace.simulate.prepare import begin_of, prepare, windows_of
from synaptrace.simulate.summary import Summary, is_summarized
from synaptrace.solve.engine import default_threads
from synaptrace.solve.schedule import distinct
from synaptrace.tables import good_enough
from synaptrace.units import duration
from synaptrace.version import __version__
from synaptrace.vocabulary import shared

FEW, POINTS = 20, 200  # populations of more than 20 get 200 times unless asked
COVARIATES = {"patient.weight": "weight", "patient.age": "age", "patient.female": "sex", "patient.CYP2B6_copies": "CYP2B6"}
CHUNK = 128  # patients summarized at once


def run(
    protocol="single_infusion",
    model="standard",
    *,
    patient=None,
    changes=None,
    perturbed=(),
    overlays=(),
    people=1,
    seed=0,
    at=None,
    every=None,
    until=None,
    threads=None,
    rtol=None,
    optimize=None,
):
    """Simulate a protocol and return labeled curves.

    Parameters
    ----------
    protocol : str, path or Protocol
        A shipped name, a TOML file, a NONMEM-style CSV of people, a saved result (.nc, repeated to the same digits), or a
        Protocol or Cohort.
    model : str or Model
    patient : Patient or dict
        Replaces the protocol's patient.
    overlays : list of str
        Named sets of numbers from library/parameters, or .toml files, put on the model before the changes.
    changes : dict
        {parameter: 'number unit'}, or {parameter: ('number unit', 'because')}.
    perturbed : str or list of str
        Named perturbations that act beside the doses, or .toml files; put on before the changes.
    people : int
        1 is the typical patient; more are virtual patients with the declared variability.
    seed : int
    at : list of str
        Output times, such as ['40 min', '2 h'], instead of the default ones.
    every : str
        Step between output times, instead of the default ones.
    until : str
        End of a CSV of people; else 48 h after its last record.
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
    protocol = _plan(protocol, until, people, patient)
    if patient:
        protocol = protocol.for_patient(patient if isinstance(patient, Patient) else Patient(**patient))
    model = load_model(model) if isinstance(model, str) else model
    for overlay in [overlays] if isinstance(overlays, str) else overlays:
        model = apply_overlay(model, overlay)
    model = perturb(model, perturbed)
    for name, change in (changes or {}).items():
        model = changed(model, name, *((change,) if isinstance(change, str) else change))
    protocol = _traced(protocol, model)
    _check_people(people, seed)
    times = {"at": [at] if isinstance(at, str) else list(at)} if at else {"every": every} if every else {}
    if at and every:
        raise ProtocolError(
            "'at' and 'every' both choose the output times.", given=f"at {at}, every {every}", fix="leave one out"
        )
    return _run(protocol, model, people, seed, times, threads or default_threads(), rtol, optimize)


def _plan(protocol, until, people, patient):
    """The Protocol or Cohort that is meant."""
    csv = str(protocol).endswith(".csv")
    plan = (
        protocol
        if isinstance(protocol, (Protocol, Cohort))
        else read_regimens(protocol, until)
        if csv
        else read_protocol(protocol)
    )
    if until is not None and not csv:
        raise ProtocolError("'until' is for a CSV of people.", given=f"until {until}", fix="give the protocol an end")
    if isinstance(plan, Cohort) and people != 1:
        raise ProtocolError("a CSV brings its own people.", given=f"people = {people}", fix="leave people out")
    if isinstance(plan, Cohort) and patient:
        raise ProtocolError("a CSV says who its people are.", given=f"patient {patient}", fix="give WT, AGE, SEX as columns")
    return plan


def _traced(protocol, model):
    """The protocol, or the one whose clamped trace an overlay puts in the place of its doses."""
    trace = trace_of(model)
    dosed = isinstance(protocol, Protocol) and protocol.administrations()
    return read_protocol(trace[1]) if trace and dosed else protocol


def _trace_words(protocol, model):
    """A sentence on the clamped trace that an overlay chose, if this is it."""
    overlay, trace = trace_of(model) or ("", "")
    chosen = trace and protocol.id == trace
    return [f"brain levels are the clamped trace of {trace}, as the overlay '{overlay}' says"] if chosen else []


def _check_people(people, seed):
    if isinstance(people, bool) or not isinstance(people, int) or not 1 <= people <= MOST:
        raise ProtocolError(f"'{people}' is not a number of people.", given=f"people = {people!r}", expected=f"1 to {MOST}")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ProtocolError(f"'{seed}' is not a seed.", given=f"seed = {seed!r}", expected="a whole number from 0")


def _run(protocol, model, people, seed, times, threads, rtol, optimize):
    if times:
        _asked_moments(model, protocol, times)
    model = with_tables(model)
    draws = draw_people(model, people, seed) if people > 1 else {}
    cohort = protocol if isinstance(protocol, Cohort) else None
    people = len(cohort.members) if cohort else people
    fed = [name for g in protocol.administrations() for channel in g.channels for name in g.inputs(channel)]
    choices = [] if cohort else variants(model, fed)
    names = _kept(model, protocol, people)
    watched = [f"outside|{t}" for t in model.table_names()]
    seen = [*names, *watched]
    prepared = prepare(model, protocol, draws, people, threads, rtol, optimize=optimize, variants=choices, observed=seen)
    units = {n: shared(n, model.vocabulary).unit for n in names}
    numbers, far, badges = _badges(model, protocol, fed, names)
    measured = [t for _, at in protocol.measures for t in at]
    few = people <= FEW
    typical = prepared.part(people, people + 1) if choices and not few else prepared.part(0, people)
    grid = default_times(typical, protocol, measured)
    summary, course = Summary(protocol, units, badges, watched), Course(protocol, fed, names, badges, _about(model, protocol))
    _summarize(prepared, summary, course, grid, people)
    thin = grid if few else thinned(grid, fixed_times(typical, protocol, measured), POINTS)
    moments = _asked_moments(model, protocol, times) if times else thin
    found = prepared.part(0, people).run(moments)
    attributes = _attributes(protocol, model, people, seed, times, prepared, found.failures)
    attributes["warnings"] += summary.outside_words() + _poor_tables(model)
    moving = [q for k, q in enumerate(names) if np.ptp(found.values[:, :, k]) > 0]
    attributes |= _from_elsewhere(model, far, {n for q in moving for n in numbers[q]})
    other = prepared.part(people, people + len(choices))
    bands = band_rows(names, other.run(grid).values, choices) if len(choices) > 1 else {}
    attributes |= {"peaks": [row | bands.get(row["name"], {}) for row in summary.peak_rows()]}
    attributes |= {"cascade": course.rows(), "person": course.person(model, numbers)}
    attributes |= {"measured": summary.measured_rows(), "compared": _compared(prepared, cohort, names) if cohort else []}
    coordinates = {f"draw.{k}": v for k, v in draws.items()}
    variables = _variables(model, protocol, names, found, badges)
    variables |= course.variables(prepared.part(0, people), moments, variables, few)
    if people == 1 and bands:
        variables |= _band_variables(names, bands, other.run(moments).values, variables)
    return make_dataset(moments, variables, attributes, coordinates)


def _about(model, protocol):
    """Species that a run is about: what an overlay says, or rodent where a trace drives the potency of rodents."""
    driven = [
        c for c in protocol.clamps if c.quantity == "species.rodent" and any(c.numbers(shared(c.quantity, model.vocabulary)))
    ]
    return "rodent" if driven and species(model) == "human" else species(model)


def _from_elsewhere(model, far, reached):
    """{"borrowed": {species: names}} of a run about another species than people: what its moving curves borrow."""
    if species(model) == "human":
        return {}
    mine = {n: s for n, s in far.items() if n in reached}
    return {"borrowed": {s: [n for n in mine if mine[n] == s] for s in dict.fromkeys(mine.values())}}


def _compared(prepared, cohort, names):
    """Rows {id, name, time_h, unit, observed, predicted, relative_error} for the observations of a cohort."""
    if not cohort.observations:
        return []
    moments = distinct([o["time_h"] for o in cohort.observations])
    values = prepared.part(0, len(cohort.members)).run(moments).values
    rows = []
    for o in cohort.observations:
        k = int(np.argmin([abs(t - o["time_h"]) for t in moments]))
        if o["name"] not in names:
            raise ProtocolError(
                f"the model has no '{o['name']}' to compare with.",
                given=f"DVNAME of ID {o['id']}",
                nearest=nearest(o["name"], names),
            )
        predicted = float(values[cohort.ids.index(o["id"]), k, names.index(o["name"])])
        error = predicted / o["value"] - 1 if o["value"] else float("inf")
        rows.append(
            {"id": o["id"], "name": o["name"], "time_h": o["time_h"], "unit": o["unit"], "observed": o["value"],
             "predicted": predicted, "relative_error": error}
        )  # fmt: skip
    return rows


def _kept(model, protocol, people):
    """Quantities that a result holds: all of them for few people, what is summarized or measured for many."""
    asked = {what for what, _ in protocol.measures} | {o["name"] for o in getattr(protocol, "observations", [])}
    return [
        q
        for q in flatten(model, [c.quantity for c in protocol.clamps]).outputs
        if people <= FEW or is_summarized(q) or q in asked or q in SHOWN
    ]


def _band_variables(names, bands, values, variables):
    """The lowest and the highest curve of every quantity that the open choices move."""
    found = {}
    for name in bands:
        curves, about = values[:, :, names.index(name)], variables[name][1]
        for end, edge in (("low", curves.min(axis=0)), ("high", curves.max(axis=0))):
            words = f"{about['long_name']}, {end}est over {bands[name]['band_over']}"
            found[f"{name}_{end}"] = (edge[None], {**about, "long_name": words})
    return found


def _badges(model, protocol, fed, names):
    """Numbers behind every quantity, those of other species, and the badges of the named quantities."""
    numbers = dependencies(model, fed, [c.quantity for c in protocol.clamps])
    rows = numbers_behind(model)
    far = borrowed(model, rows)
    return numbers, far, {n: badge(model, numbers[n], rows, far) for n in names}


def _summarize(prepared, summary, course, grid, people):
    """Peaks, measured values and the short table on the full grid, in chunks so that a large population fits into memory."""
    for first in range(0, people, CHUNK):
        part = prepared.part(first, min(people, first + CHUNK))
        found = part.run(grid)
        failed = {f["patient"] for f in found.failures}
        summary.add(grid, found.values, failed)
        course.add(first, grid, found.values, part, failed)


def _variables(model, protocol, names, found, badges):
    """{quantity: (array, attributes)} of the dataset."""
    clamped, variables = {c.quantity for c in protocol.clamps}, {}
    for k, name in enumerate(names):
        entry = shared(name, model.vocabulary)
        writer = "clamped by the protocol" if name in clamped else model.writers()[name].name
        about = {"units": entry.unit, "long_name": entry.meaning, "badge": badges[name], "mechanism": writer}
        variables[name] = (found.values[:, :, k], about)
    return variables


def _asked_moments(model, protocol, times):
    """Output times in hours that --at or --every ask for."""
    begin = begin_of(model, protocol)
    if "every" in times:
        step = duration(times["every"], "every")
        if not 0 < step or (protocol.end - begin) / step > 1e6:
            raise ProtocolError(
                f"'{times['every']}' is not a usable step.",
                given=f"every {times['every']}",
                expected="a positive time, at most a million steps",
            )
        return evenly(begin, protocol.end, step)
    asked = [duration(t, "at") for t in times["at"]]
    outside = [t for t in asked if not begin <= t <= protocol.end]
    if outside:
        raise ProtocolError(
            f"{outside[0]:g} h lies outside the protocol.",
            given=f"at {', '.join(times['at'])}",
            expected=f"{begin:g} to {protocol.end:g} h",
        )
    return np.array(distinct(asked))


def _attributes(protocol, model, people, seed, times, prepared, failures):
    import llvmlite.binding as llvm

    outside = [f"{n} is set outside its plausible range" for n in model.outside_range()]
    roots = [f"patient {r['patient']} has a second state of rest in {', '.join(r['states'])}" for r in prepared.second_roots]
    engine = prepared.engine
    unused = _unused(protocol, model)
    used = ", ".join(dict.fromkeys(COVARIATES.get(q, "co_medication") for q in model.inputs if q.startswith("patient.")))
    return {
        "title": protocol.tables.title or protocol.id,
        "protocol": protocol.id,
        "protocol_tables": protocol.to_tables(),
        "words": protocol.words(),
        "patient": protocol.patient.table(),
        "patient_words": f"{protocol.patient.words()} (this model uses {used or 'none of it'})",
        "model": model.name,
        "model_hash": model_hash(model),
        "overlays": list(model.overlays),
        "perturbations": [p.where or p.name for p in model.perturbations],
        "changes": [list(c) for c in dict.fromkeys([*model.changes, *model.fast_changes])],
        "tables": {name: table.hash for name, table in model.tables.items()},
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
        "warnings": protocol.notes() + _trace_words(protocol, model) + unused + _idle(protocol, model) + outside + roots,
        "use": "research and teaching only, never for dosing a person",
        "Conventions": "CF-1.11",
    }


def _poor_tables(model):
    """A sentence for every table whose error is larger than tables may have."""
    poor = [name for name, table in model.tables.items() if not good_enough(table.table["built"]["error"])]
    return [f"the table '{name}' is less exact than tables should be" for name in poor]


def _unused(protocol, model):
    """A sentence when somebody takes a drug or has a genotype that this model knows nothing of."""
    people = [m.patient for m in getattr(protocol, "members", [protocol])]
    stated = {drug for p in people for drug in p.co_medication} | {"CYP2B6_copies" for p in people if p.CYP2B6_copies}
    missing = sorted(s for s in stated if f"patient.{s}" not in model.inputs)
    return [f"the model '{model.name}' does not know the effect of {', '.join(missing)}"] if missing else []


def _idle(protocol, model):
    """A sentence for every perturbation that would begin only after the run has ended."""
    members = getattr(protocol, "members", [protocol])
    begins = {p.name: min(windows_of(model, m)[p.input][0][0] for m in members) for p in model.perturbations if p.window}
    return [f"'{name}' would begin at {t:g} h, after this run has ended" for name, t in begins.items() if t >= protocol.end]


def repeat(path, threads=None):
    """Run a saved result again, to the same digits. Raises ResultError if the model has changed since."""
    saved = open_result(path)
    tables = tables_of(saved)
    model = load_model(saved.attrs["model"])
    for overlay in tables.get("overlays", []):
        model = apply_overlay(model, overlay)
    model = perturb(model, tables.get("perturbations", []))
    for name, text, because in tables["changes"]:
        model = changed(model, name, text, because)
    model = with_tables(model)
    if model_hash(model) != saved.attrs["model_hash"]:
        raise ResultError(
            f"'{path}' was made by another version of the model.",
            given=f"{saved.attrs['model_hash'][:12]}, made by synaptrace {saved.attrs['synaptrace_version']}",
            got=f"{model_hash(model)[:12]}, synaptrace {__version__}",
            fix="run its protocol anew, or install that version",
        )
    protocol = plan_of(json.loads(saved.attrs["protocol_tables"]))
    attrs = saved.attrs
    return _run(
        protocol,
        model,
        1 if isinstance(protocol, Cohort) else int(attrs["people"]),
        int(attrs["seed"]),
        tables["times"],
        threads or default_threads(),
        float(attrs["rtol"]),
        None,
    )
