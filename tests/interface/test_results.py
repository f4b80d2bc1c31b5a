"""The result contract: dimensions, time, attributes, output times, failures, repeating."""

import json

import numpy as np
import pytest
import xarray

from synaptrace import Protocol, open_result, units
from synaptrace.errors import ResultError
from synaptrace.results import make_dataset, save
from synaptrace.simulate import at_times, peaks
from tests.exposure import compare, load_model, run

CURVES = ("arterial.S_ketamine", "arterial.R_ketamine", "arterial.ketamine")
BOLUSES = Protocol("boluses").bolus("esketamine", "10 mg", at=["1 h", "3 h"]).until("8 h")
OVERLAPPING = (
    Protocol("overlapping")
    .infuse("racemic ketamine", "35 mg", over="40 min")
    .infuse("esketamine", "20 mg", over="2 h", start="20 min")
    .until("12 h")
)
FAILURE = {
    "patient": 1,
    "time": 0.5,
    "state": "central",
    "mechanism": "ketamine_distributes[S]",
    "reason": "the step became too small",
}


@pytest.fixture(scope="module")
def crowd():
    """A population of more than 20."""
    return run("single_infusion", people=40, seed=11)


def failed_dataset():
    """Three patients, of whom the second failed."""
    values = np.array([[1.0, 2.0], [np.nan, np.nan], [3.0, 4.0]])
    rows = [{"name": "arterial.ketamine", "value": 3.0}]
    attributes = {
        "failures": [FAILURE],
        "peaks": rows,
        "times": {"at": ["1 h"]},
        "protocol_tables": {"id": "mine"},
        "words": ["no drug"],
    }
    return make_dataset([0.0, 1.0], {"arterial.ketamine": (values, {"units": "ng/mL", "badge": "assumed"})}, attributes)


@pytest.mark.parametrize("options", [{}, {"people": 3}, {"at": ["1 h"]}, {"every": "30 min"}])
def test_dimensions_are_patient_and_time_in_this_order(options):
    found = run("single_infusion", **options)
    assert list(found.sizes) == ["patient", "time"] and found.sizes["patient"] == options.get("people", 1)
    assert all(found[n].dims == ("patient", "time") and found[n].dtype == np.float64 for n in found.data_vars)
    assert set(CURVES) <= set(found.data_vars)


def test_time_is_in_hours_strictly_increasing_and_spans_the_protocol(single, crowd):
    for found in (single, crowd, run(BOLUSES), run("six_infusions")):
        time = found["time"]
        assert time.attrs["units"] == "h" and time.dtype == np.float64 and time.attrs["long_name"]
        assert np.all(np.diff(time.values) > 0) and time.values[0] == 0
    assert single["time"].values[-1] == 672


def test_every_variable_says_unit_meaning_mechanism_and_badge(single):
    writers = load_model().writers()
    for name in single.data_vars:
        attributes = single[name].attrs
        assert set(attributes) == {"units", "long_name", "mechanism", "badge"} and all(
            isinstance(a, str) and a for a in attributes.values()
        )
        assert attributes["mechanism"] == writers[name.removesuffix("_low").removesuffix("_high")].name
        units.registry().Quantity(1.0, attributes["units"])
    assert single["arterial.S_ketamine"].attrs["units"] == "umol/L" and single["arterial.ketamine"].attrs["units"] == "ng/mL"
    assert single["arterial.ketamine"].attrs["badge"].startswith("assumed, ")


def test_a_badge_counts_only_what_the_protocol_reaches():
    """An infusion does not rest on the assumed absorption from muscle; an injection does."""
    from synaptrace.badges import dependencies

    model = load_model()
    vein = ["dose.iv.S_ketamine", "dose.iv_seen_by_veins.S_ketamine"]
    numbers = {way: dependencies(model, fed)["arterial.ketamine"] for way, fed in (("iv", vein), ("im", ["dose.im.S_ketamine"]))}
    ka = "muscle_releases_ketamine[S].ka"
    assert ka not in numbers["iv"] and ka in numbers["im"] and ka in dependencies(model)["arterial.ketamine"]
    assert "ketamine_distributes[R].V1" not in numbers["iv"] and "ketamine_distributes[S].V1" in numbers["iv"]


