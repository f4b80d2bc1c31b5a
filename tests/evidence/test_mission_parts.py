"""Parts of claims that stand on another claim, on a re-computed review, or on what mechanisms read and write."""

from pathlib import Path

import pytest

from synaptrace.claims import check, load_claims
from synaptrace.claims.evidence import LOOSE, computed_key, computed_pairs
from synaptrace.claims.load import read_claim
from synaptrace.cli.evidence import evidence_check
from synaptrace.errors import SynaptraceError, UnknownName, WiringError
from synaptrace.windows import printed_digits

HEAD = """id = "M1"
group = "mission"
statement = "A sentence."
citations = []
citations_checked = "dossier"
truth = "supported"
own_source = "none given"
section = "Overview"
sentence = 1
strength_word = ""
added = false

[[part]]
name = "first"
"""
REST = """role = "definition"
circularity = "{circularity}"
independence = "clean"
check = "between"
source = "synapse_dossier:section-1"
tag = "derived"
"""
REVIEW = (
    REST.format(circularity="exact")
    + """window = "printed-digits"
printed = "cochrane_intravenous_pain_2025:P1:estimate"
run = { review = "cochrane_intravenous_pain_2025", analysis = "P1" }
measure = { what = ["estimate"], unit = "1" }
off = { analysis = "P2", expect = "outside" }
"""
)
WIRED = (
    REST.format(circularity="built-in")
    + """window = "sign"
expect = { above = 0.5 }
run = { structure = { mechanism = "spikes_release_glutamate", writes = ["glutamate.evoked"] } }
measure = { what = ["structure"], unit = "1" }
off = { none = "a definition" }
"""
)


def part(text):
    return read_claim(HEAD + text, "M1").parts[0]


def test_a_part_may_be_that_of_another_claim_but_for_its_name_and_role():
    other = part('same_as = "T1: peak in the cleft"\nrole = "definition"\n')
    assert other["name"] == "first" and other["role"] == "definition" and other["run"] == {"experiment": "e03"}
    assert other.window == pytest.approx((0.825, 1.375))
    for wrong in ("T1: depth", "T999: peak"):
        with pytest.raises(UnknownName, match=f"'{wrong}' is not a part of a claim."):
            part(f'same_as = "{wrong}"\n')


def test_a_sentence_of_the_page_says_where_it_stands():
    with pytest.raises(WiringError, match="'M1' has no 'section'."):
        read_claim((HEAD + WIRED).replace('section = "Overview"\n', ""), "M1")


def test_a_review_is_computed_and_its_window_is_the_printed_digits():
    made = part(REVIEW)
    ((on, off),) = computed_pairs([made])
    assert made.window == pytest.approx((-15.795, -15.785), abs=1e-6)
    assert made.window[0] <= on <= made.window[1] and not made.window[0] <= off <= made.window[1]
    with pytest.raises(WiringError, match="prints no q"):
        printed_digits("cochrane_intravenous_pain_2025", "P1", "q")
    with pytest.raises(WiringError, match="'single_infusion_depression:R10' is tagged memory and fixes no window."):
        printed_digits("single_infusion_depression", "R10", "estimate")
    with pytest.raises(WiringError, match="the analysis 'P1' gives no 'depth'."):
        computed_pairs([part(REVIEW.replace('what = ["estimate"]', 'what = ["depth"]'))])
    assert computed_key(made) != computed_key(part(WIRED))


def test_what_is_wired_to_what_is_read_from_the_mechanisms():
    wired, loose = part(WIRED), part(WIRED.replace("glutamate.evoked", "outcome.madrs"))
    assert computed_pairs([wired, loose])[0][0] == 1.0 and computed_pairs([loose])[0][0] == 0.0
    with pytest.raises(UnknownName, match="'spikes_release' is not a mechanism of the model 'standard'."):
        computed_pairs([part(WIRED.replace("spikes_release_glutamate", "spikes_release"))])


BLOCK = 'mechanism = "ketamine_blocks_nmda", reads = ["brain.S_ketamine_free"]'


@pytest.mark.parametrize(
    ("more", "holds"),
    [
        ('reads_not = ["arterial.S_ketamine"]', 1.0),
        ('reads_not = ["brain.S_ketamine_free"]', 0.0),
        ('writes_not = ["mood.lift"]', 1.0),
        ('writes_not = ["nmda.habenula.blocked"]', 0.0),
        ('leads_not_to = ["arterial.S_ketamine"]', 1.0),
        ('leads_not_to = ["outcome.madrs"]', 0.0),
        ('leads_not_to = ["nmda.habenula.blocked"]', 0.0),
        ('reads_not = ["arterial.S_ketamine"], leads_not_to = ["circuit.gaba"]', 1.0),
    ],
)
def test_what_is_not_wired_is_read_from_the_mechanisms_over_any_chain(more, holds):
    text = WIRED.replace('mechanism = "spikes_release_glutamate", writes = ["glutamate.evoked"]', f"{BLOCK}, {more}")
    made = part(text.replace("} }\nmeasure", '}, model = "combined" }\nmeasure'))
    assert computed_pairs([made])[0][0] == holds


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ('reads_not = ["glutamate.freed"]', "'glutamate.freed' is not in the model 'standard'."),
        ('leads_not_to = ["outcome.mardrs"]', "'outcome.mardrs' is not in the model 'standard'."),
        ('not_reads = ["glutamate.evoked"]', "'not_reads' is not a key of a structure."),
    ],
)
def test_an_absent_link_to_what_the_model_does_not_have_is_refused(more, sentence):
    with pytest.raises(SynaptraceError, match=sentence):
        computed_pairs([part(WIRED.replace('writes = ["glutamate.evoked"]', more))])


def test_four_sentences_say_that_something_is_not_wired():
    parts = [p for c in load_claims("mission") for p in c.parts if set(LOOSE) & set(p["run"].get("structure", ()))]
    assert {p.claim for p in parts} == {"M07", "M45", "M46", "X4"}
    assert [on for on, _ in computed_pairs(parts)] == [1.0] * 4 and {p["circularity"] for p in parts} == {"built-in"}


def test_without_simulation_what_needs_a_run_is_not_run_and_decides_nothing():
    rows = {(c["id"], p["name"]): (c, p) for c in check("mission", simulate=False)["claims"] for p in c["parts"]}
    claim, built = rows["M07", "from mood to score"]
    assert built["model_verdict"] == claim["model_verdict"] == "pass"
    claim, ran = rows["M12", "outside at rest, over that with uptake at a tenth"]
    assert ran["model_verdict"] == claim["model_verdict"] == "not run here" and ran["observed"] is None
    assert rows["M05", "largest review, pooled pain 0 to 100 at once"][1]["model_verdict"] == "pass"
    assert rows["M34", "left after four steps when people drop out"][1]["model_verdict"] == "not yet simulated"


def test_the_command_says_what_was_not_run_and_counts_no_validation(capsys):
    evidence_check("mission", fresh=False, log=None, simulation=False, forensic=False, as_json=False)
    shown = capsys.readouterr().out
    assert "not run here" in shown and "validation" not in shown and "held-out parts are run by `make heldout` alone" in shown
    with pytest.raises(WiringError, match="The log holds runs, so nothing is logged without simulation."):
        evidence_check("mission", log=Path("log.md"), simulation=False)
