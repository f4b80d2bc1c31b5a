"""Curves of experiments on the bench, as it is and with the off-switch that a part names: over time, or over what is varied."""

import numpy as np

from synaptrace import units
from synaptrace.claims.bench import bench_key
from synaptrace.errors import UnknownName
from synaptrace.experiment import read_experiment, run_experiment
from synaptrace.experiment.measures import part as part_of
from synaptrace.experiment.run import AS_IS
from synaptrace.experiment.verdicts import reading_of, runs_of
from synaptrace.page.keep import POINTS, kept, rounded
from synaptrace.vocabulary import shared

STEPS = (("minutes", 60_000), ("seconds", 1000), ("milliseconds", 1))
STILL = 0.02  # share of a curve's range below which it does not move


def bench_curves(parts):
    """{id(part): curve} of parts that an experiment decides; parts of one experiment share its run.

    A curve is {title, unit, axis, time, on, off or None, read_at, window, log}: over time in ms, or, where a part reads
    across a series of runs, the reading of every run over what is varied.
    """
    groups = {}
    for part in parts:
        groups.setdefault(part["run"]["experiment"], []).append(part)
    found = {}
    for mine in groups.values():
        asked = [[p["measure"], p["off"]] for p in mine]
        curves = kept([bench_key(mine[0]["run"]), asked], [__file__], lambda mine=mine: _run(mine))
        found |= {id(p): c for p, c in zip(mine, curves, strict=True)}
    return found


def _run(parts):
    experiment = read_experiment(parts[0]["run"]["experiment"])
    measures = {m["name"]: m for m in experiment["measure"]}
    data = run_experiment(experiment)
    return [_curve(measures[p["measure"]["name"]], p["off"].get("switch"), data) for p in parts]


def _curve(measure, switch, data):
    own = runs_of(data, measure.get("of", AS_IS))
    off = runs_of(data, switch) if switch else []
    varied = str(data.attrs["varied"]).split(",")[0]
    about = _series(measure, own, off, varied, data) if "across" in measure else _course(measure, own[0], off[:1], data)
    what = " + ".join(measure["what"])
    title = f"{_meaning(measure['what'][0])} ({what}); {str(data.attrs['title'])}"
    if varied and "across" not in measure:
        title += f", at {varied} = {float(data[varied].values[own[0]]):.3g} {data[varied].attrs['units']}"
    return {"title": title, **about, "read_at": [], "window": None}


def _meaning(name):
    try:
        return shared(name).meaning
    except UnknownName:
        return name


def bench_lines(lines, data, unit=None, axis_unit=None):
    """(about, [(x, y)]) of several lines of one experiment in one figure.

    Parameters
    ----------
    lines : list of dict
        Measures, each with "of", the off-switch whose runs are drawn; read across a series where the experiment varies
        something, else over time.
    data : Dataset
        What `run_experiment` returns.
    unit : str
        In which the values are drawn; as they are if left out.
    axis_unit : str
        The same for the x axis.

    Returns
    -------
    about : dict
        unit, axis and log of the figure, the unit "place" of texts on its x axis, its "size" in that unit and its "word".
    """
    varied = str(data.attrs["varied"]).split(",")[0]
    own = data[lines[0]["what"][0]].attrs["units"] if "over" not in lines[0] else "1"
    scale = units.convert(f"1 {own}", unit) if unit and unit != own else 1.0
    series = bool(varied) and all("as" in line for line in lines)
    about, traces = (_over_series if series else _over_time)(lines, data, varied)
    if axis_unit:
        size = units.convert(f"1 {axis_unit}", about["place"])
        traces = [(x * about["size"] / size, y) for x, y in traces]
        about |= {"size": size, "word": axis_unit, "axis": about["axis"].replace(f"({about['word']})", f"({axis_unit})")}
    return {"unit": unit or own, **about}, [(x, y * scale) for x, y in traces]


def _over_series(lines, data, varied):
    traces = []
    for line in lines:
        order = sorted(runs_of(data, line["of"]), key=lambda k: float(data[varied].values[k]))
        at = np.array([float(data[varied].values[k]) for k in order])
        traces.append((at, np.array([reading_of(line, data, k) for k in order])))
    unit, name = data[varied].attrs["units"], varied.split("+")[0]
    at = traces[0][0]
    log = bool((at > 0).all() and at[-1] >= 30 * at[0])
    return {"axis": f"{name}{'' if unit == '1' else f' ({unit})'}", "log": log, "place": unit, "size": 1.0, "word": unit}, traces


