"""Anybody's table: what is read, what is refused in words, and that no row is lost silently."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synaptrace.errors import SynaptraceError, UnknownName
from synaptrace.evidence.asked import asked
from synaptrace.evidence.meta.own_table import columns_for, effects, read_own
from synaptrace.evidence.store.problems import EvidenceError
from synaptrace.evidence.text import analysis_text

GROUPS = """study,n1,mean1,sd1,n2,mean2,sd2,rob,year
A,20,10,3,20,12,3.2,low,2001
B,30,11,4,28,12.5,4,high,2003
C,15,9,2.5,16,12,,low,2005
"""


@pytest.fixture
def written(tmp_path):
    def write(text, name="mine.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_groups_become_differences_and_a_row_without_a_number_is_listed(written):
    found = effects(read_own(written(GROUPS)), "MD")
    assert found.labels == ["A", "B"] and found.left_out == [("C", "no sd2 (line 4)")]
    assert found.yi == pytest.approx([-2, -1.5]) and found.vi[0] == pytest.approx(3**2 / 20 + 3.2**2 / 20)


def test_effects_may_be_given_with_variances_or_standard_errors(written):
    one = effects(read_own(written("study,yi,vi\nA,0.5,0.04\nB,1,0.09\n")))
    two = effects(read_own(written("study,yi,sei\nA,0.5,0.2\nB,1,0.3\n")))
    assert one.yi == pytest.approx(two.yi) and one.vi == pytest.approx(two.vi)


def test_studies_of_a_risk_of_bias_are_left_out_and_named(written):
    table = read_own(written(GROUPS))
    found = effects(table, "MD", drop_risk=["high"])
    assert ("B", "risk of bias: high") in found.left_out and found.labels == ["A"]
    with pytest.raises(UnknownName, match="'severe' is not a risk of bias of this table"):
        effects(table, "MD", drop_risk=["severe"])
    with pytest.raises(EvidenceError, match="No column holds the risk of bias"):
        effects(read_own(written("study,yi,vi\nA,1,1\n")), drop_risk=["high"])


@pytest.mark.parametrize(
    ("text", "sentence", "where"),
    [
        ("study;yi;vi\nA;1;1\n", "separated by commas but by semicolons", "line 1"),
        ("study\tyi\tvi\nA\t1\t1\n", "separated by commas but by tabs", "line 1"),
        (b"study,yi,vi\nA,1\x00,1\n", "The file is not text", ""),
        (b"study,yi,vi\n\xff\xfe,1,1\n", "not UTF-8 text", ""),
        ("", "has no header", ""),
        ("study,yi,vi\n", "has a header but no row", ""),
        ("trial,yi,vi\nA,1,1\n", "No column names the studies", "line 1"),
        ("study,yi,yi,vi\nA,1,1,1\n", "A column is there twice", "column yi"),
        ("study,yi,vi\nA,one,1\n", "'one' in the column yi is not a number", "line 2, column yi"),
        ("study,yi,vi\nA,1,0\n", "A number cannot be", "line 2, column vi"),
        ("study,yi,vi\nA,1,1,5\n", "not as many cells as the header", "line 2"),
        ("study,yi,vi\n,1,1\n", "A row has no study", "line 2"),
        ("study,events1,n1,events2,n2\nA,12,10,1,10\n", "A number cannot be", "column events1"),
        ("study,n1,mean1,sd1,n2,mean2,sd2\nA,10,1,0,10,2,1\n", "A number cannot be", "column sd1"),
        ("study,r,n\nA,1.2,30\n", "A number cannot be", "column r"),
        ('study,yi,vi\n"A,1,1\n', "cannot be read from line 2 on", "line 2"),
    ],
)
def test_a_bad_table_is_refused_by_file_line_and_column(written, text, sentence, where):
    with pytest.raises(EvidenceError, match=sentence) as error:
        read_own(written(text))
    assert where in str(error.value)


def test_what_looks_wrong_is_flagged_but_used(written):
    twice = effects(read_own(written("study,yi,vi\nA,1,1\nA,2,1\n")))
    assert len(twice.yi) == 2 and "is there more than once" in twice.flags[0]
    large = effects(read_own(written("study,n1,mean1,sd1,n2,mean2,sd2\nA,20,10,0.5,20,14,0.6\n")), "SMD")
    assert "larger than any treatment makes" in large.flags[0] and "sd = se * sqrt(n)" in large.flags[0]
    marked = effects(read_own(written(b"\xef\xbb\xbfstudy,yi,vi\nA,1,1\n")))
    assert "byte order mark" in marked.flags[0]


def test_a_measure_needs_its_columns_and_a_name(written):
    table = read_own(written("study,yi\nA,1\n"))
    with pytest.raises(EvidenceError, match="needs a measure"):
        effects(table)
    with pytest.raises(EvidenceError, match="SMD needs columns") as error:
        effects(table, "SMD")
    assert "missing  n1" in str(error.value) or "mean1" in str(error.value)
    with pytest.raises(UnknownName, match="'SMDX1' is not an effect measure"):
        effects(table, "SMDX1")
    assert columns_for("RR") == ["events1", "n1", "events2", "n2"] and columns_for("PLO") == ["events", "n"]
    with pytest.raises(EvidenceError, match="No row of 'mine.csv' can be used"):
        effects(read_own(written("study,yi,vi\nA,,1\n")))


def test_a_path_that_is_no_file_and_words_that_nothing_has_are_refused(written):
    with pytest.raises(EvidenceError, match="is not a file"):
        read_own("/nowhere.csv")
    path = written(GROUPS)
    for words, sentence in (({"method": "REL"}, "'REL' is not a method"), ({"test": "hk"}, "'hk' is not a test")):
        with pytest.raises(UnknownName, match=sentence):
            asked(path, "MD", **words)
    with pytest.raises(UnknownName, match="'wide' is not a prediction"):
        asked(path, "MD", prediction="wide")
    with pytest.raises(EvidenceError, match="'dose' is not a column"):
        asked(path, "MD", moderators=["dose"])


def test_a_large_table_is_read_whole(written):
    rows = "".join(f"S{k},{k % 7 - 3},{0.5 + k % 5}\n" for k in range(100_000))
    found = asked(written("study,yi,vi\n" + rows), method="DL")
    assert found.result.k == 100_000
    page = analysis_text(found)
    assert "and 99900 more; --json lists all" in page and len(page.splitlines()) < 130


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_give_a_result_or_a_message_and_no_row_is_lost(tmp_path, data):
    good = GROUPS.encode()
    kind = data.draw(st.sampled_from(["cut", "swap", "noise", "binary"]))
    place = data.draw(st.integers(0, len(good) - 1))
    noise = data.draw(st.binary(max_size=12))
    raw = {
        "cut": good[:place],
        "swap": good.replace(b",", data.draw(st.sampled_from([b";", b"\t", b",,", b'",', b"\r\n"]))),
        "noise": good[:place] + noise + good[place:],
        "binary": noise,
    }[kind]
    path = tmp_path / "fuzz.csv"
    path.write_bytes(raw)
    try:
        table = read_own(path)
        found = effects(table, data.draw(st.sampled_from(["MD", "SMD", "ROM"])))
    except SynaptraceError as error:
        assert str(error)
        return
    assert len(found.yi) + len(found.left_out) == len(table.rows) and np.all(found.vi > 0)


def test_words_are_moderators_against_their_first_and_subgroups_are_compared(written):
    text = "study,yi,vi,kind,year\nA,1,0.1,x,2001\nB,2,0.1,y,2002\nC,1.5,0.2,x,2003\nD,2.5,0.2,y,\n"
    found = asked(written(text), moderators=["kind"], method="EE")
    assert found.result.names == ("intercept", "kind: y")
    with_year = asked(written(text), moderators=["year"], method="EE")
    assert with_year.result.k == 3 and ("D", "no moderator") in with_year.result.rows_left_out
    parted = asked(written(text), subgroup="kind", method="EE")
    assert list(parted.parts) == ["x", "y"] and parted.between["df"] == 1
    difference = parted.parts["y"].estimate - parted.parts["x"].estimate
    assert found.result.beta[1] == pytest.approx(difference)


def test_the_store_is_analyzed_by_its_own_settings_or_by_others():
    own = asked("cochrane_intravenous_pain_2025:P1")
    other = asked("cochrane_intravenous_pain_2025:P1", method="REML", test="knha")
    assert own.result.method == "DL" and own.result.test == "z" and other.result.ci[0] < own.result.ci[0]
    assert own.result.tags == {"seen": 3} and len(own.result.rows_left_out) > 10
    assert asked("cochrane_intravenous_pain_2025:P1", measure="SMD").found.measure == "SMD"
    with pytest.raises(UnknownName, match="'P99' is not an analysis"):
        asked("cochrane_intravenous_pain_2025:P99")
    with pytest.raises(UnknownName, match="'XX' is not an effect measure"):
        asked("cochrane_intravenous_pain_2025:P1", measure="XX")
    with pytest.raises(EvidenceError, match="No row of single_infusion_depression:R10 can be used"):
        asked("single_infusion_depression:R10")
    remembered = asked("single_infusion_depression:R10", memory=["Murrough 2013"])
    assert remembered.result.tags == {"memory": 1}
