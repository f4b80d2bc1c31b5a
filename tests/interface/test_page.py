"""The evidence page: words without statistics, one file that asks nothing of a network, and a page that works by keyboard."""

import json
import re
from types import SimpleNamespace

import pytest

from synaptrace.claims import check
from synaptrace.page import collect, words, write, write_page

SMALL = {
    "group": "mission",
    "version": "0",
    "command": "synaptrace evidence check mission",
    "forests": {},
    "curves": {},
    "demos": {},
}
ABOUT = {"section": "Over </script>", "sentence": 1, "qualifier": "Only a little.", "strength_word": "", "added": False,
         "demo": "E01", "citations": [], "own_words": "None is cited.", "layers": ["symptoms"]}  # fmt: skip


def row(**changes):
    """A part as the scorecard has it."""
    base = {"name": "24 h", "role": "calibration", "circularity": "free", "independence": "clean", "model_verdict": "pass",
            "observed": 1.3449, "expected": {"low": 1.1, "high": 1.5}, "unit": "1", "window": "mean-1sd", "source": "x:1",
            "tag": "seen", "off": {"none": "it is a ratio"}}  # fmt: skip
    return base | changes


MODEL = {"run": {"model": "combined"}}


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of the mission's statements, written once: its path, its text and the JSON in it."""
    path = write_page(tmp_path_factory.mktemp("page") / "page.html")
    text = path.read_text("utf-8")
    return SimpleNamespace(path=path, text=text, data=embedded(text))


def embedded(text):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)[1])


def test_numbers_have_three_digits_and_no_powers_of_ten_where_they_can_be_read_without():
    shown = [words.number(v) for v in (1.3449, 1970.0, -0.00119, 0.0, 9.2e-9, 123456.0, None, float("nan"))]
    assert shown == ["1.34", "1970", "\u22120.00119", "0", "9.2 \u00d7 10\u207b\u2079", "123000", "no number", "no number"]


def test_a_verdict_is_a_sentence_that_needs_no_statistics():
    assert words.verdict_sentence(row(), MODEL) == "The model gives 1.34; between 1.1 and 1.5 is what was found: it agrees."
    low = row(observed=0.5, unit="points", model_verdict="fail")
    assert words.verdict_sentence(low, MODEL).endswith(
        "between 1.1 and 1.5 points is what was found: it does not agree; it is too low."
    )
    high = row(observed=2.0, expected={"below": 1.0}, window="sign", model_verdict="fail", role="contested")
    assert words.verdict_sentence(high, MODEL).endswith("less than 1 is what one side says: it does not agree; it is too high.")
    edge = row(observed=1.0 - 1e-9, expected={"below": 1.0}, window="sign")
    assert words.verdict_sentence(edge, MODEL).endswith("it agrees, just inside the limit.")
    unmoved = words.verdict_sentence(row(model_verdict="cannot decide"), MODEL)
    assert "does not depend on the named cause as it should" in unmoved
    memory = row(expected={}, window="none: memory", model_verdict="cannot decide")
    assert words.verdict_sentence(memory, MODEL).endswith("is only remembered, so nothing is decided.")
    assert words.verdict_sentence(row(observed=None), MODEL).startswith("No number came out.")


def test_other_kinds_of_parts_say_what_they_are():
    waits = words.verdict_sentence(row(observed=None, model_verdict="not yet simulated"), {"run": {"not_yet": "a model of pain"}})
    assert waits.startswith("Not simulated yet: this waits for a model of pain. Between 1.1 and 1.5") and "neither" in waits
    digits = row(observed=-15.7911, expected={"low": -15.795, "high": -15.785}, window="printed-digits")
    reread = {"run": {"review": "x"}, "measure": {"what": ["ci_high"]}}
    assert words.verdict_sentence(digits, reread) == (
        "Computed again from the published rows, the upper end of its 95 % range is \u221215.79; "
        "a result that prints as \u221215.79 was printed: it agrees."
    )
    table = {"mechanism": "ketamine_blocks_nmda", "reads": ["a"], "writes": ["b", "c"]}
    built = words.verdict_sentence(row(), {"run": {"structure": table}})
    assert built.startswith("The model is built this way: \u201cketamine blocks nmda\u201d, reads a, changes b and c.")
    absent = {"mechanism": "relief", "writes": ["a"], "reads_not": ["b", "c"], "writes_not": ["d"], "leads_not_to": ["e", "f"]}
    assert ": \u201crelief\u201d, changes a, does not read b or c, does not change d, leads by no way to e or f." in (
        words.verdict_sentence(row(), {"run": {"structure": absent}})
    )
    assert "times the effect of the drug alone" in words.verdict_sentence(row(), {"run": {"theory": {}}})
    year = row(observed=1990.0, expected={"low": 1989.5, "high": 1990.5}, window="printed-digits", role="definition")
    assert words.verdict_sentence(year, {"run": {"number": "a:b:c"}, "measure": {}}) == (
        "Printed is 1990; 1990 is what the statement means: it agrees."
    )
    assert words.verdict_sentence(row(), {"run": {"number": "a:b:c"}, "measure": {}}).startswith("Printed is 1.34; between")


