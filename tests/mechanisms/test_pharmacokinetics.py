"""Each mechanism of the exposure level: closed forms, limits, and the sentence in its title."""

import numpy as np
import pytest
from scipy.linalg import expm

from synaptrace.evidence import load_source
from synaptrace.mechanisms.pharmacokinetics import (
    blood_flows_through_the_liver,
    body_weight_scales_volumes_and_flows,
    both_enantiomers_make_ketamine,
    ketamine_is_infused_into_a_vein,
    liver_clears_ketamine,
)
from synaptrace.protocol import Protocol
from synaptrace.units import convert
from tests.exposure import load_model, run

ONE = Protocol("one", end="24 h").infuse("racemic ketamine", "0.5 mg/kg", over="40 min")
NUMBERS = load_source("exposure_dossier").places


def value(result, name, minutes):
    return float(result[name].sel(time=minutes / 60, method="nearest").values[0])


def test_body_weight_scales_volumes_linearly_and_flows_less():
    m = body_weight_scales_volumes_and_flows.mechanism
    at_70 = m(weight=70, reference=70, exponent_V=1, exponent_CL=0.75)
    at_140 = m(weight=140, reference=70, exponent_V=1, exponent_CL=0.75)
    assert at_70 == {"volume": 1, "flow": 1}
    assert at_140["volume"] == pytest.approx(2) and at_140["flow"] == pytest.approx(2**0.75)


def test_an_infusion_of_its_molar_mass_per_second_is_a_mole_per_second():
    m = ketamine_is_infused_into_a_vein.mechanism.at(enantiomer="S")
    assert m(dose=237.73, molar_mass=237.73, umol_per_mmol=1000)["arriving"] == pytest.approx(1000)


def test_the_liver_receives_its_flow():
    numbers = {"Qh": 0.03, "decline": 0.0145, "onset": 60}
    assert blood_flows_through_the_liver.mechanism(flow_factor=2.0, age=40, **numbers)["flow"] == 0.06
    assert blood_flows_through_the_liver.mechanism(flow_factor=1.0, age=80, **numbers)["flow"] == pytest.approx(0.03 * 0.71)


def test_the_liver_clears_at_most_its_blood_flow_and_at_least_nothing():
    m = liver_clears_ketamine.mechanism.at(enantiomer="S")
    plain = {"flow_factor": 1, "drugs": 1, "genes": 1, "female": 0, "women": 1.2}
    assert m(Qh=0.03, CLint=1e9, **plain)["clearance"] == pytest.approx(0.03)
    assert m(Qh=1e9, CLint=0.05, **plain)["clearance"] == pytest.approx(0.05)
    assert m(Qh=0.03, CLint=0.0, **plain)["clearance"] == 0
    assert m(Qh=0.03, CLint=0.05, **{**plain, "female": 1})["clearance"] == pytest.approx(1.2 * 0.03 * 0.05 / 0.08)
    assert m(Qh=0.03, CLint=1e9, **{**plain, "female": 1})["extraction"] == 1  # never more than all


@pytest.mark.parametrize("enantiomer", ["S", "R"])
def test_the_well_stirred_liver_returns_the_fitted_clearance(enantiomer):
    """The printed clearance is rounded to three digits, and so are Qh and CLint."""
    model = load_model()
    flow = model.values["blood_flows_through_the_liver.Qh"]
    enzymes = model.values[f"liver_clears_ketamine[{enantiomer}].CLint"]
    printed = convert(NUMBERS["section-7-2"][f"CL_{enantiomer}"], "L/s")
    extraction = float(NUMBERS["section-7-2"][f"E_{enantiomer}"])
    assert flow * enzymes / (flow + enzymes) == pytest.approx(printed, rel=2e-3)
    assert enzymes / (flow + enzymes) == pytest.approx(extraction, abs=1e-3)


def test_both_enantiomers_are_counted_as_mass():
    m = both_enantiomers_make_ketamine.mechanism
    assert m(S=1.0, R=2.0, molar_mass=237.73, unity=1)["both"] == pytest.approx(3 * 237.73)


def matrix(enantiomer):
    """Rate constants per hour of the three compartments, from the second reading and the liver's numbers."""
    n = {k: convert(NUMBERS["section-7-2"][f"{k}_{enantiomer}"], u) for k, u in
         {"V1": "L", "V2": "L", "V3": "L", "Q2": "L/h", "Q3": "L/h", "CLint": "L/h"}.items()}  # fmt: skip
    flow = convert(NUMBERS["section-7-2"]["Qh"], "L/h")
    clearance = flow * n["CLint"] / (flow + n["CLint"])
    out2, out3 = n["Q2"] / n["V1"], n["Q3"] / n["V1"]
    back2, back3 = n["Q2"] / n["V2"], n["Q3"] / n["V3"]
    return np.array([[-clearance / n["V1"] - out2 - out3, back2, back3], [out2, -back2, 0], [out3, 0, -back3]]), n["V1"]


