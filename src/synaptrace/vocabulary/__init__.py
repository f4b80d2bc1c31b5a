"""Every quantity that crosses a file border: name, unit and meaning, one file per level."""

import functools
import re
from dataclasses import replace

from synaptrace.errors import UnknownName, nearest
from synaptrace.vocabulary.cascade import CASCADE
from synaptrace.vocabulary.exposure import EXPOSURE
from synaptrace.vocabulary.shared import Shared
from synaptrace.vocabulary.synapse import SYNAPSE

GENERAL = {
    "time": Shared("s", "time since the start of the protocol", "input"),
    "species.rodent": Shared("1", "1 in a mouse or rat, 0 in a person", "input"),
    "perturbation.{name}": Shared("1", "1 while the perturbation {name} acts", "input"),
    "patient.weight": Shared("kgBW", "body weight", "patient"),
    "patient.age": Shared("year", "age", "patient"),
    "patient.female": Shared("1", "1 for a woman, 0 otherwise or not stated", "patient"),
    "patient.CYP2B6_copies": Shared("1", "copies of the allele CYP2B6*6; 0 if not stated", "patient"),
    "patient.rifampicin": Shared("1", "1 if rifampicin is taken", "patient"),
    "patient.clarithromycin": Shared("1", "1 if clarithromycin is taken", "patient"),
    "patient.ticlopidine": Shared("1", "1 if ticlopidine is taken", "patient"),
    "patient.grapefruit": Shared("1", "1 if grapefruit juice is taken", "patient"),
}
REGIONS = {
    "hippocampus": "hippocampus",
    "prefrontal": "prefrontal cortex",
    "amygdala": "amygdala",
    "subgenual": "subgenual cortex",
    "accumbens": "nucleus accumbens",
}
REGIONAL = ("signaling", "plasticity")  # levels that a region has for itself
VOCABULARY = {**GENERAL, **EXPOSURE, **SYNAPSE, **CASCADE}


def shared(name, vocabulary=VOCABULARY):
    """The entry of a quantity; 'nmda.sst_interneuron.blocked' finds 'nmda.{pool}.blocked' and fills its meaning.

    A region of the brain may stand before the name: 'amygdala.bdnf.pool' is 'bdnf.pool' there.

    Raises UnknownName if the vocabulary holds no such quantity.
    """
    entry = _entry(name) if vocabulary is VOCABULARY else _look_up(name, vocabulary)
    if entry is None:
        raise UnknownName(
            f"'{name}' is not in the vocabulary.", nearest=nearest(name, vocabulary), fix="add it to src/synaptrace/vocabulary"
        )
    return entry


def is_shared(name):
    """Whether the vocabulary holds a quantity."""
    return _entry(name) is not None


@functools.cache
def _entry(name):
    return _look_up(name, VOCABULARY)


def _look_up(name, vocabulary):
    if name in vocabulary:
        return vocabulary[name]
    for pattern, entry in vocabulary.items():
        found = expression_of(pattern).fullmatch(name) if "{" in pattern else None
        if found:
            return replace(entry, meaning=entry.meaning.format_map(found.groupdict()))
    region, _, rest = name.partition(".")
    if region in REGIONS and rest in vocabulary and vocabulary[rest].level in REGIONAL:
        return replace(vocabulary[rest], meaning=f"{vocabulary[rest].meaning}, {REGIONS[region]}")
    return None


@functools.cache
def expression_of(pattern):
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^.]+)", re.escape(pattern)))


__all__ = ["REGIONS", "VOCABULARY", "Shared", "is_shared", "shared"]
