"""Expectations of figures: where their numbers come from, what is refused, and verdicts that may fail in sight."""

from importlib.resources import files

import numpy as np
import pytest

from synaptrace.claims.load import load_claims
from synaptrace.claims.theories import theory_pairs
from synaptrace.page import expected, panels, shown
from synaptrace.page.demos import load_demos, read_demo
from synaptrace.page.gather import demos_of
from synaptrace.windows import OUTCOMES

FOLDER = files("synaptrace") / "library" / "demos"


def read(name, old="", new=""):
    """A demo with a piece of its file exchanged."""
    text = (FOLDER / f"{name}.toml").read_text("utf-8")
    assert old in text
    return read_demo(text.replace(old, new), name, {c.id: c.table["demo"] for c in load_claims("mission")})


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("E11", 'result      = "across"', 'result      = "more than"\nlow = 0', "'range' cannot be 'more than'."),
        ("E11", 'read        = "range"', 'read        = "peak"', "'peak' cannot be read off a figure of kind 'forest'."),
        ("E04", 'read        = "crossing"', 'read        = "estimate"', "cannot be read off a figure of kind 'bench'."),
        ("E04", 'at          = "3 1/s"\n', '', "a value is read at some place."),
        ("E01", 'against     = "0.5 mg/kg"\ncompare', 'against = "before"\ncompare',
         "a 'rise' cannot be compared with before, where there is none."),
        ("E07", 'compare     = "effect"', 'compare     = "difference"',
         "a row of the truth table gives an effect beyond saline."),
        ("E05", 'compare     = "effect"', 'compare     = "rise"', "a line under a perturbation may drift by itself."),
        ("E05", 'saline = { model = "combined", protocol = "mouse_saline" }\n', '', "does not say its run with saline."),
        ("E07", "M54: BDNF first: rapamycin leaves", "M54: BDNF first: rapamycin takes", "is not a part of a claim."),
        ("E07", "M54: BDNF first: rapamycin leaves the rise of BDNF", "M55: rapamycin in the brain of rats, 24 h",
         "reads another quantity."),
        ("E07", "M54: BDNF first: rapamycin leaves the rise of BDNF", "M54: mTORC1 first: rapamycin takes the rise of BDNF",
         "reads another model."),
        ("E05", 'part        = "M49: mice, glutamate that spikes release, soon after ketamine"', "",
         "an expectation needs either a part of a claim or a circularity."),
        ("E01", 'unit  = "ng/mL"', 'unit  = "umol/L"', "the window of 'H4"),
        ("E02", '"M15: open without glutamate"', '"H17: availability, as remembered"', "' is only remembered and has no window."),
        ("E06", 'result      = "no change"\n', '', "' has no 'result'."),
        ("E10", 'against     = "esketamine, 24 h"', 'against     = "before"', "a row of a forest has no 'before'."),
        ("E05", 'outcome = "blocked"', 'outcome = "bloked"', "'bloked' is not an outcome of the truth table."),
        ("E05", 'rule = "truth-table"', 'rule = "my rule"', "'my rule' is not a rule for windows."),
        ("E06", '"mission_register:M30:within"', '"mission_register:M30:with"', "is not in the library of sources."),
    ],
)  # fmt: skip
def test_an_expectation_that_cannot_be_read_off_its_figure_is_refused(name, old, new, said, refusal):
    assert said in str(refusal(read, name, old, new))


def wishes(name):
    return {row["says"]: row for panel in read(name).panels for row in panel["expect"]}


def test_windows_and_circularity_come_from_claims_and_rules():
    first, who = wishes("E01"), wishes("E07")
    blood = first["Ketamine in a vein at the end of the infusion"]
    assert (blood["result"], blood["low"], blood["high"], blood["circularity"]) == ("between", 138.75, 231.25, "free")
    assert blood["why"] == "as in H4: the published number with a quarter of it to either side"
    lost, kept = (who[f"{name} first, mTOR off: rise at 30 min"] for name in ("mTOR", "BDNF"))
    assert (lost["result"], lost["high"], lost["circularity"]) == ("less than", OUTCOMES["blocked"][1], "free")
    assert (kept["result"], kept["low"], kept["compare"]) == ("more than", OUTCOMES["kept"][0], "effect")
    assert who["Memantine: rise at 30 min"]["high"] == OUTCOMES["nothing"][1]
    same = wishes("E06")["Before the dose, spines spared"]
    assert same["within"] == 0.03125


