"""Both enantiomers make the free brain ketamine.

The sum of unbound S- and R-ketamine in the brain.
"""

from synaptrace.core import Mechanism, out

mechanism = Mechanism(
    reads={"S": "brain.S_ketamine_free", "R": "brain.R_ketamine_free"},
    writes={"both": "brain.ketamine_free"},
    signs={"S": "+both", "R": "+both"},
)


@mechanism.equations
def equations(S, R):
    return out(both=S + R)