def test_data_are_drawn_as_points_and_late_plasma_dashed(tmp_path):
    from matplotlib import pyplot

    from synaptrace.figures import exposure

    path, drawn = tmp_path / "people.csv", []
    path.write_text(
        "ID,TIME,AMT,TIMEU,AMTU,SUBSTANCE,ROUTE,DV,DVU,DVNAME\n1,0,35,h,mg,racemic ketamine,iv,.,.,.\n"
        "1,1,.,h,.,.,.,60,ng/mL,venous.ketamine\n"
    )
    keep, pyplot.close = pyplot.close, lambda figure: drawn.append(figure)
    try:
        exposure.draw(run(path), tmp_path / "a.png")
    finally:
        pyplot.close = keep
    plasma = drawn[0].axes[0]
    assert any(line.get_marker() == "o" and list(line.get_ydata()) == [60] for line in plasma.lines)
    dashed = [line for line in plasma.lines if line.get_linestyle() == "--"]
    assert dashed and all(max(line.get_xdata()) > 10 for line in dashed)
    assert plasma.get_title() == "dashed: under-predicted, see the model perez_ruixo"
    keep(drawn[0])


def test_a_clamped_quantity_says_so():
    found = run(
        Protocol("driven").clamp("liver.blood_flow", ["0 h", "2 h"], ["129 L/h", "60 L/h"]).until("4 h"), at=["0 h", "1 h", "3 h"]
    )
    flow = found["liver.blood_flow"]
    assert flow.attrs["mechanism"] == "clamped by the protocol"
    assert flow.values[0] * 3600 == pytest.approx([129, 94.5, 60], rel=1e-12)


def test_attributes_are_text_or_numbers_and_survive_the_file(single, saved):
    assert all(type(v) in (str, int, float) for v in single.attrs.values())
    for key in (
        "synaptrace_version",
        "model",
        "model_hash",
        "protocol",
        "protocol_tables",
        "changes",
        "people",
        "seed",
        "solver",
        "rtol",
        "atol",
        "failures",
        "warnings",
    ):
        assert key in single.attrs
    again = open_result(saved)
    assert dict(again.attrs) == dict(single.attrs)
    assert xarray.testing.assert_identical(again, single) is None
    assert again["time"].dtype == np.float64  # not turned into time differences


def test_a_file_is_read_by_xarray_alone_and_with_all_its_defaults(saved, single):
    with xarray.open_dataset(saved) as opened:
        assert opened["time"].dtype == np.float64 and np.array_equal(opened["arterial.ketamine"], single["arterial.ketamine"])
        assert json.loads(opened.attrs["protocol_tables"])["id"] == "single_infusion"


def test_changes_are_remembered_with_their_reason():
    name = "ketamine_distributes[S].V1"
    found = run(at=["1 h"], changes={name: ("30 L", "a larger heart")})
    assert json.loads(found.attrs["changes"]) == [[name, "30 L", "a larger heart"]]
    assert found["arterial.S_ketamine"].attrs["badge"].endswith(", 1 changed")


@pytest.mark.parametrize("protocol", ["single_infusion", BOLUSES, OVERLAPPING], ids=["infusion", "boluses", "overlapping"])
def test_straight_lines_are_true_to_a_ten_thousandth_of_the_largest_value(protocol):
    coarse = run(protocol)
    time = coarse["time"].values
    jumps = time[:-1][np.diff(time) < 2e-7]  # the last time before a jump; between it and the jump nothing is drawn
    dense = np.unique(
        np.concatenate([np.linspace(0, time[-1], 4001), *(time[:-1] + s * np.diff(time) for s in (0.25, 0.5, 0.75))])
    )
    dense = dense[[not np.any((t > jumps) & (t < jumps + 2e-7)) for t in dense]]
    fine = run(protocol, at=[f"{t!r} h" for t in dense.tolist()])
    for name in CURVES:
        line = np.interp(fine["time"].values, time, coarse[name].values[0])
        off, largest = np.abs(line - fine[name].values[0]).max(), coarse[name].values.max()
        assert off <= 1e-4 * largest, (name, off / largest)
    assert len(time) < 2000


def test_jumps_and_measured_times_are_among_the_default_times():
    protocol = OVERLAPPING.bolus("esketamine", "5 mg", start="5 h").measure("arterial.ketamine", at=["3.21 h", "77 min"])
    for people in (1, 30):
        time = run(protocol, people=people)["time"].values
        for moment in (0, 40 / 60, 20 / 60, 20 / 60 + 2, 5, 12, 3.21, 77 / 60):
            assert np.abs(time - moment).min() < 1e-12


def test_at_a_jump_the_value_after_it_is_stored():
    found = run(BOLUSES, at=["0.999999 h", "1 h", "2.999999 h", "3 h"])["arterial.S_ketamine"].values[0]
    jump = 10 / 237.73 * 1000 / 25  # mg, g/mol, umol/mmol, L
    assert found[0] == 0 and found[1] == pytest.approx(jump, rel=1e-12)
    assert found[3] - found[2] == pytest.approx(jump, rel=1e-4)
    whole = run(BOLUSES)["arterial.S_ketamine"].isel(patient=0)
    assert float(whole.sel(time=1.0)) == pytest.approx(jump, rel=1e-12)


