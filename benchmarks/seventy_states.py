"""A model of 70 states in the manner of the full one: ketamine and metabolites, receptor, signaling, slow adaptation.

Time is in hours (run the engine with clock=1.0), amounts in mg, concentrations in uM. Eigenvalues reach from
-2.8e6 to -6e-3 per hour. The equations stand for the size and stiffness of such models; their numbers are no claims.
"""

import numpy as np
from equations import Equations

from synaptrace.core.maths import exp, power
from synaptrace.solve.engine import Schedule

DOSE, DURATION, WEIGHT = 0.5, 40 / 60, 70.0  # mg/kg, hours, kg
INFUSIONS = np.array([0, 3, 5, 7, 10, 12]) * 24.0 + 1.0
END, MOMENTS = 28 * 24.0, 200
HOUR = 3600.0  # seconds; rates given per second are multiplied by it
VARYING = (
    "CL_S CL_R V1_S V1_R V2_S V2_R V3_S V3_R Q2_S Q2_R kNH_S kNH_R kH_R ke_CeS ke_CeR ka_blk kb_blk potS KI KE vmT vS6 kmB kpB "
    "krel kTon kPSD ksp kmood kCR"
).split()


def build():
    """The System of 70 states, 126 parameters and one input, the rate of infusion in mg/h."""
    model = Equations()
    rate = model.input("rate")
    for enantiomer, clearance in (("S", 80.0), ("R", 65.0)):
        _kinetics(model, enantiomer, clearance, rate)
    effect = _effect_sites(model)
    glutamate, current, ketamine = _receptor(model, effect)
    _signaling(model, glutamate, current, effect["CeH"])
    _slow(model, ketamine)
    return model.system()


def hill(x, half, exponent):
    """Saturating share, written as the peers write it."""
    raised = x**exponent
    other = half**exponent
    return raised / (raised + other)


def saturating(rate, x, half):
    return rate * x / (half + x)


def _kinetics(m, e, clearance, rate):
    """Ketamine (three compartments), norketamine (two), dehydronorketamine, hydroxynorketamine (two)."""
    x = {c: m.state(f"{c}_{e}") for c in ("K1", "K2", "K3", "N1", "N2", "D1", "H1", "H2")}
    v1, v2, v3 = (m.parameter(f"{name}_{e}", value) for name, value in (("V1", 45), ("V2", 80), ("V3", 190)))
    cl, q2, q3 = (m.parameter(f"{name}_{e}", value) for name, value in (("CL", clearance), ("Q2", 130), ("Q3", 70)))
    m.flow(None, f"K1_{e}", rate * 0.5)
    m.flow(f"K1_{e}", f"K2_{e}", q2 * (x["K1"] / v1 - x["K2"] / v2))
    m.flow(f"K1_{e}", f"K3_{e}", q3 * (x["K1"] / v1 - x["K3"] / v3))
    share = m.parameter(f"fm_{e}", 0.8)
    m.flow(f"K1_{e}", None, (1 - share) * cl * x["K1"] / v1)
    m.flow(f"K1_{e}", f"N1_{e}", share * cl * x["K1"] / v1)
    vn, vn2, qn = (m.parameter(f"{name}_{e}", value) for name, value in (("VN", 90), ("VN2", 110), ("QN", 40)))
    m.flow(f"N1_{e}", f"N2_{e}", qn * (x["N1"] / vn - x["N2"] / vn2))
    for source, target, name, value in (
        ("N1", "D1", "kND", 0.15),
        ("N1", "H1", "kNH", 0.45),
        ("D1", None, "kD", 0.2),
        ("H1", "H2", "k12H", 0.5),
        ("H2", "H1", "k21H", 0.3),
        ("H1", None, "kH", 0.12),
    ):
        m.flow(f"{source}_{e}", target and f"{target}_{e}", m.parameter(f"{name}_{e}", value) * x[source])


def _effect_sites(m):
    """Brain concentrations in uM; 1 mg/L is 4.207 uM."""
    found = {}
    for name, source, volume, rate in (("CeS", "K1_S", "V1_S", 8), ("CeR", "K1_R", "V1_R", 8), ("CeH", "H1_R", None, 2)):
        found[name] = m.state(name)
        litres = m.symbol(volume) if volume else 100.0
        m.change(name, m.parameter(f"ke_{name}", rate) * (m.symbol(source) / litres * 4.207 - found[name]))
    return found


