"""The second reading: every file complete, every number readable, only lawful addresses."""

import pytest

from synaptrace import units
from synaptrace.chemistry import MOLAR_MASSES, molar_mass_of
from synaptrace.errors import UnknownName, WiringError
from synaptrace.evidence import NO_EVIDENCE, SPECIES, TAGS, find_number, load_source, sources, species_of
from synaptrace.protocol import protocols, read_protocol
from synaptrace.windows import published


@pytest.mark.parametrize("key", sources())
def test_every_number_has_a_tag_and_reads(key):
    source = load_source(key)
    assert source.read in ("paper", "copy", "dossier") and source.title
    for place, rows in source.places.items():
        assert set(rows) == set(source.tags[place])
        for name, text in rows.items():
            value, unit, _ = units.split(text)
            units.quantity(value, unit or "1")
            assert source.tags[place][name] in TAGS, name


@pytest.mark.parametrize("key", sources())
def test_only_addresses_of_the_paper_itself_are_shipped(key):
    about = load_source(key).about
    assert set(about) <= {"authors", "year", "journal", "doi", "pmid", "pmcid", "url", "species", "system", "note"}
    assert "url" not in about or about["url"].startswith("https://")
    assert not [w for w in ("drugbank", "github", "mirror", "proxy", "scilit") if w in str(about).lower()]


SILENT = {  # files that do not say the species of every number in a word; no new one may be added
    "ascher_nowak1988",
    "jahr_stevens1990",
    "sinner2005",
    "synapse_dossier",
}


@pytest.mark.parametrize("key", sources())
def test_every_number_says_in_which_species_it_was_found(key):
    source = load_source(key)
    for where, text in source.subjects.items():
        place, _, start = where.partition(":")
        assert place in source.places and any(row.startswith(start) for row in source.places[place]), where
        assert text.split(";")[0].strip() in SPECIES and text.partition(";")[2].strip(), where
    found = {(p, row): source.subject(p, row) for p, rows in source.places.items() for row in rows}
    assert key in SILENT or not [where for where, (species, system) in found.items() if species == "unknown" or not system]


def test_the_longest_subject_counts():
    assert species_of("signaling_dossier:section-4-4:EC50_HNK", "half") == "rat"
    assert species_of("signaling_dossier:section-4-4:kdis", "gain") == "model"
    assert species_of("signaling_dossier:section-1-3:PSD95_lifetime", "life") == "mouse"
    assert species_of("kamp2020_meta:population-model", "V1") == "human"
    assert species_of("si:prefixes:unity", "one") == "none" and species_of("jahr_stevens1990:model-code", "K0") == "unknown"


def test_what_was_remembered_or_set_by_hand_fixes_no_window():
    tags = {t for key in sources() for rows in load_source(key).tags.values() for t in rows.values()}
    assert set(NO_EVIDENCE) <= tags
    for reference in ("signaling_dossier:section-4-4:kdis", "signaling_dossier:section-1-1:T17_baseline_by"):
        with pytest.raises(WiringError, match=f"'{reference}' is tagged .* and fixes no window"):
            published(reference, "")
    with pytest.raises(WiringError, match="'slow_model_dossier:section-7:th' is tagged fitted and fixes no window"):
        published("slow_model_dossier:section-7:th", "1")


def test_molar_masses_agree_with_the_second_reading():
    printed = load_source("molar_masses").places["table"]
    for name in MOLAR_MASSES:
        assert units.convert(printed[name.replace(" ", "_")], "g/mol") == molar_mass_of(name)


@pytest.mark.parametrize("name", protocols())
def test_every_shipped_protocol_names_a_source_that_exists(name):
    protocol = read_protocol(name)
    key, place = protocol.tables.source.split(":")
    assert place in load_source(key).places and protocol.tables.title


def test_an_unknown_source_place_or_substance_is_refused():
    with pytest.raises(UnknownName, match="'kamp2020_metta' is not a source") as error:
        load_source("kamp2020_metta")
    assert error.value.lines["nearest"] == "kamp2020_meta"
    with pytest.raises(UnknownName, match="source 'kamp2020_meta' has no place 'table-9'"):
        find_number("kamp2020_meta:table-9", "V1")
    with pytest.raises(UnknownName, match="'ketamin' has no molar mass here"):
        molar_mass_of("ketamin")
    assert find_number("kamp2020_meta:population-model", "V9") is None


def test_the_citation_names_the_paper_and_its_address():
    assert "doi:10.1097/ALN.0000000000003577" in load_source("kamp2020_meta").citation()
