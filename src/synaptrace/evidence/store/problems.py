"""What is wrong with a row or a file of the store: where, what was given, what was expected, what to do."""

from dataclasses import dataclass

from synaptrace.errors import SynaptraceError

ERROR, FLAG = "error", "flag"
SHOWN = 5  # an exception names this many problems and counts the others


class EvidenceError(SynaptraceError):
    """Rows, analyses or files of evidence that cannot be used as written."""


@dataclass(frozen=True)
class Problem:
    """One finding about the store.

    `severity` is 'error' (the rows cannot be used until it is mended) or 'flag' (look at it; nothing is refused).
    `row` is the line number in the file (the header is line 1; 0 where the whole file is meant), `column` a column or key.
    """

    severity: str
    sentence: str
    file: str
    row: int = 0
    column: str = ""
    given: str = ""
    expected: str = ""
    fix: str = ""

    def lines(self):
        """Labeled lines, in the order in which they are shown; empty ones are left out."""
        where = f"{self.file}, line {self.row}" if self.row else self.file
        where += f", column {self.column}" if self.column else ""
        labeled = {"where": where, "given": self.given, "expected": self.expected, "fix": self.fix}
        return {k: str(v) for k, v in labeled.items() if str(v)}

    def __str__(self):
        return str(EvidenceError(f"{self.severity}: {self.sentence}", **self.lines()))


def shown(value, length=60):
    """A value as a message shows it: text quoted and cut after `length` characters, numbers plain, nothing as 'empty'."""
    if value is None or isinstance(value, (int, float)):
        return "empty" if value is None else f"{value:.12g}"
    text = str(value)
    return repr(text if len(text) <= length else text[:length] + "...")


def errors(problems):
    """The problems that forbid the use of the rows."""
    return [p for p in problems if p.severity == ERROR]


def flags(problems):
    """The problems that only ask for a look."""
    return [p for p in problems if p.severity == FLAG]


def refuse(problems):
    """Raise EvidenceError naming the first errors among `problems`; return the problems when there is none."""
    found = errors(problems)
    if len(found) == 1:
        raise EvidenceError(found[0].sentence, **found[0].lines())
    if found:
        listed = {f"{i}": f"{p.sentence} {'; '.join(f'{k} {v}' for k, v in p.lines().items())}" for i, p in enumerate(found, 1)}
        first = dict(list(listed.items())[:SHOWN])
        more = {"more": f"{len(found) - SHOWN} others"} if len(found) > SHOWN else {}
        raise EvidenceError(f"{len(found)} things in the evidence cannot be used as written.", **first, **more)
    return problems
