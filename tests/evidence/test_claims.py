"""Claim files and the machinery that checks them: complete, windows by rule, off-switches that do what they say."""

import json
import math
import subprocess
from pathlib import Path

import pytest

from synaptrace.claims import check, checks, groups, load_claims
from synaptrace.claims.bench import bench_pairs
from synaptrace.claims.evidence import computed_pairs
from synaptrace.claims.load import Part, read_claim
from synaptrace.claims.readouts import KINDS, plan, read
from synaptrace.errors import SynaptraceError, WiringError
from synaptrace.evidence import NO_EVIDENCE, load_source
from synaptrace.experiment import read_experiment
from synaptrace.perturbations import perturbations
from synaptrace.windows import RULES, published, window_of

ROOT = Path(__file__).parents[2]
GOOD = """id = "T1"
group = "exposure"
statement = "Venous ketamine ends near 185 ng/mL."
citations = ["zanos2018"]
citations_checked = "copy"
truth = "supported"
own_source = "shows it"
[[part]]
name = "end of infusion"
role = "calibration"
circularity = "free"
independence = "informed"
run = { protocol = "single_infusion" }
measure = { what = ["venous.ketamine"], as = "value", at = ["40 min"], unit = "ng/mL" }
check = "between"
published = ["PEAK"]
window = "convention-25pct"
expect = { low = 138.75, high = 231.25 }
source = "zanos2018:table-1"
tag = "seen-2"
off = { changes = { "liver_clears_ketamine[S].CLint" = "20 L/h" }, expect = "changes by >= 0.05" }
"""


def a_row_of_185():
    places = load_source("zanos2018").places["table-1"]
    return next(f"zanos2018:table-1:{row}" for row, text in places.items() if text.startswith("185 "))


@pytest.fixture(scope="module")
def good():
    return GOOD.replace("PEAK", a_row_of_185())


ORDERS = ("mTORC1 first: rapamycin", "BDNF first: rapamycin")


@pytest.mark.parametrize("claim", load_claims(), ids=lambda c: c.id)
def test_every_claim_is_complete_and_every_window_is_what_its_rule_gives(claim):
    for part in claim.parts:
        if part["tag"] == "memory":
            assert part.window is None
            continue
        low, high = window_of(part.table)
        assert low < high and part["window"] in RULES
        expect = part.get("expect", {})
        for key, value in (("low", low), ("high", high), ("above", low), ("below", high)):
            if key in expect:
                assert expect[key] == pytest.approx(value, rel=1e-4)
        for reference in part.get("published", []):
            key, place, row = reference.split(":", 2)
            assert load_source(key).tags[place][row] not in NO_EVIDENCE
        assert {"experiment", "not_yet", "number"} & set(part["run"]) or part["measure"]["as"] in KINDS


@pytest.mark.parametrize("claim", load_claims(), ids=lambda c: c.id)
def test_every_run_of_a_claim_can_be_carried_out_and_every_switch_exists(claim):
    for part in claim.parts:
        if "not_yet" in part["run"]:
            assert "unit" in part["measure"] and {"name", "what"} & set(part["measure"])
            assert "none" in part["off"] or {"switch", "expect"} <= set(part["off"])
            continue
        if {"review", "structure", "number"} & set(part["run"]):
            assert math.isfinite(computed_pairs([part])[0][0]) and ("none" in part["off"]) != ("analysis" in part["off"])
            continue
        if "theory" in part["run"]:
            assert set(part["run"]["theory"]["perturb"]) <= set(perturbations()) and "none" in part["off"]
            continue
        if "experiment" in part["run"]:
            experiment = read_experiment(part["run"]["experiment"])
            measure = next(m for m in experiment["measure"] if m["name"] == part["measure"]["name"])
            assert all(part.get(k) == measure.get(k) for k in ("role", "window", "published", "interval", "spread"))
            assert part["off"].get("switch") in (None, "as it is", *experiment.off) and part["tag"] in (
                measure.get("tag"),
                "derived",
            )
            continue
        planned = plan(part["run"])
        known = planned.model.values
        assert planned.protocol.administrations() or planned.protocol.clamps
        assert all(name in known for name in part["off"].get("changes", {})), part["off"]
        assert all(q in planned.model.writers() for q in part["measure"]["what"])