def test_a_bolus_at_the_start_is_in_the_first_value():
    found = run(Protocol("mine").bolus("arketamine", "10 mg"))["arterial.R_ketamine"].values[0, 0]
    assert found == pytest.approx(10 / 237.73 * 1000 / 21.7, rel=1e-12)


def test_asked_times_replace_the_default_ones():
    assert run(at=["2 h", "40 min", "2 h"])["time"].values.tolist() == [2 / 3, 2]
    assert run(at="40 min")["time"].values.tolist() == [2 / 3]
    every = run(
        Protocol("mine").bolus("esketamine", "5 mg").measure("arterial.ketamine", at=["50 min"]).until("2 h"), every="30 min"
    )
    assert every["time"].values.tolist() == [0, 0.5, 1, 1.5, 2]


def test_failures_are_accepted_by_a_whole_number(single):
    with pytest.raises(ResultError, match="'-1' is not a number of failures"):
        peaks(single, accept_failures=-1)


def test_peaks_do_not_depend_on_the_asked_times(single):
    assert peaks(run(at=["3 h"])) == peaks(single)


def test_a_larger_population_gets_at_most_200_times_with_all_jumps(crowd):
    assert crowd.sizes["patient"] == 40 and 100 < crowd.sizes["time"] <= 200
    six = run("six_infusions", people=21)
    assert six.sizes["time"] <= 200
    for start in (0, 48, 96, 168, 216, 264):
        for moment in (start, start + 40 / 60):
            assert np.abs(six["time"].values - moment).min() < 1e-9
    assert run(people=21, every="2.8 h")["time"].size == 241


def test_a_tail_that_sinks_into_the_noise_has_finite_numbers_and_no_warning():
    found = run(Protocol("mine").bolus("racemic ketamine", "35 mg").until("60 d"))
    for row in [r for r in peaks(found) if "half_life_h" in r]:
        assert (
            1 < row["half_life_h"] < 10 and row["auc_last"] > 0 and abs(row["auc_inf"] / row["auc_last"] - 1) < 1e-4
        )  # the tail ends at 1e-6 of the peak


def test_people_differ_and_the_seed_decides(crowd):
    values = crowd["arterial.ketamine"].values
    assert len(np.unique(values[:, 50])) == 40
    assert np.array_equal(run("single_infusion", people=40, seed=11, threads=1)["arterial.ketamine"].values, values)
    assert not np.array_equal(run("single_infusion", people=40, seed=12)["arterial.ketamine"].values, values)
    assert all(crowd[f"draw.{n}"].dims == ("patient",) for n in ("ketamine_distributes.V1", "blood_flows_through_the_liver.Qh"))


@pytest.mark.parametrize("summary", [peaks, at_times])
def test_a_summary_over_failed_patients_is_refused_unless_accepted(refusal, summary):
    error = refusal(summary, failed_dataset())
    assert error.sentence == "1 of 3 patients failed, so no summary is made."
    assert "the step became too small" in error.lines["first"] and error.lines["fix"].endswith(
        "accept them with --accept-failures 1"
    )
    assert summary(failed_dataset(), accept_failures=1)


def test_an_accepted_summary_leaves_the_failed_patients_out():
    (row,) = at_times(failed_dataset(), accept_failures=1)
    assert row == {"name": "arterial.ketamine", "time_h": 1.0, "unit": "ng/mL", "value": 3.0}


def test_a_figure_over_failed_patients_is_refused_and_of_another_kind_too(refusal, single, tmp_path):
    from synaptrace.figures.exposure import draw

    assert refusal(draw, failed_dataset(), tmp_path / "x.svg").sentence == "1 of 3 patients failed, so no summary is made."
    assert refusal(draw, single, tmp_path / "x.pdf").sentence == f"'{tmp_path / 'x.pdf'}' is not a kind of figure this draws."
    assert list(tmp_path.iterdir()) == []


def test_a_failed_patient_stays_in_the_saved_result(tmp_path):
    data = failed_dataset().assign_attrs(model_hash="none")
    again = open_result(save(data, tmp_path / "x.nc"))
    assert again.sizes["patient"] == 3 and json.loads(again.attrs["failures"]) == [FAILURE]


