"""Arterial concentrations over time, with the doses as bars and the band of a population."""

import numpy as np

from synaptrace.errors import ResultError
from synaptrace.results import accepted, tables_of
from synaptrace.simulate.summary import analytes
from synaptrace.writing import written_whole

COLORS = {"arterial.S_ketamine": "#0072B2", "arterial.R_ketamine": "#D55E00", "arterial.ketamine": "#333333"}
LABELS = {"arterial.S_ketamine": "S-ketamine", "arterial.R_ketamine": "R-ketamine", "arterial.ketamine": "ketamine, both"}


def data(dataset, accept_failures=0):
    """{name: (time, median, 5th, 95th percentile, unit, badge)} of the curves drawn."""
    kept = accepted(dataset, accept_failures)
    return {
        n: (
            kept["time"].values,
            *np.percentile(kept[n].values, [50, 5, 95], axis=0),
            kept[n].attrs["units"],
            kept[n].attrs["badge"],
        )
        for n in analytes(kept)
    }


def draw(dataset, path, accept_failures=0):
    """Write the figure as .png or .svg; whole or not at all. Raises ResultError for another suffix."""
    if path.suffix not in (".png", ".svg"):
        raise ResultError(f"'{path}' is not a kind of figure this draws.", expected=".png or .svg")
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "synaptrace"
    from matplotlib import pyplot

    curves = data(dataset, accept_failures)
    left = {n: c for n, c in curves.items() if c[4] == "ng/mL"}
    right = {n: c for n, c in curves.items() if c[4] != "ng/mL"}
    figure, panels = pyplot.subplots(1, 2, figsize=(9.5, 3.8), layout="constrained")
    for panel, part in zip(panels, (left, right), strict=True):
        _panel(panel, part, dataset)
    title = "; ".join(tables_of(dataset)["words"][:2])
    figure.suptitle(title, fontsize=10)
    badges = sorted({c[5] for c in curves.values()})
    figure.supxlabel(f"{'; '.join(badges)} · research and teaching only, never for dosing a person", fontsize=7, color="#666666")
    try:
        metadata = {"Date": None} if path.suffix == ".svg" else {}
        return written_whole(path, lambda part: figure.savefig(part, dpi=150, metadata=metadata))
    finally:
        pyplot.close(figure)


def _panel(panel, curves, dataset):
    """One panel: lines, bands, dose bars; hours from the first dose, minutes if the protocol is short."""
    for name, (time, middle, low, high, unit, _) in curves.items():
        panel.plot(time, middle, color=COLORS.get(name), label=LABELS.get(name, name), linewidth=1.6)
        if dataset.sizes["patient"] > 1:
            panel.fill_between(time, low, high, color=COLORS.get(name), alpha=0.2, linewidth=0)
        panel.set_ylabel(f"arterial plasma, total ({unit.replace('umol', 'µmol')})")
    from synaptrace.protocol import Protocol

    protocol = Protocol(**tables_of(dataset)["protocol_tables"])
    for k, (start, end) in enumerate((s, s + d.duration) for d in protocol.doses for s in d.starts):
        panel.axvspan(
            start, max(end, start + 0.003 * protocol.end), color="#999999", alpha=0.25, linewidth=0, label=None if k else "dose"
        )
    panel.set_xlabel("time (h)")
    panel.set_xlim(
        protocol.start,
        min(protocol.end, 8.0) if len(protocol.doses) == 1 and len(protocol.doses[0].starts) == 1 else protocol.end,
    )
    panel.set_ylim(bottom=0)
    panel.spines[["top", "right"]].set_visible(False)
    panel.legend(frameon=False, fontsize=8)
