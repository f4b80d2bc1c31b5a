"""The model of 78 states with kinks: exposure to both enantiomers and a slow model of signaling, plasticity and mood.

Time is in hours (run the engine with clock=1.0), amounts in umol. It has 38 maxima, 6 minima, two switches and eight
powers whose exponents are parameters. The equations stand for the size and stiffness; their numbers are no claims.
"""

from types import SimpleNamespace

import numpy as np
from equations import Equations

from synaptrace.core.maths import exp, maximum, minimum, power, sqrt, where
from synaptrace.solve.engine import Schedule

S_NAMES = "V1 V2 V3 Q2 Q3 CL MTT VN1 VN2 QN CLN VD CLD VH1 VH2 QH CLH".split()
S_VALUES = (25, 56, 157, 161, 79, 91.6, 0.262, 17.5, 99, 108, 50.4, 19.7, 88, 4.4, 87.5, 102, 56)
R_VALUES = (21.7, 48.5, 136, 139.5, 68.4, 79.3, 0.262, 17.5, 99, 108, 40.7, 19.7, 37.7, 4.4, 87.5, 102, 29)
COMMON = {
    "fm": 0.8, "fD": 0.15, "fH": 0.7, "ke0": 60 * np.log(2) / 8.3, "fu": 0.55, "Kpuu": 0.73, "KpH": 1, "phi": 0.61,
    "Qpk": 455, "klag": 20,
}  # fmt: skip
SLOW = {
    "kIN": 0.5, "kdis": 0.45, "kbl": 0.25, "Ehnk": 0.7, "EA1": 0.45, "kado": 1, "kB": 1.5, "krel": 0.3, "metd": 1,
    "metr": 1, "kap": 0.12 / 24, "eps": 0.25 / 24, "eta": 22, "th": 1.4, "tF": 6, "tF2": 40, "gS": 1.6, "tS_up": 0.8,
    "tS_dn": 72, "tMe": 120, "tTrap": 40, "kon": 0.8, "tD": 5, "tR1A": 240, "occ": 0, "nbqx": 0, "rapa": 0, "aniso": 0,
    "abB": 0, "koB": 1, "ltcc": 0, "a1x": 0, "eef2k": 1, "gski": 0, "ebp": 0, "me421": 1, "noform": 0, "trkF": 1,
    "eps_rest": 1, "n2b_in": 1, "n2b_pyr": 1, "nal": 0, "lhbx": 1, "ic_rest": 1, "v_dis": 1, "v_rest": 1, "v_ext": 1,
    "v_hnk": 1, "v_a1": 1, "v_lhb": 1, "v_trk": 1, "n_amp": 0.4, "n_creb": 1.2, "n_trk": 1.4, "n_erk": 1.5, "n_i4": 1.5,
    "n_pS": 0.6, "n_R": 0.3, "n_HT": 0.3,
}  # fmt: skip
STATES = (
    "Gex Ado A1 A2A Syn Hrel Crest Cact CaN CK K2 f mRs mRd Bv Bx Px Ta Ti p75 Akt ERK GSK mT S6K I4 CREB MeC "
    "PRP Arc R GS G2 pS Scal PSD rho thM Zb F1 F2 Nt Np Pre GABA Cort b trap M HT R1A P5 Eaff D"
).split()
ACTIVE = 1.5 / (12 + 1.5 * 3)
INITIAL = {
    "f": 0.5, "Ta": ACTIVE, "Ti": 2 * ACTIVE, "rho": 0.5, "F1": 0, "F2": 0, "trap": 0, "Eaff": 0, "Nt": 0.2, "Np": 0.8,
    "D": 0.182,
}  # fmt: skip
OBSERVED = "Ven_S Ven_R N1_S H1_R Ce_S Bx mT Scal Nt D".split()
VARYING = [f"{k}_{e}" for e in "SR" for k in ("CL", "V1", "V2", "Q2", "CLN", "CLD", "CLH")]
VARYING += "kIN kdis Ehnk EA1 kado kB krel kap eps eta gS tS_dn kon tTrap tD n_trk".split()
RUN_IN, END, MOMENTS, DURATION = 2880.0, 672.0, 200, 40 / 60
INFUSIONS = np.array([0.0, 72.0, 168.0, 240.0, 336.0, 408.0])


