"""Linear models whose sampling covariance is known and whose random effects are fitted by (restricted) likelihood."""

from dataclasses import dataclass, field, fields, is_dataclass

import numpy as np
from scipy.linalg import cho_solve
from scipy.optimize import brentq, minimize
from scipy.sparse.csgraph import connected_components
from scipy.stats import chi2

from synaptrace.errors import ResultError, SolveError

METHODS = ("REML", "ML")
HIDDEN = {"hidden": True}  # metadata of fields that as_json leaves out


@dataclass(frozen=True)
class Pooled:
    """What every fitted model says of its coefficients, each (p,): Wald tests and intervals by the normal distribution."""

    names: tuple
    estimate: tuple
    se: tuple
    ci: tuple
    z: tuple
    p: tuple

    def as_json(self):
        """Plain dictionary of all fields but the matrices of the fit."""
        return as_plain(self)


@dataclass(frozen=True)
class LinearFit:
    """Generalized least squares of `outcomes` (k,) on `design` (k, p) given their marginal covariance (k, k)."""

    names: tuple
    coefficients: np.ndarray
    covariance: np.ndarray
    outcomes: np.ndarray = field(repr=False)
    design: np.ndarray = field(repr=False)
    marginal: np.ndarray = field(repr=False)
    quadratic: float
    log_likelihood: float
    method: str

    @property
    def residuals(self):
        """Outcomes minus their fitted means, shape (k,)."""
        return self.outcomes - self.design @ self.coefficients

    @property
    def se(self):
        """Standard errors of the coefficients, shape (p,)."""
        return np.sqrt(np.diag(self.covariance))


@dataclass(frozen=True)
class Structure:
    """Covariance of the random effects as a function of parameters.

    `build(theta)` gives the (k, k) matrix; `slope(theta, gradient)` turns the gradient of the log likelihood by the
    entries of that matrix into its gradient by theta; `lower` holds the lower bounds and `starts` where to begin.
    """

    build: object
    slope: object
    lower: np.ndarray
    starts: tuple


def linear_structure(parts, scale):
    """Structure sum_i theta_i parts_i with theta_i >= 0; `scale` is a guess of their total (the unit of the effects squared)."""
    parts = [np.asarray(p, float) for p in parts]
    count = len(parts)
    even = np.full(count, scale / max(count, 1))
    starts = [even, 0.1 * even] + (
        [np.where(np.arange(count) == i, scale, 0.05 * scale) for i in range(count)] if count > 1 else []
    )

    def build(theta):
        return sum((t * p for t, p in zip(theta, parts, strict=True)), 0.0)

    def slope(theta, gradient):
        return np.array([np.sum(gradient * p) for p in parts])

    return Structure(build, slope, np.zeros(count), tuple(starts))


def factor_structure(loadings, same, scale):
    """Structure (Z T Z') restricted to pairs of the same group, with T = D L L' D unstructured and theta the entries of L.

    `loadings` Z is (k, q), `same` a (k, k) mask of pairs in one group, `scale` (q,) the squares of D, a guess of the variances.
    """
    size = loadings.shape[1]
    rows, columns = np.tril_indices(size)
    loadings = loadings * np.sqrt(np.asarray(scale, float))

    def root(theta):
        factor = np.zeros((size, size))
        factor[rows, columns] = theta
        return factor

    def build(theta):
        factor = loadings @ root(theta)
        return same * (factor @ factor.T)

    def slope(theta, gradient):
        return (2 * (loadings.T @ (gradient * same) @ loadings) @ root(theta))[rows, columns]

    starts = []
    for factor in (1.0, 0.3):
        for correlation in (0.0, 0.6, -0.6) if size > 1 else (0.0,):
            shape = np.eye(size) + correlation * (1 - np.eye(size)) / max(1, size - 1)
            starts.append(factor * np.linalg.cholesky(shape)[rows, columns])
    return Structure(build, slope, np.full(len(rows), -np.inf), tuple(starts))


def between(theta, scale):
    """T of a factor_structure of that `scale` (q,), from its parameters."""
    factor = np.zeros((len(scale), len(scale)))
    factor[np.tril_indices(len(scale))] = theta
    factor = np.sqrt(np.asarray(scale, float))[:, None] * factor
    return factor @ factor.T


def fit_given(outcomes, design, marginal, names=None, method="REML"):
    """Generalized least squares for a known marginal covariance.

    Parameters: outcomes (k,), design (k, p), marginal (k, k) in the squared unit of the outcomes. Returns a LinearFit whose
    log_likelihood is the full or the restricted one (Harville 1974, Biometrika 61:383) by `method`.
    Raises ResultError when the covariance is not positive definite.
    """
    sums = _weighted(outcomes, design, marginal, _pieces(marginal != 0))
    labels = tuple(names) if names is not None else tuple(f"b{i}" for i in range(design.shape[1]))
    value = _log_likelihood(sums, design, method)
    return LinearFit(labels, sums.coefficients, sums.covariance, outcomes, design, marginal, sums.quadratic, value, method)


