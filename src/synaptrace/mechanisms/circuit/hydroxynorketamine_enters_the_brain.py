"""Hydroxynorketamine enters the brain.

Of the hydroxynorketamines only that made from R-ketamine acts here.
"""

from synaptrace.core import Mechanism, Param, out

mechanism = Mechanism(
    reads={"H": "arterial.R_hydroxynorketamine"},
    writes={"free": "brain.hydroxynorketamine_free"},
    params={
        "ratio": Param(0.5, "1", "unbound in brain to total in plasma", kind="assumed", range=(0.1, 1),
                       why="half, as in the reference; no level in people was read"),
    },
    signs={"H": "+free"},
)  # fmt: skip


@mechanism.equations
def equations(H, ratio):
    return out(free=ratio * H)
