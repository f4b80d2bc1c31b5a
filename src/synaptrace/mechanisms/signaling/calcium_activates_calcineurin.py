"""Calcium activates calcineurin.

The phosphatase follows calcium at rest with a small share of that of activity. A small change of it is enough to double
synaptic GluA1: 6 % were lost in culture and 15 to 19 % in mice.
"""

from synaptrace.core import Mechanism, Param, State, ddt, maximum, out

mechanism = Mechanism(
    reads={"resting": "calcium.resting", "activity": "calcium.activity"},
    states={"N": State(1.0, "1", "active calcineurin, relative to healthy")},
    writes={"active": "calcineurin.active"},
    params={
        "gain": Param(0.25, "1", "relative change of calcineurin per relative change of calcium", kind="assumed",
                      range=(0.05, 1), why="set by hand in the dossier's reference model; no measurement"),
        "weight": Param(0.85, "1", "share of calcium at rest", kind="assumed", range=(0, 1),
                        why="set by hand in the dossier's reference model; no measurement"),
        "time": Param("0.3 h", "s", "time in which calcineurin follows", kind="assumed", range=("1 min", "3 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
        "least": Param(0.05, "1", "calcineurin that always stays", kind="assumed", range=(0.01, 0.5),
                       why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"resting": "+N", "activity": "+N", "N": "+active"},
)  # fmt: skip


@mechanism.equations
def equations(resting, activity, N, gain, weight, time, least):
    change = gain * (weight * (resting - 1) + (1 - weight) * (activity - 1))
    return ddt(N=(maximum(1 + change, least) - N) / time), out(active=N)