def test_the_off_switch_is_told_in_words():
    off = {"changes": {"ketamine_blocks_nmda[habenula].k_on": "0 1"}, "expect": "changes by >= 0.25", "observed": 2.0}
    assert words.off_sentence(row(off=off)) == (
        "Switched off (k_on of \u201cketamine blocks nmda (habenula)\u201d set to 0) it is 2; it should change by at least 25 %."
    )
    assert words.off_sentence(row()) == "There is nothing to switch off: it is a ratio."
    other = {"analysis": "P2", "expect": "outside", "observed": 3.0}
    assert words.off_sentence(row(off=other)) == "The other analysis (P2) gives 3; the number should leave the window."


def test_one_side_of_an_open_question_is_never_shown_as_agreement():
    assert words.part_badge(row())[0] == "pass"
    kind, _, text = words.part_badge(row(role="contested"))
    assert kind == "not-applicable" and text == "Open question: holds in the model"


def small():
    claim = {"id": "M01", "group": "mission", "statement": "A <b>statement</b>.", "evidence_verdict": "contested",
             "model_verdict": "pass", "qualifier": "", "parts": [row(), row(circularity="fitted")]}  # fmt: skip
    return SMALL | {
        "scorecard": {"claims": [claim], "sealed": 2},
        "claims": {"M01": ABOUT | {"parts": []}},
        "order": ["M01"],
        "without_curve": {},
    }


def test_nothing_in_a_claim_can_become_markup_and_only_free_parts_count():
    text = write.render(small())
    assert "<b>statement</b>" not in text and embedded(text)["claims"]["M01"]["section"] == "Over </script>"
    assert text.count("</script>") == 3 and "{{" not in text
    assert "1 of 1 free parts agree" in text and "2 more parts are kept sealed" in text


def test_refusals(tmp_path, command, monkeypatch, refusal):
    done = command("evidence", "page", "--out", tmp_path / "page.pdf")
    assert done.code == 2 and "is not a kind of file this writes" in done.err and ".html" in done.err
    unknown = command("evidence", "page", "--out", tmp_path / "page.html", "--group", "misson")
    assert unknown.code == 2 and "'misson' is not a group of claims." in unknown.err and "mission" in unknown.err
    monkeypatch.setattr(write, "collect", lambda *_: small())
    monkeypatch.setattr(write, "LARGEST", 1000)
    error = refusal(write_page, tmp_path / "page.html")
    assert error.sentence == "The page is too large." and set(error.lines) == {"given", "expected"}
    assert not list(tmp_path.iterdir())
    assert refusal(write_page, tmp_path / "none" / "page.html").lines["reason"] == "its folder does not exist"


def test_the_command_writes_the_file(tmp_path, command, monkeypatch):
    monkeypatch.setattr(write, "collect", lambda *_: small())
    done = command("evidence", "page", "--out", tmp_path / "page.html")
    assert done.code == 0 and "wrote" in done.out and (tmp_path / "page.html").stat().st_size > 10_000


@pytest.mark.slow
def test_the_page_is_one_small_file_with_every_statement_in_order(page):
    assert page.path.stat().st_size <= 3_000_000
    assert not re.findall(r"(?:src|action|srcset)\s*=|@import|url\(|<link(?![^>]*data:)|<a[^>]*href=\"(?!#)", page.text)
    claims = page.data["scorecard"]["claims"]
    articles = re.findall(r'<article class="claim" id="(\w+)".*?</article>', page.text, re.S)
    found = {c["id"]: c for c in claims}
    assert articles == page.data["order"] and sorted(articles) == sorted(found) and articles
    headings = re.findall(r'<section class="group"><h2>(.*?)</h2>', page.text)
    assert len(headings) == len(set(headings)) == len({c["section"] for c in page.data["claims"].values()})
    for claim, body in zip(
        map(found.get, articles), re.findall(r'<article class="claim".*?</article>', page.text, re.S), strict=True
    ):
        texts = re.findall(r'<span class="badge [\w-]+"><span class="mark" aria-hidden="true">.</span> ([^<]+)</span>', body)
        assert texts == [words.EVIDENCE[claim["evidence_verdict"]][1], words.MODEL[claim["model_verdict"]][1]]


