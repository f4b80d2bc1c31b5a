"""Time above thresholds sets efficacy.

The same calcium strengthens a synapse above its upper threshold and weakens it above the lower one (Graupner and Brunel 2012,
mean over many synapses). Block lowers both times, so by itself it can only shift the balance.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"up": "plasticity.time_above_potentiation", "down": "plasticity.time_above_depression"},
    states={"E": State(0.35, "1", "mean efficacy between weak 0 and strong 1", scale=0.1)},
    writes={"efficacy": "synapse.efficacy"},
    params={
        "gamma_d": Param(200, "1", "speed of depression", source="synapse_dossier:section-6:DP_gamma_d", range=(0, 2000)),
        "gamma_p": Param(321.808, "1", "speed of potentiation", source="synapse_dossier:section-6:DP_gamma_p",
                         range=(0, 2000)),
        "tau": Param("150 s", "s", "time constant of efficacy in the slice", source="synapse_dossier:section-6:DP_tau",
                     range=("10 s", "1000 s")),
        "slower": Param(0.001, "1", "speed in the living brain, relative to the slice", kind="assumed", range=(1e-05, 1),
                        why="less calcium outside makes it slower; hours, as in the reference"),
    },
    signs={"up": "+E", "down": "-E", "E": "+efficacy"},
)  # fmt: skip


@mechanism.equations
def equations(up, down, E, gamma_d, gamma_p, tau, slower):
    return ddt(E=slower / tau * (gamma_p * up * (1 - E) - gamma_d * down * E)), out(efficacy=E)
