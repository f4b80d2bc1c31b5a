"""Find the numbers of a declared fit: many starts, one batch of arms for every set of numbers that is tried."""

import time

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import qmc

from synaptrace.errors import ProtocolError
from synaptrace.fit.declared import free_numbers, places_of
from synaptrace.fit.targets import Targets
from synaptrace.units import convert

STEP = 1e-3  # of the logarithm, for slopes
PRIOR = 1.0  # standard deviation of the logarithm that all priors together count as
FAR = 4.0  # residuals beyond count less: a row that cannot be met must not cost all others
DETERMINED = 1 / 3  # posterior over prior standard deviation
ALIKE = 0.9  # numbers more correlated than this stand for each other
SAME = 1e-3  # costs closer than this are one optimum
POLISH = 10  # times as many steps for the best of all starts
ROUNDS = 10  # of nudges and slopes in turn
NUDGES = (0.01, 0.05, 0.2)  # of one number, as a logarithm, tried both ways where slopes no longer lead down


class Problem:
    """A fit on a model: logarithms of the free numbers to residuals.

    Parameters
    ----------
    fit : Fit
    model : Model
    """

    def __init__(self, fit, model):
        self.free = free_numbers(fit, model)
        rows = model.parameters()
        self.places = [places_of(f.name, rows) for f in self.free]
        self.units = {f.name: rows[p[0]].unit for f, p in zip(self.free, self.places, strict=True)}
        self.low, self.high = (np.log([getattr(f, end) for f in self.free]) for end in ("low", "high"))
        typical = [f.prior or model.values[p[0]] for f, p in zip(self.free, self.places, strict=True)]
        # medians of the priors, from which the first search begins
        self.first = np.clip(np.log(np.maximum(typical, 1e-300)), self.low, self.high)
        self.targets = Targets(fit, model)

    def values(self, x):
        """{full name: number} of a point."""
        return {n: float(np.exp(v)) for v, places in zip(x, self.places, strict=True) for n in places}

    def known(self, fit):
        """The point that the file of a fit holds, or None."""
        texts = {row["name"]: row["value"] for row in fit.table.get("number", [])}
        if not {f.name for f in self.free} <= set(texts):
            return None
        return np.log([convert(texts[f.name], self.units[f.name]) for f in self.free])

    def residuals(self, points, of=None):
        """[points, residuals and priors]; with `of`, point k takes the steps of point of[k]."""
        points = np.atleast_2d(points)
        data = self.targets.residuals(self.targets.read([self.values(x) for x in points], of))
        return np.hstack([data, (points - self.first) / PRIOR / len(self.free) ** 0.5])

    def costs(self, points):
        """Half the sums of softened squares at points, as the optimizer sees them."""
        z = (self.residuals(points) / FAR) ** 2
        return FAR**2 * np.sum(np.sqrt(1 + z) - 1, axis=1)

    def cost(self, x):
        """The same at one point."""
        return float(self.costs(x)[0])


def slopes(problem, x):
    """Derivatives [residuals, numbers] at a point: all moved points take the steps of the point itself, in one batch."""
    moves = STEP * np.eye(len(x))
    found = problem.residuals(np.vstack([x[None, :], x + moves, x - moves]), of=[0] * (2 * len(x) + 1))
    return ((found[1 : len(x) + 1] - found[len(x) + 1 :]) / (2 * STEP)).T


def search(problem, starts, seed=1, most=40, say=None):
    """Results of the optimizer from each start, the first at the priors, the others spread over the ranges.

    Parameters
    ----------
    problem : object
        With `low`, `high`, `first` [numbers] and `residuals(points, of)` -> [points, residuals].
    starts, seed, most : int
        Number of starts, seed of their places, steps of the optimizer per start.
    say : function of str
    """
    began, found = time.time(), []
    sample = qmc.LatinHypercube(len(problem.low), seed=seed).random(max(starts - 1, 1))
    points = [problem.first, *(problem.low + (problem.high - problem.low) * u for u in sample)][:starts]
    for k, start in enumerate(points):
        found.append(descend(problem, start, most))
        if say:
            say(f"start {k + 1} of {starts}: {found[-1].cost:.3f} after {found[-1].nfev} steps, {time.time() - began:.0f} s")
    return found


