"""Two-by-two tables pooled without a variance per study: Mantel-Haenszel and Peto."""

from collections import Counter

import numpy as np
from scipy.stats import chi2, norm

from synaptrace.errors import ResultError
from synaptrace.evidence.meta.inputs import same_length
from synaptrace.evidence.meta.measures_continuous import arrays
from synaptrace.evidence.meta.measures_counts import (
    log_odds_ratio,
    log_risk_ratio,
    peto_log_odds_ratio,
    peto_parts,
    risk_difference,
    table_cells,
)
from synaptrace.evidence.meta.models import quantile
from synaptrace.evidence.meta.result import Coefficient, MetaResult

COLUMNS = ("events_1", "total_1", "events_2", "total_2")
FUNCTIONS = {"RR": log_risk_ratio, "OR": log_odds_ratio, "RD": risk_difference, "PETO": peto_log_odds_ratio}


def mantel_haenszel(events_1, total_1, events_2, total_2, measure="OR", labels=None, tags=None, left_out=(), level=0.95):
    """Common RR, OR (as logarithms) or RD of tables (k,) by Mantel & Haenszel, as a MetaResult with method MH.

    Variances: RR Greenland & Robins 1985, OR Robins, Breslow & Greenland 1986, RD Sato 1989. The pooling adds nothing to zeros;
    yi, vi and Q of single studies add 1/2 in tables with a zero. Tables without a contrast of a ratio are left out and listed.
    Raises ResultError for another measure, counts that cannot be, or where the pooled ratio is 0 or infinite.
    """
    if measure not in ("RR", "OR", "RD"):
        raise ResultError(f"'{measure}' has no Mantel-Haenszel estimate.", given=measure, expected="RR, OR or RD")
    kept = _kept((events_1, total_1, events_2, total_2), measure, labels, tags, left_out)
    parts = {"RR": _risk_ratio, "OR": _odds_ratio, "RD": _risk_difference}[measure](*kept["cells"])
    return _result("MH", measure, kept, parts, level)


def peto(events_1, total_1, events_2, total_2, labels=None, tags=None, left_out=(), level=0.95):
    """Common log odds ratio of tables (k,) by Peto's one-step method, as a MetaResult with method Peto (Yusuf 1985).

    The pooling adds nothing to zeros; single studies add 1/2 in tables with a zero. Tables where nobody or everybody had the
    event are left out and listed. Raises ResultError for counts that cannot be, or no table left.
    """
    kept = _kept((events_1, total_1, events_2, total_2), "PETO", labels, tags, left_out)
    observed, expected, spread = peto_parts(*kept["cells"])
    everything = float(np.sum(spread))
    return _result("Peto", "PETO", kept, (float(np.sum(observed - expected)) / everything, 1 / everything, spread), level)


def _kept(columns, measure, labels, tags, left_out):
    """Cells without correction, corrected yi and vi, labels and tags of the tables that say something; raises ResultError."""
    columns = np.array(arrays(**{n: np.atleast_1d(c) for n, c in zip(COLUMNS, columns, strict=True)}))
    count = columns.shape[1]
    labels = [str(i + 1) for i in range(count)] if labels is None else [str(v) for v in same_length(labels, "labels", count)]
    cells = table_cells(*columns, to="none", drop00=measure != "RD")
    effects, variances = FUNCTIONS[measure](*columns, drop00=measure != "RD")
    known = np.all(np.isfinite(columns), 0)
    good = known & np.all(np.isfinite(cells), 0)
    reasons = [
        (labels[i], "nobody or everybody had the event" if known[i] else "a count is missing") for i in np.flatnonzero(~good)
    ]
    if not np.any(good):
        raise ResultError("No table is left to pool.", tables=count, fix="use a risk difference where nobody had the event")
    kept = np.flatnonzero(good)
    return {
        "cells": cells[:, kept],
        "effects": effects[kept],
        "variances": variances[kept],
        "labels": [labels[i] for i in kept],
        "tags": None if tags is None else [tags[i] for i in kept],
        "left_out": [*left_out, *reasons],
    }


