"""Calcium enters and leaves the spine.

What receptors and channels let in is mostly bound by buffers at once; pumps remove it. The time in which calcium falls was
measured with the buffers in place, so the pumps work on what is bound as well.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, warmed

mechanism = Mechanism(
    reads={"nmda": "calcium.{pool}.nmda", "ampa": "calcium.{pool}.ampa", "I_R": "current.{pool}.R_channels",
           "I_L": "current.{pool}.L_channels", "T": "tissue.temperature"},
    states={"free": State(0.07, "umol/L", "free calcium in the spine", scale=0.1)},
    writes={"calcium": "spine.{pool}.calcium"},
    params={
        "volume": Param("0.087 um**3", "L", "volume of the spine head", source="synapse_dossier:section-6:C6_head_volume",
                        range=("0.01 um**3", "1 um**3")),
        "bound": Param(24, "1", "calcium bound per free calcium", source="synapse_dossier:section-6:C4_kappa", range=(2, 200)),
        "clearance": Param("14 ms", "s", "time constant in which it falls", source="synapse_dossier:section-6:C3_clearance",
                           range=("8 ms", "30 ms")),
        "rest": Param("70 nmol/L", "umol/L", "free calcium at rest", source="synapse_dossier:section-6:C1_rest",
                      range=("20 nmol/L", "150 nmol/L")),
        "F": Param("96485.33212 C/mol", "pA*s/umol", "charge of a mole", source="si:prefixes:faraday", kind="derived"),
        "T_0": Param(308.15, "K", "temperature of the clearance", kind="assumed", range=(290, 312),
                     why="not stated in what was read; 35 degC as in the experiments here"),
        "Q10": Param(1, "1", "speed per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
    },
    signs={"nmda": "-free", "I_R": "-free", "rest": "+free"},
)  # fmt: skip


@mechanism.equations
def equations(nmda, ampa, I_R, I_L, T, free, volume, bound, clearance, rest, F, T_0, Q10):
    entering = -(nmda + ampa + I_R + I_L) / (2 * F * volume)
    return ddt(free=entering / (1 + bound) - warmed(T, T_0, Q10) * (free - rest) / clearance), out(calcium=free)
