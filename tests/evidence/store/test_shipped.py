"""The shipped store: every folder loads without an error, and its rows give the contrasts that were computed by hand."""

import re
from math import exp, log, sqrt

import pytest

from synaptrace.evidence.store.check import check_store
from synaptrace.evidence.store.load import STORE, frame, load_review, load_store, papers, reviews
from synaptrace.evidence.store.problems import errors
from synaptrace.evidence.store.query import find, query
from synaptrace.evidence.store.schema import TABLES, TAGS

OURS = (
    "active_comparators blood_pressure cochrane_depression_2021 cognition daly_2018 depression_reviews dissociation "
    "esketamine_day_28 grunebaum_2018 masked_by_anesthesia monoamine_comparator placebo_response relapse_and_safety_of_courses "
    "repeated_infusions_depression single_infusion_depression suicidal_ideation suicidal_ideation_reviews xiong_2021"
).split()
PACKAGE = STORE.parents[1]
IS_NUMBER = re.compile(r"[-+]?\d*\.?\d+")


def hedges(r):
    """g and its standard error, v = (n1 + n2) / (n1 n2) + g^2 / (2 (n1 + n2))."""
    n1, n2 = r["n1"], r["n2"]
    pooled = sqrt(((n1 - 1) * r["sd1"] ** 2 + (n2 - 1) * r["sd2"] ** 2) / (n1 + n2 - 2))
    g = (1 - 3 / (4 * (n1 + n2 - 2) - 1)) * (r["mean1"] - r["mean2"]) / pooled
    return g, sqrt((n1 + n2) / (n1 * n2) + g * g / (2 * (n1 + n2)))


def difference(r):
    return r["mean1"] - r["mean2"], sqrt(r["sd1"] ** 2 / r["n1"] + r["sd2"] ** 2 / r["n2"])


def log_odds_ratio(r):
    a, b, c, d = r["events1"], r["n1"] - r["events1"], r["events2"], r["n2"] - r["events2"]
    return log(a * d / (b * c)), sqrt(1 / a + 1 / b + 1 / c + 1 / d)


def pooled(pairs):
    """(mean, its standard error, Q) with the variance between trials of DerSimonian and Laird."""
    w = [1 / se**2 for _, se in pairs]
    mean = sum(a * y for a, (y, _) in zip(w, pairs, strict=True)) / sum(w)
    q = sum(a * (y - mean) ** 2 for a, (y, _) in zip(w, pairs, strict=True))
    between = max(0.0, (q - len(w) + 1) / (sum(w) - sum(a * a for a in w) / sum(w)))
    w = [1 / (se**2 + between) for _, se in pairs]
    return sum(a * y for a, (y, _) in zip(w, pairs, strict=True)) / sum(w), sum(w) ** -0.5, q


def agree(value, printed):
    """The number rounds to the printed digits."""
    digits = len(printed.partition(".")[2])
    return abs(value - float(printed)) <= 0.5000001 * 10**-digits


def test_every_folder_is_there_and_has_no_error():
    assert set(OURS) <= set(reviews())
    for name, problems in check_store().items():
        assert not errors(problems), f"{name}\n" + "\n".join(map(str, errors(problems)))


def test_every_folder_of_ours_has_rows_or_says_which_rows_are_missing():
    for name in OURS:
        review = load_review(name)
        assert review.shipped and review.about["status"].endswith(".")
        assert sum(map(len, review.rows.values())) or all(e["missing_rows"] for e in review.published.values())
        for entry in review.published.values():
            assert entry["expected"] != "not yet re-computable" or entry["missing_rows"]


@pytest.mark.parametrize("name", reviews())
def test_rows_used_and_rows_left_out_are_the_whole_table(name):
    review = load_review(name)
    for settings in review.analyses:
        found = query(review, settings["id"])
        lines = [line for r in found.rows for line in r["lines"]] + [r["line"] for r in found.left_out]
        assert sorted(lines) == [r["line"] for r in review.rows[settings["table"]]]
        assert all(r["reason"] for r in found.left_out)
        assert all(r["tag"] in TAGS and r["tag"] != "memory" for r in found.rows)


