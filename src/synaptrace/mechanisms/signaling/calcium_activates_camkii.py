"""Calcium activates CaMKII.

The kinase follows the calcium of activity and saturates.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, relative_hill

mechanism = Mechanism(
    reads={"c": "calcium.activity"},
    states={"K": State(1.0, "1", "active CaMKII, relative to healthy")},
    writes={"active": "camkii.active"},
    params={
        "half": Param(1.5, "1", "calcium at half activation, relative to healthy", kind="assumed", range=(0.3, 5),
                      why="set by hand in the dossier's reference model; no measurement"),
        "steepness": Param(2, "1", "Hill exponent", kind="assumed", range=(1, 4),
                           why="set by hand in the dossier's reference model; no measurement"),
        "time": Param("0.2 h", "s", "time in which CaMKII follows", kind="assumed", range=("1 min", "1 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"c": "+K", "K": "+active"},
)  # fmt: skip


@mechanism.equations
def equations(c, K, half, steepness, time):
    return ddt(K=(relative_hill(c, half, steepness) - K) / time), out(active=K)
