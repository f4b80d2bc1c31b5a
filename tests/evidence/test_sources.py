"""The second reading: every file complete, every number readable, only lawful addresses."""

import pytest

from synaptrace import units
from synaptrace.chemistry import MOLAR_MASSES, molar_mass_of
from synaptrace.errors import UnknownName
from synaptrace.evidence import find_number, load_source, sources
from synaptrace.protocol import protocols, read_protocol


@pytest.mark.parametrize("key", sources())
def test_every_number_has_a_tag_and_reads(key):
    source = load_source(key)
    assert source.read in ("paper", "copy", "dossier") and source.title
    for place, rows in source.places.items():
        assert set(rows) == set(source.tags[place])
        for name, text in rows.items():
            value, unit, _ = units.split(text)
            units.quantity(value, unit or "1")
            assert source.tags[place][name] in ("seen", "seen-2", "derived", "memory"), name


@pytest.mark.parametrize("key", sources())
def test_only_addresses_of_the_paper_itself_are_shipped(key):
    about = load_source(key).about
    assert set(about) <= {"authors", "year", "journal", "doi", "pmid", "pmcid", "url", "species", "system", "note"}
    assert "url" not in about or about["url"].startswith("https://")
    assert not [w for w in ("drugbank", "github", "mirror", "proxy", "scilit") if w in str(about).lower()]


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
