"""What the bench of the fast synapse refuses, in which words."""

import pytest

from synaptrace.simulate.bench import run_bench

POOL = "pyramidal_evoked"
GLUTAMATE, VOLTAGE, RELEASE = f"glutamate.{POOL}.cleft", f"nmda.{POOL}.voltage", f"release.{POOL}.probability"
SPIKES = f"spikes.{POOL}.presynaptic"
ROOM = {"tissue.temperature": 298.15}
SYNAPSE = {RELEASE: 0.5, VOLTAGE: -65, "nmda.extrasynaptic.voltage": -65, "tissue.magnesium": 1.0, "tissue.temperature": 308.15}


@pytest.mark.parametrize(
    ("change", "sentence", "line"),
    [
        ({"held": {"glutamate.here": 1}}, "'glutamate.here' is not an input of the model 'nmda_alone'.", "nearest"),
        ({"drop": VOLTAGE}, f"'{VOLTAGE}' has no value.", "expected"),
        ({"held": {GLUTAMATE: "-1 mmol/L"}}, "a concentration cannot be negative.", "given"),
        ({"held": {GLUTAMATE: [(5, 1)]}}, f"'{GLUTAMATE}' has no value at the start.", "expected"),
        ({"held": {GLUTAMATE: [(0, 1), (5, 0), (3, 1)]}}, f"the steps of '{GLUTAMATE}' do not increase.", "fix"),
        ({"at": [1, 1]}, "the times to report do not increase.", "given"),
        ({"start": "zero"}, "'zero' is not a start.", "expected"),
        ({"held": {GLUTAMATE: 1e-10}}, "the model 'nmda_alone' has no state of rest.", "fix"),
        ({"held": {GLUTAMATE: "1 mV"}}, "'1 mV' cannot be read in mmol/L.", None),
    ],
)
def test_a_bench_that_makes_no_sense_is_refused(refusal, change, sentence, line):
    held = ROOM | {"tissue.magnesium": 1.0, VOLTAGE: -60, GLUTAMATE: 1e-8} | change.get("held", {})
    held.pop(change.get("drop"), None)
    error = refusal(run_bench, "nmda_alone", "10 ms", held, at=change.get("at", [1]), start=change.get("start", "rest"))
    assert error.sentence == sentence and (line is None or line in error.lines)


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ([5, 4], f"the spikes of '{SPIKES}' do not increase."),
        ([5, 200], f"a spike of '{SPIKES}' lies outside the run."),
        ([-1, 5], f"a spike of '{SPIKES}' lies outside the run."),
    ],
)
def test_a_spike_train_that_makes_no_sense_is_refused(refusal, times, sentence):
    error = refusal(run_bench, "synapse_alone", "100 ms", SYNAPSE, spikes={SPIKES: times}, at=[1])
    assert error.sentence == sentence


def test_a_run_that_fails_says_when_and_why(refusal):
    held = ROOM | {"tissue.magnesium": 1.0, VOLTAGE: [(0, -60), (2, -1e5)], GLUTAMATE: [(0, 1)]}
    error = refusal(run_bench, "nmda_alone", "10 ms", held, at=[9], start="initial")
    assert error.sentence.startswith("the run failed: ") and error.lines["given"] == "at 2 ms"
