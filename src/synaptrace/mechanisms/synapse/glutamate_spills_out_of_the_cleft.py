"""Glutamate spills out of the cleft.

What a release leaves behind ends outside. How much that adds per volume of tissue depends on how many synapses there are
and what share of them releases together: one in ten here, which is an assumption.
"""

from synaptrace.core import Mechanism, Param, out

mechanism = Mechanism(
    reads={"release": "release.{pool}.rate"},
    writes={"spilled": "glutamate.spilled"},
    params={
        "molecules": Param(1190, "1", "glutamate in a cleft at its peak", kind="derived", range=(500, 5000),
                           source="synapse_dossier:section-1:cleft_molecules"),
        "synapses": Param("1e9 1/mm**3", "1/L", "synapses per volume of tissue", kind="assumed",
                          range=("2e8 1/mm**3", "2e9 1/mm**3"), why="from memory; no source was read"),
        "together": Param(0.1, "1", "share of synapses that release together", kind="assumed", range=(0, 1),
                          why="depends on the experiment: 0 for one fiber, near 1 for a strong shock"),
        "avogadro": Param("6.02214076e23 1/mol", "1/mmol", "Avogadro constant", source="si:prefixes:avogadro",
                          range=("6e23 1/mol", "6.1e23 1/mol")),
    },
    signs={"release": "+spilled", "synapses": "+spilled", "together": "+spilled"},
)  # fmt: skip


@mechanism.equations
def equations(release, molecules, synapses, together, avogadro):
    return out(spilled=molecules * synapses * together * release / avogadro)
