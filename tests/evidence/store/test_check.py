"""Each thing that must not be in the store is refused or flagged, in words that say where, what and what to do."""

import time

import pytest

from synaptrace.evidence.store.check import check_papers, check_review, check_store
from synaptrace.evidence.store.load import load_review, papers
from synaptrace.evidence.store.problems import ERROR, FLAG, EvidenceError
from synaptrace.evidence.store.query import query
from tests.evidence.store.folders import ARMS, EFFECTS, PUBLISHED, REVIEW, TRIALS, arm, effect, folder, text_of, trial


def checked(path, **tables):
    return check_review(folder(path, **tables))


def only(problems):
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def test_a_good_folder_has_no_problem(tmp_path):
    assert checked(tmp_path / "good") == []


def pair(change, **more):
    """The first pair of arms, with the second arm of the first study changed."""
    return {"arms": [ARMS[0] | change, *ARMS[1:]]} | more


def first(**change):
    """The first effect changed."""
    return {"effects": [effect("A 2020", -6, **change), EFFECTS[1]]}


ROWS = [
    (pair({"sd": 0}), "A standard deviation of 0 cannot be.", "sd", "0", "above 0"),
    (pair({"sd": -3}), "A standard deviation of -3 cannot be.", "sd", "-3", "above 0"),
    (pair({"se": 0, "sd": ""}), "A standard error of 0 cannot be.", "se", "0", "above 0"),
    (pair({"n": 0}), "A group of 0 people cannot be.", "n", "0", "1 or more"),
    (pair({"events": 21}), "21 events in 20 people cannot be.", "events", "21", "0 to 20"),
    (pair({"mean": 70}), "A mean of 70 is off the scale MADRS.", "mean", "70", "-60 to 60"),
    (pair({"mean": -61, "sd": 20}), "A mean of -61 is off the scale MADRS.", "mean", "-61", "-60 to 60"),
    (pair({"ci_low": -9, "ci_high": -16}), "The interval from -9 to -16 is upside down.", "ci_low", "-9", None),
    (pair({"ci_low": -30, "ci_high": -20, "sd": ""}), "-15 lies outside its own interval.", "mean", "-15", "-30 to -20"),
    (pair({"source": "table 2"}), "'table 2' says no place in its source.", "source", "'table 2'", "key:place"),
    (pair({"source": "nine:table 2"}), "'nine' is not a known source.", "source", "'nine:table 2'", None),
    (pair({"study": "A2020"}), "'A2020' has no row in trials.csv.", "study", "'A2020'", "a study of trials.csv"),
    (pair({"time_unit": ""}), "A time needs a number and a unit.", "time_unit", "empty", "both or neither"),
    (pair({"time_unit": "hour"}), "'hour' is no unit of time.", "time_unit", "'hour'", "min, h, d, wk, mo, y"),
    (pair({"statistic": "events", "events": ""}), "A row of events has no count.", "events", "empty", "a whole number"),
    (pair({"events": 3, "n": ""}), "A count of events has no number of people.", "n", "empty", "a whole number"),
    (first(p=1.2), "A probability of 1.2 cannot be.", "p", "1.2", "0 to 1"),
    (first(measure="OR", ci_low="", ci_high=""), "A ratio of -6 cannot be.", "estimate", None, "above 0"),
    (first(measure="r", ci_low="", ci_high=""), "A correlation of -6 cannot be.", "estimate", None, "-1 to 1"),
    ({"trials": [*TRIALS, trial("A 2020", year=2021)]}, "A 2020: this study is listed twice.", "study", None, "each row once"),
    ({"arms": [*ARMS, ARMS[0]]}, "A 2020: this arm is listed twice.", "study", None, "each row once"),
    ({"effects": [*EFFECTS, EFFECTS[0]]}, "A 2020: this effect is listed twice.", "study", None, "each row once"),
]


@pytest.mark.parametrize("tables, sentence, column, given, expected", ROWS, ids=[r[1] for r in ROWS])
def test_impossible_values_are_errors(tmp_path, tables, sentence, column, given, expected):
    found = next(p for p in checked(tmp_path / "x", **tables) if p.sentence == sentence)
    assert found.severity == ERROR and found.column == column and found.row > 1 and found.fix
    assert found.file in ("trials.csv", "arms.csv", "effects.csv")
    for wanted, is_ in ((given, found.given), (expected, found.expected)):
        assert wanted is None or wanted == is_


