"""Readings of an experiment beside what was published."""

import math

import numpy as np

from synaptrace import units
from synaptrace.errors import ProtocolError, nearest
from synaptrace.experiment.measures import across, part, read, unit_across, unit_of
from synaptrace.experiment.run import AS_IS
from synaptrace.windows import inside, published, window_of

VARIED = ("half", "crossing", "slope", "steepness")  # read in units of what is varied


def judge(experiment, found):
    """One row per measure.

    Returns
    -------
    list of dict
        name, unit, value (as it is, or of the off-switch that the measure is `of`), published, error (value over published,
        less 1), window, verdict, role, note, and `off` {switch: value}, with the run as it is among them where the value is
        that of a switch. The verdict is 'pass' or 'fail' by the window of the published number, '' where nothing was
        published, and 'cannot decide' where all there is was remembered.
    """
    return [_row(m, found) for m in experiment["measure"]]


def plain(rows):
    """The rows as JSON can hold them: what is not finite becomes None."""
    if isinstance(rows, dict):
        return {k: plain(v) for k, v in rows.items()}
    if isinstance(rows, (list, tuple)):
        return [plain(v) for v in rows]
    return None if isinstance(rows, float) and not math.isfinite(rows) else rows


def _row(measure, found):
    values = {str(name): _value(measure, found, str(name)) for name in dict.fromkeys(found["off"].values.tolist())}
    if measure.get("of", AS_IS) not in values:
        _refuse_switch(measure["of"], found)
    value = values[measure.get("of", AS_IS)]
    if "of" not in measure:
        values.pop(AS_IS)
    row = {"name": measure["name"], "unit": measure["unit"], "value": value, "off": values, "role": measure.get("role", "")}
    row |= {"note": measure.get("note", ""), "published": None, "error": None, "window": None, "verdict": ""}
    if measure.get("tag") == "memory":
        return row | {"verdict": "cannot decide"}
    if measure.get("published"):
        numbers = [published(p, "" if measure["unit"] == "1" else measure["unit"]) for p in measure["published"]]
        row["published"] = numbers[0] if len(numbers) == 1 else numbers
        if len(numbers) == 1 and numbers[0]:
            row["error"] = value / numbers[0] - 1
    if "window" in measure:
        row["window"] = list(window_of({"check": "between", **measure, "measure": {"unit": measure["unit"]}}))
        row["verdict"] = "cannot decide" if not math.isfinite(value) else "pass" if inside(value, row["window"]) else "fail"
    return row


def over_series(experiment, found):
    """What a caller's series gave, run by run: [{varied name or measure: value}], as it is, in the units of the file.

    Measures that are read across a series are left out; nothing is compared with what was published, since no run of a
    caller's series need be the published one.
    """
    varied = [n for n in str(found.attrs["varied"]).split(",") if n]
    measures = [m for m in experiment["measure"] if "across" not in m]
    columns = [_each(m, found, m.get("of", AS_IS)) for m in measures]
    rows = []
    for place, run in enumerate(runs_of(found, AS_IS)):
        given = {n: float(found[n].values[run]) for n in varied}
        rows.append(given | {m["name"]: _asked(m, c[0][place], c[1]) for m, c in zip(measures, columns, strict=True)})
    return rows


def _each(measure, found, off):
    """(reading of every run of an off-switch, their unit)."""
    readings, unit = [reading_of(measure, found, k) for k in runs_of(found, off)], _own_unit(measure, found)
    for key in ("relative_to", "change_from"):
        if key in measure:
            others = [reading_of(measure, found, k) for k in runs_of(found, measure[key])]
            less = 1 if key == "change_from" else 0
            readings = [a / b - less if b else math.nan for a, b in zip(readings, others, strict=True)]
            unit = "1"
    return readings, unit


def _value(measure, found, off):
    """The reading of one off-switch, over all its runs if it goes across them, else of its first, in the unit asked for."""
    readings, unit = _each(measure, found, off)
    if "across" in measure:
        return _asked(measure, *_across(measure, found, runs_of(found, off), readings, unit))
    return _asked(measure, readings[0], unit)


def _asked(measure, reading, unit):
    """A reading in the unit that a measure asks for."""
    if "times" in measure:
        number, given, _ = units.split(str(measure["times"]))
        reading, unit = reading * number, f"({unit})*({given or '1'})"
    factor = units.factor(unit, measure["unit"])
    if factor is None and measure.get("across") in VARIED:
        return math.nan  # the caller varies something else than the file
    if factor is None:
        raise ProtocolError(f"'{measure['name']}' cannot be given in '{measure['unit']}'.", given=unit)
    return reading * factor


def _across(measure, found, rows, readings, unit):
    """(number, unit) off a series of readings."""
    first = str(found.attrs["varied"]).split(",")[0]
    if not first:
        raise ProtocolError(f"'{measure['name']}' goes across runs, but nothing is varied.", fix="add [[vary]]")
    given, where = found[first].attrs["units"], None
    if measure["across"] in ("at", "ratio"):
        where = [_place(text, given) for text in np.atleast_1d(measure.get("where", [])).tolist()]
        if len(where) != (1 if measure["across"] == "at" else 2):
            raise ProtocolError(f"'{measure['name']}' does not say where.", expected=f'where = "1 {given}", or two for a ratio')
    reading = across(measure["across"], found[first].values[rows], readings, where)
    return reading, unit_across(measure["across"], unit, given)


def _place(text, unit):
    """A varied value in its unit; NaN where the caller varies something else than the file."""
    number, given, _ = units.split(str(text))
    factor = units.factor(given or "1", unit)
    return math.nan if factor is None else number * factor


def runs_of(found, off):
    """Numbers of the runs of an off-switch, in the order of the first varied name, all others at their first value."""
    rows = np.flatnonzero(found["off"].values == off)
    if not len(rows):
        _refuse_switch(off, found)
    for name in str(found.attrs["varied"]).split(",")[1:]:
        rows = rows[found[name].values[rows] == found[name].values[rows[0]]]
    return [int(k) for k in rows]


def _refuse_switch(name, found):
    raise ProtocolError(f"'{name}' is not an off-switch of it.", nearest=nearest(name, found["off"].values.tolist()))


def reading_of(measure, found, run):
    """What a measure reads off one run, in the unit of its curve, before anything is compared or converted."""
    times = found["time"].values
    chosen = part(times, measure, lambda text: units.convert(str(text), "ms"))
    at = units.convert(str(measure["at"]), "ms") if "at" in measure else None
    reading = read(measure["as"], times[chosen], _curve(measure["what"], found, run, chosen), at)
    if "over" in measure:
        below = read(measure["as"], times[chosen], _curve(measure["over"], found, run, chosen), at)
        return reading / below if below else math.nan
    return reading


def _curve(names, found, run, chosen):
    for name in names:
        if name not in found:
            raise ProtocolError(f"'{name}' is not a curve of this experiment.", nearest=nearest(name, list(found.data_vars)))
    return sum(found[name].values[run, chosen] for name in names)


def _own_unit(measure, found):
    own = unit_of(measure["as"], found[measure["what"][0]].attrs["units"])
    if "over" not in measure:
        return own
    return f"({own})/({unit_of(measure['as'], found[measure['over'][0]].attrs['units'])})"
