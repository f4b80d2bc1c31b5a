"""Commands around the fast synapse: tables of averages, an experiment on two printed pages, single channels, short names."""

import re

import numpy as np
import pytest

from synaptrace.averages import build
from synaptrace.experiment import read_experiment, run_experiment
from synaptrace.experiment.run import meant
from synaptrace.models import load_model
from synaptrace.tables import load_table, read_table, tables
from tests.exposure import EXPOSURE


def test_averages_list_says_what_over_which_axes_and_how_well(command):
    done = command("averages", "list")
    assert done.code == 0 and all(name in done.out for name in tables())
    assert done.out.count("largest error") == len(tables()) and "presynaptic rate 0 to 50 1/s" in done.out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["evoked_calcum"], "'evoked_calcum' is not a table."),
        (["resting_calcium", "--set", "closing=0.1 1/ms"], "'closing' is no number of these fast models."),
        (["resting_calcium", "--set", "ketamine_is_trapped_in_nmda.closing=0.1 mV"], "'0.1 mV' cannot be read in 1/s."),
        (["--folder", "nowhere"], "'nowhere' is not a folder."),
    ],
)
def test_a_build_that_cannot_be_is_refused_before_anything_runs(command, arguments, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = command("averages", "build", *arguments)
    assert done.code == 2 and done.err.startswith(sentence) and "Traceback" not in done.err
    assert not list(tmp_path.iterdir())


def test_a_built_table_is_written_beside_its_recipe(tmp_path):
    said = []
    rows = build(["extrasynaptic_calcium"], folder=tmp_path, points=24, held_back=4, say=said.append)
    text = (tmp_path / "extrasynaptic_calcium.toml").read_text()
    assert rows[0]["points"] == 4 and any("written to" in line for line in said)
    assert '"spikes.extrasynaptic.postsynaptic"' in text.split("[built]")[0] and "terms = [" in text.split("[built]")[1]
    table, shipped = read_table(text, "extrasynaptic_calcium"), load_table("extrasynaptic_calcium")
    assert table.hash == shipped.hash and table(1.0, 5e-5) == pytest.approx(shipped(1.0, 5e-5), rel=0.05)


def test_a_changed_fast_number_asks_for_a_rebuild_before_the_run(command, monkeypatch):
    asked = []

    def rebuild(model, say):
        asked.append(model.fast_changes)
        say("rebuilding")

    monkeypatch.setattr("synaptrace.averages.rebuild_outdated", rebuild)
    done = command("run", "--model", "bridge_test", "--set", "ketamine_is_trapped_in_nmda.closing=0.11 1/ms")
    assert asked == [(("ketamine_is_trapped_in_nmda.closing", "0.11 1/ms", "set on the command line"),)]
    assert "rebuilding" in done.err and done.code == 2 and "was built from another fast model" in done.err
    asked.clear()
    assert command("run", *EXPOSURE, "--set", "ketamine_distributes[S].V1=30 L", "--at", "1 h").code == 0 and not asked


def test_a_lesson_has_two_pages_with_the_explanation_and_the_readings(command, tmp_path):
    path = tmp_path / "e02.pdf"
    done = command("experiment", "e02", "--lesson", path)
    assert done.code == 0 and f"written  {path}" in done.out
    assert len(re.findall(rb"/Type /Page\b", path.read_bytes())) == 2
    again = tmp_path / "again.pdf"
    assert command("experiment", "e02", "--lesson", again).code == 0 and again.read_bytes() == path.read_bytes()
    assert command("experiment", "e02", "--lesson", tmp_path / "e02.png").code == 2


def test_single_channels_differ_by_seed_and_scatter_about_the_mean():
    plan = read_experiment("ampa_pulse")
    quantity = "ampa.pyramidal_evoked.conducting"
    mean = run_experiment(plan)[quantity].values[0]
    found = [run_experiment(plan, channels=1000, seed=s)[quantity].values[0] for s in (0, 1)]
    assert not np.array_equal(*found)
    top = int(mean.argmax())
    error = np.sqrt(mean[top] * (1 - mean[top]) / 1000)
    assert all(abs(one[top] - mean[top]) < 4 * error for one in found)
    assert np.array_equal(found[0], run_experiment(plan, channels=1000, seed=0)[quantity].values[0])


def test_a_lesson_and_a_result_say_what_was_set(command, tmp_path):
    found = run_experiment(read_experiment("e02"), {"tissue.magnesium": "0.5 mmol/L"})
    assert found.attrs["changes"] == "tissue.magnesium = 0.5 mmol/L"
    done = command("experiment", "e02", "--set", "tissue.magnesium=0.5 mmol/L", "--lesson", tmp_path / "a.pdf")
    assert done.code == 0 and (tmp_path / "a.pdf").stat().st_size > 1000


def test_a_wrong_protocol_is_refused_before_tables_are_rebuilt(command, monkeypatch):
    monkeypatch.setattr("synaptrace.averages.rebuild_outdated", lambda *_, **__: pytest.fail("rebuilt"))
    done = command("run", "singel_infusion", "--model", "bridge_test", "--set", "ketamine_is_trapped_in_nmda.closing=0.11 1/ms")
    assert done.code == 2 and "singel_infusion" in done.err


def test_single_channels_need_steps_and_a_number_within_limits(refusal):
    error = refusal(run_experiment, read_experiment("e03"), channels=10)
    assert error.sentence == "single channels cannot be driven by spikes here."
    assert refusal(run_experiment, read_experiment("ampa_pulse"), channels=0).sentence == "'0' is not a number of channels."
    error = refusal(run_experiment, read_experiment("ampa_pulse"), channels=1001)
    assert error.sentence == "'1001' is not a number of channels."


def test_a_number_is_found_by_a_word_of_its_mechanism(refusal):
    model = load_model("two_keys")
    name = "ketamine_is_trapped_in_nmda[pyramidal_evoked].k_on"
    assert meant(model, "nmda.k_on") == meant(model, "ketamine_is_trapped_in_nmda.k_on") == meant(model, name) == [name]
    error = refusal(meant, load_model("spine"), "spine.T_0")
    assert error.sentence == "'spine.T_0' could be several numbers of this experiment." and "choices" in error.lines
    assert refusal(meant, model, "nmda.k_in").sentence == "'nmda.k_in' is not a number of this experiment."


def test_a_run_prints_the_averages_that_it_read(command):
    import json

    done = command("run", "--model", "bridge_test", "--at", "40 min")
    assert done.code == 0 and "average of the fast synapse" in done.out and "nmda.evoked_calcium (pA)" in done.out
    rows = json.loads(command("run", "--model", "bridge_test", "--json").out)["averages"]
    evoked = next(r for r in rows if r["name"] == "nmda.evoked_calcium")
    assert evoked["lowest"] < evoked["first"] == pytest.approx(evoked["highest"], rel=1e-12) and evoked["unit"] == "pA"
    assert "average of the fast synapse" not in command("run", *EXPOSURE, "--at", "40 min").out
