"""The bridge from milliseconds to weeks: which table stands for which fast model, what a changed rate does, what is shown."""

import json
from dataclasses import replace

import numpy as np
import pytest

from synaptrace import Protocol, run
from synaptrace.averages import build, rebuild_outdated
from synaptrace.badges import badge, borrowed, dependencies, numbers_behind
from synaptrace.bridge import changed, check_changes, fast_hash, outdated, rebuilt_path, with_tables
from synaptrace.core import Mechanism, Table, out
from synaptrace.core.check_units import check_units
from synaptrace.errors import TableError, UnitError, UnknownName, WiringError
from synaptrace.flatten import flatten, model_hash
from synaptrace.models import load_model
from synaptrace.tables import load_table, tables
from synaptrace.vocabulary import VOCABULARY

RATE = "single_vesicles_leave_without_spikes"  # of the fast models
CLOSING = "ketamine_is_trapped_in_nmda.closing"
AVERAGES = ("nmda.evoked_calcium", "nmda.resting_calcium", "nmda.extrasynaptic_calcium", "ampa.charge", "channels.L_calcium",
            "plasticity.time_above_depression", "plasticity.time_above_potentiation")  # fmt: skip


@pytest.fixture(scope="module")
def bridge():
    return load_model("bridge_test")


@pytest.fixture(scope="module")
def infusion():
    return run("single_infusion", "bridge_test")


@pytest.fixture
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setattr("synaptrace.bridge.rebuilt_path", lambda name, wanted: tmp_path / f"{name}-{wanted[:12]}.toml")
    monkeypatch.setattr("synaptrace.averages.making.rebuilt_path", lambda name, wanted: tmp_path / f"{name}-{wanted[:12]}.toml")
    return tmp_path


@pytest.mark.parametrize("name", tables())
def test_every_shipped_table_was_built_from_the_fast_model_as_it_is(name):
    table = load_table(name)
    assert table.hash == fast_hash(table), f"make averages: {name} does not match its fast model"


def test_one_infusion_reads_all_averages_and_block_lowers_those_of_nmda_receptors(infusion):
    found = {q: infusion[q].values[0] for q in AVERAGES}
    assert all(np.isfinite(v).all() and v.min() > 0 for v in found.values())
    for q, pool in (("nmda.evoked_calcium", "pyramidal_evoked"), ("nmda.resting_calcium", "pyramidal_resting")):
        left = 1 - infusion[f"nmda.{pool}.blocked"].values[0]
        assert found[q] == pytest.approx(found[q][0] * left / left[0], rel=1e-6)
    assert np.ptp(found["ampa.charge"]) == 0 and np.ptp(found["channels.L_calcium"]) == 0
    hour = infusion["spine.calcium_of_the_past_hour"].values[0]
    rest = sum(found[q][0] for q in ("nmda.evoked_calcium", "nmda.resting_calcium", "channels.L_calcium"))
    assert hour[0] == pytest.approx(rest, rel=1e-9) and hour.min() < 0.999 * hour[0]
    assert not [w for w in json.loads(infusion.attrs["warnings"]) if "table" in w]


def test_the_slow_calcium_is_the_average_of_the_past_hour(infusion):
    """In closed form between times: what comes in is a straight line there."""
    hours, names = infusion["time"].values, ("nmda.evoked_calcium", "nmda.resting_calcium", "channels.L_calcium")
    entering = sum(infusion[q].values[0] for q in names)
    expected = [entering[0]]
    for k, step in enumerate(np.diff(hours)):
        slope = (entering[k + 1] - entering[k]) / step
        expected.append(entering[k + 1] - slope + (expected[-1] - entering[k] + slope) * np.exp(-step))
    assert infusion["spine.calcium_of_the_past_hour"].values[0] == pytest.approx(expected, rel=1e-6)


def test_what_the_bridge_adds_leaves_the_rest_as_it_is(infusion):
    alone = run("single_infusion", "exposure", at=["40 min", "2 h"])
    beside = run("single_infusion", "bridge_test", at=["40 min", "2 h"])
    for q in alone.data_vars:
        assert beside[q].values == pytest.approx(alone[q].values, rel=1e-6)


def test_a_result_is_repeated_to_the_same_digits(infusion, tmp_path):
    from synaptrace.results import save

    again = run(str(save(infusion, tmp_path / "bridge.nc")))
    assert all(np.array_equal(again[q].values, infusion[q].values) for q in AVERAGES)
    assert json.loads(infusion.attrs["tables"]) == {name: load_table(name).hash for name in tables()}


