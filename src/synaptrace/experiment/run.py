"""Run an experiment: every varied value, as it is and with every off-switch, as one dataset with dimensions (run, time)."""

import itertools
import re

import numpy as np

from synaptrace import units
from synaptrace.errors import ProtocolError, UnknownName, nearest
from synaptrace.models import load_model
from synaptrace.overlays import apply_overlay
from synaptrace.simulate.bench import run_bench
from synaptrace.vocabulary import shared

ABSENT = ("drug.", "brain.", "spikes.", "dendrite.", "adenosine.")  # inputs that are zero unless an experiment gives them
POINTS, FIRST, LIMIT = 2000, 8, 2000  # times, stimuli that get denser ones, runs
AS_IS = "as it is"


def run_experiment(experiment, changes=None, vary=None):
    """The curves of an experiment.

    Parameters
    ----------
    experiment : Experiment
    changes : dict
        {parameter or input: 'number unit'}, on top of the file.
    vary : dict
        {parameter, input, or 'stimulus.key': [texts]}, in place of what the file varies.

    Returns
    -------
    xarray.Dataset
        Dimensions (run, time), time in ms; coordinate `off` names the off-switch of a run, and every varied name is a
        coordinate along `run`.

    Raises
    ------
    ProtocolError, UnknownName, UnitError
        For anything that does not fit the model, before the first run.
    """
    import xarray as xr

    _check_switches(experiment)
    series = _series(experiment, vary)
    switches = [{"name": AS_IS}, *experiment.get("off", [])]
    cases = [
        (switch, dict(zip(series, values, strict=True))) for switch in switches for values in itertools.product(*series.values())
    ]
    if len(cases) > LIMIT:
        raise ProtocolError("these are too many runs.", given=str(len(cases)), expected=f"at most {LIMIT}")
    jobs = [_job(experiment, switch, varied, changes or {}) for switch, varied in cases]
    moments = np.unique(np.concatenate([job.pop("moments") for job in jobs])).tolist()
    found = xr.concat([run_bench(**job, at=moments) for job in jobs], "run", join="exact", combine_attrs="drop_conflicts")
    found = found.assign_coords(off=("run", [switch["name"] for switch, _ in cases]))
    for name in series:
        unit = _unit(experiment, jobs[0]["model"], name)
        numbers = [float(units.convert(str(varied[name]), unit)) for _, varied in cases]
        found = found.assign_coords({name: ("run", numbers, {"units": unit})})
    return found.assign_attrs(experiment=experiment["id"], title=experiment["title"], varied=",".join(series))


def _check_switches(experiment):
    for switch in experiment.get("off", []):
        if not {"conditions", "changes"} & set(switch):
            raise ProtocolError(f"the off-switch '{switch['name']}' changes nothing.", expected="conditions or changes")


def _series(experiment, vary):
    if vary:
        return {name: list(values) for name, values in vary.items()}
    return {row["name"]: [f"{v} {row.get('unit', '')}".strip() for v in row["values"]] for row in experiment.get("vary", [])}


def _job(experiment, switch, varied, changes):
    """The arguments of one bench run."""
    model = load_model(experiment["model"])
    for overlay in experiment.get("overlays", []):
        model = apply_overlay(model, overlay)
    given = {**experiment.get("conditions", {}), **switch.get("conditions", {})}
    stimuli = [(kind, dict(row)) for kind in ("step", "pulse", "train") for row in experiment.get(kind, [])]
    for name, value in [*switch.get("changes", {}).items(), *changes.items(), *varied.items()]:
        names = name.split("+")
        chosen = [(row, n.rpartition(".")[2]) for n in names for _, row in stimuli if _names(row, n)]
        if all(n in model.inputs for n in names):
            given |= {n: _share(value, len(names)) for n in names}
        elif chosen:
            for row, key in chosen:
                row[key] = value
        else:
            model = _set(model, name, value)
    held = {q: 0.0 for q in model.inputs if q.startswith(ABSENT)} | given
    held, spikes = _drive(held, stimuli)
    end = experiment["end"]
    moments = _moments(experiment, units.convert(end, "ms"), held, spikes)
    return {"model": model, "end": end, "held": held, "moments": moments, "spikes": spikes, "before": experiment.get("rest"),
            "start": experiment.get("start", "rest"), "rtol": float(experiment.get("tolerance", 1e-8))}  # fmt: skip


