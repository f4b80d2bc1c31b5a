"""Quantities of the synapse level. `{pool}` is one of the four pools of NMDA receptors."""

from synaptrace.vocabulary.shared import Shared

SYNAPSE = {
    "tissue.temperature": Shared("K", "temperature of the tissue", "input"),
    "tissue.magnesium": Shared("mmol/L", "Mg2+ outside cells", "input"),
    "tissue.calcium": Shared("mmol/L", "Ca2+ outside cells", "input"),
    "tissue.glycine": Shared("umol/L", "glycine outside cells", "input"),
    "tissue.D_serine": Shared("umol/L", "D-serine outside cells", "input"),
    "adenosine.extracellular": Shared("umol/L", "adenosine outside cells", "input"),
    "drug.A1_agonist": Shared("umol/L", "agonist CPA at A1 receptors", "input"),
    "drug.A1_antagonist": Shared("1", "share of A1 receptors that an antagonist holds", "input"),
    "drug.A2A_antagonist": Shared("1", "share of A2A receptors that an antagonist holds", "input"),
    "drug.mglu23_agonist": Shared("1", "share of free mGlu2/3 receptors that an agonist holds", "input"),
    "drug.mglu23_antagonist": Shared("1", "share of mGlu2/3 receptors that an antagonist holds", "input"),
    "drug.mglu5_agonist": Shared("mmol/L", "agonist at mGlu1/5 receptors, as glutamate", "input"),
    "drug.mglu5_antagonist": Shared("1", "share of mGlu1/5 receptors that an antagonist holds", "input"),
    "brain.memantine_free": Shared("umol/L", "unbound memantine in brain", "input"),
    "spikes.{pool}.spontaneous": Shared("1/s", "spontaneous releases at synapses of the {pool} pool", "input"),
    "spikes.{pool}.postsynaptic": Shared("1/s", "spikes of the cell behind synapses of the {pool} pool", "input"),
    "spikes.{pool}.presynaptic_delayed": Shared("1/s", "spikes arriving, as the calcium trace of {pool} sees them", "input"),
    "release.{pool}.unrestrained": Shared("1", "release probability without presynaptic receptors, {pool} pool", "input"),
    "release.{pool}.adenosine_factor": Shared("1", "share of release that adenosine leaves, {pool} pool", "synapse"),
    "release.{pool}.autoreceptor_factor": Shared("1", "share of release that autoreceptors leave, {pool} pool", "synapse"),
    "cycle.glutamine_made": Shared("mmol/g/s", "glutamine made from released glutamate, per mass of tissue", "synapse"),
    "cycle.glutamine_returned": Shared("mmol/g/s", "glutamine given back to neurons, per mass of tissue", "synapse"),
    "nmda.coagonist_bound": Shared("1", "share of NMDA receptors with co-agonist on both second sites", "synapse"),
    "kainate.{pool}.conducting": Shared("1", "share of kainate receptors of the {pool} pool that are open", "synapse"),
    "mglur.{pool}.IP3": Shared("umol/L", "IP3 made by mGlu1/5 receptors of the {pool} pool", "synapse"),
    "ampa.{pool}.strength": Shared("1", "AMPA receptors of the {pool} pool relative to before", "plasticity"),
    "current.{pool}.ampa": Shared("pA", "current through AMPA receptors of a spine, {pool} pool; inward is negative", "synapse"),
    "current.{pool}.nmda": Shared("pA", "current through NMDA receptors of a spine, {pool} pool; inward is negative", "synapse"),
    "current.{pool}.kainate": Shared("pA", "current through kainate receptors of a spine, {pool} pool", "synapse"),
    "current.{pool}.R_channels": Shared("pA", "calcium current through R channels of a spine, {pool} pool", "synapse"),
    "current.{pool}.L_channels": Shared("pA", "calcium current through L channels of a spine, {pool} pool", "synapse"),
    "calcium.{pool}.ampa": Shared("pA", "calcium current through AMPA receptors of a spine, {pool} pool", "synapse"),
    "calcium.{pool}.nmda": Shared("pA", "calcium current through NMDA receptors of a spine, {pool} pool", "synapse"),
    "sodium.{pool}.nmda": Shared("pA", "sodium current through NMDA receptors of a spine, {pool} pool", "synapse"),
    "potassium.{pool}.nmda": Shared("pA", "potassium current through NMDA receptors of a spine, {pool} pool", "synapse"),
    "dendrite.{pool}.spike_current": Shared("pA", "current that a back-propagating spike brings, {pool} pool", "synapse"),
    "dendrite.{pool}.injected_current": Shared("pA", "current injected into the dendrite, {pool} pool", "input"),
    "dendrite.{pool}.voltage": Shared("mV", "voltage of the dendrite behind the spine, {pool} pool", "synapse"),
    "spine.{pool}.calcium": Shared("umol/L", "free calcium in the spine, {pool} pool", "synapse"),
    "plasticity.{pool}.trace": Shared("1", "calcium of the plasticity rule, in its own units, {pool} pool", "plasticity"),
    "plasticity.{pool}.efficacy": Shared("1", "mean synaptic efficacy between weak 0 and strong 1, {pool} pool", "plasticity"),
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
    "nmda.{pool}.unplugged_relative": Shared(
        "1", "share of open receptors of the {pool} pool without Mg2+, relative to usual Mg2+", "synapse"
    ),
    "nmda.{pool}.blocked": Shared("1", "share of NMDA receptors of the {pool} pool that hold a blocker", "synapse"),
    "glutamate.{pool}.cleft": Shared("mmol/L", "glutamate at the receptors of the {pool} pool", "synapse"),
    "nmda.{pool}.trapped": Shared(
        "1", "share of NMDA receptors of the {pool} pool that hold a blocker, scheme of layers", "synapse"
    ),
    "nmda.{pool}.conducting": Shared("1", "share of NMDA receptors of the {pool} pool that are open and free", "synapse"),
    "rates.presynaptic": Shared("1/s", "mean rate of spikes that arrive at a synapse", "synapse"),
    "rates.postsynaptic": Shared("1/s", "mean rate of spikes of the cell behind it", "synapse"),
    "rates.spontaneous": Shared("1/s", "mean rate of vesicles that leave without a spike", "synapse"),
    "nmda.evoked_calcium": Shared("pA", "mean calcium current through NMDA receptors of a spine that fires, inward", "synapse"),
    "nmda.resting_calcium": Shared("pA", "mean calcium current through NMDA receptors of a silent spine, inward", "synapse"),
    "nmda.extrasynaptic_calcium": Shared(
        "pA", "mean calcium current through NMDA receptors outside synapses, as many as on a spine, inward", "synapse"
    ),
    "ampa.charge": Shared("pA", "charge per time through the AMPA receptors of a spine, inward", "synapse"),
    "channels.L_calcium": Shared("pA", "mean calcium current through the L channels of a spine, inward", "synapse"),
    "plasticity.time_above_depression": Shared(
        "1", "share of time that calcium is above the threshold of depression", "plasticity"
    ),
    "plasticity.time_above_potentiation": Shared(
        "1", "share of time that calcium is above the threshold of potentiation", "plasticity"
    ),
    "spine.calcium_of_the_past_hour": Shared("pA", "calcium current into a spine, averaged over the past hour", "synapse"),
}
