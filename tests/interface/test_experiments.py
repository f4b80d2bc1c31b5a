"""Experiments as files and from the command line: what they print, and every refusal."""

import json

import numpy as np
import pytest
import xarray as xr

from synaptrace.benches import POOL
from synaptrace.errors import ProtocolError, UnknownName
from synaptrace.experiment import experiments, judge, read_experiment, run_experiment
from synaptrace.experiment.files import Experiment
from synaptrace.experiment.measures import across, part, read, unit_of
from synaptrace.experiment.points import read_points, read_series
from synaptrace.windows import window_of

OPEN = f"ampa.{POOL}.conducting"


def small(**changes):
    """A short experiment on AMPA receptors."""
    table = {"id": "x", "title": "X", "scale": "fast", "model": "ampa_alone", "end": "5 ms", "points": 50, "start": "initial"}
    table["conditions"] = {"tissue.temperature": "295.15 K", f"glutamate.{POOL}.cleft": "0 mmol/L"}
    table["pulse"] = [
        {"name": "g", "quantity": f"glutamate.{POOL}.cleft", "start": "1 ms", "duration": "1 ms", "height": "1 mmol/L"}
    ]
    table["measure"] = [{"name": "peak", "what": [OPEN], "as": "peak", "unit": "1"}]
    return Experiment({**table, **changes})


def value(experiment, **options):
    return judge(experiment, run_experiment(experiment, **options))[0]["value"]


# ---- readings


def test_readings_of_a_known_curve():
    times = np.linspace(0, 50, 50_001)
    curve = 2 + 3 * np.exp(-times / 5) * (times > 0)
    assert read("decay", times, curve) == pytest.approx(5, rel=1e-3)
    assert read("area", times, curve) == pytest.approx(15, rel=1e-3)
    assert read("peak", times, curve) == pytest.approx(5, rel=1e-3) and read("start", times, curve) == 2
    assert read("trough", times, curve) == 2 and read("end", times, curve) == pytest.approx(2 + 3 * np.exp(-10))
    assert read("at", times, curve, 5.0) == pytest.approx(2 + 3 / np.e)
    assert read("mean", times, curve) == pytest.approx(2 + 15 / 50, rel=1e-3)
    assert read("change", times, 1 - curve) == pytest.approx(-3, rel=1e-3)
    ramp = np.minimum(times / 10, 1)
    assert read("rise", times, ramp) == pytest.approx(8, rel=1e-3) and read("time of peak", times, ramp) == pytest.approx(10)
    assert np.isnan(read("rise", times, np.ones(50_001)))
    assert unit_of("area", "pA") == "(pA)*ms" and unit_of("rise", "pA") == "ms" and unit_of("end", "pA") == "pA"


def test_readings_across_a_series():
    dose = np.array([0, 0.1, 1, 10, 100])
    assert across("half", dose, 1 / (1 + dose)) == pytest.approx(1, rel=1e-6)
    assert across("crossing", [1, 2, 4], [-1, 0.0, 1]) == pytest.approx(2)
    assert across("crossing", [1, 2, 4], [1e-12, -1, -2]) != across("crossing", [1, 2, 4], [1, -1, -2])
    assert np.isnan(across("half", dose, np.ones(5)))
    assert [across(k, [1, 2], [2.0, 8.0]) for k in ("largest", "smallest", "spread")] == [8, 2, 4]


def test_a_pulse_opens_receptors_and_its_height_can_be_varied_switched_off_and_set():
    plain = value(small())
    assert plain == pytest.approx(0.595, abs=0.005)
    off = small(off=[{"name": "none", "changes": {"g.height": "0 mmol/L"}}])
    assert judge(off, run_experiment(off))[0]["off"] == {"none": 0.0}
    low = value(small(), changes={"g.height": "0.1 mmol/L"})
    varied = run_experiment(small(), vary={"tissue.temperature": ["295.15 K", "305.15 K"]})
    assert low < plain and varied.sizes["run"] == 2 and varied["tissue.temperature"].values.tolist() == [295.15, 305.15]
    slow = value(small(), changes={"glutamate_opens_ampa.opening": "1e3 1/s"})
    assert slow < plain


def test_pulses_repeat_and_trains_are_delayed():
    twice = small(pulse=[{**small()["pulse"][0], "count": 2, "every": "2 ms"}])
    step = small(pulse=[], step=[{"quantity": f"glutamate.{POOL}.cleft", "start": "1 ms", "value": "1 mmol/L"}])
    assert value(twice) == pytest.approx(value(small()), abs=0.02) and value(step) > 0.55
    rule = {
        "id": "r",
        "title": "R",
        "scale": "fast",
        "model": "plasticity_alone",
        "end": "100 ms",
        "points": 400,
        "tolerance": 1e-7,
    }
    rule["conditions"] = {f"nmda.{POOL}.blocked": "0", f"release.{POOL}.probability": "0.5", "tissue.temperature": "308.15 K"}
    rule["train"] = [
        {"quantity": f"spikes.{POOL}.presynaptic_delayed", "start": "10 ms", "rate": "50 1/s", "count": 2, "delay": "5 ms"}
    ]
    rule["measure"] = [{"name": "when", "what": [f"plasticity.{POOL}.trace"], "as": "time of peak", "unit": "ms"}]
    assert value(Experiment(rule)) == pytest.approx(35, abs=0.01)