def _positive(numerator, denominator, what):
    if not (numerator > 0 and denominator > 0):
        raise ResultError(
            f"The pooled {what} is 0 or infinite, so its logarithm is no number.",
            given=f"{numerator:.4g} over {denominator:.4g}",
            fix="use a risk difference, or fit_effects with 1/2 added to zeros",
        )
    return float(np.log(numerator / denominator))


def _risk_ratio(a, b, c, d):
    """(log ratio, its variance, weights (k,)) of Mantel & Haenszel, Greenland & Robins 1985 equation 13."""
    n_1, n_2 = a + b, c + d
    everyone = n_1 + n_2
    over, under = np.sum(a * n_2 / everyone), np.sum(c * n_1 / everyone)
    spread = np.sum((n_1 * n_2 * (a + c) - a * c * everyone) / everyone**2)
    return _positive(over, under, "risk ratio"), float(spread / (over * under)), c * n_1 / everyone


def _odds_ratio(a, b, c, d):
    """(log ratio, its variance, weights (k,)) of Mantel & Haenszel, Robins, Breslow & Greenland 1986."""
    everyone = a + b + c + d
    straight, across = a * d / everyone, b * c / everyone
    with_, against = (a + d) / everyone, (b + c) / everyone
    over, under = np.sum(straight), np.sum(across)
    estimate = _positive(over, under, "odds ratio")
    mixed = np.sum(with_ * across + against * straight) / (2 * over * under)
    variance = np.sum(with_ * straight) / (2 * over**2) + mixed + np.sum(against * across) / (2 * under**2)
    return estimate, float(variance), across


def _risk_difference(a, b, c, d):
    """(difference, its variance, weights (k,)) of Mantel & Haenszel, Sato 1989 (Biometrics 45:1323)."""
    n_1, n_2 = a + b, c + d
    everyone = n_1 + n_2
    weights = n_1 * n_2 / everyone
    difference = float(np.sum((a * n_2 - c * n_1) / everyone) / np.sum(weights))
    first = (n_1**2 * c - n_2**2 * a + n_1 * n_2 * (n_2 - n_1) / 2) / everyone**2
    second = (a * d + c * b) / (2 * everyone)
    return difference, float((difference * np.sum(first) + np.sum(second)) / np.sum(weights) ** 2), weights


def _result(method, measure, kept, parts, level):
    """MetaResult of (estimate, variance, weights) beside the single studies."""
    estimate, variance, weights = parts
    se = float(np.sqrt(variance))
    reach = quantile(level) * se
    statistic = estimate / se if se > 0 else np.nan
    p = float(2 * norm.sf(abs(statistic)))
    effects, variances = kept["effects"], kept["variances"]
    scored = variances > 0
    free = int(np.sum(scored)) - 1
    q = float(np.sum((effects[scored] - estimate) ** 2 / variances[scored])) if free > 0 else None
    ci = (float(estimate - reach), float(estimate + reach))
    nothing = ("df", "tau2", "tau2_se", "tau2_ci", "i2_ci", "h2_ci", "prediction_interval", "prediction_method", "r2")
    return MetaResult(
        measure=measure,
        method=method,
        test="z",
        k=len(effects),
        estimate=float(estimate),
        se=se,
        ci=ci,
        statistic=float(statistic),
        p=p,
        i2=None if q is None else max(0.0, 100 * (q - free) / q) if q > 0 else 0.0,
        h2=None if q is None else q / free,
        q=q,
        q_df=max(free, 0),
        q_p=None if q is None else float(chi2.sf(q, free)),
        weights=tuple((100 * weights / np.sum(weights)).tolist()),
        coefficients=(Coefficient("intercept", float(estimate), se, ci, float(statistic), p),),
        moderator_test=None,
        yi=tuple(effects.tolist()),
        vi=tuple(variances.tolist()),
        labels=tuple(kept["labels"]),
        rows_left_out=tuple(kept["left_out"]),
        tags=dict(Counter(str(t) for row in kept["tags"] or () for t in ([row] if isinstance(row, str) else row))),
        level=level,
        **dict.fromkeys(nothing),
        **dict.fromkeys(("log_likelihood", "aic", "bic")),
    )
