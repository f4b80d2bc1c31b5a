"""What a fitted model says of new moderator values, of single studies, and against a model nested in it."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from synaptrace.errors import ResultError
from synaptrace.evidence.meta.mixed_model import as_plain
from synaptrace.evidence.meta.models import quantile


@dataclass(frozen=True)
class Prediction:
    """A mean effect at given moderator values, or the effect of one study, with (low, high); unit of the effects."""

    label: str
    estimate: float
    se: float
    ci: tuple
    prediction_interval: tuple | None

    def as_json(self):
        """Plain dictionary of all fields."""
        return as_plain(self)


@dataclass(frozen=True)
class Comparison:
    """Likelihood-ratio test of two nested models."""

    statistic: float
    df: int
    p: float
    aic: tuple
    bic: tuple

    def as_json(self):
        """Plain dictionary of all fields."""
        return as_plain(self)


def predict(result, moderators=None, level=None):
    """Mean effects at new moderator values, a tuple of Predictions (Viechtbauer 2010).

    `moderators`: mapping of the names of the coefficients without the intercept to columns (m,), or an array (m, p - 1); left out
    for a model without moderators. Quantiles are those of the test of the result. Raises ResultError for names or shapes that do
    not fit, or a result that has no design.
    """
    if result.design is None:
        raise ResultError(f"A {result.method} result predicts nothing but its own mean.", fix="pool with fit_effects")
    level = result.level if level is None else level
    design = _new_design(result, moderators)
    means = design @ result.beta
    errors = np.sqrt(np.einsum("mp,pq,mq->m", design, result.covariance, design))
    reach = quantile(level, result.df)
    wide = None if result.tau2 is None else reach * np.sqrt(errors**2 + result.tau2)
    return tuple(
        Prediction(str(i + 1), float(m), float(s), _around(m, reach * s), None if wide is None else _around(m, wide[i]))
        for i, (m, s) in enumerate(zip(means, errors, strict=True))
    )


def _around(middle, reach):
    return float(middle - reach), float(middle + reach)


def _new_design(result, moderators):
    """(m, p) design of new values; raises ResultError."""
    wanted = [n for n in result.names if n != "intercept"]
    if isinstance(moderators, dict):
        if set(moderators) != set(wanted):
            raise ResultError(
                "The moderators are not those of the model.", given=", ".join(moderators), expected=", ".join(wanted)
            )
        columns = np.column_stack([np.atleast_1d(np.asarray(moderators[n], float)) for n in wanted])
    else:
        columns = np.zeros((1, 0)) if moderators is None else np.atleast_1d(np.asarray(moderators, float))
        columns = columns[:, None] if columns.ndim == 1 else columns
    if columns.shape[1] != len(wanted):
        raise ResultError(
            "The moderators do not fit the model.", given=f"{columns.shape[1]} columns", expected=f"{len(wanted)} columns"
        )
    before = len(result.names) - len(wanted)
    return np.column_stack([np.ones((len(columns), before)), columns])


def study_effects(result, level=None):
    """Best linear unbiased prediction of the true effect of every study, a tuple of Predictions (Raudenbush & Bryk 1985).

    lambda y + (1 - lambda) x'b with lambda = tau2/(tau2 + v). Raises ResultError for a result without tau2 or design.
    """
    if result.design is None or result.tau2 is None:
        raise ResultError("Studies have effects of their own only in a model with a variance between them.", method=result.method)
    level = result.level if level is None else level
    share = result.tau2 / (result.tau2 + result.variances)
    means = result.design @ result.beta
    spread = np.einsum("kp,pq,kq->k", result.design, result.covariance, result.design)
    found = share * result.effects + (1 - share) * means
    errors = np.sqrt(share * result.variances + (1 - share) ** 2 * spread)
    reach = quantile(level, result.df) * errors
    return tuple(
        Prediction(label, float(m), float(s), _around(m, r), None)
        for label, m, s, r in zip(result.labels, found, errors, reach, strict=True)
    )


def compare(full, reduced):
    """Likelihood-ratio test of a model against one nested in it, both MetaResults of the same rows and method.

    Raises ResultError for different rows, different methods, methods without a likelihood, or REML fits that differ in their
    moderators, whose restricted likelihoods are not of the same data (Harville 1974).
    """
    if full.yi != reduced.yi or full.vi != reduced.vi:
        raise ResultError("The two models are not of the same rows.", full=f"k = {full.k}", reduced=f"k = {reduced.k}")
    ways = {full.method, reduced.method}
    if len(ways - {"EE"}) > 1 or not ways <= {"ML", "REML", "EE"}:
        raise ResultError(
            "The two models were not fitted by the same likelihood.",
            full=full.method,
            reduced=reduced.method,
            fix="fit both with ML",
        )
    if "REML" in ways and (full.names != reduced.names or "EE" in ways):
        raise ResultError("Restricted likelihoods of different models cannot be compared.", fix="fit both with ML")
    counts = [len(r.names) + (r.method != "EE") for r in (full, reduced)]
    if counts[0] <= counts[1] or not _within(reduced.design, full.design):
        raise ResultError(
            "The reduced model is not nested in the full one.", full=", ".join(full.names), reduced=", ".join(reduced.names)
        )
    statistic = max(0.0, 2 * (full.log_likelihood - reduced.log_likelihood))
    free = counts[0] - counts[1]
    return Comparison(statistic, free, float(chi2.sf(statistic, free)), (full.aic, reduced.aic), (full.bic, reduced.bic))


def _within(small, large):
    """Whether every column of `small` is a combination of those of `large`."""
    left = small - large @ np.linalg.lstsq(large, small, rcond=None)[0]
    return bool(np.max(np.abs(left)) <= 1e-8 * (1 + np.max(np.abs(small))))
