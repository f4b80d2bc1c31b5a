"""Glutamate opens NMDA receptors.

Ten states (Vargas-Caballero and Robinson 2004): five gating states, each free or holding Mg2+. Mg2+ comes and goes only
through the open channel and can be trapped; a plugged channel closes faster. Without glutamate the free and the plugged
half cannot exchange, so how receptors are split at rest is what was left by the last glutamate.
"""

from synaptrace.core import Mechanism, Param, State, ddt, exp, markov, out, warmed

KEPT = ("C1", "C2", "D", "O", "OB", "C2B", "DB", "C1B", "C0B")


def scheme(row, value, unit, low, high, meaning):
    return Param(value, unit, meaning, source=f"synapse_dossier:section-2-6:{row}", range=(low, high))


mechanism = Mechanism(
    reads={"glu": "glutamate.{pool}.cleft", "V": "nmda.{pool}.voltage", "Mg": "tissue.magnesium", "T": "tissue.temperature"},
    states={name: State(0.0, "1", f"NMDA receptors in {name}, share", scale=0.01) for name in KEPT},
    writes={"conducting": "nmda.{pool}.conducting", "plugged": "nmda.{pool}.plugged"},
    params={
        "binding": scheme("glutamate_binding", "5 L/mmol/ms", "L/mmol/s", "1 L/mmol/ms", "20 L/mmol/ms", "binding per free site"),
        "unbinding": scheme("glutamate_unbinding", "5.5e-3 1/ms", "1/s", "1e-3 1/ms", "0.1 1/ms", "unbinding per bound site"),
        "opening": scheme("opening", "46.5e-3 1/ms", "1/s", "0.01 1/ms", "0.1 1/ms", "opening"),
        "closing": scheme("closing", "91.6e-3 1/ms", "1/s", "0.05 1/ms", "0.2 1/ms", "closing"),
        "desens": scheme("desensitisation", "8.4e-3 1/ms", "1/s", "1e-3 1/ms", "0.02 1/ms", "desensitizing"),
        "recovery": scheme("resensitisation", "1.8e-3 1/ms", "1/s", "1e-4 1/ms", "0.02 1/ms", "recovering"),
        "faster": scheme("blocked_closing_factor", 3, "1", 1, 5, "closing with Mg2+ inside, relative"),
        "Mg_on": scheme("Mg_on", "0.61 L/mmol/ms", "L/mmol/s", "0.1 L/mmol/ms", "3 L/mmol/ms", "binding of Mg2+ at 0 mV"),
        "V_on": scheme("Mg_on_voltage", 17, "mV", 10, 25, "voltage over which binding of Mg2+ falls e-fold"),
        "Mg_off": scheme("Mg_off", "5.4 1/ms", "1/s", "1 1/ms", "20 1/ms", "unbinding of Mg2+ at 0 mV"),
        "V_off": scheme("Mg_off_voltage", 47, "mV", 30, 60, "voltage over which unbinding of Mg2+ grows e-fold"),
        "T_0": Param(298.15, "K", "temperature at which the rates were measured", kind="assumed", range=(290, 300),
                     why="room temperature"),
        "Q10": Param(2, "1", "speed of gating per 10 K", source="synapse_dossier:section-2-4:Saftenku2002_Q10", range=(1.5, 4)),
        "Q10_Mg": Param(1, "1", "speed of Mg2+ per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
    },
    signs={"glu": "+C1", "closing": "-O", "faster": "-OB"},
)  # fmt: skip


@mechanism.equations
def equations(glu, V, Mg, T, C1, C2, D, O, OB, C2B, DB, C1B, C0B, binding, unbinding, opening, closing, desens, recovery, faster,
              Mg_on, V_on, Mg_off, V_off, T_0, Q10, Q10_Mg):
    speed, plugging = warmed(T, T_0, Q10), warmed(T, T_0, Q10_Mg)
    gating = [("C0", "C1", 2 * binding * glu, unbinding), ("C1", "C2", binding * glu, 2 * unbinding),
              ("C2", "D", desens, recovery), ("C2", "O", opening, closing),
              ("C2B", "OB", opening, faster * closing), ("C2B", "DB", desens, recovery),
              ("C1B", "C2B", binding * glu, 2 * unbinding), ("C0B", "C1B", 2 * binding * glu, unbinding)]
    steps = [(a, b, speed * forward, speed * backward) for a, b, forward, backward in gating]
    steps += [("O", "OB", plugging * Mg_on * exp(-V / V_on) * Mg, plugging * Mg_off * exp(V / V_off))]
    places = {"C1": C1, "C2": C2, "D": D, "O": O, "OB": OB, "C2B": C2B, "DB": DB, "C1B": C1B, "C0B": C0B}
    return ddt(markov(steps, remainder="C0", **places)), out(conducting=O, plugged=OB + C2B + DB + C1B + C0B)
