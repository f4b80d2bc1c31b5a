"""Efficacy moves AMPA receptors.

Receptors enter and leave the synapse until their number follows efficacy, from the weak to the strong level. Frozen
receptors do not move, whatever efficacy does.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"efficacy": "plasticity.{pool}.efficacy"},
    states={"strength": State(1.0, "1", "AMPA receptors relative to before", scale=0.1)},
    writes={"relative": "ampa.{pool}.strength"},
    params={
        "ratio": Param(5, "1", "strong over weak synapses", source="synapse_dossier:section-6:DP_b", range=(1, 50)),
        "mobile": Param(1, "1", "share of the usual speed; 0 freezes receptors", kind="assumed", range=(0, 1), why="a switch"),
        "time": Param("60 s", "s", "time constant in which receptors follow", kind="assumed", range=("1 s", "1 h"),
                      why="no number was read"),
    },
    signs={"strength": "+relative"},
)  # fmt: skip


@mechanism.equations
def equations(efficacy, strength, ratio, mobile, time):
    target = 2 * (1 + (ratio - 1) * efficacy) / (1 + ratio)
    return ddt(strength=mobile * (target - strength) / time), out(relative=strength)