def descend(problem, start, most):
    """The optimizer from one start, at most `most` steps."""
    return least_squares(
        lambda x: problem.residuals(x)[0], np.clip(start, problem.low + STEP, problem.high - STEP),
        lambda x: slopes(problem, x), bounds=(problem.low, problem.high), loss="soft_l1", f_scale=FAR, x_scale=1.0,
        max_nfev=most,
    )  # fmt: skip


def settle(problem, x, most=100):
    """The point after the best nudge of one number, again and again, until none gains: for corners where slopes mislead.

    Parameters
    ----------
    problem : object
        With `low`, `high` [numbers] and `costs(points)` -> [points].
    x : array [numbers]
    most : int
        Nudges at most.
    """
    nudges = np.vstack([sign * size * np.eye(len(x)) for size in NUDGES for sign in (1, -1)])
    for _ in range(most):
        points = np.clip(np.vstack([x, x + nudges]), problem.low, problem.high)
        costs = problem.costs(points)
        if costs.min() > costs[0] - SAME * max(1.0, costs[0]):
            break
        x = points[np.argmin(costs)]
    return x


def nudged(problem, best, most):
    """Nudges and the optimizer in turn, until a round gains nothing."""
    for _ in range(ROUNDS):
        found = descend(problem, settle(problem, best.x), most)
        if found.cost > best.cost - SAME * max(1.0, best.cost):
            return min(best, found, key=lambda o: o.cost)
        best = found
    return best


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
        "values" {free name: value, unit, 95 % interval, whether it is determined}, "cost", "costs" of all starts, "reached",
        "again" from the numbers of the file if it has them, "alike", "residuals", "seconds"; the same for any number of
        threads but for the seconds.

    Raises
    ------
    ProtocolError, UnknownName, UnitError
        For fewer than one start, and for a fit that this model cannot have.
    """
    starts = fit.recipe.get("starts", 20) if starts is None else starts
    if starts < 1:
        raise ProtocolError(f"'{starts}' is not a number of starts.", expected="1 or more")
    began, problem = time.time(), Problem(fit, model)
    found = search(problem, starts, fit.recipe.get("seed", 1), most, say)
    costs, known = sorted(float(o.cost) for o in found), problem.known(fit)
    again = [descend(problem, known, most)] if known is not None else []
    best = min([*found, *again], key=lambda o: o.cost)
    best = descend(problem, best.x, POLISH * most)
    best = nudged(problem, best, most)
    reached = sum(c <= best.cost + SAME * max(1.0, best.cost) for c in costs)
    more = {"again": float(again[0].cost)} if again else {}
    return _summary(problem, best) | {"costs": costs, "reached": reached, "seconds": round(time.time() - began, 1)} | more


def _summary(problem, best):
    moved = slopes(problem, best.x)
    spread = np.linalg.pinv(moved.T @ moved)
    sizes = np.sqrt(np.diag(spread))
    wide = (problem.high - problem.low) / np.sqrt(12)
    read = problem.targets.read([problem.values(best.x)])
    distances = problem.targets.residuals(read)[0]
    rows = {}
    for f, x, s, w in zip(problem.free, best.x, sizes, wide, strict=True):
        at_bound = bool(min(x - np.log(f.low), np.log(f.high) - x) < 0.02)
        rows[f.name] = {
            "value": float(np.exp(x)),
            "unit": problem.units[f.name],
            "low": float(max(np.exp(x - 1.96 * s), f.low)),
            "high": float(min(np.exp(x + 1.96 * s), f.high)),
            "determined": bool(s < DETERMINED * w and not at_bound),
            "at_bound": at_bound,
        }
    close = np.abs(spread / np.outer(sizes, sizes)) > ALIKE
    names = problem.targets.names
    return {
        "values": rows,
        "cost": float(best.cost),
        "alike": [[a.name, b.name] for j, b in enumerate(problem.free) for i, a in enumerate(problem.free[:j]) if close[i, j]],
        "residuals": [
            {"name": n, "read": float(r), "distance": float(d)} for n, r, d in zip(names, read[0], distances, strict=True)
        ],
    }
