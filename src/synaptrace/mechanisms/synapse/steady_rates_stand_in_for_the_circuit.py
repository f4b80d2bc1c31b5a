"""Steady rates stand in for the circuit.

Until a circuit says how often cells fire, how freely they release and what glutamate stays outside, these are held.
"""

from synaptrace.core import Mechanism, Param, out


def held(value, unit, low, high, meaning, why="until the circuit gives it"):
    return Param(value, unit, meaning, kind="assumed", range=(low, high), why=why)


mechanism = Mechanism(
    writes={"presynaptic": "rates.presynaptic", "postsynaptic": "rates.postsynaptic", "spontaneous": "rates.spontaneous",
            "probability": "release.pyramidal_evoked.probability", "outside": "glutamate.outside"},
    params={
        "before": held(1, "1/s", 0, 50, "spikes that arrive"),
        "after": held(1, "1/s", 0, 50, "spikes of the cell behind the synapse"),
        "single": held(0.0127, "1/s", 0, 5, "vesicles without a spike", "0.76 per synapse and minute in culture"),
        "U": held(0.5, "1", 0, 1, "release probability", "that of cortical synapses"),
        "glutamate": held("50 nmol/L", "mmol/L", "10 nmol/L", "10 umol/L", "glutamate outside", "sensors find 25 to 90 nmol/L"),
    },
    signs={"before": "+presynaptic", "after": "+postsynaptic", "U": "+probability", "glutamate": "+outside"},
)  # fmt: skip


@mechanism.equations
def equations(before, after, single, U, glutamate):
    return out(presynaptic=before, postsynaptic=after, spontaneous=single, probability=U, outside=glutamate)
