"""Block takes its share of the signal.

A receptor that holds a blocker does not signal, and no more: the signal falls by the share of blocked receptors.
"""

from synaptrace.core import Mechanism, out

mechanism = Mechanism(
    reads={"blocked": "nmda.{pool}.blocked"},
    writes={"signal": "nmda.{pool}.signal"},
    signs={"blocked": "-signal"},
)  # fmt: skip


@mechanism.equations
def equations(blocked):
    return out(signal=1 - blocked)