def test_the_exposure_group_holds_the_rows_of_the_dossier_with_their_roles():
    assert "exposure" in groups()
    parts = {(p.claim, p["role"], p["independence"]) for c in load_claims("exposure") for p in c.parts}
    held_out = {c for c, role, _ in parts if role == "held-out"}
    assert {"H1", "H2", "H3", "H17", "H21", "H23", "H24", "H25"} <= held_out
    for name in ("H1", "H2", "H3", "H17", "H23", "H24", "H25"):
        assert (name, "held-out", "clean") in parts
    assert ("H21", "held-out", "informed") in parts  # clean in the dossier, which used another device
    assert {c for c, role, _ in parts if role == "calibration"} >= {"C1", "C2", "C3"}


def test_the_evidence_labels_are_derived():
    for truth, own, label in (
        ("supported", "shows it", "supported as written"),
        ("qualified", "shows it", "supported with qualifier"),
        ("supported", "in part", "supported with qualifier"),
        ("contested", "shows it", "contested"),
        ("supported", "does not", "not supported by its own citation"),
    ):
        text = GOOD.replace("PEAK", a_row_of_185()).replace('"supported"', f'"{truth}"').replace('"shows it"', f'"{own}"')
        assert read_claim(text, "T1").evidence_verdict == label


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('statement = "Venous ketamine ends near 185 ng/mL."\n', "", "'T1' has no 'statement'."),
        ('"calibration"', '"fit"', "'fit' is not a word for role."),
        ('"convention-25pct"', '"convention-30pct"', "'convention-30pct' is not a rule for windows."),
        ("high = 231.25", "high = 250", "a window of 'T1: end of infusion' is not what its rule gives."),
        ('id = "T1"', 'id = "T2"', "the id 'T2' is not the file's name."),
        (', expect = "changes by >= 0.05" }', " }", "'T1: end of infusion' does not say what is switched off."),
        ("zanos2018:table-1:", "zanos2018:table-1:not_", "is not in the library of sources."),
    ],
)
def test_a_bad_claim_is_refused_in_one_sentence(good, before, after, sentence):
    assert before in good
    with pytest.raises(SynaptraceError) as error:
        read_claim(good.replace(before, after), "T1")
    assert sentence in error.value.sentence


def refusal(function, *arguments):
    with pytest.raises(SynaptraceError) as error:
        function(*arguments)
    return error.value


def test_a_claim_without_parts_and_an_unknown_group_are_refused(good):
    assert refusal(read_claim, good[: good.index("[[part]]")], "T1").sentence == "the claim 'T1' has no part."
    assert refusal(load_claims, "exposition").sentence == "'exposition' is not a group of claims."
    measure = {"what": ["arterial.ketamine"], "as": "depth", "unit": "ng/mL"}
    import numpy as np

    error = refusal(read, measure, np.linspace(0, 1, 5), {"arterial.ketamine": np.ones((1, 5))}, 0)
    assert error.sentence == "'depth' is not a way to read a run."
    late = {"what": ["arterial.ketamine"], "as": "value", "at": ["20 h"], "unit": "ng/mL"}
    error = refusal(read, late, np.linspace(0, 6, 5), {"arterial.ketamine": np.ones((1, 5))}, 0)
    assert error.sentence == "'20 h' lies outside the run of the claim."


def test_a_change_of_the_code_or_of_the_theory_is_not_answered_from_the_cache(monkeypatch, good):
    from synaptrace.claims import scorecard

    part = read_claim(good, "T1").parts[0]
    before = scorecard._cached(part, {})
    monkeypatch.setattr(scorecard, "_code", lambda: "other code")
    assert scorecard._cached(part, {}) != before
    rows = [next(p for c in load_claims("mission") if c.id == "M54" for p in c.parts if p["name"].startswith(n)) for n in ORDERS]
    assert scorecard._shared(rows[0]["run"]) != scorecard._shared(rows[1]["run"])


def test_an_edited_published_number_is_not_answered_from_the_cache(monkeypatch, good):
    from synaptrace.claims import scorecard

    part = read_claim(good, "T1").parts[0]
    before = scorecard._cached(part, {})
    monkeypatch.setattr(scorecard, "published", lambda *_: 1.0)
    assert scorecard._cached(part, {}) != before


