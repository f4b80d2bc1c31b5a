"""The standard tests, over every file in mechanisms/, and broken copies that show that each test can fail."""

import inspect
import types

import pytest

from synaptrace import units
from synaptrace.core import Mechanism, Param, State, ddt, markov, out
from synaptrace.core.check_schemes import check_schemes
from synaptrace.core.check_signs import check_signs
from synaptrace.core.check_text import check_text
from synaptrace.core.check_units import check_units
from synaptrace.core.declare import Param as ParamClass
from synaptrace.errors import SynaptraceError, UnitError, UnknownName, WiringError
from synaptrace.evidence import NO_EVIDENCE, find_number, load_source
from synaptrace.lookup import mechanism_files
from synaptrace.vocabulary import VOCABULARY, Shared, shared

FILES = list(mechanism_files())
PLACES = {
    "enantiomer": ("S", "R"),
    "pool": ("pyramidal_resting", "pyramidal_evoked", "extrasynaptic", "sst_interneuron", "pv_interneuron", "habenula"),
    "cell": ("sst", "pv"),
}


class Everything(dict):
    """The vocabulary, open places included."""

    def __missing__(self, name):
        return shared(name, VOCABULARY)


def copies():
    """Every mechanism, at each of its places."""
    for module in FILES:
        m = module.mechanism
        names = {n for q in (*m.reads.values(), *m.writes.values()) for n in PLACES if "{" + n + "}" in q}
        known = {p for row in m.params.values() if isinstance(getattr(row, "value", 0), dict) for p in row.value}
        placed = [m.at(**{n: p}) for n in names for p in PLACES[n] if not known or p in known] if names else [m]
        yield from ((module, p) for p in placed)


COPIES = [pytest.param(module, m, id=m.name) for module, m in copies()]


@pytest.mark.parametrize(("module", "m"), COPIES)
def test_units_agree_bare_and_dressed(module, m):
    check_units(m, Everything())


@pytest.mark.parametrize(("module", "m"), COPIES)
def test_every_declared_influence_has_its_sign(module, m):
    assert m.signs or m.tables  # what a table does is tested against its fast model
    check_signs(m)


@pytest.mark.parametrize(("module", "m"), COPIES)
def test_schemes_conserve_and_balance(module, m):
    check_schemes(m)


@pytest.mark.parametrize("module", FILES, ids=lambda f: f.__name__)
def test_the_file_is_short_and_holds_no_number_outside_its_tables(module):
    check_text(module.__name__, inspect.getsource(module))


@pytest.mark.parametrize("module", FILES, ids=lambda f: f.__name__)
def test_the_title_is_the_file_name_as_a_sentence(module):
    title = inspect.getdoc(module).splitlines()[0]
    words = [w for w in title.rstrip(".").lower().replace("the ", "").replace(",", "").replace("-", "").split()]
    assert title.endswith(".")
    assert all(w in words for w in module.__name__.rsplit(".", 1)[-1].replace("the_", "").split("_"))


@pytest.mark.parametrize(("module", "m"), COPIES)
def test_every_number_agrees_with_the_second_reading(module, m):
    for name, row in m.params.items():
        place = ",".join(m.places.values())
        if not isinstance(row, ParamClass) or not row.source:
            continue
        found = find_number(row.source, name, place)
        assert found, f"{m.name}.{name}: {row.source} holds no such number"
        printed, tag = found
        if tag in NO_EVIDENCE:
            assert row.kind == "assumed"
            continue
        assert tag in ("seen", "seen-2", "derived") and not (row.kind == "measured" and tag == "derived")
        assert row.number() == pytest.approx(units.convert(printed, row.unit, row.substance), rel=1e-9)


@pytest.mark.parametrize(("module", "m"), COPIES)
def test_every_variability_agrees_with_the_second_reading(module, m):
    for name, row in m.params.items():
        if getattr(row, "iiv", None) and (not row.source or row.kind == "fitted"):
            assert row.kind in ("assumed", "fitted") and row.why
        elif getattr(row, "iiv", None):
            assert row.iiv.spread == pytest.approx(units.convert(printed_spread(row, name), "1"), rel=0.01)
            if row.iiv.with_:
                printed, _ = find_number(f"exposure_dossier:section-7-2:{name}_{row.iiv.with_[0]}_correlation", name)
                assert row.iiv.with_[1] == units.convert(printed, "1")


