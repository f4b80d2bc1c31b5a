"""The methods section of a model: every mechanism with its sentence, equations and numbers, and how it is solved."""

import inspect
from collections import Counter
from importlib import import_module

from synaptrace.badges import numbers_behind
from synaptrace.core.declare import KINDS
from synaptrace.models import TITLES, load_model
from synaptrace.page.words import number
from synaptrace.prose.equations import equations_of
from synaptrace.prose.markdown import begun, counted, linked, listed, page_text, plain, spoken_unit, table, unit_words
from synaptrace.prose.numbers import at_rest, levels, places_of, references, rows_of, title_and_text
from synaptrace.simulate import prepare
from synaptrace.solve import integrate, rest, rodas5p
from synaptrace.solve.engine import Engine
from synaptrace.tables import load_table
from synaptrace.vocabulary import is_shared, shared

NOTATION = (
    "**How to read it.** Each mechanism is one biological step: it *reads* quantities of other mechanisms, integrates its "
    "*states* over time, *looks up* averages of the fast synapse, and *gives* what others may read. The symbols are those of the "
    "code, so `synaptrace explain` and `--set` know them. An equation `d x / dt` is per second. `hill(x, K, n)` = x\u207f / "
    "(K\u207f + x\u207f); `hill\u2081(x, K, n)` is the same relative to its value at x = 1; `ln` is the natural logarithm. Most "
    "quantities beyond the block are relative to a healthy person at rest, where they are 1. Numbers are shown with three digits "
    "and in the unit in which they were written; the equations take them in one set of units. A number is *measured* or "
    "*derived* from what the source prints, *fitted* by this project, or *assumed*."
)
READ = {"paper": "the paper itself", "copy": "a copy of it", "dossier": "transcriptions that this project made"}
AVERAGES = (
    "What a spine does in milliseconds was run once over the rates below, and is read here as an average over time. Outside its "
    "range an average keeps its edge. The error is the largest one at points that were held back when the average was made."
)


def methods():
    """The page as text."""
    model = load_model()
    title, first = f"Methods: the model `{model.name}`", f"{TITLES[model.name]} {_counted(model)}"
    lines = begun(title, first, NOTATION, *_contents(model))
    for title, files in levels(model).items():
        lines += ["", f"## {title}"]
        for copies in files.values():
            lines += _mechanism(copies)
    lines += ["", "## Averages of the fast synapse", "", AVERAGES, *_averages(model)]
    lines += ["", "## How the equations are solved", "", *_solved(model), "", "## Sources", "", *_sources(model)]
    return page_text(lines)


def _counted(model):
    kinds = Counter(p.kind for p in model.parameters().values())
    behind = len(numbers_behind(model)) - len(model.parameters())
    files = {m.file for m in model.mechanisms}
    return (
        f"It has {counted(len(files), 'mechanism')}, some at several places ({len(model.mechanisms)} in all), "
        f"{len(model.states())} states and {len(model.parameters())} numbers: {kinds['assumed']} assumed, {kinds['fitted']} "
        f"fitted by this project, {kinds['measured']} measured and {kinds['derived']} derived from what sources print. "
        f"Averages of the fast synapse stand on {behind} more. [assumptions.md](assumptions.md) lists all that are assumed, "
        "[vocabulary.md](vocabulary.md) every quantity that crosses from one mechanism to another."
    )


def _contents(model):
    """Numbers by level and kind."""
    rows = []
    for title, files in levels(model).items():
        kinds = Counter(p.kind for copies in files.values() for m in copies for p in m.params.values() if hasattr(p, "kind"))
        rows.append([linked(title), len(files), *(kinds[k] for k in KINDS), sum(kinds.values())])
    rows.append(["all", *(sum(row[k] for row in rows) for k in range(1, len(KINDS) + 3))])
    return "\n".join(table(["level", "mechanisms", *KINDS, "numbers"], rows)[1:]), _origins(model)


def _origins(model):
    found = references(model.parameters().values())
    read = Counter(s.read for s in found.values())
    how = [f"{_how_many(read[k], len(found))} in {words}" for k, words in READ.items()]
    return (
        f"The {len(found)} sources named below were read as follows: {listed(how)}. A number that was not compared with the "
        "paper itself is *provisional*."
    )


def _how_many(count, of):
    return {0: "none", of: "all"}.get(count, str(count))


def _mechanism(copies):
    """Sentence, paragraph, where it stands, names, equations and numbers of a mechanism."""
    first, (title, text) = copies[0], title_and_text(copies[0])
    lines = ["", f"### {title}", "", *([text, ""] if text else []), *_placed(copies)]
    lines += table(["", "symbol", "meaning", "unit"], _names(copies))
    lines += ["", "```text", *equations_of(first), "```"]
    rows = [[f"`{r.symbol}`", r.meaning, r.values, unit_words(r.unit), r.kinds, r.origins] for r in rows_of(copies)]
    rows += [[f"`{n}`", plain(meaning), f"that of `{of}`", "", "at rest", ""] for n, meaning, of in at_rest(first)]
    return lines + (table(["number", "meaning", "value", "unit", "kind", "source or reason"], rows) if rows else [])


