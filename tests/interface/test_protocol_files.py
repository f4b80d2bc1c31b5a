"""Every refusal of a protocol file, with its first sentence and the lines that help."""

import pytest

from synaptrace import Protocol
from synaptrace.protocol import read_protocol

DOSE = {"drug": "racemic ketamine", "route": "iv", "start": "0 h", "amount": "0.5 mg/kg", "duration": "40 min"}
THREE = "racemic ketamine, esketamine, arketamine"


def toml_value(value):
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def dose_text(**changes):
    """One [[dose]] table: the usual one, changed; None leaves a key out."""
    rows = {k: v for k, v in {**DOSE, **changes}.items() if v is not None}
    return "[[dose]]\n" + "\n".join(f"{k} = {toml_value(v)}" for k, v in rows.items()) + "\n"


def check(error, sentence, lines):
    assert str(error).splitlines()[0] == sentence
    for label, text in lines.items():
        assert text in error.lines[label], (label, error.lines)
        assert text in str(error)


DOSE_REFUSALS = [
    ({"drug": "esketamin"}, "'esketamin' is not a drug of this release.", {"nearest": "esketamine", "expected": "' HCl'"}),
    ({"drug": "morphine"}, "'morphine' is not a drug of this release.", {"given": "drug = 'morphine'", "expected": THREE}),
    ({"drug": "ketamine"}, "'ketamine' could be three drugs.", {"expected": THREE, "fix": "write 'racemic ketamine'"}),
    ({"drug": "ketamine HCl"}, "'ketamine HCl' could be three drugs.", {"expected": THREE}),
    ({"drug": 5}, "'5' is not a text with a unit.", {"expected": 'drug = "name"'}),
    ({"drug": None}, "a dose has no 'drug'.", {"given": "[[dose]] 1", "expected": "drug, route, start, and an amount or a rate"}),
    ({"route": None}, "a dose has no 'route'.", {"given": "[[dose]] 1"}),
    ({"start": None}, "a dose has no 'start'.", {"given": "[[dose]] 1"}),
    ({"rout": "iv"}, "'rout' is not a key of a dose.", {"given": "[[dose]] 1: rout = 'iv'", "nearest": "route"}),
    ({"durations": "1 h"}, "'durations' is not a key of a dose.", {"nearest": "duration"}),
    ({"amount": "-35 mg"}, "'-35 mg' is not a positive amount.", {"given": "[[dose]] 1: amount = '-35 mg'"}),
    ({"amount": "0 mg"}, "'0 mg' is not a positive amount.", {"given": "amount = '0 mg'"}),
    ({"amount": "inf mg"}, "'inf mg' is not a finite number.", {"given": "inf mg"}),
    ({"amount": "1e400 mg"}, "'1e400 mg' is not a finite number.", {"given": "1e400 mg"}),
    ({"amount": "nan mg"}, "'nan mg' is not a finite number.", {"given": "nan mg"}),
    ({"amount": "35"}, "'35' has no unit.", {"given": "amount = '35'", "expected": "a text like '35 mg'"}),
    ({"amount": 35}, "'35' is not a text with a unit.", {"given": "amount = 35", "expected": 'amount = "number unit"'}),
    ({"amount": "some mg"}, "'some mg' does not start with a number.", {"given": "some mg", "expected": "a number and a unit"}),
    ({"amount": "35 mgg"}, "'mgg' is not a unit.", {"nearest": "mg"}),
    ({"amount": "35 mL"}, "'35 mL' is not an amount.", {"expected": "'0.5 mg/kg'"}),
    ({"amount": "35 mg/h"}, "'35 mg/h' is not an amount.", {"given": "amount = '35 mg/h'"}),
    ({"amount": "35 mg HCl"}, "'35 mg HCl' names a salt.", {"fix": "put HCl at the end of the drug's name"}),
    ({"amount": None, "rate": "20 mg"}, "'20 mg' is not a rate.", {"given": "rate = '20 mg'", "expected": "'35 mg/h'"}),
    ({"amount": None, "rate": "-20 mg/h"}, "'-20 mg/h' is not a positive rate.", {"given": "rate = '-20 mg/h'"}),
    (
        {"duration": "40 mn"},
        "'40 mn' is not a time.",
        {"given": "duration = '40 mn'", "nearest": "min", "expected": "'40 min' or '2 h'"},
    ),
    ({"duration": "40 mg"}, "'40 mg' is not a time.", {"given": "duration = '40 mg'"}),
    ({"duration": "40"}, "'40' has no unit.", {"given": "duration = '40'", "expected": "a time such as '40 min' or '2 h'"}),
    ({"duration": "-40 min"}, "a duration of '-40 min' is negative.", {"given": "[[dose]] 1: duration = '-40 min'"}),
    ({"start": "inf h"}, "'inf h' is not a finite number.", {"given": "inf h"}),
    (
        {"rate": "20 mg/kg/h"},
        "a dose gives amount, rate and duration; two of them fix the third.",
        {"given": "0.5 mg/kg, 20 mg/kg/h, 40 min", "fix": "leave one out"},
    ),
    ({"amount": None}, "a dose has neither amount nor rate.", {"fix": "add amount or rate"}),
    ({"amount": None, "duration": None}, "a dose has neither amount nor rate.", {"fix": "add amount or rate"}),
    (
        {"amount": None, "duration": None, "rate": "20 mg/h"},
        "a rate alone does not end.",
        {"given": "rate = '20 mg/h'", "fix": "add amount or duration"},
    ),
    ({"amount": None, "duration": "0 min", "rate": "20 mg/h"}, "a rate for 0 min gives nothing.", {"fix": "give an amount"}),
    (
        {"duration": None, "rate": "20 mg/h"},
        "amount and rate are not both per kilogram.",
        {"fix": "give both per kg, or neither"},
    ),
    ({"route": "vi"}, "'vi' is not a route.", {"given": "route = 'vi'", "nearest": "iv", "expected": "iv"}),
    ({"amount": "0.9 ug"}, "a dose of 0.0009 mg is outside what this model covers.", {"expected": "1 ug to 10 g"}),
    ({"amount": "11 g"}, "a dose of 1.1e+04 mg is outside what this model covers.", {"expected": "1 ug to 10 g"}),
    ({"every": "2 h"}, "'every' and 'times' belong together.", {"given": "[[dose]] 1", "fix": "give both, or neither"}),
    ({"times": 3}, "'every' and 'times' belong together.", {"fix": "give both, or neither"}),
    (
        {"every": "0 h", "times": 3},
        "'times' is a whole number from 1 to 10000, 'every' a positive time.",
        {"given": "every = '0 h'"},
    ),
    ({"every": "2 h", "times": 0}, "'times' is a whole number from 1 to 10000, 'every' a positive time.", {"given": "times = 0"}),
    (
        {"every": "2 h", "times": 2.5},
        "'times' is a whole number from 1 to 10000, 'every' a positive time.",
        {"given": "times = 2.5"},
    ),
    ({"at": ["0 h", "2 h"]}, "'at' is a list of times and stands alone.", {"fix": "leave start out"}),
    ({"start": None, "at": "2 h"}, "'at' is a list of times and stands alone.", {"fix": "leave brackets around the times"}),
    ({"start": None, "at": []}, "'at' is a list of times and stands alone.", {"given": "at = []"}),
    ({"start": None, "at": ["2 hous"]}, "'2 hous' is not a time.", {"given": "at = '2 hous'"}),
]


