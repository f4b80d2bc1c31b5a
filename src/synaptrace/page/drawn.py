"""What the page draws, as numbers ready for JSON: forests of reviews, and simulated curves with and without a switch."""

import json

import numpy as np

from synaptrace import units
from synaptrace.claims.readouts import curves, plan, run_text
from synaptrace.evidence.meta.measures import MEASURES, display_of
from synaptrace.evidence.reviews import RATIOS, recompute
from synaptrace.figures import forest
from synaptrace.flatten import model_hash
from synaptrace.page.bench import bench_curves
from synaptrace.page.keep import POINTS, kept, rounded
from synaptrace.page.words import kind_of, number, switch_words
from synaptrace.units import duration
from synaptrace.vocabulary import shared

MOST = 150  # curves of a page
STEPS = ((48.0, "days", 24.0), (2.0, "hours", 1.0), (1 / 30, "minutes", 1 / 60), (1 / 1800, "seconds", 1 / 3600))
PEOPLE = 1000
MANY = f"the mean of more than {PEOPLE} simulated people is not drawn"
TOO_MANY = "the page holds no more curves"


def forests(parts):
    """{'review:analysis': forest of `figures.forest.data` with axis, null and ratio} of all parts that pool studies."""
    found = {}
    for part in parts:
        if kind_of(part) != "review":
            continue
        for analysis in (part["run"]["analysis"], part["off"].get("analysis")):
            key = f"{part['run']['review']}:{analysis}"
            drawn = _forest(part["run"], analysis) if analysis and key not in found else None
            if drawn:
                found[key] = drawn
    return found


def _forest(run, analysis):
    """The forest of one analysis, or None where it pools nothing that can be drawn."""
    again = recompute(run["review"], analysis, tuple(run.get("memory", ())))
    if again.result is None or len(again.result.labels) == 0:
        return None
    measure = again.settings.get("measure", "")
    shown = np.exp if measure in RATIOS else display_of(measure) if measure in MEASURES and measure != "PFT" else float
    factor = 100.0 if again.settings.get("transformation", "").startswith("times 100") else 1.0
    data = forest.data(again.result, display=lambda x: factor * float(shown(x)))
    ratio = measure in (*RATIOS, "PETO")
    return rounded(data) | {"title": again.what or analysis, "null": 1.0 if ratio else 0.0, "ratio": ratio}


def simulated(parts):
    """({id(part): curve}, {id(part): reason}): curves of parts read off a run or an experiment.

    Each curve is {title, unit, axis, log, time [at most 60], on, off or None, switch, read_at, window or None, text}; parts that
    share a run are simulated in one batch, and kept on disk by model, protocol and what is read.
    """
    drawn, without, groups = {}, {}, {}
    for part in parts:
        if kind_of(part) != "model" or "what" not in part["measure"]:
            continue
        if part["run"].get("people", 1) > PEOPLE:
            without[id(part)] = MANY
        elif sum(map(len, groups.values())) >= MOST:
            without[id(part)] = TOO_MANY
        else:
            groups.setdefault(run_text(part["run"]), []).append(part)
    for mine in groups.values():
        drawn |= {id(part): curve for part, curve in zip(mine, _kept(mine), strict=True)}
    drawn |= bench_curves([p for p in parts if kind_of(p) == "experiment"])
    for part in parts:
        if id(part) in drawn:
            curve = drawn[id(part)]
            curve["switch"] = switch_words(part["off"]) if curve["off"] else ""
            curve["text"] = _text(curve)
    return drawn, without


def _kept(parts):
    """The curves of parts of one run."""
    planned = plan(parts[0]["run"])
    asked = [[p["measure"], p["off"], list(p.window or ()), p["run"]] for p in parts]
    known = [model_hash(planned.model), planned.protocol.to_tables(), asked]
    return kept(known, [__file__], lambda: _curves(planned, parts))


def _curves(planned, parts):
    names = list(dict.fromkeys(n for p in parts for n in p["measure"]["what"]))
    texts = {json.dumps(p["off"]["changes"], sort_keys=True): p["off"]["changes"] for p in parts if "changes" in p["off"]}
    rows = {text: k + 1 for k, text in enumerate(texts)}
    moments = [t for p in parts for t in _read_at(p["measure"])]
    grid, found = curves(planned, names, moments, list(texts.values()))
    return [_curve(p, grid, found, rows.get(json.dumps(p["off"].get("changes"), sort_keys=True))) for p in parts]


def _read_at(measure):
    """Hours at which a measure and what it is relative to are read."""
    below = measure.get("relative_to", {})
    own = [duration(t) for t in measure.get("at", [])]
    return own + (_read_at(below) if below and "run" not in below else [])


def _curve(part, grid, found, off):
    measure = part["measure"]
    entry = shared(measure["what"][0])
    levels = measure["as"] in ("value", "values", "change", "peak")
    unit = measure["unit"] if levels else entry.unit
    scale = units.convert(f"1 {entry.unit}", unit, entry.substance) if levels else 1.0
    total = sum(found[n] for n in measure["what"]) * scale
    end = _end(measure, grid, total[0])
    _, word, hours = next((s for s in STEPS if end >= s[0]), (0, "milliseconds", 1 / 3.6e6))
    times = np.linspace(grid[0], end, POINTS)
    read = [t for t in _read_at(measure) if t <= end]
    start = total[0][0] if measure["as"] == "change" else 0.0
    own = levels and "relative_to" not in measure and part.window is not None
    window = [None if not np.isfinite(w) else rounded(w + start) for w in part.window] if own else None
    people = part["run"].get("people", 1)
    title = f"{entry.meaning} ({' + '.join(measure['what'])}{f', mean of {people} simulated people' if people > 1 else ''})"
    curve = {"title": title, "unit": "" if unit == "1" else unit, "axis": f"time ({word})", "log": False}
    curve |= {"time": [rounded(t / hours) for t in times], "on": _at(times, grid, total[0])}
    curve |= {"off": _at(times, grid, total[off]) if off else None, "window": window}
    return curve | {"read_at": [rounded(t / hours) for t in dict.fromkeys(read)]}


def _end(measure, grid, values):
    """Where the curve ends: some time after the last reading, or after the peak."""
    last = float(grid[-1])
    if "until" in measure:
        return min(last, duration(measure["until"]))
    if measure["as"] in ("peak", "time of peak"):
        return min(last, max(6 * float(grid[int(np.argmax(values))] - grid[0]) + float(grid[0]), float(grid[0]) + 1e-6))
    read = max(_read_at(measure), default=last)
    return min(last, 1.5 * read if read > 0 else 4.0)


def _at(times, grid, values):
    return [rounded(v) for v in np.interp(times, grid, values)]


def _text(curve):
    """The curve in one sentence, for who cannot see it."""
    when = f"{curve['axis']} {number(curve['time'][0])} to {number(curve['time'][-1])}"
    parts = [f"{curve['title']}, {when}: {_course(curve['on'], curve)}"]
    parts += [f"switched off: {_course(curve['off'], curve)}"] if curve["off"] else []
    return "; ".join(parts) + "."


def _course(values, curve):
    known = [(v, t) for v, t in zip(values, curve["time"], strict=True) if v is not None]
    if not known:
        return "no number"
    (low, at_low), (high, at_high) = min(known), max(known)
    unit = f" {curve['unit']}" if curve["unit"] else ""
    return (
        f"starts at {number(known[0][0])}{unit}, lowest {number(low)} at {number(at_low)}, highest {number(high)} at "
        f"{number(at_high)}, ends at {number(known[-1][0])}"
    )
