"""The twelve experiments of the page as data: read, checked, and refused in one sentence before anything runs."""

import functools
import json
import tomllib
from dataclasses import dataclass
from importlib.resources import files

from synaptrace import units
from synaptrace.claims.load import load_claims
from synaptrace.claims.readouts import plan, run_text
from synaptrace.errors import SynaptraceError, WiringError, nearest
from synaptrace.evidence.store.load import load_review
from synaptrace.experiment import read_experiment
from synaptrace.page.wishes import check_keys, check_known, read_wishes
from synaptrace.units import duration
from synaptrace.vocabulary import shared

FOLDER = files("synaptrace") / "library" / "demos"
KEYS = {  # of which part: (needed, allowed as well)
    "": (("id", "title", "question", "look_for", "switch", "claims", "commands", "later", "panel"), ()),
    "later": (("what", "why"), ()),
    "curve": (("kind", "title", "unit", "from", "until", "line"), ("what", "scale", "note", "shade", "expect")),
    "bench": (("kind", "title", "experiment", "line"), ("unit", "scale", "axis", "axis_unit", "from", "until", "note", "expect")),
    "forest": (("kind", "title", "axis", "line"), ("note", "expect")),
    "shade": (("from", "until", "says"), ()),
    "curve line": (("name", "run"), ("what", "saline", "switch", "beside")),
    "bench line": (("name",), ("measure", "what", "as", "of", "switch", "beside")),
    "forest line": (("name", "review", "analysis"), ("studies", "printed", "switch")),
}
KINDS = ("curve", "bench", "forest")


@dataclass(frozen=True)
class Demo:
    """One experiment of the page: `table` holds the keys of its file."""

    table: dict

    def __getitem__(self, key):
        return self.table[key]

    @property
    def panels(self):
        """Its figures, in order."""
        return self.table["panel"]


def load_demos():
    """All experiments, in order; every statement that names a demo stands in exactly that one.

    Raises
    ------
    WiringError
        For a file that is incomplete, contradicts itself, or leaves out a statement of the science page.
    UnknownName, UnitError, ProtocolError, EvidenceError
        For a protocol, quantity, model, review, claim or unit that is not there.
    """
    wanted = {c.id: c.table.get("demo", "") for c in load_claims("mission")}
    names = sorted(p.name.removesuffix(".toml") for p in FOLDER.iterdir() if p.name.endswith(".toml"))
    demos = [read_demo((FOLDER / f"{n}.toml").read_text("utf-8"), n, wanted) for n in names]
    for claim, demo in wanted.items():
        if demo and sum(claim in d["claims"] for d in demos) != 1:
            raise WiringError(f"the statement '{claim}' does not stand in exactly one experiment.", given=demo)
    return demos


def read_demo(text, name, claims):
    """A Demo from TOML; `claims` is {id: demo it names}. Raises as `load_demos` does."""
    table = tomllib.loads(text)
    _keys(table, "", name)
    if table["id"] != name:
        raise WiringError(f"the id '{table['id']}' is not the file's name.", given=f"{name}.toml")
    for claim in table["claims"]:
        if claim not in claims:
            raise WiringError(f"'{claim}' is not a statement of the science page.", given=name, nearest=nearest(claim, claims))
        if claims[claim] != name:
            raise WiringError(f"the statement '{claim}' names another experiment.", given=name, expected=claims[claim])
    for row in table["later"]:
        _keys(row, "later", name)
    if not table["panel"]:
        raise WiringError(f"the experiment '{name}' has no figure.", fix="add [[panel]]")
    for panel in table["panel"]:
        _panel(panel, name)
    if not any(line.get("switch") for panel in table["panel"] for line in panel["line"]):
        raise WiringError(f"no line of '{name}' belongs to its switch.", fix="add switch = true to a [[panel.line]]")
    return Demo(table)


def _keys(table, part, where):
    check_keys(table, *KEYS[part], where)


def _panel(panel, demo):
    kind, where = panel.get("kind"), f"{demo}: {panel.get('title', 'a panel')}"
    if kind not in KINDS:
        raise WiringError(f"'{kind}' is not a kind of figure.", given=where, expected=", ".join(KINDS))
    _keys(panel, kind, where)
    for line in panel["line"]:
        _keys(line, f"{kind} line", where)
    if "shade" in panel:
        _keys(panel["shade"], "shade", where)
    names = [line["name"] for line in panel["line"]]
    if len(set(names)) < len(names):
        raise WiringError(f"two lines of '{where}' have one name.", given=", ".join(names))
    for name in [line["beside"] for line in panel["line"] if "beside" in line]:
        check_known(name, names, "line of this figure", where)
    try:
        CHECKS[kind](panel)
    except SynaptraceError as error:
        error.lines.setdefault("figure", where)
        raise
    panel["expect"] = read_wishes(panel, where)


@functools.cache
def planned_run(text):
    """The Planned of a run table as text; lines of many figures share one."""
    return plan(json.loads(text))


def runs_of(line):
    """The run of a line, and that with saline which is taken from it where effects are compared."""
    return [line["run"], *([line["saline"]] if "saline" in line else [])]


def _check_curve(panel):
    for line in panel["line"]:
        planned = planned_run(run_text(line["run"]))
        for name in line.get("what", panel.get("what", ())):
            entry = shared(name)
            if name not in {*planned.model.writers(), *planned.model.inputs}:
                raise WiringError(f"the model '{planned.model.name}' does not write '{name}'.", given=line["name"])
            units.convert(f"1 {entry.unit}", panel["unit"], entry.substance)
        for run in runs_of(line):
            end = planned_run(run_text(run)).protocol.end
            if not duration(panel["from"]) < duration(panel["until"]) <= end:
                raise WiringError("a figure is longer than its run.", given=panel["until"], expected=f"{end:g} h")
    if not all(line.get("what", panel.get("what")) for line in panel["line"]):
        raise WiringError("a line does not say which quantity it draws.", fix="add what to the panel or the line")


def _check_bench(panel):
    experiment = read_experiment(panel["experiment"])
    measures = [m["name"] for m in experiment["measure"]]
    for line in panel["line"]:
        if ("measure" in line) == ("what" in line):
            raise WiringError(f"the line '{line['name']}' needs a measure, or what and as.", expected=", ".join(measures))
        if "measure" in line:
            check_known(line["measure"], measures, "measure of the experiment", panel["experiment"])
        if "of" in line:
            check_known(line["of"], experiment.off, "off-switch of the experiment", panel["experiment"])


def _check_forest(panel):
    for line in panel["line"]:
        load_review(line["review"]).analysis(line["analysis"])


CHECKS = {"curve": _check_curve, "bench": _check_bench, "forest": _check_forest}