def test_a_share_of_an_off_switch_and_a_remembered_number():
    measure = {"name": "m", "what": [OPEN], "as": "peak", "unit": "1", "relative_to": "half"}
    with_off = small(measure=[measure], off=[{"name": "half", "conditions": {"tissue.temperature": "285.15 K"}}])
    assert value(with_off) > 1
    memory = small(measure=[{**small()["measure"][0], "tag": "memory"}])
    assert judge(memory, run_experiment(memory))[0]["verdict"] == "cannot decide"


@pytest.mark.parametrize("name", experiments())
def test_windows_of_shipped_experiments_are_what_their_rules_give_and_every_switch_is_named(name):
    experiment = read_experiment(name)
    assert experiment["id"] == name and experiment["explanation"]
    for measure in experiment["measure"]:
        if "window" in measure:
            low, high = window_of({"check": "between", **measure, "measure": {"unit": measure["unit"]}})
            assert low < high and measure["role"]
        assert ("published" in measure or "interval" in measure) <= ("tag" in measure)


QUICK = ("adenosine_tone", "ampa_desensitization", "ampa_pulse", "blockers_at_synapses", "deactivation_glun2a", "e03",
         "memantine_trapping", "stdp", "unitary")  # fmt: skip


@pytest.mark.parametrize("name", experiments())
def test_every_shipped_experiment_runs_in_a_quick_form(name):
    table = read_experiment(name).table
    series = {row["name"]: [f"{row['values'][0]} {row.get('unit', '')}".strip()] for row in table.get("vary", [])}
    found = run_experiment(Experiment({**table, "off": [], "points": 20, "tolerance": 1e-5}), vary=series)
    assert found.sizes["run"] == 1 and all(np.isfinite(found[q].values).all() for q in found.data_vars)
    assert {q for m in table["measure"] for q in (*m["what"], *m.get("over", []))} <= set(found.data_vars)


@pytest.mark.parametrize("name", [pytest.param(n, marks=[] if n in QUICK else [pytest.mark.slow]) for n in experiments()])
def test_shipped_experiments_give_readings_and_every_off_switch_changes_something(name):
    experiment = read_experiment(name)
    rows = judge(experiment, run_experiment(experiment))
    assert all(np.isfinite(r["value"]) for r in rows)
    for switch in experiment.off:
        assert any(r["off"][switch] != pytest.approx(r["value"], rel=1e-3) for r in rows), switch


@pytest.mark.slow
def test_slow_spikes_weaken_fast_ones_strengthen_and_block_moves_the_crossing_up():
    experiment = read_experiment("e04")
    rows = {r["name"]: r for r in judge(experiment, run_experiment(experiment))}
    assert rows["largest change of strength"]["value"] > 0.2 > -0.2 > rows["smallest change of strength"]["value"]
    assert rows["largest change of strength"]["off"]["AMPA receptors frozen"] == 0
    crossing = rows["rate at which the change turns its sign"]
    assert 5 < crossing["value"] < 15 and crossing["off"]["NMDA receptors blocked by 30 %"] > crossing["value"]


# ---- the command line


def test_the_command_prints_readings_beside_published_ones(command, tmp_path):
    figure, out = tmp_path / "f.png", tmp_path / "f.nc"
    points = tmp_path / "points.csv"
    points.write_text("time,value\n1,0.5\n2,0.3\n")
    text = command("experiment", "ampa_pulse", "--figure", str(figure), "--out", str(out), "--data", str(points)).out
    assert "peak open share" in text and "0.595" in text and "pass" in text and "fail" in text and "no glutamate" in text
    assert "over before NMDA receptors have opened" in " ".join(text.split())
    assert figure.stat().st_size > 5000
    with xr.open_dataset(out) as saved:
        assert saved.sizes["run"] == 2 and saved["time"].attrs["units"] == "ms" and saved.attrs["experiment"] == "ampa_pulse"
    assert "ampa_pulse" in command("experiments").out


def test_the_command_varies_and_prints_json(command, tmp_path):
    series = "glutamate.height=0.01,1 mmol/L"
    set_ = ("--set", "glutamate_opens_ampa.closing=1000 1/s")
    found = json.loads(command("experiment", "ampa_pulse", "--vary", series, *set_, "--json").out)
    assert [row["glutamate.height"] for row in found["series"]] == [0.01, 1.0] and found["across"] == []
    assert found["series"][0]["peak open share"] < 0.1 < found["series"][1]["peak open share"]
    text = command("experiment", "ampa_pulse", "--vary", series, *set_).out
    assert "glutamate.height (mmol/L)  peak open share" in text and "the series is yours" in text
    assert "fail" not in text and "pass" not in text
    doses = command("experiment", "ketamine_curve", "--vary", "nmda.pyramidal_evoked.voltage=-70:0:lin:3 mV").out
    assert "IC50: cannot be read off this series" in doses
    curve = tmp_path / "curve.svg"
    command("experiment", "ketamine_curve", "--vary", "nmda.pyramidal_evoked.voltage=-70:0:lin:3 mV", "--figure", str(curve))
    assert curve.stat().st_size > 5000


