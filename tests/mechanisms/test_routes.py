"""Every route against closed forms, the dossier's own predictions, and changes that must not matter."""

import numpy as np
import pytest

from synaptrace.evidence import load_source
from synaptrace.protocol import Protocol
from synaptrace.simulate import peaks
from synaptrace.units import convert
from tests.exposure import run

NUMBERS = load_source("exposure_dossier").places
MASS = {"ketamine": 237.73, "norketamine": 223.70, "dehydronorketamine": 221.68, "hydroxynorketamine": 239.70}
NAMES = {"norketamine": "norketamine", "DHNK": "dehydronorketamine", "HNK_kH1": "hydroxynorketamine"}
SINGLE = Protocol("one", end="24 h").infuse("racemic ketamine", "0.5 mg/kg", over="40 min")
MINUTES = (40, 80, 110, 230)


def ng(result, drug, enantiomers="SR", k=slice(None)):
    """Arterial concentration in ng/mL of one or both enantiomers."""
    return sum(result[f"arterial.{e}_{drug}"].values[0, k] for e in enantiomers) * MASS[drug]


def half_unit(printed):
    """Half of the last printed digit, plus the rounding that a second program shows."""
    digits = printed.split()[0].split(".")
    return 10.0 ** -len(digits[1]) if len(digits) > 1 else 1.0


@pytest.fixture(scope="module")
def single():
    return run(SINGLE, at=[f"{m} min" for m in MINUTES])


@pytest.mark.parametrize("row", NAMES)
def test_the_metabolites_are_those_of_the_dossier(single, row):
    for k, minute in enumerate(MINUTES):
        printed = NUMBERS["section-7-4"][f"{row}_{minute}min"]
        assert ng(single, NAMES[row])[k] == pytest.approx(convert(printed, "ng/mL"), abs=half_unit(printed))


@pytest.mark.parametrize(("row", "drug"), [("NK", "norketamine"), ("HNK", "hydroxynorketamine")])
@pytest.mark.parametrize("enantiomer", ["S", "R"])
def test_each_enantiomer_of_a_metabolite_is_that_of_the_dossier(single, row, drug, enantiomer):
    for k, minute in enumerate(MINUTES):
        printed = NUMBERS["section-7-4"][f"{enantiomer}_{row}_{minute}min"]
        assert ng(single, drug, enantiomer)[k] == pytest.approx(convert(printed, "ng/mL"), abs=half_unit(printed))


def test_the_laboratory_scale_multiplies_hydroxynorketamine_and_nothing_else(single):
    changes = {f"norketamine_becomes_hydroxynorketamine[{e}].kH": "0.35" for e in "SR"}
    low = run(SINGLE, at=[f"{m} min" for m in MINUTES], changes=changes)
    for k, minute in enumerate(MINUTES):
        printed = NUMBERS["section-7-4"][f"HNK_kH035_{minute}min"]
        # the dossier rounded its column at 0.35 on its own: 12.9 is 0.347 of 37.2
        assert ng(low, "hydroxynorketamine")[k] == pytest.approx(convert(printed, "ng/mL"), rel=0.012)
    np.testing.assert_allclose(ng(low, "norketamine"), ng(single, "norketamine"), rtol=1e-6)


def test_the_venous_end_of_infusion_is_the_dossiers_without_its_stages():
    """194 ng/mL is arterial less what veins have not seen; two stages of 1.5 min make it 187 (decision 0009)."""
    result = run(SINGLE, at=["40 min"])
    unseen = 0.61 * 35 / (40 / 60) / 455 * 1000  # ng/mL
    assert float(result["arterial.ketamine"][0, 0]) - unseen == pytest.approx(194, abs=0.5)
    assert float(result["venous.ketamine"][0, 0]) == pytest.approx(186.7, abs=0.1)


def test_venous_ketamine_is_never_negative_although_its_state_is():
    result = run(SINGLE, every="10 s")
    early = result["venous.ketamine"].sel(time=slice(0, 1 / 60)).values
    assert (early == 0).all() and (result["venous.ketamine"].values >= 0).all()
    assert float(result["venous.norketamine"].min()) >= 0


