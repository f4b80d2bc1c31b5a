"""Each declared influence has the declared sign, everywhere it was tried."""

import random

from synaptrace.errors import UnknownName, WiringError, nearest
from synaptrace.graph import Graph, formula, gradient
from synaptrace.graph.evaluate import evaluate


def check_signs(mechanism, points=50, seed=1):
    """Raise WiringError if raising a cause moves its effect the other way, or not at all, in the unit box."""
    rng, graph = random.Random(seed), Graph()

    def size(name):
        """Small states stay small: shares of one whole must not add up to more than it."""
        return min(1.0, mechanism.states[name].scale) if name in mechanism.states else 1.0

    names = [*mechanism.reads, *mechanism.states, *mechanism.params]
    got = mechanism(**{n: graph.symbol(n) for n in names})
    for cause, effects in mechanism.signs.items():
        for effect in effects.split():
            name = effect[1:]
            target = got.get(f"d/dt {name}", got.get(name))
            if cause not in names or target is None or effect[0] not in "+-":
                raise UnknownName(
                    f"{mechanism.name}: the sign '{cause}: {effect}' names nothing here.",
                    nearest=nearest(name, [*mechanism.states, *mechanism.writes]),
                    expected="cause: '+effect' or '-effect'",
                )
            slope = gradient(graph.lift(target), {cause: 0}).get(cause, graph.lift(0.0))
            found = [evaluate([slope], {n: rng.uniform(0.05, 0.95) * size(n) for n in names})[0] for _ in range(points)]
            sign = 1 if effect[0] == "+" else -1
            if min(sign * x for x in found) < 0 or not any(found):
                word = "raise" if sign > 0 else "lower"
                raise WiringError(f"{mechanism.name}: {cause} should {word} {name}.", slope=formula(slope))