def build():
    """The System of 78 states, 103 parameters and three inputs: rates of both enantiomers (umol/h) and stress."""
    m = Equations()
    for e, values in (("S", S_VALUES), ("R", R_VALUES)):
        for name, value in zip(S_NAMES, values, strict=True):
            m.parameter(f"{name}_{e}", value)
    p = SimpleNamespace(**{name: m.parameter(name, value) for name, value in (COMMON | SLOW).items()})
    ketamine, hydroxy = m.graph.lift(0.0), m.graph.lift(0.0)
    for e in "SR":
        effect, metabolite = _exposure(m, p, e, m.input(f"rate_{e}"))
        ketamine, hydroxy = ketamine + effect, hydroxy + metabolite
    stress = m.input("stress")
    g = SimpleNamespace(**{name: m.state(name, INITIAL.get(name, 1.0)) for name in STATES})
    x = SimpleNamespace(ketamine=ketamine, hydroxy=hydroxy, stress=stress)
    for part in (_network, _calcium, _growth_factor, _kinases, _plasticity, _spines, _mood):
        part(m, p, g, x)
    return m.system()


def positive(x):
    return maximum(x, 0.0)


def hill(m, x, half, exponent):
    """Saturating share that is 1 at x = 1."""
    half = m.graph.lift(half)
    raised, other = (v**exponent if isinstance(exponent, int) else power(v, exponent) for v in (x, half))
    return (1 + other) * raised / (raised + other)


def _exposure(m, p, e, rate):
    """Ten compartments, the effect site and the venous lag of one enantiomer. Returns what acts in the brain."""
    x = {name: m.state(f"{name}_{e}") for name in ("A1", "A2", "A3", "F1", "F2", "N1", "N2", "DH", "H1", "H2", "Ce", "Ven")}
    k = SimpleNamespace(**{name: m.symbol(f"{name}_{e}") for name in S_NAMES})
    c, transit, cn, ch = x["A1"] / k.V1, 2 / k.MTT, x["N1"] / k.VN1, x["H1"] / k.VH1
    out = (k.CL + k.Q2 + k.Q3) * c
    slopes = {
        "A1": rate - out + k.Q2 * x["A2"] / k.V2 + k.Q3 * x["A3"] / k.V3,
        "A2": k.Q2 * (c - x["A2"] / k.V2),
        "A3": k.Q3 * (c - x["A3"] / k.V3),
        "F1": k.CL * c - transit * x["F1"],
        "F2": transit * (x["F1"] - x["F2"]),
        "N1": p.fm * transit * x["F2"] - (k.CLN + k.QN) * cn + k.QN * x["N2"] / k.VN2,
        "N2": k.QN * (cn - x["N2"] / k.VN2),
        "DH": p.fD * k.CLN * cn - k.CLD / k.VD * x["DH"],
        "H1": p.fH * k.CLN * cn - (k.CLH + k.QH) * ch + k.QH * x["H2"] / k.VH2,
        "H2": k.QH * (ch - x["H2"] / k.VH2),
        "Ce": p.ke0 * (c - x["Ce"]),
        "Ven": p.klag * (c - p.phi * rate / p.Qpk - x["Ven"]),
    }
    for name, slope in slopes.items():
        m.change(f"{name}_{e}", slope)
    return p.fu * p.Kpuu * x["Ce"], p.KpH * ch


def _network(m, p, g, x):
    """Block of receptors by place, firing, glutamate, adenosine, release."""
    k = x.ketamine
    x.blocked = lambda half: k / (k + half)
    inhibition = 1 - p.v_dis * p.n2b_in * p.kIN * x.blocked(0.4)
    x.firing = maximum(1 + p.kdis * (1 - inhibition) / p.kIN - p.kbl * x.blocked(4.0) * 2, 0.05)
    glutamate = x.firing * (g.Hrel * g.Syn)
    x.ampa = glutamate * power(positive(g.GS * g.Scal), p.n_amp) * (1 - p.nbqx)
    x.at_rest = 1 - p.v_rest * p.eps_rest * x.blocked(p.ic_rest)
    x.outside = (1 - p.v_ext * p.n2b_pyr * x.blocked(0.7)) * g.Gex
    x.evoked = glutamate * (1 - x.blocked(2.0))
    m.change("Gex", (glutamate - g.Gex) / 0.3)
    m.change("Ado", (1 + p.v_a1 * p.kado * k / (k + 1.0) * minimum(x.ampa / 0.5, 1.0) - g.Ado) / 0.12)
    m.change("A1", (1 + (g.Ado - 1) * (1 - p.a1x) - g.A1) / 0.05)
    m.change("A2A", (g.Ado - g.A2A) / 0.05)
    above = positive(g.A1 - 1)
    m.change("Syn", (1 - p.EA1 * above / (above + 0.5) - g.Syn) / 0.2)
    target = 1 + p.v_hnk * p.Ehnk * x.hydroxy / (x.hydroxy + 3.3)
    m.change("Hrel", (target - g.Hrel) * where(target > g.Hrel, 1 / 0.3, 1 / 3.0))


