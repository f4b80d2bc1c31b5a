"""The truth table: what a theory says of each perturbation, beside what was found, and beside a rule that needs no theory."""

from dataclasses import dataclass, replace

import numpy as np

from synaptrace.claims import checks
from synaptrace.claims.load import load_claims
from synaptrace.errors import WiringError, nearest
from synaptrace.models import FITTED, THEORIES, load_model
from synaptrace.perturbations import load_perturbation, perturb, strengths
from synaptrace.protocol import read_protocol
from synaptrace.simulate.lanes import Lanes
from synaptrace.simulate.run import run
from synaptrace.units import duration
from synaptrace.vocabulary import shared
from synaptrace.windows import OUTCOMES

GROUP, CHOSEN, TRIVIAL = "theories", "combined", "trivial rule"
LEAST = 0.02  # a drug that moves what is read by less than this share has no effect that could be blocked
BLOCKS, KEEPS = ("blocked", "nothing", "reduced"), ("kept", "mimics")
PAIRS = ((16, 17), (29, 30), (21, 22))  # rows that contradict each other count once
READS = ("under", "alone")
SIDES = {"mouse": ("mouse_10mgkg_ip", "mouse_saline"), "human": ("single_infusion", "no_drug")}
UNPROVEN = "calibrated, not predictive"


@dataclass(frozen=True)
class Arm:
    """A protocol under perturbations."""

    protocol: str
    perturbed: tuple = ()


def parts_of(roles=None):
    """The parts of the truth table that can be simulated, of some roles or all."""
    found = [p for c in load_claims(GROUP) for p in c.parts]
    return [p for p in found if "theory" in p["run"] and (roles is None or p["role"] in roles)]


class Table:
    """The rows of the truth table on one model, compiled once.

    A perturbation of a mechanism that the model does not have changes nothing in it.

    Parameters
    ----------
    model : Model
    parts : list of Part

    Raises
    ------
    WiringError, UnknownName
        For a row that cannot be read.
    """

    def __init__(self, model, parts):
        for part in parts:
            _check(part)
        self.parts = parts
        names = list(dict.fromkeys(n for p in parts for n in p["run"]["theory"]["perturb"]))
        files = {m.file for m in model.mechanisms}
        loaded = [one for one in map(load_perturbation, names) if one.target in files]
        self.model = perturb(replace(model, perturbations=()), loaded, stacked=True)
        self.switches = {one.where: strengths(self.model, one) for one in loaded}
        self.watched = list(dict.fromkeys(q for p in parts for q in p["measure"]["what"]))
        self.moments = sorted({0.0, *(duration(p["measure"]["at"][0]) for p in parts)})
        self.groups = {}
        for side in dict.fromkeys(_side(p) for p in parts):
            mine = [p for p in parts if _side(p) == side]
            arms = list(dict.fromkeys(a for p in mine for a in _arms(p)))
            protocols = {a.protocol: _protocol(a.protocol) for a in arms}
            known = [q for q in self.watched if q in self.model.writers()]
            self.groups[side] = (arms, known, Lanes(self.model, protocols, known))

    def ratios(self, values=({},), of=None):
        """Effects relative to that of the drug alone, [len(values), parts]; `values` are numbers by name, one dict per set.

        NaN where the drug alone has no effect, or an arm failed. With `of`, set k takes the steps of set of[k].
        """
        return self.read(values, of)[0]

    def read(self, values=({},), of=None):
        """Ratios, and the size of the drug's own effect as a share of what is read; both [len(values), parts]."""
        ratios, sizes = (np.full((len(values), len(self.parts)), np.nan) for _ in range(2))
        for side, (arms, known, lanes) in self.groups.items():
            jobs = [(a.protocol, {**v, **self._on(a)}) for v in values for a in arms]
            leaders = None if of is None else [v * len(arms) + a for v in of for a in range(len(arms))]
            curves = lanes.run(jobs, self.moments, of=leaders).reshape(len(values), len(arms), len(self.moments), len(known))
            for k, part in enumerate(self.parts):
                if _side(part) != side:
                    continue
                if part["measure"]["what"][0] in known:
                    ratios[:, k], sizes[:, k] = self._one(part, curves, arms, known)
                else:
                    sizes[:, k] = 0.0
        return ratios, sizes

    def _on(self, arm):
        return {n: 1.0 for name in arm.perturbed for n in self.switches.get(name, ())}

    def _one(self, part, curves, arms, known):
        at = self.moments.index(duration(part["measure"]["at"][0]))
        values = curves[:, :, at, known.index(part["measure"]["what"][0])]
        over, under, drug, nothing = (values[:, arms.index(a)] for a in _arms(part))
        return compared(over - under, drug - nothing, nothing, part["measure"])


