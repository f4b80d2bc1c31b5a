"""Regions of the brain are places of the same files: equal numbers give equal curves, and stress may have its own sign in one."""

import numpy as np
import pytest

from synaptrace.errors import UnknownName
from synaptrace.models import load_model
from synaptrace.overlays import load_overlay
from synaptrace.perturbations import perturb
from synaptrace.protocol import read_protocol
from synaptrace.simulate.lanes import Lanes
from synaptrace.theories import regional
from synaptrace.vocabulary import REGIONS, shared

READ = ("bdnf.mrna", "bdnf.released", "mtorc1.active", "spines.density", "synapse.strength")
ALIKE = ("hippocampus", "prefrontal", "subgenual")
ALONE = ("amygdala", "accumbens")
HOURS = [0.0, 4.0, 24.0, 168.0]


@pytest.fixture(scope="module")
def model():
    return load_model("regions")


@pytest.fixture(scope="module")
def curves(model):
    names = [f"{region}{q}" for region in ("", *(f"{r}." for r in REGIONS)) for q in READ] + ["outcome.madrs"]
    lanes = Lanes(model, {"one": read_protocol("single_infusion")}, names)
    found = lanes.run([("one", {}), ("one", {"stress_raises_cortisol.stress": 0.0})], HOURS)
    return {side: dict(zip(names, arm.T, strict=True)) for side, arm in zip(("depressed", "healthy"), found, strict=True)}


@pytest.mark.parametrize("region", ALIKE)
@pytest.mark.parametrize("quantity", READ)
def test_a_region_with_the_numbers_of_the_whole_has_its_curves(curves, region, quantity):
    for side in curves.values():
        assert side[f"{region}.{quantity}"] == pytest.approx(side[quantity], rel=1e-9)
        assert np.ptp(side[quantity]) > 0


def test_regions_leave_the_whole_as_it_is(curves):
    lanes = Lanes(load_model("combined"), {"one": read_protocol("single_infusion")}, ["synapse.strength", "outcome.madrs"])
    alone = lanes.run([("one", {})], HOURS)[0].T
    for name, values in zip(("synapse.strength", "outcome.madrs"), alone, strict=True):
        assert curves["depressed"][name] == pytest.approx(values, rel=1e-4)


def test_without_stress_all_regions_rest_alike(curves):
    for region in REGIONS:
        for q in READ:
            assert curves["healthy"][f"{region}.{q}"][0] == pytest.approx(curves["healthy"][q][0], rel=1e-9)


@pytest.mark.parametrize("region", REGIONS)
def test_stress_lowers_the_messenger_where_it_does_in_rodents_and_raises_it_in_amygdala_and_accumbens(curves, region):
    rest = curves["depressed"][f"{region}.bdnf.mrna"][0]
    assert rest > 1.05 if region in ALONE else rest < 0.95


def test_what_differs_between_regions_is_one_overlay(model):
    placed = [n for n in model.values if any(f"[{region}]" in n for region in REGIONS)]
    other = {n for n in placed if model.values[n] != model.values[_whole(n)]}
    assert other == {row["name"] for row in load_overlay("regions")["number"]}


def _whole(name):
    return name.partition("[")[0] + name.partition("]")[2]


def test_a_region_writes_no_outcome_and_the_whole_reads_no_region(model):
    for mechanism in model.mechanisms:
        home = mechanism.places.get("region")
        foreign = [q for q in mechanism.reads.values() if q.partition(".")[0] in REGIONS and q.partition(".")[0] != home]
        assert not foreign
        if home:
            assert all(q.startswith(f"{home}.") for q in mechanism.writes.values())
            assert not any("outcome" in q or "mood" in q for q in mechanism.writes.values())


def test_every_region_has_every_step_of_signaling_and_synapses(model):
    files = sorted(part.mechanism.file for part in regional())
    for region in REGIONS:
        assert sorted(m.file for m in model.mechanisms if m.places.get("region") == region) == files


def test_a_perturbation_acts_in_all_regions_or_in_one(model):
    placed = {m.name for m in perturb(model, ["bdnf_deletion"]).mechanisms if "bdnf_deletion" in m.params}
    assert len(placed) == 1 + len(REGIONS)


def test_a_quantity_of_a_region_says_where_it_is():
    whole, there = shared("bdnf.pool"), shared("amygdala.bdnf.pool")
    assert there.meaning == f"{whole.meaning}, amygdala" and (there.unit, there.level) == (whole.unit, whole.level)


@pytest.mark.parametrize(
    "name",
    [
        "amygdala.bdnf.pol",
        "thalamus.bdnf.pool",
        "amygdala.amygdala.bdnf.pool",
        "amygdala.outcome.madrs",
        "hippocampus.patient.age",
    ],
)
def test_an_unknown_quantity_or_region_is_refused(name):
    with pytest.raises(UnknownName, match=f"'{name}' is not in the vocabulary"):
        shared(name)