def printed_spread(row, name):
    """The variability as printed beside the number itself, or in the exposure dossier."""
    key, place, *own = row.source.split(":")
    word = own[0] if own else name
    for where in (f"{key}:{place}", "exposure_dossier:section-7-2"):
        found = find_number(f"{where}:{word}_iiv", name)
        if found:
            return found[0]
    raise AssertionError(f"no source prints a variability of {name}")


def test_numbers_read_only_in_a_transcription_are_provisional():
    assert all(load_source(k).provisional for k in ("kamp2020_meta", "exposure_dossier", "molar_masses"))


# ---- broken copies: each kind of fault is found, in these words

RATE = Param(0.4, "1/s", "rate", source="si:prefixes", range=(0, 1))


def broken(states=None, writes=None, params=None, signs=None, body=None, reads=None):
    m = Mechanism(reads=reads or {}, states=states or {}, writes=writes or {}, params=params or {}, signs=signs or {})
    m.equations(body)
    return m


def test_a_wrong_unit_is_found():
    m = broken(
        {"x": State(0, "umol", "x")},
        params={"k": Param(1, "L/s", "k", source="a:b", range=(0, 2))},
        body=lambda x, k: ddt(x=-k * x),
    )
    with pytest.raises(UnitError, match="d/dt x has the wrong dimension") as error:
        check_units(m, {})
    assert set(error.value.lines) == {"got", "expected"}


def test_a_missing_prefix_is_found():
    vocabulary = {"q": Shared("mmol/L", "q", "input"), "r": Shared("umol/L", "r", "exposure")}
    m = broken(reads={"q": "q"}, writes={"r": "r"}, body=lambda q: out(r=q))
    with pytest.raises(UnitError, match="r changes when units are carried along") as error:
        check_units(m, vocabulary)
    assert "a prefix or a conversion is missing" in error.value.lines["fix"]


def test_a_bare_number_beside_a_concentration_is_found():
    m = broken(reads={"q": "q"}, writes={"r": "r"}, body=lambda q: out(r=q + 2))
    with pytest.raises(UnitError, match="units do not combine"):
        check_units(m, {"q": Shared("mmol/L", "q", "input"), "r": Shared("mmol/L", "r", "exposure")})


def test_a_flipped_sign_is_found():
    m = broken({"x": State(0, "1", "x")}, params={"k": RATE}, signs={"k": "+x"}, body=lambda x, k: ddt(x=-k * x))
    with pytest.raises(WiringError, match="k should raise x") as error:
        check_signs(m)
    assert error.value.lines["slope"] == "-x"


def test_a_sign_of_an_influence_that_is_not_there_is_found():
    m = broken({"x": State(0, "1", "x")}, params={"k": RATE}, signs={"x": "-x"}, body=lambda x, k: ddt(x=k + x - x))
    with pytest.raises(WiringError, match="x should lower x"):
        check_signs(m)


def test_a_sign_that_names_nothing_is_refused():
    m = broken({"x": State(0, "1", "x")}, params={"k": RATE}, signs={"k": "-y"}, body=lambda x, k: ddt(x=-k * x))
    with pytest.raises(UnknownName, match="the sign 'k: -y' names nothing here"):
        check_signs(m)


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        (WiringError, {"source": "", "range": (0, 1)}, "'binding' has no source"),
        (WiringError, {"source": "paper", "range": (0, 1)}, "'binding' has no source"),
        (WiringError, {"kind": "assumed", "range": (0, 1)}, "'binding' is assumed but does not say why"),
        (UnknownName, {"kind": "guessed", "source": "a:b"}, "'guessed' is not a kind of number"),
        (WiringError, {"source": "a:b"}, "'binding' has no plausible range"),
    ],
)
def test_a_number_without_origin_cannot_be_built(kind, given, message):
    with pytest.raises(kind, match=message):
        Param(0.4, "1/s", "binding", **given)


