"""What an experiment was expected to show, and what came out: read off the drawn lines, never typed."""

import numpy as np

from synaptrace.errors import WiringError
from synaptrace.page import words
from synaptrace.page.words import number

READ = ("value", "peak", "low", "mean", "end", "area", "time of peak", "crossing", "estimate", "lower end", "range")
RESULTS = ("up", "down", "no change", "between", "more than", "less than", "below", "above", "across")
COMPARED = ("ratio", "difference", "rise", "effect")
SHARES = {"ratio": "it", "rise": "that change", "effect": "that effect"}  # what a share is a share of
AGAINST = ("before", "itself")  # the first value of the same line; the same line at another place
NOTHING = 1e-12  # share of the largest value of a figure that counts as none
JUST = 1e-3  # share by which a ratio must differ from 1 to count as a change
SMALL = 0.05  # a change below this share is also named in per cent, so that a bare direction impresses nobody
SIDES = {"below": "below", "above": "above", "across": "reaches over"}


def readings(panel, traces, place, effects=None):
    """The number behind every expectation of a figure.

    Parameters
    ----------
    panel : dict
        A figure of a demo, with its list of expectations.
    traces : dict
        {line: (x, y)} at full resolution, in the units drawn.
    place : function of str
        Where a text such as '40 min' or '-65 mV' lies on the x axis.
    effects : dict
        {line: (x, y)} with what saline does taken away, of lines that name their run with saline.
    """
    return [_outcome(row, effects if row.get("compare") == "effect" else traces, place) for row in panel.get("expect", [])]


def _outcome(row, traces, place):
    line, against = row["line"], row.get("against")
    first = traces[line][1][0]
    own = _read(row, traces[line], place)
    largest = max(np.abs(y).max() for _, y in traces.values())
    if against is None:
        return _finite(0.0 if abs(own) < NOTHING * largest else own)
    name = line if against in AGAINST else against
    other = first if against == "before" else _read(row | {"at": row.get("against_at", row.get("at"))}, traces[name], place)
    if row.get("compare") == "rise":
        own, other = own - first, other - traces[name][1][0]
    return compared(row, own, other, NOTHING * largest)


def compared(row, own, other, nothing=0.0):
    """One number against another; None where there is none, or the other is no more than `nothing`.

    Raises WiringError for up or down from a number below zero, unless the row asks for sizes without their signs.
    """
    how = row.get("compare", "ratio")
    if row.get("magnitude"):
        own, other = abs(own), abs(other)
    if how == "difference":
        return _finite(own - other)
    if how == "ratio" and row["result"] in ("up", "down") and other < 0:
        raise WiringError(
            f"up or down from {other:.3g}, which is below zero, may mean size or value.",
            given=row["says"],
            fix="magnitude = true",
        )
    return _finite(own / other) if abs(other) > nothing else None


def _finite(value):
    return float(value) if np.isfinite(value) else None


def _read(row, trace, place):
    x, y = trace
    if "span" in row:
        inside = (x >= place(row["span"][0]) - 1e-9) & (x <= place(row["span"][1]) + 1e-9)
        x, y = x[inside], y[inside]
    how = row["read"]
    if how == "crossing":
        turns = np.flatnonzero((y[:-1] < 0) & (y[1:] >= 0))[:1]
        return float(np.interp(0, y[turns[0] :][:2], x[turns[0] :][:2])) if len(turns) else np.nan
    if how in ("area", "mean"):
        return np.trapezoid(y - y[0], x) if how == "area" else np.trapezoid(y, x) / (x[-1] - x[0])
    if how == "time of peak":
        return x[int(np.argmax(y))]
    if how == "value":
        return np.interp(place(row["at"]), x, y)
    return {"peak": y.max(), "low": y.min(), "end": y[-1]}[how]


