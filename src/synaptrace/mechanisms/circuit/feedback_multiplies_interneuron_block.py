"""Feedback multiplies interneuron block.

Interneurons that fire less get less excitation in return, so a small block costs them more of their drive than its own share:
the odds of losing it are multiplied.
"""

from synaptrace.core import Mechanism, Param, out

mechanism = Mechanism(
    reads={"blocked": "nmda.{pool}.blocked"},
    writes={"signal": "nmda.{pool}.signal"},
    params={
        "gain": Param(5, "1", "factor on the odds of block", kind="assumed", range=(1, 30),
                      why="to be fitted; nothing was read that fixes it"),
    },
    signs={"blocked": "-signal", "gain": "-signal"},
)  # fmt: skip


@mechanism.equations
def equations(blocked, gain):
    return out(signal=(1 - blocked) / (1 + (gain - 1) * blocked))