def test_every_limit_that_is_typed_says_why():
    """A number of a file that is neither zero nor from a reference stands beside the reason for it."""
    for demo in load_demos():
        for row in (row for panel in demo.panels for row in panel["expect"]):
            typed = [row[k] for k in ("low", "high", "within") if k in row and not {"window", "part"} & set(row)]
            assert not any(typed) or row.get("why"), (demo["id"], row["says"])


def row(**changes):
    return {"says": "Glutamate", "line": "drug", "read": "value", "at": "1", "result": "up", "circularity": "free"} | changes


TRACES = {
    "drug": (np.array([0.0, 1.0, 2.0]), np.array([2.0, 3.0, 1.0])),
    "off": (np.arange(3.0), np.array([1.0, 1.2, 1.0])),
    "up": (np.arange(5.0), np.array([1.0, -0.5, -1.0, 0.0, 1.0])),  # down at first, then exactly zero on the way up
    "sinks": (np.arange(3.0), np.array([3.0, 1.0, -3.0])),
}
EFFECTS = {"drug": (np.arange(3.0), np.array([0.0, 1.0, 0.0])), "off": (np.arange(3.0), np.array([0.0, 0.5, 0.0]))}


@pytest.mark.parametrize(
    ("changes", "wish", "found", "holds"),
    [
        ({"against": "before"}, "up", "up 1.5-fold", True),
        ({"against": "before", "at": "2"}, "up", "down to 0.5 of it", False),
        ({"against": "off", "result": "no change", "within": 0.1}, "no change, within 10 %", "up by 150 %", False),
        ({"against": "before", "compare": "difference"}, "up", "up by 1 point", True),
        ({"line": "off", "against": "drug", "compare": "rise", "result": "less than", "high": 0.35},
         "less than 35 % of that change", "20 % of that change", True),
        ({"line": "off", "against": "drug", "compare": "effect", "result": "less than", "high": 0.35},
         "less than 35 % of that effect", "50 % of that effect", False),
        ({"result": "between", "low": 1.0, "high": 2.0}, "between 1 and 2 points", "3 points", False),
        ({"read": "low", "result": "less than", "high": 1.5}, "less than 1.5 points", "1 point", True),
        ({"against": "itself", "against_at": "2"}, "up", "up 3-fold", True),
        ({"line": "off", "read": "crossing", "result": "more than", "low": 0.0}, "more than 0 points", "no number", None),
        ({"line": "up", "read": "crossing", "result": "between", "low": 2.5, "high": 3.5}, "between 2.5 and 3.5 points",
         "3 points", True),
        ({"line": "sinks", "read": "crossing", "result": "more than", "low": 0.0}, "more than 0 points", "no number", None),
        ({"line": "sinks", "at": "2", "against": "up", "against_at": "2", "magnitude": True}, "up", "up 3-fold", True),
    ],
)  # fmt: skip
def test_an_expectation_is_judged_off_the_line_and_fails_in_sight(changes, wish, found, holds):
    asked = row(**changes)
    outcome = expected.readings({"expect": [asked]}, TRACES, float, EFFECTS)[0]
    told = expected.judged(asked, outcome, "points")
    assert (told["wish"], told["found"], told["holds"]) == (wish, found, holds)
    text = shown.demo_section(small(told))
    assert f"Expected: {wish}; here: {found}." in text and shown.MARKS[holds][2] in text


def test_up_and_down_from_below_zero_must_say_size_or_value(refusal):
    asked = row(line="drug", against="sinks", against_at="2")
    assert (
        ", which is below zero, may mean size or value."
        in refusal(expected.readings, {"expect": [asked]}, TRACES, float).sentence
    )


