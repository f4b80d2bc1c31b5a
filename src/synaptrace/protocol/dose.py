"""One row of a protocol: what is given, how, when and how much."""

from dataclasses import dataclass

from synaptrace import units
from synaptrace.chemistry import read_drug
from synaptrace.errors import ProtocolError, UnitError, nearest
from synaptrace.protocol.routes import BETWEEN, check_infused, check_route, expand_devices

LEAST, MOST = 1e-3, 1e4  # mg: 1 ug to 10 g
REQUIRED = ("drug", "route", "start")
OPTIONAL = ("amount", "rate", "duration", "every", "times", "at", "form")


@dataclass(frozen=True)
class Amount:
    """Milligrams, of base unless `drug` says HCl; per kilogram of body weight or not."""

    value: float
    per_weight: bool

    def for_weight(self, weight):
        return self.value * weight if self.per_weight else self.value


@dataclass(frozen=True)
class Dose:
    """A dose and its repetitions. Times in hours; `rate` in mg/h; a bolus has duration 0."""

    drug: str
    route: str
    starts: tuple
    duration: float
    amount: Amount
    text: str
    form: str = ""
    note: str = ""

    @property
    def substance(self):
        return read_drug(self.drug)[0]

    @property
    def bolus(self):
        return self.duration == 0

    @property
    def end(self):
        return max(self.starts) + self.duration

    def enantiomers(self, weight):
        """{enantiomer: mg of base} of one administration, for a patient of that weight."""
        _, shares, base = read_drug(self.drug)
        total = self.amount.for_weight(weight) * base
        return {e: total * share for e, share in shares.items()}

    def words(self, weight):
        """'0.5 mg/kg = 35 mg over 40 min for 70 kg'."""
        total = self.amount.for_weight(weight)
        base = read_drug(self.drug)[2]
        text = f"{self.text} = {total:.4g} mg" if self.amount.per_weight else f"{total:.4g} mg"
        if base != 1:
            text += f" HCl = {total * base:.4g} mg base"
        text += "" if self.form else " as a bolus" if self.bolus else f" over {time_words(self.duration)}"
        route = f"{self.route} {self.form}" if self.form else self.route
        text += f" for {weight:g} kg, {self.drug}, {route}, at {', '.join(time_words(s) for s in self.starts[:4])}"
        return text + (f" and {len(self.starts) - 4} more times" if len(self.starts) > 4 else "")


def time_words(hours):
    """'40 min' for 2/3."""
    if hours == 0:
        return "0 min"
    if abs(hours) < 2:
        return f"{hours * 60:.4g} min"
    return f"{hours:.4g} h" if abs(hours) < 72 else f"{hours / 24:.4g} d"


def read_dose(table, number=1):
    """A Dose from one [[dose]] table.

    Raises ProtocolError, UnitError or UnknownName for anything that is missing, contradictory or out of limits.
    """
    where = f"[[dose]] {number}"
    for key in table:
        if key not in (*REQUIRED, *OPTIONAL):
            raise ProtocolError(
                f"'{key}' is not a key of a dose.",
                given=f"{where}: {key} = {table[key]!r}",
                nearest=nearest(key, (*REQUIRED, *OPTIONAL)),
            )
    for key in REQUIRED:
        if key not in table and not (key == "start" and "at" in table):
            raise ProtocolError(
                f"a dose has no '{key}'.",
                given=f"{where}: {', '.join(table) or 'nothing'}",
                expected="drug, route, start, and an amount or a rate",
            )
    for key, value in table.items():
        texts = value if key == "at" and isinstance(value, list) else [value]
        if key != "times" and not all(isinstance(x, str) for x in texts):
            raise ProtocolError(
                f"'{value}' is not a text with a unit.",
                given=f"{where}: {key} = {value!r}",
                expected=f'{key} = "number unit"' if key not in ("drug", "route", "form") else f'{key} = "name"',
            )
    drug, route = table["drug"], table["route"]
    base = read_drug(drug)[2]
    form = check_route(route, table.get("form"))
    check_infused(route, table, where)
    amount, duration, text = _how_much(table, where)
    starts, note = _when(table, where), ""
    devices = expand_devices(drug, route, amount.value * base, amount.per_weight, text)
    if devices > 1:
        starts = tuple(sorted(s + k * BETWEEN for s in starts for k in range(devices)))
        amount, note = (
            Amount(amount.value / devices, False),
            f"{text} nasal esketamine is {devices} devices of 28 mg, 5 min apart",
        )
        text = f"{amount.value:.4g} mg"
    return Dose(drug, route, starts, duration, amount, text, form, note)