FLAGS = [
    (pair({"sd": 2}), "The standard deviation 2 is less than a quarter of what is usual on MADRS."),
    (pair({"mean": -33}), "The change -33 is more than three times its standard deviation 10; is it a standard error?"),
    (
        {"arms": [arm("A 2020", "active", -13.4, sd=3.03), arm("A 2020", "control", -2.3, sd=3.38), *ARMS[2:]]},
        "The arms of A 2020 differ by -3.5 standard deviations; are these standard errors?",
    ),
    (pair({"se": 4}), "The standard deviation 10 does not fit the standard error of the same row."),
    (pair({"ci_low": -25, "ci_high": -5}), "The standard deviation 10 does not fit the interval of the same row."),
    ({"trials": [*TRIALS, trial("a2020")]}, "'a2020' and 'A 2020' look like one study listed twice."),
    (
        {"arms": [arm("A 2020", "active", -15, sd=2.236, n=20), arm("A 2020", "active", -15, time=2, time_unit="d"), *ARMS[1:]]},
        "The standard deviation 2.236 times the root of n is 10, printed in line 3.",
    ),
    ({"arms": [*ARMS, ARMS[0] | {"mean": -14}]}, "A 2020: this arm is listed twice with different numbers."),
]


@pytest.mark.parametrize("tables, sentence", FLAGS, ids=[r[1] for r in FLAGS])
def test_suspicions_are_flags(tmp_path, tables, sentence):
    found = [p for p in checked(tmp_path / "x", **tables) if p.sentence == sentence]
    assert found and found[0].severity == FLAG and found[0].expected and found[0].fix, checked(tmp_path / "x", **tables)


@pytest.mark.parametrize(
    "change, word", [({"se": 10}, "the standard error"), ({"ci_low": -34.6, "ci_high": 4.6}, "the interval")]
)
def test_a_standard_error_in_the_column_sd_is_an_error_when_its_own_row_says_so(tmp_path, change, word):
    found = next(p for p in checked(tmp_path / "x", **pair(change)) if p.column == "sd" and p.severity == ERROR)
    assert found.sentence == f"The standard deviation 10 is a standard error, says {word} of the same row."
    assert found.given == "sd 10, n 20" and found.expected.startswith("about 44")
    assert found.fix == "if it is a standard error, move it to the column se and say so in note"


def test_means_that_cannot_have_their_spread_are_of_another_scale(tmp_path):
    rows = [
        arm("A 2020", "active", 43.9, sd=26, n=9, statistic="post"),
        arm("A 2020", "control", 59.4, sd=17.2, n=9, statistic="post"),
    ]
    found = [p for p in checked(tmp_path / "x", arms=[*rows, *ARMS]) if "cannot be" in p.sentence]
    assert only(found).sentence == "With a mean of 59.4 on MADRS, a standard deviation of 17.2 cannot be."
    assert only(found).expected.startswith("at most 6.3") and only(found).fix == "check which scale these numbers are of"


def test_mean_ranks_printed_like_scores_are_flagged_and_refused_in_an_analysis(tmp_path):
    rows = [
        arm("A 2020", r, m, n=n, sd="", scale="CADSS", statistic="post")
        for r, m, n in (("active", 24.44, 17), ("control", 13.18, 19))
    ]
    found = only(checked(tmp_path / "x", arms=[*rows, *ARMS]))
    assert found.sentence == "The means of A 2020 add up like mean ranks (665.9 of 666), which are not scores."
    assert found.given == "24.44 x 17 + 13.18 x 19" and found.fix == "set statistic to rank, or leave the rows out"
    ranks = [r | {"statistic": "rank"} for r in rows]
    text = REVIEW.replace('statistic = "change"', 'statistic = ["change", "rank"]').replace('scale = "MADRS"\n', "")
    found = checked(tmp_path / "y", review=text, arms=[*ranks, *ARMS])
    assert {p.sentence for p in found if p.severity == ERROR} == {
        "A 2020 prints mean ranks, which are not scores.",
        "Points of 2 scales are in one analysis of MD.",
    }


