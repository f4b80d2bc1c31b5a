"""Plain words: numbers, windows and verdicts as sentences for a reader without statistics."""

import math
import re

RAISED = str.maketrans("0123456789-", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b")
KINDS = ("not_yet", "review", "structure", "number", "theory", "experiment")
EVIDENCE = {  # evidence verdict: (mark, badge)
    "supported as written": ("\u25cf", "Evidence: supported as written"),
    "supported with qualifier": ("\u25d0", "Evidence: supported, with a qualifier"),
    "not supported by its own citation": ("\u25cb", "Evidence: not supported by its own citation"),
    "contested": ("\u21c4", "Evidence: contested"),
}
MODEL = {
    "pass": ("\u2713", "Model: agrees with what was found"),
    "fail": ("\u2715", "Model: misses something that was found"),
    "cannot decide": ("?", "Model: cannot decide"),
    "not yet simulated": ("\u2026", "Model: not yet simulated"),
    "not applicable": ("\u21c4", "Model: shows the sides, does not decide"),
}
OPEN_PART = {"pass": "holds in the model", "fail": "does not hold in the model"}  # one side of an open question is never green
OWN_SOURCE = {"shows it": "It does.", "in part": "In part.", "does not": "It does not.", "none given": "None is cited."}
CIRCULARITY = {
    "built-in": (
        "\u25a3",
        "built in",
        "The model was made this way, so agreement is no evidence; it only shows that nothing broke.",
    ),
    "fitted": ("\u25c6", "fitted", "This number, or one like it, was used to set the model, so agreement is no evidence."),
    "free": ("\u2605", "free", "Nothing in the model was set to give this, so agreement counts."),
    "exact": ("=", "computed", "Arithmetic on published numbers; no model takes part."),
    "none": ("\u00b7", "no model", "No part of the model is involved."),
}
ROLES = {
    "calibration": "calibration: known when the model was set",
    "held-out": "held out: kept apart when the model was set",
    "contested": "contested: one side of an open question",
    "definition": "definition: what the model is made of",
}
POOLED = {
    "estimate": "the result",
    "ci_low": "the lower end of its 95 % range",
    "ci_high": "the upper end of its 95 % range",
    "p": "its p value, the chance of such a difference where there is none,",
    "k": "the number of studies",
    "se": "its standard error, which says how sure it is,",
    "i2": "the share of differences between studies that is not chance, in %,",
}
WINDOWS = {
    "published-ci": "the published range that holds the true number with 95 % confidence",
    "convention-25pct": "the published number with a quarter of it to either side",
    "mean-1sd": "the published mean with one standard deviation, the usual spread, to either side",
    "mean-2se": "the published mean with two standard errors, its own uncertainty, to either side",
    "geometric-1sd": "the published mean divided and multiplied by its usual spread",
    "sign": "only the direction, or a stated limit",
    "stated-limit": "a limit that a source states, or that the check asks",
    "truth-table": "a limit fixed before any model was scored, relative to the effect of the drug alone",
    "printed-digits": "all numbers that round to the printed one",
    "none: memory": "none; the published number is remembered, not read, and decides nothing",
}


def part_badge(row):
    """(class, mark, words) of one part; one side of an open question is never shown as agreement."""
    verdict = row["model_verdict"]
    if row["role"] == "contested" and verdict in OPEN_PART:
        return "not-applicable", MODEL["not applicable"][0], f"Open question: {OPEN_PART[verdict]}"
    return verdict, *MODEL[verdict]


def kind_of(part):
    """How a part is checked: one of KINDS, or model for a simulated person or animal."""
    return next((k for k in KINDS if k in part["run"]), "model")


def number(value):
    """A number with three significant digits, without powers of ten where it can be read without them."""
    if value is None or not math.isfinite(value):
        return "no number"
    rounded = float(f"{value:.3g}") + 0.0
    text = f"{rounded:.3g}"
    if "e" in text and 1e-4 <= abs(rounded) < 1e6:
        text = f"{rounded:.7f}".rstrip("0").rstrip(".")
    if "e" in text:
        digits, _, power = text.partition("e")
        text = f"{digits} \u00d7 10{str(int(power)).translate(RAISED)}"
    return text.replace("-", "\u2212")


def amount(value, unit):
    """A number with its unit; a ratio has none."""
    return number(value) + ("" if unit == "1" or value is None else f" {unit}")


def expected_words(row):
    """The window of a part of the scorecard in words; empty where there is none."""
    window, unit = row["expected"], row["unit"]
    if row["window"] == "printed-digits":
        return f"a result that prints as {printed(row)}"
    if {"low", "high"} <= set(window):
        return f"between {number(window['low'])} and {amount(window['high'], unit)}"
    ends = [("more than", window.get("above")), ("less than", window.get("below"))]
    return " and ".join(f"{word} {amount(value, unit)}" for word, value in ends if value is not None)


def printed(row, value=None):
    """A value, or else the middle of a window by printed digits, with as many decimals as were printed."""
    low, high = row["expected"]["low"], row["expected"]["high"]
    decimals = round(-math.log10(high - low))
    value = 0.5 * (low + high) if value is None else value
    return f"{value:.{max(decimals, 0)}f}".replace("-", "\u2212") if decimals < 6 else number(value)


def verdict_sentence(row, part):
    """What was found and what the model gives, in one or two sentences.

    `row` is a part of the scorecard, `part` the Part of the claim file it stands for.
    """
    kind, verdict = kind_of(part), row["model_verdict"]
    digits = kind == "number" and row["window"] == "printed-digits"
    wanted = printed(row) if digits else expected_words(row)
    if kind == "not_yet":
        found = f" {capital(wanted)} {_where(row)}." if wanted else ""
        return f"Not simulated yet: this waits for {part['run']['not_yet']}.{found} It counts neither for nor against."
    if kind == "structure":
        return _structure(part["run"]["structure"], verdict)
    if row["observed"] is None:
        return f"No number came out. {capital(wanted)} {_where(row)}." if wanted else "No number came out."
    value = value_words(row)
    head = _head(kind, part, value)
    if not wanted:
        return f"{head}. The published number is only remembered, so nothing is decided."
    return f"{head}; {wanted} {_where(row)}: {_ending(row, verdict)}"


def _head(kind, part, value):
    if kind == "review":
        return f"Computed again from the published rows, {_of_review(part)} is {value}"
    if kind == "number":
        return f"Printed is {value}"
    return f"The model gives {value}{' times the effect of the drug alone' if kind == 'theory' else ''}"


def _of_review(part):
    """Which number of a pooled result a part reads."""
    name = part["measure"]["what"][0]
    return POOLED.get(name, f"\u201c{name}\u201d")


def value_words(row):
    """What came out, with its unit; as many decimals as print where digits are compared."""
    if row["observed"] is not None and row["window"] == "printed-digits":
        return printed(row, row["observed"])
    return amount(row["observed"], row["unit"])


def _where(row):
    if row["role"] == "contested":
        return "is what one side says"
    if row["role"] == "definition":
        return "is what the statement means"
    return "was printed" if row["window"] == "printed-digits" else "is what was found"


def _ending(row, verdict):
    edge = row["window"] != "printed-digits" and number(row["observed"]) in map(number, row["expected"].values())
    if verdict == "pass":
        return "it agrees, just inside the limit." if edge else "it agrees."
    if verdict == "fail":
        return f"it does not agree; it is {'a trace ' if edge else ''}too {'low' if _too_low(row) else 'high'}."
    return "the number agrees, but it does not depend on the named cause as it should, so nothing is shown."


def _too_low(row):
    ends = [row["expected"][k] for k in ("low", "above") if k in row["expected"]]
    return bool(ends) and row["observed"] < ends[0] or bool(ends) and row["observed"] == ends[0] and "above" in row["expected"]


def _structure(table, verdict):
    chain = [plain(table["mechanism"])]
    chain += [f"reads {_list(table['reads'])}"] if table.get("reads") else []
    chain += [f"changes {_list(table['writes'])}"] if table.get("writes") else []
    chain += [f"does not read {_list(table['reads_not'], 'or')}"] if table.get("reads_not") else []
    chain += [f"does not change {_list(table['writes_not'], 'or')}"] if table.get("writes_not") else []
    chain += [f"leads by no way to {_list(table['leads_not_to'], 'or')}"] if table.get("leads_not_to") else []
    has = "The model is built this way" if verdict == "pass" else "The model is not built this way"
    return f"{has}: {', '.join(chain)}. This says what the model is made of, not that it is true."


def _list(names, word="and"):
    *most, last = map(str, names)
    return f"{', '.join(most)} {word} {last}" if most else last


def plain(name):
    """ketamine_blocks_nmda as words in quotation marks."""
    return f"\u201c{name.replace('_', ' ')}\u201d"


def switch_words(off):
    """What is switched off, in words; empty where a part has no off-switch."""
    if "none" in off:
        return ""
    if "analysis" in off:
        return f"analysis {off['analysis']}"
    if "changes" in off:
        return _list(
            [f"{_setting(name)} set to {value.removesuffix(' 1')}" for name, value in off["changes"].items()][:3]
        ) + _more(off["changes"])
    return off.get("switch", "")


def _setting(name):
    """ketamine_blocks_nmda[habenula].k_on as words."""
    mechanism, _, key = name.rpartition(".")
    return f"{key} of {plain(mechanism.replace('[', ' (').replace(']', ')'))}"


def _more(changes):
    return f" and {len(changes) - 3} more like them" if len(changes) > 3 else ""


def off_sentence(row):
    """What happens with the named cause switched off, and what should happen."""
    off = row["off"]
    if "none" in off:
        return f"There is nothing to switch off: {off['none']}."
    if "waits_for" in off:
        return f"To be switched off once it is simulated: {switch_words(off)}."
    stated = {"outside": "the number should leave the window", "zero": "the number should become zero"}
    share = re.fullmatch(r"changes by >=\s*([\d.]+)", off["expect"])
    wish = f"it should change by at least {100 * float(share[1]):.3g} %" if share else stated.get(off["expect"], off["expect"])
    found = off.get("observed")
    value = "no number comes out" if found is None else f"it is {amount(found, row['unit'])}"
    if "analysis" in off:
        return f"The other analysis ({off['analysis']}) gives {amount(found, row['unit'])}; {wish}."
    how = "With the switch" if "switch" in off else "Switched off"
    return f"{how} ({switch_words(off)}) {value}; {wish}."


def capital(text):
    """A text with its first letter large."""
    return text[:1].upper() + text[1:]
