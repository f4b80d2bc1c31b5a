"""The log of held-out checks: every run of them is written down, and nothing in it is ever changed."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from synaptrace.claims.scorecard import check
from synaptrace.claims.theories import GROUP, compare_theories
from synaptrace.flatten import model_hash
from synaptrace.models import load_model

HEAD = """# Held-out claims: every run

Appended by `make heldout`, never edited; CI checks that each version begins with the one before. A failing part stays a failing
part. `free` and `clean` parts alone count as validation.
"""


def append_log(path, group=None):
    """Run the held-out parts anew and append date, commit, model and every verdict to the log; returns the scorecard."""
    found = check(group, roles=["held-out"], fresh=True)
    path = Path(path)
    before = path.read_text("utf-8") if path.exists() else HEAD
    lines = [
        "",
        f"## {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit(path.parent)}, model {model_hash(load_model())[:12]}",
        "",
        "| claim | part | independence | model | expected | unit | verdict |",
        "|---|---|---|---|---|---|---|",
    ]
    for claim in found["claims"]:
        for p in claim["parts"]:
            ends = [f"{k} {v:.4g}" if k in ("above", "below") else f"{v:.4g}" for k, v in p["expected"].items()]
            window = " to ".join(ends) or "no window"
            cells = [
                claim["id"],
                p["name"],
                p["independence"],
                "none" if p["observed"] is None else f"{p['observed']:.4g}",
                window,
                p["unit"],
                p["model_verdict"],
            ]
            lines.append(f"| {' | '.join(cells)} |")
    if group in (None, GROUP):
        found["theories"] = compare_theories(["held-out"])
        lines += _theory_lines(found["theories"]["theories"])
    path.write_text(before.rstrip("\n") + "\n" + "\n".join(lines) + "\n", "utf-8")
    return found


def _theory_lines(theories):
    """How each theory does on the held-out rows of the truth table, beside the trivial rule."""
    lines = ["", "| theory | rows matched | of | balanced accuracy | label |", "|---|---|---|---|---|"]
    for one in theories:
        s = one["scores"]["held-out"]
        balanced = "none" if s["balanced_accuracy"] is None else f"{s['balanced_accuracy']:.2f}"
        lines.append(f"| {one['theory']} | {s['matched']:.4g} | {s['rows']:.4g} | {balanced} | {one['label']} |")
    return lines


def _commit(folder):
    """Short hash of the checked-out commit, 'and changes' if files differ from it; 'none' outside of git."""

    def git(*words):
        return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()

    try:
        return git("rev-parse", "--short", "HEAD") + (
            " and changes" if git("status", "--porcelain", "--untracked-files=no") else ""
        )
    except (OSError, subprocess.CalledProcessError):
        return "none"
