"""Opioid receptors have a tone.

Without an antagonist it is 1.
"""

from synaptrace.core import Mechanism, Param, out

mechanism = Mechanism(
    writes={"tone": "opioid.tone"},
    params={
        "level": Param(1, "1", "tone at opioid receptors", kind="assumed", range=(0, 1),
                       why="1 by definition; an antagonist lowers it"),
    },
    signs={"level": "+tone"},
)  # fmt: skip


@mechanism.equations
def equations(level):
    return out(tone=level)
