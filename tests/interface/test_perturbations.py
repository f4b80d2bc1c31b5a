"""Perturbations as files and on the command line: what they may say, and one sentence for each thing they may not."""

import json
from dataclasses import replace

import pytest

from synaptrace.errors import ProtocolError
from synaptrace.lookup import explain
from synaptrace.models import load_model
from synaptrace.perturbations import load_perturbation, perturb, perturbations, read_perturbation, strengths
from synaptrace.protocol import Protocol
from synaptrace.simulate import compare, run
from tests.numerics import toys

HEAD = {"title": '"a test"', "why": '"a test"', "target": '"liver_clears_ketamine[S]"', "when": '"lifelong"'}
SLOW = '[[effect]]\nscale = "CLint"\nby = 0.5\n'
SHORT = Protocol("short", end="2 h").infuse("racemic ketamine", "35 mg", over="40 min")


def text(effect=SLOW, **changes):
    rows = {k: v for k, v in {**HEAD, **changes}.items() if v is not None}
    return "".join(f"{k} = {v}\n" for k, v in rows.items()) + effect


def file(folder, name="mine", *arguments, **changes):
    path = folder / f"{name}.toml"
    path.write_text(text(*arguments, **changes))
    return str(path)


@pytest.fixture(scope="module")
def exposure():
    return load_model("exposure")


REFUSED = [
    ({"titel": '"x"'}, "'titel' is not a key of a perturbation.", {"given": "mine", "nearest": "title"}),
    ({"target": None}, "the perturbation 'mine' has no 'target'.", {"given": "title, why, when, effect"}),
    ({"when": None}, "the perturbation 'mine' has no 'when'.", {"find": "docs/perturbations.md"}),
    ({"effect": ""}, "the perturbation 'mine' has no 'effect'.", {}),
    ({"title": "3"}, "the title of 'mine' is not a text.", {"given": "title = 3", "fix": "put it in quotes"}),
    ({"why": None}, "the perturbation 'mine' has neither source nor why.", {"fix": "say where its size comes from"}),
    ({"source": '"nobody1999:table"'}, "'nobody1999' is not a source.", {}),
    ({"when": '"often"'}, "'often' is not a time at which 'mine' acts.", {"expected": '"lifelong", or'}),
    ({"when": '{ from = "1 h" }'}, "'{'from': '1 h'}' is not a time at which 'mine' acts.", {}),
    (
        {"when": '{ from = "2 h", to = "1 h" }'},
        "the perturbation 'mine' ends before it begins.",
        {"given": "from 2 h to 1 h"},
    ),
    ({"when": '{ from = "2 mg", to = "1 h" }'}, "'2 mg' is not a time.", {"given": "from = '2 mg'"}),
    ({"effect": "effect = 3"}, "the perturbation 'mine' has no effect.", {"expected": "[[effect]] tables"}),
    ({"effect": "[[effect]]\nby = 3"}, "an effect of 'mine' is not one of set, scale and clamp.", {"given": "{'by': 3}"}),
    ({"effect": '[[effect]]\nscale = "a"\nto = 3'}, "an effect of 'mine' is not one of", {"expected": 'scale = "charge", by'}),
    ({"effect": '[[effect]]\nset = "a"'}, "an effect of 'mine' is not one of", {}),
    ({"effect": '[[effect]]\nset = "a"\nto = true'}, "'True' is not a number.", {"given": "mine: to = True"}),
    ({"effect": '[[effect]]\nscale = "a"\nby = -1'}, "'-1' is not a factor.", {"expected": "0 or more"}),
    ({"effect": '[[effect]]\nscale = "a"\nby = "2 mg"'}, "'2 mg' cannot be read in 1.", {}),
    ({"effect": SLOW + SLOW}, "'mine' changes 'CLint' twice.", {"fix": "leave one effect out"}),
]


@pytest.mark.parametrize(("rows", "sentence", "lines"), REFUSED)
def test_a_file_that_says_too_little_or_too_much_is_refused(rows, sentence, lines, refusal):
    rows = dict(rows)
    effect = rows.pop("effect", SLOW)
    error = refusal(read_perturbation, text(effect, **rows), "mine")
    assert error.sentence.startswith(sentence) and sentence in str(error)
    assert all(error.lines[k].startswith(v) for k, v in lines.items())


def test_a_file_that_is_not_there_or_is_no_toml_or_has_an_odd_name_is_refused(tmp_path, refusal):
    assert refusal(load_perturbation, tmp_path / "no.toml").sentence.endswith("no.toml' cannot be read as a perturbation.")
    assert refusal(read_perturbation, "title = ", "mine").sentence == "'mine' cannot be read as a perturbation."
    error = refusal(load_perturbation, file(tmp_path, "my-own"))
    assert error.sentence == "'my-own' is not a name for a perturbation." and error.lines["expected"].startswith("letters")
    error = refusal(load_perturbation, "nbqz")
    assert error.sentence == "'nbqz' is not a perturbation." and error.lines["nearest"] == "nbqx"


