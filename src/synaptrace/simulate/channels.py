"""Single channels that open and close at random, exact while inputs are held: a scheme on the bench, channel by channel."""

import numpy as np

from synaptrace.errors import ProtocolError
from synaptrace.flatten import flatten, model_hash
from synaptrace.graph.evaluate import evaluate
from synaptrace.models import load_model
from synaptrace.population import uniforms
from synaptrace.simulate.bench import CLOCK, STARTS, check_order, levels_of, moment_of, rest_of, value_of
from synaptrace.solve.engine import Kernels
from synaptrace.vocabulary import shared

MOST = 1000
TINY = 1e-9  # relative; rates below minus this share of the fastest are no rates


def run_channels(model, end, held, *, at, channels, seed=0, repeats=1, before=None, start="rest", changes=None):
    """Simulate channels of one kinetic scheme under held and stepped inputs.

    Between two moments at which nothing is stepped a channel moves by the exact probabilities of its scheme.

    Parameters
    ----------
    model : str or Model
        A bench model that is one scheme, such as 'ampa_alone'.
    end, held, at, before, start, changes
        As for `run_bench`.
    channels : int
        1 to 1,000.
    seed : int
        Channel k of repeat r has the same history for any number of channels and repeats.
    repeats : int
        Independent sets of channels.

    Returns
    -------
    xarray.Dataset
        Dimensions (run, time), a run per repeat: for every quantity that the model gives, the mean over the channels.

    Raises
    ------
    ProtocolError
        For a number of channels out of range, or a model that is not one scheme of held rates.
    """
    import xarray as xr

    model = load_model(model) if isinstance(model, str) else model
    for name, value in (changes or {}).items():
        model = model.set(name, value)
    if not 1 <= channels <= MOST:
        raise ProtocolError(f"'{channels}' is not a number of channels.", expected=f"1 to {MOST}")
    if start not in STARTS:
        raise ProtocolError(f"'{start}' is not a start.", given=f"start = {start}", expected=", ".join(STARTS))
    moments, levels, system = np.array([moment_of(t) for t in at]), levels_of(model, held, {}), flatten(model)
    check_order(moments, "times to report")
    first = {q: steps[0][1] for q, steps in levels.items()} | {q: value_of(q, v, model) for q, v in (before or {}).items()}
    given = (
        np.array([system.initial])
        if start == "initial"
        else rest_of(model, Kernels(system, 1, 0, observed=[]), np.array([system.values]), first)
    )
    found = _walk(system, given[0], levels, moment_of(end), moments, (seed, channels, repeats))
    variables = {}
    for q in model.writers():
        about = shared(q, model.vocabulary)
        variables[q] = (("run", "time"), found[q], {"units": about.unit, "long_name": about.meaning})
    marks = {"model": model.name, "model_hash": model_hash(model), "channels": channels, "seed": seed}
    return xr.Dataset(variables, {"time": ("time", moments, {"units": "ms"})}, marks)


def _walk(system, given, levels, end, moments, draw):
    """{quantity: mean over the channels [repeats, moments]}; every channel steps from moment to moment."""
    _, channels, repeats = draw
    wanted, moves, now = {t: k for k, t in enumerate(moments.tolist())}, {}, 0.0
    steps = sorted({t for s in levels.values() for t, _ in s if t < end} | set(wanted) | {0.0})
    found = {q: np.zeros((repeats, len(moments))) for q in system.outputs}
    start = np.cumsum([1 - given.sum(), *given])[None, :]
    places, inputs = _pick(start, np.zeros(channels * repeats, int), _stream("start", *draw)), {}
    for number, then in enumerate(steps):
        if then > now:
            places = _pick(_moves(system, inputs, then - now, moves), places, _stream(number, *draw))
        now, inputs = then, {q: next(v for t, v in reversed(s) if t <= then) for q, s in levels.items()}
        if now in wanted:
            for q, weights in _weights(system, inputs).items():
                found[q][:, wanted[now]] = weights[places].reshape(repeats, channels).mean(1)
    return found


def _stream(step, seed, channels, repeats):
    """One number per channel; repeat r and channel k are the same for any count of either."""
    return np.concatenate([uniforms(seed, f"channels|{repeat}|{step}", channels) for repeat in range(repeats)])


def _pick(sums, places, draws):
    """The next place of every channel, from cumulated probabilities of each place."""
    return np.minimum((draws[:, None] > sums[places]).sum(1), sums.shape[1] - 1)


def _moves(system, inputs, length, known):
    """Cumulated probabilities [from, to] of a scheme over a length of time, the remainder first."""
    from scipy.linalg import expm

    key = (tuple(inputs.values()), round(length, 12))
    if key not in known:
        known[key] = np.cumsum(expm(_rates(system, inputs) * CLOCK * length).T, axis=1)
    return known[key]


def _place(system, inputs, states):
    values = dict(zip(system.parameters, system.values, strict=True)) | inputs | {"time": 0.0}
    return values | dict(zip(system.states, states, strict=True))


def _rates(system, inputs):
    """The matrix of rates per second, columns leave and rows receive. Refuses what is not one scheme."""
    size = len(system.states)
    corners = [np.zeros(size), *np.eye(size), np.full(size, 1 / (size + 1))]
    slopes = [np.array(evaluate(system.slopes, _place(system, inputs, corner))) for corner in corners]
    found = np.array([[-s.sum(), *s] for s in slopes[:-1]]).T
    fastest = max(np.abs(found).max(), 1e-300)
    mixed = found @ np.full(size + 1, 1 / (size + 1))
    off_diagonal = found - np.diag(np.diag(found))
    if not size or off_diagonal.min() < -TINY * fastest or np.abs(mixed[1:] - slopes[-1]).max() > TINY * fastest:
        raise ProtocolError("the model is not one scheme of channels.", expected="a bench model of one receptor")
    return np.maximum(off_diagonal, 0) + np.diag(-np.maximum(off_diagonal, 0).sum(0))


def _weights(system, inputs):
    """{quantity: its value with the channel in each place}."""
    corners = [np.zeros(len(system.states)), *np.eye(len(system.states))]
    rows = [evaluate(list(system.outputs.values()), _place(system, inputs, c)) for c in corners]
    return dict(zip(system.outputs, np.array(rows).T, strict=True))
