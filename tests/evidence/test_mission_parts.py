"""Parts of claims that stand on another claim, on a re-computed review, or on what mechanisms read and write."""

import pytest

from synaptrace.claims.evidence import computed_key, computed_pairs
from synaptrace.claims.load import read_claim
from synaptrace.errors import UnknownName, WiringError
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
