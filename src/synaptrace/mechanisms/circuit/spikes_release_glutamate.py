"""Spikes release glutamate.

What is released per time grows with firing, release probability and the vesicles that are ready.
"""

from synaptrace.core import Mechanism, out

mechanism = Mechanism(
    reads={"rate": "circuit.pyramidal_rate", "U": "release.pyramidal_evoked.probability",
           "U_0": "release.healthy_probability", "ready": "vesicles.ready"},
    writes={"evoked": "glutamate.evoked"},
    signs={"rate": "+evoked", "U": "+evoked", "ready": "+evoked"},
)  # fmt: skip


@mechanism.equations
def equations(rate, U, U_0, ready):
    return out(evoked=rate * U / U_0 * ready)