def _receptor(m, effect):
    """Two populations of cells, their transmitters, and a trapping channel of 12 states."""
    inhibition, excitation = m.state("rI", 0.5), m.state("rE", 0.5)
    glutamate, gaba = m.state("Glu", 1.0), m.state("GABA", 1.0)
    for blocked in ("", "b"):
        for name in ("C0", "C1", "C2", "D1", "D2", "O"):
            m.state(f"N{name}{blocked}", 1.0 if name + blocked == "C0" else 0.0)
    _gating(m, glutamate)
    ka, kb = m.parameter("ka_blk", 0.6 * HOUR), m.parameter("kb_blk", 0.6 * HOUR)
    relief = 1 / (1 + m.parameter("Mg", 1.0) / 3.57 * exp(m.parameter("Vm", -55.0) * (-0.062)))
    ketamine = effect["CeS"] * m.parameter("potS", 2.6) + effect["CeR"] + effect["CeH"] * m.parameter("potH", 0.01)
    m.flow("NO", "NOb", ka * ketamine * relief * m.symbol("NO") - kb * relief * m.symbol("NOb"))
    leak, escape = m.parameter("kleak", 0.002 * HOUR), m.parameter("kesc", 0.004 * HOUR)
    m.flow("NC0", "NC0b", leak * ketamine * m.symbol("NC0") - escape * m.symbol("NC0b"))
    current = m.symbol("NO") * m.parameter("gN", 160.0)
    driven = hill(current * (0.4 + 0.6 * excitation), m.parameter("KI", 0.35), 2)
    m.change("rI", m.parameter("kI", HOUR / 0.05) * (driven - inhibition))
    ratio = (m.parameter("drive", 0.55) + 0.25 * glutamate) / (m.parameter("KE", 0.55) + gaba)
    raised = power(ratio, m.parameter("nE", 1.6))
    m.change("rE", m.parameter("kE", HOUR / 0.1) * (raised * 0.45 / (1 + 0.2 * excitation) - excitation))
    m.change("Glu", m.parameter("kglu", HOUR / 1.0) * (0.2 + 1.6 * excitation - glutamate))
    m.change("GABA", m.parameter("kgaba", HOUR / 0.5) * (0.15 + 1.3 * inhibition - gaba))
    return glutamate, current, ketamine


def _gating(m, glutamate):
    """Binding, desensitization and opening, the same with and without the blocker inside."""
    per_hour = {"kon_glu": 5, "koff_glu": 5, "kd1": 8.4, "kr1": 1.8, "kd2": 2, "kr2": 0.4, "ko": 46.5, "kc": 738}
    k = {name: m.parameter(name, value * HOUR) for name, value in per_hour.items()}
    bound = glutamate * k["kon_glu"]
    for blocked in ("", "b"):
        for a, b, forth, back in (
            ("C0", "C1", 2 * bound, k["koff_glu"]),
            ("C1", "C2", bound, 2 * k["koff_glu"]),
            ("C2", "D1", k["kd1"], k["kr1"]),
            ("D1", "D2", k["kd2"], k["kr2"]),
            ("C2", "O", k["ko"], k["kc"]),
        ):
            source, target = f"N{a}{blocked}", f"N{b}{blocked}"
            m.flow(source, target, forth * m.symbol(source) - back * m.symbol(target))


INITIAL = {
    "Ca": 0.1, "CaM": 0.05, "CaMKII": 0.1, "eEF2K": 0.4, "eEF2p": 0.6, "Ras": 0.1, "Raf": 0.1, "MEK": 0.1, "ERK": 0.1,
    "PI3K": 0.1, "Akt": 0.2, "GSK3": 0.6, "mTOR": 0.2, "S6K": 0.15, "EBP": 0.3, "CREB": 0.2, "Arc": 0.1, "mBDNF": 0.5,
    "proBDNF": 0.4, "matBDNF": 0.6, "BDNF": 0.2, "TrkB": 1.0, "pTrkB": 0.1, "TrkBi": 0.1, "PSD95": 1.0, "SynI": 1.0,
    "GluAi": 1.0, "GluAs": 0.6, "GluAsy": 0.6, "PP": 0.4,
}  # fmt: skip


def _signaling(m, glutamate, current, hydroxy):
    """30 states from calcium to transcription, translation, growth factor and receptor traffic."""
    x = {name: m.state(name, value) for name, value in INITIAL.items()}
    _calcium(m, x, glutamate, current)
    _growth_kinases(m, x)
    _translation_kinases(m, x, hydroxy)
    _transcription(m, x)
    made = (1.2 - x["eEF2p"]) * (0.4 + 1.2 * x["S6K"] + 0.8 * (1 - x["EBP"]))
    _growth_factor(m, x, glutamate, made)
    _traffic(m, x, made)


