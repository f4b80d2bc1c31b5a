"""Small studies that differ and studies that are missing: Egger, Begg, trim-and-fill, fail-safe numbers."""

from dataclasses import dataclass, field

import numpy as np
from scipy.stats import kendalltau, norm

from synaptrace.errors import ResultError, SolveError
from synaptrace.evidence.meta.mixed_model import HIDDEN, as_plain
from synaptrace.evidence.meta.models import fit_effects
from synaptrace.evidence.meta.result import MetaResult

PREDICTORS = ("se", "variance", "1/n", "1/sqrt(n)")


@dataclass(frozen=True)
class Asymmetry:
    """Regression test of the funnel plot.

    `bias` is the coefficient of the predictor (for se, Egger's intercept), `limit` the effect where the predictor is 0, both
    in the unit of the effects (per unit of the predictor); df is None for a normal test.
    """

    model: str
    predictor: str
    k: int
    statistic: float
    df: int | None
    p: float
    bias: float
    bias_se: float
    limit: float
    limit_se: float
    limit_ci: tuple

    def as_json(self):
        """Plain dictionary of all fields."""
        return as_plain(self)


def egger(effects, variances, model="lm", predictor="se", totals=None, method="REML", level=0.95):
    """Regression test for asymmetry of the funnel plot (Egger 1997, BMJ 315:629; Sterne & Egger 2005).

    effects, variances (k,); model: lm, weights 1/v and a multiplicative error with t(k - 2), or rma, mixed effects by `method`
    with a normal test; predictor: se, variance, or 1/n, 1/sqrt(n) of `totals` (k,). Raises ResultError for another word or
    fewer than three studies.
    """
    base = fit_effects(effects, variances, method="EE")
    if model not in ("lm", "rma") or predictor not in PREDICTORS:
        raise ResultError(
            "There is no such regression test.", given=f"{model}, {predictor}", expected=f"lm or rma; {', '.join(PREDICTORS)}"
        )
    if base.k < 3:
        raise ResultError("A regression test of the funnel plot needs at least 3 studies.", given=f"{base.k} studies")
    column = _predictor(base, predictor, totals)
    # A multiplicative error of least squares is what knha does to the weights of the common-effect model.
    way, test = ("EE", "knha") if model == "lm" else (method, "z")
    fit = fit_effects(base.effects, base.variances, way, test, {predictor: column}, level=level, tau2_interval=False)
    limit, slope = fit.coefficients
    if slope.se == 0:
        raise ResultError("The effects lie exactly on a line, so the regression test has no error to compare with.", k=base.k)
    return Asymmetry(
        model, predictor, fit.k, slope.statistic, fit.df, slope.p, slope.estimate, slope.se, limit.estimate, limit.se, limit.ci
    )


def _predictor(base, predictor, totals):
    """Column (k,) of the regression; raises ResultError."""
    if predictor in ("se", "variance"):
        return np.sqrt(base.variances) if predictor == "se" else base.variances
    people = np.asarray([] if totals is None else totals, float)
    if len(people) != base.k or not np.all(people > 0):
        raise ResultError(
            "This regression test needs the number of people of every study.", predictor=predictor, fix="give totals"
        )
    return 1 / people if predictor == "1/n" else people**-0.5


@dataclass(frozen=True)
class RankTest:
    """Kendall's tau of standardized effects with their variances, and its two-sided p."""

    k: int
    tau: float
    p: float
    exact: bool

    def as_json(self):
        """Plain dictionary of all fields."""
        return as_plain(self)


def begg(effects, variances):
    """Rank correlation test for asymmetry of the funnel plot (Begg & Mazumdar 1994, Biometrics 50:1088).

    effects, variances (k,). The p value is exact below 50 studies without ties. Raises ResultError for fewer than three studies.
    """
    base = fit_effects(effects, variances, method="EE")
    if base.k < 3:
        raise ResultError("A rank test of the funnel plot needs at least 3 studies.", given=f"{base.k} studies")
    spread = base.variances - 1 / np.sum(1 / base.variances)
    standardized = (base.effects - base.estimate) / np.sqrt(spread)
    ties = any(len(np.unique(v)) < base.k for v in (standardized, base.variances))
    exact = base.k < 50 and not ties
    if len(np.unique(base.variances)) == 1 or len(np.unique(standardized)) == 1:
        raise ResultError("A rank test of the funnel plot needs studies that differ in effect and variance.", given="all alike")
    found = kendalltau(standardized, base.variances, method="exact" if exact else "asymptotic")
    return RankTest(base.k, float(found.statistic), float(found.pvalue), exact)


@dataclass(frozen=True)
class TrimFill:
    """Studies that seem to be missing on one side, and the pooled result with them added.

    `filled` has (effect, variance) of the added studies; `result` is a MetaResult with them last.
    """

    missing: int
    missing_se: float
    side: str
    estimator: str
    filled: tuple
    result: MetaResult = field(metadata=HIDDEN)

    def as_json(self):
        """Plain dictionary of all fields, the result with the added studies under "result"."""
        return as_plain(self) | {"result": self.result.as_json()}


