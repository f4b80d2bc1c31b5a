"""AMPA receptors reach the surface.

New GluA1 goes to the surface where it is made and phosphorylated, out of the reserve, without BDNF; scaling multiplies it.
"""

from synaptrace.core import Mechanism, Param, State, ddt, maximum, out, power

mechanism = Mechanism(
    reads={"elongation": "translation.elongation", "P": "glua1.phosphorylated", "reserve": "proteins.reserve",
           "scaling": "synapse.scaling"},
    states={"G": State(1.0, "1", "synaptic GluA1, relative to healthy")},
    writes={"surface": "ampa.surface"},
    params={
        "local": Param(1, "1", "GluA1 made locally per rise of elongation", kind="assumed", range=(0, 3),
                       why="set by hand in the dossier's reference model; no measurement"),
        "by_reserve": Param(0.6, "1", "power of the reserve", kind="assumed", range=(0, 1),
                            why="set by hand in the dossier's reference model; no measurement"),
        "quantal": Param(0.27, "1", "power of GluA1 in the response to a vesicle", kind="assumed", range=(0.1, 1),
                         why="set by hand in the dossier's reference model; no measurement"),
        "synthesis": Param(1, "1", "protein synthesis, relative to healthy", kind="assumed", range=(0, 1),
                           why="1 by definition"),
        "time": Param("0.5 h", "s", "time in which GluA1 follows", kind="assumed", range=("0.1 h", "5 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"elongation": "+G", "reserve": "+G", "scaling": "+surface", "G": "+surface"},
)  # fmt: skip


@mechanism.equations
def equations(elongation, P, reserve, scaling, G, local, by_reserve, quantal, synthesis, time):
    level = power(reserve, by_reserve) * maximum(1 + synthesis * local * (elongation - 1) * P, 0)
    return ddt(G=(level - G) / time), out(surface=power(G, quantal) * scaling)