def judged(row, outcome, unit, place=float):
    """One expectation of a curve in words: {says, wish, found, holds (None without a number), circularity, why}."""
    low, high = (place(v) if isinstance(v, str) else v for v in (row.get("low"), row.get("high")))
    holds = None if outcome is None else _holds(row, outcome, low, high)
    return _entry(row, _wish(row, low, high, unit), _found(row, outcome, unit), holds)


def _entry(row, wish, found, holds):
    return {
        "says": row["says"],
        "wish": wish,
        "found": found,
        "holds": holds,
        "circularity": row["circularity"],
        "why": row.get("why", ""),
    }


def amount(value, unit):
    """A number with its unit; one point, two points."""
    text = words.amount(value, unit or "1").replace(" 1/s", " per second")
    return text.removesuffix("s") if text in ("1 points", "1 hours", "1 days") else text


def _compared(row):
    return row.get("compare", "ratio") if "against" in row else ""


def _holds(row, outcome, low, high):
    result, how = row["result"], _compared(row)
    middle, just = (1.0, JUST) if how in SHARES else (0.0, 0.0)
    if result == "no change":
        return abs(outcome - middle) <= row["within"]
    if result in ("up", "down"):
        return outcome > middle + just if result == "up" else outcome < middle - just
    return (low is None or outcome > low) and (high is None or outcome < high)


def _wish(row, low, high, unit):
    result, how = row["result"], _compared(row)
    if result == "no change":
        within = amount(row["within"], unit) if how == "difference" else f"{100 * row['within']:.3g} %"
        return f"no change, within {within}"
    if result in ("up", "down"):
        return result
    scale, after = (100.0, "%") if how in SHARES else (1.0, unit)
    of = f" of {SHARES[how]}" if how in SHARES else ""
    ends = [number(scale * v) for v in (low, high) if v is not None]
    if result != "between":
        return f"{result} {amount(scale * (high if low is None else low), after)}{of}"
    return f"between {ends[0]} and {amount(scale * high, after)}{of}"


def _found(row, outcome, unit):
    if outcome is None:
        return "no number"
    how = _compared(row)
    if how in ("rise", "effect") or how == "ratio" and row["result"] in ("between", "more than", "less than"):
        return f"{number(100 * outcome)} % of {SHARES[how]}"
    if how == "ratio":
        if abs(outcome - 1) <= JUST:
            return "no change"
        if row["result"] == "no change":
            return f"{'up' if outcome > 1 else 'down'} by {number(100 * abs(outcome - 1))} %"
        text = f"{outcome:.4g}" if abs(outcome - 1) < 0.01 else number(outcome)
        small = f" (a change of {number(100 * abs(outcome - 1))} %)" if abs(outcome - 1) < SMALL else ""
        return (f"up {text}-fold" if outcome > 1 else f"down to {text} of it") + small
    if how == "difference":
        return f"{'up' if outcome > 0 else 'down'} by {amount(abs(outcome), unit)}" if outcome else "no change"
    return amount(outcome, unit)


def judged_row(row, rows, null, unit):
    """The same of one row of a forest; `rows` is {name: row with estimate, low and high}, `null` no difference."""
    line = rows[row["line"]]
    if row["read"] == "range":
        return _judged_range(row, line, null)
    key = {"estimate": "estimate", "lower end": "low"}[row["read"]]
    other = rows[row["against"]][key] if "against" in row else None
    missing = line[key] is None or "against" in row and other is None
    outcome = None if missing else line[key] if other is None else compared(row, line[key], other)
    return judged(row, outcome, unit)


def _judged_range(row, line, null):
    estimate, low, high = line["estimate"], line["low"], line["high"]
    wish = f"the range {SIDES[row['result']]} no difference"
    if None in (estimate, low, high, null):
        return _entry(row, wish, "no number", None)
    side = "below" if high < null else "above" if low > null else "across"
    found = (
        f"{number(estimate)} (from {number(low)} to {number(high)}), which {'' if side == 'across' else 'lies '}{SIDES[side]} it"
    )
    return _entry(row, wish, found, side == row["result"])
