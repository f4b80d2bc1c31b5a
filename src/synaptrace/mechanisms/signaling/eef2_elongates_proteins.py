"""eEF2 elongates proteins.

Unphosphorylated eEF2 elongates. Cells get used to a lasting change within days, so only an acute loss of the kinase lets more
proteins be made and a lifelong one does not.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"f": "eef2.phosphorylated"},
    states={"usual": State(1.0, "1", "elongation that the cell is used to, relative to healthy")},
    writes={"elongation": "translation.elongation"},
    params={
        "memory": Param("96 h", "s", "time in which cells get used to it", kind="assumed", range=("24 h", "400 h"),
                        why="chosen so that acute and lifelong loss of the kinase differ"),
        "half": Param(0.5, "1", "share of eEF2 that is phosphorylated in health", kind="assumed", range=(0.2, 0.8),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"f": "-usual -elongation", "usual": "-elongation"},
)  # fmt: skip


@mechanism.equations
def equations(f, usual, memory, half):
    now = (1 - f) / (1 - half)
    return ddt(usual=(now - usual) / memory), out(elongation=now / usual)
