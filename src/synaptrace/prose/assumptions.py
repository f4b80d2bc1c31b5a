"""Every number marked assumed, with its reason: what outcomes depend on first, then the rest, the synapse, other theories."""

from collections import Counter

from synaptrace.badges import badge, dependencies, numbers_behind
from synaptrace.bridge import fast_models
from synaptrace.core.declare import KINDS
from synaptrace.models import THEORIES, load_model
from synaptrace.prose.markdown import begun, counted, listed, page_text, table, unit_words
from synaptrace.prose.numbers import LEVELS, levels, rows_of, title_and_text
from synaptrace.tables import load_table
from synaptrace.vocabulary import shared

ASSUMED, OUTCOME, THEORY = "assumed", "outcome.", "combined"
HEAD = ["mechanism", "number", "meaning", "value", "plausible range", "unit", "times"]
READING = (
    "A number is assumed where no source printed one that fits; its reason stands beside it. *Times* says how often it stands in "
    "the model: once per enantiomer, or per pool of receptors. The range is what is held plausible; a run with a value outside "
    'it says so. To try another value: `synaptrace run PROTOCOL --set "MECHANISM.NUMBER=VALUE UNIT"`; `synaptrace where WORD` '
    "finds the full name."
)


def assumptions():
    """The page as text."""
    model = load_model()
    behind = _behind(model)
    own, fast, other = _own(model, behind), _fast(model), _other(model)
    some, rest = ([r for r in own if bool(r["more"][0]) is wanted] for wanted in (True, False))
    lines = begun(f"Assumed numbers of the model `{model.name}`", _counted(model, own, fast, other), READING)
    lines += ["", "## What outcomes stand on", *_outcomes(model)]
    parts = (
        (f"Behind an outcome ({_total(some)})", "An outcome of the model depends on these.", ["outcomes", "why"], some),
        (f"Behind no outcome, most in the molecular chain ({_total(rest)})", _no_outcome(model, rest), ["", "why"], rest),
        (f"In the fast synapse ({_total(fast)})", FAST, ["averages", "why"], fast),
        (f"Only in other theories ({_total(other)})", OTHER, ["theories", "why"], other),
    )
    for title, text, head, rows in parts:
        lines += ["", f"## {title}", "", text, *_tables(rows, head)]
    return page_text(lines)


FAST = (
    "The averages of the fast synapse were made with these; a number counts once for each average that stands on it, as it does "
    "in the badges of a run."
)
OTHER = "Numbers of mechanisms that the model does not have, or that are fitted in it and assumed in another theory."


def _no_outcome(model, rows):
    """Why these are in use although no outcome depends on them: the count is how many are behind one in a theory."""
    theory = load_model(THEORY)
    behind = _behind(theory)
    there = sum(f"{m.name}.{r['row'].symbol}" in behind for r in rows for m in r["copies"] if r["row"].symbol in _assumed_of(m))
    outcomes = listed(q.removeprefix(OUTCOME) for q in _outcomes_of(model))
    return (
        f"In `{model.name}` the mood curve is empirical: block moves it by two states of plasticity that were set to the course "
        "of mood in people. The molecular chain (glutamate, calcium, BDNF, mTORC1, synapses) and the habenula run beside it "
        "without moving it. The numbers below belong to these, or to metabolites and venous blood: they move what a run shows of "
        f"them, but none of {outcomes}. In the theory `{theory.name}`, where synapses and the habenula lift mood, {there} of the "
        f"{_total(rows)} are behind an outcome."
    )


def _counted(model, own, fast, other):
    total, count = len(model.parameters()), _total(own)
    return (
        f"{count} of the {total} numbers of `{model.name}` are assumed ({len(own)} different ones, some at several places). "
        f"The averages of the fast synapse stand on {len(numbers_behind(model)) - total} more, of which {_total(fast)} are "
        f"assumed ({len(fast)} different ones), and the other theories add {counted(_total(other), 'assumed number')}."
    )


def _outcomes_of(model):
    return [q for q in model.writers() if q.startswith(OUTCOME)]


