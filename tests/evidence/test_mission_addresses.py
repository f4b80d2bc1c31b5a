"""Where the papers behind the sentences live: an address for each, but for those that are listed here by name."""

import pytest

from synaptrace.claims import load_claims
from synaptrace.errors import UnknownName
from synaptrace.evidence import load_source
from synaptrace.evidence.store.check import check_papers
from synaptrace.evidence.store.load import papers, reviews

ADDRESSES = ("doi", "pmid", "pmcid", "registry", "publisher")
CITED_WITHOUT = {"marchi2002", "niciu2012"}  # cited by the page; no address was seen beside their titles
SOURCES_WITHOUT = {
    *("analysis_script", "keilp2021", "molendijk2014", "noppers2011", "taipei_suicidal2023"),
    "spectroscopy, a paper of 2023",
}
NO_PAPERS = {"structure of the model", "classes of drugs"}
PAPERS = papers()


def without_address(keys):
    """Keys that are neither a paper or source with an address, nor a review of the store or a file of the project."""
    return {k for k in keys if k not in reviews() and not has_address(k)}


def has_address(key):
    if key in PAPERS:
        return any(PAPERS[key][c] for c in ADDRESSES)
    try:
        source = load_source(key)
    except UnknownName:
        return False
    return source.read == "dossier" or any(c in source.about for c in ADDRESSES)


def test_citations_without_an_address_are_these_and_no_more():
    cited = {k for c in load_claims("mission") for k in c.table["citations"]}
    assert without_address(cited) == CITED_WITHOUT
    assert all(k in PAPERS or k == "phillips2019" for k in cited), "each is at least listed with its title"


def test_sources_of_parts_without_an_address_are_these_and_no_more():
    named = {p["source"].split(":")[0] for c in load_claims("mission") for p in c.parts}
    assert without_address(named) - NO_PAPERS == SOURCES_WITHOUT


@pytest.mark.parametrize(
    ("key", "column", "value"),
    [
        ("adell2020", "pmcid", "PMC7355879"),
        ("casarotto2021", "doi", "10.1016/j.cell.2021.01.034"),
        ("chater_goda2014", "doi", "10.3389/fncel.2014.00401"),
        ("lazarevic2021", "pmid", "34376822"),
        ("singh2016_frequency", "pmid", "27056608"),
        ("taylor2006", "pmcid", "PMC2211759"),
    ],
)
def test_an_address_is_that_of_the_paper(key, column, value):
    assert PAPERS[key][column] == value and not check_papers()
