"""Mood at the level of outcomes, dissociation, loss of responses: the sentences, limits, and closed forms."""

import numpy as np
import pytest

from synaptrace.core import Share
from synaptrace.evidence import load_source
from synaptrace.mechanisms.symptoms import (
    block_builds_fast_plasticity,
    ketamine_stops_responses,
    lift_lowers_severity,
    nmda_block_causes_dissociation,
    plasticity_lifts_mood,
)
from synaptrace.model import compose
from synaptrace.models import load_model
from synaptrace.population import draw_people
from synaptrace.protocol import Protocol, read_protocol
from synaptrace.simulate.lanes import Lanes

WATCHED = ("mood.fast", "mood.slow", "mood.lift", "outcome.madrs", "outcome.dissociation", "outcome.unresponsive")
MINUTES = (0, 10, 20, 40, 70, 160)
HOURS = tuple(m / 60 for m in MINUTES) + (4, 8, 12, 18, 24, 36, 48, 72, 168, 240, 264 + 40 / 60, 288, 336, 696, 1440)
THRESHOLD = "block_builds_fast_plasticity.threshold"
PATIENT = "nmda_block_causes_dissociation.patient"
NONE = 1e-12  # powers of nothing are not exactly zero


def number(mechanism, name):
    return mechanism.mechanism.params[name].number()


def given(drug="racemic ketamine", amount="0.5 mg/kg", **more):
    dose = {"drug": drug, "amount": amount, "route": "iv", "duration": "40 min", "start": "0 h", **more}
    return Protocol("one", dose=[dose], end="60 d")


ARMS = {
    "none": Protocol("none", dose=[], end="60 d"),
    **{amount: given(amount=amount) for amount in ("0.1 mg/kg", "0.2 mg/kg", "0.5 mg/kg", "1.0 mg/kg")},
    "S": given("esketamine"),
    "R": given("arketamine"),
    "six": Protocol(**{**read_protocol("six_infusions").to_tables(), "end": "60 d"}),
    "volunteers": Protocol(**{**read_protocol("bolus_and_infusion").to_tables(), "end": "60 d"}),
}


@pytest.fixture(scope="module")
def lanes():
    return Lanes(load_model("empirical"), ARMS, list(WATCHED))


@pytest.fixture(scope="module")
def curve(lanes):
    known = {}

    def read(arm, what, changes=(), hour=None):
        key = arm, tuple(changes)
        if key not in known:
            known[key] = lanes.run([(arm, dict(changes))], HOURS)[0]
        values = known[key][:, WATCHED.index(what)]
        return values if hour is None else values[HOURS.index(hour)]

    return read


def relief(curve, arm, hour, changes=()):
    return curve(arm, "outcome.madrs", changes, 0.0) - curve(arm, "outcome.madrs", changes, hour)


def many(curve, arm, hour, people=9):
    """Mean relief of responders whose thresholds stand for equal shares of people."""
    from statistics import NormalDist

    row = block_builds_fast_plasticity.mechanism.params["threshold"]
    places = [NormalDist().inv_cdf((k + 0.5) / people) for k in range(people)]
    own = [float(row.iiv.individual(row.number(), z, row.iiv.spread)) for z in places]
    return np.mean([relief(curve, arm, hour, ((THRESHOLD, v),)) for v in own])


# ---- mood


def test_without_a_dose_nothing_moves_for_two_months(curve):
    assert np.ptp(curve("none", "outcome.madrs")) < 1e-9
    for what in ("mood.fast", "mood.slow", "mood.lift", "outcome.dissociation", "outcome.unresponsive"):
        assert np.all(np.abs(curve("none", what)) < NONE), what


@pytest.mark.parametrize("cortisol", [1.0, 2.0])
def test_severity_is_bounded_and_without_relief_it_is_that_of_health_or_of_depression(cortisol):
    own = {name: number(lift_lowers_severity, name) for name in ("largest", "healthy", "depressed")}

    def severity(lift):
        return lift_lowers_severity.mechanism(lift=lift, cortisol=cortisol, **own)["MADRS"]

    assert severity(0.0) == pytest.approx(own["healthy"] if cortisol == 1 else own["depressed"], rel=1e-12)
    assert 0 < severity(30.0) < 1e-3 and 60 - 1e-3 < severity(-30.0) < 60
    odds = severity(0.7) / (60 - severity(0.7)) / (severity(0.0) / (60 - severity(0.0)))
    assert odds == pytest.approx(np.exp(-0.7), rel=1e-12)


