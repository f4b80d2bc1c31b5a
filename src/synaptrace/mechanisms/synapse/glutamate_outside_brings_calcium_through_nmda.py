"""Glutamate outside brings calcium through NMDA.

The mean calcium current through NMDA receptors beside synapses, under the glutamate that uptake leaves and the spikes of the
cell, which lift Mg2+ for moments. An average of the fast synapse without drug and at usual Mg2+; blockers and other Mg2+ are
factors.
"""

from synaptrace.core import Mechanism, Table, out

POOL = "extrasynaptic"

mechanism = Mechanism(
    reads={"after": "rates.postsynaptic", "outside": "glutamate.outside", "blocked": f"nmda.{POOL}.blocked",
           "relative": f"nmda.{POOL}.unplugged_relative"},
    writes={"calcium": "nmda.extrasynaptic_calcium"},
    tables={"average": Table("extrasynaptic_calcium", "pA", ("1/s", "mmol/L"))},
    signs={"blocked": "-calcium", "relative": "+calcium"},
)  # fmt: skip


@mechanism.equations
def equations(after, outside, blocked, relative, average):
    return out(calcium=average(after, outside) * relative * (1 - blocked))
