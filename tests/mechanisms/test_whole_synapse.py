"""From spike to calcium and efficacy: fits computed again, closed forms, and the sentence of each file."""

import numpy as np
import pytest
from scipy.linalg import expm

from synaptrace.benches import POOL, SINGLE
from synaptrace.evidence import load_source
from synaptrace.models import load_model
from synaptrace.overlays import apply_overlay
from synaptrace.simulate.bench import run_bench
from synaptrace.units import convert

DOSSIER, FITS = load_source("synapse_dossier").places, load_source("synapse_fits").places
USUAL = {
    f"release.{POOL}.unrestrained": 0.6,
    "tissue.magnesium": 1.0,
    "tissue.calcium": 1.2,
    "tissue.temperature": 308.15,
    "tissue.glycine": 10.0,
    "tissue.D_serine": 5.0,
    "adenosine.extracellular": 0.324,
    f"ampa.{POOL}.strength": 1.0,
    f"nmda.{POOL}.voltage": -65.0,
    "nmda.coagonist_bound": 1.0,
    f"release.{POOL}.probability": 0.5,
    "glutamate.outside": 5e-5,
}


def drive(model, end, at, spikes=None, overlays=(), **held):
    """A bench model with usual surroundings, nothing of drugs and stimuli but what is said."""
    model = load_model(model)
    for name in overlays:
        model = apply_overlay(model, name)
    spikes = {q: t for q, t in (spikes or {}).items() if q in model.inputs}
    values = {q: USUAL.get(q, 0.0) for q in model.inputs if q not in spikes} | held
    options = {"before": {f"glutamate.{POOL}.cleft": 1e-8}} if f"glutamate.{POOL}.cleft" in model.inputs else {}
    return run_bench(model, end, values, at=list(at), spikes=spikes, rtol=1e-8, **options)


def scheme(size, moves):
    found = np.zeros((size, size))
    for a, b, there, back in moves:
        found[b, a] += there
        found[a, a] -= there
        found[a, b] += back
        found[b, b] -= back
    return found


def number(place, row, unit="1"):
    return convert(DOSSIER[place][row], unit)


# ---- fitted numbers, from the printed rows again


def test_adenosine_numbers_follow_from_three_experiments():
    largest = float(FITS["adenosine"]["largest"])
    assert largest == pytest.approx((number("section-5", "E_A1_max_low") + number("section-5", "E_A1_max_high")) / 2)
    raised = (number("section-5", "DPCPX_unmasking_low") + number("section-5", "DPCPX_unmasking_high")) / 2
    tone = 1 - 1 / (1 + raised)

    def load(left):  # adenosine over its constant that leaves this share of release
        return (1 - left) / (largest - (1 - left))

    at_rest = load(1 - tone)
    with_adenosine = load((1 + number("section-5", "P1_change")) * (1 - tone))
    with_agonist = load((1 + number("section-5", "P2_change")) * (1 - tone))
    half = number("section-5", "P1_adenosine_concentration", "umol/L") / (with_adenosine - at_rest)
    assert half == pytest.approx(convert(FITS["adenosine"]["half_adenosine"], "umol/L"), rel=2e-3)
    assert at_rest * half == pytest.approx(convert(FITS["adenosine"]["tonic"], "umol/L"), rel=2e-3)
    agonist = number("section-5", "P2_CPA_concentration", "umol/L") / (with_agonist - at_rest)
    assert agonist == pytest.approx(convert(FITS["adenosine"]["half_CPA"], "umol/L"), rel=2e-3)


def test_the_geometry_of_the_spine_follows_from_its_volume_and_neck():
    volume = number("section-6", "C6_head_volume", "um**3")
    area = 4 * np.pi * (3 * volume / (4 * np.pi)) ** (2 / 3)
    assert area == pytest.approx(convert(FITS["spine"]["head_area"], "um**2"), rel=1e-3)
    capacity = area * number("section-6", "Cm", "fF/um**2")
    assert capacity == pytest.approx(convert(FITS["spine"]["head_capacity"], "fF"), rel=1e-3)
    resistance = number("section-6", "R_a", "Gohm*um") * 0.2 / (np.pi * 0.05**2)
    assert 1 / resistance == pytest.approx(convert(FITS["spine"]["neck_conductance"], "nS"), rel=1e-3)


