"""The tables of a mechanism file: Param, State, Mechanism, ddt, out."""

import inspect
from dataclasses import dataclass, field, replace

from synaptrace import units
from synaptrace.chemistry import MOLAR_MASS_SOURCE, molar_mass_of
from synaptrace.core.variability import LogitNormal, LogNormal, Share
from synaptrace.errors import UnknownName, WiringError, nearest
from synaptrace.tables import load_table

KINDS = ("measured", "derived", "fitted", "assumed")


@dataclass(frozen=True)
class Param:
    """One number of the model, or one per place: value, unit, meaning and origin.

    Parameters
    ----------
    value : float, str or dict
        In `unit`; or text in the printed unit ('91.6 L/h'); or {place: value}.
    unit : str
        Unit of the number as the equations use it.
    meaning : str
        What it is, in plain words.
    source : str or dict
        'key:place' or 'key:place:row' in library/sources; {place: source} where they differ.
    kind : str or dict
        measured, derived, fitted (the source names the fit) or assumed (then `why` says why).
    range : tuple
        Lowest and highest plausible value, numbers in `unit` or text; required unless derived.
    iiv : LogNormal, LogitNormal or Share
        How the number varies between patients.
    substance : str
        Drug whose molar mass converts mass to amount when the value is given as text.

    Raises
    ------
    WiringError, UnitError
        For a number without origin or range, outside its range, or in another unit.
    """

    value: object
    unit: str
    meaning: str
    source: object = ""
    kind: object = "measured"
    range: tuple | None = None
    iiv: LogNormal | LogitNormal | Share | None = None
    why: str = ""
    substance: str = ""

    def __post_init__(self):
        places = list(self.value) if isinstance(self.value, dict) else [""]
        for place in places:
            self._check_origin(_at(self.kind, place), _at(self.source, place))
        low, high = self.bounds()
        for place in places:
            value = self.number(place)
            if not low <= value <= high:
                raise WiringError(
                    f"'{self.meaning}' lies outside its plausible range.",
                    given=f"{value:g} {self.unit}",
                    expected=f"{low:g} to {high:g} {self.unit}",
                )

    def _check_origin(self, kind, source):
        if kind not in KINDS:
            raise UnknownName(f"'{kind}' is not a kind of number.", given=self.meaning, expected=", ".join(KINDS))
        if kind == "assumed" and not self.why:
            raise WiringError(f"'{self.meaning}' is assumed but does not say why.", fix="add why='...'")
        if kind != "assumed" and ":" not in source:
            raise WiringError(f"'{self.meaning}' has no source.", fix="add source='key:place' or kind='assumed'")
        if kind != "derived" and self.range is None:
            raise WiringError(f"'{self.meaning}' has no plausible range.", fix="add range=(lowest, highest)")

    def bounds(self):
        """Lowest and highest plausible value in `unit`."""
        if self.range is None:
            return float("-inf"), float("inf")
        low, high = (self._read(x) for x in self.range)
        if low > high:
            raise WiringError(f"the range of '{self.meaning}' is upside down.", given=f"range={self.range}", fix="lowest first")
        return low, high

    def number(self, place=""):
        """The value at a place, in `unit`."""
        return self._read(_at(self.value, place))

    def text(self, place=""):
        """The value as it was written."""
        value = _at(self.value, place)
        return value if isinstance(value, str) else f"{value:g} {self.unit}"

    def _read(self, value):
        return units.convert(value, self.unit, self.substance) if isinstance(value, str) else float(value)

    def at(self, place):
        """The same number with only the value of one place."""
        if not isinstance(self.value, dict):
            return self
        if place not in self.value:
            raise UnknownName(f"'{self.meaning}' has no value at '{place}'.", nearest=nearest(place, self.value))
        return replace(self, value=self.value[place], source=_at(self.source, place), kind=_at(self.kind, place))


def _at(entry, place):
    return entry[place] if isinstance(entry, dict) else entry


@dataclass(frozen=True)
class RelativeToRest:
    """A parameter whose value is that of a read or state before the first dose, found per patient."""

    of: str
    meaning: str


def relative_to_rest(of, meaning):
    """A row of `params`: the value of `of` at rest, so that `of / row` is 1 before the first dose."""
    return RelativeToRest(of, meaning)


def molar_mass(substance):
    """A row of `params` with a molar mass in g/mol from the table of substances."""
    return Param(
        molar_mass_of(substance),
        "g/mol",
        f"molar mass of {substance}",
        source=f"{MOLAR_MASS_SOURCE}:{substance}",
        range=(1, 2000),
    )


@dataclass(frozen=True)
class State:
    """A quantity that the mechanism integrates: value before everything, unit, meaning, and its usual size."""

    initial: float
    unit: str
    meaning: str
    scale: float = 1.0


