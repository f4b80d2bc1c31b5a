"""The twelve experiments of the page: checked data, expectations that may fail in sight, and figures that can be used."""

import functools
import json
import re
import shlex
from types import SimpleNamespace

import numpy as np
import pytest

from synaptrace.claims import scorecard
from synaptrace.claims.load import load_claims
from synaptrace.claims.readouts import curves, plan, run_text
from synaptrace.evidence.reviews import recompute
from synaptrace.experiment import read_experiment
from synaptrace.page import rows, write
from synaptrace.page.demos import load_demos
from synaptrace.page.gather import demos_of
from synaptrace.page.panels import draw_demo
from synaptrace.perturbations import load_perturbation
from synaptrace.protocol import read_protocol
from synaptrace.units import duration
from tests.interface.test_wishes import read

NAMES = [f"E{k:02d}" for k in range(1, 13)]
CHEAP = ["E01", "E08", "E10", "E11", "E12"]  # some seconds together


@pytest.fixture(scope="module")
def demos():
    return {d["id"]: d for d in load_demos()}


def test_there_are_twelve_with_a_figure_each_and_every_statement_stands_in_one(demos):
    assert list(demos) == NAMES
    wanted = {c.id: c.table["demo"] for c in load_claims("mission")}
    found = {claim: name for name, d in demos.items() for claim in d["claims"]}
    assert found == wanted and sum(len(d["claims"]) for d in demos.values()) == len(wanted)
    for demo in demos.values():
        assert demo["title"] and demo["question"] and demo["look_for"] and demo["switch"] and demo["later"]
        assert len(demo.panels) >= 1 and all(p["line"] for p in demo.panels)
        assert any(p["expect"] for p in demo.panels)


SHOWN_WHOLE = {  # schedules whose course is drawn although one moment of it is sealed; nothing is judged at that moment
    ("E08", "mean of 200 people"), ("E08", "one typical person"), ("E09", "once"), ("E09", "twice a week"),
    ("E09", "three times a week"),
}  # fmt: skip


@functools.cache
def given_by(text):
    """Doses and clamps of a run table as one text, whether they stand in a protocol or in the table."""
    tables = plan(json.loads(text)).protocol.to_tables()
    return json.dumps([tables.get("dose", []), tables.get("clamp", [])], sort_keys=True)


def asked(run, what, hours):
    """What is read, as two run tables may say it: who and how long does not matter, nor the order of perturbations."""
    if "theory" in run:
        row = run["theory"]
        usual = "single_infusion" if row.get("species") == "human" else "mouse_10mgkg_ip"
        run = {"model": row.get("model", "combined"), "protocol": row.get("protocol", usual), "perturb": row["perturb"]}
    given = given_by(run_text({k: run[k] for k in ("protocol", "doses", "clamp", "end") if k in run}))
    changes = sorted((k, v.removesuffix(" 1")) for k, v in run.get("changes", {}).items())
    perturbed = frozenset(run.get("perturb", ()))
    return run["model"], given, perturbed, json.dumps(changes), frozenset(what), round(hours, 6)


def read_outs(chosen):
    """All that the chosen parts of all claims read off models at given moments."""
    found = set()
    for part in (p for c in load_claims() for p in c.parts if chosen(p)):
        if "not_yet" not in part["run"] and "at" in part["measure"] and {"theory", "model"} & set(part["run"]):
            found |= {asked(part["run"], part["measure"]["what"], duration(t)) for t in part["measure"]["at"]}
    return found


def test_what_is_kept_sealed_is_neither_judged_nor_drawn(demos):
    """A held-out part must not be read off a figure, unless a part that is not sealed reads the same."""
    sealed = read_outs(scorecard._sealed)
    open_ = read_outs(lambda p: not scorecard._sealed(p))
    hidden = sealed - open_
    assert len(hidden) >= 25 and {"ampa.charge", "synapse.strength", "outcome.madrs"} <= {q for k in hidden for q in k[4]}
    drawn = set()
    for name, panel, line in curve_lines(demos):
        what = line.get("what", panel.get("what"))
        for key in hidden:
            inside = duration(panel["from"]) <= key[5] <= duration(panel["until"])
            if inside and asked(line["run"], what, key[5]) == key:
                drawn.add((name, line["name"]))
        for hours in moments_judged(panel, line["name"]):
            assert asked(line["run"], what, hours) not in hidden, (name, line["name"], hours)
    assert drawn == SHOWN_WHOLE


