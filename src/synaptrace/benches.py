"""Models of the bench: one step, one receptor or one synapse, its surroundings held, stepped or driven."""

from synaptrace.mechanisms.plasticity import (
    calcium_above_thresholds_moves_efficacy,
    efficacy_moves_ampa_receptors,
    spikes_raise_the_calcium_trace,
)
from synaptrace.mechanisms.synapse import (
    adenosine_restrains_release,
    astrocytes_return_glutamate_as_glutamine,
    calcium_enters_and_leaves_the_spine,
    co_agonists_fill_a_second_site,
    currents_charge_the_spine,
    depolarization_opens_l_channels,
    depolarization_opens_r_channels,
    extrasynaptic_receptors_feel_glutamate_outside,
    glutamate_makes_ip3,
    glutamate_opens_ampa,
    glutamate_opens_kainate,
    glutamate_opens_nmda,
    glutamate_outside_restrains_release,
    glutamate_spills_out_of_the_cleft,
    ketamine_blocks_nmda,
    ketamine_is_trapped_in_nmda,
    magnesium_blocks_nmda,
    memantine_is_trapped_in_nmda,
    open_ampa_receptors_pass_current,
    open_kainate_receptors_pass_current,
    open_nmda_receptors_pass_a_fixed_share_of_calcium,
    open_nmda_receptors_pass_each_ion,
    presynaptic_receptors_set_release_probability,
    single_vesicles_leave_without_spikes,
    spikes_release_vesicles,
    spikes_travel_back_to_the_spine,
    transporters_take_up_glutamate,
    vesicles_dock_from_a_reserve,
    vesicles_fill_the_cleft,
)
from synaptrace.model import compose

POOL, SINGLE = "pyramidal_evoked", "pyramidal_resting"
BLOCKERS = tuple(f"brain.{e}_{drug}_free" for drug in ("ketamine", "norketamine") for e in ("S", "R"))
NMDA = ("tissue.magnesium", "tissue.temperature", "nmda.coagonist_bound")
BOUTON = ("adenosine.extracellular", "drug.A1_agonist", "drug.A1_antagonist", "drug.A2A_antagonist", "drug.mglu23_agonist",
          "drug.mglu23_antagonist", f"release.{POOL}.unrestrained", f"spikes.{POOL}.presynaptic")  # fmt: skip
BATH = ("tissue.magnesium", "tissue.calcium", "tissue.temperature", "tissue.glycine", "tissue.D_serine")


def at(*parts, pool=POOL):
    """Mechanisms at one pool of synapses."""
    return [part.mechanism.at(pool=pool) for part in parts]


def block_alone():
    """The block of one pool of NMDA receptors under given concentrations, voltage and opening."""
    pool = "pyramidal_resting"
    return compose(
        magnesium_blocks_nmda.mechanism.at(pool=pool),
        ketamine_blocks_nmda.mechanism.at(pool=pool),
        inputs=[*BLOCKERS, *(f"nmda.{pool}.{q}" for q in ("open_fraction", "voltage", "open_time", "opening_chance"))],
        name="block_alone",
    )


def trapping_alone():
    """Its slow twin: the trapping scheme of six layers of five states, under given concentrations, voltage and glutamate."""
    pool = "pyramidal_resting"
    return compose(
        ketamine_is_trapped_in_nmda.mechanism.at(pool=pool),
        inputs=[*BLOCKERS, f"glutamate.{pool}.cleft", f"nmda.{pool}.voltage", *NMDA],
        name="trapping_alone",
    )


def ampa_alone():
    """AMPA receptors under given glutamate."""
    pool = "pyramidal_evoked"
    inputs = [f"glutamate.{pool}.cleft", "tissue.temperature"]
    return compose(glutamate_opens_ampa.mechanism.at(pool=pool), inputs=inputs, name="ampa_alone")


def nmda_alone():
    """NMDA receptors under given glutamate, voltage and Mg2+."""
    pool = "pyramidal_evoked"
    inputs = [f"glutamate.{pool}.cleft", f"nmda.{pool}.voltage", "tissue.magnesium", "tissue.temperature"]
    return compose(glutamate_opens_nmda.mechanism.at(pool=pool), inputs=inputs, name="nmda_alone")


