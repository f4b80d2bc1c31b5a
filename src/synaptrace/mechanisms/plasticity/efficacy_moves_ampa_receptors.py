"""Efficacy moves AMPA receptors.

Receptors enter and leave the synapse until their number follows efficacy, from the weak to the strong level. Frozen
receptors do not move, whatever efficacy does.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, warmed

mechanism = Mechanism(
    reads={"efficacy": "plasticity.{pool}.efficacy", "T": "tissue.temperature"},
    states={"strength": State(1.0, "1", "AMPA receptors relative to before", scale=0.1)},
    writes={"relative": "ampa.{pool}.strength"},
    params={
        "ratio": Param(5, "1", "strong over weak synapses", source="synapse_dossier:section-6:DP_b", range=(1, 50)),
        "mobile": Param(1, "1", "share of the usual speed; 0 freezes receptors", kind="assumed", range=(0, 1), why="a switch"),
        "time": Param("60 s", "s", "time constant in which receptors follow", kind="assumed", range=("1 s", "1 h"),
                      why="no number was read"),
        "T_0": Param(308.15, "K", "temperature of the time constant", kind="assumed", range=(290, 312),
                     why="that at which the time is assumed: 35 degC as in the experiments here"),
        "Q10": Param(1, "1", "speed per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
    },
    signs={"strength": "+relative"},
)  # fmt: skip


@mechanism.equations
def equations(efficacy, T, strength, ratio, mobile, time, T_0, Q10):
    target = 2 * (1 + (ratio - 1) * efficacy) / (1 + ratio)
    return ddt(strength=mobile * warmed(T, T_0, Q10) * (target - strength) / time), out(relative=strength)
