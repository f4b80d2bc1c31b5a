"""One analysis as rows: what is combined how, what is left out and why, and what is refused."""

from math import log, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synaptrace.errors import SynaptraceError, UnknownName
from synaptrace.evidence.store.check import check_review
from synaptrace.evidence.store.load import load_review
from synaptrace.evidence.store.problems import EvidenceError, Problem
from synaptrace.evidence.store.query import find, query, spread
from tests.evidence.store.folders import ARMS, EFFECTS, REVIEW, TRIALS, arm, effect, folder, text_of, trial


def asked(path, analysis="pool", memory=(), review=REVIEW, **tables):
    return query(folder(path, review=review, **tables), analysis, memory)


def reason(found, **words):
    return next(r["reason"] for r in found.left_out if all(r[k] == v for k, v in words.items()))


def test_arms_become_pairs_and_effects_become_variances(tmp_path):
    found = asked(tmp_path / "x")
    assert [r["study"] for r in found.rows] == ["A 2020", "B 2021"] and not found.left_out and not found.marked
    row = found.rows[0]
    assert {k: row[k] for k in ("n1", "mean1", "sd1", "n2", "mean2", "sd2")} == {
        **{"n1": 20, "mean1": -15.0, "sd1": 10.0, "n2": 20, "mean2": -9.0, "sd2": 10.0}
    }
    assert row["lines"] == (2, 3) and row["source"] == ("mine:table 1",) and row["tag"] == "seen" and row["design"] == "parallel"
    row = asked(tmp_path / "x", "printed").rows[0]
    assert row["yi"] == -6 and row["vi"] == pytest.approx((8 / (2 * 1.959964)) ** 2, rel=1e-6)
    assert row["marks"] == ["ketamine - midazolam, variance made from the interval"]


def test_events_and_ratios(tmp_path):
    rows = [arm("A 2020", r, "", sd="", statistic="events", events=e) for r, e in (("active", 12), ("control", 5))]
    review = REVIEW.replace('"MD"\nscale', '"OR"\nscale').replace("change", "events").replace(', "B 2021"', "")
    (row,) = asked(tmp_path / "x", review=review, arms=rows).rows
    assert (row["events1"], row["n1"], row["events2"], row["n2"]) == (12, 20, 5, 20)
    review = REVIEW.replace('"MD"\nkind', '"OR"\nkind')
    rows = [
        effect("A 2020", 4.0, measure="OR", ci_low=2, ci_high=8, se=1.5),
        effect("B 2021", 0, measure="OR", ci_low="", ci_high=""),
    ]
    found = asked(tmp_path / "x", "printed", review=review, effects=rows)
    assert found.rows[0]["yi"] == pytest.approx(log(4)) and found.rows[0]["vi"] == pytest.approx((log(4) / (2 * 1.959964)) ** 2)
    assert reason(found, study="B 2021") == "a ratio of 0 or less has no logarithm"


def test_a_printed_standard_error_goes_before_the_interval_unless_told(tmp_path):
    rows = [effect("A 2020", -6, se=2.5), EFFECTS[1]]
    assert asked(tmp_path / "x", "printed", effects=rows).rows[0]["vi"] == 6.25
    review = REVIEW.replace('method = "DL"', 'method = "DL"\nspread = "interval"')
    assert asked(tmp_path / "x", "printed", review=review, effects=rows).rows[0]["vi"] < 6


def test_standard_deviations_are_made_from_errors_and_intervals_and_marked(tmp_path):
    rows = [ARMS[0] | {"sd": "", "se": 2}, ARMS[1] | {"sd": "", "ci_low": -11, "ci_high": -7}, *ARMS[2:]]
    found = asked(tmp_path / "x", arms=rows)
    assert found.rows[0]["sd1"] == 2 * sqrt(20) and found.rows[0]["sd2"] == pytest.approx(2 * sqrt(20) / 2.093, rel=1e-3)
    assert found.marked == [
        "A 2020: ketamine, standard deviation made from the standard error",
        "A 2020: midazolam, standard deviation made from the interval",
    ]
    assert spread({"n": 20, "sd": 3.0, "se": 1.0, "ci_low": None, "ci_high": None}) == (3.0, "")


def test_remembered_rows_stay_out_until_their_study_is_named(tmp_path):
    rows = [ARMS[0] | {"tag": "memory"}, *ARMS[1:]]
    found = asked(tmp_path / "x", arms=rows)
    assert [r["study"] for r in found.rows] == ["B 2021"] and found.missing == ["A 2020"]
    assert reason(found, line=2) == "it is remembered, and its study was not asked for by name"
    assert reason(found, line=3) == "its study has no usable active arm for this analysis"
    found = asked(tmp_path / "x", memory="A 2020", arms=rows)
    assert len(found.rows) == 2 and found.rows[0]["tag"] == "memory" and not found.missing
    assert found.marked == ["A 2020: remembered, asked for by name"]


