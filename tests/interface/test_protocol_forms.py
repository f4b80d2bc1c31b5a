"""The accepted forms of a protocol: file, builder and words say the same."""

import pytest

from synaptrace import Patient, Protocol, protocols
from synaptrace.protocol import read_protocol, write_protocol

RACEMIC = {"drug": "racemic ketamine", "route": "iv", "start": "0 h"}


def only_dose(**row):
    return Protocol("mine", dose=[{**RACEMIC, **row}]).doses[0]


@pytest.mark.parametrize(
    "row", [{"amount": "10 mg"}, {"amount": "10 mg", "duration": "0 min"}, {"amount": "10 mg", "duration": "0 h"}]
)
def test_an_amount_at_once_is_a_bolus(row):
    dose = only_dose(**row)
    assert dose.bolus and dose.duration == 0 and dose.amount.for_weight(70) == 10


@pytest.mark.parametrize(
    ("row", "hours", "mg"),
    [
        ({"amount": "0.5 mg/kg", "duration": "40 min"}, 2 / 3, 35),
        ({"amount": "35 mg", "rate": "70 mg/h"}, 0.5, 35),
        ({"amount": "0.5 mg/kg", "rate": "1 mg/kg/h"}, 0.5, 35),
        ({"amount": "0.6 mg/kg", "rate": "10 ug/kg/min"}, 1, 42),
        ({"rate": "20 mg/h", "duration": "90 min"}, 1.5, 30),
        ({"rate": "0.5 mg/kg/h", "duration": "2 h"}, 2, 70),
        ({"rate": "5 ug/kg/min", "duration": "1 h"}, 1, 21),
    ],
)
def test_two_of_amount_rate_and_duration_make_an_infusion(row, hours, mg):
    dose = only_dose(**row)
    assert not dose.bolus
    assert dose.duration == pytest.approx(hours, rel=1e-14)
    assert dose.amount.for_weight(70) == pytest.approx(mg, rel=1e-12)


def test_forty_minutes_are_two_thirds_of_an_hour_to_the_last_digit():
    assert only_dose(amount="35 mg", duration="40 min").duration == 2 / 3


def test_doses_repeat_by_every_and_times_or_by_a_list():
    assert only_dose(amount="10 mg", every="2 h", times=3).starts == (0, 2, 4)
    assert only_dose(amount="10 mg", start="30 min", every="1 d", times=2).starts == (0.5, 24.5)
    listed = Protocol("mine", dose=[{"drug": "esketamine", "route": "iv", "amount": "10 mg", "at": ["2 h", "0 h"]}])
    assert listed.doses[0].starts == (0, 2)


