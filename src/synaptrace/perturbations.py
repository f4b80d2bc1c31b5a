"""What an experimenter does beside the dose: library/perturbations/*.toml put on a model, for life or for a time."""

import functools
import tomllib
from dataclasses import dataclass, replace
from importlib.resources import files

from synaptrace import units
from synaptrace.core import Param
from synaptrace.errors import ProtocolError, SynaptraceError, UnknownName, nearest

FOLDER = files("synaptrace") / "library" / "perturbations"
KEYS = ("title", "source", "why", "target", "when", "effect")
EFFECTS = {"set": "to", "scale": "by", "clamp": "to"}
SCHEMA = "docs/perturbations.md"


@dataclass(frozen=True)
class Perturbation:
    """A change of one mechanism: effects are (word, name in its equations, value as text); hours relative to the first dose."""

    name: str
    title: str
    target: str
    effects: tuple
    window: tuple | None

    @property
    def input(self):
        """The input that is 1 while it acts; none for a lifelong one."""
        return f"perturbation.{self.name}"


def perturbations():
    """{name: title} of the shipped perturbations."""
    return {n: load_perturbation(n).title for n in _known()}


def _known():
    return sorted(p.name.removesuffix(".toml") for p in FOLDER.iterdir() if p.name.endswith(".toml"))


def load_perturbation(name):
    """A shipped perturbation. Raises UnknownName with the nearest one, or ProtocolError for a bad file."""
    if name not in _known():
        raise UnknownName(f"'{name}' is not a perturbation.", nearest=nearest(name, _known()), find="synaptrace perturbations")
    return read_perturbation((FOLDER / f"{name}.toml").read_text("utf-8"), name)


def read_perturbation(text, name):
    """A Perturbation from TOML. Raises ProtocolError, in one sentence, for what is missing or contradictory."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(f"'{name}' cannot be read as a perturbation.", reason=error, find=SCHEMA) from error
    for key in table:
        if key not in KEYS:
            raise ProtocolError(f"'{key}' is not a key of a perturbation.", given=name, nearest=nearest(key, KEYS))
    for key in ("title", "target", "when", "effect"):
        if key not in table:
            raise ProtocolError(f"the perturbation '{name}' has no '{key}'.", given=", ".join(table) or "nothing", find=SCHEMA)
    if not table.get("source") and not table.get("why"):
        raise ProtocolError(f"the perturbation '{name}' has neither source nor why.", fix="say where its size comes from")
    effects = tuple(_effect(row, name) for row in table["effect"])
    return Perturbation(name, table["title"], table["target"], effects, _window(table["when"], name))


def _effect(row, name):
    words = [w for w in EFFECTS if w in row]
    if len(words) != 1 or set(row) != {words[0], EFFECTS[words[0]]}:
        raise ProtocolError(
            f"an effect of '{name}' is not one of set, scale and clamp.", given=row, expected='scale = "charge", by = 0.1'
        )
    return words[0], row[words[0]], row[EFFECTS[words[0]]]


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
    stacked : bool
        Put all of them in, switched off; a patient gets one by its parameter 'target.name', 0 off and 1 on.

    Raises
    ------
    UnknownName, UnitError
        For what the model or the mechanism does not have.
    ProtocolError
        For two perturbations of the same number.
    """
    loaded = [n if isinstance(n, Perturbation) else load_perturbation(n) for n in names]
    if not stacked:
        _refuse_overlap([*model.perturbations, *loaded])
    for one in loaded:
        model = _put(model, one, 0.0 if stacked else 1.0)
    return model


def _refuse_overlap(loaded):
    """Two files must not touch one number or quantity."""
    taken = {}
    for one in loaded:
        for _, what, _ in one.effects:
            other = taken.setdefault((one.target, what), one.name)
            if other != one.name or sum(p.name == one.name for p in loaded) > 1:
                raise ProtocolError(
                    f"'{other}' and '{one.name}' both change '{what}' of {one.target}.", fix="leave one of them out"
                )


def strengths(model, perturbation):
    """Names of the parameters that switch a perturbation, one per place of its target."""
    return [f"{m.name}.{perturbation.name}" for m in model.mechanisms if m.file == perturbation.target]


def _put(model, one, strength):
    targets = [m for m in model.mechanisms if m.file == one.target]
    if not targets:
        files_ = sorted({m.file for m in model.mechanisms})
        raise UnknownName(
            f"'{one.target}', which '{one.name}' acts on, is not in the model '{model.name}'.",
            nearest=nearest(one.target, files_),
            fix="choose another model, or another perturbation",
        )
    mechanisms = tuple(_wrapped(m, one, strength) if m.file == one.target else m for m in model.mechanisms)
    values = model.values | {f"{m.name}.{one.name}": strength for m in targets}
    inputs = model.inputs if one.window is None or one.input in model.inputs else (*model.inputs, one.input)
    return replace(model, mechanisms=mechanisms, values=values, inputs=inputs, perturbations=(*model.perturbations, one))


def _wrapped(mechanism, one, strength):
    """The mechanism with its numbers or what it writes moved while the perturbation acts."""
    changes = [_change(mechanism, one, effect) for effect in one.effects]
    function, window = mechanism.function, f"{one.name}_window"

    @functools.wraps(function)
    def perturbed(**values):
        on = values.pop(one.name)
        on = on * values.pop(window) if one.window else on
        for name, move in changes:
            if name in values:
                values[name] = move(values[name], on)
        parts = function(**values)
        for part in parts if isinstance(parts, tuple) else (parts,):
            for name, move in changes:
                if name in part and name in mechanism.writes:
                    part[name] = move(part[name], on)
        return parts

    row = Param(strength, "1", f"1 under '{one.name}', else 0", kind="assumed", range=(0, 1), why="a switch")
    reads = {**mechanism.reads, window: one.input} if one.window else mechanism.reads
    return replace(mechanism, reads=reads, params={**mechanism.params, one.name: row}, attached=[perturbed])


def _change(mechanism, one, effect):
    """(name in the equations, function of value and strength) of an effect; its texts checked against the mechanism."""
    word, name, text = effect
    known = {"set": mechanism.params, "clamp": mechanism.writes, "scale": {**mechanism.params, **mechanism.writes}}[word]
    if name not in known:
        raise UnknownName(
            f"'{name}', which '{one.name}' would {word}, is not in {mechanism.file}.",
            nearest=nearest(name, known),
            expected=", ".join(known),
        )
    if word == "scale":
        return name, lambda value, on: value * (1 + (_number(text, "1", one) - 1) * on)
    unit = mechanism.params[name].unit if word == "set" else _unit(mechanism.writes[name])
    goal = _number(text, unit, one)
    return name, lambda value, on: value + (goal - value) * on


def _unit(quantity):
    from synaptrace.vocabulary import shared

    return shared(quantity).unit


def _number(text, unit, one):
    try:
        return units.convert(text, unit) if isinstance(text, str) else float(text)
    except SynaptraceError as error:
        error.lines.setdefault("perturbation", one.name)
        raise
