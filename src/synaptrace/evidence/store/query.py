"""One analysis as rows ready to be computed, with every row that is left out and why. Nothing is pooled here."""

from dataclasses import dataclass
from math import log, sqrt

from scipy.stats import norm

from synaptrace.evidence.meta.conversions import combined_arms, sd_from_interval, sd_from_se
from synaptrace.evidence.store.load import Review, load_review, load_store
from synaptrace.evidence.store.match import EVENTS, EVENTS_ALONE, ONE_GROUP, candidates, designs, listed, settings_of
from synaptrace.evidence.store.pool import pool_problems
from synaptrace.evidence.store.problems import EvidenceError, refuse
from synaptrace.evidence.store.read import columns_of
from synaptrace.evidence.store.schema import RATIOS, TAGS

MEMORY = "memory"


@dataclass(frozen=True)
class Selection:
    """Rows of one analysis.

    `rows` is a list of dicts with study, design, tag (the weakest of its rows), source, lines, marks and, by table and measure,
    n1, mean1, sd1, n2, mean2, sd2 | events1, n1, events2, n2 | yi, vi (logarithms for ratios; vi None where only shown).
    1 is the active arm, 2 the control. `left_out` lists dicts with study, file, line and reason; rows used and rows left out
    are together the whole table. `settings` is the [[analysis]] table.
    """

    review: str
    settings: dict
    rows: list
    left_out: list

    @property
    def marked(self):
        """Sentences about rows that are used with a reserve, as a standard deviation made from a standard error."""
        return [f"{r['study']}: {mark}" for r in self.rows for mark in r["marks"]]

    @property
    def missing(self):
        """Studies that the analysis names and that give no row here; with one of them missing it is another analysis."""
        return [s for s in self.settings.get("studies", []) if s not in {r["study"] for r in self.rows}]


def query(review, analysis, memory=()):
    """The Selection of one analysis.

    `review` is a Review, a shipped name or a folder; `analysis` an id or a settings dict. Remembered rows are left out unless
    their study is named in `memory`, and are then marked. Raises UnknownName for an unknown id and EvidenceError where the rows
    must not be pooled (shared patients, crossover arms, mixed kinds or scales) or more than one row would stand for one arm.
    """
    review = review if isinstance(review, Review) else load_review(review)
    settings = settings_of(review, analysis)
    refuse([p for p in review.problems if p.file in ("review.toml", "trials.csv", f"{settings['table']}.csv")])
    found, left = candidates(review, settings)
    refuse(pool_problems(review, settings, found))
    asked, trials, rows = set(listed(memory)), designs(review), []
    kept = []
    for row in found:
        remembered = row["tag"] == MEMORY and row["study"] not in asked
        left.append((row, "it is remembered, and its study was not asked for by name")) if remembered else kept.append(row)
    for study in dict.fromkeys(r["study"] for r in kept):
        own = [r for r in kept if r["study"] == study]
        made, unused = (_arms if settings["table"] == "arms" else _effects)(own, settings, review)
        left += unused
        rows += [_labeled(row, used, study, trials) for row, used in made]
    order = {id(r): i for i, r in enumerate(review.rows[settings["table"]])}
    left = [_left(row, reason) for row, reason in sorted(left, key=lambda pair: order[id(pair[0])])]
    return Selection(review.name, settings, rows, left)


def find(table, folder=None, **words):
    """Rows of every review whose cells are the words given, each with the name of its review.

    An example is `find("arms", study="Lii 2023", scale="MADRS")`; a value may be a list.
    Raises EvidenceError for a column the table does not have.
    """
    names = [c.name for c in columns_of(table)]
    for key in words:
        if key not in names:
            raise EvidenceError(f"'{key}' is not a column of {table}.", given=key, expected=", ".join(names))
    wanted = {key: listed(value) for key, value in words.items()}
    return [
        {"review": name, **row}
        for name, review in load_store(folder).items()
        for row in review.rows[table]
        if all(row[key] in values for key, values in wanted.items())
    ]


