"""The file of a fit: what is free, what it is fitted to, and what came out."""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from synaptrace import units
from synaptrace.claims.theories import parts_of
from synaptrace.errors import ProtocolError, UnknownName, nearest
from synaptrace.fit.claimed import load_named

FOLDER = files("synaptrace") / "library" / "fits"
FREE_KEYS = ("name", "range", "prior", "why")
TARGET_KEYS = (
    "name", "protocol", "what", "at", "read", "perturb", "people", "value", "at_most", "at_least", "se", "source", "share",
)  # fmt: skip
AIMS = ("value", "at_most", "at_least")
RECIPE_KEYS = ("model", "claims", "truth_table", "varies", "starts", "seed")
NEEDED = {"free": ("name", "range"), "target": ("name", "protocol", "what", "at", "read")}


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
        """SHA-256 of what it is fitted to: free numbers, targets, and the numbers of the claims and rows that it names."""
        named = [p for c in load_named(sorted(self.recipe.get("claims", []))) for p in c.parts]
        if self.recipe.get("truth_table"):
            named += parts_of(["calibration"])
        parts = [[p.claim, p.window, *(p.get(k) for k in ("name", "run", "measure", "outcome"))] for p in named]
        text = json.dumps([self.table["free"], self.table.get("target", []), parts], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def built(self):
        """What came out when it was last written, {} before."""
        return self.table.get("built", {})


def fits():
    """{name: title} of the shipped fits."""
    return {n: load_fit(n).table["title"] for n in _known()}


def _known():
    return sorted(p.name.removesuffix(".toml") for p in FOLDER.iterdir() if p.name.endswith(".toml"))


def load_fit(name):
    """A shipped fit, or that of a file NAME.toml. Raises UnknownName with the nearest one, or ProtocolError for a bad file."""
    return read_fit(text_of(name), str(name).removesuffix(".toml").rpartition("/")[2])


def text_of(name):
    """The text of a fit, shipped or of a file NAME.toml."""
    if not str(name).endswith(".toml") and name not in _known():
        raise UnknownName(f"'{name}' is not a fit.", nearest=nearest(name, _known()), find="synaptrace fit")
    try:
        return (Path(name) if str(name).endswith(".toml") else FOLDER / f"{name}.toml").read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProtocolError(f"'{name}' cannot be read as a fit.", reason=error) from error


def read_fit(text, name):
    """A Fit from TOML. Raises ProtocolError, in one sentence, for what is missing or unknown."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(f"'{name}' cannot be read as a fit.", reason=error) from error
    for key in ("title", "recipe", "free"):
        if key not in table:
            raise ProtocolError(f"the fit '{name}' has no '{key}'.", given=", ".join(table) or "nothing", find="docs/fits.md")
    _check_keys(table["recipe"], "[recipe]", RECIPE_KEYS, ("model",), name)
    for kind, known in (("free", FREE_KEYS), ("target", TARGET_KEYS)):
        for row in table.get(kind, []):
            _check_keys(row, f"[[{kind}]]", known, NEEDED[kind], f"{name}: {row.get('name', 'without a name')}")
    if not {"target", "claims", "truth_table"} & {*table, *table["recipe"]}:
        raise ProtocolError(f"the fit '{name}' is fitted to nothing.", expected="claims, truth_table = true, or [[target]]")
    for row in table.get("target", []):
        aims = [k for k in AIMS if k in row]
        if len(aims) != 1:
            given, expected = ", ".join(aims) or "none", "one of value, at_most and at_least"
            raise ProtocolError(f"the target '{row['name']}' needs one aim.", given=given, expected=expected)
        if "value" not in row and "se" not in row:
            raise ProtocolError(f"the target '{row['name']}' has no 'se'.", given=name, expected="its error, in its own unit")
    names = [row["name"] for row in table["free"]]
    twice = [n for k, n in enumerate(names) if n in names[:k]]
    if twice:
        raise ProtocolError(f"'{twice[0]}' is free twice.", given=name, fix="keep one")
    return Fit(name, table)


def _check_keys(row, what, known, needed, given):
    for key in row:
        if key not in known:
            raise ProtocolError(f"'{key}' is not a key of {what}.", given=given, nearest=nearest(key, known))
    for key in needed:
        if key not in row:
            raise ProtocolError(f"{what} has no '{key}'.", given=given, find="docs/fits.md")


def free_numbers(fit, model):
    """The free numbers in the units of the model. Raises UnknownName, UnitError or ProtocolError for one that cannot be."""
    return [_free(row, fit, model.parameters(), model.name) for row in fit.table["free"]]


def _free(row, fit, rows, model):
    places = places_of(row["name"], rows)
    if not places:
        raise UnknownName(
            f"'{row['name']}', which the fit '{fit.name}' would find, is not a parameter of '{model}'.",
            nearest=nearest(row["name"], rows),
        )
    unit, prior = rows[places[0]].unit, row.get("prior")
    low, high = _range([_number(x, unit) for x in row["range"]], row)
    if prior is not None:
        prior = _number(prior, unit)
        if not low <= prior <= high:
            raise ProtocolError(f"the prior of '{row['name']}' lies outside its range.", given=prior, expected=row["range"])
    return Free(row["name"], low, high, prior)


def _range(ends, row):
    if len(ends) != 2 or not 0 < ends[0] < ends[1]:
        raise ProtocolError(
            f"the range of '{row['name']}' is not two numbers above zero, the lower one first.", given=str(row["range"])
        )
    return ends


def _number(given, unit):
    return units.convert(given, unit) if isinstance(given, str) else float(given)


def places_of(name, rows):
    """The full names that 'file.parameter' stands for: itself, or every place of the file."""
    bare = [n for n in rows if n == name]
    return bare or [n for n in rows if "[" in n and n.split("[")[0] + "." + n.rsplit(".", 1)[1] == name]