def test_a_bolus_counts_as_a_minute_for_the_veins():
    bolus = run(Protocol("b", end="6 h").bolus("racemic ketamine", "20 mg"), at=["5 min", "30 min"])
    minute = run(Protocol("m", end="6 h").infuse("racemic ketamine", "20 mg", over="1 min"), at=["5 min", "30 min"])
    np.testing.assert_allclose(bolus["venous.ketamine"], minute["venous.ketamine"], rtol=0.03)


def test_the_brain_is_that_of_the_dossier():
    found = {row["name"]: row for row in peaks(run(SINGLE))}
    both = found["brain.ketamine_free"]
    assert both["value"] == pytest.approx(0.38, abs=0.005) and both["time_h"] * 60 == pytest.approx(41, abs=1)
    assert both["band"] == [pytest.approx(both["value"] * 0.5 / 0.73), pytest.approx(both["value"] / 0.73)]
    assert both["band_over"] == "Kp,uu 0.5 to 1.0"


@pytest.mark.parametrize("dose", [28, 84])
@pytest.mark.parametrize("psi", [0, 1])
def test_nasal_norketamine_is_that_of_the_dossier_at_either_end_of_psi(dose, psi):
    protocol = Protocol("nasal", end="24 h").bolus("esketamine", f"{dose} mg", route="intranasal")
    changes = {"gut_wall_and_liver_extract_ketamine[S].psi": str(psi)}
    found = ng(run(protocol, changes=changes), "norketamine", "S").max()
    assert found == pytest.approx(convert(NUMBERS["section-7-4"][f"psi{psi}_nasal_NK_Cmax_{dose}mg"], "ng/mL"), abs=1)


def test_oral_norketamine_is_that_of_the_dossier():
    protocol = Protocol("oral", end="24 h").bolus("racemic ketamine", "25 mg", route="oral")
    assert ng(run(protocol), "norketamine").max() == pytest.approx(83, abs=1)
    none = {f"gut_wall_and_liver_extract_ketamine[{e}].psi": "0" for e in "SR"}
    assert ng(run(protocol, changes=none), "norketamine").max() == pytest.approx(49, abs=1)


ROUTES = [("im", None, 0.93), ("sc", None, 0.90), ("oral", "immediate", 0.186), ("oral", "prolonged release", 0.186)]


@pytest.mark.parametrize(("route", "form", "share"), ROUTES)
def test_the_area_of_a_route_is_its_share_of_the_vein(route, form, share):
    """Linear disposition: areas are as what arrives, whatever the speed."""
    given = Protocol("a", end="60 d").bolus("esketamine", "50 mg", route=route, form=form)
    vein = Protocol("v", end="60 d").bolus("esketamine", "50 mg")
    area = [next(r["auc_inf"] for r in peaks(run(p)) if r["name"] == "arterial.S_ketamine") for p in (given, vein)]
    assert area[0] / area[1] == pytest.approx(share, rel=3e-3)


def test_film_and_lozenge_deliver_their_shares():
    areas = {}
    for key, protocol in {
        "vein": Protocol("v", end="60 d").bolus("esketamine", "50 mg"),
        "film": Protocol("f", end="60 d").bolus("esketamine", "50 mg", route="sublingual", form="film"),
        "lozenge": Protocol("l", end="60 d").bolus("esketamine", "50 mg", route="sublingual", form="lozenge"),
    }.items():
        areas[key] = next(r["auc_inf"] for r in peaks(run(protocol)) if r["name"] == "arterial.S_ketamine")
    assert areas["film"] / areas["vein"] == pytest.approx(0.263, rel=2e-3)
    assert areas["lozenge"] / areas["vein"] == pytest.approx(0.10 + 0.90 * 0.186, rel=3e-3)


