"""Whatever a file holds, it becomes rows and messages: no traceback, no row lost without a word."""

import csv
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synaptrace.evidence.store.problems import EvidenceError, Problem, refuse
from synaptrace.evidence.store.read import columns_of, read_bytes, read_table
from synaptrace.evidence.store.schema import TABLES
from tests.evidence.store.folders import ARMS, EFFECTS, TRIALS, text_of

HEADER = ",".join(c.name for c in columns_of("arms"))
ROW = text_of("arms", ARMS[:1]).splitlines()[1]


def read(text, table="arms"):
    return read_bytes(text.encode("utf-8") if isinstance(text, str) else text, "arms.csv", table)


def only(problems):
    assert len(problems) == 1, [str(p) for p in problems]
    return problems[0]


@pytest.mark.parametrize("table, rows", [("trials", TRIALS), ("arms", ARMS), ("effects", EFFECTS)])
def test_a_good_file_gives_its_rows_and_no_message(table, rows):
    found, problems = read(text_of(table, rows), table)
    assert not problems and len(found) == len(rows)
    assert found[0]["line"] == 2 and found[0]["file"] == "arms.csv" and found[0]["note"] is None
    assert set(found[0]) == {c.name for c in TABLES[table]} | {"file", "line"}


def test_numbers_counts_blanks_and_comments():
    text = f"{HEADER}\n# a comment\n{ROW}\n\n{ROW.replace(',20,', ',,')}\n"
    rows, problems = read(text)
    assert not problems and [r["line"] for r in rows] == [3, 5]
    assert rows[0]["n"] == 20 and isinstance(rows[0]["n"], int) and rows[0]["mean"] == -15.0 and rows[1]["n"] is None


@pytest.mark.parametrize(
    "text, sentence, given, expected, fix",
    [
        (b"PK\0\3", "The file is not text.", "a zero byte at position 2", "CSV text", "export as CSV"),
        (b"study\n\xff", "The file is not UTF-8 text.", "byte 0xff at position 6", "UTF-8", "save as UTF-8"),
        ("", "The file has no header.", "", HEADER, "run init"),
        (HEADER.replace(",", ";"), "The columns are not separated by commas but by semicolons.", None, "commas", None),
        (HEADER.replace(",", "\t"), "The columns are not separated by commas but by tabs.", None, "commas", None),
        (f'{HEADER}\n"A 2020', "The file cannot be read from line 2 on.", "unexpected end of data", "CSV", None),
        (f"{HEADER},mood\n{ROW},", "A column is not in the schema.", "'mood'", HEADER, None),
        (f"{HEADER},n\n{ROW},3", "A column is there twice; only the first is read.", "'n'", "each column once", "delete one"),
        (f"{HEADER}\n{ROW},7", "A row has more cells than the header.", "23 cells, the first 'A 2020'", "22 cells", None),
        (f"{HEADER}\n{ROW[:-1]}", "A row has fewer cells than the header.", "21 cells, the first 'A 2020'", "22 cells", None),
        (f"{HEADER}\n{ROW.replace(',20,', ',20.5,')}", "'20.5' in the column n is not a whole number.", "'20.5'", None, None),
        (f"{HEADER}\n{ROW.replace(',20,', ',20.0,')}", "'20.0' in the column n is not a whole number.", None, None, "write 20"),
        (
            f"{HEADER}\n{ROW.replace('-15', 'about 15')}",
            "'about 15' in the column mean is not a number with a decimal point.",
            "'about 15'",
            "a number with a decimal point",
            "write the number alone, leave the cell empty when it was not found, and put words into note",
        ),
        (f"{HEADER}\n{ROW.replace('-15', chr(0x2212) + '15')}", None, None, None, "write -15"),
        (
            f"{HEADER}\n{ROW.replace('-15', 'nan')}",
            "'nan' in the column mean is not a number with a decimal point.",
            None,
            None,
            None,
        ),
        (f"{HEADER}\n{ROW.replace('-15', '<1')}", None, "'<1'", None, "leave the cell empty and write the limit in note"),
        (f"{HEADER}\n{ROW.replace('-15', chr(34) + '-15,5' + chr(34))}", None, "'-15,5'", None, "write -15.5"),
        (
            f"{HEADER}\n{ROW.replace('active', 'Active')}",
            "'Active' is not a word role may hold.",
            "'Active'",
            "active, control, single",
            "perhaps 'active'",
        ),
        (
            f"{HEADER}\n{ROW.replace('seen', 'zzz')}",
            "'zzz' is not a word tag may hold.",
            "'zzz'",
            None,
            "take a word from the list",
        ),
        (
            f"{HEADER}\n{ROW.replace('mood', chr(34) + 'mo' + chr(10) + 'od' + chr(34))}",
            "A cell goes over a line break.",
            None,
            None,
            None,
        ),
        (f'{HEADER}\n"#\n"', "A comment goes over a line break.", None, None, "write the comment on one line"),
        (
            f"{HEADER}\n{ROW.replace('mood', ' ')}",
            "A row has no outcome.",
            "empty",
            "not empty",
            "fill outcome, or delete the row",
        ),
    ],
)
def test_each_bad_file_is_told_in_words(text, sentence, given, expected, fix):
    _, problems = read(text)
    found = only(problems)
    assert found.severity == "error" and found.file == "arms.csv"
    for wanted, is_ in ((sentence, found.sentence), (given, found.given), (expected, found.expected), (fix, found.fix)):
        assert wanted is None or wanted == is_
    assert found.fix and str(found).startswith(f"error: {found.sentence}\n  where ")


