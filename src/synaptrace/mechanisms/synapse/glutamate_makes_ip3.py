"""Glutamate makes IP3.

Receptors of group I (mGlu1/5) bind glutamate and switch on the G protein Gq, that phospholipase C, and that cuts PIP2 into
IP3 (Bhalla and Iyengar; Ashhad and Narayanan 2013). The model code prints all steps per millisecond and warns about its
units. Here binding is per mmol/L and millisecond, unbinding per millisecond, the rest per second.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, warmed

WHY = "printed per millisecond in model code that warns about its units; per second IP3 lasts seconds"


def rate(value, unit, low, high, meaning):
    return Param(value, unit, meaning, kind="assumed", range=(low, high), why=WHY)


def total(row, value, low, high, meaning):
    return Param(f"{value} umol/L", "umol/L", meaning, source=f"synapse_dossier:section-2-11:{row}_total", range=(low, high))


mechanism = Mechanism(
    reads={"glu": "glutamate.{pool}.cleft", "agonist": "drug.mglu5_agonist", "held": "drug.mglu5_antagonist",
           "T": "tissue.temperature"},
    states={name: State(0.0, "umol/L", meaning, scale=0.01) for name, meaning in (
        ("Rg", "receptors holding glutamate"), ("RG", "these with a G protein"), ("aG", "G proteins switched on"),
        ("L", "phospholipase C switched on"), ("LP", "this holding PIP2"), ("IP3", "IP3"))},
    writes={"level": "mglur.{pool}.IP3"},
    params={
        "on": rate("0.28 L/mmol/ms", "L/mmol/s", "1e-3 L/mmol/ms", "1e3 L/mmol/ms", "binding of glutamate"),
        "off": rate("0.016 1/ms", "1/s", "1e-3 1/ms", "1 1/ms", "unbinding of glutamate"),
        "on_G": rate("15 L/umol/s", "L/umol/s", "0.1 L/umol/s", "2e4 L/umol/s", "binding of G protein"),
        "off_G": rate("7.2 1/s", "1/s", "0.1 1/s", "1e4 1/s", "unbinding of G protein"),
        "switch": rate("1.8 1/s", "1/s", "0.1 1/s", "1e4 1/s", "switching on of G protein"),
        "hydrolysis": rate("9 1/s", "1/s", "0.1 1/s", "1e5 1/s", "switching off of G protein"),
        "on_L": rate("100 L/umol/s", "L/umol/s", "1 L/umol/s", "1e6 L/umol/s", "binding of phospholipase C"),
        "off_L": rate("100 1/s", "1/s", "1 1/s", "1e6 1/s", "unbinding of phospholipase C"),
        "on_P": rate("0.83 L/umol/s", "L/umol/s", "0.01 L/umol/s", "1e4 L/umol/s", "binding of PIP2"),
        "off_P": rate("0.68 1/s", "1/s", "0.01 1/s", "1e4 1/s", "unbinding of PIP2"),
        "cut": rate("0.58 1/s", "1/s", "0.01 1/s", "1e4 1/s", "cutting of PIP2"),
        "loss": rate("0.75 1/s", "1/s", "0.01 1/s", "1e4 1/s", "breakdown of IP3"),
        "R_all": total("mGluR", 0.3, 0.1, 1, "receptors"), "G_all": total("G", 25, 8, 75, "G proteins"),
        "L_all": total("PLC", 5, 1, 15, "phospholipase C"), "P_all": total("PIP2", 160, 50, 500, "PIP2"),
        "T_0": Param(308.15, "K", "temperature of the rates", kind="assumed", range=(290, 312),
                     why="not stated in what was read; 35 degC as in the experiments here"),
        "Q10": Param(1, "1", "speed per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
    },
    signs={"glu": "+Rg", "agonist": "+Rg", "held": "-Rg", "aG": "+L", "LP": "+IP3", "IP3": "+level", "loss": "-IP3"},
)  # fmt: skip


@mechanism.equations
def equations(glu, agonist, held, T, Rg, RG, aG, L, LP, IP3, on, off, on_G, off_G, switch, hydrolysis, on_L, off_L, on_P,
              off_P, cut, loss, R_all, G_all, L_all, P_all, T_0, Q10):
    speed = warmed(T, T_0, Q10)
    bind = on * (1 - held) * (glu + agonist) * (R_all - Rg - RG) - off * Rg
    meet = on_G * Rg * (G_all - RG - aG - L - LP) - off_G * RG
    join = on_L * aG * (L_all - L - LP) - off_L * L
    hold = on_P * L * (P_all - LP - IP3) - off_P * LP
    return (
        ddt(Rg=speed * (bind - meet), RG=speed * (meet - switch * RG), aG=speed * (switch * RG - hydrolysis * aG - join),
            L=speed * (join - hold + cut * LP), LP=speed * (hold - cut * LP), IP3=speed * (cut * LP - loss * IP3)),
        out(level=IP3),
    )
