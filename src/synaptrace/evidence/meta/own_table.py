"""Any person's table as effects and variances: every row is used, or listed with the reason why not."""

from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np

from synaptrace.errors import UnknownName, nearest
from synaptrace.evidence.meta.measures import MEASURES, effects_of
from synaptrace.evidence.store.problems import ERROR, FLAG, EvidenceError, Problem, refuse, shown
from synaptrace.evidence.store.read import IS_NUMBER, number_fix, records_of, separator_problems, text_of
from synaptrace.evidence.store.schema import NUMBER, Column

LINE, PLACE = "#line", "#place"  # keys of a row that no column of a table can have
GROUPS = ("n1", "mean1", "sd1", "n2", "mean2", "sd2")
COUNTS = ("events1", "n1", "events2", "n2")
ALIASES = {
    **{f"{name}{k}": f"{name}_{k}" for name in ("mean", "sd", "n", "events") for k in (1, 2)},
    **{"n": "total", "r": "correlation", "events": "events", "mean_of_differences": "mean_of_differences"},
    **{"sd_of_differences": "sd_of_differences"},
}
NUMBERS = ("yi", "vi", "sei", "n", "r", "events", *GROUPS, "events1", "events2", "mean_of_differences", "sd_of_differences")
POSITIVE = ("vi", "sei", "sd1", "sd2", "sd_of_differences")
RISKS = ("overall_risk", "rob", "risk_of_bias")
LARGE = 5.0  # a standardized difference beyond this is flagged: a standard error may stand for a standard deviation


@dataclass(frozen=True)
class OwnTable:
    """A CSV table: its columns, its rows as {column: text or float}, with LINE and PLACE in the file, and what to look at."""

    name: str
    columns: tuple
    rows: tuple
    problems: tuple

    @property
    def risk(self):
        """Name of the column that holds the overall risk of bias, or None."""
        return next((c for c in RISKS if c in self.columns), None)


@dataclass(frozen=True)
class Effects:
    """Effects ready to be pooled: `yi`, `vi` (k,), `labels`, their `rows`, [(label, reason)] left out, and what to look at."""

    measure: str
    yi: np.ndarray
    vi: np.ndarray
    labels: list
    rows: list
    left_out: list
    flags: tuple = ()


def read_own(path):
    """The OwnTable of a CSV file.

    Raises EvidenceError, naming file, line and column, for a file that is no CSV text, a number that is none, an impossible
    value (a standard deviation of 0 or less, more events than people) or a column that is there twice.
    """
    path = Path(path)
    if not path.is_file():
        fix = "give the path of a CSV table, or REVIEW:ANALYSIS of synaptrace evidence list"
        raise EvidenceError(f"'{path}' is not a file.", fix=fix)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise EvidenceError(f"'{path}' cannot be read.", reason=error.strerror, fix="give a readable CSV table") from error
    text, problems = text_of(raw, path.name)
    records = []
    if text is not None:
        records, more = records_of(text, path.name)
        problems = [*problems, *more]
    refuse(problems)
    if not records:
        raise EvidenceError(f"'{path.name}' has no header.", expected="study,n1,mean1,sd1,n2,mean2,sd2 or study,yi,vi")
    (line, header), body = records[0], records[1:]
    header = [h.strip() for h in header]
    problems = [*problems, *_header_problems(header, line, path.name)]
    refuse(problems)
    rows = [_row(cells, n, place, header, path.name, problems) for place, (n, cells) in enumerate(body, 1)]
    problems += [p for row in rows for p in _impossible(row, path.name)] + _twice(rows, path.name)
    refuse(problems)
    if not rows:
        raise EvidenceError(f"'{path.name}' has a header but no row.", expected="one row per study")
    return OwnTable(path.name, tuple(header), tuple(rows), tuple(problems))


def _header_problems(header, line, file):
    other = separator_problems(header, file, line)
    if other:
        return other
    twice = [h for h in dict.fromkeys(header) if header.count(h) > 1]
    found = [Problem(ERROR, "A column is there twice.", file, line, h, shown(h), "each column once", "delete one") for h in twice]
    if "study" not in header:
        fix = f"rename '{nearest('study', header)}'" if nearest("study", header) in header else "add a column named study"
        found.append(Problem(ERROR, "No column names the studies.", file, line, "", ",".join(header)[:60], "study", fix))
    return found


def _row(cells, line, place, header, file, problems):
    """One record; an unread number is a problem, an empty cell None."""
    row = {LINE: line, PLACE: place}
    if len(cells) != len(header):
        given, expected = f"{len(cells)} cells, the first {shown(cells[0])}", f"{len(header)} cells"
        fix = "put a cell that holds a comma between quotation marks, and a comma for every empty cell"
        problems.append(Problem(ERROR, "A row has not as many cells as the header.", file, line, "", given, expected, fix))
    for name, text in zip(header, cells, strict=False):
        value = text.strip() or None
        if value is not None and name in NUMBERS:
            if IS_NUMBER(value) and isfinite(float(value)):
                value = float(value)
            else:
                sentence = f"{shown(value)} in the column {name} is not a number."
                problems.append(
                    Problem(
                        ERROR,
                        sentence,
                        file,
                        line,
                        name,
                        shown(value),
                        "a number with a decimal point",
                        number_fix(value, Column(name, NUMBER)),
                    )
                )
        row[name] = value
    if row.get("study") is None:
        problems.append(Problem(ERROR, "A row has no study.", file, line, "study", "empty", "a name", "name the study"))
    return row


