"""The block of NMDA receptors: closed forms, the mandatory tests of the synapse dossier, and its slow twin."""

import numpy as np
import pytest

from synaptrace.evidence import load_source
from synaptrace.mechanisms.synapse import ambient_glutamate_opens_nmda, ketamine_blocks_nmda, magnesium_blocks_nmda
from synaptrace.overlays import apply_overlay
from synaptrace.protocol import Protocol
from synaptrace.units import convert
from synaptrace.vocabulary import shared
from tests.exposure import load_model, run

POOL = "pyramidal_resting"
SYNAPSE = load_source("synapse_dossier").places
DERIVED = load_source("exposure_and_block").places
K = {"S": 0.431, "R": 2.01, "Sn": 2.44, "Rn": 18.7}
BLOCKERS = {
    "S": "brain.S_ketamine_free",
    "R": "brain.R_ketamine_free",
    "Sn": "brain.S_norketamine_free",
    "Rn": "brain.R_norketamine_free",
}
RT_F, DELTA = 25.43, 0.79


def magnesium_constant(voltage, k0=8.85, slope=12.5):
    return k0 * np.exp(voltage / slope)


def pull(voltage):
    return np.exp(DELTA * (voltage + 70) / RT_F)


def equilibrium(concentrations, voltage, magnesium):
    """(C/K) / (1 + Mg/K_Mg + C/K), summed over the blockers, with K at that voltage."""
    load = sum(c / (K[b] * pull(voltage)) for b, c in concentrations.items())
    return load / (1 + magnesium / magnesium_constant(voltage) + load)


ROOM = {"tissue.temperature": 298.15, "nmda.coagonist_bound": 1.0}


def clamped(model, seconds, traces, at, changes=None):
    """Run a bench model with every input held or driven: traces are {quantity: value or (times in s, values)}."""
    protocol = Protocol("bench", end=f"{float(seconds)!r} s")
    for name, trace in traces.items():
        times, values = trace if isinstance(trace, tuple) else ((0.0,), (trace,))
        unit = shared(name).unit.removeprefix("1")
        protocol = protocol.clamp(name, [f"{float(t)!r} s" for t in times], [f"{float(v)!r} {unit}".strip() for v in values])
    return run(protocol, model, at=[f"{float(t)!r} s" for t in at], changes=changes, rtol=1e-9)


def block(concentrations, voltage=-70.0, magnesium=1.0, open_fraction=0.05, seconds=4e4, at=None):
    traces = {BLOCKERS[b]: ((0.0, 1e-3), (0.0, float(concentrations.get(b, 0.0)))) for b in BLOCKERS}  # else rest is the end
    traces |= {f"nmda.{POOL}.open_fraction": open_fraction, f"nmda.{POOL}.voltage": voltage}
    traces |= {f"nmda.{POOL}.open_time": 0.0458, f"nmda.{POOL}.opening_chance": 0.809}
    changes = {f"magnesium_blocks_nmda[{POOL}].Mg": f"{magnesium} mmol/L"}
    return clamped("block_alone", seconds, traces, at or [seconds], changes)[f"nmda.{POOL}.blocked"].values[0]


def twin(concentrations, voltage=-70.0, magnesium=1.0, glutamate=1.0, seconds=60.0, at=None, leak=0.0, start=None):
    traces = {BLOCKERS[b]: concentrations.get(b, 0.0) for b in BLOCKERS} | (start or {})
    traces |= {f"glutamate.{POOL}.cleft": glutamate, f"nmda.{POOL}.voltage": voltage}
    name = f"ketamine_is_trapped_in_nmda[{POOL}]"
    traces |= ROOM | {"tissue.magnesium": magnesium}
    changes = {f"{name}.leak": f"{leak} 1/s"}
    return clamped("trapping_alone", seconds, traces, at or [seconds], changes)


def trapped(result):
    return result[f"nmda.{POOL}.trapped"].values[0]


