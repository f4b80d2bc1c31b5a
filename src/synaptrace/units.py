"""One unit registry: text to number and back. Used at the borders and in tests, never in the solver."""

import functools
import math
import re

from synaptrace.chemistry import molar_mass_of
from synaptrace.errors import UnitError, nearest

NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:inf|nan|infinity)\b)\s*(.*?)\s*$", re.I)
PER_KILOGRAM = re.compile(r"/\s*kg(?![A-Za-z_])|(?<![A-Za-z_])kg\s*(?:\*\*|\^)\s*-\s*1")
QUALIFIERS = ("HCl", "base", "unbound", "total")
ZEROS = ("degC", "degF")  # scales of temperature that do not start at nothing
COMMON = (
    "mg",
    "mg/kg",
    "ug",
    "g",
    "umol/L",
    "ng/mL",
    "L",
    "L/h",
    "h",
    "min",
    "s",
    "ms",
    "d",
    "1/s",
    "1/h",
    "kg",
    "mg/h",
    "ug/kg/min",
    "%",
)


@functools.cache
def registry():
    """The Pint registry, with body weight as a base unit of its own (`kgBW`)."""
    import pint
    import platformdirs

    folder = platformdirs.user_cache_path("synaptrace") / "units"
    try:
        units = pint.UnitRegistry(cache_folder=folder)
    except OSError:  # a home that cannot be written costs 0.2 s, nothing else
        units = pint.UnitRegistry()
    units.define("kgBW = [body_weight]")
    units.define("points = [scale_points]")
    return units


def quantity(value, unit):
    """A number carrying its unit, as the unit check uses it."""
    return registry().Quantity(value, "" if unit == "1" else unit)


def split(text, dose=False):
    """'0.5 mg/kg HCl' -> (0.5, 'mg/kgBW', {'HCl'}).

    Raises UnitError for text without a number, infinite or NaN numbers, and a bare '/kg' outside a dose.
    """
    found = NUMBER.match(str(text))
    if not found:
        raise UnitError(f"'{text}' does not start with a number.", given=text, expected="a number and a unit, such as '40 min'")
    value, rest = float(found[1]), found[2]
    if not math.isfinite(value):
        raise UnitError(f"'{text}' is not a finite number.", given=text, expected="a number and a unit, such as '40 min'")
    words = rest.split()
    marks = {w for w in words if w in QUALIFIERS}
    unit = " ".join(w for w in words if w not in QUALIFIERS)
    if PER_KILOGRAM.search(unit):
        if not dose:
            fix = f"write {PER_KILOGRAM.sub('/kgBW', unit)} for body weight"
            raise UnitError(f"'{text}' is per kilogram of what?", given=text, fix=fix)
        unit = PER_KILOGRAM.sub("/kgBW", unit)
    return value, unit, marks


@functools.cache
def factor(given, wanted):
    """Number by which a value in `given` units is multiplied to be in `wanted` units; None if they differ in kind."""
    if given == wanted:
        return 1.0
    units = registry()
    import pint

    try:
        return _read(units, 1.0, given, wanted) - _read(units, 0.0, given, wanted)
    except pint.DimensionalityError:
        return None
    except Exception as error:  # Pint's parser raises many kinds; the reader gets one
        raise UnitError(f"'{given}' is not a unit.", given=given, nearest=nearest(given, COMMON)) from error


def _read(units, value, given, wanted):
    return float(units.Quantity(value, "" if given == "1" else given).to("" if wanted == "1" else wanted).magnitude)


@functools.cache
def _zero(given, wanted):
    """What 0 of a scale with a zero point of its own is in `wanted`: 273.15 for degC in K, 0 for all other units."""
    return _read(registry(), 0.0, given, wanted)


def convert(text, unit, substance="", binding="", dose=False):
    """'40 min' -> 2400.0 when `unit` is 's'; mass to amount when the quantity names its `substance`.

    Parameters
    ----------
    text : str
        Number, unit and at most the words HCl, base, unbound or total.
    unit : str
        Unit of the number that is returned.
    substance : str
        Drug that the quantity measures; lets mg/L become umol/L, and HCl become base.
    binding : str
        'total' or 'unbound', what the quantity measures; the opposite word in `text` is refused.
    dose : bool
        In a dose, '/kg' means per kilogram of body weight.

    Raises
    ------
    UnitError
        For a missing, unknown or unfitting unit, for salt or binding words that do not apply.
    """
    value, given, marks = split(text, dose)
    if not given and unit != "1":
        raise UnitError(f"'{text}' has no unit.", given=text, expected=f"a number with a unit like {unit}")
    for word in marks & {"unbound", "total"}:
        if binding and word != binding:
            raise UnitError(
                f"'{text}' is {word}, but the quantity is {binding}.", given=text, expected=f"a value that is {binding}"
            )
    given = "kgBW" if unit == "kgBW" and given == "kg" else given
    scale = factor(given or "1", unit)
    if scale is None and substance:
        scale = _through_molar_mass(given, unit, substance, "HCl" in marks)
    elif scale is not None and "HCl" in marks:
        scale *= _salt_to_base(text, given, substance)
    if scale is None:
        raise UnitError(f"'{text}' cannot be read in {unit}.", given=text, expected=f"a unit like {unit}")
    return value * scale + (_zero(given, unit) if given in ZEROS else 0.0)


def _through_molar_mass(given, wanted, substance, salt):
    """Factor from a mass unit to an amount unit, or back, or None."""
    molar_mass = molar_mass_of(f"{substance} HCl" if salt else substance)
    to_amount = factor(f"({given})/(g/mol)", wanted)
    if to_amount is not None:
        return to_amount / molar_mass
    to_mass = factor(f"({given})*(g/mol)", wanted)
    return None if to_mass is None else to_mass * molar_mass_of(substance)


def _salt_to_base(text, given, substance):
    if not substance:
        raise UnitError(f"'{text}' is a salt, but the quantity names no drug.", given=text, fix="leave HCl out, or give the base")
    if "mol" in given:
        return 1.0
    return molar_mass_of(substance) / molar_mass_of(f"{substance} HCl")


def duration(text, what="time"):
    """'40 min' -> hours, with a sentence of its own for what cannot be a time."""
    value, unit, _ = split(text)
    if not unit:
        raise UnitError(f"'{text}' has no unit.", given=f"{what} = {text!r}", expected="a time such as '40 min' or '2 h'")
    try:
        scale = factor(unit, "h")
    except UnitError as error:
        raise UnitError(
            f"'{text}' is not a time.",
            given=f"{what} = {text!r}",
            nearest=nearest(unit, ("min", "h", "s", "d", "ms")),
            expected="a time such as '40 min' or '2 h'",
        ) from error
    if scale is None:
        raise UnitError(f"'{text}' is not a time.", given=f"{what} = {text!r}", expected="a time such as '40 min' or '2 h'")
    # dividing by 60 rounds once, multiplying by 1/60 rounds twice: 40 min is 2/3 h to the last digit
    return value / round(1 / scale) if scale < 1 and abs(round(1 / scale) * scale - 1) < 1e-12 else value * scale
