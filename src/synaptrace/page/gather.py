"""One JSON with everything the page shows: the scorecard as `evidence check` prints it, words, forests and curves."""

import re

from synaptrace.claims import check, paired
from synaptrace.claims.load import load_claims
from synaptrace.errors import UnknownName
from synaptrace.evidence import load_source
from synaptrace.evidence.store.load import load_store, papers
from synaptrace.evidence.text import address
from synaptrace.page import words
from synaptrace.page.demos import load_demos
from synaptrace.page.drawn import forests, simulated
from synaptrace.page.panels import draw_demo
from synaptrace.version import __version__
from synaptrace.vocabulary import shared

SHOWN = ("title", "question", "look_for", "switch", "claims", "commands", "later")
LATER, TRIALS = "not yet simulated", "trials and reviews"


def collect(group="mission", draw=True):
    """Everything the page of a group shows, ready for JSON.

    Parameters
    ----------
    group : str
        A group of claims.
    draw : bool
        Simulate the curves and pool the forests; without it the page has numbers and words only.

    Returns
    -------
    dict
        "group", "version", "command", "scorecard" (what `check(group)` gives, unchanged), "claims" {id: {section, sentence,
        qualifier, strength_word, citations, demo, layers, parts}}, "order" [ids as they stand on the page], "demos" {id:
        {title, question, look_for, switch, claims, commands, later, panels}}, "forests", "curves", "without_curve"
        {reason: ids}. The parts of a claim stand in the order of its parts of the scorecard.

    Raises
    ------
    UnknownName
        For a group that is not there.
    """
    scorecard = check(group)
    claims = {c.id: c for c in load_claims(group)}
    pairs = {row["id"]: paired(row, claims[row["id"]]) for row in scorecard["claims"]}
    parts = [part for pair in pairs.values() for _, part in pair]
    curves, without = simulated(parts) if draw else ({}, {})
    drawn = {"forests": forests(parts) if draw else {}, "curves": {}}
    shelf, seen, rows = _Shelf(), {}, {}
    for name, pair in pairs.items():
        rows[name] = _claim(claims[name].table, shelf) | {"parts": [_part(row, part, shelf) for row, part in pair]}
        rows[name]["layers"] = list(dict.fromkeys(p["layer"] for p in rows[name]["parts"]))
        for (_, part), entry in zip(pair, rows[name]["parts"], strict=True):
            _link(entry, part, drawn, curves.get(id(part)), seen)
            if id(part) in without:
                entry["no_curve"] = without[id(part)]
    return {
        "group": group,
        "version": __version__,
        "command": f"synaptrace evidence check {group}",
        "scorecard": scorecard,
        "claims": rows,
        "order": _order(rows),
        "demos": demos_of(rows, draw),
        **drawn,
        "without_curve": _without(rows),
    }


def demos_of(claims, draw=True):
    """{id: demo} of the experiments that the claims name, with figures where they are drawn."""
    named = {c["demo"] for c in claims.values()} - {""}
    mine = [demo for demo in load_demos() if demo["id"] in named] if named else []
    return {d["id"]: {k: d[k] for k in SHOWN} | {"panels": draw_demo(d) if draw else []} for d in mine}


def _order(claims):
    """Sections as they come, and in each the statements by sentence; an added one stands after those of its sentence."""
    sections = list(dict.fromkeys(c["section"] for c in claims.values()))
    return sorted(claims, key=lambda name: (sections.index(claims[name]["section"]), _first(claims[name]["sentence"])))


def _first(sentence):
    """2 of 2, and of '2-3' or '2, second half'."""
    found = re.match(r"\d+", str(sentence))
    return int(found[0]) if found else 0


class _Shelf:
    """Papers, reviews and sources by key."""

    def __init__(self):
        self.papers, self.reviews = papers(), load_store()

    def text(self, key):
        """A citation, in one line; the key itself in words where no address is known."""
        key = key.split(":")[0]
        if key in self.papers:
            return address(self.papers[key])
        if key in self.reviews:
            return f"Rows of trials kept with this model: {self.reviews[key].about.get('title', key)}"
        try:
            source = load_source(key)
            return f"Collected by this project from papers: {source.title}" if source.read == "dossier" else source.citation()
        except UnknownName:
            named = re.fullmatch(r"([a-z_]+?)_?(\d{4})[a-z]?", key)
            return f"{' and '.join(n.title() for n in named[1].split('_'))} {named[2]}" if named else key.replace("_", " ")


def _claim(table, shelf):
    citations = [shelf.text(key) for key in table.get("citations", [])]
    return {
        "section": table.get("section", table["group"]),
        "sentence": table.get("sentence", 0),
        "qualifier": table.get("qualifier", ""),
        "strength_word": table.get("strength_word", ""),
        "added": table.get("added", False),
        "demo": table.get("demo", ""),
        "citations": citations,
        "own_words": words.OWN_SOURCE[table["own_source"]],
    }


def _part(row, part, shelf):
    return {
        "kind": words.kind_of(part),
        "layer": _layer(part),
        "badge": words.part_badge(row),
        "window_words": words.WINDOWS.get(row["window"], row["window"]),
        "sentence": words.verdict_sentence(row, part),
        "value": words.value_words(row),
        "expected": words.expected_words(row),
        "off_sentence": words.off_sentence(row),
        "switch": words.switch_words(part["off"]),
        "citation": shelf.text(part["source"]),
        "run_again": _again(part),
    }


def _layer(part):
    """The level of the model that a part is read from."""
    kind = words.kind_of(part)
    if kind == "not_yet":
        return LATER
    if kind in ("review", "number"):
        return TRIALS
    if kind == "experiment":
        return "synapse"
    named = part["run"]["structure"].get("writes", ()) if kind == "structure" else part["measure"].get("what", ())
    try:
        return shared(named[0]).level if named else "structure"
    except UnknownName:
        return "structure"


def _again(part):
    """The command that shows this part alone, where there is one."""
    kind, run = words.kind_of(part), part["run"]
    if kind == "review":
        return f"synaptrace evidence show {run['review']}"
    if kind == "experiment":
        return f"synaptrace experiment {run['experiment']}"
    if kind == "model" and "protocol" in run and not set(run) - {"protocol", "model"}:
        return f"synaptrace run {run['protocol']} --model {run.get('model', 'exposure')}"
    return ""


def _link(entry, part, drawn, curve, seen):
    """Note which forest and curve a part shows; equal curves are kept once."""
    if entry["kind"] == "review":
        for word, analysis in (("forest", part["run"]["analysis"]), ("forest_off", part["off"].get("analysis"))):
            key = f"{part['run']['review']}:{analysis}"
            if key in drawn["forests"]:
                entry[word] = key
    if curve:
        name = seen.setdefault(repr(curve), f"c{len(seen) + 1}")
        drawn["curves"][name] = curve
        entry["curve"] = name


def _without(rows):
    """{reason: claims} of parts that could have a curve and have none, and of claims that have none at all."""
    found = {}
    for name, claim in rows.items():
        for reason in {p["no_curve"] for p in claim["parts"] if "no_curve" in p}:
            found.setdefault(reason, []).append(name)
        if not any("curve" in p or "forest" in p for p in claim["parts"]):
            found.setdefault(
                "neither, since they wait to be simulated, say how the model is built, or give one ratio per experiment", []
            ).append(name)
    return found
