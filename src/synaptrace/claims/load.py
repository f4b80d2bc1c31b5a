"""Claim files: one file per claim, in parts. An incomplete or contradictory file is refused."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files

from synaptrace.claims.checks import BY, OFF_WORDS, is_off_word
from synaptrace.errors import SynaptraceError, UnknownName, WiringError, nearest
from synaptrace.windows import RULES, window_of

FOLDER = files("synaptrace") / "library" / "claims"
FOLDERS = (FOLDER, FOLDER / "mission")  # the second holds the sentences of the science page, one file each
WORDS = {
    "truth": ("supported", "qualified", "contested"),
    "own_source": ("shows it", "in part", "does not", "none given"),
    "citations_checked": ("paper", "abstract", "copy", "dossier"),
}
PART_WORDS = {
    "role": ("calibration", "held-out", "contested", "definition"),
    "circularity": ("built-in", "fitted", "free", "exact", "none"),
    "independence": ("clean", "informed", "same-source"),
    "check": ("follows", "between", "sign"),
    "tag": ("seen", "seen-2", "derived", "memory"),
}
PAGE_KEYS = ("section", "sentence", "strength_word", "added")  # of a sentence of the science page, beside CLAIM_KEYS
CLAIM_KEYS = ("id", "group", "statement", "citations", *WORDS)
PART_KEYS = ("name", *PART_WORDS, "run", "measure", "source", "off")


@dataclass(frozen=True)
class Part:
    """One observation and one check. `window` is (low, high) by its named rule, None where memory is all there is."""

    claim: str
    table: dict
    window: tuple | None

    def __getitem__(self, key):
        return self.table[key]

    def get(self, key, otherwise=None):
        return self.table.get(key, otherwise)


@dataclass(frozen=True)
class Claim:
    """What a paper found, or a sentence says."""

    id: str
    group: str
    table: dict
    parts: tuple

    @property
    def evidence_verdict(self):
        """What the literature says about the sentence; derived, never stored."""
        if self.table["own_source"] == "does not":
            return "not supported by its own citation"
        if self.table["truth"] == "contested":
            return "contested"
        if self.table["truth"] == "qualified" or self.table["own_source"] == "in part":
            return "supported with qualifier"
        return "supported as written"


def load_claims(group=None):
    """All claims of a group, in the order of their names. Raises UnknownName, or WiringError for a bad file."""
    files_ = [p for folder in FOLDERS for p in folder.iterdir() if p.name.endswith(".toml")]
    claims = [
        read_claim(p.read_text("utf-8"), p.name.removesuffix(".toml")) for p in sorted(files_, key=lambda p: _natural(p.name))
    ]
    known = sorted({c.group for c in claims})
    if group is not None and group not in known:
        raise UnknownName(f"'{group}' is not a group of claims.", nearest=nearest(group, known), expected=", ".join(known))
    return [c for c in claims if group in (None, c.group)]


def _natural(name):
    """H2 before H10."""
    stem = name.removesuffix(".toml")
    letters = stem.rstrip("0123456789")
    return letters, int(stem[len(letters) :] or 0)


def read_claim(text, name):
    """A Claim from TOML. Raises WiringError, in one sentence, for what is missing, unknown or not by the rule."""
    table = tomllib.loads(text)
    _complete(table, CLAIM_KEYS, WORDS, name)
    if table["id"] != name:
        raise WiringError(f"the id '{table['id']}' is not the file's name.", given=f"{name}.toml")
    if not table.get("part"):
        raise WiringError(f"the claim '{name}' has no part.", fix="add [[part]]")
    if table["group"] == "mission":
        _complete(table, PAGE_KEYS, {}, name)
    return Claim(name, table["group"], table, tuple(_part(_resolved(p, name), name) for p in table["part"]))


def _resolved(table, claim):
    """A part that says `same_as = "CLAIM: part"` is that part of another claim, but for what it says itself."""
    if "same_as" not in table:
        return table
    other, _, name = (text.strip() for text in table["same_as"].partition(":"))
    path = FOLDER / f"{other}.toml"
    parts = tomllib.loads(path.read_text("utf-8"))["part"] if path.is_file() else []
    for part in parts:
        if part["name"] == name:
            return part | {k: v for k, v in table.items() if k != "same_as"} | {"same_as": table["same_as"]}
    known = [f"{other}: {p['name']}" for p in parts] or [p.name.removesuffix(".toml") for p in FOLDER.iterdir()]
    raise UnknownName(f"'{table['same_as']}' is not a part of a claim.", given=claim, nearest=nearest(table["same_as"], known))


def _part(table, claim):
    where = f"{claim}: {table.get('name', 'a part')}"
    _complete(table, PART_KEYS, PART_WORDS, where)
    if table["tag"] == "memory":
        return Part(claim, table, None)
    if table.get("window") not in RULES:
        raise WiringError(
            f"'{table.get('window')}' is not a rule for windows.",
            given=where,
            nearest=nearest(table.get("window", ""), RULES),
            expected=", ".join(RULES),
        )
    try:
        low, high = window_of(table)
    except SynaptraceError as error:
        error.lines.setdefault("claim", where)
        raise
    written = table.get("expect", {})
    for key, value in zip(("low", "high") if "low" in written else ("above", "below"), (low, high), strict=True):
        stated = written.get(key, written.get("high") if key == "below" else None)
        if stated is not None and abs(stated - value) > 1e-4 * max(abs(value), 1e-9):
            raise WiringError(
                f"a window of '{where}' is not what its rule gives.", given=f"{key} = {stated:g}", expected=f"{value:g}"
            )
    stated = "analysis" if "review" in table["run"] else "switch" if {"experiment", "not_yet"} & set(table["run"]) else "changes"
    if "none" not in table["off"] and not {stated, "expect"} <= set(table["off"]):
        raise WiringError(
            f"'{where}' does not say what is switched off.", expected='off = { changes = {...}, expect = "outside" }'
        )
    if "none" not in table["off"] and not is_off_word(table["off"]["expect"]):
        said, known = table["off"]["expect"], ", ".join((*OFF_WORDS, f"{BY} X"))
        raise WiringError(f"'{said}' is not a word for a switched-off run.", given=where, expected=known)
    return Part(claim, table, (low, high))


def _complete(table, keys, words, where):
    for key in keys:
        if key not in table:
            raise WiringError(f"'{where}' has no '{key}'.", given=", ".join(table) or "nothing")
    for key, allowed in words.items():
        if table[key] not in allowed:
            raise WiringError(f"'{table[key]}' is not a word for {key}.", given=where, expected=", ".join(allowed))
