"""Named models: each a list of mechanisms, at most with a named set of numbers, and nothing else."""

import sys
from dataclasses import replace
from types import ModuleType

from synaptrace.averaged import AVERAGED
from synaptrace.benches import BENCHES
from synaptrace.errors import UnknownName, nearest
from synaptrace.mechanisms.pharmacokinetics import (
    blood_exchanges_with_the_brain,
    blood_flows_through_the_liver,
    body_weight_scales_volumes_and_flows,
    both_enantiomers_make_free_brain_ketamine,
    both_enantiomers_make_ketamine,
    esketamine_distributes_from_venous_blood,
    genes_change_the_liver_enzymes,
    gut_absorbs_ketamine,
    gut_wall_and_liver_extract_ketamine,
    ketamine_distributes,
    ketamine_enters_the_brain,
    ketamine_is_infused_into_a_vein,
    ketamine_reaches_arterial_blood,
    liver_clears_ketamine,
    liver_makes_norketamine,
    mouth_absorbs_ketamine,
    muscle_releases_ketamine,
    norketamine_becomes_dehydronorketamine,
    norketamine_becomes_hydroxynorketamine,
    norketamine_distributes,
    norketamine_distributes_from_venous_blood,
    norketamine_enters_the_brain,
    nose_absorbs_ketamine,
    other_drugs_change_the_enzymes,
    skin_releases_ketamine,
    venous_blood_follows_arterial_blood,
)
from synaptrace.mechanisms.synapse import (
    ambient_glutamate_opens_nmda,
    calcium_of_the_past_hour_adds_up,
    ketamine_blocks_nmda,
    magnesium_blocks_nmda,
    steady_rates_stand_in_for_the_circuit,
    synaptic_events_open_nmda,
)
from synaptrace.model import compose
from synaptrace.overlays import apply_overlay
from synaptrace.theories import (
    AVERAGES,
    CHOICES,
    EMPIRICAL,
    OUTCOMES,
    RIG,
    needs_habenula,
    regional,
    steps,
    stress_raises_cortisol,
)
from synaptrace.vocabulary import REGIONS, VOCABULARY

BODY = (
    body_weight_scales_volumes_and_flows,
    other_drugs_change_the_enzymes,
    genes_change_the_liver_enzymes,
    blood_flows_through_the_liver,
    blood_exchanges_with_the_brain,
)
EACH_ENANTIOMER = (
    ketamine_is_infused_into_a_vein,
    muscle_releases_ketamine,
    skin_releases_ketamine,
    nose_absorbs_ketamine,
    mouth_absorbs_ketamine,
    gut_absorbs_ketamine,
    liver_clears_ketamine,
    gut_wall_and_liver_extract_ketamine,
    ketamine_reaches_arterial_blood,
    ketamine_distributes,
    liver_makes_norketamine,
    norketamine_distributes,
    norketamine_becomes_dehydronorketamine,
    norketamine_becomes_hydroxynorketamine,
    ketamine_enters_the_brain,
    norketamine_enters_the_brain,
)
BOTH = (
    both_enantiomers_make_ketamine,
    both_enantiomers_make_free_brain_ketamine,
    venous_blood_follows_arterial_blood,
)
PATIENT = tuple(q for q in VOCABULARY if q.startswith("patient."))
DRUGS = tuple(f"drug.{d}" for d in ("A1_agonist", "A1_antagonist", "A2A_antagonist", "mglu23_agonist", "mglu23_antagonist"))
DOSES = tuple(q.format(enantiomer=e) for e in ("S", "R") for q in VOCABULARY if q.startswith("dose."))


POOLS = {
    "pyramidal_resting": synaptic_events_open_nmda,
    "pyramidal_evoked": synaptic_events_open_nmda,
    "extrasynaptic": ambient_glutamate_opens_nmda,
    "sst_interneuron": synaptic_events_open_nmda,
    "pv_interneuron": synaptic_events_open_nmda,
}


def _exposure_and_block(*more):
    """From every route to the block of five pools of NMDA receptors, and of more pools with synapses."""
    both = [part.mechanism.at(enantiomer=e) for e in ("S", "R") for part in EACH_ENANTIOMER]
    pools = [
        part.mechanism.at(pool=pool)
        for pool, opens in (*POOLS.items(), *((pool, synaptic_events_open_nmda) for pool in more))
        for part in (opens, magnesium_blocks_nmda, ketamine_blocks_nmda)
    ]
    return [*BODY, *both, *BOTH, *pools]


def exposure():
    """Every route, plasma, metabolites, brain, and block of five pools of NMDA receptors."""
    return compose(*_exposure_and_block(), inputs=[*PATIENT, *DOSES], name="exposure")


def empirical():
    """From block to mood at the level of outcomes: two states of plasticity, no molecules; what every theory has to beat."""
    return compose(
        *_exposure_and_block(), stress_raises_cortisol, *EMPIRICAL, *OUTCOMES, inputs=[*PATIENT, *DOSES], name="empirical"
    )


