"""Univariate meta-analysis and meta-regression: common and random effects, tests, intervals, subgroups."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, norm
from scipy.stats import f as fisher
from scipy.stats import t as student

from synaptrace.errors import ResultError, SolveError
from synaptrace.evidence.meta.heterogeneity import (
    METHODS,
    estimate_tau2,
    generalized_q,
    log_likelihood,
    q_profile,
    tau2_error,
    typical_variance,
    weighted,
)
from synaptrace.evidence.meta.inputs import moderators as checked_moderators
from synaptrace.evidence.meta.inputs import same_length
from synaptrace.evidence.meta.mixed_model import as_plain
from synaptrace.evidence.meta.result import Coefficient, MetaResult

TESTS = ("z", "t", "knha", "adhoc")
PREDICTIONS = ("default", "hts")
ROUNDING = 1e-26  # share of the squares that rounding alone leaves in the residuals


@dataclass(frozen=True)
class Rows:
    """Usable rows: effects and variances (k,), design (k, p) with its names, and who they are."""

    effects: np.ndarray
    variances: np.ndarray
    design: np.ndarray
    names: tuple
    labels: tuple
    tags: dict
    left_out: tuple


def fit_effects(
    effects,
    variances,
    method="REML",
    test="z",
    moderators=None,
    intercept=True,
    prediction="default",
    tau2=None,
    labels=None,
    tags=None,
    left_out=(),
    measure="",
    level=0.95,
    tau2_interval=True,
    iterations=100,
):
    """Pool effects, or regress them on moderators (Viechtbauer 2010, J Stat Softw 36(3)).

    Parameters
    ----------
    effects, variances : (k,)
        In one unit and its square; rows where either is nan are left out and listed.
    method : str
        EE (common effect), DL, HE, HS, SJ, ML, REML, EB or PM.
    test : str
        z; t; knha, Knapp & Hartung 2003; adhoc, the same but never narrower than z. All but z have k - p degrees of freedom.
    moderators : dict of (k,) columns, or array (k, m)
        Numbers; `indicators` makes them from words. `intercept` says whether a column of ones stands before them.
    prediction : str
        default, with the quantile of the test; hts, t with k - 2 degrees of freedom (Higgins, Thompson & Spiegelhalter 2009).
    tau2 : float
        A variance between studies to take as given instead of estimating it.
    labels, tags : sequences of k
        Names of the rows; one tag or a list of tags for each. `left_out` has (label, reason) of rows left out before.
    tau2_interval : bool
        Whether to compute the Q-profile intervals of tau2, I2 and H2. `iterations` bounds the search for tau2.

    Returns
    -------
    MetaResult

    Raises
    ------
    ResultError for words, columns or variances that cannot be used or no row left; SolveError when tau2 does not settle.
    """
    _known(method, METHODS, "an estimator of the variance between studies")
    _known(test, TESTS, "a test")
    _known(prediction, PREDICTIONS, "a prediction interval")
    rows = _usable(effects, variances, moderators, intercept, labels, tags, left_out)
    notes = []
    if len(rows.effects) == rows.design.shape[1]:
        if method != "EE":
            notes.append("One study: the variance between studies cannot be estimated, so none is given.")
        if test != "z":
            notes.append("One study: no degree of freedom is left, so the test is normal.")
        method, test, tau2 = "EE", "z", None
    found = _between(rows, method, tau2, iterations)
    if rows.names[0] != "intercept" or len(rows.names) > 1:
        notes.append(f"Estimate, se, ci, statistic and p are those of the coefficient '{rows.names[0]}'.")
    parts = _pooled(rows, found, test, level)
    if parts["se"] == 0:
        notes.append("The effects lie exactly on the model, so this test has a standard error of 0 and no use.")
    parts |= _spread(rows, found, method, tau2 is None, tau2_interval, level)
    parts |= _predicted(rows, parts, found, method, test, prediction, level)
    parts |= _likelihood(rows, found, method)
    parts |= {"r2": _explained(rows, found, method, tau2, iterations)}
    return MetaResult(
        measure=measure,
        method=method,
        test=test,
        k=len(rows.effects),
        yi=tuple(rows.effects.tolist()),
        vi=tuple(rows.variances.tolist()),
        labels=rows.labels,
        rows_left_out=rows.left_out,
        tags=rows.tags,
        level=level,
        notes=tuple(notes),
        design=rows.design,
        **parts,
    )


def indicators(words, reference=None):
    """{word: column of 0 and 1 (k,)} for every word but the reference, the first in alphabetical order if left out.

    Raises ResultError for a reference that is not among the words.
    """
    words = [str(w) for w in words]
    known = sorted(set(words))
    first = known[0] if reference is None else str(reference)
    if first not in known:
        raise ResultError(f"'{first}' is not among the words.", given=first, expected=", ".join(known))
    return {word: np.array([float(w == word) for w in words]) for word in known if word != first}


def _known(word, words, what):
    if word not in words:
        raise ResultError(f"'{word}' is not {what}.", given=word, expected=", ".join(words))


def _usable(effects, variances, moderators, intercept, labels, tags, left_out):
    """Rows with a number in every column; raises ResultError."""
    effects, variances = (np.atleast_1d(np.asarray(v, float)) for v in (effects, variances))
    count = len(effects)
    same_length(variances, "sampling variances", count)
    labels = [str(i + 1) for i in range(count)] if labels is None else [str(v) for v in labels]
    same_length(labels, "labels", count)
    tags = [[] for _ in range(count)] if tags is None else [[t] if isinstance(t, str) else list(t) for t in tags]
    same_length(tags, "tags", count)
    columns, names = _columns(moderators, count)
    design = np.column_stack([np.ones((count, int(intercept or columns.shape[1] == 0))), columns])
    names = ("intercept",) * (design.shape[1] - columns.shape[1]) + names
    good = np.isfinite(effects) & np.isfinite(variances) & np.all(np.isfinite(design), 1)
    reasons = _reasons(effects, variances, design, good, labels)
    if not np.any(good):
        raise ResultError("No row has an effect and its variance.", rows=count, fix="give at least one")
    if np.any(variances[good] <= 0):
        row = int(np.flatnonzero(good & (variances <= 0))[0])
        raise ResultError(
            "A sampling variance is not above 0.",
            row=labels[row],
            given=f"{variances[row]:g}",
            fix="leave the row out, or give its variance",
        )
    kept = np.flatnonzero(good)
    if design.shape[1] > 1 or names != ("intercept",):
        checked_moderators(design[kept], names, len(kept))
    counted = dict(Counter(str(t) for i in kept for t in tags[i]))
    listed = tuple((str(label), str(reason)) for label, reason in left_out) + reasons
    return Rows(effects[kept], variances[kept], design[kept], names, tuple(labels[i] for i in kept), counted, listed)


def _columns(moderators, count):
    """(columns (k, m), names) of a mapping or an array; raises ResultError."""
    if moderators is None or (isinstance(moderators, dict) and not moderators):
        return np.zeros((count, 0)), ()
    if isinstance(moderators, dict):
        named = {str(n): same_length(np.atleast_1d(np.asarray(c, float)), f"values of {n}", count) for n, c in moderators.items()}
        return np.column_stack(list(named.values())), tuple(named)
    columns = np.asarray(moderators, float)
    columns = same_length(columns[:, None] if columns.ndim == 1 else columns, "moderators", count)
    return columns, tuple(f"moderator {i + 1}" for i in range(columns.shape[1]))


def _reasons(effects, variances, design, good, labels):
    found = []
    for i in np.flatnonzero(~good):
        missing = "effect" if not np.isfinite(effects[i]) else "variance" if not np.isfinite(variances[i]) else "moderator"
        found.append((labels[i], f"no {missing}"))
    return tuple(found)


def _between(rows, method, given, iterations):
    """tau2; raises SolveError where the search does not settle."""
    if given is not None:
        if not 0 <= given < np.inf:
            raise ResultError("A variance between studies cannot be used as given.", given=given, expected="0 or above")
        return float(given)
    tau2, settled = estimate_tau2(rows.effects[None], rows.variances[None], rows.design, method, iterations)
    if not settled[0]:
        raise SolveError(
            f"The {method} estimate of the variance between studies did not settle.",
            given=f"{len(rows.effects)} effects, {iterations} steps",
            reached=f"{tau2[0]:.6g}",
            fix="allow more iterations, or use DL, which needs none",
        )
    return float(tau2[0])


def _pooled(rows, tau2, test, level):
    """Coefficients with errors and tests, weights, and the test of all moderators together."""
    sums = weighted(rows.effects[None], 1 / (rows.variances + tau2)[None], rows.design)
    count, width = rows.design.shape
    free = None if test == "z" else count - width
    left = float(sums.quadratic[0])
    left = 0.0 if left <= ROUNDING * np.sum(sums.weights[0] * rows.effects**2) else left
    scale = left / free if test in ("knha", "adhoc") else 1.0
    covariance = sums.covariance[0] * (max(scale, 1.0) if test == "adhoc" else scale)
    se = np.sqrt(np.diag(covariance))
    reach = quantile(level, free) * se
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = sums.coefficients[0] / se
    p = 2 * (norm.sf(np.abs(statistic)) if free is None else student.sf(np.abs(statistic), free))
    found = tuple(
        Coefficient(name, float(b), float(s), (float(b - r), float(b + r)), float(z), float(q))
        for name, b, s, r, z, q in zip(rows.names, sums.coefficients[0], se, reach, statistic, p, strict=True)
    )
    first = found[0]
    return {
        "estimate": first.estimate,
        "se": first.se,
        "ci": first.ci,
        "statistic": first.statistic,
        "df": free,
        "p": first.p,
        "coefficients": found,
        "moderator_test": _moderator_test(rows.names, sums.coefficients[0], covariance, free),
        "weights": tuple((100 * sums.weights[0] / np.sum(sums.weights[0])).tolist()),
        "covariance": covariance,
    }


def quantile(level, df=None):
    """Two-sided quantile of the normal distribution, or of t where `df` is given."""
    return float(norm.ppf(0.5 + level / 2) if df is None else student.ppf(0.5 + level / 2, df))


def _moderator_test(names, coefficients, covariance, free):
    """Wald test of all coefficients but the intercept: QM, or F with t tests."""
    rest = [i for i, name in enumerate(names) if name != "intercept"]
    if not rest or np.any(np.diag(covariance) == 0):
        return None
    value = float(coefficients[rest] @ np.linalg.solve(covariance[np.ix_(rest, rest)], coefficients[rest]))
    if free is None:
        return {"statistic": value, "kind": "QM", "df": len(rest), "p": float(chi2.sf(value, len(rest)))}
    value /= len(rest)
    return {"statistic": value, "kind": "F", "df": (len(rest), free), "p": float(fisher.sf(value, len(rest), free))}


def _spread(rows, tau2, method, estimated, intervals, level):
    """tau2, I2, H2 and Q with what is known of their errors."""
    count, width = rows.design.shape
    free = count - width
    nothing = dict.fromkeys(("tau2", "tau2_se", "tau2_ci", "i2", "i2_ci", "h2", "h2_ci", "q", "q_p")) | {"q_df": free}
    if free == 0:
        return nothing
    q = generalized_q(rows.effects, rows.variances, rows.design, 0.0)
    found = nothing | {"q": q, "q_p": float(chi2.sf(q, free))}
    if method == "EE" and tau2 == 0:
        return found | {"i2": max(0.0, 100 * (q - free) / q) if q > 0 else 0.0, "h2": q / free}
    typical = typical_variance(rows.variances, rows.design)
    found |= {"tau2": tau2, "i2": 100 * tau2 / (typical + tau2), "h2": 1 + tau2 / typical}
    if estimated:
        found["tau2_se"] = tau2_error(rows.effects, rows.variances, rows.design, method, tau2)
    if intervals:
        low, high = q_profile(rows.effects, rows.variances, rows.design, level)
        found["tau2_ci"] = low, high
        found["i2_ci"] = 100 * low / (typical + low), 100 * high / (typical + high)
        found["h2_ci"] = 1 + low / typical, 1 + high / typical
    return found


def _predicted(rows, parts, tau2, method, test, kind, level):
    """Prediction interval of the effect of a new study, with its method named."""
    none = {"prediction_interval": None, "prediction_method": None}
    count = len(rows.effects)
    if parts["tau2"] is None or rows.names != ("intercept",) or (kind == "hts" and count < 3):
        return none
    free = count - 2 if kind == "hts" else None if test == "z" else count - 1
    reach = quantile(level, free) * np.hypot(parts["se"], np.sqrt(tau2))
    name = f"Higgins-Thompson-Spiegelhalter, t({free})" if kind == "hts" else "normal" if free is None else f"t({free})"
    return {
        "prediction_interval": (float(parts["estimate"] - reach), float(parts["estimate"] + reach)),
        "prediction_method": name,
    }


def _likelihood(rows, tau2, method):
    """Log likelihood, restricted for REML and full for all others, and what it gives."""
    count, width = rows.design.shape
    restricted = method == "REML"
    at = np.array([tau2])
    value = float(log_likelihood(rows.effects[None], rows.variances[None], rows.design, at, restricted)[0])
    parameters = width + (method != "EE")
    size = count - width if restricted else count
    return {"log_likelihood": value, "aic": 2 * parameters - 2 * value, "bic": parameters * float(np.log(size)) - 2 * value}


def _explained(rows, tau2, method, given, iterations):
    """R2 in percent: how much smaller tau2 is than without moderators (Raudenbush 2009)."""
    if method == "EE" or given is not None or "intercept" not in rows.names or rows.names == ("intercept",):
        return None
    alone = Rows(rows.effects, rows.variances, np.ones((len(rows.effects), 1)), ("intercept",), rows.labels, {}, ())
    without = _between(alone, method, None, iterations)
    return max(0.0, 100 * (without - tau2) / without) if without > 0 else None


@dataclass(frozen=True)
class Subgroups:
    """Pooled results by group, each with its own tau2, and the test that they differ."""

    results: dict
    q_between: float
    q_df: int
    q_p: float | None

    def as_json(self):
        """Plain dictionary of all fields."""
        plain = {"q_between": self.q_between, "q_df": self.q_df, "q_p": self.q_p}
        return as_plain(plain) | {"results": {name: result.as_json() for name, result in self.results.items()}}


def fit_subgroups(effects, variances, groups, labels=None, tags=None, **options):
    """Subgroups, each pooled by itself with fit_effects, in alphabetical order (Borenstein 2009, chapter 19).

    Parameters: effects and variances (k,); groups, labels (k,); tags and options as in fit_effects. The groups are compared by
    chi-squared with one degree of freedom less than groups. Raises what fit_effects raises.
    """
    effects, variances = (np.atleast_1d(np.asarray(v, float)) for v in (effects, variances))
    groups = [str(g) for g in same_length(groups, "groups", len(effects))]
    labels = [str(i + 1) for i in range(len(effects))] if labels is None else labels
    results = {}
    for group in sorted(set(groups)):
        rows = [i for i, g in enumerate(groups) if g == group]
        own = None if tags is None else [tags[i] for i in rows]
        results[group] = fit_effects(effects[rows], variances[rows], labels=[labels[i] for i in rows], tags=own, **options)
    means, weights = (np.array(v) for v in zip(*[(r.estimate, r.se**-2) for r in results.values()], strict=True))
    between = float(np.sum(weights * (means - np.sum(weights * means) / np.sum(weights)) ** 2))
    free = len(results) - 1
    return Subgroups(results, between, free, float(chi2.sf(between, free)) if free else None)
