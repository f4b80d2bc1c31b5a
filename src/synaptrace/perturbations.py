"""What an experimenter does beside the dose: library/perturbations/*.toml put on a model, for life or for a time."""

import functools
import tomllib
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

from synaptrace import units
from synaptrace.core import Param
from synaptrace.core.declare import Slopes
from synaptrace.errors import ProtocolError, UnitError, UnknownName, WiringError, nearest
from synaptrace.evidence import load_source
from synaptrace.vocabulary import shared

FOLDER = files("synaptrace") / "library" / "perturbations"
KEYS = ("title", "kind", "source", "why", "target", "when", "effect")
EFFECTS = {"set": "to", "scale": "by", "clamp": "to"}
SCHEMA = "docs/perturbations.md"


@dataclass(frozen=True)
class Perturbation:
    """A change of one mechanism: effects are (word, name in its equations, value as written); hours relative to the first dose.

    `window` is None for life; `origin` holds source, kind and why of its numbers, `where` the name or file it came from.
    """

    name: str
    title: str
    target: str
    effects: tuple
    window: tuple | None
    origin: tuple = field(default=(("kind", "assumed"), ("why", "not said")), repr=False)
    where: str = field(default="", repr=False)

    @property
    def input(self):
        """The input that is 1 while it acts; none for a lifelong one."""
        return f"perturbation.{self.name}"

    def acts_on(self, mechanism):
        """Whether a mechanism is its target: the file at all its places, or 'file[place]' at one."""
        return self.target in (mechanism.file, mechanism.name)


def perturbations():
    """{name: title} of the shipped perturbations."""
    return {n: load_perturbation(n).title for n in _known()}


def _known():
    return sorted(p.name.removesuffix(".toml") for p in FOLDER.iterdir() if p.name.endswith(".toml"))


def load_perturbation(name):
    """A shipped perturbation, or one of a file that ends in .toml. Raises UnknownName, ProtocolError or UnitError."""
    name = str(name)
    if not name.endswith(".toml") and name not in _known():
        raise UnknownName(f"'{name}' is not a perturbation.", nearest=nearest(name, _known()), find="synaptrace perturbations")
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProtocolError(f"'{name}' cannot be read as a perturbation.", reason=error, find=SCHEMA) from error
    return replace(read_perturbation(text, Path(name).name.removesuffix(".toml")), where=name)


