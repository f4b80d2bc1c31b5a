"""Slow, obvious integrator, used only to test the fast one.

Calls the mechanism functions with plain numbers, one mechanism after the other, until nothing changes; and SciPy's
Radau between the jumps. Shares no code with graph, flatten or the kernels.
"""

import math

import numpy as np


def simulate_plainly(model, patient, schedule, moments, draws=None, clock=3600.0, rtol=1e-11, start=None):
    """Observables {quantity: array} at the moments, for one patient.

    Parameters
    ----------
    model : Model
    patient : dict
        {input of level patient: value}.
    schedule : list of (start, end, {input: value or function of seconds}, {input: bolus})
        In clock units, in order; a bolus is the integral of the input.
    moments : array
        Clock units; at a jump the value after it.
    draws : dict
        {draw: standard normal number}; 0 where missing.
    start : dict
        {state: value}; declared initial values where missing.
    """
    from scipy.integrate import solve_ivp

    values = {n: _individual(model, n, draws or {}) for n in model.values}
    names = list(model.states())
    rows = model.states()
    y = np.array([(start or {}).get(n, rows[n].initial) for n in names], float)
    atol = np.array([rows[n].scale for n in names]) * rtol * 0.01
    found = {q: np.full(len(moments), np.nan) for q in model.writers()}
    for k, (begin, end, inputs, boluses) in enumerate(schedule):
        y = y + _jump(model, names, values, patient, inputs, boluses, begin * clock, y)
        last = k == len(schedule) - 1
        inside = [i for i, m in enumerate(moments) if begin <= m < end or (last and m == end)]
        if end <= begin:
            continue

        def slope(t, y, inputs=inputs):
            return evaluate(model, names, values, patient, inputs, t, y)[0]

        run = solve_ivp(slope, (begin * clock, end * clock), y, method="Radau", rtol=rtol, atol=atol, dense_output=True)
        for i in inside:
            here = y if moments[i] == begin else run.sol(moments[i] * clock)
            for q, value in evaluate(model, names, values, patient, inputs, moments[i] * clock, here)[1].items():
                found[q][i] = value
        y = run.y[:, -1]
    return found


def evaluate(model, names, values, patient, inputs, t, y):
    """Slopes and written quantities at one instant."""
    known = {**patient, "time": t} | {q: v(t) if callable(v) else v for q, v in inputs.items()}
    state = dict(zip(names, y, strict=True))
    slopes = {}
    for _ in range(len(model.mechanisms) + 1):
        before = dict(known)
        for m in model.mechanisms:
            given = {a: known.get(q, math.nan) for a, q in m.reads.items()}
            given |= {n: state[f"{m.name}.{n}"] for n in m.states} | {n: values[f"{m.name}.{n}"] for n in m.params}
            got = m(**given)
            known |= {q: got[a] for a, q in m.writes.items() if q not in inputs}
            slopes |= {f"{m.name}.{s}": got[f"d/dt {s}"] for s in m.states}
        if all(before.get(q) == v for q, v in known.items()):
            break
    return np.array([slopes[n] for n in names]), {q: known[q] for q in model.writers()}


def _jump(model, names, values, patient, inputs, boluses, t, y):
    """Change of the states by boluses: the slope with the input at 1 minus that with 0, times the amount."""
    change = np.zeros(len(names))
    for name, amount in boluses.items():
        if amount:
            on, off = ({**inputs, name: x} for x in (1.0, 0.0))
            with_it, without = (evaluate(model, names, values, patient, i, t, y)[0] for i in (on, off))
            change += amount * (with_it - without)
    return change


def _individual(model, name, draws):
    row, typical = model.parameters()[name], model.values[name]
    if not row.iiv:
        return typical
    return row.iiv.individual(typical, draws.get(model.draws()[name], 0.0), row.iiv.spread)
