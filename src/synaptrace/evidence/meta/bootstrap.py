"""Thousands of meta-analyses at once: bootstrap of studies or of the model, and pooling of simulated ones."""

from dataclasses import dataclass, field

import numpy as np

from synaptrace.errors import ResultError, SolveError
from synaptrace.evidence.meta.heterogeneity import estimate_tau2, weighted
from synaptrace.evidence.meta.mixed_model import HIDDEN, as_plain
from synaptrace.evidence.meta.models import fit_effects

KINDS = ("studies", "parametric")
BLOCK = 4000  # replicates worked on together, so that the arrays stay in the cache


@dataclass(frozen=True)
class Many:
    """Pooled effects of B data sets: estimate and se (B,) in the unit of the effects, tau2 (B,) in its square.

    Where tau2 did not settle, in the first or the patient search, converged (B,) is False and the numbers are nan.
    """

    estimate: np.ndarray
    se: np.ndarray
    tau2: np.ndarray
    converged: np.ndarray


def pool_many(effects, variances, method="REML", iterations=50):
    """Pool B data sets of k studies each, without moderators; effects and variances (B, k). Returns Many.

    The same equations as fit_effects, batched (see heterogeneity.estimate_tau2 for the sources). Replicates whose tau2 does not
    settle in `iterations` steps get ten times as many. Raises ResultError for arrays that are not (B, k), hold a number that is
    not finite, or a variance that is not above 0, and for another method.
    """
    effects, variances = (np.asarray(v, float) for v in (effects, variances))
    if effects.ndim != 2 or effects.shape != variances.shape or effects.size == 0:
        raise ResultError("The data sets are not one array (B, k) each.", effects=effects.shape, variances=variances.shape)
    if not (np.all(np.isfinite(effects)) and np.all(np.isfinite(variances)) and np.all(variances > 0)):
        raise ResultError("A data set holds a number that cannot be used.", expected="finite effects, variances above 0")
    parts = [_pooled(effects[i : i + BLOCK], variances[i : i + BLOCK], method, iterations) for i in range(0, len(effects), BLOCK)]
    return Many(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _pooled(effects, variances, method, iterations):
    count = effects.shape[1]
    design = np.ones((count, 1))
    method = method if count > 1 else "EE"
    tau2, settled = estimate_tau2(effects, variances, design, method, iterations)
    again = np.flatnonzero(~settled)
    if len(again):
        tau2[again], settled[again] = estimate_tau2(effects[again], variances[again], design, method, 10 * iterations)
    tau2 = np.where(settled, tau2, np.nan)
    sums = weighted(effects, 1 / (variances + tau2[:, None]), design)
    return sums.coefficients[:, 0], np.sqrt(sums.covariance[:, 0, 0]), tau2, settled


@dataclass(frozen=True)
class Bootstrap:
    """Percentile intervals (low, high) of a pooled effect and of tau2, and what they came from.

    `failed` counts replicates whose tau2 did not settle; they are in no interval. `many` holds every replicate.
    """

    kind: str
    method: str
    replicates: int
    failed: int
    seed: int
    estimate: float
    bias: float
    se: float
    ci: tuple
    tau2: float | None
    tau2_ci: tuple | None
    level: float
    many: Many = field(repr=False, compare=False, metadata=HIDDEN)

    def as_json(self):
        """Plain dictionary of all fields but the replicates."""
        return as_plain(self)


def bootstrap_effects(effects, variances, method="REML", kind="studies", replicates=10_000, seed=1, level=0.95):
    """Bootstrap of a pooled effect (Efron & Tibshirani 1993; Viechtbauer 2010): a Bootstrap.

    effects, variances (k,); kind: studies, drawn with replacement, or parametric, effects drawn from the fitted model. Raises
    ResultError for another kind or fewer than two studies, SolveError when more than one replicate in twenty fails.
    """
    if kind not in KINDS or replicates < 1:
        raise ResultError(
            "There is no such bootstrap.", given=f"{kind}, {replicates}", expected=f"{' or '.join(KINDS)}; 1 or more"
        )
    whole = fit_effects(effects, variances, method=method, tau2_interval=False)
    if whole.k < 2:
        raise ResultError("A bootstrap needs more than one study.", given="1 study", expected="at least 2")
    random = np.random.default_rng(seed)
    if kind == "studies":
        drawn = random.integers(0, whole.k, (replicates, whole.k))
        many = pool_many(whole.effects[drawn], whole.variances[drawn], method)
    else:
        spread = np.sqrt(whole.variances + (whole.tau2 or 0.0))
        simulated = whole.estimate + spread * random.standard_normal((replicates, whole.k))
        many = pool_many(simulated, np.broadcast_to(whole.variances, simulated.shape), method)
    failed = int(np.sum(~many.converged))
    if failed > 0.05 * replicates:
        raise SolveError("Too many replicates of the bootstrap did not settle.", failed=f"{failed} of {replicates}", fix="use DL")
    good, tails = many.converged, [0.5 - level / 2, 0.5 + level / 2]
    return Bootstrap(
        kind=kind,
        method=whole.method,
        replicates=replicates,
        failed=failed,
        seed=seed,
        estimate=whole.estimate,
        bias=float(np.mean(many.estimate[good]) - whole.estimate),
        se=float(np.std(many.estimate[good], ddof=1)) if np.sum(good) > 1 else float("nan"),
        ci=tuple(np.quantile(many.estimate[good], tails).tolist()),
        tau2=whole.tau2,
        tau2_ci=None if whole.tau2 is None else tuple(np.quantile(many.tau2[good], tails).tolist()),
        level=level,
        many=many,
    )
