"""Every error says what is wrong, what was given, and what to do next."""

import difflib


class SynaptraceError(Exception):
    """Base class of every message to a user: one sentence, then labeled lines."""

    def __init__(self, sentence, **lines):
        self.sentence, self.lines = sentence, {k: str(v) for k, v in lines.items()}
        width = max((len(k) for k in lines), default=0)
        super().__init__("\n".join([sentence, *(f"  {k:<{width}}  {v}" for k, v in self.lines.items())]))


class UnknownName(SynaptraceError):
    """A name that nothing in the model, the library or the protocol has."""


class WiringError(SynaptraceError):
    """Mechanisms that do not fit together, or a table that contradicts itself."""


class UnitError(SynaptraceError):
    """A number whose unit is missing, unknown or of the wrong kind."""


class ProtocolError(SynaptraceError):
    """A protocol, patient or option that cannot be carried out as written."""


class ResultError(SynaptraceError):
    """A result that cannot be read, written, summarized or repeated."""


class SolveError(SynaptraceError):
    """A model that the engine cannot integrate as written."""


class TableError(SynaptraceError):
    """A table of averages that is missing, incomplete, or was built from another fast model."""


def nearest(name, known):
    """The closest known name, or a hint that nothing is close."""
    found = difflib.get_close_matches(str(name), [str(k) for k in known], n=1, cutoff=0.4)
    return found[0] if found else "nothing similar; run 'synaptrace where WORD'"
