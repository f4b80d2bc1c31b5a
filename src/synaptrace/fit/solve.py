"""Find the numbers of a declared fit: many starts, one batch of arms for every set of numbers that is tried."""

import time

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import qmc

from synaptrace.fit.declared import free_numbers, places_of
from synaptrace.fit.targets import Targets

STEP = 1e-3  # of the logarithm, for slopes
PRIOR = 1.0  # standard deviation of the logarithm of a prior
FAR = 4.0  # residuals beyond count less: a row that cannot be met must not cost all others
DETERMINED = 1 / 3  # posterior over prior standard deviation


class Problem:
    """A fit on a model: logarithms of the free numbers to residuals."""

    def __init__(self, fit, model):
        self.free = free_numbers(fit, model)
        self.targets = Targets(fit, model)
        rows = model.parameters()
        self.places = [places_of(f.name, rows) for f in self.free]
        self.low, self.high = (np.log([getattr(f, end) for f in self.free]) for end in ("low", "high"))
        self.units = {f.name: rows[p[0]].unit for f, p in zip(self.free, self.places, strict=True)}
        typical = np.log([model.values[p[0]] for p in self.places])
        self.first = np.clip(typical, self.low + STEP, self.high - STEP)
        self.prior = np.array([np.log(f.prior) if f.prior else s for f, s in zip(self.free, self.first, strict=True)])

    def values(self, x):
        """{full name: number} of a point."""
        return {n: float(np.exp(v)) for v, places in zip(x, self.places, strict=True) for n in places}

    def residuals(self, points):
        """[points, residuals and priors]."""
        points = np.atleast_2d(points)
        data = self.targets.residuals(self.targets.read([self.values(x) for x in points]))
        return np.hstack([data, (points - self.prior) / PRIOR / len(self.free) ** 0.5])

    def jacobian(self, x):
        """Slopes of all residuals by central differences, all points in one batch."""
        moves = STEP * np.eye(len(x))
        both = self.residuals(np.vstack([x + moves, x - moves]))
        return ((both[: len(x)] - both[len(x) :]) / (2 * STEP)).T

    def cost(self, x):
        """Half the sum of softened squares, as the optimizer sees it."""
        z = (self.residuals(x)[0] / FAR) ** 2
        return float(0.5 * FAR**2 * np.sum(2 * (np.sqrt(1 + z) - 1)))


def solve(fit, model, starts=None, most=40, say=None):
    """Run a declared fit.

    Parameters
    ----------
    fit : Fit
    model : Model
    starts : int
        Number of starts; that of the file if left out.
    most : int
        Steps of the optimizer per start.
    say : function of str

    Returns
    -------
    dict
        "values" {free name: number in the model's unit}, "cost", "costs" of all starts, "residuals", "intervals",
        "seconds"; the same for any number of threads.
    """
    began, problem = time.time(), Problem(fit, model)
    starts = starts or fit.recipe.get("starts", 20)
    sample = qmc.LatinHypercube(len(problem.free), seed=fit.recipe.get("seed", 1)).random(max(starts - 1, 1))
    points = [problem.first, *(problem.low + (problem.high - problem.low) * u for u in sample)][:starts]
    found = []
    for k, start in enumerate(points):
        one = least_squares(
            lambda x: problem.residuals(x)[0], np.clip(start, problem.low + STEP, problem.high - STEP), problem.jacobian,
            bounds=(problem.low, problem.high), loss="soft_l1", f_scale=FAR, x_scale=1.0, max_nfev=most,
        )  # fmt: skip
        found.append(one)
        if say:
            say(f"start {k + 1} of {starts}: {one.cost:.3f} after {one.nfev} steps, {time.time() - began:.0f} s")
    best = min(found, key=lambda o: o.cost)
    return _summary(problem, best, [float(o.cost) for o in found]) | {"seconds": round(time.time() - began, 1)}


def _summary(problem, best, costs):
    slopes, units_ = problem.jacobian(best.x), problem.units
    spread = np.sqrt(np.diag(np.linalg.pinv(slopes.T @ slopes)))
    wide = (problem.high - problem.low) / np.sqrt(12)
    read = problem.targets.read([problem.values(best.x)])
    distances = problem.targets.residuals(read)[0]
    rows = {}
    for f, x, s, w in zip(problem.free, best.x, spread, wide, strict=True):
        rows[f.name] = {
            "value": float(np.exp(x)),
            "unit": units_[f.name],
            "low": float(max(np.exp(x - 1.96 * s), f.low)),
            "high": float(min(np.exp(x + 1.96 * s), f.high)),
            "determined": bool(s < DETERMINED * w and np.exp(x) not in (f.low, f.high)),
            "at_bound": bool(min(x - np.log(f.low), np.log(f.high) - x) < 0.02),
        }
    return {
        "values": rows,
        "cost": float(best.cost),
        "costs": sorted(costs),
        "residuals": [
            {"name": n, "read": float(r), "distance": float(d)}
            for n, r, d in zip(problem.targets.names, read[0], distances, strict=True)
        ],
    }