@pytest.mark.parametrize(("changes", "sentence", "lines"), DOSE_REFUSALS)
def test_a_dose_that_cannot_be_given_is_refused_in_one_sentence(tmp_path, refusal, changes, sentence, lines):
    path = tmp_path / "mine.toml"
    path.write_text(dose_text(**changes))
    check(refusal(read_protocol, path), sentence, lines)


CLAMP = '[[clamp]]\nquantity = "liver.blood_flow"\n'
PEOPLE = "outside what this model covers."
FILE_REFUSALS = [
    ('dose = "racemic"', "'racemic' is not what 'dose' should be.", {"given": "dose = 'racemic'", "expected": "a table"}),
    ("title = 5", "'5' is not what 'title' should be.", {"expected": "a text in quotes"}),
    ('titel = "x"', "'titel' is not a key of a protocol.", {"given": "titel = 'x'", "nearest": "title"}),
    ('id = "yours"', "the id 'yours' is not the file's name.", {"given": "mine.toml", "expected": 'id = "mine", or no id'}),
    ("[[dose]\n", "TOML", {"find": "synaptrace protocols NAME --write my.toml"}),
    ("drug: racemic ketamine", "TOML", {"reason": "line 1"}),
    ('end = "-1 h"', "the protocol ends at '-1 h', before it begins.", {"given": "end = '-1 h'"}),
    ('end = "0 h"', "the protocol ends at '0 h', before it begins.", {"given": "end = '0 h'"}),
    (
        'end = "1 h"\n' + dose_text(start="3 h"),
        "something happens after the end at '1 h'.",
        {"given": "last event at 3.66667 h", "fix": "move the end, or leave it out"},
    ),
    ('[patient]\nweight = "0 kg"', f"a weight of 0 kg is {PEOPLE}", {"given": "weight = '0 kg'", "expected": "2 to 350 kg"}),
    ('[patient]\nweight = "900 kg"', f"a weight of 900 kg is {PEOPLE}", {"expected": "2 to 350 kg"}),
    ("[patient]\nweight = nan", f"a weight of nan kg is {PEOPLE}", {"expected": "2 to 350 kg"}),
    ('[patient]\nweight = "70 L"', "'70 L' is not a weight.", {"given": "weight = '70 L'", "expected": "a number in kg"}),
    ("[patient]\nweight = true", "'True' is not a weight.", {"expected": "a number in kg"}),
    ("[patient]\nage = 130", f"an age of 130 years is {PEOPLE}", {"expected": "0 to 120 years"}),
    (
        '[patient]\nsex = "f"',
        "'f' is not a sex this model knows.",
        {"given": "sex = 'f'", "expected": "female, male, not stated"},
    ),
    ("[patient]\nwait = 70", "'wait' is not a key of [patient].", {"nearest": "weight", "expected": "weight, age, sex"}),
    ('[[measure]]\nwhat = "arterial.ketamine"', "a measurement needs 'what' and a list 'at'.", {"given": "[[measure]] 1"}),
    (
        '[[measure]]\nwhat = "arterial.ketamine"\nat = "1 h"',
        "a measurement needs 'what' and a list 'at'.",
        {"expected": '["40 min"]'},
    ),
    ('[[measure]]\nat = ["1 h"]', "a measurement needs 'what' and a list 'at'.", {"given": "[[measure]] 1"}),
    (
        '[[measure]]\nwat = "arterial.ketamine"',
        "'wat' is not a key of a measurement.",
        {"given": "[[measure]] 1", "nearest": "what"},
    ),
    ('[[measure]]\nwhat = "arterial.ketamine"\nat = ["1"]', "'1' has no unit.", {"given": "at = '1'"}),
    (CLAMP + 'times = ["0 h"]', "a clamp has no 'values'.", {"given": "[[clamp]] 1", "expected": "quantity, times, values"}),
    (CLAMP + 'tmes = ["0 h"]', "'tmes' is not a key of a clamp.", {"given": "[[clamp]] 1", "nearest": "times"}),
    (
        CLAMP + 'times = ["0 h", "1 h"]\nvalues = ["50 L/h"]',
        "a clamp needs as many values as times, and times that increase.",
        {"given": "[[clamp]] 1: 2 times, 1 values"},
    ),
    (
        CLAMP + 'times = ["1 h", "1 h"]\nvalues = ["50 L/h", "60 L/h"]',
        "a clamp needs as many values as times, and times that increase.",
        {"given": "[[clamp]] 1"},
    ),
    (CLAMP + "times = []\nvalues = []", "a clamp needs as many values as times, and times that increase.", {"given": "0 times"}),
]


