"""A folder of one's own: begun with headers and an example, extended after the change was shown, written whole or not at all."""

import pytest

from synaptrace.errors import ResultError, UnknownName
from synaptrace.evidence.store.add import add, init
from synaptrace.evidence.store.check import check_papers, check_review
from synaptrace.evidence.store.load import STORE, load_review
from synaptrace.evidence.store.problems import EvidenceError
from synaptrace.evidence.store.query import query
from tests.evidence.store.folders import ARMS, END, TRIALS, arm, folder, text_of


def test_a_folder_begins_with_headers_and_examples_and_no_problem(tmp_path):
    paths = init(tmp_path / "mine")
    assert [p.name for p in paths] == ["review.toml", "published.toml", "trials.csv", "arms.csv", "effects.csv", "papers.csv"]
    assert check_review(tmp_path / "mine") == [] and check_papers(tmp_path / "mine") == []
    review = load_review(tmp_path / "mine")
    assert not review.shipped and not any(review.rows.values()) and not review.analyses
    assert paths[3].read_text("utf-8").splitlines()[1].startswith("# Example 2020,depression severity,ketamine,active,")


def test_the_examples_are_good_rows_when_their_mark_is_taken_away(tmp_path):
    paths = init(tmp_path / "mine")
    for path in paths:
        text = path.read_text("utf-8").replace("# Example", "Example").replace("\n# ", "\n").replace("# printed", "## printed")
        path.write_text(text, "utf-8")
    assert [p.sentence for p in check_review(tmp_path / "mine")] == []


def test_init_does_not_overwrite_and_does_not_write_into_the_store(tmp_path):
    init(tmp_path / "mine")
    with pytest.raises(EvidenceError) as error:
        init(tmp_path / "mine")
    assert error.value.sentence.endswith("holds review.toml already.") and error.value.lines["expected"] == "an empty folder"
    with pytest.raises(EvidenceError, match="The store shipped with the package is read-only."):
        init(STORE / "mine")
    with pytest.raises(ResultError, match="cannot be written"):
        init(tmp_path / "no" / "such" / "mine")


def test_adding_shows_a_diff_and_writes_only_when_told(tmp_path):
    path = folder(tmp_path / "mine")
    before = (path / "arms.csv").read_bytes()
    new = arm("A 2020", "active", -12.5, arm="high dose", note='of table 2, "high"')
    change = add(path, "arms", new)
    assert (path / "arms.csv").read_bytes() == before and not change.written and not change.flags
    lines = change.diff.splitlines()
    assert lines[0] == f"--- {path / 'arms.csv'}" and [x for x in lines[2:] if x[0] in "+-"] == [lines[-1]]
    assert lines[-1].startswith("+A 2020,mood,high dose,active,") and lines[-1].endswith(',"of table 2, ""high"""')
    change = add(path, "arms", new, write=True)
    assert change.written and (path / "arms.csv").read_bytes().startswith(before)
    assert load_review(path).rows["arms"][-1]["mean"] == -12.5 and [p.name for p in path.iterdir() if p.name[0] == "."] == []


def test_rows_of_a_file_are_added_and_the_end_of_the_file_is_minded(tmp_path):
    path = folder(tmp_path / "mine", arms=text_of("arms", ARMS[:2]).rstrip("\n").replace("\n", "\r\n"))
    (tmp_path / "new.csv").write_text(text_of("arms", ARMS[2:]), "utf-8")
    add(path, "arms", tmp_path / "new.csv", write=True)
    raw = (path / "arms.csv").read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n") == 5 and len(query(path, "pool").rows) == 2


def test_a_table_that_is_not_there_yet_is_begun(tmp_path):
    path = folder(tmp_path / "mine")
    (path / "effects.csv").unlink()
    row = {"study": "A 2020", "outcome": "mood", "comparison": "a - b", "kind": "controlled", "measure": "MD", **END}
    assert add(path, "effects", [row], write=True).written and load_review(path).rows["effects"][0]["estimate"] is None


def test_suspicions_about_new_rows_come_back_as_flags(tmp_path):
    change = add(folder(tmp_path / "mine"), "arms", arm("A 2020", "active", -20, sd=2, arm="other"))
    assert {p.column for p in change.flags} == {"sd"} and all(p.row == 6 for p in change.flags)


def test_rows_that_cannot_be_used_are_refused_and_nothing_is_written(tmp_path):
    path = folder(tmp_path / "mine")
    before = (path / "arms.csv").read_bytes()
    cases = [
        (arm("A 2020", "active", -12, arm="x", sd=-1), "A standard deviation of -1 cannot be."),
        (arm("Z 2020", "active", -12), "'Z 2020' has no row in trials.csv."),
        (arm("A 2020", "active", "abc", arm="x"), "'abc' in the column mean is not a number with a decimal point."),
        (ARMS[0], "A 2020: this arm is listed twice."),
        (arm("# A", "active", -12), "A row that begins with # would be a comment."),
        ([], "There is no row to add."),
        (arm("A 2020", "active", 1, outcome="two\nlines"), "A cell goes over a line break."),
    ]
    for row, sentence in cases:
        with pytest.raises(EvidenceError) as error:
            add(path, "arms", row, write=True)
        assert error.value.sentence == sentence
    assert (path / "arms.csv").read_bytes() == before


def test_unknown_tables_columns_and_the_shipped_store_are_refused(tmp_path):
    path = folder(tmp_path / "mine")
    with pytest.raises(UnknownName) as error:
        add(path, "arm", ARMS[0])
    assert error.value.sentence == "'arm' is not a table." and error.value.lines["nearest"] == "arms"
    with pytest.raises(UnknownName) as error:
        add(path, "arms", {"sudy": "A 2020"})
    assert error.value.sentence == "'sudy' is not a column of arms." and error.value.lines["nearest"] == "study"
    with pytest.raises(EvidenceError) as error:
        add(STORE / "cognition", "arms", ARMS[0], write=True)
    assert error.value.sentence == "The store shipped with the package is read-only."
    assert error.value.lines["fix"] == "begin a folder of your own with init, and add there"
    (path / "trials.csv").write_text("study,design,source,tag\nA 2020,parallel,mine:t,seen\n", "utf-8")
    with pytest.raises(EvidenceError) as error:
        add(path, "trials", TRIALS[1])
    assert error.value.sentence == "The file has no column year."
    assert error.value.lines["fix"] == "add the column to the header of trials.csv"


def test_a_folder_that_cannot_be_read_is_not_added_to(tmp_path):
    path = folder(tmp_path / "mine", arms="study;outcome\n")
    with pytest.raises(EvidenceError, match="The columns are not separated by commas but by semicolons."):
        add(path, "arms", ARMS[0], write=True)
