"""Intervals that do not lean on the model alone: Q-profile of the variance, and Henmi-Copas of the mean."""

from dataclasses import replace

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import gamma, norm

from synaptrace.errors import ResultError, SolveError
from synaptrace.evidence.meta.heterogeneity import q_profile
from synaptrace.evidence.meta.models import fit_effects

__all__ = ["henmi_copas", "q_profile"]


def henmi_copas(effects, variances, labels=None, tags=None, left_out=(), measure="", level=0.95):
    """Common-effect mean with an interval that allows for heterogeneity and small-study bias (Henmi & Copas 2010).

    Effects and variances (k,), k >= 2, in one unit and its square. Returns the MetaResult of DL with estimate, se, ci and weights
    replaced, method HC; it has no p value, statistic is the half-width of ci in standard errors. Raises ResultError for one
    study, SolveError where the equation of the interval has no solution.
    """
    random = fit_effects(
        effects, variances, method="DL", labels=labels, tags=tags, left_out=left_out, measure=measure, level=level
    )
    if random.k < 2:
        raise ResultError("A Henmi-Copas interval needs more than one study.", given="1 study", expected="at least 2")
    weights = 1 / random.variances
    total = float(np.sum(weights))
    mean = float(np.sum(weights * random.effects) / total)
    se = float(np.sqrt((1 + random.tau2 * np.sum(weights**2) / total) / total))
    reach = _half_width(random.variances, random.tau2, level)
    ci = (mean - reach * se, mean + reach * se)
    first = replace(random.coefficients[0], estimate=mean, se=se, ci=ci, statistic=reach, p=np.nan)
    return replace(
        random,
        method="HC",
        test="HC",
        estimate=mean,
        se=se,
        ci=ci,
        statistic=reach,
        p=None,
        weights=tuple((100 * weights / total).tolist()),
        coefficients=(first,),
        prediction_interval=None,
        prediction_method=None,
        design=None,
        covariance=None,
        **dict.fromkeys(("log_likelihood", "aic", "bic")),
        notes=(*random.notes, "Henmi-Copas: the mean is that of the common-effect model, tau2 that of DL; there is no p value."),
    )


def _half_width(variances, tau2, level):
    """U with P(U > u) = (1 - level)/2, U the mean over its estimated standard error; it depends on tau2."""
    weights = 1 / variances
    total = np.sum(weights)
    spread = 1 + tau2 * np.sum(weights**2) / total
    free = len(weights) - 1
    inflation = total**2 / np.sum(weights**2) - 1
    moments = _conditional_moments(weights, tau2, spread)

    def beyond(z, u):
        # Q below this keeps the estimated standard error small enough for U to exceed u.
        r = z * np.sqrt(spread)
        limit = free + ((r / u) ** 2 - 1) * inflation
        mean, variance = moments(r)
        return norm.pdf(z) * gamma.cdf(limit, mean**2 / variance, scale=variance / mean)

    def excess(u):
        return quad(beyond, u / np.sqrt(spread), np.inf, args=(u,), epsabs=1e-12, epsrel=1e-10, limit=200)[0] - (1 - level) / 2

    low, high = 1e-3, 2 * float(norm.ppf(0.5 + level / 2)) + 2 * float(np.sqrt(spread))
    for _ in range(60):
        if excess(high) < 0 < excess(low):
            return float(brentq(excess, low, high, xtol=1e-12, rtol=1e-13))
        low, high = low / 2, high * 2
    raise SolveError("The Henmi-Copas interval has no half-width that could be found.", tried=f"up to {high:g} standard errors")


def _conditional_moments(weights, tau2, spread):
    """Function of r that gives mean and variance of Q given sqrt(sum w) (mean - mu) = r, for normal effects."""
    total = np.sum(weights)
    form = np.diag(weights) - np.outer(weights, weights) / total
    covariance = np.diag(1 / weights + tau2)
    direction = covariance @ weights / (np.sqrt(total) * spread)
    left = covariance - spread * np.outer(direction, direction)
    moved = form @ left
    trace, square = np.trace(moved), np.sum(moved * moved.T)
    shift, across = direction @ form @ direction, direction @ moved @ form @ direction

    def moments(r):
        return trace + r**2 * shift, 2 * square + 4 * r**2 * across

    return moments
