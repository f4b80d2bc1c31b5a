"""A quantity driven by a measured trace instead of the model."""

from dataclasses import dataclass

from synaptrace import units
from synaptrace.errors import ProtocolError, nearest

KEYS = ("quantity", "times", "values")
OPTIONAL = ("optional",)


@dataclass(frozen=True)
class Clamp:
    """A piecewise-linear trace: times in hours, values as texts; constant before the first and after the last.

    An `optional` one is left out by models that do not have its quantity; any other is refused by them.
    """

    quantity: str
    times: tuple
    values: tuple
    optional: bool = False

    def numbers(self, entry):
        """The values in the unit of the quantity's vocabulary entry."""
        return [units.convert(v, entry.unit, entry.substance, entry.binding) for v in self.values]


def read_clamp(table, number=1):
    """A Clamp from one [[clamp]] table. Raises ProtocolError for missing, unequal or unordered entries."""
    where = f"[[clamp]] {number}"
    for key in table:
        if key not in KEYS + OPTIONAL:
            raise ProtocolError(f"'{key}' is not a key of a clamp.", given=where, nearest=nearest(key, KEYS + OPTIONAL))
    for key in KEYS:
        if key not in table:
            raise ProtocolError(f"a clamp has no '{key}'.", given=where, expected=", ".join(KEYS))
    if not isinstance(table["quantity"], str):
        raise ProtocolError(f"'{table['quantity']}' is not the name of a quantity.", given=where, expected='quantity = "..."')
    for key in ("times", "values"):
        if not isinstance(table[key], list):
            raise ProtocolError(
                f"the {key} of a clamp are a list.", given=f"{where}: {key} = {table[key]!r}", fix="put it in brackets"
            )
    if not isinstance(table.get("optional", False), bool):
        raise ProtocolError(f"'{table['optional']}' is neither true nor false.", given=f"{where}: optional")
    times = tuple(units.duration(t, "times") for t in table["times"])
    if len(times) != len(table["values"]) or not times or any(b <= a for a, b in zip(times, times[1:], strict=False)):
        raise ProtocolError(
            "a clamp needs as many values as times, and times that increase.",
            given=f"{where}: {len(times)} times, {len(table['values'])} values",
        )
    return Clamp(table["quantity"], times, tuple(str(v) for v in table["values"]), table.get("optional", False))
