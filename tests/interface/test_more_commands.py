"""The commands around overlays, comparisons, claims and files of people, as a user types them."""

import json

from tests.exposure import EXPOSURE

CSV = (
    "ID,TIME,AMT,TIMEU,AMTU,SUBSTANCE,ROUTE,DV,DVU,DVNAME\n1,0,35,h,mg,racemic ketamine,iv,.,.,.\n"
    "1,1,.,h,.,.,.,100,ng/mL,venous.ketamine\n"
)


def test_overlays_are_listed_and_put_on_a_run(command):
    assert "mg_jahr_stevens" in command("overlays").out
    done = command("run", *EXPOSURE, "single_infusion", "--overlay", "mg_jahr_stevens", "--at", "40min")
    assert done.code == 0 and "  overlay  mg_jahr_stevens" in done.out.splitlines()
    done = command("run", *EXPOSURE, "--overlay", "mg_jahr")
    assert done.code == 2 and "'mg_jahr' is not an overlay." in done.err and "nearest" in done.err


def test_compare_prints_a_column_per_arm_and_draws_them(command, tmp_path):
    path = tmp_path / "arms.png"
    done = command("compare", *EXPOSURE, "esketamine_nasal_28", "esketamine_nasal_56", "--figure", path)
    assert done.code == 0 and path.exists()
    head = done.out.splitlines()[0].split()
    assert head == ["peak", "unit", "esketamine_nasal_28", "esketamine_nasal_56"]
    done = command("compare", *EXPOSURE, "single_infusion", "--figure", tmp_path / "arms.pdf")
    assert done.code == 2 and "is not a kind of file this writes." in done.err


def test_two_models_are_compared_on_one_protocol(command):
    done = command("compare", "esketamine_nasal_28", "--model", "standard", "--model", "perez_ruixo")
    heads = [line.split() for line in done.out.splitlines() if line.split()[-2:] == ["standard", "perez_ruixo"]]
    assert done.code == 0 and [head[0] for head in heads] == ["from", "peak"]


def test_a_file_of_people_prints_what_was_observed_beside_the_model(command, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(CSV)
    done = command("run", *EXPOSURE, path, "--until", "6 h")
    assert done.code == 0 and "median absolute error" in done.out
    row = next(line for line in done.out.splitlines() if "venous.ketamine (ng/mL)" in line and " 100 " in line)
    assert row.split()[:3] == ["1", "1", "h"] and row.rstrip().endswith("%")
    found = json.loads(command("run", *EXPOSURE, path, "--json").out)
    assert found["compared"][0]["observed"] == 100 and found["people"] == 1
    done = command("run", *EXPOSURE, path, "--patient", "age=30")
    assert done.code == 2 and "a CSV says who its people are." in done.err
    done = command("run", *EXPOSURE, path, "--people", "5")
    assert done.code == 2 and "a CSV brings its own people." in done.err


def test_evidence_prints_a_scorecard_and_refuses_an_unknown_group(command, monkeypatch):
    from synaptrace.claims import scorecard

    kept = scorecard.load_claims
    monkeypatch.setattr(scorecard, "load_claims", lambda group=None: [c for c in kept(group) if c.id in ("C3", "I1")])
    done = command("evidence", "check", "exposure")
    lines = done.out.splitlines()
    assert done.code == 0 and lines[0].split()[:3] == ["claim", "part", "role"]
    assert any(line.split()[0] == "C3" and " pass " in line for line in lines[1:])
    assert "validation (held-out, free and clean): 0 of 0 parts pass" in done.out
    found = json.loads(command("evidence", "check", "exposure", "--json").out)
    assert [c["id"] for c in found["claims"]] == ["C3", "I1"]
    done = command("evidence", "check", "exposition")
    assert done.code == 2 and "'exposition' is not a group of claims." in done.err


def test_the_held_out_log_grows_by_one_table(command, monkeypatch, tmp_path):
    from synaptrace.claims import scorecard

    kept = scorecard.load_claims
    monkeypatch.setattr(scorecard, "load_claims", lambda group=None: [c for c in kept(group) if c.id == "H4"])
    path = tmp_path / "heldout.md"
    for times in (1, 2):
        before = path.read_text() if path.exists() else ""
        assert command("evidence", "check", "exposure", "--log", path).code == 0
        text = path.read_text()
        assert text.startswith(before) and text.count("| H4 |") == times and text.count("## 20") == times
