"""The file of a fit: what is free, what it is fitted to, and what came out."""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from importlib.resources import files

from synaptrace import units
from synaptrace.errors import ProtocolError, UnknownName, nearest

FOLDER = files("synaptrace") / "library" / "fits"
FREE_KEYS = ("name", "range", "prior", "why")
TARGET_KEYS = (
    "name", "protocol", "what", "at", "read", "perturb", "people", "value", "at_most", "at_least", "se", "source", "share",
)  # fmt: skip


@dataclass(frozen=True)
class Free:
    """A number to be found, in the unit of the model: lowest, highest, and the median of its prior if it has one."""

    name: str
    low: float
    high: float
    prior: float | None = None


@dataclass(frozen=True)
class Fit:
    """A declared fit: its file as a table, and its free numbers."""

    name: str
    table: dict

    @property
    def recipe(self):
        return self.table["recipe"]

    @property
    def data_hash(self):
        """Hash of what it is fitted to: targets, free numbers, and the claims that it names."""
        from synaptrace.claims.load import FOLDER as CLAIMS

        claims = [(CLAIMS / f"{c}.toml").read_text("utf-8") for c in self.recipe.get("claims", [])]
        text = json.dumps([self.table.get("target", []), self.table["free"], claims], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def fits():
    """{name: title} of the shipped fits."""
    return {n: load_fit(n).table["title"] for n in _known()}


def _known():
    return sorted(p.name.removesuffix(".toml") for p in FOLDER.iterdir() if p.name.endswith(".toml"))


def load_fit(name):
    """A shipped fit. Raises UnknownName with the nearest one, or ProtocolError for a bad file."""
    if name not in _known():
        raise UnknownName(f"'{name}' is not a fit.", nearest=nearest(name, _known()), find="synaptrace fit")
    return read_fit((FOLDER / f"{name}.toml").read_text("utf-8"), name)


def read_fit(text, name):
    """A Fit from TOML. Raises ProtocolError, in one sentence, for what is missing or unknown."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(f"'{name}' cannot be read as a fit.", reason=error) from error
    for key in ("title", "recipe", "free"):
        if key not in table:
            raise ProtocolError(f"the fit '{name}' has no '{key}'.", given=", ".join(table) or "nothing", find="docs/fits.md")
    for kind, known in (("free", FREE_KEYS), ("target", TARGET_KEYS)):
        for row in table.get(kind, []):
            for key in row:
                if key not in known:
                    raise ProtocolError(f"'{key}' is not a key of [[{kind}]].", given=name, nearest=nearest(key, known))
    return Fit(name, table)


def free_numbers(fit, model):
    """The free numbers in the units of the model. Raises UnknownName for one that the model does not have."""
    return [_free(row, fit, model) for row in fit.table["free"]]


def _free(row, fit, model):
    rows = model.parameters()
    places = places_of(row["name"], rows)
    if not places:
        raise UnknownName(
            f"'{row['name']}', which the fit '{fit.name}' would find, is not a parameter of '{model.name}'.",
            nearest=nearest(row["name"], rows),
        )
    unit = rows[places[0]].unit
    low, high = (units.convert(str(x), unit) if isinstance(x, str) else float(x) for x in row["range"])
    prior = row.get("prior")
    prior = units.convert(prior, unit) if isinstance(prior, str) else prior
    return Free(row["name"], low, high, prior)


def places_of(name, rows):
    """The full names that 'file.parameter' stands for: itself, or every place of the file."""
    bare = [n for n in rows if n == name]
    return bare or [n for n in rows if "[" in n and n.split("[")[0] + "." + n.rsplit(".", 1)[1] == name]
