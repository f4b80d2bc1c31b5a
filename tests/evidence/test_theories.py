"""The truth table: ratios of effects, their windows, a rule that needs no theory, and who may run the held-out rows."""

import json
import math

import numpy as np
import pytest

from synaptrace.claims import check, checks, heldout, scorecard, theories
from synaptrace.claims.load import Part, load_claims
from synaptrace.claims.theories import BLOCKS, KEEPS, LEAST, TRIVIAL, UNPROVEN, Arm, Table
from synaptrace.core import State, ddt, out
from synaptrace.errors import SynaptraceError
from synaptrace.model import compose
from synaptrace.perturbations import load_perturbation
from synaptrace.report import scorecard as page
from synaptrace.windows import OUTCOMES, window_of
from tests.numerics import toys

CLAIMS = load_claims("theories")
ROWS = {p.claim + " " + p["name"]: p for c in CLAIMS for p in c.parts}
INPUTS = [f"brain.{e}_{d}ketamine_free" for d in ("", "nor") for e in ("S", "R")]
UNIT = 'title = "a toy"\nwhy = "a toy"\ntarget = "{}"\nwhen = "lifelong"\n[[effect]]\n{} = "{}"\n{} = "{}"\n'


def part(claim="R1", outcome="blocked", role="calibration", what="synapse.strength", at="24 h", measure=(), **row):
    run = {"theory": {"perturb": [], "read": "under"} | row}
    table = {"name": at, "role": role, "outcome": outcome, "run": run, "window": "truth-table", "off": {"none": "a toy"}}
    table |= {"measure": {"what": [what], "at": [at], "unit": "1", "as": "value"} | dict(measure)}
    return Part(claim, table, OUTCOMES.get(outcome))


