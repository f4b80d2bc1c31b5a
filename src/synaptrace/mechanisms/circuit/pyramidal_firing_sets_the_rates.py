"""Pyramidal firing sets the rates.

A synapse between pyramidal cells sees their common rate on both sides. Vesicles that leave without a spike are not counted in
it.
"""

from synaptrace.core import Mechanism, out

mechanism = Mechanism(
    reads={"rate": "circuit.pyramidal_rate", "healthy": "healthy.rate", "single": "healthy.spontaneous"},
    writes={"presynaptic": "rates.presynaptic", "postsynaptic": "rates.postsynaptic", "spontaneous": "rates.spontaneous"},
    signs={"rate": "+presynaptic +postsynaptic"},
)  # fmt: skip


@mechanism.equations
def equations(rate, healthy, single):
    return out(presynaptic=healthy * rate, postsynaptic=healthy * rate, spontaneous=single)