def gates(glutamate, rates, desens, open_for_good=False):
    unbinding, opening, closing = rates
    moves = [(0, 1, 10 * glutamate, unbinding), (1, 2, 5 * glutamate, 2 * unbinding), (2, 3, desens, 1.8e-3)]
    return scheme(5, [*moves, (2, 4, opening, 0.0 if open_for_good else closing)])


def answers(rates, desens, pulse=4.0):
    """Peak open, opened at least once, and area after the peak over the peak (ms), for 4 ms of 1 mmol/L."""
    first = expm(gates(1.0, rates, desens) * pulse) @ np.eye(5)[0]
    values, vectors = np.linalg.eig(gates(0.0, rates, desens))
    times = np.concatenate([np.linspace(0, 200, 2001), np.geomspace(200.1, 6e4, 3000)])
    parts = vectors[4] * np.linalg.solve(vectors, first.astype(complex))
    opened = (np.exp(np.outer(times, values)) @ parts).real
    top = opened.argmax()
    once = expm(gates(1.0, rates, desens, True) * pulse) @ np.eye(5)[0]
    once = (expm(gates(0.0, rates, desens, True) * 3e5) @ once)[4]
    return opened[top], once, np.trapezoid(opened[top:], times[top:]) / opened[top]


@pytest.mark.parametrize("kind", ["GluN2A", "GluN2B"])
def test_gating_of_a_and_b_returns_the_three_numbers_it_was_fitted_to(kind):
    rates = [convert(FITS["subtypes"][f"{kind}_{row}"], "1/ms") for row in ("unbinding", "opening", "closing")]
    targets = [number("section-2-8", f"{row}_{kind}", unit) for row, unit in (("N2_peak_open", "1"), ("N1_open_once", "1"))]
    assert answers(rates, 8.4e-3) == pytest.approx([*targets, number("section-2-8", f"N8_tau_{kind}", "ms")], rel=2e-3)


@pytest.mark.parametrize(("kind", "row"), [("GluN2C", "N6_tau_GluN2C"), ("GluN2D", "N8_tau_GluN2D")])
def test_gating_of_c_and_d_returns_decay_rise_and_open_share(kind, row):
    rates = [convert(FITS["subtypes"][f"{kind}_{x}"], "1/ms") for x in ("unbinding", "opening", "closing")]
    assert answers(rates, 0.0)[2] == pytest.approx(number("section-2-8", row, "ms"), rel=2e-3)
    assert rates[1] / (rates[1] + rates[2]) == pytest.approx(number("section-2-8", "N5_open_GluN2C"), rel=2e-3)
    assert np.log(9) / (rates[1] + rates[2]) == pytest.approx(number("section-2-8", "N6_rise_GluN2C", "ms"), rel=2e-3)


@pytest.mark.parametrize("kind", ["glun2a", "glun2b", "glun2c", "glun2d"])
def test_the_overlay_of_a_subtype_runs_as_its_scheme(kind):
    capital = f"GluN{kind[4:].upper()}"
    rates = [convert(FITS["subtypes"][f"{capital}_{row}"], "1/ms") for row in ("unbinding", "opening", "closing")]
    desens = 8.4e-3 if kind in ("glun2a", "glun2b") else 0.0
    at, pool = [3.9, 4.5, 20.0, 100.0], SINGLE
    held = {f"glutamate.{pool}.cleft": [(0, 1.0), (4, 0.0)], f"nmda.{pool}.voltage": 40.0, "tissue.magnesium": 0.0}
    held |= {"tissue.temperature": 298.15, "nmda.coagonist_bound": 1.0}
    model = apply_overlay(load_model("trapping_alone"), f"nmda_{kind}")
    held = {q: 0.0 for q in model.inputs} | held
    found = run_bench(model, "101 ms", held, at=at, start="initial", rtol=1e-9)[f"nmda.{pool}.conducting"].values[0]
    state = np.eye(5)[0]
    expected = [(expm(gates(1.0, rates, desens) * 3.9) @ state)[4]]
    state = expm(gates(1.0, rates, desens) * 4.0) @ state
    expected += [(expm(gates(0.0, rates, desens) * (t - 4.0)) @ state)[4] for t in at[1:]]
    assert found == pytest.approx(expected, rel=1e-5)


# ---- second opinions: schemes that are not shipped, against the values the dossier computed of them


