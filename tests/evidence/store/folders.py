"""A small folder of evidence to spoil in tests."""

from synaptrace.evidence.store.read import columns_of
from synaptrace.evidence.store.schema import TABLES

REVIEW = """title = "Two trials"
question = "Does it work?"
paper = "mine"
status = "Made for tests."

[[analysis]]
id = "pool"
what = "Mean difference at 24 hours."
table = "arms"
measure = "MD"
scale = "MADRS"
outcome = "mood"
statistic = "change"
time = 24
time_unit = "h"
studies = ["A 2020", "B 2021"]
method = "REML"
test = "knha"

[[analysis]]
id = "printed"
what = "Printed differences."
table = "effects"
measure = "MD"
kind = "controlled"
outcome = "mood"
studies = ["A 2020", "B 2021"]
method = "DL"
"""
PUBLISHED = """[pool]
estimate = "-6.1"
ci_low = "-9.0"
ci_high = "-3.2"
source = "mine:table 3"
tag = "seen"
expected = "differs"
reason = "Made for tests."
"""
END = {"source": "mine:table 1", "tag": "seen"}


def trial(study, **more):
    return {"study": study, "year": 2020, "design": "parallel", **END, **more}


def arm(study, role, mean, **more):
    base = {"study": study, "outcome": "mood", "arm": "ketamine" if role == "active" else "midazolam", "role": role}
    return (
        base
        | {"scale": "MADRS", "statistic": "change", "time": 24, "time_unit": "h", "n": 20, "mean": mean, "sd": 10}
        | END
        | more
    )


def effect(study, estimate, **more):
    base = {"study": study, "outcome": "mood", "comparison": "ketamine - midazolam", "kind": "controlled", "measure": "MD"}
    return base | {"scale": "MADRS", "estimate": estimate, "ci_low": estimate - 4, "ci_high": estimate + 4} | END | more


TRIALS = [trial("A 2020"), trial("B 2021")]
ARMS = [arm(s, r, m) for s, a, c in (("A 2020", -15, -9), ("B 2021", -13, -7)) for r, m in (("active", a), ("control", c))]
EFFECTS = [effect("A 2020", -6), effect("B 2021", -5)]


def text_of(table, rows):
    names = [c.name for c in columns_of(table)]
    lines = [",".join(names)]
    return "\n".join(lines + [",".join(str(row.get(n, "")) for n in names) for row in rows]) + "\n"


def folder(path, review=REVIEW, published=PUBLISHED, **tables):
    """Write a folder; trials, arms and effects may be rows or the text of the file."""
    path.mkdir(exist_ok=True)
    (path / "review.toml").write_text(review, "utf-8")
    (path / "published.toml").write_text(published, "utf-8")
    (path / "papers.csv").write_text(text_of("papers", [{"key": "mine", "title": "Mine"}]), "utf-8")
    for table, rows in ({"trials": TRIALS, "arms": ARMS, "effects": EFFECTS} | tables).items():
        assert table in TABLES
        (path / f"{table}.csv").write_text(rows if isinstance(rows, str) else text_of(table, rows), "utf-8")
    return path
