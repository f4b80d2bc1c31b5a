"""What a figure is expected to show: checked when it is read, its window and circularity taken from claims and sources."""

import functools
import math

from synaptrace.claims.load import load_claims
from synaptrace.claims.theories import chosen
from synaptrace.errors import WiringError, nearest
from synaptrace.page.expected import AGAINST, COMPARED, READ, RESULTS, SHARES
from synaptrace.page.words import CIRCULARITY, WINDOWS, kind_of
from synaptrace.units import duration
from synaptrace.windows import published, unit_of, window_of

NEEDED = ("says", "line", "read")
ALLOWED = (
    *("result", "low", "high", "within", "window", "part", "circularity", "why"),
    *("at", "span", "against", "against_at", "compare", "magnitude"),
)
LIMITS = {"between": ("low", "high"), "more than": ("low",), "less than": ("high",), "no change": ("within",)}
FOREST = ("estimate", "lower end", "range")  # what is read off a forest, and off nothing else
SIDES = ("below", "above", "across")  # results of a range, and of nothing else


def check_keys(table, needed, allowed, where):
    """Refuse a table with a key that is not known, or without one that is needed."""
    for key in table:
        if key not in (*needed, *allowed):
            raise WiringError(f"'{key}' is not a key of a demo.", given=where, nearest=nearest(key, (*needed, *allowed)))
    for key in needed:
        if key not in table:
            raise WiringError(f"'{where}' has no '{key}'.", given=", ".join(table) or "nothing")


def check_known(name, names, what, where):
    """Refuse a name that is not one of `names`."""
    if name not in names:
        raise WiringError(f"'{name}' is not a {what}.", given=where, nearest=nearest(name, names), expected=", ".join(names))


def read_wishes(panel, where):
    """The expectations of a figure with a result, its numbers and a circularity each.

    `part = "CLAIM: name"` takes the circularity from a part of a claim, and the window where no result is given;
    `window = { rule = ... }` takes it from published numbers by a rule; `within` may be a number 'key:place:row' of a source.

    Raises
    ------
    WiringError
        For what is missing, not known, cannot be read off the figure, or is not what the named part reads.
    """
    return [_wish(dict(row), panel, f"{where}: {row.get('says', 'an expectation')}") for row in panel.get("expect", [])]


def _wish(row, panel, where):
    check_keys(row, NEEDED, ALLOWED, where)
    names = [line["name"] for line in panel["line"]]
    check_known(row["line"], names, "line of this figure", where)
    if "against" in row:
        check_known(row["against"], (*AGAINST, *names), "thing to compare with", where)
    if ("part" in row) == ("circularity" in row):
        raise WiringError("an expectation needs either a part of a claim or a circularity.", given=where)
    lines = {line["name"]: line for line in panel["line"]}
    if "part" in row:
        row |= _of_part(row, panel, lines[row["line"]], where)
    elif "window" in row:
        row |= _bounds(window_of(_as_part(row, panel))) | {"why": row.get("why", WINDOWS[row["window"]["rule"]])}
    if isinstance(row.get("within"), str):
        row["within"] = published(row["within"], "1")
    _check_result(row, where)
    _check_reading(row, panel["kind"], where)
    _check_compared(row, lines, where)
    return row


@functools.cache
def _parts():
    return {f"{c.id}: {p['name']}": p for c in load_claims() for p in c.parts}


def _of_part(row, panel, line, where):
    """What a row takes from the part that it names: its circularity, and its window where the row has no result."""
    check_known(row["part"], tuple(_parts()), "part of a claim", where)
    part = _parts()[row["part"]]
    if panel["kind"] == "curve" and kind_of(part) in ("model", "theory"):
        _check_same(row, part, line.get("what", panel.get("what")), line["run"], where)
    taken = {"circularity": part["circularity"]}
    if "result" in row:
        return taken
    if "theory" in part["run"] and row.get("compare") != "effect":
        raise WiringError("a row of the truth table gives an effect beyond saline.", given=where, fix='compare = "effect"')
    unit = unit_of(part["measure"])
    if panel["kind"] != "forest" and unit != _unit(row, panel):
        raise WiringError(f"the window of '{row['part']}' is in '{unit}'.", given=where, expected=_unit(row, panel))
    if part.window is None:
        raise WiringError(f"'{row['part']}' is only remembered and has no window.", given=where, fix="result = ...")
    why = f"as in {part.claim}" + ("" if part["window"] == "sign" else f": {WINDOWS[part['window']]}")
    return taken | _bounds(part.window) | {"why": row.get("why", why)}


