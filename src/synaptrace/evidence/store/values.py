"""Values that cannot be, row by row: negative spreads, more events than people, scores off their scale, rows listed twice."""

import re
from math import sqrt

from synaptrace.errors import nearest
from synaptrace.evidence.store.match import HOURS
from synaptrace.evidence.store.problems import ERROR, FLAG, Problem, shown
from synaptrace.evidence.store.schema import SCALES

IDENTITY = {
    "trials": ("study",),
    "arms": ("study", "outcome", "arm", "scale", "statistic", "time", "time_unit"),
    "effects": ("study", "outcome", "comparison", "kind", "measure", "scale", "time", "time_unit"),
}
NUMBERS = {
    "arms": ("dose", "n", "mean", "sd", "se", "ci_low", "ci_high", "events"),
    "effects": ("estimate", "ci_low", "ci_high", "se", "p", "n1", "n2"),
}
SAMPLES = ("n", "n1", "n2", "n_randomized")


def row_problems(table, rows, studies, keys):
    """Problems of the rows of one table. `studies` are the names in trials.csv, `keys` those a source may begin with."""
    found = []
    for row in rows:
        found += _reference(row, studies, keys) + _limits(row)
        if table == "arms":
            found += _scores(row)
        if table != "trials":
            found += _time(row)
    return found + _twice(table, rows) + (_alike(rows) if table == "trials" else [])


def _problem(row, sentence, column, expected, fix, severity=ERROR):
    return Problem(severity, sentence, row["file"], row["line"], column, shown(row[column]), expected, fix)


def number(value):
    """The value as a number, or None where the cell is blank or unreadable."""
    return value if isinstance(value, (int, float)) else None


def _reference(row, studies, keys):
    found = []
    source = row["source"] or ""
    key, colon, place = source.partition(":")
    if source and (not colon or not place.strip()):
        sentence = f"{shown(source)} says no place in its source."
        found.append(_problem(row, sentence, "source", "key:place", "write the key, a colon and the table or abstract"))
    if source and key not in keys:
        fix = f"perhaps '{nearest(key, keys)}', or add the key to papers.csv"
        found.append(_problem(row, f"'{key}' is not a known source.", "source", "a key of papers.csv or library/sources", fix))
    if row["study"] and row["study"] not in studies:
        close = nearest(row["study"], studies)
        fix = f"write '{close}', or add the study to trials.csv" if close in studies else "add the study to trials.csv"
        found.append(_problem(row, f"{shown(row['study'])} has no row in trials.csv.", "study", "a study of trials.csv", fix))
    return found


def _limits(row):
    """Spreads, counts, probabilities and intervals that cannot be."""
    found = []
    for column in ("sd", "se"):
        value = number(row.get(column))
        if value is not None and value <= 0:
            word = "standard deviation" if column == "sd" else "standard error"
            fix = "leave the cell empty where none was printed"
            found.append(_problem(row, f"A {word} of {value:g} cannot be.", column, "above 0", fix))
    for column in SAMPLES:
        value = number(row.get(column))
        if value is not None and value <= 0:
            fix = "leave the cell empty where the number was not found"
            found.append(_problem(row, f"A group of {value} people cannot be.", column, "1 or more", fix))
    events, n = number(row.get("events")), number(row.get("n"))
    if events is not None and n is not None and events > n:
        found.append(_problem(row, f"{events} events in {n} people cannot be.", "events", f"0 to {n}", "check events and n"))
    p = number(row.get("p"))
    if p is not None and not 0 <= p <= 1:
        found.append(_problem(row, f"A probability of {p:g} cannot be.", "p", "0 to 1", "check the decimal point"))
    return found + _interval(row)


