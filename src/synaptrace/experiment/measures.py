"""What an experiment reads off a curve, and off the same reading of a whole series of runs."""

import numpy as np

from synaptrace.errors import ProtocolError

KINDS = ("peak", "trough", "time of peak", "rise", "decay", "time constant", "rate", "area", "mean", "start", "end", "at",
         "change", "kept", "lost")  # fmt: skip
ACROSS = ("half", "crossing", "largest", "smallest", "spread", "at", "ratio", "slope", "steepness", "Hill")
TRIED = 240  # time constants tried before the best is refined


def read(kind, times, values, at=None):
    """One number off one curve, in the unit of the curve, ms, or their product.

    `rise` is from 10 to 90 % of the peak; `decay` the area after the peak over the peak, both above the start; `area` and
    `change` are relative to the start as well; `kept` is the end over the start and `lost` one less that; `time constant` is
    that of the exponential that fits best from the first to the last time, and `rate` one over it.
    """
    above = values - values[0]
    top = int(above.argmax())
    if kind in ("peak", "trough", "start", "end", "mean"):
        picked = {"peak": values.max(), "trough": values.min(), "start": values[0], "end": values[-1]}
        return float(picked.get(kind, np.trapezoid(values, times) / (times[-1] - times[0])))
    if kind == "time of peak":
        return float(times[top] - times[0])
    if kind in ("kept", "lost"):
        kept = float(values[-1] / values[0]) if values[0] else float("nan")
        return kept if kind == "kept" else 1 - kept
    if kind == "at":
        return float(np.interp(at, times, values))
    if kind == "area":
        return float(np.trapezoid(above, times))
    if kind == "change":
        return float(above[np.abs(above).argmax()])
    if kind in ("time constant", "rate"):
        found = exponential(times, values)
        return found if kind == "time constant" else 1 / found
    if above[top] <= 0:
        return float("nan")
    if kind == "rise":
        low, high = (np.interp(share * above[top], above[: top + 1], times[: top + 1]) for share in (0.1, 0.9))
        return float(high - low)
    return float(np.trapezoid(above[top:], times[top:]) / above[top])


def exponential(times, values):
    """Time constant of the exponential toward any level that fits a curve best; NaN for a curve that does not move."""
    if np.ptp(values) <= 1e-12 * max(np.abs(values).max(), 1e-300) or len(times) < 4:
        return float("nan")
    weights = np.sqrt(np.gradient(times))
    span = times[-1] - times[0]

    def misfit(constant):
        form = np.stack([np.ones_like(times), np.exp(-(times - times[0]) / constant)], 1) * weights[:, None]
        return float(((form @ np.linalg.lstsq(form, values * weights, rcond=None)[0] - values * weights) ** 2).sum())

    low, high = np.log(np.diff(times).min()), np.log(10 * span)
    tried = np.linspace(low, high, TRIED)
    best = int(np.argmin([misfit(np.exp(t)) for t in tried]))
    low, high = tried[max(best - 1, 0)], tried[min(best + 1, TRIED - 1)]
    for _ in range(60):
        third = (high - low) / 3
        if misfit(np.exp(low + third)) < misfit(np.exp(high - third)):
            high -= third
        else:
            low += third
    return float(np.exp((low + high) / 2))


def across(kind, varied, readings, where=None):
    """One number off a series.

    `half` is the varied value at which the reading is half of the first, between points on a logarithmic scale; `crossing`
    is where it changes sign for the first time, readings below a millionth of the largest left out; `at` is the reading at
    the varied value in `where`, `ratio` that at the first of two over that at the second. `slope` is that of the line that
    fits best; `steepness` the same for the log odds of the reading, a share; `Hill` that of the log odds of the share of the
    first reading that is lost, over the log of the varied value.
    """
    varied, readings = np.asarray(varied, float), np.asarray(readings, float)
    if kind in ("largest", "smallest", "spread"):
        low, high = float(readings.min()), float(readings.max())
        return {"largest": high, "smallest": low}.get(kind, high / low if low else float("nan"))
    if kind in ("at", "ratio"):
        order = np.argsort(varied)
        found = np.interp(where, varied[order], readings[order], left=np.nan, right=np.nan)
        return float(found[0] if kind == "at" else found[0] / found[1])
    if kind in ("slope", "steepness", "Hill"):
        return _slope(kind, varied, readings)
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


def _slope(kind, varied, readings):
    if kind == "Hill":
        lost = 1 - readings / readings[0]
        kept = (varied > 0) & (lost > 0) & (lost < 1)
        varied, readings = np.log(varied[kept]), lost[kept]
    if kind != "slope":
        kept = (readings > 0) & (readings < 1)
        varied, readings = varied[kept], np.log(readings[kept] / (1 - readings[kept]))
    return float(np.polyfit(varied, readings, 1)[0]) if len(np.unique(varied)) > 1 else float("nan")


def unit_of(kind, unit):
    """Unit of a reading of a curve that is in `unit`."""
    if kind in ("time of peak", "rise", "decay", "time constant"):
        return "ms"
    return {"area": f"({unit})*ms", "kept": "1", "lost": "1", "rate": "1/ms"}.get(kind, unit)


def unit_across(kind, unit, varied):
    """Unit of what is read off a series of readings in `unit` over values in `varied`."""
    if kind in ("half", "crossing"):
        return varied
    given = {"spread": "1", "ratio": "1", "Hill": "1", "steepness": f"1/({varied})", "slope": f"({unit})/({varied})"}
    return given.get(kind, unit)


def part(times, table, moment):
    """The indices of the times a measure looks at. Raises ProtocolError if there are fewer than two."""
    low, high = (moment(table[k]) if k in table else end for k, end in (("from", times[0]), ("until", times[-1])))
    chosen = np.flatnonzero((times >= low - 1e-9) & (times <= high + 1e-9))
    if len(chosen) < 2:
        given = f"{table['name']}: {low:g} to {high:g} ms"
        raise ProtocolError("a measure looks at no part of the run.", given=given, expected=f"within 0 to {times[-1]:g} ms")
    return chosen