def test_a_protocol_without_doses_says_so_and_lasts_a_day(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("")
    protocol = read_protocol(path)
    assert protocol.words() == ["no drug"] and protocol.doses == [] and protocol.end == 24 and protocol.id == "mine"


def test_a_protocol_without_doses_leaves_every_concentration_at_zero():
    from synaptrace import run

    assert float(abs(run(Protocol("nothing"), at=["0 h", "5 h"])["arterial.ketamine"]).max()) == 0


def test_hyphens_are_read_as_underscores(tmp_path):
    assert read_protocol("single-infusion").to_tables() == read_protocol("single_infusion").to_tables()
    path = tmp_path / "my-study.toml"
    path.write_text('id = "my_study"')
    assert read_protocol(path).id == "my_study"


def test_a_file_without_id_is_named_by_its_stem(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('title = "mine"')
    assert read_protocol(path).id == "mine"


def test_shipped_protocols_have_a_title_an_id_and_a_source():
    assert "single_infusion" in protocols() and "six_infusions" in protocols()
    for name, title in protocols().items():
        protocol = read_protocol(name)
        assert title and protocol.id == name and protocol.tables.source


def test_the_builder_makes_the_tables_that_a_file_holds():
    built = (
        Protocol("single_infusion", title=protocols()["single_infusion"], source="exposure_dossier:section-7-4")
        .infuse("racemic ketamine", "0.5 mg/kg", over="40 min")
        .until("28 d")
    )
    for curve in ("S_ketamine", "R_ketamine", "ketamine"):
        built = built.measure(f"arterial.{curve}", at=["20 min", "40 min", "80 min", "110 min", "230 min"])
    assert built.to_tables() == read_protocol("single_infusion").to_tables()


def test_every_method_of_the_builder_survives_the_file(tmp_path):
    built = (
        Protocol("mine")
        .infuse("racemic ketamine", rate="5 ug/kg/min", over="1 h")
        .bolus("esketamine HCl", "10 mg", at=["3 h", "5 h"])
        .bolus("arketamine", "1 mg", start="1 h", every="1 h", times=2)
        .measure("arterial.ketamine", at=["40 min", "2 h"])
        .measure("arterial.S_ketamine", at="1 h")
        .clamp("liver.blood_flow", ["0 h", "1 h"], ["129 L/h", "60 L/h"])
        .until("30 h")
        .for_patient(Patient(weight="82 kg", age=61, sex="female"))
    )
    path = write_protocol(built, tmp_path / "mine.toml")
    read = read_protocol(path)
    assert read.to_tables() == built.to_tables()
    assert (
        read.patient == built.patient
        and read.doses == built.doses
        and read.measures == built.measures
        and read.clamps == built.clamps
    )
    assert [p.name for p in tmp_path.iterdir()] == ["mine.toml"]


def test_the_builder_returns_a_new_protocol_every_time():
    empty = Protocol("mine")
    empty.bolus("esketamine", "10 mg")
    assert empty.doses == []


def test_a_shipped_protocol_is_written_under_its_new_name(tmp_path):
    path = write_protocol("single_infusion", tmp_path / "my-own.toml")
    read, shipped = read_protocol(path), read_protocol("single_infusion")
    assert read.id == "my_own" and read.doses == shipped.doses


def test_writing_refuses_another_suffix_a_file_that_exists_and_a_missing_folder(tmp_path, refusal):
    path = write_protocol("single_infusion", tmp_path / "my.toml")
    before = path.read_text()
    error = refusal(write_protocol, "six_infusions", path)
    assert error.sentence == f"'{path}' exists." and error.lines["fix"] == "choose another name, or remove the file"
    assert path.read_text() == before
    error = refusal(write_protocol, "single_infusion", tmp_path / "my.txt")
    assert (
        error.sentence == f"'{tmp_path / 'my.txt'}' does not end in .toml."
        and error.lines["expected"] == "a file name such as my.toml"
    )
    far = tmp_path / "none" / "my.toml"
    error = refusal(write_protocol, "single_infusion", far)
    assert error.sentence == f"'{far}' cannot be written." and error.lines["reason"] == "its folder does not exist"
    assert [p.name for p in tmp_path.iterdir()] == ["my.toml"]


@pytest.mark.parametrize(
    ("drug", "S", "R"),
    [
        ("racemic ketamine", 50, 50),
        ("esketamine", 100, 0),
        ("arketamine", 0, 100),
        ("racemic ketamine HCl", 50 * 237.73 / 274.2, 50 * 237.73 / 274.2),
        ("esketamine HCl", 100 * 237.73 / 274.2, 0),
    ],
)
def test_amounts_are_base_unless_the_name_ends_in_the_salt(drug, S, R):
    found = only_dose(drug=drug, amount="100 mg").enantiomers(70)
    assert found.get("S", 0) == pytest.approx(S, rel=1e-14) and found.get("R", 0) == pytest.approx(R, rel=1e-14)


def test_salt_in_a_file_lowers_the_curve_by_the_ratio_of_molar_masses():
    from synaptrace import run

    base, salt = (
        run(Protocol("mine").bolus(drug, "50 mg"), at=["1 h"])["arterial.S_ketamine"].item()
        for drug in ("esketamine", "esketamine HCl")
    )
    assert salt / base == pytest.approx(237.73 / 274.2, rel=1e-6)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            {"amount": "0.5 mg/kg", "duration": "40 min"},
            "0.5 mg/kg = 35 mg over 40 min for 70 kg, racemic ketamine, iv, at 0 min",
        ),
        ({"amount": "10 mg"}, "10 mg as a bolus for 70 kg, racemic ketamine, iv, at 0 min"),
        (
            {"rate": "5 ug/kg/min", "duration": "4 h", "start": "-1 h"},
            "5 ug/kg/min x 4 h = 84 mg over 4 h for 70 kg, racemic ketamine, iv, at -60 min",
        ),
        (
            {"amount": "100 mg", "drug": "esketamine HCl"},
            "100 mg HCl = 86.7 mg base as a bolus for 70 kg, esketamine HCl, iv, at 0 min",
        ),
        (
            {"amount": "10 mg", "every": "2 d", "times": 6},
            "10 mg as a bolus for 70 kg, racemic ketamine, iv, at 0 min, 48 h, 4 d, 6 d and 2 more times",
        ),
    ],
)
def test_a_dose_is_said_in_words(row, words):
    assert only_dose(**row).words(70) == words


def test_the_words_follow_the_patient():
    protocol = read_protocol("single_infusion").for_patient(Patient(weight="82 kg"))
    assert protocol.words()[0].startswith("0.5 mg/kg = 41 mg over 40 min for 82 kg")
    assert protocol.patient.words() == "82 kg, 40 years, sex not stated"


@pytest.mark.parametrize(
    ("given", "kilograms"), [("82 kg", 82), ("82kg", 82), (82, 82), ("82", 82), ("82000 g", 82), (2, 2), (350, 350)]
)
def test_a_weight_is_read_in_any_unit_of_mass(given, kilograms):
    assert Patient(weight=given).weight == kilograms


def test_a_protocol_may_begin_before_zero_and_ends_a_day_after_the_last_event():
    protocol = Protocol("mine").bolus("esketamine", "10 mg", start="-2 h").measure("arterial.ketamine", at=["-3 h", "7 h"])
    assert protocol.start == -3 and protocol.end == 31
