"""Traces with scale bars, and curves across runs, of experiments on the bench."""

import itertools

import numpy as np

from synaptrace import units
from synaptrace.experiment.files import Experiment
from synaptrace.experiment.measures import read, unit_of
from synaptrace.experiment.run import AS_IS
from synaptrace.experiment.verdicts import judge

INK = ("#1b1b1b", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
STYLES, MANY = ("-", "--", ":", "-."), 12  # beyond that many lines, shades and styles in place of colors


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
            given = found[varied].attrs["units"] if varied else ""
            labels = [s if not varied else f"{s}, {found[varied].values[k]:g} {given}" for k, s in enumerate(off)]
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
    names = experiment.get("figure", {}).get("quantities", [])
    for (title, unit, lines), axis, name in itertools.zip_longest(panels, axes[:, 0], names):
        for (label, x, y), look in zip(lines, _looks(found, lines, curve), strict=True):
            axis.plot(x, y, linewidth=1.3, label=label, zorder=3 if label.startswith(AS_IS) else 2, **look)
        axis.set_title(title, loc="left", fontsize=9)
        if curve:
            _halves(axis, experiment, found, name)
            _curve_axes(axis, experiment, found, unit, min(y.min() for _, _, y in lines) < 0)
        else:
            _scale_bars(axis, lines, unit)
    if points is not None:
        axes[0, 0].plot(
            *points, "o", markersize=3.5, markerfacecolor="white", markeredgecolor="#444444", label="your points", zorder=4
        )
    _legend(axes[0, 0], found, panels[0][2])
    sheet.suptitle(experiment["title"], fontsize=10, x=0.02, ha="left")
    sheet.savefig(path, dpi=150, bbox_inches="tight")
    pyplot.close(sheet)


def _looks(found, lines, curve):
    """How each line is drawn: a color each, or for many traces a shade per varied value and a style per off-switch."""
    if curve or len(lines) <= MANY:
        dots = {"marker": "o", "markersize": 3.5} if curve else {}
        return [{"color": INK[k % len(INK)], "linestyle": STYLES[k // len(INK) % len(STYLES)], **dots} for k in range(len(lines))]
    from matplotlib import colormaps

    off = found["off"].values.astype(str).tolist()
    switches, count = list(dict.fromkeys(off)), len(lines) // len(set(off))
    shades = colormaps["viridis"](np.linspace(0, 0.88, count))
    return [{"color": shades[k % count], "linestyle": STYLES[switches.index(s) % len(STYLES)]} for k, s in enumerate(off)]


def _legend(axis, found, lines):
    """Names of the lines beside the first panel; of many lines only the off-switches and the ends of each series."""
    place = {"frameon": False, "fontsize": 7, "loc": "upper left", "bbox_to_anchor": (1.0, 1.0)}
    if len(lines) <= MANY:
        axis.legend(**place)
        return
    count = len(lines) // len(set(found["off"].values.tolist()))
    handles, _ = axis.get_legend_handles_labels()
    kept = [h for k, h in enumerate(handles[: len(lines)]) if k % count in (0, count - 1)]
    kept += handles[len(lines) :]
    axis.legend(handles=kept, title="first and last of each series", title_fontsize=7, **place)


def _halves(axis, experiment, found, name):
    """A dotted line at each varied value at which a reading of this panel is half of its first."""
    halves = [m for m in experiment["measure"] if m.get("across") == "half" and m["what"] == [name]]
    varied = str(found.attrs["varied"]).split(",")[0]
    for row in judge(Experiment({**experiment.table, "measure": halves}), found):
        factor = units.factor(row["unit"], found[varied].attrs["units"])
        if factor is not None and np.isfinite(row["value"]):
            place = row["value"] * factor
            axis.axvline(place, color="#888888", linewidth=0.9, linestyle=":", zorder=1)
            axis.text(place, 1.0, f" {row['value']:.3g}", transform=axis.get_xaxis_transform(), fontsize=7, va="top")


def _curve_axes(axis, experiment, found, unit, below):
    varied = str(found.attrs["varied"]).split(",")[0]
    given, values = found[varied].attrs["units"], found[varied].values
    x_label, y_label = f"{varied.replace('+', ' and ')} ({given})", "" if unit == "1" else unit
    axis.tick_params(labelsize=7)
    axis.spines[["top", "right"]].set_visible(False)
    if given == "mV" and values.min() < 0 < values.max() and (below or unit == "pA"):
        axis.spines["left"].set_position(("data", 0))
        axis.spines["bottom"].set_position(("data", 0))
        axis.text(1.0, -0.02, x_label, transform=axis.transAxes, fontsize=8, ha="right", va="top")
        axis.annotate(f"  {y_label}", (0, 1), xycoords=("data", "axes fraction"), fontsize=8, ha="left", va="top")
        return
    axis.set_xlabel(x_label, fontsize=8)
    axis.set_ylabel(y_label, fontsize=8)
    if experiment["figure"].get("log"):
        positive = [v for v in values if v > 0]
        if len(positive) == found.sizes["run"]:
            axis.set_xscale("log")
        elif positive and min(values) >= 0:
            axis.set_xscale("symlog", linthresh=min(positive))
            axis.set_xlim(left=-0.1 * min(positive))


def _scale_bars(axis, lines, unit):
    """A corner of two bars beside the traces in place of axes; no upright bar for traces that do not move."""
    left, right = lines[0][1][0], lines[0][1][-1]
    low, high = min(y.min() for _, _, y in lines), max(y.max() for _, _, y in lines)
    across, size, given = _time_bar((right - left) / 5)
    x, y, moves = right + 0.04 * (right - left), low + 0.1 * (high - low), high - low > 1e-9 * max(abs(low), abs(high))
    up = _round((high - low) / 4) if moves else 0.0
    axis.plot([x, x + across, x + across], [y, y, y + up], color="#444444", linewidth=1.6, solid_capstyle="butt", zorder=5)
    below = {"xytext": (0, -3), "textcoords": "offset points", "ha": "center", "va": "top", "fontsize": 7}
    axis.annotate(f"{size:g} {given}", (x + across / 2, y), **below)
    if moves:
        axis.text(x + across, y + up / 2, f" {up:g} {'' if unit == '1' else unit}", ha="left", va="center", fontsize=7)
    axis.set_axis_off()


def _time_bar(most):
    """Length in ms of a time bar, and the same in the unit it is printed in."""
    given = next(u for u in ("s", "ms") if u == "ms" or most >= units.factor(u, "ms"))
    size = _round(most * units.factor("ms", given))
    return size * units.factor(given, "ms"), size, given


def _round(value):
    """1, 2 or 5 times a power of ten, at most the value."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(power * max(k for k in (1, 2, 5) if k * power <= value * 1.0001))
