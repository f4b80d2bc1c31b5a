"""Published reviews and anybody's own table: list, show, add, analyze."""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from synaptrace.cli.evidence import evidence
from synaptrace.cli.shared import FOOTER, busy, check_files

FIGURES = (".png", ".svg")


@evidence.command("list")
def evidence_list(
    word: Annotated[str | None, typer.Argument(help="only reviews whose name, title or studies hold this word")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print as JSON")] = False,
):
    """List the reviews of the store: their rows, and how many printed results re-compute."""
    from synaptrace.evidence.reviews import find_reviews, recompute_all
    from synaptrace.evidence.text import list_text

    store = find_reviews(word)
    counts = {name: Counter(r.verdict for r in recompute_all(name)) for name in store}
    if as_json:
        rows = [
            {"review": n, **r.about, **{t: len(v) for t, v in r.rows.items()}, "verdicts": dict(counts[n])}
            for n, r in store.items()
        ]
        print(json.dumps(rows, indent=1))
    else:
        print(list_text(store, counts) + f"\n{FOOTER}")


@evidence.command("show")
def evidence_show(
    name: Annotated[str, typer.Argument(help="a review of the store, or a folder of yours")],
    table: Annotated[str | None, typer.Option(help="only this table: trials, arms or effects")] = None,
    export: Annotated[Path | None, typer.Option(help="copy the folder here, to change it and add to it")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print rows, analyses and sources as JSON")] = False,
):
    """Show one review: its rows with their sources, and each printed result beside what its rows and settings give."""
    from synaptrace.evidence.reviews import as_plain, check_table, recompute
    from synaptrace.evidence.store.copy import copy_review
    from synaptrace.evidence.store.load import load_review, papers
    from synaptrace.evidence.text import show_text

    check_table(table)
    review = load_review(name)
    found = [recompute(review, a["id"]) for a in review.analyses]
    if export is not None:
        copy_review(review, export)
    if as_json:
        rows = {t: v for t, v in review.rows.items() if table in (None, t)}
        print(
            json.dumps({"review": review.name, **review.about, "rows": rows, "analyses": [as_plain(r) for r in found]}, indent=1)
        )
    else:
        known = papers() | ({} if review.shipped else papers(review.folder))
        print(show_text(review, found, known, table) + f"\n{FOOTER}")


@evidence.command("init")
def evidence_init(folder: Annotated[Path, typer.Argument(help="a new folder of your own")]):
    """Begin a folder of your own, with headers and an example to follow."""
    from synaptrace.evidence.store.add import init

    for path in init(folder):
        print(f"wrote {path}")


@evidence.command("add")
def evidence_add(
    rows: Annotated[Path, typer.Argument(help="a CSV file with the columns of the table")],
    store: Annotated[Path, typer.Option(help="your folder, begun by init or by show --export")],
    table: Annotated[str, typer.Option(help="trials, arms or effects")] = "arms",
    write: Annotated[bool, typer.Option("--write", help="write; without it the change is only shown")] = False,
):
    """Add rows to a folder of yours: shows the difference, and writes it only with --write."""
    from synaptrace.evidence.store.add import add

    change = add(store, table, rows, write=write)
    print(change.diff)
    for flag in change.flags:
        print(flag)
    print(f"wrote {change.path}" if change.written else "nothing was written; add --write to do it")


@evidence.command("meta")
def evidence_meta(
    file: Annotated[str, typer.Argument(help="a CSV table, or REVIEW:ANALYSIS of the store")],
    measure: Annotated[
        str | None, typer.Option(help="MD, SMD, SMDH, ROM, MC, SMCR, OR, RR, RD, PETO, PLO, PAS, PFT, ZCOR ...")
    ] = None,
    method: Annotated[str | None, typer.Option(help="EE, DL, HE, HS, SJ, ML, REML, EB or PM; REML if left out")] = None,
    knapp_hartung: Annotated[bool, typer.Option("--knapp-hartung", help="Knapp-Hartung test and interval")] = False,
    never_narrower: Annotated[bool, typer.Option("--never-narrower", help="the same, never narrower than normal")] = False,
    moderator: Annotated[list[str] | None, typer.Option(help="column of a meta-regression; may be repeated")] = None,
    subgroup: Annotated[str | None, typer.Option(help="column that parts the studies")] = None,
    drop_rob: Annotated[list[str] | None, typer.Option(help="leave out studies of this overall risk of bias")] = None,
    prediction: Annotated[str, typer.Option(help="metafor, or hts for t with k - 2 degrees of freedom")] = "metafor",
    memory: Annotated[list[str] | None, typer.Option(help="take in a remembered row of the store, by its study")] = None,
    r_script: Annotated[bool, typer.Option("--r", help="print the same analysis as a script for R's metafor")] = False,
    forest: Annotated[Path | None, typer.Option(help="draw the forest as .png or .svg")] = None,
    funnel: Annotated[Path | None, typer.Option(help="draw the contour funnel")] = None,
    baujat: Annotated[Path | None, typer.Option(help="draw which studies make heterogeneity")] = None,
    cumulative: Annotated[Path | None, typer.Option(help="draw the cumulative forest")] = None,
    order: Annotated[str | None, typer.Option(help="column that orders the cumulative forest")] = None,
    figure_data: Annotated[Path | None, typer.Option(help="write what the figures draw as .json")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the result as JSON")] = False,
):
    """Pool any table: effects, heterogeneity, prediction, subgroups, moderators, figures."""
    from synaptrace.evidence.asked import asked
    from synaptrace.evidence.text import analysis_text
    from synaptrace.figures.meta import draw_all

    figures = {"forest": forest, "funnel": funnel, "baujat": baujat, "cumulative": cumulative}
    check_files(*((path, FIGURES) for path in figures.values()), (figure_data, (".json",)))
    test = "adhoc" if never_narrower else "knha" if knapp_hartung else None
    with busy("pooling"):
        analysis = asked(file, measure, method, test, moderator or (), subgroup, drop_rob or (), prediction, memory or ())
        draw_all(analysis, {k: v for k, v in figures.items() if v is not None}, order, figure_data)
    if r_script:
        print(analysis.script())
    elif as_json:
        print(json.dumps(analysis.as_json(), indent=1))
    else:
        print(analysis_text(analysis) + f"\n{FOOTER}")
