"""Depolarization opens L channels.

Calcium channels of the L type in the spine head: one activation gate that does not inactivate. How they gate is assumed; how
many there are, and what each conducts, was read.
"""

from synaptrace.core import Mechanism, Param, State, ddt, exp, log, out, warmed

mechanism = Mechanism(
    reads={"V": "nmda.{pool}.voltage", "Ca": "tissue.calcium", "Ca_in": "spine.{pool}.calcium", "T": "tissue.temperature"},
    states={"m": State(0.0, "1", "activation", scale=0.1)},
    writes={"current": "current.{pool}.L_channels"},
    params={
        "V_m": Param(0, "mV", "voltage of half activation", kind="assumed", range=(-45, 10),
                     why="no number was read; see the size of back-propagating spikes"),
        "k_m": Param(7, "mV", "its slope", kind="assumed", range=(4, 15), why="no number was read"),
        "t_m": Param("1.5 ms", "s", "its time constant", kind="assumed", range=("0.2 ms", "5 ms"), why="no number was read"),
        "channels": Param(3, "1", "L channels of a spine", source="synapse_dossier:section-6:C8_VGCC_L", range=(0, 10)),
        "each": Param("27 pS", "nS", "conductance of an open channel", source="synapse_dossier:section-6:C11_L_conductance",
                      range=("10 pS", "40 pS")),
        "units": Param("1000 umol/mmol", "umol/mmol", "micro per milli", source="si:prefixes:umol_per_mmol", kind="derived"),
        "R": Param("8.314462618 J/mol/K", "mV*C/mol/K", "gas constant", source="si:prefixes:gas_constant", kind="derived"),
        "F": Param("96485.33212 C/mol", "C/mol", "charge of a mole", source="si:prefixes:faraday", kind="derived"),
        "T_0": Param(308.15, "K", "temperature of the gating", kind="assumed", range=(290, 312),
                     why="that at which gating is assumed: 35 degC as in the experiments here"),
        "Q10": Param(2, "1", "speed per 10 K", kind="assumed", range=(1, 4), why="that of the receptors' gating"),
    },
    signs={"V": "+m"},
)  # fmt: skip


@mechanism.equations
def equations(V, Ca, Ca_in, T, m, V_m, k_m, t_m, channels, each, units, R, F, T_0, Q10):
    E_Ca = R * T / (2 * F) * log(units * Ca / Ca_in)
    return (
        ddt(m=warmed(T, T_0, Q10) * (1 / (1 + exp((V_m - V) / k_m)) - m) / t_m),
        out(current=channels * each * m**2 * (V - E_Ca)),
    )
