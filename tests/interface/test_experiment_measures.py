"""What an experiment reads: fits and slopes in closed form, shares and ratios of runs, and the page that documents its keys."""

import re
from pathlib import Path

import numpy as np
import pytest

from synaptrace.benches import POOL, SINGLE
from synaptrace.errors import ProtocolError, UnitError, UnknownName
from synaptrace.experiment import experiments, judge, read_experiment, run_experiment
from synaptrace.experiment.files import KEYS, NEEDED, WORDS, Experiment
from synaptrace.experiment.measures import across, exponential, read, unit_across, unit_of
from synaptrace.figures.bench import draw
from synaptrace.windows import window_of
from tests.interface.test_experiments import OPEN, refused, small

PAGE = Path(__file__).parents[2] / "docs" / "experiments.md"
HELD = f"glutamate.{POOL}.cleft"


def readings(**changes):
    experiment = small(**changes)
    return judge(experiment, run_experiment(experiment))


def measure(**changes):
    return {"name": "m", "what": [OPEN], "as": "peak", "unit": "1", **changes}


# ---- closed forms


@pytest.mark.parametrize("constant", [0.3, 4.0, 60.0])
def test_the_time_constant_of_an_exponential_is_found_on_uneven_times(constant):
    times = np.unique(np.concatenate([np.linspace(5, 45, 300), 5 + np.geomspace(1e-3, 30, 120)]))
    for curve in (2 - 3 * np.exp(-(times - 5) / constant), 7 + 0.1 * np.exp(-(times - 5) / constant)):
        assert read("time constant", times, curve) == pytest.approx(constant, rel=1e-5)
        assert read("rate", times, curve) == pytest.approx(1 / constant, rel=1e-5)
    assert np.isnan(exponential(times, np.ones_like(times))) and np.isnan(exponential(times[:3], times[:3]))


def test_shares_kept_and_lost_add_up_to_one():
    times, curve = np.linspace(0, 1, 11), np.linspace(4, 1, 11)
    assert read("kept", times, curve) == 0.25 and read("lost", times, curve) == 0.75
    assert np.isnan(read("lost", times, 0 * curve))
    assert [unit_of(k, "pA") for k in ("time constant", "rate", "lost")] == ["ms", "1/ms", "1"]


def test_slopes_across_a_series_in_closed_form():
    dose = np.array([0, 0.1, 0.3, 1, 3, 10])
    for slope in (0.84, 1.0, 2.0):
        assert across("Hill", dose, 5 / (1 + (dose / 0.7) ** slope)) == pytest.approx(slope, rel=1e-9)
    volts = np.array([-80.0, -40, 0, 40])
    assert across("steepness", volts, 1 / (1 + 0.2 * np.exp(-volts / 32))) == pytest.approx(1 / 32, rel=1e-9)
    assert across("slope", dose, 0.2 + 0.31 * dose) == pytest.approx(0.31, rel=1e-9)
    assert np.isnan(across("Hill", dose, np.ones(6))) and np.isnan(across("steepness", volts, 2 * np.ones(4)))


def test_readings_at_varied_values_and_their_ratio():
    volts, shares = np.array([40.0, 0, -80]), np.array([1.0, 0.5, 0.1])
    assert across("at", volts, shares, [0.0]) == 0.5 and across("at", volts, shares, [20.0]) == 0.75
    assert across("ratio", volts, shares, [40.0, -80.0]) == pytest.approx(10)
    assert np.isnan(across("at", volts, shares, [60.0]))
    assert across("spread", volts, shares) == pytest.approx(10) and np.isnan(across("spread", volts, 0 * shares))


def test_units_across_a_series():
    given = {k: unit_across(k, "pA", "mV") for k in ("half", "largest", "at", "ratio", "spread", "Hill", "slope", "steepness")}
    assert given == {"half": "mV", "largest": "pA", "at": "pA", "ratio": "1", "spread": "1", "Hill": "1", "slope": "(pA)/(mV)",
                     "steepness": "1/(mV)"}  # fmt: skip


def test_a_window_around_a_negative_number_has_its_ends_in_order():
    part = {"window": "convention-25pct", "check": "between", "published": ["synapse_dossier:section-8:T30_CPA"]}
    assert window_of({**part, "measure": {"unit": "%"}}) == (-60, -36)


# ---- keys of a measure, an off-switch and a stimulus


def test_a_measure_of_a_switch_beside_the_run_as_it_is():
    off = [{"name": "cold", "conditions": {"tissue.temperature": "285.15 K"}}]
    plain, cold = readings(off=off, measure=[measure(), measure(of="cold")])
    assert cold["value"] == plain["off"]["cold"] != plain["value"] and cold["off"]["as it is"] == plain["value"]
    change, ratio = readings(
        off=off,
        measure=[measure(of="cold", change_from="as it is", unit="%"), measure(of="cold", relative_to="as it is")],
    )
    assert ratio["value"] == pytest.approx(cold["value"] / plain["value"])
    assert change["value"] == pytest.approx(100 * (ratio["value"] - 1)) and change["off"]["as it is"] == 0


