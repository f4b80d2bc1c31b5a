"""Look a folder of the store over: everything wrong with its rows, analyses, printed results and papers, in one list."""

import re
from pathlib import Path

from synaptrace.errors import SynaptraceError, nearest
from synaptrace.evidence.store.load import Review, known_keys, load_review, load_store, read_papers
from synaptrace.evidence.store.match import candidates, expected_of, settings_of
from synaptrace.evidence.store.pool import pool_problems
from synaptrace.evidence.store.problems import ERROR, FLAG, Problem, shown
from synaptrace.evidence.store.schema import ANALYSIS, EXPECTED, PUBLISHED_NUMBERS, PUBLISHED_TEXTS, TABLES, TAGS
from synaptrace.evidence.store.spreads import spread_problems, typical_spreads
from synaptrace.evidence.store.values import row_problems

ABOUT = ("title", "question", "paper", "status")
IS_PRINTED = re.compile(r"[<>]?\s?[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?").fullmatch
ADDRESSES = {
    "doi": (re.compile(r"10\.\d{4,9}/\S+").fullmatch, "10.NNNN/..."),
    "pmid": (re.compile(r"\d{1,8}").fullmatch, "digits"),
    "pmcid": (re.compile(r"PMC\d{1,9}").fullmatch, "PMC and digits"),
    "publisher": (re.compile(r"https://\S+").fullmatch, "https://..."),
}
NO_PUBLISHER = ("github", "gitlab", "gwern", "researchgate", "blog", "wordpress", "medium.com", "substack")


def check_review(review, keys=None, typical=None):
    """Problems of one review: a list, errors before flags.

    `review` is a Review, a shipped name or a folder. `keys` are the known sources and `typical` the usual spreads by scale; by
    default those of the shipped store. Raises UnknownName only where there is no such folder; all else is in the list.
    """
    review = review if isinstance(review, Review) else load_review(review, strict=False)
    keys = known_keys(review.folder) if keys is None else keys
    found = list(review.problems)
    studies = {r["study"] for r in review.rows["trials"]}
    for table, rows in review.rows.items():
        found += row_problems(table, rows, studies, keys)
    if typical is None:
        shipped = [] if review.shipped else [review]
        typical = typical_spreads(r.rows["arms"] for r in [*load_store(strict=False).values(), *shipped])
    found += spread_problems(review.rows["arms"], typical)
    found += _about(review, keys) + _analyses(review) + _published(review, keys)
    return sorted(found, key=lambda p: p.severity != ERROR)


def check_store(folder=None):
    """{review: problems} of every folder, and the problems of the papers under 'papers'."""
    found = load_store(folder, strict=False)
    keys, typical = known_keys(folder), typical_spreads(r.rows["arms"] for r in found.values())
    checked = {
        name: check_review(review, keys if review.shipped else known_keys(review.folder), typical)
        for name, review in found.items()
    }
    return checked | {"papers": check_papers(folder)}


def check_papers(folder=None):
    """Problems of the papers*.csv files: addresses are a DOI, PMID, PMCID, registry number or a publisher's page."""
    rows, found = read_papers(folder)
    for row in rows:
        for column, (fits, expected) in ADDRESSES.items():
            if row[column] and not fits(row[column]):
                sentence = f"{shown(row[column])} is no {column}."
                fix = f"write {expected}, or leave the cell empty"
                found.append(Problem(ERROR, sentence, row["file"], row["line"], column, shown(row[column]), expected, fix))
        wrong = [w for w in NO_PUBLISHER if w in (row["publisher"] or "").casefold()]
        if wrong:
            fix = "leave the cell empty and write 'seen in a copy' in note"
            sentence = f"{shown(row['publisher'])} is not a publisher's page."
            given = shown(row["publisher"])
            found.append(Problem(ERROR, sentence, row["file"], row["line"], "publisher", given, "a publisher's page", fix))
    return found


def _about(review, keys):
    """review.toml: its words, and the folder's files."""
    found, file = [], "review.toml"
    for key in ABOUT:
        if not str(review.about.get(key, "")).strip():
            found.append(Problem(ERROR, f"The review has no {key}.", file, 0, key, "", "a sentence", f"add {key}"))
    for key in review.about:
        if key not in ABOUT and key != "note":
            fix = f"perhaps '{nearest(key, ABOUT)}'"
            found.append(Problem(FLAG, f"'{key}' is not read.", file, 0, key, shown(review.about[key]), ", ".join(ABOUT), fix))
    paper = review.about.get("paper")
    if paper and paper not in keys:
        fix = f"perhaps '{nearest(paper, keys)}', or add the key to papers.csv"
        found.append(Problem(ERROR, f"'{paper}' is not a known paper.", file, 0, "paper", paper, "a key of papers.csv", fix))
    known = {"review.toml", "published.toml", *(f"{t}.csv" for t in TABLES)}
    for path in sorted(Path(review.folder).glob("*")):
        if path.name not in known and not path.name.startswith(("papers", ".", "README")):
            expected, fix = ", ".join(sorted(known)), f"perhaps '{nearest(path.name, known)}'"
            found.append(Problem(FLAG, "A file of the folder is not read.", path.name, 0, "", "", expected, fix))
    return found


