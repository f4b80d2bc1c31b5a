"""Markdown: heads, tables, numbers with three digits, units, and names of places as words."""

import re

from synaptrace.page.words import number

GENERATED = "*Generated from the code by `make docs` (`synaptrace docs --folder docs`): change the code, not this page.*"
FORM = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")
CELLS = re.compile(r"\b(sst|pv)\b")
MICRO = re.compile(r"\bu(?=mol|g\b|m\b)")
SECONDS = (("d", 86400.0, 2), ("h", 3600.0, 1), ("min", 60.0, 2))
OPEN = (
    ("{enantiomer}-", "S- or R-"),
    (", {pool} pool", ""),
    ("of {pool} ", "of the pool "),
    ("{pool} ", ""),
    ("{pool}", "the pool"),
    ("{cell}_", ""),
    (" {name}", ""),
)


def begun(title, *paragraphs):
    """The first lines of a generated page."""
    return [GENERATED, "", f"# {title}", *(line for p in paragraphs for line in ("", p))]


def table(head, rows):
    """A table as lines, with an empty line before it."""
    cells = [[_cell(c) for c in row] for row in rows]
    return ["", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in cells)]


def _cell(text):
    return re.sub(r"\s+", " ", str(text)).replace("|", "\\|").strip()


def linked(title, words=""):
    """A link to a head of the same page."""
    place = re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
    return f"[{words or title}](#{place})"


def page_text(lines):
    """Lines as the text of a file."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).rstrip() + "\n"


def unit_words(unit):
    """umol/L as it is written in print; nothing for a pure number."""
    return "" if unit == "1" else MICRO.sub("\u00b5", unit).replace("*", "\u00b7").replace("kgBW", "kg body weight")


def spoken_unit(unit):
    """A unit as it is read after a number: 10 per s, not 10 1/s."""
    words = unit_words(unit)
    return f"per {words[2:]}" if words.startswith("1/") else words


def shown_unit(value, unit):
    """(unit, factor) in which a number in seconds, or per second, is read most easily."""
    if unit == "s" and value:
        return next(((word, 1 / size) for word, size, least in SECONDS if abs(value) >= least * size), (unit, 1.0))
    if unit == "1/s" and 0 < abs(value) < 0.01:
        return ("1/h", 3600.0) if abs(value) * 3600 >= 0.1 else ("1/d", 86400.0)
    return unit, 1.0


def between(low, high):
    """A plausible range; empty for none."""
    return "" if low == float("-inf") else f"{number(low)} to {number(high)}"


def plain(text):
    """Names in a meaning, such as sst_interneuron, as words, and an open place as what it stands for."""
    for name, words in OPEN:
        text = text.replace(name, words)
    return escaped(spoken(text))


def spoken(name):
    """sst_interneuron as SST interneuron."""
    words = FORM.sub(lambda found: found[0].replace("_", " "), name)
    return CELLS.sub(lambda found: found[0].upper(), words)


def escaped(text):
    """Text in which a star is a star."""
    return text.replace("*", "\\*")


def listed(words):
    """a, b and c."""
    *most, last = map(str, words)
    return f"{', '.join(most)} and {last}" if most else last


def counted(count, word, more=""):
    """1 number, 2 numbers."""
    return f"{count} {word if count == 1 else more or word + 's'}"
