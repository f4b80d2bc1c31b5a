"""Build tables: run the fast model at many points, fit, and test at points that were held back."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from synaptrace.averages.fit import errors, fitted, spread_points
from synaptrace.averages.runs import Runner
from synaptrace.bridge import fast_hash, outdated, rebuilt_path, recipe
from synaptrace.population import uniforms
from synaptrace.tables import FOLDER, good_enough, load_table, read_table, tables
from synaptrace.version import __version__
from synaptrace.writing import written_whole

SEED, POINTS, HELD_BACK = 20261125, 512, 200
LONGER = 4.0  # windows of the points held back, relative: what a fit averages out they must not have


def _silent(line):
    """Say nothing."""


def build(names=(), changes=(), folder=None, say=_silent, points=None, held_back=HELD_BACK):
    """Build tables and write them.

    Parameters
    ----------
    names : sequence of str
        Shipped names; all if empty. Those that share a recipe are computed from the same runs.
    changes : sequence of (name, text, because)
        Numbers of the fast models to set first.
    folder : path
        Where to write NAME.toml; else the user's cache, under the hash of the fast model.
    say : function
        Called with each line of progress.
    points : int
        Points of the fast model to fit to; those of the file, or 512, if left out.
    held_back : int
        Points to test on.

    Returns
    -------
    list of dict
        name, path, terms, seconds and the errors of each table.

    Raises
    ------
    UnknownName, TableError, UnitError
    """
    chosen = [load_table(name) for name in (names or tables())]
    rows = []
    for group in _groups(chosen):
        began = time.monotonic()
        say(f"running {group[0].model} for {', '.join(t.name for t in group)}")
        for table, values, checks in zip(group, *_computed(group, tuple(changes), points, held_back, say), strict=True):
            found = _finished(table, changes, values, checks)
            path = Path(folder) / f"{table.name}.toml" if folder else rebuilt_path(table.name, found.hash)
            path.parent.mkdir(parents=True, exist_ok=True)
            written_whole(path, lambda part, found=found: Path(part).write_text(text_of(found), "utf-8"))
            error = found.table["built"]["error"]
            rows.append({"name": table.name, "path": str(path), "terms": len(found.terms), **error})
            say(_line(rows[-1]))
        say(f"{time.monotonic() - began:.0f} s")
    load_table.cache_clear()
    return rows


def rebuild_outdated(model, say=_silent):
    """Build the tables of a model that its changed fast models have put out of date, into the user's cache."""
    names = outdated(model) if model.fast_changes else []
    if names:
        say(f"the fast model was changed; rebuilding {', '.join(names)}, once, some minutes")
        build(names, model.fast_changes, say=say)


def _groups(chosen):
    """Tables whose runs are the same, together."""
    found = {}
    for table in chosen:
        shared = {k: v for k, v in recipe(table).items() if k not in ("name", "reads", "unit", "factor", "fits")}
        found.setdefault(repr(shared), []).append(table)
    return list(found.values())


def _computed(group, changes, points, held_back, say):
    """For each table of a group: (places, values) to fit, and (places, values) held back."""
    axes = group[0].axes
    runner = Runner(group[0], [t.table["reads"] for t in group], changes)
    fit = spread_points(points or group[0].table.get("points", POINTS), len(axes))
    check = np.column_stack([2 * uniforms(SEED, f"held back|{a.name}", held_back) - 1 for a in axes])
    found = []
    for what, places, seed, longer in (("to fit", fit, SEED, 1.0), ("held back", check, SEED + 1, LONGER)):
        values = np.array([[a.value(x) for a, x in zip(axes, row, strict=True)] for row in places])
        averages = runner.average(values, seed, longer, say=lambda n, of, what=what: say(f"  {n} of {of} points {what}"))
        scaled = [averages[:, k] * t.table.get("factor", 1.0) for k, t in enumerate(group)]
        found.append([(places, one) for one in scaled])
    return found


def _finished(table, changes, values, checks):
    """The table with its terms, its error and the hash of what it was built from."""
    terms = fitted(values[0], np.log(values[1]) if table.logarithmic else values[1], even=table.logarithmic, **_weight(table))
    made = replace(table, terms=terms)
    places, expected = checks
    error = errors(made.at(list(places.T)), expected)
    built = {
        "model_hash": fast_hash(table, tuple(changes)),
        "synaptrace": __version__,
        "points": len(values[0]),
        "lowest": float(min(values[1].min(), expected.min())),
        "highest": float(max(values[1].max(), expected.max())),
        "error": error,
        "terms": [[*d, c] for d, c in terms],
    }
    if changes:
        built["changes"] = [f"{name} = {text}" for name, text, _ in changes]
    return replace(made, table={**table.table, "built": built})


def _weight(table):
    return {"small": float(table.table["small"])} if "small" in table.table else {}


def text_of(table):
    """The file of a table: its recipe as it was written, then what was built."""
    text = (FOLDER / f"{table.name}.toml").read_text("utf-8").split("\n[built]")[0].rstrip()
    built = table.table["built"]
    lines = ["", "", "[built]"]
    for key, value in built.items():
        if key not in ("error", "terms"):
            lines.append(f"{key} = {_toml(value)}")
    lines.append("error = { " + ", ".join(f"{k} = {_toml(v)}" for k, v in built["error"].items()) + " }")
    lines += ["terms = [", *(f"  {row!r}," for row in built["terms"]), "]", ""]
    made = text + "\n".join(lines)
    read_table(made, table.name)
    return made


def _toml(value):
    if isinstance(value, list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _line(row):
    verdict = "within the bars" if good_enough(row) else "OUTSIDE THE BARS"
    return (
        f"{row['name']}: {row['terms']} terms, error {100 * row['of_range']:.2f} % of range, "
        f"{100 * row['of_value']:.2f} % of value, {verdict}; written to {row['path']}"
    )