def _calcium(m, p, g, x):
    """Calcium at rest and on activity, its kinases, and what elongates."""
    inflow = 0.75 * positive(x.ampa) * x.firing * (1 - 0.8 * p.ltcc) + 0.25 * x.evoked
    m.change("Crest", (0.5 * x.at_rest + 0.5 * x.outside - g.Crest) / 0.1)
    m.change("Cact", (inflow - g.Cact) / 0.1)
    m.change("CaN", (hill(m, maximum(0.85 * g.Crest + 0.15 * x.evoked, 0.01), 1.0, 2) - g.CaN) / 0.3)
    x.calcium = maximum(g.Cact, 1e-6)
    x.bound = hill(m, x.calcium, 1.5, 2)
    m.change("CK", (x.bound - g.CK) / 0.2)
    x.s6 = 1 + 0.5 * positive(g.S6K - 1)
    m.change("K2", (p.eef2k * hill(m, maximum(g.Crest, 1e-6), 0.7, 2) / x.s6 - g.K2) / 0.1)
    m.change("f", 2.5 * g.K2 * (1 - g.f) - 2.5 * g.f)
    x.elongation = where(p.eef2k > 0.0, (1 - g.f) / 0.5, 1.0)


def _growth_factor(m, p, g, x):
    """Message, protein, release and the receptor of the growth factor."""
    made = hill(m, maximum(g.CREB, 0.01), 1.0, p.n_creb) * (1 + 0.3 * (g.MeC - 1)) / (1 + 0.25 * (g.Cort - 1))
    m.change("mRs", (made - g.mRs) / 4)
    m.change("mRd", (g.mRs * p.metd - g.mRd) / 6)
    speed = (1 + 1.3 * (x.elongation - 1) + 0.2 * (g.I4 - 1)) * (1 + p.v_a1 * 0.3 * (g.A1 - 1))
    translated = positive(g.mRd * speed) * (1 - p.aniso) * p.koB
    released = 0.3 + 0.7 * x.bound * p.metr
    m.change("Bv", p.kB * translated - (p.krel * released + p.kB - p.krel) * g.Bv)
    m.change("Bx", 4 * (g.Bv * released * (1 - p.abB) - g.Bx))
    m.change("Px", 2 * (g.Bv * released / (0.5 + 0.5 * hill(m, x.calcium, 1.5, 1)) - g.Px))
    acting = g.Bx * (1 + p.v_trk * p.trkF * x.ketamine / (x.ketamine + 10.0))
    m.change("Ta", 1.5 * acting * (1 - g.Ta - g.Ti) - 12 * g.Ta)
    m.change("Ti", 2 * g.Ta - 1.0 * g.Ti)
    x.active = g.Ta / ACTIVE
    m.change("p75", (g.Px - g.p75) / 0.3)
    x.active_positive = maximum(x.active, 1e-6)


def _kinases(m, p, g, x):
    """From the growth factor's receptor to translation and transcription."""
    driven = hill(m, x.active_positive, 3.0, p.n_trk)
    m.change("Akt", (0.4 + 0.6 * driven - g.Akt) / 0.05)
    m.change("ERK", (0.3 + 0.45 * driven + 0.25 * hill(m, x.calcium, 2.0, p.n_erk) - g.ERK) / 0.1)
    m.change("GSK", (p.gski + (1 - p.gski) / (0.4 + 0.6 * g.Akt) - g.GSK) / 0.2)
    both = sqrt(positive(g.Akt * g.ERK)) * (1 + p.v_ext * 0.5 * (1 - x.outside)) / (0.7 + 0.3 * g.GSK) * (1 - p.rapa)
    m.change("mT", (both / x.s6 - g.mT) / 0.15)
    mtor = maximum(g.mT, 1e-6)
    m.change("S6K", (hill(m, mtor, 1.5, 2) - g.S6K) / 0.4)
    m.change("I4", (p.ebp + (1 - p.ebp) * hill(m, mtor, 1.5, p.n_i4) - g.I4) / 0.2)
    m.change("CREB", (0.4 * g.ERK + 0.3 * g.CK + 0.3 * g.P5 - g.CREB) / 0.5)
    marked = positive(1 + 2 * positive(x.active - 1.15) * p.me421 - g.MeC)
    m.change("MeC", marked / 6.0 - (g.MeC - 1) / p.tMe)


