"""From plasma to mood on the printed page, in JSON and as a figure; by small models that write a few of the quantities."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from synaptrace import Protocol, open_result
from synaptrace.core import Share, State, ddt, out
from synaptrace.figures import cascade as figure
from synaptrace.model import compose
from synaptrace.report import as_table, as_text, compared
from synaptrace.results import save, tables_of
from synaptrace.simulate import cascade, compare, run
from synaptrace.simulate.cascade import DRAWN, SHOWN, Course, _first_peaks
from tests.numerics.toys import param, toy

ORDER = ["arterial.ketamine", "venous.ketamine", "nmda.sst_interneuron.blocked", "outcome.dissociation", "bdnf.released"]
DRIFT = """title  = "Synapses are stronger for a while"
kind   = "assumed"
why    = "a toy"
target = "strengthens"
when   = {{ from = "-30 min", to = "{to}" }}

[[effect]]
set = "base"
to  = "2"
"""


def dosed():
    """Ketamine in plasma falls by half in about two hours and blocks in proportion."""

    def spreads(S, R, level, loss):
        seen = {"arterial": 2 * level, "venous": level, "block": 0.001 * level, "points": 0.1 * level}
        return ddt(level=S + R - level * loss), out(**seen, released=1 + 0.01 * level)

    return toy(
        spreads,
        reads={"S": "dose.iv.S_ketamine", "R": "dose.iv.R_ketamine"},
        states={"level": State(0.0, "mg", "drug")},
        writes={"arterial": "arterial.ketamine", "venous": "venous.ketamine", "block": "nmda.sst_interneuron.blocked",
                "points": "outcome.dissociation", "released": "bdnf.released"},
        params={"loss": param(1e-4, "1/s")},
    )  # fmt: skip


def strengthens():
    """Strength follows block within a day from a base."""

    def strengthens(block, strength, base, tau):
        return ddt(strength=(base + 2000 * block - strength) / tau), out(strength_now=strength)

    return toy(
        strengthens,
        reads={"block": "nmda.sst_interneuron.blocked"},
        states={"strength": State(1.0, "1", "strength")},
        writes={"strength_now": "synapse.strength"},
        params={"base": param(1.0), "tau": param(86400.0, "s")},
    )


def severity(name):
    """Mood by the strength of synapses, or straight from block."""

    def moves(cause, depressed, responder):
        return out(score=depressed - responder * cause)

    return toy(
        moves,
        reads={"cause": name},
        writes={"score": "outcome.madrs"},
        params={"depressed": replace(param(32.0, "points"), range=(28, 36)), "responder": param(1.0, iiv=Share(0.6))},
    )


def model(cause="synapse.strength"):
    return compose(dosed(), strengthens(), severity(cause), inputs=["dose.iv.S_ketamine", "dose.iv.R_ketamine"], name="toy")


PLAN = Protocol("toy_infusion", end="8 d").infuse("racemic ketamine", "10 mg", over="40 min")


@pytest.fixture(scope="module")
def one():
    return run(PLAN, model())


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """The path of a perturbation that strengthens synapses with or without the drug, for a day."""
    path = tmp_path_factory.mktemp("drift") / "drift.toml"
    path.write_text(DRIFT.format(to="24 h"))
    return str(path)


def value(rows, label):
    return next(r.get("peak", r.get("change")) for r in rows if r["label"] == label)


def test_the_rows_are_what_the_curves_say(one):
    rows = cascade(one)
    assert list(dict.fromkeys(r["name"] for r in rows)) == [*ORDER, "synapse.strength", "outcome.madrs"]
    assert value(rows, "ketamine, arterial plasma") == pytest.approx(float(one["arterial.ketamine"].max()), rel=1e-12)
    block = float(one["nmda.sst_interneuron.blocked"].max())
    assert value(rows, "block, SST interneurons") == pytest.approx(100 * block, rel=1e-12)
    assert value(rows, "BDNF released") == pytest.approx(float(one["bdnf.released"].max()), rel=1e-12)
    for words, hours in {"4 h": 4, "24 h": 24, "7 d": 168}.items():
        there = float(one["synapse.strength"].isel(patient=0).interp(time=hours))
        assert value(rows, f"synaptic strength, {words}") == pytest.approx(there, rel=1e-6) and there > 1.0001
        assert value(rows, f"MADRS, {words}") == pytest.approx(1 - there, rel=1e-6)
    assert all(r["badge"] == one[r["name"]].attrs["badge"] for r in rows)


def test_rows_do_not_depend_on_the_times_asked_for(one):
    assert cascade(run(PLAN, model(), at=["1 h"])) == cascade(one)


def test_a_run_too_short_for_a_row_leaves_it_out():
    short = Protocol("short", end="30 h").infuse("racemic ketamine", "10 mg", over="40 min")
    labels = [r["label"] for r in cascade(run(short, model()))]
    assert "MADRS, 24 h" in labels and "MADRS, 7 d" not in labels


def test_times_count_from_the_first_dose(one):
    late = Protocol("late", end="9 d").infuse("racemic ketamine", "10 mg", over="40 min", start="24 h")
    found, plain = cascade(run(late, model())), cascade(one)
    for row, own in zip(found, plain, strict=True):
        assert row["time_h"] == pytest.approx(own["time_h"], abs=2e-2)
        assert row.get("peak", row.get("change")) == pytest.approx(own.get("peak", own.get("change")), rel=1e-4)


def test_the_effect_is_against_the_same_person_without_the_drug_and_not_against_the_beginning(one, moved):
    both = run(PLAN, model(), perturbed=moved)
    drift = both["outcome.madrs_untreated"].values[0]
    assert np.ptp(drift) > 0.5 and np.ptp(one["outcome.madrs_untreated"].values) == 0
    for words in ("4 h", "24 h", "7 d"):  # the toy adds both effects, so the drug does what it does alone
        assert value(cascade(both), f"MADRS, {words}") == pytest.approx(value(cascade(one), f"MADRS, {words}"), abs=5e-3)
    untreated = run(Protocol("nothing", end="8 d"), model(), at=["24 h"])
    assert untreated["outcome.madrs"].item() == one["outcome.madrs_untreated"].values[0, 0]


def test_boluses_and_traces_of_a_drug_are_taken_away_too():
    plan = Protocol("bolus", end="2 d").bolus("racemic ketamine", "10 mg")
    found = run(plan, model())
    assert np.ptp(found["synapse.strength"].values) > 0 and np.ptp(found["synapse.strength_untreated"].values) == 0
    plan = Protocol("trace", end="2 d").clamp("venous.ketamine", ["0 h", "1 h", "3 h"], ["0 ng/mL", "9 ng/mL", "0 ng/mL"])
    found = run(plan, model("venous.ketamine"))
    assert np.ptp(found["outcome.madrs"].values) == 9 and np.ptp(found["outcome.madrs_untreated"].values) == 0


def test_a_saved_result_keeps_the_untreated_curves_and_is_repeated(one, tmp_path):
    path = save(one, tmp_path / "one.nc")
    back = open_result(path)
    assert back["outcome.madrs_untreated"].values.tobytes() == one["outcome.madrs_untreated"].values.tobytes()
    assert cascade(back) == cascade(one) and back["outcome.madrs_untreated"].attrs["units"] == "points"
    assert "without the drug" in back["outcome.madrs_untreated"].attrs["long_name"]


def test_the_page_begins_with_the_short_table_and_says_whom_it_is_about(one):
    lines = as_text(one).splitlines()
    start = next(k for k, line in enumerate(lines) if "from plasma to mood" in line)
    assert start < next(k for k, line in enumerate(lines) if "AUC(0-t)" in line)
    for row, line in zip(cascade(one), lines[start + 1 :], strict=False):
        assert line.split("  ")[1] == row["label"] and re.search(r" assumed [-+]?\d", line) and line.endswith(row["badge"])
        assert re.fullmatch(r"assumed, \d+ of \d+ numbers", row["badge"])
    page = "\n".join(lines)
    assert "one person: random effects zero, a responder, at rest with MADRS 31, drug effect only;" in page
    assert "says nothing about 40 % of people (assumed), who do not respond" in page
    assert "untreated: the same without the drug" in page and "empirical" not in page


def test_the_page_says_what_the_person_is_at_rest():
    page = as_text(run(PLAN, model("nmda.sst_interneuron.blocked")))
    assert "a responder, depressed at rest with MADRS 32 (assumed, 28 to 36), drug effect only;" in page
    assert "MADRS is an empirical curve driven by block; it does not follow from the synapses above it" in page
    other = model("nmda.sst_interneuron.blocked").set("moves.responder", "0 1").set("moves.depressed", "30 points")
    page = as_text(run(PLAN, other))
    assert "not a responder, depressed at rest with MADRS 30 (assumed, 28 to 36)" in page
    assert re.search(r"MADRS, 24 h +assumed \+0\.0 ", page)


def test_all_prints_every_peak_and_the_short_page_says_so(one):
    short, full = as_text(one), as_text(one, full=True)
    assert "nmda.sst_interneuron.blocked" not in short and "nmda.sst_interneuron.blocked" in full
    assert "--all prints every peak" in short and "--all" not in full
    assert "nmda.sst_interneuron.blocked" in as_text(one, nca=True)


def test_json_holds_the_same_rows(one):
    table = as_table(one)
    assert json.loads(json.dumps(table))["cascade"] == cascade(one)
    assert {"label", "name", "unit", "change", "time_h", "badge"} == set(table["cascade"][-1])


def test_people_get_medians_and_the_range_of_the_middle_nine_tenths():
    many = run(PLAN, model(), people=30, seed=2)
    row = next(r for r in cascade(many) if r["label"] == "MADRS, 24 h")
    each = [float((many["outcome.madrs"] - many["outcome.madrs_untreated"]).isel(patient=k).interp(time=24)) for k in range(30)]
    assert row["change"] == pytest.approx(np.median(each), rel=1e-3)
    assert row["range"] == pytest.approx(np.percentile(each, [5, 95]).tolist(), rel=1e-3, abs=1e-9) and row["range"][1] == 0
    assert re.search(r"MADRS, 24 h +assumed -\d\.\d \(-\d\.\d to \+0\.0\)", as_text(many)) and "one person" not in as_text(many)
    bands = figure.data(many)["depression (MADRS points)"][0]
    assert (bands["low"] <= bands["middle"]).all() and (bands["high"] > bands["low"]).any()


def test_who_failed_has_no_part_in_the_rows():
    course = Course(PLAN, [], ["outcome.madrs", "synapse.strength", "bdnf.released"], dict.fromkeys(DRAWN, "assumed"), "human")

    class Still:
        schedule = engine = None

        def run(self, time):
            return type("Run", (), {"values": np.ones((3, len(time), 3))})

    course.without_drug = lambda prepared: prepared
    values = np.ones((3, 5, 3)) * np.array([1.0, 2.0, np.nan])[:, None, None]
    course.add(0, np.array([0.0, 4.0, 24.0, 168.0, 192.0]), values, Still(), {2})
    assert value(course.rows(), "MADRS, 24 h") == 0.5 and value(course.rows(), "BDNF released") == 1.5


def test_of_equal_peaks_the_first_is_named():
    curves = np.array([[0.0, 1.0, 0.5, 1.0000001], [0.0, 0.9, 0.5, 1.0], [0.0, 0.0, 0.0, 0.0]])
    assert _first_peaks(curves).tolist() == [1, 3, 0]


def test_a_model_that_does_not_reach_mood_has_no_rows_and_prints_everything():
    found = run(PLAN, compose(dosed(), inputs=["dose.iv.S_ketamine", "dose.iv.R_ketamine"], name="short"))
    assert cascade(found) == [] and not figure.draws_cascade(found) and not [n for n in found if n.endswith("_untreated")]
    page = as_text(found)
    assert "from plasma to mood" not in page and "nmda.sst_interneuron.blocked" in page and "--all" not in page


def test_scores_of_people_are_not_given_for_an_animal(one):
    course = Course(PLAN, [], ["outcome.madrs"], {"outcome.madrs": ""}, "mouse")
    course.found = {"MADRS, 4 h": ({"label": "MADRS, 4 h", "name": "outcome.madrs", "unit": ""}, "change", [-1.0], [4.0])}
    assert course.rows() == []
    animal = one.assign_attrs(person=json.dumps(tables_of(one)["person"] | {"species": "mouse"}))
    assert "one mouse: human scores are left out" in as_text(animal)
    assert not [t for t in figure.data(animal) if "MADRS" in t or "CADSS" in t] and "synapses (1: at rest)" in figure.data(animal)


def test_every_quantity_drawn_is_kept_for_many_people():
    drawn = {name for curves, _, _ in figure.PANELS.values() for name in curves}
    assert drawn <= set(SHOWN) and set(figure.ALONE) <= drawn
    assert {n for n in drawn if not n.startswith(("arterial.", "venous.", "nmda."))} == set(DRAWN)


def test_panels_hold_curves_their_badges_and_the_same_without_the_drug(one):
    found = figure.data(one)
    row = found["synapses (1: at rest)"][0]
    assert row["name"] == "synapse.strength" and row["middle"].max() == pytest.approx(float(one["synapse.strength"].max()))
    assert (row["plain"] == 1).all() and row["badge"] == one["synapse.strength"].attrs["badge"]
    assert found["NMDA receptors blocked (%)"][0]["middle"].max() == pytest.approx(value(cascade(one), "block, SST interneurons"))
    assert found["ketamine in plasma (ng/mL)"][0]["plain"] is None


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_figure_is_written_whole_and_the_same_each_time(one, tmp_path, suffix):
    paths = [figure.draw(one, tmp_path / f"{k}{suffix}") for k in "ab"]
    first, second = (p.read_bytes() for p in paths)
    assert first == second and len(first) > 5000 and len(list(tmp_path.iterdir())) == 2
    if suffix == ".svg":
        text = first.decode()
        assert all(f"<!-- {word} -->" in text for word in ("1 min", "10 min", "1 h", "4 h", "1 d", "1 wk"))
        assert re.search(r"<!-- strength \(assumed, \d+ of \d+\) -->", text) and "dashed: the same without the drug" in text


def test_another_kind_of_figure_is_refused(one, tmp_path, refusal):
    error = refusal(figure.draw, one, tmp_path / "a.pdf")
    assert "is not a kind of figure this draws." in error.sentence and error.lines["expected"] == ".png or .svg"
    assert list(tmp_path.iterdir()) == []


def test_arms_stand_in_columns_and_over_each_other(tmp_path, moved):
    result = compare(PLAN, models=[model()], perturbed=moved)
    page = compared(result).splitlines()
    assert page[0].split("  ")[1] == "from plasma to mood" and "unit" in page[0] and f"toy_infusion under {moved}" in page[0]
    row = next(line for line in page if line.startswith("  MADRS, 24 h"))
    assert len(re.findall(r"assumed -\d\.\d, \d+ of \d+", row)) == 2
    assert not any(line.split()[:1] == ["peak"] for line in page)
    assert any(line.split()[:2] == ["peak", "unit"] for line in compared(result, full=True).splitlines())
    panels = figure.data_by_arm(result)
    assert [r["label"] for r in panels["depression (MADRS points)"]] == ["toy_infusion", f"toy_infusion under {moved}"]
    plain, drifts = (r["plain"] for r in panels["depression (MADRS points)"])
    assert np.ptp(plain) == 0 and np.ptp(drifts) > 0.5
    assert figure.overlay(result, tmp_path / "arms.png").read_bytes().startswith(b"\x89PNG")


def test_an_arm_without_mood_stands_beside_one_with_it():
    short = compose(dosed(), inputs=["dose.iv.S_ketamine", "dose.iv.R_ketamine"], name="short")
    result = compare(PLAN, models=[model(), short])
    page = compared(result).splitlines()
    assert page[0].split()[-2:] == ["toy", "short"] and any(line.split()[:2] == ["peak", "unit"] for line in page)
    panels = figure.data_by_arm(result)
    assert len(panels["ketamine in venous plasma (ng/mL)"]) == 2 and len(panels["depression (MADRS points)"]) == 1
