"""Milliseconds per patient of this engine and of two others, measured in turns in one run on one pinned core.

Everyone gets the loosest tolerance of one ladder at which its measured error stays below the target of the model. The error is
the largest over states, times and patients of |y - reference| / max over time of |reference|; the reference is SciPy's
Radau at 1e-10, kept under build/benchmark. Our figures include finding the state of rest; the others get it for free.

    python benchmarks/speed.py [--quick] [--core N]
"""

import argparse
import hashlib
import importlib.util
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import floor
import numpy as np
import peers
import seventy_eight_states
import seventy_states

from synaptrace.graph import listing
from synaptrace.models import load_model
from synaptrace.population import draw_people
from synaptrace.protocol import Protocol, read_protocol
from synaptrace.simulate.prepare import prepare
from synaptrace.solve.engine import Engine, Schedule, best_width
from synaptrace.solve.kernels import Kernels
from synaptrace.solve.rest import find_rest

FOLDER = Path(__file__).parents[1] / "build" / "benchmark"
TARGET, CASCADE_TARGET = 5e-6, 1e-3  # of a state's largest value; gates of the cascade enlarge errors a hundredfold
LADDER = (1e-4, 3e-5, 1e-5, 5e-6, 3e-6, 2e-6, 1e-6, 5e-7, 2e-7, 1e-7, 5e-8, 2e-8, 1e-8)
PEOPLE = 256
PEERS = {"libroadrunner": ("roadrunner", "antimony"), "pydiffsol": ("pydiffsol",)}
BARS = {("batch", "libroadrunner"): 45.0, ("batch", "pydiffsol"): 20.0, ("single", "libroadrunner"): 6.0}
EXPOSURE_BARS, EXPOSURE_LIMITS = {("batch", "libroadrunner"): 60.0}, {"batch": 0.3, "single": 2.5}  # ms per patient, rest found
CASCADE_BARS = {("batch", "libroadrunner"): 80.0, ("batch", "pydiffsol"): 18.0, ("single", "libroadrunner"): 10.0}
CASCADE_LIMITS = {"batch": 0.6, "single": 4.0}
POOLS = ("pyramidal_resting", "pyramidal_evoked", "extrasynaptic", "sst_interneuron", "pv_interneuron")
EXPOSURE = ["arterial.ketamine", "venous.ketamine", "venous.norketamine", "arterial.R_hydroxynorketamine"]
EXPOSURE += ["brain.ketamine_free", *(f"nmda.{pool}.blocked" for pool in POOLS)]
CASCADE = ["arterial.ketamine", "nmda.pyramidal_resting.blocked", "circuit.pyramidal_rate", "glutamate.evoked"]
CASCADE += [
    "adenosine.extracellular",
    "eef2.phosphorylated",
    "bdnf.released",
    "mtorc1.active",
    "synapse.strength",
    "outcome.madrs",
]
COMPILE_BARS = {0: 0.25, 2: 0.8}  # seconds, kernels of 78 states, 8 lanes


@dataclass
class Case:
    """A system and what is asked of it; `start` is the state of rest of every patient."""

    name: str
    system: object
    clock: float
    parameters: np.ndarray
    schedule: Schedule
    moments: np.ndarray
    start: np.ndarray = field(default=None)
    observed: list = field(default=None)  # what our runs report; all states if not given
    target: float = TARGET


class Ours:
    """This package: a batch across lanes, or one patient."""

    def __init__(self, case, people, observed=None):
        self.case, self.people, self.width = case, people, best_width(people)
        self.kernels = Kernels(case.system, self.width, 2, observed=observed or list(case.system.states))
        self.quiet = np.zeros((people, 1, len(case.system.inputs)))

    def rest(self, first=0):
        chosen = self.case.parameters[first : first + self.people]
        return find_rest(self.kernels, chosen, self.quiet)

    def run(self, first, rtol, start=None):
        case, chosen = self.case, slice(first, first + self.people)
        engine = Engine(self.kernels, clock=case.clock, rtol=rtol, atol=rtol * 1e-3)
        jumps = Schedule(*(x[chosen] for x in (case.schedule.times, case.schedule.inputs, case.schedule.jumps)))
        return engine.run(case.start[chosen] if start is None else start, case.parameters[chosen], jumps, case.moments)


