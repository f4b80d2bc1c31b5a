"""Single vesicles leave without spikes.

Each spontaneous event releases one vesicle, at synapses with receptors of their own (Atasoy et al. 2008); spikes play no part.
"""

from synaptrace.core import Mechanism, out

mechanism = Mechanism(
    reads={"events": "spikes.{pool}.spontaneous"},
    writes={"rate": "release.{pool}.rate"},
    signs={"events": "+rate"},
)  # fmt: skip


@mechanism.equations
def equations(events):
    return out(rate=events)