def compared(effect, drug, rest, measure):
    """(ratio, size) of an effect and that of the drug alone, in units of what is read, whose value without both is `rest`.

    With `of` the effect is relative to that number; with `sign`, +1 or -1, only its direction counts. With `drug`, +1 or -1, a
    drug that moves what is read the other way has no effect that could be blocked.
    """
    size = np.abs(drug) / np.maximum(np.abs(rest), LEAST)
    size = np.where(drug * measure["drug"] > 0, size, 0.0) if "drug" in measure else size
    if "of" in measure:
        return effect / measure["of"], size
    scale = measure["sign"] * np.abs(drug) if "sign" in measure else drug
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size >= LEAST, effect / scale, np.nan), size


def _check(part):
    """Refuse a row that cannot be read."""
    row, where = part["run"]["theory"], f"{part.claim}: {part['name']}"
    for word, known, what in ((row["read"], READS, "a way to read a row"), (_side(part), SIDES, "a species")):
        if word not in known:
            near = nearest(word, known)
            raise WiringError(f"'{word}' is not {what} of the truth table.", given=where, nearest=near, expected=", ".join(known))
    shared(part["measure"]["what"][0])


def _side(part):
    return part["run"]["theory"].get("species", "mouse")


def _protocol(name):
    """A shipped protocol; for a person long enough for the days that are read, and one without any dose."""
    if name not in SIDES["human"]:
        return read_protocol(name)
    plan = read_protocol("single_infusion")
    tables = {**plan.to_tables(), "end": "15 d", "measure": []}
    if name == "no_drug":
        tables["dose"] = []
    return type(plan)(**tables)


def _arms(part):
    """Arms (over, under, drug, nothing): the effect is over minus under, relative to drug minus nothing."""
    row = part["run"]["theory"]
    drug, nothing = SIDES[_side(part)]
    given, perturbed = row.get("protocol", drug), tuple(row["perturb"])
    if row["read"] == "alone":
        return Arm(given if "protocol" in row else nothing, perturbed), Arm(nothing), Arm(drug), Arm(nothing)
    reference = given if row.get("relative_to_itself") else drug
    return Arm(given, perturbed), Arm(nothing, perturbed), Arm(reference), Arm(nothing)


def matched(part, ratio, size):
    """Whether a ratio is what was found; where the drug alone has no effect only 'nothing' is."""
    low, high = OUTCOMES[part["outcome"]]
    return bool(low <= ratio <= high) if np.isfinite(ratio) else bool(size < LEAST) and part["outcome"] == "nothing"


def theory_verdict(part, ratio, size):
    """Verdict of a row; undecided only where an arm failed."""
    if not np.isfinite(ratio) and not size < LEAST:
        return checks.UNDECIDED
    return checks.PASS if matched(part, ratio, size) else checks.FAIL


def chosen(run):
    """The theory that a row is read on: the combined one, unless the row names another."""
    return run["theory"].get("model", CHOSEN)


def theory_pairs(parts):
    """[(ratio, size of the drug's own effect)] of rows of the truth table, all of one theory."""
    ratios, sizes = Table(load_model(chosen(parts[0]["run"])), parts).read()
    return [(float(r), float(s)) for r, s in zip(ratios[0], sizes[0], strict=True)]