def maximize(outcomes, design, known, structure, names=None, method="REML"):
    """(theta, LinearFit) at the maximum of the (restricted) likelihood of N(X b, known + structure(theta)).

    Raises ResultError for an unknown method, SolveError when no start converges.
    """
    if method not in METHODS:
        raise ResultError(f"'{method}' is not a way to fit variances.", given=method, expected=" or ".join(METHODS))
    if len(structure.lower) == 0:
        return np.zeros(0), fit_given(outcomes, design, known, names, method)
    # Single starts may cancel entries of the covariance; together they show all that can differ from 0.
    linked = np.any([known != 0, *[structure.build(start) != 0 for start in structure.starts]], axis=0)
    data = outcomes, design, known, structure, method, _pieces(linked)
    best = None
    for start in structure.starts:
        theta, value = _climb(data, start)
        if theta is not None and (best is None or value > best[1] + 1e-12):
            best = theta, value
    if best is None:
        raise SolveError(
            "The likelihood of the random effects has no maximum that could be found.",
            given=f"{len(outcomes)} effects, {len(structure.lower)} variance parameters",
            fix="use a simpler structure, or fewer levels",
        )
    theta = _polish(data, best[0])
    return theta, fit_given(outcomes, design, known + structure.build(theta), names, method)


def profile_interval(outcomes, design, known, parts, index, fitted, method="REML", level=0.95):
    """Profile-likelihood interval of one variance of a linear_structure, by inverting the likelihood-ratio test.

    `parts` are its matrices, `index` the one profiled, `fitted` = (theta, log likelihood) at the maximum. The lower limit is 0
    where the likelihood does not fall enough, the upper infinite where it never does (Venzon & Moolgavkar 1988).
    """
    theta, top = fitted
    others = [p for i, p in enumerate(parts) if i != index]
    scale = max(float(np.sum(theta)), 1e-3 * float(np.mean(np.diag(known))))
    need = chi2.ppf(level, 1)

    def excess(value):
        structure = linear_structure(others, scale)
        _, fit = maximize(outcomes, design, known + value * parts[index], structure, method=method)
        return 2 * (top - fit.log_likelihood) - need

    best = float(theta[index])
    low = 0.0 if best == 0 or excess(0.0) <= 0 else brentq(excess, 0.0, best, xtol=1e-12, rtol=1e-10)
    high = max(2 * best, scale)
    while excess(high) < 0:
        high *= 2
        if high > 1e6 * scale:
            return low, np.inf
    return low, brentq(excess, best, high, xtol=1e-12, rtol=1e-10)


@dataclass(frozen=True)
class _Sums:
    """What a weighted fit leaves: weights and rows by block, W X, W residuals, and the two log determinants."""

    pieces: list
    weights: list
    weighted_design: np.ndarray
    weighted_residuals: np.ndarray
    coefficients: np.ndarray
    covariance: np.ndarray
    quadratic: float
    log_determinant: float
    log_information: float


def _pieces(linked):
    """Rows of the blocks of a matrix, given which entries are not 0: one (blocks, size) array per size of block."""
    count, label = connected_components(linked, directed=False)
    rows = np.split(np.argsort(label, kind="stable"), np.cumsum(np.bincount(label, minlength=count))[:-1])
    sizes = sorted({len(r) for r in rows})
    return [np.array([r for r in rows if len(r) == size]) for size in sizes]


def _weighted(outcomes, design, marginal, pieces):
    """_Sums of generalized least squares, block by block; raises ResultError."""
    columns = np.column_stack([design, outcomes])
    weights, moved, log_determinant = [], np.empty_like(columns), 0.0
    for rows in pieces:
        block = marginal[rows[:, :, None], rows[:, None, :]]
        try:
            roots = np.linalg.cholesky(block)
        except np.linalg.LinAlgError as error:
            raise _not_positive(block) from error
        log_determinant += 2 * float(np.sum(np.log(np.diagonal(roots, axis1=1, axis2=2))))
        weights.append(np.linalg.inv(block))
        moved[rows] = weights[-1] @ columns[rows]
    try:
        inner = np.linalg.cholesky(design.T @ moved[:, :-1])
    except np.linalg.LinAlgError as error:
        raise ResultError(
            "The coefficients of the model cannot be told apart in these effects.",
            given=f"{design.shape[1]} coefficients, {len(outcomes)} effects",
            fix="use fewer coefficients",
        ) from error
    covariance = cho_solve((inner, True), np.eye(design.shape[1]))
    coefficients = cho_solve((inner, True), design.T @ moved[:, -1])
    left = moved[:, -1] - moved[:, :-1] @ coefficients
    quadratic = float((outcomes - design @ coefficients) @ left)
    information = 2 * float(np.sum(np.log(np.diag(inner))))
    return _Sums(pieces, weights, moved[:, :-1], left, coefficients, covariance, quadratic, log_determinant, information)