def _analyses(review):
    found, seen = [], []
    for settings in review.analyses:
        name = f"analysis {settings.get('id', '?')}"
        wrong = _settings(settings, name)
        found += wrong
        if settings.get("id") in seen:
            sentence = f"The analysis '{settings['id']}' is there twice."
            found.append(Problem(ERROR, sentence, "review.toml", 0, "id", settings["id"], "each id once", "give one another id"))
        seen.append(settings.get("id"))
        if any(p.severity == ERROR for p in wrong):
            continue
        try:
            settings_of(review, settings)
        except SynaptraceError as error:
            given, expected, fix = (error.lines.get(k, "") for k in ("given", "expected", "fix"))
            found.append(Problem(ERROR, error.sentence, "review.toml", 0, name, given, expected, fix))
            continue
        rows, _ = candidates(review, settings)
        found += pool_problems(review, settings, rows)
        found += _empty(settings, rows, name)
    return found


def _settings(settings, name):
    """Keys and kinds of values of one [[analysis]]."""
    found = []
    for key in ("id", "what"):
        if not isinstance(settings.get(key), str) or not settings[key].strip():
            fix = f"add {key}"
            found.append(Problem(ERROR, f"An analysis has no {key}.", "review.toml", 0, name, "", "text", fix))
    for key, value in settings.items():
        if key not in ANALYSIS:
            close = nearest(key, ANALYSIS)
            fix = f"perhaps '{close}'" if close in ANALYSIS else "write it into note"
            sentence = f"'{key}' is not a setting that is read."
            found.append(Problem(FLAG, sentence, "review.toml", 0, f"{name}, {key}", shown(value), "a known setting", fix))
        elif expected := expected_of(key, value):
            sentence = f"The setting {key} cannot be {shown(value)}."
            given, fix = shown(value), f"write {expected}"
            found.append(Problem(ERROR, sentence, "review.toml", 0, f"{name}, {key}", given, expected, fix))
    return found


def _empty(settings, rows, name):
    """Flags where an analysis names studies and finds no rows, or only remembered ones."""
    studies = settings.get("studies")
    if studies and not rows:
        fix = "check outcome, scale, statistic, time and measure against the table"
        sentence = "An analysis finds none of its rows."
        return [Problem(ERROR, sentence, "review.toml", 0, name, ", ".join(studies), "rows that fit", fix)]
    remembered = list(dict.fromkeys(r["study"] for r in rows if r["tag"] == "memory"))
    if remembered:
        sentence = f"Remembered rows of {', '.join(remembered)} stay out of the analysis unless asked for by name."
        return [Problem(FLAG, sentence, "review.toml", 0, name, "memory", "seen, seen-2 or derived", "read the paper")]
    return []


def _published(review, keys):
    """published.toml: every entry belongs to an analysis and holds printed digits, a source and a verdict."""
    known, found = {a.get("id") for a in review.analyses}, []
    for where, entries in (("", review.published), ("own.", review.own)):
        for name, entry in entries.items():
            found += _entry(f"{where}{name}", name, entry, known, keys)
    return found


def _entry(where, name, entry, known, keys):
    def problem(sentence, column, given, expected, fix, severity=ERROR):
        return Problem(severity, sentence, "published.toml", 0, column, given, expected, fix)

    if not isinstance(entry, dict):
        return [problem(f"'{where}' is not a table.", where, shown(entry), "[id]", "write printed numbers below [id]")]
    found = []
    if name not in known:
        fix = f"perhaps '{nearest(name, known)}', or add the analysis"
        found.append(problem(f"'{name}' is no analysis of review.toml.", where, name, "an id of review.toml", fix))
    for key, value in entry.items():
        column = f"{where}, {key}"
        if key not in PUBLISHED_NUMBERS + PUBLISHED_TEXTS:
            found.append(problem(f"'{key}' is not read.", column, shown(value), "a known key", "write it into note", FLAG))
        elif not isinstance(value, str):
            fix = f'write "{value}", so that the digits printed are kept'
            found.append(problem(f"The printed {key} is not text.", column, shown(value), "text", fix))
        elif key in PUBLISHED_NUMBERS and not IS_PRINTED(value):
            found.append(
                problem(f"{shown(value)} is no printed number.", column, shown(value), "digits", "write words into statement")
            )
    for key, words in (("tag", TAGS), ("expected", EXPECTED)):
        if entry.get(key) not in words:
            found.append(
                problem(f"'{where}' has no {key}.", f"{where}, {key}", entry.get(key, ""), ", ".join(words), f"fill {key}")
            )
    source = str(entry.get("source", ""))
    if source.partition(":")[0] not in keys:
        fix = f"perhaps '{nearest(source.partition(':')[0], keys)}'"
        found.append(problem(f"'{source}' is not a known source.", f"{where}, source", source, "key:place", fix))
    if entry.get("expected") in EXPECTED[1:] and not (entry.get("reason") or entry.get("missing_rows")):
        fix = "write in reason or missing_rows why"
        found.append(problem(f"'{where}' does not say why.", where, entry["expected"], "reason or missing_rows", fix))
    return found
