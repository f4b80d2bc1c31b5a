"""An experiment explained on two printed pages, from its own file: what is done and why, and what came out."""

import math
import textwrap

from synaptrace.experiment.run import AS_IS
from synaptrace.figures.bench import INK, data
from synaptrace.vocabulary import is_shared, shared

SIZE = (8.27, 11.69)  # A4, inches
LEFT, RIGHT, TOP = 0.1, 0.9, 0.93
MOST, NOTHING = 16, 1e-8  # rows of a table; what is printed as 0
WIDTH, LINE = 92, 0.0185  # letters of a line, height of a line of text


def write(experiment, found, rows, path):
    """Write the two pages as PDF.

    Parameters
    ----------
    experiment : Experiment
    found : Dataset
        What `run_experiment` returned.
    rows : list of dict
        What `judge` returned.
    path : path
        Ends in .pdf.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.backends.backend_pdf import PdfPages

    with PdfPages(path, metadata={"Title": experiment["title"], "CreationDate": None}) as pages:
        for page in (_first(experiment, found), _second(experiment, found, rows)):
            pages.savefig(page)
            _close(page)


def _first(experiment, found):
    """What is done and why."""
    sheet, y = _sheet(experiment["title"])
    y = _paragraphs(sheet, y, experiment.get("explanation", "").strip().split("\n\n"))
    y = _heading(sheet, y, "What is held")
    y = _lines(sheet, y, [f"{_plain(q)}   {v}" for q, v in experiment.get("conditions", {}).items()])
    if found.attrs.get("changes"):
        y = _lines(sheet, _heading(sheet, y, "What was set otherwise in this run"), found.attrs["changes"].split("; "))
    stimuli = [words(kind, row) for kind in ("step", "pulse", "train") for row in experiment.get(kind, [])]
    if stimuli:
        y = _lines(sheet, _heading(sheet, y, "What is done"), stimuli)
    if experiment.get("vary"):
        series = [f"{_plain(r['name'])}: {', '.join(map(str, r['values']))} {r.get('unit', '')}" for r in experiment["vary"]]
        y = _lines(sheet, _heading(sheet, y, "What is varied"), series)
    if experiment.off:
        _lines(sheet, _heading(sheet, y, "What is taken away, one at a time"), experiment.off)
    _foot(sheet, experiment, 1)
    return sheet


def _second(experiment, found, rows):
    """What came out: traces, and a table with a column for every off-switch."""
    sheet, _ = _sheet("What came out")
    panels = data(experiment, found)[:2]
    height = 0.16
    for k, (title, unit, lines) in enumerate(panels):
        axis = sheet.add_axes((LEFT + 0.04, 0.7 - k * (height + 0.07), 0.5, height))
        for n, (label, x, y) in enumerate(lines[:7]):
            axis.plot(x, y, color=INK[n % len(INK)], linewidth=1.2, label=label, zorder=3 if label.startswith(AS_IS) else 2)
        shown = textwrap.shorten(title.replace("_", " "), 80) + ("" if unit == "1" else f" ({unit})")
        axis.set_title(shown, loc="left", fontsize=8)
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(labelsize=7)
        axis.set_xlabel(_across(experiment, found), fontsize=7.5)
        if not k:
            axis.legend(frameon=False, fontsize=7.5, loc="upper left", bbox_to_anchor=(1.03, 1.0))
    y = 0.65 - (len(panels) - 1) * (height + 0.07)
    _table(sheet, y, rows)
    _foot(sheet, experiment, 2)
    return sheet


def _across(experiment, found):
    """What the horizontal axis is: time, or what was varied."""
    varied = str(found.attrs["varied"]).split(",")[0]
    if "curve" not in experiment.get("figure", {}) or not varied:
        return "ms"
    return f"{_plain(varied)} ({found[varied].attrs['units']})"


def _table(sheet, y, rows):
    """Readings with every off-switch, a name of a column being a number that is explained below; then the judged ones."""
    switches = list(rows[0]["off"]) if rows else []
    edges = [LEFT, *(0.44 + k * min(0.08, 0.46 / (1 + len(switches))) for k in range(1 + len(switches)))]
    y = _row(sheet, y, edges, ["", AS_IS, *(f"({k})" for k in range(1, len(switches) + 1))], weight="bold")
    for row in rows[:MOST]:
        unit = "" if row["unit"] == "1" else f" ({row['unit']})"
        name = textwrap.shorten(row["name"] + unit, 52, placeholder=" ...")
        y = _row(sheet, y, edges, [name, _number(row["value"]), *(_number(row["off"][s]) for s in switches)])
    for k, switch in enumerate(switches, 1):
        y = _row(sheet, y - (0.6 * LINE if k == 1 else 0), [LEFT], [f"({k})  {switch}"])
    for row in [r for r in rows if r["verdict"]][:MOST]:
        low, high = row["window"] or (None, None)
        window = f"expected {_range(low, high)}" if row["window"] else "nothing read to compare with"
        y = _row(sheet, y - 0.2 * LINE, [LEFT], [f"{row['name']}: {_number(row['value'])}, {window}: {row['verdict']}"])


def _row(sheet, y, edges, cells, **style):
    for x, cell in zip(edges, cells, strict=True):
        sheet.text(x, y, cell, fontsize=7.5, va="top", **style)
    return y - 0.9 * LINE


def _number(value):
    if value is None:
        return ""
    if abs(value) < NOTHING:
        return "0"
    return f"{value:.0f}" if 1e3 <= abs(value) < 1e6 else f"{value:.3g}"


def _range(low, high):
    if not math.isfinite(low):
        return f"below {high:.3g}"
    return f"above {low:.3g}" if not math.isfinite(high) else f"{low:.3g} to {high:.3g}"


def words(kind, row):
    """A stimulus in words: 'glutamate.pyramidal_evoked.cleft: pulse of 1 mmol/L for 100 ms, from 20 ms on'."""
    many = f", {row.get('count', 1)} times every {row['every']}" if "every" in row else ""
    what = {
        "step": lambda: f"step to {row['value']} at {row['start']}",
        "pulse": lambda: f"pulse of {row['height']} for {row['duration']}, from {row['start']} on{many}",
        "train": lambda: f"{row['count']} spikes at {row['rate']}, from {row['start']} on",
    }
    return f"{_plain(row['quantity'])}: {what[kind]()}"


def _plain(name):
    """What a quantity or a number is, in the words of the vocabulary where it has them."""
    meanings = [shared(n).meaning.replace("_", " ") if is_shared(n) else n.replace("_", " ") for n in name.split("+")]
    return " and ".join(meanings)


def _sheet(title):
    from matplotlib.figure import Figure

    sheet = Figure(figsize=SIZE)
    sheet.text(LEFT, TOP, title, fontsize=16, weight="bold", va="top")
    return sheet, TOP - 2.6 * LINE


def _close(sheet):
    sheet.clear()


def _heading(sheet, y, text):
    sheet.text(LEFT, y - 0.6 * LINE, text, fontsize=11, weight="bold", va="top")
    return y - 2.0 * LINE


def _paragraphs(sheet, y, paragraphs):
    for paragraph in paragraphs:
        y = _lines(sheet, y, textwrap.wrap(" ".join(paragraph.split()), WIDTH), 10) - 0.7 * LINE
    return y


def _lines(sheet, y, lines, size=9):
    for line in lines:
        for part in textwrap.wrap(line, int(WIDTH * 10 / size), subsequent_indent="    ") or [""]:
            sheet.text(LEFT, y, part, fontsize=size, va="top")
            y -= LINE
    return y


def _foot(sheet, experiment, number):
    words = f"synaptrace experiment {experiment['id']}   |   page {number} of 2   |   for research and teaching; never for dosing"
    sheet.text(0.5, 0.04, words, fontsize=7.5, ha="center", color="#555555")
