"""The person who receives the doses."""

from dataclasses import dataclass, replace

from synaptrace import units
from synaptrace.errors import ProtocolError, UnitError, UnknownName, nearest

LIMITS = {"weight": (2.0, 350.0, "kg"), "age": (0.0, 120.0, "years")}
ARTICLES = {"weight": "a", "age": "an"}
SEXES = ("female", "male", "not stated")
GENOTYPES = {"not stated": 0, "*1/*1": 0, "*1/*6": 1, "*6/*6": 2}
ADULT = 18.0  # years
DRUGS = ("rifampicin", "clarithromycin", "ticlopidine", "grapefruit")
KEYS = ("weight", "age", "sex", "CYP2B6", "co_medication")


@dataclass(frozen=True)
class Patient:
    """One person. Defaults: 70 kg, 40 years, sex and CYP2B6 not stated, no co-medication.

    Parameters
    ----------
    weight : str or float
        '82 kg'; a bare number is in kg. 2 to 350 kg.
    age : str or float
        '40 years' or 40.
    sex : str
        female, male or not stated.
    CYP2B6 : str
        '*1/*1', '*1/*6', '*6/*6' or not stated. A scenario for prolonged infusions.
    co_medication : list of str
        Of rifampicin, clarithromycin, ticlopidine, grapefruit.

    Raises
    ------
    ProtocolError
        For values outside the limits.
    """

    weight: float | str = 70.0
    age: float | str = 40.0
    sex: str = "not stated"
    CYP2B6: str = "not stated"
    co_medication: tuple = ()

    def __post_init__(self):
        object.__setattr__(self, "weight", _number("weight", self.weight, "kg"))
        object.__setattr__(self, "age", _number("age", self.age, "year"))
        if self.sex not in SEXES:
            raise ProtocolError(
                f"'{self.sex}' is not a sex this model knows.", given=f"sex = {self.sex!r}", expected=", ".join(SEXES)
            )

        if self.CYP2B6 not in GENOTYPES:
            raise ProtocolError(
                f"'{self.CYP2B6}' is not a CYP2B6 genotype this model knows.",
                given=f"CYP2B6 = {self.CYP2B6!r}",
                expected=", ".join(GENOTYPES),
            )
        object.__setattr__(self, "co_medication", _drugs(self.co_medication))

    @property
    def female(self):
        return float(self.sex == "female")

    @property
    def CYP2B6_copies(self):
        return float(GENOTYPES[self.CYP2B6])

    def __getattr__(self, name):
        if name in DRUGS:
            return float(name in self.co_medication)
        raise AttributeError(name)

    def notes(self):
        """What the reader should know about the covariates, one sentence each."""
        scenario = "CYP2B6*6 is a scenario for prolonged infusions; a single oral dose showed no effect of the genotype"
        pair = "the effects of several other drugs are multiplied; no study of such a pair was read"
        child = f"a child of {self.age:g} years is simulated by allometry alone; no study of children was used"
        found = [scenario] * bool(self.CYP2B6_copies) + [pair] * (len(self.co_medication) > 1)
        return found + [child] * bool(float(self.age) < ADULT)

    def changed(self, pairs):
        """A copy with the 'key=value' texts of the command line carried out."""
        values = {}
        for pair in pairs:
            key, equals, value = pair.partition("=")
            if not equals or key not in KEYS:
                raise ProtocolError(
                    f"'{pair}' does not describe a patient.",
                    given=f"--patient {pair}",
                    nearest=nearest(key, KEYS),
                    expected="weight=82kg, age=40, sex=female, CYP2B6=*1/*6 or co_medication=rifampicin",
                )
            values[key] = (*values.get(key, ()), value) if key == "co_medication" else value
        return replace(self, **values)

    @classmethod
    def from_table(cls, table):
        """From the [patient] table of a protocol."""
        for key in table:
            if key not in KEYS:
                raise UnknownName(f"'{key}' is not a key of [patient].", nearest=nearest(key, KEYS), expected=", ".join(KEYS))
        return cls(**table)

    def words(self):
        """'70 kg, 40 years, sex not stated'."""
        sex = "sex not stated" if self.sex == "not stated" else self.sex
        text = f"{self.weight:g} kg, {self.age:g} years, {sex}"
        text += f", CYP2B6 {self.CYP2B6}" if self.CYP2B6 != "not stated" else ""
        return text + (f", taking {' and '.join(self.co_medication)}" if self.co_medication else "")

    def table(self):
        table = {"weight": f"{self.weight!r} kg", "age": self.age, "sex": self.sex}
        table |= {"CYP2B6": self.CYP2B6} if self.CYP2B6 != "not stated" else {}
        return table | ({"co_medication": list(self.co_medication)} if self.co_medication else {})


def _drugs(given):
    """The co-medication as a tuple, each drug once. Raises ProtocolError for anything else than known names."""
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, (list, tuple)):
        raise ProtocolError(f"'{given}' is not a list of drugs.", given=f"co_medication = {given!r}", expected=", ".join(DRUGS))
    for name in names:
        if name not in DRUGS:
            raise ProtocolError(
                f"'{name}' is not a co-medication this model knows.",
                given=f"co_medication = {name!r}",
                nearest=nearest(str(name), DRUGS),
                expected=", ".join(DRUGS),
            )
    return tuple(dict.fromkeys(names))


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