def _plasticity(m, p, g, x):
    """Proteins of plasticity, scaling, receptors in the synapse."""
    m.change("PRP", (g.I4 * sqrt(maximum(x.elongation, 0.01)) * (1 - p.aniso) - g.PRP) / 1.5)
    m.change("Arc", (g.ERK * g.I4 - g.Arc) / 1.0)
    m.change("R", (g.PRP - g.R) / 40.0)
    m.change("GS", (power(g.pS, p.n_pS) * power(g.R, p.n_R) - g.GS) / 1.0)
    growth = positive(g.PRP) * sqrt(minimum(x.active_positive, 3.0))
    x.drive = growth * sqrt(minimum(maximum(x.calcium, 0.05), 2.0))
    m.change("Zb", (x.drive - g.Zb) / 96.0)
    above = positive(growth * minimum(x.calcium / 0.6, 1.0) / g.Zb - p.th)
    m.change("Scal", positive(1 + p.gS * above / (above + 0.4) - g.Scal) / p.tS_up - (g.Scal - 1) / p.tS_dn)
    m.change("pS", (1 / (0.4 + 0.6 * g.CaN) - g.pS) / 0.5)
    m.change("PSD", 0.06 * above * (1 - (g.PSD - 1)) - (g.PSD - 1) / (14.2 * 24))
    m.change("G2", (g.PSD - g.G2) / 12.0)
    up = hill(m, maximum(x.evoked * x.ampa, 1e-3), 1.0, 1)
    m.change("rho", 0.02 * (up * (1 - g.rho) - hill(m, maximum(x.evoked, 1e-3), 1.0, 1) * g.rho))
    m.change("thM", (x.firing * x.firing - g.thM) / 24.0)


def _spines(m, p, g, x):
    """Formation and persistence of spines, slow adaptation."""
    above = positive(x.drive / g.Zb - p.th)
    m.change("F1", (above - g.F1) / p.tF)
    m.change("F2", 0.5 * g.F1 / p.tF - g.F2 / p.tF2)
    lost = p.eps + p.kap
    formed = 0.2 * lost * (1 + p.eta * g.F2 * (1 - p.noform)) * sqrt(0.5 + 0.5 * minimum(g.Bx, 3.0))
    m.change("Nt", formed - lost * g.Nt)
    m.change("Np", p.kap * g.Nt * sqrt(g.MeC) - (p.kap * 0.25) * (1 + 0.6 * (g.Cort - 1)) * g.Np)
    x.spines = g.Nt + g.Np
    m.change("Pre", (x.spines - g.Pre) / 240.0)
    m.change("GABA", (1 / (1 + 0.3 * (g.Cort - 1)) - g.GABA) / 72.0)
    m.change("Cort", (1 + x.stress - g.Cort) / 240.0)


def _mood(m, p, g, x):
    """Habenula, monoamines, mood."""
    k = x.ketamine
    blocked = p.v_lhb * (1 - 0.8 * p.nal) * (1 - (1 - k / (k + 0.5)) * (1 - g.trap))
    m.change("b", (g.Cort * (1 - 0.9 * blocked) * p.lhbx - g.b) / 0.05)
    m.change("trap", p.kon * k * minimum(g.b, 2.0) * (1 - g.trap) - g.trap / p.tTrap)
    m.change("M", (power(g.HT, p.n_HT) / (0.6 + 0.4 * g.b) - g.M) / 0.3)
    above = positive(g.HT - 1)
    m.change("HT", (1 / (1 + 1.5 * g.R1A * above) / (1 - 0.75 * p.occ) - g.HT) / 0.3)
    m.change("R1A", (1 / (1 + 3 * above) - g.R1A) / p.tR1A)
    m.change("P5", (g.HT - g.P5) / 48.0)
    affect = 0.8 * (g.GS * g.Scal - 1) + 1.2 * (x.spines - 1) + 0.5 * (g.M - 1)
    m.change("Eaff", (affect - g.Eaff) / 1.0)
    m.change("D", (1 / (1 + exp(5 * (g.Eaff + 0.30))) - g.D) / p.tD)


def population(system, people, seed=0, cv=0.2):
    """[people, parameters]: 30 parameters log-normal, the others typical."""
    random = np.random.default_rng(seed)
    parameters = np.tile(np.array(system.values), (people, 1))
    for name in VARYING:
        spread = cv / 4 if name.startswith("n_") else cv
        parameters[:, system.parameters.index(name)] *= np.exp(spread * random.standard_normal(people))
    return parameters


def schedule(people, seed=1):
    """A run-in of 120 days under stress, then six infusions in 28 days, 0.5 mg/kg over 40 min."""
    random = np.random.default_rng(seed)
    times, inputs = [], []
    for _ in range(people):
        weight = 75 * np.exp(0.15 * random.standard_normal())
        starts = INFUSIONS + random.uniform(0.5, 4, len(INFUSIONS))
        rate = 0.5 * weight / 2 / 237.73e-3 / DURATION
        times.append([-RUN_IN, 0.0, *np.ravel([[s, s + DURATION] for s in starts]), END])
        inputs.append([[0.0, 0.0, 1.0]] * 2 + [[rate, rate, 1.0], [0.0, 0.0, 1.0]] * len(starts))
    inputs = np.array(inputs)
    return Schedule(np.array(times), inputs, np.zeros((people, inputs.shape[1], 0)))


def moments():
    """200 output times over 28 days."""
    return np.linspace(END / MOMENTS, END, MOMENTS)
