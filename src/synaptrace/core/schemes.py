"""Markov schemes and transport between compartments, written as a list of steps."""

from synaptrace.errors import UnknownName, nearest


class Scheme:
    """Slopes of a set of places between which something moves.

    Parameters
    ----------
    steps : list of (source, target, forward, backward)
        Rates per second for `markov`; flows (amount per second, both directions) for `transport`.
    slopes : dict
        Slope of each place; they add up to zero but for what enters and leaves.
    occupancy : dict
        The value of each place, the remainder included.
    """

    def __init__(self, steps, occupancy, slopes):
        self.steps, self.occupancy, self.slopes = steps, occupancy, slopes

    def __getitem__(self, place):
        return self.occupancy[place]


def markov(steps, remainder, **occupancy):
    """A kinetic scheme of fractions: `markov([("C", "O", opening, closing)], remainder="C", O=O)`.

    The place named `remainder` is what is left of 1, so the sum is 1 exactly. Rates are per second.
    Raises UnknownName for a step to a place that is neither a state nor the remainder.
    """
    rest = 1
    for value in occupancy.values():
        rest = rest - value
    full = {remainder: rest, **occupancy}
    _known(steps, full)
    flows = [(a, b, forward * full[a] - backward * full[b]) for a, b, forward, backward in steps]
    slopes = _collect(flows, full)
    slopes.pop(remainder)
    return Scheme([(a, b, f, r) for a, b, f, r in steps], full, slopes)


def transport(steps, gains=None, losses=None, **amounts):
    """Amounts moving between compartments: `transport([("central", "fat", out, back)], central=central, fat=fat)`.

    `out` and `back` are rate constants (1/s) of the amounts; `gains` are flows in, `losses` rate constants out.
    """
    _known([*steps, *((k, k) for k in {**(gains or {}), **(losses or {})})], amounts)
    flows = [(a, b, out * amounts[a] - back * amounts[b]) for a, b, out, back in steps]
    slopes = _collect(flows, amounts)
    for place, flow in (gains or {}).items():
        slopes[place] = flow if slopes[place] is None else slopes[place] + flow
    for place, rate in (losses or {}).items():
        lost = rate * amounts[place]
        slopes[place] = -lost if slopes[place] is None else slopes[place] - lost
    return Scheme([], amounts, slopes)


def _known(steps, places):
    for step in steps:
        for place in step[:2]:
            if place not in places:
                raise UnknownName(f"a step names '{place}', which is no place of the scheme.", nearest=nearest(place, places))


def _collect(flows, places):
    """Sum of what enters and leaves each place, in the order of the steps."""
    slopes = dict.fromkeys(places)
    for a, b, flow in flows:
        slopes[a] = -flow if slopes[a] is None else slopes[a] - flow
        slopes[b] = flow if slopes[b] is None else slopes[b] + flow
    return slopes
