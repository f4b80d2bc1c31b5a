"""Declared fits."""

from pathlib import Path
from typing import Annotated

import typer

from synaptrace.cli.shared import app, check_files

STEPS, QUICK = 40, 5  # of the optimizer per start


@app.command()
def fit(
    name: Annotated[str | None, typer.Argument(help="fit, or a file that ends in .toml; lists all if left out")] = None,
    starts: Annotated[int | None, typer.Option(help="starts of the optimizer; those of the file if left out")] = None,
    write: Annotated[Path | None, typer.Option(help="write the file of the fit with what was found there, .toml")] = None,
    quick: Annotated[bool, typer.Option(help=f"one start of {QUICK} steps, to see that a fit runs; writes nothing")] = False,
):
    """Run a declared fit again and print what was found."""
    from synaptrace.fit import fit_page, fit_rows, fit_text, load_fit, solve, text_of
    from synaptrace.models import load_model
    from synaptrace.writing import written_whole

    if name is None:
        print("\n".join(fit_rows()))
        return
    check_files((write, (".toml",)))
    declared = load_fit(name)
    model = load_model(declared.recipe["model"])
    found = solve(declared, model, 1 if quick else starts, QUICK if quick else STEPS, lambda line: typer.echo(line, err=True))
    print(fit_page(declared, found))
    if write is not None and not quick:
        text = fit_text(declared, text_of(name), model, found)
        written_whole(write, lambda path: Path(path).write_text(text, "utf-8"))
        print(f"written to {write}")