def read_perturbation(text, name):
    """A Perturbation from TOML. Raises ProtocolError, in one sentence, for what is missing or contradictory."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(f"'{name}' cannot be read as a perturbation.", reason=error, find=SCHEMA) from error
    if not name.replace("_", "a").isalnum():
        raise ProtocolError(f"'{name}' is not a name for a perturbation.", expected="letters, digits and underscores")
    for key in table:
        if key not in KEYS:
            raise ProtocolError(f"'{key}' is not a key of a perturbation.", given=name, nearest=nearest(key, KEYS))
    for key in ("title", "target", "when", "effect"):
        if key not in table:
            raise ProtocolError(f"the perturbation '{name}' has no '{key}'.", given=", ".join(table) or "nothing", find=SCHEMA)
    for key in set(table) - {"when", "effect"}:
        if not isinstance(table[key], str):
            raise ProtocolError(f"the {key} of '{name}' is not a text.", given=f"{key} = {table[key]!r}", fix="put it in quotes")
    if not isinstance(table["effect"], list) or not table["effect"]:
        raise ProtocolError(f"the perturbation '{name}' has no effect.", expected="[[effect]] tables", find=SCHEMA)
    effects = tuple(_effect(row, name) for row in table["effect"])
    moved = [what for _, what, _ in effects]
    for what in moved:
        if moved.count(what) > 1:
            raise ProtocolError(f"'{name}' changes '{what}' twice.", fix="leave one effect out")
    return Perturbation(name, table["title"], table["target"], effects, _window(table["when"], name), _origin(table, name))


def _origin(table, name):
    """Source, kind and why of the numbers of a file; a source that is named has to exist."""
    origin = {k: table[k] for k in ("source", "why", "kind") if k in table}
    if not table.get("source") and not table.get("why"):
        raise ProtocolError(f"the perturbation '{name}' has neither source nor why.", fix="say where its size comes from")
    if "source" in origin:
        load_source(origin["source"].split(":")[0])
    return tuple(sorted(({"kind": "assumed" if "why" in origin else "measured"} | origin).items()))


def _effect(row, name):
    words = [w for w in EFFECTS if w in row] if isinstance(row, dict) else []
    if len(words) != 1 or set(row) != {words[0], EFFECTS[words[0]]} or not isinstance(row[words[0]], str):
        raise ProtocolError(
            f"an effect of '{name}' is not one of set, scale and clamp.", given=row, expected='scale = "charge", by = 0.1'
        )
    word, value = words[0], row[EFFECTS[words[0]]]
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ProtocolError(f"'{value}' is not a number.", given=f"{name}: {EFFECTS[word]} = {value!r}")
    if word == "scale" and not 0 <= units.convert(str(value), "1") < float("inf"):
        raise ProtocolError(f"'{value}' is not a factor.", given=f"{name}: by = {value!r}", expected="0 or more")
    return word, row[word], value


def _window(when, name):
    if when == "lifelong":
        return None
    if not isinstance(when, dict) or set(when) != {"from", "to"}:
        raise ProtocolError(
            f"'{when}' is not a time at which '{name}' acts.", expected='"lifelong", or { from = "-30 min", to = "6 h" }'
        )
    first, last = (units.duration(when[k], k) for k in ("from", "to"))
    if not first < last:
        raise ProtocolError(f"the perturbation '{name}' ends before it begins.", given=f"from {when['from']} to {when['to']}")
    return first, last


def perturb(model, names, stacked=False):
    """The model under perturbations.

    Parameters
    ----------
    model : Model
    names : sequence of str or Perturbation
        Shipped names, or .toml files; two that belong together also as 'one+other'.
    stacked : bool
        Put all of them in, switched off; a patient gets one by its parameter 'target.name', 0 off and 1 on.

    Raises
    ------
    UnknownName, UnitError, WiringError
        For what the model or the mechanism does not have.
    ProtocolError
        For two perturbations of the same number.
    """
    loaded = []
    for name in [names] if isinstance(names, (str, Perturbation)) else names:
        loaded += [name] if isinstance(name, Perturbation) else [load_perturbation(n) for n in str(name).split("+")]
    if loaded and not stacked:
        _refuse_overlap(model, [*model.perturbations, *loaded])
    for one in loaded:
        model = _put(model, one, 0.0 if stacked else 1.0)
    return model


def _refuse_overlap(model, loaded):
    """Two files must not touch one number or quantity."""
    taken = {}
    for k, one in enumerate(loaded):
        for m in filter(one.acts_on, model.mechanisms):
            for _, what, _ in one.effects:
                other = taken.setdefault((m.name, what), k)
                if other != k:
                    raise ProtocolError(
                        f"'{loaded[other].name}' and '{one.name}' both change '{what}' of {m.name}.", fix="leave one of them out"
                    )


def strengths(model, perturbation):
    """Names of the parameters that switch a perturbation, one per place of its target."""
    return [f"{m.name}.{perturbation.name}" for m in model.mechanisms if perturbation.acts_on(m)]


def _put(model, one, strength):
    targets = [m for m in model.mechanisms if one.acts_on(m)]
    if not targets:
        raise UnknownName(
            f"'{one.target}', which '{one.name}' acts on, is not in the model '{model.name}'.",
            nearest=nearest(one.target, sorted({m.file for m in model.mechanisms})),
            fix="choose another model, or another perturbation",
        )
    done = {m.name: _perturbed(m, one, strength, model.vocabulary) for m in targets}
    new = {f"{n}.{k}": p.number() for n, m in done.items() for k, p in m.params.items() if k in _rows(one)}
    inputs = model.inputs if one.window is None or one.input in model.inputs else (*model.inputs, one.input)
    mechanisms = tuple(done.get(m.name, m) for m in model.mechanisms)
    return replace(
        model, mechanisms=mechanisms, values=model.values | new, inputs=inputs, perturbations=(*model.perturbations, one)
    )


def _rows(one):
    """Names of the numbers that a perturbation adds to its target: the switch, and one per effect."""
    return [one.name, *(f"{one.name}_{name}" for _, name, _ in one.effects)]


def _perturbed(mechanism, one, strength, vocabulary):
    """The mechanism with its numbers, or what it reads or gives, moved while the perturbation acts."""
    meaning = f"strength of the perturbation {one.name}: 1 on, 0 off"
    switch = Param(strength, "1", meaning, kind="assumed", range=(0, 1), why="a switch")
    numbers = [_number(mechanism, one, effect, vocabulary) for effect in one.effects]
    reads = {f"{one.name}_acts": one.input} if one.window else {}
    for name in (*_rows(one), *reads):
        if name in (*mechanism.reads, *mechanism.states, *mechanism.params, *mechanism.tables):
            fix = "give the perturbation's file another name"
            raise WiringError(f"'{name}', which '{one.name}' adds, is already a name in {mechanism.name}.", fix=fix)
    rows = dict(zip(_rows(one), [switch, *numbers], strict=True))
    function = _wrapped(mechanism, one)
    return replace(
        mechanism, reads=mechanism.reads | reads, params=mechanism.params | rows, attached=[*mechanism.attached, function]
    )


def _wrapped(mechanism, one):
    """The equations with the effects around them; exactly as they were where the strength or the window is 0."""
    function = mechanism.function
    before = [e for e in one.effects if not _given(mechanism, e)]
    after = [e for e in one.effects if _given(mechanism, e)]

    @functools.wraps(function)
    def perturbed(**values):
        numbers = {name: values.pop(f"{one.name}_{name}") for _, name, _ in one.effects}
        on = values.pop(one.name)
        on = on * values.pop(f"{one.name}_acts") if one.window else on
        for word, name, _ in before:
            values[name] = _moved(word, values[name], numbers[name], on)
        parts = function(**values)
        parts = tuple(p if isinstance(p, Slopes) else dict(p) for p in (parts if isinstance(parts, tuple) else (parts,)))
        for word, name, _ in after:
            part = next(p for p in parts if name in p)
            part[name] = _moved(word, part[name], numbers[name], on)
        return parts

    return perturbed


def _moved(word, value, number, on):
    """The value at on = 0, the perturbed one at on = 1, both to the last digit, and a straight line between."""
    return value * ((1 - on) + number * on) if word == "scale" else value * (1 - on) + number * on


def _given(mechanism, effect):
    """Whether an effect is on something the target gives, rather than on a number of its own or something it reads."""
    word, name, _ = effect
    return word != "set" and name in mechanism.writes and name not in mechanism.params


def _number(mechanism, one, effect, vocabulary):
    """The Param that holds the value of an effect, in the unit of what it acts on."""
    word, name, text = effect
    own = {n: p for n, p in mechanism.params.items() if isinstance(p, Param)}
    around = {n: shared(q, vocabulary) for n, q in {**mechanism.reads, **mechanism.writes}.items()}
    known = {"set": own, "clamp": around, "scale": around | own}[word]
    if name not in known:
        raise UnknownName(
            f"'{name}', which '{one.name}' would {word}, is not in {mechanism.name}.",
            nearest=nearest(name, known),
            expected=", ".join(known),
        )
    unit, substance = ("1", "") if word == "scale" else (known[name].unit, known[name].substance)
    try:
        value = units.convert(str(text), unit, substance, getattr(known[name], "binding", ""))
    except UnitError as error:
        lines = {"given": f"{one.name}: {word} {name}", "expected": f"a number with a unit like {unit}"}
        raise UnitError(f"'{text}' does not fit '{name}' of {mechanism.name}.", **lines) from error
    meaning = f"{'factor on' if word == 'scale' else 'value of'} {name} under {one.name}"
    return Param(value, unit, meaning, range=(value, value), **dict(one.origin))
