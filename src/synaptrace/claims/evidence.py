"""Parts that need no model: a re-computed analysis of the store, and what mechanisms read and write."""

import functools
import json
import math

from synaptrace.errors import UnknownName, WiringError, nearest
from synaptrace.evidence.reviews import recompute
from synaptrace.evidence.store.load import load_review
from synaptrace.models import load_model


def computed_pairs(parts):
    """[(on, off)] of parts whose run names a review or a structure; off is another analysis, or nothing."""
    return [(_value(p, p["run"]), _off(p)) for p in parts]


def computed_key(part):
    """What the read-out of such a part depends on, for the cache."""
    run = part["run"]
    if "structure" in run:
        model = load_model(run.get("model", "standard"))
        return [sorted((m.name, sorted(m.reads.values()), sorted(m.writes.values())) for m in model.mechanisms)]
    review = load_review(run["review"])
    return [json.dumps([review.rows, review.analyses, review.published], sort_keys=True, default=str)]


def _off(part):
    analysis = part["off"].get("analysis")
    return _value(part, part["run"] | {"analysis": analysis}) if analysis else math.nan


def _value(part, run):
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
    """1.0 where a model has the mechanism and it reads and writes what is said, else 0.0."""
    mechanisms = load_model(model).mechanisms
    named = [m for m in mechanisms if m.name.partition("[")[0] == table["mechanism"]]
    if not named:
        known = sorted({m.name.partition("[")[0] for m in mechanisms})
        raise UnknownName(
            f"'{table['mechanism']}' is not a mechanism of the model '{model}'.", nearest=nearest(table["mechanism"], known)
        )
    reads = {q for m in named for q in m.reads.values()}
    writes = {q for m in named for q in m.writes.values()}
    return float(set(table.get("reads", ())) <= reads and set(table.get("writes", ())) <= writes)
