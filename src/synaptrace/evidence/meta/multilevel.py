"""Random effects nested in groups: effects in studies, studies in districts."""

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
    fit_given,
    linear_structure,
    maximize,
    profile_interval,
)


@dataclass(frozen=True)
class MultilevelResult(Pooled):
    """Pooled effects (unit of the effects) and one variance per level (that unit squared); i2 in percent."""

    covariance: np.ndarray
    sigma2: dict
    i2: dict
    i2_total: float
    groups: dict
    q: float
    q_df: int
    q_p: float
    moderator_test: dict
    k: int
    log_likelihood: float
    method: str
    linear: LinearFit = field(repr=False, metadata=HIDDEN)
    parts: tuple = field(repr=False, metadata=HIDDEN)
    known: np.ndarray = field(repr=False, metadata=HIDDEN)


def fit_multilevel(effects, covariance, levels, method="REML", design=None, names=None, level=0.95):
    """Fit y = X b + sum of one random effect per level + sampling error (Konstantopoulos 2011, Res Synth Methods 2:61).

    Parameters: effects (k,); covariance: sampling variances (k,), a (k, k) matrix or a list of diagonal blocks; levels: dict
    of labels (k,) per level from the outermost inward, each nested in the one before; design (k, p), an intercept if left out;
    method REML or ML; level: of the intervals. i2 is that of Nakagawa & Santos (2012) with the typical sampling variance of
    Higgins & Thompson (2002). Raises ResultError for columns that do not fit, SolveError when no maximum is found.
    """
    effects = column(effects, "effects")
    known = sampling_covariance(covariance, len(effects))
    design, names = moderators(design, names, len(effects))
    groups, parts = _nested(levels, len(effects))
    structure = linear_structure(parts, heterogeneity_scale(effects, design, known))
    fixed = fit_given(effects, design, known, names)
    theta, linear = maximize(effects, design, known, structure, names, method)
    free = len(effects) - design.shape[1]
    sigma2 = dict(zip(levels, (float(t) for t in theta), strict=True))
    i2 = _i2(theta, known, design)
    slopes = [i for i in range(len(names)) if not np.all(design[:, i] == 1)] or [0]
    test = wald(linear.coefficients[slopes], linear.covariance[np.ix_(slopes, slopes)])
    z = linear.coefficients / linear.se
    return MultilevelResult(
        names=names,
        estimate=tuple(linear.coefficients.tolist()),
        se=tuple(linear.se.tolist()),
        ci=limits(linear.coefficients, linear.se, level),
        z=tuple(z.tolist()),
        p=two_sided(z),
        covariance=linear.covariance,
        sigma2=sigma2,
        i2=dict(zip(levels, i2, strict=True)),
        i2_total=float(sum(i2)),
        groups=groups,
        q=fixed.quadratic,
        q_df=free,
        q_p=float(chi2.sf(fixed.quadratic, free)),
        moderator_test=dict(zip(("q", "df", "p"), test, strict=True)),
        k=len(effects),
        log_likelihood=linear.log_likelihood,
        method=method,
        linear=linear,
        parts=tuple(parts),
        known=known,
    )


def variance_intervals(result, level=0.95):
    """Profile-likelihood interval (low, high) of each variance of a MultilevelResult by level, in squared units of effects."""
    theta = np.array(list(result.sigma2.values()))
    fitted = theta, result.log_likelihood
    data = result.linear.outcomes, result.linear.design, result.known, result.parts
    return {name: profile_interval(*data, i, fitted, result.method, level) for i, name in enumerate(result.sigma2)}


def _nested(levels, count):
    """(number of groups by level, (k, k) masks by level): a label counts within the labels of the levels around it."""
    if not levels:
        raise ResultError("No level is named.", expected="a dictionary of labels, the outermost level first")
    groups, parts, outer = {}, [], [""] * count
    for name, labels in levels.items():
        same_length(labels, f"labels of '{name}'", count)
        outer = [f"{a}\t{b}" for a, b in zip(outer, labels, strict=True)]
        found, code = codes(outer)
        if len(found) == 1:
            raise ResultError(
                f"All effects have the same '{name}'.", given=f"one '{name}' for {count} effects", expected="two or more"
            )
        if groups and len(found) in groups.values():
            raise ResultError(
                f"The level '{name}' has the same groups as another.",
                given=f"{len(found)} groups",
                expected="more groups at each level than around it",
                fix="leave one of the two out",
            )
        groups[name] = len(found)
        parts.append(same_group(code))
    return groups, parts


def _i2(theta, known, design):
    """Percent of the variance at each level, beside the typical sampling variance (k - p) / tr P."""
    weight = np.linalg.inv(known)
    left = weight @ design
    project = weight - left @ np.linalg.solve(design.T @ left, left.T)
    typical = (len(known) - design.shape[1]) / np.trace(project)
    return [float(100 * t / (np.sum(theta) + typical)) for t in theta]
