"""Read one CSV table of the store: every record becomes a row, and whatever is wrong becomes a problem, never a traceback."""

import csv
import io
import re
from math import isfinite
from pathlib import Path

from synaptrace.errors import nearest
from synaptrace.evidence.store.problems import ERROR, FLAG, Problem, shown
from synaptrace.evidence.store.schema import COUNT, PAPERS, TABLES, TEXT

IS_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,2})?").fullmatch
IS_COUNT = re.compile(r"[0-9]{1,15}").fullmatch
BOM = "\ufeff"
MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2014": "-"})  # signs that word processors put for a minus


def columns_of(table):
    """Columns of 'trials', 'arms', 'effects' or 'papers'."""
    return PAPERS if table == "papers" else TABLES[table]


def read_table(path, table):
    """(rows, problems) of one CSV file.

    A row is a dict of every column of the schema (None where blank) plus 'file' and 'line' (the header is line 1). Numbers are
    float, counts int, all else text; a cell that cannot be read stays as its text. Lines that begin with # are comments. Nothing
    is raised for a bad file: `problems` tells what is wrong, and from which line on nothing was read.
    """
    path = Path(str(path))
    try:
        raw = path.read_bytes()
    except OSError as error:
        return [], [Problem(ERROR, "The file cannot be read.", path.name, given=error.strerror, fix="give a readable CSV file")]
    return read_bytes(raw, path.name, table)


def read_bytes(raw, file, table):
    """What `read_table` gives, from the bytes of a file that is called `file` in messages."""
    text, problems = text_of(raw, file)
    if text is None:
        return [], problems
    columns = columns_of(table)
    records, more = records_of(text, file)
    problems += more
    if not records:
        return [], [*problems, Problem(ERROR, "The file has no header.", file, 1, "", "", _names(columns), "run init")]
    (line, header), body = records[0], records[1:]
    header = [name.strip() for name in header]
    problems += _header_problems(header, columns, file, line)
    if len(header) == 1 and len(columns) > 1:
        return [], problems
    known = {c.name: c for c in columns}
    order = [(i, known[name]) for i, name in enumerate(header) if name in known and header.index(name) == i]
    return [_row(cells, number, file, order, columns, len(header), problems) for number, cells in body], problems


def _names(columns):
    return ",".join(c.name for c in columns)


def text_of(raw, file):
    """(text without byte order mark, problems); text is None where the file cannot be read as text."""
    if b"\0" in raw:
        where = f"a zero byte at position {raw.index(0)}"
        return None, [Problem(ERROR, "The file is not text.", file, given=where, expected="CSV text", fix="export as CSV")]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        where = f"byte 0x{raw[error.start]:02x} at position {error.start}"
        line = raw[: error.start].count(b"\n") + 1
        return None, [
            Problem(ERROR, "The file is not UTF-8 text.", file, line, given=where, expected="UTF-8", fix="save as UTF-8")
        ]
    if text.startswith(BOM):
        sentence = "The file begins with a byte order mark, which was ignored."
        return text[1:], [Problem(FLAG, sentence, file, 1, "", "U+FEFF", "UTF-8 without a mark", "save as UTF-8 without BOM")]
    return text, []


def records_of(text, file):
    """([(line number, cells)], problems) of all records; comments and blank lines are no records."""
    reader, found, problems, line = csv.reader(io.StringIO(text, newline=""), strict=True), [], [], 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return found, problems
        except csv.Error as error:
            fix = "close the quotation mark, or double one inside a cell; nothing from this line on was read"
            problems.append(
                Problem(ERROR, f"The file cannot be read from line {line} on.", file, line, "", str(error), "CSV", fix)
            )
            return found, problems
        if cells and not cells[0].startswith("#"):
            found.append((line, cells))
        elif cells and reader.line_num > line:
            fix = "write the comment on one line"
            problems.append(Problem(ERROR, "A comment goes over a line break.", file, line, given=shown(cells[0]), fix=fix))
        line = reader.line_num + 1


