"""What the command line prints and writes when all is well."""

import json
import re

import numpy as np
import pytest

from synaptrace.cli import FOOTER
from synaptrace.version import __version__
from tests.exposure import EXPOSURE

KEYS = ["protocol", "model", "patient", "people", "cascade", "peaks", "at", "averages", "compared", "failures", "warnings", "use"]

PEAK = ["name", "unit", "value", "time_h", "auc_last", "auc_inf", "half_life_h", "badge"]
ANALYTES = {"arterial.S_ketamine": "umol/L", "arterial.R_ketamine": "umol/L", "arterial.ketamine": "ng/mL"}


def test_run_prints_the_dose_in_words_a_table_and_the_footer(shell):
    done = shell("run", "--all")
    lines = done.out.splitlines()
    assert done.code == 0 and done.err == ""
    assert lines.index("") < next(k for k, line in enumerate(lines) if "from plasma to mood" in line)
    assert lines[0].startswith("0.5 mg/kg racemic ketamine over 40 minutes")
    assert "  dose     0.5 mg/kg = 35 mg over 40 min for 70 kg, racemic ketamine, iv, at 0 min" in lines
    assert any(line.startswith("  patient  70 kg, 40 years, sex not stated") for line in lines)
    head = next(line for line in lines if "AUC(0-t)" in line)
    assert head.split() == ["unit", "peak", "band", "Tmax", "(h)", "AUC(0-t)", "AUC(inf)", "t1/2", "(h)", "badge"]
    for name, unit in ANALYTES.items():
        row = next(line for line in lines if line.split()[:2] == [name, unit])
        numbers = [float(x) for x in row.split()[2:7]]  # plasma has no band
        assert numbers[1] == pytest.approx(2 / 3, abs=1e-3) and numbers[3] >= numbers[2] > 0 and numbers[4] > 1
    assert lines[-1] == FOOTER == "For research and teaching; never for dosing a person."


def test_json_holds_the_named_keys_and_the_same_numbers_as_python(command, single):
    from synaptrace.simulate import peaks

    done = command("run", *EXPOSURE, "single_infusion", "--json")
    found = json.loads(done.out)
    assert done.code == 0 and list(found) == KEYS
    assert found["protocol"] == "single_infusion" and found["model"] == "exposure" and found["people"] == 1
    assert found["patient"] == {"weight": "70.0 kg", "age": 40.0, "sex": "not stated"}
    assert {r["name"] for r in found["at"]} >= set(ANALYTES)
    assert all(list(r) == ["name", "time_h", "unit", "value"] for r in found["at"])
    assert found["failures"] == [] and found["warnings"] == [] and found["use"] == FOOTER
    units = {p["name"]: p["unit"] for p in found["peaks"]}
    assert units.items() >= ANALYTES.items() and len(units) == 21
    for row, own in zip(found["peaks"], peaks(single), strict=True):
        assert row == {k: own[k] for k in row} and {"name", "unit", "value", "time_h", "badge"} <= set(row)
        assert list(row) == PEAK or row["name"].startswith(("brain.", "nmda."))


