"""Ketamine is trapped in NMDA receptors.

The slow twin of the block: five gating states (closed with 0, 1 or 2 glutamate; desensitized; open) in six layers: free,
plugged by Mg2+, and holding one of four blockers. Gating is the same in every layer; Mg2+ and blockers come and go through
open channels, blockers also by a slow leak. Without its co-agonist a receptor does not open. A second, allosteric site for
ketamine can be switched on. It tests the average in `ketamine_blocks_nmda`; it is too fast for hours.
"""

from synaptrace.core import Mechanism, Param, State, ddt, exp, markov, out, warmed

GATES, LAYERS = ("C0", "C1", "C2", "D", "O"), ("", "M", "S", "R", "Sn", "Rn")
PLACES = [f"{g}{layer}" for layer in LAYERS for g in GATES]
KEPT, FREE = PLACES[1:], [f"{g}{layer}" for layer in LAYERS[:2] for g in GATES]


def scheme(row, value, unit, low, high, place="section-2-6", kind="measured"):
    return Param(value, unit, row.replace("_", " "), source=f"synapse_dossier:{place}:{row}", range=(low, high), kind=kind)


def affinity(blocker, value, low, high):
    return Param(value, "umol/L", f"dissociation constant of {blocker} at the reference voltage", kind="derived",
                 source=f"exposure_and_block:affinities:{blocker.replace('-', '_')}", range=(low, high))


mechanism = Mechanism(
    reads={"S": "brain.S_ketamine_free", "R": "brain.R_ketamine_free", "Sn": "brain.S_norketamine_free",
           "Rn": "brain.R_norketamine_free", "glu": "glutamate.{pool}.cleft", "V": "nmda.{pool}.voltage",
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
        "Mg_off": scheme("Mg_off", "5.4 1/ms", "1/s", 1e3, 2e4), "Mg_V_off": scheme("Mg_off_voltage", 47, "mV", 30, 60),
        "K0": scheme("AscherNowak_K0", 8.85, "mmol/L", 2.5, 9, "section-3", "derived"),
        "slope": Param(12.5, "mV", "voltage over which it changes e-fold", kind="derived", range=(10, 17),
                       source="exposure_and_block:magnesium:slope_Ascher_Nowak"),
        "k_on": scheme("kon", "3.8e6 L/mol/s", "L/umol/s", "1e6 L/mol/s", "1e7 L/mol/s", "section-4-3", "derived"),
        "K_S": affinity("S-ketamine", 0.431, 0.1, 1.5), "K_R": affinity("R-ketamine", 2.01, 0.5, 7),
        "K_Sn": affinity("S-norketamine", 2.44, 0.6, 8), "K_Rn": affinity("R-norketamine", 18.7, 4, 60),
        "delta": Param(0.79, "1", "share of the membrane field that the site feels", source="gilling2009:abstract:ketamine_delta",
                       range=(0.6, 1)),
        "V_ref": scheme("reference_voltage", -70, "mV", -70, -66, "section-4-3", "derived"),
        "RT_F": scheme("RT_over_F", 25.43, "mV", 25, 27, "section-4-3", "derived"),
        "leak": Param(0, "1/s", "blockers leaving closed channels", kind="assumed", range=(0, 1.3e-3), why="sources disagree"),
        "allosteric": Param(0, "1", "opening that the second site takes", kind="assumed", range=(0, 1), why="off: no size"),
        "K_allosteric": scheme("K20_ketamine_EC50_allosteric", "0.1 umol/L", "umol/L", 0.01, 1, "section-4-1"),
        "T_0": Param(298.15, "K", "temperature of the rates of gating and Mg2+", kind="assumed", range=(290, 300), why="room"),
        "Q10": Param(2, "1", "speed of gating per 10 K", source="synapse_dossier:section-2-4:Saftenku2002_Q10", range=(1.5, 4)),
        "Q10_Mg": Param(1, "1", "speed of Mg2+ per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
        "T_block": Param(295.15, "K", "temperature of the rates of block", kind="assumed", range=(290, 300), why="about 22 degC"),
        "Q10_block": Param(1, "1", "its speed per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
    },
    signs={"glu": "+C1", "filled": "+O", "allosteric": "-O"},
)  # fmt: skip


@mechanism.equations
def equations(S, R, Sn, Rn, glu, V, Mg, T, filled, C1, C2, D, O, C0M, C1M, C2M, DM, OM, C0S, C1S, C2S, DS, OS, C0R, C1R, C2R,
              DR, OR, C0Sn, C1Sn, C2Sn, DSn, OSn, C0Rn, C1Rn, C2Rn, DRn, ORn, binding, unbinding, opening, closing, desens,
              recovery, Mg_off, Mg_V_off, K0, slope, k_on, K_S, K_R, K_Sn, K_Rn, delta, V_ref, RT_F, leak, allosteric,
              K_allosteric, T_0, Q10, Q10_Mg, T_block, Q10_block):
    shares = dict(zip(KEPT, (C1, C2, D, O, C0M, C1M, C2M, DM, OM, C0S, C1S, C2S, DS, OS, C0R, C1R, C2R, DR, OR, C0Sn, C1Sn, C2Sn,
                             DSn, OSn, C0Rn, C1Rn, C2Rn, DRn, ORn)))
    pull, q, block = exp(delta * (V - V_ref) / (2 * RT_F)), warmed(T, T_0, Q10), warmed(T, T_block, Q10_block)
    plugging = warmed(T, T_0, Q10_Mg) * Mg_off * exp(V / Mg_V_off)
    sites = filled * (1 - allosteric * (S + R) / (S + R + K_allosteric))
    steps = [step for x in LAYERS for step in (
        (f"C0{x}", f"C1{x}", 2 * q * binding * glu, q * unbinding), (f"C1{x}", f"C2{x}", q * binding * glu, 2 * q * unbinding),
        (f"C2{x}", f"D{x}", q * desens, q * recovery), (f"C2{x}", f"O{x}", q * opening * sites, q * closing))]
    steps += [("O", "OM", plugging * Mg / (K0 * exp(V / slope)), plugging)]
    for x, blocker, K in (("S", S, K_S), ("R", R, K_R), ("Sn", Sn, K_Sn), ("Rn", Rn, K_Rn)):
        steps += [("O", f"O{x}", block * k_on / pull * blocker, block * k_on * pull * K)]
        steps += [(g, f"{g}{x}", block * leak * blocker / (K * pull * pull), block * leak) for g in GATES[:-1]]
    trapped = sum(share for place, share in shares.items() if place not in FREE)
    return ddt(markov(steps, remainder="C0", **shares)), out(trapped=trapped, conducting=O, plugged=C0M + C1M + C2M + DM + OM)