@pytest.mark.parametrize("enantiomer", ["S", "R"])
def test_ketamine_distributes_as_the_matrix_exponential_says(enantiomer):
    rates, volume = matrix(enantiomer)
    rate = 17.5 / 237.73 * 1000 / (40 / 60)
    times = [10, 40, 80, 230, 1440]
    result = run(ONE, at=[f"{t} min" for t in times], rtol=1e-9)
    for t in times:
        during, after = min(t, 40) / 60, max(t - 40, 0) / 60
        amounts = expm(rates * after) @ np.linalg.solve(rates, expm(rates * during) - np.eye(3)) @ [rate, 0, 0]
        assert value(result, f"arterial.{enantiomer}_ketamine", t) == pytest.approx(amounts[0] / volume, rel=1e-6)


@pytest.mark.parametrize("enantiomer", ["S", "R"])
def test_the_terminal_half_lives_are_the_derived_ones(enantiomer):
    half_lives = sorted(np.log(2) / -np.linalg.eigvals(matrix(enantiomer)[0]).real)
    printed = [convert(NUMBERS["section-7-2-half-lives"][f"ketamine_t_half_{k}"], "h") for k in (1, 2, 3)]
    rounding = [0.005, 0.005, 0.05]
    assert all(abs(f - p) <= r for f, p, r in zip(half_lives, printed, rounding, strict=True))


@pytest.mark.parametrize("minutes", [40, 80, 110, 230])
@pytest.mark.parametrize(
    ("quantity", "row"), [("S_ketamine", "S_ketamine"), ("R_ketamine", "R_ketamine"), ("ketamine", "total_ketamine")]
)
def test_the_derived_reference_values_come_out_to_their_printed_digits(minutes, quantity, row):
    """Section 7 prints whole ng/mL: half a unit of rounding each way."""
    result = run(ONE, at=["40 min", "80 min", "110 min", "230 min"])
    printed = convert(NUMBERS["section-7-4"][f"{row}_{minutes}min"], "ng/mL")
    factor = 1.0 if quantity == "ketamine" else 237.73
    assert abs(value(result, f"arterial.{quantity}", minutes) * factor - printed) <= 0.5


def test_without_clearance_everything_given_stays_in_the_body():
    model = load_model()
    for e in "SR":
        model = model.set(f"liver_clears_ketamine[{e}].CLint", "1e-9 L/h")
    result = run(ONE.until("200 h"), model, at=["200 h"])
    volumes = sum(model.values[f"ketamine_distributes[S].V{k}"] for k in (1, 2, 3))
    assert value(result, "arterial.S_ketamine", 12000) * volumes == pytest.approx(17.5 / 237.73 * 1000, rel=1e-5)


def test_the_area_is_the_dose_over_the_clearance():
    from synaptrace.simulate import peaks

    row = next(r for r in peaks(run(ONE.until("60 h"))) if r["name"] == "arterial.S_ketamine")
    rates, volume = matrix("S")
    clearance = -rates.sum(axis=0)[0] * volume
    assert row["auc_inf"] == pytest.approx(17.5 / 237.73 * 1000 / clearance, rel=1e-3)


def test_racemate_is_the_sum_of_its_enantiomers():
    both = run(ONE, at=["1 h"])
    half = Protocol("half", end="24 h").infuse("esketamine", "0.25 mg/kg", over="40 min")
    alone = run(half, at=["1 h"])
    assert alone["arterial.R_ketamine"].item() == 0.0
    assert alone["arterial.S_ketamine"].item() == pytest.approx(both["arterial.S_ketamine"].item(), rel=1e-6)


def test_a_heavier_patient_with_the_same_dose_per_kilogram_has_a_higher_late_plasma():
    """Volumes grow with weight and clearance less, so what is left per kilogram lasts longer."""
    light, heavy = (run(ONE, patient={"weight": w}, at=["230 min"])["arterial.ketamine"].item() for w in ("50 kg", "100 kg"))
    assert heavy > light


def test_no_drug_gives_no_plasma():
    result = run(Protocol("nothing", end="4 h"))
    assert float(np.abs(result["arterial.ketamine"].values).max()) == 0.0
