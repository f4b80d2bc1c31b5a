"""Selection models: how likely a study is published is a step function of its p value, fitted together with the effects."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.stats import chi2, norm

from synaptrace.errors import ResultError, SolveError
from synaptrace.evidence.meta.inputs import column, heterogeneity_scale, limits, moderators, two_sided
from synaptrace.evidence.meta.mixed_model import Pooled, linear_structure, maximize

ALTERNATIVES = ("greater", "less", "two-sided")


@dataclass(frozen=True)
class SelectionResult(Pooled):
    """Effects (unit of the effects) and tau2 (squared) adjusted for selection; `weights` relative to the first step of p values.

    `steps` are the upper ends of the steps, `counts` the studies in each; `unadjusted` the same model without selection, and
    `selection_test` the likelihood-ratio test that all weights are 1. Standard errors are nan at a bound.
    """

    tau2: float
    tau2_se: float
    steps: tuple
    counts: tuple
    weights: tuple
    weights_se: tuple
    weights_given: bool
    selection_test: dict
    unadjusted: dict
    alternative: str
    k: int
    log_likelihood: float


def fit_selection(effects, variances, steps=(0.025,), alternative="greater", weights=None, design=None, names=None, level=0.95):
    """Step-function selection model by maximum likelihood (Hedges 1992, Stat Sci 7:246; Vevea & Hedges 1995).

    Parameters: effects and their sampling variances (k,); steps: ends of the p-value steps below 1; alternative: the side the p
    values test, greater, less or two-sided; weights: one per step to assume instead of fitting (Vevea & Woods 2005); design
    (k, p), an intercept if left out. Raises ResultError for steps that cannot be used or that hold no study, SolveError when the
    likelihood has no maximum inside.
    """
    effects = column(effects, "effects")
    variances = column(variances, "sampling variances", positive=True, length=len(effects))
    design, names = moderators(design, names, len(effects))
    ends = _ends(steps, alternative)
    place, counts = _placed(effects, variances, ends, alternative, weights is None)
    assumed = None if weights is None else _assumed(weights, len(ends))
    structure = linear_structure([np.eye(len(effects))], heterogeneity_scale(effects, design, np.diag(variances)))
    theta, plain = maximize(effects, design, np.diag(variances), structure, names, "ML")
    data = effects, variances, design, place, _cuts(variances, ends, alternative), assumed
    found, value = _maximize(data, np.concatenate([plain.coefficients, theta]))
    errors = _errors(data, found)
    width = design.shape[1]
    fitted = assumed if assumed is not None else np.concatenate([[1.0], found[width + 1 :]])
    spread = np.concatenate([[np.nan], errors[width + 1 :]]) if assumed is None else np.full(len(fitted), np.nan)
    statistic = max(0.0, 2 * (value - plain.log_likelihood))
    z = found[:width] / errors[:width]
    free = len(ends) - 1
    return SelectionResult(
        names=names,
        estimate=tuple(found[:width].tolist()),
        se=tuple(errors[:width].tolist()),
        ci=limits(found[:width], errors[:width], level),
        z=tuple(z.tolist()),
        p=two_sided(z),
        tau2=float(found[width]),
        tau2_se=float(errors[width]),
        steps=tuple(ends),
        counts=tuple(counts),
        weights=tuple(fitted.tolist()),
        weights_se=tuple(spread.tolist()),
        weights_given=assumed is not None,
        selection_test={} if assumed is not None else {"q": statistic, "df": free, "p": float(chi2.sf(statistic, free))},
        unadjusted={"estimate": plain.coefficients, "se": plain.se, "tau2": theta[0], "log_likelihood": plain.log_likelihood},
        alternative=alternative,
        k=len(effects),
        log_likelihood=value,
    )


def _ends(steps, alternative):
    """Upper ends of the steps with 1 as the last; raises ResultError."""
    if alternative not in ALTERNATIVES:
        raise ResultError(f"'{alternative}' is not a side.", given=alternative, expected=", ".join(ALTERNATIVES))
    ends = [float(s) for s in steps if s != 1] + [1.0]
    if len(ends) < 2 or ends[0] <= 0 or np.any(np.diff(ends) <= 0):
        raise ResultError(
            "The steps of the selection model cannot be used.",
            given=", ".join(f"{s:g}" for s in steps),
            expected="increasing p values between 0 and 1, at least one",
        )
    return ends


def _placed(effects, variances, ends, alternative, needed):
    """(step of each study, number of studies by step); raises ResultError where a step to be fitted is empty."""
    z = effects / np.sqrt(variances)
    p = {"greater": norm.sf(z), "less": norm.cdf(z), "two-sided": 2 * norm.sf(np.abs(z))}[alternative]
    place = np.searchsorted(ends, p)
    counts = np.bincount(place, minlength=len(ends)).tolist()
    if needed and 0 in counts:
        empty = counts.index(0)
        low = ends[empty - 1] if empty else 0.0
        raise ResultError(
            f"No study has a p value from {low:g} to {ends[empty]:g}.",
            given=f"{len(p)} studies, by step {', '.join(map(str, counts))}",
            expected="at least one study in each step",
            fix="leave the step out, or give its weight",
        )
    return place, counts


def _assumed(weights, count):
    found = np.asarray(weights, float)
    if found.shape != (count,) or np.any(~np.isfinite(found)) or np.any(found <= 0):
        raise ResultError(
            "The assumed weights cannot be used.", given=", ".join(map(str, weights)), expected=f"{count} numbers above 0"
        )
    return found


def _cuts(variances, ends, alternative):
    """Bands of effects per step: list of (low, high) pairs of (k,) arrays by step."""
    deviation = np.sqrt(variances)
    if alternative == "two-sided":
        far = [np.inf] + [norm.isf(e / 2) for e in ends[:-1]] + [0.0]
        tails = list(zip(far[:-1], far[1:], strict=True))
        return [[(low * deviation, high * deviation), (-high * deviation, -low * deviation)] for high, low in tails]
    far = [np.inf] + [norm.isf(e) for e in ends[:-1]] + [-np.inf]
    sign = 1.0 if alternative == "greater" else -1.0
    bands = []
    for high, low in zip(far[:-1], far[1:], strict=True):
        sides = sorted((sign * low, sign * high))
        bands.append([(sides[0] * deviation, sides[1] * deviation)])
    return bands


def _log_likelihood(theta, data):
    """Sum over studies of log weight + log density - log of the mean weight of what could have been observed."""
    effects, variances, design, place, cuts, assumed = data
    width = design.shape[1]
    mean, spread = design @ theta[:width], np.sqrt(theta[width] + variances)
    weights = assumed if assumed is not None else np.concatenate([[1.0], theta[width + 1 :]])
    total = np.zeros(len(effects))
    for weight, bands in zip(weights, cuts, strict=True):
        for low, high in bands:
            total += weight * _chance((low - mean) / spread, (high - mean) / spread)
    return float(np.sum(np.log(weights[place]) + norm.logpdf(effects, mean, spread) - np.log(total)))


def _chance(low, high):
    """P(low < z < high), from the tail where the digits are."""
    return np.where(low > 0, norm.sf(low) - norm.sf(high), norm.cdf(high) - norm.cdf(low))


def _maximize(data, start):
    """(theta, log likelihood) at the maximum; theta is coefficients, tau2 and the weights after the first."""
    design, assumed, count = data[2], data[5], len(data[4])
    width, extra = design.shape[1], 0 if data[5] is not None else count - 1
    scale = np.concatenate([np.full(width, np.sqrt(np.mean(data[1]))), [np.mean(data[1])], np.ones(extra)])
    low = np.concatenate([np.full(width, -np.inf), [0.0], np.full(extra, 1e-6)]) / scale
    best = None
    for guess in (1.0, 0.3) if assumed is None else (1.0,):
        first = np.concatenate([start, np.full(extra, guess)]) / scale
        found = minimize(
            lambda x: -_log_likelihood(np.maximum(x, low) * scale, data),
            first,
            method="L-BFGS-B",
            bounds=[(b if np.isfinite(b) else None, None) for b in low],
            options={"ftol": 1e-14, "gtol": 1e-8, "maxiter": 1000},
        )
        best = found if best is None or found.fun < best.fun else best
    theta = _newton(data, best.x * scale, low * scale)
    if not np.all(np.isfinite(theta)) or np.any(theta[width + 1 :] > 100):
        raise SolveError(
            "The selection model has no maximum for these effects.",
            given=f"weights {', '.join(f'{w:.3g}' for w in theta[width + 1 :])}",
            expected="weights below 100",
            fix="use fewer steps, or give the weights",
        )
    return theta, _log_likelihood(theta, data)


def _newton(data, theta, low):
    """Newton steps with numeric derivatives over the parameters away from their bounds."""
    for _ in range(6):
        steps = 1e-4 * np.maximum(np.abs(theta), 0.05 * np.sqrt(np.mean(data[1])))
        free = np.flatnonzero(theta - low > 3 * steps)
        slope, hessian = _derivatives(data, theta, free, steps)
        move = np.linalg.lstsq(hessian, -slope, rcond=1e-10)[0]
        trial = theta.copy()
        trial[free] = np.maximum(theta[free] + move, low[free])
        if not _log_likelihood(trial, data) >= _log_likelihood(theta, data) - 1e-9:
            break
        theta = trial
    return theta


def _derivatives(data, theta, free, steps):
    """Slope and Hessian over the free parameters by central differences of fourth and second order."""
    unit = np.eye(len(theta)) * steps

    def at(*moves):
        return _log_likelihood(theta + sum(m * unit[i] for i, m in moves), data)

    slope = np.array([(8 * (at((i, 1)) - at((i, -1))) - at((i, 2)) + at((i, -2))) / (12 * steps[i]) for i in free])
    hessian = np.empty((len(free), len(free)))
    middle = at()
    for row, i in enumerate(free):
        for column_, j in enumerate(free[: row + 1]):
            if i == j:
                near, far = at((i, 1)) + at((i, -1)), at((i, 2)) + at((i, -2))
                value = (16 * near - far - 30 * middle) / (12 * steps[i] ** 2)
            else:
                value = (at((i, 1), (j, 1)) - at((i, 1), (j, -1)) - at((i, -1), (j, 1)) + at((i, -1), (j, -1))) / (
                    4 * steps[i] * steps[j]
                )
            hessian[row, column_] = hessian[column_, row] = value
    return slope, hessian


def _errors(data, theta):
    """Standard errors from the observed information; nan for parameters at a bound."""
    width = data[2].shape[1]
    steps = 1e-3 * np.maximum(np.abs(theta), 0.05 * np.sqrt(np.mean(data[1])))
    bounded = np.concatenate([np.full(width, -np.inf), np.zeros(len(theta) - width)])
    free = np.flatnonzero(theta - bounded > 3 * steps)
    covariance = np.linalg.pinv(-_derivatives(data, theta, free, steps)[1])
    errors = np.full(len(theta), np.nan)
    errors[free] = np.sqrt(np.maximum(np.diag(covariance), 0))
    return errors