def _set(model, name, value):
    """The model with a number changed, at every place of a mechanism named without one."""
    fitting = [n for n in model.values if name in (n, re.sub(r"\[.*?\]", "", n))]
    if not fitting:
        known = [*model.values, *model.inputs]
        raise UnknownName(
            f"'{name}' is not a number of this experiment.", nearest=nearest(name, known), find="synaptrace where WORD"
        )
    for n in fitting:
        model = model.set(n, str(value))
    return model


def _drive(held, stimuli):
    """What is held and stepped, and what is pulsed by spikes."""
    held, spikes = dict(held), {}
    for kind, row in stimuli:
        quantity, start = row["quantity"], units.convert(str(row["start"]), "ms")
        if kind == "train":
            rate, count = units.convert(str(row["rate"]), "1/ms"), int(row["count"])
            if rate <= 0 or count < 0:
                raise ProtocolError(
                    "a train needs a rate above zero and a count.", given=f"rate = {row['rate']}, count = {count}"
                )
            delay = units.convert(str(row.get("delay", "0 ms")), "ms")
            spikes.setdefault(quantity, []).extend(start + delay + k / rate for k in range(count))
            held.pop(quantity, None)
            continue
        base = held.get(quantity, 0.0)
        steps = list(base) if isinstance(base, list) else [(0.0, base)]
        if kind == "step":
            steps.append((start, row["value"]))
        else:
            length, every = units.convert(str(row["duration"]), "ms"), units.convert(str(row.get("every", "0 ms")), "ms")
            for k in range(int(row.get("count", 1))):
                steps += [(start + k * every, row["height"]), (start + k * every + length, steps[0][1])]
        held[quantity] = steps if steps[1][0] > 0 else steps[1:]
    return held, {q: sorted(times) for q, times in spikes.items()}


def _moments(experiment, end, held, spikes):
    """Even times, and denser ones after the first steps and spikes."""
    points = int(experiment.get("points", POINTS))
    jumps = [t for steps in held.values() if isinstance(steps, list) for t, _ in steps] + [
        t for ts in spikes.values() for t in ts
    ]
    near = [t + np.concatenate([[0.0], np.geomspace(1e-3, 30, 120)]) for t in sorted(jumps)[:FIRST]]
    times = np.unique(np.concatenate([np.linspace(0, end, points), *near]))
    return times[(times >= 0) & (times < end)].tolist()


def _names(row, name):
    """Whether 'tetanus.rate' names a key of this stimulus."""
    stimulus, _, key = name.rpartition(".")
    return row.get("name") == stimulus and key in row


def _share(value, parts):
    """An even part of a text such as '1 umol/L'; the value itself for one."""
    if parts == 1:
        return value
    number, _, unit = str(value).partition(" ")
    return f"{float(number) / parts!r} {unit}".strip()


def _unit(experiment, model, name):
    """Unit in which a varied value is given along `run`."""
    first = name.split("+")[0]
    if first in model.inputs:
        return shared(first, model.vocabulary).unit
    rows = [p.unit for n, p in model.parameters().items() if name in (n, re.sub(r"\[.*?\]", "", n))]
    if rows:
        return rows[0]
    key = first.rpartition(".")[2]
    stimuli = [row for kind in ("step", "pulse", "train") for row in experiment.get(kind, []) if _names(row, first)]
    own = shared(stimuli[0]["quantity"], model.vocabulary).unit
    return {"height": own, "value": own, "rate": "1/s", "count": "1"}.get(key, "ms")
