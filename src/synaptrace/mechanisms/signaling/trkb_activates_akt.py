"""TrkB activates Akt.

Akt follows active TrkB within minutes and saturates.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, relative_hill

mechanism = Mechanism(
    reads={"TrkB": "trkb.active"},
    states={"A": State(1.0, "1", "active Akt, relative to healthy")},
    writes={"active": "akt.active"},
    params={
        "steady": Param(0.4, "1", "share that does not follow TrkB", kind="assumed", range=(0, 1),
                        why="set by hand in the dossier's reference model; no measurement"),
        "half": Param(1.5, "1", "TrkB at half activation, relative to healthy", kind="assumed", range=(0.3, 20),
                      why="to be fitted to Akt after BDNF"),
        "steepness": Param(2, "1", "Hill exponent", kind="assumed", range=(1, 4), why="to be fitted to Akt after BDNF"),
        "time": Param("0.05 h", "s", "time in which Akt follows", kind="assumed", range=("10 s", "1 h"),
                      why="to be fitted to Akt after BDNF"),
    },
    signs={"TrkB": "+A", "A": "+active"},
)  # fmt: skip


@mechanism.equations
def equations(TrkB, A, steady, half, steepness, time):
    return ddt(A=(steady + (1 - steady) * relative_hill(TrkB, half, steepness) - A) / time), out(active=A)
