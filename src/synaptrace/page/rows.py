"""Forests of the twelve experiments: whole reviews computed again, and rows of one result each, as printed or computed."""

import numpy as np

from synaptrace.errors import WiringError
from synaptrace.evidence import NO_EVIDENCE
from synaptrace.evidence.meta.measures import MEASURES, display_of
from synaptrace.evidence.reviews import RATIOS, recompute
from synaptrace.evidence.store.load import load_review
from synaptrace.figures import forest
from synaptrace.page.expected import judged_row
from synaptrace.page.keep import rounded

PRINTED = "{}, as printed"


def forest_panel(panel):
    """The forest of a panel, with its expectations judged: {forest {title, rows, pooled, prediction, null, ratio, note}, expect}.

    A line with `studies` gives every study and the pooled result; any other line one row, a pooled one beside studies: what
    was computed again, or, with `printed`, the interval that the source prints.
    """
    found = {"title": panel["title"], "axis": panel["axis"], "rows": [], "pooled": [], "prediction": None, "note": ""}
    results, notes, measures = {}, [], set()
    for line in panel["line"]:
        again = recompute(line["review"], line["analysis"])
        measures.add(again.settings.get("measure", ""))
        switch = bool(line.get("switch"))
        if line.get("studies"):
            data = _studies(again, line)
            pooled = [p | {"label": line["name"]} for p in data["pooled"]]
            found["rows"] += [r | {"switch": switch} for r in data["rows"]]
            found["pooled"] += [p | {"switch": switch} for p in pooled]
            notes.append(f"{line['name']}: {data['note']}")
            results[line["name"]] = pooled[-1]
        else:
            results[line["name"]] = _row(again, line)
            beside = "pooled" if any(other.get("studies") for other in panel["line"]) else "rows"
            found[beside].append(results[line["name"]] | {"weight": 1.0, "switch": switch})
    ratio = bool(measures & {*RATIOS, "PETO"})
    null = 1.0 if ratio else None if "percent" in measures else 0.0
    found |= {"null": null, "ratio": ratio, "note": "; ".join(notes)}
    unit = "%" if "percent" in measures else ""
    rows = [judged_row(row, results, null, unit) for row in panel.get("expect", [])]
    return {"forest": rounded(found), "expect": rounded(rows)}


def _studies(again, line):
    if again.result is None:
        raise WiringError(f"'{line['review']}:{line['analysis']}' pools no studies.", fix="leave out 'studies'")
    measure = again.settings.get("measure", "")
    shown = np.exp if measure in RATIOS else display_of(measure) if measure in MEASURES else float
    return forest.data(again.result, display=lambda x: float(shown(x)))


def _row(again, line):
    """One result with its interval; where a source prints none, both ends are empty."""
    if line.get("printed"):
        tag = load_review(line["review"]).published[line["analysis"]]["tag"]
        if tag in NO_EVIDENCE:
            raise WiringError(
                f"'{line['review']}:{line['analysis']}' is tagged {tag} and is not drawn.", fix="cite what was read"
            )
        found = {k: float(again.printed[k]) for k in ("estimate", "ci_low", "ci_high") if k in again.printed}
    else:
        found = again.found
    estimate = found.get("estimate", float(again.printed.get("estimate", "nan")))
    if not found or not np.isfinite(estimate):
        raise WiringError(f"'{line['review']}:{line['analysis']}' gives nothing to draw.", fix="use printed = true, or another")
    label = PRINTED.format(line["name"]) if line.get("printed") else line["name"]
    return {"label": label, "estimate": estimate, "low": found.get("ci_low"), "high": found.get("ci_high")}
