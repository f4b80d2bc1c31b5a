"""From what papers print to what an effect needs: arms combined, and variances from intervals, errors, t and p."""

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from synaptrace.errors import ResultError
from synaptrace.evidence.meta.measures_continuous import arrays, finite, standardized_from_d


def combined_arms(means, sds, counts):
    """(mean, sd, n) of arms taken together as one, each a number, from columns (m,) in one unit.

    sd^2 = (sum (n_i - 1) sd_i^2 + sum n_i (m_i - mean)^2)/(n - 1): the RevMan formula for any number of arms
    (Cochrane Handbook 6.5.2.10). Raises ResultError for columns that cannot be or fewer than two people.
    """
    means, sds, counts = arrays(mean=np.atleast_1d(means), sd=sds, n=counts)
    total = float(np.sum(counts))
    if not total > 1:
        raise ResultError("Arms of fewer than two people have no standard deviation.", given=f"{total:g} people")
    mean = float(np.sum(counts * means) / total)
    squares = np.sum((counts - 1) * sds**2 + counts * (means - mean) ** 2)
    return mean, float(np.sqrt(squares / (total - 1))), total


def _quantile(tail, df):
    return norm.isf(tail) if df is None else student.isf(tail, df)


def variance_from_interval(low, high, level=0.95, df=None, log=False):
    """Variance (squared unit of the effect) of an effect whose interval is `low` to `high`, each (k,).

    `df` of a t interval, normal if left out; with `log`, the limits are of a ratio and the variance of its logarithm.
    Raises ResultError for limits in the wrong order, or not above 0 with `log` (Cochrane Handbook 6.3).
    """
    low, high = arrays(low=low, high=high)
    if np.any(low > high) or (log and np.any(low <= 0)):
        raise ResultError(
            "An interval cannot be used.",
            given=", ".join(f"{a:g} to {b:g}" for a, b in zip(np.ravel(low), np.ravel(high), strict=True)),
            expected="low below high" + (", both above 0" if log else ""),
        )
    width = np.log(high) - np.log(low) if log else high - low
    return ((width / (2 * _quantile((1 - level) / 2, df))) ** 2)[()]


def variance_from_se(se):
    """Variance of an effect from its standard error (k,)."""
    return (np.asarray(se, float) ** 2)[()]


def variance_from_t(effect, t):
    """Variance of an effect (k,) from its own t or z statistic (k,): (effect/t)^2, nan where t is 0."""
    effect, t = arrays(effect=effect, t=t)
    with np.errstate(divide="ignore", invalid="ignore"):
        return finite(effect, (effect / t) ** 2)[1]


def variance_from_p(effect, p, df=None):
    """Variance of an effect (k,) from its two-sided p (k,) of a z test, or a t test with `df`; nan where p is 0 or 1.

    Raises ResultError for a p outside 0 to 1 (Cochrane Handbook 6.3).
    """
    effect, p = arrays(effect=effect, p=p)
    if np.any((p < 0) | (p > 1)):
        raise ResultError("A p value lies outside 0 to 1.", given=f"{p[(p < 0) | (p > 1)][0]:g}")
    inside = np.where((p > 0) & (p < 1), p, np.nan)
    return variance_from_t(effect, _quantile(inside / 2, df))


def standardized_from_t(t, n_1, n_2, variance="LS"):
    """(yi, vi) of a standardized mean difference from the t (k,) of two independent groups: d = t sqrt(1/n_1 + 1/n_2).

    Raises ResultError as standardized_from_d does (Hedges 1981).
    """
    t, n_1, n_2 = arrays(t=t, n_1=n_1, n_2=n_2)
    return standardized_from_d(t * np.sqrt(1 / n_1 + 1 / n_2), n_1, n_2, variance)


def sd_from_se(se, n):
    """Standard deviation of people from the standard error of their mean: se sqrt(n); columns (k,)."""
    return (np.asarray(se, float) * np.sqrt(np.asarray(n, float)))[()]


def sd_from_interval(low, high, n, level=0.95):
    """Standard deviation of people from the t interval of their mean; columns (k,) (Cochrane Handbook 6.5.2.2)."""
    return sd_from_se(np.sqrt(variance_from_interval(low, high, level, np.asarray(n, float) - 1)), n)


def correlation_from_sds(sd_1, sd_2, sd_of_differences):
    """Correlation of two values of the same people from three standard deviations, each (k,).

    Raises ResultError where no correlation from -1 to 1 gives them (Cochrane Handbook 6.5.2.8).
    """
    sd_1, sd_2, sd_of_differences = arrays(sd_1=sd_1, sd_2=sd_2, sd_of_differences=sd_of_differences)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (sd_1**2 + sd_2**2 - sd_of_differences**2) / (2 * sd_1 * sd_2)
    if np.any(np.abs(found) > 1 + 1e-12):
        raise ResultError(
            "No correlation gives these three standard deviations.",
            given=f"a correlation of {found[np.abs(found) > 1 + 1e-12][0]:.3g}",
            fix="check whether one of them is a standard error",
        )
    return np.clip(found, -1, 1)[()]
