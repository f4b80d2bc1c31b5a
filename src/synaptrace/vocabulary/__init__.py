"""Every quantity that crosses a file border: name, unit and meaning, one file per level."""

import re

from synaptrace.errors import UnknownName, nearest
from synaptrace.vocabulary.exposure import EXPOSURE
from synaptrace.vocabulary.shared import Shared

GENERAL = {
    "time": Shared("s", "time since the start of the protocol", "input"),
    "patient.weight": Shared("kgBW", "body weight", "patient"),
}
VOCABULARY = {**GENERAL, **EXPOSURE}


def shared(name, vocabulary=VOCABULARY):
    """The entry of a quantity; 'nmda.interneuron.blocked' finds 'nmda.{pool}.blocked'.

    Raises UnknownName if the vocabulary holds no such quantity.
    """
    if name in vocabulary:
        return vocabulary[name]
    for pattern, entry in vocabulary.items():
        if "{" in pattern and re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^.]+", re.escape(pattern)), name):
            return entry
    raise UnknownName(
        f"'{name}' is not in the vocabulary.", nearest=nearest(name, vocabulary), fix="add it to src/synaptrace/vocabulary"
    )


__all__ = ["VOCABULARY", "Shared", "shared"]
