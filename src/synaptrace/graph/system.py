"""What the engine integrates: named states, parameters and inputs, and their expressions. No biology."""

from dataclasses import dataclass, field

from synaptrace.graph.derivative import gradient

TIME = "time"


@dataclass
class System:
    """Equations ready for the engine; all tables are in declaration order.

    `slopes[i]` is the change of `states[i]` per second. `inputs` are piecewise constant between jumps,
    the other `parameters` are constant. `outputs` are functions of states, parameters, inputs and time; so is `outside`,
    {'outside|table': 1 where a table is asked for more than its range, else 0}.
    """

    states: list
    initial: list
    scales: list
    parameters: list
    values: list
    inputs: list
    slopes: list
    outputs: dict
    owners: list = field(default_factory=list)
    outside: dict = field(default_factory=dict)

    def jacobian(self):
        """{(row, column): expression} of the slopes along the states, row by row."""
        column = {name: i for i, name in enumerate(self.states)}
        return {(row, column[name]): slope for row, f in enumerate(self.slopes) for name, slope in gradient(f, column).items()}

    def along_time(self):
        """{row: slope along time per second}, only for slopes that read the time."""
        found = {row: gradient(f, {TIME: 0}) for row, f in enumerate(self.slopes)}
        return {row: g[TIME] for row, g in found.items() if g}