def _calcium(m, x, glutamate, current):
    q, ca, cam, k2, pp, ek, e2 = m.parameter, x["Ca"], x["CaM"], x["CaMKII"], x["PP"], x["eEF2K"], x["eEF2p"]
    ampa = x["GluAsy"] * glutamate
    m.change("Ca", q("kCa", 400) * (0.05 + 0.25 * current + 0.12 * ampa - ca))
    m.change("CaM", q("kCaM", 120) * hill(ca, q("KCaM", 0.5), 4) * (1 - cam) - q("kCaMr", 60) * cam)
    m.change("CaMKII", saturating(q("vK2", 30) * cam, 1 - k2, q("KmK2", 0.3)) - saturating(q("vPP", 8) * pp, k2, 0.2))
    m.change("PP", q("kPP", 10) * (hill(ca, 0.3, 2) * (1 - pp) - 0.5 * pp))
    off = q("keKr", 6) * (1 + 2 * x["S6K"] + x["ERK"]) * ek
    m.change("eEF2K", q("keK", 12) * (cam * 3 + 0.3) * (1 - ek) - off)
    m.change("eEF2p", saturating(q("ve2", 9) * ek, 1 - e2, 0.25) - saturating(q("vPP2A", 4), e2, 0.3))


def _growth_kinases(m, x):
    q, ras, raf, mek, erk = m.parameter, x["Ras"], x["Raf"], x["MEK"], x["ERK"]
    m.change("Ras", q("kRas", 25) * (x["pTrkB"] + 0.4 * x["CaM"]) * (1 - ras) - q("kRasr", 15) * ras)
    fed_back = 6 / (1 + (erk / q("Kfb", 0.6)) ** 2)
    m.change("Raf", saturating(q("vRaf", 15) * ras, 1 - raf, 0.2) - saturating(fed_back, raf, 0.2) - erk * raf)
    m.change("MEK", saturating(q("vMEK", 14) * raf, 1 - mek, 0.2) - saturating(q("vMEKr", 5), mek, 0.2))
    m.change("ERK", saturating(q("vERK", 14) * mek, 1 - erk, 0.2) - saturating(q("vERKr", 5), erk, 0.2))


def _translation_kinases(m, x, hydroxy):
    q, pi3, akt, gsk, mtor, s6, ebp = m.parameter, x["PI3K"], x["Akt"], x["GSK3"], x["mTOR"], x["S6K"], x["EBP"]
    m.change("PI3K", q("kPI3", 10) * (x["pTrkB"] + 0.1) * (1 - pi3) - q("kPI3r", 6) * pi3)
    m.change("Akt", saturating(q("vAkt", 8) * pi3, 1 - akt, 0.3) - saturating(q("vAktr", 2.5), akt, 0.3))
    helped = hill(akt + q("hnk_w", 0.02) * hydroxy, 0.4, 2)
    m.change("GSK3", q("kGSK", 3) * (1 - gsk) - q("kGSKr", 5) * helped * gsk)
    driven = saturating(q("vmT", 5) * (akt + 0.3 * x["ERK"]), 1 - mtor, 0.25)
    m.change("mTOR", driven - saturating(q("vmTr", 2), mtor, 0.25) - gsk * mtor * 0.5)
    m.change("S6K", saturating(q("vS6", 4) * mtor, 1 - s6, 0.2) - saturating(q("vS6r", 1.2), s6, 0.2))
    m.change("EBP", q("kEB", 2) * (1 - ebp) - q("kEBr", 4) * mtor * ebp / (0.3 + ebp))


def _transcription(m, x):
    q, creb = m.parameter, x["CREB"]
    driven = hill(x["ERK"], 0.3, 2) + 0.3 * hill(x["CaMKII"], 0.4, 2) + 0.05
    m.change("CREB", q("kCR", 1.5) * driven * (1 - creb) - q("kCRr", 0.8) * creb * (1 + x["GSK3"]))
    m.change("Arc", q("kArc", 0.8) * creb * (0.2 + x["S6K"]) - q("kArcr", 0.7) * x["Arc"])
    m.change("mBDNF", q("kmB", 0.25) * (0.3 + 2 * hill(creb, q("KmB", 0.4), 2)) - q("kmBr", 0.2) * x["mBDNF"])


