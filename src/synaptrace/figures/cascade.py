"""The cascade of a run: one column of small panels on one axis of time, from a minute to four weeks."""

from textwrap import fill

import numpy as np

from synaptrace.errors import ResultError
from synaptrace.figures.exposure import BLUE, GRAY, GREEN, PURPLE, RED, USE
from synaptrace.protocol import plan_of
from synaptrace.results import accepted, tables_of
from synaptrace.simulate.cascade import MOOD, UNTREATED, hours_of_first_dose
from synaptrace.simulate.summary import is_analyte
from synaptrace.writing import written_whole

TICKS = {1 / 60: "1 min", 1 / 6: "10 min", 1.0: "1 h", 4.0: "4 h", 24.0: "1 d", 168.0: "1 wk", 672.0: "4 wk"}
FIRST = 1 / 60  # hours: what happens before is not drawn
LEAST = 0.02  # half of the smallest span of a panel of ratios, so that noise does not fill it
LINES = (RED, BLUE, GREEN, PURPLE, GRAY)  # colors of the arms of a comparison
ORANGE = "#E69F00"
MOOD_TITLE = "depression (MADRS points)"
PANELS = {  # title: {quantity: (label, color)}, factor, relative to the beginning
    "ketamine in plasma (ng/mL)": ({"arterial.ketamine": ("arterial", GRAY), "venous.ketamine": ("venous", BLUE)}, 1, False),
    "NMDA receptors blocked (%)": (
        {
            "nmda.sst_interneuron.blocked": ("SST interneurons", PURPLE),
            "nmda.pv_interneuron.blocked": ("PV interneurons", ORANGE),
            "nmda.pyramidal_evoked.blocked": ("pyramidal, evoked", RED),
            "nmda.extrasynaptic.blocked": ("outside synapses", GREEN),
            "nmda.habenula.blocked": ("habenula", GRAY),
            "nmda.pyramidal_resting.blocked": ("pyramidal, at rest", BLUE),
        },
        100,
        False,
    ),
    "dissociation (CADSS points)": ({"outcome.dissociation": ("dissociation", PURPLE)}, 1, False),
    "firing (1: at rest)": (
        {
            "circuit.pyramidal_rate": ("pyramidal cells", RED),
            "circuit.sst_rate": ("SST interneurons", PURPLE),
            "circuit.pv_rate": ("PV interneurons", ORANGE),
        },
        1,
        True,
    ),
    "transmitters (1: at rest)": (
        {
            "adenosine.extracellular": ("adenosine", GREEN),
            "glutamate.evoked": ("glutamate, evoked", RED),
            "glutamate.extracellular": ("glutamate, outside", BLUE),
        },
        1,
        True,
    ),
    "signals (1: at rest)": (
        {
            "mtorc1.active": ("mTORC1", GREEN),
            "bdnf.released": ("BDNF released", RED),
            "trkb.active": ("TrkB", BLUE),
            "eef2.phosphorylated": ("p-eEF2", GRAY),
        },
        1,
        True,
    ),
    "synapses (1: at rest)": (
        {
            "synapse.strength": ("strength", RED),
            "ampa.surface": ("AMPA receptors", BLUE),
            "spines.density": ("spines", GREEN),
        },
        1,
        True,
    ),
    MOOD_TITLE: ({MOOD: ("severity", RED)}, 1, False),
}
ALONE = {  # quantities that a comparison draws, each in a panel of its own
    "venous.ketamine": "ketamine in venous plasma (ng/mL)",
    "nmda.sst_interneuron.blocked": "receptors of SST interneurons blocked (%)",
    "nmda.pyramidal_resting.blocked": "receptors of pyramidal cells at rest blocked (%)",
    "outcome.dissociation": "dissociation (CADSS points)",
    "circuit.pyramidal_rate": "firing of pyramidal cells (1: at rest)",
    "glutamate.evoked": "evoked glutamate (1: at rest)",
    "eef2.phosphorylated": "phosphorylated eEF2 (1: at rest)",
    "bdnf.released": "BDNF released (1: at rest)",
    "trkb.active": "TrkB (1: at rest)",
    "mtorc1.active": "mTORC1 (1: at rest)",
    "synapse.strength": "strength of synapses (1: at rest)",
    "spines.density": "spines (1: at rest)",
    MOOD: MOOD_TITLE,
}