POOLS = [
    (
        {"trials": [trial("A 2020", design="crossover"), TRIALS[1]]},
        "The arms of the crossover trial A 2020 are the same people and not two groups.",
        "use its paired standard error as an effect, or its first period, or say in crossover how it is handled",
    ),
    (
        {"trials": [trial("A 2020", overlap="one sample"), trial("B 2021", overlap="one sample")]},
        "A 2020 and B 2021 share patients.",
        "keep one of the studies with overlap 'one sample'",
    ),
    (
        {"trials": [trial("A 2020", design="simulated"), TRIALS[1]]},
        "A 2020 is a simulated data set, not a trial.",
        "take it out of studies",
    ),
    (
        {"arms": [ARMS[0] | {"role": "single"}, *ARMS[2:]]},
        "A 2020 has no control group and cannot be pooled with controlled effects.",
        "take it out of studies, or use a measure of one group",
    ),
    (
        {"review": REVIEW.replace('kind = "controlled"\n', ""), "effects": [EFFECTS[0] | {"kind": "pre-post"}, EFFECTS[1]]},
        "Effects of different kinds are in one analysis: pre-post and controlled.",
        "set kind to one of them; a change within a group is no difference from a control group",
    ),
    (
        {"effects": [EFFECTS[0] | {"scale": "HDRS-17"}, EFFECTS[1]]},
        "Points of 2 scales are in one analysis of MD.",
        "set scale to one of them, use SMD, or say in transformation how they were made alike",
    ),
    (
        {"review": REVIEW.replace('"A 2020", "B 2021"', '"A 2020", "A 2020"')},
        "A 2020 is twice in one analysis.",
        "delete one",
    ),
    (
        {"review": REVIEW.replace('"A 2020", "B 2021"', '"A 2020", "C 2022"')},
        "C 2022 has no row in trials.csv.",
        "add its row, or correct the name",
    ),
    (
        {"review": REVIEW.replace('method = "REML"', 'combine = "somehow"')},
        "'somehow' is no way to combine arms.",
        'write "arms together"',
    ),
]


@pytest.mark.parametrize("tables, sentence, fix", POOLS, ids=[r[1] for r in POOLS])
def test_what_must_not_be_pooled_is_refused_by_check_and_by_query(tmp_path, tables, sentence, fix):
    path = folder(tmp_path / "x", **tables)
    found = next(p for p in check_review(path) if p.sentence == sentence)
    assert found.severity == ERROR and found.fix == fix and found.file == "review.toml"
    analysis = found.column.removeprefix("analysis ").split(",")[0]
    with pytest.raises(EvidenceError) as error:
        query(path, analysis)
    assert sentence in str(error.value)


def test_a_crossover_trial_that_is_said_to_be_handled_is_allowed(tmp_path):
    text = REVIEW.replace('test = "knha"', 'test = "knha"\ncrossover = "as the review did: two groups"')
    assert not checked(tmp_path / "x", review=text, trials=[trial("A 2020", design="crossover"), TRIALS[1]])


def test_points_made_alike_are_only_flagged_and_so_are_mixed_statistics(tmp_path):
    text = REVIEW.replace('kind = "controlled"', 'kind = "controlled"\ntransformation = "times 1.3"')
    found = only(checked(tmp_path / "x", review=text, effects=[EFFECTS[0] | {"scale": "HDRS-17"}, EFFECTS[1]]))
    assert found.severity == FLAG
    text = REVIEW.replace('measure = "MD"\nscale = "MADRS"', 'measure = "SMD"').replace('statistic = "change"\n', "")
    rows = [*ARMS[:2], *(r | {"statistic": "post", "mean": 20} for r in ARMS[2:])]
    found = only(checked(tmp_path / "y", review=text, arms=rows))
    assert found.severity == FLAG
    assert found.sentence == "Standardized effects of change and post are in one analysis; their standard deviations differ."


def review(old, new=""):
    return {"review": REVIEW.replace(old, new)}


def printed(old, new=""):
    return {"published": PUBLISHED.replace(old, new)}


TOML = [
    ({"review": "title = "}, "The file is not TOML.", "mend the line it names"),
    (review('status = "Made for tests."\n'), "The review has no status.", "add status"),
    (
        {"review": "analysis = 3\n" + REVIEW.split("\n\n")[0]},
        "The analyses are not written as tables.",
        "write [[analysis]] above each",
    ),
    (review('paper = "mine"', 'paper = "yours"'), "'yours' is not a known paper.", None),
    (review('id = "printed"', 'id = "pool"'), "The analysis 'pool' is there twice.", "give one another id"),
    (review('what = "Printed differences."\n'), "An analysis has no what.", "add what"),
    (review("time = 24", 'time = "24"'), "The setting time cannot be '24'.", "write a whole number or a number"),
    (review('"arms"', '"army"'), "The analysis 'pool' has no table that can be used.", 'write table = "arms"'),
    (review('"MD"\nscale', '"MDD"\nscale'), "The analysis 'pool' has no measure that can be used.", 'write measure = "MD"'),
    (review('"mood"', '"moods"'), "An analysis finds none of its rows.", None),
    (printed("[pool]", "[pull]"), "'pull' is no analysis of review.toml.", "perhaps 'pool', or add the analysis"),
    (printed('"-6.1"', "-6.1"), "The printed estimate is not text.", 'write "-6.1", so that the digits printed are kept'),
    (printed('"-6.1"', '"about 6"'), "'about 6' is no printed number.", "write words into statement"),
    (printed('tag = "seen"', 'tag = "read"'), "'pool' has no tag.", "fill tag"),
    (printed('"differs"', '"maybe"'), "'pool' has no expected.", "fill expected"),
    (printed('reason = "Made for tests."', ""), "'pool' does not say why.", "write in reason or missing_rows why"),
    (printed("mine:", "yours:"), "'yours:table 3' is not a known source.", None),
    ({"published": "pool = 3"}, "'pool' is not a table.", "write printed numbers below [id]"),
]


