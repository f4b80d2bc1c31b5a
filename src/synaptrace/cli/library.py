"""What there is: names, numbers, models, protocols, references."""

import re
from pathlib import Path
from typing import Annotated

import typer

from synaptrace.cli.shared import app
from synaptrace.errors import ProtocolError


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
    from synaptrace.models import known_models

    print("\n".join(f"{name:<20}{title}" for name, title in known_models().items()))


@app.command()
def overlays():
    """List the named sets of numbers that can be put on a model."""
    from synaptrace.overlays import overlays as known

    print("\n".join(f"{name:<26}{title}" for name, title in known().items()))


@app.command()
def perturbations():
    """List what can act beside a dose: blockers, knock-outs, knock-ins."""
    from synaptrace.perturbations import perturbations as known

    print("\n".join(f"{name:<30}{title}" for name, title in known().items()))


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
