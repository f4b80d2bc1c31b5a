"""Effects and sampling variances of counts: two-by-two tables and proportions."""

import numpy as np

from synaptrace.errors import ResultError
from synaptrace.evidence.meta.measures_continuous import arrays, finite

RULES = ("only0", "all", "none")


def table_cells(events_1, total_1, events_2, total_2, add=0.5, to="only0", drop00=False):
    """(a, b, c, d): people with and without the event in groups 1 and 2, each (k,), after the correction for zeros.

    `to` says where `add` is added to all four cells: only0, in tables with a zero cell; all; none. With `drop00`, tables
    where nobody or everybody had the event become nan. Raises ResultError for another rule, or events above the total.
    """
    a, n_1, c, n_2 = arrays(events_1=events_1, total_1=total_1, events_2=events_2, total_2=total_2)
    _enough(a, n_1)
    _enough(c, n_2)
    cells = np.array([a, n_1 - a, c, n_2 - c])
    uninformative = ((a == 0) & (c == 0)) | ((cells[1] == 0) & (cells[3] == 0))
    cells = cells + np.where(_corrected(np.any(cells == 0, axis=0), to), add, 0.0)
    return np.where(drop00 & uninformative, np.nan, cells)


def _enough(events, totals):
    if np.any(events > totals):
        row = np.flatnonzero(np.ravel(events > totals))[0]
        raise ResultError(
            "There are more events than people.", given=f"{np.ravel(events)[row]:g} of {np.ravel(totals)[row]:g}", row=row + 1
        )


def _corrected(has_zero, rule):
    if rule not in RULES:
        raise ResultError(f"'{rule}' is not a rule for zeros.", given=rule, expected=", ".join(RULES))
    return {"only0": has_zero, "all": np.ones_like(has_zero), "none": np.zeros_like(has_zero)}[rule]


def log_odds_ratio(events_1, total_1, events_2, total_2, add=0.5, to="only0", drop00=False):
    """OR = ln(a d/(b c)) and its variance 1/a + 1/b + 1/c + 1/d; columns (k,), zeros as in table_cells.

    Raises ResultError for columns that cannot be (Fleiss & Berlin 2009).
    """
    a, b, c, d = table_cells(events_1, total_1, events_2, total_2, add, to, drop00)
    with np.errstate(divide="ignore", invalid="ignore"):
        return finite((np.log(a) - np.log(b)) - (np.log(c) - np.log(d)), 1 / a + 1 / b + 1 / c + 1 / d)


def log_risk_ratio(events_1, total_1, events_2, total_2, add=0.5, to="only0", drop00=False):
    """RR = ln of the ratio of the risks and its variance 1/a - 1/n_1 + 1/c - 1/n_2; columns (k,), zeros as in table_cells.

    Raises ResultError for columns that cannot be (Fleiss & Berlin 2009).
    """
    a, b, c, d = table_cells(events_1, total_1, events_2, total_2, add, to, drop00)
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = (np.log(a) - np.log(a + b)) - (np.log(c) - np.log(c + d))
        return finite(effect, 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))


def risk_difference(events_1, total_1, events_2, total_2, add=0.5, to="only0", drop00=False):
    """RD = difference of the risks and its variance, the sum of p (1 - p)/n; columns (k,), zeros as in table_cells.

    Raises ResultError for columns that cannot be (Fleiss & Berlin 2009).
    """
    a, b, c, d = table_cells(events_1, total_1, events_2, total_2, add, to, drop00)
    n_1, n_2 = a + b, c + d
    return finite(a / n_1 - c / n_2, a * b / n_1**3 + c * d / n_2**3)


def peto_log_odds_ratio(events_1, total_1, events_2, total_2, add=0.5, to="only0", drop00=False):
    """PETO = (a - E)/V, a log odds ratio, and its variance 1/V, V hypergeometric; columns (k,), zeros as in table_cells.

    Raises ResultError for columns that cannot be (Yusuf 1985).
    """
    observed, expected, spread = peto_parts(*table_cells(events_1, total_1, events_2, total_2, add, to, drop00))
    with np.errstate(divide="ignore", invalid="ignore"):
        return finite((observed - expected) / spread, 1 / spread)


def peto_parts(a, b, c, d):
    """(observed, expected, hypergeometric variance) of the events in group 1, each (k,) (Yusuf 1985)."""
    n_1, n_2, events = a + b, c + d, a + c
    everyone = n_1 + n_2
    with np.errstate(divide="ignore", invalid="ignore"):
        return a, events * n_1 / everyone, events * (b + d) * n_1 * n_2 / (everyone**2 * (everyone - 1))


def _split(events, total, add, to):
    """(events, others) after the correction: `add` to both where `to` says, which zero or full counts ask for."""
    x, n = arrays(events=events, total=total)
    _enough(x, n)
    extra = np.where(_corrected((x == 0) | (x == n), to), add, 0.0)
    return x + extra, n - x + extra


def proportion(events, total, add=0.5, to="only0"):
    """PR = events/total and its variance p (1 - p)/n; columns (k,).

    Raises ResultError for columns that cannot be.
    """
    x, others = _split(events, total, add, to)
    n = x + others
    return finite(x / n, x * others / n**3)


def logit_proportion(events, total, add=0.5, to="only0"):
    """PLO = ln of the odds and its variance 1/x + 1/(n - x); columns (k,). Raises ResultError for columns that cannot be."""
    x, others = _split(events, total, add, to)
    with np.errstate(divide="ignore", invalid="ignore"):
        return finite(np.log(x) - np.log(others), 1 / x + 1 / others)


def arcsine_proportion(events, total, add=0.0, to="only0"):
    """PAS = arcsin(sqrt(p)) in radians and its variance 1/(4 n); columns (k,); nothing is added to zeros unless asked.

    Raises ResultError for columns that cannot be (Ruecker 2009).
    """
    x, others = _split(events, total, add, to)
    return finite(np.arcsin(np.sqrt(x / (x + others))), 1 / (4 * (x + others)))


def double_arcsine_proportion(events, total, add=0.0, to="only0"):
    """PFT: half the sum of arcsin(sqrt(x/(n+1))) and arcsin(sqrt((x+1)/(n+1))), variance 1/(4 n + 2); columns (k,).

    Raises ResultError for columns that cannot be (Freeman & Tukey 1950).
    """
    x, others = _split(events, total, add, to)
    n = x + others
    return finite((np.arcsin(np.sqrt(x / (n + 1))) + np.arcsin(np.sqrt((x + 1) / (n + 1)))) / 2, 1 / (4 * n + 2))


def proportion_from_double_arcsine(values, totals):
    """Proportion of a PFT value (m,): exact for one study, and for a pooled value by the harmonic mean of `totals`.

    Values beyond what a proportion of 0 or 1 gives become 0 or 1 (Miller 1978, Am Stat 32:138). Raises ResultError for totals
    that are not above 0.
    """
    totals = np.atleast_1d(np.asarray(totals, float))
    if not np.all(totals > 0):
        raise ResultError("A number of people is not above 0.", given=f"{np.min(totals):g}", expected="totals above 0")
    n = 1 / np.mean(1 / totals)
    lowest, highest = (double_arcsine_proportion(x, n)[0] for x in (0.0, n))
    values = np.asarray(values, float)
    twice = 2 * np.clip(values, lowest, highest)
    sine = np.sin(twice)
    root = np.sqrt(np.maximum(0.0, 1 - (sine + (sine - 1 / sine) / n) ** 2))
    found = (1 - np.sign(np.cos(twice)) * root) / 2
    return np.where(values <= lowest, 0.0, np.where(values >= highest, 1.0, found))[()]
