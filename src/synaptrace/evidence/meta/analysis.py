"""One meta-analysis of a table, with what is asked beside the pooled effect: subgroups, influence, signs of missing studies."""

from dataclasses import dataclass, field, replace

import numpy as np

from synaptrace.errors import ResultError
from synaptrace.evidence.meta.bias import begg, egger, fail_safe, trim_and_fill
from synaptrace.evidence.meta.influence import baujat, cumulative, leave_one_out
from synaptrace.evidence.meta.measures import MEASURES, as_it_is, display_of
from synaptrace.evidence.meta.models import fit_effects, fit_subgroups, indicators
from synaptrace.evidence.meta.own_table import RISKS
from synaptrace.evidence.meta.result import MetaResult
from synaptrace.evidence.meta.script import metafor_script
from synaptrace.evidence.store.problems import EvidenceError
from synaptrace.evidence.store.schema import RISK_COLUMNS

FEWEST = 10  # studies from which on asymmetry is looked for (Sterne 2011, BMJ 343:d4002)


@dataclass(frozen=True)
class Analysis:
    """A pooled result with its table and settings; `parts` {subgroup: MetaResult} and `between`, the test of their difference."""

    result: MetaResult
    found: object
    settings: dict
    parts: dict = field(default_factory=dict)
    between: dict | None = None
    source: str = ""

    def script(self):
        """The same analysis as a script for R's metafor, as text."""
        wanted = {k: self.settings[k] for k in ("method", "test", "moderators", "subgroup", "prediction")}
        return metafor_script(self.source, self.found, **wanted)

    @property
    def display(self):
        """Function from the scale of the analysis to the one shown, such as exp for a log odds ratio."""
        if self.found.measure == "PFT":
            return display_of("PFT", np.array([r["n"] for r in self.found.rows]))
        return MEASURES[self.found.measure].display if self.found.measure in MEASURES else as_it_is

    @property
    def null(self):
        """The value of no effect as shown."""
        value = MEASURES[self.found.measure].null if self.found.measure in MEASURES else 0.0
        return 0.0 if value is None else value

    @property
    def risks(self):
        """[{domain: risk}] of the rows, or None where the table holds no risk of bias."""
        names = [c for c in dict.fromkeys((*RISK_COLUMNS, *RISKS)) if any(r.get(c) for r in self.found.rows)]
        return [{c: r.get(c) or "" for c in names} for r in self.found.rows] if names else None

    @property
    def groups(self):
        """Subgroup of every row, or None."""
        column = self.settings.get("subgroup")
        return [r[column] or "not said" for r in self.found.rows] if column else None

    def as_json(self):
        """Everything as plain values: the fields of the result, what it was asked, subgroups and signs of missing studies."""
        plain = self.result.as_json()
        plain |= {"settings": self.settings, "flags": list(self.found.flags)}
        if self.parts:
            plain |= {"subgroups": {k: r.as_json() for k, r in self.parts.items()}, "between_subgroups": self.between}
        return plain | {"asymmetry": asymmetry(self.result)}


def analyze(found, method="REML", test="z", moderators=(), subgroup=None, prediction="default", tags=None, source=""):
    """Pool the Effects of a table.

    Parameters
    ----------
    found : Effects
    method, test, prediction : str
        As in `fit_effects`.
    moderators : list of str
        Columns; words become columns of 0 and 1 against the first word.
    subgroup : str
        Column whose words part the studies.
    tags, source : list of str, str
        One tag of each row, such as seen or memory; where the table came from.

    Raises
    ------
    EvidenceError for a column the table does not have, ResultError as `fit_effects` does.
    """
    design, kept = _design(found, moderators)
    left = [*found.left_out, *((found.labels[i], "no moderator") for i in range(len(found.yi)) if i not in kept)]
    part = _only(found, kept, left)
    tags = [tags[i] for i in kept] if tags else None
    options = {"method": method, "test": test, "measure": found.measure, "prediction": prediction}
    result = fit_effects(part.yi, part.vi, moderators=design, labels=part.labels, tags=tags, left_out=part.left_out, **options)
    settings = {"measure": found.measure, "method": method, "test": test, "moderators": list(moderators)}
    settings |= {"subgroup": subgroup, "prediction": prediction}
    parts, between = {}, None
    if subgroup:
        _has(part, subgroup)
        words = [str(r[subgroup] or "not said") for r in part.rows]
        split = fit_subgroups(part.yi, part.vi, words, labels=part.labels, **options)
        parts, between = split.results, {"q": split.q_between, "df": split.q_df, "p": split.q_p}
    return Analysis(result, part, settings, parts, between, source)


def _has(found, column):
    if column not in found.rows[0]:
        known = ", ".join(c for c in found.rows[0] if not c.startswith("#"))
        raise EvidenceError(f"'{column}' is not a column of the table.", given=column, expected=known)


def _design(found, moderators):
    """({name: column} or None, places of the rows that have all of them)."""
    kept = list(range(len(found.yi)))
    for name in moderators:
        _has(found, name)
        kept = [i for i in kept if found.rows[i][name] not in (None, "")]
    if not kept:
        raise EvidenceError("No row has a value for every moderator.", given=", ".join(moderators))
    columns = {}
    for name in moderators:
        cells = [found.rows[i][name] for i in kept]
        numbers = [_number(c) for c in cells]
        if None not in numbers:
            columns[name] = np.array(numbers)
        else:
            columns |= {f"{name}: {word}": column for word, column in indicators(cells).items()}
    return columns or None, kept


def _number(cell):
    try:
        return float(cell)
    except ValueError:
        return None


def _only(found, kept, left):
    return replace(
        found, yi=found.yi[kept], vi=found.vi[kept], labels=[found.labels[i] for i in kept],
        rows=[found.rows[i] for i in kept], left_out=left,
    )  # fmt: skip


def asymmetry(result):
    """Tests of small-study effects as a dict, or the reason why there is none."""
    if result.k < FEWEST or result.design is None or result.design.shape[1] > 1:
        return {"not_done": f"asymmetry is looked for from {FEWEST} studies on, without moderators"}
    yi, vi = result.effects, result.variances
    filled = trim_and_fill(yi, vi, method=result.method)
    return {
        "egger": egger(yi, vi).as_json(),
        "begg": begg(yi, vi).as_json(),
        "trim_and_fill": {"side": filled.side, "missing": filled.missing, "estimate": filled.result.estimate},
        "fail_safe_rosenthal": fail_safe(yi, vi).number,
    }


def influence_figures(analysis, order=None):
    """(cumulative, leave-one-out, Baujat) of an analysis without moderators; `order` is a column, else the order of the rows."""
    found, options = analysis.found, {k: analysis.settings[k] for k in ("method", "test")}
    if analysis.settings["moderators"]:
        raise ResultError("A cumulative analysis is of a pooled effect.", given="moderators", fix="leave them out")
    if order:
        _has(found, order)
        numbers = [_number(r[order] if r[order] is not None else "") for r in found.rows]
        if None in numbers:
            raise EvidenceError(f"'{order}' does not order the studies.", given=order, expected="a number in every row")
    else:
        numbers = list(range(len(found.yi)))
    steps = cumulative(found.yi, found.vi, numbers, labels=found.labels, **options)
    return steps, leave_one_out(found.yi, found.vi, labels=found.labels, **options), baujat(found.yi, found.vi, found.labels)
