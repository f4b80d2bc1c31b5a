"""How much single studies matter: cumulative, leave-one-out, deletion diagnostics, Baujat."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from synaptrace.errors import ResultError
from synaptrace.evidence.meta.heterogeneity import weighted
from synaptrace.evidence.meta.inputs import same_length
from synaptrace.evidence.meta.mixed_model import as_plain
from synaptrace.evidence.meta.models import fit_effects


def cumulative(effects, variances, order, labels=None, **options):
    """Pooled results of the first 1, 2, .. k studies in rising `order` (k,), ties as given (Lau 1992).

    Returns a tuple of (label of the study added, MetaResult); options as in fit_effects without moderators. Raises what
    fit_effects raises.
    """
    effects, variances, labels = _columns(effects, variances, labels)
    rank = np.argsort(np.asarray(same_length(order, "values to order by", len(effects))), kind="stable")
    found = []
    for last in range(1, len(rank) + 1):
        rows = rank[:last]
        result = fit_effects(effects[rows], variances[rows], labels=[labels[i] for i in rows], **options)
        found.append((labels[rank[last - 1]], result))
    return tuple(found)


def leave_one_out(effects, variances, labels=None, **options):
    """Pooled results without each study in turn, a tuple of (label of the study left out, MetaResult).

    Options as in fit_effects without moderators. Raises ResultError for fewer than two studies, and what fit_effects raises.
    """
    effects, variances, labels = _columns(effects, variances, labels)
    if len(effects) < 2:
        raise ResultError("Nothing is left when the only study is left out.", given="1 study", expected="at least 2")
    found = []
    for out in range(len(effects)):
        rows = [i for i in range(len(effects)) if i != out]
        result = fit_effects(effects[rows], variances[rows], labels=[labels[i] for i in rows], **options)
        found.append((labels[out], result))
    return tuple(found)


def _columns(effects, variances, labels):
    effects, variances = (np.atleast_1d(np.asarray(v, float)) for v in (effects, variances))
    labels = [str(i + 1) for i in range(len(effects))] if labels is None else [str(v) for v in labels]
    same_length(labels, "labels", len(effects))
    return effects, variances, labels


@dataclass(frozen=True)
class Influence:
    """Deletion diagnostics, each (k,), of a fitted model (Viechtbauer & Cheung 2010, Res Synth Methods 1:112).

    rstudent: externally standardized residual; dffits: change of the fitted value in standard errors; cook: Cook's distance;
    covariance_ratio: determinant of the covariance without the study over that with it; tau2 and q without the study; hat;
    weight (percent); dfbetas (k, p); influential: whether a rule of thumb of the paper is met.
    """

    labels: tuple
    rstudent: tuple
    dffits: tuple
    cook: tuple
    covariance_ratio: tuple
    tau2: tuple
    q: tuple
    hat: tuple
    weight: tuple
    dfbetas: tuple
    influential: tuple

    def as_json(self):
        """Plain dictionary of all fields."""
        return as_plain(self)


def influence_of(result):
    """Influence of every study on a MetaResult of fit_effects; nan where the rest cannot be fitted.

    Raises ResultError for fewer than three studies beyond the coefficients, or a result that has no design.
    """
    if result.design is None or result.k < len(result.names) + 2:
        raise ResultError(
            "Too few studies to leave one out.", given=f"{result.k} studies", expected=f"{len(result.names) + 2} or more"
        )
    if result.se == 0:
        raise ResultError(
            "The effects lie exactly on the model, so leaving one out has no error to compare with.", test=result.test
        )
    total = result.variances + (result.tau2 or 0.0)
    hat = np.sum((result.design @ result.covariance) * result.design, 1) / total
    if result.test in ("knha", "adhoc"):
        hat = np.sum((result.design @ _plain_covariance(result, result.tau2 or 0.0)) * result.design, 1) / total
    rows = [_without(result, out, hat[out]) for out in range(result.k)]
    columns = {name: np.array([r[name] for r in rows]) for name in rows[0]}
    width = len(result.names)
    flags = (
        (np.abs(columns["dffits"]) > 3 * np.sqrt(width / (result.k - width)))
        | (chi2.cdf(columns["cook"], width) > 0.5)
        | (hat > 3 * width / result.k)
        | np.any(np.abs(columns["dfbetas"]) > 1, 1)
    )
    plain = {name: tuple(map(tuple, v.tolist())) if v.ndim > 1 else tuple(v.tolist()) for name, v in columns.items()}
    return Influence(
        labels=result.labels, hat=tuple(hat.tolist()), weight=result.weights, influential=tuple(flags.tolist()), **plain
    )


def _plain_covariance(result, tau2):
    """(X'WX)^-1, (p, p), at a tau2."""
    return weighted(result.effects[None], 1 / (result.variances + tau2)[None], result.design).covariance[0]


def _without(result, out, hat):
    """Diagnostics of one study, from a fit without it."""
    keep = np.arange(result.k) != out
    width = len(result.names)
    names = ("rstudent", "dffits", "cook", "covariance_ratio", "tau2", "q")
    if np.linalg.matrix_rank(result.design[keep]) < width:
        return dict.fromkeys(names, np.nan) | {"dfbetas": np.full(width, np.nan)}
    rest = fit_effects(
        result.effects[keep],
        result.variances[keep],
        method=result.method,
        test=result.test,
        moderators={n: result.design[keep, i] for i, n in enumerate(result.names) if n != "intercept"},
        intercept="intercept" in result.names,
        tau2_interval=False,
    )
    row, own = result.design[out], result.variances[out]
    between = rest.tau2 or 0.0
    change = result.beta - rest.beta
    missed = float(result.effects[out] - row @ rest.beta)
    scale = _plain_covariance(result, between)
    return {
        "rstudent": missed / float(np.sqrt(own + between + row @ rest.covariance @ row)),
        "dffits": float(row @ change) / float(np.sqrt(hat * (between + own))),
        "cook": float(change @ np.linalg.solve(result.covariance, change)),
        "covariance_ratio": float(np.linalg.det(rest.covariance) / np.linalg.det(result.covariance)),
        "tau2": between,
        "q": rest.q,
        "dfbetas": change / np.sqrt(np.diag(scale)),
    }


@dataclass(frozen=True)
class Baujat:
    """What each study adds to Q, and how far it moves the common effect in its variances; both (k,) (Baujat 2002)."""

    labels: tuple
    heterogeneity: tuple
    influence: tuple


def baujat(effects, variances, labels=None):
    """Baujat coordinates of the common-effect model (Baujat 2002, Stat Med 21:2641); effects and variances (k,).

    heterogeneity (y_i - mu)^2/v_i; influence (mu - mu without i)^2 / variance of mu without i. Raises ResultError for one study.
    """
    whole = fit_effects(effects, variances, method="EE", labels=labels)
    others = leave_one_out(whole.effects, whole.variances, method="EE")
    added = (whole.effects - whole.estimate) ** 2 / whole.variances
    moved = [((whole.estimate - rest.estimate) / rest.se) ** 2 for _, rest in others]
    return Baujat(whole.labels, tuple(added.tolist()), tuple(moved))
