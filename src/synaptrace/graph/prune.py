"""A system without the states that a run cannot move, and without those that nothing asked for needs."""

from dataclasses import replace

from synaptrace.graph.expression import in_order, is_constant, symbols_of
from synaptrace.graph.rebuild import rebuild


def prune(system, wanted, silent=()):
    """The part of a system that a run needs.

    Parameters
    ----------
    system : System
    wanted : sequence of str
        Outputs, states or rows of `outside`; unknown names are ignored.
    silent : sequence of str
        Inputs that are 0 all the time. A state that starts at 0 and has no slope without them is 0 too.

    Returns
    -------
    System
        All outputs, with zeros put in; only the states that the wanted ones need. The whole system where none is left.
    """
    zeros = {*silent, *_still(system, silent)}
    moving = [k for k, s in enumerate(system.states) if s not in zeros]
    graph = next(iter([*system.slopes, *system.outputs.values()])).graph
    given = {name: graph.lift(0.0) for name in zeros}
    slopes = dict(zip((system.states[k] for k in moving), rebuild([system.slopes[k] for k in moving], graph, given), strict=True))
    outputs = dict(zip(system.outputs, rebuild(list(system.outputs.values()), graph, given), strict=True))
    outside = dict(zip(system.outside, rebuild(list(system.outside.values()), graph, given), strict=True))
    outputs |= {s: given[s] for s in system.states if s in zeros and s in wanted}
    known = {**outputs, **outside}
    need = {s for s in slopes if s in wanted} | _states_in([known[q] for q in wanted if q in known], slopes)
    new = need
    while new:
        new = _states_in([slopes[s] for s in new], slopes) - need
        need = need | new
    kept = [k for k in moving if system.states[k] in need]
    if not kept:
        return system
    return replace(
        system,
        states=[system.states[k] for k in kept],
        initial=[system.initial[k] for k in kept],
        scales=[system.scales[k] for k in kept],
        slopes=[slopes[system.states[k]] for k in kept],
        owners=[system.owners[k] for k in kept] if system.owners else [],
        outputs=outputs,
        outside=outside,
    )


def _states_in(expressions, states):
    return {s for s in symbols_of(expressions) if s in states}


def _still(system, silent):
    """States that start at 0 and stay there: the largest set whose slopes vanish together with the silent inputs."""
    still = {s for s, first in zip(system.states, system.initial, strict=True) if first == 0.0}
    order = in_order(system.slopes)
    while True:
        zero = _zeros(order, {*silent, *still})
        left = {s for s, slope in zip(system.states, system.slopes, strict=True) if s in still and slope.number in zero}
        if left == still:
            return still
        still = left


def _zeros(order, names):
    """Numbers of the nodes that are 0 where the named symbols are."""
    zero = set()
    for node in order:
        inside = [x.number in zero for x in node.operands] if node.op not in ("constant", "symbol") else []
        if (
            (node.op == "symbol" and node.operands[0] in names)
            or is_constant(node, 0.0)
            or (node.op == "multiply" and any(inside))
            or (node.op in ("add", "subtract", "negate", "maximum", "minimum") and all(inside))
            or (node.op == "select" and all(inside[2:]))
        ):
            zero.add(node.number)
    return zero
