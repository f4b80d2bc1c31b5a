"""What each curve stands on: the numbers it depends on, and how many of them are assumed."""

from synaptrace.flatten import flatten
from synaptrace.graph import symbols_of


def dependencies(model):
    """{quantity or state: names of the parameters it depends on, in declaration order}."""
    system = flatten(model)
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


def badge(model, names, rows=None):
    """'assumed, 2 of 21 numbers assumed, 3 provisional': the kind of a curve and what it rests on.

    No claim has been checked yet in this release, so every curve is 'assumed' in the sense of the badge.
    """
    rows = rows or model.parameters()
    kinds = [rows[n].kind for n in names]
    changed = {c[0] for c in model.changes} & set(names)
    text = f"assumed, {kinds.count('assumed')} of {len(names)} numbers"
    return f"{text}, {len(changed)} changed" if changed else text
