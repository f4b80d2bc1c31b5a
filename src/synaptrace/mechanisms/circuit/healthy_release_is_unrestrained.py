"""Healthy release is unrestrained.

Without drugs at the bouton, the release probability before adenosine takes its share is the one that leaves the healthy
value.
"""

from synaptrace.core import Mechanism, Param, out

mechanism = Mechanism(
    reads={"U": "release.healthy_probability"},
    writes={"free": "release.pyramidal_evoked.unrestrained"},
    params={
        "left": Param(0.888, "1", "share of release that adenosine leaves in health", kind="assumed", range=(0.5, 1),
                      why="what adenosine_restrains_release gives at 0.1 umol/L"),
    },
    signs={"U": "+free"},
)  # fmt: skip


@mechanism.equations
def equations(U, left):
    return out(free=U / left)
