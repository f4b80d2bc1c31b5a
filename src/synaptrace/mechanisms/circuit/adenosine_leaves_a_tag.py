"""Adenosine leaves a tag.

A surge of adenosine that reaches A1 and A2A receptors together marks synapses for hours. Each receptor is needed: the tag
follows the root of the product of what both receive beyond rest.
"""

from synaptrace.core import Mechanism, Param, State, ddt, hill, maximum, out, relative_to_rest, sqrt

mechanism = Mechanism(
    reads={"A": "adenosine.extracellular", "held_1": "drug.A1_antagonist", "held_2": "drug.A2A_antagonist"},
    states={"tag": State(0.0, "1", "eligibility left by adenosine", scale=0.1)},
    writes={"left": "adenosine.tag"},
    params={
        "rise": Param(0.3, "1", "relative rise of adenosine at half of the tag", kind="assumed", range=(0.02, 2),
                      why="no size was read"),
        "time": Param("0.2 h", "s", "time in which the tag builds up", kind="assumed", range=("0.05 h", "1 h"),
                      why="set by hand in the dossier's reference model; no measurement"),
        "memory": Param("6 h", "s", "time for which the tag stays", kind="assumed", range=("1 h", "24 h"),
                        why="set by hand in the dossier's reference model; no measurement"),
        "A_0": relative_to_rest("A", "adenosine before the first dose"),
    },
    signs={"A": "+tag", "held_1": "-tag", "held_2": "-tag", "tag": "+left"},
)  # fmt: skip


@mechanism.equations
def equations(A, held_1, held_2, tag, rise, time, memory, A_0):
    above = maximum(A / A_0 - 1, 0) * sqrt(maximum((1 - held_1) * (1 - held_2), 0))
    given = hill(above, rise, 1)
    return ddt(tag=given * (1 - tag) / time - tag / memory), out(left=tag)
