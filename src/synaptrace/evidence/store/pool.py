"""What must not be put into one analysis: shared patients, crossover arms as two groups, mixed kinds, scales or designs."""

from synaptrace.evidence.store.match import MEANS, ONE_GROUP, designs, listed
from synaptrace.evidence.store.problems import ERROR, FLAG, Problem
from synaptrace.evidence.store.schema import COMBINE


def pool_problems(review, settings, rows):
    """Problems of pooling `rows`, the rows that an analysis asks for; where they say which setting to change."""
    file, name = "review.toml", f"analysis {settings.get('id', '?')}"
    trials = designs(review)
    found = [*_studies(settings, trials, file, name), *_designs(settings, rows, trials, file, name)]
    found += [*_overlap(rows, trials, file, name), *_kinds(settings, rows, file, name), *_scales(settings, rows, file, name)]
    for row in rows:
        if row.get("statistic") == "rank":
            fix = "leave the row out: ranks of one trial have no unit"
            sentence = f"{row['study']} prints mean ranks, which are not scores."
            found.append(Problem(ERROR, sentence, row["file"], row["line"], "statistic", "rank", "post or change", fix))
    combine = settings.get("combine")
    if combine is not None and combine not in COMBINE:
        sentence = f"'{combine}' is no way to combine arms."
        found.append(
            Problem(ERROR, sentence, file, 0, f"{name}, combine", combine, " or ".join(COMBINE), f'write "{COMBINE[0]}"')
        )
    return found


def _studies(settings, trials, file, name):
    studies, found = listed(settings.get("studies")), []
    for study in dict.fromkeys(studies):
        if studies.count(study) > 1:
            sentence = f"{study} is twice in one analysis."
            found.append(Problem(ERROR, sentence, file, 0, f"{name}, studies", study, "each study once", "delete one"))
        if study not in trials:
            sentence = f"{study} has no row in trials.csv."
            fix = "add its row, or correct the name"
            found.append(Problem(ERROR, sentence, file, 0, f"{name}, studies", study, "a study of trials.csv", fix))
    return found


def _designs(settings, rows, trials, file, name):
    found = []
    for study in dict.fromkeys(r["study"] for r in rows):
        design = trials.get(study, {}).get("design")
        if design == "simulated":
            sentence = f"{study} is a simulated data set, not a trial."
            found.append(Problem(ERROR, sentence, file, 0, f"{name}, studies", study, "people", "take it out of studies"))
        if design == "crossover" and settings["table"] == "arms" and "crossover" not in settings:
            if settings["measure"] not in ONE_GROUP:
                sentence = f"The arms of the crossover trial {study} are the same people and not two groups."
                fix = "use its paired standard error as an effect, or its first period, or say in crossover how it is handled"
                expected = "a paired effect"
                found.append(Problem(ERROR, sentence, file, 0, f"{name}, studies", study, expected, fix))
    return found


def _overlap(rows, trials, file, name):
    groups, found = {}, []
    for study in dict.fromkeys(r["study"] for r in rows):
        shared = trials.get(study, {}).get("overlap")
        groups.setdefault(shared, []).append(study) if shared else None
    for shared, studies in groups.items():
        if len(studies) > 1:
            sentence = f"{' and '.join(studies)} share patients."
            fix = f"keep one of the studies with overlap '{shared}'"
            given = ", ".join(studies)
            found.append(Problem(ERROR, sentence, file, 0, f"{name}, studies", given, "one study per group of patients", fix))
    return found


def _kinds(settings, rows, file, name):
    kinds = dict.fromkeys(r["kind"] for r in rows if r.get("kind"))
    if settings["table"] == "arms":
        alone = [r["study"] for r in rows if r["role"] == "single"]
        if alone and settings["measure"] not in ONE_GROUP:
            fix = "take it out of studies, or use a measure of one group"
            sentence = f"{alone[0]} has no control group and cannot be pooled with controlled effects."
            return [Problem(ERROR, sentence, file, 0, f"{name}, studies", alone[0], "trials with a control group", fix)]
        return []
    if len(kinds) < 2:
        return []
    sentence = f"Effects of different kinds are in one analysis: {' and '.join(kinds)}."
    fix = "set kind to one of them; a change within a group is no difference from a control group"
    return [Problem(ERROR, sentence, file, 0, f"{name}, kind", ", ".join(kinds), "one kind", fix)]


def _scales(settings, rows, file, name):
    scales = list(dict.fromkeys(r["scale"] for r in rows if r["scale"]))
    found = []
    if settings["measure"] in ("MD", "MC") and len(scales) > 1:
        severity = FLAG if "transformation" in settings else ERROR
        sentence = f"Points of {len(scales)} scales are in one analysis of {settings['measure']}."
        fix = "set scale to one of them, use SMD, or say in transformation how they were made alike"
        found.append(Problem(severity, sentence, file, 0, f"{name}, scale", ", ".join(scales), "one scale", fix))
    statistics = list(dict.fromkeys(r["statistic"] for r in rows if r.get("statistic")))
    if settings["table"] == "arms" and settings["measure"] in MEANS and settings["measure"] != "MD" and len(statistics) > 1:
        sentence = f"Standardized effects of {' and '.join(statistics)} are in one analysis; their standard deviations differ."
        fix = "set statistic to one of them"
        found.append(Problem(FLAG, sentence, file, 0, f"{name}, statistic", ", ".join(statistics), "one statistic", fix))
    return found
