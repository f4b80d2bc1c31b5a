"""What an experiment reads off a curve, and off the same reading of a whole series of runs."""

import numpy as np

from synaptrace.errors import ProtocolError

KINDS = ("peak", "trough", "time of peak", "rise", "decay", "area", "mean", "start", "end", "at", "change", "kept")
ACROSS = ("half", "crossing", "largest", "smallest", "spread")


def read(kind, times, values, at=None):
    """One number off one curve, in the unit of the curve, ms, or their product.

    `rise` is from 10 to 90 % of the peak; `decay` the area after the peak over the peak, both above the start; `area` and
    `change` are relative to the start as well; `kept` is the end over the start.
    """
    above = values - values[0]
    top = int(above.argmax())
    if kind in ("peak", "trough", "start", "end", "mean"):
        picked = {"peak": values.max(), "trough": values.min(), "start": values[0], "end": values[-1]}
        return float(picked.get(kind, np.trapezoid(values, times) / (times[-1] - times[0])))
    if kind == "time of peak":
        return float(times[top] - times[0])
    if kind == "kept":
        return float(values[-1] / values[0]) if values[0] else float("nan")
    if kind == "at":
        return float(np.interp(at, times, values))
    if kind == "area":
        return float(np.trapezoid(above, times))
    if kind == "change":
        return float(above[np.abs(above).argmax()])
    if above[top] <= 0:
        return float("nan")
    if kind == "rise":
        low, high = (np.interp(share * above[top], above[: top + 1], times[: top + 1]) for share in (0.1, 0.9))
        return float(high - low)
    return float(np.trapezoid(above[top:], times[top:]) / above[top])


def across(kind, varied, readings):
    """One number off a series.

    `half` is the varied value at which the reading is half of the first, between points on a logarithmic scale; `crossing`
    is where it changes sign for the first time, readings below a millionth of the largest left out.
    """
    varied, readings = np.asarray(varied, float), np.asarray(readings, float)
    if kind in ("largest", "smallest", "spread"):
        found = {"largest": readings.max(), "smallest": readings.min()}
        return float(found[kind] if kind in found else readings.max() / readings.min())
    if kind == "crossing":
        kept = np.abs(readings) > 1e-6 * np.abs(readings).max()
        varied, readings = varied[kept], readings[kept]
    level = readings - (0.5 * readings[0] if kind == "half" else 0.0)
    for k in range(1, len(level)):
        if level[k - 1] * level[k] <= 0 and level[k - 1] != level[k]:
            share = level[k - 1] / (level[k - 1] - level[k])
            if varied[k - 1] > 0:
                return float(varied[k - 1] * (varied[k] / varied[k - 1]) ** share)
            return float(varied[k - 1] + share * (varied[k] - varied[k - 1]))
    return float("nan")


def unit_of(kind, unit):
    """Unit of a reading of a curve that is in `unit`."""
    if kind in ("time of peak", "rise", "decay"):
        return "ms"
    return {"area": f"({unit})*ms", "kept": "1"}.get(kind, unit)


def part(times, table, moment):
    """The indices of the times a measure looks at. Raises ProtocolError if there are fewer than two."""
    low, high = (moment(table[k]) if k in table else end for k, end in (("from", times[0]), ("until", times[-1])))
    chosen = np.flatnonzero((times >= low - 1e-9) & (times <= high + 1e-9))
    if len(chosen) < 2:
        given = f"{table['name']}: {low:g} to {high:g} ms"
        raise ProtocolError("a measure looks at no part of the run.", given=given, expected=f"within 0 to {times[-1]:g} ms")
    return chosen
