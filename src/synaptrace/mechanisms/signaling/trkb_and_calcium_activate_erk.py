"""TrkB and calcium activate ERK.

ERK follows active TrkB and, less, the calcium of activity.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, relative_hill

mechanism = Mechanism(
    reads={"TrkB": "trkb.active", "c": "calcium.activity"},
    states={"E": State(1.0, "1", "active ERK, relative to healthy")},
    writes={"active": "erk.active"},
    params={
        "by_TrkB": Param("0.208691 1", "1", "share that follows TrkB",
                         source="fit:signaling:trkb_and_calcium_activate_erk.by_TrkB", kind="fitted", range=(0, 1)),
        "by_calcium": Param(0.25, "1", "share that follows calcium", kind="assumed", range=(0, 1),
                            why="set by hand in the dossier's reference model; no measurement"),
        "half": Param("8.92173 1", "1", "TrkB at half activation, relative to healthy",
                      source="fit:signaling:trkb_and_calcium_activate_erk.half", kind="fitted", range=(0.5, 50)),
        "steepness": Param("4 1", "1", "Hill exponent", source="fit:signaling:trkb_and_calcium_activate_erk.steepness",
                           kind="fitted", range=(1, 4)),
        "calcium_half": Param(2, "1", "calcium at half activation, relative to healthy", kind="assumed", range=(0.3, 5),
                              why="set by hand in the dossier's reference model; no measurement"),
        "calcium_steepness": Param(1.5, "1", "Hill exponent of calcium", kind="assumed", range=(1, 4),
                                   why="set by hand in the dossier's reference model; no measurement"),
        "time": Param("1784.33 s", "s", "time in which ERK follows",
                      source="fit:signaling:trkb_and_calcium_activate_erk.time", kind="fitted", range=("10 s", "1 h")),
    },
    signs={"TrkB": "+E", "c": "+E", "E": "+active"},
)  # fmt: skip


@mechanism.equations
def equations(TrkB, c, E, by_TrkB, by_calcium, half, steepness, calcium_half, calcium_steepness, time):
    driven = by_TrkB * relative_hill(TrkB, half, steepness) + by_calcium * relative_hill(c, calcium_half, calcium_steepness)
    return ddt(E=(1 - by_TrkB - by_calcium + driven - E) / time), out(active=E)
