"""The twelve experiments as plain HTML: titles, expectations, statements and commands; the script adds the figures."""

from html import escape

from synaptrace.page.words import CIRCULARITY, MODEL, capital

MARKS = {  # whether an expectation came true: (class, mark, words)
    True: ("pass", "\u2713", "as expected"),
    False: ("fail", "\u2715", "not as expected"),
    None: ("cannot-decide", "?", "cannot be said"),
}
SET = {"made": ("built-in", "fitted"), "computed": ("exact", "none"), "free": ("free",)}
NOT_DRAWN = "The figures were left out of this page."


def demo_section(data):
    """The section of all experiments with a list of links before it; empty where a group has none."""
    if not data["demos"]:
        return ""
    found = {row["id"]: row for row in data["scorecard"]["claims"]}
    links = "".join(f'<li><a href="#{escape(k)}">{escape(k)} {escape(d["title"])}</a></li>' for k, d in data["demos"].items())
    rows = [e for d in data["demos"].values() for p in d["panels"] for e in p["expect"]]
    return (
        '<section aria-label="Twelve experiments" id="experiments"><h2>Twelve experiments</h2>'
        "<p>Each is a small story with figures. Under each figure stands what was expected before the run, and what came out "
        "in the run that wrote this page. Tick the box of an experiment to draw beside it what happens when one thing is "
        "changed or taken away.</p>"
        f"<p>{_counted(rows)}</p>"
        f'<ul class="plain contents">{links}</ul>{"".join(_demo(k, d, found) for k, d in data["demos"].items())}</section>'
    )


def _counted(rows):
    """How many expectations came true, by whether the model was set to give them."""
    kinds = {kind: [e["holds"] for e in rows if e["circularity"] in words] for kind, words in SET.items()}
    made, other_kinds, free = (f"{sum(h is True for h in holds)} of {len(holds)}" for holds in kinds.values())
    good, bad = (sum(e["holds"] is known for e in rows) for known in (True, False))
    other = len(rows) - good - bad
    more = f", and of {other} nothing can be said" if other else ""
    return (
        f"{len(rows)} expectations are printed under the figures: {good} came out as expected, {bad} did not{more}. Where the "
        f"model was built or fitted that way, {made} did, which is no evidence; where it is arithmetic on published numbers or "
        f"needs no model, {other_kinds}. Where it is free, so that nothing in the model was set to give it, {free} came out as "
        f"expected. A mark says which is which."
    )


def _demo(name, demo, found):
    claims = "".join(_claim(found[c]) for c in demo["claims"] if c in found)
    commands = "".join(f"<li><code>{escape(c)}</code></li>" for c in demo["commands"])
    later = "".join(f"<li><b>{escape(capital(r['what']))}</b>: {escape(r['why'])}.</li>" for r in demo["later"])
    figures = "".join(_figure(p) for p in demo["panels"]) or f"<p>{NOT_DRAWN}</p>"
    box = f'<input type="checkbox" class="off-switch" id="{name}-switch">'
    title = escape(demo["title"])
    return (
        f'<article class="demo" id="{name}" aria-label="{title}"><h3><span class="number">{name}</span> {title}</h3>'
        f"<p>{escape(demo['question'])}</p><p><b>What to look for.</b> {escape(demo['look_for'])}</p>"
        f'<label class="toggle">{box}<span>Draw beside it: {escape(demo["switch"])}</span></label>'
        f'<div class="panels">{figures}</div>'
        f'<div class="columns"><div><h4>Statements shown here</h4><ul class="plain fine">{claims}</ul></div>'
        f'<div><h4>To run it yourself</h4><ul class="plain">{commands}</ul>'
        f'<h4>Not yet simulated</h4><ul class="plain fine">{later}</ul></div></div></article>'
    )


def _figure(panel):
    expected = "".join(_expectation(e) for e in panel["expect"])
    return (
        f'<figure class="panel"><h4>{escape(panel["title"])}</h4><div class="drawing"></div>'
        f"<figcaption>{escape(panel['note'])}</figcaption>{f'<ul class=plain>{expected}</ul>' if expected else ''}</figure>"
    )


def _expectation(row):
    kind, mark, words = MARKS[row["holds"]]
    sign, word, _ = CIRCULARITY[row["circularity"]]
    why = f" ({escape(row['why'])})" if row["why"] else ""
    return (
        f'<li class="expectation"><span class="small {kind}"><span class="mark" aria-hidden="true">{mark}</span> {words}</span> '
        f"{escape(row['says'])}. Expected: {escape(row['wish'])}{why}; here: {escape(row['found'])}. "
        f'<span class="fine">{sign} {escape(word)}</span></li>'
    )


def _claim(row):
    mark, text = MODEL[row["model_verdict"]]
    badge = (
        f'<span class="small {row["model_verdict"].replace(" ", "-")}"><span class="mark" aria-hidden="true">{mark}</span> '
        f"{escape(text)}</span>"
    )
    return f'<li><a href="#{escape(row["id"])}">{escape(row["id"])}</a> {escape(row["statement"])} {badge}</li>'