def test_a_printed_result_is_in_published_toml_alone():
    texts = [*PACKAGE.rglob("*.py"), *STORE.rglob("*.csv"), *STORE.rglob("review.toml")]
    lines = [(p, i, set(IS_NUMBER.findall(line))) for p in texts for i, line in enumerate(p.read_text("utf-8").splitlines(), 1)]
    for name, review in load_store().items():
        for entry in [*review.published.values(), *review.own.values()]:
            literal = [entry.get(k) for k in ("estimate", "ci_low", "ci_high")]
            if None not in literal and not set(literal) & {"0", "1"}:
                assert not [(str(p), i) for p, i, found in lines if set(literal) <= found], (name, literal)


def test_all_tables_make_data_frames():
    for review in load_store().values():
        for table, rows in review.rows.items():
            found = frame(rows, table)
            assert len(found) == len(rows) and list(found.columns)[:-2] == [c.name for c in TABLES[table]]


def test_addresses_are_of_papers_and_copies_are_noted():
    known = papers()
    assert known["murrough2013"]["pmid"] == "23982301" and "seen in a copy" in known["price2022"]["note"]
    assert not [k for k, r in known.items() if "github" in " ".join(str(v) for v in r.values()).casefold()]


def test_two_dose_groups_of_transform_1_are_one_group():
    (row,), own = query("esketamine_day_28", "R1b").rows, load_review("esketamine_day_28").own["R1b"]
    assert agree(row["mean1"], own["estimate"]) and agree(row["sd1"], own["sd"]) and row["n1"] == int(own["n"])
    assert row["n2"] == 108 and row["tag"] == "seen"


@pytest.mark.parametrize("analysis", ["R1", "R2", "R3", "R3b", "R4"])
def test_esketamine_rows_give_the_pools_found_by_hand(analysis):
    found, own = query("esketamine_day_28", analysis), load_review("esketamine_day_28").own[analysis]
    effect = {"R1": difference, "R2": hedges}.get(analysis, lambda r: (r["yi"], sqrt(r["vi"])))
    mean, se, q = pooled([effect(r) for r in found.rows])
    assert len(found.rows) == int(own["k"]) and not found.missing and agree(mean, own["estimate"])
    slack = 0.001 if own["expected"] == "differs" else 0
    for key, limit in (("ci_low", mean - 1.959964 * se), ("ci_high", mean + 1.959964 * se), ("q", q)):
        assert key not in own or agree(limit, own[key]) or abs(limit - float(own[key])) < 2.5 * slack


SINGLE = [
    *(("single_infusion_depression", "R9", difference), ("single_infusion_depression", "R9_g", hedges)),
    *(("masked_by_anesthesia", f"R13_day{d}{g}", hedges if g else difference) for d in (1, 3, 7, 14) for g in ("", "_g")),
    *(("suicidal_ideation", f"price_{n}", hedges) for n in "composite ssi item10 qids hopelessness anxiety".split()),
    *(("cognition", f"keilp_{n}", hedges) for n in "delayed_recall recognition letter_fluency category_fluency".split()),
    *(("cognition", f"transform3_{n}", hedges) for n in ("delayed_recall", "total_learning")),
    *(("blood_pressure", f"liebe_maximum_{n}", difference) for n in ("systolic", "diastolic")),
    ("grunebaum_2018", "R5", log_odds_ratio),
    *(("suicidal_ideation", f"taipei_{n}", log_odds_ratio) for n in "4h day2 day3 day5 day7 day14 response".split()),
]


@pytest.mark.parametrize("name, analysis, effect", SINGLE, ids=lambda v: getattr(v, "__name__", str(v)))
def test_rows_of_one_trial_give_the_contrast_found_by_hand(name, analysis, effect):
    (row,), own = query(name, analysis).rows, load_review(name).own[analysis]
    value, se = effect(row)
    shown = exp if effect is log_odds_ratio else float
    slack = 1 if analysis.startswith("R13") else 0  # se of R13 is that of two groups with 20 and 19 people
    assert agree(shown(value), own["estimate"])
    for key, limit in (("ci_low", value - 1.959964 * se), ("ci_high", value + 1.959964 * se)):
        assert key not in own or agree(shown(limit), own[key])
    assert "se" not in own or agree(se, own["se"]) or slack


