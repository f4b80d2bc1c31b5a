"""A user's points, and series of values, as text."""

import csv
import math

import numpy as np

from synaptrace import units
from synaptrace.errors import ProtocolError


def read_points(path):
    """(times in ms, values) of a CSV with a header and two columns.

    Raises ProtocolError for a file that cannot be read, a row without two columns, or text where a number belongs.
    """
    try:
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise ProtocolError(f"'{path}' cannot be read as points.", reason=error) from error
    found = []
    for number, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        try:
            pair = tuple(float(cell) for cell in row)
        except ValueError:
            pair = ()
        if len(pair) != 2 or not all(map(math.isfinite, pair)):
            given = f"line {number}: {','.join(row)}"
            raise ProtocolError(f"'{path}' holds something that is not a point.", given=given, expected="TIME,VALUE in numbers")
        found.append(pair)
    if not found:
        raise ProtocolError(f"'{path}' holds no points.", expected="a header, then TIME,VALUE on each line")
    return tuple(np.array(found).T)


def read_series(text):
    """('name', ['1 mV', ...]) from 'name=1:10:log:8 mV' or 'name=1,2,3 mV'."""
    name, equals, rest = text.partition("=")
    values, _, unit = rest.strip().partition(" ")
    if not equals or not name.strip() or not values:
        raise ProtocolError(f"'{text}' does not vary a number.", expected="NAME=LOW:HIGH:log:COUNT UNIT, or NAME=1,2,3 UNIT")
    parts = values.split(":")
    if len(parts) == 1:
        numbers = [units.split(v)[0] for v in values.split(",")]
    else:
        numbers = _spaced(parts, text)
    return name.strip(), [f"{v!r} {unit}".strip() for v in numbers]


def _spaced(parts, text):
    try:
        low, high, how, count = float(parts[0]), float(parts[1]), parts[2], int(parts[3])
    except (ValueError, IndexError):
        raise ProtocolError(f"'{text}' does not vary a number.", expected="NAME=LOW:HIGH:log:COUNT UNIT") from None
    if how not in ("log", "lin") or count < 2 or (how == "log" and min(low, high) <= 0):
        given = f"{how}, {count} values from {low:g} to {high:g}"
        raise ProtocolError(f"'{text}' is not a series.", given=given, expected="log (above zero) or lin, at least 2 values")
    spaced = np.geomspace(low, high, count) if how == "log" else np.linspace(low, high, count)
    return [float(v) for v in spaced]
