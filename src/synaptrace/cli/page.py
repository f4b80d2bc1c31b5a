"""The evidence page as a file."""

from pathlib import Path
from typing import Annotated

import typer

from synaptrace.cli.evidence import evidence
from synaptrace.cli.shared import FOOTER, busy, check_files


@evidence.command("page")
def evidence_page(
    out: Annotated[Path, typer.Option(help="the file to write, as .html")],
    group: Annotated[str, typer.Option(help="group of claims")] = "mission",
    draw: Annotated[
        bool, typer.Option(help="simulate the curves and draw the forests; without it words and numbers only")
    ] = True,
):
    """Write the evidence page: every statement with what evidence and model say, in one file that needs no network."""
    from synaptrace.page import write_page

    check_files((out, (".html",)))
    with busy("checking claims and drawing"):
        write_page(out, group, draw)
    print(f"wrote {out} ({out.stat().st_size / 1e6:.2f} MB)\n{FOOTER}")