def test_remembered_numbers_per_arm_are_used_only_when_asked_for():
    own = load_review("repeated_infusions_depression").own
    for arm in ("2x", "3x"):
        assert not query("repeated_infusions_depression", f"R11_{arm}").rows
        for suffix, effect in (("", difference), ("_g", hedges)):
            found = query("repeated_infusions_depression", f"R11_{arm}{suffix}", memory=["Singh 2016 dose frequency"])
            (row,), known = found.rows, own[f"R11_{arm}{suffix}"]
            value, se = effect(row)
            assert agree(value, known["estimate"]) and agree(se, known["se"])
            assert row["tag"] == "memory" and found.marked == ["Singh 2016 dose frequency: remembered, asked for by name"]


def test_with_the_remembered_trials_missing_it_is_said_that_it_is_another_analysis():
    assert query("esketamine_day_28", "R4_with_aspire").missing == ["ASPIRE I", "ASPIRE II"]
    found = query("esketamine_day_28", "R4_with_aspire", memory=["ASPIRE I", "ASPIRE II"])
    own = load_review("esketamine_day_28").own["R4_with_aspire"]
    mean, se, _ = pooled([(r["yi"], sqrt(r["vi"])) for r in found.rows])
    assert agree(mean, own["estimate"]) and agree(mean - 1.959964 * se, own["ci_low"]) and not found.missing


def test_murrough_odds_ratio_cannot_be_the_remembered_one():
    found = query("single_infusion_depression", "R10", memory="Murrough 2013")
    review = load_review("single_infusion_depression")
    assert agree(exp(log_odds_ratio(found.rows[0])[0]), review.own["R10"]["estimate"])
    assert not agree(float(review.own["R10"]["estimate"]), review.published["R10"]["estimate"])
    assert review.published["R10"]["expected"] == "not yet re-computable"


def test_star_d_gives_the_printed_cumulative_remission():
    left = 1.0
    for row in query("monoamine_comparator", "R6").rows:
        left *= 1 - row["yi"] / 100
    review = load_review("monoamine_comparator")
    assert agree(100 * (1 - left), review.own["R6"]["estimate"]) and agree(100 * (1 - left), review.published["R6"]["estimate"])


def test_absolute_risks_of_the_cochrane_tables():
    review = load_review("cochrane_depression_2021")
    for name, entry in review.published.items():
        if name.startswith("risk_"):
            (row,), ratio = query(review, name).rows, float(review.published[review.analysis(name)["uses"]]["estimate"])
            p0 = row["yi"] / 100
            risk = 100 * p0 * ratio / (1 - p0 + p0 * ratio)
            assert agree(risk, review.own[name]["estimate"]) and abs(risk - float(entry["estimate"])) < 0.15
            assert (entry["expected"] == "match") == agree(risk, entry["estimate"])


def test_xiong_is_a_change_within_one_group():
    review = load_review("xiong_2021")
    (one,), (two,) = query(review, "R12").rows, query(review, "R12_two_groups").rows
    d, n1, n2 = float(review.published["R12"]["estimate"]), two["n1"], two["n2"]
    errors_ = {
        "R12": sqrt(1 / one["n1"] + d * d / (2 * one["n1"])),
        "R12_two_groups": sqrt((n1 + n2) / (n1 * n2) + d * d / (2 * (n1 + n2))),
    }
    for name, se in errors_.items():
        assert agree(se, review.own[name]["se"]) and agree(d - 1.959964 * se, review.own[name]["ci_low"])
    assert abs(d - 1.959964 * errors_["R12"] - float(review.published["R12"]["ci_low"])) < 0.0015
    assert abs(d - 1.959964 * errors_["R12_two_groups"] - float(review.published["R12"]["ci_low"])) > 0.05


def test_percentages_of_elekt_d_give_the_printed_difference():
    (row,) = query("active_comparators", "R7").rows
    found = 100 * (row["events1"] / row["n1"] - row["events2"] / row["n2"])
    assert agree(found, load_review("active_comparators").published["R7"]["estimate"])


def test_rows_of_one_study_are_found_across_folders():
    assert {r["review"] for r in find("trials", study="Su 2017")} == {"single_infusion_depression", "suicidal_ideation"}
    assert len(find("arms", study="Lii 2023", scale="MADRS", statistic=["post", "baseline"])) == 14
