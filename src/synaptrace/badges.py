"""What each curve stands on: the numbers it depends on, and how many of them are assumed."""

from dataclasses import replace

from synaptrace.bridge import fast_models, fits
from synaptrace.evidence import species_of
from synaptrace.flatten import TABLE, flatten
from synaptrace.graph import Graph, in_order, rebuild
from synaptrace.graph.expression import is_constant
from synaptrace.overlays import load_overlay
from synaptrace.tables import load_table


def dependencies(model, fed=None, clamped=()):
    """{quantity or state: names of the parameters it depends on, in declaration order; of tables as 'table: number'}.

    With `fed`, the inputs that a protocol feeds, what stays at zero without the other doses is left out. What is
    `clamped` depends on nothing, and what is behind it counts for nothing.
    """
    system = flatten(model, clamped, marked=True)
    system = system if fed is None else _without_silence(system, fed)
    behind = {name: [f"{name}: {n}" for n in _fast_numbers(model, name)] for name in model.table_names()}
    direct = {s: _leaves(e) for s, e in zip(system.states, system.slopes, strict=True)}
    states = set(system.states)
    reach = {s: names & states for s, names in direct.items()}
    for _ in system.states:
        wider = {s: near.union(*(reach[n] for n in near)) for s, near in reach.items()}
        if wider == reach:
            break
        reach = wider
    found = {}
    for name, expression in [*system.outputs.items(), *((s, None) for s in system.states)]:
        own = {name} if expression is None else _leaves(expression)
        all_states = (own & states).union(*(reach[s] for s in own & states))
        names = own.union(*(direct[s] for s in all_states))
        found[name] = [n for n in model.values if n in names]
        found[name] += [n for table, fast in behind.items() if f"{TABLE}{table}" in names for n in fast]
    return found


def _leaves(expression):
    """Names of the symbols and of the tables that an expression depends on."""
    nodes = in_order([expression])
    return {n.operands[0] for n in nodes if n.op == "symbol"} | {n.op for n in nodes if n.op.startswith(TABLE)}


def numbers_behind(model):
    """{name: Param} of all numbers that curves can depend on: the model's own, and 'table: number' of its fast models."""
    return model.parameters() | {
        f"{table}: {n}": row for table in model.table_names() for n, row in _fast_numbers(model, table).items()
    }


def _fast_numbers(model, table):
    fast = fast_models(load_table(table), model.fast_changes)
    return {n: row for one in fast.values() for n, row in one.parameters().items()}


def _without_silence(system, fed):
    """The system with unfed doses, and all states that stay at zero without them, set to zero."""
    silent = {q for q in system.inputs if q.startswith("dose.") and q not in fed}
    quiet = {s for s, start in zip(system.states, system.initial, strict=True) if start == 0}
    slopes = dict(zip(system.states, system.slopes, strict=True))
    while True:
        graph = Graph()
        zero = dict.fromkeys([*silent, *quiet], graph.lift(0.0))
        moving = {s for s in quiet if not is_constant(rebuild([slopes[s]], graph, zero)[0], 0.0)}
        if not moving:
            break
        quiet -= moving
    kept = [graph.lift(0.0) if s in quiet else rebuild([e], graph, zero)[0] for s, e in slopes.items()]
    return replace(system, slopes=kept, outputs={q: rebuild([e], graph, zero)[0] for q, e in system.outputs.items()})


def species(model):
    """Species that a run is about: what the last overlay that names one says, else human."""
    named = [load_overlay(name).get("species") for name in model.overlays]
    return next((s for s in reversed(named) if s), "human")


def borrowed(model, rows=None):
    """{name: species it was found in} of the numbers that were found in another species than the run is about.

    Assumed numbers, constants, and numbers whose source does not say its species are left out.
    """
    own, found = species(model), {}
    for name, row in (rows or numbers_behind(model)).items():
        if row.kind != "assumed" and row.source:
            part, short = name.rsplit(".", 1)
            where = species_of(row.source, short, part.partition("[")[2].rstrip("]"))
            found |= {} if where in (own, "none", "unknown") else {name: where}
    return found


def badge(model, names, rows=None, elsewhere=None):
    """'assumed, 12 of 47 numbers, 9 borrowed': the kind of a curve, and how many of its numbers are assumed or from elsewhere.

    Claims are checked by `evidence check`, not at every run, so every curve stays 'assumed' in the sense of the badge.
    """
    rows = rows or numbers_behind(model)
    kinds = [rows[n].kind for n in names]
    changed = {c[0] for c in model.changes} & set(names)
    fast = {c[0] for c in model.fast_changes}
    changed |= {n for n in names if ": " in n and any(fits(c, [n.partition(": ")[2]]) for c in fast)}
    far = (borrowed(model, rows) if elsewhere is None else elsewhere).keys() & set(names)
    text = f"assumed, {kinds.count('assumed')} of {len(names)} numbers" + (f", {len(far)} borrowed" if far else "")
    return f"{text}, {len(changed)} changed" if changed else text
