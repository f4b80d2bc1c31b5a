"""BDNF is transcribed.

CREB and MeCP2 make the messenger, cortisol lowers it, and it travels to dendrites.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, relative_hill

mechanism = Mechanism(
    reads={"CREB": "creb.active", "MeCP2": "mecp2.phosphorylated", "cortisol": "stress.cortisol"},
    states={"soma": State(1.0, "1", "BDNF messenger in the soma, relative to healthy"),
            "dendrite": State(1.0, "1", "BDNF messenger in dendrites, relative to healthy")},
    writes={"mRNA": "bdnf.mrna"},
    params={
        "steepness": Param(1.2, "1", "Hill exponent of CREB", kind="assumed", range=(0.5, 3),
                           why="set by hand in the dossier's reference model; no measurement"),
        "by_MeCP2": Param(0.3, "1", "rise per rise of MeCP2", kind="assumed", range=(0, 1),
                          why="set by hand in the dossier's reference model; no measurement"),
        "by_cortisol": Param(0.25, "1", "loss per unit of cortisol above healthy", kind="assumed", range=(-0.5, 1),
                             why="set by hand in the dossier's reference model; no measurement"),
        "making": Param("4 h", "s", "time in which the messenger follows", kind="assumed", range=("1 h", "24 h"),
                        why="of the order of hours; a model of 2016 loses it in 12 h"),
        "travel": Param("6 h", "s", "time in which it reaches dendrites", kind="assumed", range=("1 h", "24 h"),
                        why="set by hand in the dossier's reference model; no measurement"),
        "targeting": Param(1, "1", "messenger that reaches dendrites, relative to healthy", kind="assumed", range=(0, 1),
                           why="1 by definition; the Met allele lowers it"),
    },
    signs={"CREB": "+soma", "MeCP2": "+soma", "cortisol": "-soma", "soma": "+dendrite", "dendrite": "+mRNA"},
)  # fmt: skip


@mechanism.equations
def equations(CREB, MeCP2, cortisol, soma, dendrite, steepness, by_MeCP2, by_cortisol, making, travel, targeting):
    made = relative_hill(CREB, 1, steepness) * (1 + by_MeCP2 * (MeCP2 - 1)) / (1 + by_cortisol * (cortisol - 1))
    return ddt(soma=(made - soma) / making, dendrite=(targeting * soma - dendrite) / travel), out(mRNA=dendrite)
