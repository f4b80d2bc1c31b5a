"""The generated pages of docs/: as the code gives them, whole, counted, and readable."""

import ast
import inspect
import math
import re
from pathlib import Path

import pytest

from synaptrace import prose
from synaptrace.badges import badge, dependencies, numbers_behind
from synaptrace.claims import scorecard
from synaptrace.claims.checks import is_off_word
from synaptrace.core import maths
from synaptrace.errors import ResultError
from synaptrace.lookup import mechanism_files
from synaptrace.models import load_model
from synaptrace.prose import evidence, pages
from synaptrace.prose.equations import _Writer, equations_of
from synaptrace.prose.markdown import plain, shown_unit, spoken_unit, table, unit_words
from synaptrace.prose.numbers import title_and_text
from synaptrace.vocabulary import VOCABULARY

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
QUICK = [name for name in prose.PAGES if name != "evidence"]
NUMBER = re.compile(r"(?<![\w.-])\u2212?\d+(?:\.\d+)?(?![\w.])")
MEND = "the page differs from the code: run `make docs`"
SYMBOLS = {"\u00b7": "*", "\u2212": "-", "\u00b2": "**2", "\u00b3": "**3", "^": "**", "\u221a": "sqrt", "10 K)": "10)",
           "ln(": "log(", "hill\u2081": "relative_hill"}  # fmt: skip


def committed(name):
    return (DOCS / f"{name}.md").read_text("utf-8")


def cells(line):
    """The cells of a row of a table."""
    return [c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]]


def rows(text, *head):
    """Rows of all tables whose head holds these words, as {head: cell}."""
    found, names = [], None
    for line in text.splitlines():
        if not line.startswith("|"):
            names = None
        elif names is None:
            names = cells(line)
        elif set(head) <= set(names) and not line.startswith("|---"):
            found.append(dict(zip(names, cells(line), strict=True)))
    return found


@pytest.mark.parametrize("name", QUICK)
def test_the_page_is_what_the_code_gives(name):
    assert committed(name) == prose.PAGES[name](), MEND


@pytest.mark.slow
@pytest.mark.evidence
def test_the_page_of_claims_is_what_the_code_gives():
    assert committed("evidence") == prose.PAGES["evidence"](), MEND


def test_the_page_of_claims_is_what_the_code_gives_but_for_what_is_simulated(monkeypatch):
    original = scorecard._read_all

    def unsimulated(parts, fresh):
        found = original([p for p in parts if scorecard.needs_no_run(p)], fresh)
        return {id(p): found.get(id(p), (math.nan, math.nan)) for p in parts}

    monkeypatch.setattr(scorecard, "_read_all", unsimulated)
    made, there = (without_counts(text).splitlines() for text in (prose.PAGES["evidence"](), committed("evidence")))
    for mine, line in zip(made, there, strict=False):
        assert without_runs(mine, mine) == without_runs(line, mine), MEND
    assert len(made) == len(there), MEND


def test_the_pages_are_of_one_model():
    assert not [name for name, page in prose.PAGES.items() if inspect.signature(page).parameters]


def without_counts(text):
    return text[: text.index("\n## Counts")] + text[text.index("\n## Mission") :]


def without_runs(line, made):
    """A line without what a simulation decides; `made` is the same line where nothing was simulated."""
    if made.startswith("|") and cells(made)[3:4] == ["no number"]:
        return [c for k, c in enumerate(cells(line)) if k not in (0, 3, 5)]
    return re.sub(r". Model: [^.]+\.", "", line)


def test_every_page_says_that_it_is_generated_and_by_what():
    for name in prose.PAGES:
        assert committed(name).splitlines()[0].startswith("*Generated from the code by `make docs`")
        assert rows(committed(name)), "every row of a table has as many cells as its head, or this raises"
    assert "\ndocs:" in (ROOT / "Makefile").read_text("utf-8")


def test_numbers_have_three_digits():
    told = [c for name in ("methods", "assumptions") for r in rows(committed(name), "number", "value")
            for c in (r["value"], r.get("plausible range", ""))]  # fmt: skip
    simulated = [r for r in rows(committed("evidence"), "the model") if "prints as" not in r["found"]]
    told += [r["the model"] for r in simulated if r["found"]]
    assert len(told) > 1000
    for text in told:
        text = re.sub(r"`[^`]*`|\d\d\d\d[-/]", "", text)
        for found in NUMBER.findall(re.sub(r"waits for.*", "", text)):
            digits = found.lstrip("\u2212").replace(".", "").lstrip("0")
            digits = digits if "." in found else digits.rstrip("0")
            assert len(digits) <= 3, text


def test_every_mechanism_stands_once_in_the_methods(standard):
    heads = re.findall(r"^### (.*)$", committed("methods"), re.M)
    titles = {m.file: title_and_text(m)[0] for m in standard.mechanisms}
    assert sorted(heads) == sorted(titles.values())
    assert len(rows(committed("methods"), "symbol")) >= len({q for m in standard.mechanisms for q in m.writes})


