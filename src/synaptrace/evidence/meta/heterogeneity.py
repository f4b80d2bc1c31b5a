"""The variance between studies: nine estimators, their errors, and the Q-profile interval; many data sets at once."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2

from synaptrace.errors import ResultError, SolveError
from synaptrace.evidence.meta.roots import falling_root

METHODS = ("EE", "DL", "HE", "HS", "SJ", "ML", "REML", "EB", "PM")
LIKELIHOOD = ("ML", "REML")
STEPS = 24  # points of the likelihood looked at before climbing


@dataclass(frozen=True)
class Sums:
    """Weighted least squares of B data sets of k effects on p columns.

    weights and residuals (B, k); coefficients (B, p); covariance (B, p, p) = (X'WX)^-1; quadratic (B,) = r'Wr.
    """

    design: np.ndarray
    weights: np.ndarray
    coefficients: np.ndarray
    covariance: np.ndarray
    residuals: np.ndarray
    quadratic: np.ndarray

    def moment(self, power):
        """X'W^power X, (B, p, p)."""
        return np.swapaxes(self.design * self.weights[..., None] ** power, -1, -2) @ self.design

    @property
    def trace(self):
        """Tr P, (B,), of P = W - WX(X'WX)^-1X'W."""
        return np.sum(self.weights, -1) - _trace(self.covariance, self.moment(2))

    @property
    def trace_squared(self):
        """Tr PP, (B,)."""
        inner = self.covariance @ self.moment(2)
        return np.sum(self.weights**2, -1) - 2 * _trace(self.covariance, self.moment(3)) + _trace(inner, inner)

    @property
    def second(self):
        """y'PPy, (B,)."""
        return np.sum((self.weights * self.residuals) ** 2, -1)

    @property
    def third(self):
        """y'PPPy, (B,)."""
        moved = self.weights * self.residuals
        across = np.swapaxes(self.design, -1, -2) @ (self.weights * moved)[..., None]
        corrected = np.swapaxes(across, -1, -2) @ self.covariance @ across
        return np.sum(self.weights * moved**2, -1) - corrected[..., 0, 0]


def _trace(left, right):
    return np.sum(left * np.swapaxes(right, -1, -2), (-1, -2))


def weighted(effects, weights, design):
    """Sums of weighted least squares; effects and weights (B, k), design (k, p)."""
    moved = np.swapaxes(design * weights[..., None], -1, -2)
    information = moved @ design
    covariance = 1 / information if design.shape[1] == 1 else np.linalg.inv(information)
    coefficients = (covariance @ (moved @ effects[..., None]))[..., 0]
    residuals = effects - coefficients @ design.T
    return Sums(design, weights, coefficients, covariance, residuals, np.sum(weights * residuals**2, -1))


def log_likelihood(effects, variances, design, tau2, restricted):
    """Full or restricted log likelihood (B,) of effects and variances (B, k), design (k, p), at tau2 (B,) (Harville 1974)."""
    total = variances + np.asarray(tau2)[..., None]
    sums = weighted(effects, 1 / total, design)
    count, width = design.shape
    value = -(count * np.log(2 * np.pi) + np.sum(np.log(total), -1) + sums.quadratic) / 2
    if restricted:
        value = value + (width * np.log(2 * np.pi) + np.linalg.slogdet(design.T @ design)[1] - _log_det(sums)) / 2
    return value


def _log_det(sums):
    """Log det X'WX, (B,)."""
    if sums.design.shape[1] == 1:
        return -np.log(sums.covariance[..., 0, 0])
    return -np.linalg.slogdet(sums.covariance)[1]


def estimate_tau2(effects, variances, design, method, iterations=100):
    """(tau2 (B,), converged (B,)) of effects and variances (B, k) on a design (k, p), in the squared unit of the effects.

    EE 0; DL DerSimonian & Laird 1986; HE Hedges & Olkin 1985; HS Hunter & Schmidt 2004; SJ Sidik & Jonkman 2005; ML, REML the
    highest maximum of the (restricted) likelihood (Raudenbush 2009); PM Paule & Mandel 1982, the same estimator as EB, Morris
    1983. All with moderators as in Viechtbauer 2010. Raises ResultError for another method.
    """
    if method not in METHODS:
        raise ResultError(
            f"'{method}' is not an estimator of the variance between studies.", given=method, expected=", ".join(METHODS)
        )
    sure = np.ones(len(effects), bool)
    if method == "EE":
        return np.zeros(len(effects)), sure
    if method in LIKELIHOOD:
        return _most_likely(effects, variances, design, method == "REML", iterations)
    if method in ("PM", "EB"):
        return _paule_mandel(effects, variances, design, iterations)
    return np.maximum(0.0, _by_moments(effects, variances, design, method)), sure


def _by_moments(effects, variances, design, method):
    count, width = design.shape
    if method == "HE":
        plain = weighted(effects, np.ones_like(effects), design)
        hat = np.sum((design @ plain.covariance[0]) * design, 1)
        return (plain.quadratic - np.sum((1 - hat) * variances, -1)) / (count - width)
    if method == "SJ":
        first = first_guess(effects)
        safe = np.where(first > 0, first, 1.0)
        sums = weighted(effects, 1 / (variances + safe[..., None]), design)
        return np.where(first > 0, safe * sums.quadratic / (count - width), 0.0)
    sums = weighted(effects, 1 / variances, design)
    if method == "HS":
        return (sums.quadratic - count) / np.sum(sums.weights, -1)
    return (sums.quadratic - (count - width)) / sums.trace


def first_guess(effects):
    """Where the Sidik-Jonkman estimator starts: the mean squared deviation of the effects (B, k), (B,)."""
    return np.var(effects, axis=-1)


def _paule_mandel(effects, variances, design, iterations):
    """Root of generalized Q(tau2) = k - p, 0 where Q is below it already at 0."""
    free = design.shape[0] - design.shape[1]

    def excess(tau2, rows):
        sums = weighted(effects[rows], 1 / (variances[rows] + tau2[:, None]), design)
        return sums.quadratic - free, -sums.second

    zero = np.zeros(len(effects))
    high = weighted(effects, np.ones_like(effects), design).quadratic / free
    return falling_root(excess, zero, zero, high, np.mean(variances, -1), iterations)


def _most_likely(effects, variances, design, restricted, iterations):
    """The highest point of the likelihood: the best of STEPS points, then Newton's method inside its neighbors."""
    count, width = design.shape
    spread = weighted(effects, np.ones_like(effects), design).quadratic / (count - width)
    small, large = np.min(variances, -1), np.max(variances, -1)
    # No root lies above this: there the weights differ too little for the residuals to explain more.
    highest = spread + np.sqrt(spread * large)
    lowest = np.minimum(1e-3 * small, 1e-3 * highest)
    safe = np.where(highest > 0, highest, 1.0), np.where(highest > 0, lowest, 1.0)
    ratio = safe[0] / safe[1]
    grid = np.concatenate([np.zeros((1, len(small))), lowest * ratio ** np.linspace(0, 1, STEPS)[:, None]])
    values = np.array([log_likelihood(effects, variances, design, point, restricted) for point in grid])
    best = np.argmax(values, 0)
    low, start, high = (np.take_along_axis(grid, np.clip(best + move, 0, STEPS)[None, :], 0)[0] for move in (-1, 0, 1))

    def score(tau2, rows):
        sums = weighted(effects[rows], 1 / (variances[rows] + tau2[:, None]), design)
        first = sums.trace if restricted else np.sum(sums.weights, -1)
        second = sums.trace_squared if restricted else np.sum(sums.weights**2, -1)
        return sums.second - first, second - 2 * sums.third

    return falling_root(score, start, low, high, np.mean(variances, -1), iterations)


def tau2_error(effects, variances, design, method, tau2):
    """Standard error of one tau2 at its estimate; effects and variances (k,), design (k, p).

    ML and REML: expected information. DL, HE, HS, SJ: exact variance of a quadratic form of normal effects. PM and EB: by the
    delta method, sqrt(2 (k - p))/tr P (Viechtbauer 2005, 2007). nan for EE.
    """
    count, width = design.shape
    at = weighted(effects[None], 1 / (variances + tau2)[None], design)
    if method == "ML":
        return float(np.sqrt(2 / np.sum(at.weights**2)))
    if method == "REML":
        return float(np.sqrt(2 / at.trace_squared[0]))
    if method in ("PM", "EB"):
        return float(np.sqrt(2 * (count - width)) / at.trace[0])
    if method == "EE":
        return np.nan
    first = first_guess(effects)
    weights = {"HE": np.ones(count), "SJ": 1 / (variances + first)}.get(method, 1 / variances)
    sums = weighted(effects[None], weights[None], design)
    factor = {
        "HE": 1 / (count - width),
        "SJ": first / (count - width),
        "HS": 1 / np.sum(weights),
        "DL": 1 / sums.trace[0],
    }[method]
    return float(factor * np.sqrt(2 * _form_squared(sums, variances + tau2)))


def _form_squared(sums, spread):
    """Tr(PDPD) with P = W - WX(X'WX)^-1X'W of the first data set and D = diag(spread (k,)), in the time of k, not k^2."""
    weights, covariance = sums.weights[0], sums.covariance[0]
    moved = sums.design * weights[:, None]
    once = covariance @ (moved.T @ (moved * spread[:, None]))
    across = np.trace(covariance @ (moved.T @ (moved * (weights * spread**2)[:, None])))
    return np.sum((weights * spread) ** 2) - 2 * across + np.sum(once * once.T)


def typical_variance(variances, design):
    """(k - p)/tr P at tau2 = 0, the variance within studies that I2 and H2 compare with (Higgins & Thompson 2002)."""
    sums = weighted(np.zeros((1, len(variances))), 1 / variances[None], design)
    return float((design.shape[0] - design.shape[1]) / sums.trace[0])


def generalized_q(effects, variances, design, tau2):
    """R'Wr with weights 1/(v + tau2); effects and variances (k,), design (k, p)."""
    return float(weighted(effects[None], 1 / (variances + tau2)[None], design).quadratic[0])


def q_profile(effects, variances, design=None, level=0.95):
    """(low, high) of tau2 by inverting the generalized Q test, in its squared unit (Viechtbauer 2007, Stat Med 26:37).

    Effects and variances (k,), design (k, p), an intercept if left out. (0.0, 0.0) where the whole interval lies below 0.
    Raises ResultError when no degree of freedom is left, SolveError when the upper limit cannot be bracketed.
    """
    effects, variances = np.asarray(effects, float), np.asarray(variances, float)
    design = np.ones((len(effects), 1)) if design is None else design
    free = design.shape[0] - design.shape[1]
    if free < 1:
        raise ResultError(
            "An interval of the variance between studies needs more effects than coefficients.", given=f"{free} left over"
        )

    def limit(probability):
        need = chi2.ppf(probability, free)
        if generalized_q(effects, variances, design, 0.0) <= need:
            return 0.0
        high = max(float(np.mean(variances)), 1e-300)
        for _ in range(2000):
            if generalized_q(effects, variances, design, high) < need:
                return float(
                    brentq(lambda t: generalized_q(effects, variances, design, t) - need, 0.0, high, xtol=1e-300, rtol=1e-13)
                )
            high *= 2
        raise SolveError(
            "The interval of the variance between studies has no upper end that could be found.", reached=f"{high:g}"
        )

    return limit(0.5 + level / 2), limit(0.5 - level / 2)
