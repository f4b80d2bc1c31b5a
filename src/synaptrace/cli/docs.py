"""The generated pages of docs/: write them, or say which differ from the code."""

from pathlib import Path
from typing import Annotated

import typer

from synaptrace.cli.shared import app, busy


@app.command()
def docs(
    pages: Annotated[
        list[str] | None, typer.Argument(help="methods, assumptions, evidence or vocabulary; all if left out")
    ] = None,
    folder: Annotated[Path, typer.Option(help="the folder of the pages")] = Path("docs"),
    check: Annotated[bool, typer.Option("--check", help="write nothing; say which pages differ from the code")] = False,
):
    """Write the pages that follow from the code: methods, assumptions, evidence and vocabulary; evidence takes a minute."""
    from synaptrace.prose import check_pages, write_pages

    with busy("making the pages"):
        paths = check_pages(folder, pages or ()) if check else write_pages(folder, pages or ())
    for path in paths:
        print(f"{'as the code says' if check else 'wrote'} {path}")
