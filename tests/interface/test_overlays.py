"""Named sets of numbers: they reach every copy, keep their sources, and are refused in one sentence when they do not fit."""

import math
import re

import pytest

from synaptrace import units
from synaptrace.benches import BENCHES
from synaptrace.errors import ProtocolError, UnknownName
from synaptrace.evidence import find_number
from synaptrace.overlays import apply_overlay, load_overlay, overlays, trace_of
from synaptrace.protocol import Patient, Protocol
from synaptrace.simulate import repeat
from synaptrace.solve.plain import simulate_plainly
from tests.exposure import load_model, run

SHORT = Protocol("short", end="2 h").infuse("racemic ketamine", "35 mg", over="40 min")


def fitting(name):
    first = "perez_ruixo" if name == "set_b" else "standard"
    for model in map(load_model, [first, *BENCHES]):
        try:
            return model, apply_overlay(model, name)
        except UnknownName:
            continue
    raise AssertionError(f"{name} fits no model")


@pytest.mark.parametrize("name", overlays())
def test_every_number_of_an_overlay_agrees_with_the_second_reading(name):
    _, other = fitting(name)
    for row in load_overlay(name)["number"]:
        assert row.get("kind", "measured") in ("measured", "derived", "fitted", "assumed")
        if row.get("kind") == "assumed":
            assert row["why"]
        elif row.get("kind") not in ("derived", "fitted"):
            printed, tag = find_number(row["source"], row["name"].rsplit(".", 1)[1])
            unit = next(p.unit for n, p in other.parameters().items() if row["name"].rsplit(".", 1)[1] == n.rsplit(".", 1)[1])
            assert tag in ("seen", "seen-2") and units.convert(printed, unit) == pytest.approx(
                units.convert(str(row["value"]), unit)
            )
        else:
            assert find_number(row["source"], "") is not None


def test_the_slopes_of_magnesium_are_those_printed_per_millivolt():
    pairs = (("mg_jahr_stevens", "jahr_stevens1990"), ("mg_vargas_caballero", "vargas_caballero2003"))
    for name, source in [(f"{name}{of}", source) for name, source in pairs for of in ("", "_ketamine", "_memantine")]:
        printed = units.convert(find_number(f"{source}:model-code:slope", "")[0], "1/mV")
        slope = next(r["value"] for r in load_overlay(name)["number"] if r["name"].endswith("slope"))
        assert units.convert(slope, "mV") == pytest.approx(1 / printed)


TRAPPED, MEMANTINE, SPINE = "ketamine_is_trapped_in_nmda", "memantine_is_trapped_in_nmda", "calcium_enters_and_leaves_the_spine"
PRINTED = {"k_on": 1.829, "K_S": 0.8903, "K_R": 4.152, "K_Sn": 5.04, "K_Rn": 38.63}
OTHER_COPIES = {  # overlay: (model, {number: value in its unit})
    "ketamine_leaks": ("trapping_alone", {f"{TRAPPED}.leak": 1.26e-3}),
    "ketamine_printed_rates": ("two_pools", {f"{TRAPPED}.{n}": x for n, x in PRINTED.items()}),
    "mg_jahr_stevens_ketamine": ("trapping_alone", {f"{TRAPPED}.K0": 3.57, f"{TRAPPED}.slope": 1 / 0.062}),
    "mg_jahr_stevens_memantine": ("memantine_alone", {f"{MEMANTINE}.K0": 3.57, f"{MEMANTINE}.slope": 1 / 0.062}),
    "mg_vargas_caballero_ketamine": ("trapping_alone", {f"{TRAPPED}.K0": 2.552, f"{TRAPPED}.slope": 1 / 0.072}),
    "mg_vargas_caballero_memantine": ("memantine_alone", {f"{MEMANTINE}.K0": 2.552, f"{MEMANTINE}.slope": 1 / 0.072}),
    "calcium_permeability_classical": ("two_keys", {"open_nmda_receptors_pass_each_ion.P_Ca": 10.6}),
    "spine_head_ca1": ("clamped_spine", {f"{SPINE}.volume": 0.03e-15, "depolarization_opens_r_channels.area": 0.467}),
    "calcium_clearance_12": ("spine", {f"{SPINE}.clearance": 0.012}),
    "calcium_clearance_10": ("spine", {f"{SPINE}.clearance": 0.010, f"{SPINE}.rest": 0.050}),
    "mglur_paper": ("bouton", {"glutamate_makes_ip3.off_P": 0.1, "glutamate_makes_ip3.loss": 4}),
    "mglur_paper_in_milliseconds": ("bouton", {"glutamate_makes_ip3.off_P": 100, "glutamate_makes_ip3.loss": 4000}),
}


