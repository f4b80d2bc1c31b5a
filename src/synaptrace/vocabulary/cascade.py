"""Quantities from the circuit to symptoms. Relative ones are 1 in a healthy person at rest, unless said otherwise."""

from synaptrace.vocabulary.shared import Shared


def relative(meaning, level):
    return Shared("1", f"{meaning}, relative to healthy rest", level)


HEALTHY = {
    "healthy.rate": Shared("1/s", "healthy mean rate of spikes on both sides of a synapse", "circuit"),
    "healthy.spontaneous": Shared("1/s", "healthy mean rate of vesicles that leave without a spike", "circuit"),
    "healthy.glutamate": Shared("mmol/L", "healthy glutamate outside synapses", "circuit"),
    "healthy.evoked_calcium": Shared("pA", "healthy calcium current through NMDA receptors of a spine that fires", "circuit"),
    "healthy.resting_calcium": Shared("pA", "healthy calcium current through NMDA receptors of a silent spine", "circuit"),
    "healthy.extrasynaptic_calcium": Shared("pA", "healthy calcium current through NMDA receptors outside synapses", "circuit"),
    "healthy.ampa_charge": Shared("pA", "healthy charge per time through the AMPA receptors of a spine", "circuit"),
    "healthy.L_calcium": Shared("pA", "healthy calcium current through the L channels of a spine", "circuit"),
}
STRESS = {
    "stress.cortisol": relative("cortisol", "stress"),
    "glutamate.uptake": relative("glutamate uptake", "stress"),
    "circuit.gaba": relative("strength of GABA synapses", "stress"),
    "habenula.drive": relative("drive of the lateral habenula", "stress"),
}
CIRCUIT = {
    "nmda.{pool}.signal": Shared("1", "share of the NMDA signal of the {pool} pool that the drug leaves", "circuit"),
    "circuit.sst_rate": relative("firing of SST interneurons", "circuit"),
    "circuit.pv_rate": relative("firing of PV interneurons", "circuit"),
    "circuit.pyramidal_rate": relative("firing of pyramidal cells", "circuit"),
    "habenula.bursts": relative("bursts of the lateral habenula", "circuit"),
    "vesicles.ready": relative("vesicles ready for release", "circuit"),
    "brain.hydroxynorketamine_free": Shared(
        "umol/L", "unbound (2R,6R)-hydroxynorketamine in the brain", "exposure", "hydroxynorketamine", "unbound"
    ),
    "release.healthy_probability": Shared("1", "healthy release probability", "circuit"),
    "ampa.drive": relative("charge through AMPA receptors", "circuit"),
    "opioid.tone": relative("tone at opioid receptors", "circuit"),
    "glutamate.evoked": relative("glutamate released by spikes", "circuit"),
    "glutamate.extracellular": Shared("nmol/L", "glutamate outside synapses", "circuit"),
    "nmda.glutamate_bound": Shared("1", "share of NMDA receptors outside synapses that hold glutamate", "circuit"),
    "adenosine.tag": Shared("1", "eligibility that a surge of adenosine leaves, 0 at rest", "circuit"),
}
SIGNALING = {
    "bath.BDNF": Shared("nmol/L", "BDNF in the bath of the rig", "input"),
    "tube.calmodulin": Shared("nmol/L", "calmodulin with calcium in the tube of the rig", "input"),
    "calcium.resting": relative("NMDA calcium signal at rest", "signaling"),
    "calcium.tonic": relative("NMDA calcium signal outside synapses", "signaling"),
    "calcium.activity": relative("calcium signal of activity", "signaling"),
    "calcineurin.active": relative("active calcineurin", "signaling"),
    "camkii.active": relative("active CaMKII", "signaling"),
    "glua1.phosphorylated": relative("phosphorylated GluA1", "signaling"),
    "eef2k.active": relative("active eEF2 kinase", "signaling"),
    "eef2.phosphorylated": Shared("1", "phosphorylated share of eEF2", "signaling"),
    "translation.elongation": Shared("1", "elongation of proteins, relative to its own past days", "signaling"),
    "translation.initiation": relative("initiation of proteins by eIF4E", "signaling"),
    "bdnf.mrna": relative("BDNF messenger in dendrites", "signaling"),
    "bdnf.pool": relative("BDNF in cells", "signaling"),
    "bdnf.release_share": relative("share of the BDNF in cells that is released per time", "signaling"),
    "bdnf.released": relative("BDNF outside cells", "signaling"),
    "trkb.active": relative("active TrkB", "signaling"),
    "akt.active": relative("active Akt", "signaling"),
    "erk.active": relative("active ERK", "signaling"),
    "gsk3.active": relative("active GSK3", "signaling"),
    "mtorc1.active": relative("active mTORC1", "signaling"),
    "s6k.active": relative("active S6 kinase", "signaling"),
    "creb.active": relative("active CREB", "signaling"),
    "mecp2.phosphorylated": relative("phosphorylated MeCP2", "signaling"),
    "proteins.new": relative("plasticity-related proteins", "signaling"),
    "proteins.reserve": relative("reserve of synaptic proteins", "signaling"),
}
PLASTICITY = {
    "synapse.induction": Shared("1", "drive that changes synapses for days, above that of healthy rest", "plasticity"),
    "synapse.efficacy": Shared("1", "mean efficacy between weak 0 and strong 1, by calcium thresholds", "plasticity"),
    "synapse.scaling": relative("scaling of AMPA receptors (as in hippocampus)", "plasticity"),
    "ampa.surface": relative("AMPA receptors at the surface (as in hippocampus)", "plasticity"),
    "psd95.amount": relative("PSD-95 in synapses", "plasticity"),
    "spines.transient": Shared("1", "transient spines per healthy density (as in prefrontal cortex)", "plasticity"),
    "spines.density": relative("spine density (as in prefrontal cortex)", "plasticity"),
    "synapse.strength": relative("strength of excitatory synapses", "plasticity"),
}
SYMPTOMS = {
    "mood.fast": Shared("1", "fast plasticity state behind mood, 0 without drug", "symptoms"),
    "mood.slow": Shared("1", "slow consolidation behind mood, 0 without drug", "symptoms"),
    "mood.lift": Shared("1", "relief of mood by the drug, on the logit scale of severity", "symptoms"),
    "mood.habenula_limb": Shared("1", "part of the relief that comes from the lateral habenula, 0 at rest", "symptoms"),
    "outcome.madrs": Shared("points", "depressive severity, MADRS 0 to 60", "symptoms"),
    "outcome.dissociation": Shared("points", "dissociation, CADSS", "symptoms"),
    "outcome.unresponsive": Shared("1", "chance of not responding to voice", "symptoms"),
}
CASCADE = {**HEALTHY, **STRESS, **CIRCUIT, **SIGNALING, **PLASTICITY, **SYMPTOMS}
