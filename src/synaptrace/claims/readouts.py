"""What a part of a claim reads off a run: a value, a peak, an area, a ratio."""

import json
from dataclasses import dataclass, replace

import numpy as np

from synaptrace import units
from synaptrace.claims.checks import TOLERANCE
from synaptrace.errors import WiringError
from synaptrace.models import load_model
from synaptrace.nca import analyze
from synaptrace.overlays import apply_overlay
from synaptrace.perturbations import perturb
from synaptrace.population import draw_people
from synaptrace.protocol import Protocol, read_protocol
from synaptrace.simulate.bands import Variant
from synaptrace.simulate.grid import default_times
from synaptrace.simulate.prepare import prepare
from synaptrace.units import duration
from synaptrace.vocabulary import shared

KINDS = ("values", "value", "change", "peak", "time of peak", "area", "half-life", "parameter")


@dataclass(frozen=True)
class Planned:
    """One run text with its model, protocol and people: 1 is the typical one; of more the mean is read."""

    model: object
    protocol: object
    people: int = 1
    seed: int = 1


def plan(run):
    """The model and protocol of a run table: a shipped protocol, or inline doses."""
    model = load_model(run.get("model", "exposure"))
    for overlay in run.get("overlays", []):
        model = apply_overlay(model, overlay)
    for name, text in run.get("changes", {}).items():
        model = model.set(name, text, "as the claim says")
    model = perturb(model, run.get("perturb", []))
    if "protocol" in run:
        protocol = read_protocol(run["protocol"])
    else:
        doses = [{"route": "iv", **({} if "at" in d else {"start": "0 h"}), **d} for d in run.get("doses", [])]
        more = {k: run[k] for k in ("end", "clamp") if k in run}
        protocol = Protocol("claim", dose=doses, **more)
    if "patient" in run:
        protocol = Protocol(**{**protocol.to_tables(), "patient": run["patient"]})
    return Planned(model, protocol, run.get("people", 1), run.get("seed", 1))


def run_text(run):
    """A run table as one text, the key under which runs are shared and cached."""
    return json.dumps(run, sort_keys=True)


def curves(planned, names, moments, offs):
    """(time, {quantity: array [1 + offs, moments]}): the run itself, and once for every set of switched-off numbers."""
    variants = [
        Variant((), {n: _number(planned.model, n, v) for n, v in off.items() if n in planned.model.values}) for off in offs
    ]
    if planned.people > 1:
        return _mean_of_people(planned, list(names), moments, [v.values for v in variants])
    prepared = prepare(planned.model, planned.protocol, {}, 1, 1, TOLERANCE, variants=variants, observed=list(names))
    grid = default_times(prepared.part(0, 1), planned.protocol, sorted(set(moments)))
    found = prepared.run(grid)
    return grid, {n: found.values[:, :, k] for k, n in enumerate(names)}


def _mean_of_people(planned, names, moments, offs):
    """The same with the mean of virtual people in every row; one of them failing leaves no number."""
    model, known, grid = planned.model, {}, None
    draws = draw_people(model, planned.people, planned.seed)
    keys = [json.dumps(numbers, sort_keys=True) for numbers in ({}, *offs)]
    for key in dict.fromkeys(keys):
        changed = replace(model, values=model.values | json.loads(key))
        prepared = prepare(changed, planned.protocol, draws, planned.people, 1, observed=names)
        grid = default_times(prepared.part(0, 1), planned.protocol, sorted(set(moments))) if grid is None else grid
        known[key] = prepared.run(grid).values.mean(axis=0)
    return grid, {n: np.stack([known[key][:, k] for key in keys]) for k, n in enumerate(names)}


def _number(model, name, text):
    row = model.parameters()[name]
    return units.convert(text, row.unit, row.substance)


def read(measure, time, found, row):
    """The number, or list of numbers, that a measure reads off one row of the curves."""
    total = sum(found[n][row] for n in measure["what"])
    for text in [*measure.get("at", []), *([measure["until"]] if "until" in measure else [])]:
        if not time[0] <= duration(text) <= time[-1] + 1e-9:
            raise WiringError(f"'{text}' lies outside the run of the claim.", given=f"{time[0]:g} to {time[-1]:g} h")
    entry, unit, how = shared(measure["what"][0]), measure["unit"], measure["as"]
    if how in ("values", "value"):
        scale = units.convert(f"1 {entry.unit}", unit, entry.substance)
        picked = [float(total[int(np.argmin(np.abs(time - duration(t))))] * scale) for t in measure["at"]]
        return picked if how == "values" else picked[0]
    if how == "change":
        moved = total[int(np.argmin(np.abs(time - duration(measure["at"][0]))))] - total[0]
        return float(moved) * units.convert(f"1 {entry.unit}", unit, entry.substance)
    inside = time <= duration(measure["until"]) + 1e-9 if "until" in measure else np.full(len(time), True)
    analysis = {k: float(v[0]) for k, v in analyze(time[inside], total[None, inside]).items()}
    if how == "peak":
        return analysis["cmax"] * units.convert(f"1 {entry.unit}", unit, entry.substance)
    if how == "area":
        area = analysis["auc_last"] if "until" in measure else analysis["auc_inf"]
        return area * units.convert(f"1 ({entry.unit})*h", unit, entry.substance)
    if how in ("time of peak", "half-life"):
        return analysis["tmax" if how == "time of peak" else "half_life"] * units.factor("h", unit)
    raise WiringError(f"'{how}' is not a way to read a run.", expected=", ".join(KINDS))
