"""Windows of the sentences that hold no measurement, from what a source prints or a check asks; and what a switch must do."""

from math import inf, prod, sqrt

import numpy as np
import pytest
from scipy import stats

from synaptrace.claims import load_claims
from synaptrace.claims.checks import NOTICED, OFF_WORDS, TOLERANCE, is_off_word, switched_off_as_stated
from synaptrace.claims.load import read_claim
from synaptrace.errors import UnknownName, WiringError
from synaptrace.evidence import load_source
from synaptrace.windows import inside, printed_digits, published, window_of
from tests.evidence.test_mission_parts import HEAD, REST

CLAIMS = {c.id: c for c in load_claims("mission")}
BORROWED = {"M24", "M28", "M41", "M45", "M59"}  # have held-out parts, whose sizes are not changed after they were run
ELSEWHERE = {"M51", "M53"}  # regions of the brain, where one of several causes is switched off


def part(claim, name):
    return next(p for p in CLAIMS[claim].parts if p["name"].startswith(name))


def register(claim, row):
    """A number of the list of claims, read by hand from its text."""
    return float(load_source("mission_register").places[claim][row].split()[0])


def test_a_limit_is_the_one_that_the_list_of_claims_states():
    same, within = register("M30", "same"), register("M30", "within")
    assert part("M30", "without the first cause").window == (same - within, same + within)
    assert part("M36", "as the page has it").window == (register("M36", "unchanged_lo"), register("M36", "unchanged_hi"))
    assert part("M32", "year of the first controlled trial").window == (register("M32", "first_report"), inf)
    assert part("M32", "year of the first report").window == pytest.approx((1989.5, 1990.5), abs=1e-6)
    assert register("M32", "page_start") == 1990 and 2000 == register("M32", "first_trial")


def test_a_range_that_is_no_interval_of_confidence_is_not_called_one():
    for claim, name, low, high in (
        ("M02", "slow relief of pain left by the dose", 3.0, 6.0),
        ("M44", "block at rest", 3.0, 15.0),
        ("M46", "a: glutamate on NMDA receptors", 0.0, 0.03),
        ("M66", "healthy people below -1 SD", 0.41, 0.48),
    ):
        found = part(claim, name)
        assert found["window"] == "stated-limit" and found.window == pytest.approx((low, high)), claim


def test_who_is_left_after_four_steps_is_what_the_four_printed_shares_leave():
    left = 100 * prod(1 - p for p in (0.368, 0.306, 0.137, 0.130))
    low, high = part("M34", "left after four steps").window
    assert high == inf and low == pytest.approx(left, abs=0.005)


def test_what_chance_alone_gives_is_what_was_written_down():
    """Correlations in small studies, low scores in five tests that correlate by 0.3 to 0.5, sets of five studies at 0.2 each."""
    found = {n: 200 * stats.t.sf(0.7 * sqrt((n - 2) / (1 - 0.49)), n - 2) for n in (5, 7)}
    assert [round(found[n]) for n in (7, 5)] == [chance("M60", "beyond_by_chance_n7"), chance("M60", "beyond_by_chance_n5")]
    for cut, name in ((1.0, "healthy_1SD"), (1.5, "healthy_1_5SD"), (2.0, "healthy_2SD")):
        rates = [one_low(cut, r) for r in (0.5, 0.3)]
        assert rates == pytest.approx([chance("M66", f"{name}_low"), chance("M66", f"{name}_high")], abs=0.005)
    assert 1 - 0.8**5 == pytest.approx(chance("M67", "false_sets"), abs=0.005)


def chance(claim, row):
    return float(load_source("mission_register_mechanisms").places[claim][row].split()[0])


def one_low(cut, r):
    """Share of healthy people with one of five scores or more below -cut standard deviations; scores correlate by r."""
    z = np.linspace(-8, 8, 4001)
    none = stats.norm.cdf((cut + sqrt(r) * z) / sqrt(1 - r)) ** 5
    return 1 - np.trapezoid(stats.norm.pdf(z) * none, z)


def test_limits_and_printed_years_are_references_and_never_typed():
    table = part("M36", "as the page has it").table
    moved = {**table, "limits": {"below": "mission_register:M36:unchanged_hi"}}
    assert window_of(moved) == (-inf, 1.05)
    with pytest.raises(WiringError, match="'mission_register:M36:unchanged' is not in the library of sources."):
        window_of({**table, "limits": {"above": "mission_register:M36:unchanged"}})
    assert printed_digits("mission_register", "M05", "Orhurhu_pain") == pytest.approx((-1.835, -1.825), abs=1e-6)
    with pytest.raises(WiringError, match="is tagged memory and fixes no window."):
        printed_digits("mission_register_mechanisms", "M55", "by")
    with pytest.raises(UnknownName):
        printed_digits("mission_registry", "M32", "page_start")
    assert published("mission_register:M34:left_after_four_steps", "%") == 32.93


