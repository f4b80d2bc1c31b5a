"""Quantities of the synapse level. `{pool}` is one of the four pools of NMDA receptors."""

from synaptrace.vocabulary.shared import Shared

SYNAPSE = {
    "tissue.temperature": Shared("K", "temperature of the tissue", "input"),
    "tissue.magnesium": Shared("mmol/L", "Mg2+ outside cells", "input"),
    "spikes.{pool}.presynaptic": Shared("1/s", "spikes arriving at synapses of the {pool} pool", "input"),
    "release.{pool}.probability": Shared("1", "share of the ready vesicles that a spike releases, {pool} pool", "synapse"),
    "release.{pool}.rate": Shared("1/s", "release of vesicles, in full pools, at synapses of the {pool} pool", "synapse"),
    "glutamate.outside": Shared("mmol/L", "glutamate outside synapses", "synapse"),
    "glutamate.spilled": Shared("mmol/L/s", "glutamate spilling out of clefts, per volume of tissue", "synapse"),
    "ampa.{pool}.conducting": Shared("1", "share of AMPA receptors of the {pool} pool that are open", "synapse"),
    "nmda.{pool}.plugged": Shared("1", "share of NMDA receptors of the {pool} pool that hold Mg2+", "synapse"),
    "nmda.{pool}.open_fraction": Shared(
        "1", "share of time that NMDA receptors of the {pool} pool are open, by gating", "synapse"
    ),
    "nmda.{pool}.open_time": Shared("s", "time that a receptor of the {pool} pool is open per activation, on average", "synapse"),
    "nmda.{pool}.opening_chance": Shared("1", "chance that an activated receptor of the {pool} pool opens at all", "synapse"),
    "nmda.{pool}.voltage": Shared("mV", "membrane voltage while receptors of the {pool} pool are open", "synapse"),
    "nmda.{pool}.unplugged": Shared("1", "share of open receptors of the {pool} pool without Mg2+", "synapse"),
    "nmda.{pool}.blocked": Shared("1", "share of NMDA receptors of the {pool} pool that hold a blocker", "synapse"),
    "glutamate.{pool}.cleft": Shared("mmol/L", "glutamate at the receptors of the {pool} pool", "synapse"),
    "nmda.{pool}.trapped": Shared(
        "1", "share of NMDA receptors of the {pool} pool that hold a blocker, scheme of layers", "synapse"
    ),
    "nmda.{pool}.conducting": Shared("1", "share of NMDA receptors of the {pool} pool that are open and free", "synapse"),
}
