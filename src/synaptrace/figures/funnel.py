"""A funnel: effects against their standard errors, with the regions in which a study alone would be significant."""

from synaptrace.errors import ResultError
from synaptrace.figures.exposure import BLUE, GRAY, RED
from synaptrace.writing import written_whole

LEVELS = {0.10: 1.6448536269514722, 0.05: 1.959963984540054, 0.01: 2.5758293035489004}  # p: standard errors from no effect
NAMED = 8  # studies of a Baujat plot that get their name
SHADES = ("#ffffff", "#d9d9d9", "#b5b5b5", "#8f8f8f")


def data(result, null=0.0, filled=None):
    """{"measure", "middle", "null", "rows" [{label, effect, se}], "filled" [{effect, se}]}, on the scale of the analysis.

    `filled` are the (effects, standard errors) that trim-and-fill added.
    """
    rows = [
        {"label": str(label), "effect": float(y), "se": float(v**0.5)}
        for label, y, v in zip(result.labels, result.yi, result.vi, strict=True)
    ]
    added = [{"effect": float(y), "se": float(s)} for y, s in zip(*filled, strict=True)] if filled else []
    return {"measure": result.measure, "middle": float(result.estimate), "null": null, "rows": rows, "filled": added}


def draw(found, path, axis=""):
    """Write the figure of `data` as .png or .svg; whole or not at all. Raises ResultError for another suffix."""
    figure, panel = sheet(path)
    points = [*found["rows"], *found["filled"]]
    largest = 1.08 * max(p["se"] for p in points)
    null, middle = found["null"], found["middle"]
    spread = max(abs(p["effect"] - null) for p in points) + 0.3 * largest
    spread = max(spread, 1.15 * largest * max(LEVELS.values()))
    panel.set_facecolor(SHADES[-1])
    for p, shade in zip(sorted(LEVELS), reversed(SHADES[:-1]), strict=True):
        z = LEVELS[p]
        panel.fill([null, null - z * largest, null + z * largest], [0, largest, largest], color=shade, lw=0)
    panel.plot(
        [middle - LEVELS[0.05] * largest, middle, middle + LEVELS[0.05] * largest], [largest, 0, largest], "--", color=RED, lw=1
    )
    panel.axvline(middle, color=RED, lw=1)
    panel.plot([p["effect"] for p in found["rows"]], [p["se"] for p in found["rows"]], "o", color=BLUE, mec="white", ms=6)
    panel.plot([p["effect"] for p in found["filled"]], [p["se"] for p in found["filled"]], "o", mfc="white", mec=GRAY, ms=6)
    panel.set_xlim(null - spread, null + spread)
    panel.set_ylim(largest, 0)
    panel.set_xlabel(axis or found["measure"], fontsize=8)
    panel.set_ylabel("standard error", fontsize=8)
    figure.text(
        0.02,
        0.02,
        "white: p > 0.10; gray: p < 0.10, 0.05, 0.01 for a study alone; red: pooled effect and its 95 % region",
        fontsize=6.5,
    )
    return save(figure, path)


def baujat_data(labels, heterogeneity, influence):
    """{"rows" [{label, heterogeneity, influence}]}: share of Q and squared standardized shift of the mean, per study."""
    pairs = zip(labels, heterogeneity, influence, strict=True)
    return {"rows": [{"label": str(n), "heterogeneity": float(x), "influence": float(y)} for n, x, y in pairs]}


def draw_baujat(found, path):
    """Write the Baujat plot as .png or .svg: which studies make heterogeneity, and which move the mean."""
    figure, panel = sheet(path)
    largest = [max(r[k] for r in found["rows"]) or 1.0 for k in ("heterogeneity", "influence")]
    far = sorted(found["rows"], key=lambda r: -max(r["heterogeneity"] / largest[0], r["influence"] / largest[1]))[:NAMED]
    for r in found["rows"]:
        panel.plot(r["heterogeneity"], r["influence"], "o", color=BLUE, ms=5, mec="white")
    for r in far:
        panel.annotate(
            r["label"][:24], (r["heterogeneity"], r["influence"]), fontsize=6.5, xytext=(4, 3), textcoords="offset points"
        )
    panel.margins(0.15)
    panel.set_xlabel("contribution to Q", fontsize=8)
    panel.set_ylabel("influence on the pooled effect", fontsize=8)
    figure.text(0.02, 0.02, f"the {len(far)} studies farthest out are named; common effect", fontsize=6.5)
    return save(figure, path)


def sheet(path):
    """(figure, panel) of one plain plot. Raises ResultError for a file that is neither .png nor .svg."""
    if str(path).rsplit(".", 1)[-1] not in ("png", "svg"):
        raise ResultError(f"'{path}' is not a kind of figure this writes.", expected=".png or .svg")
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4.6))
    panel = figure.add_axes((0.12, 0.17, 0.84, 0.78))
    panel.tick_params(labelsize=7)
    return figure, panel


def save(figure, path):
    """The figure as a file, whole or not at all; an SVG without its date, so that it can be compared."""
    about = {"Date": None} if str(path).endswith("svg") else None
    return written_whole(path, lambda part: figure.savefig(part, dpi=150, metadata=about))
