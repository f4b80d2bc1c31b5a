"""Every error is one sentence and labeled lines, and every sentence in the package has a test of its wording."""

import ast
from pathlib import Path

import pytest

import synaptrace
from synaptrace import errors, units
from synaptrace.chemistry import molar_mass_of, read_drug
from synaptrace.errors import SynaptraceError, nearest

SOURCE, TESTS = Path(synaptrace.__file__).parent, Path(__file__).parents[1]
CLASSES = {c.__name__ for c in vars(errors).values() if isinstance(c, type) and issubclass(c, SynaptraceError)}


def literals(node):
    """The literal pieces of a sentence: whole if it is plain text, around the braces if it is an f-string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return [part.value for part in node.values if isinstance(part, ast.Constant)]
    if isinstance(node, ast.BinOp):
        return [*literals(node.left), *literals(node.right)]
    return []


def messages(path):
    """(line, longest literal piece) of every error that a file makes."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CLASSES and node.args:
            longest = max((piece.strip() for piece in literals(node.args[0])), key=len, default="")
            if any(c.isalpha() for c in longest):
                yield node.lineno, longest


def modules():
    """{module: its files} for every module of the package that makes errors."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if any(messages(path)):
            found.setdefault(path.relative_to(SOURCE).parts[0].removesuffix(".py"), []).append(path)
    return found


@pytest.fixture(scope="session")
def wordings():
    """All text of all tests: as it stands there, and with the pieces of strings joined."""
    texts = []
    for path in sorted(TESTS.rglob("test_*.py")):
        text = path.read_text("utf-8")
        texts += [text, *(n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Constant) and isinstance(n.value, str))]
    return "\n".join(texts)


@pytest.mark.parametrize("module", modules())
def test_every_message_of_a_module_has_a_test_of_its_wording(module, wordings):
    missing = [
        f"{path.relative_to(SOURCE)}:{line}  {piece}"
        for path in modules()[module]
        for line, piece in messages(path)
        if piece.strip(" .':,") not in wordings
    ]
    assert not missing, f"{len(missing)} messages of {module} are tested nowhere:\n" + "\n".join(missing)


def test_no_module_raises_the_bare_exceptions_of_python_at_users():
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Assert)
                or isinstance(node, ast.Raise)
                and getattr(getattr(node.exc, "func", None), "id", "") == "Exception"
            ):
                found.append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert not found, found


def test_an_error_is_a_sentence_and_labeled_lines_in_one_column():
    error = SynaptraceError("'a' is not b.", given="a", expected="b", nearest=3)
    assert str(error) == "'a' is not b.\n  given     a\n  expected  b\n  nearest   3"
    assert error.sentence == "'a' is not b." and error.lines == {"given": "a", "expected": "b", "nearest": "3"}
    assert str(SynaptraceError("alone.")) == "alone."


def test_every_error_is_of_one_family_that_users_can_catch():
    assert len(CLASSES) > 5 and synaptrace.SynaptraceError is SynaptraceError
    for name in CLASSES:
        assert getattr(errors, name).__doc__
        with pytest.raises(synaptrace.SynaptraceError):
            raise getattr(errors, name)("x.")


def test_the_nearest_name_is_the_closest_or_a_hint():
    assert nearest("ketamin", ["esketamine", "ketamine"]) == "ketamine"
    assert nearest("zzz", ["esketamine"]) == "nothing similar; run 'synaptrace where WORD'"
    assert nearest(5, [15, "x"]) == "15"


@pytest.mark.parametrize(
    ("arguments", "sentence", "label", "text"),
    [
        (("", "h"), "'' does not start with a number.", "expected", "a number and a unit, such as '40 min'"),
        (("-inf h", "h"), "'-inf h' is not a finite number.", "expected", "'40 min'"),
        (("NaN h", "h"), "'NaN h' is not a finite number.", "given", "NaN h"),
        (("3", "h"), "'3' has no unit.", "expected", "a number with a unit like h"),
        (("3 kg", "h"), "'3 kg' cannot be read in h.", "expected", "a unit like h"),
        (("3 mgg", "mg"), "'mgg' is not a unit.", "nearest", "mg"),
        (("0.5 mg/kg", "mg"), "'0.5 mg/kg' is per kilogram of what?", "fix", "write mg/kgBW for body weight"),
        (("2 L*kg**-1", "L"), "'2 L*kg**-1' is per kilogram of what?", "given", "2 L*kg**-1"),
        (("3 mg/L", "umol/L"), "'3 mg/L' cannot be read in umol/L.", "given", "3 mg/L"),
        (
            ("3 umol/L unbound", "umol/L", "ketamine", "total"),
            "'3 umol/L unbound' is unbound, but the quantity is total.",
            "expected",
            "that is total",
        ),
        (("3 mg HCl", "mg"), "'3 mg HCl' is a salt, but the quantity names no drug.", "fix", "leave HCl out, or give the base"),
        (("3 mg/L", "umol/L", "morphine"), "'morphine' has no molar mass here.", "nearest", ""),
    ],
)
def test_a_text_that_is_no_number_of_the_unit_is_refused(refusal, arguments, sentence, label, text):
    error = refusal(units.convert, *arguments)
    assert error.sentence == sentence and text in error.lines[label]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("40", "'40' has no unit."),
        ("40 mn", "'40 mn' is not a time."),
        ("40 mg", "'40 mg' is not a time."),
        ("h", "'h' does not start with a number."),
        ("1 h/kg", "'1 h/kg' is per kilogram of what?"),
        ("40 $%&", "'40 $%&' is not a time."),
        ("40 min)", "'40 min)' is not a time."),
    ],
)
def test_a_text_that_is_no_time_is_refused(refusal, text, sentence):
    assert refusal(units.duration, text).sentence == sentence


def test_drugs_and_molar_masses_are_refused_by_name(refusal):
    assert refusal(molar_mass_of, "ketamin").lines["nearest"] == "ketamine"
    assert refusal(read_drug, "esketamine hcl").sentence == "'esketamine hcl' is not a drug of this release."
    assert refusal(read_drug, "").sentence == "'' is not a drug of this release."


def test_python_refuses_what_the_command_line_refuses(refusal):
    for people in (0, -1, 2.5, True, "3"):
        assert refusal(synaptrace.run, people=people).sentence == f"'{people}' is not a number of people."
    for seed in (-1, 0.5, False, None):
        assert refusal(synaptrace.run, seed=seed).sentence == f"'{seed}' is not a seed."
    assert refusal(synaptrace.run, model="standart").sentence == "'standart' is not a model."
    assert refusal(synaptrace.run, at=["1 h"], every="1 h").sentence == "'at' and 'every' both choose the output times."


@pytest.mark.parametrize("identity", [5, None, ["a"]])
def test_a_protocol_is_named_by_text(refusal, identity):
    error = refusal(synaptrace.Protocol, identity)
    assert error.sentence == f"'{identity}' is not what 'id' should be." and error.lines["expected"] == "a text in quotes"


def test_a_protocol_without_a_required_key_is_refused_in_one_sentence():
    from pydantic import ValidationError

    from synaptrace.protocol.build import Tables, _reworded

    with pytest.raises(ValidationError) as caught:
        Tables()
    error = _reworded(caught.value)
    assert str(error) == "the protocol has no 'id'.\n  fix  add id = \"...\""


def test_a_model_that_takes_only_one_enantiomer_refuses_the_other(refusal):
    error = refusal(synaptrace.run, synaptrace.Protocol().bolus("racemic ketamine", "35 mg"), "perez_ruixo")
    assert error.sentence == "the model 'perez_ruixo' takes no racemic ketamine by iv."
    assert error.lines["given"].startswith("35 mg as a bolus for 70 kg, racemic ketamine, iv")
    assert error.lines["expected"] == "S_ketamine by iv, intranasal, oral"
