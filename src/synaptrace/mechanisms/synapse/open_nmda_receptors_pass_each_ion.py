"""Open NMDA receptors pass each ion.

Sodium and calcium enter and potassium leaves, each as Goldman, Hodgkin and Katz have it: by its own concentrations and the
voltage. The whole is scaled to the measured conductance for inward current.
"""

from synaptrace.core import Mechanism, Param, exp, out

TINY = 1e-9  # keeps 0/0 out at 0 mV


def drive(z, V, thermal, inside, outside):
    """Goldman, Hodgkin and Katz: the current of one ion per permeability, in mmol/L."""
    x = z * V / thermal + TINY
    return z * x * (inside - outside * exp(-x)) / (1 - exp(-x))


def level(ion, value, low, high):
    return Param(value, "mmol/L", f"{ion.replace('_', ' ')}side", source=f"synapse_dossier:section-2-10:check_{ion}",
                 kind="derived", range=(low, high))


mechanism = Mechanism(
    reads={"opened": "nmda.{pool}.conducting", "V": "nmda.{pool}.voltage", "Ca": "tissue.calcium", "T": "tissue.temperature"},
    writes={"current": "current.{pool}.nmda", "calcium": "calcium.{pool}.nmda", "sodium": "sodium.{pool}.nmda",
            "potassium": "potassium.{pool}.nmda"},
    params={
        "receptors": Param(15, "1", "NMDA receptors of a spine", source="synapse_dossier:section-6:C8_NMDAR", range=(1, 50)),
        "each": Param("50 pS", "nS", "conductance of an open receptor", source="synapse_dossier:section-2-10:NMDAR_conductance",
                      range=("20 pS", "100 pS")),
        "P_Ca": Param(3.6, "1", "permeability of calcium over that of sodium", kind="derived", range=(1, 17),
                      source="synapse_dossier:section-2-10:PCa_over_PM_to_use"),
        "Na_out": level("Na_out", 145, 100, 160), "Na_in": level("Na_in", 10, 4, 30),
        "K_out": level("K_out", 3, 1, 10), "K_in": level("K_in", 140, 100, 160),
        "Ca_in": Param("1e-4 mmol/L", "mmol/L", "calcium inside", kind="derived", range=("1e-5 mmol/L", "1e-2 mmol/L"),
                       source="synapse_dossier:section-2-10:check_Ca_in"),
        "R": Param("8.314462618 J/mol/K", "mV*C/mol/K", "gas constant", source="si:prefixes:gas_constant", kind="derived"),
        "F": Param("96485.33212 C/mol", "C/mol", "charge of a mole", source="si:prefixes:faraday", kind="derived"),
    },
    signs={"V": "+current +sodium +potassium +calcium"},
)  # fmt: skip


@mechanism.equations
def equations(opened, V, Ca, T, receptors, each, P_Ca, Na_out, Na_in, K_out, K_in, Ca_in, R, F):
    thermal = R * T / F
    scale = receptors * each * opened * thermal / (Na_out + K_out + (2 * 2) * P_Ca * Ca)
    sodium = scale * drive(1, V, thermal, Na_in, Na_out)
    potassium = scale * drive(1, V, thermal, K_in, K_out)
    calcium = scale * P_Ca * drive(2, V, thermal, Ca_in, Ca)
    return out(current=sodium + potassium + calcium, sodium=sodium, potassium=potassium, calcium=calcium)
