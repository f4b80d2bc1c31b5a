"""The truth table: what a theory says of each perturbation, beside what was found, and beside a rule that needs no theory."""

from dataclasses import dataclass, replace

import numpy as np

from synaptrace.claims.load import load_claims
from synaptrace.models import THEORIES, load_model
from synaptrace.perturbations import load_perturbation, perturb, strengths
from synaptrace.protocol import read_protocol
from synaptrace.simulate.lanes import Lanes
from synaptrace.simulate.run import run
from synaptrace.units import duration
from synaptrace.windows import OUTCOMES

GROUP, CHOSEN = "theories", "combined"
LEAST = 0.02  # a drug that moves what is read by less than this share has no effect that could be blocked
TRIVIAL = {"under": 0.0, "alone": 0.0}  # every perturbation blocks, and nothing works alone
BLOCKS, KEEPS = ("blocked", "nothing", "reduced"), ("kept", "mimics")
PAIRS = ((16, 17), (29, 30), (21, 22))  # rows that contradict each other count once
SIDES = {"mouse": ("mouse_10mgkg_ip", "mouse_saline"), "human": ("single_infusion", "no_drug")}


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

    Parameters
    ----------
    model : Model
    parts : list of Part
    """

    def __init__(self, model, parts):
        self.parts = parts
        names = list(dict.fromkeys(n for p in parts for n in p["run"]["theory"]["perturb"]))
        files = {m.file for m in model.mechanisms}
        loaded = [one for one in map(load_perturbation, names) if one.target in files]
        self.model = perturb(replace(model, perturbations=()), loaded, stacked=True)
        self.switches = {one.name: strengths(self.model, one) for one in loaded}
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

        With `of`, set k takes the steps of set of[k].
        """
        found = np.full((len(values), len(self.parts)), np.nan)
        for side, (arms, known, lanes) in self.groups.items():
            jobs = [(a.protocol, {**v, **self._on(a)}) for v in values for a in arms]
            leaders = None if of is None else [v * len(arms) + a for v in of for a in range(len(arms))]
            curves = lanes.run(jobs, self.moments, of=leaders).reshape(len(values), len(arms), len(self.moments), len(known))
            for k, part in enumerate(self.parts):
                if _side(part) == side and part["measure"]["what"][0] in known:
                    found[:, k] = self._ratio(part, curves, arms, known)
        return found

    def _on(self, arm):
        return {n: 1.0 for name in arm.perturbed for n in self.switches.get(name, ())}

    def _ratio(self, part, curves, arms, known):
        at = self.moments.index(duration(part["measure"]["at"][0]))
        values = curves[:, :, at, known.index(part["measure"]["what"][0])]
        over, under, drug, nothing = (values[:, arms.index(a)] for a in _arms(part))
        effect = drug - nothing
        largest = part["measure"].get("of")
        if largest:
            return (drug - nothing) / largest
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(np.abs(effect) >= LEAST * np.maximum(np.abs(nothing), LEAST), (over - under) / effect, np.nan)


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


def matched(part, ratio):
    """Whether a ratio is what was found; an effect that does not exist matches only 'nothing'."""
    low, high = OUTCOMES[part["outcome"]]
    return bool(low <= ratio <= high) if np.isfinite(ratio) else part["outcome"] == "nothing"


def theory_pairs(parts):
    """[(on, off)] of parts of the truth table on the combined theory; nothing is switched off."""
    found = Table(load_model(CHOSEN), parts).ratios()[0]
    return [(float(r), float("nan")) for r in found]


def theory_key(part):
    """What the read-out of a part depends on: the model, its protocols, its perturbations."""
    from synaptrace.flatten import model_hash

    arms = _arms(part)
    return [
        model_hash(load_model(CHOSEN)),
        [_protocol(a.protocol).to_tables() for a in arms],
        [repr(load_perturbation(n)) for n in part["run"]["theory"]["perturb"]],
    ]


def compare_theories(roles=("calibration",)):
    """One row per theory, and the trivial rule: signs matched, balanced accuracy, label, block received and needed.

    Parameters
    ----------
    roles : sequence of str
        Roles of the rows to judge.

    Returns
    -------
    dict
        {"parts": [{id, name, outcome, ratio of each theory}], "theories": [...]}, ready for JSON.
    """
    parts = parts_of(roles)
    found = {"trivial rule": np.array([TRIVIAL[p["run"]["theory"]["read"]] for p in parts])}
    found |= {name: Table(load_model(name), parts).ratios()[0] for name in THEORIES}
    trivial = score(parts, found["trivial rule"])
    rows = []
    for name, ratios in found.items():
        mine = score(parts, ratios)
        below = name != "trivial rule" and mine["matched"] <= trivial["matched"]
        rows.append({"theory": name, **mine, "label": "not better than the trivial rule" if below else "", **_blocks(name)})
    table = [
        {"claim": p.claim, "part": p["name"], "role": p["role"], "outcome": p["outcome"]}
        | {name: None if np.isnan(r[k]) else float(r[k]) for name, r in found.items()}
        for k, p in enumerate(parts)
    ]
    return {"parts": table, "theories": rows}


def score(parts, ratios):
    """Signs matched, of how many, with contradicting rows counted once, and the mean accuracy over the two classes."""
    hits = [matched(p, r) for p, r in zip(parts, ratios, strict=True)]
    weights = [_weight(p, parts) for p in parts]
    by_class = []
    for words in (BLOCKS, KEEPS):
        mine = [h for h, p in zip(hits, parts, strict=True) if p["outcome"] in words]
        by_class += [sum(mine) / len(mine)] if mine else []
    return {
        "matched": sum(w for h, w in zip(hits, weights, strict=True) if h),
        "rows": sum(weights),
        "balanced_accuracy": sum(by_class) / len(by_class) if by_class else float("nan"),
    }


def _weight(part, parts):
    """Rows that contradict each other, and parts of one row, share one vote."""
    rows = {int(p.claim[1:]) for p in parts}
    number = int(part.claim[1:])
    pair = next((p for p in PAIRS if number in p and set(p) <= rows), (number,))
    return 1 / sum(int(p.claim[1:]) in pair for p in parts)


def _blocks(name):
    """Peak block per pool under the standard infusion, and the fall of signal that the theory makes of it."""
    if name == "trivial rule":
        return {"received": {}, "needed": {}}
    result = run("single_infusion", name)
    pools = [q.split(".")[1] for q in result.data_vars if q.startswith("nmda.") and q.endswith(".signal")]
    received = {p: float(result[f"nmda.{p}.blocked"].max()) for p in pools}
    return {"received": received, "needed": {p: 1 - float(result[f"nmda.{p}.signal"].min()) for p in pools}}