def _left(row, reason):
    about = row.get("arm") or row.get("comparison") or ""
    return {"study": row["study"], "about": about, "file": row["file"], "line": row["line"], "reason": reason}


def _labeled(row, used, study, trials):
    """A computed row with what is known of it."""
    tags = [r["tag"] for r in used]
    marks = row.pop("marks", [])
    marks += ["remembered, asked for by name"] if MEMORY in tags else []
    return {
        "study": study,
        **row,
        "design": trials.get(study, {}).get("design"),
        "tag": max(tags, key=TAGS.index),
        "source": tuple(dict.fromkeys(r["source"] for r in used)),
        "lines": tuple(r["line"] for r in used),
        "marks": list(dict.fromkeys(marks)),
    }


def _arms(rows, settings, review):
    """([(row, rows used)], left out) of the arms of one study."""
    measure = settings["measure"]
    events = measure in EVENTS or measure in EVENTS_ALONE
    known = {"events": events, "shown": settings.get("method") == "none" and "formula" in settings}
    rows, left = _complete(rows, known)
    groups = [[r for r in rows if r["role"] != "control"], [r for r in rows if r["role"] == "control"]]
    if measure in ONE_GROUP:
        return [(_group([r], "1", events), [r]) for r in _single(groups[0], settings, review)], left
    for rows_, what in zip(groups, ("active", "control"), strict=True):
        if not rows_:
            return [], left + [(r, f"its study has no usable {what} arm for this analysis") for r in rows]
    parts = {}
    for side, group in zip("12", groups, strict=True):
        parts |= _group(_single(group, settings, review), side, events, parts.get("marks", []))
    return [(parts, rows)], left


def _complete(rows, known):
    """(rows with the numbers needed, left out)."""
    fine, left = [], []
    for row in rows:
        if row["n"] is None:
            left.append((row, "its number of people was not found"))
        elif known["events"] and row["events"] is None:
            left.append((row, "its events were not found"))
        elif not known["events"] and not known["shown"] and row["mean"] is None:
            left.append((row, "its mean was not found"))
        elif not known["events"] and not known["shown"] and spread(row)[0] is None:
            left.append((row, "no standard deviation, standard error or interval was found"))
        else:
            fine.append(row)
    return fine, left


def _single(rows, settings, review):
    """The rows of one side; raises EvidenceError where two rows would stand for one arm or arms are not said to be combined."""
    for row in rows:
        same = [r["line"] for r in rows if r["arm"] == row["arm"]]
        if len(same) > 1:
            raise EvidenceError(
                f"{row['study']} has {len(same)} rows for the arm '{row['arm']}' in one analysis.",
                where=f"{review.name}/{row['file']}, lines {', '.join(map(str, same))}",
                expected="one row per arm",
                fix="say outcome, scale, statistic and time in the analysis",
            )
    if len(rows) > 1 and settings.get("combine") != "arms together" and settings["measure"] not in ONE_GROUP:
        names = ", ".join(r["arm"] for r in rows)
        raise EvidenceError(
            f"{rows[0]['study']} has {len(rows)} arms on one side of the comparison.",
            where=f"{review.name}/review.toml, analysis {settings.get('id', '?')}",
            given=names,
            expected="one arm, or a way to combine them",
            fix='name one in arms or controls, or write combine = "arms together"',
        )
    return rows


def _group(rows, side, events, marks=()):
    """n, and mean with sd or events, of one side: its people as one group."""
    n = sum(r["n"] for r in rows)
    if events:
        return {f"events{side}": sum(r["events"] for r in rows), f"n{side}": n, "marks": list(marks)}
    spreads = [spread(r) for r in rows]
    marks = [*marks, *(f"{r['arm']}, {mark}" for r, (_, mark) in zip(rows, spreads, strict=True) if mark)]
    if any(r["mean"] is None or s is None for r, (s, _) in zip(rows, spreads, strict=True)):
        return {f"n{side}": n, f"mean{side}": None, f"sd{side}": None, "marks": marks}
    mean, sd = rows[0]["mean"], spreads[0][0]
    if len(rows) > 1:
        mean, sd, _ = combined_arms([r["mean"] for r in rows], [s for s, _ in spreads], [r["n"] for r in rows])
    return {f"n{side}": n, f"mean{side}": mean, f"sd{side}": sd, "marks": marks}


