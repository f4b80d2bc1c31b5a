"""Composing, setting, flattening: every refusal in its words, and what must not matter."""

import dataclasses

import pytest

from synaptrace.core import LogNormal, Param, State, ddt, markov, out, relative_to_rest, transport
from synaptrace.errors import UnitError, UnknownName, WiringError
from synaptrace.flatten import flatten, model_hash
from synaptrace.graph import formula
from synaptrace.mechanisms.pharmacokinetics import ketamine_distributes, liver_clears_ketamine
from synaptrace.model import compose
from synaptrace.models import load_model, standard
from synaptrace.vocabulary import Shared, shared
from tests.numerics.toys import param, toy

V = {q: Shared("1", q, "exposure") for q in ("a", "b", "c")}


def writes(quantity, reads=None, name="m"):
    """A mechanism that writes one quantity, from another if `reads`."""
    body = (lambda x, k: out(y=k * x)) if reads else (lambda k: out(y=k))
    body.__name__ = name
    return toy(body, reads={"x": reads} if reads else {}, writes={"y": quantity}, params={"k": param(2.0)})


def refused(kind, message, *parts, **options):
    with pytest.raises(kind, match=message) as error:
        compose(*parts, vocabulary=options.pop("vocabulary", V), **options)
    return error.value.lines


def test_a_quantity_that_nothing_writes_is_refused():
    lines = refused(WiringError, "m reads 'a', but nothing writes it", writes("b", "a"))
    assert lines == {"written": "b", "fix": "add a mechanism or declare it an input"}


def test_two_writers_are_refused():
    lines = refused(WiringError, "two mechanisms write 'a'", writes("a", name="m1"), writes("a", name="m2"))
    assert lines == {"first": "m1", "second": "m2", "fix": "keep one"}


def test_an_input_that_a_mechanism_writes_is_refused():
    refused(WiringError, "'a' is an input, but m writes it", writes("a"), inputs=["a"])


def test_an_input_that_nothing_reads_is_refused():
    lines = refused(WiringError, "'c' is an input, but no mechanism reads it", writes("b", "a"), inputs=["a", "c"])
    assert lines["fix"] == "drop the input"


def test_the_same_mechanism_twice_is_refused():
    refused(WiringError, "'m' stands twice in the model", writes("a"), writes("b"))


def test_an_open_place_is_refused():
    with pytest.raises(WiringError, match="'liver.{enantiomer}_ketamine_clearance' has an open place"):
        compose(liver_clears_ketamine, inputs=["liver.blood_flow", "body.flow_factor"])


def test_a_place_without_a_value_is_refused():
    with pytest.raises(UnknownName, match=r"'arterial \(central\) volume' has no value at 'X'"):
        ketamine_distributes.mechanism.at(enantiomer="X")


def test_a_name_outside_the_vocabulary_is_refused():
    lines = refused(
        UnknownName, "'arterial.ketamin' is not in the vocabulary", writes("arterial.ketamin"), vocabulary=standard().vocabulary
    )
    assert lines["nearest"] == "arterial.ketamine"


def test_quantities_that_define_each_other_are_refused():
    model = compose(writes("a", "b", "m1"), writes("b", "a", "m2"), vocabulary=V)
    with pytest.raises(WiringError, match="these quantities define each other at the same instant") as error:
        flatten(model)
    assert error.value.lines == {"loop": "a, b", "fix": "let one of them be a state, with a time constant"}


def test_a_loop_through_a_state_is_fine():
    def holds(a, x, k):
        return ddt(x=a - k * x), out(b=x)

    holder = toy(holds, reads={"a": "a"}, states={"x": State(0, "1", "x")}, writes={"b": "b"}, params={"k": param(1.0, "1/s")})
    system = flatten(compose(writes("a", "b", "m1"), holder, vocabulary=V))
    assert list(system.outputs) == ["b", "a"]
    assert formula(system.slopes[0]) == "m1.k*holds.x - holds.k*holds.x"


def test_a_variability_that_follows_no_one_is_refused():
    body = lambda k: out(y=k)  # noqa: E731
    m = toy(body, writes={"y": "a"}, params={"k": param(1.0, iiv=LogNormal(cv=0.1, with_=("Qz", 0.5)))})
    refused(WiringError, "varies with 'Qz', which names 0 varying parameters", m)


def test_a_value_relative_to_something_unknown_is_refused():
    with pytest.raises(UnknownName, match="'rest' is relative to 'z', which is neither read nor a state"):
        toy(
            lambda x, rest: ddt(x=-x / rest),
            states={"x": State(0, "1", "x")},
            params={"rest": relative_to_rest("z", "z at rest")},
        )


def test_a_step_to_nowhere_is_refused():
    with pytest.raises(UnknownName, match="a step names 'opn', which is no place of the scheme") as error:
        markov([("closed", "opn", 1.0, 1.0)], remainder="closed", open=0.1)
    assert error.value.lines["nearest"] == "open"


# ---- set


