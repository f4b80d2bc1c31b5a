"""Bands: the typical patient under other choices that the evidence leaves open."""

import itertools
import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from synaptrace.overlays import apply_overlay
from synaptrace.simulate.summary import is_summarized


@dataclass(frozen=True)
class Variant:
    """One combination of choices: the names of the choices that differ from the default, and the numbers they change."""

    choices: tuple
    values: dict


def variants(model, inputs):
    """Every combination of the open choices that this model has and the user has not made; the default comes first.

    Parameters
    ----------
    model : Model
    inputs : sequence of str
        Inputs that the protocol feeds; some choices matter only with some of them.
    """
    options = [[(None, {})] + found for choice in _choices() if (found := _options(model, choice, inputs))]
    combined = itertools.product(*options)
    return [Variant(tuple(n for n, _ in c if n), {k: v for _, values in c for k, v in values.items()}) for c in combined]


def _choices():
    return tomllib.loads((files("synaptrace") / "library" / "bands.toml").read_text("utf-8"))["choice"]


def _options(model, choice, inputs):
    """[(name of the choice, {parameter: value})] of the options; none if the model lacks it or the user chose already."""
    if not any(name.startswith(choice.get("only_with", "")) for name in inputs):
        return []
    found = []
    for option in choice["option"]:
        if "overlay" in option:
            if not any(n.startswith("magnesium_blocks_nmda") for n in model.values):
                return []
            other = apply_overlay(model, option["overlay"]).values
            values = {n: v for n, v in other.items() if v != model.values[n]}
        else:
            values = {
                n: float(text) for n in model.values for word, text in option["set"].items() if re.sub(r"\[.*?\]", "", n) == word
            }
        found.append((choice["name"], values))
    touched = {n for _, values in found for n in values}
    changed = {name for name, *_ in model.changes}
    return [] if not touched or touched & changed or (model.overlays and "overlay" in choice["option"][0]) else found


def band_rows(names, values, found):
    """{quantity: {"band": [lowest, highest peak], "band_over": choices}} for quantities that the choices move.

    `values` [variants, moments, quantities]; `found` is the list of variants.
    """
    rows = {}
    for k, name in enumerate(names):
        peaks = values[:, :, k].max(axis=1)
        if is_summarized(name) and np.isfinite(peaks).all() and peaks.max() > peaks.min() * (1 + 1e-6):
            moved = [
                v.choices[0] for v, p in zip(found, peaks, strict=True) if len(v.choices) == 1 and abs(p / peaks[0] - 1) > 1e-6
            ]
            over = "; ".join(dict.fromkeys(moved))
            rows[name] = {"band": [float(peaks.min()), float(peaks.max())], "band_over": over}
    return rows