def _growth_factor(m, x, glutamate, made):
    q, ca, b, trk, active, inside = m.parameter, x["Ca"], x["BDNF"], x["TrkB"], x["pTrkB"], x["TrkBi"]
    m.change("proBDNF", q("kpB", 0.8) * x["mBDNF"] * made - q("kpBm", 0.4) * x["proBDNF"])
    raised = power(0.2 + 1.5 * glutamate * ca / (0.2 + ca), q("nrel", 1.4))
    released = q("krel", 0.3) * raised * x["matBDNF"]
    m.change("matBDNF", q("kpBm2", 0.4) * x["proBDNF"] - released - 0.05 * x["matBDNF"])
    on, off = q("kTon", 6), q("kToff", 1)
    m.change("BDNF", released - q("kBc", 2) * b - on * b * trk + off * active)
    m.change("TrkB", q("kTs", 0.1) + 0.5 * inside - 0.1 * trk - on * b * trk + off * active)
    taken_in = q("kTi", 1.2) * active
    m.change("pTrkB", on * b * trk - off * active - taken_in)
    m.change("TrkBi", taken_in - 0.5 * inside - 0.2 * inside)


def _traffic(m, x, made):
    q, psd, surface, synaptic, stored = m.parameter, x["PSD95"], x["GluAs"], x["GluAsy"], x["GluAi"]
    m.change("PSD95", q("kPSD", 0.05) * (0.5 + 1.5 * made * x["S6K"] - psd))
    m.change("SynI", q("kSyn", 0.05) * (0.6 + made * x["CREB"] - x["SynI"]))
    outward = q("kGx", 0.4) * (0.3 + x["pTrkB"] + x["CaMKII"]) * stored
    inward = 0.5 * surface * (0.4 + x["Arc"])
    m.change("GluAi", q("kGs", 0.05) * (0.4 + made + x["S6K"]) - 0.05 * stored - outward + inward)
    captured = q("kGin", 1) * (0.3 + x["CaMKII"]) * surface * psd / (0.5 + psd)
    lost = q("kGout", 0.6) * (1 + x["PP"] + x["Arc"]) * synaptic
    m.change("GluAs", outward - inward - captured + lost)
    m.change("GluAsy", captured - lost)


def _slow(m, ketamine):
    """Spines, circuit, mood and tolerance, over days."""
    q = m.parameter
    thin, mushroom, circuit = m.state("SpThin", 1.0), m.state("SpMush", 1.0), m.state("Circ", 0.5)
    mood, tolerance = m.state("Mood", 0.3), m.state("Tol", 0.0)
    psd, synaptic = m.symbol("PSD95"), m.symbol("GluAsy")
    wanted = 0.4 + 1.2 * synaptic * psd / (0.5 + psd)
    m.change("SpThin", q("ksp", 0.03) * (wanted - thin) - q("kmat", 0.01) * thin)
    m.change("SpMush", q("kmat2", 0.01) * thin * m.symbol("SynI") - q("kspr", 0.006) * mushroom)
    m.change("Circ", q("kcirc", 0.02) * (hill(mushroom * (0.5 + synaptic), q("Kcirc", 1), 2) - circuit))
    raised = power(circuit / q("Kmood", 0.5), q("nmood", 2.3))
    m.change("Mood", q("kmood", 0.01) * (raised * 0.5 / (1 + tolerance) - mood))
    m.change("Tol", q("ktol", 0.02) * (0.3 * ketamine / (1 + ketamine) - tolerance))


def population(system, people, seed=0, cv=0.2):
    """[people, parameters]: 30 parameters log-normal, the others typical."""
    random = np.random.default_rng(seed)
    parameters = np.tile(np.array(system.values), (people, 1))
    for name in VARYING:
        parameters[:, system.parameters.index(name)] *= np.exp(cv * random.standard_normal(people))
    return parameters


def schedule(people, seed=1):
    """Six infusions over 40 min at jittered times, 0.5 mg/kg of a jittered weight."""
    random = np.random.default_rng(seed)
    times, rates = [], []
    for _ in range(people):
        weight = WEIGHT * np.exp(0.15 * random.standard_normal())
        starts = INFUSIONS + random.uniform(0, 4, len(INFUSIONS))
        times.append([0.0, *np.ravel([[s, s + DURATION] for s in starts]), END])
        rates.append([0.0, *[DOSE * weight / DURATION, 0.0] * len(starts)])
    rates = np.array(rates)[:, :, None]
    return Schedule(np.array(times), rates, np.zeros((people, rates.shape[1], 0)))


def moments():
    """200 output times over 28 days."""
    return np.linspace(END / MOMENTS, END, MOMENTS)
