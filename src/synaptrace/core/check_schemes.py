"""Schemes hang together, and every cycle is balanced: forward rates multiply to backward rates."""

import math
import random

from synaptrace.errors import WiringError


def check_schemes(mechanism, seed=1):
    """Raise WiringError if a scheme falls apart, or a cycle is unbalanced and `driven` does not say why."""
    rng = random.Random(seed)
    values = {n: rng.uniform(0.02, 0.08) for n in [*mechanism.reads, *mechanism.states, *mechanism.params]}
    for part in mechanism.parts(**values):
        for scheme in getattr(part, "schemes", ()):
            apart = pieces(scheme.steps, scheme.occupancy)
            if scheme.steps and len(apart) > 1:
                raise WiringError(
                    f"{mechanism.name}: a scheme falls apart.",
                    got="; ".join(", ".join(piece) for piece in apart),
                    expected="steps that lead from every place to every other",
                    fix="add the missing step, or make two schemes of it",
                )
            for loop, ratio in unbalanced_cycles(scheme.steps):
                if not mechanism.driven:
                    raise WiringError(
                        f"{mechanism.name}: a cycle is not balanced.",
                        loop=" -> ".join(loop),
                        got=f"forward over backward rates = {ratio:.6g}",
                        expected="1",
                        fix="tie one rate to the others, or say driven='what drives it'",
                    )


def pieces(steps, places):
    """The places that steps join, one list for each piece, in the order of the places."""
    piece = {place: place for place in places}
    for a, b, _, _ in steps:
        old, new = piece[b], piece[a]
        piece = {place: new if own == old else own for place, own in piece.items()}
    return [[place for place, own in piece.items() if own == name] for name in dict.fromkeys(piece.values())]


def unbalanced_cycles(steps, tolerance=1e-9):
    """[(places of the cycle, product of forward over backward rates)] for cycles whose product is not 1."""
    potential, parent, found = {}, {}, []
    neighbors = {}
    for a, b, forward, backward in steps:
        ratio = math.inf if backward == 0 else forward / backward
        neighbors.setdefault(a, []).append((b, ratio))
        neighbors.setdefault(b, []).append((a, math.inf if ratio == 0 else 1 / ratio))
    for root in neighbors:
        if root in potential:
            continue
        potential[root], parent[root], todo = 1.0, None, [root]
        while todo:
            here = todo.pop()
            for there, ratio in neighbors[here]:
                if there not in potential:
                    potential[there], parent[there] = potential[here] * ratio, here
                    todo.append(there)
    for a, b, forward, backward in steps:
        if parent.get(a) == b or parent.get(b) == a:
            continue
        around = potential[a] * (math.inf if backward == 0 else forward / backward) / potential[b]
        if not abs(around - 1) <= tolerance:
            found.append((_loop(parent, a, b), around))
    return found


def _loop(parent, a, b):
    """The places of the cycle that the step a -> b closes."""
    up = [a]
    while parent[up[-1]] is not None:
        up.append(parent[up[-1]])
    down = [b]
    while down[-1] not in up:
        down.append(parent[down[-1]])
    return [*reversed(up[: up.index(down[-1]) + 1]), *down[:-1], up[up.index(down[-1])]]