def own_case(name, protocol, hours, count, observed, target=TARGET):
    """A model of the package with the declared variability, `count` times until `hours`, without what nobody asked for."""
    model = load_model(name)
    plan = Protocol(**{**read_protocol(protocol).to_tables(), "end": f"{hours} h", "measure": []})
    made = prepare(model, plan, draw_people(model, PEOPLE, 0), PEOPLE, 1, observed=observed)
    system = made.engine.kernels.system
    jumps = np.zeros((*made.schedule.inputs.shape[:2], 0))
    schedule = Schedule(made.schedule.times, made.schedule.inputs, jumps)
    title = f"{name}, {protocol}, {hours} h, {len(system.states)} states"
    return Case(
        title,
        system,
        3600.0,
        made.parameters,
        schedule,
        np.linspace(hours / count, hours, count),
        observed=observed,
        target=target,
    )


def seventy_case():
    made, system = seventy_states, seventy_states.build()
    people = made.population(system, PEOPLE)
    return Case("70 states", system, 1.0, people, made.schedule(PEOPLE), made.moments())


def references(case, count):
    """Radau at 1e-10 for the first patients, from the cache where it fits."""
    people = (case.start, case.parameters, case.schedule.times, case.schedule.inputs)
    numbers = b"".join(np.ascontiguousarray(x).tobytes() for x in (*(x[:count].round(9) for x in people), case.moments))
    key = hashlib.sha256(listing(case.system.slopes).encode() + numbers).hexdigest()
    path = FOLDER / f"radau-{key[:16]}.npy"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        print(f"  making the reference of {count} patients (kept in {path})", flush=True)
        functions = peers.python_functions(case.system)
        np.save(path, np.array([peers.radau(functions, case, q, case.clock) for q in range(count)]))
    return np.load(path)


def error_of(found, reference):
    size = np.abs(reference).max(0)
    return float((np.abs(found - reference) / np.where(size > 0, size, 1.0)).max())


def calibrate(solve, reference, target):
    """(tolerance, error): the loosest on the ladder that keeps below the target for all reference patients."""
    for rtol in LADDER:
        worst = 0.0
        for patient, expected in enumerate(reference):
            worst = max(worst, error_of(solve(patient, rtol), expected))
            if not worst <= target:
                break
        else:
            return rtol, worst
    return None


def make_peers(case):
    """The peers that are installed and can read the model; one line about each that cannot."""
    found = []
    for make in (peers.Roadrunner, peers.Diffsol):
        missing = [m for m in PEERS[make.name] if importlib.util.find_spec(m) is None]
        if missing:
            print(f"  {make.name}: left out, not installed ({', '.join(missing)})")
            continue
        try:
            found.append(make(case.system, case, case.clock))
        except Exception as error:
            print(f"  {make.name}: left out, {str(error).splitlines()[0][:150]}")
    return found