def test_memory_has_no_window_and_is_never_decided(good):
    part = read_claim(good.replace('tag = "seen-2"', 'tag = "memory"'), "T1").parts[0]
    assert part.window is None and checks.verdict(part, 185.0, 0.0) == "cannot decide"


def test_a_window_is_computed_from_the_printed_spread(good):
    part = read_claim(good, "T1").parts[0].table
    middle = published(part["published"][0], "ng/mL")
    assert window_of(part) == (0.75 * middle, 1.25 * middle)
    assert window_of({**part, "check": "follows"}) == (0.0, 0.25)
    assert window_of({**part, "window": "sign", "expect": {"above": 1.0}}) == (1.0, math.inf)
    spread = {"spread": part["published"][0]}
    assert window_of({**part, **spread, "window": "mean-1sd"}) == (0.0, 2 * middle)
    assert window_of({**part, **spread, "window": "mean-2se"}) == (-middle, 3 * middle)
    low = {"interval": [part["published"][0], part["published"][0]], "window": "published-ci"}
    assert window_of({**part, **low}) == (middle, middle)


@pytest.mark.parametrize(
    ("stated", "value", "done"),
    [
        ("outside", 5.0, True), ("outside", 1.5, False), ("zero", 0.0, True), ("zero", 0.1, False),
        ("changes by >= 0.2", 1.9, True), ("changes by >= 0.2", 1.6, False),
    ],
)  # fmt: skip
def test_the_switched_off_run_must_end_where_the_claim_says(stated, value, done):
    assert checks.switched_off_as_stated(stated, value, 1.5, (1.0, 2.0)) is done


def test_a_part_whose_switch_changes_nothing_is_not_decided(good):
    part = read_claim(good.replace("changes by >= 0.05", "outside"), "T1").parts[0]
    assert checks.verdict(part, 185.0, 190.0) == "cannot decide"
    assert checks.verdict(part, 185.0, 500.0) == "pass" and checks.verdict(part, 500.0, 185.0) == "fail"
    assert checks.verdict(part, 185.0, math.nan) == "cannot decide"  # a run that failed shows nothing


def test_a_part_that_waits_for_a_later_layer_is_not_yet_simulated_and_needs_no_run(good):
    start, end = good.index("run = {"), good.index("check =")
    waiting = good[:start] + 'run = { not_yet = "cascade" }\nmeasure = { name = "peak", unit = "ng/mL" }\n' + good[end:]
    waiting = waiting.replace(good[good.index("off = {") :].strip(), 'off = { switch = "NMDA block", expect = "outside" }')
    part = read_claim(waiting, "T1").parts[0]
    assert part.window == (138.75, 231.25) and checks.verdict(part, math.nan, math.nan) == "not yet simulated"
    error = refusal(read_claim, waiting.replace('switch = "NMDA block", ', ""), "T1")
    assert error.sentence == "'T1: end of infusion' does not say what is switched off."
    memory = read_claim(waiting.replace('tag = "seen-2"', 'tag = "memory"'), "T1").parts[0]
    assert checks.verdict(memory, math.nan, math.nan) == "not yet simulated"


def test_target_experiments_without_a_model_wait_and_say_for_what():
    from synaptrace.claims.scorecard import _read_all, _row
    from synaptrace.report import scorecard

    claims = [c for c in load_claims("synapse") if c.id in ("T21", "T31", "T32", "T33", "T34", "T204")]
    parts = [p for c in claims for p in c.parts]
    found = _read_all(parts, fresh=True)
    rows = [_row(p, found[id(p)]) for p in parts]
    assert {r["model_verdict"] for r in rows} == {"not yet simulated"} and all(r["observed"] is None for r in rows)
    assert {r["off"]["waits_for"] for r in rows} >= {"cascade", "hydroxynorketamine at NMDA receptors"}
    json.dumps(rows, allow_nan=False)
    page = scorecard({"claims": [{"id": "T", "parts": rows}]})
    assert "waits for cascade" in page and "not yet simulated" in page


