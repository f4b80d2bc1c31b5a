"""The command line. Computes nothing: every command is one call of the package."""

import json
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from synaptrace.errors import ProtocolError, SynaptraceError, nearest
from synaptrace.version import __version__

FOOTER = "For research and teaching; never for dosing a person."
app = typer.Typer(
    name="synaptrace",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=f"How ketamine infusions act, as a model whose every number names its source. {FOOTER}",
)

Words = Annotated[list[str] | None, typer.Option(help="repeat, or separate by commas")]


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


def _pairs(texts):
    """['a=1', 'b=2,c=3'] as given by --set and --patient, one pair each."""
    return [part.strip() for text in texts or [] for part in text.split(",") if part.strip()]


def _changes(texts):
    changes = {}
    for pair in texts or []:
        name, equals, value = pair.partition("=")
        if not equals or not value.strip():
            raise ProtocolError(f"'{pair}' does not set a number.", given=f"--set {pair}", expected='NAME="NUMBER UNIT"')
        changes[name.strip()] = (value.strip(), "set on the command line")
    return changes


def _check_files(*pairs):
    """Refuse files of another kind, or in a place that cannot be written, before anything runs."""
    from synaptrace.writing import check_writable

    for path, kinds in pairs:
        if path is not None:
            if path.suffix not in kinds:
                raise ProtocolError(f"'{path}' is not a kind of file this writes.", expected=" or ".join(kinds))
            check_writable(path)