def test_every_assumed_number_is_listed(standard):
    listed = rows(committed("assumptions"), "times")
    own = [r for r in listed if "averages" not in r and "theories" not in r]
    fast = [r for r in listed if "averages" in r]
    kinds = [p.kind for p in standard.parameters().values()]
    assert sum(int(r["times"]) for r in own) == kinds.count("assumed")
    everything = badge(standard, list(numbers_behind(standard)))
    assert everything.startswith(f"assumed, {sum(int(r['times']) for r in own + fast)} of ")
    whys = {w for p in standard.parameters().values() if p.kind == "assumed" for w in [p.why]}
    assert all(r["why"] for r in listed) and all(any(w.split(";")[0] in r["why"].replace("\\", "") for r in own) for w in whys)
    assert [r for r in own if r.get("outcomes")] and len(rows(committed("assumptions"), "badge")) == 4


def test_numbers_behind_no_outcome_are_said_to_be_of_the_molecular_chain(standard):
    text = prose.PAGES["assumptions"]()
    section = re.search(r"^## Behind no outcome, most in the molecular chain \(\d+\)\n\n(.*)$", text, re.M)
    assert section[1].startswith("In `standard` the mood curve is empirical")
    folders = {m.name: m.function.__module__.split(".")[2] for m in standard.mechanisms}
    moving = {folders.get(n.rpartition(".")[0]) for n in dependencies(standard)["outcome.madrs"]}
    assert "symptoms" in moving and not moving & {"circuit", "signaling", "plasticity"}
    there, total = map(int, re.search(r"(\d+) of the (\d+) are behind an outcome", section[1]).groups())
    assert 0.9 * total < there < total


def test_what_was_read_of_the_sources_is_said_in_words():
    line = next(x for x in prose.PAGES["methods"]().splitlines() if "sources named below" in x)
    assert "none in the paper itself" in line and "transcriptions" in line and "0" not in line


def test_rounding_of_a_machine_is_not_shown():
    row = {"observed": -2.84e-14, "expected": {"below": 0.05}, "unit": "1", "window": "sign"}
    assert evidence._gives(row, {"run": {}}, "model") == "about 0"
    assert evidence._gives(row | {"observed": 3.4e-11, "expected": {"below": 1e-9}}, {"run": {}}, "model") != "about 0"
    assert evidence._about(1e-9, row | {"observed": 2.0}) == "about 0" and evidence._about(1e-4, row) == "0.0001"


def test_words_of_the_switch():
    assert all(map(is_off_word, evidence.WISHES))
    row = {"observed": 2.0, "expected": {}, "unit": "1", "off": {"expect": "outside", "observed": 1.0, "switch": "as it is"}}
    assert evidence._off(row, row) == "1 as it is; should leave the window"


def test_every_claim_and_quantity_is_listed():
    text = committed("evidence")
    claims = scorecard.load_claims()
    heads = re.findall(r"^#### ([A-Za-z0-9]+)\. ", text, re.M)
    sealed = {c.id for c in claims if all(scorecard._sealed(p) for p in c.parts)}
    assert sorted(heads) == sorted({c.id for c in claims} - sealed)
    names = [r["name"].strip("`") for r in rows(committed("vocabulary"), "name", "unit")]
    assert sorted(names) == sorted(VOCABULARY)


def test_links_in_documents_lead_somewhere():
    for path in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text("utf-8"), flags=re.S)):
            file, _, place = target.partition("#")
            if not re.match(r"[a-z]+:", target):
                there = path.parent / file if file else path
                assert there.exists(), f"{path.name}: {target}"
                heads = re.findall(r"^#+ (.*)$", there.read_text("utf-8"), re.M) if place else []
                assert not place or place in [re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in heads], target


@pytest.mark.parametrize("name", ["standard", "pore_only", "mtorc1_before_bdnf"])
def test_the_printed_equations_give_what_the_function_gives(name, rng):
    for m in {m.file: m for m in load_model(name).mechanisms}.values():
        compared = m.tables
        while not compared:  # a draw may give a negative number a real power
            values = {n: float(rng.uniform(0.2, 0.9)) for n in (*m.reads, *m.states, *m.params)}
            found, wanted = evaluated(equations_of(m), values), m(**values)
            compared = not any(isinstance(v, complex) for v in found.values())
            assert not compared or all(math.isclose(found[k], v, rel_tol=1e-9, abs_tol=1e-15) for k, v in wanted.items()), m.file


def test_what_is_no_mathematics_is_refused_in_a_sentence():
    refused = []
    for module in mechanism_files():
        try:
            assert not re.search(r"[\[\]{}'\"]", "".join(equations_of(module.mechanism))), module.__name__
        except ResultError as error:
            refused.append(module.__name__)
            assert error.sentence.endswith(f"'{module.__name__.rpartition('.')[2]}' cannot be printed as mathematics.")
    assert refused and all("markov(" in inspect.getsource(function_of(name)) for name in refused)