@pytest.fixture(autouse=True)
def read_once(monkeypatch):
    """The files of claims are read once for all tests."""
    for module in (theories, scorecard):
        monkeypatch.setattr(module, "load_claims", lambda *_: CLAIMS)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Strength = 1 + gain x area of ketamine + offset: all effects are known in closed form."""
    folder = tmp_path_factory.mktemp("perturbations")
    made = {"halved": ("adds", "scale", "gain", "by", "0.5"), "raised": ("adds", "set", "offset", "to", "3")}
    made["elsewhere"] = ("another_file", "scale", "gain", "by", "0")
    names = {n: str(folder / f"{n}.toml") for n in made}
    for name, words in made.items():
        (folder / f"{name}.toml").write_text(UNIT.format(*words), "utf-8")

    def adds(S, R, S_nor, R_nor, area, gain, offset, hour):
        return ddt(area=(S + R + 0 * (S_nor + R_nor)) / hour), out(strength=1 + gain * area + offset, free=1 + 0 * area)

    model = compose(
        toys.toy(
            adds,
            reads=dict(zip(("S", "R", "S_nor", "R_nor"), INPUTS, strict=True)),
            states={"area": State(0.0, "umol/L", "area of ketamine over an hour")},
            writes={"strength": "synapse.strength", "free": "spines.density"},
            params={"gain": toys.param(2.0, "L/umol"), "offset": toys.param(0.0), "hour": toys.param(3600.0, "s")},
        ),
        inputs=INPUTS,
        name="toy",
    )
    rows = [
        part(perturb=[names["halved"]]),
        part(perturb=[names["raised"]]),
        part(perturb=[names["raised"]], read="alone"),
        part(perturb=[names["elsewhere"]]),
        part(perturb=[names["halved"]], what="spines.density"),
        part(perturb=[names["halved"]], what="ampa.surface", outcome="nothing"),
        part(read="alone", protocol="mouse_10mgkg_ip", measure={"sign": -1}),
        part(read="alone", protocol="mouse_10mgkg_ip", measure={"of": 4.0}),
        part(perturb=[names["halved"]], protocol="rat_20mgkg_ip"),
        part(perturb=[names["halved"]], protocol="rat_20mgkg_ip", relative_to_itself=True),
    ]
    return Table(model, rows)


def effect_of_the_drug(table):
    arms, known, lanes = table.groups["mouse"]
    pair = lanes.run([("mouse_10mgkg_ip", {}), ("mouse_saline", {})], [24.0])[:, 0, known.index("synapse.strength")]
    assert pair[1] == pytest.approx(1)
    return pair[0] - pair[1]


def test_an_effect_is_relative_to_that_of_the_drug_alone_under_the_perturbation_and_without_the_drug(table):
    ratios, sizes = table.read()
    drug = effect_of_the_drug(table)
    half, offset, alone, elsewhere, nowhere, absent, downward, of, larger, itself = ratios[0]
    assert half == pytest.approx(0.5) and elsewhere == pytest.approx(1)
    assert offset == pytest.approx(1)  # a perturbation that shifts both arms blocks nothing
    assert alone == pytest.approx(3 / drug) and of == pytest.approx(drug / 4)
    assert downward == -1 and itself == pytest.approx(0.5) and larger > 0.6
    assert np.isnan([nowhere, absent]).all() and sizes[0, 4] < LEAST and sizes[0, 5] == 0
    assert sizes[0, 0] == pytest.approx(drug)


def test_sets_of_numbers_are_lanes_of_one_batch_and_do_not_move_each_other(table):
    values = [{}, {"adds.gain": 4.0}, {"adds.gain": 0.0}]
    together = table.ratios(values)
    for one, ratios in zip(values, together, strict=True):
        assert np.array_equal(table.ratios([one])[0], ratios, equal_nan=True)
    assert together[:2, 2][0] == pytest.approx(2 * together[:2, 2][1]) and np.isnan(together[2, 0])
    assert np.allclose(table.ratios(values[:2], of=[0, 0])[:, 0], 0.5)


def test_a_window_of_the_truth_table_is_that_of_its_outcome():
    for outcome, window in OUTCOMES.items():
        assert window_of(part(outcome=outcome).table) == window
    for row in ROWS.values():
        assert row["tag"] == "memory" or row.window == OUTCOMES[row["outcome"]]
    with pytest.raises(SynaptraceError) as error:
        window_of(part(outcome="lost").table)
    assert error.value.sentence == "'lost' is not an outcome of the truth table." and "mimics" in error.value.lines["expected"]


@pytest.mark.parametrize(
    ("outcome", "inside", "outside"),
    [("blocked", 0.35, 0.36), ("nothing", -0.5, 0.36), ("reduced", 0.8, 0.81), ("kept", 0.65, 0.64), ("mimics", 0.35, 0.34)],
)
def test_a_row_is_matched_inside_its_window_and_without_an_effect_only_where_nothing_was_found(outcome, inside, outside):
    row = part(outcome=outcome)
    assert theories.matched(row, inside, 1.0) and not theories.matched(row, outside, 1.0)
    assert theories.matched(row, math.nan, 0.0) is (outcome == "nothing")
    assert theories.theory_verdict(row, inside, 1.0) == checks.PASS
    assert theories.theory_verdict(row, outside, 1.0) == checks.FAIL
    assert theories.theory_verdict(row, math.nan, 0.0) == (checks.PASS if outcome == "nothing" else checks.FAIL)
    assert theories.theory_verdict(row, math.nan, math.nan) == checks.UNDECIDED  # an arm failed
    assert theories.matched(row, math.nan, math.nan) is False


def test_the_trivial_rule_matches_what_blocks_and_nothing_that_keeps_or_mimics():
    for outcome in OUTCOMES:
        assert theories.matched(part(outcome=outcome), 0.0, 1.0) is (outcome in BLOCKS) is not (outcome in KEEPS)


def test_parts_of_a_row_share_one_vote_and_so_do_rows_that_contradict_each_other():
    parts = [part("R1"), part("R8", "mimics"), part("R8"), part("R16", "mimics"), part("R17")]
    found = theories.score(parts, [True, True, False, True, False])
    assert found["rows"] == pytest.approx(3) and found["matched"] == pytest.approx(1 + 1 / 2 + 1 / 2)
    assert found["balanced_accuracy"] == pytest.approx((1 / 3 + 2 / 2) / 2)
    assert theories.score(parts[4:], [True]) == {"matched": 1, "rows": 1, "balanced_accuracy": 1}
    assert theories.score([], [])["balanced_accuracy"] is None


def test_only_a_theory_whose_held_out_rows_were_run_and_that_matches_fewer_than_the_trivial_rule_is_labeled():
    trivial = {"calibration": {"matched": 9}, "held-out": {"matched": 5}}
    assert theories.label({"calibration": {"matched": 3}}, trivial) == ""
    assert theories.label({"held-out": {"matched": 4.5}}, trivial) == UNPROVEN == "calibrated, not predictive"
    assert theories.label({"held-out": {"matched": 5}}, trivial) == ""


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"read": "over"}, "'over' is not a way to read a row of the truth table."),
        ({"species": "rabbit"}, "'rabbit' is not a species of the truth table."),
        ({"what": "synapse.length"}, "'synapse.length' is not in the vocabulary."),
        ({"perturb": ["nbqq"]}, "'nbqq' is not a perturbation."),
        ({"protocol": "mouse_saltwater"}, "'mouse_saltwater' is not a shipped protocol."),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_in_one_sentence(row, sentence):
    with pytest.raises(SynaptraceError) as error:
        Table(toys.relaxing_model(), [part(**row)])
    assert error.value.sentence == sentence


def test_arms_of_rows_are_with_and_without_the_drug_both_under_the_perturbation():
    assert theories._arms(part(perturb=["nbqx"])) == (
        Arm("mouse_10mgkg_ip", ("nbqx",)), Arm("mouse_saline", ("nbqx",)), Arm("mouse_10mgkg_ip"), Arm("mouse_saline"),
    )  # fmt: skip
    over, under, drug, nothing = theories._arms(part(perturb=["naltrexone"], read="alone", species="human"))
    assert (over, under, drug, nothing) == (
        Arm("no_drug", ("naltrexone",)),
        Arm("no_drug"),
        Arm("single_infusion"),
        Arm("no_drug"),
    )
    assert not theories._protocol("no_drug").doses and theories._protocol("single_infusion").doses


def test_the_rows_and_roles_are_those_fixed_before_scoring():
    roles = {int(p.claim[1:]): {q["role"] for q in ROWS.values() if q.claim == p.claim} for p in ROWS.values()}
    calibration = {1, 3, 4, 5, 8, 11, 14, 16, 25, 28, 17, 22, 26, 27, 32} - {16}
    assert {n for n, r in roles.items() if "calibration" in r} == calibration
    assert {n for n, r in roles.items() if "contested" in r} == {16, 21, 22, 30}
    assert set(roles) == {*range(1, 12), 13, 14, 15, 16, 17, 19, *range(21, 34), 35, 36, 37, 39}
    for p in ROWS.values():
        assert p["tag"] != "memory" or "theory" not in p["run"]
        for name in p["run"].get("theory", {"perturb": []})["perturb"]:
            load_perturbation(name)


def test_no_row_compares_the_drug_with_itself_unless_its_direction_or_size_is_asked():
    for p in theories.parts_of():
        over, under, drug, nothing = theories._arms(p)
        assert (over, under) != (drug, nothing) or {"sign", "of"} & set(p["measure"]), p.claim


def test_the_limb_of_a_habenula_without_bursts_is_that_of_row_28():
    from synaptrace.mechanisms.symptoms.quiet_habenula_lifts_mood import mechanism

    brake = mechanism.params["brake"].number()
    assert ROWS["R28 habenula limb at 1 h, of the largest"]["measure"]["of"] == pytest.approx(
        1 / (1 - brake) - 1 / (1 + brake), 1e-3
    )


def fakes(monkeypatch, ratio=0.1):
    """Every theory has this ratio in every row; nothing is simulated. Returns the roles that were run."""
    run = []

    class Fake:
        def __init__(self, _, parts):
            run.extend((p.claim, p["role"]) for p in parts)
            self.shape = 1, len(parts)

        def read(self):
            return np.full(self.shape, ratio), np.ones(self.shape)

    monkeypatch.setattr(theories, "Table", Fake)
    monkeypatch.setattr(theories, "load_model", str)
    monkeypatch.setattr(
        theories, "_blocks", lambda n: {"received": {} if n == TRIVIAL else {"habenula": 0.02}, "needed": {"habenula": 0.3}}
    )
    return run


def test_theories_are_compared_on_calibration_rows_alone_and_the_page_says_who_runs_the_others(monkeypatch):
    run = fakes(monkeypatch)
    found = theories.compare_theories(names=["one", "two"])
    assert {role for _, role in run} == {"calibration"} == {r["role"] for r in found["rows"]}
    json.dumps(found, allow_nan=False)
    trivial, one, _ = found["theories"]
    assert trivial["scores"] == one["scores"] and one["scores"]["calibration"]["balanced_accuracy"] == 0.5 and not one["label"]
    text = page({"claims": [], "sealed": 7, "theories": found})
    assert "  7 held-out parts are run by `make heldout` alone" in text
    assert "trivial rule" in text and "0.10 x" in text and "not fitted" in text and "2.0 / 30.0 %" in text


def test_held_out_rows_of_the_truth_table_are_run_only_by_name_of_their_role(monkeypatch):
    asked = []
    monkeypatch.setattr(scorecard, "_read_all", lambda parts, _: {} if asked.extend(parts) else {})
    sealed = theories.parts_of(["held-out"])
    assert check("theories")["sealed"] == len(sealed) > 10
    assert not [p for p in asked if p["role"] == "held-out" and "theory" in p["run"]] and asked
    asked.clear()
    assert "sealed" not in check("theories", roles=["held-out"]) and len([p for p in asked if "theory" in p["run"]]) == len(
        sealed
    )


def test_the_log_of_held_out_runs_names_every_theory_beside_the_trivial_rule(monkeypatch, tmp_path):
    run = fakes(monkeypatch, ratio=0.9)
    monkeypatch.setattr(heldout, "check", lambda *_, **__: {"claims": []})
    monkeypatch.setattr(theories, "THEORIES", {"one": None})
    heldout.append_log(tmp_path / "log.md", "theories")
    text = (tmp_path / "log.md").read_text("utf-8")
    assert {role for _, role in run} == {"held-out"}
    assert "| trivial rule | " in text and "| one | " in text and f"| {UNPROVEN} |" in text
    heldout.append_log(tmp_path / "log.md", "exposure")
    assert (tmp_path / "log.md").read_text("utf-8").count("| one | ") == 1
