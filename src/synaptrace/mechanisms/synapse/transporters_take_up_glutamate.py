"""Transporters take up glutamate.

EAAT1 and EAAT2 of astroglia clear what leaks and spills into the space around synapses, at a rate that saturates. At rest the
two are in balance; with fewer transporters, or slower ones, glutamate outside rises until they are.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, warmed

DENSITY = "synapse_dossier:section-1"

mechanism = Mechanism(
    states={"outside": State(5e-5, "mmol/L", "glutamate outside synapses", scale=1e-4)},
    reads={"spilled": "glutamate.spilled", "T": "tissue.temperature"},
    writes={"level": "glutamate.outside"},
    params={
        "EAAT1": Param("3200 1/um**3", "1/L", "transporters EAAT1 per volume of tissue", source=f"{DENSITY}:GLAST_density",
                       range=("0 1/um**3", "20000 1/um**3")),
        "EAAT2": Param("12000 1/um**3", "1/L", "transporters EAAT2 per volume of tissue", source=f"{DENSITY}:GLT1_density",
                       range=("0 1/um**3", "20000 1/um**3")),
        "turnover": Param(15, "1/s", "cycles of one transporter", kind="assumed", range=(0, 30),
                          why="10 to 30 per s is from memory"),
        "half": Param("20 umol/L", "mmol/L", "glutamate at half speed", kind="assumed",
                      range=("10 umol/L", "30 umol/L"), why="10 to 30 umol/L is from memory"),
        "space": Param(0.2, "1", "share of tissue between cells", kind="assumed", range=(0.1, 0.3), why="from memory"),
        "leak": Param("0.944 umol/L/s", "mmol/L/s", "glutamate leaking out of cells, per volume of tissue", kind="assumed",
                      range=("0 umol/L/s", "5 umol/L/s"),
                      why="set to leave 50 nmol/L, inside the 25 to 90 found by sensors"),
        "avogadro": Param("6.02214076e23 1/mol", "1/mmol", "Avogadro constant", source="si:prefixes:avogadro",
                          range=("6e23 1/mol", "6.1e23 1/mol")),
        "T_0": Param(308.15, "K", "temperature of the rates", kind="assumed", range=(290, 312),
                     why="that at which the rates are assumed: 35 degC as in the experiments here"),
        "Q10": Param(1, "1", "speed per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
        "Q10_leak": Param(1, "1", "that of the leak", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
    },
    signs={"EAAT1": "-outside", "EAAT2": "-outside", "turnover": "-outside", "leak": "+outside", "spilled": "+outside"},
)  # fmt: skip


@mechanism.equations
def equations(spilled, T, outside, EAAT1, EAAT2, turnover, half, space, leak, avogadro, T_0, Q10, Q10_leak):
    fastest = warmed(T, T_0, Q10) * (EAAT1 + EAAT2) * turnover / avogadro
    coming = warmed(T, T_0, Q10_leak) * leak + spilled
    return ddt(outside=(coming - fastest * outside / (half + outside)) / space), out(level=outside)
