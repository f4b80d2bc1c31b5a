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
        "on": Param("1.5 1/h", "1/s", "activation at the BDNF of health", kind="assumed", range=("0.05 1/h", "30 1/h"),
                    why="to be fitted to TrkB, Akt and ERK after BDNF"),
        "off": Param("10 1/h", "1/s", "deactivation", kind="assumed", range=("1 1/h", "100 1/h"),
                     why="to be fitted to TrkB, Akt and ERK after BDNF"),
        "taking_in": Param("6 1/h", "1/s", "internalization of active receptors", kind="assumed", range=("0.5 1/h", "60 1/h"),
                           why="to be fitted to TrkB, Akt and ERK after BDNF"),
        "returning": Param("0.95 1/h", "1/s", "return to the surface", kind="assumed", range=("0.1 1/h", "10 1/h"),
                           why="to be fitted to TrkB, Akt and ERK after BDNF"),
        "most": Param(10, "1", "BDNF at half of the fastest activation, relative to healthy", kind="assumed", range=(2, 200),
                      why="to be fitted to TrkB, Akt and ERK after BDNF"),
    },
    signs={"B": "+a", "a": "+active +i", "i": "-a"},
)  # fmt: skip


@mechanism.equations
def equations(B, a, i, on, off, taking_in, returning, most):
    binding = on * B * (1 + 1 / most) / (1 + B / most)
    healthy = 1 / (1 + (off + taking_in) / on + taking_in / returning)
    slopes = ddt(a=binding * (1 - a - i) - (off + taking_in) * a, i=taking_in * a - returning * i)
    return slopes, out(active=a / healthy)
