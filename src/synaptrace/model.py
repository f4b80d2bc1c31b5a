"""Put mechanisms together: match names, refuse anything ambiguous, change a number."""

from dataclasses import dataclass, field, replace

from synaptrace import units
from synaptrace.core.declare import Mechanism, RelativeToRest
from synaptrace.errors import UnknownName, WiringError, nearest
from synaptrace.vocabulary import VOCABULARY, shared


@dataclass(frozen=True)
class Model:
    """A list of mechanisms whose names fit, with the values of all their parameters.

    `values` is in the units the equations use; `changes` remembers every `set`, `overlays` every named set of numbers,
    `perturbations` what acts beside the dose.
    `tables` are averages of the fast model that stand in for the shipped ones, `fast_changes` what was set in that.
    """

    mechanisms: tuple
    inputs: tuple
    values: dict
    name: str = "unnamed"
    changes: tuple = ()
    overlays: tuple = ()
    tables: dict = field(default_factory=dict, repr=False)
    fast_changes: tuple = ()
    perturbations: tuple = ()
    vocabulary: dict = field(default_factory=lambda: VOCABULARY, repr=False)

    def set(self, name, text, because=""):
        """A copy of the model with one number changed; the unit is converted and the change remembered.

        Parameters
        ----------
        name : str
            Full name, such as 'ketamine_distributes[S].V1'.
        text : str
            Number and unit, such as '30 L'.
        because : str
            Why; stands in every result.

        Raises
        ------
        UnknownName, UnitError
            For a name that the model has not, or a text that is not in a fitting unit.
        """
        row = self.parameters().get(name)
        if row is None:
            raise UnknownName(
                f"'{name}' is not a parameter of this model.",
                given=f"set({name!r}, {text!r})",
                nearest=nearest(name, self.values),
                find="synaptrace where WORD",
            )
        value = units.convert(text, row.unit, row.substance) if isinstance(text, str) else float(text)
        text = text if isinstance(text, str) else f"{value!r} {row.unit}"
        return replace(self, values={**self.values, name: value}, changes=(*self.changes, (name, text, because)))

    def parameters(self):
        """{full name: Param}, in declaration order, without the values at rest."""
        return {f"{m.name}.{n}": p for m in self.mechanisms for n, p in m.params.items() if not isinstance(p, RelativeToRest)}

    def table_names(self):
        """Names of the averages of the fast model that the equations call, in declaration order."""
        return list(dict.fromkeys(t.name for m in self.mechanisms for t in m.tables.values()))

    def outside_range(self):
        """Names of parameters whose value lies outside the declared plausible range."""
        rows = self.parameters()
        return [n for n, v in self.values.items() if not rows[n].bounds()[0] <= v <= rows[n].bounds()[1]]

    def writers(self):
        """{quantity: mechanism that writes it}."""
        return {q: m for m in self.mechanisms for q in m.writes.values()}

    def states(self):
        """{full name: State}, in declaration order."""
        return {f"{m.name}.{n}": s for m in self.mechanisms for n, s in m.states.items()}

    def draws(self):
        """{parameter name: name of the standard normal draw that it shares with its places}."""
        found = {}
        for m in self.mechanisms:
            for n, p in m.params.items():
                if getattr(p, "iiv", None):
                    found[f"{m.name}.{n}"] = f"{m.name}.{n}" if p.iiv.per_place else f"{m.file}.{n}"
        return found

    def correlations(self):
        """{draw: (other draw, correlation)} as declared by `with_`."""
        draws, rows, found = self.draws(), self.parameters(), {}
        for name, draw in draws.items():
            if rows[name].iiv.with_:
                word, correlation = rows[name].iiv.with_
                fits = sorted({d for d in draws.values() if d == word or d.endswith(f".{word}")})
                if len(fits) != 1:
                    raise WiringError(
                        f"'{name}' varies with '{word}', which names {len(fits)} varying parameters.",
                        nearest=nearest(word, draws.values()),
                        fix="give the full name",
                    )
                found[draw] = (fits[0], correlation)
        return found


def compose(*parts, inputs=(), name="unnamed", vocabulary=VOCABULARY):
    """Join mechanisms (or their modules) whose names fit.

    Raises WiringError or UnknownName for two writers, a quantity that nothing writes, a name outside the
    vocabulary, an unfilled place, or a mechanism that stands twice.
    """
    mechanisms = tuple(p if isinstance(p, Mechanism) else p.mechanism for p in parts)
    _check_names(mechanisms, vocabulary)
    writer = {}
    for m in mechanisms:
        for q in m.writes.values():
            if q in writer:
                raise WiringError(f"two mechanisms write '{q}'.", first=writer[q].name, second=m.name, fix="keep one")
            if q in inputs:
                raise WiringError(f"'{q}' is an input, but {m.name} writes it.", fix="drop the input or the mechanism")
            writer[q] = m
    for m in mechanisms:
        for q in m.reads.values():
            if q not in writer and q not in inputs and q != "time":
                raise WiringError(
                    f"{m.name} reads '{q}', but nothing writes it.",
                    written=", ".join(sorted(writer)) or "nothing",
                    fix="add a mechanism or declare it an input",
                )
    read = {q for m in mechanisms for q in m.reads.values()}
    for q in inputs:
        if q not in read:
            raise WiringError(f"'{q}' is an input, but no mechanism reads it.", nearest=nearest(q, read), fix="drop the input")
    values = {f"{m.name}.{n}": p.number() for m in mechanisms for n, p in m.params.items() if not isinstance(p, RelativeToRest)}
    model = Model(mechanisms, tuple(inputs), values, name, vocabulary=vocabulary)
    model.correlations()
    return model


def _check_names(mechanisms, vocabulary):
    seen = set()
    for m in mechanisms:
        if m.name in seen:
            raise WiringError(f"'{m.name}' stands twice in the model.", fix="place the copies with .at(...)")
        seen.add(m.name)
        for q in (*m.reads.values(), *m.writes.values()):
            if "{" in q:
                raise WiringError(f"{m.name}: '{q}' has an open place.", fix="fill it with .at(place=...)")
            shared(q, vocabulary)
