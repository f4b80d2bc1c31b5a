"""Which table stands for the fast model as it is now: the shipped one, or one rebuilt in the user's folder."""

import functools
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

from synaptrace.errors import TableError, UnknownName, nearest
from synaptrace.flatten import model_hash
from synaptrace.models import load_model
from synaptrace.overlays import apply_overlay
from synaptrace.tables import load_table, read_table


def fast_models(table, changes=()):
    """{'model': the fast model of a table, 'vesicles': the one that releases}, with those of the changes that they know."""
    changes, overlays = tuple(changes), tuple(table.table.get("overlays", []))
    return {part: _fast_model(name, overlays if part == "model" else (), changes) for part, name in _names(table).items()}


def _names(table):
    """Names of the fast models of a table by their part."""
    return {"model": table.model} | ({"vesicles": table.table["vesicles"]["model"]} if "vesicles" in table.table else {})


@functools.cache
def _fast_model(name, overlays, changes):
    """The model with overlays (those of the table's own model only) and the changes it knows."""
    model = load_model(name)
    for overlay in overlays:
        model = apply_overlay(model, overlay)
    for number, text, because in changes:
        for fitting in fitting_names(model, number):
            model = model.set(fitting, text, because)
    return model


def fitting_names(model, name):
    """The parameters of a model that are meant by a name, with or without their place."""
    return [n for n in model.values if name in (n, re.sub(r"\[.*?\]", "", n))]


def fast_hash(table, changes=()):
    """Hash of all that a table follows from: the fast models with their numbers, and what the file says is run and read."""
    changes, overlays = tuple(changes), tuple(table.table.get("overlays", []))
    hashes = [_model_hash(name, overlays if part == "model" else (), changes) for part, name in _names(table).items()]
    return hashlib.sha256("|".join([json.dumps(recipe(table), sort_keys=True), *hashes]).encode()).hexdigest()


@functools.cache
def _model_hash(name, overlays, changes):
    return model_hash(_fast_model(name, overlays, changes))


def recipe(table):
    """What a table's file says about how it is made, without what was found."""
    return {k: v for k, v in table.table.items() if k not in ("built", "meaning", "title")}


def changed(model, name, text, because=""):
    """The model with a number set that is its own, or one of the fast models behind its tables, or both.

    Raises UnknownName with the nearest name of all of them.
    """
    behind = {n for t in model.table_names() for fast in fast_models(load_table(t)).values() for n in fast.values}
    if name in model.values:
        model = model.set(name, text, because)
    elif not fits(name, behind):
        raise UnknownName(
            f"'{name}' is not a parameter of this model.",
            given=f"set({name!r}, {text!r})",
            nearest=nearest(name, [*model.values, *sorted(behind)]),
            find="synaptrace where WORD",
        )
    if fits(name, behind):
        for t in model.table_names():
            fast_models(load_table(t), ((name, text, because),))  # refuses a wrong unit before anything runs
        model = replace(model, fast_changes=(*model.fast_changes, (name, text, because)), tables={})
    return model


def check_changes(names, changes):
    """Refuse changes that no fast model of these tables, or of any table, knows. Raises UnknownName or UnitError."""
    from synaptrace.tables import tables

    chosen = [load_table(name) for name in (names or tables())]
    known = sorted({n for t in chosen for fast in fast_models(t).values() for n in fast.values})
    for name, text, because in changes:
        if not fits(name, known):
            raise UnknownName(f"'{name}' is no number of these fast models.", nearest=nearest(name, known))
        for table in chosen:
            fast_models(table, ((name, text, because),))


def fits(name, known):
    """Whether a name means any of these, with or without their place."""
    return any(name in (n, re.sub(r"\[.*?\]", "", n)) for n in known)


def outdated(model):
    """Names of the tables for which there is neither a shipped nor a rebuilt file that fits the fast model as it is."""
    return [name for name in model.table_names() if _found(name, model.fast_changes) is None]


def with_tables(model):
    """The model with the tables that fit its fast models. Raises TableError for one that has to be built first."""
    if set(model.tables) >= set(model.table_names()):
        return model
    missing = outdated(model)
    if missing:
        table = load_table(missing[0])
        behind = {n for t in missing for fast in fast_models(load_table(t)).values() for n in fast.values}
        given = "".join(f' --set {n}="{t}"' for n, t, _ in model.fast_changes if fits(n, behind))
        raise TableError(
            f"the table '{missing[0]}' was built from another fast model.",
            given=table.hash[:12] or "never built",
            expected=fast_hash(table, model.fast_changes)[:12],
            fix=f"synaptrace averages build {' '.join(missing)}{given}",
        )
    found = {name: _found(name, model.fast_changes) for name in model.table_names()}
    return replace(model, tables=found)


def _found(name, changes):
    """The table that fits the fast model as it is, or None."""
    shipped = load_table(name)
    wanted = fast_hash(shipped, changes)
    if shipped.hash == wanted:
        return shipped
    path = rebuilt_path(name, wanted)
    try:
        rebuilt = read_table(path.read_text("utf-8"), name) if path.exists() else None
    except (TableError, UnicodeDecodeError):  # a spoiled file of the cache is no table; it will be built anew
        rebuilt = None
    return rebuilt if rebuilt and rebuilt.hash == wanted else None


def rebuilt_path(name, wanted):
    """Where a rebuilt table of that hash is kept in the user's cache."""
    import platformdirs

    return Path(platformdirs.user_cache_path("synaptrace")) / "tables" / f"{name}-{wanted[:12]}.toml"
