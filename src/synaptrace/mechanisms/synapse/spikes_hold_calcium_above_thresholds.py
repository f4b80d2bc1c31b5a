"""Spikes hold calcium above thresholds.

The shares of time that the calcium of the plasticity rule (Graupner and Brunel 2012) spends above its two thresholds, at mean
rates of spikes before and after the synapse. What enters after a presynaptic spike grows with the release probability; a
blocker and other Mg2+ change it in the same place.
"""

from synaptrace.core import Mechanism, Table, out

POOL = "pyramidal_evoked"
UNITS = ("1/s", "1/s", "1")

mechanism = Mechanism(
    reads={"before": "rates.presynaptic", "after": "rates.postsynaptic", "U": f"release.{POOL}.probability",
           "blocked": f"nmda.{POOL}.blocked", "relative": f"nmda.{POOL}.unplugged_relative"},
    writes={"depression": "plasticity.time_above_depression", "potentiation": "plasticity.time_above_potentiation"},
    tables={"lower": Table("time_above_depression", "1", UNITS), "upper": Table("time_above_potentiation", "1", UNITS)},
)  # fmt: skip


@mechanism.equations
def equations(before, after, U, blocked, relative, lower, upper):
    entering = U * relative * (1 - blocked)
    return out(depression=lower(before, after, entering), potentiation=upper(before, after, entering))