@pytest.mark.parametrize(
    ("stated", "value", "on", "window", "done"),
    [
        ("the effect should shrink", 1.15, 1.2, (1.0, inf), True),
        ("the effect should shrink", 1.17, 1.2, (1.0, inf), False),  # 0.85 of the effect is left, and reduced is 0.8
        ("the effect should shrink", 0.9, 1.2, (1.0, inf), True),
        ("the effect should shrink", 0.98, 0.9, (-inf, 1.0), True),
        ("the effect should shrink", 0.8, 0.9, (-inf, 1.0), False),
        ("the effect should shrink", -4.0, -6.0, (-7.0, -5.0), True),
        ("the effect should shrink", 1.0, 1.0, (1.0, inf), False),
        ("the effect should be blocked", -4.0, -12.0, (-inf, 0.0), True),
        ("the effect should be blocked", -7.0, -12.0, (-inf, 0.0), False),  # 0.58 is left, and blocked is 0.35
        ("it should change", 1.2 * (1 + 2 * NOTICED * TOLERANCE), 1.2, (1.0, inf), True),
        ("it should change", 1.2 * (1 + 0.5 * NOTICED * TOLERANCE), 1.2, (1.0, inf), False),
        ("it should change", 0.0, 1.2, (1.0, inf), True),
    ],
)
def test_a_switch_takes_a_part_of_the_effect_or_moves_what_is_read(stated, value, on, window, done):
    assert switched_off_as_stated(stated, value, on, window) is done


def test_a_ratio_to_before_shrinks_to_one_and_not_to_zero():
    assert switched_off_as_stated("the effect should shrink", 1.02, 1.2, (1.1, 1.4), nothing=1.0)
    assert not switched_off_as_stated("the effect should shrink", 1.02, 1.2, (1.1, 1.4))


@pytest.mark.parametrize(("value", "lies"), [(0.0, True), (-1e-14, True), (0.03 + 1e-14, True), (-1e-9, False), (0.0301, False)])
def test_the_ends_of_a_window_lie_in_it_within_rounding(value, lies):
    assert inside(value, (0.0, 0.03)) is lies


@pytest.mark.parametrize(("value", "lies"), [(1.0, False), (1.0 + 1e-15, False), (1.0 + 1e-6, True), (0.9, False)])
def test_an_end_that_stands_alone_must_be_passed_by_more_than_rounding(value, lies):
    assert inside(value, (1.0, inf)) is lies and inside(-value, (-inf, -1.0)) is lies and inside(value, (-inf, inf))


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"abov": "mission_register:M30:same"}, "a stated limit needs 'above', 'below' or both."),
        ({}, "a stated limit needs 'above', 'below' or both."),
        (
            {"above": "mission_register:M32:first_trial", "below": "mission_register:M32:first_report"},
            "the stated limits leave no room between them.",
        ),
    ],
)
def test_limits_that_could_never_fail_or_never_hold_are_refused(limits, sentence):
    with pytest.raises(WiringError, match=sentence):
        window_of({"check": "between", "window": "stated-limit", "limits": limits, "measure": {"unit": "1"}})


def test_a_word_that_no_rule_knows_is_refused():
    assert all(map(is_off_word, (*OFF_WORDS, "changes by >= 0.2")))
    assert not any(map(is_off_word, ("shrinks", "changes", "changes by", "changes by >= much", "0.2", "")))
    text = (
        HEAD
        + REST.format(circularity="exact")
        + """window = "sign"
expect = { above = 0.0 }
run = { review = "cochrane_intravenous_pain_2025", analysis = "P1" }
measure = { what = ["ci_high"], unit = "1" }
off = { analysis = "P2", expect = "less" }
"""
    )
    with pytest.raises(WiringError, match="'less' is not a word for a switched-off run."):
        read_claim(text, "M1")


def test_what_a_switch_must_do_is_a_word_and_no_typed_size():
    """But for held-out parts, which keep what they said before their first run, and parts of other claims."""
    for claim in CLAIMS.values():
        for one in claim.parts:
            stated = one["off"].get("expect", "outside")
            typed = stated not in OFF_WORDS and "same_as" not in one.table and claim.id not in ELSEWHERE
            assert not typed or claim.id in BORROWED and one["role"] == "held-out", (claim.id, one["name"])