def test_a_byte_order_mark_is_flagged_and_read_over():
    rows, problems = read("\ufeff" + text_of("arms", ARMS))
    assert only(problems).severity == "flag" and len(rows) == len(ARMS)
    assert only(problems).sentence == "The file begins with a byte order mark, which was ignored."


def test_a_missing_required_column_is_named_once_and_on_every_row():
    names = [n for n in HEADER.split(",") if n != "tag"]
    rows, problems = read(",".join(names) + "\n" + ",".join("1" for _ in names) + "\n")
    assert len(rows) == 1 and {p.sentence for p in problems} >= {"A required column is missing.", "A row has no tag."}
    assert next(p for p in problems if p.column == "tag").fix == "add a column 'tag' to the header and fill it"


def test_a_row_of_empty_cells_is_kept_and_told():
    rows, problems = read(f"{HEADER}\n{',' * HEADER.count(',')}\n")
    assert len(rows) == 1 and {p.column for p in problems} == {c.name for c in columns_of("arms") if c.required}


def test_a_file_that_is_not_there_is_told(tmp_path):
    rows, problems = read_table(tmp_path / "arms.csv", "arms")
    assert not rows and only(problems).sentence == "The file cannot be read." and only(problems).given


def test_a_hundred_thousand_rows_are_read_fast(tmp_path):
    path = tmp_path / "arms.csv"
    path.write_text(text_of("arms", ARMS) + (ROW + "\n") * 100_000, "utf-8")
    start = time.process_time()
    rows, problems = read_table(path, "arms")
    assert len(rows) == 100_004 and not problems and time.process_time() - start < 5


def test_refuse_names_one_error_whole_and_counts_the_others():
    problems = [Problem("error", f"Wrong {i}.", "arms.csv", i, "n", "0", "1", "mend") for i in range(1, 9)]
    with pytest.raises(EvidenceError) as found:
        refuse(problems[:1])
    assert str(found.value) == "Wrong 1.\n  where     arms.csv, line 1, column n\n  given     0\n  expected  1\n  fix       mend"
    with pytest.raises(EvidenceError, match="8 things in the evidence cannot be used as written") as found:
        refuse(problems)
    assert found.value.lines["more"] == "3 others" and "Wrong 5." in found.value.lines["5"]
    assert refuse([]) == []


CELLS = st.one_of(st.text(max_size=8), st.sampled_from(["1", "-2.5", "", "active", "#", '"', "seen", "1e99", "\ufeff", "a,b"]))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=26), max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_no_record_is_lost_without_a_word(records, end, quoted):
    out = io.StringIO()
    csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerows(records)
    text = HEADER + end + out.getvalue()
    rows, problems = read(text)
    stopped = any("cannot be read from" in p.sentence or p.sentence == "The file is not text." for p in problems)
    wanted = [r for r in csv.reader(io.StringIO(text, newline="")) if r and not r[0].startswith("#")] if "\0" not in text else []
    assert stopped or len(rows) == len(wanted) - 1
    for row in rows:
        known = {p.row for p in problems}
        assert row["line"] in known or all(row[c.name] is not None for c in columns_of("arms") if c.required)
    assert all(p.file == "arms.csv" and p.sentence and str(p) for p in problems)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_give_messages_and_no_traceback(raw, headed):
    rows, problems = read((HEADER + "\n").encode() * headed + raw)
    assert isinstance(rows, list) and all(isinstance(p, Problem) for p in problems)
