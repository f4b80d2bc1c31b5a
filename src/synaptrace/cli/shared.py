"""What the commands share: the application itself, options as text, and files that are checked before anything runs."""

import sys
from contextlib import contextmanager

import typer

from synaptrace.errors import ProtocolError

FOOTER = "For research and teaching; never for dosing a person."
app = typer.Typer(
    name="synaptrace",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=f"How ketamine infusions act, as a model whose every number names its source. {FOOTER}",
)


def pairs(texts):
    """['a=1', 'b=2,c=3'] as given by --set and --patient, one pair each."""
    return [part.strip() for text in texts or [] for part in text.split(",") if part.strip()]


def changes(texts):
    found = {}
    for pair in texts or []:
        name, equals, value = pair.partition("=")
        if not equals or not value.strip():
            raise ProtocolError(f"'{pair}' does not set a number.", given=f"--set {pair}", expected='NAME="NUMBER UNIT"')
        found[name.strip()] = (value.strip(), "set on the command line")
    return found


def check_files(*pairs):
    """Refuse files of another kind, or in a place that cannot be written, before anything runs."""
    from synaptrace.writing import check_writable

    for path, kinds in pairs:
        if path is not None:
            if path.suffix not in kinds:
                raise ProtocolError(f"'{path}' is not a kind of file this writes.", expected=" or ".join(kinds))
            check_writable(path)


@contextmanager
def busy(text):
    """A line on a terminal while something runs; nothing anywhere else."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield


def first_run_text():
    """What the first run on a machine does, which takes some seconds."""
    from synaptrace.doctor import integrator_is_cached

    return "running" if integrator_is_cached() else "preparing the integrator for this machine, once, some seconds"