@contextmanager
def _busy(text):
    """A line on a terminal while something runs; nothing anywhere else."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield


def _first_run_text():
    """What the first run on a machine does, which takes some seconds."""
    from synaptrace.doctor import integrator_is_cached

    return "running" if integrator_is_cached() else "preparing the integrator for this machine, once, some seconds"


@app.command()
def run(
    protocol: Annotated[
        str, typer.Argument(help="shipped name, TOML file, NONMEM-style .csv, or saved result (.nc)")
    ] = "single_infusion",
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE, a parameter with its unit; repeat for more")
    ] = None,
    model: Annotated[str, typer.Option(help="named model")] = "standard",
    patient: Annotated[list[str] | None, typer.Option(help="weight=82kg, age=40, sex=female")] = None,
    people: Annotated[int, typer.Option(help="number of virtual patients; 1 is the typical patient")] = 1,
    seed: Annotated[int, typer.Option(help="seed of the virtual patients")] = 0,
    overlay: Annotated[list[str] | None, typer.Option(help="named set of numbers, see 'overlays'; repeat for more")] = None,
    at: Annotated[list[str] | None, typer.Option(help="output times, such as 40min,2h")] = None,
    every: Annotated[str | None, typer.Option(help="step between output times")] = None,
    until: Annotated[str | None, typer.Option(help="end of a CSV of people; else 48 h after its last record")] = None,
    nca: Annotated[bool, typer.Option("--nca", help="also how the terminal slope was found")] = False,
    out: Annotated[Path | None, typer.Option(help="save the result: .nc (whole) or .csv")] = None,
    figure: Annotated[Path | None, typer.Option(help="draw the curves: .png or .svg")] = None,
    threads: Annotated[int | None, typer.Option(help="threads; digits do not depend on it")] = None,
    accept_failures: Annotated[int, typer.Option(help="number of failed patients a summary may leave out")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="print the summary as JSON")] = False,
):
    """Run a protocol on a model and print peaks, areas and half-lives."""
    from synaptrace.report import as_table, as_text
    from synaptrace.results import save

    _check_files((out, (".nc", ".csv")), (figure, (".png", ".svg")))
    with _busy(_first_run_text()):
        options = {"set_": set_, "overlay": overlay, "patient": patient, "at": at, "every": every, "until": until}
        result = _simulated(protocol, model, options, people, seed, threads)
        table = as_table(result, accept_failures)
        if figure:
            from synaptrace.figures.exposure import draw

            draw(result, figure, accept_failures)
        if out:
            save(result, out)
    written = "".join(f"written  {path}\n" for path in (figure, out) if path)
    print(json.dumps(table, indent=1) if as_json else as_text(result, nca, accept_failures) + f"\n{written}{FOOTER}")


def _simulated(protocol, model, options, people, seed, threads):
    """The result of `run`: a saved one repeated, or a protocol or a CSV of people simulated."""
    from synaptrace.protocol import read_protocol
    from synaptrace.simulate import repeat, run

    if threads is not None and threads < 1:
        raise ProtocolError(f"'{threads}' is not a number of threads.", given=f"--threads {threads}", expected="1 or more")
    if protocol.endswith(".nc"):
        _refuse_with_repeat(**options, people=people != 1, seed=seed != 0, model=model != "standard")
        return repeat(protocol, threads)
    plan = protocol
    if options["patient"] and not protocol.endswith(".csv"):
        plan = read_protocol(protocol)
        plan = plan.for_patient(plan.patient.changed(_pairs(options["patient"])))
    return run(
        plan,
        model,
        overlays=options["overlay"] or (),
        changes=_changes(options["set_"]),
        patient=options["patient"] if protocol.endswith(".csv") else None,
        people=people,
        seed=seed,
        at=_pairs(options["at"]) or None,
        every=options["every"],
        until=options["until"],
        threads=threads,
    )


def _refuse_with_repeat(**options):
    used = [name.strip("_") for name, value in options.items() if value]
    if used:
        raise ProtocolError(
            "a saved result is repeated as it was.",
            given=", ".join(f"--{u}" for u in used),
            fix="leave the options out, or run its protocol anew",
        )


@app.command()
def where(word: Annotated[list[str], typer.Argument(help="part of a name or of a meaning")]):
    """Find the file and line of anything by a word."""
    from synaptrace.lookup import where as find

    print("\n".join(find(" ".join(word))))


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="parameter, quantity or mechanism")],
    model: Annotated[str, typer.Option(help="named model")] = "standard",
):
    """Say all that is known about a number, a curve or a mechanism."""
    from synaptrace.lookup import explain as describe

    print(describe(name, model))


@app.command()
def protocols(
    name: Annotated[str | None, typer.Argument(help="shipped protocol")] = None,
    write: Annotated[Path | None, typer.Option(help="write it to a file to start from")] = None,
):
    """List the shipped protocols, show one, or write one to a file."""
    from synaptrace.protocol import protocols as shipped
    from synaptrace.protocol import write_protocol
    from synaptrace.protocol.files import is_name, protocol_text

    if name is None:
        if write is not None:
            raise ProtocolError("--write needs the name of a protocol.", expected="synaptrace protocols NAME --write my.toml")
        print("\n".join(f"{n:<26}{title}" for n, title in shipped().items()))
        return
    if not is_name(name):
        raise ProtocolError(f"'{name}' is not a shipped protocol.", find="synaptrace protocols")
    if write is None:
        print(protocol_text(name), end="")
    else:
        print(f"written  {write_protocol(name, write)}")


@app.command()
def models():
    """List the named models."""
    from synaptrace.models import BENCHES, MODELS

    print("\n".join(f"{name:<16}{build.__doc__}" for name, build in {**MODELS, **BENCHES}.items()))


@app.command()
def overlays():
    """List the named sets of numbers that can be put on a model."""
    from synaptrace.overlays import overlays as known

    print("\n".join(f"{name:<26}{title}" for name, title in known().items()))


@app.command()
def compare(
    protocols: Annotated[list[str], typer.Argument(help="two or more shipped names or TOML files")],
    model: Annotated[list[str] | None, typer.Option(help="named model; repeat to compare models")] = None,
    overlay: Annotated[list[str] | None, typer.Option(help="named set of numbers, put on every model")] = None,
    people: Annotated[int, typer.Option(help="number of virtual patients per arm")] = 1,
    seed: Annotated[int, typer.Option(help="seed of the virtual patients")] = 0,
    figure: Annotated[Path | None, typer.Option(help="draw the arms over each other: .png or .svg")] = None,
):
    """Run protocols side by side and print the peaks of every arm."""
    from synaptrace.report import compared
    from synaptrace.simulate import compare as run_all

    _check_files((figure, (".png", ".svg")))
    with _busy(_first_run_text()):
        result = run_all(*protocols, models=model or ("standard",), overlays=overlay or (), people=people, seed=seed)
        if figure:
            from synaptrace.figures.exposure import overlay as draw

            draw(result, figure)
    print(compared(result) + (f"\nwritten  {figure}" if figure else "") + f"\n{FOOTER}")


@app.command()
def experiments():
    """List the shipped experiments."""
    from synaptrace.experiment import experiments as shipped

    print("\n".join(f"{n:<18}{title}" for n, title in shipped().items()))


@app.command()
def experiment(
    name: Annotated[str, typer.Argument(help="shipped name or TOML file")],
    set_: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE, a parameter, an input or a stimulus key")] = None,
    vary: Annotated[
        list[str] | None, typer.Option(help="NAME=LOW:HIGH:log|lin:COUNT, or NAME=1,2,3; with a unit at the end")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="CSV of points to draw over the first curve: time in ms, value")] = None,
    figure: Annotated[Path | None, typer.Option(help="draw traces or the curve: .png or .svg")] = None,
    out: Annotated[Path | None, typer.Option(help="save the result: .nc")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the readings as JSON")] = False,
):
    """Run an experiment on the bench and print its readings beside published ones."""
    from synaptrace.experiment import judge, plain, read_experiment, run_experiment
    from synaptrace.experiment.points import read_points, read_series
    from synaptrace.report import readings
    from synaptrace.results import save

    _check_files((out, (".nc",)), (figure, (".png", ".svg")))
    if data and not figure:
        raise ProtocolError("--data draws points over a figure.", fix="add --figure FILE.png")
    plan, points = read_experiment(name), read_points(data) if data else None
    with _busy("running the experiment"):
        changes = {k: v[0] for k, v in _changes(set_).items()}
        found = run_experiment(plan, changes, dict(map(read_series, vary)) if vary else None)
        rows = judge(plan, found)
        if figure:
            from synaptrace.figures.bench import draw

            draw(plan, found, figure, points)
        if out:
            save(found, out)
    written = "".join(f"written  {path}\n" for path in (figure, out) if path)
    print(json.dumps(plain(rows), indent=1) if as_json else readings(plan, rows) + f"\n{written}{FOOTER}")


@app.command()
def cite(
    protocol: Annotated[str, typer.Argument(help="shipped name or TOML file")] = "single_infusion",
    model: Annotated[str, typer.Option(help="named model")] = "standard",
):
    """List the references of a run and the numbers that come from each."""
    from synaptrace.lookup import cite as references
    from synaptrace.protocol import read_protocol

    for key, citation, names in references(model, read_protocol(protocol)):
        numbers = dict.fromkeys(re.sub(r"\[.*?\]", "", n) for n in names)
        print(f"{key}\n  {citation}\n  for {', '.join(numbers)}")


evidence = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode=None, help="Claims and what the model makes of them."
)
app.add_typer(evidence, name="evidence")


@evidence.command("check")
def evidence_check(
    group: Annotated[str | None, typer.Argument(help="group of claims; all groups if left out")] = None,
    fresh: Annotated[bool, typer.Option(help="run everything anew, past the cache")] = False,
    log: Annotated[Path | None, typer.Option(help="run only the held-out parts, anew, and append them to this file")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the scorecard as JSON")] = False,
):
    """Check claims and print what holds and what fails."""
    from synaptrace.claims import check
    from synaptrace.claims.heldout import append_log
    from synaptrace.report import scorecard

    with _busy("checking claims"):
        found = append_log(log, group) if log else check(group, fresh=fresh)
    print(json.dumps(found, indent=1) if as_json else scorecard(found) + f"\n{FOOTER}")


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