def trim_and_fill(effects, variances, labels=None, estimator="L0", side=None, **options):
    """Trim and fill (Duval & Tweedie 2000, Biometrics 56:455 and JASA 95:89).

    effects, variances (k,); estimator: L0 or R0; side where studies are missing: left, right, or by the sign of the regression
    on the standard error; options as in fit_effects without moderators. Raises ResultError for another word or fewer than
    three studies, SolveError where the number of missing studies does not settle.
    """
    if estimator not in ("L0", "R0") or side not in (None, "left", "right"):
        raise ResultError("There is no such trim and fill.", given=f"{estimator}, {side}", expected="L0 or R0; left or right")
    whole = fit_effects(effects, variances, labels=labels, **options)
    if whole.k < 3:
        raise ResultError("Trim and fill needs at least 3 studies.", given=f"{whole.k} studies")
    side = side or _side(whole)
    sign = -1.0 if side == "right" else 1.0
    order = np.argsort(sign * whole.effects, kind="stable")
    turned, known = sign * whole.effects[order], whole.variances[order]
    missing, error, middle = _missing(turned, known, estimator, options)
    far = slice(len(turned) - missing, len(turned))
    added, spread = sign * (2 * middle - turned[far]), known[far]
    names = [*whole.labels, *(f"filled {i + 1}" for i in range(missing))]
    options = {k: v for k, v in options.items() if k not in ("tags", "left_out")} | {"left_out": whole.rows_left_out}
    result = fit_effects(
        np.concatenate([whole.effects, added]), np.concatenate([whole.variances, spread]), labels=names, **options
    )
    return TrimFill(missing, error, side, estimator, tuple(zip(added.tolist(), spread.tolist(), strict=True)), result)


def _side(whole):
    """Where studies are missing: opposite to where the small ones lie."""
    if len(np.unique(whole.vi)) == 1:
        raise ResultError("All studies are equally precise, so no side of the funnel plot stands out.", fix="give a side")
    slope = fit_effects(
        whole.effects, whole.variances, whole.method, moderators={"se": np.sqrt(whole.variances)}, tau2_interval=False
    )
    return "right" if slope.beta[1] < 0 else "left"


def _missing(turned, known, estimator, options):
    """(number missing, its standard error, mean of the trimmed studies) of effects in rising order; raises SolveError."""
    options = {k: v for k, v in options.items() if k not in ("tags", "left_out")} | {"tau2_interval": False}
    count, before, missing, error = len(turned), -1, 0, 0.0
    for _ in range(100):
        middle = fit_effects(turned[: count - missing], known[: count - missing], **options).estimate
        if missing == before:
            return missing, error, middle
        before = missing
        centered = turned - middle
        ranks = np.empty(count)
        ranks[np.argsort(np.abs(centered), kind="stable")] = np.arange(1, count + 1)
        raw, error = _estimated(ranks, centered, estimator)
        missing = min(max(0, round(raw)), count - 2)
    raise SolveError("The number of missing studies did not settle.", estimator=estimator, last=f"{before} and {missing}")


def _estimated(ranks, centered, estimator):
    """(number missing, its standard error) from ranks (k,) of the distances from the center."""
    count = len(ranks)
    if estimator == "R0":
        below = ranks[centered < 0]
        raw = count - (np.max(below) if len(below) else 0) - 1
        return raw, float(np.sqrt(2 * max(0.0, raw) + 2))
    total = np.sum(ranks[centered > 0])
    raw = (4 * total - count * (count + 1)) / (2 * count - 1)
    k, m = count, raw
    spread = (k * (k + 1) * (2 * k + 1) + 10 * m**3 + 27 * m**2 + 17 * m - 18 * k * m**2 - 18 * k * m + 6 * k**2 * m) / 24
    return raw, float(4 * np.sqrt(max(0.0, spread)) / (2 * count - 1))


@dataclass(frozen=True)
class FailSafe:
    """How many studies without an effect it takes: `number`, by the rule `kind`, for `target` (an alpha, or an effect)."""

    kind: str
    number: int
    target: float

    def as_json(self):
        """Plain dictionary of all fields."""
        return as_plain(self)


def fail_safe(effects, variances, kind="rosenthal", alpha=0.05, target=None, weighted_mean=False):
    """Fail-safe number of studies averaging no effect (Rosenthal 1979; Rosenberg 2005; Orwin 1983).

    effects, variances (k,). rosenthal: until the one-sided combined z (Stouffer) reaches alpha; rosenberg: until the two-sided
    weighted common effect does, with studies of average weight; orwin: until the mean effect, plain or weighted by 1/v, falls to
    `target` (half of it if left out). Raises ResultError for another kind, or a target not between 0 and the mean.
    """
    base = fit_effects(effects, variances, method="EE")
    weights = 1 / base.variances
    if kind == "rosenthal":
        need = (np.sum(base.effects * np.sqrt(weights)) / norm.isf(alpha)) ** 2 - base.k
        return FailSafe(kind, _whole(need), alpha)
    if kind == "rosenberg":
        need = ((np.sum(weights * base.effects) / norm.isf(alpha / 2)) ** 2 - np.sum(weights)) / np.mean(weights)
        return FailSafe(kind, _whole(need), alpha)
    if kind != "orwin":
        raise ResultError(f"'{kind}' is not a fail-safe number.", given=kind, expected="rosenthal, rosenberg or orwin")
    mean = base.estimate if weighted_mean else float(np.mean(base.effects))
    target = mean / 2 if target is None else target
    if target == 0 or target / mean < 0:
        raise ResultError(
            "The target of a fail-safe number lies on the other side of 0.", given=f"{target:g}", mean=f"{mean:.4g}"
        )
    return FailSafe(kind, _whole(base.k * (mean - target) / target), float(target))


def _whole(number):
    """The next whole number, 0 at least; what lies above one by rounding alone counts as that one."""
    return int(max(0, np.ceil(number - 1e-9 * max(1.0, abs(number)))))
