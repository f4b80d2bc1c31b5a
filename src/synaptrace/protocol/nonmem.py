"""A NONMEM-style CSV file as a protocol: each ID is a person, each row a dose, an observation or a reset."""

import csv
import io
import math
import re
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from synaptrace import units
from synaptrace.errors import ProtocolError, SynaptraceError, UnitError
from synaptrace.protocol.build import Protocol
from synaptrace.protocol.cohort import Cohort, Occasion, Planned
from synaptrace.protocol.dose import check_limits, read_dose
from synaptrace.protocol.patient import Patient
from synaptrace.vocabulary import shared

LONGEST = 20_000_000  # bytes of a file
AFTERWARD = 48.0  # hours from the last record to the end
STEADY, FEWEST, MOST = 120.0, 5, 1000  # hours of earlier doses that stand for a steady state, and their number
MOST_FURTHER = 9999
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)

COLUMNS = (
    *("ID", "TIME", "AMT", "RATE", "DUR", "EVID", "II", "ADDL", "SS", "MDV"),
    *("TIMEU", "AMTU", "SUBSTANCE", "ROUTE", "FORM", "PERKG"),
    *("WT", "AGE", "SEX", "CYP2B6", "DV", "DVU", "DVNAME", "CMT"),
)
DATES = ("DATE", "DAT1", "DAT2", "DAT3")
NO_YES = {"0": 0, "1": 1}
CODES = {"EVID": {str(k): k for k in range(5)}, "SS": NO_YES, "MDV": NO_YES, "PERKG": {**NO_YES, "no": 0, "yes": 1}}
SEXES = {"F": "female", "M": "male", "FEMALE": "female", "MALE": "male"}
COVARIATES = {"WT": "weight", "AGE": "age", "SEX": "sex", "CYP2B6": "CYP2B6"}
OBSERVATION, DOSE, RESET, RESET_AND_DOSE = 0, 1, 3, 4  # values of EVID


def read_regimens(path, until=None):
    """The people of a NONMEM-style CSV file, as a Cohort.

    Parameters
    ----------
    path : str or path
        Columns ID TIME TIMEU, for doses AMT AMTU SUBSTANCE ROUTE and RATE DUR EVID II ADDL SS FORM PERKG, for people
        WT AGE SEX CYP2B6, for observations DV DVU DVNAME MDV.
    until : str
        End of all, such as '72 h'; else 48 h after the last record.

    Raises
    ------
    SynaptraceError
        For anything that cannot be carried out as written, with the line of the file.
    """
    path = Path(path)
    columns, rows = _read_rows(path)
    occasions = [o for own in _people(rows) for o in _occasions(own)]
    end = _end(until, rows, occasions)
    members = [Protocol(o.id, end=end, patient=o.patient, dose=[d.table() for d in o.doses]) for o in occasions]
    observations = [seen for o in occasions for seen in o.observations]
    return Cohort(path.stem, [o.id for o in occasions], members, observations, _notes(columns, rows, occasions))


@contextmanager
def placed(where):
    """Let errors say where in the file they arise."""
    try:
        yield
    except SynaptraceError as error:
        given = error.lines.get("given", "").removeprefix("[[dose]] 1: ")
        raise type(error)(error.sentence, **{**error.lines, "given": f"{where}: {given}".removesuffix(": ")}) from error


