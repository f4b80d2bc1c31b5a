"""Block builds fast plasticity.

Block of interneurons beyond a threshold of the person triggers plasticity, which rises over hours and falls over days. This
is an outcome-level step: it stands for what the theories try to explain.
"""

from synaptrace.core import LogNormal, Mechanism, Param, State, ddt, hill, out

mechanism = Mechanism(
    reads={"blocked": "nmda.sst_interneuron.blocked"},
    states={"trigger": State(0.0, "1", "triggered share", scale=0.1),
            "F": State(0.0, "1", "fast plasticity", scale=0.1)},
    writes={"fast": "mood.fast"},
    params={
        "threshold": Param("0.0166552 1", "1", "block at half of the trigger", kind="fitted",
                           source="fit:mood:block_builds_fast_plasticity.threshold", range=(0.003, 0.1), iiv=LogNormal(0.66),
                           why="its spread is set so that 0.2 mg/kg keeps two thirds of the effect of 0.5 mg/kg in many"),
        "steepness": Param(6, "1", "Hill exponent of the trigger", kind="assumed", range=(2, 12),
                           why="steep in one person; people differ, so it is shallow in many"),
        "triggering": Param("0.5 h", "s", "time in which the trigger builds up", kind="assumed", range=("0.1 h", "3 h"),
                            why="set so that relief is extreme about day 1; no measurement"),
        "fading": Param("10 h", "s", "time for which it lasts", kind="assumed", range=("2 h", "24 h"),
                        why="set so that relief is extreme about day 1; no measurement"),
        "building": Param("38064.9 s", "s", "time in which a full trigger builds plasticity", kind="fitted",
                          source="fit:mood:block_builds_fast_plasticity.building", range=("2 h", "48 h")),
        "half_life": Param("527645 s", "s", "half-life of fast plasticity", kind="fitted",
                           source="fit:mood:block_builds_fast_plasticity.half_life", range=("3 d", "12 d")),
        "doubling": Param(0.693147, "1", "logarithm of 2", kind="assumed", range=(0.69, 0.7), why="a definition"),
    },
    signs={"blocked": "+trigger", "trigger": "+F", "F": "+fast"},
)  # fmt: skip


@mechanism.equations
def equations(blocked, trigger, F, threshold, steepness, triggering, fading, building, half_life, doubling):
    given = hill(blocked, threshold, steepness)
    starting = given * (1 - trigger) / triggering - trigger / fading
    return ddt(trigger=starting, F=trigger * (1 - F) / building - doubling * F / half_life), out(fast=F)
