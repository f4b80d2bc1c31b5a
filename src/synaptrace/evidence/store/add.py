"""Your own folder of evidence: begin one, and add rows to it. The change is shown first; the shipped store is read-only."""

import csv
import difflib
import io
from dataclasses import dataclass, replace
from pathlib import Path

from synaptrace.errors import UnknownName, nearest
from synaptrace.evidence.store.check import check_review
from synaptrace.evidence.store.load import STORE, load_review
from synaptrace.evidence.store.problems import EvidenceError, Problem, refuse
from synaptrace.evidence.store.read import columns_of, read_bytes, read_table
from synaptrace.evidence.store.schema import TABLES
from synaptrace.writing import check_writable, written_whole

REVIEW = """title = "My review"
question = "What is asked?"
paper = "mine"
status = "Begun; nothing is entered yet."

# [[analysis]]
# id = "first"
# what = "Mean difference of MADRS at 24 hours."
# table = "arms"
# measure = "MD"
# scale = "MADRS"
# outcome = "depression severity"
# statistic = "change"
# time = 24
# time_unit = "h"
# studies = ["Example 2020"]
# method = "REML"
# test = "knha"
"""
PUBLISHED = """# printed results only, as text, so that the digits printed are kept
# [first]
# estimate = "-7.5"
# ci_low = "-12.0"
# ci_high = "-3.0"
# source = "mine:table 2"
# tag = "seen"
# expected = "match"
"""
EXAMPLES = {
    "trials": {"study": "Example 2020", "year": 2020, "design": "parallel", "n_randomized": 40, "comparator": "midazolam"},
    "arms": {
        **{"study": "Example 2020", "outcome": "depression severity", "arm": "ketamine", "role": "active", "scale": "MADRS"},
        **{"statistic": "change", "time": 24, "time_unit": "h", "n": 20, "mean": -15.0, "sd": 10.5},
    },
    "effects": {
        **{"study": "Example 2020", "outcome": "depression severity", "comparison": "ketamine - midazolam", "time": 24},
        **{"kind": "controlled", "measure": "MD", "scale": "MADRS", "time_unit": "h", "estimate": -7.5, "se": 2.5},
    },
}
END = {"source": "mine:table 2", "tag": "seen"}


@dataclass(frozen=True)
class Change:
    """What adding does: the file, a unified diff, flags of the new rows, and whether the file was written."""

    path: Path
    diff: str
    flags: tuple
    written: bool


def init(folder):
    """Begin a folder of your own: review.toml, published.toml, papers.csv and the three tables with a commented example.

    Returns the paths written. Raises EvidenceError in the shipped store or where one of the files is there already, and
    ResultError where the folder cannot be written.
    """
    folder = _own(folder)
    header = {t: [c.name for c in columns_of(t)] for t in (*TABLES, "papers")}
    texts = {"review.toml": REVIEW, "published.toml": PUBLISHED}
    texts |= {f"{t}.csv": f"{','.join(header[t])}\n# {_line(header[t], EXAMPLES[t] | END)}\n" for t in TABLES}
    texts["papers.csv"] = f"{','.join(header['papers'])}\n{_line(header['papers'], {'key': 'mine', 'title': 'Rows of my own'})}\n"
    there = [name for name in texts if (folder / name).exists()]
    if there:
        fix = "choose an empty folder, or add rows to this one"
        raise EvidenceError(f"'{folder}' holds {there[0]} already.", given=", ".join(there), expected="an empty folder", fix=fix)
    if not folder.exists():
        check_writable(folder)
        folder.mkdir()
    return [_write(folder / name, text) for name, text in texts.items()]


def add(folder, table, rows, write=False):
    """Add one row (a dict), several (a list) or those of a CSV file (a path) to a table of your folder, as a Change.

    Without `write` nothing is written and the diff shows what would be; with it the file is replaced whole. Raises UnknownName
    for a table or column, EvidenceError for the shipped store and for rows that `check_review` refuses.
    """
    folder = _own(folder)
    if table not in TABLES:
        raise UnknownName(f"'{table}' is not a table.", nearest=nearest(table, TABLES), fix=f"one of {', '.join(TABLES)}")
    path = folder / f"{table}.csv"
    review = load_review(folder, strict=False)
    refuse([p for p in review.problems if p.file in ("review.toml", path.name)])
    new = _rows(rows, table)
    old = path.read_bytes().decode("utf-8-sig") if path.exists() else ",".join(c.name for c in columns_of(table)) + "\n"
    end = "\r\n" if "\r\n" in old else "\n"
    before = old if old.endswith(("\n", "\r")) else old + end
    header = next(csv.reader(line for line in io.StringIO(before) if not line.startswith("#")))
    after = before + "".join(_line([h.strip() for h in header], row, table) + end for row in new)
    flags = _checked(review, table, path, after, len(new))
    shown = old if path.exists() else ""
    lines = difflib.unified_diff(shown.splitlines(), after.splitlines(), str(path), f"{path} (changed)", lineterm="")
    if write:
        _write(path, after)
    return Change(path, "\n".join(lines), tuple(flags), bool(write))


def _own(folder):
    """The folder as a path; refuses the shipped store."""
    folder = Path(str(folder))
    if folder.resolve().is_relative_to(STORE.resolve()):
        fix = "begin a folder of your own with init, and add there"
        raise EvidenceError("The store shipped with the package is read-only.", given=folder, expected="your own folder", fix=fix)
    return folder


def _rows(rows, table):
    """New rows as dicts; those of a CSV file must be readable."""
    if isinstance(rows, (str, Path)):
        found, problems = read_table(rows, table)
        refuse(problems)
        return [{k: v for k, v in row.items() if k not in ("file", "line")} for row in found]
    rows = [rows] if isinstance(rows, dict) else list(rows)
    names = [c.name for c in columns_of(table)]
    for row in rows:
        for key in row:
            if key not in names:
                raise UnknownName(f"'{key}' is not a column of {table}.", nearest=nearest(key, names), fix=",".join(names))
    if not rows:
        raise EvidenceError("There is no row to add.", given="an empty list", expected="a row, a list of rows or a CSV file")
    return rows


def _line(header, row, table=""):
    """One row as a line of CSV in the order of the header, numbers as short as they can be read back."""
    absent = [k for k, v in row.items() if v is not None and k not in header]
    if absent:
        fix = f"add the column to the header of {table}.csv"
        raise EvidenceError(f"The file has no column {absent[0]}.", given=row[absent[0]], expected=",".join(header), fix=fix)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([_cell(row.get(name)) for name in header])
    return text.getvalue()[:-1]


def _cell(value):
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)


def _checked(review, table, path, text, count):
    """Flags of the `count` new rows; raises EvidenceError where they cannot be used."""
    rows, problems = read_bytes(text.encode("utf-8"), path.name, table)
    refuse(problems)
    if len(rows) != len(review.rows[table]) + count:
        fix = "begin the first cell of the row with another sign"
        raise EvidenceError("A row that begins with # would be a comment.", where=path.name, expected="a row", fix=fix)
    first = rows[-count]["line"]
    changed = replace(review, rows=review.rows | {table: rows}, problems=tuple(problems))
    found = [p for p in check_review(changed) if isinstance(p, Problem) and p.file == path.name and p.row >= first]
    refuse(found)
    return found


def _write(path, text):
    return written_whole(path, lambda part: Path(part).write_bytes(text.encode("utf-8")))
