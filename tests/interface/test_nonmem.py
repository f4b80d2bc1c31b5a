"""NONMEM-style files as protocols: what is read, and every refusal with its sentence."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synaptrace import Protocol
from synaptrace.chemistry import molar_mass_of
from synaptrace.protocol.cohort import Cohort
from synaptrace.protocol.nonmem import CODES, COLUMNS, read_regimens

BOLUS = {"ID": "1", "TIME": "0", "TIMEU": "h", "AMT": "35", "AMTU": "mg", "SUBSTANCE": "racemic ketamine", "ROUTE": "iv"}
SEEN = {"ID": "1", "TIME": "1", "TIMEU": "h", "DV": "100", "DVU": "ng/mL", "DVNAME": "venous.ketamine"}
NASAL = {"SUBSTANCE": "esketamine", "ROUTE": "intranasal", "AMT": "56"}


@pytest.fixture
def written(tmp_path):
    """Write rows, given as dictionaries, to study.csv; '.' stands for what a row does not give."""

    def write(*rows, columns=None):
        columns = columns or list(dict.fromkeys(k for row in rows for k in row))
        path = tmp_path / "study.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([columns, *([row.get(c, ".") for c in columns] for row in rows)])
        return path

    return write


@pytest.fixture
def read(written):
    def run(*rows, until=None, **options):
        return read_regimens(written(*rows, **options), until)

    return run


def given_doses(protocol):
    """(start, duration, substance, mg by enantiomer, ways in) of every act of giving."""
    return [(a.start, a.duration, a.substance, a.amounts, a.channels) for a in protocol.administrations()]


# what is read


def test_two_people_get_their_own_doses_covariates_and_observations(read):
    cohort = read(
        BOLUS | {"WT": "82", "AGE": "30", "SEX": "F", "CYP2B6": "*1/*6"},
        SEEN,
        BOLUS | {"ID": "2", "TIME": "1", "WT": "60", "SEX": "male", "DUR": "2"},
        SEEN | {"ID": "2", "TIME": "5"},
    )
    assert cohort.id == "study" and cohort.ids == ["1", "2"] and [m.id for m in cohort.members] == ["1", "2"]
    first, second = (m.patient for m in cohort.members)
    assert (first.weight, first.age, first.sex, first.CYP2B6) == (82, 30, "female", "*1/*6")
    assert (second.weight, second.age, second.sex, second.CYP2B6) == (60, 40, "male", "not stated")
    assert cohort.patient == first and cohort.tables.title is None
    assert cohort.start == 0 and cohort.end == 53 and {(m.start, m.end) for m in cohort.members} == {(0, 53)}
    assert [d.duration for d in cohort.doses] == [0, 2] and [d.starts for d in cohort.doses] == [(0,), (1,)]
    assert [(o["id"], o["time_h"], o["value"]) for o in cohort.observations] == [("1", 1, 100), ("2", 5, 100)]
    assert list(cohort.measures) == [] and list(cohort.clamps) == []
    assert given_doses(cohort) == [g for m in cohort.members for g in given_doses(m)] and len(given_doses(cohort)) == 2


@pytest.mark.parametrize(
    ("row", "hours", "mg"),
    [
        ({}, 0, 35),
        ({"DUR": "0", "RATE": "0"}, 0, 35),
        ({"DUR": "0.5"}, 0.5, 35),
        ({"RATE": "0", "DUR": "2"}, 2, 35),
        ({"RATE": "70"}, 0.5, 35),
        ({"RATE": "0.875", "TIMEU": "min"}, 2 / 3, 35),
        ({"DUR": "40", "TIMEU": "min"}, 2 / 3, 35),
        ({"AMT": "0.5", "PERKG": "1", "WT": "82", "DUR": "1"}, 1, 41),
        ({"AMT": "0.5", "PERKG": "Yes", "WT": "82", "RATE": "1"}, 0.5, 41),
        ({"AMT": "500", "AMTU": "ug", "PERKG": "1", "WT": "60"}, 0, 30),
        ({"AMT": "30", "PERKG": "no"}, 0, 30),
        ({"AMT": "30", "PERKG": "0.0", "EVID": "1.0"}, 0, 30),
        ({"AMT": "0.03", "AMTU": "g"}, 0, 30),
        ({"AMT": "3e1"}, 0, 30),
    ],
)
def test_an_amount_with_rate_or_duration_is_an_infusion_and_alone_a_bolus(read, row, hours, mg):
    [given] = read(BOLUS | row).administrations()
    assert given.duration == hours and sum(given.amounts.values()) == pytest.approx(mg, rel=1e-14)
    assert set(given.amounts) == {"S", "R"}


def test_a_rate_per_kilogram_is_noted(read):
    note = "where PERKG is 1, RATE is per kg as AMT is"
    assert note in read(BOLUS | {"AMT": "0.5", "PERKG": "1", "WT": "82", "RATE": "1"}).notes()
    assert note not in read(BOLUS | {"RATE": "35", "WT": "82"}).notes()


def test_amounts_are_of_base_unless_the_substance_ends_in_hcl(read):
    [base] = read(BOLUS).administrations()
    [salt] = read(BOLUS | {"SUBSTANCE": "racemic ketamine HCl"}).administrations()
    share = molar_mass_of("ketamine") / molar_mass_of("ketamine HCl")
    assert salt.amounts["S"] == pytest.approx(base.amounts["S"] * share, rel=1e-14) and share < 1


def test_times_are_read_in_the_unit_of_their_row(read):
    cohort = read(
        BOLUS | {"TIME": "30", "TIMEU": "min"}, SEEN | {"TIME": "90", "TIMEU": "min"}, SEEN | {"TIME": "2", "TIMEU": "d"}
    )
    assert cohort.doses[0].starts == (0.5,) and [o["time_h"] for o in cohort.observations] == [1.5, 48] and cohort.end == 96


def test_further_doses_follow_at_their_interval(read):
    cohort = read(BOLUS | {"ADDL": "3", "II": "12"})
    assert cohort.doses[0].starts == (0, 12, 24, 36) and cohort.end == 36 + 48
    assert cohort.members[0].to_tables()["dose"][0]["times"] == 4
    assert read(BOLUS | {"TIMEU": "min", "ADDL": "1", "II": "90"}).doses[0].starts == (0, 1.5)
    assert read(BOLUS | {"II": "12"}).doses[0].starts == (0,)


@pytest.mark.parametrize(("interval", "count"), [("24", 5), ("48", 5), ("12", 10), ("7", 18), ("0.05", 1000), ("1e-310", 1000)])
def test_a_steady_state_is_five_days_of_earlier_doses(read, interval, count):
    cohort = read(BOLUS | {"TIME": "2", "SS": "1", "II": interval})
    earlier, own = cohort.doses
    every = float(interval)
    assert earlier.starts[0] == 2 - count * every and len(earlier.starts) == count and own.starts == (2,)
    assert earlier.starts[-1] == pytest.approx(2 - every) and earlier.amount == own.amount
    assert f"a steady state of doses every {every:g} h is read as {count} earlier doses" in cohort.notes()
    assert cohort.start == min(0, 2 - count * every)


def test_a_steady_state_of_infusions_goes_on_with_further_doses(read):
    earlier, own = read(BOLUS | {"SS": "1", "II": "24", "ADDL": "2", "DUR": "1"}).doses
    assert earlier.starts == (-120, -96, -72, -48, -24) and own.starts == (0, 24, 48) and earlier.duration == own.duration == 1


def test_a_steady_state_after_other_doses_begins_an_occasion(read):
    cohort = read(BOLUS | {"ADDL": "9", "II": "12"}, BOLUS | {"TIME": "30", "SS": "1", "II": "24"}, SEEN | {"TIME": "31"})
    assert cohort.ids == ["1", "1 (2)"] and cohort.members[0].doses[0].starts == (0, 12, 24)
    assert cohort.observations[0]["id"] == "1 (2)" and cohort.start == -90


def test_without_evid_a_row_with_an_amount_is_a_dose_and_its_dv_is_none(read):
    cohort = read(BOLUS | {"DV": "0"}, BOLUS | {"TIME": "1", "AMT": "0"}, SEEN)
    assert len(cohort.doses) == 1 and len(cohort.observations) == 1


def test_other_events_only_extend_the_time(read):
    cohort = read(BOLUS | {"EVID": "1"}, SEEN | {"EVID": "2", "TIME": "100"})
    assert cohort.end == 148 and cohort.observations == [] and len(cohort.administrations()) == 1


@pytest.mark.parametrize(("row", "doses"), [({"EVID": "3", "AMT": ".", "SS": "0"}, 0), ({"EVID": "4"}, 1)])
def test_a_reset_begins_an_occasion_on_the_same_clock(read, row, doses):
    cohort = read(
        BOLUS | {"ID": "7", "EVID": "1", "WT": "60"},
        SEEN | {"ID": "7", "EVID": "0", "TIME": "24"},
        BOLUS | {"ID": "7", "TIME": "24"} | row,
        SEEN | {"ID": "7", "EVID": "0", "TIME": "30"},
        BOLUS | {"ID": "8", "EVID": "1"},
    )
    assert cohort.ids == ["7", "7 (2)", "8"] and [m.patient.weight for m in cohort.members] == [60, 60, 70]
    assert [[d.starts for d in m.doses] for m in cohort.members] == [[(0,)], [(24,)] * doses, [(0,)]]
    assert [(o["id"], o["time_h"]) for o in cohort.observations] == [("7", 24), ("7 (2)", 30)]
    assert {m.end for m in cohort.members} == {78}
    note = "after a reset a person goes on as somebody new, such as '7 (2)'; what still ran or was to come is cut there"
    assert note in cohort.notes()


def test_a_reset_stops_infusions_and_further_doses(read):
    reset = {"ID": "1", "TIME": "13", "TIMEU": "h", "EVID": "3"}
    cohort = read(BOLUS | {"EVID": "1", "DUR": "4", "ADDL": "5", "II": "6"}, reset, SEEN | {"TIME": "14", "EVID": "0"})
    whole, part = cohort.members[0].doses
    assert whole.starts == (0, 6) and (whole.duration, whole.amount.value) == (4, 35)
    assert part.starts == (12,) and part.duration == 1 and part.amount.value == pytest.approx(35 / 4)
    brief = read(BOLUS | {"EVID": "1", "DUR": "4"}, reset | {"TIME": "1e-5"}, SEEN | {"TIME": "14", "EVID": "0"})
    assert brief.members[0].doses == []  # less than 1 ug was given


def test_resets_that_reset_nothing_change_nothing(read):
    first = read(SEEN | {"TIME": "0", "EVID": "0"}, BOLUS | {"EVID": "4"}, SEEN | {"EVID": "0"})
    assert first.ids == ["1"] and len(first.observations) == 2 and len(first.doses) == 1
    last = read(BOLUS | {"EVID": "1"}, {"ID": "1", "TIME": "5", "TIMEU": "h", "EVID": "3"})
    assert last.ids == ["1"] and last.end == 53


def test_measured_mass_concentrations_are_read_in_the_unit_of_the_quantity(read):
    quantity = {"DVNAME": "arterial.S_ketamine"}
    cohort = read(BOLUS, SEEN | quantity, SEEN | {"DV": "1", "DVU": "umol/L"}, SEEN | quantity | {"DV": "2", "DVU": "umol/L"})
    values = [o["value"] for o in cohort.observations]
    mass = molar_mass_of("ketamine")
    assert values == pytest.approx([100 / mass, mass, 2], rel=1e-14)
    assert [o["unit"] for o in cohort.observations] == ["umol/L", "ng/mL", "umol/L"]
    assert cohort.observations[2] == {"id": "1", "time_h": 1, "name": "arterial.S_ketamine", "value": 2, "unit": "umol/L"}


def test_a_missing_dependent_variable_is_not_an_observation(read):
    cohort = read(BOLUS, SEEN | {"MDV": "1"}, SEEN | {"MDV": "0"}, SEEN | {"DV": "."}, SEEN | {"DV": ""})
    assert len(cohort.observations) == 1


def test_a_nasal_dose_of_two_devices_is_two_sprays(read):
    cohort = read(BOLUS | NASAL)
    assert [a.start for a in cohort.administrations()] == [0, pytest.approx(5 / 60)]
    assert cohort.notes() == ["56.0 mg nasal esketamine is 2 devices of 28 mg, 5 min apart"]


def test_a_form_is_passed_on(read):
    assert read(BOLUS | {"ROUTE": "sublingual", "FORM": "film"}).doses[0].form == "film"
    assert read(BOLUS | {"ROUTE": "oral"}).doses[0].form == "immediate"


def test_compartments_and_unknown_columns_are_ignored_with_a_note(read):
    assert read(BOLUS | {"CMT": "2", "STUDY": "5", "OCC": "1", "MDV": "1"}).notes() == [
        "CMT is ignored: routes are named",
        "these columns are ignored: STUDY, OCC",
    ]
    assert read(BOLUS).notes() == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_headers_may_be_small_spaced_and_marked(tmp_path, encoding, newline):
    lines = [" id, Time,timeu ,amt,amtu,substance,route", ' 1 , 0 ,h, 35 , mg,"esketamine", iv ', "", "1,2,h,.,,.,", ",,,,,,", ""]
    path = tmp_path / "study.csv"
    path.write_bytes(newline.join(lines).encode(encoding))
    cohort = read_regimens(path)
    assert cohort.ids == ["1"] and cohort.words() == ["1: 35 mg as a bolus for 70 kg, esketamine, iv, at 0 min"]
    assert cohort.end == 50


def test_the_end_is_as_asked_or_two_days_after_the_last_record(read):
    assert read(BOLUS, SEEN, until="72 h").end == 72 and read(BOLUS, SEEN, until="1 h").end == 1
    assert read(BOLUS, SEEN).end == 49 and read(BOLUS | {"DUR": "100"}).end == 100
    early = read(SEEN | {"TIME": "-2"}, BOLUS)
    assert early.start == -2 and early.end == 48 and early.members[0].start == 0


def test_words_name_ten_people_and_count_the_rest(read):
    rows = [BOLUS | {"ID": str(k), "TIME": str(t)} for k in range(12) for t in range(5)]
    words = read(*rows).words()
    assert len(words) == 11 and words[-1] == "... and 2 more people" and words[0].startswith("0: 35 mg as a bolus for 70 kg")
    assert words[3].endswith("; and 2 more rows")
    assert read(SEEN).words() == ["1: no drug"] and repr(read(SEEN)) == "Cohort('study': 1: no drug)"


def test_a_cohort_and_its_tables_are_the_same(read):
    import json

    cohort = read(
        BOLUS | {"WT": "82", "SEX": "f", "SS": "1", "II": "7", "DUR": "0.1"},
        SEEN,
        BOLUS | NASAL | {"ID": "2", "CMT": "1"},
        until="100 h",
    )
    again = Cohort.from_tables(json.loads(json.dumps(cohort.to_tables())))
    assert again.to_tables() == cohort.to_tables() and set(again.to_tables()) == {"id", "members", "ids", "observations", "notes"}
    assert given_doses(again) == given_doses(cohort) and again.notes() == cohort.notes() and again.words() == cohort.words()
    assert (again.start, again.end) == (cohort.start, cohort.end) and again.observations == cohort.observations


DOSES = st.tuples(
    st.sampled_from(["racemic ketamine", "esketamine HCl", "arketamine", "norketamine"]),
    st.floats(0.01, 80),
    st.booleans(),
    st.floats(0, 100),
    st.sampled_from([0.0, 1 / 3, 2 / 3, 0.1, 5.0]),
    st.integers(1, 4),
    st.floats(1e-3, 30),
)


@given(st.lists(DOSES, min_size=1, max_size=5), st.floats(40, 120))
def test_the_doses_of_a_protocol_written_as_a_file_are_read_back(tmp_path_factory, plans, weight):
    doses, rows = [], []
    for drug, mg, per_kg, start, hours, times, every in sorted(plans, key=lambda plan: plan[3]):
        unit = "mg/kg" if per_kg else "mg"
        doses.append({"drug": drug, "route": "iv", "start": f"{start!r} h", "amount": f"{mg!r} {unit}"})
        doses[-1] |= {"duration": f"{hours!r} h"} if hours else {}
        doses[-1] |= {"every": f"{every!r} h", "times": times} if times > 1 else {}
        rows.append([7, start, "h", mg, "mg", drug, "iv", hours, times - 1, every, "yes" if per_kg else ".", weight])
    protocol = Protocol("7", patient={"weight": weight}, dose=doses)
    path = tmp_path_factory.mktemp("written") / "study.csv"
    with path.open("w", newline="") as file:
        names = "ID TIME TIMEU AMT AMTU SUBSTANCE ROUTE DUR ADDL II PERKG WT".split()
        csv.writer(file).writerows([names, *rows])
    cohort = read_regimens(path)
    assert given_doses(cohort) == given_doses(protocol) and cohort.patient == protocol.patient


# what is refused

AT = "study.csv line 2: "
LATER = BOLUS | {"TIME": "5"}
REFUSALS = [
    (
        {"RATE": "-2"},
        "a RATE of '-2' leaves rate or duration to a fit.",
        {"given": AT + "RATE = -2", "fix": "come from the model"},
    ),
    ({"RATE": "-1"}, "a RATE of '-1' leaves rate or duration to a fit.", {"expected": "a RATE in AMTU/TIMEU, or a DUR in TIMEU"}),
    (
        {"RATE": "35", "DUR": "1"},
        "a RATE of '35' and a DUR of '1' are both given.",
        {"given": AT + "RATE = 35, DUR = 1", "fix": "leave one out; AMT and the other fix it"},
    ),
    ({"DUR": "-1"}, "'-1' is negative.", {"given": AT + "DUR = -1", "expected": "a positive DUR"}),
    ({"II": "-12", "ADDL": "1"}, "'-12' is negative.", {"given": AT + "II = -12"}),
    ({"EVID": "5"}, "'5' is not a code of EVID.", {"given": AT + "EVID = 5", "expected": "0, 1, 2, 3, 4"}),
    ({"EVID": "-1"}, "'-1' is not a code of EVID.", {"given": AT + "EVID = -1"}),
    ({"EVID": "1.5"}, "'1.5' is not a code of EVID.", {"expected": "0, 1, 2, 3, 4"}),
    ({"SS": "2", "II": "12"}, "'2' is not a code of SS.", {"given": AT + "SS = 2", "expected": "0, 1"}),
    ({"EVID": "2", "AMT": "0", "SS": "2"}, "'2' is not a code of SS.", {"given": AT + "SS = 2"}),
    ({"EVID": "0", "AMT": "0", "MDV": "100"}, "'100' is not a code of MDV.", {"expected": "0, 1"}),
    ({"PERKG": "maybe"}, "'maybe' is not a code of PERKG.", {"expected": "0, 1, no, yes"}),
    ({"SS": "1"}, "SS = '1' needs an II.", {"given": AT + "SS = 1, II = .", "fix": "give the time between doses in II"}),
    ({"ADDL": "3"}, "ADDL = '3' needs an II.", {"given": AT + "ADDL = 3"}),
    ({"ADDL": "3", "II": "0"}, "ADDL = '3' needs an II.", {"given": AT + "ADDL = 3, II = 0"}),
    ({"ADDL": "3", "II": "5e-324", "TIMEU": "s"}, "ADDL = '3' needs an II.", {"given": "II = 5e-324"}),
    ({"ADDL": "-1"}, "'-1' is not a number of further doses.", {"given": AT + "ADDL = -1", "expected": "0 to 9999"}),
    ({"ADDL": "1.5", "II": "1"}, "'1.5' is not a number of further doses.", {"expected": "0 to 9999"}),
    ({"ADDL": "10000", "II": "1"}, "'10000' is not a number of further doses.", {"expected": "0 to 9999"}),
    ({"AMT": "-5"}, "'-5' is not a positive AMT.", {"given": AT + "AMT = -5", "expected": "an AMT above 0 for a dose"}),
    ({"AMT": "0", "EVID": "1"}, "'0' is not a positive AMT.", {"given": AT + "AMT = 0"}),
    ({"AMT": ".", "EVID": "4"}, "a row has no 'AMT'.", {"given": "study.csv line 2", "fix": "fill in the column AMT"}),
    ({"AMT": "nan"}, "'nan' is not a number.", {"given": AT + "AMT = nan", "expected": "a number, or '.' for none"}),
    ({"AMT": "1e400"}, "'1e400' is not a number.", {"given": AT + "AMT = 1e400"}),
    ({"AMT": "1_0"}, "'1_0' is not a number.", {"given": AT + "AMT = 1_0"}),
    ({"AMT": "3,5"}, "'3,5' is not a number.", {"given": AT + "AMT = 3,5"}),
    ({"TIME": "08:30"}, "'08:30' is not a number.", {"given": AT + "TIME = 08:30"}),
    ({"RATE": "NA"}, "'NA' is not a number.", {"given": AT + "RATE = NA"}),
    ({"RATE": "1e-310"}, "'inf h' is not a finite number.", {"given": AT + "inf h"}),
    ({"TIME": "."}, "a row has no 'TIME'.", {"given": "study.csv line 2"}),
    ({"ID": ""}, "a row has no 'ID'.", {"given": "study.csv line 2"}),
    ({"TIMEU": "."}, "a row has no 'TIMEU'.", {"fix": "fill in the column TIMEU"}),
    ({"AMTU": "."}, "a row has no 'AMTU'.", {"fix": "fill in the column AMTU"}),
    ({"SUBSTANCE": "."}, "a row has no 'SUBSTANCE'.", {"fix": "fill in the column SUBSTANCE"}),
    ({"ROUTE": "."}, "a row has no 'ROUTE'.", {"fix": "fill in the column ROUTE"}),
    ({"TIMEU": "mn"}, "'0 mn' is not a time.", {"given": AT + "TIME = '0 mn'", "nearest": "min"}),
    ({"TIMEU": "mg"}, "'0 mg' is not a time.", {"given": AT + "TIME = '0 mg'"}),
    ({"AMTU": "mL"}, "'mL' is not a unit of mass.", {"given": AT + "AMTU = mL", "expected": "mg, ug or g"}),
    ({"AMTU": "mg/kg"}, "'mg/kg' is not a unit of mass.", {"fix": "for an amount per kg, write mg and PERKG = 1"}),
    ({"AMTU": "mgg"}, "'mgg' is not a unit.", {"given": AT + "mgg", "nearest": "mg"}),
    ({"PERKG": "1"}, "a dose per kg needs a weight.", {"given": AT + "ID = 1, PERKG = 1", "fix": "add the column WT, in kg"}),
    ({"SUBSTANCE": "ketamine"}, "'ketamine' could be three drugs.", {"given": AT + "drug = 'ketamine'"}),
    ({"SUBSTANCE": "esketamin"}, "'esketamin' is not a drug of this release.", {"nearest": "esketamine"}),
    ({"ROUTE": "vi"}, "'vi' is not a route.", {"given": AT + "route = 'vi'", "nearest": "iv"}),
    ({"FORM": "film"}, "'film' is not a form of the route 'iv'.", {"given": AT + "form = 'film'"}),
    (
        {"ROUTE": "sublingual"},
        "a sublingual dose needs a form; film and lozenge differ two-fold.",
        {"given": AT + "route = 'sublingual'"},
    ),
    (
        {"ROUTE": "oral", "DUR": "1"},
        "a dose by 'oral' is taken at once; it has no duration.",
        {"given": AT + "duration = '1.0 h'"},
    ),
    (NASAL | {"AMT": "40"}, "'40.0 mg' is not a whole number of 28 mg devices.", {"given": AT + "esketamine intranasal"}),
    ({"AMT": "11000"}, "a dose of 1.1e+04 mg is outside what this model covers.", {"given": AT + "1.1e+04 mg as a bolus"}),
    ({"WT": "900"}, "a weight of 900 kg is outside what this model covers.", {"given": AT + "weight = 900.0"}),
    ({"WT": "-99"}, "a weight of -99 kg is outside what this model covers.", {"given": AT + "weight = -99.0"}),
    ({"WT": "70 kg"}, "'70 kg' is not a number.", {"given": AT + "WT = 70 kg"}),
    ({"SEX": "1"}, "a SEX of '1' could be either.", {"given": AT + "SEX = 1", "expected": "F or M", "fix": "write the word"}),
    ({"SEX": "0"}, "a SEX of '0' could be either.", {"expected": "female or male"}),
    ({"SEX": "x"}, "'x' is not a sex this model knows.", {"given": AT + "sex = 'x'"}),
    ({"CYP2B6": "*5/*5"}, "'*5/*5' is not a CYP2B6 genotype this model knows.", {"given": AT + "CYP2B6 = '*5/*5'"}),
    ({"DATE": "1"}, "the column 'DATE' is not read.", {"given": "line 1", "fix": "give TIME in hours since the first dose"}),
    ({"DAT1": "."}, "the column 'DAT1' is not read.", {"given": "study.csv line 1"}),
    ({"date": "."}, "the column 'DATE' is not read.", {"given": "study.csv line 1"}),
    ({"time": "0"}, "the column 'TIME' stands twice.", {"given": "study.csv line 1", "fix": "leave one out"}),
    *(
        (
            {"EVID": evid, "AMT": ".", column: "7"},
            f"a row that is no dose has '7' in {column}.",
            {"given": f"{AT}EVID = {evid}, {column} = 7", "fix": "write EVID = 1 if it is a dose, else '.'"},
        )
        for evid, column in [("0", "AMT"), ("2", "AMT"), ("3", "AMT"), (".", "RATE"), ("0", "DUR"), ("0", "ADDL")]
    ),
    ({"EVID": "0", "AMT": ".", "SS": "1"}, "a row that is no dose has '1' in SS.", {"fix": "write EVID = 1 if it is a dose"}),
]


def check(error, sentence, lines):
    assert str(error).splitlines()[0] == sentence
    for label, text in lines.items():
        assert text in error.lines[label], (label, error.lines)


@pytest.mark.parametrize(("changes", "sentence", "lines"), REFUSALS)
def test_a_dose_that_cannot_be_read_is_refused_with_its_line(written, refusal, changes, sentence, lines):
    check(refusal(read_regimens, written(BOLUS | changes)), sentence, lines)


OBSERVED = [
    ({"DV": "high"}, "'high' is not a number.", {"given": AT + "DV = high"}),
    ({"DVU": "."}, "a row has no 'DVU'.", {"fix": "fill in the column DVU"}),
    ({"DVNAME": "."}, "a row has no 'DVNAME'.", {"fix": "fill in the column DVNAME"}),
    ({"DVU": "mL"}, "'100 mL' cannot be read in ng/mL.", {"given": AT + "100 mL"}),
    ({"DVU": "ngml"}, "'ngml' is not a unit.", {"given": AT + "ngml", "nearest": "ng/mL"}),
    ({"DVU": "ng/mL unbound"}, "'100 ng/mL unbound' is unbound, but the quantity is total.", {"given": AT + "100 ng/mL unbound"}),
    (
        {"DVNAME": "venous.ketamin"},
        "'venous.ketamin' is not in the vocabulary.",
        {"given": AT + "DVNAME = venous.ketamin", "nearest": "venous.ketamine"},
    ),
]


@pytest.mark.parametrize(("changes", "sentence", "lines"), OBSERVED)
def test_an_observation_that_cannot_be_read_is_refused_with_its_line(written, refusal, changes, sentence, lines):
    check(refusal(read_regimens, written(SEEN | changes)), sentence, lines)


SEVERAL = [
    (
        [LATER, BOLUS],
        "the time '0 h' is earlier than that of the row before.",
        {"given": "study.csv line 3: ID = 1, TIME = 0, TIMEU = h", "fix": "sort the rows of each ID by TIME"},
    ),
    (
        [LATER, BOLUS | {"EVID": "4"}],
        "the time '0 h' is earlier than that of the row before.",
        {"fix": "TIME goes on after a reset"},
    ),
    (
        [BOLUS, BOLUS | {"ID": "2"}, LATER],
        "the ID '1' comes back after other people.",
        {"given": "study.csv line 4: ID = 1", "fix": "keep the rows of an ID together"},
    ),
    (
        [BOLUS | {"WT": "70"}, LATER | {"WT": "72"}],
        "WT changes from '70' to '72' within one ID.",
        {"given": "study.csv line 3: ID = 1, WT = 72", "fix": "give one WT per ID; covariates are constant here"},
    ),
    ([BOLUS | {"SEX": "F"}, LATER | {"SEX": "male"}], "SEX changes from 'F' to 'male' within one ID.", {"given": "SEX = male"}),
    ([BOLUS | {"AGE": "40"}, LATER | {"AGE": "41"}], "AGE changes from '40' to '41' within one ID.", {"given": "AGE = 41"}),
    (
        [BOLUS | {"CYP2B6": "*1/*1"}, LATER | {"CYP2B6": "*1/*6"}],
        "CYP2B6 changes from '*1/*1' to '*1/*6' within one ID.",
        {"given": "line 3"},
    ),
]


@pytest.mark.parametrize(("rows", "sentence", "lines"), SEVERAL)
def test_rows_that_contradict_each_other_are_refused(written, refusal, rows, sentence, lines):
    check(refusal(read_regimens, written(*rows)), sentence, lines)


def test_the_same_covariate_in_other_words_is_no_change(read):
    cohort = read(BOLUS | {"SEX": "F"}, LATER | {"WT": "70", "SEX": "female"}, LATER | {"WT": "70.0"})
    assert cohort.patient.weight == 70 and cohort.patient.sex == "female"


@pytest.mark.parametrize(
    ("until", "sentence", "lines"),
    [
        ("4 h", "the record goes on after '4 h'.", {"given": "until = '4 h'", "got": "until 5 h", "fix": "48 h after the last"}),
        ("5 hous", "'5 hous' is not a time.", {"given": "until = '5 hous'"}),
        ("72", "'72' has no unit.", {"given": "until = '72'"}),
        ("5 h", "a dose at the very end would not be seen.", {"fix": "end the protocol later"}),
    ],
)
def test_an_end_before_the_last_record_is_refused(written, refusal, until, sentence, lines):
    check(refusal(read_regimens, written(BOLUS, LATER), until), sentence, lines)


def test_an_end_before_repeated_doses_or_within_an_infusion_is_refused(written, refusal):
    check(refusal(read_regimens, written(BOLUS | {"DUR": "6"}), "5 h"), "the record goes on after '5 h'.", {"got": "until 6 h"})
    repeated = written(BOLUS | {"ADDL": "3", "II": "24"})
    check(refusal(read_regimens, repeated, "50 h"), "the record goes on after '50 h'.", {"got": "until 72 h"})


@pytest.mark.parametrize(
    ("text", "sentence", "lines"),
    [
        ("", "'PATH' has no column 'ID'.", {"given": "nothing", "expected": "names in the first line, separated by commas"}),
        ("ID;TIME;AMT\n1;0;5\n", "'PATH' has no column 'ID'.", {"given": "ID;TIME;AMT"}),
        ("ID,AMT\n1,5\n", "'PATH' has no column 'TIME'.", {"given": "ID, AMT"}),
        ("ID,TIME,AMT\n1,0,5\n", "'PATH' has no column 'TIMEU'.", {"given": "ID, TIME, AMT"}),
        ("ID,TIME,TIMEU\n\n", "'PATH' has no records.", {"given": "1 line", "expected": "records below"}),
        ("ID,TIME,TIMEU\n1,0\n", "a row has '2' cells for 3 columns.", {"given": "study.csv line 2", "fix": "write '.'"}),
        ("ID,TIME,TIMEU\n1,0,h\n1,0,h,4\n", "a row has '4' cells for 3 columns.", {"given": "study.csv line 3"}),
        ("ID,TIME,TIMEU\n1,0," + "h" * 200_000, "'PATH' is not a CSV file.", {"reason": "field larger"}),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path, refusal, text, sentence, lines):
    path = tmp_path / "study.csv"
    path.write_text(text)
    check(refusal(read_regimens, path), sentence.replace("PATH", str(path)), lines)


def test_a_file_that_cannot_be_text_is_refused(tmp_path, refusal):
    path = tmp_path / "study.csv"
    check(refusal(read_regimens, path), f"'{path}' cannot be read.", {"reason": "No such file"})
    path.write_bytes(bytes(range(256)))
    check(refusal(read_regimens, path), f"'{path}' is not a text file.", {"expected": "CSV in UTF-8"})
    path.write_bytes(b"#" * 20_000_001)
    check(
        refusal(read_regimens, path),
        f"'{path}' is too long for a record.",
        {"got": "20000001 bytes", "expected": "at most 20000000"},
    )


CELLS = st.sampled_from(
    [".", "", "0", "1", "-1", "3", "1e-310", "1e308", "h", "mg", "iv", "x y", "esketamine", "ng/mL", "nan", "/"]
)


@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(COLUMNS, CELLS)), min_size=1, max_size=4))
def test_any_cells_are_read_or_refused_in_words(tmp_path_factory, changes):
    from synaptrace.errors import SynaptraceError

    path = tmp_path_factory.mktemp("any") / "study.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([(BOLUS | row).get(c, ".") for c in COLUMNS] for row in changes)
    try:
        cohort = read_regimens(path)
    except SynaptraceError as error:
        assert error.sentence.endswith(".")
    else:
        assert cohort.start <= 0 < cohort.end


def test_every_code_and_column_is_known():
    assert set(CODES) < set(COLUMNS) and len(COLUMNS) == len(set(COLUMNS))