def test_setting_a_number_converts_its_unit_and_remembers():
    model = standard().set("ketamine_distributes[S].Q2", "2 L/min", because="a slower heart")
    assert model.values["ketamine_distributes[S].Q2"] == pytest.approx(2 / 60)
    assert model.changes == (("ketamine_distributes[S].Q2", "2 L/min", "a slower heart"),)
    assert standard().values["ketamine_distributes[S].Q2"] != model.values["ketamine_distributes[S].Q2"]


def test_setting_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match=r"'ketamine_distributes\[S\].V11' is not a parameter of this model") as error:
        standard().set("ketamine_distributes[S].V11", "3 L")
    assert error.value.lines["nearest"] == "ketamine_distributes[S].V1"
    assert error.value.lines["find"] == "synaptrace where WORD"


def test_a_number_outside_its_plausible_range_is_set_but_noted():
    model = standard().set("ketamine_distributes[S].V1", "500 L")
    assert model.outside_range() == ["ketamine_distributes[S].V1"] and standard().outside_range() == []


def test_an_unknown_model_is_refused():
    with pytest.raises(UnknownName, match="'standart' is not a model") as error:
        load_model("standart")
    assert error.value.lines["nearest"] == "standard"


# ---- the classic slips


def test_slip_milligrams_per_liter_taken_as_moles_per_liter():
    with pytest.raises(UnitError, match="'5 mg/L' cannot be read in umol/L"):
        Param("5 mg/L", "umol/L", "a Ki", source="a:b", range=(0.1, 100))
    assert Param("5 mg/L", "umol/L", "a Ki", source="a:b", range=(0.1, 100), substance="ketamine").number() == pytest.approx(
        5e3 / 237.73
    )


def test_slip_volume_per_kilogram_used_as_absolute():
    with pytest.raises(UnitError, match="'0.35 L/kg' is per kilogram of what") as error:
        standard().set("ketamine_distributes[S].V1", "0.35 L/kg")
    assert error.value.lines["fix"] == "write L/kgBW for body weight"
    with pytest.raises(UnitError, match="'0.35 L/kgBW' cannot be read in L"):
        standard().set("ketamine_distributes[S].V1", "0.35 L/kgBW")


def test_slip_salt_mass_used_as_base():
    from synaptrace.units import convert

    assert convert("28 mg HCl", "mg", substance="ketamine") == pytest.approx(28 * 237.73 / 274.2)
    assert convert("1 mg/L HCl", "umol/L", substance="ketamine") == pytest.approx(1e3 / 274.2)
    assert convert("35 degC", "K") == pytest.approx(308.15) and convert("98.6 degF", "degC") == pytest.approx(37)
    with pytest.raises(UnitError, match="'28 mg HCl' is a salt, but the quantity names no drug"):
        convert("28 mg HCl", "mg")


def test_slip_a_ki_outside_its_plausible_range():
    with pytest.raises(WiringError, match="'a Ki' lies outside its plausible range") as error:
        Param("500 umol/L", "umol/L", "a Ki", source="a:b", range=(0.1, 10))
    assert error.value.lines == {"given": "500 umol/L", "expected": "0.1 to 10 umol/L"}


def test_slip_swapped_bounds():
    with pytest.raises(WiringError, match="the range of 'a Ki' is upside down"):
        Param(5, "umol/L", "a Ki", source="a:b", range=(10, 0.1))


def test_slip_unbound_given_for_total():
    from synaptrace.units import convert

    entry = shared("arterial.S_ketamine")
    with pytest.raises(UnitError, match="'0.2 umol/L unbound' is unbound, but the quantity is total"):
        convert("0.2 umol/L unbound", entry.unit, entry.substance, entry.binding)
    assert convert("237.73 ng/mL total", entry.unit, entry.substance, entry.binding) == pytest.approx(1.0)


# ---- hash


def test_the_hash_knows_equations_names_values_and_units_but_not_the_source_text():
    base = model_hash(standard())
    assert base == model_hash(standard())
    assert base != model_hash(standard().set("ketamine_distributes[S].V1", "26 L"))
    other_meaning = dataclasses.replace(V["a"], meaning="other words")
    one, two = (compose(writes("a"), vocabulary={**V, "a": e}) for e in (V["a"], other_meaning))
    assert model_hash(one) == model_hash(two)
    renamed = compose(writes("a", name="n"), vocabulary=V)
    assert model_hash(renamed) != model_hash(one)


def test_transport_conserves_what_it_moves():
    body = transport([("a", "b", 0.3, 0.1), ("b", "c", 0.2, 0.7)], a=1.0, b=2.0, c=3.0)
    assert sum(body.slopes.values()) == pytest.approx(0.0, abs=1e-15)
    body = transport([("a", "b", 0.3, 0.1)], gains={"a": 5.0}, losses={"b": 0.5}, a=1.0, b=2.0)
    assert sum(body.slopes.values()) == pytest.approx(5.0 - 1.0)


def test_a_scheme_holds_everything_that_is_left_in_its_remainder():
    scheme = markov([("closed", "open", 2.0, 1.0)], remainder="closed", open=0.25)
    assert scheme["closed"] == 0.75 and scheme.slopes == {"open": 2.0 * 0.75 - 0.25}
