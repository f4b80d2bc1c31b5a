"""Trace every mechanism once and lay the whole model out as one system of ordered expressions."""

import hashlib
import json

from synaptrace.core.declare import RelativeToRest
from synaptrace.errors import WiringError
from synaptrace.graph import TIME, Graph, Node, System, listing, rebuild, symbols_of
from synaptrace.graph.expression import maximum
from synaptrace.vocabulary import shared

TABLE = "table|"  # begins the operation of a node that stands for a whole table


def flatten(model, clamped=(), changing=(), at_rest=False, marked=False):
    """The model as a System for the engine.

    Parameters
    ----------
    model : Model
    clamped : sequence of str
        Quantities driven by a piecewise-linear trace: three inputs each, level, slope (1/s) and start (s).
    changing : sequence of str
        Parameters that become inputs, because they change at a jump.
    at_rest : bool
        Time stands at 0 and what is relative to rest is 1.
    marked : bool
        A table is one node instead of its sum, to see what depends on it; for reading, not for running.

    Raises
    ------
    WiringError
        For quantities that define each other at the same instant.
    """
    graph = Graph()
    given = {TIME: graph.lift(0.0) if at_rest else graph.symbol(TIME)}
    given |= {q: graph.symbol(q) for q in model.inputs}
    for q in clamped:
        given[q] = graph.symbol(f"{q}|level") + graph.symbol(f"{q}|slope") * (given[TIME] - graph.symbol(f"{q}|start"))
    rows, varying = model.parameters(), model.draws()
    given |= {name: _individual(graph, rows[name], name, varying.get(name)) for name in model.values}
    slopes, outputs, outside = _trace(model, clamped)
    makers = {} if marked else _expansions(model, clamped, changing)
    if at_rest:
        slopes, outputs = (_relative_to_themselves(model, x) for x in (slopes, outputs))
    ordered = {q: given[q] for q in clamped if q in model.writers()}
    for q in _order(outputs, given):
        ordered[q] = given[q] = rebuild([outputs[q]], graph, given, makers)[0]
    states = model.states()
    draws = list(dict.fromkeys(varying.values()))
    patient = [q for q in model.inputs if shared(q, model.vocabulary).level == "patient"]
    rests = [] if at_rest else [n for n, _ in _rest_rows(model)]
    constants = [n for n in model.values if n not in changing]
    inputs = [q for q in model.inputs if q not in patient and q not in clamped]
    inputs += [f"{q}|{part}" for q in clamped for part in ("level", "slope", "start")] + list(changing)
    return System(
        states=list(states),
        initial=[s.initial for s in states.values()],
        scales=[s.scale for s in states.values()],
        parameters=[*constants, *patient, *(f"draw:{d}" for d in draws), *rests],
        values=[
            *(model.values[n] for n in constants),
            *(float("nan") for _ in patient),
            *(0.0 for _ in draws),
            *(1.0 for _ in rests),
        ],
        inputs=inputs,
        slopes=rebuild([slopes[s] for s in states], graph, given, makers),
        outputs=ordered,
        owners=[m.name for m in model.mechanisms for _ in m.states],
        outside=dict(zip(outside, rebuild(list(outside.values()), graph, given, makers), strict=True)),
    )


def _individual(graph, row, name, draw):
    """A parameter as the patient has it: the typical value, moved by the patient's draw where it varies."""
    symbol = graph.symbol(name)
    return row.iiv.individual(symbol, graph.symbol(f"draw:{draw}"), graph.lift(row.iiv.spread)) if draw else symbol


def _expansions(model, clamped, changing):
    """{operation of a table: function of nodes that makes its sum}; numbers of the model do not move during a run."""
    moving = {*model.states(), *model.inputs, *changing, TIME} - {q for q in model.inputs if q.startswith("patient.")}
    moving |= {f"{q}|{part}" for q in clamped for part in ("level", "slope", "start")}

    def fixed(node):
        return not moving & set(symbols_of([node]))

    found = {t.name: _table(t, model) for m in model.mechanisms for t in m.tables.values()}
    return {f"{TABLE}{n}": lambda *nodes, table=t: table.expanded(nodes, fixed) for n, t in found.items()}


def _table(declared, model):
    return declared.checked(model.tables[declared.name]) if declared.name in model.tables else declared.load()


def _trace(model, clamped):
    """{state: slope}, {quantity: expression} and {table: whether it is left}, each still in terms of what is read."""
    scratch, slopes, outputs, outside = Graph(), {}, {}, {}
    for m in model.mechanisms:
        values = {a: scratch.symbol(TIME if q == "time" else q) for a, q in m.reads.items()}
        values |= {n: scratch.symbol(f"{m.name}.{n}") for n in (*m.states, *m.params)}
        values |= {n: _watched(t, model, outside) for n, t in m.tables.items()}
        got = m(**values)
        outputs |= {q: scratch.lift(got[a]) for a, q in m.writes.items() if q not in clamped}
        slopes |= {f"{m.name}.{s}": scratch.lift(got[f"d/dt {s}"]) for s in m.states}
    return slopes, outputs, outside


def _watched(declared, model, outside):
    """The table as the equations call it: one node of its own, watched for leaving its range."""
    table = _table(declared, model)
    key = f"outside|{declared.name}"

    def call(*values):
        graph = next(v.graph for v in values if isinstance(v, Node))
        nodes = [graph.lift(v) for v in values]
        left = table.outside(*nodes)
        outside[key] = maximum(outside[key], left) if key in outside else left
        return graph.make(f"{TABLE}{declared.name}", *nodes)

    return call


def _order(outputs, given):
    """Names of the outputs, each after those it needs. Outputs are ordered one by one, so loops through states are fine."""
    needs = {q: [s for s in symbols_of([e]) if s in outputs and s not in given] for q, e in outputs.items()}
    done, todo = [], list(outputs)
    while todo:
        ready = [q for q in todo if all(n in done for n in needs[q])]
        if not ready:
            raise WiringError(
                "these quantities define each other at the same instant.",
                loop=", ".join(todo),
                fix="let one of them be a state, with a time constant",
            )
        done += ready
        todo = [q for q in todo if q not in ready]
    return done


def _rest_rows(model):
    """(parameter name, quantity or state it is relative to)."""
    for m in model.mechanisms:
        for n, row in m.params.items():
            if isinstance(row, RelativeToRest):
                yield f"{m.name}.{n}", m.reads.get(row.of, f"{m.name}.{row.of}")


def _relative_to_themselves(model, expressions):
    """The expressions with every value at rest replaced by the quantity or state that it is the rest of."""
    scratch = Graph()
    given = {name: scratch.symbol(of) for name, of in _rest_rows(model)}
    return {k: rebuild([e], scratch, given)[0] for k, e in expressions.items()}


def rest_rows(model):
    """{parameter at rest: the quantity or state whose rest value it takes}."""
    return dict(_rest_rows(model))


def model_hash(model):
    """SHA-256 of flattened equations, parameter names, values and units; not of the source text."""
    system = flatten(model)
    rows = model.parameters()
    numbers = [[n, repr(v), rows[n].unit] for n, v in model.values.items()]
    names = [system.states, [repr(v) for v in system.initial], list(system.outputs), system.inputs, numbers]
    text = listing([*system.slopes, *system.outputs.values()]) + json.dumps(names)
    return hashlib.sha256(text.encode()).hexdigest()
