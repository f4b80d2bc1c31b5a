"""Every printed result of the store is re-computed from its rows by the review's own settings, or says why not."""

import pytest

from synaptrace.errors import UnknownName
from synaptrace.evidence.reviews import (
    DIFFERS,
    MATCH,
    NUMBERS,
    OPEN,
    check_table,
    find_reviews,
    recompute,
    recompute_all,
    same_digits,
)
from synaptrace.evidence.store.load import load_store
from synaptrace.evidence.store.query import query
from synaptrace.evidence.text import forensic_text, list_text, reviews_text, show_text

STORE = load_store()
PRINTED = [(n, a) for n, r in STORE.items() for a in r.published]
OWN = [
    (n, a) for n, r in STORE.items() for a, entry in r.own.items() if r.analysis(a).get("method") in ("EE", "DL", "REML", "none")
]


@pytest.mark.parametrize(("name", "analysis"), PRINTED)
def test_a_printed_result_comes_out_as_its_file_says(name, analysis):
    entry, found = STORE[name].published[analysis], recompute(name, analysis)
    assert found.verdict == entry["expected"]
    assert found.because
    if found.verdict == MATCH:
        assert found.found and not found.off
    if found.verdict == DIFFERS:
        assert found.off and entry["reason"]


@pytest.mark.parametrize(("name", "analysis"), OWN)
def test_pools_worked_out_by_hand_come_out_again(name, analysis):
    review = STORE[name]
    entry, studies = review.own[analysis], review.analysis(analysis).get("studies", [])
    found = recompute(name, analysis, memory=studies).found
    off = [k for k in NUMBERS if k in entry and not same_digits(found[k], entry[k])]
    assert bool(off) == (entry["expected"] == "differs"), (off, found)
    if entry["tag"] == "memory":
        assert not recompute(name, analysis).found


def test_rows_that_are_remembered_move_nothing_unless_asked_for_and_are_then_marked():
    silent, asked = (
        recompute("single_infusion_depression", "R10"),
        recompute("single_infusion_depression", "R10", ["Murrough 2013"]),
    )
    assert silent.verdict == OPEN and not silent.found and silent.because.startswith("missing rows: ")
    assert asked.verdict == DIFFERS and any("remembered" in m for m in asked.marks)


def test_what_is_printed_takes_no_part_in_what_is_found():
    review = STORE["cochrane_intravenous_pain_2025"]
    with_print = recompute(review, "P1")
    review_without = type(review)(**{**vars(review), "published": {}})
    assert recompute(review_without, "P1").found == with_print.found and recompute(review_without, "P1").verdict == ""


def test_a_changed_row_changes_the_verdict():
    review = STORE["cochrane_intravenous_pain_2025"]
    arms = [dict(r) for r in review.rows["arms"]]
    arms[0]["mean"] += 1
    moved = type(review)(**{**vars(review), "rows": review.rows | {"arms": arms}})
    assert recompute(review, "P1").verdict == MATCH and recompute(moved, "P1").verdict == DIFFERS


def test_a_printed_interval_shows_that_it_is_of_one_arm():
    one, two = (recompute("xiong_2021", a) for a in ("R12", "R12_two_groups"))
    off = [max(abs(r.found[k] - float(r.printed[k])) for k in ("ci_low", "ci_high")) for r in (one, two)]
    assert off[0] < 0.001 and off[1] > 0.05
    text = forensic_text(one, two)
    assert "fits one arm, not two" in text and "35 and 33" in text
    assert "fits two arms: it has a control group" in forensic_text(two, one)


def test_digits_are_compared_as_printed():
    assert same_digits(-15.7911, "-15.79") and not same_digits(-15.796, "-15.79")
    assert same_digits(0.5, "0") and same_digits(67.07, "67") and not same_digits(67.6, "67")


def test_no_printed_interval_stands_in_a_row_or_in_code():
    for name, review in STORE.items():
        for analysis, entry in review.published.items():
            if "ci_low" not in entry or review.analysis(analysis).get("method") in ("not found", "none"):
                continue
            for row in review.rows["effects"]:
                same = [row[k] == float(entry[k]) for k in ("estimate", "ci_low", "ci_high") if k in entry]
                assert not all(same), (name, analysis)


def test_the_pages_name_verdicts_sources_and_reasons():
    every = recompute_all()
    text = reviews_text(every)
    assert f"{DIFFERS}: {sum(r.verdict == DIFFERS for r in every)}" in text and "missing rows: " in text
    counts = {n: {MATCH: 0, DIFFERS: 0, OPEN: 0} for n in STORE}
    assert len(list_text(STORE, counts).splitlines()) == len(STORE) + 2
    page = show_text(STORE["grunebaum_2018"], [recompute("grunebaum_2018", "R5")], {})
    assert "R5  match" in page and "grunebaum2018:abstract" in page and "arms.csv, 4 rows" in page


def test_reviews_are_found_by_a_word_and_unknown_words_are_refused():
    assert "xiong_2021" in find_reviews("Xiong") and "masked_by_anesthesia" in find_reviews("lii 2023")
    with pytest.raises(UnknownName, match="no review holds 'penicillin'"):
        find_reviews("penicillin")
    with pytest.raises(UnknownName, match="'arm' is not a table"):
        check_table("arm")


def test_every_row_is_used_or_listed_with_its_reason():
    for name, review in STORE.items():
        for settings in review.analyses:
            if settings.get("method") in ("EE", "DL", "REML"):
                found = query(review, settings["id"])
                used = sum(len(r["lines"]) for r in found.rows)
                assert used + len(found.left_out) == len(review.rows[settings["table"]]), (name, settings["id"])
                assert all(r["reason"] for r in found.left_out)
