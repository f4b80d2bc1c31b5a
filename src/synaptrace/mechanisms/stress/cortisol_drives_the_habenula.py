"""Cortisol drives the habenula.

Under chronic stress cells of the lateral habenula fire more bursts.
"""

from synaptrace.core import Mechanism, Param, out

mechanism = Mechanism(
    reads={"C": "stress.cortisol"},
    writes={"drive": "habenula.drive"},
    params={
        "gain": Param(1, "1", "bursts per unit of cortisol above healthy", kind="assumed", range=(0, 3),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"C": "+drive"},
)  # fmt: skip


@mechanism.equations
def equations(C, gain):
    return out(drive=1 + gain * (C - 1))
