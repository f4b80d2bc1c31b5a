"""Look up 'key:place' in the library of sources, and compare the two readings of a number."""

import tomllib
from dataclasses import dataclass, field
from importlib.resources import files

from synaptrace.errors import UnknownName, nearest

FOLDER = files("synaptrace") / "library" / "sources"
FITS = files("synaptrace") / "library" / "fits"
ADDRESSES = {"doi": "doi:{}", "pmid": "PMID {}", "pmcid": "{}", "url": "{}"}


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

    @property
    def provisional(self):
        return self.read != "paper"

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
    about = {k: v for k, v in table.items() if k not in ("title", "read", "places", "tags")}
    return Source(key, table["title"], table["read"], table["places"], table["tags"], about)


def _own_fits():
    """The fits of this package as a source: one place per fit, one row per number found."""
    found = {}
    for path in sorted(FITS.iterdir(), key=lambda p: p.name):
        if path.name.endswith(".toml"):
            rows = tomllib.loads(path.read_text("utf-8")).get("number", [])
            found[path.name.removesuffix(".toml")] = {row["name"]: row["value"] for row in rows}
    tags = {place: dict.fromkeys(rows, "derived") for place, rows in found.items()}
    return Source("fit", "Fits of this package, re-run by synaptrace fit NAME", "dossier", found, tags)


def find_number(source, name, place=""):
    """(text as printed, tag) of the number 'key:place' holds for a parameter, or None.

    A third part of `source` ('key:place:row') names the row where it is not called like the parameter.
    """
    key, where, *row = source.split(":")
    found = load_source(key)
    if where not in found.places:
        raise UnknownName(f"source '{key}' has no place '{where}'.", nearest=nearest(where, found.places), given=source)
    for candidate in [row[0]] if row else [f"{name}_{place}", name]:
        if candidate in found.places[where]:
            return found.places[where][candidate], found.tags[where][candidate]
    return None