class Row:
    """One line of the file: its place, its cells by column, its time in hours. Missing cells are empty."""

    def __init__(self, where, cells):
        self.where, self.cells = where, {k: "" if v == "." else v for k, v in cells.items()}
        self.need("ID")
        self.need("TIME")
        self.number("TIME")
        self.time = self.hours(self["TIME"], "TIME")

    def __getitem__(self, column):
        return self.cells.get(column, "")

    def given(self, *columns):
        return f"{self.where}: " + ", ".join(f"{c} = {self[c] or '.'}" for c in columns)

    def need(self, column):
        """The text of a cell. Raises ProtocolError if it is missing."""
        if not self[column]:
            raise ProtocolError(f"a row has no '{column}'.", given=self.where, fix=f"fill in the column {column}")
        return self[column]

    def number(self, column):
        """The number in a cell, 0 if it is missing."""
        text = self[column] or "0"
        if not NUMBER.fullmatch(text) or not math.isfinite(float(text)):
            raise ProtocolError(f"'{text}' is not a number.", given=self.given(column), expected="a number, or '.' for none")
        return float(text)

    def positive(self, column):
        """The number in a cell, 0 if it is missing; never negative."""
        value = self.number(column)
        if value < 0:
            raise ProtocolError(f"'{self[column]}' is negative.", given=self.given(column), expected=f"a positive {column}")
        return value

    def code(self, column):
        """The code in a cell; None if it is missing."""
        text, known = self[column], CODES[column]
        plain = re.sub(r"\.0*$", "", text.lower())
        if text and plain not in known:
            raise ProtocolError(f"'{text}' is not a code of {column}.", given=self.given(column), expected=", ".join(known))
        return known[plain] if text else None

    def hours(self, text, column):
        """A number in the row's TIMEU as hours."""
        self.need("TIMEU")
        with placed(self.where):
            return units.duration(f"{text} {self['TIMEU']}", column)

    def event(self):
        """EVID, or what the row is without it."""
        code = self.code("EVID")
        if code is None:
            return DOSE if self.number("AMT") else OBSERVATION
        return code


def _read_rows(path):
    """The columns of the file in capitals, and its rows."""
    reader = csv.reader(io.StringIO(_text(path), newline=""))
    try:
        lines = [(reader.line_num, [c.strip() for c in cells]) for cells in reader]
    except csv.Error as error:
        raise ProtocolError(f"'{path}' is not a CSV file.", reason=error) from error
    lines = [(number, cells) for number, cells in lines if any(cells)]
    columns = [c.upper() for c in lines[0][1]] if lines else []
    _check_columns(path, columns)
    if len(lines) < 2:
        raise ProtocolError(
            f"'{path}' has no records.", given=f"{len(lines)} line", expected="a line of names, and records below"
        )
    rows = []
    for number, cells in lines[1:]:
        where = f"{path.name} line {number}"
        if len(cells) != len(columns):
            raise ProtocolError(
                f"a row has '{len(cells)}' cells for {len(columns)} columns.", given=where, fix="write '.' for what is missing"
            )
        rows.append(Row(where, dict(zip(columns, cells, strict=True))))
    return columns, rows


