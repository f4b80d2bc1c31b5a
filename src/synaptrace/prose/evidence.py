"""Every claim with its check and verdict: what was found, what the model gives, and what happens with the cause switched off."""

import re

from synaptrace import units
from synaptrace.claims import check, load_claims, paired
from synaptrace.evidence import load_source, sources
from synaptrace.evidence.store.load import load_store, papers
from synaptrace.evidence.text import address
from synaptrace.page.counted import counts
from synaptrace.page.words import (
    CIRCULARITY,
    EVIDENCE,
    MODEL,
    ROLES,
    amount,
    expected_words,
    kind_of,
    number,
    part_badge,
    plain,
    switch_words,
    value_words,
    verdict_sentence,
)
from synaptrace.prose.markdown import begun, escaped, linked, listed, page_text, spoken, spoken_unit, table

FIRST = "mission"
TITLES = {
    "mission": "Mission: the sentences of the science page",
    "exposure": "Exposure: concentrations in plasma and what changes them",
    "synapse": "Synapse: receptors, block and calcium on the bench",
    "signaling": "Signaling: the rig in a bath and a tube",
    "cascade": "Cascade: from block to synapses",
    "outcomes": "Outcomes: mood, dissociation and responses",
    "theories": "Theories: the truth table, on the combined theory",
}
READING = (
    "Each statement has one part per observation. *The model* is what came out of a run, or, for a part that is *computed*, of "
    "the published rows; *found* is the window that published numbers give by a named rule ([how a claim is made]"
    "(../CONTRIBUTING.md#add-a-claim)), *switched off* what came out without the named cause, and what should. Numbers have "
    "three digits, except where printed digits are compared, and *about 0* is less than a millionth of the run or its window. A "
    "part that waits for a mechanism or a trial is *not yet simulated* and counts neither for nor against."
)
COUNTING = (
    "**What counts as validation**: only parts that are *free*, so that nothing in the model was set to give them, and of these "
    "most strictly those that were also held out and share no data with what the model was set by (*clean*). Parts that are "
    "built in or fitted agree because they were made to."
)
HEAD = ["verdict", "part", "role", "the model", "found", "switched off", "source"]
NOTHING = 1e-6  # share of the read-out
RELATIVE = "median absolute relative error"
WISHES = {"outside": "should leave the window", "zero": "should be zero"}  # the other words of claims say it themselves


def evidence():
    """The page as text."""
    card, claims = check(), {c.id: c for c in load_claims()}
    data = {g: _of_group(card["claims"], claims, g) for g in _ordered({row["group"] for row in card["claims"]})}
    lines = begun("Evidence: every claim and its verdict", READING, COUNTING) + _meanings()
    lines += ["", "## Counts", *_counts(data, card.get("sealed", 0))]
    for group, rows in data.items():
        command = f"`synaptrace evidence check {group}`"
        lines += ["", f"## {_title(group)}", "", command, *_statements(group, rows, claims)]
    return page_text([*lines, "", "## Sources", "", *_sources(card["claims"])])


def _title(group):
    return TITLES.get(group, group.capitalize())


def _ordered(groups):
    return sorted(groups, key=lambda g: (list(TITLES).index(g) if g in TITLES else len(TITLES), g))


def _of_group(rows, claims, group):
    """Rows of the scorecard of one group; sentences of the science page section by section, as they stand there."""
    mine = [row for row in rows if row["group"] == group]
    sections = list(dict.fromkeys(_section(claims[row["id"]]) for row in mine))
    return sorted(mine, key=lambda row: (sections.index(_section(claims[row["id"]])), _sentence(claims[row["id"]])))


def _section(claim):
    return claim.table.get("section", "")


def _sentence(claim):
    """2 of 2, and of '2-3' or '2, second half'; 0 for a claim that is no sentence."""
    found = re.match(r"\d+", str(claim.table.get("sentence", "")))
    return int(found[0]) if found else 0


def _meanings():
    """The words that say what a part is worth."""
    rows = [[word, text.partition(": ")[2]] for word, text in ROLES.items()]
    rows += [[text, why[0].lower() + why[1:].rstrip(".")] for _, text, why in CIRCULARITY.values()]
    return table(["word", "what it says of a part"], rows)


def _counts(data, sealed):
    """Statements, verdicts and validation by group."""
    cells, verdicts = [], [v for v in MODEL if v != "not applicable"]
    for group, rows in data.items():
        n, parts = counts({"claims": rows}), [p for c in rows for p in c["parts"]]
        by = [sum(p["model_verdict"] == v for p in parts) for v in verdicts]
        (free, all_free), (clean, all_clean) = n["free"], n["clean"]
        head = [linked(_title(group), group), len(rows), len(parts)]
        cells.append([*head, *by, f"{free} of {all_free}", f"{clean} of {all_clean}"])
    words = [MODEL[v][1].removeprefix("Model: ") for v in verdicts]
    lines = table(["group", "statements", "parts", *words, "free: agree", "and held out, clean: agree"], cells)
    lines += ["", "A part that two groups share counts in both."]
    if sealed:
        lines[-1] += f" {sealed} held-out parts are run only by `make heldout`, which logs them in [heldout.md](heldout.md)."
    said = counts({"claims": data.get(FIRST, [])})["evidence"]
    words = [[EVIDENCE[v][1].removeprefix("Evidence: "), n] for v, n in said.items()]
    return [
        *lines,
        "",
        "What the literature says of the sentences of the science page:",
        *table(["evidence", "sentences"], words),
    ]