REASONS = [
    ({"n": ""}, "its number of people was not found"),
    ({"mean": ""}, "its mean was not found"),
    ({"sd": ""}, "no standard deviation, standard error or interval was found"),
    ({"outcome": "sleep"}, "its outcome is sleep, the analysis asks for mood"),
    ({"scale": "HDRS-17"}, "its scale is HDRS-17, the analysis asks for MADRS"),
    ({"scale": ""}, "its scale is not given, the analysis asks for MADRS"),
    ({"statistic": "post"}, "it is a post, the analysis asks for change"),
    ({"time": 7, "time_unit": "d"}, "its time is 7 d, the analysis asks for 24 h"),
    ({"time": "", "time_unit": ""}, "its time is not given, the analysis asks for 24 h"),
    ({"study": "C 2022"}, "its study is not in the analysis"),
]


@pytest.mark.parametrize("change, why", REASONS, ids=[r[1] for r in REASONS])
def test_every_row_left_out_says_why(tmp_path, change, why):
    found = asked(tmp_path / "x", trials=[*TRIALS, trial("C 2022")], arms=[ARMS[0] | change, *ARMS[1:]])
    assert reason(found, line=2) == why
    assert len(found.left_out) + sum(len(r["lines"]) for r in found.rows) == len(ARMS)


def test_other_reasons(tmp_path):
    review = REVIEW.replace('statistic = "change"\n', "")
    found = asked(tmp_path / "x", review=review, arms=[ARMS[0] | {"statistic": "baseline"}, *ARMS[1:]])
    assert reason(found, line=2) == "it is a baseline, the measure MD needs an outcome score"
    found = asked(tmp_path / "x", review=review.replace('"MD"\nscale', '"RR"\nscale'))
    assert reason(found, line=2) == "it is a change, the measure RR needs events"
    review = REVIEW.replace('test = "knha"', 'arms = ["esketamine"]\ncontrols = ["saline"]')
    found = asked(tmp_path / "x", review=review)
    assert reason(found, line=2) == "its arm is ketamine, the analysis asks for esketamine"
    assert reason(found, line=3) == "its arm is midazolam, the analysis asks for saline"
    found = asked(tmp_path / "x", review=REVIEW.replace('"MD"\nscale', '"MC"\nscale'))
    assert reason(found, line=3) == "it is a control arm, the measure MC is of one group" and len(found.rows) == 2
    found = asked(tmp_path / "x", "printed", effects=[effect("A 2020", 2, measure="OR"), EFFECTS[1]])
    assert reason(found, line=2) == "its measure is OR, the analysis asks for MD (a ratio is not a difference)"
    found = asked(tmp_path / "x", "printed", effects=[EFFECTS[0] | {"ci_low": "", "ci_high": ""}, EFFECTS[1] | {"estimate": ""}])
    assert reason(found, line=2) == "no standard error or interval was found"
    assert reason(found, line=3) == "its estimate was not found"
    assert reason(asked(tmp_path / "x", review=REVIEW.replace('"A 2020", "B 2021"', "")), line=2) == "the analysis names no study"


def test_times_in_other_units_are_the_same_time(tmp_path):
    assert len(asked(tmp_path / "x", arms=[ARMS[0] | {"time": 1, "time_unit": "d"}, *ARMS[1:]]).rows) == 2


def test_two_arms_of_one_side_are_combined_only_when_said(tmp_path):
    rows = [ARMS[0], ARMS[0] | {"arm": "high dose", "mean": -17, "n": 10}, *ARMS[1:]]
    with pytest.raises(EvidenceError) as error:
        asked(tmp_path / "x", arms=rows)
    assert error.value.sentence == "A 2020 has 2 arms on one side of the comparison."
    assert error.value.lines["fix"] == 'name one in arms or controls, or write combine = "arms together"'
    review = REVIEW.replace('test = "knha"', 'combine = "arms together"')
    row = asked(tmp_path / "x", review=review, arms=rows).rows[0]
    mean = (20 * -15 + 10 * -17) / 30
    squares = 19 * 100 + 9 * 100 + 20 * (-15 - mean) ** 2 + 10 * (-17 - mean) ** 2
    assert (row["n1"], row["mean1"], row["sd1"]) == (30, pytest.approx(mean), pytest.approx(sqrt(squares / 29)))


