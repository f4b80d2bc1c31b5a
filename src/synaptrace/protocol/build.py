"""A whole protocol: read from a table, or built row by row in Python."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from synaptrace import units
from synaptrace.errors import ProtocolError, nearest
from synaptrace.protocol.clamp import read_clamp
from synaptrace.protocol.dose import Dose, check_limits, read_dose
from synaptrace.protocol.patient import Patient
from synaptrace.protocol.routes import administrations

SHORTEST, LONGEST = 1 / 3600, 876_600.0  # hours


class Tables(BaseModel):
    """The tables of a protocol file as they stand there."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str
    title: str | None = None
    source: str | None = None
    end: str | None = None
    patient: dict[str, Any] = Field(default_factory=dict)
    dose: list[dict[str, Any]] = Field(default_factory=list)
    measure: list[dict[str, Any]] = Field(default_factory=list)
    clamp: list[dict[str, Any]] = Field(default_factory=list)


class Protocol:
    """What is done to a patient, and what is measured.

    Protocol("two_boluses").bolus("esketamine", "10 mg", at=["0 h", "2 h"]).measure("arterial.S_ketamine", at=["1 h"])

    Every method returns a new protocol. Raises ProtocolError, UnitError or UnknownName when something is missing,
    contradictory or out of limits.
    """

    def __init__(self, id="unnamed", **tables):
        try:
            self.tables = Tables(id=id, **tables)
        except ValidationError as error:
            raise _reworded(error) from error
        t = self.tables
        self.id = t.id
        self.patient = Patient.from_table(t.patient)
        self.doses = [read_dose(d, i) for i, d in enumerate(t.dose, 1)]
        self.measures = [_read_measure(m, i) for i, m in enumerate(t.measure, 1)]
        self.clamps = [read_clamp(c, i) for i, c in enumerate(t.clamp, 1)]
        driven = [c.quantity for c in self.clamps]
        for quantity in driven:
            if driven.count(quantity) > 1:
                raise ProtocolError(
                    f"'{quantity}' is clamped twice.", given=f"{driven.count(quantity)} tables", fix="join their times"
                )
        self.end = self._end()
        length = self.end - self.start
        if not SHORTEST <= length <= LONGEST:
            raise ProtocolError(
                f"a protocol of {length:.4g} h is outside what this model covers.",
                given=f"end = {self.tables.end!r}",
                expected="1 s to 100 years",
            )
        for dose in self.doses:
            if max(dose.starts) >= self.end:
                raise ProtocolError(
                    "a dose at the very end would not be seen.",
                    given=dose.words(self.patient.weight),
                    fix="end the protocol later",
                )
            check_limits(dose, self.patient.weight)

    @property
    def start(self):
        """Hours; 0, or earlier if something happens before."""
        return min([0.0, *(s for d in self.doses for s in d.starts), *(t for _, times in self.measures for t in times)])

    def _end(self):
        last = max([0.0, *(d.end for d in self.doses), *(t for _, times in self.measures for t in times)])
        if self.tables.end is None:
            return last + 24.0
        end = units.duration(self.tables.end, "end")
        if end <= 0:
            raise ProtocolError(
                f"the protocol ends at '{self.tables.end}', before it begins.", given=f"end = {self.tables.end!r}"
            )
        if end < last:
            raise ProtocolError(
                f"something happens after the end at '{self.tables.end}'.",
                given=f"last event at {last:g} h",
                fix="move the end, or leave it out",
            )
        return end

    def _with(self, key, row):
        tables = self.to_tables()
        return Protocol(**{**tables, key: [*tables.get(key, []), {k: v for k, v in row.items() if v is not None}]})

    def infuse(self, drug, amount=None, over=None, start="0 h", route="iv", rate=None, every=None, times=None, at=None):
        """Add an infusion: amount with `over` or `rate`, or `rate` with `over`; repeated with every and times, or at."""
        return self._with(
            "dose",
            {
                "drug": drug,
                "route": route,
                "start": None if at else start,
                "amount": amount,
                "rate": rate,
                "duration": over,
                "every": every,
                "times": times,
                "at": at,
            },
        )

    def bolus(self, drug, amount, start="0 h", route="iv", every=None, times=None, at=None, form=None):
        """Add a dose given at once: a bolus, an injection, a spray, a tablet, a film."""
        return self._with(
            "dose",
            {
                "drug": drug,
                "route": route,
                "form": form,
                "start": None if at else start,
                "amount": amount,
                "every": every,
                "times": times,
                "at": at,
            },
        )

    def measure(self, what, at):
        """Report a quantity at these times."""
        return self._with("measure", {"what": what, "at": [at] if isinstance(at, str) else list(at)})

    def clamp(self, quantity, times, values):
        """Drive a quantity by a piecewise-linear trace."""
        return self._with("clamp", {"quantity": quantity, "times": list(times), "values": list(values)})

    def until(self, end):
        """End the protocol there."""
        return Protocol(**{**self.to_tables(), "end": end})

    def for_patient(self, patient):
        """The same doses for another patient."""
        return Protocol(**{**self.to_tables(), "patient": patient.table()})

    def to_tables(self):
        """The protocol as plain tables, as TOML holds them."""
        return self.tables.model_dump(exclude_none=True, exclude_defaults=True) | {"id": self.id}

    def administrations(self):
        """Every act of giving, with the inputs of a model that it feeds."""
        return administrations(self.doses, self.patient.weight)

    def notes(self):
        """What was read into the doses and the patient, one sentence each."""
        return [d.note for d in self.doses if d.note] + self.patient.notes()

    def words(self):
        """The doses in words, one line each."""
        if self.doses or not self.clamps:
            return [d.words(self.patient.weight) for d in self.doses] or ["no drug"]
        first, *more = (c.quantity for c in self.clamps)
        return [f"none; given over time: {first}" + (f" and {len(more)} more" if more else "")]

    def __repr__(self):
        return f"Protocol({self.id!r}: {'; '.join(self.words())})"


def _read_measure(table, number):
    where = f"[[measure]] {number}"
    for key in table:
        if key not in ("what", "at"):
            raise ProtocolError(f"'{key}' is not a key of a measurement.", given=where, nearest=nearest(key, ("what", "at")))
    if not isinstance(table.get("what"), str) or not isinstance(table.get("at"), list) or not table["at"]:
        raise ProtocolError(
            "a measurement needs 'what' and a list 'at'.",
            given=f"{where}: {table}",
            expected='what = "arterial.ketamine", at = ["40 min"]',
        )
    return table["what"], [units.duration(t, "at") for t in table["at"]]


def _reworded(error):
    """One sentence instead of the validation library's own list."""
    first = error.errors()[0]
    key = ".".join(str(x) for x in first["loc"])
    if first["type"] == "extra_forbidden":
        return ProtocolError(
            f"'{key}' is not a key of a protocol.", given=f"{key} = {first['input']!r}", nearest=nearest(key, Tables.model_fields)
        )
    if first["type"] == "missing":
        return ProtocolError(f"the protocol has no '{key}'.", fix=f'add {key} = "..."')
    kind = "a table" if first["type"].startswith(("dict", "list")) else "a text in quotes"
    return ProtocolError(f"'{first['input']}' is not what '{key}' should be.", given=f"{key} = {first['input']!r}", expected=kind)


__all__ = ["Dose", "Protocol"]
