"""Slow, obvious integrator, used only to test the fast one.

Calls the mechanism functions with plain numbers, each after those that write what it reads, and SciPy's Radau between
the jumps. Shares no code with graph, flatten or the kernels.
"""

import numpy as np

from synaptrace.errors import WiringError


def simulate_plainly(model, patient, schedule, moments, draws=None, clock=3600.0, rtol=1e-10, start=None):
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

        steps = _steps(model, values, {**patient, "time": 0, **inputs})

        def slope(t, y, inputs=inputs, steps=steps):
            return evaluate(steps, names, patient, inputs, t, y)[0]

        run = solve_ivp(
            slope, (begin * clock, end * clock), y, method="Radau", rtol=rtol, atol=atol, dense_output=True, vectorized=True
        )
        for i in inside:
            here = y if moments[i] == begin else run.sol(moments[i] * clock)
            known = evaluate(steps, names, patient, inputs, moments[i] * clock, here)[1]
            for q in found:
                found[q][i] = known[q]
        y = run.y[:, -1]
    return found


def evaluate(steps, names, patient, inputs, t, y):
    """Slopes and known quantities at one instant; y [states], or [states, columns] for several states at once."""
    known = {**patient, "time": t} | {q: v(t) if callable(v) else v for q, v in inputs.items()}
    state, slopes = dict(zip(names, y, strict=True)), {}
    for m, reads, own, numbers, writes, sloping in steps:
        got = m(**{a: known[q] for a, q in reads}, **{a: state[n] for a, n in own}, **numbers)
        for a, q in writes:
            known[q] = got[a]
        for n, a in sloping:
            slopes[n] = got[a]
    rows = np.empty(np.shape(y))
    for k, n in enumerate(names):
        rows[k] = slopes[n]
    return rows, known


def _steps(model, values, known):
    """The mechanisms, each after those that write what it reads, with the names of what they take and give."""
    done, todo, order = set(known), list(model.mechanisms), []
    while todo:
        ready = [m for m in todo if set(m.reads.values()) <= done]
        if not ready:
            raise WiringError("the plain integrator cannot order these mechanisms.", loop=", ".join(m.name for m in todo))
        order += ready
        done |= {q for m in ready for q in m.writes.values()}
        todo = [m for m in todo if m not in ready]
    return [
        (
            m,
            list(m.reads.items()),
            [(n, f"{m.name}.{n}") for n in m.states],
            {n: values[f"{m.name}.{n}"] for n in m.params},
            [(a, q) for a, q in m.writes.items() if q not in known],
            [(f"{m.name}.{n}", f"d/dt {n}") for n in m.states],
        )
        for m in order
    ]


def _jump(model, names, values, patient, inputs, boluses, t, y):
    """Change of the states by boluses: the slope with the input at 1 minus that with 0, times the amount."""
    change = np.zeros(len(names))
    for name, amount in boluses.items():
        if amount:
            on, off = ({**inputs, name: x} for x in (1.0, 0.0))
            steps = _steps(model, values, {**patient, "time": 0, **inputs})
            with_it, without = (evaluate(steps, names, patient, i, t, y)[0] for i in (on, off))
            change += amount * (with_it - without)
    return change


def _individual(model, name, draws):
    row, typical = model.parameters()[name], model.values[name]
    if not row.iiv:
        return typical
    return row.iiv.individual(typical, draws.get(model.draws()[name], 0.0), row.iiv.spread)
