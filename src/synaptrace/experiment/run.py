"""Run an experiment: every varied value, as it is and with every off-switch, as one dataset with dimensions (run, time)."""

import itertools
import re

import numpy as np

from synaptrace import units
from synaptrace.errors import ProtocolError, UnknownName, nearest
from synaptrace.models import load_model
from synaptrace.overlays import apply_overlay
from synaptrace.simulate.bench import run_bench
from synaptrace.simulate.channels import run_channels
from synaptrace.vocabulary import shared

ABSENT = ("drug.", "brain.", "spikes.", "dendrite.", "adenosine.")  # inputs that are zero unless an experiment gives them
POINTS, LIMIT = 2000, 2000  # times; runs
DENSE = ((8, 1e-3, 30, 120), (200, 0.3, 60, 24))  # up to so many steps and spikes: times from, to (ms) after each, how many
AS_IS = "as it is"


def run_experiment(experiment, changes=None, vary=None, channels=None, seed=0):
    """The curves of an experiment.

    Parameters
    ----------
    experiment : Experiment
    changes : dict
        {parameter or input: 'number unit'}, on top of the file.
    vary : dict
        {parameter, input, or 'stimulus.key': [texts]}, in place of what the file varies.
    channels, seed : int
        Follow so many single channels that open at random, instead of the mean of very many.

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
    curves = [_channels(job, moments, channels, seed) if channels is not None else run_bench(**job, at=moments) for job in jobs]
    found = xr.concat(curves, "run", join="exact", combine_attrs="drop_conflicts")
    found = found.assign_coords(off=("run", [switch["name"] for switch, _ in cases]))
    for name in series:
        unit = _unit(experiment, jobs[0]["model"], name)
        numbers = [float(units.convert(str(varied[name]), unit)) for _, varied in cases]
        found = found.assign_coords({name: ("run", numbers, {"units": unit})})
    about = {"experiment": experiment["id"], "title": experiment["title"], "varied": ",".join(series)}
    return found.assign_attrs(about, changes=_words(changes))


def _words(changes):
    """What the caller set, as text that a saved result keeps."""
    return "; ".join(f"{name} = {value}" for name, value in (changes or {}).items())


def _channels(job, moments, channels, seed):
    """A run of single channels. Raises ProtocolError for a model that is driven by spikes."""
    if any(len(times) for times in job["spikes"].values()):
        raise ProtocolError("single channels cannot be driven by spikes here.", expected="an experiment of steps and pulses")
    job = {k: v for k, v in job.items() if k not in ("spikes", "rtol")}
    return run_channels(**job, at=moments, channels=channels, seed=seed)


def _check_switches(experiment):
    for switch in experiment.get("off", []):
        if not {"conditions", "changes", "overlays"} & set(switch):
            raise ProtocolError(f"the off-switch '{switch['name']}' changes nothing.", expected="conditions, changes or overlays")


def _series(experiment, vary):
    if vary:
        return {name: list(values) for name, values in vary.items()}
    return {row["name"]: [f"{v} {row.get('unit', '')}".strip() for v in row["values"]] for row in experiment.get("vary", [])}


def _job(experiment, switch, varied, changes):
    """The arguments of one bench run."""
    model = load_model(experiment["model"])
    for overlay in [*experiment.get("overlays", []), *switch.get("overlays", [])]:
        model = apply_overlay(model, overlay)
    given = {**experiment.get("conditions", {}), **switch.get("conditions", {})}
    stimuli = [(kind, dict(row)) for kind in ("step", "pulse", "train") for row in experiment.get(kind, [])]
    changed = [*experiment.get("changes", {}).items(), *switch.get("changes", {}).items(), *changes.items(), *varied.items()]
    for name, value in changed:
        names = name.split("+")
        chosen = [(row, n.rpartition(".")[2]) for n in names for _, row in stimuli if _names(row, n)]
        if all(n in model.inputs for n in names):
            given |= {n: _share(value, n, len(names)) for n in names}
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
    for n in meant(model, name):
        model = model.set(n, str(value))
    return model


def meant(model, name):
    """The parameters that a name means: 'file.number', with its place or at all places, or 'word.number', as in 'nmda.k_on'.

    Raises UnknownName for a name that means nothing, or numbers of several mechanisms.
    """
    bare = {n: re.sub(r"\[.*?\]", "", n) for n in model.values}
    fitting = [n for n in model.values if name in (n, bare[n])]
    if not fitting:
        word, _, number = name.rpartition(".")
        fitting = [n for n, b in bare.items() if b.endswith(f".{number}") and word in b.rpartition(".")[0].split("_")]
    found = list(dict.fromkeys(bare[n] for n in fitting))
    if len(found) > 1:
        raise UnknownName(f"'{name}' could be several numbers of this experiment.", choices=", ".join(found))
    if not fitting:
        known = [*model.values, *model.inputs]
        raise UnknownName(
            f"'{name}' is not a number of this experiment.", nearest=nearest(name, known), find="synaptrace where WORD"
        )
    return fitting


def _drive(held, stimuli):
    """What is held and stepped, and what is pulsed by spikes."""
    held, spikes = dict(held), {}
    for kind, row in _split(stimuli):
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


def _split(stimuli):
    """One row per quantity of stimuli that name several, joined by '+'."""
    for kind, row in stimuli:
        names = row["quantity"].split("+")
        for quantity in names:
            sizes = {k: _share(row[k], quantity, len(names)) for k in ("height", "value") if k in row}
            yield kind, {**row, **sizes, "quantity": quantity}


def _moments(experiment, end, held, spikes):
    """Even times, and denser ones after steps and spikes: many after the first, some after the later ones."""
    points = int(experiment.get("points", POINTS))
    jumps = {t for steps in held.values() if isinstance(steps, list) for t, _ in steps}
    jumps |= {t for times in spikes.values() for t in times}
    near = [
        t + np.concatenate([[0.0], np.geomspace(low, high, count)])
        for most, low, high, count in DENSE
        for t in sorted(jumps)[:most]
    ]
    times = np.unique(np.concatenate([np.linspace(0, end, points), *near]))
    return times[(times >= 0) & (times < end)].tolist()


def _names(row, name):
    """Whether 'tetanus.rate' names a key of this stimulus."""
    stimulus, _, key = name.rpartition(".")
    return row.get("name") == stimulus and key in row


def _share(value, quantity, parts):
    """An even part of a concentration of a drug in the brain, as of the enantiomers of a racemate; else the value itself."""
    if parts == 1 or not quantity.startswith("brain."):
        return value
    number, unit, _ = units.split(str(value))
    return f"{number / parts!r} {unit}".strip()


def _unit(experiment, model, name):
    """Unit in which a varied value is given along `run`."""
    first = name.split("+")[0]
    if first in model.inputs:
        return shared(first, model.vocabulary).unit
    if not any(_names(row, first) for kind in ("step", "pulse", "train") for row in experiment.get(kind, [])):
        return model.parameters()[meant(model, name)[0]].unit
    key = first.rpartition(".")[2]
    stimuli = [row for kind in ("step", "pulse", "train") for row in experiment.get(kind, []) if _names(row, first)]
    own = shared(stimuli[0]["quantity"].split("+")[0], model.vocabulary).unit
    return {"height": own, "value": own, "rate": "1/s", "count": "1"}.get(key, "ms")