def pulses(rate, seconds, width=1e-3, height=1.0, edge=1e-5):
    """A train of releases as a piecewise-linear trace."""
    times, values = [0.0], [0.0]
    for k in range(int(rate * seconds)):
        t = (k + 0.5) / rate
        times += [t, t + edge, t + width, t + width + edge]
        values += [0.0, height, height, 0.0]
    return tuple(times), tuple(values)


# ---- affinities, magnesium and opening: where the numbers come from


def test_the_affinities_follow_from_the_racemate_and_the_ratios():
    """The IC50 of the racemate fixes the scale: 1/K = 0.5/K_S + 0.5/K_R; the binding constants fix the ratios."""
    ki = {k: convert(v, "umol/L") for k, v in load_source("ebert1997").places["abstract"].items() if k.endswith("_Ki")}
    racemate = convert(load_source("gilling2009").places["abstract"]["ketamine_IC50"], "umol/L")
    scale = racemate * (0.5 / ki["S_ketamine_Ki"] + 0.5 / ki["R_ketamine_Ki"])
    for drug, row in DERIVED["affinities"].items():
        assert ki[f"{drug}_Ki"] * scale == pytest.approx(convert(row, "umol/L"), rel=5e-3)


@pytest.mark.parametrize("voltage", [-80, -70, -65, -60, -40, -20, 0, 20, 40])
@pytest.mark.parametrize(
    ("overlay", "row"), [("", "AscherNowak"), ("mg_jahr_stevens", "JahrStevens"), ("mg_vargas_caballero", "VCR2003")]
)
def test_each_form_of_magnesium_block_is_the_dossiers_table(overlay, row, voltage):
    model = apply_overlay(load_model(), overlay) if overlay else load_model()
    names = ("Mg", "V_mean", "Mg_usual", "K0", "slope", "GluN2D", "weaker")
    numbers = {n: model.values[f"magnesium_blocks_nmda[{POOL}].{n}"] for n in names}
    short = {"AscherNowak": "AN", "JahrStevens": "JS", "VCR2003": "VCR"}[row]
    found = magnesium_blocks_nmda.mechanism.at(pool=POOL)(V=voltage, **numbers)["unplugged"]
    assert found == pytest.approx(float(SYNAPSE["section-3"][f"unblocked_{short}_{voltage}mV"]), abs=1.5e-3)
    constant = numbers["K0"] * np.exp(voltage / numbers["slope"])
    assert constant == pytest.approx(convert(SYNAPSE["section-3"][f"K_{row}_{voltage}mV"], "mmol/L"), rel=0.01)


def test_the_slope_of_magnesium_is_that_of_its_two_rates():
    assert 1 / (1 / 17 + 1 / 47) == pytest.approx(convert(DERIVED["magnesium"]["slope_Ascher_Nowak"], "mV"), rel=2e-3)


def test_a_release_keeps_a_receptor_open_for_46_ms():
    """Openings per release times their mean length, and the integral of the slow twin after 1 ms of 1 mmol/L (decision 0010)."""
    moments = np.unique(np.concatenate([np.linspace(0.001, 0.3, 600), np.linspace(0.3, 8, 800)])).tolist()
    result = twin({}, magnesium=0, glutamate=pulses(1, 1), seconds=8.0, at=moments)
    openings = 46.5 / (2 * 5.5)  # before the first glutamate leaves
    assert openings / 91.6 == pytest.approx(convert(DERIVED["gating"]["open_time_per_event"], "s"), rel=0.01)
    opened = np.trapezoid(result[f"nmda.{POOL}.conducting"].values[0], moments)
    assert opened == pytest.approx(convert(DERIVED["gating"]["open_time_per_event"], "s"), rel=0.02)


def test_ambient_glutamate_opens_as_many_receptors_as_the_scheme_in_balance():
    result = twin({}, magnesium=0, glutamate=5e-5, seconds=3e4)
    numbers = {k: p.number("extrasynaptic") for k, p in ambient_glutamate_opens_nmda.mechanism.params.items()}
    assert result[f"nmda.{POOL}.conducting"].values[0, 0] == pytest.approx(
        ambient_glutamate_opens_nmda.mechanism(**numbers)["open_fraction"], rel=1e-6
    )