def _interval(row):
    low, high = number(row.get("ci_low")), number(row.get("ci_high"))
    column = "mean" if "mean" in row else "estimate"
    middle, found = number(row.get(column)), []
    if low is not None and high is not None and low > high:
        sentence = f"The interval from {low:g} to {high:g} is upside down."
        found.append(_problem(row, sentence, "ci_low", "ci_low below ci_high", "exchange the two limits"))
    elif middle is not None and ((low is not None and middle < low) or (high is not None and middle > high)):
        sentence = f"{middle:g} lies outside its own interval."
        expected = f"{'' if low is None else f'{low:g}'} to {'' if high is None else f'{high:g}'}"
        found.append(_problem(row, sentence, column, expected, "check the signs of the three numbers"))
    if row.get("measure") in ("OR", "RR", "HR", "ROM") and middle is not None and middle <= 0:
        sentence = f"A ratio of {middle:g} cannot be."
        found.append(_problem(row, sentence, "estimate", "above 0", "check the measure: is it a difference or a logarithm?"))
    if row.get("measure") == "r" and middle is not None and abs(middle) > 1:
        found.append(_problem(row, f"A correlation of {middle:g} cannot be.", "estimate", "-1 to 1", "check the decimal point"))
    return found


def _scores(row):
    """Means and spreads that the limits of a scale do not allow."""
    mean, sd, n, found = number(row["mean"]), number(row["sd"]), number(row["n"]), []
    if row["statistic"] == "events" and row["events"] is None:
        found.append(
            _problem(row, "A row of events has no count.", "events", "a whole number", "fill events, or leave the row out")
        )
    if row["events"] is not None and row["n"] is None:
        found.append(_problem(row, "A count of events has no number of people.", "n", "a whole number", "fill n"))
    if row["scale"] not in SCALES or mean is None:
        return found
    low, high = SCALES[row["scale"]]
    change = row["statistic"] in ("change", "adjusted change", "maximum change")
    least, most = (low - high, high - low) if change else (low, high)
    if row["statistic"] in ("percent change", "rank", "value"):
        return found
    if not least <= mean <= most:
        sentence = f"A mean of {mean:g} is off the scale {row['scale']}."
        fix = "check the scale (number of items) and the statistic"
        found.append(_problem(row, sentence, "mean", f"{least} to {most}", fix))
    elif sd is not None and n is not None and n > 1 and not change:
        largest = sqrt(max(0.0, (mean - low) * (high - mean)) * n / (n - 1))
        if sd > largest * 1.02 + 0.05:
            sentence = f"With a mean of {mean:g} on {row['scale']}, a standard deviation of {sd:g} cannot be."
            found.append(_problem(row, sentence, "sd", f"at most {largest:.3g}", "check which scale these numbers are of"))
    return found


def _time(row):
    if row["time"] is None and row["time_unit"] is None:
        return []
    if row["time"] is None or row["time_unit"] is None:
        column = "time" if row["time"] is None else "time_unit"
        return [_problem(row, "A time needs a number and a unit.", column, "both or neither", f"fill {column}")]
    if row["time_unit"] not in HOURS:
        sentence = f"{shown(row['time_unit'])} is no unit of time."
        return [_problem(row, sentence, "time_unit", ", ".join(HOURS), f"perhaps '{nearest(row['time_unit'], HOURS)}'")]
    return []


def _twice(table, rows):
    """Rows that are there twice: a study in trials, an arm or effect with the same outcome, scale, statistic and time."""
    seen, found = {}, []
    for row in rows:
        identity = tuple(row[c] for c in IDENTITY[table])
        first = seen.setdefault(identity, row)
        if first is not row:
            what = {"trials": "study", "arms": "arm", "effects": "effect"}[table]
            differ = table != "trials" and any(row[c] != first[c] for c in NUMBERS[table])
            severity, twice = (FLAG, "listed twice with different numbers") if differ else (ERROR, "listed twice")
            sentence = f"{row['study']}: this {what} is {twice}."
            given = f"line {first['line']} says the same in {', '.join(IDENTITY[table])}"
            fix = "delete one of the two rows, or say in outcome how they differ"
            found.append(Problem(severity, sentence, row["file"], row["line"], "study", given, "each row once", fix))
    return found


def _alike(rows):
    """Studies of trials.csv whose names differ only in spaces, marks or capitals."""
    seen, found = {}, []
    for row in rows:
        plain = re.sub(r"\W|_", "", row["study"] or "").casefold()
        other = seen.setdefault(plain, row["study"])
        if plain and other != row["study"]:
            sentence = f"{shown(row['study'])} and {shown(other)} look like one study listed twice."
            found.append(_problem(row, sentence, "study", "each study once", "use one spelling", FLAG))
    return found