def test_one_reading_over_another_and_times_a_number():
    closed = [f"glutamate_opens_ampa[{POOL}].{d}" for d in ("D1", "D2", "D3")]
    top, below, share, scaled = readings(
        measure=[
            measure(**{"as": "end"}),
            measure(**{"as": "end"}, what=closed),
            measure(**{"as": "end"}, over=closed, unit="%"),
            measure(**{"as": "area"}, times="2 1/s", unit="1"),
        ]
    )
    assert share["value"] == pytest.approx(100 * top["value"] / below["value"])
    area = readings(measure=[measure(**{"as": "area"}, unit="s")])[0]
    assert scaled["value"] == pytest.approx(2 * area["value"])


def test_a_series_is_read_at_a_value_in_any_unit_and_not_where_the_caller_varies_something_else():
    rows = [measure(across="at", where="1000 umol/L"), measure(across="ratio", where=["1 mmol/L", "0.1 mmol/L"])]
    table = small(measure=rows, vary=[{"name": "g.height", "values": [0.1, 1], "unit": "mmol/L"}])
    at, ratio = judge(table, run_experiment(table))
    assert at["value"] == pytest.approx(0.595, abs=0.005) and ratio["value"] > 10
    other = judge(table, run_experiment(table, vary={"tissue.temperature": ["290 K", "300 K"]}))
    assert np.isnan([r["value"] for r in other]).all()


def test_two_series_are_read_along_the_first():
    vary = [
        {"name": "g.height", "values": [0.1, 1], "unit": "mmol/L"},
        {"name": "tissue.temperature", "values": [295.15, 310], "unit": "K"},
    ]
    both, one = (
        readings(measure=[measure(across="largest")], vary=vary),
        readings(measure=[measure(across="largest")], vary=vary[:1]),
    )
    assert both[0]["value"] == pytest.approx(one[0]["value"], rel=1e-6)


def test_numbers_are_changed_for_all_runs_or_by_overlays_of_a_switch():
    slow = readings(changes={"glutamate_opens_ampa.opening": "1e3 1/s"})[0]
    assert slow["value"] == pytest.approx(
        readings(off=[{"name": "s", "changes": {"glutamate_opens_ampa.opening": "1e3 1/s"}}])[0]["off"]["s"]
    )
    table = read_experiment("opening_glun2a").table
    swapped = Experiment({**table, "off": [{"name": "GluN2B", "overlays": ["nmda_glun2b"]}], "measure": table["measure"][:1]})
    row = judge(swapped, run_experiment(swapped))[0]
    assert row["off"]["GluN2B"] < row["value"] / 2


def test_a_stimulus_reaches_several_quantities_and_a_racemate_in_equal_parts():
    table = dict(read_experiment("blockers_at_synapses").table)
    table |= {"end": "100 ms", "points": 20, "off": [], "measure": [], "tolerance": 1e-6}
    pulse = {"name": "drug", "start": "1 ms", "duration": "90 ms", "height": "2 umol/L"}
    table["pulse"] = [
        table["pulse"][0] | {"start": "2 ms", "count": 1},
        pulse | {"quantity": "brain.S_ketamine_free+brain.R_ketamine_free"},
    ]
    table["conditions"] = {**table["conditions"], "brain.S_ketamine_free": "0 umol/L", "brain.R_ketamine_free": "0 umol/L"}
    together = run_experiment(Experiment(table))
    table["pulse"] = table["pulse"][:1] + [pulse | {"quantity": f"brain.{e}_ketamine_free", "height": "1 umol/L"} for e in "SR"]
    apart = run_experiment(Experiment(table))
    assert together[f"nmda.{POOL}.conducting"].values.max() > 0.05
    blocked = together[f"nmda.{SINGLE}.trapped"].values
    assert blocked.max() > 0.01 and (blocked == apart[f"nmda.{SINGLE}.trapped"].values).all()


def test_later_spikes_are_sampled_near_their_peaks():
    found = run_experiment(small(end="10 s", pulse=[{**small()["pulse"][0], "count": 10, "every": "900 ms"}]))
    times, curve = found["time"].values, found[OPEN].values[0]
    tops = [curve[(times >= t) & (times < t + 50)].max() for t in range(1, 9000, 900)]
    assert min(tops) == pytest.approx(max(tops), rel=0.02)


# ---- refusals


