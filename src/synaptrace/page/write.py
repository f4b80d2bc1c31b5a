"""Fill the template: heads, badges, counts and the table of parts as plain HTML, everything else as one JSON for the script."""

import json
from html import escape
from importlib.resources import files
from pathlib import Path

from synaptrace.errors import ResultError
from synaptrace.page.counted import counts
from synaptrace.page.gather import collect
from synaptrace.page.shown import demo_section
from synaptrace.page.words import CIRCULARITY, EVIDENCE, MODEL, ROLES, amount, expected_words, part_badge
from synaptrace.writing import check_writable, written_whole

TEMPLATE = files("synaptrace") / "library" / "page" / "template.html"
LARGEST = 3_000_000  # bytes
TITLE = "Ketamine, statement by statement"
JUMP = '<a href="#experiments">twelve experiments with figures</a>, '


def write_page(path, group="mission", draw=True):
    """Write the page of a group of claims as one HTML file; whole or not at all.

    Raises ResultError where nothing can be written or the page is larger than 3 MB, UnknownName for a group that is not there.
    """
    check_writable(path)
    page = render(collect(group, draw)).encode("utf-8")
    if len(page) > LARGEST:
        raise ResultError("The page is too large.", given=f"{len(page) / 1e6:.1f} MB", expected=f"at most {LARGEST / 1e6:.0f} MB")
    return written_whole(path, lambda part: Path(part).write_bytes(page))


def render(data):
    """The page of `collect` as text; the JSON in it cannot end the script that holds it."""
    text = TEMPLATE.read_text("utf-8")
    filled = {
        "title": TITLE,
        "version": escape(data["version"]),
        "command": escape(data["command"]),
        "counts": _counts(counts(data["scorecard"]), data["scorecard"]),
        "demos": demo_section(data),
        "jump": JUMP if data["demos"] else "",
        "filters": _filters(data),
        "claims": _claims(data),
        "parts": _parts(data["scorecard"]),
        "missing": _missing(data["without_curve"]),
    }
    words = {"circularity": CIRCULARITY, "roles": ROLES}
    for name, value in filled.items():
        text = text.replace("{{" + name + "}}", value)
    text = text.replace("{{words}}", _json(words))
    return text.replace("{{data}}", _json(data))


def _json(data):
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def _tag(word, mark, text, kind="badge"):
    """A badge: mark and words; color only repeats them."""
    return (
        f'<span class="{kind} {word.replace(" ", "-")}"><span class="mark" aria-hidden="true">{mark}</span> {escape(text)}</span>'
    )


def _counts(found, scorecard):
    claims, parts = len(scorecard["claims"]), sum(len(c["parts"]) for c in scorecard["claims"])
    evidence = "".join(f"<li>{_tag(v, *EVIDENCE[v])} <b>{n}</b></li>" for v, n in found["evidence"].items())
    model = "".join(f"<li>{_tag(v, *MODEL[v])} <b>{n}</b></li>" for v, n in found["model"].items())
    (good, all_), (clean, clean_all) = found["free"], found["clean"]
    sealed = scorecard.get("sealed", 0)
    more = f" {sealed} more parts are kept sealed, so that no theory can be chosen by them." if sealed else ""
    return (
        f"<p>{claims} statements in {parts} parts. Each part is one observation and one check.{more}</p>"
        f'<div class="columns"><div><h3>What the evidence says</h3><ul class="plain">{evidence}</ul></div>'
        f'<div><h3>What the model does</h3><ul class="plain">{model}</ul></div></div>'
        f'<p class="validation"><b>What counts as validation: {good} of {all_} free parts agree.</b> Free means that nothing in '
        f"the model was set to give the number; free parts that still wait to be simulated are among the {all_}, sides of open "
        f"questions are not. The strictest count, parts that were also held out and share no data with what "
        f"the model was set by: {clean} of {clean_all}. Parts that are built in or fitted agree because they were made to, and "
        f"are not counted.</p>"
        f"{_cross('Parts by role', ROLES, found['role'])}"
        f"{_cross('Parts by circularity', {k: f'{m} {w}' for k, (m, w, _) in CIRCULARITY.items()}, found['circularity'])}"
    )


