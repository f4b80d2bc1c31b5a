"""Published reviews run again: the extracted rows, the review's own settings, its printed digits."""

from dataclasses import dataclass

import numpy as np

from synaptrace.errors import UnknownName, nearest
from synaptrace.evidence.meta.measures import MEASURES, display_of, effects_of
from synaptrace.evidence.meta.models import fit_effects, quantile
from synaptrace.evidence.meta.result import MetaResult
from synaptrace.evidence.store.load import load_review, load_store
from synaptrace.evidence.store.query import query
from synaptrace.evidence.store.schema import TABLES

MATCH, DIFFERS, OPEN = "match", "differs", "not yet re-computable"
POOLED = ("EE", "DL", "HE", "HS", "SJ", "ML", "REML", "EB", "PM")
NUMBERS = ("estimate", "ci_low", "ci_high", "se", "p", "k", "tau2", "q", "i2")
COLUMNS = {
    **{f"{name}_{side}": f"{name}{side}" for name in ("mean", "sd", "n", "events") for side in (1, 2)},
    **{f"total_{side}": f"n{side}" for side in (1, 2)},
    **{"events": "events1", "total": "n1"},
}
RATIOS = ("OR", "RR", "HR", "ROM")
Z = quantile(0.95)


@dataclass(frozen=True)
class Recomputed:
    """One analysis of a review, run again.

    `verdict` is match, differs or not yet re-computable; empty where nothing printed is compared. `found` and `printed` hold
    numbers by name, on the scale of print; `off` names those whose printed digits differ. `because` says in one sentence what
    stands behind the verdict, `left_out` lists rows not used, `result` is the MetaResult where effects were pooled.
    """

    review: str
    analysis: str
    what: str
    settings: dict
    verdict: str
    found: dict
    printed: dict
    off: tuple
    because: str
    marks: tuple
    left_out: tuple
    result: MetaResult | None


def recompute(review, analysis, memory=()):
    """The Recomputed of one analysis of a review (its name, a folder or a Review) by the settings of the review itself.

    Remembered rows take part only where `memory` names their study. Raises UnknownName and EvidenceError as `query` does.
    """
    review = load_review(review) if isinstance(review, str) else review
    settings, entry = review.analysis(analysis), review.published.get(analysis, {})
    printed = {k: entry[k] for k in NUMBERS if k in entry}
    selection = query(review, analysis, memory) if settings.get("method") in (*POOLED, "none") else None
    found, result = {}, None
    if selection and selection.rows and not selection.missing:
        found, result = _run(selection, review)
    off = tuple(k for k in printed if k in found and not same_digits(found[k], printed[k]))
    compared = [k for k in printed if k in found]
    verdict = "" if not entry else OPEN if not compared else DIFFERS if off else MATCH
    return Recomputed(
        review.name,
        analysis,
        settings.get("what", ""),
        settings,
        verdict,
        found,
        printed,
        off,
        _because(entry, selection, verdict),
        tuple(selection.marked) if selection else (),
        tuple((r["study"], r["reason"]) for r in selection.left_out) if selection else (),
        result,
    )


def recompute_all(name=None):
    """Every analysis of every shipped review, or of one, as a list of Recomputed."""
    store = load_store() if name is None else {name: load_review(name)}
    return [recompute(review, a["id"]) for review in store.values() for a in review.analyses]


def find_reviews(word=None):
    """{name: Review} of the shipped reviews whose name, title or studies hold a word; all without one. Raises UnknownName."""
    store = load_store()
    if word is None:
        return store
    low = word.lower()
    found = {n: r for n, r in store.items() if low in n or any(low in text.lower() for text in _words(r))}
    if not found:
        names = [*store, *dict.fromkeys(t["study"] for r in store.values() for t in r.rows["trials"])]
        raise UnknownName(f"no review holds '{word}'.", nearest=nearest(word, names), find="synaptrace evidence list")
    return found


def _words(review):
    return [review.about.get("title", ""), *(row["study"] for rows in review.rows.values() for row in rows)]


def check_table(name):
    """Raise UnknownName for a table the store does not have; None is every table."""
    if name is not None and name not in TABLES:
        raise UnknownName(f"'{name}' is not a table.", nearest=nearest(name, TABLES), expected=", ".join(TABLES))


def as_plain(recomputed):
    """A Recomputed as plain values for JSON."""
    kept = {
        k: getattr(recomputed, k) for k in ("review", "analysis", "what", "verdict", "found", "printed", "because", "settings")
    }
    left = [{"study": s, "reason": r} for s, r in recomputed.left_out]
    return kept | {"off": list(recomputed.off), "marks": list(recomputed.marks), "rows_left_out": left}


def same_digits(value, printed):
    """Whether a number rounds to the printed digits; the last digit may be off where it stands on the edge of rounding."""
    _, _, decimals = printed.partition(".")
    return abs(value - float(printed)) <= 0.5000001 * 10.0 ** -len(decimals)


def _because(entry, selection, verdict):
    missing = entry.get("missing_rows") or entry.get("reason", "")
    if verdict == OPEN and selection is not None and selection.missing and not missing:
        missing = f"no usable row of {', '.join(selection.missing)}"
    if verdict == OPEN:
        return f"missing rows: {missing}" if entry.get("missing_rows") else missing
    return entry.get("reason", "")