def _check_same(row, part, what, run, where):
    """Refuse a part that reads another quantity, perturbation, theory or moment."""
    measure, asked = part["measure"], part["run"].get("theory", part["run"])
    own = {"quantity": " + ".join(what), "perturbation": ", ".join(sorted(run.get("perturb", [])))}
    wanted = {"quantity": " + ".join(measure["what"]), "perturbation": ", ".join(sorted(asked.get("perturb", [])))}
    if "theory" in part["run"]:
        own["model"], wanted["model"] = run["model"], chosen(part["run"])
    if "at" in row or "at" in measure:
        own["moment"] = f"{duration(row['at']):g} h" if "at" in row else "none"
        wanted["moment"] = f"{duration(measure['at'][0]):g} h" if "at" in measure else "none"
    for key, value in wanted.items():
        if own[key] != value:
            raise WiringError(f"the part '{row['part']}' reads another {key}.", given=f"{where}: {own[key]}", expected=value)


def _unit(row, panel):
    """Unit of the number that is judged: none for a share of something."""
    share = "against" in row and row.get("compare", "ratio") in SHARES
    return "1" if share else panel.get("unit", "1")


def _as_part(row, panel):
    """A window as the part of a claim that `window_of` reads."""
    asked = {k: v for k, v in row["window"].items() if k != "rule"}
    if row["window"].get("rule") not in WINDOWS:
        check_known(row["window"].get("rule", ""), tuple(WINDOWS), "rule for windows", row["says"])
    return asked | {"check": "between", "window": row["window"]["rule"], "measure": {"unit": _unit(row, panel)}}


def _bounds(window):
    """The result, and the numbers it needs, of a window that may be open at one end."""
    low, high = window
    if math.isinf(low):
        return {"result": "less than", "high": high}
    return {"result": "more than", "low": low} if math.isinf(high) else {"result": "between", "low": low, "high": high}


def _check_result(row, where):
    if "result" not in row:
        raise WiringError(f"'{where}' has no 'result'.", given=", ".join(row))
    for key, words in (("read", READ), ("result", RESULTS), ("compare", COMPARED), ("circularity", tuple(CIRCULARITY))):
        if key in row:
            check_known(row[key], words, f"word for '{key}'", where)
    for key in LIMITS.get(row["result"], ()):
        if key not in row:
            raise WiringError(f"an expectation of '{where}' has no '{key}'.", given=row["result"])
    if row["result"] in ("up", "down", "no change") and "against" not in row:
        raise WiringError(f"an expectation of '{where}' does not say against what.", given=row["says"])


def _check_reading(row, kind, where):
    """Refuse what cannot be read off this kind of figure."""
    if (row["read"] in FOREST) != (kind == "forest"):
        raise WiringError(f"'{row['read']}' cannot be read off a figure of kind '{kind}'.", given=where)
    if (row["read"] == "range") != (row["result"] in SIDES):
        raise WiringError(f"'{row['read']}' cannot be '{row['result']}'.", given=where)
    if row["read"] == "value" and "at" not in row:
        raise WiringError("a value is read at some place.", given=where, fix='at = "24 h"')
    if kind == "forest" and row.get("against") in AGAINST:
        raise WiringError(f"a row of a forest has no '{row['against']}'.", given=where, fix="against = ANOTHER LINE")


def _check_compared(row, lines, where):
    """Refuse a change that is compared with nothing, or that saline must be taken from first."""
    how = row.get("compare", "ratio")
    if how != "ratio" and "against" not in row:
        raise WiringError(f"'{how}' does not say against what.", given=where, fix="against = ANOTHER LINE")
    if how in ("rise", "effect") and row["against"] == "before":
        raise WiringError(f"a '{how}' cannot be compared with before, where there is none.", given=where)
    read = [lines[row["line"]], lines.get(row.get("against"), {})]
    if how == "rise" and any(line.get("run", {}).get("perturb") for line in read):
        raise WiringError("a line under a perturbation may drift by itself.", given=where, fix='compare = "effect", and saline')
    for line in read:
        if how == "effect" and line and "saline" not in line:
            raise WiringError(f"the line '{line['name']}' does not say its run with saline.", given=where, fix="saline = {...}")