def kampa(glutamate, voltage, magnesium=1.0):
    k = {row: number("section-2-5", row, "1/ms") for row in ("glutamate_unbinding", "opening", "closing")}
    rows = DOSSIER["section-2-5"]

    def r(row):
        return convert(rows[row], "L/umol/ms" if "binding" in row and "un" not in row else "1/ms")

    bind, up, down = 1e3 * glutamate, np.exp((voltage - 40) * -2 * 0.8 / 25), np.exp(-(voltage - 40) * -2 * 0.2 / 25)
    moves = [(0, 1, r("glutamate_binding") * bind, k["glutamate_unbinding"]), (1, 2, k["opening"], k["closing"])]
    moves += [(1, 3, r("desensitisation_1"), r("resensitisation_1")), (3, 4, r("desensitisation_2"), r("resensitisation_2"))]
    moves += [(5, 6, r("blocked_glutamate_binding") * bind, r("blocked_glutamate_unbinding"))]
    moves += [(6, 7, r("blocked_opening"), r("blocked_closing"))]
    moves += [(6, 8, r("blocked_desensitisation_1"), r("blocked_resensitisation_1"))]
    moves += [(8, 9, r("blocked_desensitisation_2"), r("blocked_resensitisation_2"))]
    for free, held, name in ((2, 7, "O"), (0, 5, "U"), (1, 6, "Cl"), (3, 8, "D1"), (4, 9, "D2")):
        on = convert(rows[f"Mg_on_{name}"], "L/mmol/ms")
        moves.append((free, held, on * magnesium * up, convert(rows[f"Mg_off_{name}"], "1/ms") * down))
    return scheme(10, moves)


def pulse_answer(matrix, weights, start, height=1.0, tail=3000.0):
    """Peak and area after the peak over the peak of a weighted open share, for 1 ms of glutamate from `start`."""
    rise = np.linspace(0, 1, 201)
    states = [expm(matrix(height) * t) @ start for t in rise]
    step, later = expm(matrix(0.0) * 0.05), [states[-1]]
    for _ in range(int(tail / 0.05)):
        later.append(step @ later[-1])
    opened = np.concatenate([[weights @ s for s in states[:-1]], [weights @ s for s in later]])
    times = np.concatenate([rise[:-1], 1 + 0.05 * np.arange(len(later))])
    top = opened.argmax()
    return opened[top], np.trapezoid(opened[top:], times[top:]) / opened[top]


def test_kampas_scheme_answers_as_the_dossier_computed():
    start = np.eye(10)[0]
    weights = np.eye(10)[2]
    for voltage, row in ((40, "40mV"), (-60, "-60mV")):
        values, vectors = np.linalg.eig(kampa(1e-9, voltage))
        rest = vectors[:, np.abs(values).argmin()].real
        for begin in (start, rest / rest.sum()):
            peak, decay = pulse_answer(lambda g, v=voltage: kampa(g, v), weights, begin, tail=1500.0)
            close = abs(peak / number("section-2-5", f"{row}_peak") - 1) < 0.05
            if close:
                break
        assert close and decay == pytest.approx(number("section-2-5", f"{row}_decay", "ms"), rel=0.03)


def robert_howe(glutamate, third=3.0):
    k = {row: number("section-2-2", row, "1/ms") for row in ("k_minus_1", "k_minus_2", "alpha", "beta")}
    k |= {f"{x}{n}": number("section-2-2", f"{x}{n}", "1/ms") for x in ("delta", "gamma") for n in "012"}
    on, off, names = number("section-2-2", "k1", "L/mmol/ms") * glutamate, k["k_minus_1"], []
    moves = [("C0", "C1", 4 * on, off), ("C1", "C2", 3 * on, 2 * off), ("C2", "C3", 2 * on, 3 * off), ("C3", "C4", on, 4 * off)]
    moves += [("D0", "D1", 3 * on, k["k_minus_2"]), ("D1", "D2", 3 * on, off), ("D2", "D3", 2 * on, 2 * off)]
    moves += [("D3", "D4", on, 3 * off), ("E2", "E3", 2 * on, off), ("E3", "E4", on, 2 * off)]
    moves += [
        ("C0", "D0", 4 * k["delta0"], k["gamma0"]),
        *((f"C{n}", f"D{n}", n * k["delta1"], k["gamma1"]) for n in (1, 2, 3, 4)),
    ]
    moves += [(f"D{n}", f"E{n}", (n - 1) * k["delta2"], k["gamma2"]) for n in (2, 3, 4)]
    moves += [(f"C{n}", f"O{n}", m * k["beta"], k["alpha"]) for n, m in ((2, 2.0), (3, third), (4, 4.0))]
    for a, b, *_ in moves:
        names += [x for x in (a, b) if x not in names]
    return scheme(16, [(names.index(a), names.index(b), f, r) for a, b, f, r in moves]), names


