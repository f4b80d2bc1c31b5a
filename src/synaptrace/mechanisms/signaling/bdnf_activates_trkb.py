"""BDNF activates TrkB.

BDNF binds and activates the receptor at the surface, saturating; active receptors are taken in and come back slowly. Their
sum is kept.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"B": "bdnf.released"},
    states={"a": State(0.0909, "1", "active TrkB, share of all", scale=0.05),
            "i": State(0.18, "1", "TrkB taken in, share of all", scale=0.1)},
    writes={"active": "trkb.active"},
    params={
        "on": Param("0.000983509 1/s", "1/s", "activation at the BDNF of health",
                    source="fit:signaling:bdnf_activates_trkb.on", kind="fitted", range=("0.05 1/h", "30 1/h")),
        "off": Param("0.000670913 1/s", "1/s", "deactivation", source="fit:signaling:bdnf_activates_trkb.off", kind="fitted",
                     range=("1 1/h", "100 1/h")),
        "taking_in": Param("0.00355365 1/s", "1/s", "internalization of active receptors",
                           source="fit:signaling:bdnf_activates_trkb.taking_in", kind="fitted", range=("0.5 1/h", "60 1/h")),
        "returning": Param("0.000932697 1/s", "1/s", "return to the surface",
                           source="fit:signaling:bdnf_activates_trkb.returning", kind="fitted", range=("0.1 1/h", "10 1/h")),
        "most": Param("2.7575 1", "1", "BDNF at half of the fastest activation, relative to healthy",
                      source="fit:signaling:bdnf_activates_trkb.most", kind="fitted", range=(2, 200)),
    },
    signs={"B": "+a", "a": "+active +i", "i": "-a"},
)  # fmt: skip


@mechanism.equations
def equations(B, a, i, on, off, taking_in, returning, most):
    binding = on * B * (1 + 1 / most) / (1 + B / most)
    healthy = 1 / (1 + (off + taking_in) / on + taking_in / returning)
    slopes = ddt(a=binding * (1 - a - i) - (off + taking_in) * a, i=taking_in * a - returning * i)
    return slopes, out(active=a / healthy)
