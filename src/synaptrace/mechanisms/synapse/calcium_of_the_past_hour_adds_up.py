"""Calcium of the past hour adds up.

One slow trace of what enters a spine through NMDA receptors, fired and at rest, and through L channels. It stands at the end of
the bridge from milliseconds to weeks until the cascade takes its place.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"evoked": "nmda.evoked_calcium", "resting": "nmda.resting_calcium", "L": "channels.L_calcium"},
    states={"past": State(0.0, "pA", "calcium current, averaged over the past", scale=1e-3)},
    writes={"hour": "spine.calcium_of_the_past_hour"},
    params={"memory": Param("1 h", "s", "time over which it is averaged", kind="assumed", range=("10 min", "1 d"),
                            why="a choice: it only shows that slow states can read averages")},
    signs={"evoked": "+past", "resting": "+past", "L": "+past", "past": "-past +hour"},
)  # fmt: skip


@mechanism.equations
def equations(evoked, resting, L, past, memory):
    return ddt(past=(evoked + resting + L - past) / memory), out(hour=past)
