"""Fast models whose averages the slow model reads: one spine that fires and rests, and what lies beside it."""

from synaptrace.benches import BATH, BLOCKERS, POOL, SINGLE, at
from synaptrace.mechanisms.plasticity import (
    calcium_above_thresholds_moves_efficacy,
    efficacy_moves_ampa_receptors,
    spikes_raise_the_calcium_trace,
)
from synaptrace.mechanisms.synapse import (
    calcium_enters_and_leaves_the_spine,
    co_agonists_fill_a_second_site,
    currents_charge_the_spine,
    depolarization_opens_l_channels,
    depolarization_opens_r_channels,
    extrasynaptic_receptors_feel_glutamate_outside,
    glutamate_opens_ampa,
    glutamate_opens_kainate,
    ketamine_is_trapped_in_nmda,
    open_ampa_receptors_pass_current,
    open_kainate_receptors_pass_current,
    open_nmda_receptors_pass_a_fixed_share_of_calcium,
    single_vesicles_leave_without_spikes,
    spikes_release_vesicles,
    spikes_travel_back_to_the_spine,
    vesicles_fill_the_cleft,
)
from synaptrace.model import compose

OUTSIDE = "extrasynaptic"


def release_alone():
    """Short-term plasticity of release: the share of a pool, or the chance of one vesicle, that each spike releases."""
    inputs = [f"spikes.{POOL}.presynaptic", f"release.{POOL}.probability", "tissue.temperature"]
    return compose(*at(spikes_release_vesicles), inputs=inputs, name="release_alone")


def averaged_spine():
    """A spine of free voltage under single vesicles and back-propagating spikes; glutamate outside is given."""
    parts = (
        single_vesicles_leave_without_spikes,
        vesicles_fill_the_cleft,
        glutamate_opens_ampa,
        glutamate_opens_kainate,
        ketamine_is_trapped_in_nmda,
        open_ampa_receptors_pass_current,
        open_kainate_receptors_pass_current,
        open_nmda_receptors_pass_a_fixed_share_of_calcium,
        depolarization_opens_r_channels,
        depolarization_opens_l_channels,
        calcium_enters_and_leaves_the_spine,
        currents_charge_the_spine,
        spikes_travel_back_to_the_spine,
    )
    drives = [f"spikes.{POOL}.spontaneous", f"spikes.{POOL}.postsynaptic", "glutamate.outside", f"ampa.{POOL}.strength"]
    inputs = [*drives, f"dendrite.{POOL}.injected_current", *BATH, *BLOCKERS]
    return compose(*at(*parts), co_agonists_fill_a_second_site, inputs=inputs, name="averaged_spine")


def averaged_rest():
    """NMDA receptors of a silent spine under single vesicles and glutamate outside, at a given voltage."""
    parts = (
        single_vesicles_leave_without_spikes,
        vesicles_fill_the_cleft,
        ketamine_is_trapped_in_nmda,
        open_nmda_receptors_pass_a_fixed_share_of_calcium,
    )
    inputs = [f"spikes.{SINGLE}.spontaneous", f"nmda.{SINGLE}.voltage", "glutamate.outside", *BATH, *BLOCKERS]
    return compose(*at(*parts, pool=SINGLE), co_agonists_fill_a_second_site, inputs=inputs, name="averaged_rest")


def averaged_outside():
    """NMDA receptors outside synapses under glutamate outside, on a patch of membrane that back-propagating spikes charge."""
    parts = (
        ketamine_is_trapped_in_nmda,
        open_nmda_receptors_pass_a_fixed_share_of_calcium,
        currents_charge_the_spine,
        spikes_travel_back_to_the_spine,
    )
    absent = [f"current.{OUTSIDE}.{q}" for q in ("ampa", "kainate", "R_channels", "L_channels")]
    drives = [f"spikes.{OUTSIDE}.postsynaptic", "glutamate.outside", f"dendrite.{OUTSIDE}.injected_current"]
    joined = (extrasynaptic_receptors_feel_glutamate_outside, co_agonists_fill_a_second_site)
    inputs = [*drives, *absent, *BATH, *BLOCKERS]
    return compose(*at(*parts, pool=OUTSIDE), *joined, inputs=inputs, name="averaged_outside")


def averaged_trace():
    """The calcium trace of the plasticity rule and the time it spends above both thresholds."""
    drives = [f"spikes.{POOL}.{q}" for q in ("presynaptic_delayed", "postsynaptic")] + [f"release.{POOL}.probability"]
    inputs = [*drives, f"nmda.{POOL}.blocked", "tissue.temperature"]
    parts = (spikes_raise_the_calcium_trace, calcium_above_thresholds_moves_efficacy, efficacy_moves_ampa_receptors)
    return compose(*at(*parts), inputs=inputs, name="averaged_trace")


AVERAGED = {build.__name__: build for build in (release_alone, averaged_spine, averaged_rest, averaged_outside, averaged_trace)}