@pytest.mark.parametrize("name", OTHER_COPIES)
def test_the_other_copy_of_a_disputed_number_replaces_it_at_every_place_and_nothing_else(name):
    model, wanted = OTHER_COPIES[name]
    before = load_model(model)
    after = apply_overlay(before, name)
    moved = {n: x for n, x in after.values.items() if before.values[n] != x}
    assert {re.sub(r"\[.*?\]", "", n) for n in moved} == set(wanted)
    assert all(x == pytest.approx(wanted[re.sub(r"\[.*?\]", "", n)]) for n, x in moved.items())
    copies = {n for n in before.values if re.sub(r"\[.*?\]", "", n) in wanted}
    assert copies == set(moved) and all(after.parameters()[n].source for n in copies)


def test_derived_copies_follow_from_the_printed_numbers():
    def printed(row, unit="1", place="section-4-1"):
        return units.convert(find_number(f"synapse_dossier:{place}:{row}", "")[0], unit)

    leak = apply_overlay(load_model("trapping_alone"), "ketamine_leaks").values[f"{TRAPPED}[pyramidal_resting].leak"]
    assert math.exp(-leak * printed("K9_wash", "s")) == pytest.approx(printed("K9_ketamine_still_trapped"), abs=0.005)
    before, share = load_model("trapping_alone"), printed("PO_ss", place="section-4-3")
    rates = [
        {n: m.values[f"{TRAPPED}[pyramidal_resting].{n}"] for n in PRINTED}
        for m in (before, apply_overlay(before, "ketamine_printed_rates"))
    ]
    racemate = [1 / (0.5 / r["K_S"] + 0.5 / r["K_R"]) for r in rates]
    assert racemate == pytest.approx([printed("K1_ketamine_IC50", "umol/L"), printed("K3_koff_over_kon", "umol/L")], rel=3e-3)
    assert rates[1]["k_on"] * share == pytest.approx(printed("K3_ketamine_kon_apparent", "L/umol/s"), rel=1e-3)
    for r, K in zip(rates, racemate, strict=True):  # both let go as fast as printed
        assert r["k_on"] * K * share == pytest.approx(printed("K3_ketamine_koff_apparent", "1/s"), rel=0.01)
    assert [rates[1][n] / rates[0][n] for n in list(PRINTED)[1:]] == pytest.approx([racemate[1] / racemate[0]] * 4, rel=1e-3)
    area = units.convert(find_number("synapse_fits:spine:head_area_CA1", "")[0], "um**2")
    volume = printed("C7_head_volume", "um**3", "section-6")
    assert area == pytest.approx(4 * math.pi * (3 * volume / (4 * math.pi)) ** (2 / 3), rel=1e-3)


def test_an_overlay_reaches_every_copy_and_leaves_the_rest():
    before, after = fitting("mg_jahr_stevens")
    moved = {n for n in before.values if before.values[n] != after.values[n]}
    assert len(moved) == 2 * 6 and all(n.startswith("magnesium_blocks_nmda[") for n in moved)
    assert after.overlays == ("mg_jahr_stevens",)
    assert all(p.source.startswith("jahr_stevens1990") for n, p in after.parameters().items() if n in moved)


def test_an_overlay_stands_in_the_result_and_is_repeated(tmp_path):
    from synaptrace.results import save

    result = run(SHORT, overlays=["mg_jahr_stevens"], at=["1 h"])
    assert result.attrs["overlays"] == '["mg_jahr_stevens"]'
    again = repeat(save(result, tmp_path / "a.nc"))
    assert again.equals(result)
    assert not any("Mg2+" in row.get("band_over", "") for row in __import__("json").loads(result.attrs["peaks"]))


FILE = """title = "mine"
[[number]]
name = "magnesium_blocks_nmda.K0"
value = "3 mmol/L"
kind = "assumed"
why = "a test"
"""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (FILE.replace('title = "mine"', ""), "has no title or no numbers."),
        (FILE.replace("why", "wy"), "'wy' is not a key of a number."),
        (FILE.replace('value = "3 mmol/L"\n', ""), "a number of an overlay needs a name and a value."),
        (FILE.replace(".K0", ".K9"), "is not a parameter of this model."),
        (FILE.replace("3 mmol/L", "3 mL"), "'3 mL' cannot be read in mmol/L."),
        (FILE.replace("3 mmol/L", "30 mmol/L"), "lies outside its plausible range."),
        ("title = ", "cannot be read as an overlay."),
    ],
)
def test_an_overlay_that_does_not_fit_is_refused(tmp_path, refusal, text, sentence):
    path = tmp_path / "mine.toml"
    path.write_text(FILE)
    assert apply_overlay(load_model(), str(path)).values["magnesium_blocks_nmda[sst_interneuron].K0"] == 3
    path.write_text(text)
    assert sentence in refusal(apply_overlay, load_model(), str(path)).sentence


