"""CREB follows ERK and CaMKII.

Two kinases and a share that neither touches set the transcription factor.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"ERK": "erk.active", "CaMKII": "camkii.active"},
    states={"C": State(1.0, "1", "active CREB, relative to healthy")},
    writes={"active": "creb.active"},
    params={
        "by_ERK": Param(0.4, "1", "share that follows ERK", kind="assumed", range=(0, 1),
                        why="set by hand in the dossier's reference model; no measurement"),
        "by_CaMKII": Param(0.3, "1", "share that follows CaMKII", kind="assumed", range=(0, 1),
                           why="set by hand in the dossier's reference model; no measurement"),
        "time": Param("0.5 h", "s", "time in which CREB follows", kind="assumed", range=("0.1 h", "5 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"ERK": "+C", "CaMKII": "+C", "C": "+active"},
)  # fmt: skip


@mechanism.equations
def equations(ERK, CaMKII, C, by_ERK, by_CaMKII, time):
    return ddt(C=(1 + by_ERK * (ERK - 1) + by_CaMKII * (CaMKII - 1) - C) / time), out(active=C)