def test_every_mole_of_norketamine_formed_is_cleared():
    """Area times clearance is what was formed: 0.8 of the ketamine cleared (mass balance over a long time)."""
    result = peaks(run(Protocol("v", end="60 d").bolus("esketamine", "50 mg")))
    areas = {row["name"]: row["auc_inf"] for row in result if "auc_inf" in row}
    dose = 50 / MASS["ketamine"] * 1000
    assert areas["arterial.S_norketamine"] * 50.4 == pytest.approx(0.8 * dose, rel=2e-3)
    assert areas["arterial.S_dehydronorketamine"] * 88 == pytest.approx(0.15 * 0.8 * dose, rel=2e-3)
    assert areas["arterial.S_hydroxynorketamine"] * 56 == pytest.approx(0.7 * 0.8 * dose, rel=2e-3)


def test_later_sprays_are_absorbed_less_within_two_hours_and_as_the_first_after():
    def area(*at):
        protocol = Protocol("n", end="60 d").bolus("esketamine", "28 mg", route="intranasal", at=list(at))
        return next(r["auc_inf"] for r in peaks(run(protocol)) if r["name"] == "arterial.S_ketamine")

    one = area("0 h")
    assert area("0 h", "3 h") == pytest.approx(2 * one, rel=1e-3)
    first, later = 0.373 + 0.627 * 0.186, 0.1865 + 0.8135 * 0.186
    assert area("0 h", "5 min") / one == pytest.approx((first + later) / first, rel=1e-3)


def test_two_hours_include_their_end_and_two_devices_at_once_are_a_first_and_a_later_one():
    def ways(*rows):
        protocol = Protocol(
            "n", dose=[{"drug": "esketamine", "amount": "28 mg", "route": "intranasal", "start": s} for s in rows]
        )
        return [g.channels[0].way for g in protocol.administrations()]

    assert ways("0 h", "2 h") == ways("6 min", "126 min") == ways("0 h", "0 h") == ["nasal", "nasal_later"]
    assert ways("0 h", "2.001 h") == ["nasal", "nasal"]
    assert ways("1 h", "0 h") == ["nasal_later", "nasal"]  # by time, not by row


def test_a_nasal_dose_of_several_devices_is_expanded_and_says_so():
    whole = Protocol("n", end="24 h").bolus("esketamine", "84 mg", route="intranasal")
    parts = Protocol("n", end="24 h").bolus("esketamine", "28 mg", route="intranasal", every="5 min", times=3)
    assert whole.doses[0].starts == parts.doses[0].starts and len(whole.doses[0].starts) == 3
    a, b = (run(p, at=["1 h"])["arterial.S_ketamine"].values for p in (whole, parts))
    np.testing.assert_array_equal(a, b)
    note = "84 mg nasal esketamine is 3 devices of 28 mg, 5 min apart"
    assert whole.notes() == [note] and note in run(whole, at=["1 h"]).attrs["warnings"]


def test_a_racemic_spray_has_a_band_over_the_unknown_device():
    rows = {r["name"]: r for r in peaks(run(Protocol("r", end="24 h").bolus("racemic ketamine", "50 mg", route="intranasal")))}
    low, high = rows["arterial.ketamine"]["band"]
    assert high / low == pytest.approx(0.45 / 0.11, rel=1e-3)
    assert "0.11 to 0.45 of a racemic spray absorbed" in rows["arterial.ketamine"]["band_over"]


RATIOS = [  # co-medication, route, printed ratio of areas and its source
    ("rifampicin", "iv", "peltoniemi2012_rifampicin"),
    ("rifampicin", "oral", "peltoniemi2012_rifampicin"),
    ("clarithromycin", "oral", "hagelberg2010"),
    ("ticlopidine", "oral", "peltoniemi2011"),
    ("grapefruit", "oral", "peltoniemi2012_grapefruit"),
]
PRINTED = {("rifampicin", "iv"): 0.86, ("rifampicin", "oral"): 0.14, ("clarithromycin", "oral"): 2.6,
           ("ticlopidine", "oral"): 2.4, ("grapefruit", "oral"): 3.0}  # fmt: skip


@pytest.mark.parametrize(("drug", "route", "source"), RATIOS)
def test_another_drug_changes_the_area_as_printed(drug, route, source):
    """The factors were solved from these ratios: a test of the algebra, not evidence."""
    assert load_source(source)
    protocol = Protocol("o", end="60 d").bolus("esketamine", "20 mg", route=route)
    alone, together = (
        next(r["auc_inf"] for r in peaks(run(protocol, patient={"co_medication": taken})) if r["name"] == "arterial.S_ketamine")
        for taken in ([], [drug])
    )
    assert together / alone == pytest.approx(PRINTED[drug, route], rel=0.025)