@pytest.mark.parametrize(("third", "suffix"), [(3.0, ""), (2.0, "_2beta")])
def test_robert_and_howes_scheme_answers_as_the_dossier_computed(third, suffix):
    """Both the published factor of the third open state and the slip of the public code."""
    rest, names = robert_howe(0.0, third)
    weights = np.zeros(16)
    for n, share in ((2, 31), (3, 52), (4, 73)):
        weights[names.index(f"O{n}")] = share / 73
    start = expm(rest * 1e5) @ np.eye(16)[names.index("C0")]
    peak, decay = pulse_answer(lambda g: robert_howe(g, third)[0], weights, start, tail=60.0)
    assert peak == pytest.approx(number("section-2-2", f"peak_1mM{suffix}"), rel=0.02)
    assert decay == pytest.approx(number("section-2-2", f"decay_1mM{suffix}", "ms"), rel=0.02)


# ---- release


def rate(**held):
    found = drive("bouton", "5 s", [4999], spikes={f"spikes.{POOL}.presynaptic": []}, **held)
    return found[f"release.{POOL}.probability"].values[0, -1]


def test_adenosine_restrains_release_as_measured():
    tone = rate()
    blocked = rate(**{"drug.A1_antagonist": 1.0, "drug.A2A_antagonist": 1.0})
    flooded = rate(**{"adenosine.extracellular": 10.324, "drug.A2A_antagonist": 1.0})
    calm = rate(**{"drug.A2A_antagonist": 1.0})
    agonist = rate(**{"drug.A1_agonist": 0.01, "drug.A2A_antagonist": 1.0})
    low, high = number("section-8", "T30_DPCPX_low"), number("section-8", "T30_DPCPX_high")
    assert low < blocked / calm - 1 < high
    assert flooded / calm - 1 == pytest.approx(number("section-8", "T30_adenosine"), abs=0.01)
    assert agonist / calm - 1 == pytest.approx(number("section-8", "T30_CPA"), abs=0.01)
    assert tone > calm  # A2A receptors raise it


def test_group_two_receptors_restrain_release_and_their_antagonist_does_not():
    assert rate(**{"drug.mglu23_agonist": 1.0}) < 0.6 * rate()
    assert rate(**{"drug.mglu23_antagonist": 1.0}) == pytest.approx(rate(), rel=1e-3)


def test_the_cycle_makes_as_much_glutamine_as_was_released():
    released = 1190 * 1e15 * 2.67 / 6.02214076e20 / 1040
    times = [1e3 / 2.67 * k for k in range(801)]
    spikes = {f"spikes.{POOL}.presynaptic": times}
    held = {f"release.{POOL}.unrestrained": 0.6}
    found = drive("bouton", "300 s", np.arange(290_000, 300_000, 5.0), spikes=spikes, **held)
    share = found[f"release.{POOL}.probability"].values.mean()
    name = "cycle.glutamine_made"
    depressed = (1 - np.exp(-1 / 0.267)) / (1 - (1 - share) * np.exp(-1 / 0.267))
    assert found[name].values.mean() == pytest.approx(released * share * depressed, rel=0.05)
    assert found["cycle.glutamine_returned"].values.mean() == pytest.approx(found[name].values.mean(), rel=0.05)


def test_a_reserve_refills_docks_slower_than_one_pool():
    spikes = {f"spikes.{POOL}.presynaptic": [10.0 + 20 * k for k in range(50)]}
    found = drive("vesicle_pools", "2 s", [9, 1999], spikes=spikes)
    docked = found[f"vesicles_dock_from_a_reserve[{POOL}].docked"].values[0]
    reserve = found[f"vesicles_dock_from_a_reserve[{POOL}].reserve"].values[0]
    assert docked[0] == pytest.approx(25) and reserve[0] == pytest.approx(30)
    assert docked[1] < 5 < reserve[1] < 30


