"""Parts that need no run: a re-computed analysis of the store, what mechanisms read and write, a number that a source prints."""

import functools
import json
import math

from synaptrace.errors import UnknownName, WiringError, nearest
from synaptrace.evidence.reviews import recompute
from synaptrace.evidence.store.load import load_review
from synaptrace.models import load_model
from synaptrace.windows import published

KINDS = ("review", "structure", "number")
WIRED = ("reads", "writes")  # of a structure: links that are there
LOOSE = ("reads_not", "writes_not", "leads_not_to")  # and links that are not


def computed_pairs(parts):
    """[(on, off)] of parts whose run names one of KINDS; off is another analysis, or nothing."""
    return [(_value(p, p["run"]), _off(p)) for p in parts]


def computed_key(part):
    """What the read-out of such a part depends on, for the cache."""
    run = part["run"]
    if "number" in run:
        return [_value(part, run)]
    if "structure" in run:
        model = load_model(run.get("model", "standard"))
        return [sorted((m.name, sorted(m.reads.values()), sorted(m.writes.values())) for m in model.mechanisms)]
    review = load_review(run["review"])
    return [json.dumps([review.rows, review.analyses, review.published], sort_keys=True, default=str)]


def _off(part):
    analysis = part["off"].get("analysis")
    return _value(part, part["run"] | {"analysis": analysis}) if analysis else math.nan


def _value(part, run):
    if "number" in run:
        return published(run["number"], part["measure"]["unit"])
    if "structure" in run:
        return _structure(run["structure"], run.get("model", "standard"))
    found = _found(run["review"], run["analysis"], tuple(run.get("memory", ())))
    name = part["measure"]["what"][0]
    if name not in found:
        raise WiringError(f"the analysis '{run['analysis']}' gives no '{name}'.", given=part["name"], expected=", ".join(found))
    return found[name]


@functools.cache
def _found(review, analysis, memory):
    return recompute(review, analysis, memory).found


def _structure(table, model):
    """1.0 where a model has the mechanism and it is wired, and not wired, as is said, else 0.0.

    `reads` and `writes` must be there; `reads_not` and `writes_not` must not; and to `leads_not_to` no chain of mechanisms may
    lead from what it writes. A quantity that the model does not have is refused there, since nothing leads to it anyhow.
    """
    mechanisms = load_model(model).mechanisms
    named = [m for m in mechanisms if m.name.partition("[")[0] == table["mechanism"]]
    if not named:
        known = sorted({m.name.partition("[")[0] for m in mechanisms})
        raise UnknownName(
            f"'{table['mechanism']}' is not a mechanism of the model '{model}'.", nearest=nearest(table["mechanism"], known)
        )
    _check_absent(table, mechanisms, model)
    reads = {q for m in named for q in m.reads.values()}
    writes = {q for m in named for q in m.writes.values()}
    there = [set(table.get("reads", ())) <= reads, set(table.get("writes", ())) <= writes]
    absent = [(table.get("reads_not", ()), reads), (table.get("writes_not", ()), writes)]
    absent += [(table["leads_not_to"], _reached(writes, mechanisms))] if "leads_not_to" in table else []
    return float(all(there) and not any(set(wanted) & found for wanted, found in absent))


def _check_absent(table, mechanisms, model):
    """Refuse a key that is not known, and an absent link to a quantity that the model does not have."""
    for key in set(table) - {"mechanism", *WIRED, *LOOSE}:
        raise WiringError(f"'{key}' is not a key of a structure.", nearest=nearest(key, (*WIRED, *LOOSE)))
    has = {q for m in mechanisms for q in (*m.reads.values(), *m.writes.values())}
    for quantity in (q for key in LOOSE for q in table.get(key, ()) if q not in has):
        raise UnknownName(f"'{quantity}' is not in the model '{model}'.", given=quantity, nearest=nearest(quantity, sorted(has)))


def _reached(quantities, mechanisms):
    """These, all that is written by mechanisms that read them, or read what those write, and so on."""
    found, fresh = set(quantities), set(quantities)
    while fresh:
        following = {q for m in mechanisms if fresh & set(m.reads.values()) for q in m.writes.values()}
        fresh = following - found
        found |= fresh
    return found
