"""Extrasynaptic receptors feel glutamate outside.

NMDA receptors beside the synapse see the glutamate that transporters leave, not that of the cleft.
"""

from synaptrace.core import Mechanism, out

mechanism = Mechanism(
    reads={"outside": "glutamate.outside"},
    writes={"felt": "glutamate.extrasynaptic.cleft"},
    signs={"outside": "+felt"},
)


@mechanism.equations
def equations(outside):
    return out(felt=outside)
