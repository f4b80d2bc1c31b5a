"""People with doses and covariates of their own, run side by side."""

from dataclasses import dataclass, field, replace

from synaptrace.protocol.build import Protocol
from synaptrace.protocol.dose import LEAST, read_dose
from synaptrace.protocol.patient import Patient

BEFORE = 1e-7  # hours
SHOWN = 10  # people that words() describes
SHOWN_DOSES = 3  # doses of each


@dataclass(frozen=True)
class Cohort:
    """One protocol per person, on a common clock, with what was observed.

    `observations` are rows {"id", "time_h", "name", "value", "unit"}, in the units of the vocabulary; `notes_read` says
    what was read into the file. It stands wherever a Protocol does.
    """

    id: str
    ids: list
    members: list
    observations: list
    notes_read: list

    measures = ()
    clamps = ()

    @property
    def doses(self):
        return [d for m in self.members for d in m.doses]

    @property
    def patient(self):
        """The first person."""
        return self.members[0].patient

    @property
    def tables(self):
        return self.members[0].tables

    @property
    def start(self):
        """Hours; 0, or earlier if something happens to somebody before."""
        return min([*(m.start for m in self.members), *(o["time_h"] for o in self.observations)])

    @property
    def end(self):
        return max(m.end for m in self.members)

    def administrations(self):
        """Every act of giving, person after person."""
        return [a for m in self.members for a in m.administrations()]

    def words(self):
        """The doses in words, one line for each of the first people."""
        lines = [f"{name}: {_some(m.words())}" for name, m in zip(self.ids, self.members, strict=True)]
        more = len(lines) - SHOWN
        return lines[:SHOWN] + ([f"... and {more} more people"] if more > 0 else [])

    def notes(self):
        """What was read into the file, the doses and the patients, each sentence once."""
        return list(dict.fromkeys([*self.notes_read, *(n for m in self.members for n in m.notes())]))

    def to_tables(self):
        """The cohort as plain tables."""
        return {
            "id": self.id,
            "members": [m.to_tables() for m in self.members],
            "ids": list(self.ids),
            "observations": [dict(o) for o in self.observations],
            "notes": list(self.notes_read),
        }

    @classmethod
    def from_tables(cls, table):
        """The cohort that `to_tables` wrote."""
        members = [Protocol(**m) for m in table["members"]]
        return cls(table["id"], list(table["ids"]), members, [dict(o) for o in table["observations"]], list(table["notes"]))

    def __repr__(self):
        return f"Cohort({self.id!r}: {'; '.join(self.words())})"


@dataclass(frozen=True)
class Planned:
    """A dose of the file, given `times` times. Times in hours."""

    drug: str
    route: str
    form: str
    amount: float
    unit: str
    start: float
    duration: float
    every: float = 0.0
    times: int = 1

    @property
    def starts(self):
        return [self.start + self.every * k for k in range(self.times)]

    def table(self):
        """As a table of a protocol."""
        table = {"drug": self.drug, "route": self.route, "start": f"{self.start!r} h", "amount": f"{self.amount!r} {self.unit}"}
        table |= {"form": self.form} if self.form else {}
        table |= {"duration": f"{self.duration!r} h"} if self.duration else {}
        return table | ({"every": f"{self.every!r} h", "times": self.times} if self.times > 1 else {})

    def before(self, reset):
        """What of it is given until a reset: whole doses, and the begun part of infusions."""
        begun = [s for s in self.starts if s < reset]
        whole = [s for s in begun if s + self.duration <= reset]
        kept = [replace(self, times=len(whole))] if whole else []
        for start in begun[len(whole) :]:
            share = (reset - start) / self.duration
            kept.append(replace(self, start=start, duration=reset - start, amount=self.amount * share, times=1))
        return kept


@dataclass
class Occasion:
    """What one person gets and shows between two resets."""

    id: str
    patient: dict
    doses: list = field(default_factory=list)
    observations: list = field(default_factory=list)

    def observed_before(self, dose):
        """A sample recorded above a dose of the same time was taken just before it."""
        for seen in self.observations:
            if seen["time_h"] == dose:
                seen["time_h"] = dose - BEFORE

    def cut(self, reset):
        """End it at a reset; what little an infusion gave, below the least dose, is left out."""
        weight = Patient.from_table(self.patient).weight
        kept = [d for planned in self.doses for d in planned.before(reset)]
        self.doses = [d for d in kept if read_dose(d.table()).amount.for_weight(weight) >= LEAST]


def _some(words):
    more = len(words) - SHOWN_DOSES
    return "; ".join(words[:SHOWN_DOSES]) + (f"; and {more} more rows" if more > 0 else "")