def test_an_unknown_overlay_is_refused_with_the_nearest(refusal):
    error = refusal(apply_overlay, load_model(), "mg_jahr_steven")
    assert error.sentence == "'mg_jahr_steven' is not an overlay." and error.lines["nearest"] == "mg_jahr_stevens"


def test_co_medication_is_a_list_of_known_drugs(refusal):
    assert Patient(co_medication="rifampicin").rifampicin == 1 and Patient().rifampicin == 0
    assert Patient(co_medication=["grapefruit", "grapefruit"]).table()["co_medication"] == ["grapefruit"]
    assert refusal(Patient, co_medication=5).sentence == "'5' is not a list of drugs."
    error = refusal(Patient, co_medication=["rifampin"])
    assert error.sentence == "'rifampin' is not a co-medication this model knows." and error.lines["nearest"] == "rifampicin"
    assert refusal(Patient, CYP2B6="*6").sentence == "'*6' is not a CYP2B6 genotype this model knows."
    words = Patient(CYP2B6="*6/*6", co_medication=["rifampicin"]).words()
    assert words == "70 kg, 40 years, sex not stated, CYP2B6 *6/*6, taking rifampicin"


def test_a_pair_of_other_drugs_says_that_nobody_studied_it():
    assert Patient(co_medication=["rifampicin"]).notes() == []
    child = "a child of 10 years is simulated by allometry alone; no study of children was used"
    assert Patient(age="10 years").notes() == [child] and Patient(age="18 years").notes() == []
    assert "no study of such a pair was read" in Patient(co_medication=["rifampicin", "grapefruit"]).notes()[0]


def test_a_persons_digits_do_not_depend_on_the_number_of_people_in_a_file(tmp_path):
    head = "ID,TIME,AMT,DUR,TIMEU,AMTU,SUBSTANCE,ROUTE\n"
    rows = "".join(f"{k},0,{20 + k},40,min,mg,racemic ketamine,iv\n" for k in (1, 2))
    (tmp_path / "one.csv").write_text(head + rows.splitlines()[0] + "\n")
    (tmp_path / "two.csv").write_text(head + rows)
    one, two = (run(tmp_path / f"{n}.csv", until="6 h", at=["1 h", "5 h"])["arterial.ketamine"].values[0] for n in ("one", "two"))
    assert (one == two).all()


def test_a_genotype_says_that_it_is_a_scenario():
    result = run(SHORT, patient={"CYP2B6": "*1/*6"}, at=["1 h"])
    assert "CYP2B6*6 is a scenario for prolonged infusions" in result.attrs["warnings"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"route": "nasal"}, "'nasal' is not a route."),
        ({"route": "sublingual"}, "a sublingual dose needs a form; film and lozenge differ two-fold."),
        ({"route": "oral", "form": "film"}, "'film' is not a form of the route 'oral'."),
        ({"route": "iv", "form": "spray"}, "'spray' is not a form of the route 'iv'."),
        ({"route": "oral", "duration": "1 h"}, "a dose by 'oral' is taken at once; it has no duration."),
        ({"route": "intranasal", "amount": "0.5 mg/kg"}, "nasal esketamine comes in devices of 28 mg, not per kg."),
        ({"route": "intranasal", "amount": "70 mg"}, "'70 mg' is not a whole number of 28 mg devices."),
    ],
)
def test_a_route_that_cannot_be_is_refused(refusal, changes, sentence):
    dose = {"drug": "esketamine", "amount": "28 mg", "start": "0 h", **changes}
    assert refusal(Protocol, "mine", dose=[dose]).sentence == sentence


def test_the_plain_integrator_refuses_mechanisms_that_read_each_other(refusal):
    from synaptrace.core import Mechanism, State, ddt, out
    from synaptrace.model import compose
    from tests.numerics.toys import VOCABULARY

    one = Mechanism(reads={"x": "other"}, states={"a": State(0.0, "1", "a")}, writes={"level": "level"})
    one.attached.append(lambda x, a: (ddt(a=x - a), out(level=a)))
    two = Mechanism(reads={"x": "level"}, states={"b": State(0.0, "1", "b")}, writes={"other": "other"})
    two.attached.append(lambda x, b: (ddt(b=x - b), out(other=b)))
    two.attached[0].__module__ = "two"
    model = compose(one, two, vocabulary=VOCABULARY, name="ring")
    error = refusal(simulate_plainly, model, {}, [(0.0, 1.0, {}, {})], [1.0])
    assert error.sentence == "the plain integrator cannot order these mechanisms."