def _not_positive(blocks):
    """The error for a covariance with an eigenvalue that is not above 0."""
    return ResultError(
        "The sampling covariance of the effects is not positive definite.",
        given=f"smallest eigenvalue {np.min(np.linalg.eigvalsh(blocks)):.3g}",
        expected="all eigenvalues above 0",
        fix="check the correlations, and that no effect is a combination of others",
    )


def _log_likelihood(sums, design, method):
    free = len(design) - (design.shape[1] if method == "REML" else 0)
    value = -0.5 * (free * np.log(2 * np.pi) + sums.log_determinant + sums.quadratic)
    if method == "REML":
        value += 0.5 * (np.linalg.slogdet(design.T @ design)[1] - sums.log_information)
    return float(value)


def _value_and_slope(theta, data):
    """Log likelihood and its gradient: d/dM = (W r r' W - P) / 2, P the projector of REML or W itself."""
    outcomes, design, known, structure, method, pieces = data
    sums = _weighted(outcomes, design, known + structure.build(theta), pieces)
    gradient = np.zeros_like(known)
    for rows, weight in zip(pieces, sums.weights, strict=True):
        left, rest = sums.weighted_design[rows], sums.weighted_residuals[rows]
        part = rest[:, :, None] * rest[:, None, :] - weight
        if method == "REML":
            part = part + left @ sums.covariance @ left.transpose(0, 2, 1)
        gradient[rows[:, :, None], rows[:, None, :]] = 0.5 * part
    return _log_likelihood(sums, design, method), structure.slope(theta, gradient)


def _climb(data, start):
    """(theta, log likelihood) reached from one start by L-BFGS-B, or (None, None)."""
    scale = np.maximum(np.abs(start), 1e-3 * np.max(np.abs(start)) + 1e-12)

    def objective(scaled):
        value, slope = _value_and_slope(scaled * scale, data)
        return -value, -slope * scale

    bounds = [(b if np.isfinite(b) else None, None) for b in data[3].lower]
    options = {"maxiter": 500, "ftol": 1e-15, "gtol": 1e-9}
    try:
        found = minimize(objective, start / scale, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    except (ResultError, np.linalg.LinAlgError):
        return None, None
    return (found.x * scale, -found.fun) if np.all(np.isfinite(found.x)) else (None, None)


def _polish(data, theta):
    """Newton steps on the analytic slope over the parameters that are not at their bound."""
    lower, step = data[3].lower, 1e-5 * np.max(np.abs(theta)) + 1e-12
    for _ in range(8):
        value, slope = _value_and_slope(theta, data)
        free = np.flatnonzero(theta - lower > 10 * step)
        if len(free) == 0:
            return theta
        hessian = np.empty((len(free), len(free)))
        for column, i in enumerate(free):
            sides = [theta + sign * step * (np.arange(len(theta)) == i) for sign in (1, -1)]
            up, down = (_value_and_slope(s, data)[1][free] for s in sides)
            hessian[:, column] = (up - down) / (2 * step)
        move = -np.linalg.lstsq((hessian + hessian.T) / 2, slope[free], rcond=1e-8)[0]
        trial = theta.copy()
        trial[free] = np.maximum(theta[free] + move, lower[free])
        better = _value_and_slope(trial, data)[0]
        if not better >= value - 1e-10 * (1 + abs(value)):
            return theta
        theta = trial
        if np.max(np.abs(move)) < 1e-9 * np.max(np.abs(theta)):
            return theta
    return theta


def as_plain(value):
    """A result as dictionaries, lists, numbers and words that JSON can hold; hidden fields are left out."""
    if is_dataclass(value):
        return {f.name: as_plain(getattr(value, f.name)) for f in fields(value) if not f.metadata.get("hidden")}
    if isinstance(value, dict):
        return {" : ".join(map(str, k)) if isinstance(k, tuple) else str(k): as_plain(v) for k, v in value.items()}
    if isinstance(value, np.ndarray):
        return as_plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [as_plain(v) for v in value]
    if isinstance(value, np.generic):
        return as_plain(value.item())
    return None if isinstance(value, float) and not np.isfinite(value) else value