def test_an_unused_row_is_found():
    with pytest.raises(WiringError, match="'k_off' is declared but no equation uses it") as error:
        broken({"x": State(0, "1", "x")}, params={"k": RATE, "k_off": RATE}, body=lambda x, k: ddt(x=-k * x))
    assert error.value.lines["fix"] == "delete the row or use it"


def test_an_undeclared_name_is_found():
    with pytest.raises(UnknownName, match="equations use 'koff', which is not declared") as error:
        broken({"x": State(0, "1", "x")}, params={"k_off": RATE}, body=lambda x, koff: ddt(x=-koff * x))
    assert error.value.lines["nearest"] == "k_off"


def test_a_name_declared_twice_is_found():
    with pytest.raises(WiringError, match="'k' is declared twice"):
        broken({"k": State(0, "1", "x")}, params={"k": RATE}, body=lambda k: ddt(k=-k))


GOOD = '"""Something happens."""\nfrom synaptrace.core import out\n\ndef equations(x):\n    return out(y=2 * x)\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("2 *", "2.5 *"), "the equations hold the number 2.5"),
        (GOOD.replace("from synaptrace.core", "from numpy"), "imports 'numpy'"),
        (GOOD.replace("from synaptrace.core", "from synaptrace.graph"), "imports 'synaptrace.graph'"),
        (GOOD.replace("    return", "    if x:\n        x = 1\n    return"), "the equations branch on a value"),
        (GOOD.replace("    return", "    x = x\n" * 15 + "    return"), "the equations are too long"),
        (GOOD + "\n" * 80, "is too long"),
        (GOOD.replace('"""Something happens."""', ""), "has no docstring"),
    ],
)
def test_a_file_that_breaks_a_rule_is_found(text, message):
    check_text("good", GOOD)
    with pytest.raises(WiringError, match=message):
        check_text("broken", text)


def loop_of_three(backward):
    def equations(b, c, k):
        scheme = markov([("a", "b", k, k), ("b", "c", 2 * k, k), ("c", "a", k, backward * k)], remainder="a", b=b, c=c)
        return ddt(scheme)

    return {"b": State(0, "1", "b"), "c": State(0, "1", "c")}, equations


def test_an_unbalanced_cycle_is_found_unless_the_file_says_what_drives_it():
    states, balanced = loop_of_three(2)
    check_schemes(broken(states, params={"k": RATE}, body=balanced))
    states, unbalanced = loop_of_three(1)
    with pytest.raises(WiringError, match="a cycle is not balanced") as error:
        check_schemes(broken(states, params={"k": RATE}, body=unbalanced))
    assert error.value.lines["got"].endswith("= 2") and "->" in error.value.lines["loop"]
    driven = Mechanism(states=states, params={"k": RATE}, driven="ATP")
    driven.equations(unbalanced)
    check_schemes(driven)


def test_a_scheme_that_falls_apart_is_found():
    def equations(b, c, d, k):
        return ddt(markov([("a", "b", k, k), ("c", "d", k, k)], remainder="a", b=b, c=c, d=d))

    states = {name: State(0, "1", name) for name in "bcd"}
    with pytest.raises(WiringError, match="a scheme falls apart") as error:
        check_schemes(broken(states, params={"k": RATE}, body=equations))
    assert error.value.lines["got"] == "a, b; c, d" and error.value.lines["fix"].startswith("add the missing step")


def test_a_second_reading_that_differs_is_found():
    module = types.SimpleNamespace()
    row = Param(26, "L", "volume", source="kamp2020_meta:population-model", range=(1, 100))
    m = broken({"x": State(0, "L", "x")}, params={"V1": row}, body=lambda x, V1: ddt(x=V1 - x))
    with pytest.raises(AssertionError):
        test_every_number_agrees_with_the_second_reading(module, m)


def test_every_error_is_one_kind():
    assert issubclass(UnitError, SynaptraceError) and issubclass(WiringError, SynaptraceError)