def _statements(group, rows, claims):
    """The statements of a group; those of the science page section by section."""
    lines, last = [], ""
    for row in rows:
        section = _section(claims[row["id"]])
        if section != last and group == FIRST:
            lines += ["", f"### {section}"]
        last = section
        lines += _statement(row, claims[row["id"]])
    return lines


def _statement(row, claim):
    verdicts = f"{' '.join(EVIDENCE[row['evidence_verdict']])}. {' '.join(MODEL[row['model_verdict']])}."
    limit = f" {escaped(row['qualifier'])}" if row["qualifier"] else ""
    cells = [_part(p, part) for p, part in paired(row, claim)]
    return ["", f"#### {row['id']}. {escaped(row['statement'])}", "", f"{verdicts}{limit}", *table(HEAD, cells)]


def _part(row, part):
    """One part as the cells of its row."""
    row, kind = _as_shown(row), kind_of(part)
    _, mark, words = part_badge(row)
    verdict = f"{mark} {re.sub('^(Model|Open question): ', '', words)}"
    role = f"{row['role']}, {CIRCULARITY[row['circularity']][1]}" + (", clean" if row["independence"] == "clean" else "")
    wanted = "" if kind == "structure" else expected_words(row)
    cells = [verdict, row["name"], role, _gives(row, part, kind), wanted, _off(row, part)]
    return [*map(escaped, cells), f"`{row['source']}`" if ":" in row["source"] else escaped(row["source"])]


def _as_shown(row):
    """The row with its unit as in print, and a relative error in percent."""
    if row["unit"] != RELATIVE:
        return row | {"unit": spoken_unit(row["unit"]) or "1"}
    off = row["off"] | ({"observed": _percent(row["off"]["observed"])} if "observed" in row["off"] else {})
    expected = {k: _percent(v) for k, v in row["expected"].items()}
    return row | {"unit": "% off (median)", "observed": _percent(row["observed"]), "expected": expected, "off": off}


def _percent(value):
    return None if value is None else 100 * value


def _gives(row, part, kind):
    """What came out, or what is waited for."""
    if kind == "not_yet":
        return f"waits for {part['run']['not_yet']}"
    if kind == "structure":
        return verdict_sentence(row, part).partition(". This says")[0].replace("The model is", "is")
    ratio = kind == "theory" and row["observed"] is not None
    value = value_words(row) if row["window"] == "printed-digits" else _about(row["observed"], row)
    return f"{value} of the drug alone" if ratio else value


def _off(row, part):
    """What came out with the cause switched off, and what should have."""
    off = row["off"]
    if "none" in off:
        return f"none: {off['none']}"
    switch = _changed(off["changes"]) if "changes" in off else switch_words(part["off"])
    if "waits_for" in off:
        return switch
    share = re.fullmatch(r"changes by >=\s*([\d.]+)", off["expect"])
    wish = f"should change by {number(100 * float(share[1]))} % or more" if share else WISHES.get(off["expect"], off["expect"])
    how = switch if switch.startswith(("as ", "at ", "without ")) else f"with {switch}"
    return f"{_about(off.get('observed'), row)} {how}; {wish}"


def _about(value, row):
    """A number of a run; what is nothing beside the run or its window is about 0, since rounding differs between machines."""
    size = max((abs(v) for v in (row["observed"], *row["expected"].values()) if v is not None), default=0.0)
    if value is not None and 0 < abs(value) <= NOTHING * size:
        return f"about {amount(0.0, row['unit'])}"
    return amount(value, row["unit"])


def _changed(changes):
    """What is set to what; places of one number together."""
    found = {}
    for name, value in changes.items():
        mechanism, _, key = name.rpartition(".")
        file, _, place = mechanism.partition("[")
        size, unit, _ = units.split(value)
        found.setdefault((file, key, amount(size, spoken_unit(unit or "1") or "1")), []).append(spoken(place.rstrip("]")))
    words = []
    for (file, key, value), places in found.items():
        where = f" ({', '.join(places)})" if any(places) else ""
        words.append(f"{key} of {plain(file)}{where} set to {value}")
    return listed(words)


def _sources(rows):
    """The citation of every source that a part names; what is named in words stands there already."""
    keys = sorted({p["source"].split(":")[0] for row in rows for p in row["parts"] if ":" in p["source"]})
    own, known, store = sources(), papers(), load_store()
    lines = []
    for key in keys:
        if key in own:
            text = load_source(key).citation()
        elif key in known:
            text = address(known[key])
        else:
            text = f"rows of trials kept here: {store[key].about.get('title', key)}" if key in store else "no address is known"
        lines.append(f"- `{key}`: {escaped(text.rstrip('.'))}.")
    return lines