# ---- the block itself


@pytest.mark.parametrize("magnesium", [0.0, 1.0])
@pytest.mark.parametrize("voltage", [-70.0, -40.0, 0.0])
def test_the_block_settles_at_the_closed_form(voltage, magnesium):
    for mix in ({"S": 0.5, "R": 0.5}, {"S": 0.2, "R": 0.2, "Sn": 0.1, "Rn": 0.1}, {"S": 10.0}):
        assert block(mix, voltage, magnesium)[0] == pytest.approx(equilibrium(mix, voltage, magnesium), rel=1e-6)


def test_the_equilibrium_does_not_depend_on_how_often_receptors_open_but_the_way_there_does():
    mix = {"S": 0.5, "R": 0.5}
    rare, often = (block(mix, open_fraction=share, seconds=4e6)[0] for share in (0.00067, 0.265))
    assert rare == pytest.approx(often, rel=1e-6)
    slow, fast = (block(mix, open_fraction=share, seconds=60)[0] for share in (0.00067, 0.265))
    assert fast > 5 * slow


ROWS = [("0Mg", v, 0) for v in (-70, -40, 0, 40)] + [("1Mg", v, 1) for v in (-70, -65, -40, 0, 40)]


@pytest.mark.parametrize(("row", "voltage", "magnesium"), ROWS)
def test_the_half_blocking_concentration_is_the_dossiers(row, voltage, magnesium):
    """Racemate: half of the receptors that Mg2+ leaves free, K (1 + Mg/K_Mg)."""
    printed = convert(SYNAPSE["section-4-3"][f"IC50_{row}_{voltage}mV"], "umol/L")
    half = 1 / (0.5 / K["S"] + 0.5 / K["R"]) * pull(voltage) * (1 + magnesium / magnesium_constant(voltage))
    assert half == pytest.approx(printed, rel=0.012)
    assert block({"S": half / 2, "R": half / 2}, voltage, magnesium)[0] == pytest.approx(0.5, rel=1e-4)


@pytest.mark.parametrize(("magnesium", "dose"), [(0, 0.5), (0, 1), (0, 10), (1, 0.5), (1, 1), (1, 10), (1, 50)])
def test_the_predicted_block_at_minus_65_mv_is_the_dossiers(magnesium, dose):
    printed = float(SYNAPSE["section-4-4"][f"r0.05Hz_Mg{magnesium}_K{dose:g}_block"].rstrip(" %")) / 100
    assert equilibrium({"S": dose / 2, "R": dose / 2}, -65.0, magnesium) == pytest.approx(printed, abs=0.003)


def test_at_rest_the_block_lags_its_equilibrium_by_some_ten_minutes():
    """40 min after a step: the equilibrium is not yet reached, which is why the state runs and not its equilibrium."""
    mix, minutes = {"S": 0.18, "R": 0.21}, [60.0 * m for m in range(1, 121)]
    course = block(mix, open_fraction=0.0127 * 0.0458, seconds=7200.0, at=minutes)
    final = equilibrium(mix, -70.0, 1.0)
    reached = np.interp(0.632 * final, course, minutes) / 60
    assert 5 < reached < 15


def test_without_blockers_nothing_is_blocked():
    assert block({})[0] == 0
    assert trapped(twin({}))[0] == 0


def test_depolarization_relieves_the_block_with_the_slope_of_its_site():
    mix = {"S": 0.5, "R": 0.5}
    odds = [(b := block(mix, v, 0.0)[0]) / (1 - b) for v in (-80.0, -60.0)]
    assert np.log(odds[0] / odds[1]) == pytest.approx(DELTA * 20 / RT_F, rel=1e-6)


def test_one_average_over_subtypes_is_near_two_separate_populations():
    """A pool with 40 % GluN2D averages the unplugged share; two populations side by side differ by less than 4 %."""
    mix, voltage = {"S": 0.18, "R": 0.21, "Sn": 0.017, "Rn": 0.018}, -55.0
    load = sum(c / (K[b] * pull(voltage)) for b, c in mix.items())
    free = [1 / (1 + 1 / (w * magnesium_constant(voltage))) for w in (1.0, 4.5)]
    apart = 0.6 * load * free[0] / (1 + load * free[0]) + 0.4 * load * free[1] / (1 + load * free[1])
    mean = 0.6 * free[0] + 0.4 * free[1]
    assert load * mean / (1 + load * mean) == pytest.approx(apart, rel=0.04)


