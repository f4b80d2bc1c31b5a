"""The numbers of a model as rows: one per name, with all places where its mechanism stands."""

import inspect
import sys
from dataclasses import dataclass

from synaptrace import units
from synaptrace.core.declare import RelativeToRest
from synaptrace.evidence import load_source
from synaptrace.page.words import number
from synaptrace.prose.markdown import between, escaped, listed, plain, shown_unit, spoken

LEVELS = {
    "pharmacokinetics": "Exposure",
    "synapse": "Synapse and block",
    "stress": "Stress",
    "circuit": "Circuit",
    "signaling": "Signaling",
    "plasticity": "Plasticity",
    "symptoms": "Symptoms",
}
PLACES = {"enantiomer": "enantiomer", "pool": "pool", "cell": "cell type"}
LAWS = {
    "LogNormal": lambda law: f"coefficient of variation {number(100 * law.cv)} %",
    "LogitNormal": lambda law: f"standard deviation {number(law.sd)} on the logit scale",
    "Share": lambda law: f"{number(100 * law.share)} % of people have it, in the others it is 0",
}


@dataclass(frozen=True)
class Row:
    """One number of a mechanism, or one per place: then `values`, `kinds` and `origins` name the places where they differ.

    `count` is the number of places, `differs` whether the value does.
    """

    symbol: str
    meaning: str
    values: str
    unit: str
    range: str
    kinds: str
    origins: str
    differs: bool
    count: int


def levels(model):
    """{title of a level: {file: [mechanism at each of its places]}}, levels in the order from dose to symptom."""
    found = {title: {} for title in LEVELS.values()}
    for m in model.mechanisms:
        folder = m.function.__module__.split(".")[2]
        title = LEVELS[folder] if folder in LEVELS else folder.capitalize()
        found.setdefault(title, {}).setdefault(m.file, []).append(m)
    return {title: files for title, files in found.items() if files}


def title_and_text(mechanism):
    """(the sentence of a mechanism, its paragraphs), from the docstring of its file."""
    title, _, text = (inspect.getdoc(sys.modules[mechanism.function.__module__]) or "").partition("\n")
    return title.rstrip("."), escaped(text.strip())


def place_of(mechanism):
    """Where a mechanism stands, in words; empty where it stands once for all."""
    return spoken(" ".join(mechanism.places.values()))


def places_of(copies):
    """'the enantiomers S and R': where a mechanism stands, in words."""
    what = PLACES.get(next(iter(copies[0].places)), "place")
    return f"the {what if len(copies) == 1 else what + 's'} {listed(map(place_of, copies))}"


def rows_of(copies, kind=None):
    """Rows of a mechanism, given at all its places; with `kind` only numbers of that kind, at the places where they are."""
    names = [n for n, p in copies[0].params.items() if not isinstance(p, RelativeToRest)]
    return [row for n in names if (row := _row(n, [(place_of(m), m.params[n]) for m in copies], kind))]


def at_rest(mechanism):
    """[(symbol, meaning, what it is the rest of)]."""
    return [(n, p.meaning, p.of) for n, p in mechanism.params.items() if isinstance(p, RelativeToRest)]


def _row(symbol, placed, kind):
    placed = [(place, p) for place, p in placed if kind in (None, p.kind)]
    if not placed:
        return None
    first = placed[0][1]
    unit, scale = _shown(first)
    values = [(place, number(p.number() * scale)) for place, p in placed]
    low, high = first.bounds()
    origins = by_place([(place, origin_of(p)) for place, p in placed])
    return Row(
        symbol=symbol,
        meaning=plain(first.meaning) + (f"; between people: {LAWS[type(first.iiv).__name__](first.iiv)}" if first.iiv else ""),
        values=by_place(values),
        unit=unit,
        range=between(low * scale, high * scale),
        kinds=by_place([(place, p.kind) for place, p in placed]),
        origins=origins,
        differs=len({v for _, v in values}) > 1,
        count=len(placed),
    )


def _shown(param):
    """(unit, factor): the unit in which the value was written, or else one that reads easily."""
    value = param.number()
    if not isinstance(param.value, str) or param.kind == "fitted":  # a fit writes the unit of the equations
        return shown_unit(value, param.unit)
    written, unit, _ = units.split(param.value)
    plainly = value and written and unit not in units.ZEROS
    return (unit or "1", written / value) if plainly else (param.unit, 1.0)


def by_place(pairs):
    """'25 (S), 21.7 (R)', or the one text of all places."""
    found = {}
    for place, text in pairs:
        found.setdefault(text, []).append(place)
    if len(found) == 1:
        return next(iter(found))
    return ", ".join(f"{text} ({', '.join(places)})" for text, places in found.items())


def origin_of(param):
    """Where a number comes from: its source and place, its fit, or why it is assumed."""
    key, _, place = param.source.partition(":")
    source = f"fit `{place.split(':')[0]}`" if key == "fit" else f"`{key}`, {place.split(':')[0]}" if key else ""
    return "; ".join(filter(None, (param.why, source)))


def references(parameters):
    """Citations of the sources of some numbers, by key, fits left out."""
    keys = sorted({p.source.split(":")[0] for p in parameters if p.source} - {"fit"})
    return {key: load_source(key) for key in keys}
