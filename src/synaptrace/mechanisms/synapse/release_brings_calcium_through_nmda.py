"""Release brings calcium through NMDA.

The mean calcium current through the NMDA receptors of a spine, at mean rates of spikes before and after it and a release
probability. It is an average of the fast synapse over random spikes, without drug and at usual Mg2+; a blocker takes its
share of it, and other Mg2+ acts as it does on open receptors.
"""

from synaptrace.core import Mechanism, Table, out

POOL = "pyramidal_evoked"

mechanism = Mechanism(
    reads={"before": "rates.presynaptic", "after": "rates.postsynaptic", "U": f"release.{POOL}.probability",
           "blocked": f"nmda.{POOL}.blocked", "relative": f"nmda.{POOL}.unplugged_relative"},
    writes={"calcium": "nmda.evoked_calcium"},
    tables={"average": Table("evoked_calcium", "pA", ("1/s", "1/s", "1"))},
    signs={"blocked": "-calcium", "relative": "+calcium"},
)  # fmt: skip


@mechanism.equations
def equations(before, after, U, blocked, relative, average):
    return out(calcium=average(before, after, U) * relative * (1 - blocked))
