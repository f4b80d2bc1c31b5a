"""The generated pages of docs/ as a set: all made before the first is written, or compared with what is there."""

from pathlib import Path

from synaptrace.errors import ResultError, UnknownName, nearest
from synaptrace.prose.assumptions import assumptions
from synaptrace.prose.evidence import evidence
from synaptrace.prose.methods import methods
from synaptrace.prose.vocabulary import vocabulary
from synaptrace.writing import check_writable, written_whole

PAGES = {"methods": methods, "assumptions": assumptions, "evidence": evidence, "vocabulary": vocabulary}


def write_pages(folder, names=()):
    """Write the named pages, or all, as FOLDER/NAME.md; nothing is written before all are made, and each is written whole.

    Raises
    ------
    ResultError, UnknownName
        Where a page cannot be written, or is not one of these.
    """
    chosen = _chosen(names)
    paths = {name: Path(folder) / f"{name}.md" for name in chosen}
    for path in paths.values():
        check_writable(path)
    texts = {name: PAGES[name]() for name in chosen}
    for name, text in texts.items():
        written_whole(paths[name], lambda part, text=text: Path(part).write_text(text, "utf-8", newline="\n"))
    return list(paths.values())


def check_pages(folder, names=()):
    """The paths of the named pages, or of all, if each is what the code gives.

    Raises
    ------
    ResultError
        With the first line that differs of each page that does, and how to mend it.
    UnknownName
        For a page that is not one of these.
    """
    chosen, differing = _chosen(names), {}
    paths = {name: Path(folder) / f"{name}.md" for name in chosen}
    for name, path in paths.items():
        there, made = _read(path), PAGES[name]()
        if there != made:
            differing[path] = _difference(there, made)
    if differing:
        what = "pages differ" if len(differing) > 1 else "page differs"
        lines = {str(path): text for path, text in differing.items()} | {"fix": "run `make docs`, then read what changed"}
        raise ResultError(f"{len(differing)} generated {what} from the code.", **lines)
    return list(paths.values())


def _chosen(names):
    for name in names:
        if name not in PAGES:
            raise UnknownName(f"'{name}' is not a generated page.", nearest=nearest(name, PAGES), expected=", ".join(PAGES))
    return list(names) or list(PAGES)


def _read(path):
    """The text of a page; None where it is missing."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ResultError(f"'{path}' cannot be read.", reason=error) from error


def _difference(there, made):
    """The first difference, in words."""
    if there is None:
        return "there is no such file"
    old, new = there.split("\n"), made.split("\n")
    pairs = zip(old, new, strict=False)
    k = next((k for k, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))
    says, gives = (_short(lines[k]) if k < len(lines) else "nothing more" for lines in (old, new))
    return f"line {k + 1} says {says}, the code gives {gives}"


def _short(line):
    return f"'{line[:60]}...'" if len(line) > 63 else f"'{line}'"
