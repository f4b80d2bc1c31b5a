"""The person who receives the doses."""

from dataclasses import dataclass, replace

from synaptrace import units
from synaptrace.errors import ProtocolError, UnitError, UnknownName, nearest

LIMITS = {"weight": (2.0, 350.0, "kg"), "age": (0.0, 120.0, "years")}
ARTICLES = {"weight": "a", "age": "an"}
SEXES = ("female", "male", "not stated")


@dataclass(frozen=True)
class Patient:
    """One person. Defaults: 70 kg, 40 years, sex not stated.

    Parameters
    ----------
    weight : str or float
        '82 kg'; a bare number is in kg. 2 to 350 kg.
    age : str or float
        '40 years' or 40.
    sex : str
        female, male or not stated.

    Raises
    ------
    ProtocolError
        For values outside the limits.
    """

    weight: object = 70.0
    age: object = 40.0
    sex: str = "not stated"

    def __post_init__(self):
        object.__setattr__(self, "weight", _number("weight", self.weight, "kg"))
        object.__setattr__(self, "age", _number("age", self.age, "year"))
        if self.sex not in SEXES:
            raise ProtocolError(
                f"'{self.sex}' is not a sex this model knows.", given=f"sex = {self.sex!r}", expected=", ".join(SEXES)
            )

    def changed(self, pairs):
        """A copy with the 'key=value' texts of the command line carried out."""
        values = {}
        for pair in pairs:
            key, equals, value = pair.partition("=")
            if not equals or key not in ("weight", "age", "sex"):
                raise ProtocolError(
                    f"'{pair}' does not describe a patient.",
                    given=f"--patient {pair}",
                    nearest=nearest(key, ("weight", "age", "sex")),
                    expected="weight=82kg, age=40 or sex=female",
                )
            values[key] = value
        return replace(self, **values)

    @classmethod
    def from_table(cls, table):
        """From the [patient] table of a protocol."""
        for key in table:
            if key not in ("weight", "age", "sex"):
                raise UnknownName(
                    f"'{key}' is not a key of [patient].",
                    nearest=nearest(key, ("weight", "age", "sex")),
                    expected="weight, age, sex",
                )
        return cls(**table)

    def words(self):
        """'70 kg, 40 years, sex not stated'."""
        sex = "sex not stated" if self.sex == "not stated" else self.sex
        return f"{self.weight:g} kg, {self.age:g} years, {sex}"

    def table(self):
        return {"weight": f"{self.weight!r} kg", "age": self.age, "sex": self.sex}


def _number(what, given, unit):
    low, high, word = LIMITS[what]
    if isinstance(given, str):
        value, text, _ = units.split(given)
        scale = 1.0 if not text else units.factor(text, unit)
        if scale is None:
            raise UnitError(
                f"'{given}' is not {ARTICLES[what]} {what}.", given=f"{what} = {given!r}", expected=f"a number in {word}"
            )
        value *= scale
    elif isinstance(given, (int, float)) and not isinstance(given, bool):
        value = float(given)
    else:
        raise ProtocolError(
            f"'{given}' is not {ARTICLES[what]} {what}.", given=f"{what} = {given!r}", expected=f"a number in {word}"
        )
    if not low <= value <= high:
        raise ProtocolError(
            f"{ARTICLES[what]} {what} of {value:g} {word} is outside what this model covers.",
            given=f"{what} = {given!r}",
            expected=f"{low:g} to {high:g} {word}",
        )
    return value
