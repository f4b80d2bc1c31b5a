"""Plasma, metabolites, brain and block over time: doses as bars, people and open choices as bands, data as points."""

import numpy as np

from synaptrace.errors import ResultError
from synaptrace.protocol import plan_of
from synaptrace.results import accepted, tables_of
from synaptrace.simulate.summary import is_summarized
from synaptrace.writing import written_whole

LATE = 10.0  # hours after the last dose from which arterial plasma is under-predicted
USE = "research and teaching only, never for dosing a person"
BLUE, RED, GREEN, PURPLE, GRAY = "#0072B2", "#D55E00", "#009E73", "#8E44AD", "#333333"
STYLES = {  # name: (label, color, opacity)
    "arterial.ketamine": ("arterial ketamine", GRAY, 1.0),
    "venous.ketamine": ("venous ketamine", BLUE, 1.0),
    "venous.norketamine": ("venous norketamine", RED, 1.0),
    "arterial.S_ketamine": ("S-ketamine", BLUE, 1.0),
    "arterial.R_ketamine": ("R-ketamine", BLUE, 0.45),
    "arterial.S_norketamine": ("S-norketamine", RED, 1.0),
    "arterial.R_norketamine": ("R-norketamine", RED, 0.45),
    "arterial.S_dehydronorketamine": ("S-dehydronorketamine", GREEN, 1.0),
    "arterial.R_dehydronorketamine": ("R-dehydronorketamine", GREEN, 0.45),
    "arterial.S_hydroxynorketamine": ("S-hydroxynorketamine", PURPLE, 1.0),
    "arterial.R_hydroxynorketamine": ("R-hydroxynorketamine", PURPLE, 0.45),
    "brain.S_ketamine_free": ("S-ketamine", BLUE, 1.0),
    "brain.R_ketamine_free": ("R-ketamine", BLUE, 0.45),
    "brain.ketamine_free": ("ketamine, both", GRAY, 1.0),
    "nmda.pyramidal_resting.blocked": ("pyramidal, resting", BLUE, 1.0),
    "nmda.pyramidal_evoked.blocked": ("pyramidal, evoked", RED, 1.0),
    "nmda.extrasynaptic.blocked": ("extrasynaptic", GREEN, 1.0),
    "nmda.sst_interneuron.blocked": ("SST interneuron", PURPLE, 1.0),
}
PANELS = {  # title: beginning of the names, unit
    "plasma, total (ng/mL)": (("arterial.", "venous."), "ng/mL"),
    "arterial plasma, total (µmol/L)": (("arterial.",), "umol/L"),
    "brain, unbound (µmol/L)": (("brain.",), "umol/L"),
    "NMDA receptors blocked (%)": (("nmda.",), "1"),
}


def data(dataset, accept_failures=0):
    """{name: {time, middle, low, high, unit, badge, band}} of the curves drawn; low and high are percentiles of people.

    Curves that are zero throughout are left out, unless all are.
    """
    kept, found = accepted(dataset, accept_failures), {}
    names = [n for n in kept.data_vars if is_summarized(n) and n in STYLES]
    for name in [n for n in names if kept[n].values.any()] or names:
        scale = 100.0 if name.startswith("nmda.") else 1.0
        middle, low, high = scale * np.percentile(kept[name].values, [50, 5, 95], axis=0)
        band = [scale * kept[f"{name}_{end}"].values[0] for end in ("low", "high")] if f"{name}_low" in kept else None
        about = kept[name].attrs
        found[name] = {"time": kept["time"].values, "middle": middle, "low": low, "high": high, "band": band}
        found[name] |= {"unit": about["units"], "badge": about["badge"]}
    return found


def draw(dataset, path, accept_failures=0):
    """Write the figure as .png or .svg; whole or not at all. Raises ResultError for another suffix."""
    curves, tables = data(dataset, accept_failures), tables_of(dataset)
    panels = {title: {n: c for n, c in curves.items() if n.startswith(starts) and c["unit"] == unit}
              for title, (starts, unit) in PANELS.items()}  # fmt: skip
    panels = {title: part for title, part in panels.items() if part}
    end = max((d.end for d in _doses(tables)), default=0.0)
    late = end + LATE if "arterial.ketamine" in curves else np.inf

    def fill(axes):
        for panel, (title, part) in zip(axes, panels.items(), strict=True):
            for name, curve in part.items():
                _curve(panel, name, curve, many, late if "plasma" in title else np.inf)
            _points(panel, part, tables.get("compared", []))
            _frame(panel, title, _doses(tables), _window(tables, end))
        if "plasma, total (ng/mL)" in panels and _window(tables, end)[1] > late:
            axes[0].set_title("dashed: under-predicted, see the model perez_ruixo", fontsize=7, color="#666666")

    over = sorted({r["band_over"] for r in tables["peaks"] if "band_over" in r}, key=len)
    many = dataset.sizes["patient"] > 1
    notes = ["bands: 5th to 95th percentile of people"] if many else [f"bands: {over[-1]}"] if over else []
    notes += sorted({c["badge"] for c in curves.values()}, key=_assumed)[-1:]
    _write(path, len(panels), "; ".join(tables["words"][:2]), " · ".join([*notes, USE]), fill)
    return path


