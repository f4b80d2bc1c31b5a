"""Release drives charge through AMPA.

The mean charge per time through the AMPA receptors of a spine at mean rates of spikes before and after it and a release
probability: an average of the fast synapse over random spikes.
"""

from synaptrace.core import Mechanism, Table, out

mechanism = Mechanism(
    reads={"before": "rates.presynaptic", "after": "rates.postsynaptic", "U": "release.pyramidal_evoked.probability"},
    writes={"charge": "ampa.charge"},
    tables={"average": Table("ampa_charge", "pA", ("1/s", "1/s", "1"))},
)


@mechanism.equations
def equations(before, after, U, average):
    return out(charge=average(before, after, U))
