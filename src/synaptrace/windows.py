"""Windows by named rules from printed numbers; never chosen."""

import functools
import math

from synaptrace import units
from synaptrace.errors import WiringError
from synaptrace.evidence import NO_EVIDENCE, load_source, sources
from synaptrace.evidence.store.load import load_review

SHARE = 0.25
ROUNDING = 1e-9  # of a window's width, or of an end that stands alone: what sums of many shares may add to a value on the end
RULES = (
    *("mean-1sd", "mean-2se", "published-ci", "convention-25pct", "geometric-1sd"),
    *("sign", "stated-limit", "truth-table", "printed-digits"),
)
OUTCOMES = {  # effect relative to that of the drug alone; fixed before any theory was scored
    "blocked": (-math.inf, 0.35),
    "nothing": (-math.inf, 0.35),
    "reduced": (-math.inf, 0.8),
    "kept": (0.65, math.inf),
    "mimics": (0.35, math.inf),
}


def inside(value, window):
    """Whether a number lies in a window: past an end that stands alone by more than rounding, or between two within rounding."""
    low, high = window
    if math.isinf(high) and math.isfinite(low):
        return value > low + ROUNDING * abs(low)
    if math.isinf(low) and math.isfinite(high):
        return value < high - ROUNDING * abs(high)
    return low - ROUNDING * (high - low) <= value <= high + ROUNDING * (high - low)


def published(reference, unit, substance=""):
    """The number of 'key:place:row' in a unit. Raises WiringError if there is none, or it is memory."""
    key, place, row = reference.split(":", 2)
    text = _as_printed(key, place, row)
    return units.convert(text, unit, substance) if unit else float(text.split()[0])


@functools.cache
def _source(key):
    """A source, read once: hundreds of windows cite the same few."""
    return load_source(key)


def _as_printed(key, place, row):
    """The text of a number in the library of sources."""
    source, reference = _source(key), f"{key}:{place}:{row}"
    if row not in source.places.get(place, {}):
        raise WiringError(f"'{reference}' is not in the library of sources.", fix="enter it as printed in library/sources")
    if source.tags[place][row] in NO_EVIDENCE:
        raise WiringError(f"'{reference}' is tagged {source.tags[place][row]} and fixes no window.", fix="cite what was measured")
    return source.places[place][row]


def unit_of(measure):
    """Unit of the published numbers of a measure: that of the read-out, or none for a ratio."""
    return "1" if "relative_to" in measure else measure["unit"]


def window_of(part):
    """(low, high) of a part by its rule. `follows` has (0, 0.25); a sign has an open end."""
    rule, unit = part["window"], unit_of(part["measure"])
    substance = part["measure"].get("substance", "")
    if rule == "truth-table":
        if part.get("outcome") not in OUTCOMES:
            raise WiringError(f"'{part.get('outcome')}' is not an outcome of the truth table.", expected=", ".join(OUTCOMES))
        return OUTCOMES[part["outcome"]]
    if rule == "sign":
        expect = part["expect"]
        return expect.get("above", -math.inf), expect.get("below", math.inf)
    if rule == "printed-digits":
        return printed_digits(*part["printed"].split(":"))
    if rule == "stated-limit":
        return _stated_limit(part, unit, substance)
    if part["check"] == "follows":
        return 0.0, SHARE
    if rule == "published-ci":
        return tuple(published(r, unit, substance) for r in part["interval"])
    middle = published(part["published"][0], unit, substance)
    if rule == "convention-25pct":
        return tuple(sorted(((1 - SHARE) * middle, (1 + SHARE) * middle)))
    spread = published(part["spread"], "1" if rule == "geometric-1sd" else unit, substance)
    if rule == "geometric-1sd":
        return middle / spread, middle * spread
    wide = spread if rule == "mean-1sd" else 2 * spread
    return middle - wide, middle + wide


def _stated_limit(part, unit, substance):
    """Limits that a source states or a check asks: `limits` = {above, below}, or `published` and how far `within` it."""
    if "within" in part:
        middle, far = (published(r, unit, substance) for r in (part["published"][0], part["within"]))
        return middle - far, middle + far
    limits = part.get("limits", {})
    if not limits or set(limits) - {"above", "below"}:
        raise WiringError(
            "a stated limit needs 'above', 'below' or both.", given=", ".join(limits) or "nothing", fix="limits = {...}"
        )
    found = {key: published(reference, unit, substance) for key, reference in limits.items()}
    low, high = found.get("above", -math.inf), found.get("below", math.inf)
    if low >= high:
        raise WiringError(
            "the stated limits leave no room between them.", given=f"above {low:g}, below {high:g}", fix="exchange them"
        )
    return low, high


def printed_digits(review, analysis, name):
    """All numbers that round to a printed one: 'estimate', 'ci_low' or another of `published.toml` of a review.

    The three may also be key, place and row of a number in the library of sources.
    """
    if review in sources():
        return _rounds_to(_as_printed(review, analysis, name).split()[0])
    entry = load_review(review).published.get(analysis, {})
    if name not in entry:
        raise WiringError(f"'{review}:{analysis}' prints no {name}.", expected=", ".join(entry) or "an analysis that is printed")
    if entry["tag"] in NO_EVIDENCE:
        raise WiringError(f"'{review}:{analysis}' is tagged {entry['tag']} and fixes no window.", fix="cite what was read")
    return _rounds_to(entry[name])


def _rounds_to(text):
    half = 0.5000001 * 10.0 ** -len(text.partition(".")[2])
    return float(text) - half, float(text) + half
