"""Readings of an experiment beside what was published."""

import math

import numpy as np

from synaptrace import units
from synaptrace.errors import ProtocolError, nearest
from synaptrace.experiment.measures import across, part, read, unit_of
from synaptrace.experiment.run import AS_IS
from synaptrace.windows import published, window_of


def judge(experiment, found):
    """One row per measure.

    Returns
    -------
    list of dict
        name, unit, value (as it is), published, error (value over published, less 1), window, verdict, role, note, and `off`
        {switch: value}. The verdict is 'pass' or 'fail' by the window of the published number, '' where nothing was published,
        and 'cannot decide' where all there is was remembered.
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
    value = values.pop(AS_IS)
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
        low, high = window_of({"check": "between", **measure, "measure": {"unit": measure["unit"]}})
        row["window"] = [low, high]
        strictly = math.isinf(low) or math.isinf(high)
        inside = low < value < high if strictly else low <= value <= high
        row["verdict"] = "cannot decide" if not math.isfinite(value) else "pass" if inside else "fail"
    return row


def _value(measure, found, off):
    """The reading of one off-switch, over all its runs if it goes across them, else of its first."""
    rows = np.flatnonzero(found["off"].values == off)
    readings = [_reading(measure, found, int(k)) for k in rows]
    if "relative_to" in measure:
        other = np.flatnonzero(found["off"].values == measure["relative_to"])
        if not len(other):
            known = found["off"].values.tolist()
            raise ProtocolError(
                f"'{measure['relative_to']}' is not an off-switch of it.", nearest=nearest(measure["relative_to"], known)
            )
        readings = [
            a / b if b else math.nan for a, b in zip(readings, (_reading(measure, found, int(k)) for k in other), strict=True)
        ]
    if "across" not in measure:
        return readings[0]
    first = str(found.attrs["varied"]).split(",")[0]
    if not first:
        raise ProtocolError(f"'{measure['name']}' goes across runs, but nothing is varied.", fix="add [[vary]]")
    reading = across(measure["across"], found[first].values[rows], readings)
    given = found[first].attrs["units"] if measure["across"] in ("half", "crossing") else _own_unit(measure, found)
    factor = units.factor(given, measure["unit"])  # None where the caller varies something else than the file
    return math.nan if factor is None else reading * factor


def _reading(measure, found, run):
    times = found["time"].values
    chosen = part(times, measure, lambda text: units.convert(str(text), "ms"))
    for name in measure["what"]:
        if name not in found:
            raise ProtocolError(f"'{name}' is not a curve of this experiment.", nearest=nearest(name, list(found.data_vars)))
    curve = sum(found[name].values[run, chosen] for name in measure["what"])
    at = units.convert(str(measure["at"]), "ms") if "at" in measure else None
    reading = read(measure["as"], times[chosen], curve, at)
    if "across" in measure and measure["across"] in ("half", "crossing"):
        return reading
    return reading if "relative_to" in measure or "across" in measure else reading * _factor(measure, found)


def _own_unit(measure, found):
    return measure["unit"] if "relative_to" in measure else unit_of(measure["as"], found[measure["what"][0]].attrs["units"])


def _factor(measure, found):
    own = unit_of(measure["as"], found[measure["what"][0]].attrs["units"])
    factor = units.factor(own, measure["unit"])
    if factor is None:
        raise ProtocolError(f"'{measure['name']}' cannot be given in '{measure['unit']}'.", given=own)
    return factor
