"""Tables against their slow twin: the fast model itself, driven by plain random spikes that share nothing with the builder.

Spikes come by coin, vesicles by coin at the closed-form chance of Tsodyks and Markram; nothing is stratified or wrapped.
"""

import math

import numpy as np
import pytest

from synaptrace.averages import Averager
from synaptrace.averages.runs import is_train
from synaptrace.bridge import fast_models
from synaptrace.simulate.bench import value_of
from synaptrace.tables import load_table, tables

WINDOW, LEAD, WINDOWS, DEAD = 60.0, 3.0, 24, 3e-3
NAMED = {"asleep": (0.5, 0.2, 0.5), "awake": (1, 1, 0.5), "busy": (10, 5, 0.5), "tetanus": (30, 20, 0.5),
         "weak release": (5, 5, 0.1)}  # fmt: skip
BESIDE = {"asleep": 2e-5, "awake": 5e-5, "busy": 9e-5, "tetanus": 1e-3, "weak release": 5e-4}  # glutamate outside, mmol/L


def coin_train(rate, length, rng):
    """A Poisson train with a dead time, spike after spike."""
    times, now = [], -rng.exponential(1 / rate) * rng.random() if rate else math.inf
    while now < length:
        if now >= 0:
            times.append(now)
        now += DEAD + rng.exponential(1 / rate - DEAD) if rate else math.inf
    return np.array(times)


def coin_vesicles(times, probability, values, rng):
    """Of the spikes those that release, each by its own coin."""
    ready, use, last, kept = 1.0, 0.0, None, []
    recovery, facilitation = values["recovery"], values["facilitation"]
    for t in times:
        if last is not None:
            ready = 1 - (1 - ready) * math.exp(-(t - last) / recovery)
            use *= math.exp(-(t - last) / facilitation)
        used = use + probability * (1 - use)
        if rng.random() < used * ready:
            kept.append(t)
        ready, use, last = ready - used * ready, used, t
    return np.array(kept)


def brute_force(table, points, windows=WINDOWS):
    """(mean, standard error) at each point over windows of 60 s."""
    rng, models = np.random.default_rng(1), fast_models(table)
    main, drawn = models["model"], table.table.get("vesicles")
    pulsed = [a.drives for a in table.axes if is_train(a) and a.drives in main.inputs] + ([drawn["drives"]] if drawn else [])
    made = Averager(main, [table.table["reads"]], pulsed, rtol=float(table.table.get("tolerance", 1e-4)))
    conditions = {q: value_of(q, v, main) for q, v in table.table["conditions"].items() if q in main.inputs}
    found = []
    for point in points:
        values = dict(zip([a.drives for a in table.axes], point, strict=True))
        held = conditions | {a.drives: values[a.drives] for a in table.axes if not is_train(a) and a.drives in main.inputs}
        trains = [_trains(table, values, models, rng) for _ in range(windows)]
        start = made.rest(made.held([held] * windows))
        early = [{q: t[t < LEAD] for q, t in one.items()} for one in trains]
        late = [{q: t[t >= LEAD] - LEAD for q, t in one.items()} for one in trains]
        begun = made.run(start, made.held([held] * windows), early, [LEAD] * windows, threads=2).end
        ended = made.run(begun, made.held([held] * windows), late, [WINDOW] * windows, threads=2).end
        averages = table.table.get("factor", 1) * (ended - begun)[:, made.columns[0]] / WINDOW
        found.append((averages.mean(), averages.std(ddof=1) / math.sqrt(windows)))
    return np.array(found)


def _trains(table, values, models, rng):
    trains = {a.drives: coin_train(values[a.drives], LEAD + WINDOW, rng) for a in table.axes if is_train(a)}
    if "vesicles" in models:
        numbers = {n.rsplit(".", 1)[1]: v for n, v in models["vesicles"].values.items()}
        probability = values["release.pyramidal_evoked.probability"]
        spikes = trains.pop("spikes.pyramidal_evoked.presynaptic")
        trains[table.table["vesicles"]["drives"]] = coin_vesicles(spikes, probability, numbers, rng)
    return trains


def named_point(table, name):
    """The named operating point in the order of the axes of a table."""
    before, after, chance = NAMED[name]
    known = {"presynaptic rate": before, "postsynaptic rate": after, "release probability": chance}
    known |= {"glutamate outside": BESIDE[name]}
    values = [known[a.name] for a in table.axes]
    return [0.1 * before if a.drives.endswith("spontaneous") else v for a, v in zip(table.axes, values, strict=True)]


@pytest.mark.slow
@pytest.mark.parametrize("name", tables())
def test_a_table_agrees_with_brute_force_at_named_and_at_random_points(name):
    table, rng = load_table(name), np.random.default_rng(20261125)
    points = [named_point(table, n) for n in NAMED]
    points += [[a.value(2 * x - 1) for a, x in zip(table.axes, rng.random(len(table.axes)), strict=True)] for _ in range(20)]
    expected = brute_force(table, points)
    found = np.array([table(*p) for p in points])
    size = table.table["built"]["highest"] - table.table["built"]["lowest"]
    bar = np.minimum(0.01 * size, np.where(np.abs(expected[:, 0]) > 0.1 * size, 0.05 * np.abs(expected[:, 0]), np.inf))
    off = np.abs(found - expected[:, 0])
    for label, point, value, (mean, error), limit in zip([*NAMED, *[""] * 20], points, found, expected, bar, strict=True):
        print(f"{name} {label or np.round(point, 4)}: table {value:.5g}, brute force {mean:.5g} +- {error:.2g}, bar {limit:.2g}")
    assert np.all(off <= bar + 3 * expected[:, 1])
    assert np.median(expected[:, 1]) <= 0.01 * size  # the twin is sharp enough to say something


