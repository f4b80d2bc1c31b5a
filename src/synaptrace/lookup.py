"""Trace any number or curve: value, unit, source, who reads it, what it affects; and where it stands."""

import importlib
import inspect
import pkgutil
from pathlib import Path

from synaptrace import mechanisms
from synaptrace.badges import badge, dependencies
from synaptrace.core.declare import Param
from synaptrace.errors import UnknownName, nearest
from synaptrace.evidence import load_source
from synaptrace.flatten import flatten
from synaptrace.graph import formula
from synaptrace.models import load_model
from synaptrace.vocabulary import VOCABULARY, shared

ROOT = Path(__file__).parent


def mechanism_files():
    """Every module under mechanisms/, in the order of the folder tree."""
    for info in pkgutil.walk_packages(mechanisms.__path__, mechanisms.__name__ + "."):
        if not info.ispkg:
            yield importlib.import_module(info.name)


def where(word):
    """Lines 'file:line  name = value  meaning  [kind, source]' for every name or meaning that holds the word.

    Raises UnknownName if none does.
    """
    word, found, names = word.lower(), [], []
    for module in mechanism_files():
        m = module.mechanism
        text, lines = inspect.getdoc(module).splitlines()[0], inspect.getsource(module).splitlines()
        path = Path(inspect.getsourcefile(module)).relative_to(ROOT).as_posix()
        names.append(m.file)
        if word in f"{m.file} {m.file.replace('_', ' ')} {text} {' '.join(m.writes.values())}".lower():
            found.append(f"{path}:1  {text}")
        for n, p in m.params.items():
            names.append(n)
            if isinstance(p, Param) and word in f"{m.file}.{n} {m.file.replace('_', ' ')} {p.meaning}".lower():
                row = next(i for i, line in enumerate(lines, 1) if f'"{n}":' in line)
                found.append(f"{path}:{row}  {m.file}.{n} = {_values(p)}  {p.meaning}  [{_origin(p)}]")
    for q, entry in VOCABULARY.items():
        names.append(q)
        if word in f"{q} {entry.meaning}".lower():
            found.append(f"vocabulary  {q} ({entry.unit})  {entry.meaning}")
    if not found:
        raise UnknownName(f"nothing is called or means '{word}'.", nearest=nearest(word, names))
    return found


def _values(p):
    places = p.value if isinstance(p.value, dict) else {"": None}
    return ", ".join(f"{p.text(k)}{f' ({k})' if k else ''}" for k in places)


def _origin(p):
    kinds = list(dict.fromkeys(p.kind.values())) if isinstance(p.kind, dict) else [p.kind]
    origins = list(dict.fromkeys(p.source.values())) if isinstance(p.source, dict) else [p.source or p.why]
    return ", ".join([*kinds, *origins])


def explain(name, model="standard"):
    """Everything known about a parameter, a quantity or a mechanism of a model, as text.

    Raises UnknownName with the nearest name.
    """
    model = load_model(model) if isinstance(model, str) else model
    rows, parts = model.parameters(), {m.name: m for m in model.mechanisms}
    if name in rows:
        return _lines(_parameter(model, name, rows[name]))
    if name in model.writers() or name in model.inputs:
        return _lines(_quantity(model, name))
    for label, m in parts.items():
        if name in (label, m.file):
            return _mechanism(model, m)
    known = [*rows, *model.writers(), *model.inputs, *parts]
    fits = [k for k in known if k.split(".")[-1] == name or k.replace("[S]", "").replace("[R]", "") == name]
    if len(fits) == 1:
        return explain(fits[0], model)
    choices = {"choices": ", ".join(fits)} if fits else {"nearest": nearest(name, known)}
    raise UnknownName(
        f"'{name}' {'could be several' if fits else 'is no'} name{'s' if fits else ''} of the model '{model.name}'.",
        **choices,
        find="synaptrace where WORD",
    )


def _lines(rows):
    width = max(len(k) for k, _ in rows)
    return "\n".join(f"{k:<{width}}  {v}" for k, v in rows)


def _parameter(model, name, p):
    part, short = name.rsplit(".", 1)
    m = next(m for m in model.mechanisms if m.name == part)
    low, high = p.bounds()
    value = model.values[name]
    rows = [(name, p.meaning), ("value", p.text()), ("in the equations", f"{value:.6g} {p.unit}"), ("kind", p.kind)]
    if value != p.number():
        rows[1] = ("value", f"{value:.6g} {p.unit}, changed from {p.text()}")
    if p.source:
        source = load_source(p.source.split(":")[0])
        rows += [("source", p.source), ("", source.citation())]
        rows += [("", f"provisional: read in a {source.read}, not in the paper")] if source.provisional else []
    rows += [("why", p.why)] if p.why else []
    rows += [("plausible range", f"{low:.6g} to {high:.6g} {p.unit}" if p.range else "none (derived)")]
    if p.iiv:
        rows.append(("between patients", f"{type(p.iiv).__name__}, spread {p.iiv.spread:g}, draw {model.draws()[name]}"))
    affected = [q for q, names in dependencies(model).items() if name in names and q in model.writers()]
    file = m.function.__module__.removeprefix("synaptrace.").replace(".", "/") + ".py"
    return [*rows, ("read by", f"{file}, as {short}"), ("affects", ", ".join(affected) or "nothing that is written")]


def _quantity(model, name):
    entry, writer = shared(name, model.vocabulary), model.writers().get(name)
    readers = [m.name for m in model.mechanisms if name in m.reads.values()]
    rows = [
        (name, entry.meaning),
        ("unit", entry.unit),
        ("written by", writer.name if writer else "the protocol (an input)"),
        ("read by", ", ".join(readers) or "no mechanism"),
    ]
    rows += [("kind", entry.binding)] if entry.binding else []
    if writer:
        numbers = dependencies(model)[name]
        values = {q: flatten_symbol for q, flatten_symbol in flatten(model, marked=True).outputs.items()}
        rows += [("badge", badge(model, numbers)), ("depends on", ", ".join(numbers)), ("formula", formula(values[name]))]
    return rows


def _mechanism(model, m):
    module = importlib.import_module(m.function.__module__)
    body = inspect.getsource(m.function).split("\n")
    numbers = [f"  {n:<14} {_values(p) if isinstance(p, Param) else 'value at rest'}  {p.meaning}" for n, p in m.params.items()]
    head = [
        f"{m.name}",
        "",
        inspect.getdoc(module),
        "",
        "reads",
        *(f"  {q}" for q in m.reads.values()),
        "writes",
        *(f"  {q}" for q in m.writes.values()),
        "numbers",
        *numbers,
        "equations",
    ]
    return "\n".join([*head, *(f"  {line}" for line in body if line.strip())])


def cite(model="standard", protocol=None):
    """References for exactly the numbers of a run: [(key, citation, numbers that come from it)]."""
    model = load_model(model) if isinstance(model, str) else model
    used = {}
    for name, p in model.parameters().items():
        if p.source:
            used.setdefault(p.source.split(":")[0], []).append(name)
    if protocol is not None and protocol.tables.source:
        used.setdefault(protocol.tables.source.split(":")[0], []).append(f"protocol {protocol.id}")
    return [(key, load_source(key).citation(), names) for key, names in used.items()]
