"""The steps from block to mood, and the rival theories: each a list of mechanisms, none of them switched off inside."""

from synaptrace.mechanisms.circuit import (
    activity_raises_adenosine,
    adenosine_leaves_a_tag,
    block_takes_its_share_of_the_signal,
    body_warms_the_tissue,
    charge_through_ampa_drives_cells,
    feedback_multiplies_interneuron_block,
    glutamate_occupies_receptors_outside_synapses,
    habenula_bursts_need_nmda,
    healthy_rates_set_the_scale,
    healthy_release_is_unrestrained,
    hydroxynorketamine_enters_the_brain,
    hydroxynorketamine_raises_release,
    interneurons_restrain_pyramidal_cells,
    ketamine_and_activity_raise_adenosine,
    membrane_route_quiets_tonic_receptors,
    nmda_drives_interneurons,
    opioid_receptors_have_a_tone,
    pyramidal_firing_sets_the_rates,
    released_glutamate_stays_outside,
    spikes_release_glutamate,
    stores_release_calcium_all_or_none,
    vesicles_are_recycled,
)
from synaptrace.mechanisms.plasticity import (
    ampa_receptors_reach_the_surface,
    induction_scales_ampa_receptors,
    new_proteins_are_made,
    new_spines_form,
    proteins_trkb_and_activity_induce_change,
    psd95_is_captured,
    receptors_spines_and_efficacy_make_strength,
    routes_add_up_to_induce_change,
    spines_persist_until_stress_removes_them,
    tag_proteins_and_trkb_induce_change,
    time_above_thresholds_sets_efficacy,
)
from synaptrace.mechanisms.signaling import (
    activity_brings_calcium,
    activity_releases_bdnf,
    akt_and_erk_activate_mtorc1,
    akt_restrains_gsk3,
    bath_and_tube_set_bdnf_and_calmodulin,
    bdnf_activates_trkb,
    bdnf_is_transcribed,
    calcineurin_dephosphorylates_glua1,
    calcium_activates_calcineurin,
    calcium_activates_camkii,
    calcium_at_rest_adds_up,
    creb_follows_erk_and_camkii,
    eef2_elongates_proteins,
    eef2k_phosphorylates_eef2,
    elongation_makes_bdnf,
    mtorc1_activates_s6k,
    mtorc1_frees_initiation,
    mtorc1_makes_bdnf,
    quiet_nmda_activates_eef2k,
    trkb_activates_akt,
    trkb_and_calcium_activate_erk,
    trkb_phosphorylates_mecp2,
)
from synaptrace.mechanisms.stress import (
    cortisol_drives_the_habenula,
    cortisol_weakens_glutamate_uptake,
    cortisol_weakens_inhibition,
    stress_raises_cortisol,
)
from synaptrace.mechanisms.symptoms import (
    block_builds_fast_plasticity,
    fast_plasticity_consolidates,
    habenula_alone_lifts_mood,
    ketamine_stops_responses,
    lift_lowers_severity,
    nmda_block_causes_dissociation,
    plasticity_lifts_mood,
    quiet_habenula_lifts_mood,
    synapses_and_habenula_lift_mood,
    synapses_lift_mood,
)
from synaptrace.mechanisms.synapse import (
    adenosine_restrains_release,
    glutamate_outside_brings_calcium_through_nmda,
    glutamate_outside_restrains_release,
    presynaptic_receptors_set_release_probability,
    release_brings_calcium_through_nmda,
    release_drives_charge_through_ampa,
    single_vesicles_bring_calcium_through_nmda,
    spikes_bring_calcium_through_l_channels,
    spikes_hold_calcium_above_thresholds,
)

