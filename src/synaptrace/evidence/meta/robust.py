"""Cluster-robust standard errors of pooled effects, and a working model of correlated and hierarchical effects."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from synaptrace.errors import ResultError
from synaptrace.evidence.meta.inputs import codes, column, limits, same_group, same_length
from synaptrace.evidence.meta.mixed_model import LinearFit, as_plain
from synaptrace.evidence.meta.multilevel import MultilevelResult, fit_multilevel

KINDS = ("CR0", "CR1", "CR2")


@dataclass(frozen=True)
class RobustResult:
    """Estimates (unit of the effects) with cluster-robust standard errors and Student t tests; df per estimate."""

    names: tuple
    estimate: tuple
    se: tuple
    ci: tuple
    t: tuple
    df: tuple
    p: tuple
    covariance: np.ndarray
    kind: str
    df_rule: str
    clusters: int
    k: int

    def as_json(self):
        """Plain dictionary of all fields."""
        return as_plain(self)


@dataclass(frozen=True)
class CorrelatedHierarchicalResult:
    """The working model with its assumed correlation of sampling errors within a study, and the robust tests on it."""

    correlation: float
    model: MultilevelResult
    robust: RobustResult

    def as_json(self):
        """Plain dictionary of the model and its robust tests."""
        return as_plain(self)


def robust(fit, clusters, kind="CR2", df=None, level=0.95):
    """Cluster-robust covariance of the coefficients of a fit.

    Parameters: fit, a LinearFit or a result with one in `linear`; clusters, labels (k,) between which nothing is correlated;
    kind: CR0 (Liang & Zeger 1986), CR1 = CR0 times clusters/(clusters - p), CR2 (Bell & McCaffrey 2002 with the fitted covariance
    as working model; Pustejovsky & Tipton 2018, J Bus Econ Stat 36:672); df: "satterthwaite" (default of CR2) or "clusters"
    (clusters - p, default of CR0 and CR1). Raises ResultError for too few clusters, or effects that depend across clusters.
    """
    linear = fit if isinstance(fit, LinearFit) else fit.linear
    if kind not in KINDS:
        raise ResultError(f"'{kind}' is not a robust covariance.", given=kind, expected=", ".join(KINDS))
    rule = df or ("satterthwaite" if kind == "CR2" else "clusters")
    if rule not in ("satterthwaite", "clusters"):
        raise ResultError(f"'{rule}' is not a rule for degrees of freedom.", given=rule, expected="satterthwaite or clusters")
    members, count = _members(linear, clusters)
    width = len(linear.coefficients)
    rows = _influence(linear, members, kind)
    meat = np.einsum("jpk,k->jp", rows, linear.outcomes)
    covariance = meat.T @ meat * (count / (count - width) if kind == "CR1" else 1.0)
    free = _satterthwaite(linear, rows) if rule == "satterthwaite" else np.full(width, float(count - width))
    se = np.sqrt(np.diag(covariance))
    t = linear.coefficients / se
    return RobustResult(
        names=linear.names,
        estimate=tuple(linear.coefficients.tolist()),
        se=tuple(se.tolist()),
        ci=limits(linear.coefficients, se, quantile=student.ppf(0.5 + level / 2, free)),
        t=tuple(t.tolist()),
        df=tuple(free.tolist()),
        p=tuple((2 * student.sf(np.abs(t), free)).tolist()),
        covariance=covariance,
        kind=kind,
        df_rule=rule,
        clusters=count,
        k=len(linear.outcomes),
    )


def correlated_sampling(variances, clusters, correlation):
    """(k, k) sampling covariance with one assumed correlation between effects of the same cluster, 0 between clusters.

    `variances` (k,) in the squared unit of the effects. Raises ResultError for a correlation outside [0, 1).
    """
    variances = column(variances, "sampling variances", positive=True)
    same_length(clusters, "clusters", len(variances))
    if not 0 <= correlation < 1:
        raise ResultError(
            "The assumed correlation of sampling errors cannot be used.", given=correlation, expected="from 0 to below 1"
        )
    same = same_group(codes(clusters)[1])
    deviations = np.sqrt(variances)
    return same * np.outer(deviations, deviations) * (correlation + (1 - correlation) * np.eye(len(variances)))


def fit_correlated_hierarchical(effects, variances, studies, correlation, effect_ids=None, method="REML", **options):
    """Correlated hierarchical effects with CR2 tests (Pustejovsky & Tipton 2022, Prev Sci 23:425).

    Parameters: effects and variances (k,); studies, labels (k,); correlation assumed between the sampling errors of one study;
    effect_ids, labels of the effects within studies (each row its own if left out); options as in fit_multilevel.
    """
    known = correlated_sampling(variances, studies, correlation)
    ids = list(range(len(known))) if effect_ids is None else effect_ids
    model = fit_multilevel(effects, known, {"study": studies, "effect": ids}, method=method, **options)
    return CorrelatedHierarchicalResult(float(correlation), model, robust(model, studies, "CR2"))


def _members(linear, clusters):
    """(row numbers by cluster, number of clusters); raises ResultError."""
    same_length(clusters, "clusters", len(linear.outcomes))
    names, code = codes(clusters)
    width = len(linear.coefficients)
    if len(names) <= width:
        raise ResultError(
            "There are too few clusters for robust standard errors.",
            given=f"{len(names)} clusters for {width} coefficients",
            expected=f"at least {width + 1} clusters",
        )
    across = np.abs(linear.marginal * (1 - same_group(code)))
    if np.any(across > 1e-12 * np.max(linear.marginal)):
        row, other = np.unravel_index(int(np.argmax(across)), across.shape)
        raise ResultError(
            "Effects of different clusters depend on each other in the fitted model.",
            given=f"rows {row + 1} and {other + 1}, covariance {linear.marginal[row, other]:.3g}",
            expected="0 between clusters",
            fix="cluster by the outermost level",
        )
    return [np.flatnonzero(code == i) for i in range(len(names))], len(names)


def _influence(linear, members, kind):
    """(clusters, p, k): what each cluster adds to the root of the robust covariance, as a linear form of the outcomes.

    Row j is M X_j' W_j A_j (I - H)_j; A_j is 1, or of CR2 D' B^(-1/2) D, B = D (Phi_j - X_j M X_j') D', Phi_j = D' D.
    """
    projection = (
        np.eye(len(linear.outcomes)) - linear.design @ linear.covariance @ np.linalg.solve(linear.marginal, linear.design).T
    )
    rows = []
    for index in members:
        own = linear.design[index]
        phi = linear.marginal[np.ix_(index, index)]
        score = linear.covariance @ np.linalg.solve(phi, own).T
        if kind == "CR2":
            upper = np.linalg.cholesky(phi).T
            inner = upper @ (phi - own @ linear.covariance @ own.T) @ upper.T
            score = score @ (upper.T @ _inverse_root(inner) @ upper)
        rows.append(score @ projection[index])
    return np.array(rows)


def _inverse_root(matrix):
    """Moore-Penrose inverse of the symmetric square root."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    keep = values > 1e-10 * max(values[-1], 0)
    scaled = np.where(keep, 1 / np.sqrt(np.where(keep, values, 1.0)), 0.0)
    return (vectors * scaled) @ vectors.T


def _satterthwaite(linear, rows):
    """Degrees of freedom per coefficient: (tr P)^2 / tr P^2, P_ij = g_i' Phi g_j of the linear forms g of the clusters."""
    free = []
    for place in range(rows.shape[1]):
        forms = rows[:, place, :]
        products = forms @ linear.marginal @ forms.T
        free.append(np.trace(products) ** 2 / np.sum(products**2))
    return np.array(free)