def test_a_badge_counts_the_numbers_of_the_fast_model(bridge):
    found, rows = dependencies(bridge), numbers_behind(bridge)
    fast = {n for n in found["nmda.evoked_calcium"] if n.startswith("evoked_calcium: ")}
    assert f"evoked_calcium: {CLOSING.replace('.', '[pyramidal_evoked].')}" in fast and len(fast) > 100
    assert fast <= set(found["spine.calcium_of_the_past_hour"]) and fast <= set(rows)
    assert not [n for n in found["arterial.ketamine"] if ": " in n]
    assumed = sum(rows[n].kind == "assumed" for n in found["ampa.charge"])
    far = len(borrowed(bridge).keys() & set(found["ampa.charge"]))
    assert badge(bridge, found["ampa.charge"]) == f"assumed, {assumed} of {len(found['ampa.charge'])} numbers, {far} borrowed"


@pytest.mark.parametrize(
    ("changes", "left"),
    [({"before": "80 1/s"}, {"evoked_calcium", "ampa_charge", "L_calcium", "time_above_depression", "time_above_potentiation"}),
     ({"glutamate": "1 nmol/L"}, {"resting_calcium", "extrasynaptic_calcium"}), ({"before": "49 1/s", "after": "29 1/s"}, set())],
)  # fmt: skip
def test_the_result_says_which_table_was_left_and_for_what_share_of_time(changes, left):
    part = "steady_rates_stand_in_for_the_circuit"
    found = run("single_infusion", "bridge_test", changes={f"{part}.{k}": v for k, v in changes.items()})
    words = [w for w in json.loads(found.attrs["warnings"]) if w.startswith("the table")]
    if changes.get("before") == "49 1/s":
        left = {"time_above_depression", "time_above_potentiation"}
    assert {w.split("'")[1] for w in words} == left
    assert all("was asked for more than its range for 100 % of the time; its edge was used" in w for w in words)
    edge = {"80 1/s": "50 1/s", "1 nmol/L": "10 nmol/L"}
    if changes.get("before") == "80 1/s" or "glutamate" in changes:
        kept = {k: edge[v] for k, v in changes.items()}
        inside = run("single_infusion", "bridge_test", changes={f"{part}.{k}": v for k, v in kept.items()})
        for q in ("nmda.evoked_calcium", "nmda.extrasynaptic_calcium", "ampa.charge"):
            assert np.array_equal(found[q].values, inside[q].values)


def test_the_share_of_time_is_that_of_the_run():
    """A table that reads the block itself is left while block is high; the share is that of the curve."""
    reads = {"blocked": "nmda.sst_interneuron.blocked", "other": "rates.presynaptic"}
    table = {"average": Table("resting_calcium", "pA", ("1/s", "mmol/L"))}
    m = Mechanism(reads={"after": "rates.postsynaptic", **reads}, writes={"calcium": "nmda.resting_calcium"}, tables=table)

    @m.equations
    def equations(after, blocked, other, average):
        return out(calcium=average(after * (1 + 200 * blocked), other / after * 1e-4))

    whole = load_model("bridge_test")
    kept = [x for x in whole.mechanisms if x.file != "single_vesicles_bring_calcium_through_nmda"]
    model = replace(whole, mechanisms=(*kept, m), name="bridge_test")
    day = Protocol("a day", end="24 h").infuse("racemic ketamine", "0.5 mg/kg", over="40 min")
    found = run(day, model, every="1 min")
    asked = 1 + 200 * found["nmda.sst_interneuron.blocked"].values[0]
    share = np.mean(asked > 5)
    words = [w for w in json.loads(found.attrs["warnings"]) if "'resting_calcium'" in w]
    assert 0.02 < share < 0.98
    assert float(words[0].split("range for ")[1].split(" %")[0]) == pytest.approx(100 * share, abs=1.5)


