"""Memantine is trapped in NMDA receptors.

Five gating states in three layers: free, plugged by Mg2+, and holding memantine deep in the channel, where it is trapped. A
second, shallow site holds the channel open and traps nothing; it makes the sixth of the block that does not outlast the
agonist. Affinity, speed and that share were measured; Mg2+ and memantine exclude each other.
"""

from synaptrace.core import Mechanism, Param, State, ddt, exp, markov, out, warmed

GATES, LAYERS = ("C0", "C1", "C2", "D", "O"), ("", "M", "B")
KEPT = [f"{g}{layer}" for layer in LAYERS for g in GATES][1:] + ["OS"]


def scheme(row, value, unit, low, high, place="section-2-6", kind="measured"):
    return Param(value, unit, row.replace("_", " "), source=f"synapse_dossier:{place}:{row}", range=(low, high), kind=kind)


mechanism = Mechanism(
    reads={"drug": "brain.memantine_free", "glu": "glutamate.{pool}.cleft", "V": "nmda.{pool}.voltage",
           "Mg": "tissue.magnesium", "T": "tissue.temperature", "filled": "nmda.coagonist_bound"},
    states={name: State(0.0, "1", f"receptors in {name}, share", scale=0.01) for name in KEPT},
    writes={"trapped": "nmda.{pool}.trapped", "conducting": "nmda.{pool}.conducting", "plugged": "nmda.{pool}.plugged"},
    params={
        "binding": scheme("glutamate_binding", "5 L/mmol/ms", "L/mmol/s", "1 L/mmol/ms", "20 L/mmol/ms"),
        "unbinding": scheme("glutamate_unbinding", "5.5e-3 1/ms", "1/s", "1e-3 1/ms", "0.1 1/ms"),
        "opening": scheme("opening", "46.5e-3 1/ms", "1/s", "0.01 1/ms", "0.1 1/ms"),
        "closing": scheme("closing", "91.6e-3 1/ms", "1/s", "0.05 1/ms", "0.2 1/ms"),
        "desens": scheme("desensitisation", "8.4e-3 1/ms", "1/s", "1e-3 1/ms", "0.02 1/ms"),
        "recovery": scheme("resensitisation", "1.8e-3 1/ms", "1/s", "1e-4 1/ms", "0.02 1/ms"),
        "Mg_off": scheme("Mg_off", "5.4 1/ms", "1/s", "1 1/ms", "20 1/ms"),
        "Mg_V_off": scheme("Mg_off_voltage", 47, "mV", 30, 60),
        "K0": scheme("AscherNowak_K0", 8.85, "mmol/L", 2.5, 9, "section-3", "derived"),
        "slope": Param(12.5, "mV", "voltage over which it changes e-fold", kind="derived", range=(10, 17),
                       source="exposure_and_block:magnesium:slope_Ascher_Nowak"),
        "IC50": scheme("K7_memantine_IC50", "1 umol/L", "umol/L", 0.3, 3, "section-4-1"),
        "leaving": scheme("K5_memantine_koff", "0.53 1/s", "1/s", 0.1, 3, "section-4-1"),
        "untrapped": scheme("K13_memantine_untrapped_fraction", 0.1667, "1", 0, 0.5, "section-4-1"),
        "delta": Param(0.79, "1", "share of the membrane field that the sites feel", kind="assumed", range=(0.6, 1),
                       source="gilling2009:abstract:ketamine_delta", why="that of ketamine"),
        "V_ref": scheme("K7_voltage", -70, "mV", -70, -66, "section-4-1"),
        "RT_F": scheme("RT_over_F", 25.43, "mV", 25, 27, "section-4-3", "derived"),
        "T_0": Param(298.15, "K", "temperature of the rates of gating and Mg2+", kind="assumed", range=(290, 300), why="room"),
        "Q10": Param(2, "1", "speed of gating per 10 K", source="synapse_dossier:section-2-4:Saftenku2002_Q10", range=(1.5, 4)),
        "Q10_Mg": Param(1, "1", "speed of Mg2+ per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
        "T_block": Param(295.15, "K", "temperature of the rates of block", kind="assumed", range=(290, 300), why="about 22 degC"),
        "Q10_block": Param(1, "1", "its speed per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
    },
    signs={"glu": "+C1", "filled": "+O", "drug": "+OS"},
)  # fmt: skip


@mechanism.equations
def equations(drug, glu, V, Mg, T, filled, C1, C2, D, O, C0M, C1M, C2M, DM, OM, C0B, C1B, C2B, DB, OB, OS, binding, unbinding,
              opening, closing, desens, recovery, Mg_off, Mg_V_off, K0, slope, IC50, leaving, untrapped, delta, V_ref, RT_F, T_0,
              Q10, Q10_Mg, T_block, Q10_block):
    shares = dict(zip(KEPT, (C1, C2, D, O, C0M, C1M, C2M, DM, OM, C0B, C1B, C2B, DB, OB, OS)))
    pull, plugging = exp(delta * (V - V_ref) / (2 * RT_F)), warmed(T, T_0, Q10_Mg) * Mg_off * exp(V / Mg_V_off)
    q, ever_open = warmed(T, T_0, Q10), 1 / (1 + closing / opening * (1 + desens / recovery))
    steps = [step for x in LAYERS for step in (
        (f"C0{x}", f"C1{x}", 2 * q * binding * glu, q * unbinding), (f"C1{x}", f"C2{x}", q * binding * glu, 2 * q * unbinding),
        (f"C2{x}", f"D{x}", q * desens, q * recovery), (f"C2{x}", f"O{x}", q * opening * filled, q * closing))]
    steps += [("O", "OM", plugging * Mg / (K0 * exp(V / slope)), plugging)]
    off = warmed(T, T_block, Q10_block) * leaving / ever_open * pull
    for place, share in (("OB", 1 - untrapped), ("OS", untrapped / ever_open)):
        steps += [("O", place, off * share * drug / (IC50 * pull * pull), off)]
    return (ddt(markov(steps, remainder="C0", **shares)),
            out(trapped=C0B + C1B + C2B + DB + OB, conducting=O, plugged=C0M + C1M + C2M + DM + OM))