def test_pools_differ_only_where_their_tables_do():
    files = {m.file for m in load_model().mechanisms if m.places.get("pool")}
    assert files == {"ketamine_blocks_nmda", "magnesium_blocks_nmda", "synaptic_events_open_nmda", "ambient_glutamate_opens_nmda"}
    assert not any(isinstance(p.value, dict) for p in ketamine_blocks_nmda.mechanism.params.values())


# ---- the slow twin


@pytest.mark.parametrize("magnesium", [0.0, 1.0])
@pytest.mark.parametrize("voltage", [-70.0, -40.0])
def test_the_twin_settles_at_the_same_equilibrium(voltage, magnesium):
    for mix in ({"S": 0.5, "R": 0.5}, {"S": 0.2, "R": 0.2, "Sn": 0.1, "Rn": 0.1}):
        found = trapped(twin(mix, voltage, magnesium, seconds=4000.0))[0]
        assert found == pytest.approx(equilibrium(mix, voltage, magnesium), rel=1e-6)


@pytest.mark.parametrize("rate", [1.0, 5.0])
def test_the_twins_equilibrium_does_not_depend_on_the_stimulation(rate):
    """Releases of 1 ms at a fixed voltage. In 20 s the block of 10 umol/L has settled."""
    mix = {"S": 5.0}
    found = trapped(twin(mix, -40.0, 0.0, pulses(rate, 20), seconds=20.0))[0]
    assert found == pytest.approx(equilibrium(mix, -40.0, 0.0), rel=2e-3)


OPEN_TIME, CHANCE = 0.0458, 0.809


def approach(blocker, dose, voltage, magnesium, rate):
    """Rate of approach to the equilibrium (1/s) as `ketamine_blocks_nmda` has it, for one blocker."""
    k = (
        3.8 / pull(voltage) ** 0.5 * dose / (1 + magnesium / magnesium_constant(voltage))
        + 3.8 * pull(voltage) ** 0.5 * K[blocker]
    )
    return rate * OPEN_TIME * k * ketamine_blocks_nmda.lasting(k, OPEN_TIME, CHANCE)


def slope_of_twin(blocker, dose, voltage, magnesium, rate, wash=False):
    """The same of the twin under releases of 1 ms: least squares on what is left, at the ends of the gaps."""
    releases = int(max(4, 1.5 * rate / approach(blocker, 0 if wash else dose, voltage, magnesium, rate))) + 1
    before = 40 if wash else 0
    step = (before + 0.2) / rate
    levels = (10.0, 10.0, 0.0) if wash else (0.0, 0.0, dose)
    at = [(before + k + 0.999) / rate for k in range(releases)]
    drug = {BLOCKERS[blocker]: ((0.0, step, step + 1e-6), levels)}
    course = trapped(twin({}, voltage, magnesium, pulses(rate, at[-1] + 0.5 / rate), seconds=at[-1], at=at, start=drug))
    left = np.log(course) if wash else np.log(1 - course / equilibrium({blocker: dose}, voltage, magnesium))
    return -np.polyfit(np.arange(releases), left, 1)[0] * rate


@pytest.mark.parametrize("blocker", ["S", "R", "Sn", "Rn"])
@pytest.mark.parametrize("voltage", [-70.0, -40.0])
@pytest.mark.parametrize("dose", [0.1, 1.0, 10.0])
def test_onset_is_that_of_the_twin(blocker, voltage, dose):
    """Releases five seconds apart, 1 mmol/L Mg2+: within 5 % up to 1 umol/L, and printed above."""
    found = slope_of_twin(blocker, dose, voltage, 1.0, 0.2) / approach(blocker, dose, voltage, 1.0, 0.2) - 1
    print(f"onset of {blocker} at {dose} umol/L, {voltage:.0f} mV: {100 * found:+.1f} %")
    assert dose > 1.0 or abs(found) < 0.05