def _assumed(badge):
    """Number of assumed numbers in a badge; the figure prints the badge with most."""
    return int(badge.split(", ")[1].split(" of ")[0])


def _write(path, count, title, footer, fill):
    """A figure of `count` panels, two in a row, filled by `fill(axes)` and written whole."""
    if path.suffix not in (".png", ".svg"):
        raise ResultError(f"'{path}' is not a kind of figure this draws.", expected=".png or .svg")
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "synaptrace"
    from matplotlib import pyplot

    across, down = min(count, 2) or 1, (count + 1) // 2 or 1
    figure, panels = pyplot.subplots(down, across, figsize=(5 * across, 3.4 * down), layout="constrained", squeeze=False)
    try:
        axes = [a for row in panels for a in row]
        for unused in axes[count:]:
            unused.axis("off")
        fill(axes[:count])
        figure.suptitle(title, fontsize=10, wrap=True)
        figure.supxlabel(footer, fontsize=7, color="#666666", wrap=True)
        metadata = {"Date": None} if path.suffix == ".svg" else {}
        written_whole(path, lambda part: figure.savefig(part, dpi=150, metadata=metadata))
    finally:
        pyplot.close(figure)


def _curve(panel, name, curve, many, late):
    """A line, dashed where it is known to be too low, with the band of people or else of open choices."""
    label, color, opacity = STYLES[name]
    early = curve["time"] <= late
    panel.plot(curve["time"][early], curve["middle"][early], color=color, alpha=opacity, label=label, linewidth=1.5)
    if not early.all():
        tail = slice(max(int(early.sum()) - 1, 0), None)
        panel.plot(curve["time"][tail], curve["middle"][tail], color=color, alpha=opacity, linewidth=1.5, linestyle=(0, (3, 2)))
    edges = (curve["low"], curve["high"]) if many else curve["band"]
    if edges is not None and opacity == 1.0:
        panel.fill_between(curve["time"], *edges, color=color, alpha=0.13, linewidth=0)


def _points(panel, part, compared):
    """Concentrations that were measured."""
    for name in part:
        rows = [r for r in compared if r["name"] == name]
        if rows:
            panel.plot([r["time_h"] for r in rows], [r["observed"] for r in rows], "o", color=STYLES[name][1], markersize=3.5,
                       markerfacecolor="none")  # fmt: skip


def _frame(panel, title, doses, window):
    """Axes, dose bars and legend."""
    for start, end in [(s, s + d.duration) for d in doses for s in d.starts]:
        if start <= window[1]:
            panel.axvspan(start, max(end, start + 0.004 * (window[1] - window[0])), color="#999999", alpha=0.22, linewidth=0)
    panel.set(xlabel="time (h)", ylabel=title, xlim=window)
    panel.set_ylim(bottom=0)
    panel.spines[["top", "right"]].set_visible(False)
    panel.legend(frameon=False, fontsize=7)


def _doses(tables):
    return plan_of(tables["protocol_tables"]).doses


def _window(tables, last_dose):
    """Hours shown: the protocol, but at most 12 h after the last dose unless it lasts for days."""
    plan = plan_of(tables["protocol_tables"])
    return plan.start, min(plan.end, last_dose + 12.0) if last_dose < 12.0 else plan.end


TITLES = {
    "brain.ketamine_free": "unbound ketamine in the brain",
    "nmda.pyramidal_resting.blocked": "resting pyramidal receptors blocked",
    "nmda.pyramidal_evoked.blocked": "evoked pyramidal receptors blocked",
}


def _shown(dataset):
    """Hours shown of a comparison: until all curves are below a hundredth of their peaks, or the end."""
    time, name = dataset["time"].values, "arterial.ketamine" if "arterial.ketamine" in dataset else "venous.ketamine"
    highest = np.nanmax(dataset[name].values, axis=(0, 1))
    high = np.flatnonzero(highest > 0.01 * np.nanmax(highest))
    return float(time[0]), float(time[high[-1]] if len(high) else time[-1])


def overlay(dataset, path):
    """Draw the arms of a comparison over each other, one panel per quantity. Raises ResultError for another suffix."""
    shown = [n for n in ("arterial.ketamine", "venous.ketamine", "venous.norketamine", "brain.ketamine_free",
                         "nmda.pyramidal_resting.blocked", "nmda.pyramidal_evoked.blocked") if n in dataset]  # fmt: skip

    def fill(axes):
        for panel, name in zip(axes, shown, strict=True):
            scale = 100.0 if name.startswith("nmda.") else 1.0
            for k, arm in enumerate(dataset["arm"].values):
                values = dataset[name].values[k]
                known = ~np.isnan(values).all(axis=0)
                middle = np.nanmedian(values[:, known], axis=0) * scale
                panel.plot(dataset["time"].values[known], middle, color=(BLUE, RED, GREEN, PURPLE, GRAY)[k % 5], label=str(arm))
            unit = "%" if scale > 1 else dataset[name].attrs["units"].replace("umol", "µmol")
            _frame(
                panel,
                f"{STYLES[name][0]} {'blocked ' if scale > 1 else ''}({unit})",
                [],
                _shown(dataset),
            )

    _write(path, len(shown), " against ".join(map(str, dataset["arm"].values[:3])), USE, fill)
    return path
