"""One row of the vocabulary."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shared:
    """A quantity that crosses a file border.

    `level` is one of input, patient, exposure and, later, synapse, circuit and so on. `substance` and
    `binding` (total or unbound) let a text in mass units be read, and the wrong kind be refused.
    """

    unit: str
    meaning: str
    level: str
    substance: str = ""
    binding: str = ""