def _over_time(lines, data, varied):
    times = data["time"].values
    chosen = part_of(times, lines[0], lambda text: units.convert(str(text), "ms"))
    values = [sum(data[n].values[runs_of(data, line["of"])[0], chosen] for n in line["what"]) for line in lines]
    times = times[chosen]
    low, high = (times[0], times[-1]) if {"from", "until"} & set(lines[0]) else _moving(times, values)
    inside = (times >= low) & (times <= high)
    word, size = next(((w, s) for w, s in STEPS if times[inside][-1] >= 10 * s), STEPS[-1])
    about = {"axis": f"time ({word})", "log": False, "place": "ms", "size": float(size), "word": word}
    return about, [(times[inside] / size, line[inside]) for line in values]


def _course(measure, own, off, data):
    """The curve of one run over the time in which it moves."""
    times = data["time"].values
    chosen = part_of(times, measure, lambda text: units.convert(str(text), "ms"))
    lines = [sum(data[n].values[k, chosen] for n in measure["what"]) for k in (own, *off)]
    times = times[chosen]
    low, high = _moving(times, lines)
    inside = np.flatnonzero((times >= low) & (times <= high))
    shown = inside[spread(times[inside], [line[inside] for line in lines])]
    unit = data[measure["what"][0]].attrs["units"]
    on, *rest = ([rounded(v) for v in line[shown]] for line in lines)
    word, size = next(((w, s) for w, s in STEPS if times[shown[-1]] >= 10 * s), STEPS[-1])
    axis = {"time": [rounded(t / size) for t in times[shown]], "axis": f"time ({word})", "log": False}
    return {"unit": "" if unit == "1" else unit, **axis, "on": on, "off": rest[0] if rest else None}


def _moving(times, lines):
    """(start, end) of the time in which any of the curves leaves its first or has not yet reached its last value."""
    firsts, lasts = [], []
    for line in lines:
        size = STILL * max(np.ptp(np.nan_to_num(line)), 1e-300)
        moved, waiting = np.flatnonzero(np.abs(line - line[0]) > size), np.flatnonzero(np.abs(line - line[-1]) > size)
        if len(moved) and len(waiting):
            firsts.append(times[moved[0]])
            lasts.append(times[waiting[-1]])
    if not firsts or max(lasts) <= min(firsts):
        return times[0], times[-1]
    room = max(lasts) - min(firsts)
    return min(firsts) - 0.1 * room, max(lasts) + 0.15 * room


def spread(times, lines):
    """Indices of at most 60 points, closest where curves bend most."""
    if len(times) <= POINTS:
        return np.arange(len(times))
    way = np.linspace(0, 1, len(times)) * 1e-9
    for line in (times, *lines):
        way[1:] += np.cumsum(np.abs(np.diff(np.nan_to_num(line)))) / max(np.abs(np.diff(np.nan_to_num(line))).sum(), 1e-300)
    return np.unique(np.searchsorted(way, np.linspace(way[0], way[-1], POINTS)).clip(0, len(times) - 1))


def _series(measure, own, off, varied, data):
    """The reading of every run over what is varied."""
    order = sorted(own, key=lambda k: float(data[varied].values[k]))
    switched = sorted(off, key=lambda k: float(data[varied].values[k]))
    at = np.array([float(data[varied].values[k]) for k in order])
    unit = data[varied].attrs["units"]
    first, *others = varied.split("+")
    name = f"{first} and more" if others else first
    axis = {"axis": f"{name}{'' if unit == '1' else f' ({unit})'}", "log": bool((at > 0).all() and at[-1] >= 30 * at[0])}
    on = [rounded(reading_of(measure, data, k)) for k in order]
    rest = [rounded(reading_of(measure, data, k)) for k in switched] if len(switched) == len(order) else None
    return {"unit": f"{measure['as']} of each run", **axis, "time": [rounded(t) for t in at], "on": on, "off": rest}
