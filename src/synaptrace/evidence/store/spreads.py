"""Standard errors given as standard deviations, and mean ranks printed like scores."""

from bisect import bisect_left
from math import sqrt
from statistics import median

from synaptrace.evidence.store.problems import ERROR, FLAG, Problem, shown
from synaptrace.evidence.store.values import number

CHANGES, POSTS = ("change", "adjusted change"), ("post", "adjusted post", "value")
FIX = "if it is a standard error, move it to the column se and say so in note"
ENOUGH = 4  # other standard deviations of a scale that are needed to call one small


def spread_problems(rows, typical=None):
    """Problems of the spreads in rows of arms; `typical` is what `typical_spreads` gives for the rows of the whole store."""
    typical = typical_spreads([rows]) if typical is None else typical
    found, printed = [], {}
    for row in rows:
        if number(row["sd"]):
            printed.setdefault((row["study"], row["outcome"], row["scale"]), []).append((row["sd"], row["line"]))
    printed = {key: sorted(values) for key, values in printed.items()}
    for row in rows:
        sd, n = number(row["sd"]), number(row["n"])
        if sd is not None and sd > 0:
            found += _contradicted(row, sd, n) + _small(row, sd, typical)
            found += _multiplied(row, sd, n, printed[row["study"], row["outcome"], row["scale"]])
    return found + _pairs(rows)


def typical_spreads(tables):
    """{(scale, class): (how many, median)} of the standard deviations in many lists of rows.

    The class is baseline, change or post; rows without a scale are left out.
    """
    found = {}
    for rows in tables:
        for row in rows:
            sd, kind = number(row["sd"]), _class(row["statistic"])
            if sd is not None and sd > 0 and kind and row["scale"]:
                found.setdefault((row["scale"], kind), []).append(sd)
    return {key: (len(values), median(values)) for key, values in found.items()}


def _class(statistic):
    return "change" if statistic in CHANGES else "post" if statistic in POSTS else statistic if statistic == "baseline" else ""


def _flag(row, sentence, given, expected, severity=FLAG):
    return Problem(severity, sentence, row["file"], row["line"], "sd", given, expected, FIX)


def _contradicted(row, sd, n):
    """A standard error or an interval of the same row that says the number in `sd` is no standard deviation."""
    if n is None or n < 2:
        return []
    se, low, high = number(row["se"]), number(row["ci_low"]), number(row["ci_high"])
    sources = [(se, "the standard error")] if se else []
    if low is not None and high is not None and high > low:
        sources.append(((high - low) / 3.92, "the interval"))
    for error, word in sources:
        if abs(sd / error - 1) < 0.1:
            sentence = f"The standard deviation {sd:g} is a standard error, says {word} of the same row."
            return [_flag(row, sentence, f"sd {sd:g}, n {n:g}", f"about {error * sqrt(n):.3g}", ERROR)]
        if not 0.75 < sd / (error * sqrt(n)) < 1.33:
            sentence = f"The standard deviation {sd:g} does not fit {word} of the same row."
            return [_flag(row, sentence, f"sd {sd:g}, n {n:g}", f"about {error * sqrt(n):.3g}")]
    return []


def _small(row, sd, typical):
    """A spread far below the others of its scale, or a change many times its own spread."""
    kind, found = _class(row["statistic"]), []
    count, usual = typical.get((row["scale"], kind), (0, 0.0))
    if count > ENOUGH and kind != "baseline" and sd < usual / 4:
        sentence = f"The standard deviation {sd:g} is less than a quarter of what is usual on {row['scale']}."
        found.append(_flag(row, sentence, f"sd {sd:g}", f"about {usual:.3g}"))
    mean = number(row["mean"])
    if kind == "change" and mean is not None and abs(mean) > 3 * sd:
        sentence = f"The change {mean:g} is more than three times its standard deviation {sd:g}; is it a standard error?"
        found.append(_flag(row, sentence, f"mean {mean:g}, sd {sd:g}", "a change of at most about three standard deviations"))
    return found


def _multiplied(row, sd, n, others):
    """A spread that becomes, times the root of n, another of the sorted spreads of the same outcome of the study."""
    if n is None or n < 4:
        return []
    product = sd * sqrt(n)
    place = bisect_left(others, (product * 0.995, 0))
    if place == len(others) or others[place][0] > product * 1.005:
        return []
    other, line = others[place]
    sentence = f"The standard deviation {sd:g} times the root of n is {other:g}, printed in line {line}."
    return [_flag(row, sentence, f"sd {sd:g}, n {n:g}", f"{other:g}")]


def _pairs(rows):
    """Two arms of one outcome and time: an effect of more than 3 standard deviations, or means that add up like ranks."""
    groups, found = {}, []
    for row in rows:
        fit = number(row["mean"]) is not None and number(row["n"]) is not None and row["statistic"] not in ("baseline", "rank")
        if fit:
            key = tuple(row[c] for c in ("study", "outcome", "scale", "statistic", "time", "time_unit"))
            groups.setdefault(key, []).append(row)
    for pair in groups.values():
        active = [r for r in pair if r["role"] == "active"]
        control = [r for r in pair if r["role"] == "control"]
        if len(active) == 1 and len(control) == 1:
            found += _large(active[0], control[0]) + _ranks(active[0], control[0])
    return found


def _large(active, control):
    if not (number(active["sd"]) and number(control["sd"])):
        return []
    n1, n2 = active["n"], control["n"]
    pooled = sqrt(((n1 - 1) * active["sd"] ** 2 + (n2 - 1) * control["sd"] ** 2) / max(1, n1 + n2 - 2))
    effect = (active["mean"] - control["mean"]) / pooled if pooled else 0.0
    if abs(effect) <= 3:
        return []
    sentence = f"The arms of {active['study']} differ by {effect:.2g} standard deviations; are these standard errors?"
    given = f"sd {active['sd']:g} (line {active['line']}) and {control['sd']:g} (line {control['line']})"
    return [_flag(active, sentence, given, "a difference of at most 3 standard deviations")]


def _ranks(active, control):
    """Mean ranks of two groups add up to N (N + 1) / 2 when weighted by their numbers."""
    n1, n2 = active["n"], control["n"]
    total = n1 + n2
    ranks, sum_ = total * (total + 1) / 2, n1 * active["mean"] + n2 * control["mean"]
    inside = all((n + 1) / 2 - 0.01 <= r["mean"] <= total - (n - 1) / 2 + 0.01 for n, r in ((n1, active), (n2, control)))
    close = abs(sum_ - ranks) <= 0.005 * total + 1e-9
    if total < 8 or not inside or not close:
        return []
    sentence = f"The means of {active['study']} add up like mean ranks ({sum_:.4g} of {ranks:g}), which are not scores."
    given = f"{shown(active['mean'])} x {n1:g} + {shown(control['mean'])} x {n2:g}"
    fix = "set statistic to rank, or leave the rows out"
    return [Problem(FLAG, sentence, active["file"], active["line"], "mean", given, "scores", fix)]