def _outcomes(model):
    """Counts by kind of the numbers behind each outcome; the badge of a run says the same."""
    reach, numbers = dependencies(model), numbers_behind(model)
    rows = []
    for q in _outcomes_of(model):
        kinds = Counter(numbers[n].kind for n in reach[q])
        rows.append([f"{shared(q).meaning} (`{q}`)", len(reach[q]), *(kinds[k] for k in KINDS), badge(model, reach[q])])
    kinds = Counter(p.kind for p in numbers.values())
    rows.append(["all, with those of the fast synapse", len(numbers), *(kinds[k] for k in KINDS), badge(model, list(numbers))])
    return table(["outcome", "numbers behind it", *KINDS, "badge"], rows)


def _behind(model):
    """{full name of a number: outcomes that depend on it}."""
    reach = dependencies(model)
    found = {}
    for q in _outcomes_of(model):
        for n in reach[q]:
            found.setdefault(n, []).append(q.removeprefix(OUTCOME))
    return found


def _own(model, behind):
    return [
        _row(level, copies, row, [", ".join(_union(behind, copies, row))])
        for level, files in levels(model).items()
        for copies in files.values()
        for row in rows_of(copies, ASSUMED)
    ]


def _union(behind, copies, row):
    return list(dict.fromkeys(q for m in copies for q in behind.get(f"{m.name}.{row.symbol}", [])))


def _row(level, copies, row, more, count=None):
    count = row.count if count is None else count
    return {"level": level, "copies": copies, "row": row, "more": [*more, row.origins], "count": count}


def _fast(model):
    """Assumed numbers of the fast models behind averages; each counts once per average, as in badges."""
    found, uses = {}, {}
    for average in model.table_names():
        for fast in fast_models(load_table(average), model.fast_changes).values():
            for level, files in levels(fast).items():
                for m in (m for copies in files.values() for m in copies):
                    found.setdefault((level, m.file), {}).setdefault(m.name, m)
                    for n in _assumed_of(m):
                        uses.setdefault((m.name, n), {})[average] = None
    rows = []
    for (level, _), placed in found.items():
        copies = list(placed.values())
        for row in rows_of(copies, ASSUMED):
            mine = [uses.get((m.name, row.symbol), {}) for m in copies]
            named = dict.fromkeys(a for use in mine for a in use)
            words = "all" if len(named) == len(model.table_names()) else listed(f"`{a}`" for a in named)
            rows.append(_row(level, copies, row, [words], sum(map(len, mine))))
    return rows


def _assumed_of(mechanism):
    return [n for n, p in mechanism.params.items() if getattr(p, "kind", "") == ASSUMED]


def _other(model):
    """Assumed numbers of the other theories that are not assumed in this model."""
    known = {(m.file, n) for m in model.mechanisms for n in _assumed_of(m)}
    found, theories = {}, {}
    for name in THEORIES:
        for level, files in levels(load_model(name)).items():
            for file, copies in files.items():
                for row in rows_of(copies, ASSUMED):
                    if (file, row.symbol) not in known:
                        theories.setdefault((file, row.symbol), []).append(name)
                        found.setdefault((file, row.symbol), (level, copies, row))
    rows = [_row(level, copies, row, [listed(f"`{t}`" for t in theories[key])]) for key, (level, copies, row) in found.items()]
    order = list(LEVELS.values())
    return sorted(rows, key=lambda r: order.index(r["level"]) if r["level"] in order else len(order))


def _total(rows):
    return sum(r["count"] for r in rows)


def _tables(rows, head):
    """A table per level; the sentence of a mechanism stands at its first number."""
    lines = []
    head = [*HEAD, *(h for h in head if h)]
    for level in dict.fromkeys(r["level"] for r in rows):
        mine, last, cells = [r for r in rows if r["level"] == level], "", []
        for r in mine:
            title, row = title_and_text(r["copies"][0])[0], r["row"]
            more = r["more"] if len(head) == len(HEAD) + 2 else r["more"][1:]
            shown = [title if title != last else "", f"`{row.symbol}`", row.meaning, row.values, row.range, unit_words(row.unit)]
            cells.append([*shown, r["count"], *more])
            last = title
        lines += ["", f"### {level} ({_total(mine)})", *table(head, cells)]
    return lines