@pytest.mark.parametrize(("genotype", "ratio"), [("*1/*1", 1), ("*1/*6", 0.60), ("*6/*6", 0.32)])
def test_a_genotype_lowers_the_clearance_as_printed(genotype, ratio):
    asked = Protocol("g", end="24 h").bolus("esketamine", "20 mg").measure("liver.S_ketamine_clearance", at=["1 h"])
    one = float(run(asked, at=["1 h"])["liver.S_ketamine_clearance"][0, 0])
    other = float(run(asked, patient={"CYP2B6": genotype}, at=["1 h"])["liver.S_ketamine_clearance"][0, 0])
    assert other / one == pytest.approx(ratio, abs=0.01)


def test_age_lowers_the_clearance_only_beyond_sixty():
    plasma = [float(run(SINGLE, patient={"age": age}, at=["4 h"])["arterial.ketamine"][0, 0]) for age in (20, 60, 80)]
    assert plasma[0] == plasma[1] < plasma[2]


@pytest.mark.parametrize(
    ("drug", "name"), [("norketamine", "arterial.S_norketamine"), ("(2R,6R)-hydroxynorketamine", "arterial.R_hydroxynorketamine")]
)
def test_metabolites_can_be_given(drug, name):
    result = run(Protocol("m", end="60 d").infuse(drug, "20 mg", over="40 min"))
    area = next(r["auc_inf"] for r in peaks(result) if r["name"] == name)
    mass, share, clearance = (223.70, 0.5, 50.4) if drug == "norketamine" else (239.70, 1.0, 29.0)
    assert area == pytest.approx(20 * share / mass * 1000 / clearance, rel=2e-3)
    assert float(result["arterial.ketamine"].max()) == 0


def test_set_b_has_the_late_tail_and_the_exposure_of_its_paper():
    rows = {
        r["name"]: r for r in peaks(run(Protocol("n", end="7 d").bolus("esketamine", "28 mg", route="intranasal"), "perez_ruixo"))
    }
    assert rows["venous.ketamine"]["half_life_h"] == pytest.approx(11, abs=1)
    assert rows["venous.ketamine"]["value"] == pytest.approx(43.8, rel=0.25)


@pytest.mark.parametrize("dose", [28, 56, 84])
def test_set_b_gives_the_ketamine_of_its_own_table(dose):
    """Ketamine to 2 %; norketamine areas come out 1.3 to 1.6 times too large, the publication's own known fault."""
    table = load_source("perez_ruixo2021").places["table-4"]
    rows = {r["name"]: r for r in peaks(run(f"esketamine_nasal_{dose}", "perez_ruixo"))}
    printed = {k: convert(table[f"Caucasian_18_60_{dose}mg_{k}"], u) for k, u in
               (("K_Cmax", "ng/mL"), ("K_AUC", "ng*h/mL"), ("NK_Cmax", "ng/mL"), ("NK_AUC", "ng*h/mL"))}  # fmt: skip
    assert rows["venous.ketamine"]["value"] == pytest.approx(printed["K_Cmax"], rel=0.02)
    assert rows["venous.ketamine"]["auc_last"] == pytest.approx(printed["K_AUC"], rel=0.02)
    assert rows["venous.norketamine"]["value"] == pytest.approx(printed["NK_Cmax"], rel=0.1)
    assert 1.25 < rows["venous.norketamine"]["auc_last"] / printed["NK_AUC"] < 1.6


def test_the_body_of_set_b_is_its_papers():
    """Vss 752 L and clearance 114 L/h of the abstract, from the coded numbers: 753 L without the liver, and 109 L/h."""
    rows = {r["name"]: r for r in peaks(run(Protocol("v", end="60 d").bolus("esketamine", "50 mg"), "perez_ruixo"))}
    assert 50_000 / rows["venous.ketamine"]["auc_inf"] == pytest.approx(114, rel=0.05)
    assert 192 + 143 + 417 == 752
