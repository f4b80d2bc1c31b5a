"""Calcineurin dephosphorylates GluA1.

Less active phosphatase leaves more GluA1 phosphorylated, steeply.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, power

mechanism = Mechanism(
    reads={"N": "calcineurin.active"},
    states={"P": State(1.0, "1", "phosphorylated GluA1, relative to healthy")},
    writes={"phosphorylated": "glua1.phosphorylated"},
    params={
        "steepness": Param(3, "1", "power with which phosphorylation falls with calcineurin", kind="assumed", range=(1, 6),
                           why="set by hand in the dossier's reference model; no measurement"),
        "time": Param("0.5 h", "s", "time in which phosphorylation follows", kind="assumed", range=("0.1 h", "3 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"N": "-P", "P": "+phosphorylated"},
)  # fmt: skip


@mechanism.equations
def equations(N, P, steepness, time):
    return ddt(P=(power(N, -steepness) - P) / time), out(phosphorylated=P)
