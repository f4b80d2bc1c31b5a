"""The generated pages of docs/: as the code gives them, whole, counted, and readable."""

import math
import re
from pathlib import Path

import pytest

from synaptrace import prose
from synaptrace.badges import badge, numbers_behind
from synaptrace.claims import scorecard
from synaptrace.core import maths
from synaptrace.models import load_model
from synaptrace.prose import pages
from synaptrace.prose.equations import equations_of
from synaptrace.prose.markdown import plain, shown_unit, table, unit_words
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
        found = original([p for p in parts if {"review", "structure", "not_yet"} & set(p["run"])], fresh)
        return {id(p): found.get(id(p), (math.nan, math.nan)) for p in parts}

    monkeypatch.setattr(scorecard, "_read_all", unsimulated)
    made, there = (without_counts(text).splitlines() for text in (prose.PAGES["evidence"](), committed("evidence")))
    for mine, line in zip(made, there, strict=False):
        assert without_runs(mine, mine) == without_runs(line, mine), MEND
    assert len(made) == len(there), MEND


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


def test_pages_are_written_together_or_not_at_all(tmp_path, command, monkeypatch):
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
    assert plain("receptors of the sst_interneuron pool") == "receptors of the SST interneuron pool"
    assert [unit_words(u) for u in ("1", "umol/L", "ng*h/mL")] == ["", "\u00b5mol/L", "ng\u00b7h/mL"]
    assert [shown_unit(v, "s")[0] for v in (30, 1800, 7200, 400_000)] == ["s", "min", "h", "d"]
    assert shown_unit(1e-3, "1/s") == ("1/h", 3600.0) and table(["a"], [["x|y"]])[-1] == "| x\\|y |"