def test_relief_is_half_of_its_largest_where_plasticity_is_half():
    own = {n: number(plasticity_lifts_mood, n) for n in ("most", "half", "steepness", "responder")}

    def lift(fast, slow=0.0, **changed):
        return plasticity_lifts_mood.mechanism(fast=fast, slow=slow, **{**own, **changed})["lift"]

    assert lift(own["half"]) == pytest.approx(own["most"] / 2) and lift(0.0) < NONE
    assert lift(0.1, 0.2) == pytest.approx(lift(0.3)) and lift(1e3) < own["most"] < 1.001 * lift(1e3)
    assert lift(1.0, responder=0.0) == 0


def test_relief_is_some_at_4_h_largest_about_day_1_and_not_permanent(curve):
    course = [relief(curve, "0.5 mg/kg", h) for h in HOURS]
    assert 12 <= HOURS[int(np.argmax(course))] <= 36
    day = many(curve, "0.5 mg/kg", 24)
    assert 0.3 < many(curve, "0.5 mg/kg", 4) / day < 1
    assert 0.40 < many(curve, "0.5 mg/kg", 168) / day < 0.65
    assert many(curve, "0.5 mg/kg", 336) / day < 0.13
    assert abs(relief(curve, "0.5 mg/kg", 1440)) < 0.05


def test_the_mean_of_people_meets_both_anchors(curve):
    share = plasticity_lifts_mood.mechanism.params["responder"].iiv.share
    places = load_source("outcomes_dossier").places["mood-1-3"]
    for hour, row in ((24, "Price_24h_points"), (168, "Price_7d_points")):
        low, high = (-float(places[f"{row}_{end}"].split()[0]) for end in ("hi", "lo"))
        assert low < share * many(curve, "0.5 mg/kg", hour) < high


def test_the_dose_order_holds_and_is_steep_in_one_person_but_shallow_in_many(curve):
    doses = ("0.1 mg/kg", "0.2 mg/kg", "0.5 mg/kg", "1.0 mg/kg")
    one = [relief(curve, d, 24) for d in doses]
    all_ = [many(curve, d, 24) for d in doses]
    assert one == sorted(one) and all_ == sorted(all_)
    assert one[0] < 0.02 * one[2] and all_[0] > 0.1 * all_[2]
    assert 0.55 < all_[1] / all_[2] < 0.75 and 1.0 < all_[3] / all_[2] < 1.2


def test_who_does_not_respond_stays_where_he_was(curve):
    responder = (("plasticity_lifts_mood.responder", 0.0),)
    assert np.ptp(curve("six", "outcome.madrs", responder)) < 1e-9
    assert np.max(curve("six", "mood.fast", responder)) > 0.3


def test_six_infusions_last_longer_because_plasticity_consolidates(curve):
    end, later = 288, 696  # one and eighteen days after the sixth
    kept = relief(curve, "six", later) / relief(curve, "six", end)
    without = (("fast_plasticity_consolidates.speed", 0.0),)
    assert 0.4 < kept < 0.6
    assert relief(curve, "six", later, without) < 0.2 * relief(curve, "six", later)
    assert np.max(curve("0.5 mg/kg", "mood.slow")) < 0.4 * np.max(curve("six", "mood.slow"))


def test_the_share_of_responders_is_that_of_the_law():
    law = Share(0.6)
    assert law.individual(1.0, 0.0, law.spread) == 1.0  # the typical person
    name = "plasticity_lifts_mood.responder"
    model = load_model("empirical")
    draws = draw_people(model, 4000, 1)[model.draws()[name]]
    found = np.mean([float(law.individual(1.0, d, law.spread)) for d in draws])
    assert found == pytest.approx(0.6, abs=3 * np.sqrt(0.6 * 0.4 / 4000))


