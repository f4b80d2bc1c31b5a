"""Look up 'key:place' in the library of sources, and compare the two readings of a number."""

import functools
import tomllib
from dataclasses import dataclass, field
from importlib.resources import files

from synaptrace.errors import UnknownName, nearest

FOLDER = files("synaptrace") / "library" / "sources"
FITS = files("synaptrace") / "library" / "fits"
ADDRESSES = {"doi": "doi:{}", "pmid": "PMID {}", "pmcid": "{}", "url": "{}"}
TAGS = ("seen", "seen-2", "derived", "memory", "hand-tuned", "fitted")
NO_EVIDENCE = ("memory", "hand-tuned", "fitted")  # remembered, or chosen or fitted in somebody's model: never measured
SPECIES = ("human", "mouse", "rat", "rodents", "cells", "receptors", "model", "none")  # none: constants and definitions


@dataclass(frozen=True)
class Source:
    """One paper or document: what it is, and its numbers as printed, by place.

    `read` says what the second reader had open: 'paper', 'copy' or 'dossier'. Only 'paper' makes a number final.
    """

    key: str
    title: str
    read: str
    places: dict
    tags: dict
    about: dict = field(default_factory=dict)
    subjects: dict = field(default_factory=dict)

    @property
    def provisional(self):
        return self.read != "paper"

    def subject(self, place, row):
        """(species, system) of a number; species is one of SPECIES, or unknown where the file does not say it in a word.

        `subjects` names a place, or 'place:how rows begin'; the longest that fits counts, and else the whole file.
        """
        where = f"{place}:{row}"
        fitting = [k for k in self.subjects if k == place or (":" in k and where.startswith(k))]
        whole = f"{self.about.get('species', '')};{self.about.get('system', '')}"
        text = self.subjects[max(fitting, key=len)] if fitting else whole
        species, _, system = (part.strip() for part in text.partition(";"))
        return (species if species in SPECIES else "none" if species == "not applicable" else "unknown"), system

    def citation(self):
        """One line: authors, title, journal, year, address."""
        addresses = [form.format(self.about[k]) for k, form in ADDRESSES.items() if k in self.about]
        parts = [self.about.get("authors"), self.title, self.about.get("journal"), *addresses]
        return ". ".join(str(p).rstrip(".") for p in parts if p)


def sources():
    """Keys of all sources, in alphabetical order."""
    return sorted(p.name.removesuffix(".toml") for p in FOLDER.iterdir() if p.name.endswith(".toml"))


def load_source(key):
    """The source of that key. Raises UnknownName with the nearest one."""
    if key == "fit":
        return _own_fits()
    known = sources()
    if key not in known:
        raise UnknownName(f"'{key}' is not a source.", nearest=nearest(key, known), fix="add library/sources/KEY.toml")
    table = tomllib.loads((FOLDER / f"{key}.toml").read_text("utf-8"))
    about = {k: v for k, v in table.items() if k not in ("title", "read", "places", "tags", "subjects")}
    return Source(key, table["title"], table["read"], table["places"], table["tags"], about, table.get("subjects", {}))


def _own_fits():
    """The fits of this package as a source: one place per fit, one row per number found."""
    found, subjects = {}, {}
    for path in sorted(FITS.iterdir(), key=lambda p: p.name):
        if path.name.endswith(".toml"):
            table = tomllib.loads(path.read_text("utf-8"))
            found[path.name.removesuffix(".toml")] = {row["name"]: row["value"] for row in table.get("number", [])}
            subjects |= {path.name.removesuffix(".toml"): table["species"]} if "species" in table else {}
    tags = {place: dict.fromkeys(rows, "derived") for place, rows in found.items()}
    return Source("fit", "Fits of this package, re-run by synaptrace fit NAME", "dossier", found, tags, subjects=subjects)


def find_number(source, name, place=""):
    """(text as printed, tag) of the number 'key:place' holds for a parameter, or None.

    A third part of `source` ('key:place:row') names the row where it is not called like the parameter.
    """
    found, where, row = _row(source, name, place)
    return (found.places[where][row], found.tags[where][row]) if row else None


_kept = functools.cache(load_source)  # badges ask for hundreds of rows of one file


@functools.cache
def species_of(source, name, place=""):
    """Species in which the number 'key:place' of a parameter was found: one of SPECIES, or unknown."""
    found, where, row = _row(source, name, place, _kept)
    return found.subject(where, row or name)[0]


def _row(source, name, place, load=load_source):
    """(Source, place in it, name of the row or None) of a reference."""
    key, where, *row = source.split(":")
    found = load(key)
    if where not in found.places:
        raise UnknownName(f"source '{key}' has no place '{where}'.", nearest=nearest(where, found.places), given=source)
    rows = [r for r in ([row[0]] if row else [f"{name}_{place}", name]) if r in found.places[where]]
    return found, where, rows[0] if rows else None
