"""A forest: every study with its interval, the pooled diamond, the prediction interval, and risk of bias beside it."""

from synaptrace.errors import ResultError
from synaptrace.figures.exposure import BLUE, GRAY, RED
from synaptrace.writing import written_whole

RISKS = {"low": ("+", "#009E73"), "some concerns": ("~", "#E69F00"), "high": ("\u2212", "#D55E00"), "unclear": ("?", "#999999")}
DOMAINS = {"overall_risk": "all", "rob": "all", "risk_of_bias": "all"}
ROW, TOP, WIDTH = 0.24, 1.25, 9.6  # inches
LONGEST, TALLEST = 60, 300  # letters of a label, studies of a forest


def data(result, groups=None, parts=None, risks=None, display=None):
    """What the figure draws, ready for JSON; nothing in it is computed anew.

    Parameters
    ----------
    result : MetaResult
        The pooled result; its weights and labels are those of the rows.
    groups : list of str
        Subgroup of every row, with `parts`, {group: MetaResult of it}.
    risks : list of dict
        {domain: low, some concerns, high or unclear} of every row.
    display : function of float
        From the scale of the analysis to the one shown, such as exp for a log odds ratio; as it is if left out.

    Returns
    -------
    dict
        "measure", "note", "rows" [{label, estimate, low, high, weight, group, risk}], "pooled" [{label, estimate, low, high,
        group}], "prediction" [low, high] or None, "domains".
    """
    shown = display or (lambda x: x)
    rows = []
    for k, (label, y, ends) in enumerate(zip(result.labels, result.yi, result.intervals, strict=True)):
        low, high = sorted(float(shown(x)) for x in ends)
        rows.append(
            {"label": str(label), "estimate": float(shown(y)), "low": low, "high": high, "weight": float(result.weights[k])}
            | {"group": str(groups[k]) if groups else "", "risk": dict(risks[k]) if risks else {}}
        )
    pooled = [_diamond(f"{group} (k = {r.k})", r, shown, group) for group, r in (parts or {}).items()]
    pooled.append(_diamond(f"all studies (k = {result.k})", result, shown, ""))
    interval = result.prediction_interval
    predicted = sorted(float(shown(x)) for x in interval) if interval is not None else None
    domains = list(dict.fromkeys(d for r in rows for d in r["risk"]))
    return {
        "measure": result.measure,
        "note": note(result),
        "rows": rows,
        "pooled": pooled,
        "prediction": predicted,
        "domains": domains,
    }


def cumulative_data(steps, display=None):
    """The same for pooled effects after the first 1, 2, .. studies: [(label, MetaResult)], each row a pooled effect."""
    shown, rows = display or (lambda x: x), []
    for label, r in steps:
        rows.append(_diamond(f"+ {label}", r, shown, "") | {"weight": 1.0, "risk": {}, "studies": r.k})
    last = steps[-1][1]
    return {
        "measure": last.measure,
        "note": f"cumulative; {note(last)}",
        "rows": rows,
        "pooled": [],
        "prediction": None,
        "domains": [],
    }


def _diamond(label, result, shown, group):
    low, high = sorted(float(shown(x)) for x in result.ci)
    return {"label": label, "estimate": float(shown(result.estimate)), "low": low, "high": high, "group": group}


def note(result):
    """One line under the figure: method, heterogeneity, test."""
    test = {"z": "normal intervals", "knha": "Knapp-Hartung", "adhoc": "Knapp-Hartung, never narrower"}.get(
        result.test, result.test
    )
    parts = [f"{result.method}, {test}"]
    if result.tau2 is not None:
        parts.append(f"tau\u00b2 = {result.tau2:.3g}, I\u00b2 = {result.i2:.0f} %")
    return "; ".join([*parts, f"Q = {result.q:.2f} (p = {result.q_p:.3g})"]) if result.q is not None else parts[0]