def _run(selection, review):
    """({name: number on the scale of print}, MetaResult or None)."""
    settings, rows = selection.settings, selection.rows
    if "formula" in settings:
        return FORMULAS[settings["formula"]](rows, review, settings), None
    if settings.get("variance") == "Newcombe":
        return _newcombe(rows[0]), None
    if settings["method"] == "none" and len(rows) > 1 or not _has_variance(rows, settings["measure"]):
        return {}, None
    yi, vi = effects_of_rows(rows, settings)
    method = "EE" if settings["method"] == "none" else settings["method"]
    test = settings.get("test", "z")
    names, tags = [r["study"] for r in rows], [r["tag"] for r in rows]
    fitted = fit_effects(yi, vi, method=method, test=test, labels=names, tags=tags, measure=settings["measure"])
    return _shown(fitted, settings), fitted


def _has_variance(rows, measure):
    if "yi" in rows[0]:
        return all(r["vi"] is not None for r in rows)
    return all(COLUMNS.get(c, c) in r and r[COLUMNS.get(c, c)] is not None for r in rows for c in MEASURES[measure].columns)


def effects_of_rows(rows, settings):
    """Effects and variances, each (k,), of the rows of a Selection by its settings."""
    if "yi" in rows[0]:
        return np.array([r["yi"] for r in rows]), np.array([r["vi"] for r in rows])
    columns = {c: np.array([r[COLUMNS.get(c, c)] for r in rows], float) for c in MEASURES[settings["measure"]].columns}
    counts = settings["measure"] in ("OR", "RR", "RD", "PETO")
    options = {"drop00": settings.get("double_zeros") == "dropped"} if counts else {}
    return effects_of(settings["measure"], columns, **options)


def _shown(result, settings):
    """Numbers of a MetaResult as a review prints them: ratios instead of logarithms, percentage points where it says so."""
    measure = settings["measure"]
    show = np.exp if measure in RATIOS else display_of(measure) if measure in MEASURES else lambda x: x
    factor = 100.0 if settings.get("transformation", "").startswith("times 100") else 1.0
    ends = sorted(float(show(x)) * factor for x in result.ci)
    found = {"estimate": float(show(result.estimate)) * factor, "ci_low": ends[0], "ci_high": ends[1]}
    found |= {"se": result.se * factor, "p": result.p, "k": float(result.k)}
    return found | {k: float(v) for k, v in (("tau2", result.tau2), ("q", result.q), ("i2", result.i2)) if v is not None}


def _newcombe(row):
    """Difference of two risks in percentage points with the interval of Newcombe 1998 (Stat Med 17:873, method 10)."""
    ends = []
    for events, n in ((row["events1"], row["n1"]), (row["events2"], row["n2"])):
        p, half = events / n, Z * np.sqrt(events * (n - events) / n**3 + Z**2 / (4 * n**2))
        ends.append((p, (p + Z**2 / (2 * n) - half) / (1 + Z**2 / n), (p + Z**2 / (2 * n) + half) / (1 + Z**2 / n)))
    (p, low_1, high_1), (q, low_2, high_2) = ends
    low = p - q - np.sqrt((p - low_1) ** 2 + (high_2 - q) ** 2)
    high = p - q + np.sqrt((high_1 - p) ** 2 + (q - low_2) ** 2)
    return {"estimate": 100 * (p - q), "ci_low": 100 * float(low), "ci_high": 100 * float(high), "k": 1.0}


def _cumulative(rows, review, settings):
    return {"estimate": 100 * (1 - float(np.prod([1 - r["yi"] / 100 for r in rows])))}


def _risk(rows, review, settings):
    """Risk in percent from that of the control group and the odds ratio that another analysis prints."""
    base, odds = rows[0]["yi"] / 100, float(review.published[settings["uses"]]["estimate"])
    return {"estimate": 100 * base * odds / (1 - base + base * odds)}


def _groups_together(rows, review, settings):
    """Mean, standard deviation and number of the active arms as one group (`query` has put them together)."""
    return {"estimate": rows[0]["mean1"], "sd": rows[0]["sd1"], "n": float(rows[0]["n1"])}


def _one_group(rows, review, settings):
    """Interval of a printed standardized change within n people whose two values correlate by one half."""
    n = rows[0]["n1"]
    return {"n": float(n)} | _around_printed(review, settings, lambda d: np.sqrt(1 / n + d**2 / (2 * n)))


def _two_groups(rows, review, settings):
    """Interval of a printed standardized difference of two groups."""
    n, m = rows[0]["n1"], rows[0]["n2"]
    found = _around_printed(review, settings, lambda d: np.sqrt((n + m) / (n * m) + d**2 / (2 * (n + m))))
    return {"n": float(n), "n2": float(m)} | found


def _around_printed(review, settings, error):
    d = float(review.published[settings["id"]]["estimate"])
    se = float(error(d))
    return {"se": se, "ci_low": d - Z * se, "ci_high": d + Z * se, "k": 1.0}


FORMULAS = {
    "100 (1 - product(1 - p / 100))": _cumulative,
    "p0 OR / (1 - p0 + p0 OR)": _risk,
    "groups together: mean of all people and the standard deviation around it": _groups_together,
    "SE = sqrt(1 / n + d^2 / (2 n)), d the printed estimate": _one_group,
    "SE = sqrt((n1 + n2) / (n1 n2) + d^2 / (2 (n1 + n2))), d the printed estimate": _two_groups,
}
