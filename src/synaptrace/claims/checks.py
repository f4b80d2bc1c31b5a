"""The few ways a read-out can be checked, and what a switched-off run must show."""

import math

from synaptrace.windows import OUTCOMES, inside

PASS, FAIL, UNDECIDED, NOT_YET, NOT_RUN = "pass", "fail", "cannot decide", "not yet simulated", "not run here"
OUTSIDE, ZERO, CHANGES, BY = "outside", "zero", "it should change", "changes by >="
LEFT = {"the effect should shrink": "reduced", "the effect should be blocked": "blocked"}  # words of the truth table
OFF_WORDS = (OUTSIDE, ZERO, *LEFT, CHANGES)
TOLERANCE = 1e-8  # relative, of the runs that claims read
NOTICED = 1000.0  # a read-out that a switch moves by fewer tolerances than this has not been moved


def follows(values, published):
    """Median of the absolute relative errors of a list of read-outs."""
    errors = sorted(abs(v / p - 1) for v, p in zip(values, published, strict=True))
    middle = len(errors) // 2
    return errors[middle] if len(errors) % 2 else (errors[middle - 1] + errors[middle]) / 2


def is_off_word(stated):
    """Whether a claim may say so of the switched-off run: a word of this module, or 'changes by >= ' and a share."""
    share = stated.removeprefix(BY).strip()
    return stated in OFF_WORDS or stated != share and share.replace(".", "", 1).isdigit()


def switched_off_as_stated(stated, value, on, window, nothing=0.0):
    """Whether the off-run ended where the claim says.

    'outside' the window, where the switch carries all of the effect; 'the effect should shrink' or 'be blocked', where no more
    may be left than is 'reduced' or 'blocked' in the truth table, counted from where nothing happens: the one end of the window,
    or `nothing` where it has two; 'it should change', where no direction is known, by NOTICED times the TOLERANCE of a run;
    'zero'; 'changes by >= X'.
    """
    if stated == OUTSIDE:
        return not inside(value, window)
    if stated == ZERO:
        return abs(value) <= 1e-6 * max(abs(on), 1e-12)
    if stated in LEFT:
        ends = [end for end in window if math.isfinite(end)]
        start = ends[0] if len(ends) == 1 else nothing
        return on != start and (value - start) / (on - start) <= OUTCOMES[LEFT[stated]][1]
    if stated == CHANGES:
        return abs(value - on) > NOTICED * TOLERANCE * max(abs(on), abs(value))
    share = float(stated.removeprefix(BY).strip())
    return abs(value / on - 1) >= share if on else value != on


def verdict(part, on, off):
    """Verdict of a part: its read-out in the window, and the switched-off run where the claim says; none without a model."""
    if "not_yet" in part["run"]:
        return NOT_YET
    if part.window is None or not math.isfinite(on):
        return UNDECIDED
    if not inside(on, part.window):
        return FAIL
    if "none" in part["off"]:
        return PASS
    nothing = 1.0 if "relative_to" in part["measure"] and part["measure"].get("as") != "change" else 0.0
    happened = math.isfinite(off) and switched_off_as_stated(part["off"]["expect"], off, on, part.window, nothing)
    return PASS if happened else UNDECIDED


def worst(verdicts):
    """Verdict of a claim: the worst of its deciding parts."""
    for word in (FAIL, NOT_RUN, NOT_YET, UNDECIDED, PASS):
        if word in verdicts:
            return word
    return "not applicable"