@pytest.mark.parametrize("blocker", ["S", "R", "Sn"])
@pytest.mark.parametrize("voltage", [-70.0, -40.0])
def test_offset_is_that_of_the_twin(blocker, voltage):
    found = slope_of_twin(blocker, 0.0, voltage, 1.0, 0.2, wash=True) / approach(blocker, 0.0, voltage, 1.0, 0.2) - 1
    print(f"offset of {blocker}, {voltage:.0f} mV: {100 * found:+.1f} %")
    assert abs(found) < 0.05


@pytest.mark.parametrize("rate", [1.0, 5.0])
def test_desensitization_makes_the_twin_slower_at_high_rates(rate):
    """What the average leaves out: releases so close that receptors are still desensitized. Printed, and of this sign."""
    found = slope_of_twin("S", 0.5, -40.0, 1.0, rate) / approach("S", 0.5, -40.0, 1.0, rate) - 1
    print(f"onset at {rate} Hz: {100 * found:+.0f} %")
    assert -0.95 < found < -0.05


def test_the_average_is_the_closed_form_for_activations_of_exponential_length():
    """A share `chance` of activations opens, for exponentially distributed times: E exp(-k T) in closed form and by drawing."""
    k, chance = 20.0, 0.8
    rng = np.random.default_rng(5)
    open_times = np.where(rng.random(400_000) < chance, rng.exponential(0.05 / chance, 400_000), 0.0)
    drawn = -np.log(np.mean(np.exp(-k * open_times))) / (k * 0.05)
    assert ketamine_blocks_nmda.lasting(k, 0.05, chance) == pytest.approx(drawn, rel=3e-3)
    for slow in (0.0, 1e-12, 1e-6):
        assert ketamine_blocks_nmda.lasting(slow, 0.05, chance) == pytest.approx(1, rel=1e-6)


@pytest.mark.parametrize(("leak", "kept"), [(1.26e-3, 0.86), (0.0, 1.0)])
def test_block_stays_trapped_without_agonist(leak, kept):
    """Two minutes of washing without agonist: 86 % stays with the published leak, all without it."""
    off = ((0.0, 30.0, 30.000001), (1.0, 1.0, 0.0))
    drug = {BLOCKERS["S"]: ((0.0, 33.0, 33.000001), (10.0, 10.0, 0.0))}
    at = [33.0, 153.0]
    before, after = trapped(twin({}, -70.0, 0.0, off, seconds=153.0, at=at, leak=leak, start=drug))
    assert after / before == pytest.approx(kept, abs=0.006)


def test_agonist_relieves_the_block_within_fifty_seconds():
    drug = {b: ((0.0, 30.0, 30.000001), (5.0, 5.0, 0.0)) for b in (BLOCKERS["S"], BLOCKERS["R"])}
    before, after = trapped(twin({}, -70.0, 0.0, seconds=80.0, at=[30.0, 80.0], start=drug))
    assert before > 0.9 and after < 0.01


def test_depolarization_relieves_the_twins_block_too():
    step = ((0.0, 60.0, 60.000001), (-70.0, -70.0, 40.0))
    traces = twin({"S": 1.0, "R": 1.0}, step, 0.0, seconds=120.0, at=[60.0, 120.0])
    before, after = trapped(traces)
    assert before == pytest.approx(equilibrium({"S": 1.0, "R": 1.0}, -70.0, 0.0), rel=1e-3)
    assert after == pytest.approx(equilibrium({"S": 1.0, "R": 1.0}, 40.0, 0.0), rel=1e-3) and after < before / 5


