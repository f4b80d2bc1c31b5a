"""New proteins are made.

Plasticity-related proteins need both initiation and elongation and live for hours; synapses keep a reserve of them for days.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, power

mechanism = Mechanism(
    reads={"initiation": "translation.initiation", "elongation": "translation.elongation"},
    states={"P": State(1.0, "1", "plasticity-related proteins, relative to healthy"),
            "R": State(1.0, "1", "reserve of synaptic proteins, relative to healthy")},
    writes={"new": "proteins.new", "reserve": "proteins.reserve"},
    params={
        "synthesis": Param(1, "1", "protein synthesis, relative to healthy", kind="assumed", range=(0, 1),
                           why="1 by definition"),
        "steepness": Param(0.66, "1", "power of elongation", kind="assumed", range=(0.3, 3),
                           why="a fit of the reference model, not determined by data"),
        "life": Param("1.5 h", "s", "lifetime of these proteins", kind="assumed", range=("0.3 h", "6 h"),
                      why="as of Arc; remembered"),
        "keeping": Param("40 h", "s", "lifetime of the reserve", kind="assumed", range=("5 h", "200 h"),
                         why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"initiation": "+P", "elongation": "+P", "P": "+new +R", "R": "+reserve"},
)  # fmt: skip


@mechanism.equations
def equations(initiation, elongation, P, R, synthesis, steepness, life, keeping):
    made = synthesis * initiation * power(elongation, steepness)
    return ddt(P=(made - P) / life, R=(P - R) / keeping), out(new=P, reserve=R)
