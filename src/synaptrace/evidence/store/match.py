"""Which rows of a review an analysis asks for, and why each other row is not among them."""

from synaptrace.errors import nearest
from synaptrace.evidence.store.problems import EvidenceError, shown
from synaptrace.evidence.store.schema import ANALYSIS, MEASURES, RATIOS, TABLES

HOURS = {"min": 1 / 60, "h": 1.0, "d": 24.0, "wk": 168.0, "mo": 730.5, "y": 8766.0}
MEANS, EVENTS, ONE_GROUP = ("MD", "SMD", "ROM"), ("OR", "RR", "RD"), ("MC", "SMCR", "proportion", "percent", "value")
EVENTS_ALONE = ("proportion", "percent")
KINDS_OF_VALUES = {str: "text", list: "a list of texts", int: "a whole number", float: "a number"}


def settings_of(review, analysis):
    """The settings dict of an analysis id, or the dict itself. Raises UnknownName or EvidenceError for what it lacks."""
    settings = dict(analysis) if isinstance(analysis, dict) else review.analysis(analysis)
    for key, known in (("table", [t for t in TABLES if t != "trials"]), ("measure", MEASURES)):
        if settings.get(key) not in known:
            given = settings.get(key, "nothing")
            close = nearest(given, known)
            raise EvidenceError(
                f"The analysis '{settings.get('id', '?')}' has no {key} that can be used.",
                where=f"{review.name}/review.toml",
                given=given,
                expected=", ".join(known),
                fix=f'write {key} = "{close if close in known else known[0]}"',
            )
    for key, value in settings.items():
        expected = expected_of(key, value)
        if expected:
            where = f"{review.name}/review.toml, analysis {settings.get('id', '?')}"
            sentence, given = f"The setting {key} cannot be {shown(value)}.", shown(value)
            raise EvidenceError(sentence, where=where, given=given, expected=expected, fix=f"write {expected}")
    return settings


def expected_of(key, value):
    """What a setting must be where its value is something else, or ''; unknown settings may be anything."""
    kinds = ANALYSIS.get(key, ())
    kinds = kinds if isinstance(kinds, tuple) else (kinds,)
    fits = isinstance(value, kinds) and not isinstance(value, bool)
    if isinstance(value, list):
        fits = fits and all(isinstance(v, str) for v in value)
    return "" if fits or not kinds else " or ".join(KINDS_OF_VALUES[k] for k in kinds)


def listed(value):
    """A setting as a list: one word or several."""
    return [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]


def hours(time, unit):
    """A time in hours, or None where time or unit is missing or unknown."""
    return time * HOURS[unit] if isinstance(time, (int, float)) and unit in HOURS else None


def designs(review):
    """{study: row of trials.csv}."""
    return {r["study"]: r for r in review.rows["trials"] if r["study"]}


def candidates(review, settings):
    """(rows, left out) of the table of an analysis.

    Rows fit every setting (study, outcome, scale, statistic, time, kind, measure, arms, comparison); `left out` is a list of
    (row, reason) of all the others, so that both together are the whole table.
    """
    found, left = [], []
    for row in review.rows[settings["table"]]:
        reason = _reason(row, settings)
        if reason:
            left.append((row, reason))
        else:
            found.append(row)
    return found, left


def _reason(row, settings):
    """Why a row is not in the analysis, or ''."""
    studies = settings.get("studies")
    if studies is not None and row["study"] not in studies:
        return "the analysis names no study" if not studies else "its study is not in the analysis"
    for key in ("outcome", "scale", "kind", "comparison"):
        wanted = listed(settings.get(key))
        if key in row and wanted and row[key] not in wanted:
            return f"its {key} is {row[key] or 'not given'}, the analysis asks for {' or '.join(map(str, wanted))}"
    at = settings.get("time")
    if at is not None:
        wanted, given = hours(at, settings.get("time_unit")), hours(row["time"], row["time_unit"])
        if given is None or wanted is None or abs(given - wanted) > 1e-6 * max(1.0, abs(wanted)):
            shown = f"{row['time']:g} {row['time_unit'] or ''}".strip() if isinstance(row["time"], float) else "not given"
            return f"its time is {shown}, the analysis asks for {at:g} {settings.get('time_unit', '')}".strip()
    return _arm_reason(row, settings) if settings["table"] == "arms" else _effect_reason(row, settings)


def _arm_reason(row, settings):
    measure, wanted = settings["measure"], listed(settings.get("statistic"))
    events = measure in EVENTS or measure in EVENTS_ALONE
    if wanted and row["statistic"] not in wanted:
        return f"it is a {row['statistic']}, the analysis asks for {' or '.join(wanted)}"
    if not wanted and events and row["statistic"] != "events":
        return f"it is a {row['statistic']}, the measure {measure} needs events"
    if not wanted and not events and row["statistic"] in ("baseline", "events"):
        return f"it is a {row['statistic']}, the measure {measure} needs an outcome score"
    arms, controls = settings.get("arms"), settings.get("controls")
    if row["role"] != "control" and arms and row["arm"] not in arms:
        return f"its arm is {row['arm']}, the analysis asks for {' or '.join(arms)}"
    if row["role"] == "control" and controls and row["arm"] not in controls:
        return f"its arm is {row['arm']}, the analysis asks for {' or '.join(controls)}"
    if row["role"] == "control" and measure in ONE_GROUP:
        return f"it is a control arm, the measure {measure} is of one group"
    return ""


def _effect_reason(row, settings):
    measure = settings["measure"]
    if row["measure"] == measure:
        return ""
    both = {row["measure"], measure}
    note = " (a ratio is not a difference)" if len(both & set(RATIOS)) == 1 else ""
    return f"its measure is {row['measure']}, the analysis asks for {measure}{note}"