def curve_lines(demos):
    return [(d["id"], p, line) for d in demos.values() for p in d.panels if p["kind"] == "curve" for line in p["line"]]


def moments_judged(panel, name):
    """Hours at which any expectation reads a line."""
    for asked_for in panel["expect"]:
        if asked_for["line"] == name or asked_for.get("against") in (name, "itself"):
            ends = [panel["until"]] if asked_for["read"] == "end" else []
            yield from map(duration, [*(asked_for[k] for k in ("at", "against_at") if k in asked_for), *ends])


def test_the_commands_name_what_is_there(demos):
    for demo in demos.values():
        for command in demo["commands"]:
            words = shlex.split(command)
            assert words[0] == "synaptrace" and len(words) > 2
            if words[1] == "run":
                read_protocol(words[2])
            if words[1] == "experiment":
                read_experiment(words[2])
            for option, value in zip(words, words[1:], strict=False):
                if option == "--perturb":
                    load_perturbation(value)
                if option == "--model":
                    plan({"protocol": words[2], "model": value})
                if words[1:3] == ["evidence", "meta"] and option == "meta":
                    recompute(*value.split(":"))


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("E09", '"M01"', '"M99"', "'M99' is not a statement of the science page."),
        ("E09", '"M01"', '"M08"', "the statement 'M08' names another experiment."),
        ("E09", 'id       = "E09"', 'id       = "E10"', "the id 'E10' is not the file's name."),
        ("E08", 'protocol = "single_infusion"', 'protocol = "single_infusoin"', "single_infusoin"),
        ("E08", 'model = "empirical"', 'model = "emprical"', "emprical"),
        ("E08", '"outcome.madrs"', '"outcome.mood"', "'outcome.mood' is not in the vocabulary."),
        ("E08", '"outcome.madrs"', '"s6k.active"', "the model 'empirical' does not write 's6k.active'."),
        ("E08", 'what  = ["outcome.madrs"]\n', '', "a line does not say which quantity it draws."),
        ("E02", 'measure = "peak conducting share"', 'measure = "peak conducting share"\nwhat = ["x"]',
         "' needs a measure, or what and as."),
        ("E08", 'unit  = "points"', 'unit  = "kg"', "kg"),
        ("E08", 'until = "14 d"', 'until = "400 d"', "a figure is longer than its run."),
        ("E08", "plasticity.threshold", "plasticity.treshold", "block_builds_fast_plasticity.treshold"),
        ("E07", '["nbqx"]', '["nbxq"]', "'nbxq' is not a perturbation."),
        ("E02", '"e02_ions"', '"e02_iosn"', "'e02_iosn' is not an experiment."),
        ("E02", '"peak conducting share"', '"peak share"', "'peak share' is not a measure of the experiment."),
        ("E02", 'of      = "no glutamate"', 'of      = "no glue"', "'no glue' is not a off-switch of the experiment."),
        ("E11", '"keilp_recognition"', '"keilp_rest"', "'keilp_rest' is not an analysis of cognition."),
        ("E11", 'kind  = "forest"', 'kind  = "tree"', "'tree' is not a kind of figure."),
        ("E11", 'switch   = true', 'swich = true', "'swich' is not a key of a demo."),
        ("E11", 'switch   = true', 'switch = false', "no line of 'E11' belongs to its switch."),
        ("E11", 'name     = "recognition"', 'name     = "immediate recall"', "have one name."),
        ("E11", 'line        = "recognition"', 'line = "memory"', "'memory' is not a line of this figure."),
        ("E11", 'result      = "across"', 'result      = "up"', "does not say against what."),
        ("E11", 'result      = "across"', 'result      = "between"', "an expectation of 'E11"),
        ("E11", 'why  = "a battery', 'wy  = "a battery', "'wy' is not a key of a demo."),
    ],
)  # fmt: skip
def test_a_file_that_names_what_is_not_there_is_refused_in_one_sentence(name, old, new, said, refusal):
    assert said in str(refusal(read, name, old, new))


def test_a_forest_of_what_is_not_there_is_refused(refusal):
    line = {"name": "x", "review": "single_infusion_depression", "analysis": "R10", "printed": True}
    nothing = SimpleNamespace(result=None, found={}, printed={}, settings={})
    assert "' pools no studies." in refusal(rows._studies, nothing, line).sentence
    assert "is tagged memory and is not drawn." in refusal(rows._row, nothing, line).sentence
    assert "' gives nothing to draw." in refusal(rows._row, nothing, line | {"printed": False}).sentence