def test_without_blockers_the_twin_is_the_symmetric_scheme_of_the_dossier():
    """1 mmol/L of glutamate for 1 ms, 1 mmol/L Mg2+, every receptor closed at the start: peak open shares at two voltages."""
    release = ((0.0, 1e-6, 1e-3, 1e-3 + 1e-6), (0.0, 1.0, 1.0, 0.0))
    moments = np.linspace(0.001, 0.1, 400).tolist()
    opened = {
        v: twin({}, v, 1.0, release, seconds=1.0, at=moments)[f"nmda.{POOL}.conducting"].values[0].max() for v in (-60.0, 40.0)
    }
    table = SYNAPSE["section-2-6"]
    assert opened[-60.0] == pytest.approx(float(table["symmetric_-60mV_peak"]), rel=0.02)
    assert opened[40.0] == pytest.approx(float(table["asymmetric_40mV_peak"]), rel=0.02)
    assert opened[-60.0] / opened[40.0] == pytest.approx(float(table["symmetric_-60_to_40mV_ratio"]), rel=0.02)


def test_with_agonist_held_block_of_the_racemate_comes_and_goes_as_the_dossier_says():
    """One blocker with the racemate's constant, -70 mV, no Mg2+: offset 4.5 s; onset 1.8 s at 1 umol/L given with the agonist."""
    racemate = {f"ketamine_is_trapped_in_nmda[{POOL}].K_S": "0.711 umol/L"}

    def course(levels, at, agonist=1.0):
        traces = {n: 0.0 for n in BLOCKERS.values()} | {BLOCKERS["S"]: ((0.0, 5.0, 5.000001), levels)}
        traces |= {f"glutamate.{POOL}.cleft": agonist, f"nmda.{POOL}.voltage": -70.0}
        return trapped(clamped("trapping_alone", at[-1], traces | ROOM | {"tissue.magnesium": 0.0}, at, racemate))

    at = np.linspace(5.5, 25, 200)
    gone = course((1.0, 1.0, 0.0), at)
    assert float(np.interp(-1.0, np.log(gone / equilibrium_of(1.0))[::-1], (at - 5.0)[::-1])) == pytest.approx(4.5, rel=0.12)
    came = course((0.0, 0.0, 1.0), at, ((0.0, 5.0, 5.000001), (0.0, 0.0, 1.0)))
    assert float(np.interp(0.632 * came[-1], came, at - 5.0)) == pytest.approx(1.8, rel=0.12)


def equilibrium_of(dose, constant=0.711):
    return dose / (dose + constant)


def test_probability_is_conserved_in_the_twin():
    names = load_model("trapping_alone").states()
    assert len(names) == 29
    result = twin({"S": 1.0, "R": 1.0}, glutamate=pulses(2, 10), seconds=10.0, at=[1.0, 5.0, 10.0])
    assert np.all(trapped(result) + result[f"nmda.{POOL}.conducting"].values[0] < 1)


# ---- what the standard infusion does


def test_the_standard_infusion_blocks_one_to_six_percent():
    """The finding of the model, not a target: no affinity was tuned to it."""
    result = run("single_infusion")
    peak = {n.split(".")[1]: 100 * float(result[n].max()) for n in result.data_vars if n.endswith(".blocked")}
    assert set(peak) == {"pyramidal_resting", "pyramidal_evoked", "extrasynaptic", "sst_interneuron", "pv_interneuron"}
    assert all(1 <= round(p) <= 6 for p in peak.values()), peak


def test_at_rest_the_equilibrium_is_too_high_at_forty_minutes():
    """The issue expected a fifth; with four blockers and 46 ms per release it is two fifths (decision 0010)."""
    result = run("single_infusion", at=["40 min"])
    mix = {b: float(result[n][0, 0]) for b, n in BLOCKERS.items()}
    assert equilibrium(mix, -70.0, 1.0) / float(result[f"nmda.{POOL}.blocked"][0, 0]) == pytest.approx(1.42, abs=0.03)


def test_a_ratio_of_four_between_the_enantiomers_keeps_the_racemate():
    model = apply_overlay(load_model(), "enantiomers_four_to_one")
    name = f"ketamine_blocks_nmda[{POOL}]"
    s, r = model.values[f"{name}.K_S"], model.values[f"{name}.K_R"]
    assert r / s == pytest.approx(4) and 1 / (0.5 / s + 0.5 / r) == pytest.approx(0.71, rel=1e-3)
