"""Changes that must not matter, conservation, and populations, over whole runs."""

import numpy as np
import pytest

from synaptrace.population import draw_people
from synaptrace.protocol import Protocol, read_protocol
from synaptrace.solve.plain import simulate_plainly
from tests.exposure import load_model, run

AT = ["10 min", "40 min", "1 h", "4 h", "12 h"]
ONE = Protocol("one", end="24 h").infuse("racemic ketamine", "0.5 mg/kg", over="40 min")


def typical_patient(model):
    """Covariates of the default patient, as the plain integrator takes them."""
    return {q: getattr(ONE.patient, q.split(".")[1]) for q in model.inputs if q.startswith("patient.")}


def plasma(protocol, **options):
    return run(protocol, at=AT, **options)["arterial.ketamine"].values


def test_two_half_infusions_equal_one():
    two = Protocol("two", end="24 h").infuse("racemic ketamine", "0.25 mg/kg", over="20 min", at=["0 min", "20 min"])
    np.testing.assert_allclose(plasma(two), plasma(ONE), rtol=1e-6)


def test_racemate_equals_its_two_enantiomers():
    pair = (
        Protocol("pair", end="24 h")
        .infuse("esketamine", "0.25 mg/kg", over="40 min")
        .infuse("arketamine", "0.25 mg/kg", over="40 min")
    )
    np.testing.assert_allclose(plasma(pair), plasma(ONE), rtol=1e-12)


def test_amount_rate_and_duration_say_the_same_in_any_two():
    by_rate = Protocol("r", end="24 h").infuse("racemic ketamine", rate="0.75 mg/kg/h", over="40 min")
    by_both = Protocol("b", end="24 h").infuse("racemic ketamine", "0.5 mg/kg", rate="12.5 ug/kg/min")
    np.testing.assert_allclose(plasma(by_rate), plasma(ONE), rtol=1e-9)
    np.testing.assert_allclose(plasma(by_both), plasma(ONE), rtol=1e-9)


def test_salt_and_base_of_the_same_amount_of_ketamine_are_the_same():
    salt = Protocol("s", end="24 h").infuse("racemic ketamine HCl", f"{0.5 * 274.2 / 237.73!r} mg/kg", over="40 min")
    np.testing.assert_allclose(plasma(salt), plasma(ONE), rtol=1e-9)


def test_twice_the_dose_is_twice_the_plasma_because_the_model_is_linear():
    twice = Protocol("t", end="24 h").infuse("racemic ketamine", "1 mg/kg", over="40 min")
    np.testing.assert_allclose(plasma(twice), 2 * plasma(ONE), rtol=2e-6)


def test_a_later_start_only_shifts_the_curve():
    late = Protocol("late", end="30 h").infuse("racemic ketamine", "0.5 mg/kg", over="40 min", start="5 h")
    shifted = run(late, at=["5 h", "9 h", "17 h"])["arterial.ketamine"].values[0, 1:]
    np.testing.assert_allclose(shifted, plasma(ONE)[0, 3:], rtol=1e-6)


def test_a_baseline_measurement_before_the_dose_is_zero_and_shifts_nothing():
    with_baseline = ONE.measure("arterial.ketamine", at=["-1 h"])
    result = run(with_baseline)
    assert result["time"].values[0] == -1.0 and result["arterial.ketamine"].values[0, 0] == 0.0
    np.testing.assert_allclose(plasma(with_baseline), plasma(ONE), rtol=1e-6)


def test_a_clamped_quantity_follows_its_trace_and_its_readers_follow_it():
    clamped = Protocol("c", end="4 h").clamp("arterial.S_ketamine", ["0 h", "1 h", "2 h"], ["0 ng/mL", "237.73 ng/mL", "0 ng/mL"])
    result = run(clamped, at=["0 h", "30 min", "1 h", "90 min", "3 h"])
    np.testing.assert_allclose(result["arterial.S_ketamine"].values[0], [0, 0.5, 1, 0.5, 0], atol=1e-12)
    np.testing.assert_allclose(result["arterial.ketamine"].values[0], np.array([0, 0.5, 1, 0.5, 0]) * 237.73, atol=1e-9)
    assert result["arterial.S_ketamine"].attrs["mechanism"] == "clamped by the protocol"


def test_a_population_varies_as_declared():
    """Each draw is standard normal, V1 follows Qh with correlation 0.5, places share their draw."""
    draws = draw_people(load_model(), 20_000, 4)
    for z in draws.values():
        assert abs(z.mean()) < 0.03 and abs(z.std() - 1) < 0.02
    names = list(draws)
    found = np.corrcoef([draws[n] for n in names])
    i, j = names.index("ketamine_distributes.V1"), names.index("blood_flows_through_the_liver.Qh")
    assert found[i, j] == pytest.approx(0.5, abs=0.02)
    others = [found[a, b] for a in range(len(names)) for b in range(a) if {a, b} != {i, j}]
    assert max(map(abs, others)) < 0.03
    assert len(names) == 27


def test_the_declared_variation_arrives_in_the_clearance():
    """20 % on flow and 25 % on enzymes give about 16 % on clearance, as section 7 of the dossier says."""
    asked = read_protocol("single_infusion").measure("liver.S_ketamine_clearance", at=["1 h"])
    result = run(asked, people=4000, seed=2, at=["1 h"])
    clearance = np.log(result["liver.S_ketamine_clearance"].values[:, 0])
    assert np.sqrt(np.exp(clearance.var()) - 1) == pytest.approx(0.16, abs=0.01)


def test_another_seed_is_another_population_and_the_same_seed_the_same():
    a, b, c = (run("single_infusion", people=5, seed=s, at=["1 h"])["arterial.ketamine"].values for s in (1, 1, 2))
    assert np.array_equal(a, b) and not np.array_equal(a, c)


@pytest.mark.slow
def test_virtual_patients_agree_with_the_plain_integrator():
    model = load_model()
    people = 12
    draws = draw_people(model, people, 21)
    moments = np.array([1 / 6, 2 / 3, 1.0, 4.0, 12.0])
    found = run(ONE, people=people, seed=21, at=AT)
    for q in range(people):
        rate = 17.5 / (40 * 60)
        none = {q: 0.0 for q in model.inputs if q.startswith("dose.")}
        ways = [f"dose.{way}.{e}_ketamine" for way in ("iv", "iv_seen_by_veins") for e in ("S", "R")]
        on, off = ({**none, **{w: r for w in ways}} for r in (rate, 0.0))
        mine = {k: float(v[q]) for k, v in draws.items()}
        wanted = simulate_plainly(model, typical_patient(model), [(0, 2 / 3, on, {}), (2 / 3, 24, off, {})], moments, mine)
        np.testing.assert_allclose(found["arterial.ketamine"].values[q], wanted["arterial.ketamine"], rtol=2e-5)


@pytest.mark.slow
def test_ten_thousand_people_give_the_same_digits_on_one_thread_and_two():
    one, two = (run("single_infusion", people=10_000, seed=1, at=AT, threads=t)["arterial.ketamine"].values for t in (1, 2))
    assert np.array_equal(one, two) and np.isfinite(one).all()