def test_what_a_measure_lacks_or_does_not_find_is_refused():
    for row, words in (
        (measure(of="y"), "'y' is not an off-switch of it."),
        (measure(change_from="y"), "'y' is not an off-switch of it."),
        (measure(over=["ampa.x"]), "'ampa.x' is not a curve of this experiment."),
        (measure(across="at"), "'m' goes across runs, but nothing is varied."),
        (measure(times="2 mV"), "'m' cannot be given in '1'."),
    ):
        refused(words, readings, measure=[row])
    vary = [{"name": "g.height", "values": [0.1, 1], "unit": "mmol/L"}]
    refused("'m' does not say where.", readings, measure=[measure(across="at")], vary=vary)
    refused("'m' does not say where.", readings, measure=[measure(across="ratio", where="1 mmol/L")], vary=vary)


def test_what_cannot_be_driven_is_refused_in_one_sentence():
    pulse = small()["pulse"][0]
    for changes, words, error in (
        ({"pulse": [{**pulse, "height": "-1 mmol/L"}]}, "a concentration cannot be negative.", ProtocolError),
        (
            {"pulse": [{**pulse, "quantity": "glutamate.nowhere.cleft"}]},
            "is not an input of the model 'ampa_alone'.",
            ProtocolError,
        ),
        ({"pulse": [pulse, {**pulse, "start": "0.5 ms"}]}, "do not increase.", ProtocolError),
        ({"overlays": ["nmda_glun2e"]}, "'nmda_glun2e' is not an overlay.", UnknownName),
        ({"model": "ampa_lone"}, "'ampa_lone' is not a model.", UnknownName),
        ({"changes": {"glutamate_opens_ampa.opening": "5 mV"}}, "'5 mV' cannot be read in 1/s.", UnitError),
        ({"changes": {"glutamate_opens_nmda.opening": "5 1/s"}}, "is not a number of this experiment.", UnknownName),
        ({"off": [{"name": "x", "conditions": {"tissue.magnesia": "1 mmol/L"}}]}, "is not an input of the model", ProtocolError),
    ):
        refused(words, run_experiment, small(**changes), error=error)
    train = {"quantity": f"spikes.{POOL}.presynaptic", "start": "1 ms", "rate": "5 ms", "count": 2}
    refused("'5 ms' cannot be read in 1/ms.", run_experiment, small(model="synapse_alone", train=[train]), error=UnitError)
    twice = [{**train, "rate": "100 1/s"}] * 2
    held = {"tissue.magnesium": "1 mmol/L", "tissue.temperature": "308.15 K", f"release.{POOL}.probability": "1"}
    held |= {f"nmda.{p}.voltage": "-65 mV" for p in (POOL, "extrasynaptic")}
    both = small(model="synapse_alone", train=twice, pulse=[], conditions=held, end="30 ms")
    refused(f"the spikes of 'spikes.{POOL}.presynaptic' do not increase.", run_experiment, both)


def test_a_refused_experiment_writes_nothing(command, tmp_path):
    figure, out = tmp_path / "f.png", tmp_path / "f.nc"
    done = command("experiment", "ampa_pulse", "--set", "glutamate.height=-1 mmol/L", "--figure", str(figure), "--out", str(out))
    assert done.code == 2 and "a concentration cannot be negative." in done.err and "Traceback" not in done.err
    assert not figure.exists() and not out.exists()


# ---- figures


SERIES = {"vary": {"glutamate.height": [f"{v} mmol/L" for v in range(1, 9)]}}


@pytest.mark.parametrize(("name", "changes"), [("ampa_pulse", SERIES), ("magnesium_block", {}), ("e04_pathways", {})])
def test_figures_of_traces_curves_and_many_lines_are_drawn(name, changes, tmp_path):
    experiment = read_experiment(name)
    draw(experiment, run_experiment(experiment, **changes), tmp_path / "f.png")
    assert (tmp_path / "f.png").stat().st_size > 5000


# ---- the page


def test_the_page_documents_every_key_and_word_and_no_other():
    text = PAGE.read_text("utf-8")
    heads = {"": "Keys of the file", "figure": "[figure]"}
    for part, keys in KEYS.items():
        head = re.escape(heads.get(part, f"[[{part}]]"))
        section = re.search(rf"^## {head}\n(.*?)(?=^## |\Z)", text, re.S | re.M)
        assert section, part
        rows = re.findall(r"^\| `([\w ]+)` \|", section[1], re.M)
        assert sorted(rows) == sorted(keys), part
        for key in NEEDED.get(part, ()):
            assert re.search(rf"^\| `{key}` \|[^|]*\|[^|]*\| needed \|", section[1], re.M), (part, key)
    for words in WORDS.values():
        assert all(f"`{word}`" in text for word in words)


def test_the_example_of_the_page_runs(tmp_path):
    example = re.search(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.S)[1]
    path = tmp_path / "my_pulse.toml"
    path.write_text(example)
    experiment = read_experiment(str(path))
    rows = judge(experiment, run_experiment(experiment))
    assert len(rows) >= 2 and all(np.isfinite(r["value"]) for r in rows)
    assert set(experiment.table) <= set(KEYS[""]) and experiment["id"] not in experiments()