def spread(row):
    """(standard deviation or None, mark) of a row of arms: as printed, else from its standard error, else from its interval."""
    n, low, high = row["n"], row["ci_low"], row["ci_high"]
    if row["sd"] is not None or not n:
        return row["sd"], ""
    if row["se"] is not None:
        return float(sd_from_se(row["se"], n)), "standard deviation made from the standard error"
    if low is not None and high is not None and n > 1:
        return float(sd_from_interval(low, high, n)), "standard deviation made from the interval"
    return None, ""


def _effects(rows, settings, review):
    """([(row, rows used)], left out) of the effects of one study."""
    shown, made, left = settings.get("method") == "none", [], []
    for row in rows:
        number = _estimate(row, settings)
        if number["yi"] is None:
            left.append((row, number["why"]))
        elif number["vi"] is None and not shown:
            left.append((row, "no standard error or interval was found"))
        else:
            made.append((number, row))
    if len(made) > 1 and settings.get("combine") == "mean of doses":
        return [(_mean_of(made, settings), [row for _, row in made])], left
    if len(made) > 1 and not shown:
        raise EvidenceError(
            f"{rows[0]['study']} has {len(made)} effects in one analysis, which share patients.",
            where=f"{review.name}/effects.csv, lines {', '.join(str(r['line']) for _, r in made)}",
            expected="one effect per study, or a way to combine them",
            fix='say comparison, scale and time, or write combine = "mean of doses" and correlation',
        )
    return [({k: v for k, v in number.items() if k != "why"}, [row]) for number, row in made], left


def _estimate(row, settings):
    """Effect yi and variance vi of one row: logarithms for ratios, variance from the standard error, else the interval."""
    value, low, high, se = row["estimate"], row["ci_low"], row["ci_high"], row["se"]
    about = {"n1": row["n1"], "n2": row["n2"], "outcome": row["outcome"], "comparison": row["comparison"]}
    if value is None:
        return {"yi": None, "vi": None, "why": "its estimate was not found"}
    reach = 2 * float(norm.ppf(0.5 + settings.get("level", 0.95) / 2))
    if row["measure"] in RATIOS:
        if min(v for v in (value, low, high) if v is not None) <= 0:
            return {"yi": None, "vi": None, "why": "a ratio of 0 or less has no logarithm"}
        value, low, high = (None if v is None else log(v) for v in (value, low, high))
        se = None  # where a ratio prints one, its scale was not read
    interval = low is not None and high is not None
    if se is None or (settings.get("spread") == "interval" and interval):
        vi, mark = (((high - low) / reach) ** 2, "variance made from the interval") if interval else (None, "no variance")
    else:
        vi, mark = se * se, ""
    return {"yi": value, "vi": vi, **about, "why": "", "marks": [f"{row['comparison']}, {mark}"] if mark else []}


def _mean_of(made, settings):
    """The mean of several effects of one study that share a control group, with the correlation the settings say."""
    r, count = settings.get("correlation", 0.5), len(made)
    yi = sum(number["yi"] for number, _ in made) / count
    marks = [*(m for number, _ in made for m in number["marks"]), f"mean of {count} doses, correlation {r:g}"]
    known = [number["vi"] for number, _ in made]
    vi = None
    if None not in known:
        total = sum(known) + sum(r * sqrt(a * b) for i, a in enumerate(known) for j, b in enumerate(known) if i != j)
        vi = total / count**2
    return {"yi": yi, "vi": vi, "n1": None, "n2": None, "marks": marks}
