"""TrkB phosphorylates MeCP2.

TrkB above the level that the cell is used to phosphorylates MeCP2, which stays so for days and makes effects last.
"""

from synaptrace.core import Mechanism, Param, State, ddt, maximum, out, relative_to_rest

mechanism = Mechanism(
    reads={"TrkB": "trkb.active"},
    states={"M": State(1.0, "1", "phosphorylated MeCP2, relative to healthy")},
    writes={"phosphorylated": "mecp2.phosphorylated"},
    params={
        "gain": Param(2, "1", "rise of MeCP2 per rise of TrkB beyond the threshold", kind="assumed", range=(0, 10),
                      why="set by hand in the dossier's reference model; no measurement"),
        "threshold": Param(0.15, "1", "rise of TrkB that is needed, relative to before", kind="assumed", range=(0, 1),
                           why="set by hand in the dossier's reference model; no measurement"),
        "rise": Param("6 h", "s", "time in which MeCP2 is phosphorylated", kind="assumed", range=("1 h", "24 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
        "memory": Param("120 h", "s", "time for which it stays phosphorylated", kind="assumed", range=("24 h", "500 h"),
                        why="set by hand in the dossier's reference model; no measurement"),
        "TrkB_0": relative_to_rest("TrkB", "TrkB before the first dose"),
    },
    signs={"TrkB": "+M", "M": "+phosphorylated"},
)  # fmt: skip


@mechanism.equations
def equations(TrkB, M, gain, threshold, rise, memory, TrkB_0):
    above = maximum(TrkB / TrkB_0 - 1 - threshold, 0)
    return ddt(M=gain * above / rise - (M - 1) / memory), out(phosphorylated=M)
