"""Protocols in files: shipped ones by name, the user's own by path."""

import os
import tomllib
from importlib.resources import files
from pathlib import Path

from synaptrace.errors import ProtocolError, nearest
from synaptrace.protocol.build import Protocol
from synaptrace.writing import written_whole

SHIPPED = files("synaptrace") / "library" / "protocols"
LONGEST = 1_000_000  # bytes of a protocol file


def protocols():
    """{name: title} of the shipped protocols."""
    return {
        p.name.removesuffix(".toml"): tomllib.loads(p.read_text("utf-8")).get("title", "")
        for p in sorted(SHIPPED.iterdir(), key=lambda p: p.name)
        if p.name.endswith(".toml")
    }


def is_name(text):
    """Whether the text names a shipped protocol rather than a file."""
    return not any(c in text for c in "/\\") and not os.path.splitext(text)[1]


def protocol_text(where):
    """TOML text of a shipped name or a path. Raises ProtocolError if there is none, or it is not text."""
    if is_name(where):
        name = where.replace("-", "_")
        known = [p.name.removesuffix(".toml") for p in SHIPPED.iterdir() if p.name.endswith(".toml")]
        if name not in known:
            raise ProtocolError(
                f"'{where}' is not a shipped protocol.",
                nearest=nearest(name, known),
                find="synaptrace protocols",
                fix="give a path with .toml for a file of your own",
            )
        return (SHIPPED / f"{name}.toml").read_text("utf-8")
    try:
        raw = Path(where).read_bytes()
    except OSError as error:
        raise ProtocolError(f"'{where}' cannot be read.", reason=error.strerror) from error
    if len(raw) > LONGEST:
        raise ProtocolError(f"'{where}' is too long for a protocol.", got=f"{len(raw)} bytes", expected=f"at most {LONGEST}")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolError(f"'{where}' is not a text file.", expected="TOML in UTF-8") from error


def parse_protocol(text, where):
    """A Protocol from TOML text; `where` is named in errors."""
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ProtocolError(f"'{where}' is not TOML.", reason=error, find="synaptrace protocols NAME --write my.toml") from error
    stem = Path(where).stem.replace("-", "_") if not is_name(where) else where.replace("-", "_")
    if "id" in tables and tables["id"] != stem:
        raise ProtocolError(f"the id '{tables['id']}' is not the file's name.", given=where, expected=f'id = "{stem}", or no id')
    return Protocol(**{**tables, "id": stem})


def read_protocol(where):
    """A Protocol from a shipped name or a path to a TOML file."""
    return parse_protocol(protocol_text(str(where)), str(where))


def write_protocol(protocol, path):
    """Write a protocol, or the text of a shipped one, as TOML; whole or not at all."""
    import tomlkit

    path = Path(path)
    if isinstance(protocol, Protocol):
        text = tomlkit.dumps({**protocol.to_tables(), "id": path.stem.replace("-", "_")})
    else:
        text = protocol_text(protocol)
        lines = [
            f'id = "{path.stem.replace("-", "_")}"' if line.split("=")[0].strip() == "id" else line for line in text.splitlines()
        ]
        text = "\n".join(lines) + "\n"
    if path.suffix != ".toml":
        raise ProtocolError(f"'{path}' does not end in .toml.", expected="a file name such as my.toml")
    if path.exists():
        raise ProtocolError(f"'{path}' exists.", fix="choose another name, or remove the file")
    return written_whole(path, lambda part: Path(part).write_text(text, "utf-8"))