def theory_key(part):
    """What the read-out of a part depends on beside the model: its protocols, its perturbations."""
    arms = _arms(part)
    return [
        LEAST,
        [_protocol(a.protocol).to_tables() for a in arms],
        [repr(load_perturbation(n)) for n in part["run"]["theory"]["perturb"]],
    ]


def compare_theories(roles=("calibration",), names=None):
    """Every theory on the truth table, and the trivial rule that everything blocks and nothing works alone.

    Parameters
    ----------
    roles : sequence of str
        Roles of the rows to run; held-out rows only where the run is logged.
    names : sequence of str
        Theories; all if left out.

    Returns
    -------
    dict
        {"rows": [{claim, part, role, outcome, found: {theory: {ratio, matched}}}],
        "theories": [{theory, fitted, scores: {role: {matched, rows, balanced_accuracy}}, label, received, needed}]}, ready
        for JSON. `received` is the peak block of each pool under the standard infusion, `needed` the fall of its signal that the
        theory makes of that; both shares.
    """
    parts = parts_of(roles)
    found = {TRIVIAL: (np.zeros(len(parts)), np.ones(len(parts)))}
    for name in names or THEORIES:
        ratios, sizes = Table(load_model(name), parts).read()
        found[name] = ratios[0], sizes[0]
    hits = {name: [matched(p, r, s) for p, r, s in zip(parts, *both, strict=True)] for name, both in found.items()}
    scores = {name: {role: score(*_of_role(role, parts, mine)) for role in roles} for name, mine in hits.items()}
    rows = [
        {"claim": p.claim, "part": p["name"], "role": p["role"], "outcome": p["outcome"]}
        | {"found": {n: {"ratio": _finite(found[n][0][k]), "matched": hits[n][k]} for n in found}}
        for k, p in enumerate(parts)
    ]
    theories = [
        {"theory": n, "fitted": FITTED.get(n) == n, "scores": s, "label": label(s, scores[TRIVIAL]), **_blocks(n)}
        for n, s in scores.items()
    ]
    return {"rows": rows, "theories": theories}


def label(scores, trivial):
    """What stands beside a theory whose held-out rows were run and that matches fewer of them than the trivial rule."""
    held = scores.get("held-out")
    return UNPROVEN if held and held["matched"] < trivial["held-out"]["matched"] else ""


def score(parts, hits):
    """Rows matched, of how many, and the mean accuracy over what blocks and what keeps or mimics.

    Parts of one row share one vote, and so do rows that contradict each other.
    """
    votes = [_vote(p, parts) for p in parts]
    classes = []
    for words in (BLOCKS, KEEPS):
        mine = [h for h, p in zip(hits, parts, strict=True) if p["outcome"] in words]
        classes += [sum(mine) / len(mine)] if mine else []
    return {
        "matched": sum(v for h, v in zip(hits, votes, strict=True) if h),
        "rows": sum(votes),
        "balanced_accuracy": sum(classes) / len(classes) if classes else None,
    }


def _of_role(role, parts, hits):
    pairs = [(p, h) for p, h in zip(parts, hits, strict=True) if p["role"] == role]
    return [p for p, _ in pairs], [h for _, h in pairs]


def _vote(part, parts):
    rows = [int(p.claim[1:]) for p in parts]
    number = int(part.claim[1:])
    pair = next((p for p in PAIRS if number in p and set(p) <= set(rows)), (number,))
    return 1 / sum(n in pair for n in rows)


def _finite(value):
    return float(value) if np.isfinite(value) else None


def _blocks(name):
    """Peak block per pool under the standard infusion, and the fall of signal that the theory makes of it."""
    if name == TRIVIAL:
        return {"received": {}, "needed": {}}
    result = run("single_infusion", name)
    pools = [q.split(".")[1] for q in map(str, result.data_vars) if q.startswith("nmda.") and q.endswith(".signal")]
    received = {p: float(result[f"nmda.{p}.blocked"].max()) for p in pools}
    return {"received": received, "needed": {p: 1 - float(result[f"nmda.{p}.signal"].min()) for p in pools}}
