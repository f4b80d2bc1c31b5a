"""The few ways a read-out can be checked, and what a switched-off run must show."""

import math

PASS, FAIL, UNDECIDED, NOT_YET = "pass", "fail", "cannot decide", "not yet simulated"


def follows(values, published):
    """Median of the absolute relative errors of a list of read-outs."""
    errors = sorted(abs(v / p - 1) for v, p in zip(values, published, strict=True))
    middle = len(errors) // 2
    return errors[middle] if len(errors) % 2 else (errors[middle - 1] + errors[middle]) / 2


def inside(value, window):
    """Whether a number lies in a window; an open end is infinite."""
    strictly = math.isinf(window[0]) or math.isinf(window[1])
    return window[0] < value < window[1] if strictly else window[0] <= value <= window[1]


def switched_off_as_stated(stated, value, on, window):
    """Whether the off-run ended where the claim says: 'outside', 'zero', or 'changes by >= X'."""
    if stated == "outside":
        return not inside(value, window)
    if stated == "zero":
        return abs(value) <= 1e-6 * max(abs(on), 1e-12)
    least = float(stated.removeprefix("changes by >=").strip())
    return abs(value / on - 1) >= least if on else value != on


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
    return PASS if switched_off_as_stated(part["off"]["expect"], off, on, part.window) else UNDECIDED


def worst(verdicts):
    """Verdict of a claim: the worst of its deciding parts."""
    for word in (FAIL, NOT_YET, UNDECIDED, PASS):
        if word in verdicts:
            return word
    return "not applicable"