def _how_much(table, where):
    """Amount of one administration, its duration in hours, and the text the amount was given in."""
    has = [k for k in ("amount", "rate", "duration") if k in table]
    if has == ["amount", "rate", "duration"]:
        raise ProtocolError(
            "a dose gives amount, rate and duration; two of them fix the third.",
            given=f"{where}: {table['amount']}, {table['rate']}, {table['duration']}",
            fix="leave one out",
        )
    if "amount" not in has and "rate" not in has:
        raise ProtocolError("a dose has neither amount nor rate.", given=f"{where}: {', '.join(table)}", fix="add amount or rate")
    if has == ["rate"]:
        raise ProtocolError(
            "a rate alone does not end.", given=f"{where}: rate = {table['rate']!r}", fix="add amount or duration"
        )
    length = units.duration(table["duration"], "duration") if "duration" in has else 0.0
    if length < 0:
        raise ProtocolError(
            f"a duration of '{table['duration']}' is negative.", given=f"{where}: duration = {table['duration']!r}"
        )
    if "rate" not in has:
        return _amount(table["amount"], "mg", where, "amount"), length, table["amount"].strip()
    rate = _amount(table["rate"], "mg/h", where, "rate")
    if "amount" in has:
        amount = _amount(table["amount"], "mg", where, "amount")
        if rate.per_weight != amount.per_weight:
            raise ProtocolError(
                "amount and rate are not both per kilogram.",
                given=f"{where}: {table['amount']}, {table['rate']}",
                fix="give both per kg, or neither",
            )
        return amount, amount.value / rate.value, table["amount"].strip()
    if length == 0:
        raise ProtocolError("a rate for 0 min gives nothing.", given=f"{where}: rate = {table['rate']!r}", fix="give an amount")
    return Amount(rate.value * length, rate.per_weight), length, f"{table['rate'].strip()} x {time_words(length)}"


def _amount(text, unit, where, what):
    try:
        value, given, marks = units.split(text, dose=True)
        if marks - {"base"}:
            raise UnitError(
                f"'{text}' names a salt.", given=f"{where}: {what} = {text!r}", fix="put HCl at the end of the drug's name"
            )
        if not given:
            raise UnitError(f"'{text}' has no unit.", given=f"{where}: {what} = {text!r}", expected=f"a text like '35 {unit}'")
        scales = {per_weight: units.factor(given, f"{unit}/kgBW" if per_weight else unit) for per_weight in (False, True)}
        fitting = [(per_weight, scale) for per_weight, scale in scales.items() if scale is not None]
        if not fitting:
            raise UnitError(
                f"'{text}' is not {'an' if what == 'amount' else 'a'} {what}.",
                given=f"{where}: {what} = {text!r}",
                expected=f"a text like '35 {unit}' or '0.5 {unit.replace('mg', 'mg/kg')}'",
            )
    except UnitError as error:
        raise UnitError(error.sentence, **{**error.lines, "given": f"{where}: {what} = {text!r}"}) from error
    if value <= 0:
        raise ProtocolError(f"'{text}' is not a positive {what}.", given=f"{where}: {what} = {text!r}")
    per_weight, scale = fitting[0]
    return Amount(value * scale, per_weight)


def check_limits(dose, weight):
    """Raise ProtocolError for a dose below 1 ug or above 10 g in this patient."""
    total = dose.amount.for_weight(weight)
    if not LEAST <= total <= MOST:
        raise ProtocolError(
            f"a dose of {total:.4g} mg is outside what this model covers.", given=dose.words(weight), expected="1 ug to 10 g"
        )


def _when(table, where):
    """Start times in hours."""
    if "at" in table:
        clash = [k for k in ("start", "every", "times") if k in table]
        if clash or not isinstance(table["at"], list) or not table["at"]:
            raise ProtocolError(
                "'at' is a list of times and stands alone.",
                given=f"{where}: at = {table['at']!r}",
                fix=f"leave {', '.join(clash) or 'brackets'} {'out' if clash else 'around the times'}",
            )
        return tuple(sorted(units.duration(t, "at") for t in table["at"]))
    start = units.duration(table["start"], "start")
    if ("every" in table) != ("times" in table):
        raise ProtocolError(
            "'every' and 'times' belong together.", given=f"{where}: {', '.join(table)}", fix="give both, or neither"
        )
    if "every" not in table:
        return (start,)
    every, times = units.duration(table["every"], "every"), table["times"]
    if every <= 0 or isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= 10_000:
        raise ProtocolError(
            "'times' is a whole number from 1 to 10000, 'every' a positive time.",
            given=f"{where}: every = {table['every']!r}, times = {times!r}",
        )
    return tuple(start + every * k for k in range(times))