def synapse_alone():
    """One glutamatergic synapse from spike to open receptors: release, cleft, uptake, AMPA and NMDA, at a given voltage."""
    pool = "pyramidal_evoked"
    at_synapse = (
        spikes_release_vesicles,
        vesicles_fill_the_cleft,
        glutamate_spills_out_of_the_cleft,
        glutamate_opens_ampa,
        glutamate_opens_nmda,
    )
    drives = (f"spikes.{pool}.presynaptic", f"release.{pool}.probability", f"nmda.{pool}.voltage")
    return compose(
        *(part.mechanism.at(pool=pool) for part in at_synapse),
        glutamate_opens_nmda.mechanism.at(pool="extrasynaptic"),
        extrasynaptic_receptors_feel_glutamate_outside,
        transporters_take_up_glutamate,
        inputs=[*drives, "nmda.extrasynaptic.voltage", "tissue.magnesium", "tissue.temperature"],
        name="synapse_alone",
    )


def kainate_alone():
    """Kainate receptors under given glutamate."""
    inputs = [f"glutamate.{POOL}.cleft", "tissue.temperature"]
    return compose(*at(glutamate_opens_kainate), inputs=inputs, name="kainate_alone")


def memantine_alone():
    """NMDA receptors that memantine blocks, under given glutamate, voltage and Mg2+."""
    inputs = ["brain.memantine_free", f"glutamate.{POOL}.cleft", f"nmda.{POOL}.voltage", *NMDA]
    return compose(*at(memantine_is_trapped_in_nmda), inputs=inputs, name="memantine_alone")


def two_blockers():
    """Two pools of NMDA receptors under given glutamate, one with ketamine and one with memantine."""
    inputs = ["brain.memantine_free", *BLOCKERS, *NMDA]
    inputs += [q.format(pool) for pool in (POOL, SINGLE) for q in ("glutamate.{}.cleft", "nmda.{}.voltage")]
    parts = [*at(memantine_is_trapped_in_nmda), *at(ketamine_is_trapped_in_nmda, pool=SINGLE)]
    return compose(*parts, inputs=inputs, name="two_blockers")


def two_keys():
    """NMDA receptors between glutamate, voltage, Mg2+, co-agonist and ketamine, and the three ions that pass them."""
    parts = at(ketamine_is_trapped_in_nmda, open_nmda_receptors_pass_each_ion)
    inputs = [*BATH, *BLOCKERS, f"glutamate.{POOL}.cleft", f"nmda.{POOL}.voltage"]
    return compose(*parts, co_agonists_fill_a_second_site, inputs=inputs, name="two_keys")


RELEASE = (
    adenosine_restrains_release,
    glutamate_outside_restrains_release,
    presynaptic_receptors_set_release_probability,
)


def bouton():
    """Release under the control of adenosine and of glutamate outside, AMPA and mGlu1/5 receptors, uptake and the cycle."""
    parts = (
        *RELEASE,
        spikes_release_vesicles,
        vesicles_fill_the_cleft,
        glutamate_spills_out_of_the_cleft,
        glutamate_opens_ampa,
        glutamate_makes_ip3,
        astrocytes_return_glutamate_as_glutamine,
    )
    drugs = ("drug.mglu5_agonist", "drug.mglu5_antagonist", "tissue.temperature")
    return compose(*at(*parts), transporters_take_up_glutamate, inputs=[*BOUTON, *drugs], name="bouton")


def vesicle_pools():
    """Release from docked vesicles that a reserve refills, under a given probability."""
    inputs = [f"spikes.{POOL}.presynaptic", f"release.{POOL}.probability", "glutamate.outside", "tissue.temperature"]
    return compose(*at(vesicles_dock_from_a_reserve, vesicles_fill_the_cleft), inputs=inputs, name="vesicle_pools")


def two_pools():
    """Spontaneous and evoked release onto two pools of NMDA receptors of their own, with ketamine and Mg2+."""
    evoked = at(spikes_release_vesicles, vesicles_fill_the_cleft, ketamine_is_trapped_in_nmda)
    single = at(single_vesicles_leave_without_spikes, vesicles_fill_the_cleft, ketamine_is_trapped_in_nmda, pool=SINGLE)
    drives = [f"spikes.{POOL}.presynaptic", f"release.{POOL}.probability", f"spikes.{SINGLE}.spontaneous", "glutamate.outside"]
    voltages = [f"nmda.{POOL}.voltage", f"nmda.{SINGLE}.voltage"]
    return compose(*evoked, *single, inputs=[*drives, *voltages, *BLOCKERS, *NMDA], name="two_pools")


