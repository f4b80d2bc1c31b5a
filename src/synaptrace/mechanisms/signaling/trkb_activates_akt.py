"""TrkB activates Akt.

Akt follows active TrkB within minutes and saturates.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, relative_hill

mechanism = Mechanism(
    reads={"TrkB": "trkb.active"},
    states={"A": State(1.0, "1", "active Akt, relative to healthy")},
    writes={"active": "akt.active"},
    params={
        "steady": Param("0.0710501 1", "1", "share that does not follow TrkB",
                        source="fit:signaling:trkb_activates_akt.steady", kind="fitted", range=(0.01, 0.8)),
        "half": Param("1.07415 1", "1", "TrkB at half activation, relative to healthy",
                      source="fit:signaling:trkb_activates_akt.half", kind="fitted", range=(0.3, 20)),
        "steepness": Param("4 1", "1", "Hill exponent", source="fit:signaling:trkb_activates_akt.steepness", kind="fitted",
                           range=(1, 4)),
        "time": Param("10.1421 s", "s", "time in which Akt follows", source="fit:signaling:trkb_activates_akt.time",
                      kind="fitted", range=("10 s", "1 h")),
    },
    signs={"TrkB": "+A", "A": "+active"},
)  # fmt: skip


@mechanism.equations
def equations(TrkB, A, steady, half, steepness, time):
    return ddt(A=(steady + (1 - steady) * relative_hill(TrkB, half, steepness) - A) / time), out(active=A)
