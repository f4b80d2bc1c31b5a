"""What each curve stands on: the numbers it depends on, and how many of them are assumed."""

from dataclasses import replace

from synaptrace.flatten import flatten
from synaptrace.graph import Graph, rebuild, symbols_of
from synaptrace.graph.expression import is_constant


def dependencies(model, fed=None):
    """{quantity or state: names of the parameters it depends on, in declaration order}.

    With `fed`, the inputs that a protocol feeds, what stays at zero without the other doses is left out.
    """
    system = flatten(model) if fed is None else _without_silence(flatten(model), fed)
    direct = {s: set(symbols_of([e])) for s, e in zip(system.states, system.slopes, strict=True)}
    states = set(system.states)
    reach = {s: names & states for s, names in direct.items()}
    for _ in system.states:
        wider = {s: near.union(*(reach[n] for n in near)) for s, near in reach.items()}
        if wider == reach:
            break
        reach = wider
    found = {}
    for name, expression in [*system.outputs.items(), *((s, None) for s in system.states)]:
        own = {name} if expression is None else set(symbols_of([expression]))
        all_states = (own & states).union(*(reach[s] for s in own & states))
        names = own.union(*(direct[s] for s in all_states))
        found[name] = [n for n in model.values if n in names]
    return found


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


def badge(model, names, rows=None):
    """'assumed, 2 of 21 numbers assumed, 3 provisional': the kind of a curve and what it rests on.

    Claims are checked by `evidence check`, not at every run, so every curve stays 'assumed' in the sense of the badge.
    """
    rows = rows or model.parameters()
    kinds = [rows[n].kind for n in names]
    changed = {c[0] for c in model.changes} & set(names)
    text = f"assumed, {kinds.count('assumed')} of {len(names)} numbers"
    return f"{text}, {len(changed)} changed" if changed else text