def function_of(name):
    return next(m for m in mechanism_files() if m.__name__ == name).mechanism.function


@pytest.mark.parametrize(
    "python, mathematics",
    [
        ("warmed(T, 300 + dT, a + b)", "(a + b)^((T \u2212 (300 + dT)) / 10 K)"),
        ("warmed(T, E, Q10)", "Q10^((T \u2212 (\u221270)) / 10 K)"),
        ("E**2", "(\u221270)\u00b2"),
        ("a * E", "a \u00b7 (\u221270)"),
        ("a + E", "a + (\u221270)"),
        ("a - E", "a \u2212 (\u221270)"),
        ("a / TINY", "a / (1 \u00d7 10\u207b\u2079)"),
        ("x**TINY", "x^(1 \u00d7 10\u207b\u2079)"),
        ("a + TINY * b", "a + 1 \u00d7 10\u207b\u2079 \u00b7 b"),
    ],
)
def test_constants_bind_as_they_are_printed(python, mathematics):
    assert _Writer({"E": -70, "TINY": 1e-9}).text(ast.parse(python, mode="eval").body) == mathematics


def evaluated(lines, values):
    """The values of printed equations, read as the mathematics they are."""
    text = re.sub(r"\n {8,}", " ", "\n".join(lines))
    for sign, word in SYMBOLS.items():
        text = text.replace(sign, word)
    text = re.sub(r"(\d) \u00d7 10\u207b(\S)", lambda f: f"{f[1]}e-{ord(f[2]) - 0x2070}", text)
    text = text.replace(", else ", " else ")
    names = {**{n: getattr(maths, n) for n in ("exp", "log", "sqrt", "hill", "relative_hill")}, "max": maths.maximum}
    names |= {"min": maths.minimum} | values
    found = {}
    blocks = re.findall(r"^(\S.*?) = (.*(?:\n    where .*(?:\n          .*)*)?)", text, re.M)
    for left, right in blocks:
        value, *where = right.split("\n")
        steps = [line.replace("where", "").split(" = ", 1) for line in where]
        if "(" in left and not left.endswith("(given)"):
            exec(f"def {left}:\n" + "".join(f"    {a.strip()} = {b}\n" for a, b in steps) + f"    return {value}", names)
            continue
        key = f"d/dt {left[2:-5]}" if left.startswith("d ") else left.removesuffix(" (given)")
        found[key] = eval(value, names)
        if not left.startswith("d ") and not left.endswith("(given)"):
            names[key] = found[key]
    return {**values, **found}


def test_check_finds_a_page_that_was_changed_and_says_how_to_mend_it(tmp_path, command):
    assert command("docs", "vocabulary", "--folder", tmp_path).code == 0
    done = command("docs", "vocabulary", "--folder", tmp_path, "--check")
    assert done.code == 0 and "as the code says" in done.out
    page = tmp_path / "vocabulary.md"
    page.write_text(page.read_text("utf-8").replace("body weight", "body wait", 1), "utf-8")
    done = command("docs", "vocabulary", "methods", "--folder", tmp_path, "--check")
    assert done.code == 2 and done.err.startswith("2 generated pages differ from the code.")
    assert "body wait" in done.err and "there is no such file" in done.err and "make docs" in done.err


def test_no_page_is_written_before_all_are_made(tmp_path, command, monkeypatch):
    def fails():
        raise KeyboardInterrupt

    monkeypatch.setitem(pages.PAGES, "methods", fails)
    assert command("docs", "vocabulary", "methods", "--folder", tmp_path).code == 130 and not list(tmp_path.iterdir())
    done = command("docs", "vocabulary", "--folder", tmp_path / "none")
    assert done.code == 2 and "its folder does not exist" in done.err
    done = command("docs", "vocabularies", "--folder", tmp_path)
    assert done.code == 2 and "'vocabularies' is not a generated page." in done.err and "vocabulary" in done.err


def test_words_and_units():
    assert plain("share of the {pool} pool, S-{x}") == "share of the pool, S-{x}" and plain("CYP2B6*6") == "CYP2B6\\*6"
    assert plain("as the trace of {pool} sees it, {name}") == "as the trace of the pool sees it,"
    assert [spoken_unit(u) for u in ("1/s", "umol/L", "1")] == ["per s", "\u00b5mol/L", ""]
    assert plain("receptors of the sst_interneuron pool") == "receptors of the SST interneuron pool"
    assert [unit_words(u) for u in ("1", "umol/L", "ng*h/mL")] == ["", "\u00b5mol/L", "ng\u00b7h/mL"]
    assert [shown_unit(v, "s")[0] for v in (30, 1800, 7200, 400_000)] == ["s", "min", "h", "d"]
    assert shown_unit(1e-3, "1/s") == ("1/h", 3600.0) and table(["a"], [["x|y"]])[-1] == "| x\\|y |"