PLAIN, TIMES = block_takes_its_share_of_the_signal.mechanism, feedback_multiplies_interneuron_block.mechanism
STRESS = (stress_raises_cortisol, cortisol_weakens_glutamate_uptake, cortisol_weakens_inhibition)
AVERAGES = (
    release_brings_calcium_through_nmda,
    single_vesicles_bring_calcium_through_nmda,
    glutamate_outside_brings_calcium_through_nmda,
    release_drives_charge_through_ampa,
    spikes_bring_calcium_through_l_channels,
    spikes_hold_calcium_above_thresholds,
)
CIRCUIT = (
    body_warms_the_tissue,
    healthy_rates_set_the_scale,
    nmda_drives_interneurons.mechanism.at(cell="sst"),
    nmda_drives_interneurons.mechanism.at(cell="pv"),
    interneurons_restrain_pyramidal_cells,
    pyramidal_firing_sets_the_rates,
    adenosine_restrains_release.mechanism.at(pool="pyramidal_evoked"),
    glutamate_outside_restrains_release.mechanism.at(pool="pyramidal_evoked"),
    presynaptic_receptors_set_release_probability.mechanism.at(pool="pyramidal_evoked"),
    vesicles_are_recycled,
    spikes_release_glutamate,
    released_glutamate_stays_outside,
    glutamate_occupies_receptors_outside_synapses,
    charge_through_ampa_drives_cells,
)
SIGNALING = (
    calcium_at_rest_adds_up,
    activity_brings_calcium,
    calcium_activates_calcineurin,
    calcineurin_dephosphorylates_glua1,
    calcium_activates_camkii,
    quiet_nmda_activates_eef2k,
    eef2k_phosphorylates_eef2,
    eef2_elongates_proteins,
    creb_follows_erk_and_camkii,
    trkb_phosphorylates_mecp2,
    bdnf_is_transcribed,
    activity_releases_bdnf,
    bdnf_activates_trkb,
    trkb_activates_akt,
    trkb_and_calcium_activate_erk,
    akt_restrains_gsk3,
    akt_and_erk_activate_mtorc1,
    mtorc1_activates_s6k,
    mtorc1_frees_initiation,
)
RIG = (
    bath_and_tube_set_bdnf_and_calmodulin,
    bdnf_activates_trkb,
    trkb_activates_akt,
    trkb_and_calcium_activate_erk,
    quiet_nmda_activates_eef2k,
    eef2k_phosphorylates_eef2,
)
PLASTICITY = (
    new_proteins_are_made,
    induction_scales_ampa_receptors,
    ampa_receptors_reach_the_surface,
    psd95_is_captured,
    new_spines_form,
    spines_persist_until_stress_removes_them,
    time_above_thresholds_sets_efficacy,
    receptors_spines_and_efficacy_make_strength,
)
OUTCOMES = (lift_lowers_severity, nmda_block_causes_dissociation, ketamine_stops_responses)
EMPIRICAL = (block_builds_fast_plasticity, fast_plasticity_consolidates, plasticity_lifts_mood)
COMMON = (*STRESS, *AVERAGES, *CIRCUIT, *SIGNALING, *PLASTICITY, *OUTCOMES)

# what a theory may say of its own: how block reaches signals, release, adenosine, the order of BDNF and mTORC1, induction, mood
PORE = {
    "resting": (PLAIN.at(pool="pyramidal_resting"),),
    "outside": (PLAIN.at(pool="extrasynaptic"),),
    "interneurons": (PLAIN.at(pool="sst_interneuron"), PLAIN.at(pool="pv_interneuron")),
    "release": (healthy_release_is_unrestrained,),
    "adenosine": (activity_raises_adenosine,),
    "order": (elongation_makes_bdnf,),
    "induction": (proteins_trkb_and_activity_induce_change,),
    "mood": (synapses_lift_mood,),
}
FEEDBACK = {"interneurons": (TIMES.at(pool="sst_interneuron"), TIMES.at(pool="pv_interneuron"))}
STORES = {"resting": (stores_release_calcium_all_or_none,)}
MEMBRANE = {"outside": (membrane_route_quiets_tonic_receptors,)}
HNK = {"release": (hydroxynorketamine_enters_the_brain, hydroxynorketamine_raises_release)}
SURGE = {
    "adenosine": (ketamine_and_activity_raise_adenosine, adenosine_leaves_a_tag),
    "induction": (tag_proteins_and_trkb_induce_change,),
}
HABENULA = (
    cortisol_drives_the_habenula,
    PLAIN.at(pool="habenula"),
    habenula_bursts_need_nmda,
    opioid_receptors_have_a_tone,
    quiet_habenula_lifts_mood,
)
ALL = FEEDBACK | STORES | MEMBRANE | HNK | SURGE
ALL |= {"induction": (routes_add_up_to_induce_change,), "mood": (*HABENULA, synapses_and_habenula_lift_mood)}
CHOICES = {
    "standard": ALL | {"mood": (*HABENULA, *EMPIRICAL)},
    "pore_only": {},
    "disinhibition": FEEDBACK,
    "resting_block": STORES,
    "extrasynaptic": MEMBRANE,
    "habenula": {"mood": (*HABENULA, habenula_alone_lifts_mood)},
    "hnk": HNK,
    "adenosine": SURGE,
    "combined": ALL,
    "mtorc1_before_bdnf": ALL | {"order": (mtorc1_makes_bdnf,)},
}


def steps(theory):
    """The mechanisms of a theory from block to relief of mood, in order. Raises KeyError for an unknown one."""
    return [*COMMON, *(part for parts in (PORE | CHOICES[theory]).values() for part in parts)]


def regional():
    """The steps of the combined theory that every region of the brain has for itself: signaling, synapses, no outcome."""
    return [*SIGNALING, *PLASTICITY, *ALL["induction"], *PORE["order"]]


def needs_habenula(theory):
    """Whether a theory needs the block of receptors in the habenula."""
    return any(part is habenula_bursts_need_nmda for part in steps(theory))
