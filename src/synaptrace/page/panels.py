"""The figures of the twelve experiments as numbers ready for JSON, with what was expected and what came out."""

from pathlib import Path

import numpy as np

from synaptrace import units
from synaptrace.claims.bench import bench_key
from synaptrace.claims.readouts import curves, run_text
from synaptrace.experiment import read_experiment, run_experiment
from synaptrace.flatten import model_hash
from synaptrace.page import expected
from synaptrace.page.bench import AS_IS, bench_lines, spread
from synaptrace.page.demos import planned_run, runs_of
from synaptrace.page.drawn import STEPS
from synaptrace.page.keep import kept, rounded
from synaptrace.page.rows import forest_panel
from synaptrace.page.words import amount, number
from synaptrace.units import duration
from synaptrace.vocabulary import shared

JUMP = 0.05  # share of the range of a line by which it jumps between two points that are far apart
TINY = 1e-9  # share of the largest value of a figure that is drawn as nothing
CODE = [Path(__file__).with_name(name) for name in ("panels.py", "bench.py")]


def draw_demo(demo):
    """The figures of one demo, a list.

    Each is {kind, title, note, expect [{says, wish, found, holds, circularity, why}]} and either a forest, or lines
    [{name, time, values, switch, beside, text}] with unit, axis, log and shade. Curves are simulated together, one run each.
    Their numbers are kept on disk by model, protocol and what is read; texts and verdicts are made anew.
    """
    groups = {"curve": _curves, "bench": _benches, "forest": lambda panels: [forest_panel(p) for p in panels]}
    found = {}
    for kind, draw in groups.items():
        mine = [p for p in demo.panels if p["kind"] == kind]
        found |= {id(p): d for p, d in zip(mine, draw(mine), strict=True)}
    return [{"kind": p["kind"], "title": p["title"], "note": p.get("note", "")} | found[id(p)] for p in demo.panels]


def _curves(panels):
    if not panels:
        return []
    asked = _asked(panels)
    planned = {text: planned_run(text) for text in asked}
    known = [[model_hash(p.model), p.protocol.to_tables(), p.people, p.seed, asked[text]] for text, p in planned.items()]
    found = kept(known, CODE, lambda: [_numbers(planned[text], *asked[text]) for text in asked])
    return [_curve_panel(panel, dict(zip(asked, found, strict=True))) for panel in panels]


def _asked(panels):
    """{text of a run: (quantities, hours)}: all that the lines of the figures read off it."""
    found = {}
    for panel in panels:
        for line in panel["line"]:
            for run in runs_of(line):
                names, hours = found.setdefault(run_text(run), ([], []))
                names += [n for n in line.get("what", panel.get("what")) if n not in names]
                hours += [duration(t) for t in _moments(panel)]
    return found


def _numbers(planned, names, hours):
    grid, found = curves(planned, names, hours, [])
    return {"time": grid.tolist(), "values": {n: found[n][0].tolist() for n in names}}


def _moments(panel):
    """Times that a figure needs exactly: its ends, and where its expectations are read."""
    own = [row[key] for row in panel["expect"] for key in ("at", "against_at") if key in row]
    return [panel["from"], panel["until"], *own, *(t for row in panel["expect"] for t in row.get("span", []))]


def _curve_panel(panel, results):
    end = duration(panel["until"])
    _, word, hours = next((s for s in STEPS if end >= s[0]), (0, "milliseconds", 1 / 3.6e6))
    traces, effects = {}, {}
    for line in panel["line"]:
        (x, y), *saline = (_trace(run, line, panel, results) for run in runs_of(line))
        traces[line["name"]] = x / hours, y
        if saline:
            effects[line["name"]] = x / hours, y - np.interp(x, *saline[0])
    about = {"unit": panel["unit"], "axis": f"time ({word})", "log": False, "word": word}
    return _finished(panel, traces, about, lambda text: duration(text) / hours, effects)


