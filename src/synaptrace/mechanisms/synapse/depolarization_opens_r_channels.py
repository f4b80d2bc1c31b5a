"""Depolarization opens R channels.

Calcium channels of the R type in the spine head: two activation gates and one inactivation gate, with a current driven
toward the reversal potential of calcium.
"""

from synaptrace.core import Mechanism, Param, State, ddt, exp, log, out, warmed


def number(row, value, unit, low, high, meaning):
    return Param(value, unit, meaning, source=f"glusynapse:parameters:{row}", range=(low, high))


mechanism = Mechanism(
    reads={"V": "nmda.{pool}.voltage", "Ca": "tissue.calcium", "Ca_in": "spine.{pool}.calcium", "T": "tissue.temperature"},
    states={"m": State(0.0, "1", "activation", scale=0.1), "h": State(1.0, "1", "share not inactivated", scale=0.1)},
    writes={"current": "current.{pool}.R_channels"},
    params={
        "V_m": number("R_half_activation", -5.9, "mV", -30, 10, "voltage of half activation"),
        "k_m": number("R_slope_activation", 9.5, "mV", 4, 15, "its slope"),
        "t_m": number("R_tau_activation", "1 ms", "s", "0.2 ms", "5 ms", "its time constant"),
        "V_h": number("R_half_inactivation", -39, "mV", -80, -20, "voltage of half inactivation"),
        "k_h": number("R_slope_inactivation", 9.2, "mV", 4, 15, "its slope"),
        "t_h": number("R_tau_inactivation", "27 ms", "s", "5 ms", "100 ms", "its time constant"),
        "density": number("R_conductance", "0.0744 nS/um**2", "nS/um**2", "0 nS/um**2", "0.5 nS/um**2", "conductance per area"),
        "area": Param("0.950 um**2", "um**2", "membrane of the spine head", kind="derived", range=("0.1 um**2", "3 um**2"),
                      source="synapse_fits:spine:head_area"),
        "units": Param("1000 umol/mmol", "umol/mmol", "micro per milli", source="si:prefixes:umol_per_mmol", kind="derived"),
        "R": Param("8.314462618 J/mol/K", "mV*C/mol/K", "gas constant", source="si:prefixes:gas_constant", kind="derived"),
        "F": Param("96485.33212 C/mol", "C/mol", "charge of a mole", source="si:prefixes:faraday", kind="derived"),
        "T_0": Param(308.15, "K", "temperature of the gating", kind="assumed", range=(290, 312),
                     why="not stated in what was read; 35 degC as in the experiments here"),
        "Q10": Param(2, "1", "speed per 10 K", kind="assumed", range=(1, 4), why="that of the receptors' gating"),
    },
    signs={"V": "+m -h"},
)  # fmt: skip


@mechanism.equations
def equations(V, Ca, Ca_in, T, m, h, V_m, k_m, t_m, V_h, k_h, t_h, density, area, units, R, F, T_0, Q10):
    E_Ca, q = R * T / (2 * F) * log(units * Ca / Ca_in), warmed(T, T_0, Q10)
    return (
        ddt(m=q * (1 / (1 + exp((V_m - V) / k_m)) - m) / t_m, h=q * (1 / (1 + exp((V - V_h) / k_h)) - h) / t_h),
        out(current=density * area * m**2 * h * (V - E_Ca)),
    )
