"""Receptors, spines and efficacy make strength.

The strength of excitatory synapses is their number times the AMPA receptors of one times its efficacy, relative to a healthy
synapse with the efficacy that this person had before the first dose.
"""

from synaptrace.core import Mechanism, Param, out, relative_to_rest

mechanism = Mechanism(
    reads={"surface": "ampa.surface", "density": "spines.density", "E": "synapse.efficacy"},
    writes={"strength": "synapse.strength"},
    params={
        "b": Param(5, "1", "strong over weak synapses", source="synapse_dossier:section-6:DP_b", range=(1, 50)),
        "E_0": relative_to_rest("E", "efficacy before the first dose"),
    },
    signs={"surface": "+strength", "density": "+strength"},
)  # fmt: skip


@mechanism.equations
def equations(surface, density, E, b, E_0):
    return out(strength=surface * density * (1 + (b - 1) * E) / (1 + (b - 1) * E_0))
