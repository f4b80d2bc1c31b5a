"""Dose-response curves of aggregate effects, pooled over studies in one or two stages."""

from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import block_diag
from scipy.stats import chi2, norm

from synaptrace.errors import ResultError
from synaptrace.evidence.meta.inputs import column, limits, two_sided, wald
from synaptrace.evidence.meta.mixed_model import HIDDEN, LinearFit, Pooled, fit_given, maximize
from synaptrace.evidence.meta.multivariate import correlation_of, random_structure

SHAPES = ("linear", "quadratic", "spline")
COEFFICIENTS = ("unstructured", "diagonal", "none")


@dataclass(frozen=True)
class DoseResponseResult(Pooled):
    """Pooled coefficients of the curve per unit of dose; `between` is their covariance between studies.

    The curve has no intercept: it is the effect of a dose against another. `nonlinearity_test` tests all terms beyond the first.
    """

    covariance: np.ndarray
    between: np.ndarray
    correlation: np.ndarray
    q: float
    q_df: int
    q_p: float
    all_zero_test: dict
    nonlinearity_test: dict
    shape: str
    knots: tuple
    stages: int
    k: int
    studies: int
    log_likelihood: float
    method: str
    linear: LinearFit = field(repr=False, metadata=HIDDEN)

    def curve(self, doses, reference=0.0, level=0.95):
        """Rows {dose, estimate, se, low, high}: the pooled effect of each dose against `reference`, both in the unit fitted."""
        doses = column(doses, "doses")
        terms = curve_terms(doses, self.shape, self.knots) - curve_terms(np.array([float(reference)]), self.shape, self.knots)
        estimate = terms @ np.array(self.estimate)
        se = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", terms, self.covariance, terms), 0))
        reach = norm.ppf(0.5 + level / 2) * se
        columns = zip(doses, estimate, se, estimate - reach, estimate + reach, strict=True)
        return [dict(zip(("dose", "estimate", "se", "low", "high"), map(float, row), strict=True)) for row in columns]


def fit_dose_response(studies, shape="linear", knots=None, stages=1, structure="unstructured", method="REML", level=0.95):
    """Pool dose-response curves of several studies (one stage: Crippa 2019, Stat Methods Med Res 28:1579; two: Orsini 2012).

    Parameters: studies, a list of DoseStudy; shape: linear, quadratic or spline (restricted cubic); knots: doses of a spline, by
    default the 10th, 50th and 90th percentile of all doses; stages: 2 fits a curve per study and pools the coefficients, 1 fits
    all at once, so studies with fewer doses than coefficients can stay; structure of the coefficients between studies:
    unstructured, diagonal or none; method REML or ML. Raises ResultError for studies or options that cannot be used.
    """
    if structure not in COEFFICIENTS:
        raise ResultError(
            f"'{structure}' is not a covariance of the coefficients.", given=structure, expected=", ".join(COEFFICIENTS)
        )
    if stages not in (1, 2) or not studies:
        raise ResultError(
            "The dose-response model cannot be set up.", given=f"{len(studies)} studies, stages {stages}", expected="1 or 2"
        )
    knots = _knots(studies, shape, knots)
    terms = [_contrast_terms(s, shape, knots) for s in studies]
    names = _names(shape, knots)
    if stages == 2:
        pieces = [_own_curve(s, t) for s, t in zip(studies, terms, strict=True)]
        outcomes, known = np.concatenate([p[0] for p in pieces]), block_diag(*[p[1] for p in pieces])
        design = np.vstack([np.eye(len(names))] * len(studies))
        group = np.repeat(np.arange(len(studies)), len(names))
    else:
        outcomes, known = np.concatenate([s.effects for s in studies]), block_diag(*[s.covariance for s in studies])
        design = np.vstack(terms)
        group = np.repeat(np.arange(len(studies)), [len(s.effects) for s in studies])
    if np.linalg.matrix_rank(design / np.max(np.abs(design), axis=0)) < len(names):
        raise ResultError(
            f"The doses do not carry a {shape} curve.",
            given=f"{len(outcomes)} contrasts in {len(studies)} studies, {len(names)} coefficients",
            expected="at least as many different doses as coefficients",
            fix="choose a simpler shape",
        )
    fixed = fit_given(outcomes, design, known, names, method)
    # The sampling variance of the mean coefficients, times the studies, is a scale of theirs between studies.
    scale = np.diag(fixed.covariance) * len(studies)
    same = (group[:, None] == group[None, :]).astype(float)
    random, unpack = random_structure("none" if len(studies) == 1 else structure, design, same, scale)
    theta, linear = maximize(outcomes, design, known, random, names, method)
    return _result(linear, fixed, unpack(theta), (shape, knots, stages, len(studies)), level)


