"""Open AMPA receptors pass current.

Sodium and potassium, and so little calcium where the receptor holds GluA2 that its fixed share is half a percent. Plasticity
scales how many receptors there are.
"""

from synaptrace.core import Mechanism, Param, out

mechanism = Mechanism(
    reads={"opened": "ampa.{pool}.conducting", "V": "nmda.{pool}.voltage", "strength": "ampa.{pool}.strength"},
    writes={"current": "current.{pool}.ampa", "calcium": "calcium.{pool}.ampa"},
    params={
        "receptors": Param(120, "1", "AMPA receptors of a spine", source="synapse_dossier:section-6:C8_AMPAR", range=(8, 200)),
        "each": Param("10 pS", "nS", "conductance of an open receptor", source="synapse_dossier:section-2-1:conductance",
                      range=("5 pS", "30 pS")),
        "E_rev": Param(0, "mV", "reversal potential", source="synapse_dossier:section-2-10:reversal_Destexhe", range=(-5, 5)),
        "share": Param(0.005, "1", "share of the current that calcium carries", source="synapse_dossier:section-2-10:GluA1A2_Pf",
                       range=(0, 0.05)),
    },
    signs={"E_rev": "-current -calcium"},
)  # fmt: skip


@mechanism.equations
def equations(opened, V, strength, receptors, each, E_rev, share):
    current = receptors * each * strength * opened * (V - E_rev)
    return out(current=current, calcium=share * current)
