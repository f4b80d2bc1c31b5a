"""The commands of the evidence store: what they print and write, and how they refuse."""

import json

import pytest

OWN = """study,year,n1,mean1,sd1,n2,mean2,sd2,overall_risk,place
A,2001,20,10,3,20,12,3.2,low,x
B,2003,30,11,4,28,12.5,4,high,y
C,2000,15,9,2,16,12,2.9,low,x
"""
KEYS = "estimate se ci statistic p tau2 tau2_ci i2 h2 q q_p prediction_interval weights k tags rows_left_out".split()


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(OWN)
    return path


def test_reviews_are_listed_and_shown_with_what_was_printed_and_found(command):
    listed = command("evidence", "list", "esketamine")
    assert listed.code == 0 and "esketamine_day_28" in listed.out and "xiong" not in listed.out
    rows = json.loads(command("evidence", "list", "--json").out)
    assert {"review", "title", "arms", "verdicts"} <= set(rows[0])
    shown = command("evidence", "show", "grunebaum_2018", "--table", "arms")
    assert "R5  match" in shown.out and "printed  estimate 2.85" in shown.out and "trials.csv" not in shown.out
    plain = json.loads(command("evidence", "show", "grunebaum_2018", "--json").out)
    assert plain["analyses"][0]["verdict"] == "match" and plain["rows"]["arms"][0]["source"]


def test_all_printed_results_are_checked_at_once_and_one_interval_is_read_two_ways(command):
    every = command("evidence", "check", "reviews")
    assert every.code == 0 and "differs: " in every.out and "not yet re-computable: " in every.out
    forensic = command("evidence", "check", "--forensic")
    assert "fits one arm, not two" in forensic.out
    assert [r["analysis"] for r in json.loads(command("evidence", "check", "--forensic", "--json").out)] == [
        "R12",
        "R12_two_groups",
    ]


def test_a_table_of_ones_own_is_pooled_and_every_key_is_there(command, own):
    done = command("evidence", "meta", own, "--measure", "SMD", "--knapp-hartung", "--drop-rob", "high")
    assert done.code == 0 and "left out: B: risk of bias: high" in done.out and "Knapp-Hartung, 2 studies" in done.out
    plain = json.loads(command("evidence", "meta", own, "--measure", "MD", "--json").out)
    assert set(KEYS) <= set(plain) and plain["k"] == 3 and len(plain["weights"]) == 3
    hts = json.loads(command("evidence", "meta", own, "--measure", "MD", "--prediction", "hts", "--json").out)
    assert hts["prediction_interval"][0] < plain["prediction_interval"][0]
    parts = command("evidence", "meta", own, "--measure", "MD", "--subgroup", "place")
    assert "subgroups differ" in parts.out and "y: -1.5" in parts.out
    line = command("evidence", "meta", own, "--measure", "MD", "--moderator", "year", "--method", "EE")
    assert "moderators: QM" in line.out and "year" in line.out


def test_the_script_for_another_program_reads_the_same_rows(command, own):
    script = command("evidence", "meta", own, "--measure", "SMD", "--drop-rob", "high", "--r").out
    assert "library(metafor)" in script and "dat[c(1, 3), ]" in script and 'measure="SMD", m1i=mean1' in script
    store = command("evidence", "meta", "cochrane_intravenous_pain_2025:P1", "--r", "--method", "DL").out
    assert "data.frame(study=c(" in store and 'method="DL"' in store
    given = command("evidence", "meta", own, "--measure", "MD", "--r", "--moderator", "year", "--knapp-hartung").out
    assert 'mods=~year, data=dat, method="REML", test="knha"' in given


def test_figures_are_drawn_from_the_data_that_is_written(command, own, tmp_path):
    paths = {k: tmp_path / f"{k}.svg" for k in ("forest", "funnel", "baujat", "cumulative")}
    options = [x for k, p in paths.items() for x in (f"--{k}", p)]
    done = command("evidence", "meta", own, "--measure", "MD", *options, "--order", "year", "--figure-data", tmp_path / "d.json")
    assert done.code == 0, done.err
    found = json.loads((tmp_path / "d.json").read_text())
    assert [r["label"] for r in found["cumulative"]["rows"]] == ["+ C", "+ A", "+ B"]
    assert found["forest"]["domains"] == ["overall_risk"] and found["forest"]["pooled"][-1]["label"] == "all studies (k = 3)"
    assert len(found["funnel"]["rows"]) == len(found["baujat"]["rows"]) == 3
    for path in paths.values():
        assert path.read_text().startswith("<?xml")


def test_a_folder_is_begun_filled_shown_and_never_half_written(command, tmp_path):
    folder = tmp_path / "mine"
    assert command("evidence", "init", folder).code == 0
    rows = tmp_path / "rows.csv"
    header = (folder / "trials.csv").read_text().splitlines()[0]
    rows.write_text(
        header + "\n" + "New 2026,2026,,parallel" + "," * (header.count(",") - 5) + "mine:table 1,seen\n".replace("seen", "seen,")
    )
    before = (folder / "trials.csv").read_text()
    seen = command("evidence", "add", rows, "--store", folder, "--table", "trials")
    assert seen.code == 0, seen.err
    assert "+New 2026" in seen.out and "nothing was written" in seen.out and (folder / "trials.csv").read_text() == before
    done = command("evidence", "add", rows, "--store", folder, "--table", "trials", "--write")
    assert "wrote" in done.out and "New 2026" in (folder / "trials.csv").read_text()


def test_a_review_is_copied_changed_and_run_again(command, tmp_path):
    folder = tmp_path / "pain"
    assert command("evidence", "show", "cochrane_intravenous_pain_2025", "--export", folder).code == 0
    arms = folder / "arms.csv"
    arms.write_text(arms.read_text().replace("60.033898", "40.033898"))
    page = command("evidence", "show", folder)
    assert page.code == 0 and "P1  differs" in page.out
    again = command("evidence", "show", "grunebaum_2018", "--export", folder)
    assert again.code == 2 and "is there already" in again.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("show", "grunebaum"), "'grunebaum' is not a review of the store."),
        (("show", "grunebaum_2018", "--table", "arm"), "'arm' is not a table."),
        (("list", "penicillin"), "no review holds 'penicillin'."),
        (("meta", "nothing.csv"), "'nothing.csv' is not a file."),
        (("meta", "grunebaum_2018:R6"), "'R6' is not an analysis of grunebaum_2018."),
        (("meta", "grunebaum_2018:R5", "--forest", "a.pdf"), "'a.pdf' is not a kind of file this writes."),
        (("init", "src/synaptrace/library/evidence/new"), "The store shipped with the package is read-only."),
    ],
)
def test_refusals_are_one_sentence_and_code_two(command, arguments, sentence):
    done = command("evidence", *arguments)
    assert done.code == 2 and done.err.startswith(sentence) and not done.out