SPINE = (
    *RELEASE,
    spikes_release_vesicles,
    vesicles_fill_the_cleft,
    glutamate_spills_out_of_the_cleft,
    glutamate_opens_ampa,
    glutamate_opens_kainate,
    ketamine_is_trapped_in_nmda,
    open_ampa_receptors_pass_current,
    open_kainate_receptors_pass_current,
    open_nmda_receptors_pass_a_fixed_share_of_calcium,
    depolarization_opens_r_channels,
    depolarization_opens_l_channels,
    calcium_enters_and_leaves_the_spine,
)


def clamped_spine():
    """One spine from spike to calcium, its voltage held: release, three families of receptors, channels, calcium."""
    inputs = [*BOUTON, *BATH, *BLOCKERS, f"ampa.{POOL}.strength", f"nmda.{POOL}.voltage"]
    return compose(
        *at(*SPINE), co_agonists_fill_a_second_site, transporters_take_up_glutamate, inputs=inputs, name="clamped_spine"
    )


def receptors_alone():
    """Three families of receptors of a spine, their currents and its calcium, under given glutamate and voltage."""
    inputs = [*BATH, *BLOCKERS, f"glutamate.{POOL}.cleft", f"ampa.{POOL}.strength", f"nmda.{POOL}.voltage"]
    parts = SPINE[len(RELEASE) + 3 :]
    return compose(*at(*parts), co_agonists_fill_a_second_site, inputs=inputs, name="receptors_alone")


def spine():
    """One spine on its dendrite from spike to calcium, with back-propagating spikes; its voltage is free."""
    parts = (*SPINE, glutamate_makes_ip3, currents_charge_the_spine, spikes_travel_back_to_the_spine)
    drives = [f"spikes.{POOL}.postsynaptic", f"dendrite.{POOL}.injected_current", "drug.mglu5_agonist", "drug.mglu5_antagonist"]
    inputs = [*BOUTON, *BATH, *BLOCKERS, *drives, f"ampa.{POOL}.strength"]
    return compose(*at(*parts), co_agonists_fill_a_second_site, transporters_take_up_glutamate, inputs=inputs, name="spine")


def plasticity_alone():
    """Efficacy under spikes before and after the synapse (Graupner and Brunel 2012), with NMDA receptors in part blocked."""
    parts = (spikes_raise_the_calcium_trace, calcium_above_thresholds_moves_efficacy, efficacy_moves_ampa_receptors)
    drives = (f"spikes.{POOL}.presynaptic_delayed", f"spikes.{POOL}.postsynaptic", f"release.{POOL}.probability")
    inputs = [*drives, f"nmda.{POOL}.blocked", "tissue.temperature"]
    return compose(*at(*parts), inputs=inputs, name="plasticity_alone")


def two_pathways():
    """Two pathways onto one cell, each with efficacy of its own (Graupner and Brunel 2012)."""
    parts = (spikes_raise_the_calcium_trace, calcium_above_thresholds_moves_efficacy, efficacy_moves_ampa_receptors)
    drives = ("spikes.{}.presynaptic_delayed", "spikes.{}.postsynaptic", "release.{}.probability", "nmda.{}.blocked")
    inputs = [*(q.format(pool) for pool in (POOL, SINGLE) for q in drives), "tissue.temperature"]
    return compose(*at(*parts), *at(*parts, pool=SINGLE), inputs=inputs, name="two_pathways")


BENCHES = {
    build.__name__: build
    for build in (
        block_alone,
        trapping_alone,
        ampa_alone,
        nmda_alone,
        kainate_alone,
        memantine_alone,
        two_blockers,
        two_keys,
        synapse_alone,
        bouton,
        vesicle_pools,
        two_pools,
        clamped_spine,
        receptors_alone,
        spine,
        plasticity_alone,
        two_pathways,
    )
}
