"""Glutamate occupies receptors outside synapses.

The share of receptors outside synapses that hold at least one glutamate. A trapped blocker does not chase glutamate away, so
block changes it only through the glutamate outside.
"""

from synaptrace.core import Mechanism, Param, out

mechanism = Mechanism(
    reads={"outside": "glutamate.outside"},
    writes={"bound": "nmda.glutamate_bound"},
    params={
        "binding": Param("5 L/mmol/ms", "L/mmol/s", "binding of glutamate per free site",
                         source="synapse_dossier:section-2-6:glutamate_binding", range=("1 L/mmol/ms", "20 L/mmol/ms")),
        "unbinding": Param("5.5e-3 1/ms", "1/s", "unbinding of glutamate per bound site",
                           source="synapse_dossier:section-2-6:glutamate_unbinding", range=("1e-3 1/ms", "0.1 1/ms")),
    },
    signs={"outside": "+bound"},
)  # fmt: skip


@mechanism.equations
def equations(outside, binding, unbinding):
    free = 1 / (1 + binding * outside / unbinding)
    return out(bound=1 - free**2)