def curve_terms(doses, shape, knots=()):
    """Terms (n, p) of a curve at doses (n,): dose; dose and its square; or a restricted cubic spline in p + 1 knots.

    The spline is linear beyond its outer knots and divided by their squared distance (Harrell 2015). Raises ResultError for
    another shape.
    """
    doses = np.asarray(doses, float)
    if shape == "linear":
        return doses[:, None]
    if shape == "quadratic":
        return np.column_stack([doses, doses**2])
    if shape != "spline":
        raise ResultError(f"'{shape}' is not the shape of a curve.", given=shape, expected=", ".join(SHAPES))

    def cubed(knot):
        return np.maximum(doses - knot, 0) ** 3

    last, before = knots[-1], knots[-2]
    columns = [doses]
    for knot in knots[:-2]:
        bend = cubed(knot) - cubed(before) * (last - knot) / (last - before) + cubed(last) * (before - knot) / (last - before)
        columns.append(bend / (last - knots[0]) ** 2)
    return np.column_stack(columns)


def _contrast_terms(study, shape, knots):
    """Terms of each dose less those of the reference."""
    return curve_terms(study.doses, shape, knots) - curve_terms(np.array([study.reference]), shape, knots)


def _names(shape, knots):
    if shape == "spline":
        return ("dose", *[f"spline {i + 1}" for i in range(len(knots) - 2)])
    return ("dose",) if shape == "linear" else ("dose", "dose squared")


def _knots(studies, shape, knots):
    """The knots of a spline as a tuple, () for other shapes; raises ResultError."""
    curve_terms(np.zeros(1), shape, (0.0, 1.0, 2.0))
    if shape != "spline":
        return ()
    everything = np.concatenate([np.append(s.doses, s.reference) for s in studies])
    found = np.quantile(everything, (0.1, 0.5, 0.9)) if knots is None else np.asarray(knots, float)
    if len(found) < 3 or np.any(np.diff(found) <= 0):
        raise ResultError(
            "The knots of the spline cannot be used.",
            given=", ".join(f"{k:g}" for k in found),
            expected="three or more increasing doses",
            fix="give the knots",
        )
    return tuple(float(k) for k in found)


def _own_curve(study, terms):
    """(coefficients, covariance) of one study; raises ResultError where its doses are too few."""
    if np.linalg.matrix_rank(terms / np.maximum(np.max(np.abs(terms), axis=0), 1e-300)) < terms.shape[1]:
        raise ResultError(
            f"The study '{study.name}' has too few doses for a curve of its own.",
            given=f"{len(study.doses)} doses beside the reference, {terms.shape[1]} coefficients",
            fix="use stages=1, or a simpler shape",
        )
    fit = fit_given(study.effects, terms, study.covariance)
    return fit.coefficients, fit.covariance


def _result(linear, fixed, matrix, setting, level):
    shape, knots, stages, studies = setting
    z = linear.coefficients / linear.se
    free = len(linear.outcomes) - len(linear.coefficients)
    tests = [wald(linear.coefficients[i:], linear.covariance[i:, i:]) for i in (0, 1)]
    return DoseResponseResult(
        names=linear.names,
        estimate=tuple(linear.coefficients.tolist()),
        se=tuple(linear.se.tolist()),
        ci=limits(linear.coefficients, linear.se, level),
        z=tuple(z.tolist()),
        p=two_sided(z),
        covariance=linear.covariance,
        between=matrix,
        correlation=correlation_of(matrix),
        q=fixed.quadratic,
        q_df=free,
        q_p=float(chi2.sf(fixed.quadratic, free)) if free else 1.0,
        all_zero_test=dict(zip(("q", "df", "p"), tests[0], strict=True)),
        nonlinearity_test=dict(zip(("q", "df", "p"), tests[1], strict=True)),
        shape=shape,
        knots=knots,
        stages=stages,
        k=len(linear.outcomes),
        studies=studies,
        log_likelihood=linear.log_likelihood,
        method=linear.method,
        linear=linear,
    )
