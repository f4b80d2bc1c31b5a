"""The figures of one meta-analysis: each from its data, and the data as JSON."""

import json
from pathlib import Path

from synaptrace.evidence.meta.analysis import influence_figures
from synaptrace.figures import forest, funnel
from synaptrace.writing import written_whole

RATIOS = ("OR", "RR", "ROM", "PETO")
MEANINGS = {
    **{"MD": "mean difference", "SMD": "standardized mean difference", "SMDH": "standardized mean difference"},
    **{"OR": "odds ratio", "RR": "risk ratio", "RD": "risk difference", "ROM": "ratio of means", "PETO": "odds ratio (Peto)"},
    **{"ZCOR": "correlation", "COR": "correlation", "PLO": "proportion", "PAS": "proportion", "PFT": "proportion"},
    **{"PR": "proportion", "MC": "mean change", "SMCR": "standardized mean change", "given": "effect"},
}


def data_of(analysis, kinds, order=None):
    """{kind: what it draws} for forest, funnel, baujat and cumulative, ready for JSON."""
    found, result = {}, analysis.result
    if "forest" in kinds:
        found["forest"] = forest.data(result, analysis.groups, analysis.parts, analysis.risks, analysis.display)
    if "funnel" in kinds:
        found["funnel"] = funnel.data(result)
    if {"baujat", "cumulative"} & set(kinds):
        steps, _, spots = influence_figures(analysis, order)
        if "baujat" in kinds:
            found["baujat"] = funnel.baujat_data(spots.labels, spots.heterogeneity, spots.influence)
        if "cumulative" in kinds:
            found["cumulative"] = forest.cumulative_data(steps, analysis.display)
    return found


def draw_all(analysis, paths, order=None, json_path=None):
    """Draw the kinds of `paths`, {kind: path}, and write their data where `json_path` says. Raises ResultError for a suffix."""
    kinds = paths or (("forest", "funnel", "baujat", "cumulative") if json_path else ())
    found = data_of(analysis, kinds, order)
    axis, ratio = MEANINGS.get(analysis.found.measure, analysis.found.measure), analysis.found.measure in RATIOS
    scale = f"logarithm of the {axis}" if ratio else axis
    for kind, path in paths.items():
        if kind in ("forest", "cumulative"):
            forest.draw(found[kind], path, axis, analysis.null, ratio)
        elif kind == "funnel":
            funnel.draw(found[kind], path, scale)
        else:
            funnel.draw_baujat(found[kind], path)
    if json_path is not None:
        written_whole(json_path, lambda part: Path(part).write_text(json.dumps(found, indent=1), encoding="utf-8"))
