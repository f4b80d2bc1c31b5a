"""A protocol is data: doses, measurements, clamps and the patient, read from TOML or built in Python."""

from synaptrace.protocol.build import Protocol
from synaptrace.protocol.files import protocols, read_protocol, write_protocol
from synaptrace.protocol.patient import Patient

__all__ = ["Patient", "Protocol", "protocols", "read_protocol", "write_protocol"]