def test_a_changed_rate_of_the_fast_model_is_refused_until_its_tables_are_rebuilt(bridge, own_cache):
    model = changed(bridge, CLOSING, "0.11 1/ms", "a test")
    assert set(outdated(model)) == {"evoked_calcium", "ampa_charge", "L_calcium", "resting_calcium", "extrasynaptic_calcium"}
    with pytest.raises(TableError, match="the table 'evoked_calcium' was built from another fast model") as error:
        with_tables(model)
    assert error.value.lines["fix"] == f'synaptrace averages build {" ".join(outdated(model))} --set {CLOSING}="0.11 1/ms"'
    both = changed(model, "calcium_above_thresholds_moves_efficacy.theta_p", "1.5")
    with pytest.raises(TableError) as error:
        with_tables(both)
    check_changes(outdated(both), both.fast_changes)  # what the message says to do is accepted
    assert "theta_p" in error.value.lines["fix"] and "time_above_depression" in error.value.lines["fix"]
    assert ", 1 changed" in badge(model, dependencies(model)["nmda.evoked_calcium"])
    with pytest.raises(TableError):
        run("single_infusion", "bridge_test", changes={CLOSING: "0.11 1/ms"})
    model = replace(model, mechanisms=tuple(m for m in model.mechanisms if not m.tables or m.file.startswith("single_")))
    said = []
    build(["resting_calcium"], model.fast_changes, say=said.append, points=96, held_back=8)
    assert outdated(model) == [] and rebuild_outdated(model, say=said.append) is None
    assert "written to" in said[-2] and len(list(own_cache.glob("resting_calcium-*.toml"))) == 1
    rebuilt = with_tables(model).tables["resting_calcium"]
    shipped = load_table("resting_calcium")
    assert rebuilt.table["built"]["changes"] == [f"{CLOSING} = 0.11 1/ms"]
    assert rebuilt(0.1, 5e-5) < 0.95 * shipped(0.1, 5e-5)  # channels that close faster let in less
    assert model_hash(with_tables(model)) != model_hash(with_tables(replace(model, fast_changes=())))


def test_an_outdated_table_is_rebuilt_and_that_is_said(bridge, own_cache, monkeypatch):
    model = changed(bridge, "calcium_above_thresholds_moves_efficacy.theta_p", "1.5", "a test")
    assert outdated(model) == ["time_above_depression", "time_above_potentiation"]
    asked, said = [], []
    monkeypatch.setattr("synaptrace.averages.making.build", lambda *given, **_: asked.append(given))
    rebuild_outdated(model, said.append)
    assert asked == [(outdated(model), model.fast_changes)]
    assert said == ["the fast model was changed; rebuilding time_above_depression, time_above_potentiation, once, some minutes"]


def test_a_table_that_no_longer_matches_is_refused_at_run_time(bridge, own_cache, monkeypatch):
    monkeypatch.setattr("synaptrace.bridge.fast_hash", lambda *_: "f" * 64)
    with pytest.raises(TableError, match="was built from another fast model") as error:
        run("single_infusion", "bridge_test")
    assert error.value.lines["fix"] == f"synaptrace averages build {' '.join(bridge.table_names())}"
    assert error.value.lines["expected"] == "f" * 12


def test_names_and_units_of_fast_numbers_are_checked(bridge):
    with pytest.raises(UnknownName, match="'ketamine_is_trapped_in_nmda.clossing' is not a parameter of this model") as error:
        changed(bridge, "ketamine_is_trapped_in_nmda.clossing", "0.1 1/ms")
    assert "closing" in error.value.lines["nearest"]
    with pytest.raises(UnitError):
        changed(bridge, CLOSING, "0.1 mV")
    with pytest.raises(UnknownName, match="'closing' is no number of these fast models"):
        check_changes(["evoked_calcium"], [("closing", "0.1 1/ms", "")])
    own = changed(bridge, "steady_rates_stand_in_for_the_circuit.before", "2 1/s")
    assert own.fast_changes == () and own.changes


def test_a_table_with_other_units_than_declared_is_refused():
    with pytest.raises(WiringError, match="the table 'resting_calcium' has other units than declared") as error:
        Table("resting_calcium", "nA", ("1/s", "mmol/L")).load()
    assert error.value.lines["expected"] == "pA, 1/s, mmol/L"


def test_a_table_in_equations_is_checked_with_units():
    m = Mechanism(reads={"U": "release.{pool}.probability"}, writes={"calcium": "nmda.evoked_calcium"},
                  tables={"average": Table("evoked_calcium", "pA", ("1/s", "1/s", "1"))})  # fmt: skip

    @m.equations
    def equations(U, average):
        return out(calcium=average(U, U, U))

    with pytest.raises(UnitError):
        check_units(m, {**VOCABULARY, "release.{pool}.probability": VOCABULARY["rates.presynaptic"]})


def test_a_formula_shows_a_table_as_a_call(bridge):
    from synaptrace.lookup import explain

    text = explain("nmda.evoked_calcium", "bridge_test")
    assert "formula" in text and len(text.split("formula")[1]) < 2000
    assert "evoked_calcium(steady_rates_stand_in_for_the_circuit.before, " in text
    assert flatten(bridge).outside.keys() == {f"outside|{name}" for name in bridge.table_names()}


def test_rebuilt_tables_are_kept_in_the_cache_of_the_user():
    path = rebuilt_path("evoked_calcium", "abcdef0123456789")
    assert path.name == "evoked_calcium-abcdef012345.toml" and path.parent.name == "tables"
