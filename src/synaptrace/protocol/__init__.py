"""A protocol is data: doses, measurements, clamps and the patient, read from TOML or built in Python."""

from synaptrace.protocol.build import Protocol
from synaptrace.protocol.cohort import Cohort
from synaptrace.protocol.files import protocols, read_protocol, write_protocol
from synaptrace.protocol.nonmem import read_regimens
from synaptrace.protocol.patient import Patient


def plan_of(table):
    """The Protocol or Cohort that `to_tables` wrote."""
    return Cohort.from_tables(table) if "members" in table else Protocol(**table)


__all__ = ["Cohort", "Patient", "Protocol", "plan_of", "protocols", "read_protocol", "read_regimens", "write_protocol"]