@pytest.mark.parametrize(("text", "sentence", "lines"), FILE_REFUSALS)
def test_a_file_that_is_no_protocol_is_refused_in_one_sentence(tmp_path, refusal, text, sentence, lines):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    sentence = f"'{path}' is not TOML." if sentence == "TOML" else sentence
    check(refusal(read_protocol, path), sentence, lines)


@pytest.mark.parametrize(
    "rows",
    [
        "times = 5\nvalues = 5",
        'times = ["0 h"]\nvalues = 5',
        'times = "0 h"\nvalues = ["1 L/h"]',
        'times = ["0 h"]\nvalues = "1"',
    ],
)
def test_a_clamp_without_lists_is_refused(tmp_path, refusal, rows):
    path = tmp_path / "mine.toml"
    path.write_text(CLAMP + rows)
    assert "clamp" in str(refusal(read_protocol, path))


def test_a_clamped_quantity_is_a_name(tmp_path, refusal):
    from synaptrace import run

    path = tmp_path / "mine.toml"
    path.write_text('[[clamp]]\nquantity = ["liver.blood_flow"]\ntimes = ["0 h"]\nvalues = ["50 L/h"]')
    assert "clamp" in str(refusal(run, path, at=["1 h"]))


def test_two_clamps_of_one_quantity_are_refused(refusal):
    once = Protocol().clamp("liver.blood_flow", ["0 h"], ["50 L/h"])
    found = refusal(once.clamp, "liver.blood_flow", ["0 h"], ["60 L/h"])
    assert found.sentence == "'liver.blood_flow' is clamped twice." and found.lines["fix"] == "join their times"


