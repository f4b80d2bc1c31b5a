"""Cortisol weakens glutamate uptake.

Astrocytes of stressed animals take up less glutamate; what stays outside synapses rises.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"C": "stress.cortisol"},
    states={"uptake": State(1.0, "1", "glutamate uptake, relative to healthy")},
    writes={"relative": "glutamate.uptake"},
    params={
        "loss": Param(0.25, "1", "uptake lost per unit of cortisol above healthy", kind="assumed", range=(0, 1),
                      why="direction only; the size is a choice"),
        "time": Param("72 h", "s", "time in which uptake follows", kind="assumed", range=("1 h", "1000 h"),
                      why="that of inhibition in the reference model"),
    },
    signs={"C": "-uptake", "uptake": "+relative"},
)  # fmt: skip


@mechanism.equations
def equations(C, uptake, loss, time):
    return ddt(uptake=(1 / (1 + loss * (C - 1)) - uptake) / time), out(relative=uptake)