def closed_form(concentration, magnesium, voltage, numbers):
    """(share blocked, share of open receptors without Mg2+) of the closed form of block in balance."""
    plugged = magnesium / (numbers["K0"] * math.exp(voltage / numbers["slope"]))
    held = concentration / (numbers["K_S"] * math.exp(numbers["delta"] * (voltage - numbers["V_ref"]) / numbers["RT_F"]))
    return held / (1 + plugged + held), 1 / (1 + plugged)


@pytest.mark.parametrize("voltage", [-70, -50, -30])
@pytest.mark.parametrize(("concentration", "magnesium"), [(1.0, 1.0), (10.0, 1.0), (0.0, 0.5), (1.0, 2.0), (0.3, 0.8)])
def test_drug_and_magnesium_are_factors_of_the_averages_of_the_scheme(voltage, concentration, magnesium):
    """At held voltage the average of the scheme with drug and Mg2+ is that without, times the closed form, to 0.5 %."""
    table = load_table("resting_calcium")
    model = fast_models(table)["model"]
    own = {n: v for n, v in model.values.items() if n.startswith("ketamine_is_trapped_in_nmda")}
    pool, numbers = "pyramidal_resting", {n.rsplit(".", 1)[1]: v for n, v in own.items()}
    vesicles = f"spikes.{pool}.spontaneous"
    made = Averager(model, [f"calcium.{pool}.nmda"], [vesicles])
    held = {q: value_of(q, v, model) for q, v in table.table["conditions"].items()} | {"glutamate.outside": 5e-5}
    held[f"nmda.{pool}.voltage"] = voltage
    drugged = held | {"brain.S_ketamine_free": concentration, "tissue.magnesium": magnesium}
    train = {vesicles: np.arange(0.5, 20.0, 1.7)}
    plain, found = made.averages(made.held([held, drugged]), [train, train], [20.0, 20.0], 3.0)[:, 0]
    blocked, unplugged = closed_form(concentration, magnesium, voltage, numbers)
    usual = closed_form(0.0, 1.0, voltage, numbers)[1]
    assert found / plain == pytest.approx((1 - blocked) * unplugged / usual, rel=5e-3)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMED)
def test_in_a_spine_of_free_voltage_the_factor_of_block_holds(name):
    """With voltage free the calcium that is left is still one less the share that holds drug, within 1 %."""
    table = load_table("evoked_calcium")
    models, pool = fast_models(table), "pyramidal_evoked"
    model, rng = models["model"], np.random.default_rng(2)
    after, vesicles = f"spikes.{pool}.postsynaptic", f"spikes.{pool}.spontaneous"
    reads = [f"calcium.{pool}.nmda", f"nmda.{pool}.trapped"]
    made = Averager(model, reads, [vesicles, after])
    held = {q: value_of(q, v, model) for q, v in table.table["conditions"].items() if q in model.inputs}
    before, behind, chance = NAMED[name]
    numbers = {n.rsplit(".", 1)[1]: v for n, v in models["vesicles"].values.items()}
    train = {vesicles: coin_vesicles(coin_train(before, 300.0, rng), chance, numbers, rng), after: coin_train(behind, 300.0, rng)}
    cases = [held, *(held | {"brain.S_ketamine_free": c} for c in (0.5, 1.0, 10.0))]
    found = made.averages(made.held(cases), [train] * 4, [300.0] * 4, 299.0)
    assert found[1:, 0] / found[0, 0] == pytest.approx(1 - found[1:, 1], rel=0.01)
    print(name, "calcium left", np.round(found[1:, 0] / found[0, 0], 3), "share without drug", np.round(1 - found[1:, 1], 3))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMED)
def test_in_a_spine_of_free_voltage_the_factor_of_magnesium_holds(name):
    """Between 0.8 and 1.2 mmol/L the factor of the slow model is that of the spine within 5 %."""
    from synaptrace.models import load_model

    table, slow = load_table("evoked_calcium"), load_model("bridge_test")
    row = "magnesium_blocks_nmda[pyramidal_evoked]"
    voltage = slow.values[f"{row}.V_mean"]
    numbers = {k: slow.values[f"{row}.{k}"] for k in ("K0", "slope")} | {"K_S": 1, "delta": 0, "V_ref": 0, "RT_F": 1}
    models, rng, pool = fast_models(table), np.random.default_rng(3), "pyramidal_evoked"
    model = models["model"]
    after, vesicles = f"spikes.{pool}.postsynaptic", f"spikes.{pool}.spontaneous"
    made = Averager(model, [f"calcium.{pool}.nmda"], [vesicles, after])
    held = {q: value_of(q, v, model) for q, v in table.table["conditions"].items() if q in model.inputs}
    before, behind, chance = NAMED[name]
    release = {n.rsplit(".", 1)[1]: v for n, v in models["vesicles"].values.items()}
    train = {vesicles: coin_vesicles(coin_train(before, 120.0, rng), chance, release, rng), after: coin_train(behind, 120.0, rng)}
    levels = (1.0, 0.8, 1.2)
    found = made.averages(made.held([held | {"tissue.magnesium": m} for m in levels]), [train] * 3, [120.0] * 3, 3.0)[:, 0]
    expected = [closed_form(0.0, m, voltage, numbers)[1] / closed_form(0.0, 1.0, voltage, numbers)[1] for m in levels]
    assert found / found[0] == pytest.approx(expected, rel=0.05)