@pytest.mark.slow
def test_the_json_in_the_page_is_the_scorecard(page):
    assert page.data["scorecard"] == json.loads(json.dumps(check("mission")))
    for claim in page.data["scorecard"]["claims"]:
        about = page.data["claims"][claim["id"]]
        assert len(about["parts"]) == len(claim["parts"]) and all(p["sentence"] and p["citation"] for p in about["parts"])
        for entry in about["parts"]:
            assert entry["kind"] != "experiment" or "curve" in entry
            assert entry.get("curve", "") in {"", *page.data["curves"]} and entry.get("forest", "") in {"", *page.data["forests"]}
    assert all(len(c["time"]) == len(c["on"]) <= 60 for c in page.data["curves"].values())


def test_words_alone_need_no_simulated_curve(monkeypatch):
    empty = {"claims": []}
    monkeypatch.setattr("synaptrace.page.gather.check", lambda _: empty)
    assert collect("mission", draw=False)["curves"] == {}


@pytest.mark.slow
def test_every_statement_opens_by_keyboard_and_closes_again(page, browser):
    browser.open(page.path, 1400)
    browser.evaluate("document.getElementById('clear').focus()")
    seen = []
    found = {c["id"]: c for c in page.data["scorecard"]["claims"]}
    for claim in map(found.get, page.data["order"]):
        browser.press("Tab")
        seen.append(browser.evaluate("document.activeElement.closest('article').id"))
        browser.press("Enter")
        state = "(b => [b.getAttribute('aria-expanded'), document.getElementById(b.getAttribute('aria-controls')).innerText])"
        expanded, text = browser.evaluate(f"{state}(document.activeElement)")
        assert expanded == "true" and claim["parts"][0]["name"] in text and page.data["command"] in text
        browser.press("Space")
        assert browser.evaluate(f"{state}(document.activeElement)[0]") == "false"
    assert seen == page.data["order"] and not browser.errors


@pytest.mark.slow
def test_the_off_switch_moves_the_drawn_curve_and_the_drawn_data_are_those_of_the_json(page, browser):
    browser.open(page.path, 1400)
    drawn = "JSON.parse(document.querySelectorAll('#{claim} .part')[{k}].querySelector('.line.main').dataset.values)"
    tried = 0
    for name, about in page.data["claims"].items():
        for k, entry in enumerate(about["parts"]):
            curve = page.data["curves"].get(entry.get("curve"))
            if not curve or not curve["off"]:
                continue
            browser.evaluate(f"toggle(document.getElementById('{name}'), true)")
            assert browser.evaluate(drawn.format(claim=name, k=k)) == curve["on"]
            browser.evaluate(f"document.querySelectorAll('#{name} .part')[{k}].querySelector('.off-switch').focus()")
            browser.press("Space")
            assert browser.evaluate(drawn.format(claim=name, k=k)) == curve["off"]
            tried += 1
    assert tried >= 10 and not browser.errors


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 720, 1400])
def test_nothing_overflows_no_request_leaves_and_every_figure_has_words(page, browser, width):
    browser.requests.clear()
    browser.open(page.path, width)
    for setting in (("", "light"), ("", "dark"), ("print", "light")):
        browser.media(*setting)
        browser.evaluate("document.getElementById('open-all').click()")
        assert browser.evaluate("document.documentElement.scrollWidth") <= width, setting
    outside = """[...document.querySelectorAll('svg text')].filter(t => {
        const frame = t.ownerSVGElement.getBoundingClientRect(), own = t.getBoundingClientRect();
        return own.left < frame.left - 2 || own.right > frame.right + 2;
    }).map(t => t.closest('article').id + ': ' + t.textContent)"""
    assert browser.evaluate(outside) == []
    assert browser.evaluate("[...document.querySelectorAll('svg')].every(s => s.getAttribute('aria-label').length > 10)")
    assert {url.split(":")[0] for url in browser.requests} <= {"file", "data"} and not browser.errors
    browser.media()


@pytest.mark.slow
def test_filters_and_search_show_what_they_say(page, browser):
    browser.open(page.path, 1400)
    shown = "ARTICLES.filter(a => !a.hidden).map(a => a.id)"
    choose = "(s => {{ s.value = '{}'; s.dispatchEvent(new Event('change')); }})(document.querySelector('[data-filter={}]'))"
    browser.evaluate(choose.format("contested", "evidence"))
    claims = page.data["scorecard"]["claims"]
    assert sorted(browser.evaluate(shown)) == sorted(c["id"] for c in claims if c["evidence_verdict"] == "contested")
    browser.evaluate("document.getElementById('clear').click()")
    browser.evaluate(choose.format("held-out", "role"))
    held = [c["id"] for c in claims if any(p["role"] == "held-out" for p in c["parts"])]
    assert sorted(browser.evaluate(shown)) == sorted(held)
    browser.evaluate("document.getElementById('clear').click()")
    browser.evaluate("search.value = 'chronic PAIN'; filter()")
    found = browser.evaluate(shown)
    assert 0 < len(found) < len(claims) and f"{len(found)} of {len(claims)}" in browser.evaluate("shown.textContent")
