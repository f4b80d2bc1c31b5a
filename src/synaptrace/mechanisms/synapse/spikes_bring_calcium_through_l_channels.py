"""Spikes bring calcium through L channels.

The mean calcium current through the L channels of a spine, which the spikes of the cell open and release opens hardly at
all: an average of the fast synapse over random spikes.
"""

from synaptrace.core import Mechanism, Table, out

mechanism = Mechanism(
    reads={"before": "rates.presynaptic", "after": "rates.postsynaptic", "U": "release.pyramidal_evoked.probability"},
    writes={"calcium": "channels.L_calcium"},
    tables={"average": Table("L_calcium", "pA", ("1/s", "1/s", "1"))},
)


@mechanism.equations
def equations(before, after, U, average):
    return out(calcium=average(before, after, U))