def draw(found, path, axis="", null=0.0, ratio=False):
    """Write the figure of `data` as .png or .svg; whole or not at all.

    `axis` names the axis, `null` is the value of no effect, `ratio` spreads the axis by logarithms.
    Raises ResultError for another suffix, nothing to draw, or more studies than can be read.
    """
    if str(path).rsplit(".", 1)[-1] not in ("png", "svg"):
        raise ResultError(f"'{path}' is not a kind of figure this writes.", expected=".png or .svg")
    if not found["rows"]:
        raise ResultError("There is no study to draw.", fix="give rows with an effect and a variance")
    if len(found["rows"]) > TALLEST:
        raise ResultError(
            "A forest of so many studies cannot be read.",
            given=len(found["rows"]),
            expected=f"at most {TALLEST}",
            fix="draw a funnel",
        )
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    lines = _lines(found)
    figure = Figure(figsize=(WIDTH, TOP + ROW * len(lines)), layout="none")
    panel = figure.add_axes((0.32, 0.85 / (TOP + ROW * len(lines)), 0.3, 1 - TOP / (TOP + ROW * len(lines))))
    _draw_lines(panel, lines, found["domains"])
    _frame(panel, found, lines, null, ratio, axis)
    figure.text(0.02, 0.02, found["note"], fontsize=7, color="#555555")
    return written_whole(
        path, lambda part: figure.savefig(part, dpi=150, metadata={"Date": None} if str(path).endswith("svg") else None)
    )


def _lines(found):
    """Rows, group headings, diamonds and the prediction interval in the order from the top."""
    groups = list(dict.fromkeys(r["group"] for r in found["rows"]))
    lines = []
    for group in groups:
        lines += [("heading", {"label": group})] if group else []
        lines += [("row", r) for r in found["rows"] if r["group"] == group]
        lines += [("diamond", p) for p in found["pooled"] if group and p["group"] == group]
    lines += [("diamond", p) for p in found["pooled"] if not p["group"]]
    if found["prediction"]:
        lines.append(
            ("prediction", {"label": "prediction interval", "low": found["prediction"][0], "high": found["prediction"][1]})
        )
    return lines


def _draw_lines(panel, lines, domains):
    heaviest = max(r["weight"] for kind, r in lines if kind == "row")
    side = {"transform": panel.get_yaxis_transform(), "va": "center", "fontsize": 8, "clip_on": False}
    for y, (kind, r) in enumerate(lines):
        bold = {"weight": "bold"} if kind in ("diamond", "heading") else {}
        panel.text(-1.03, y, r["label"][:LONGEST], **side, **bold)
        if kind == "row":
            panel.plot([r["low"], r["high"]], [y, y], color=GRAY, lw=1)
            panel.plot(r["estimate"], y, "s", color=BLUE, ms=3 + 6 * (r["weight"] / heaviest) ** 0.5)
            panel.text(1.82, y, f"{r['studies']}" if "studies" in r else f"{r['weight']:.1f}", ha="right", **side)
            for k, domain in enumerate(domains):
                sign, color = RISKS.get(r["risk"].get(domain), ("", "#999999"))
                panel.text(1.9 + 0.065 * k, y, sign, color=color, ha="center", **side, weight="bold")
        elif kind == "diamond":
            panel.fill([r["low"], r["estimate"], r["high"], r["estimate"]], [y, y - 0.32, y, y + 0.32], color=RED, lw=0)
        elif kind == "prediction":
            panel.plot([r["low"], r["high"]], [y, y], color=RED, lw=3, solid_capstyle="butt")
        if kind != "heading":
            panel.text(1.03, y, _written(r), **side, **bold)


def _written(r):
    middle = f"{r['estimate']:.2f} " if "estimate" in r else ""
    return f"{middle}[{r['low']:.2f}, {r['high']:.2f}]"


def _frame(panel, found, lines, null, ratio, axis):
    from matplotlib import ticker

    panel.set_ylim(len(lines) - 0.3, -0.7)
    panel.axvline(null, color="#999999", lw=0.8, ls="--", zorder=0)
    if ratio:
        panel.set_xscale("log")
        panel.xaxis.set_major_formatter(ticker.FuncFormatter(lambda x, _: f"{x:g}"))
        panel.xaxis.set_minor_formatter(ticker.NullFormatter())
    panel.set_yticks([])
    panel.tick_params(labelsize=7)
    panel.set_xlabel(axis or found["measure"], fontsize=8)
    for end in ("left", "right", "top"):
        panel.spines[end].set_visible(False)
    head = {"transform": panel.get_yaxis_transform(), "fontsize": 7, "color": "#555555", "va": "center", "clip_on": False}
    panel.text(1.03, -1, "effect [95 % interval]", **head)
    panel.text(1.82, -1, "studies" if "studies" in found["rows"][0] else "weight %", ha="right", **head)
    for k, domain in enumerate(found["domains"]):
        panel.text(1.9 + 0.065 * k, -1, DOMAINS.get(domain, domain.upper()), ha="center", **head)
