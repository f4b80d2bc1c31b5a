"""Several outcomes of the same trials, pooled together with their correlations."""

from dataclasses import dataclass, field

import numpy as np
from scipy.stats import chi2

from synaptrace.errors import ResultError
from synaptrace.evidence.meta.inputs import (
    codes,
    column,
    heterogeneity_scale,
    limits,
    moderators,
    same_group,
    same_length,
    sampling_covariance,
    two_sided,
    wald,
)
from synaptrace.evidence.meta.mixed_model import (
    HIDDEN,
    LinearFit,
    Pooled,
    between,
    factor_structure,
    fit_given,
    linear_structure,
    maximize,
)

STRUCTURES = ("unstructured", "compound", "diagonal", "none")


@dataclass(frozen=True)
class MultivariateResult(Pooled):
    """Pooled coefficients (unit of the effects), the covariance between trials (outcomes x outcomes) and its parts."""

    covariance: np.ndarray
    outcomes: tuple
    between: np.ndarray
    tau2: dict
    correlation: np.ndarray
    q: float
    q_df: int
    q_p: float
    all_zero_test: dict
    k: int
    trials: int
    structure: str
    log_likelihood: float
    method: str
    linear: LinearFit = field(repr=False, metadata=HIDDEN)


def fit_multivariate(
    effects, covariance, outcomes, trials, structure="unstructured", method="REML", design=None, names=None, level=0.95
):
    """Fit y = X b + u[trial, outcome] + sampling error, u ~ N(0, T) per trial (Berkey 1998, Stat Med 17:2537).

    Parameters: effects (k,); covariance: (k, k), a list of blocks or variances (k,); outcomes and trials: labels (k,); structure
    of T: unstructured, compound (one variance, one correlation), diagonal, or none (T = 0); method REML or ML; design (k, p) and
    names of its columns, by default one mean per outcome. Raises ResultError for columns that do not fit or an outcome twice in
    a trial, SolveError when no maximum is found.
    """
    effects = column(effects, "effects")
    known = sampling_covariance(covariance, len(effects))
    kinds, kind = codes(same_length(outcomes, "outcomes", len(effects)))
    groups, group = codes(same_length(trials, "trials", len(effects)))
    _once(kinds, kind, groups, group)
    indicator = (kind[:, None] == np.arange(len(kinds))).astype(float)
    design, names = moderators(indicator if design is None else design, kinds if design is None else names, len(effects))
    scale = heterogeneity_scale(effects, design, known)
    shape, unpack = random_structure(structure, indicator, same_group(group), np.full(len(kinds), scale))
    fixed = fit_given(effects, design, known, names)
    theta, linear = maximize(effects, design, known, shape, names, method)
    return _result(linear, fixed, unpack(theta), kinds, len(groups), structure, level)


def random_structure(structure, loadings, same, scale):
    """(Structure, function from its parameters to T) of random coefficients with `loadings` (k, q) in groups of mask `same`.

    `scale` (q,) guesses the variances. Raises ResultError for an unknown structure.
    """
    size = loadings.shape[1]
    if structure not in STRUCTURES:
        raise ResultError(f"'{structure}' is not a covariance between trials.", given=structure, expected=", ".join(STRUCTURES))
    if structure == "none":
        return linear_structure([], 0.0), lambda _: np.zeros((size, size))
    if structure == "unstructured" and size > 1:
        return factor_structure(loadings, same, scale), lambda theta: between(theta, scale)
    if structure == "compound" and size > 1:
        # T = a (I - J/q) + c J/q has eigenvalues a and c, so both are bounded by 0 and T stays linear in them.
        flat = np.full((size, size), 1 / size)
        shapes = [np.eye(size) - flat, flat]
    else:
        shapes = [np.diag((np.arange(size) == i).astype(float)) for i in range(size)]
    units = np.sqrt(np.outer(scale, scale)) if structure == "diagonal" else np.full((size, size), float(np.mean(scale)))
    shapes = [s * units for s in shapes]
    parts = [same * (loadings @ s @ loadings.T) for s in shapes]
    return linear_structure(parts, 1.0), lambda theta: sum(t * s for t, s in zip(theta, shapes, strict=True))


def correlation_of(matrix):
    """Correlations of a covariance matrix; 0 off the diagonal where a variance is 0."""
    deviations = np.sqrt(np.maximum(np.diag(matrix), 0))
    product = np.outer(deviations, deviations)
    found = np.divide(matrix, product, out=np.zeros_like(product), where=product > 0)
    np.fill_diagonal(found, 1.0)
    return found


def _once(kinds, kind, groups, group):
    """Raise ResultError where a trial has an outcome twice."""
    pairs, counts = np.unique(np.stack([group, kind]), axis=1, return_counts=True)
    if np.any(counts > 1):
        g, o = pairs[:, int(np.argmax(counts))]
        raise ResultError(
            f"The trial '{groups[g]}' has the outcome '{kinds[o]}' more than once.",
            given=f"{counts.max()} rows",
            expected="one row per outcome and trial",
            fix="average them, or use fit_multilevel",
        )


def _result(linear, fixed, matrix, kinds, trials, structure, level):
    z = linear.coefficients / linear.se
    free = len(linear.outcomes) - len(linear.coefficients)
    return MultivariateResult(
        names=linear.names,
        estimate=tuple(linear.coefficients.tolist()),
        se=tuple(linear.se.tolist()),
        ci=limits(linear.coefficients, linear.se, level),
        z=tuple(z.tolist()),
        p=two_sided(z),
        covariance=linear.covariance,
        outcomes=tuple(kinds),
        between=matrix,
        tau2=dict(zip(kinds, np.diag(matrix).tolist(), strict=True)),
        correlation=correlation_of(matrix),
        q=fixed.quadratic,
        q_df=free,
        q_p=float(chi2.sf(fixed.quadratic, free)),
        all_zero_test=dict(zip(("q", "df", "p"), wald(linear.coefficients, linear.covariance), strict=True)),
        k=len(linear.outcomes),
        trials=trials,
        structure=structure,
        log_likelihood=linear.log_likelihood,
        method=linear.method,
        linear=linear,
    )
