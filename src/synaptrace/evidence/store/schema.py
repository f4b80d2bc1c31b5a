"""The one schema of the store: three tables per review, their columns, and the words a column may hold.

A folder of `library/evidence` holds one review or question: `review.toml` (what it is, its analyses and their settings),
`trials.csv`, `arms.csv`, `effects.csv` (each may be missing) and `published.toml` (printed results, and nothing else).
`papers.csv` beside the folders says where each key of a source lives.
"""

from dataclasses import dataclass

TEXT, NUMBER, COUNT = "text", "number", "whole number"
TAGS = ("seen", "seen-2", "derived", "memory")
DESIGNS = ("parallel", "crossover", "crossover first period", "single arm", "cohort", "case-control", "review", "simulated")
CONTROLLED = ("parallel", "crossover", "crossover first period", "case-control")
ROLES = ("active", "control", "single")
STATISTICS = (
    *("post", "change", "adjusted post", "adjusted change", "percent change", "maximum change"),
    *("rank", "events", "baseline", "value"),
)
KINDS = ("controlled", "pre-post", "within arm", "correlation", "single value")
MEASURES = (
    *("MD", "SMD", "ROM", "OR", "RR", "RD", "HR", "MC", "SMCR", "proportion", "r", "d", "t", "z", "percent", "value"),
    *("F", "beta", "p"),
)
RATIOS = ("OR", "RR", "HR", "ROM")  # pooled as logarithms
RISKS = ("low", "some concerns", "high", "unclear")
SCALES = {
    "MADRS": (0, 60),
    "HDRS-17": (0, 52),
    "HAMD-17": (0, 52),
    "HDRS-21": (0, 64),
    "HDRS-25": (0, 76),
    "HDRS-28": (0, 84),
    "QIDS-SR16": (0, 27),
    "SSI": (0, 38),
    "BSSI": (0, 38),
    "CADSS": (0, 92),
    "NRS": (0, 10),
    "VAS": (0, 100),
    "pain 0-100": (0, 100),
    "MADRS item 10": (0, 6),
    "HAM-D-6": (0, 22),
    "C-SSRS ideation": (0, 5),
    "CADSS mean per item": (0, 4),
    "Beck Hopelessness Scale": (0, 20),
    "STAI-state": (20, 80),
    "QIDS item suicidal ideation": (0, 3),
    "PANSS positive": (7, 49),
    "PANSS negative": (7, 49),
    "PANSS general": (16, 112),
}


@dataclass(frozen=True)
class Column:
    """One column: what it holds, whether a row must fill it, and the words it may hold (empty: any)."""

    name: str
    holds: str = TEXT
    required: bool = False
    words: tuple = ()


def _columns(text, **words):
    """Columns from 'name', 'name!' (required), 'name:n' (number), 'name:k' (whole number)."""
    kinds = {"n": NUMBER, "k": COUNT}
    found = []
    for part in text.split():
        name, _, kind = part.rstrip("!").partition(":")
        found.append(Column(name, kinds.get(kind, TEXT), part.endswith("!"), words.get(name, ())))
    return tuple(found)


RISK_COLUMNS = ("d1", "d2", "d3", "d4", "d5", "overall_risk")
_END = "source! tag! note"
TABLES = {
    # one row per trial; `overlap` names the group of trials that share patients
    "trials": _columns(
        "study! year:k registry design! population n_randomized:k comparator d1 d2 d3 d4 d5 overall_risk overlap " + _END,
        design=DESIGNS,
        tag=TAGS,
        **dict.fromkeys(RISK_COLUMNS, RISKS),
    ),
    # one row per arm, outcome and time; sd and se are as printed, never one in the place of the other
    "arms": _columns(
        "study! outcome! arm! role! drug dose:n dose_unit route scale statistic! time:n time_unit n:k mean:n sd:n se:n"
        " ci_low:n ci_high:n events:k " + _END,
        role=ROLES,
        statistic=STATISTICS,
        tag=TAGS,
    ),
    # one row per printed contrast or single value; `kind` keeps uncontrolled effects apart from controlled ones
    "effects": _columns(
        "study! outcome! comparison! kind! measure! scale time:n time_unit estimate:n ci_low:n ci_high:n se:n p:n n1:k n2:k "
        + _END,
        kind=KINDS,
        measure=MEASURES,
        tag=TAGS,
    ),
}
TIME_UNITS = ("min", "h", "d", "wk", "mo", "y")
# what an [[analysis]] of review.toml may say; a key it does not name is flagged
ANALYSIS = {
    **dict.fromkeys(("id", "what", "table", "measure"), str),
    **dict.fromkeys(("outcome", "scale", "statistic", "comparison", "kind", "time_unit", "direction"), (str, list)),
    **dict.fromkeys(("time", "correlation", "continuity", "level"), (int, float)),
    **dict.fromkeys(("studies", "arms", "controls"), list),
    **dict.fromkeys(("combine", "spread", "crossover", "method", "test", "transformation", "paper", "note"), str),
    **dict.fromkeys(("continuity_to", "double_zeros", "variance", "design", "formula", "uses"), str),
}
PUBLISHED_NUMBERS = (
    *("estimate", "ci_low", "ci_high", "se", "sd", "plus_minus", "p", "k", "n", "n1", "n2"),
    *("tau2", "q", "i2", "active", "control"),
)
PUBLISHED_TEXTS = ("statement", "source", "tag", "expected", "reason", "missing_rows", "note", "paper")
EXPECTED = ("match", "differs", "not yet re-computable")
COMBINE = ("arms together", "mean of doses")
PAPERS = _columns("key! authors title! journal year:k doi pmid pmcid registry publisher note")