def test_a_file_of_people_is_run_and_compared_with_its_data(tmp_path, refusal):
    path = tmp_path / "people.csv"
    path.write_text(
        "ID,TIME,AMT,DUR,TIMEU,AMTU,SUBSTANCE,ROUTE,PERKG,WT,DV,DVU,DVNAME\n"
        "1,0,35,40,min,mg,racemic ketamine,iv,0,70,.,.,.\n1,80,.,.,min,.,.,.,.,.,74,ng/mL,arterial.ketamine\n"
        "2,0,0.5,40,min,mg,racemic ketamine,iv,1,90,.,.,.\n2,80,.,.,min,.,.,.,.,.,148,ng/mL,arterial.ketamine\n"
    )
    import json

    result = run(path, until="6 h")
    assert result.sizes["patient"] == 2 and result["time"].values[-1] == 6
    alone = run(
        Protocol("a", end="6 h").infuse("racemic ketamine", "0.5 mg/kg", over="40 min"), patient={"weight": 90}, at=["1 h"]
    )
    own = result["arterial.ketamine"].sel(time=1, method="nearest").values[1]
    assert own == pytest.approx(float(alone["arterial.ketamine"][0, 0]), rel=5e-2)
    rows = json.loads(result.attrs["compared"])
    assert rows[0]["relative_error"] == pytest.approx(0, abs=1e-3) and rows[1]["relative_error"] < -0.4
    from synaptrace.results import save

    assert repeat(save(result, tmp_path / "a.nc")).equals(result)
    assert refusal(run, path, people=5).sentence == "a CSV brings its own people."
    assert refusal(run, path, patient={"weight": 80}).sentence == "a CSV says who its people are."
    assert refusal(run, "single_infusion", until="9 h").sentence == "'until' is for a CSV of people."
    error = refusal(run, path, "perez_ruixo")
    assert isinstance(error, ProtocolError)


def test_a_sample_recorded_above_a_dose_of_its_time_was_taken_before_it(tmp_path):
    import json

    path = tmp_path / "trough.csv"
    head = "ID,TIME,AMT,TIMEU,AMTU,SUBSTANCE,ROUTE,DV,DVU,DVNAME\n"
    dose, sample = "1,{t},20,h,mg,racemic ketamine,iv,.,.,.\n", "1,4,.,h,.,.,.,30,ng/mL,arterial.ketamine\n"
    path.write_text(head + dose.format(t=0) + sample + dose.format(t=4))
    trough = json.loads(run(path).attrs["compared"])[0]["predicted"]
    path.write_text(head + dose.format(t=0) + dose.format(t=4) + sample)
    assert json.loads(run(path).attrs["compared"])[0]["predicted"] > 50 * trough > 0


def test_data_of_a_quantity_that_the_model_lacks_are_refused(tmp_path, refusal):
    path = tmp_path / "people.csv"
    path.write_text(
        "ID,TIME,AMT,TIMEU,AMTU,SUBSTANCE,ROUTE,DV,DVU,DVNAME\n1,0,28,h,mg,esketamine,intranasal,.,.,.\n"
        "1,1,.,h,.,.,.,40,ng/mL,arterial.ketamine\n"
    )
    assert refusal(run, path, "perez_ruixo").sentence == "the model has no 'arterial.ketamine' to compare with."


def test_a_model_that_knows_nothing_of_a_co_medication_says_so():
    plan = Protocol("rifampicin", end="2 h").for_patient(Patient(co_medication=["rifampicin"])).bolus("esketamine", "10 mg")
    warning = "the model 'perez_ruixo' does not know the effect of rifampicin"
    assert warning in run(plan, "perez_ruixo").attrs["warnings"]
    assert warning not in run(plan).attrs["warnings"]


def test_what_a_model_lacks_is_left_out_and_the_rest_refused(refusal, tmp_path):
    model = apply_overlay(load_model("exposure"), "mouse")
    assert trace_of(model) == ("mouse", "mouse_10mgkg_ip") and model.values == load_model("exposure").values
    path = tmp_path / "mine.toml"
    path.write_text('title = "mine"\nspecies = "mice"\n[[number]]\nname = "new_spines_form.gain"\nvalue = "3"\n')
    error = refusal(load_overlay, str(path))
    assert error.sentence == "'mice' is not a species." and "mouse" in error.lines["expected"]
    assert trace_of(load_model("exposure")) is None