# ---- dissociation


def test_dissociation_needs_S_ketamine_and_R_ketamine_gives_none(curve):
    assert np.all(curve("R", "outcome.dissociation") < NONE) and np.max(curve("R", "mood.fast")) > 0
    assert curve("S", "outcome.dissociation", hour=40 / 60) > curve("0.5 mg/kg", "outcome.dissociation", hour=40 / 60) > 5


def test_dissociation_at_a_held_level_is_the_closed_form():
    """S held: the effect is constant, tolerance within rises exponentially and tolerance between nearly in a straight line."""
    own = {n: number(nmda_block_causes_dissociation, n) for n in nmda_block_causes_dissociation.mechanism.params}
    level, times = 0.15, ["0 h", "1 s"]
    plan = Protocol("held", end="5 h")
    plan = plan.clamp("brain.S_ketamine_free", times, ["0 umol/L", f"{level} umol/L"])
    alone = compose(nmda_block_causes_dissociation, inputs=["brain.S_ketamine_free"], name="alone")
    found = Lanes(alone, {"held": plan}, ["outcome.dissociation"]).run([("held", {})], [0.01, 0.5, 2.0, 5.0])
    power = level ** own["steepness"]
    effect = power / (power + own["half"] ** own["steepness"])
    for hours, score in zip((0.01, 0.5, 2.0, 5.0), found[0, :, 0], strict=True):
        t = hours * 3600
        within = own["within"] * effect * (1 - np.exp(-t / own["waning"]))
        between = own["between"] * effect / own["hour"] * own["lasting"] * (1 - np.exp(-t / own["lasting"]))
        assert score == pytest.approx(own["patient"] * own["most"] * effect / ((1 + within) * (1 + between)), rel=1e-3)


def test_dissociation_wanes_while_the_drug_stays_and_is_weaker_at_the_sixth_infusion(curve):
    volunteer = ((PATIENT, 1.0),)
    after, end = (curve("volunteers", "outcome.dissociation", volunteer, h) for h in (20 / 60, 70 / 60))
    tireless = (*volunteer, ("nmda_block_causes_dissociation.within", 0.0))
    kept = [curve("volunteers", "outcome.dissociation", tireless, h) for h in (20 / 60, 70 / 60)]
    assert end / after < 0.6 and kept[1] / kept[0] > 0.7
    first, sixth = (curve("six", "outcome.dissociation", hour=h) for h in (40 / 60, 264 + 40 / 60))
    assert 0.2 * first < sixth < 0.9 * first


def test_volunteers_report_more_than_patients_in_proportion(curve):
    patient = curve("volunteers", "outcome.dissociation", hour=20 / 60)
    assert curve("volunteers", "outcome.dissociation", ((PATIENT, 1.0),), 20 / 60) == pytest.approx(
        patient / number(nmda_block_causes_dissociation, "patient"), rel=1e-6
    )


def test_dissociation_keeps_the_dose_order_and_is_largely_gone_two_hours_after(curve):
    end = [curve(f"{d} mg/kg", "outcome.dissociation", hour=40 / 60) for d in ("0.1", "0.2", "0.5", "1.0")]
    assert end == sorted(end) and end[0] > 0
    assert curve("0.5 mg/kg", "outcome.dissociation", hour=160 / 60) < 0.15 * end[2]


# ---- loss of responses


def test_responses_stop_at_anesthetic_levels_and_S_ketamine_is_the_stronger():
    own = {n: number(ketamine_stops_responses, n) for n in ketamine_stops_responses.mechanism.params}

    def chance(S, R):
        return ketamine_stops_responses.mechanism(S=S, R=R, **own)["chance"]

    assert chance(own["half"], 0.0) == pytest.approx(0.5) == chance(0.0, own["half"] / own["potency"])
    assert chance(0.0, 0.0) < NONE and chance(10 * own["half"], 0.0) > 0.99
    assert chance(1.0, 0.0) > chance(0.0, 1.0)


def test_nobody_stops_responding_at_doses_for_depression(curve):
    assert np.max(curve("1.0 mg/kg", "outcome.unresponsive")) < 0.05