def test_spontaneous_release_reaches_one_pool_and_spikes_the_other():
    held = {"brain.S_ketamine_free": 0.0}
    alone = drive("two_pools", "60 ms", np.arange(1, 60.0), spikes={f"spikes.{SINGLE}.spontaneous": [10.0]}, **held)
    assert alone[f"nmda.{SINGLE}.conducting"].values.max() > 10 * alone[f"nmda.{POOL}.conducting"].values.max()


# ---- receptors


def test_receptors_without_co_agonist_do_not_open():
    at = np.linspace(1, 50, 30)
    spikes = {f"spikes.{POOL}.presynaptic": [5.0]}
    name = f"nmda.{POOL}.conducting"
    none = drive("clamped_spine", "60 ms", at, spikes, **{"tissue.glycine": 0.0, "tissue.D_serine": 0.0})
    some = drive("clamped_spine", "60 ms", at, spikes)
    assert np.abs(none[name].values).max() < 1e-12 < some[name].values.max()


def test_glycine_and_d_serine_fill_the_same_site():
    one = drive("clamped_spine", "1 ms", [0.0], **{"tissue.glycine": 2.0, "tissue.D_serine": 0.0})
    both = drive("clamped_spine", "1 ms", [0.0], **{"tissue.glycine": 1.0, "tissue.D_serine": 0.5})
    assert one["nmda.coagonist_bound"].item() == pytest.approx((2 / 3) ** 2)
    assert both["nmda.coagonist_bound"].item() == pytest.approx((2 / 3) ** 2)


def test_kainate_closes_and_opens_as_a_two_state_scheme():
    held = {f"glutamate.{POOL}.cleft": [(0, 0.022), (200, 0.0)], "tissue.temperature": 295.15}
    found = drive("kainate_alone", "300 ms", [199.9, 246.0], **held)[f"kainate.{POOL}.conducting"].values[0]
    half = 0.5 * (1 - np.exp(-2 * 200 / 46))
    assert found == pytest.approx([half, half * np.exp(-1)], rel=1e-3)


def memantine(at, glutamate, dose, magnesium=0.0, **held):
    held |= {"brain.memantine_free": dose, f"glutamate.{POOL}.cleft": glutamate, "tissue.magnesium": magnesium}
    held |= {f"nmda.{POOL}.voltage": -70.0, "tissue.temperature": 298.15}
    return drive("memantine_alone", f"{at[-1] + 1} ms", at, **held)


def test_memantine_blocks_half_at_its_ic50_and_a_sixth_of_the_block_is_not_trapped():
    found = memantine([2e4, 1e5], 1.0, [(0, 0.0), (20_001, 1.0)])
    opened = found[f"nmda.{POOL}.conducting"].values[0]
    assert opened[1] / opened[0] == pytest.approx(0.5, rel=1e-3)
    trapped = found[f"nmda.{POOL}.trapped"].values[0, 1]
    shallow = found[f"memantine_is_trapped_in_nmda[{POOL}].OS"].values[0, 1]
    assert shallow / (trapped + shallow) == pytest.approx(number("section-4-1", "K13_memantine_untrapped_fraction"), rel=1e-3)


def test_when_agonist_and_drug_leave_the_deep_block_stays_and_the_shallow_goes():
    found = memantine([6e4, 1.2e5], [(0, 1.0), (60_001, 0.0)], [(0, 0.0), (1, 1.0), (60_001, 0.0)])
    held = found[f"nmda.{POOL}.trapped"].values[0]
    assert 0.7 < held[1] / held[0] < 0.85
    assert found[f"memantine_is_trapped_in_nmda[{POOL}].OS"].values[0, 1] < 1e-6


def test_magnesium_and_memantine_exclude_each_other():
    dose = [(0, 0.0), (20_001, 1.0)]
    free, plugged = (memantine([2e4, 2e5], 1.0, dose, m)[f"nmda.{POOL}.conducting"].values[0] for m in (0.0, 1.0))
    assert plugged[1] / plugged[0] > 0.9 > free[1] / free[0]