def _trace(run, line, panel, results):
    """(hours, values in the unit of the figure) of one run within the time that is drawn."""
    found, names = results[run_text(run)], line.get("what", panel.get("what"))
    entry = shared(names[0])
    factor = units.convert(f"1 {entry.unit}", panel["unit"], entry.substance)
    grid, total = np.array(found["time"]), sum(np.array(found["values"][n]) for n in names) * factor
    inside = (grid >= duration(panel["from"]) - 1e-9) & (grid <= duration(panel["until"]) + 1e-9)
    return grid[inside], total[inside]


def _benches(panels):
    found, results = [], {}
    for panel in panels:
        name = panel["experiment"]
        lines = _bench_measures(panel)

        def make(panel=panel, name=name, lines=lines):
            if name not in results:
                results[name] = run_experiment(read_experiment(name))
            about, drawn = bench_lines(lines, results[name], panel.get("unit"), panel.get("axis_unit"))
            return [about, [[x.tolist(), y.tolist()] for x, y in drawn]]

        known = [bench_key({"experiment": name}), lines, panel.get("unit"), panel.get("axis_unit")]
        found.append(_bench_panel(panel, *kept(known, CODE, make)))
    return found


def _bench_measures(panel):
    """What every line of a figure of the bench reads, as `bench_lines` takes it."""
    measures = {m["name"]: m for m in read_experiment(panel["experiment"])["measure"]}
    return [
        (measures[line["measure"]] if "measure" in line else {"what": line["what"], "as": line.get("as", "peak")})
        | {k: panel[k] for k in ("from", "until") if k in panel}
        | {"of": line.get("of", AS_IS)}
        for line in panel["line"]
    ]


def _bench_panel(panel, about, drawn):
    about["axis"] = panel.get("axis", about["axis"])
    traces = {line["name"]: tuple(map(np.array, trace)) for line, trace in zip(panel["line"], drawn, strict=True)}
    return _finished(panel, traces, about, lambda text: units.convert(text, about["place"]) / about["size"], {})


def _finished(panel, traces, about, place, effects):
    """Thinned lines with a text each, and the expectations judged on all points."""
    about["unit"] = "" if about["unit"] == "1" else about["unit"].replace("umol", "\u00b5mol")
    outcomes = expected.readings(panel, traces, place, effects)
    rows = []
    for row, outcome in zip(panel["expect"], outcomes, strict=True):
        along = row["read"] in ("time of peak", "crossing")
        rows.append(expected.judged(row, outcome, about["word"] if along else about["unit"], place))
    shade = panel.get("shade")
    if shade:
        shade = {"from": rounded(place(shade["from"])), "until": rounded(place(shade["until"])), "says": shade["says"]}
    lines = [_line(line, panel, traces, about) for line in panel["line"]]
    shown = {"unit": about["unit"] or panel.get("scale", ""), "axis": about["axis"], "log": about["log"]}
    return shown | {"lines": lines, "shade": shade, "expect": rows}


def _line(line, panel, traces, about):
    """One drawn line of at most 60 points and those before its jumps; `beside` is the line whose color it shares."""
    names = [other["name"] for other in panel["line"]]
    x, y = traces[line["name"]]
    largest = max(np.abs(values).max() for _, values in traces.values())
    y = np.where(np.abs(y) < TINY * largest, 0.0, y)
    chosen = spread(x, [y])
    high, far = np.abs(np.diff(y[chosen])) > JUMP * np.ptp(y), np.diff(x[chosen]) > JUMP / 2 * np.ptp(x)
    chosen = np.unique([*chosen, *(chosen[1:][high & far] - 1)])
    drawn = {
        "name": line["name"],
        "time": [rounded(float(v)) for v in x[chosen]],
        "values": [rounded(float(v)) for v in y[chosen]],
        "switch": bool(line.get("switch")),
        "beside": names.index(line.get("beside", line["name"])),
    }
    return drawn | {"text": _told(drawn, x, y, about)}


def _told(drawn, x, y, about):
    """The course of a line in one sentence, for who cannot see it."""
    top, bottom = int(np.nanargmax(y)), int(np.nanargmin(y))
    shown = [("starts at", 0), ("highest", top), ("lowest", bottom), ("ends at", len(y) - 1)]
    parts = [f"{word} {amount(float(y[k]), about['unit'] or '1')} at {number(float(x[k]))}" for word, k in shown]
    return f"{drawn['name']}: {', '.join(parts)}"