def _placed(copies):
    if not copies[0].places:
        return []
    differing = [f"`{r.symbol}`" for r in rows_of(copies) if r.differs]
    what = (
        "all numbers are the same" if not differing else f"{listed(differing)} {'differs' if len(differing) == 1 else 'differ'}"
    )
    return [f"*Stands for {places_of(copies)}{f'; {what}' if len(copies) > 1 else ''}.*"]


def _names(copies):
    """Symbols of what is read, integrated, looked up and given."""
    first = copies[0]
    rows = [["reads", *_quantity(s, copies)] for s in first.reads]
    for n, s in first.states.items():
        rows.append(["state", f"`{n}`", f"{plain(s.meaning)}; at first {number(s.initial)}", unit_words(s.unit)])
    rows += [
        ["looks up", f"`{n}`", f"average `{t.name}` of the fast synapse", unit_words(t.unit)] for n, t in first.tables.items()
    ]
    return rows + [["gives", *_quantity(s, copies)] for s in first.writes]


def _quantity(symbol, copies):
    """(symbol, meaning, unit) of the quantity that a symbol stands for, at all places."""
    module = import_module(copies[0].function.__module__).mechanism
    pattern = {**module.reads, **module.writes}[symbol]
    if len(copies) > 1 and is_shared(pattern):
        names = [pattern]
    else:
        names = [{**m.reads, **m.writes}[symbol] for m in copies]
    found = [shared(n) for n in dict.fromkeys(names)]
    return f"`{symbol}`", "; or ".join(dict.fromkeys(plain(e.meaning) for e in found)), unit_words(found[0].unit)


def _averages(model):
    """The averages of the fast synapse: of what, over which rates, and how well."""
    rows = []
    for name in model.table_names():
        average = load_table(name)
        axes = [f"{a.name} {number(a.low)} to {number(a.high)} {spoken_unit(a.unit)}".rstrip() for a in average.axes]
        error = average.table.get("built", {}).get("error")
        well = f"{number(100 * error['of_range'])} %" if error else "not built"
        rows.append([f"`{name}`", plain(average.table["meaning"]), unit_words(average.unit), "; ".join(axes), well])
    return table(["average", "of what", "unit", "over", "largest error, of its range"], rows)


def _solved(model):
    """The numeric method, with its numbers from the code that uses them."""
    atol = inspect.signature(Engine.__init__).parameters["atol"].default
    about = (rodas5p.__doc__ or "").split("Source:")
    source = about[1].partition(", in the form")[0].strip()
    return [
        f"Stiff ordinary differential equations are integrated with Rodas5P ({source}), a linearly implicit Rosenbrock "
        f"method of order {rodas5p.ORDER} with {rodas5p.STAGES} stages, L-stable and stiffly accurate, with dense output. The "
        "derivatives it needs are taken exactly from the equations. Steps are controlled with a relative tolerance of "
        f"{number(prepare.SINGLE_RTOL)} for one person and {number(prepare.POPULATION_RTOL)} for many, and an absolute one of "
        f"{number(atol)} of the usual size of each state; a step grows at most {number(integrate.GROW)}-fold and shrinks at most "
        f"to {number(integrate.SHRINK)} of the last ({number(integrate.SHRINK_REJECTED)} after a rejected one). Doses and "
        "everything else that jumps is known in advance, and no step goes across a jump.",
        "",
        "Each person starts at rest: the state in which nothing changes without the drug, found by pseudo-transient steps and "
        f"then Newton's method until no state moves by more than {number(rest.SETTLED)} of its usual size within its own time "
        f"constant. A second start, moved away from the first, looks for other states of rest; two closer than "
        f"{number(rest.SAME)} of their usual size count as one, and who has two is listed. Who does not settle, or fails "
        "later, stays in the result, marked as failed.",
        "",
        f"`{model.name}` has {len(model.states())} states, {len(model.inputs)} inputs (doses, the person, other drugs) and "
        f"{counted(len(model.table_names()), 'average')} of the fast synapse, which are Chebyshev sums fitted to runs of the "
        "synapse in milliseconds. Between people, numbers vary as their rows say; all other numbers are the same in everybody.",
    ]


def _sources(model):
    """Every source of a number of the model, and the fits."""
    found = references(model.parameters().values())
    fits = sorted({p.source.split(":")[1] for p in model.parameters().values() if p.source.startswith("fit:")})
    lines = [f"- `{key}`: {source.citation()}." for key, source in found.items()]
    names = listed(f"`{f}`" for f in fits)
    return lines + ([f"- fit {names}: of this project ([fits.md](fits.md))."] if fits else [])