def draws_cascade(dataset):
    """Whether a result, or an arm of a comparison, reaches from block to mood."""
    return MOOD + UNTREATED in dataset


def data(dataset, accept_failures=0):
    """{title: rows} of the panels; a row is {name, label, color, time, middle, low, high, plain, badge}.

    Time is hours since the first dose. `low` and `high` are the 5th and 95th percentile of people, `plain` the median
    without the drug, or None where that was not kept. Ratios are to the first value without the drug.
    """
    kept, found, about = accepted(dataset, accept_failures), {}, tables_of(dataset)["person"]
    time = kept["time"].values - hours_of_first_dose(dataset)
    for title, (curves, scale, relative) in PANELS.items():
        rows = [
            {"name": n, "label": label, "color": color, "time": time, "badge": kept[n].attrs["badge"]}
            | _curves(kept, n, scale, relative)
            for n, (label, color) in curves.items()
            if _shown(n, kept, about) and (kept[n].values.any() or not is_analyte(n))
        ]
        if rows:
            found[title] = rows
    if MOOD_TITLE in found and not about["follows"]:
        found[f"{MOOD_TITLE}, empirical curve"] = found.pop(MOOD_TITLE)
    return found


def _shown(name, badges, about):
    """Whether a quantity is drawn: a model has it, and it is no human score of an animal."""
    return name in badges and (about.get("species") == "human" or not name.startswith("outcome."))


def data_by_arm(dataset):
    """The same of a comparison: one panel per quantity, one row per arm; medians of people who did not fail."""
    found = {}
    for name, title in ALONE.items():
        scale, relative = next((s, r) for curves, s, r in PANELS.values() if name in curves)
        arms = tables_of(dataset)["cascade_by_arm"]
        for k, (arm, about) in enumerate(arms.items()):
            if _shown(name, about["badges"], about["person"]):
                part = _alive(dataset.isel(arm=k), name)
                label = f"{arm}, empirical curve" if name == MOOD and not about["person"]["follows"] else arm
                row = {"name": name, "label": label, "color": LINES[k % len(LINES)], "width": 1.2 + 0.6 * (len(arms) - 1 - k)}
                row |= {"badge": about["badges"][name], "time": part["time"].values - about["given"]}
                found.setdefault(title, []).append(row | _curves(part, name, scale, relative))
    return found


def _alive(part, name):
    """An arm without the times after its end and without the people who failed."""
    part = part.isel(time=~np.isnan(part[name].values).all(axis=0))
    return part.isel(patient=~np.isnan(part[name].values).any(axis=1))


def _curves(dataset, name, scale, relative):
    """{middle, low, high, plain} of a quantity over people."""
    values, plain = dataset[name].values, None
    if name + UNTREATED in dataset:
        plain = dataset[name + UNTREATED].values
    if relative:
        first = (values if plain is None else plain)[:, :1]
        values, plain = values / first, None if plain is None else plain / first
    middle, low, high = scale * np.percentile(values, [50, 5, 95], axis=0)
    return {"middle": middle, "low": low, "high": high, "plain": None if plain is None else scale * np.median(plain, axis=0)}


def draw(dataset, path, accept_failures=0):
    """Write the column of panels as .png or .svg; whole or not at all. Raises ResultError for another suffix."""
    panels, tables = data(dataset, accept_failures), tables_of(dataset)
    many = dataset.sizes["patient"] > 1
    who = "person" if tables["person"]["species"] == "human" else tables["person"]["species"]
    people = f"{dataset.sizes['patient']} people: medians, bands from the 5th to the 95th percentile" if many else f"one {who}"
    under = "".join(f", under {name}" for name in tables.get("perturbations", []))
    doses = _doses(tables, hours_of_first_dose(dataset))
    given = "; ".join(tables["words"][:2]) if doses else dataset.attrs["title"]
    _write(path, f"{given}\nmodel {dataset.attrs['model']}{under}, {people}", panels, many, doses)
    return path


