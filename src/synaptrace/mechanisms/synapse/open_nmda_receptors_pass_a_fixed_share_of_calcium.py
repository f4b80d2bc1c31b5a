"""Open NMDA receptors pass a fixed share of calcium.

The current is that of a conductance. Calcium carries a fixed share of it at -65 mV; at other voltages its share follows the
pull on calcium alone, so that calcium still enters where the current has turned.
"""

from synaptrace.core import Mechanism, Param, exp, out

TINY = 1e-9  # keeps 0/0 out at 0 mV


def drive(z, V, thermal, inside, outside):
    """Goldman, Hodgkin and Katz: the current of one ion per permeability, in mmol/L."""
    x = z * V / thermal + TINY
    return z * x * (inside - outside * exp(-x)) / (1 - exp(-x))


mechanism = Mechanism(
    reads={"opened": "nmda.{pool}.conducting", "V": "nmda.{pool}.voltage", "Ca": "tissue.calcium", "T": "tissue.temperature"},
    writes={"current": "current.{pool}.nmda", "calcium": "calcium.{pool}.nmda"},
    params={
        "receptors": Param(15, "1", "NMDA receptors of a spine", source="synapse_dossier:section-6:C8_NMDAR", range=(1, 50)),
        "each": Param("50 pS", "nS", "conductance of an open receptor", source="synapse_dossier:section-2-10:NMDAR_conductance",
                      range=("20 pS", "100 pS")),
        "E_rev": Param(0, "mV", "reversal potential", source="synapse_dossier:section-2-10:reversal_Destexhe", range=(-5, 5)),
        "share": Param(0.1, "1", "share of the current that calcium carries", range=(0.05, 0.2),
                       source="synapse_dossier:section-2-10:Pf_SynapseElife"),
        "Ca_in": Param("1e-4 mmol/L", "mmol/L", "calcium inside", kind="derived", range=("1e-5 mmol/L", "1e-2 mmol/L"),
                       source="synapse_dossier:section-2-10:check_Ca_in"),
        "V_ref": Param(-65, "mV", "voltage at which both forms agree", source="synapse_dossier:section-2-10:check_voltage",
                       kind="derived", range=(-90, -40)),
        "R": Param("8.314462618 J/mol/K", "mV*C/mol/K", "gas constant", source="si:prefixes:gas_constant", kind="derived"),
        "F": Param("96485.33212 C/mol", "C/mol", "charge of a mole", source="si:prefixes:faraday", kind="derived"),
    },
    signs={"E_rev": "-current"},
)  # fmt: skip


@mechanism.equations
def equations(opened, V, Ca, T, receptors, each, E_rev, share, Ca_in, V_ref, R, F):
    conductance, thermal = receptors * each * opened, R * T / F
    pull = drive(2, V, thermal, Ca_in, Ca) / drive(2, V_ref, thermal, Ca_in, Ca)
    return out(current=conductance * (V - E_rev), calcium=share * conductance * (V_ref - E_rev) * pull)
