"""The one result of a univariate meta-analysis: table, figure, JSON and page all read it."""

from dataclasses import dataclass, field

import numpy as np
from scipy.stats import norm

from synaptrace.evidence.meta.mixed_model import HIDDEN, as_plain


@dataclass(frozen=True)
class Coefficient:
    """One coefficient of a meta-regression, in the unit of the effects per unit of the moderator."""

    name: str
    estimate: float
    se: float
    ci: tuple
    statistic: float
    p: float


@dataclass(frozen=True)
class MetaResult:
    """A pooled effect, or a meta-regression, on the scale of the analysis (logarithms for ratios).

    estimate, se, ci, statistic and p are of the pooled effect; with moderators, of the first coefficient. ci, tau2_ci, i2_ci,
    h2_ci and prediction_interval are (low, high). df belongs to t tests, None for z. tau2 (squared unit of the effects), its
    se and interval, and prediction_interval are None where the model has none: EE, fixed-weight methods, one study. i2, r2 and
    weights are in percent. None also stands for what does not exist, such as q of one study; `notes` say why.
    """

    measure: str
    method: str
    test: str
    k: int
    estimate: float
    se: float
    ci: tuple
    statistic: float
    df: float | None
    p: float | None
    tau2: float | None
    tau2_se: float | None
    tau2_ci: tuple | None
    i2: float | None
    i2_ci: tuple | None
    h2: float | None
    h2_ci: tuple | None
    q: float | None
    q_df: int
    q_p: float | None
    prediction_interval: tuple | None
    prediction_method: str | None
    weights: tuple
    coefficients: tuple
    moderator_test: dict | None
    r2: float | None
    log_likelihood: float | None
    aic: float | None
    bic: float | None
    yi: tuple
    vi: tuple
    labels: tuple
    rows_left_out: tuple = ()
    tags: dict = field(default_factory=dict)
    level: float = 0.95
    notes: tuple = ()
    design: np.ndarray | None = field(default=None, repr=False, compare=False, metadata=HIDDEN)
    covariance: np.ndarray | None = field(default=None, repr=False, compare=False, metadata=HIDDEN)

    @property
    def names(self):
        """Names of the coefficients."""
        return tuple(c.name for c in self.coefficients)

    @property
    def effects(self):
        """Yi as an array (k,)."""
        return np.array(self.yi)

    @property
    def variances(self):
        """Vi as an array (k,)."""
        return np.array(self.vi)

    @property
    def intervals(self):
        """[(low, high)] (k,) of the single studies, normal, at the level of the result."""
        reach = norm.ppf(0.5 + self.level / 2) * np.sqrt(self.variances)
        return list(zip((self.effects - reach).tolist(), (self.effects + reach).tolist(), strict=True))

    @property
    def beta(self):
        """Coefficients as an array (p,)."""
        return np.array([c.estimate for c in self.coefficients])

    def as_json(self):
        """Plain dictionary of all fields but the matrices, ready for json.dumps; None for what is not a finite number."""
        plain = as_plain(self)
        plain["rows_left_out"] = [{"label": str(label), "reason": str(reason)} for label, reason in self.rows_left_out]
        return plain