def test_json_of_a_protocol_without_drug_is_still_json(command, tmp_path):
    path = tmp_path / "nothing.toml"
    path.write_text('[[measure]]\nwhat = "arterial.ketamine"\nat = ["2 h"]')
    done = command("run", *EXPOSURE, path, "--json")
    found = json.loads(done.out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    assert {p["value"] for p in found["peaks"]} == {0} and {p.get("half_life_h") for p in found["peaks"]} == {None}
    assert found["at"] == [{"name": "arterial.ketamine", "time_h": 2.0, "unit": "ng/mL", "value": 0.0}]


def test_at_prints_every_analyte_at_these_times_and_leaves_the_peaks_alone(command, single):
    done = command("run", *EXPOSURE, "--at", "40min,2h", "--at", "3 h", "--json")
    found = json.loads(done.out)
    found["at"] = found["at"][:63]  # what the protocol measures follows
    assert [r["time_h"] for r in found["at"] if r["name"] == "arterial.ketamine"] == [2 / 3, 2, 3]
    assert {r["name"] for r in found["at"]} >= set(ANALYTES) and len({r["name"] for r in found["at"]}) == 21
    curve = single["arterial.ketamine"].isel(patient=0)
    for row in (r for r in found["at"] if r["name"] == "arterial.ketamine"):
        assert row["value"] == pytest.approx(float(curve.interp(time=row["time_h"])), abs=1e-4 * float(curve.max()))
    assert found["peaks"][0]["value"] == pytest.approx(float(curve.max()), rel=1e-12)
    printed = command("run", *EXPOSURE, "--at", "40min,2h").out
    assert re.search(r"at .*arterial\.S_ketamine \(umol/L\)", printed) and re.search(r"^ +40 min +[\d.]", printed, re.M)


def test_measured_times_of_the_protocol_are_printed(command, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        '[[dose]]\ndrug = "esketamine"\nroute = "iv"\nstart = "0 h"\namount = "10 mg"\n'
        '[[measure]]\nwhat = "arterial.S_ketamine"\nat = ["25 min"]'
    )
    assert re.search(r"^ +25 min +[\d.]+$", command("run", *EXPOSURE, path).out, re.M)


def test_measured_times_are_printed_as_measured_when_other_times_are_asked_for(command, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        '[[dose]]\ndrug = "esketamine"\nroute = "iv"\nstart = "0 h"\namount = "10 mg"\n'
        '[[measure]]\nwhat = "arterial.S_ketamine"\nat = ["25 min"]'
    )
    rows = json.loads(command("run", *EXPOSURE, path, "--at", "2 h", "--json").out)["at"]
    assert 25 / 60 in [r["time_h"] for r in rows if r["name"] == "arterial.S_ketamine"]


def test_nca_adds_how_the_terminal_slope_was_found(command):
    assert re.search(r"terminal slope +points +R squared", command("run", *EXPOSURE, "--nca").out)


def test_patient_and_set_change_the_run_and_are_printed(command):
    name = "ketamine_distributes[S].V1"
    done = command("run", *EXPOSURE, "--patient", "weight=82kg,sex=female", "--set", f"{name}=30 L", "--json")
    assert json.loads(done.out)["patient"] == {"weight": "82.0 kg", "age": 40.0, "sex": "female"}
    printed = command("run", *EXPOSURE, "--patient", "weight=82kg", "--patient", "age=50", "--set", f"{name}=200 L").out
    assert f"  changed  {name} = 200 L" in printed and "82 kg, 50 years" in printed and "0.5 mg/kg = 41 mg" in printed
    assert f"  note     {name} is set outside its plausible range" in printed


def test_several_people_are_summarized_by_median_and_range(command):
    printed = command("run", *EXPOSURE, "--people", "5", "--seed", "3").out
    assert "  people   5, seed 3: medians, and the 5th to 95th percentile of the peak" in printed
    rows = json.loads(command("run", *EXPOSURE, "--people", "5", "--seed", "3", "--threads", "2", "--json").out)
    assert all(r["value_range"][0] <= r["value"] <= r["value_range"][1] for r in rows["peaks"]) and rows["people"] == 5


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--people", "4", "--seed", "7"),
        ("--every", "30 min"),
        ("--at", "1h,3h", "--set", "ketamine_distributes[R].V1=18 L", "--patient", "weight=91.3kg"),
    ],
)
def test_a_saved_result_is_repeated_to_the_same_digits(command, tmp_path, options):
    from synaptrace import open_result

    first, second = tmp_path / "x.nc", tmp_path / "y.nc"
    done = command("run", *EXPOSURE, "six-infusions" if not options else "single_infusion", *options, "--out", first)
    assert done.code == 0 and f"written  {first}" in done.out
    assert command("run", first, "--out", second, "--threads", "1").code == 0
    a, b = open_result(first), open_result(second)
    assert a.attrs == b.attrs and list(a.variables) == list(b.variables)
    for name in a.variables:
        assert np.array_equal(a[name].values, b[name].values), name
        assert a[name].values.tobytes() == b[name].values.tobytes() and a[name].attrs == b[name].attrs
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.nc", "y.nc"]


def test_a_repeat_gives_the_same_bits_in_another_process(shell, tmp_path, saved, single):
    from synaptrace import open_result

    done = shell("run", saved, "--out", "again.nc", cwd=tmp_path)
    assert done.code == 0 and done.err == ""
    again = open_result(tmp_path / "again.nc")
    assert all(again[n].values.tobytes() == single[n].values.tobytes() for n in single.variables)


def test_a_saved_result_can_be_written_over(command, tmp_path):
    out = tmp_path / "x.csv"
    assert command("run", *EXPOSURE, "--out", out).code == 0
    before = out.read_bytes()
    assert command("run", *EXPOSURE, "--out", out).code == 0
    assert out.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["x.csv"]


def test_csv_has_one_row_per_patient_and_time_and_units_in_the_header(command, tmp_path):
    out = tmp_path / "x.csv"
    assert command("run", *EXPOSURE, "--at", "0h,1h", "--people", "2", "--out", out).code == 0
    head, *rows = [line.split(",") for line in out.read_text().splitlines()]
    assert head[:2] == ["patient", "time [h]"] and len(rows) == 4
    assert {"arterial.S_ketamine [umol/L]", "arterial.R_ketamine [umol/L]", "arterial.ketamine [ng/mL]"} <= set(head)
    assert [r[:2] for r in rows] == [["0", "0.0"], ["0", "1.0"], ["1", "0.0"], ["1", "1.0"]]


