"""A meta-analysis as it is asked for: of a CSV table, or of REVIEW:ANALYSIS of the store with its own or other settings."""

from pathlib import Path

import numpy as np

from synaptrace.errors import UnknownName, nearest
from synaptrace.evidence.meta.analysis import analyze
from synaptrace.evidence.meta.measures import MEASURES
from synaptrace.evidence.meta.models import TESTS
from synaptrace.evidence.meta.own_table import Effects, effects, read_own
from synaptrace.evidence.reviews import POOLED, effects_of_rows
from synaptrace.evidence.store.load import load_review
from synaptrace.evidence.store.problems import EvidenceError
from synaptrace.evidence.store.query import query
from synaptrace.evidence.store.schema import RISK_COLUMNS

PREDICTIONS = {"metafor": "default", "hts": "hts"}


def asked(
    file, measure=None, method=None, test=None, moderators=(), subgroup=None, drop_risk=(), prediction="metafor", memory=()
):
    """The Analysis of a table or of an analysis of the store.

    Parameters
    ----------
    file : str
        Path of a CSV table, or REVIEW:ANALYSIS.
    measure, method, test : str or None
        None takes those of the review, or REML and normal intervals; a table with yi and vi needs no measure.
    moderators, subgroup, drop_risk : list of str, str, list of str
        Columns, and overall risks of bias to leave out.
    prediction : str
        metafor or hts.
    memory : list of str
        Studies of the store whose remembered rows take part, marked.

    Raises
    ------
    EvidenceError, UnknownName, ResultError
        For files, columns, words or rows that cannot be used.
    """
    for word, known, what in ((method, POOLED, "method"), (test, TESTS, "test"), (prediction, PREDICTIONS, "prediction")):
        if word is not None and word not in known:
            raise UnknownName(f"'{word}' is not a {what}.", nearest=nearest(word, known), expected=", ".join(known))
    review, colon, name = str(file).partition(":")
    if colon and not Path(file).exists() and len(review) > 1:
        found, settings, tags = _of_the_store(review, name, measure, drop_risk, memory)
        method = method or (settings["method"] if settings["method"] in POOLED else "REML")
        test = test or settings.get("test", "z")
    else:
        table = read_own(file)
        found = effects(table, measure, drop_risk)
        tags = [r.get("tag") or "own" for r in found.rows]
    return analyze(
        found, method or "REML", test or "z", tuple(moderators), subgroup, PREDICTIONS[prediction], tags, source=str(file)
    )


def _of_the_store(review, name, measure, drop_risk, memory):
    """(Effects, settings, tags) of an analysis of a review, with the risks of bias of its trials as columns."""
    review = load_review(review)
    settings = dict(review.analysis(name))
    if measure is not None:
        if measure not in MEASURES:
            raise UnknownName(
                f"'{measure}' is not an effect measure.", nearest=nearest(measure, MEASURES), known=", ".join(MEASURES)
            )
        settings["measure"] = measure
    selection = query(review, settings, memory)
    if not selection.rows:
        reasons = {r["study"]: r["reason"] for r in selection.left_out[:5]}
        raise EvidenceError(f"No row of {review.name}:{name} can be used.", **reasons)
    trials = {t["study"]: t for t in review.rows["trials"]}
    rows = [_row(r, trials.get(r["study"], {})) for r in selection.rows]
    left = [(r["study"], f"{r['reason']} ({r['file']}, line {r['line']})") for r in selection.left_out]
    yi, vi = effects_of_rows(selection.rows, settings)
    kept = [i for i, r in enumerate(rows) if r["overall_risk"] not in drop_risk and np.isfinite(yi[i]) and np.isfinite(vi[i])]
    left += [(r["study"], _why(r, drop_risk)) for i, r in enumerate(rows) if i not in kept]
    if not kept:
        raise EvidenceError(f"No row of {review.name}:{name} is left.", **dict(left[:5]))
    rows = [rows[i] for i in kept]
    flags = tuple(f"{r['study']}: {mark}" for r in rows for mark in r["marks"])
    found = Effects(settings["measure"], yi[kept], vi[kept], [r["study"] for r in rows], rows, left, flags)
    return found, settings, [r["tag"] for r in rows]


def _row(row, trial):
    """A row with what is known of its trial."""
    about = {c: trial.get(c) for c in (*RISK_COLUMNS, "year", "population", "comparator", "design")}
    return about | row | {"n": (row.get("n1") or 0) + (row.get("n2") or 0)}


def _why(row, drop_risk):
    return (
        f"risk of bias: {row['overall_risk']}" if row["overall_risk"] in drop_risk else "no finite effect; events in neither arm"
    )
