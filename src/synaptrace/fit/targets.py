"""What a fit compares: read-outs of arms of one model, and how far each is from its target, in standard errors."""

from statistics import NormalDist

import numpy as np

from synaptrace.claims.theories import Table, parts_of
from synaptrace.errors import ProtocolError, UnknownName, nearest
from synaptrace.fit.claimed import SPREAD, claimed
from synaptrace.perturbations import load_perturbation, perturb, strengths
from synaptrace.protocol import Protocol, read_protocol
from synaptrace.simulate.lanes import Lanes
from synaptrace.units import duration
from synaptrace.windows import OUTCOMES

ROW, MARGIN = 0.06, 0.05  # error of a row of the truth table, and how far inside its window it is sought
READS = ("value", "drop", "drop of day 1", "over vehicle", "under alone")
PEOPLE = 5  # classes of equal share that stand for many people
VEHICLE = {"human": "no_drug", "rodent": "mouse_saline"}
LEAST = 1.0  # points of day-1 relief that a share of it is at least read from: a theory without relief is not sent to infinity


class Targets:
    """All targets of a fit on one model.

    Parameters
    ----------
    fit : Fit
    model : Model
    """

    def __init__(self, fit, model):
        from_claims, self.plans = claimed(fit.recipe.get("claims", []), model.name)
        by_hand = fit.table.get("target", [])
        _check(by_hand, model)
        self.rows = [*by_hand, *from_claims]
        self.parts = parts_of(["calibration"]) if fit.recipe.get("truth_table") else []
        self.varying = fit.recipe.get("varies", "")
        self.table = Table(model, self.parts) if self.parts else None
        names = list(dict.fromkeys(n for r in self.rows for n in r.get("perturb", [])))
        loaded = [load_perturbation(n) for n in names]
        self.model = perturb(model, loaded, stacked=True)
        self.switches = {p.name: strengths(self.model, p) for p in loaded}
        self.moments = sorted({0.0, *(t for r in self.rows for t in _times(r))})
        watched = list(dict.fromkeys(r["what"] for r in self.rows))
        self.lanes = {}
        for side in dict.fromkeys(self._side(r) for r in self.rows):
            mine = [r for r in self.rows if self._side(r) == side]
            names = dict.fromkeys(name for r in mine for name, _, _ in self._arms(r))
            known = [q for q in watched if q in self.model.writers()]
            self.lanes[side] = Lanes(self.model, {n: self.plans.get(n) or _protocol(n) for n in names}, known), known

    @property
    def names(self):
        """Names of the residuals, in order."""
        return [*(r["name"] for r in self.rows), *(f"{p.claim} {p['name']}" for p in self.parts)]

    def read(self, values, of=None):
        """Read-outs [len(values), residuals]; `values` are numbers by full name, one dict per set.

        With `of`, set k takes the steps of set of[k].
        """
        own = np.full((len(values), len(self.rows)), np.nan)
        for side, (lanes, watched) in self.lanes.items():
            mine = [k for k, r in enumerate(self.rows) if self._side(r) == side]
            arms = list(dict.fromkeys(a for k in mine for a in self._arms(self.rows[k])))
            jobs = [(name, {**v, **self._moved(v, z), **self._on(under)}) for v in values for name, under, z in arms]
            leaders = None if of is None else [v * len(arms) + a for v in of for a in range(len(arms))]
            curves = lanes.run(jobs, self.moments, of=leaders)
            curves = curves.reshape(len(values), len(arms), len(self.moments), len(watched))
            for k in mine:
                own[:, k] = self._one(self.rows[k], curves[..., watched.index(self.rows[k]["what"])], arms)
        ratios = self.table.ratios(values, of) if self.table else np.empty((len(values), 0))
        return np.hstack([own, ratios])

    def residuals(self, read):
        """Distances from the targets in standard errors, 0 inside a one-sided one; read-outs that failed are far away."""
        found = [_distance(read[:, k], row) for k, row in enumerate(self.rows)]
        found += [_row_distance(read[:, len(self.rows) + k], p["outcome"]) for k, p in enumerate(self.parts)]
        return np.nan_to_num(np.stack(found, axis=1), nan=20.0, posinf=20.0, neginf=-20.0)

    def _side(self, row):
        """Arms that drive the same quantities are one group: people, rodents, or the rig of a claim."""
        plan = self.plans.get(row["protocol"])
        if plan:
            return ",".join(sorted(c.quantity for c in plan.clamps))
        return "rodent" if row["protocol"].startswith(("mouse", "rat")) else "human"

    def _arms(self, row):
        """(protocol, perturbations, place among people) of every run that a target needs."""
        vehicle = VEHICLE.get(self._side(row), "")
        under, places = tuple(row.get("perturb", ())), _places() if row.get("people") else (0.0,)
        arms = [(row["protocol"], under, z) for z in places]
        if row["read"] in ("drop", "drop of day 1", "over vehicle"):
            arms += [(vehicle, (), 0.0)]
        if row["read"] == "drop of day 1":
            arms += [("single_infusion", (), z) for z in places]
        if row["read"] == "over":
            arms += [(row["base"], (), 0.0)]
        if row["read"] == "under alone":
            arms += [(vehicle, under, 0.0), (vehicle, (), 0.0)]
        return arms

    def _moved(self, values, z):
        """The number that varies between people, at a place of its law."""
        if not z:
            return {}
        law = self.model.parameters()[self.varying].iiv
        typical = values.get(self.varying, self.model.values[self.varying])
        return {self.varying: float(law.individual(typical, z, law.spread))}

    def _on(self, under):
        return {n: 1.0 for name in under for n in self.switches[name]}

    def _one(self, row, curves, arms):
        def mean(name, under, places, t):
            return np.mean([curves[:, arms.index((name, under, z)), self.moments.index(t)] for z in places], axis=0)

        t, vehicle, under = duration(row["at"]), VEHICLE.get(self._side(row), ""), tuple(row.get("perturb", ()))
        places = _places() if row.get("people") else (0.0,)
        here = mean(row["protocol"], under, places, t)
        if row["read"] == "value":
            return here * row.get("share", 1)
        if row["read"] == "over":
            return here / mean(row["base"], (), (0.0,), duration(row["of"]))
        if row["read"] == "under alone":
            return mean(vehicle, under, (0.0,), t) / mean(vehicle, (), (0.0,), t)
        plain = mean(vehicle, (), (0.0,), t)
        if row["read"] == "over vehicle":
            return here / plain
        drop = (plain - here) * row.get("share", 1)
        return drop if row["read"] == "drop" else drop / np.maximum(plain - mean("single_infusion", (), places, 24.0), LEAST)


