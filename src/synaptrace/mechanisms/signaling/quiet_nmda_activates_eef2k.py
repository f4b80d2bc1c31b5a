"""Quiet NMDA activates eEF2K.

The calcium that enters at rest keeps eEF2 kinase active; S6 kinase restrains it. Less calcium at rest, less active kinase.
"""

from synaptrace.core import Mechanism, Param, State, ddt, maximum, out, relative_hill

mechanism = Mechanism(
    reads={"c": "calcium.resting", "S6K": "s6k.active"},
    states={"K": State(1.0, "1", "active eEF2 kinase, relative to healthy")},
    writes={"active": "eef2k.active"},
    params={
        "kinase": Param(1, "1", "eEF2 kinase that the cell has, relative to healthy", kind="assumed", range=(0, 2),
                        why="1 by definition"),
        "half": Param("0.736433 1", "1", "calcium at half activation, relative to healthy",
                      source="fit:signaling:quiet_nmda_activates_eef2k.half", kind="fitted", range=(0.1, 3)),
        "steepness": Param("1.25174 1", "1", "Hill exponent", source="fit:signaling:quiet_nmda_activates_eef2k.steepness",
                           kind="fitted", range=(1, 4)),
        "restraint": Param(0.5, "1", "restraint by S6 kinase above its level in health", kind="assumed", range=(0, 3),
                           why="set by hand in the dossier's reference model; no measurement"),
        "time": Param("0.1 h", "s", "time in which the kinase follows", kind="assumed", range=("1 min", "1 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"c": "+K", "K": "+active"},
)  # fmt: skip


@mechanism.equations
def equations(c, S6K, K, kinase, half, steepness, restraint, time):
    level = kinase * relative_hill(c, half, steepness) / (1 + restraint * maximum(S6K - 1, 0))
    return ddt(K=(level - K) / time), out(active=K)
