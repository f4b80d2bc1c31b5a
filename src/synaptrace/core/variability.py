"""How a number varies between patients: a law around the typical value, driven by one standard normal draw."""

from dataclasses import dataclass
from statistics import NormalDist

from synaptrace.core.maths import exp, log, sqrt, where


@dataclass(frozen=True)
class LogNormal:
    """Log-normal around the typical value, which is the median. cv is the coefficient of variation.

    `with_=("Qh", 0.5)` correlates the draw with that of parameter Qh. One draw serves all places of the
    parameter unless `per_place` is true.
    """

    cv: float
    with_: tuple | None = None
    per_place: bool = False

    def individual(self, typical, draw, spread):
        """The patient's value: typical * exp(omega * draw), omega squared = log(1 + cv squared)."""
        return typical * exp(sqrt(log(1 + spread * spread)) * draw)

    @property
    def spread(self):
        return self.cv


@dataclass(frozen=True)
class LogitNormal:
    """For fractions: normal on the logit scale with standard deviation sd."""

    sd: float
    with_: tuple | None = None
    per_place: bool = False

    def individual(self, typical, draw, spread):
        """The patient's value: odds of the typical value times exp(sd * draw), back to a fraction."""
        odds = typical / (1 - typical) * exp(spread * draw)
        return odds / (1 + odds)

    @property
    def spread(self):
        return self.sd


@dataclass(frozen=True)
class Share:
    """Two classes of people: a share of them has the typical value, the others 0; the typical person is of the first."""

    share: float
    with_: tuple | None = None
    per_place: bool = False

    def individual(self, typical, draw, spread):
        """The patient's value: typical below the quantile of the share, which is positive for shares above a half, else 0."""
        return where(draw < spread, typical, 0.0)

    @property
    def spread(self):
        return NormalDist().inv_cdf(self.share)
