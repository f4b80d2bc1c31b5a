"""Read the folders of the store, shipped or your own, into plain rows or data frames."""

import functools
import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from synaptrace.errors import UnknownName, nearest
from synaptrace.evidence.sources import sources
from synaptrace.evidence.store.problems import ERROR, EvidenceError, Problem, refuse
from synaptrace.evidence.store.read import columns_of, read_table
from synaptrace.evidence.store.schema import TABLES

STORE = Path(str(files("synaptrace") / "library" / "evidence"))


@dataclass(frozen=True)
class Review:
    """One folder of the store.

    `about` holds title, question, paper and status of review.toml; `analyses` its [[analysis]] tables; `rows` a list of dicts
    per table ('trials', 'arms', 'effects'; a missing file gives an empty list); `published` printed results per analysis id,
    numbers as text with the digits printed; `own` results computed by hand from the rows, as oracles for tests; `problems`
    what was found wrong while reading.
    """

    name: str
    folder: Path
    about: dict
    analyses: tuple
    rows: dict
    published: dict
    own: dict
    problems: tuple = field(default=())

    @property
    def shipped(self):
        """True where the folder is part of the package, and so read-only."""
        return self.folder.resolve().is_relative_to(STORE.resolve())

    def analysis(self, name):
        """The settings of one analysis, a dict. Raises UnknownName with the nearest id."""
        for settings in self.analyses:
            if settings.get("id") == name:
                return settings
        known = [a.get("id", "") for a in self.analyses]
        raise UnknownName(
            f"'{name}' is not an analysis of {self.name}.",
            given=name,
            nearest=nearest(name, known),
            fix=f"known: {', '.join(known)}",
        )


def reviews(folder=None):
    """Names of all folders with a review.toml, in alphabetical order; of the shipped store unless `folder` says another."""
    folder = Path(str(folder)) if folder is not None else STORE
    return sorted(p.parent.name for p in folder.glob("*/review.toml"))


def load_review(name, strict=True):
    """The Review of a shipped name or of a folder of yours (a path).

    With `strict`, raises EvidenceError where a file cannot be read as written (every message names file, line and column);
    without, the same findings are in `problems`. Raises UnknownName where there is no such folder.
    """
    folder = _folder(name)
    about, problems = _toml(folder / "review.toml", needed=True)
    published, more = _toml(folder / "published.toml")
    problems, rows = problems + more, {}
    for table in TABLES:
        path = folder / f"{table}.csv"
        rows[table], more = read_table(path, table) if path.exists() else ([], [])
        problems += more
    analyses = about.get("analysis", [])
    if not isinstance(analyses, list) or not all(isinstance(a, dict) for a in analyses):
        given, expected = type(analyses).__name__, "tables [[analysis]]"
        sentence = "The analyses are not written as tables."
        problems.append(
            Problem(
                ERROR,
                sentence,
                "review.toml",
                column="analysis",
                given=given,
                expected=expected,
                fix="write [[analysis]] above each",
            )
        )
        analyses = []
    own = published.pop("own", {})
    words = {k: v for k, v in about.items() if k != "analysis"}
    found = Review(folder.name, folder, words, tuple(analyses), rows, published, own, tuple(problems))
    if strict:
        refuse(found.problems)
    return found


def load_store(folder=None, strict=True):
    """{name: Review} of every folder of the shipped store, or of another folder of such folders. Raises as load_review does."""
    if folder is None:
        return dict(_shipped()) if strict else {name: load_review(name, False) for name in reviews()}
    return {name: load_review(Path(str(folder)) / name, strict) for name in reviews(folder)}


@functools.cache
def _shipped():
    return tuple((name, load_review(name)) for name in reviews())


def papers(folder=None):
    """{key: row} of every papers*.csv beside the folders of the shipped store; with `folder`, of that folder and its parent too.

    Raises EvidenceError where a file cannot be read as written or a key is there twice.
    """
    rows, problems = read_papers(folder)
    refuse(problems)
    return {r["key"]: r for r in rows}


def read_papers(folder=None):
    """(rows, problems) of the files that `papers` reads."""
    places = dict.fromkeys([STORE, *([Path(str(folder)), Path(str(folder)).resolve().parent] if folder is not None else [])])
    rows, problems, seen = [], [], {}
    for path in sorted({p.resolve() for place in places for p in place.glob("papers*.csv")}):
        found, more = read_table(path, "papers")
        problems += more
        for row in found:
            if row["key"] in seen and row["key"]:
                given, fix = f"{row['key']} (also in {seen[row['key']]})", "delete one of the two rows"
                problems.append(
                    Problem(ERROR, "A paper is listed twice.", path.name, row["line"], "key", given, "each key once", fix)
                )
            seen[row["key"]] = f"{path.name}, line {row['line']}"
        rows += found
    return rows, problems


def known_keys(folder=None):
    """Keys a `source` may begin with: those of the papers and of the library of sources."""
    return {r["key"] for r in read_papers(folder)[0] if r["key"]} | set(sources())


def frame(rows, table="arms"):
    """Rows of one table as a pandas DataFrame, columns in the order of the schema, then file and line. Raises EvidenceError."""
    try:
        import pandas
    except ImportError as error:
        raise EvidenceError("pandas is not installed.", expected="pandas", fix="pip install pandas, or use the rows") from error
    return pandas.DataFrame(list(rows), columns=[*(c.name for c in columns_of(table)), "file", "line"])


def _folder(name):
    """The folder of a shipped name, or of a path that holds a review.toml."""
    text = str(name)
    for folder in (STORE / text if Path(text).name == text else None, Path(text)):
        if folder is not None and (folder / "review.toml").exists():
            return folder
    if Path(text).is_dir():
        raise UnknownName(
            f"'{text}' holds no review.toml.", given=text, expected="a folder with review.toml", fix="run init there"
        )
    raise UnknownName(f"'{text}' is not a review of the store.", nearest=nearest(text, reviews()), fix="a name or a folder")


def _toml(path, needed=False):
    """(table, problems) of one TOML file; a missing one is empty, and an error where it is needed."""
    try:
        return tomllib.loads(path.read_text("utf-8")), []
    except FileNotFoundError:
        wrong = [Problem(ERROR, "The file is missing.", path.name, fix="run init there")] if needed else []
        return {}, wrong
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        given = str(error).splitlines()[0]
        return {}, [
            Problem(ERROR, "The file is not TOML.", path.name, given=given, expected="TOML", fix="mend the line it names")
        ]