def timed(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def in_turns(contestants, rounds):
    """Median seconds per patient of {name: (work(round), patients)}, all measured in every round."""
    taken = {name: [] for name in contestants}
    for k in range(-1, rounds):  # the first round only warms up
        for name, (work, people) in contestants.items():
            seconds = timed(lambda work=work, k=k: work(max(k, 0))) / people
            if k >= 0:
                taken[name].append(seconds)
    return {name: float(np.median(values)) for name, values in taken.items()}


def compare(case, count, rounds):
    """Measure one model and print its table. Returns (seconds per patient, our batch, its tolerance)."""
    print(f"\n{case.name}: {PEOPLE} patients in a batch, {len(case.moments)} times, "
          f"{len(case.observed) if case.observed else 'all'} {'observables' if case.observed else 'states'} out; "
          f"{count} reference patients, median of {rounds} rounds")  # fmt: skip
    batch, single = Ours(case, PEOPLE, case.observed), Ours(case, 1, case.observed)
    whole = Ours(case, 1)
    rest = batch.rest()
    case.start = rest.states
    print(f"  rest: {len(rest.failures)} patients without one, {len(rest.second_roots)} reported with a second root")
    reference = references(case, count)
    ours = calibrate(lambda q, tolerance: whole.run(q, tolerance).values[0], reference, case.target)
    if ours is None:
        raise SystemExit(f"  our own error stays above {case.target:g} at every tolerance")
    rtol, error = ours
    rows = {
        "ours, batch, rest found": (lambda _: batch.run(0, rtol, batch.rest().states), PEOPLE),
        "ours, batch, rest given": (lambda _: batch.run(0, rtol), PEOPLE),
        "ours, single, rest found": (lambda k: single.run(k % count, rtol, single.rest(k % count).states), 1),
        "ours, single, rest given": (lambda k: single.run(k % count, rtol), 1),
    }
    how = {}
    for name in rows:
        width = batch.width if "batch" in name else single.width
        how[name] = (f"W={width}, rtol {rtol:g}, atol {rtol * 1e-3:g}", error)
    for peer in make_peers(case):
        found = calibrate(peer.run, reference, case.target)
        if found is None:
            print(f"  {peer.name}: left out, no tolerance reaches the error")
            continue
        rows[peer.name] = (lambda k, peer=peer, found=found: peer.run(k % count, found[0]), 1)
        how[peer.name] = (peer.settings(found[0]), found[1])
    seconds = in_turns(rows, rounds)
    print(f"  {'':26}{'ms/patient':>11}{'error':>10}{'x batch':>9}{'x single':>10}  settings")
    for name, value in seconds.items():
        relative = [value / seconds[f"ours, {kind}, rest found"] for kind in ("batch", "single")]
        print(f"  {name:26}{1e3 * value:11.4f}{how[name][1]:10.1e}{relative[0]:9.2f}{relative[1]:10.2f}  {how[name][0]}")
    return seconds, batch, rtol


def judge(seconds, bars):
    """Print the bars of a model, rest counted in ours."""
    for (kind, peer), bar in bars.items():
        if peer in seconds:
            ratio, without = (seconds[peer] / seconds[f"ours, {kind}, rest {how}"] for how in ("found", "given"))
            verdict = "bar met" if ratio >= bar else "bar missed"
            print(f"  {kind} against {peer}: {ratio:.1f}x ({without:.1f}x with the rest given), bar {bar:g}x: {verdict}")
        else:
            print(f"  {kind} against {peer}: not measured")


def work_precision(case, rounds):
    """Time and error of our own runs by tolerance: of the observables, against ours at 1e-10, worst and middle patient."""
    print(f"\n{case.name}: time and error by tolerance, rest found, {len(case.observed)} observables")
    batch, single = Ours(case, PEOPLE, case.observed), Ours(case, 1, case.observed)
    case.start = batch.rest().states
    reference = batch.run(0, 1e-10).values
    print(f"  {'rtol':>8}{'steps':>8}{'worst':>10}{'median':>10}{'ms batch':>10}{'ms single':>11}")
    for rtol in (1e-3, 1e-4, 1e-5, 1e-6):
        found = batch.run(0, rtol)
        errors = [error_of(a, b) for a, b in zip(found.values, reference, strict=True)]
        seconds = in_turns(
            {
                "batch": (lambda _, rtol=rtol: batch.run(0, rtol, batch.rest().states), PEOPLE),
                "single": (lambda k, rtol=rtol: single.run(k, rtol, single.rest(k).states), 1),
            },
            rounds,
        )
        times = f"{1e3 * seconds['batch']:10.3f}{1e3 * seconds['single']:11.3f}"
        print(f"  {rtol:8.0e}{found.steps.mean():8.0f}{max(errors):10.1e}{np.median(errors):10.1e}{times}")


def compile_times(repeats):
    """Compile the kernels of 78 states from their equations and print the median."""
    print(f"\nkernels of 78 states, 8 lanes, 10 observed states, median of {repeats}")
    building = np.median([timed(seventy_eight_states.build) for _ in range(repeats)])
    print(f"  equations written as a graph: {building:.3f} s (not counted below)")
    for level, bar in COMPILE_BARS.items():
        taken = []
        for _ in range(repeats):
            system = seventy_eight_states.build()
            taken.append(timed(lambda s=system, o=level: Kernels(s, 8, o, observed=seventy_eight_states.OBSERVED)))
        value = float(np.median(taken))
        print(f"  optimization {level}: {value:.3f} s, bar {bar:g} s: {'bar met' if value <= bar else 'bar missed'}")


def print_floor(case, batch, rtol, rounds):
    """Operations per lane-step against the core's peak."""
    steps = int(batch.run(0, rtol).steps.sum())
    seconds, without = (float(np.median([timed(w) for _ in range(rounds)])) for w in (
        lambda: batch.run(0, rtol), lambda: _without_output(case, batch, rtol)))  # fmt: skip
    share = min(1.0, len(case.moments) * PEOPLE / steps)
    flops = floor.per_lane_step(batch.kernels, share)
    peak = floor.peak(batch.width)
    total = sum(flops.values())
    parts = ", ".join(f"{name} {value:.0f}" for name, value in flops.items())
    print(f"\nfloor of {case.name}, {batch.width} lanes: {total:.0f} flops per lane-step ({parts})")
    print(f"  peak of this core {peak / 1e9:.1f} GFlop/s: floor {1e9 * total / peak:.0f} ns per lane-step")
    for name, value, count in (("all states out", seconds, total), ("no output", without, total - flops["dense output"])):
        percent = 100 * count * steps / value / peak
        print(f"  measured, {name}: {1e9 * value / steps:.0f} ns per lane-step, {percent:.0f} % of peak")


def _without_output(case, batch, rtol):
    engine = Engine(batch.kernels, clock=case.clock, rtol=rtol, atol=rtol * 1e-3)
    return engine.run(case.start, case.parameters, case.schedule, np.empty(0))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few patients and rounds")
    parser.add_argument("--own", action="store_true", help="only the package's own models")
    parser.add_argument("--core", type=int, default=None, help="the core to stay on; the last one by default")
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        core = max(os.sched_getaffinity(0)) if given.core is None else given.core
        os.sched_setaffinity(0, {core})
        print(f"pinned to core {core}", end="; ")
    print(f"load {os.getloadavg()[0]:.2f}; target errors {TARGET:g}, cascade {CASCADE_TARGET:g}")
    count, rounds = (2, 5) if given.quick else (8, 24)
    for case, bars, limits in (
        (own_case("exposure", "single_infusion", 24, 40, EXPOSURE), EXPOSURE_BARS, EXPOSURE_LIMITS),
        (own_case("standard", "six_infusions", 28 * 24, 200, CASCADE, CASCADE_TARGET), CASCADE_BARS, CASCADE_LIMITS),
    ):
        seconds, _, _ = compare(case, count, rounds)
        judge(seconds, bars)
        for kind, bar in limits.items():
            value = 1e3 * seconds[f"ours, {kind}, rest found"]
            print(f"  {kind}: {value:.4f} ms per patient, bar {bar:g}: {'bar met' if value <= bar else 'bar missed'}")
    work_precision(own_case("standard", "six_infusions", 28 * 24, 200, CASCADE, CASCADE_TARGET), rounds)
    if given.own:
        return
    case = seventy_case()
    seconds, batch, rtol = compare(case, count, rounds)
    judge(seconds, BARS)
    compile_times(3 if given.quick else 5)
    print_floor(case, batch, rtol, rounds)


if __name__ == "__main__":
    main()