def small(told):
    """A page with one demo and one expectation."""
    panel = {"kind": "curve", "title": "A <b>title</b>", "note": "", "expect": [told], "lines": []}
    demo = {"title": "T", "question": "Q", "look_for": "L", "switch": "S", "claims": [], "commands": ["a < b"], "later": []}
    return {"scorecard": {"claims": []}, "demos": {"E01": demo | {"panels": [panel]}}}


def test_nothing_in_a_demo_can_become_markup_and_a_group_without_demos_has_no_section():
    told = expected.judged(row(against="before"), 1.5, "points")
    text = shown.demo_section(small(told))
    assert "<b>title</b>" not in text and "a &lt; b" in text and "1 came out as expected, 0 did not" in text
    assert "built or fitted that way, 0 of 0 did" in text and "give it, 1 of 1 came out" in text
    assert shown.demo_section({"demos": {}}) == "" and demos_of({"H1": {"demo": ""}}) == {}


def test_a_range_is_judged_by_the_side_on_which_it_lies():
    rows = {"a": {"estimate": -3.0, "low": -5.0, "high": -1.0}, "b": {"estimate": -3.0, "low": -4.0, "high": 0.5},
            "bare": {"estimate": -3.0, "low": None, "high": None}}  # fmt: skip
    told = expected.judged_row(row(line="a", read="range", result="across"), rows, 0.0, "")
    assert told["holds"] is False and told["found"] == "\u22123 (from \u22125 to \u22121), which lies below it"
    assert expected.judged_row(row(line="b", read="range", result="across"), rows, 0.0, "")["holds"]
    asked = row(line="a", read="lower end", against="b", compare="difference", result="no change", within=0.5)
    assert expected.judged_row(asked, rows, 0.0, "")["found"] == "down by 1"
    for line, read, null in (("bare", "range", 0.0), ("a", "range", None), ("bare", "lower end", 0.0)):
        asked = row(line=line, read=read, result="across" if read == "range" else "between", low=0.0, high=1.0)
        told = expected.judged_row(asked, rows, null, "")
        assert told["holds"] is None and told["found"] == "no number"


def test_what_is_kept_on_disk_are_numbers_and_texts_are_made_anew(monkeypatch):
    demo = read("E12")
    before = panels.draw_demo(demo)[0]
    monkeypatch.setattr(panels, "amount", lambda *_: "much")
    monkeypatch.setattr(expected, "number", lambda *_: "some")
    after = panels.draw_demo(demo)[0]
    assert after["lines"][0]["values"] == before["lines"][0]["values"]
    assert "much at" in after["lines"][0]["text"] and after["expect"][0]["found"] == "some % of it"


def test_a_run_has_a_point_at_every_moment_that_is_read():
    panel = read("E12").panels[0]
    hours = [hours for _, hours in panels._asked([panel]).values()]
    assert all({0.0, 99.0, 124.0, 168.0} <= set(h) for h in hours)


@pytest.mark.slow
def test_an_effect_is_that_of_the_truth_table_and_what_does_not_hold_is_shown():
    found = {row["says"]: row for panel in panels.draw_demo(read("E07")) for row in panel["expect"]}
    parts = {p["name"]: p for c in load_claims("mission") if c.id == "M54" for p in c.parts}
    for says, name in (
        ("mTOR first, mTOR off: rise at 30 min", "mTORC1 first: rapamycin takes the rise of BDNF"),
        ("BDNF first, mTOR off: rise at 30 min", "BDNF first: rapamycin leaves the rise of BDNF"),
    ):
        share = theory_pairs([parts[name]])[0][0]
        assert float(found[says]["found"].split()[0]) == pytest.approx(100 * share, abs=0.5)
    subgenual = [row for panel in panels.draw_demo(read("E06")) for row in panel["expect"] if "Subgenual" in row["says"]]
    assert [row["holds"] for row in subgenual] == [False] and subgenual[0]["found"] == "down by 18.2 %"
