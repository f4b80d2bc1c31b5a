"""The command line. Computes nothing: every command is one call of the package."""

import sys
from typing import Annotated

import typer

# isort: off
from synaptrace.cli import runs  # in the order of --help
from synaptrace.cli import bench
from synaptrace.cli import library
from synaptrace.cli import evidence
from synaptrace.cli import reviews
from synaptrace.cli import page
from synaptrace.cli import averages
from synaptrace.cli import fit
from synaptrace.cli import docs

# isort: on
from synaptrace.cli.shared import FOOTER, app
from synaptrace.errors import ProtocolError, SynaptraceError, nearest
from synaptrace.version import __version__

__all__ = ["FOOTER", "app", "averages", "bench", "docs", "evidence", "fit", "library", "main", "page", "reviews", "runs"]


def main():
    """Run the command line: exit code 0, or 2 with one clear message, or 130 after Ctrl-C."""
    try:
        code = app(standalone_mode=False, prog_name="synaptrace")
        if code == 130:  # how Typer reports Ctrl-C when it is not the main program
            raise KeyboardInterrupt
        sys.exit(code or 0)
    except SynaptraceError as error:
        _stop(error)
    except (KeyboardInterrupt, typer.Abort):
        print("\nstopped; nothing was written", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if not hasattr(error, "format_message"):  # Typer's own errors, wherever this version of it keeps them
            raise
        _stop(_reworded(error))


def _stop(error):
    print(error, file=sys.stderr)
    sys.exit(2)


def _reworded(error):
    """Typer's own usage errors, in the words of all others."""
    context, message = getattr(error, "ctx", None), error.format_message().split(" (Possible")[0].rstrip(".")
    path = context.command_path if context else "synaptrace"
    option = getattr(error, "option_name", None)
    if option and "No such option" in message:
        known = [o for p in context.command.params for o in p.opts] if context else []
        return ProtocolError(f"'{option}' is not an option of {path}.", nearest=nearest(option, known), find=f"{path} --help")
    if message.startswith("No such command"):
        word = message.split("'")[1]
        return ProtocolError(
            f"'{word}' is not a command.", nearest=nearest(word, context.command.commands), find="synaptrace --help"
        )
    return ProtocolError(f"{message}.", find=f"{path} --help")


@app.command()
def doctor():
    """Check this machine and say how to mend what fails."""
    from synaptrace.doctor import examine

    rows = examine()
    for fine, what, finding, fix in rows:
        print(f"{'ok  ' if fine else 'FAIL'}  {what:<18}{finding}" + (f"\n      fix: {fix}" if not fine else ""))
    if not all(r[0] for r in rows):
        sys.exit(1)


def _print_version(value: bool):
    if value:
        print(f"synaptrace {__version__}")
        raise typer.Exit()


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="print the version")] = False,
):
    """How ketamine infusions act, as a model whose every number names its source."""
