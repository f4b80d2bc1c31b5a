"""Check the columns a multivariate analysis is given, and put sampling covariances together."""

import numpy as np
from scipy.linalg import block_diag
from scipy.stats import chi2, norm

from synaptrace.errors import ResultError


def column(values, what, positive=False, length=None):
    """`values` as a float vector (k,). Raises ResultError naming `what` and the first row that cannot be used."""
    found = np.asarray(values, float)
    if found.ndim != 1 or len(found) == 0:
        raise ResultError(f"The {what} are not one column of numbers.", given=f"shape {found.shape}", expected="(k,) with k >= 1")
    bad = ~np.isfinite(found) | ((found <= 0) if positive else False)
    if np.any(bad):
        row = int(np.flatnonzero(bad)[0])
        raise ResultError(
            f"The {what} cannot be used as written.",
            given=f"{found[row]} in row {row + 1}",
            expected="a number above 0" if positive else "a finite number",
            fix="drop the row, or give its number",
        )
    if length is not None:
        same_length(found, what, length)
    return found


def same_length(values, what, length):
    """Raise ResultError unless `values` has `length` entries."""
    if len(values) != length:
        raise ResultError(f"The {what} do not fit the effects.", given=f"{len(values)} rows", expected=f"{length} rows")
    return values


def sampling_covariance(covariance, count):
    """The (count, count) sampling covariance from variances (k,), a whole matrix (k, k) or a list of diagonal blocks.

    Raises ResultError when the size is not `count`, an entry is not finite, a variance is not above 0, or it is not symmetric.
    """
    listed = isinstance(covariance, (list, tuple)) and any(np.ndim(b) == 2 for b in covariance)
    whole = block_diag(*[np.atleast_2d(b) for b in covariance]) if listed else np.asarray(covariance, float)
    whole = np.diag(whole) if whole.ndim == 1 else whole
    if whole.shape != (count, count):
        raise ResultError(
            "The sampling covariance does not fit the effects.", given=f"shape {whole.shape}", expected=f"({count}, {count})"
        )
    column(np.diag(whole), "sampling variances", positive=True)
    if not np.all(np.isfinite(whole)) or not np.allclose(whole, whole.T, rtol=1e-8, atol=1e-12):
        raise ResultError("The sampling covariance is not a symmetric matrix of numbers.", fix="give both halves alike")
    return whole


def moderators(design, names, count):
    """(design (k, p), names): an intercept where none is given. Raises ResultError for a rank that is too low."""
    if design is None:
        return np.ones((count, 1)), ("intercept",)
    design = np.asarray(design, float)
    design = design[:, None] if design.ndim == 1 else design
    same_length(design, "moderators", count)
    if np.linalg.matrix_rank(design) < design.shape[1] or design.shape[1] >= count:
        raise ResultError(
            "The moderators cannot be told apart in these effects.",
            given=f"{design.shape[1]} columns of rank {np.linalg.matrix_rank(design)} for {count} effects",
            expected="independent columns, fewer than effects",
            fix="drop a column",
        )
    return design, tuple(names) if names is not None else tuple(f"moderator {i + 1}" for i in range(design.shape[1]))


def codes(labels):
    """Labels as (names in order of appearance, integer code per row)."""
    labels = [str(v) for v in labels]
    names = list(dict.fromkeys(labels))
    place = {name: i for i, name in enumerate(names)}
    return names, np.array([place[v] for v in labels], int)


def same_group(code):
    """(k, k) mask of pairs of rows with the same code."""
    return (code[:, None] == code[None, :]).astype(float)


def limits(estimate, se, level=0.95, quantile=None):
    """((low, high), ...) around each estimate, of the normal distribution or a given quantile (per estimate)."""
    reach = (norm.ppf(0.5 + level / 2) if quantile is None else quantile) * np.asarray(se)
    return tuple((float(lo), float(hi)) for lo, hi in zip(estimate - reach, estimate + reach, strict=True))


def two_sided(statistic):
    """Two-sided normal p of each statistic."""
    return tuple(float(v) for v in 2 * norm.sf(np.abs(statistic)))


def wald(coefficients, covariance):
    """(statistic, degrees of freedom, p) of the test that all of the coefficients are 0."""
    if len(coefficients) == 0:
        return 0.0, 0, 1.0
    statistic = float(coefficients @ np.linalg.solve(covariance, coefficients))
    return statistic, len(coefficients), float(chi2.sf(statistic, len(coefficients)))


def heterogeneity_scale(outcomes, design, known):
    """A guess of the total variance between effects: that of the residuals of least squares, less the sampling variance."""
    residuals = outcomes - design @ np.linalg.lstsq(design, outcomes, rcond=None)[0]
    free = max(1, len(outcomes) - design.shape[1])
    return max(float(residuals @ residuals) / free - float(np.mean(np.diag(known))), 0.1 * float(np.mean(np.diag(known))))
