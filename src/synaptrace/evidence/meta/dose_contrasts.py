"""Effects of each dose against a shared reference, with the covariance that sharing it brings."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from synaptrace.errors import ResultError
from synaptrace.evidence.meta.inputs import column

RISK_DESIGNS = ("case-control", "cumulative-incidence", "incidence-rate")


@dataclass(frozen=True)
class DoseStudy:
    """One study: effects (n,) of `doses` (n,) against the dose `reference`, and their covariance (n, n)."""

    name: str
    doses: np.ndarray
    reference: float
    effects: np.ndarray
    covariance: np.ndarray


def contrasts_of_means(name, doses, means, sds, sizes, reference=None, standardized=False):
    """Differences of means from the reference arm, whose error all of them share (Crippa & Orsini 2016, BMC Med Res Meth 16:91).

    Parameters: doses (m,), means and sds (m,) in the unit of the outcome, sizes (m,) people per arm; reference, one of the doses,
    the lowest if left out; standardized: divide by the SD pooled over all arms (Cohen's d; Gleser & Olkin 2009). One SD pooled
    over the arms is used throughout, so covariances are SD^2 / n of the reference arm. Raises ResultError for unusable columns.
    """
    doses, place = _doses(doses, reference, name)
    means = column(means, "means", length=len(doses))
    sds = column(sds, "standard deviations", positive=True, length=len(doses))
    sizes = column(sizes, "numbers of people", positive=True, length=len(doses))
    if np.any(sizes < 2):
        raise ResultError("An arm has fewer than two people.", given=f"{sizes.min():g} in '{name}'", expected="2 or more")
    others = np.flatnonzero(np.arange(len(doses)) != place)
    variance = np.sum((sizes - 1) * sds**2) / np.sum(sizes - 1)
    effects = means[others] - means[place]
    covariance = variance * (1 / sizes[place] + np.diag(1 / sizes[others]))
    if standardized:
        effects = effects / np.sqrt(variance)
        covariance = covariance / variance + np.outer(effects, effects) / (2 * np.sum(sizes))
    return DoseStudy(str(name), doses[others], float(doses[place]), effects, covariance)


def contrasts_of_risks(name, doses, log_ratios, se, cases, totals, design, reference=None):
    """Adjusted log odds, risk or rate ratios, with covariances rebuilt from counts.

    After Greenland & Longnecker 1992, Am J Epidemiol 135:1301. Parameters: doses (m,); log_ratios and se (m,), ignored in the
    reference row; cases (m,); totals (m,): cases and controls together, people, or person-time, by design case-control,
    cumulative-incidence or incidence-rate; reference, one of the doses, the lowest if left out. Raises ResultError for an unknown
    design or counts that cannot hold.
    """
    doses, place = _doses(doses, reference, name)
    if design not in RISK_DESIGNS:
        raise ResultError(f"'{design}' is not a design.", given=design, expected=", ".join(RISK_DESIGNS))
    cases = column(cases, "cases", positive=True, length=len(doses))
    totals = column(totals, "totals", positive=True, length=len(doses))
    if design != "incidence-rate" and np.any(cases >= totals):
        row = int(np.argmax(cases >= totals))
        raise ResultError(
            "There are no people without the event at a dose.",
            given=f"{cases[row]:g} cases of {totals[row]:g} at dose {doses[row]:g} in '{name}'",
            expected="fewer cases than people",
        )
    others = np.flatnonzero(np.arange(len(doses)) != place)
    ratios = column(np.asarray(log_ratios, float)[others], "log ratios", length=len(others))
    errors = column(np.asarray(se, float)[others], "standard errors", positive=True, length=len(others))
    fitted = _fitted_cases(np.concatenate([[0.0], ratios]), np.sum(cases), totals[[place, *others]], design)
    variance = _log_variances(fitted, totals[[place, *others]], design)
    spread = np.sqrt(variance[0] + variance[1:])
    correlation = variance[0] / np.outer(spread, spread)
    np.fill_diagonal(correlation, 1.0)
    return DoseStudy(str(name), doses[others], float(doses[place]), ratios, correlation * np.outer(errors, errors))


def _doses(doses, reference, name):
    """(doses, row of the reference); raises ResultError."""
    doses = column(doses, "doses")
    wanted = float(np.min(doses)) if reference is None else float(reference)
    rows = np.flatnonzero(doses == wanted)
    if len(rows) != 1 or len(doses) < 2:
        raise ResultError(
            f"The study '{name}' does not have its reference dose once, beside another dose.",
            given=f"reference {wanted:g} among {', '.join(f'{d:g}' for d in doses)}",
            expected="one reference arm and at least one other",
        )
    return doses, int(rows[0])


def _fitted_cases(ratios, total_cases, totals, design):
    """Expected cases per dose, reference first, with the adjusted ratios and the total of the cases kept."""
    if design != "case-control":
        share = totals * np.exp(ratios)
        return total_cases * share / np.sum(share)

    def at(reference_odds):
        odds = reference_odds * np.exp(ratios)
        return totals * odds / (1 + odds)

    log_odds = brentq(lambda x: np.sum(at(np.exp(x))) - total_cases, -60.0, 60.0, xtol=1e-13)
    return at(np.exp(log_odds))


def _log_variances(cases, totals, design):
    """What each dose adds to the variance of a crude log ratio."""
    if design == "case-control":
        return 1 / cases + 1 / (totals - cases)
    return 1 / cases - (1 / totals if design == "cumulative-incidence" else 0.0)