def _times(row):
    more = [duration(row["of"])] if "of" in row else []
    return [duration(row["at"]), *more, *([24.0] if row["read"] == "drop of day 1" else [])]


def _check(rows, model):
    """Refuse targets that the model cannot be read for."""
    for row in rows:
        if row["read"] not in READS:
            near = nearest(row["read"], READS)
            raise ProtocolError(f"'{row['read']}' is not a way to read a target.", given=row["name"], nearest=near)
        if row["what"] not in model.writers():
            near = nearest(row["what"], model.writers())
            raise UnknownName(f"'{row['what']}' is not a quantity of the model '{model.name}'.", given=row["name"], nearest=near)


def _places():
    return tuple(NormalDist().inv_cdf((k + 0.5) / PEOPLE) for k in range(PEOPLE))


def _protocol(name):
    """A shipped protocol long enough to be read; for a person without a dose, or with another amount of the usual infusion."""
    if name == "no_drug":
        return Protocol("no_drug", dose=[], end="40 d")
    plan = read_protocol("single_infusion" if name.endswith("mg/kg") else name)
    tables = {**plan.to_tables(), "measure": []}
    if name.endswith("mg/kg"):
        tables["dose"] = [{**d, "amount": name} for d in tables["dose"]]
    if not plan.clamps:
        tables["end"] = "40 d"
    return Protocol(**tables)


def _distance(found, row):
    if "at_most" in row:
        return np.maximum(found - row["at_most"], 0) / row["se"]
    if "at_least" in row:
        return np.minimum(found - row["at_least"], 0) / row["se"]
    return (found - row["value"]) / row.get("se", SPREAD * abs(row["value"]))


def _row_distance(found, outcome):
    low, high = OUTCOMES[outcome]
    found = np.clip(found, -2, 3)
    if np.isfinite(high):
        return np.maximum(found - (high - MARGIN), 0) / ROW
    return np.minimum(found - (low + MARGIN), 0) / ROW
