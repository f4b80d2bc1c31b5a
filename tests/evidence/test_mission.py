"""The sentences of the science page: all there, labels derived, every part with one check and an off-switch or its reason."""

from collections import Counter

import pytest

from synaptrace.claims import load_claims
from synaptrace.claims.checks import verdict
from synaptrace.claims.load import Part
from synaptrace.claims.scorecard import _read_all
from synaptrace.models import load_model

CLAIMS = load_claims("mission")
AS_WRITTEN = {7, 10, 12, 14, 15, 16, 17, 21, 22, 23, 26, 27, 28, 30, 39, 40, 60}
CONTESTED = {"M02", "M05", "M31", "M36", "M48", "M49", "M54", "X1", "X5"}
WRONG_SOURCE = {"M32", "M34", "M38", "M42", "M46", "M50", "M61", "M66", "M68", "M69", "X3", "X4", "X6"}
LABELS = ("supported as written", "supported with qualifier", "contested", "not supported by its own citation")


def test_every_sentence_has_its_file():
    assert [c.id for c in CLAIMS] == [*(f"M{k:02d}" for k in range(1, 72)), *(f"X{k}" for k in range(1, 7))]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_the_label_is_what_both_readings_came_to(claim):
    number = int(claim.id[1:])
    label = LABELS[3] if claim.id in WRONG_SOURCE else LABELS[2] if claim.id in CONTESTED else None
    label = label or (LABELS[0] if claim.id[0] == "M" and number in AS_WRITTEN else LABELS[1])
    assert claim.evidence_verdict == label
    assert "evidence_verdict" not in claim.table


def test_the_labels_add_up(capsys):
    counts = Counter(c.evidence_verdict for c in CLAIMS)
    with capsys.disabled():
        print("\n" + ", ".join(f"{label}: {counts[label]}" for label in LABELS))
    # M41 counts with a qualifier: its source shows the first of its two halves only
    assert [counts[label] for label in LABELS] == [17, 38, 9, 13]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_every_part_is_switched_off_or_says_why_not(claim):
    for part in claim.parts:
        assert part["off"].get("none") or part["off"].get("expect"), part["name"]
    if claim.evidence_verdict != LABELS[0]:
        assert claim.table["qualifier"].strip().endswith("."), "a limit in one plain sentence"
    assert claim.table["added"] in (True, False) and isinstance(claim.table["switches"], list)


def test_contested_sentences_show_both_branches_and_never_turn_green():
    for claim in CLAIMS:
        if claim.evidence_verdict == "contested" and not claim.id.startswith("X"):
            assert any(p["role"] == "contested" for p in claim.parts), claim.id


def test_without_the_block_of_nmda_receptors_verdicts_change():
    parts = [p for c in CLAIMS for p in c.parts if p["run"].get("protocol") == "single_infusion" and p["role"] != "held-out"]
    parts = [p for p in parts if p["run"].get("model") == "combined" and "people" not in p["run"]]
    numbers = load_model("combined").values
    off = {n: "1e-6 L/umol/s" for n in numbers if n.startswith("ketamine_blocks_nmda") and n.endswith(".k_on")}
    without = [
        Part(p.claim, {**p.table, "run": p["run"] | {"changes": p["run"].get("changes", {}) | off}}, p.window) for p in parts
    ]
    found, changed = _read_all(parts, fresh=False), _read_all(without, fresh=False)
    before = [verdict(p, *found[id(p)]) for p in parts]
    after = [verdict(p, *changed[id(p)]) for p in without]
    assert len(off) == 6 and before.count("pass") > after.count("pass"), (before, after)