def test_a_statement_that_no_demo_shows_is_refused(monkeypatch, refusal):
    more = SimpleNamespace(id="M99", table={"demo": "E01"})
    monkeypatch.setattr("synaptrace.page.demos.load_claims", lambda _: [*load_claims("mission"), more])
    assert "'M99' does not stand in exactly one experiment" in refusal(load_demos).sentence


def test_lines_are_what_the_model_gives_and_outcomes_are_read_off_them(demos):
    panels = draw_demo(demos["E08"])
    line = panels[0]["lines"][1]
    run = demos["E08"].panels[0]["line"][1]["run"]
    grid, found = curves(plan(run), ["outcome.madrs"], [], [])
    own = np.interp(np.array(line["time"]) * 24, grid, found["outcome.madrs"][0])
    np.testing.assert_allclose(line["values"], own, rtol=2e-4)
    assert [s["switch"] for s in panels[0]["lines"]] == [False, False, True] and panels[0]["lines"][2]["beside"] == 0
    early = panels[0]["lines"][0]
    fall = np.interp(4 / 24, early["time"], early["values"]) - early["values"][0]
    assert (
        panels[0]["expect"][0]["found"].startswith("down by")
        and abs(float(panels[0]["expect"][0]["found"].split()[2]) + fall) < 0.1
    )
    forest = panels[1]["forest"]
    assert forest["null"] is None and [r["low"] for r in forest["rows"]] == [None] * 4
    assert forest["rows"][2]["estimate"] == pytest.approx(recompute("monoamine_comparator", "R6").found["estimate"], rel=1e-5)


def test_a_figure_of_the_bench_is_what_the_experiment_gives(demos):
    one = SimpleNamespace(panels=[p for p in demos["E02"].panels if p["experiment"] == "e02_ions"])
    panel = draw_demo(one)[0]
    assert panel["axis"] == "voltage (mV)" and panel["unit"] == "pA" and panel["lines"][0]["time"][0] == -80
    lines = {line["name"]: np.array(line["values"]) for line in panel["lines"]}
    np.testing.assert_allclose(lines["sodium"] + lines["calcium"] + lines["potassium"], lines["all three"], rtol=1e-4)


def data_of(names):
    """What `collect` gives, with the named demos drawn and statements without parts."""
    claims = [c for c in load_claims("mission") if c.table["demo"] in names]
    rows = [{"id": c.id, "group": "mission", "statement": c.table["statement"], "evidence_verdict": c.evidence_verdict,
             "model_verdict": "pass", "qualifier": "", "parts": []} for c in claims]  # fmt: skip
    about = {"section": "All", "sentence": 1, "qualifier": "", "strength_word": "", "added": False, "citations": [],
             "own_words": "None is cited.", "layers": [], "parts": []}  # fmt: skip
    found = {c.id: about | {"demo": c.table["demo"]} for c in claims}
    base = {"group": "mission", "version": "0", "command": "synaptrace evidence check mission", "forests": {}, "curves": {}}
    return base | {
        "scorecard": {"claims": rows},
        "claims": found,
        "order": [c.id for c in claims],
        "demos": demos_of(found),
        "without_curve": {},
    }


def written(folder, names):
    text = write.render(data_of(names))
    path = folder / "page.html"
    path.write_text(text, "utf-8")
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)[1])
    return SimpleNamespace(path=path, text=text, demos=data["demos"])


@pytest.fixture(scope="module")
def some(tmp_path_factory):
    return written(tmp_path_factory.mktemp("some"), CHEAP)


@pytest.fixture(scope="module")
def every(tmp_path_factory):
    return written(tmp_path_factory.mktemp("every"), NAMES)


def test_the_page_has_a_link_to_every_demo_and_its_statements_with_a_badge(some):
    assert 'href="#experiments"' in some.text
    for name, demo in some.demos.items():
        article = re.search(rf'<article class="demo" id="{name}".*?</article>', some.text, re.S)[0]
        assert f'<a href="#{name}">' in some.text and len(demo["panels"]) == article.count('<figure class="panel">')
        assert re.findall(r'<a href="#(\w+)">', article) == demo["claims"] == sorted(demo["claims"], key=demo["claims"].index)
        assert article.count("Model: agrees") == len(demo["claims"]) and article.count("Expected:") == sum(
            len(p["expect"]) for p in demo["panels"]
        )