def _theory(name, what):
    """A function that builds the model of a theory, with its title as the docstring."""

    def build():
        parts = _exposure_and_block(*(["habenula"] if needs_habenula(name) else []))
        model = compose(*parts, *steps(name), inputs=[*PATIENT, *DOSES, *DRUGS, "species.rodent"], name=name)
        fit = FITTED.get(name)
        return replace(apply_overlay(model, f"fit:{fit}", shared=fit != name), overlays=()) if fit else model

    build.__doc__ = what
    return build


# whose fitted numbers a theory has: its own, or those that it shares with the combined one
FITTED = {name: "combined" if name == "standard" else name for name in CHOICES}
TITLES = {
    "standard": "From every route to mood: the combined chain for molecules and synapses, the empirical curve for mood.",
    "pore_only": "Theory: nothing but the share of receptors that pore block takes; expected to fail, and shown.",
    "disinhibition": "Theory: interneurons lose more than their block, and pyramidal cells are set free.",
    "resting_block": "Theory: block at rest makes all-or-none calcium events rarer, eEF2 kinase falls silent, BDNF is made.",
    "extrasynaptic": "Theory: a membrane route quiets receptors outside synapses and frees mTORC1.",
    "habenula": "Theory: block ends bursts of the lateral habenula.",
    "hnk": "Theory: hydroxynorketamine raises release without NMDA receptors.",
    "adenosine": "Theory: a surge of adenosine leaves a tag that permits change.",
    "combined": "Theory: all of these together; release and translation have to meet.",
    "mtorc1_before_bdnf": "The combined theory with the other order of steps: mTORC1 makes BDNF.",
}
THEORIES = {name: _theory(name, TITLES[name]) for name in CHOICES if name != "standard"}
standard = _theory("standard", TITLES["standard"])


def regions():
    """The combined theory, its signaling and synapses also in five regions of the brain, each with its own answer to stress."""
    whole = THEORIES["combined"]()
    own = {q for part in regional() for q in part.mechanism.writes.values()}
    places = [part.mechanism.within(region, own) for region in REGIONS for part in regional()]
    model = compose(*whole.mechanisms, *places, inputs=whole.inputs, name="regions")
    for overlay in ("fit:combined", "regions"):
        model = apply_overlay(model, overlay, shared=True)
    return replace(model, overlays=())


def signaling_rig():
    """Stand-alone: BDNF on TrkB, Akt and ERK in a bath, eEF2 and its kinase in a tube."""
    return compose(*RIG, inputs=["bath.BDNF", "tube.calmodulin"], name="signaling_rig")


def bridge_test():
    """Exposure, and one slow calcium state that reads averages of the fast synapse; rates of firing are held."""
    bridge = (steady_rates_stand_in_for_the_circuit, *AVERAGES, calcium_of_the_past_hour_adds_up)
    return compose(*_exposure_and_block(), *bridge, inputs=[*PATIENT, *DOSES], name="bridge_test")


def perez_ruixo():
    """Set B: esketamine and norketamine in venous plasma after Perez-Ruixo 2021, with the late tail; nose, gut, vein."""
    parts = (ketamine_is_infused_into_a_vein, nose_absorbs_ketamine, gut_absorbs_ketamine)
    from_mouth = ["mouth.S_ketamine_swallowed", "mouth.S_ketamine_swallowed_in_vain"]
    ways = (
        "iv",
        "oral",
        "nasal",
        "nasal_swallowed",
        "nasal_later",
        "nasal_later_swallowed",
        "nasal_generic",
        "nasal_generic_swallowed",
    )
    model = compose(
        body_weight_scales_volumes_and_flows,
        blood_flows_through_the_liver,
        *(part.mechanism.at(enantiomer="S") for part in parts),
        esketamine_distributes_from_venous_blood,
        norketamine_distributes_from_venous_blood,
        inputs=["patient.weight", "patient.age", *(f"dose.{way}.S_ketamine" for way in ways), *from_mouth],
        name="perez_ruixo",
    )
    return replace(apply_overlay(model, "set_b"), overlays=())


MODELS = {
    "standard": standard,
    **THEORIES,
    "empirical": empirical,
    "regions": regions,
    "signaling_rig": signaling_rig,
    "exposure": exposure,
    "perez_ruixo": perez_ruixo,
    "bridge_test": bridge_test,
}


def load_model(name="standard"):
    """The named model. Raises UnknownName with the nearest one."""
    known = {**MODELS, **BENCHES, **AVERAGED}
    if name not in known:
        raise UnknownName(f"'{name}' is not a model.", nearest=nearest(name, known), find="synaptrace models")
    return known[name]()


def known_models():
    """{name: title} of the models of protocols, of the bench, and of averages."""
    return {name: build.__doc__ for name, build in {**MODELS, **BENCHES, **AVERAGED}.items()}


class _Models(ModuleType):
    """Lets `synaptrace.models()` list the models although `synaptrace.models` is this module."""

    def __call__(self):
        return known_models()


sys.modules[__name__].__class__ = _Models
