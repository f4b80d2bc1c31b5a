"""Experiment files: read, checked, and refused in one sentence before anything runs."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from synaptrace.errors import ProtocolError, UnknownName, nearest
from synaptrace.experiment.measures import ACROSS, KINDS
from synaptrace.windows import RULES

FOLDER = files("synaptrace") / "library" / "experiments"
KEYS = {
    "": ("id", "title", "scale", "model", "overlays", "explanation", "end", "start", "points", "tolerance", "conditions", "rest",
         "changes", "step", "pulse", "train", "vary", "off", "measure", "figure"),
    "step": ("name", "quantity", "start", "value"),
    "pulse": ("name", "quantity", "start", "duration", "height", "count", "every"),
    "train": ("name", "quantity", "start", "rate", "count", "delay"),
    "vary": ("name", "values", "unit"),
    "off": ("name", "conditions", "changes", "overlays", "expect"),
    "measure": ("name", "what", "as", "unit", "from", "until", "at", "over", "of", "relative_to", "change_from", "across",
                "where", "times", "published", "spread", "interval", "limits", "window", "expect", "tag", "role",
                "note"),
    "figure": ("quantities", "from", "until", "curve", "log"),
}  # fmt: skip
NEEDED = {
    "": ("id", "title", "scale", "model", "end", "measure"),
    "step": ("quantity", "start", "value"),
    "pulse": ("quantity", "start", "duration", "height"),
    "train": ("quantity", "start", "rate", "count"),
    "vary": ("name", "values"),
    "off": ("name",),
    "measure": ("name", "what", "as", "unit"),
    "figure": ("quantities",),
}
WORDS = {
    "scale": ("fast",),
    "start": ("rest", "initial"),
    "as": KINDS,
    "across": ACROSS,
    "window": RULES,
    "role": ("calibration", "held-out", "contested", "definition"),
    "tag": ("seen", "seen-2", "derived", "memory"),
}


@dataclass(frozen=True)
class Experiment:
    """One experiment: `table` holds the keys of its file."""

    table: dict

    def __getitem__(self, key):
        return self.table[key]

    def get(self, key, otherwise=None):
        return self.table.get(key, otherwise)

    @property
    def off(self):
        """Names of the off-switches, in order."""
        return [row["name"] for row in self.get("off", [])]


def experiments():
    """{id: title} of the shipped experiments."""
    names = sorted(p.name.removesuffix(".toml") for p in FOLDER.iterdir() if p.name.endswith(".toml"))
    return {n: read_experiment(n)["title"] for n in names}


def read_experiment(name):
    """The experiment of a shipped name or of a TOML file.

    Raises
    ------
    UnknownName
        For a name that is neither shipped nor a file, or a key or word that no experiment has.
    ProtocolError
        For a file that cannot be read or lacks something.
    """
    known = [p.name.removesuffix(".toml") for p in FOLDER.iterdir() if p.name.endswith(".toml")]
    shipped = not str(name).endswith(".toml")
    if shipped and name not in known:
        raise UnknownName(f"'{name}' is not an experiment.", nearest=nearest(name, known), find="synaptrace experiments")
    path = FOLDER / f"{name}.toml" if shipped else Path(name)
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProtocolError(f"'{name}' cannot be read as an experiment.", reason=error) from error
    _check(table, "", str(name))
    for part in ("step", "pulse", "train", "vary", "off", "measure"):
        rows = table.get(part, [])
        if not isinstance(rows, list):
            raise ProtocolError(f"'{part}' of '{name}' is not a list of tables.", expected=f"[[{part}]]")
        for row in rows:
            _check(row, part, str(name))
    if "figure" in table:
        _check(table["figure"], "figure", str(name))
    return Experiment(table)


def _check(table, part, name):
    where = f"{part} of {name}" if part else name
    for key in table:
        if key not in KEYS[part]:
            raise UnknownName(f"'{key}' is not a key of an experiment.", given=where, nearest=nearest(key, KEYS[part]))
    for key in NEEDED[part]:
        if key not in table:
            raise ProtocolError(f"'{where}' has no '{key}'.", given=", ".join(table) or "nothing")
    for key, words in WORDS.items():
        if key in table and key != "start" and table[key] not in words:
            raise UnknownName(f"'{table[key]}' is not a word for {key}.", given=where, expected=", ".join(words))
    if not part and table.get("start", "rest") not in WORDS["start"]:
        raise UnknownName(f"'{table['start']}' is not a word for start.", given=where, expected=", ".join(WORDS["start"]))
