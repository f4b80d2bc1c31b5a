"""Run protocols on models, one or side by side."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from synaptrace.cli.shared import FOOTER, app, busy, changes, check_files, first_run_text, pairs
from synaptrace.errors import ProtocolError


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
    perturb: Annotated[list[str] | None, typer.Option(help="what acts beside the dose, see 'perturbations'; repeat")] = None,
    at: Annotated[list[str] | None, typer.Option(help="output times, such as 40min,2h")] = None,
    every: Annotated[str | None, typer.Option(help="step between output times")] = None,
    until: Annotated[str | None, typer.Option(help="end of a CSV of people; else 48 h after its last record")] = None,
    everything: Annotated[bool, typer.Option("--all", help="every peak with its area and band, and averages")] = False,
    nca: Annotated[bool, typer.Option("--nca", help="the same, and how the terminal slope was found")] = False,
    out: Annotated[Path | None, typer.Option(help="save the result: .nc (whole) or .csv")] = None,
    figure: Annotated[Path | None, typer.Option(help="draw the curves: .png or .svg")] = None,
    threads: Annotated[int | None, typer.Option(help="threads; digits do not depend on it")] = None,
    accept_failures: Annotated[int, typer.Option(help="number of failed patients a summary may leave out")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="print the summary as JSON")] = False,
):
    """Run a protocol on a model and print what happens from plasma to mood, peaks, areas and half-lives."""
    from synaptrace.protocol import read_protocol
    from synaptrace.report import as_table, as_text
    from synaptrace.results import save

    check_files((out, (".nc", ".csv")), (figure, (".png", ".svg")))
    options = {"set_": set_, "overlay": overlay, "perturb": perturb, "patient": patient, "at": at, "every": every, "until": until}
    if not protocol.endswith((".nc", ".csv")):
        read_protocol(protocol)  # refused before minutes are spent on tables
    if not protocol.endswith(".nc"):
        _rebuild_tables(model, options)
    with busy(first_run_text()):
        result = _simulated(protocol, model, options, people, seed, threads)
        table = as_table(result, accept_failures)
        if figure:
            from synaptrace.figures import cascade, exposure

            drawn = cascade if cascade.draws_cascade(result) else exposure
            drawn.draw(result, figure, accept_failures)
        if out:
            save(result, out)
    written = "".join(f"written  {path}\n" for path in (figure, out) if path)
    page = json.dumps(table, indent=1) if as_json else as_text(result, nca, accept_failures, everything)
    print(page if as_json else f"{page}\n{written}{FOOTER}")


def _rebuild_tables(name, options):
    """Build the tables that a changed number of a fast model has put out of date, and say so."""
    if not options["set_"]:
        return
    from synaptrace.models import load_model

    model = load_model(name)
    if not model.table_names():
        return
    from synaptrace.averages import rebuild_outdated
    from synaptrace.bridge import changed
    from synaptrace.overlays import apply_overlay
    from synaptrace.perturbations import perturb

    for overlay in options["overlay"] or ():
        model = apply_overlay(model, overlay)
    model = perturb(model, options["perturb"] or ())
    for number, (text, because) in changes(options["set_"]).items():
        model = changed(model, number, text, because)
    rebuild_outdated(model, say=lambda line: print(line, file=sys.stderr))


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
        plan = plan.for_patient(plan.patient.changed(pairs(options["patient"])))
    return run(
        plan,
        model,
        overlays=options["overlay"] or (),
        changes=changes(options["set_"]),
        perturbed=options["perturb"] or (),
        patient=options["patient"] if protocol.endswith(".csv") else None,
        people=people,
        seed=seed,
        at=pairs(options["at"]) or None,
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
def compare(
    protocols: Annotated[list[str], typer.Argument(help="shipped names or TOML files")],
    model: Annotated[list[str] | None, typer.Option(help="named model; repeat to compare models")] = None,
    overlay: Annotated[list[str] | None, typer.Option(help="named set of numbers, put on every model")] = None,
    perturb: Annotated[list[str] | None, typer.Option(help="one more arm of each, see 'perturbations'; repeat")] = None,
    people: Annotated[int, typer.Option(help="number of virtual patients per arm")] = 1,
    seed: Annotated[int, typer.Option(help="seed of the virtual patients")] = 0,
    everything: Annotated[bool, typer.Option("--all", help="the peaks of every quantity")] = False,
    figure: Annotated[Path | None, typer.Option(help="draw the arms over each other: .png or .svg")] = None,
):
    """Run protocols, models and perturbations side by side and print a column for every arm."""
    from synaptrace.report import compared
    from synaptrace.simulate import compare as run_all

    check_files((figure, (".png", ".svg")))
    with busy(first_run_text()):
        result = run_all(
            *protocols,
            models=model or ("standard",),
            perturbed=perturb or (),
            overlays=overlay or (),
            people=people,
            seed=seed,
        )
        if figure:
            from synaptrace.figures import cascade, exposure

            drawn = cascade if cascade.draws_cascade(result) else exposure
            drawn.overlay(result, figure)
    print(compared(result, everything) + (f"\nwritten  {figure}" if figure else "") + f"\n{FOOTER}")