def test_the_allosteric_site_takes_its_share_and_is_off_by_default():
    name = f"ketamine_is_trapped_in_nmda[{SINGLE}].allosteric"
    model = load_model("trapping_alone")
    assert model.values[name] == 0
    held = {q: 0.0 for q in model.inputs} | {f"glutamate.{SINGLE}.cleft": 1.0, f"nmda.{SINGLE}.voltage": 40.0}
    held |= {"tissue.temperature": 298.15, "nmda.coagonist_bound": 1.0, "brain.S_ketamine_free": 0.1}
    opened = []
    for size in ("0", "0.6"):
        found = run_bench(
            model, "1 s", held, at=[999.0], changes={name: size, f"ketamine_is_trapped_in_nmda[{SINGLE}].k_on": "1e6 L/mol/s"}
        )
        opened.append(found[f"nmda.{SINGLE}.conducting"].item())
    odds = [x / (1 - x) for x in opened]
    assert opened[1] < opened[0] and odds[1] / odds[0] == pytest.approx(0.7, rel=0.1)


# ---- ions


def ions(voltage):
    """Currents per open share, pA."""
    held = {f"glutamate.{POOL}.cleft": 1.0, f"nmda.{POOL}.voltage": float(voltage)}
    found = drive("two_keys", "50 ms", [49.0], **held)
    opened = found[f"nmda.{POOL}.conducting"].item()
    return {n: found[f"{n}.{POOL}.nmda"].item() / opened for n in ("sodium", "potassium", "calcium", "current")}


def goldman(z, voltage, inside, outside):
    u = z * voltage / (8.314462618e3 * 308.15 / 96485.33212)
    return z * (inside - outside * np.exp(-u)) * u / (1 - np.exp(-u))


def test_each_ion_flows_as_goldman_has_it_and_as_the_dossier_found():
    for voltage, row in ((-65, "-65mV"), (-40, "-40mV")):
        found = ions(voltage)
        parts = (goldman(1, voltage, 10, 145), goldman(1, voltage, 140, 3), 3.6 * goldman(2, voltage, 1e-4, 1.2))
        for ion, part in zip(("sodium", "potassium", "calcium"), parts, strict=True):
            assert found[ion] / found["current"] == pytest.approx(part / sum(parts), rel=1e-5)
        assert found["potassium"] / found["current"] == pytest.approx(number("section-2-10", f"K_share_{row}"), abs=0.006)
    found = ions(-65)
    assert found["sodium"] / found["current"] == pytest.approx(number("section-2-10", "Na_share_-65mV"), abs=0.006)
    assert found["calcium"] / found["current"] == pytest.approx(number("section-2-10", "Pf_at_PCa_to_use"), abs=0.006)


def test_the_fixed_share_holds_at_its_voltage_and_both_forms_agree_on_the_current():
    found = drive("clamped_spine", "40 ms", [30.0], {f"spikes.{POOL}.presynaptic": [5.0]})
    current, calcium = found[f"current.{POOL}.nmda"].item(), found[f"calcium.{POOL}.nmda"].item()
    assert calcium / current == pytest.approx(0.1, rel=1e-6)
    opened = found[f"nmda.{POOL}.conducting"].item()
    assert opened * ions(-65)["current"] == pytest.approx(current, rel=0.08)


# ---- spine


def test_a_back_propagating_spike_raises_spine_calcium_as_measured_and_it_falls_with_its_time_constant():
    at = np.concatenate([np.linspace(0, 30, 600), np.linspace(30.1, 80, 100)])
    found = drive("spine", "81 ms", at, {f"spikes.{POOL}.postsynaptic": [5.0], f"spikes.{POOL}.presynaptic": []})
    calcium = found[f"spine.{POOL}.calcium"].values[0]
    change = calcium.max() - calcium[0]
    assert change == pytest.approx(number("section-8", "T24_bAP", "umol/L"), rel=number("section-8", "T24_tol"))
    late = at > 30
    slope = np.polyfit(at[late], np.log(calcium[late] - calcium[0]), 1)[0]
    assert -1 / slope == pytest.approx(number("section-8", "T24_clearance", "ms"), rel=0.05)


def test_paired_spikes_let_more_calcium_in_than_both_apart():
    at = np.linspace(0, 150, 1500)
    spikes = {"pre": {f"spikes.{POOL}.presynaptic": [5.0]}, "post": {f"spikes.{POOL}.postsynaptic": [15.0]}}
    area = {}
    for name, given in (*spikes.items(), ("both", spikes["pre"] | spikes["post"])):
        found = drive("spine", "151 ms", at, {f"spikes.{POOL}.presynaptic": [], f"spikes.{POOL}.postsynaptic": []} | given)
        calcium = found[f"spine.{POOL}.calcium"].values[0]
        area[name] = np.trapezoid(calcium - calcium[0], at)
    assert area["both"] > 1.2 * (area["pre"] + area["post"])


