"""Tables of the fast model that the slow one reads."""

from pathlib import Path
from typing import Annotated

import typer

from synaptrace.cli.shared import app, changes
from synaptrace.errors import ProtocolError

averages = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode=None, help="Tables of the fast model that the slow one reads."
)
app.add_typer(averages, name="averages")


@averages.command("list")
def averages_list():
    """List the shipped tables: what they average, over which axes, and how well."""
    from synaptrace.report import table_rows

    print("\n".join(table_rows()))


@averages.command("build")
def averages_build(
    names: Annotated[list[str] | None, typer.Argument(help="tables; all if left out")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE, a number of a fast model; repeat")] = None,
    folder: Annotated[Path | None, typer.Option(help="write NAME.toml there; else into the user's cache")] = None,
):
    """Run the fast model, fit tables and test them on points that were held back."""
    from synaptrace.averages import build
    from synaptrace.bridge import check_changes

    if folder is not None and not folder.is_dir():
        raise ProtocolError(f"'{folder}' is not a folder.", fix="make it, or leave --folder out")
    given = tuple((name, text, because) for name, (text, because) in changes(set_).items())
    check_changes(names or [], given)
    build(names or [], given, folder, say=print)