def test_the_synapse_group_holds_the_rows_of_the_dossier_with_their_roles():
    roles = {c.id: {p["role"] for p in c.parts} for c in load_claims("synapse")}
    for name in ("T4", "T12", "T15", "T16", "T18", "T19", "T21", "T22", "T28", "T32", "T33", "T34"):
        assert roles[name] == {"held-out"}, name
    for name in ("T1", "T3", "T9", "T10", "T23", "T24", "T25", "T26", "T27", "T30", "T31", "T35"):
        assert roles[name] == {"calibration"}, name
    for name in ("T8", "T11", "T13", "T201", "T202", "T203", "T204"):
        assert roles[name] == {"calibration", "held-out"}, name
    assert roles["T5"] == {"calibration", "contested"}
    memory = {c.id for c in load_claims("synapse") for p in c.parts if p["tag"] == "memory"}
    assert memory == {"T12", "T18", "T26"}


def test_the_worst_part_decides():
    assert checks.worst(["pass", "cannot decide", "fail"]) == "fail"
    assert checks.worst(["pass", "cannot decide", "not yet simulated"]) == "not yet simulated"
    assert checks.worst(["pass"]) == "pass" and checks.worst([]) == "not applicable"


def test_read_outs_are_those_of_the_run():
    """Values, peaks, areas and half-lives of a mono-exponential curve in closed form."""
    import numpy as np

    time = np.linspace(0, 40, 4001)
    found = {"arterial.ketamine": 100 * np.exp(-np.log(2) * time / 2)[None]}
    ask = {"what": ["arterial.ketamine"], "unit": "ng/mL"}
    assert read({**ask, "as": "value", "at": ["2 h"]}, time, found, 0) == pytest.approx(50)
    assert read({**ask, "as": "values", "at": ["0 h", "4 h"]}, time, found, 0) == pytest.approx([100, 25])
    assert read({**ask, "as": "peak"}, time, found, 0) == pytest.approx(100)
    assert read({**ask, "as": "area", "unit": "ng*h/mL"}, time, found, 0) == pytest.approx(200 / np.log(2), rel=1e-4)
    assert read({**ask, "as": "area", "unit": "ng*min/mL", "until": "2 h"}, time, found, 0) == pytest.approx(
        60 * 100 / np.log(2), rel=1e-4
    )
    assert read({**ask, "as": "change", "at": ["4 h"]}, time, found, 0) == pytest.approx(-75)
    assert read({**ask, "as": "half-life", "unit": "min"}, time, found, 0) == pytest.approx(120, rel=1e-3)
    assert read({**ask, "as": "peak", "unit": "umol/L"}, time, found, 0) == pytest.approx(100 / 237.73)


@pytest.mark.evidence
def test_the_scorecard_has_the_fields_of_the_contract_and_is_cached():
    found = check("exposure", roles=["calibration"])
    again = check("exposure", roles=["calibration"])
    assert json.loads(json.dumps(found)) == json.loads(json.dumps(again))
    wanted = {"name", "role", "circularity", "independence", "model_verdict", "observed", "expected", "unit", "window", "source",
              "tag", "off"}  # fmt: skip
    for claim in found["claims"]:
        assert {"id", "group", "evidence_verdict", "model_verdict", "parts"} <= set(claim)
        assert all(set(p) == wanted and p["role"] == "calibration" for p in claim["parts"])
        assert {p["model_verdict"] for p in claim["parts"]} <= {"pass", "fail", "cannot decide", "not yet simulated"}


def test_the_log_of_held_out_runs_only_ever_grows():
    path, name = ROOT / "docs" / "heldout.md", "docs/heldout.md"
    try:
        log = ["git", "log", "--format=%H", "--", name]
        commits = subprocess.run(log, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    now = path.read_bytes() if commits else b""
    for commit in commits:
        before = subprocess.run(["git", "show", f"{commit}:{name}"], cwd=ROOT, capture_output=True, check=True).stdout
        assert now.startswith(before), commit


def test_a_part_that_names_no_measure_or_switch_of_its_experiment_is_refused():
    part = next(p for c in load_claims("synapse") for p in c.parts if "switch" in p["off"])
    for key, changed, sentence in (
        ("measure", {**part["measure"], "name": "peek"}, "'peek' is not measured by the experiment."),
        ("off", {**part["off"], "switch": "of"}, "'of' is not an off-switch of the experiment."),
    ):
        with pytest.raises(WiringError) as caught:
            bench_pairs([Part(part.claim, {**part.table, key: changed}, part.window)])
        assert sentence in str(caught.value)