def overlay(dataset, path):
    """Draw the arms of a comparison over each other, one panel per quantity. Raises ResultError for another suffix."""
    _write(path, " against ".join(map(str, dataset["arm"].values)), data_by_arm(dataset), dataset.sizes["patient"] > 1, [])
    return path


def _doses(tables, first):
    """(start, end) of every dose in hours since the first."""
    return [(g.start - first, g.start + g.duration - first) for g in plan_of(tables["protocol_tables"]).administrations()]


def _write(path, title, panels, many, doses):
    if path.suffix not in (".png", ".svg"):
        raise ResultError(f"'{path}' is not a kind of figure this draws.", expected=".png or .svg")
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "synaptrace"
    from matplotlib import pyplot

    size = (8.6, 1.3 * len(panels) + 1.1)
    figure, axes = pyplot.subplots(len(panels), 1, figsize=size, sharex=True, layout="constrained", squeeze=False)
    try:
        for axis, (name, rows) in zip(axes[:, 0], panels.items(), strict=True):
            _panel(axis, name, rows, many, doses)
        end = max([1.0, *(float(r["time"][-1]) for rows in panels.values() for r in rows)])
        ticks = {t: words for t, words in TICKS.items() if t <= end * 1.001}
        axes[-1, 0].set_xscale("log")
        axes[-1, 0].set_xlim(FIRST, end)
        axes[-1, 0].set_xticks(list(ticks), list(ticks.values()))
        axes[-1, 0].minorticks_off()
        axes[-1, 0].set_xlabel("time since the first dose began (logarithmic)", fontsize=8)
        figure.suptitle("\n".join(fill(line, 105) for line in title.splitlines()), fontsize=9)
        gray = "gray: doses · " if doses else ""
        footer = f"dashed: the same without the drug · {gray}assumed, 4 of 32: of its 32 numbers 4 are assumed · {USE}"
        figure.supxlabel(footer, fontsize=6.5, color="#666666")
        metadata = {"Date": None} if path.suffix == ".svg" else {}
        written_whole(path, lambda part: figure.savefig(part, dpi=150, metadata=metadata))
    finally:
        pyplot.close(figure)


def _panel(axis, name, rows, many, doses):
    """One panel: its curves, the same without the drug, and how much of each curve is assumed; equal curves are dotted."""
    for k, row in enumerate(rows):
        seen = row["time"] >= FIRST * 0.99
        same = any(np.allclose(row["middle"], r["middle"], rtol=1e-3) for r in rows[:k] if len(r["time"]) == len(row["time"]))
        label, style = f"{row['label']} ({row['badge'].replace(' numbers', '')})", (0, (1, 1.5)) if same else "-"
        look = {"color": row["color"], "linewidth": row.get("width", 1.4), "linestyle": style}
        axis.plot(row["time"][seen], row["middle"][seen], label=label, **look)
        if many:
            axis.fill_between(row["time"][seen], row["low"][seen], row["high"][seen], color=row["color"], alpha=0.13, linewidth=0)
        if row["plain"] is not None:
            axis.plot(row["time"][seen], row["plain"][seen], color=row["color"], linewidth=0.9, linestyle=(0, (4, 3)))
    for start, end in doses:
        axis.axvspan(max(start, FIRST), max(end, FIRST), color="#999999", alpha=0.22, linewidth=0.4)
    low, high = axis.get_ylim()
    axis.set_ylim((min(low, 1 - LEAST), max(high, 1 + LEAST)) if name.endswith("(1: at rest)") else (low, high))
    axis.set_title(name, fontsize=8, loc="left", pad=3)
    axis.tick_params(labelsize=7)
    axis.grid(axis="x", color="#DDDDDD", linewidth=0.5)
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(frameon=False, fontsize=6, loc="center left", bbox_to_anchor=(1.0, 0.5))
