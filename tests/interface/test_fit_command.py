"""The command that runs declared fits: what it prints and writes, and how it refuses what cannot be fitted."""

import tomllib
from dataclasses import replace

import pytest

from synaptrace.fit import fits, load_fit
from synaptrace.fit.claimed import claimed, load_named
from synaptrace.fit.declared import read_fit
from synaptrace.fit.targets import Targets
from synaptrace.models import load_model
from synaptrace.protocol import Protocol
from synaptrace.simulate.lanes import Lanes

SMALL = """title = "Breakdown of phosphorylated eEF2, to lysate without kinase"

[recipe]
model  = "signaling_rig"
claims = ["S4"]
starts = 2
seed   = 1

[[free]]
name  = "eef2k_phosphorylates_eef2.rate"
range = ["0.5 1/h", "20 1/h"]
"""
TARGET = """
[[target]]
name = "aim"
protocol = "single_infusion"
what = "arterial.ketamine"
at = "1 h"
read = "value"
value = 100
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("fits") / "small.toml"
    path.write_text(SMALL)
    return path


def test_the_list_says_what_is_fitted_and_what_came_out(command):
    done = command("fit")
    assert done.code == 0 and all(f"{n} " in done.out and title in done.out for n, title in fits().items())
    assert f"objective {load_fit('signaling').built['objective']:g}" in done.out


def test_a_fit_is_run_printed_and_written_and_can_be_an_overlay(command, small, tmp_path):
    path = tmp_path / "small.toml"
    done = command("fit", small, "--write", path)
    assert done.code == 0 and done.err.count("start ") == 2 and "start 2 of 2: " in done.err
    assert "eef2k_phosphorylates_eef2.rate" in done.out and "from 2 of 2 starts" in done.out and "S4 600 s" in done.out
    table = tomllib.loads(path.read_text())
    assert path.read_text().startswith(SMALL.rstrip())
    rate = float(table["number"][0]["value"].split()[0])
    assert rate == pytest.approx(1.17e-3, rel=0.02) and table["built"]["not_identifiable"] == []
    low, high = table["built"]["interval"]["eef2k_phosphorylates_eef2.rate"]
    assert low < rate < high and table["number"][0]["source"] == "fit:small:eef2k_phosphorylates_eef2.rate"
    done = command("explain", "eef2k_phosphorylates_eef2.rate", "--model", "signaling_rig")
    assert done.code == 0 and "Fits of this package" in done.out


def test_a_quick_run_is_one_start_and_writes_nothing(command, small, tmp_path):
    done = command("fit", small, "--quick", "--write", tmp_path / "never.toml")
    assert done.code == 0 and "from 1 of 1 starts" in done.out and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["signalling"], "'signalling' is not a fit."),
        (["nowhere.toml"], "'nowhere.toml' cannot be read as a fit."),
        (["signaling", "--starts", "0"], "'0' is not a number of starts."),
        (["signaling", "--write", "fit.json"], "'fit.json' is not a kind of file this writes."),
        (["signaling", "--write", "no/such/fit.toml"], "'no/such/fit.toml' cannot be written."),
    ],
)
def test_a_fit_that_cannot_be_run_is_refused_before_anything_runs(command, arguments, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = command("fit", *arguments)
    assert done.code == 2 and done.err.startswith(sentence) and "Traceback" not in done.err and not done.out
    assert not list(tmp_path.iterdir())


def test_the_nearest_fit_is_named(command):
    assert "nearest  signaling" in command("fit", "signalling").err


ENDS = "the range of 'eef2k_phosphorylates_eef2.rate' is not two numbers above zero, the lower one first."
AIMLESS, TWO = TARGET.replace("value = 100\n", ""), TARGET + "at_most = 200\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("title =", "'my' cannot be read as a fit."),
        (SMALL.replace("[recipe]", "[receipt]"), "the fit 'my' has no 'recipe'."),
        (SMALL.replace("title", "name"), "the fit 'my' has no 'title'."),
        (SMALL.split("[[free]]")[0], "the fit 'my' has no 'free'."),
        (SMALL.replace("model ", "modell "), "'modell' is not a key of [recipe]."),
        (SMALL.replace('model  = "signaling_rig"\n', ""), "[recipe] has no 'model'."),
        (SMALL.replace('claims = ["S4"]\n', ""), "the fit 'my' is fitted to nothing."),
        (SMALL.replace("range", "ranges"), "'ranges' is not a key of [[free]]."),
        (SMALL.split("range")[0], "[[free]] has no 'range'."),
        (SMALL + SMALL[SMALL.index("[[free]]") :], "'eef2k_phosphorylates_eef2.rate' is free twice."),
        (SMALL + TARGET.replace("\nat = ", "\nwhen = "), "'when' is not a key of [[target]]."),
        (SMALL + TARGET.replace('at = "1 h"\n', ""), "[[target]] has no 'at'."),
        (SMALL + AIMLESS, "the target 'aim' needs one aim."),
        (SMALL + TWO, "the target 'aim' needs one aim."),
        (SMALL + TARGET.replace("value =", "at_most ="), "the target 'aim' has no 'se'."),
    ],
)
def test_a_file_that_is_no_fit_is_refused_by_what_is_wrong(refusal, text, sentence):
    assert refusal(read_fit, text, "my").sentence == sentence


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("rate", "rat", "'eef2k_phosphorylates_eef2.rat', which the fit 'my' would find, is not a parameter of 'signaling_rig'."),
        ('"0.5 1/h"', '"0 1/h"', ENDS),
        ('"20 1/h"]', '"0.1 1/h"]', ENDS),
        ('"20 1/h"]', '"20 1/h"]\nprior = "21 1/h"', "the prior of 'eef2k_phosphorylates_eef2.rate' lies outside its range."),
        ('"0.5 1/h"', '"0.5 mg"', "'0.5 mg' cannot be read in 1/s."),
        ('["S4"]', '["S44"]', "'S44' is not a claim."),
        ('"signaling_rig"', '"signaling_rigg"', "'signaling_rigg' is not a model."),
    ],
)  # fmt: skip
def test_a_fit_that_the_model_cannot_have_is_refused(command, tmp_path, old, new, sentence):
    path = tmp_path / "my.toml"
    path.write_text(SMALL.replace(old, new, 1))
    done = command("fit", path, "--quick")
    assert done.code == 2 and done.err.splitlines()[0] == sentence and not done.out


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"arterial.ketamine"', '"arterial.ketamin"', "'arterial.ketamin' is not a quantity of the model 'exposure'."),
        ('read = "value"', 'read = "values"', "'values' is not a way to read a target."),
        ('"single_infusion"', '"single_infusions"', "'single_infusions' is not a shipped protocol."),
    ],
)
def test_a_target_that_cannot_be_read_is_refused(refusal, old, new, sentence):
    text = SMALL.replace('claims = ["S4"]', "").replace("signaling_rig", "exposure") + TARGET.replace(old, new)
    assert refusal(Targets, read_fit(text, "my"), load_model("exposure")).sentence == sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"role": "held-out"}, "'S4: 300 s' is held-out and cannot be fitted."),
        ({"window": None}, "'S4: 300 s' has no printed number to be fitted to."),
        ({"check": "sign"}, "'S4: 300 s' has no printed number to be fitted to."),
        ({"run": {"model": "exposure"}}, "'S4: 300 s' is run on another model."),
        ({"run": {"model": "signaling_rig", "changes": {}}}, "'S4: 300 s' is run on another model."),
        ({"measure": {"what": ["a"], "as": "peak"}}, "'S4: 300 s' is read in a way that a fit cannot use."),
    ],
)
def test_a_part_that_must_not_or_cannot_be_fitted_is_refused(refusal, monkeypatch, change, sentence):
    claim = load_named(["S4"])[0]
    window = change.get("window", claim.parts[0].window)
    part = replace(claim.parts[0], table=claim.parts[0].table | change, window=window)
    monkeypatch.setattr("synaptrace.fit.claimed.load_named", lambda _: [replace(claim, parts=(part,))])
    assert refusal(claimed, ["S4"], "signaling_rig").sentence == sentence


def test_held_out_claims_of_the_library_cannot_be_fitted(refusal):
    kept = next(c for c in load_named(["G1", "G2", "G3"]) if c.parts[0]["role"] == "held-out")
    error = refusal(claimed, [kept.id], "exposure")
    assert error.sentence == f"'{kept.id}: {kept.parts[0]['name']}' is held-out and cannot be fitted." and "fix" in error.lines


def test_an_absolute_number_is_read_in_the_unit_of_the_claim():
    claim = load_named(["S4"])[0]
    measure = {"what": ["eef2.phosphorylated"], "as": "value", "unit": "%", "at": ["300 s"]}
    part = replace(claim.parts[0], table={**claim.parts[0].table, "measure": measure})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("synaptrace.fit.claimed.load_named", lambda _: [replace(claim, parts=(part,))])
        rows, _ = claimed(["S4"], "signaling_rig")
    assert rows[0]["read"] == "value" and rows[0]["share"] == pytest.approx(100) and rows[0]["at"] == "300 s"


def test_arms_of_one_group_drive_the_same_quantities(refusal):
    plain = Protocol("plain", dose=[], end="1 h")
    clamp = {"quantity": "bath.BDNF", "times": ["0 s", "1 s"], "values": ["0 nmol/L", "1 nmol/L"]}
    driven = Protocol("driven", dose=[], end="1 h", clamp=[clamp])
    error = refusal(Lanes, load_model("signaling_rig"), {"plain": plain, "driven": driven}, ["trkb.active"])
    assert error.sentence == "'driven' drives other quantities than the rest of its group."