def test_the_spine_follows_its_dendrite():
    held = {f"dendrite.{POOL}.injected_current": [(0, 0.0), (10, 200.0)]}
    found = drive("spine", "60 ms", [9.0, 59.0], {f"spikes.{POOL}.presynaptic": []}, **held)
    dendrite, head = found[f"dendrite.{POOL}.voltage"].values[0], found[f"nmda.{POOL}.voltage"].values[0]
    assert dendrite[1] - dendrite[0] == pytest.approx(200 / 10, rel=0.02)
    assert head == pytest.approx(dendrite, abs=0.3)


def test_ip3_follows_a_burst_far_more_than_one_pulse_and_an_antagonist_stops_it():
    at = np.arange(0, 4000.0, 20.0)
    name = f"mglur.{POOL}.IP3"
    burst = {f"spikes.{POOL}.presynaptic": [100.0 + 10 * k for k in range(100)]}
    one, many = (
        drive("bouton", "4 s", at, {f"spikes.{POOL}.presynaptic": t})[name].values[0] for t in ([100.0], *burst.values())
    )
    assert many.max() - many[0] > 5 * (one.max() - one[0]) > 0
    held = drive("bouton", "4 s", at, burst, **{"drug.mglu5_antagonist": 1.0})[name].values[0]
    assert held.max() < 1e-6


# ---- plasticity

RULE = {f"spikes.{POOL}.presynaptic_delayed": [], f"spikes.{POOL}.postsynaptic": []}


def rule(pre, post, end, overlays=(), **held):
    spikes = RULE | {f"spikes.{POOL}.presynaptic_delayed": pre, f"spikes.{POOL}.postsynaptic": post}
    return drive("plasticity_alone", f"{end} ms", [end - 1.0], spikes, overlays, **held)


def test_time_above_the_thresholds_is_that_of_decaying_steps():
    """One step of 2 with a time constant of 20 ms lies above 1 for 20 ln 2 ms and above 1.3 for 20 ln(2 / 1.3) ms."""
    found = rule([], [10.0], 200)
    name = f"calcium_above_thresholds_moves_efficacy[{POOL}]"
    times = [1e3 * found[f"{name}.{row}"].item() for row in ("above_d", "above_p")]
    assert times == pytest.approx([20 * np.log(2), 20 * np.log(2 / 1.3)], rel=1e-4)


def test_efficacy_moves_as_the_closed_form_of_graupner_and_brunel():
    """Pairs 10 ms apart, 60 times at 1 Hz: mean and variance follow from the two shares of time above the thresholds."""
    pre = [10.0 + 1000 * k for k in range(60)]
    found = rule(pre, [t + 10 for t in pre], 60_000)
    name = f"calcium_above_thresholds_moves_efficacy[{POOL}]"
    a_d, a_p = (found[f"{name}.{row}"].item() / 60 for row in ("above_d", "above_p"))
    up, down = 321.808 * a_p, 200 * a_d
    settled, speed = up / (up + down), (up + down) / 150
    assert found[f"{name}.weak"].item() == pytest.approx(settled * (1 - np.exp(-60 * speed)), rel=0.01)
    assert found[f"{name}.strong"].item() == pytest.approx(settled + (1 - settled) * np.exp(-60 * speed), rel=0.01)
    spread = 2.8284**2 * (a_d + a_p) / (2 * (up + down)) * (1 - np.exp(-120 * speed))
    assert found[f"{name}.spread"].item() == pytest.approx(spread, rel=0.02)


def test_spikes_of_blocked_receptors_leave_no_trace_and_frozen_receptors_do_not_move():
    pre = [10.0 * k for k in range(1, 100)]
    free, blocked = (rule(pre, [], 1000, **{f"nmda.{POOL}.blocked": b}) for b in (0.0, 1.0))
    assert free[f"ampa.{POOL}.strength"].item() != pytest.approx(1.0, abs=1e-6)
    assert blocked[f"plasticity.{POOL}.trace"].item() == pytest.approx(0.0, abs=1e-12)