def check(error, sentence, **lines):
    assert error.sentence == sentence
    assert {k: error.lines[k] for k in lines} == lines


def test_a_perturbation_that_does_not_fit_its_target_is_refused(exposure, refusal):
    def refused(effect=SLOW, model=exposure, **changes):
        return refusal(perturb, model, [read_perturbation(text(effect, **changes), "mine")])

    absent = refused(target='"liver_clears_ketamin"')
    check(
        absent, "'liver_clears_ketamin', which 'mine' acts on, is not in the model 'exposure'.", nearest="liver_clears_ketamine"
    )
    unknown = refused('[[effect]]\nset = "Clint"\nto = "3 L/h"\n')
    check(unknown, "'Clint', which 'mine' would set, is not in liver_clears_ketamine[S].", nearest="CLint")
    state = refused('[[effect]]\nclamp = "CLint"\nto = "3 L/h"\n')
    assert state.sentence == "'CLint', which 'mine' would clamp, is not in liver_clears_ketamine[S]."
    unit = refused('[[effect]]\nset = "CLint"\nto = "3 mg"\n')
    check(unit, "'3 mg' does not fit 'CLint' of liver_clears_ketamine[S].", given="mine: set CLint")
    assert unit.lines["expected"].startswith("a number with a unit like L/")
    bare = refused('[[effect]]\nset = "CLint"\nto = 3\n')
    assert bare.sentence == "'3' does not fit 'CLint' of liver_clears_ketamine[S]."
    taken = refusal(perturb, exposure, [read_perturbation(text(), "CLint")])
    assert taken.sentence == "'CLint', which 'CLint' adds, is already a name in liver_clears_ketamine[S]."
    assert taken.lines["fix"] == "give the perturbation's file another name"


def test_two_files_that_touch_the_same_number_are_refused_by_name_unless_stacked(exposure, refusal):
    one, other = (read_perturbation(text(), name) for name in ("slow", "slower"))
    both = read_perturbation(text(target='"liver_clears_ketamine"'), "everywhere")
    sentence = "'slow' and '{}' both change 'CLint' of liver_clears_ketamine[S]."
    check(refusal(perturb, exposure, [one, other]), sentence.format("slower"), fix="leave one of them out")
    check(refusal(perturb, perturb(exposure, [one]), [both]), sentence.format("everywhere"))
    check(refusal(perturb, exposure, [one, one]), sentence.format("slow"))
    stacked = perturb(exposure, [one, other], stacked=True)
    assert [stacked.values[f"liver_clears_ketamine[S].{n}"] for n in ("slow", "slower")] == [0.0, 0.0]


def test_a_target_is_a_file_at_all_its_places_or_at_one(exposure):
    one, both = (read_perturbation(text(target=f'"{t}"'), "slow") for t in (HEAD["target"][1:-1], "liver_clears_ketamine"))
    assert strengths(exposure, one) == ["liver_clears_ketamine[S].slow"]
    assert strengths(exposure, both) == ["liver_clears_ketamine[S].slow", "liver_clears_ketamine[R].slow"]


def test_the_numbers_of_a_perturbation_are_rows_of_the_model_and_count_in_badges(exposure, tmp_path):
    perturbed = perturb(exposure, file(tmp_path, "slow"))
    row = perturbed.parameters()["liver_clears_ketamine[S].slow_CLint"]
    assert (row.number(), row.unit, row.kind, row.why) == (0.5, "1", "assumed", "a test")
    switch = perturbed.parameters()["liver_clears_ketamine[S].slow"]
    assert switch.meaning == "strength of the perturbation slow: 1 on, 0 off" and switch.bounds() == (0, 1)
    assert "CLint" in explain("liver_clears_ketamine[S]", perturbed) and "slow_CLint" in explain("arterial.S_ketamine", perturbed)
    plain, under = (run(SHORT, m, at=["1 h"])["arterial.S_ketamine"] for m in (exposure, perturbed))
    count = [int(x.attrs["badge"].split(" of ")[1].split()[0]) for x in (plain, under)]
    assert count[1] == count[0] + 2 and under.values > plain.values
    measured = read_perturbation(text(why=None, source='"kamp2020_meta:population-model"'), "slow")
    assert dict(measured.origin) == {"kind": "measured", "source": "kamp2020_meta:population-model"}