@dataclass(frozen=True)
class Table:
    """An average of the fast model that equations call like a function: `calcium(presynaptic, postsynaptic)`.

    `unit` is that of the value, `units` those of the arguments, in order. Outside its range a table keeps its edge.
    """

    name: str
    unit: str
    units: tuple

    def load(self):
        """The shipped table. Raises UnknownName, or WiringError if its units are others than declared."""
        return self.checked(load_table(self.name))

    def checked(self, table):
        """That table, if its units are those declared."""
        given = (table.unit, *(axis.unit for axis in table.axes))
        if given != (self.unit, *self.units):
            raise WiringError(
                f"the table '{self.name}' has other units than declared.",
                given=", ".join((self.unit, *self.units)),
                expected=", ".join(given),
            )
        return table


class Slopes(dict):
    """Time derivatives by name, remembering the kinetic schemes they came from."""

    schemes: tuple = ()


def ddt(*schemes, **slopes):
    """Time derivatives, per second, of the mechanism's own states; whole schemes come first."""
    found = Slopes({f"d/dt {k}": v for s in schemes for k, v in s.slopes.items()} | {f"d/dt {k}": v for k, v in slopes.items()})
    found.schemes = schemes
    return found


def out(**values):
    """Shared quantities the mechanism gives to others."""
    return values


@dataclass(frozen=True)
class Mechanism:
    """One biological step: what it reads, owns, gives, and the numbers it needs.

    `signs` says which influences have which direction; `positive` in `check_signs` is the unit box.
    `driven` says why the cycles of a scheme need not balance. `tables` are averages of the fast model, called in the equations.
    """

    reads: dict = field(default_factory=dict)
    states: dict = field(default_factory=dict)
    writes: dict = field(default_factory=dict)
    params: dict = field(default_factory=dict)
    tables: dict = field(default_factory=dict)
    signs: dict = field(default_factory=dict)
    driven: str = ""
    places: dict = field(default_factory=dict)
    attached: list = field(default_factory=list, compare=False)

    def at(self, **places):
        """The same mechanism at named places: `.at(pool="sst_interneuron")` fills 'nmda.{pool}.blocked'."""
        label = ",".join(places.values())

        def fill(table):
            return {k: q.format_map(_Keep(places)) for k, q in table.items()}

        params = {k: p.at(label) if isinstance(p, Param) else p for k, p in self.params.items()}
        return replace(self, reads=fill(self.reads), writes=fill(self.writes), params=params, places={**self.places, **places})

    def within(self, region, own):
        """The same mechanism in a region of the brain: quantities in `own` are the region's, all others those of the whole."""

        def placed(table):
            return {k: f"{region}.{q}" if q in own else q for k, q in table.items()}

        return replace(self, reads=placed(self.reads), writes=placed(self.writes), places={**self.places, "region": region})

    def equations(self, function):
        """Attach the equations; every argument must be declared, every declaration used."""
        declared = [*self.reads, *self.states, *self.params, *self.tables]
        used = list(inspect.signature(function).parameters)
        for name in declared:
            if declared.count(name) > 1:
                raise WiringError(f"'{name}' is declared twice.", fix="give the read, the state or the parameter another name")
        for name in used:
            if name not in declared:
                raise UnknownName(f"equations use '{name}', which is not declared.", nearest=nearest(name, declared))
        for name in declared:
            if name not in used:
                raise WiringError(f"'{name}' is declared but no equation uses it.", fix="delete the row or use it")
        for name, row in self.params.items():
            if isinstance(row, RelativeToRest) and row.of not in (*self.reads, *self.states):
                raise UnknownName(
                    f"'{name}' is relative to '{row.of}', which is neither read nor a state.",
                    nearest=nearest(row.of, [*self.reads, *self.states]),
                )
        self.attached.append(function)
        return function

    @property
    def function(self):
        """The equations, a plain function."""
        return self.attached[-1]

    def __call__(self, **values):
        """Slopes ('d/dt name') and written values by name, from values of all declared names; tables as shipped unless given."""
        return {k: v for part in self.parts(**values) for k, v in part.items()}

    def parts(self, **values):
        """What the equations return, as a tuple: slopes with the schemes they came from, and written values."""
        parts = self.function(**{n: t.load() for n, t in self.tables.items() if n not in values}, **values)
        return parts if isinstance(parts, tuple) else (parts,)

    @property
    def file(self):
        """Name of the file, without ending."""
        return self.function.__module__.rsplit(".", 1)[-1]

    @property
    def name(self):
        """Name in a model: the file's, with the place in brackets."""
        return f"{self.file}[{','.join(self.places.values())}]" if self.places else self.file


class _Keep(dict):
    def __missing__(self, key):
        return "{" + key + "}"
