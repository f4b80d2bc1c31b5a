"""Stress raises cortisol.

Chronic stress is a state of the person: 1 in a depressed patient, 0 in a healthy one. Cortisol follows within days, and
everything that stress does to the brain here goes through it. Healthy and depressed are the states of rest with stress off
and on.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    states={"C": State(1.0, "1", "cortisol, relative to healthy")},
    writes={"cortisol": "stress.cortisol"},
    params={
        "stress": Param(1, "1", "chronic stress; 0 in a healthy person", kind="assumed", range=(0, 2),
                        why="the depressed state of the reference: cortisol twice the healthy"),
        "time": Param("240 h", "s", "time in which cortisol follows", kind="assumed", range=("24 h", "1000 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"stress": "+C", "C": "+cortisol"},
)  # fmt: skip


@mechanism.equations
def equations(C, stress, time):
    return ddt(C=(1 + stress - C) / time), out(cortisol=C)