def test_perturbations_are_listed_and_named_on_the_page(command, tmp_path):
    listed = command("perturbations").out.splitlines()
    assert [line.split(maxsplit=1) for line in listed] == [list(row) for row in perturbations().items()]
    path, out = file(tmp_path, "slow"), tmp_path / "a.nc"
    done = command("run", "--model", "exposure", "--perturb", path, "--at", "40min", "--out", out)
    assert done.code == 0 and f"  under    {path}" in done.out.splitlines()
    again = command("run", out)
    assert again.code == 0 and f"  under    {path}" in again.out.splitlines()
    done = command("run", out, "--perturb", path)
    assert done.code == 2 and "a saved result is repeated as it was." in done.err and "--perturb" in done.err


def test_a_refused_perturbation_writes_nothing(command, tmp_path):
    out = tmp_path / "a.nc"
    done = command("run", "--model", "exposure", "--perturb", "nbqx", "--out", out)
    assert done.code == 2 and not out.exists() and "Traceback" not in done.err
    assert done.err.splitlines()[0] == (
        "'release_drives_charge_through_ampa', which 'nbqx' acts on, is not in the model 'exposure'."
    )


def test_what_begins_after_the_end_is_said(exposure, tmp_path):
    late = file(tmp_path, "late", when='{ from = "5 h", to = "6 h" }')
    result = run(SHORT, exposure, perturbed=late, at=["1 h"])
    assert "'late' would begin at 5 h, after this run has ended" in json.loads(result.attrs["warnings"])


RISEN = {"target": '"relaxes"', "when": '{ from = "-30 min", to = "1 h" }'}
PLAN = Protocol("short", end="2 h").clamp("drive", ["0 h"], ["0"])


def test_each_perturbation_adds_an_arm_to_a_comparison(tmp_path):
    low = file(tmp_path, "low", '[[effect]]\nscale = "base"\nby = 0.5\n', **RISEN)
    cut = file(tmp_path, "cut", '[[effect]]\nscale = "relative"\nby = 2\n', **{**RISEN, "when": '"lifelong"'})
    found = compare(PLAN, models=[toys.relaxing_model()], perturbed=[low, f"{low}+{cut}"], at=["30 min", "90 min"])
    assert list(found["arm"].values) == ["short", f"short under {low}", f"short under {low}+{cut}"]
    assert found["level"].values[:, 0, 0] == pytest.approx([2, 1, 1], rel=1e-6)
    assert found["relative"].values[:, 0, 1] == pytest.approx([1, 1, 2], rel=1e-6)
    two = compare(PLAN, models=[toys.relaxing_model(), another()], perturbed=low, at=["30 min"])
    assert list(two["arm"].values) == ["relaxing", f"relaxing under {low}", "another", f"another under {low}"]


def another():
    return replace(toys.relaxing_model(), name="another")


def test_compare_hands_every_perturbation_on(command, monkeypatch):
    def told(*protocols, **options):
        raise ProtocolError(f"{protocols} {options['models']} {options['perturbed']}")

    monkeypatch.setattr("synaptrace.simulate.compare", told)
    done = command("compare", "a", "--model", "m", "--perturb", "nbqx", "--perturb", "ttx+mini_block")
    assert done.code == 2 and done.err.strip() == "('a',) ['m'] ['nbqx', 'ttx+mini_block']"


def test_times_before_the_protocol_may_be_asked_for_when_a_perturbation_begins_there(tmp_path, refusal):
    early, toy = file(tmp_path, "early", '[[effect]]\nscale = "base"\nby = 0.5\n', **RISEN), toys.relaxing_model()
    assert run(PLAN, toy, perturbed=early, at=["-10 min"])["level"].values[0, 0] == pytest.approx(1, rel=1e-5)
    assert run(PLAN, toy, perturbed=early, every="30 min")["time"].values.tolist() == [-0.5, 0, 0.5, 1, 1.5, 2]
    assert refusal(run, PLAN, toy, at=["-10 min"]).sentence.endswith("h lies outside the protocol.")


def test_a_trace_may_be_left_out_by_models_without_its_quantity(exposure, refusal):
    row = {"quantity": "habenula.bursts", "times": ["0 h"], "values": ["1"]}
    refused = refusal(run, Protocol("p", end="1 h", clamp=[row]), exposure, at=["1 h"])
    assert refused.sentence == "'habenula.bursts' cannot be clamped in the model 'exposure'."
    assert "habenula.bursts" not in run(Protocol("p", end="1 h", clamp=[{**row, "optional": True}]), exposure, at=["1 h"])
    wrong = refusal(Protocol, "p", end="1 h", clamp=[{**row, "optional": "yes"}])
    check(wrong, "'yes' is neither true nor false.", given="[[clamp]] 1: optional")