@pytest.mark.parametrize("tables, sentence, fix", TOML, ids=[r[1] for r in TOML])
def test_settings_and_printed_results_are_looked_over(tmp_path, tables, sentence, fix):
    found = next(p for p in checked(tmp_path / "x", **tables) if p.sentence == sentence)
    assert found.severity == ERROR and found.fix and (fix is None or found.fix == fix)


def test_settings_and_files_that_nobody_reads_are_flagged(tmp_path):
    text = REVIEW.replace('test = "knha"', 'tset = "knha"').replace('title = "Two trials"', 'title = "T"\nauthor = "me"')
    path = folder(tmp_path / "x", review=text, published=PUBLISHED + 'estimat = "3"\n')
    (path / "arm.csv").write_text("study\n", "utf-8")
    found = {p.sentence: p for p in check_review(path)}
    assert set(found) == {
        *("'tset' is not a setting that is read.", "'author' is not read.", "'estimat' is not read."),
        "A file of the folder is not read.",
    }
    assert found["'tset' is not a setting that is read."].fix == "perhaps 'test'"
    assert all(p.severity == FLAG for p in found.values())


def test_remembered_rows_of_an_analysis_are_flagged(tmp_path):
    found = only(checked(tmp_path / "x", **pair({"tag": "memory"})))
    assert found.sentence == "Remembered rows of A 2020 stay out of the analysis unless asked for by name."


@pytest.mark.parametrize(
    "column, value, sentence",
    [
        ("doi", "doi.org/10.1/x", "'doi.org/10.1/x' is no doi."),
        ("pmid", "PMID 3", "'PMID 3' is no pmid."),
        ("pmcid", "123", "'123' is no pmcid."),
        ("publisher", "www.journal.org", "'www.journal.org' is no publisher."),
        ("publisher", "https://github.com/a/b", "'https://github.com/a/b' is not a publisher's page."),
    ],
)
def test_addresses_of_papers_are_addresses_of_papers(tmp_path, column, value, sentence):
    path = folder(tmp_path / "x")
    (path / "papers.csv").write_text(text_of("papers", [{"key": "mine", "title": "Mine", column: value}]), "utf-8")
    found = only(check_papers(path))
    assert found.sentence == sentence and found.severity == ERROR and found.file == "papers.csv" and found.row == 2


def test_a_paper_listed_twice_is_refused(tmp_path):
    path = folder(tmp_path / "x")
    (path / "papers_more.csv").write_text(text_of("papers", [{"key": "mine", "title": "Mine"}]), "utf-8")
    assert only(check_papers(path)).given == "mine (also in papers.csv, line 2)"
    with pytest.raises(EvidenceError, match="A paper is listed twice."):
        papers(path)


def test_a_folder_of_folders_is_checked_as_a_store(tmp_path):
    folder(tmp_path / "one")
    folder(tmp_path / "two", **pair({"sd": 0}))
    found = check_store(tmp_path)
    assert found["one"] == [] and only(found["two"]).sentence == "A standard deviation of 0 cannot be." and not found["papers"]
    with pytest.raises(EvidenceError):
        load_review(folder(tmp_path / "bad", arms="study;n"))


def test_a_hundred_thousand_rows_are_checked_fast(tmp_path):
    rows = text_of("arms", [*ARMS, *(ARMS[0] | {"outcome": f"outcome {i}"} for i in range(100_000))])
    path = folder(tmp_path / "x", arms=rows)
    start = time.process_time()
    assert check_review(path) == [] and time.process_time() - start < 5