def separator_problems(header, file, line):
    """The problem of a header of one cell that holds another separator than a comma, as a list."""
    for sign, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and sign in header[0]:
            sentence = f"The columns are not separated by commas but by {word}."
            return [Problem(ERROR, sentence, file, line, "", shown(header[0]), "commas", "save with commas between columns")]
    return []


def _header_problems(header, columns, file, line):
    names = [c.name for c in columns]
    other = separator_problems(header, file, line)
    if other:
        return other
    found = []
    for name in dict.fromkeys(header):
        if name not in names:
            close = nearest(name, names)
            fix = f"rename it '{close}', or move it to note" if " " not in close else "move what it says to note"
            found.append(Problem(ERROR, "A column is not in the schema.", file, line, name, shown(name), _names(columns), fix))
        if header.count(name) > 1:
            sentence = "A column is there twice; only the first is read."
            found.append(Problem(ERROR, sentence, file, line, name, shown(name), "each column once", "delete one"))
    for column in columns:
        if column.required and column.name not in header:
            fix = f"add a column '{column.name}' to the header and fill it"
            found.append(
                Problem(ERROR, "A required column is missing.", file, line, column.name, ",".join(header)[:60], column.name, fix)
            )
    return found


def _row(cells, line, file, order, columns, width, problems):
    """One record as a dict; problems are added to the list."""
    row = {c.name: None for c in columns} | {"file": file, "line": line}
    if len(cells) != width:
        sentence = "A row has more cells than the header." if len(cells) > width else "A row has fewer cells than the header."
        fix = (
            "put a cell that holds a comma between quotation marks" if len(cells) > width else "add a comma for every empty cell"
        )
        given = f"{len(cells)} cells, the first {shown(cells[0])}"
        problems.append(Problem(ERROR, sentence, file, line, "", given, f"{width} cells", fix))
    for i, column in order:
        if i < len(cells) and cells[i]:
            row[column.name] = _cell(cells[i], column, line, file, problems)
    for column in columns:
        if row[column.name] is None and column.required:
            expected = " or ".join(column.words) if column.words else "not empty"
            sentence = f"A row has no {column.name}."
            fix = f"fill {column.name}, or delete the row"
            problems.append(Problem(ERROR, sentence, file, line, column.name, "empty", expected, fix))
    return row


def _cell(text, column, line, file, problems):
    """The value of a cell: None where blank, the text itself where it cannot be read."""
    value = text.strip()
    if not value:
        return None
    if "\n" in value or "\r" in value:
        sentence, fix = "A cell goes over a line break.", "write it on one line; look for a missing quotation mark"
        problems.append(Problem(ERROR, sentence, file, line, column.name, shown(value), "one line", fix))
    if column.holds == TEXT:
        if column.words and value not in column.words:
            fix = f"perhaps '{nearest(value, column.words)}'" if _close(value, column.words) else "take a word from the list"
            sentence = f"'{value[:60]}' is not a word {column.name} may hold."
            problems.append(Problem(ERROR, sentence, file, line, column.name, shown(value), ", ".join(column.words), fix))
        return value
    if column.holds == COUNT and IS_COUNT(value):
        return int(value)
    if column.holds != COUNT and IS_NUMBER(value) and isfinite(float(value)):
        return float(value)
    expected = "a whole number, 0 or more" if column.holds == COUNT else "a number with a decimal point"
    sentence = f"{shown(value)} in the column {column.name} is not {expected.split(',')[0]}."
    problems.append(Problem(ERROR, sentence, file, line, column.name, shown(value), expected, number_fix(value, column)))
    return value


def _close(value, words):
    return nearest(value, words) in words


def number_fix(value, column):
    """What to write in the place of a cell that holds no number."""
    plain = value.translate(MINUS).replace(",", ".")
    if IS_NUMBER(plain) and isfinite(float(plain)):
        if column.holds != COUNT:
            return f"write {plain}"
        if float(plain) >= 0 and float(plain).is_integer():
            return f"write {int(float(plain))}"
    if value.startswith(("<", ">")):
        return "leave the cell empty and write the limit in note"
    return "write the number alone, leave the cell empty when it was not found, and put words into note"