def test_a_dose_at_the_very_end_is_refused_rather_than_lost(refusal):
    found = refusal(Protocol("mine").until("2 h").bolus, "esketamine", "10 mg", start="2 h")
    assert found.sentence == "a dose at the very end would not be seen." and found.lines["fix"] == "end the protocol later"


@pytest.mark.parametrize("end", ["1e9 h", "0.1 s"])
def test_a_protocol_of_no_length_or_of_ages_is_refused(end, refusal):
    found = refusal(Protocol, "mine", end=end)
    assert found.sentence.endswith("h is outside what this model covers.") and found.lines["expected"] == "1 s to 100 years"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"quantity": ["a"], "times": ["0 h"], "values": ["1"]}, "'['a']' is not the name of a quantity."),
        ({"quantity": "a", "times": "0 h", "values": ["1"]}, "the times of a clamp are a list."),
        ({"quantity": "a", "times": ["0 h"], "values": "1"}, "the values of a clamp are a list."),
    ],
)
def test_a_clamp_of_the_wrong_kind_is_refused(row, sentence, refusal):
    assert refusal(Protocol, "mine", clamp=[row]).sentence == sentence


def test_a_file_that_nests_too_deeply_is_refused(tmp_path, refusal):
    path = tmp_path / "mine.toml"
    path.write_text("title = " + "[" * 5000)
    assert refusal(read_protocol, path).sentence == f"'{path}' is not TOML."


def test_a_binary_file_is_refused(tmp_path, refusal):
    path = tmp_path / "mine.toml"
    path.write_bytes(bytes(range(256)))
    check(refusal(read_protocol, path), f"'{path}' is not a text file.", {"expected": "TOML in UTF-8"})


def test_a_very_long_file_is_refused(tmp_path, refusal):
    path = tmp_path / "mine.toml"
    path.write_bytes(b"#" * 1_000_001)
    check(
        refusal(read_protocol, path),
        f"'{path}' is too long for a protocol.",
        {"got": "1000001 bytes", "expected": "at most 1000000"},
    )


def test_a_missing_file_is_refused(tmp_path, refusal):
    path = tmp_path / "mine.toml"
    check(refusal(read_protocol, path), f"'{path}' cannot be read.", {"reason": "No such file or directory"})


def test_a_folder_is_refused(tmp_path, refusal):
    error = refusal(read_protocol, f"{tmp_path}/")
    check(error, f"'{tmp_path}/' cannot be read.", {"reason": "Is a directory"})


def test_an_unknown_shipped_name_is_refused_with_the_nearest(refusal):
    error = refusal(read_protocol, "single-infusions")
    check(
        error,
        "'single-infusions' is not a shipped protocol.",
        {"nearest": "single_infusion", "find": "synaptrace protocols", "fix": "give a path with .toml for a file of your own"},
    )


def test_quantities_that_the_model_lacks_are_refused(refusal):
    from synaptrace import Protocol, run

    error = refusal(run, Protocol().measure("arterial.ketamin", at="1 h"))
    check(
        error,
        "'arterial.ketamin' is not a quantity of the model 'standard'.",
        {"nearest": "arterial.ketamine", "find": "synaptrace where WORD"},
    )
    error = refusal(run, Protocol().clamp("patient.weight", ["0 h"], ["70 kgBW"]))
    check(error, "'patient.weight' cannot be clamped in the model 'standard'.", {"given": "clamp patient.weight"})
    driven = Protocol().bolus("esketamine", "10 mg").clamp("dose.iv.S_ketamine", ["0 h"], ["1 mg/h"])
    check(
        refusal(run, driven),
        "'dose.iv.S_ketamine' is both clamped and dosed.",
        {"given": "esketamine", "fix": "drop the dose or the clamp"},
    )