def use(page, browser):
    """Reach every switch by keyboard, press it, and compare what is drawn with the JSON before and after."""
    browser.open(page.path, 1400)
    browser.evaluate("document.querySelector('.contents a').focus()")
    seen = []
    for _ in range(400):
        browser.press("Tab")
        name = browser.evaluate(
            "document.activeElement.matches('.off-switch') ? document.activeElement.closest('article').id : ''"
        )
        if name:
            seen.append(name)
            before = drawn(browser, name)
            browser.press("Space")
            after = drawn(browser, name)
            assert before == wanted(page.demos[name], False) and after == wanted(page.demos[name], True) and before != after
        if len(seen) == len(page.demos):
            break
    assert seen == list(page.demos) and not browser.errors


def drawn(browser, name):
    read = "e.dataset.line ? [e.dataset.line, JSON.parse(e.dataset.values)] : Number(e.dataset.estimate)"
    marks = f"[...n.querySelectorAll('[data-line], [data-estimate]')].map(e => {read})"
    script = f"[...document.querySelectorAll('#{name} .drawing')].map(n => {marks})"
    return browser.evaluate(script)


def wanted(demo, on):
    found = []
    for panel in demo["panels"]:
        if "forest" in panel:
            rows = [*panel["forest"]["rows"], *panel["forest"]["pooled"]]
            found.append([r["estimate"] for r in rows if on or not r["switch"]])
        else:
            found.append([[s["name"], s["values"]] for s in panel["lines"] if on or not s["switch"]])
    return found


OVER = """[...document.querySelectorAll('.demo svg')].flatMap(svg => {
    const frame = svg.getBoundingClientRect();
    const own = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
    const out = own.filter(([, r]) => r.left < frame.left - 2 || r.right > frame.right + 2 || r.bottom > frame.bottom + 2);
    const hit = svg.classList.contains('lines') ? own.flatMap(([a, r], k) => own.slice(k + 1).filter(([, s]) =>
        r.width && s.width && r.left < s.right - 1 && s.left < r.right - 1 && r.top < s.bottom - 4 && s.top < r.bottom - 4)
        .map(([b]) => [`${a} on ${b}`])) : [];
    return [...out, ...hit].map(([text]) => `${svg.closest('article').id}: ${text}`);
})"""


def look(page, browser, width):
    """Nothing is wider than the page, no text leaves its figure or covers another, and every figure has words."""
    browser.requests.clear()
    browser.open(page.path, width)
    for scheme in ("light", "dark"):
        browser.media("", scheme)
        for _ in range(2):
            assert browser.evaluate("document.documentElement.scrollWidth") <= width
            assert browser.evaluate(OVER) == []
            browser.evaluate("document.querySelectorAll('.demo .off-switch').forEach(box => box.click())")
    labels = browser.evaluate("[...document.querySelectorAll('.demo svg')].map(s => s.getAttribute('aria-label'))")
    panels = [p for d in page.demos.values() for p in d["panels"]]
    assert len(labels) == len(panels)
    for label, panel in zip(labels, panels, strict=True):
        names = [s["name"] for s in panel["lines"] if not s["switch"]] if "lines" in panel else [panel["title"]]
        assert all(n in label for n in names) and len(label) > 40
    assert {url.split(":")[0] for url in browser.requests} <= {"file", "data"} and not browser.errors
    browser.media()


def test_switches_work_by_keyboard_and_draw_what_the_json_holds(some, browser):
    use(some, browser)


@pytest.mark.parametrize("width", [360, 1400])
def test_nothing_overflows_and_every_figure_has_words(some, browser, width):
    look(some, browser, width)


@pytest.mark.slow
def test_all_twelve_work_by_keyboard_and_draw_what_the_json_holds(every, browser):
    assert list(every.demos) == NAMES and len(every.text) < 3_000_000
    lines = [s for d in every.demos.values() for p in d["panels"] for s in p.get("lines", [])]
    assert all(len(s["time"]) == len(s["values"]) <= 80 and np.all(np.diff(s["time"]) >= 0) for s in lines)
    use(every, browser)


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 720, 1400])
def test_all_twelve_fit_on_every_screen(every, browser, width):
    look(every, browser, width)


def test_runs_are_shared_by_text():
    run = {"model": "empirical", "protocol": "single_infusion"}
    assert run_text(run) == run_text(dict(reversed(run.items())))