@pytest.mark.parametrize(("suffix", "begins"), [(".png", b"\x89PNG"), (".svg", b"<?xml")])
def test_figures_are_drawn(command, tmp_path, suffix, begins):
    path = tmp_path / f"curves{suffix}"
    done = command("run", "--figure", path)
    assert done.code == 0 and f"written  {path}" in done.out
    assert path.read_bytes().startswith(begins) and path.stat().st_size > 5000
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_the_same_run_draws_the_same_bytes(command, tmp_path):
    for name in ("a.svg", "b.svg"):
        assert command("run", *EXPOSURE, "--figure", tmp_path / name).code == 0
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_protocols_lists_shows_and_writes_a_file_to_start_from(command, tmp_path):
    listed = command("protocols").out.splitlines()
    assert any(re.match(r"single_infusion +0\.5 mg/kg", line) for line in listed)
    assert '[[dose]]\ndrug     = "racemic ketamine"' in command("protocols", "single-infusion").out
    path = tmp_path / "my.toml"
    assert command("protocols", "single_infusion", "--write", path).out == f"written  {path}\n"
    assert json.loads(command("run", *EXPOSURE, path, "--json").out)["protocol"] == "my"
    again = command("protocols", "single_infusion", "--write", path)
    assert again.code == 2 and again.err.startswith(f"'{path}' exists.")


def test_a_written_protocol_can_be_read_by_all_who_may_read_the_folder(command, tmp_path):
    path = tmp_path / "my.toml"
    command("protocols", "single_infusion", "--write", path)
    plain = tmp_path / "plain.txt"
    plain.write_text("")
    assert path.stat().st_mode == plain.stat().st_mode


def test_models_lists_each_model_with_what_it_holds(command):
    assert re.match(r"standard +From every route to mood", command("models").out)
    assert "trapping_alone" in command("models").out


def test_where_finds_file_and_line(command):
    done = command("where", "arterial", "(central)", "volume")
    assert re.match(r"mechanisms/pharmacokinetics/ketamine_distributes\.py:\d+  ketamine_distributes\.V1 = ", done.out)
    path, line = done.out.split("  ")[0].split(":")
    from pathlib import Path

    import synaptrace

    assert '"V1"' in (Path(synaptrace.__file__).parent / path).read_text().splitlines()[int(line) - 1]


def test_explain_says_all_about_a_parameter(command):
    out = command("explain", "ketamine_distributes[S].V1").out
    for label in ("value", "kind", "source", "plausible range", "between patients", "read by", "affects"):
        assert re.search(rf"^{label} +\S", out, re.M), label
    assert "25 L" in out and "arterial.S_ketamine" in out and "kamp2020_meta" in out


def test_explain_finds_a_parameter_by_its_short_name(command):
    assert command("explain", "Qh").out == command("explain", "blood_flows_through_the_liver.Qh").out


def test_explain_says_all_about_a_quantity(command):
    out = command("explain", "arterial.S_ketamine").out
    for label in ("unit", "written by", "read by", "kind", "badge", "depends on", "formula"):
        assert re.search(rf"^{label} +\S", out, re.M), label
    assert re.search(r"^written by +the protocol \(an input\)", command("explain", "dose.iv.S_ketamine").out, re.M)


def test_explain_shows_a_mechanism_with_its_equations(command):
    out = command("explain", "liver_clears_ketamine").out
    assert "The liver clears ketamine." in out and "return out(clearance=" in out and "CLint" in out


def test_cite_lists_the_references_of_a_run_and_their_numbers(command):
    out = command("cite").out
    assert out.startswith("exposure_dossier\n") and "kamp2020_meta" in out and "protocol single_infusion" in out
    assert "phillips2019" in command("cite", "six_infusions").out and "phillips2019" not in out


def test_doctor_finds_this_machine_fit(command):
    done = command("doctor")
    assert done.code == 0 and "FAIL" not in done.out
    for what in ("Python", "processor", "cache folder", "a run", "disk", "peer roadrunner", "peer pydiffsol"):
        assert re.search(rf"^ok +{what} ", done.out, re.M), what


def test_doctor_gives_a_fix_for_what_fails(command, monkeypatch):
    from synaptrace import doctor

    monkeypatch.setattr(doctor, "examine", lambda: [(False, "disk", "0.0 GB free", "free some space")])
    done = command("doctor")
    assert done.code == 1 and done.out == "FAIL  disk              0.0 GB free\n      fix: free some space\n"


def test_version_is_one_line(command):
    assert command("--version").out == f"synaptrace {__version__}\n" and command("--version").code == 0


@pytest.mark.parametrize("arguments", [("--help",), ("run", "--help"), ("explain", "--help")])
def test_help_is_printed(command, arguments):
    done = command(*arguments)
    assert done.code == 0 and "Usage:" in done.out
