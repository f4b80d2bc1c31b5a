"""Run the equations bare and with units; the numbers must agree."""

import random

from synaptrace import units
from synaptrace.core.declare import RelativeToRest
from synaptrace.errors import UnitError

PER = "s"


def declared_units(mechanism, vocabulary):
    """{name: unit} of everything the equations receive."""
    found = {n: vocabulary[q].unit for n, q in mechanism.reads.items()}
    found |= {n: s.unit for n, s in mechanism.states.items()}
    found |= {n: p.unit for n, p in mechanism.params.items() if not isinstance(p, RelativeToRest)}
    return found | {n: found[p.of] for n, p in mechanism.params.items() if isinstance(p, RelativeToRest)}


def check_units(mechanism, vocabulary, seed=1, tries=5):
    """Raise UnitError if any equation is wrong in dimension or in scale.

    Parameters
    ----------
    mechanism : Mechanism
        With its equations attached and its places filled.
    vocabulary : mapping
        Shared quantities by name, each with a `unit`.
    """
    rng = random.Random(seed)
    given = declared_units(mechanism, vocabulary)
    wanted = {f"d/dt {n}": f"({s.unit})/{PER}" for n, s in mechanism.states.items()}
    wanted |= {n: vocabulary[q].unit for n, q in mechanism.writes.items()}
    for _ in range(tries):
        bare = {n: rng.uniform(0.2, 0.8) for n in given}
        dressed = {n: units.quantity(v, given[n]) for n, v in bare.items()}
        try:
            plain, carried = mechanism(**bare), mechanism(**dressed)
        except Exception as error:  # whatever the equations raise means that units do not fit
            raise UnitError(f"{mechanism.name}: units do not combine.", reason=error, fix="look for a bare number") from error
        for name, expected in wanted.items():
            _compare(mechanism, name, expected, plain[name], carried[name])


def _compare(mechanism, name, expected, plain, carried):
    got = carried if hasattr(carried, "dimensionality") else units.quantity(carried, "1")
    if not got.is_compatible_with("" if expected == "1" else expected):
        raise UnitError(f"{mechanism.name}: {name} has the wrong dimension.", got=got.units, expected=expected)
    with_units = got.to("" if expected == "1" else expected).magnitude
    if abs(with_units - plain) > 1e-9 * max(abs(plain), abs(with_units)):
        raise UnitError(
            f"{mechanism.name}: {name} changes when units are carried along.",
            bare=f"{plain:.6g} {expected}",
            carried=f"{with_units:.6g} {expected}",
            fix="a prefix or a conversion is missing; write it as a parameter with a unit",
        )
