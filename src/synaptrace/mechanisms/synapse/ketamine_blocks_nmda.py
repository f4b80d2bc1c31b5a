"""Ketamine blocks NMDA receptors.

S- and R-ketamine and S- and R-norketamine bind deep in the open channel, where Mg2+ is not, and stay trapped when it
closes: block builds up and wears off only while receptors open. Depolarization pushes the charged blockers out. All four
bind equally fast and differ in how fast they leave. Rates are averages over activations, which last unequally long: what
binds or leaves within one activation does so once, so fast blockers approach their level more slowly than rates say.
"""

from synaptrace.core import Mechanism, Param, State, ddt, exp, log, out, power

DOSSIER, TINY = "synapse_dossier:section-4-3", 1e-9  # keeps 0/0 out where nothing exchanges


def affinity(blocker, value, low, high):
    return Param(value, "umol/L", f"dissociation constant of {blocker} at the reference voltage without Mg2+", kind="derived",
                 source=f"exposure_and_block:affinities:{blocker.replace('-', '_')}", range=(low, high))


def lasting(rate, open_time, chance):
    """What exchanges in activations of unequal length, relative to the same time in small pieces; 1 for slow exchange."""
    x = rate * open_time + TINY
    return -log(1 - x / (1 + x / chance)) / x


mechanism = Mechanism(
    reads={
        "S": "brain.S_ketamine_free", "R": "brain.R_ketamine_free",
        "Sn": "brain.S_norketamine_free", "Rn": "brain.R_norketamine_free",
        "open_fraction": "nmda.{pool}.open_fraction", "u": "nmda.{pool}.unplugged", "V": "nmda.{pool}.voltage",
        "open_time": "nmda.{pool}.open_time", "chance": "nmda.{pool}.opening_chance",
    },
    states={
        "b_S": State(0.0, "1", "receptors holding S-ketamine, share", scale=0.01),
        "b_R": State(0.0, "1", "receptors holding R-ketamine, share", scale=0.01),
        "b_Sn": State(0.0, "1", "receptors holding S-norketamine, share", scale=0.01),
        "b_Rn": State(0.0, "1", "receptors holding R-norketamine, share", scale=0.01),
    },
    writes={"blocked": "nmda.{pool}.blocked"},
    params={
        "k_on": Param("3.8e6 L/mol/s", "L/umol/s", "binding to the open channel at the reference voltage", kind="derived",
                      source=f"{DOSSIER}:kon", range=("1e6 L/mol/s", "1e7 L/mol/s")),
        "K_S": affinity("S-ketamine", 0.431, 0.1, 1.5),
        "K_R": affinity("R-ketamine", 2.01, 0.5, 7),
        "K_Sn": affinity("S-norketamine", 2.44, 0.6, 8),
        "K_Rn": affinity("R-norketamine", 18.7, 4, 60),
        "delta": Param(0.79, "1", "share of the membrane field that the site feels", source="gilling2009:abstract:ketamine_delta",
                       range=(0.6, 1)),
        "V_ref": Param(-70, "mV", "voltage that the rates refer to", source=f"{DOSSIER}:reference_voltage", kind="derived",
                       range=(-70, -66)),
        "RT_F": Param(25.43, "mV", "thermal voltage at 22 degC", source=f"{DOSSIER}:RT_over_F", kind="derived", range=(25, 27)),
        "Q10": Param(1.0, "1", "speeding of binding and unbinding per 10 degC", kind="assumed", range=(1, 3),
                     why="rates are of 22 degC; no temperature dependence of the block was read"),
        "decades": Param(1.5, "1", "tens of degrees from the measurement to the body", kind="derived",
                         source="exposure_and_block:gating:decades"),
    },
    signs={"S": "+b_S", "R": "+b_R", "Sn": "+b_Sn", "Rn": "+b_Rn", "u": "+b_S", "V": "-b_S", "K_S": "-b_S", "b_S": "-b_S"},
)  # fmt: skip


@mechanism.equations
def equations(S, R, Sn, Rn, open_fraction, u, V, open_time, chance, b_S, b_R, b_Sn, b_Rn, k_on, K_S, K_R, K_Sn, K_Rn, delta,
              V_ref, RT_F, Q10, decades):
    pull = exp(delta * (V - V_ref) / (2 * RT_F))
    binding, leaving = k_on * power(Q10, decades) / pull * u, k_on * power(Q10, decades) * pull
    blocked, load = b_S + b_R + b_Sn + b_Rn, binding * (S + R + Sn + Rn)

    def exchange(C, K, b):
        share = open_fraction * lasting(load + leaving * K, open_time, chance)
        return share * (binding * C * (1 - blocked) - leaving * K * b)

    slopes = ddt(b_S=exchange(S, K_S, b_S), b_R=exchange(R, K_R, b_R), b_Sn=exchange(Sn, K_Sn, b_Sn),
                 b_Rn=exchange(Rn, K_Rn, b_Rn))
    return slopes, out(blocked=blocked)