def test_compare_puts_the_arms_in_front():
    found = compare("single_infusion", BOLUSES, every="1 h")
    assert list(found.sizes) == ["arm", "patient", "time"]
    assert all(found[n].dims == ("arm", "patient", "time") for n in CURVES)
    assert found["arm"].values.tolist() == ["single_infusion", "boluses"]
    own = run(BOLUSES, every="1 h")["arterial.S_ketamine"].values[0]
    second = found["arterial.S_ketamine"].isel(arm=1, patient=0)
    assert np.allclose(second.sel(time=range(9)), own, rtol=1e-12, atol=0) and np.isnan(second.sel(time=slice(8.1, None))).all()
    assert found["time"].attrs["units"] == "h" and found["arterial.ketamine"].attrs["units"] == "ng/mL"


def test_compare_keeps_each_arm_on_the_times_of_all():
    found = compare("single_infusion", BOLUSES)
    alone = run(BOLUSES)["arterial.S_ketamine"].isel(patient=0)
    arm = found["arterial.S_ketamine"].isel(arm=1, patient=0).sel(time=alone["time"])
    assert np.allclose(arm.values, alone.values, rtol=1e-12, atol=0)


def test_compare_does_not_draw_a_line_across_a_dose_that_has_not_been_given_yet():
    measured = Protocol("measured").bolus("esketamine", "10 mg").measure("arterial.S_ketamine", at=["40 min"]).until("8 h")
    early = compare(measured, BOLUSES)["arterial.S_ketamine"].isel(arm=1, patient=0).sel(time=2 / 3)
    assert float(early) == 0  # the first bolus of this arm comes at 1 h


def test_compare_tells_equal_arms_apart():
    found = compare("single_infusion", "single_infusion", at=["1 h", "2 h"])
    assert found["arm"].values.tolist() == ["single_infusion (1)", "single_infusion (2)"]


def test_compare_works_at_a_single_time():
    found = compare("single_infusion", BOLUSES, at=["1 h"])
    assert found.sizes["time"] == 1 and bool(np.isfinite(found["arterial.S_ketamine"]).all())


def test_comparing_nothing_is_refused(refusal):
    error = refusal(compare)
    assert error.sentence == "there is nothing to compare." and error.lines["expected"] == "one or more protocols"


def test_a_result_of_another_model_version_is_not_repeated(single, tmp_path, refusal):
    path = save(single.assign_attrs(model_hash="0" * 64, synaptrace_version="0.0.9"), tmp_path / "old.nc")
    error = refusal(run, path)
    assert error.sentence == f"'{path}' was made by another version of the model."
    assert error.lines["given"] == "000000000000, made by synaptrace 0.0.9"
    assert error.lines["fix"] == "run its protocol anew, or install that version"


def test_run_repeats_a_saved_result_from_python(saved, single):
    again = run(saved)
    assert again.attrs == single.attrs and all(np.array_equal(again[n], single[n]) for n in single.variables)


def test_a_number_set_without_a_unit_is_repeated_too(tmp_path):
    model = load_model().set("ketamine_distributes[S].V1", 30.0)
    first = run("single_infusion", model, at=["1 h"])
    assert np.array_equal(run(save(first, tmp_path / "x.nc"))["arterial.ketamine"], first["arterial.ketamine"])


def test_results_are_saved_by_suffix_and_opened_only_if_they_are_results(single, tmp_path, refusal):
    error = refusal(save, single, tmp_path / "x.txt")
    assert (
        error.sentence == f"'{tmp_path / 'x.txt'}' is not a kind of file this writes."
        and error.lines["expected"] == ".nc or .csv"
    )
    table = save(single, tmp_path / "x.csv")
    assert refusal(open_result, table).sentence == f"'{table}' is not a saved result."


def test_a_write_that_fails_leaves_nothing(single, tmp_path, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("broken")

    monkeypatch.setattr(xarray.Dataset, "to_netcdf", broken)
    with pytest.raises(RuntimeError):
        save(single, tmp_path / "x.nc")
    assert list(tmp_path.iterdir()) == []


def test_a_dataset_keeps_text_and_numbers_and_turns_the_rest_into_json():
    found = make_dataset(
        [0, 1],
        {"a": (np.zeros((2, 2)), {"units": "1"})},
        {"x": 1, "y": "z", "w": None, "u": [1]},
        {"draw.a": np.array([0.5, 1.5])},
    )
    assert found.attrs["x"] == 1 and found.attrs["w"] == "null" and found.attrs["u"] == "[1]"
    assert found["draw.a"].dims == ("patient",) and found["time"].dtype == np.float64


def test_truth_values_do_not_survive_a_file_so_they_become_text_too():
    found = make_dataset([0, 1], {"a": (np.zeros((1, 2)), {"units": "1"})}, {"v": True})
    assert type(found.attrs["v"]) is not bool
