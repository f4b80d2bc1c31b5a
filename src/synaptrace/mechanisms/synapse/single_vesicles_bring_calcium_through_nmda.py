"""Single vesicles bring calcium through NMDA.

The mean calcium current through the NMDA receptors of a silent spine: single vesicles that leave without spikes, on top of
the glutamate outside. An average of the fast synapse without drug and at usual Mg2+; blockers and other Mg2+ are factors.
"""

from synaptrace.core import Mechanism, Table, out

POOL = "pyramidal_resting"

mechanism = Mechanism(
    reads={"vesicles": "rates.spontaneous", "outside": "glutamate.outside", "blocked": f"nmda.{POOL}.blocked",
           "relative": f"nmda.{POOL}.unplugged_relative"},
    writes={"calcium": "nmda.resting_calcium"},
    tables={"average": Table("resting_calcium", "pA", ("1/s", "mmol/L"))},
    signs={"blocked": "-calcium", "relative": "+calcium"},
)  # fmt: skip


@mechanism.equations
def equations(vesicles, outside, blocked, relative, average):
    return out(calcium=average(vesicles, outside) * relative * (1 - blocked))
