"""Experiments on the bench."""

import json
from pathlib import Path
from typing import Annotated

import typer

from synaptrace.cli.shared import FOOTER, app, busy, changes, check_files
from synaptrace.errors import ProtocolError


@app.command()
def experiments():
    """List the shipped experiments."""
    from synaptrace.experiment import experiments as shipped

    print("\n".join(f"{n:<22}{title}" for n, title in shipped().items()))


@app.command()
def experiment(
    name: Annotated[str, typer.Argument(help="shipped name or TOML file")],
    set_: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE, a parameter, an input or a stimulus key")] = None,
    vary: Annotated[
        list[str] | None, typer.Option(help="NAME=LOW:HIGH:log|lin:COUNT, or NAME=1,2,3; with a unit at the end")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="CSV of points to draw over the first curve: time in ms, value")] = None,
    figure: Annotated[Path | None, typer.Option(help="draw traces or the curve: .png or .svg")] = None,
    lesson: Annotated[Path | None, typer.Option(help="explain it on two printed pages: .pdf")] = None,
    channels: Annotated[int | None, typer.Option(help="single channels at random instead of the mean of many, 1 to 1000")] = None,
    seed: Annotated[int, typer.Option(help="seed of single channels")] = 0,
    out: Annotated[Path | None, typer.Option(help="save the result: .nc")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the readings as JSON")] = False,
):
    """Run an experiment on the bench and print its readings beside published ones."""
    from synaptrace.experiment import judge, over_series, plain, read_experiment, run_experiment
    from synaptrace.experiment.points import read_points, read_series
    from synaptrace.report import readings, series_readings
    from synaptrace.results import save

    check_files((out, (".nc",)), (figure, (".png", ".svg")), (lesson, (".pdf",)))
    if data and not figure:
        raise ProtocolError("--data draws points over a figure.", fix="add --figure FILE.png")
    plan, points = read_experiment(name), read_points(data) if data else None
    with busy("running the experiment"):
        given = {k: v[0] for k, v in changes(set_).items()}
        found = run_experiment(plan, given, dict(map(read_series, vary)) if vary else None, channels, seed)
        rows = judge(plan, found)
        if figure:
            from synaptrace.figures.bench import draw

            draw(plan, found, figure, points)
        if lesson:
            from synaptrace.figures.lesson import write

            write(plan, found, rows, lesson)
        if out:
            save(found, out)
    written = "".join(f"written  {path}\n" for path in (figure, lesson, out) if path)
    series = over_series(plan, found) if vary else []
    across = [{k: r[k] for k in ("name", "unit", "value")} for r in rows if vary and r["name"] not in series[0]]
    text = series_readings(plan, found, across, series) if vary else readings(plan, rows)
    shown = {"series": series, "across": across} if vary else rows
    print(json.dumps(plain(shown), indent=1) if as_json else f"{text}\n{written}{FOOTER}")