def _cross(title, names, found):
    verdicts = list(next(iter(found.values())))
    head = "".join(f'<th scope="col">{MODEL[v][0]} {escape(v)}</th>' for v in verdicts)
    body = "".join(
        f'<tr><th scope="row">{escape(names[w])}</th>{"".join(f"<td>{n}</td>" for n in row.values())}</tr>'
        for w, row in found.items()
        if any(row.values())
    )
    caption = f'<caption>{escape(title)}</caption><thead><tr><th scope="col">parts</th>{head}</tr></thead>'
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{title}"><table>{caption}<tbody>{body}</tbody></table></div>'
    )


def _filters(data):
    claims = data["claims"].values()
    sections = {s: s for s in dict.fromkeys(c["section"] for c in claims)}
    layers = {w: w for w in sorted({w for c in claims for w in c["layers"]})}
    demos = {d: f"{d} {data['demos'].get(d, {}).get('title', '')}".strip() for d in sorted({c["demo"] for c in claims} - {""})}
    rows = [
        ("evidence", "Evidence", {v: t.partition(": ")[2] for v, (_, t) in EVIDENCE.items()}),
        ("model", "Model", {v: t.partition(": ")[2] for v, (_, t) in MODEL.items()}),
        ("role", "Role of a part", {w: w for w in ROLES}),
        ("circularity", "Circularity of a part", {w: t for w, (_, t, _) in CIRCULARITY.items()}),
        ("layer", "Layer", layers),
        ("section", "Section", sections),
        ("demo", "Experiment", demos),
    ]
    return "".join(_select(*row) for row in rows if len(row[2]) > 1)


def _select(name, label, options):
    inside = "".join(f'<option value="{escape(v)}">{escape(t)}</option>' for v, t in options.items())
    return f'<label>{label}<select data-filter="{name}"><option value="">all</option>{inside}</select></label>'


def _claims(data):
    """Every statement with its two badges, section by section, readable without the script."""
    lines, section = [], None
    found = {row["id"]: row for row in data["scorecard"]["claims"]}
    for row in map(found.get, data["order"]):
        about = data["claims"][row["id"]]
        if about["section"] != section:
            lines.append(f'{"</section>" if section else ""}<section class="group"><h2>{escape(about["section"])}</h2>')
            section = about["section"]
        lines.append(_claim(row, about))
    return "\n".join([*lines, "</section>" if section else ""])


def _claim(row, about):
    name = escape(row["id"])
    facts = {
        "evidence": row["evidence_verdict"],
        "model": row["model_verdict"],
        "role": "|".join(dict.fromkeys(p["role"] for p in row["parts"])),
        "circularity": "|".join(dict.fromkeys(p["circularity"] for p in row["parts"])),
        "layer": "|".join(about["layers"]),
        "section": about["section"],
        "demo": about["demo"],
    }
    marks = "".join(f' data-{k}="{escape(v)}"' for k, v in facts.items())
    badges = _tag(row["evidence_verdict"], *EVIDENCE[row["evidence_verdict"]]) + _tag(
        row["model_verdict"], *MODEL[row["model_verdict"]]
    )
    return (
        f'<article class="claim" id="{name}"{marks}><h3><button type="button" aria-expanded="false" aria-controls="{name}-more">'
        f'<span class="id">{name}</span> <span class="statement">{escape(row["statement"])}</span></button></h3>'
        f'<p class="badges">{badges}</p><div class="more" id="{name}-more" hidden></div></article>'
    )


def _parts(scorecard):
    """All parts as the rows of a table."""
    return "".join(
        f'<tr><th scope="row"><a href="#{escape(c["id"])}">{escape(c["id"])}</a></th><td>{escape(p["name"])}</td>'
        f"<td>{escape(p['role'])}</td><td>{CIRCULARITY[p['circularity']][0]} {CIRCULARITY[p['circularity']][1]}</td>"
        f"<td>{_value(p)}</td><td>{_window(p)}</td><td>{_tag(*part_badge(p), kind='small')}</td></tr>"
        for c in scorecard["claims"]
        for p in c["parts"]
    )


def _value(row):
    return "" if row["observed"] is None else escape(amount(row["observed"], row["unit"]))


def _window(row):
    return escape(expected_words(row) or "none")


def _missing(without):
    """Which statements have no curve, and why."""
    lines = "".join(f"<li>{escape(reason)}: {', '.join(map(escape, names))}</li>" for reason, names in without.items())
    return f'<ul class="plain">{lines}</ul>' if lines else "<p>Every statement has one.</p>"
