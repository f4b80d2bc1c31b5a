"""Named sets of numbers that replace those of the mechanisms: library/parameters/*.toml, or a file of the user's."""

import re
import tomllib
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from synaptrace.core import LogitNormal, LogNormal
from synaptrace.errors import ProtocolError, SynaptraceError, UnknownName, nearest
from synaptrace.evidence import SPECIES
from synaptrace.units import convert

FOLDER = files("synaptrace") / "library" / "parameters"
FITS = files("synaptrace") / "library" / "fits"
KEYS = ("name", "value", "source", "kind", "why", "range", "cv", "sd", "optional")
LAWS = {"cv": LogNormal, "sd": LogitNormal}


def overlays():
    """{name: title} of the shipped overlays."""
    names = sorted(p.name.removesuffix(".toml") for p in FOLDER.iterdir() if p.name.endswith(".toml"))
    return {n: load_overlay(n)["title"] for n in names}


def load_overlay(name):
    """The tables of a shipped overlay or of a file that ends in .toml. Raises UnknownName or ProtocolError."""
    known = [p.name.removesuffix(".toml") for p in FOLDER.iterdir() if p.name.endswith(".toml")]
    known += [f"fit:{p.name.removesuffix('.toml')}" for p in FITS.iterdir() if p.name.endswith(".toml")]
    fitted = str(name).removeprefix("fit:") if str(name).startswith("fit:") else ""
    path = Path(name) if str(name).endswith(".toml") else FITS / f"{fitted}.toml" if fitted else FOLDER / f"{name}.toml"
    if not str(name).endswith(".toml") and name not in known:
        raise UnknownName(f"'{name}' is not an overlay.", nearest=nearest(name, known), expected=", ".join(sorted(known)))
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProtocolError(f"'{name}' cannot be read as an overlay.", reason=error) from error
    if not isinstance(table.get("title"), str) or not table.get("number"):
        raise ProtocolError(f"the overlay '{name}' has no title or no numbers.", expected="title, and [[number]] tables")
    table["species"] = table.get("species", "").partition(";")[0].strip()  # 'species; system', as in sources
    if table["species"] not in ("", *SPECIES):
        expected = ", ".join(SPECIES)
        raise ProtocolError(f"'{table['species']}' is not a species.", given=f"overlay {name}", expected=expected)
    return table


def trace_of(model):
    """(overlay, protocol whose clamped trace it puts in the place of doses) of the last overlay that has one, or None."""
    found = [(name, load_overlay(name).get("trace")) for name in model.overlays]
    return next((pair for pair in reversed(found) if pair[1]), None)


def apply_overlay(model, name, shared=False):
    """The model with the numbers of an overlay, their sources included.

    A number named 'file.parameter' goes to every place of that mechanism, 'file[place].parameter' to one; an optional one is
    left out where the model does not have it, and with `shared` any. Raises UnknownName, UnitError or WiringError for numbers
    that the model does not have or that do not fit.
    """
    for row in load_overlay(name)["number"]:
        model = _put(model, name, row | {"optional": True} if shared else row)
    return replace(model, overlays=(*model.overlays, str(name)))


def _put(model, overlay, row):
    for key in row:
        if key not in KEYS:
            raise ProtocolError(f"'{key}' is not a key of a number.", given=f"overlay {overlay}", nearest=nearest(key, KEYS))
    if not {"name", "value"} <= set(row):
        raise ProtocolError("a number of an overlay needs a name and a value.", given=f"{overlay}: {row}")
    fitting = [n for n in model.values if row["name"] in (n, re.sub(r"\[.*?\]", "", n))]
    if not fitting and row.get("optional") is True:
        return model
    if not fitting:
        raise UnknownName(
            f"'{row['name']}' of the overlay '{overlay}' is not a parameter of this model.",
            nearest=nearest(row["name"], model.values),
            find="synaptrace where WORD",
        )
    values, rows = dict(model.values), model.parameters()
    changed = {n: _row(rows[n], row) for n in fitting}
    values |= {n: p.number() for n, p in changed.items()}
    mechanisms = tuple(_with(m, changed) for m in model.mechanisms)
    return replace(model, mechanisms=mechanisms, values=values)


def _row(old, row):
    """A Param with the overlay's value and origin, and the old unit, meaning and, unless given, range and variability."""
    new = {k: row.get(k, "") for k in ("source", "why")} | {"kind": row.get("kind", "measured"), "value": row["value"]}
    new |= {"range": tuple(row["range"])} if "range" in row else {}
    for key, law in LAWS.items():
        new |= {"iiv": law(row[key])} if key in row else {}
    convert(str(row["value"]), old.unit, old.substance)
    try:
        return replace(old, **{**new, "value": row["value"] if isinstance(row["value"], str) else float(row["value"])})
    except SynaptraceError as error:
        error.lines.setdefault("overlay", row["name"])
        raise


def _with(mechanism, changed):
    own = {n.rsplit(".", 1)[1]: p for n, p in changed.items() if n.rsplit(".", 1)[0] == mechanism.name}
    return replace(mechanism, params={**mechanism.params, **own}) if own else mechanism