def _text(path):
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ProtocolError(f"'{path}' cannot be read.", reason=error.strerror) from error
    if len(raw) > LONGEST:
        raise ProtocolError(f"'{path}' is too long for a record.", got=f"{len(raw)} bytes", expected=f"at most {LONGEST}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProtocolError(f"'{path}' is not a text file.", expected="CSV in UTF-8") from error


def _check_columns(path, columns):
    for name in ("ID", "TIME", "TIMEU"):
        if name not in columns:
            raise ProtocolError(
                f"'{path}' has no column '{name}'.",
                given=", ".join(columns)[:80] or "nothing",
                expected="names in the first line, separated by commas",
            )
    for name in columns:
        if name in DATES:
            raise ProtocolError(
                f"the column '{name}' is not read.", given=f"{path.name} line 1", fix="give TIME in hours since the first dose"
            )
        if name and columns.count(name) > 1:
            raise ProtocolError(f"the column '{name}' stands twice.", given=f"{path.name} line 1", fix="leave one out")


def _people(rows):
    """The rows of each person. Raises ProtocolError where an ID comes back or the time runs backward."""
    people, seen = [], set()
    for name, group in groupby(rows, lambda row: row["ID"]):
        own = list(group)
        if name in seen:
            raise ProtocolError(
                f"the ID '{name}' comes back after other people.", given=own[0].given("ID"), fix="keep the rows of an ID together"
            )
        seen.add(name)
        for earlier, row in zip(own, own[1:], strict=False):
            if row.time < earlier.time:
                raise ProtocolError(
                    f"the time '{row['TIME']} {row['TIMEU']}' is earlier than that of the row before.",
                    given=row.given("ID", "TIME", "TIMEU"),
                    fix="sort the rows of each ID by TIME; TIME goes on after a reset",
                )
        people.append(own)
    return people


def _occasions(rows):
    """The occasions of one person: a new one after every reset of what earlier doses have left."""
    patient, name = _covariates(rows), rows[0]["ID"]
    found = [Occasion(name, patient)]
    for row in rows:
        event = row.event()
        doses = _doses(row, patient) if event in (DOSE, RESET_AND_DOSE) else []
        if not doses:
            _check_no_dose(row)
        # a dose at steady state forgets what came before, as in NONMEM
        if found[-1].doses and (event in (RESET, RESET_AND_DOSE) or row.code("SS")):
            found[-1].cut(row.time)
            found.append(Occasion(f"{name} ({len(found) + 1})", patient))
        if doses:
            found[-1].observed_before(row.time)
        found[-1].doses += doses
        if event == OBSERVATION:
            found[-1].observations += _observed(row, found[-1].id)
    return [found[0], *(o for o in found[1:] if o.doses or o.observations)]


def _covariates(rows):
    """The [patient] table of one person: each covariate as first given. Raises ProtocolError if one changes."""
    table, first = {}, {}
    for row in rows:
        for column, key in COVARIATES.items():
            if not row[column]:
                continue
            value = _covariate(row, column)
            if table.setdefault(key, value) != value:
                raise ProtocolError(
                    f"{column} changes from '{first[column]}' to '{row[column]}' within one ID.",
                    given=row.given("ID", column),
                    fix=f"give one {column} per ID; covariates are constant here",
                )
            first.setdefault(column, row[column])
    return table


def _covariate(row, column):
    text = row[column]
    if column == "SEX" and text in ("0", "1"):
        raise ProtocolError(
            f"a SEX of '{text}' could be either.", given=row.given("SEX"), expected="F or M, female or male", fix="write the word"
        )
    value = SEXES.get(text.upper(), text) if column == "SEX" else text if column == "CYP2B6" else row.number(column)
    with placed(row.where):
        Patient.from_table({COVARIATES[column]: value})
    return value


def _doses(row, patient):
    """The doses that a row stands for: earlier ones for a steady state, then its own."""
    drug, route, unit = row.need("SUBSTANCE"), row.need("ROUTE"), _unit(row, patient)
    row.need("AMT")
    amount = row.number("AMT")
    if amount <= 0:
        raise ProtocolError(
            f"'{row['AMT']}' is not a positive AMT.", given=row.given("AMT"), expected="an AMT above 0 for a dose"
        )
    every, further = _repeats(row)
    own = Planned(drug, route, row["FORM"], amount, unit, row.time, _duration(row), every, 1 + further)
    with placed(row.where):
        check_limits(read_dose(own.table()), Patient.from_table(patient).weight)
    if not row.code("SS"):
        return [own]
    count = _steady(every)
    return [replace(own, start=own.start - count * every, times=count), own]


def _steady(every):
    """Number of earlier doses that stand for a steady state."""
    return max(math.ceil(min(STEADY / every, MOST)), FEWEST)


def _unit(row, patient):
    """The unit of AMT, with '/kg' if it is per kilogram."""
    unit = row.need("AMTU")
    with placed(row.where):
        if units.factor(unit, "mg") is None:
            raise UnitError(
                f"'{unit}' is not a unit of mass.",
                given=f"AMTU = {unit}",
                expected="mg, ug or g",
                fix="for an amount per kg, write mg and PERKG = 1",
            )
    if not row.code("PERKG"):
        return unit
    if "weight" not in patient:
        raise ProtocolError("a dose per kg needs a weight.", given=row.given("ID", "PERKG"), fix="add the column WT, in kg")
    return f"{unit}/kg"


def _duration(row):
    """Hours, from RATE or DUR."""
    rate = row.number("RATE")
    if rate < 0:
        raise ProtocolError(
            f"a RATE of '{row['RATE']}' leaves rate or duration to a fit.",
            given=row.given("RATE"),
            expected="a RATE in AMTU/TIMEU, or a DUR in TIMEU",
            fix="leave it out for routes other than iv, im and sc: their durations come from the model",
        )
    length = row.positive("DUR")
    if rate and length:
        raise ProtocolError(
            f"a RATE of '{row['RATE']}' and a DUR of '{row['DUR']}' are both given.",
            given=row.given("RATE", "DUR"),
            fix="leave one out; AMT and the other fix it",
        )
    length = row.number("AMT") / rate if rate else length
    return row.hours(repr(length), "RATE" if rate else "DUR") if length else 0.0


def _repeats(row):
    """Hours between doses, and the number of further doses."""
    further, every = row.number("ADDL"), row.hours(row["II"], "II") if row.positive("II") else 0.0
    if further != int(further) or not 0 <= further <= MOST_FURTHER:
        raise ProtocolError(
            f"'{row['ADDL']}' is not a number of further doses.", given=row.given("ADDL"), expected=f"0 to {MOST_FURTHER}"
        )
    for column, used in (("ADDL", further), ("SS", row.code("SS"))):
        if used and not every:
            raise ProtocolError(
                f"{column} = '{row[column]}' needs an II.", given=row.given(column, "II"), fix="give the time between doses in II"
            )
    return every, int(further)


def _check_no_dose(row):
    """Refuse a row that is no dose and yet says how to give one."""
    row.code("SS")
    for column in ("AMT", "RATE", "DUR", "ADDL", "SS"):
        if row.number(column):
            raise ProtocolError(
                f"a row that is no dose has '{row[column]}' in {column}.",
                given=row.given("EVID", column),
                fix="write EVID = 1 if it is a dose, else '.'",
            )


def _observed(row, name):
    """The observation of a row, in a list; none without DV or with MDV = 1."""
    if row.code("MDV") or not row["DV"]:
        return []
    what, unit = row.need("DVNAME"), row.need("DVU")
    row.number("DV")
    with placed(row.given("DVNAME")):
        entry = shared(what)
    with placed(row.where):
        value = units.convert(f"{row['DV']} {unit}", entry.unit, entry.substance, entry.binding)
    return [{"id": name, "time_h": row.time, "name": what, "value": value, "unit": entry.unit}]


def _end(until, rows, occasions):
    """The common end, as a text."""
    doses = [d for o in occasions for d in o.doses]
    last = max([0.0, *(r.time for r in rows), *(d.starts[-1] for d in doses)])
    finished = max([last, *(read_dose(d.table()).end for d in doses)])
    if until is None:
        return f"{max(last + AFTERWARD, finished)!r} h"
    if units.duration(until, "until") < finished:
        raise ProtocolError(
            f"the record goes on after '{until}'.",
            given=f"until = {until!r}",
            got=f"records and doses until {finished:g} h",
            fix="choose a later end, or leave it out for 48 h after the last record",
        )
    return str(until)


def _notes(columns, rows, occasions):
    """What was read into the file, one sentence each."""
    unknown = [c for c in columns if c and c not in COLUMNS]
    doses = [r for r in rows if r.event() in (DOSE, RESET_AND_DOSE)]
    steady = dict.fromkeys(r.hours(r["II"], "II") for r in doses if r.code("SS"))
    people = {r["ID"] for r in rows}
    later = [o.id for o in occasions if o.id not in people]
    notes = ["CMT is ignored: routes are named"] if "CMT" in columns else []
    notes += [f"these columns are ignored: {', '.join(unknown)}"] if unknown else []
    if any(r.code("PERKG") and r.number("RATE") for r in doses):
        notes.append("where PERKG is 1, RATE is per kg as AMT is")
    notes += [f"a steady state of doses every {ii:g} h is read as {_steady(ii)} earlier doses" for ii in steady]
    if later:
        notes.append(
            f"after a reset a person goes on as somebody new, such as '{later[0]}'; what still ran or was to come is cut there"
        )
    return notes
