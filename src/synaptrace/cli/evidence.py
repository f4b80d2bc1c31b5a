"""Claims and what the model makes of them."""

import json
from pathlib import Path
from typing import Annotated

import typer

from synaptrace.cli.shared import FOOTER, app, busy

evidence = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode=None, help="Claims and what the model makes of them."
)
app.add_typer(evidence, name="evidence")


@evidence.command("check")
def evidence_check(
    group: Annotated[str | None, typer.Argument(help="group of claims; all groups if left out")] = None,
    fresh: Annotated[bool, typer.Option(help="run everything anew, past the cache")] = False,
    log: Annotated[Path | None, typer.Option(help="run only the held-out parts, anew, and append them to this file")] = None,
    simulation: Annotated[
        bool, typer.Option("--simulation/--no-simulation", help="or show at once what needs no run, the rest as 'not run here'")
    ] = True,
    forensic: Annotated[bool, typer.Option(help="show which formula gives a printed interval: one arm or two")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print the scorecard as JSON")] = False,
):
    """Check claims, or the reviews of the store, and print what holds and what fails."""
    if forensic or group == "reviews":
        _reviews(forensic, as_json)
        return
    from synaptrace.claims import check
    from synaptrace.claims.heldout import append_log
    from synaptrace.claims.theories import GROUP, compare_theories
    from synaptrace.errors import WiringError
    from synaptrace.report import scorecard

    if log and not simulation:
        raise WiringError("The log holds runs, so nothing is logged without simulation.", fix="leave out one of the two options")
    with busy("checking claims"):
        found = append_log(log, group) if log else check(group, fresh=fresh, simulate=simulation)
        if group == GROUP and not log and simulation:
            found["theories"] = compare_theories()
    print(json.dumps(found, indent=1) if as_json else f"{scorecard(found)}\n{FOOTER}")


def _reviews(forensic, as_json):
    """Every printed result of the store beside what its rows give; or the two readings of one printed interval."""
    from synaptrace.evidence.reviews import as_plain, recompute, recompute_all
    from synaptrace.evidence.text import forensic_text, reviews_text

    found = [recompute("xiong_2021", a) for a in ("R12", "R12_two_groups")] if forensic else recompute_all()
    text = forensic_text(*found) if forensic else reviews_text(found)
    print(json.dumps([as_plain(r) for r in found], indent=1) if as_json else text + f"\n{FOOTER}")