def _impossible(row, file):
    """Problems with numbers that cannot be."""
    have = {k: v for k, v in row.items() if isinstance(v, float)}
    line, found = row[LINE], []

    def wrong(column, expected, fix):
        found.append(Problem(ERROR, "A number cannot be.", file, line, column, f"{have[column]:g}", expected, fix))

    for name in (c for c in POSITIVE if c in have and have[c] <= 0):
        wrong(name, "above 0", "leave it empty where it was not found")
    for name in (c for c in ("n", "n1", "n2", "events", "events1", "events2") if c in have and have[c] < 0):
        wrong(name, "0 or more", "count people")
    for events, total in (("events1", "n1"), ("events2", "n2"), ("events", "n")):
        if have.get(events, 0) > have.get(total, np.inf):
            wrong(events, f"at most {total} = {have[total]:g}", "count people, not episodes; look whether columns are swapped")
    if abs(have.get("r", 0)) > 1:
        wrong("r", "-1 to 1", "give a correlation")
    if all(c in have for c in GROUPS) and not found:
        size = abs(have["mean1"] - have["mean2"]) / ((have["sd1"] ** 2 + have["sd2"] ** 2) / 2) ** 0.5
        if size > LARGE:
            given, fix = f"standardized difference {size:.1f}", "look whether sd holds a standard error: sd = se * sqrt(n)"
            found.append(Problem(FLAG, "A difference is larger than any treatment makes.", file, line, "sd1", given, "", fix))
    return found


def _twice(rows, file):
    first, found = {}, []
    for row in rows:
        name = row.get("study")
        if name in first:
            given, fix = f"also in line {first[name]}", "name arms or times apart; rows of the same people are not independent"
            found.append(Problem(FLAG, f"{shown(name)} is there more than once.", file, row[LINE], "study", given, "", fix))
        first.setdefault(name, row[LINE])
    return found


def effects(table, measure=None, drop_risk=(), **options):
    """The Effects of a table: given ones (yi with vi or sei), or `measure` made from its columns.

    `drop_risk` leaves out rows of these overall risks of bias. Raises EvidenceError where the columns of the measure are
    not there or no row is left, UnknownName for a measure or a risk of bias that nothing has.
    """
    given = "yi" in table.columns and ("vi" in table.columns or "sei" in table.columns)
    if measure is None and not given:
        raise EvidenceError(
            f"'{table.name}' needs a measure.", given=", ".join(table.columns), fix="add --measure SMD, MD, OR ..."
        )
    kept, left = _without_risks(table, drop_risk)
    yi, vi = (_given if given else _made)(table, kept, measure, options)
    fine = np.isfinite(yi) & np.isfinite(vi) & (vi > 0)
    left += [(r["study"], _reason(r, table, given, measure)) for r, ok in zip(kept, fine, strict=True) if not ok]
    rows = [r for r, ok in zip(kept, fine, strict=True) if ok]
    if not rows:
        raise EvidenceError(f"No row of '{table.name}' can be used.", **{str(n): reason for n, reason in left[:5]})
    return Effects(
        measure or "given", yi[fine], vi[fine], [r["study"] for r in rows], rows, left, tuple(map(str, table.problems))
    )


def _without_risks(table, drop):
    if not drop:
        return list(table.rows), []
    if not table.risk:
        raise EvidenceError(
            "No column holds the risk of bias.", expected=" or ".join(RISKS), fix="add one, or leave out --drop-rob"
        )
    known = sorted({r[table.risk] for r in table.rows if r.get(table.risk)})
    for word in drop:
        if word not in known:
            raise UnknownName(
                f"'{word}' is not a risk of bias of this table.", nearest=nearest(word, known), known=", ".join(known)
            )
    left = [(r["study"], f"risk of bias: {r[table.risk]}") for r in table.rows if r.get(table.risk) in drop]
    return [r for r in table.rows if r.get(table.risk) not in drop], left


def _column(rows, name):
    return np.array([np.nan if r.get(name) is None else r[name] for r in rows], float)


def _given(table, rows, measure, options):
    if "vi" in table.columns:
        return _column(rows, "yi"), _column(rows, "vi")
    return _column(rows, "yi"), _column(rows, "sei") ** 2


def columns_for(measure):
    """Names of the columns of a table that a measure needs."""
    names = {v: k for k, v in ALIASES.items()} | {"total_1": "n1", "total_2": "n2"}
    wanted = MEASURES[measure].columns
    return [("n" if c in ("n", "total") else names.get(c, c)) for c in wanted]


def _made(table, rows, measure, options):
    if measure not in MEASURES:
        raise UnknownName(f"'{measure}' is not an effect measure.", nearest=nearest(measure, MEASURES), known=", ".join(MEASURES))
    own = columns_for(measure)
    missing = [c for c in own if c not in table.columns]
    if missing:
        raise EvidenceError(
            f"{measure} needs columns that '{table.name}' has not.",
            missing=", ".join(missing), given=", ".join(table.columns), fix="rename columns, or take another measure",
        )  # fmt: skip
    complete = [all(r.get(c) is not None for c in own) for r in rows]
    yi, vi = np.full((2, len(rows)), np.nan)
    usable = [r for r, ok in zip(rows, complete, strict=True) if ok]
    if usable:
        columns = {c: _column(usable, o) for c, o in zip(MEASURES[measure].columns, own, strict=True)}
        yi[complete], vi[complete] = effects_of(measure, columns, **options)
    return yi, vi


def _reason(row, table, given, measure):
    wanted = ["yi", "vi" if "vi" in table.columns else "sei"] if given else columns_for(measure)
    empty = [c for c in wanted if row.get(c) is None]
    return f"no {', '.join(empty)} (line {row[LINE]})" if empty else f"no finite effect from line {row[LINE]}"
