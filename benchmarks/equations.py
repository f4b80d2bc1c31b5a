"""A short way to write a model straight on the expression graph: states, parameters, inputs, slopes."""

from synaptrace.graph import Graph, System


class Equations:
    """Collects a system; every method that declares something returns its symbol."""

    def __init__(self):
        self.graph = Graph()
        self.initial, self.values, self.inputs, self.slopes = {}, {}, [], {}

    def symbol(self, name):
        return self.graph.symbol(name)

    def state(self, name, initial=0.0):
        self.initial[name], self.slopes[name] = float(initial), self.graph.lift(0.0)
        return self.symbol(name)

    def parameter(self, name, value):
        self.values[name] = float(value)
        return self.symbol(name)

    def input(self, name):
        self.inputs.append(name)
        return self.symbol(name)

    def flow(self, source, target, rate):
        """Move `rate` from one state to another; None is the outside."""
        if source:
            self.slopes[source] = self.slopes[source] - rate
        if target:
            self.slopes[target] = self.slopes[target] + rate

    def change(self, name, slope):
        """Set the whole slope of a state."""
        self.slopes[name] = self.graph.lift(slope)

    def system(self):
        return System(
            states=list(self.initial),
            initial=list(self.initial.values()),
            scales=[1.0] * len(self.initial),
            parameters=list(self.values),
            values=list(self.values.values()),
            inputs=self.inputs,
            slopes=[self.slopes[name] for name in self.initial],
            outputs={},
        )
