"""Traces with scale bars, and curves across runs, of experiments on the bench."""

import numpy as np

from synaptrace import units
from synaptrace.experiment.measures import read, unit_of
from synaptrace.experiment.run import AS_IS

INK = ("#1b1b1b", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")


def data(experiment, found):
    """Panels as [(title, unit, [(label, x, y)])]: traces against ms, or one reading per run against what was varied."""
    table = experiment.get("figure", {"quantities": experiment["measure"][0]["what"]})
    times = found["time"].values
    low, high = (units.convert(table[k], "ms") if k in table else end for k, end in (("from", times[0]), ("until", times[-1])))
    chosen = (times >= low) & (times <= high)
    off, panels = found["off"].values.astype(str), []
    for name in table["quantities"]:
        curves = found[name].values[:, chosen]
        varied = str(found.attrs["varied"]).split(",")[0]
        if "curve" in table and varied:
            readings = np.array([read(table["curve"], times[chosen], row) for row in curves])
            lines = [(s, found[varied].values[off == s], readings[off == s]) for s in dict.fromkeys(off)]
            panels.append((found[name].attrs["long_name"], unit_of(table["curve"], found[name].attrs["units"]), lines))
        else:
            labels = [s if not varied else f"{s}, {found[varied].values[k]:g}" for k, s in enumerate(off)]
            lines = [(label, times[chosen], curve) for label, curve in zip(labels, curves, strict=True)]
            panels.append((found[name].attrs["long_name"], found[name].attrs["units"], lines))
    return panels


def draw(experiment, found, path, points=None):
    """Write the figure of an experiment; a user's points are dots over the first panel."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    panels, curve = data(experiment, found), "curve" in experiment.get("figure", {}) and found.attrs["varied"]
    sheet, axes = pyplot.subplots(len(panels), 1, figsize=(7, 2.9 * len(panels) + 0.4), squeeze=False, layout="constrained")
    for (title, unit, lines), axis in zip(panels, axes[:, 0], strict=True):
        for k, (label, x, y) in enumerate(lines):
            line = {"marker": "o", "markersize": 3.5} if curve else {}
            axis.plot(x, y, color=INK[k % len(INK)], linewidth=1.3, label=label, zorder=3 if label == AS_IS else 2, **line)
        axis.set_title(title, loc="left", fontsize=9)
        _curve_axes(axis, experiment, found, unit) if curve else _scale_bars(axis, lines, unit)
    if points is not None:
        axes[0, 0].plot(
            *points, "o", markersize=3.5, markerfacecolor="white", markeredgecolor="#444444", label="your points", zorder=4
        )
    if len(panels[0][2]) <= 12:
        axes[0, 0].legend(frameon=False, fontsize=7, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    sheet.suptitle(experiment["title"], fontsize=10, x=0.02, ha="left")
    sheet.savefig(path, dpi=150, bbox_inches="tight")
    pyplot.close(sheet)


def _curve_axes(axis, experiment, found, unit):
    varied = str(found.attrs["varied"]).split(",")[0]
    given = found[varied].attrs["units"]
    axis.set_xlabel(f"{varied.replace('+', ' and ')} ({given})", fontsize=8)
    axis.set_ylabel("" if unit == "1" else unit, fontsize=8)
    if experiment["figure"].get("log"):
        positive = [v for v in found[varied].values if v > 0]
        if len(positive) == found.sizes["run"]:
            axis.set_xscale("log")
        elif positive and min(found[varied].values) >= 0:
            axis.set_xscale("symlog", linthresh=min(positive))
    axis.spines[["top", "right"]].set_visible(False)
    axis.tick_params(labelsize=7)


def _scale_bars(axis, lines, unit):
    """A corner of two bars in place of axes, as traces are printed."""
    left, right = lines[0][1][0], lines[0][1][-1]
    low, high = min(y.min() for _, _, y in lines), max(y.max() for _, _, y in lines)
    across, up = _round((right - left) / 5), _round((high - low) / 4) if high > low else 1.0
    x, y = right - across, low + 0.55 * (high - low)
    axis.plot([x, x, right], [y + up, y, y], color="#444444", linewidth=1.6, solid_capstyle="butt", zorder=5)
    axis.text(x + across / 2, y, f"{across:g} ms", ha="center", va="top", fontsize=7)
    axis.text(x, y + up / 2, f"{up:g} {'' if unit == '1' else unit} ", ha="right", va="center", fontsize=7)
    axis.set_axis_off()


def _round(value):
    """1, 2 or 5 times a power of ten, at most the value."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(power * max(k for k in (1, 2, 5) if k * power <= value * 1.0001))