def test_json_has_no_infinities(command):
    rows = json.loads(command("experiment", "e02", "--json").out, parse_constant=lambda word: pytest.fail(word))
    assert {r["name"]: r["window"] for r in rows}["conducting share over that at -65 mV"] == [10, None]


def test_series_are_read():
    assert read_series("a.b=1:100:log:3 mV") == ("a.b", ["1.0 mV", "10.0 mV", "100.0 mV"])
    assert read_series("a=1,2.5") == ("a", ["1.0", "2.5"])


# ---- refusals


def refused(words, call, *arguments, error=ProtocolError, **options):
    with pytest.raises(error) as found:
        call(*arguments, **options)
    assert words in str(found.value), str(found.value)


@pytest.mark.parametrize(
    ("text", "words", "error"),
    [
        ("a = ", "cannot be read as an experiment.", ProtocolError),
        ('id = "x"', "has no 'title'.", ProtocolError),
        ('idd = "x"', "'idd' is not a key of an experiment.", UnknownName),
        ('id="x"\ntitle="x"\nscale="fats"\nmodel="spine"\nend="1 s"\nmeasure=[]', "'fats' is not a word for scale.", UnknownName),
        (
            'id="x"\ntitle="x"\nscale="fast"\nmodel="spine"\nend="1 s"\nmeasure=[]\nstart="soon"',
            "' is not a word for start.",
            UnknownName,
        ),
        ('id="x"\ntitle="x"\nscale="fast"\nmodel="spine"\nend="1 s"\nmeasure=3', "is not a list of tables.", ProtocolError),
        ('id="x"\ntitle="x"\nscale="fast"\nmodel="spine"\nend="1 s"\nmeasure=[]\n[[off]]\nnam="x"', "is not a key", UnknownName),
    ],
)
def test_a_file_that_is_no_experiment_is_refused(tmp_path, text, words, error):
    path = tmp_path / "x.toml"
    path.write_text(text)
    refused(words, read_experiment, str(path), error=error)


def test_what_does_not_fit_the_model_is_refused_before_the_first_run():
    refused("'e20' is not an experiment.", read_experiment, "e20", error=UnknownName)
    refused(
        "is not a number of this experiment.",
        run_experiment,
        small(),
        {"glutamate_opens_ampa.openin": "1 1/s"},
        error=UnknownName,
    )
    refused("these are too many runs.", run_experiment, small(), vary={"tissue.temperature": ["300 K"] * 3000})
    refused("changes nothing.", run_experiment, small(off=[{"name": "x"}]))
    train = {"quantity": f"spikes.{POOL}.presynaptic", "start": "0 ms", "rate": "0 1/s", "count": 1}
    refused("a train needs a rate above zero and a count.", run_experiment, small(model="synapse_alone", train=[train]))
    negative = small(conditions={**small()["conditions"], f"glutamate.{POOL}.cleft": "-1 mmol/L"})
    refused("a concentration cannot be negative.", run_experiment, negative)


def test_what_cannot_be_read_is_refused():
    found = run_experiment(small())

    def measure(**changes):
        return small(measure=[{**small()["measure"][0], **changes}])

    refused("is not an off-switch of it.", judge, measure(relative_to="y"), found)
    refused("' goes across runs, but nothing is varied.", judge, measure(across="half"), found)
    refused("is not a curve of this experiment.", judge, measure(what=["ampa.x"]), found)
    refused("cannot be given in 'mV'.", judge, measure(unit="mV"), found)
    refused("a measure looks at no part of the run.", judge, measure(**{"from": "7 ms"}), found)
    assert len(part(np.arange(5.0), {"name": "m", "from": "1 ms"}, lambda text: float(text.split()[0]))) == 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("time,value\n1,two\n", "holds something that is not a point."),
        ("time,value\n", "holds no points."),
        ("t,v\n1\n", "not a point."),
    ],
)
def test_points_that_are_no_numbers_are_refused(tmp_path, text, words):
    path = tmp_path / "points.csv"
    path.write_text(text)
    refused(words, read_points, path)
    refused("cannot be read as points.", read_points, tmp_path / "missing.csv")


def test_series_that_are_none_are_refused():
    for text in ("a", "a=", "a=1:2:log", "a=x:2:log:3"):
        refused("does not vary a number.", read_series, text)
    for text in ("a=0:2:log:3", "a=1:2:cubic:3", "a=1:2:lin:1"):
        refused("is not a series.", read_series, text)


def test_the_command_refuses_data_without_a_figure(command, tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("time,value\n1,2\n")
    done = command("experiment", "ampa_pulse", "--data", str(path))
    assert done.code == 2 and "--data draws points over a figure." in done.err
