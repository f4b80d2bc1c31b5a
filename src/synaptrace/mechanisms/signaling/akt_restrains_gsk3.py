"""Akt restrains GSK3.

Akt phosphorylates GSK3 and switches it off.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"Akt": "akt.active"},
    states={"G": State(1.0, "1", "active GSK3, relative to healthy")},
    writes={"active": "gsk3.active"},
    params={
        "gain": Param(0.6, "1", "share of the restraint in health that is Akt", kind="assumed", range=(0, 1),
                      why="set by hand in the dossier's reference model; no measurement"),
        "time": Param("0.2 h", "s", "time in which GSK3 follows", kind="assumed", range=("1 min", "3 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"Akt": "-G", "G": "+active"},
)  # fmt: skip


@mechanism.equations
def equations(Akt, G, gain, time):
    return ddt(G=(1 / (1 + gain * (Akt - 1)) - G) / time), out(active=G)