def test_two_rows_for_one_arm_are_refused(tmp_path):
    review = REVIEW.replace('statistic = "change"\n', "")
    with pytest.raises(EvidenceError) as error:
        asked(tmp_path / "x", review=review, arms=[ARMS[0], ARMS[0] | {"statistic": "post", "mean": 18}, *ARMS[1:]])
    assert error.value.sentence == "A 2020 has 2 rows for the arm 'ketamine' in one analysis."
    assert error.value.lines["fix"] == "say outcome, scale, statistic and time in the analysis"


def test_doses_that_share_a_control_are_averaged_with_their_correlation_only_when_said(tmp_path):
    rows = [effect("A 2020", -6, se=2, comparison="low"), effect("A 2020", -8, se=3, comparison="high"), EFFECTS[1]]
    with pytest.raises(EvidenceError) as error:
        asked(tmp_path / "x", "printed", effects=rows)
    assert error.value.sentence == "A 2020 has 2 effects in one analysis, which share patients."
    review = REVIEW.replace('method = "DL"', 'method = "DL"\ncombine = "mean of doses"\ncorrelation = 0.5')
    row = asked(tmp_path / "x", "printed", review=review, effects=rows).rows[0]
    assert row["yi"] == -7 and row["vi"] == pytest.approx((4 + 9 + 2 * 0.5 * 6) / 4)
    assert row["marks"] == ["mean of 2 doses, correlation 0.5"] and row["lines"] == (2, 3)


def test_settings_can_be_given_as_a_dict_and_unknown_ones_are_told(tmp_path):
    review = load_review(folder(tmp_path / "x"))
    assert len(query(review, review.analysis("pool") | {"studies": ["A 2020"]}).rows) == 1
    with pytest.raises(UnknownName) as error:
        query(review, "poll")
    assert error.value.sentence == "'poll' is not an analysis of x." and error.value.lines["nearest"] == "pool"
    with pytest.raises(EvidenceError) as error:
        query(review, {"id": "mine", "table": "arms", "measure": "smd"})
    assert (
        error.value.sentence == "The analysis 'mine' has no measure that can be used."
        and 'measure = "' in error.value.lines["fix"]
    )


def test_rows_that_were_not_read_and_settings_of_the_wrong_kind_are_refused(tmp_path):
    path = folder(tmp_path / "x", arms=[ARMS[0] | {"mean": "fell"}, *ARMS[1:]])
    with pytest.raises(EvidenceError, match="'fell' in the column mean is not a number"):
        query(load_review(path, strict=False), "pool")
    assert len(query(load_review(path, strict=False), "printed").rows) == 2
    settings = load_review(folder(tmp_path / "y")).analysis("pool")
    for change, expected in (({"time": "24"}, "a whole number or a number"), ({"studies": [["A 2020"]]}, "a list of texts")):
        with pytest.raises(EvidenceError) as error:
            query(tmp_path / "y", settings | change)
        assert error.value.sentence.startswith("The setting ") and error.value.lines["expected"] == expected


def test_unknown_reviews_folders_and_columns_are_told(tmp_path):
    with pytest.raises(UnknownName) as error:
        load_review("grunebaum2018")
    assert error.value.lines["nearest"] == "grunebaum_2018"
    with pytest.raises(UnknownName, match="holds no review.toml"):
        load_review(tmp_path)
    with pytest.raises(EvidenceError) as error:
        find("arms", sudy="A")
    assert error.value.sentence == "'sudy' is not a column of arms." and "study" in error.value.lines["expected"]


LINES = st.one_of(st.text(max_size=40), st.sampled_from([text_of("arms", ARMS).splitlines()[i] for i in range(5)]))


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=6), st.text(max_size=30), st.booleans())
def test_fuzzed_folders_give_messages_or_rows_and_nothing_else(tmp_path_factory, lines, printed, headed):
    head = text_of("arms", []) if headed else ""
    path = folder(tmp_path_factory.mktemp("fuzz") / "x", arms="temporary", published=printed)
    (path / "arms.csv").write_bytes((head + "\n".join(lines)).encode("utf-8", "surrogatepass"))
    found = check_review(path, typical={})
    assert all(isinstance(p, Problem) and str(p) for p in found)
    review = load_review(path, strict=False)
    try:
        selected = query(review, "pool")
    except SynaptraceError as error:
        assert error.sentence
    else:
        used = [line for r in selected.rows for line in r["lines"]]
        assert sorted([*used, *(r["line"] for r in selected.left_out)]) == [r["line"] for r in review.rows["arms"]]
