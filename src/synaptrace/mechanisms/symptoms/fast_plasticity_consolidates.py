"""Fast plasticity consolidates.

Where fast plasticity stays high, as during a course of infusions, a slow state builds up that outlasts it by weeks; one
infusion leaves little of it.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, power

mechanism = Mechanism(
    reads={"fast": "mood.fast"},
    states={"C": State(0.0, "1", "consolidated plasticity", scale=0.05)},
    writes={"slow": "mood.slow"},
    params={
        "speed": Param("7.60116e-07 1/s", "1/s", "consolidation at full plasticity", kind="fitted",
                       source="fit:mood:fast_plasticity_consolidates.speed", range=("1e-4 1/h", "0.05 1/h")),
        "steepness": Param(4, "1", "power of fast plasticity in it", kind="assumed", range=(1, 6),
                           why="one infusion must not consolidate"),
        "memory": Param("30 d", "s", "lifetime of consolidated plasticity", kind="assumed", range=("10 d", "90 d"),
                        why="weeks; not determined"),
    },
    signs={"fast": "+C", "C": "+slow"},
)  # fmt: skip


@mechanism.equations
def equations(fast, C, speed, steepness, memory):
    return ddt(C=speed * power(fast, steepness) - C / memory), out(slow=C)
