"""Milliseconds per simulated second of a synapse: this engine, myokit and NEURON in turns in one run on one pinned core.

The case is the fast synapse of `synapse_case`: 17 states, 200 jumps in 1 s, 1000 parameter sets. The error is the largest
over states, times and the checked parameter sets of |y - reference| / max over time of |reference|; the reference is
SciPy's Radau at 1e-10, restarted at every jump and kept under build/benchmark. Every peer is compared with the loosest
of our tolerances whose error is not above the peer's. Below it stands this engine alone on the large shipped schemes.

    python benchmarks/synapse.py [--quick] [--own] [--core N]
"""

import argparse
import importlib.util
import os
from dataclasses import dataclass

import numpy as np
import synapse_case
import synapse_peers
from speed import Ours, error_of, references, timed
from synapse_case import CLOCK, END
from synapse_shipped import Shipped

from synaptrace.models import BENCHES

PEOPLE, CHECKED = 1000, 2  # parameter sets in a batch; those with a reference
TARGET = 1e-6
LADDER = tuple(digit * 10.0**-k for k in range(2, 10) for digit in (5, 3, 2, 1))
BAR, MYOKIT_BAR = 1.2, 50.0  # ms per synapse-second at TARGET; times myokit
PEERS = {"myokit": synapse_peers.Myokit, "neuron": synapse_peers.Neuron}
LARGE = 40  # states from which a shipped scheme counts as large
FINEST = 1e-11  # our own reference, where there is no other


@dataclass
class Row:
    """One line of the table: what is timed, how many parameter sets that is, and the error it reaches."""

    name: str
    settings: str
    error: float
    ready: object
    work: object
    people: int


def errors_by_tolerance(run, reference, ladder=LADDER):
    """{rtol: largest error over the checked sets}; run(rtol) gives values [sets, moments, states]."""
    return {rtol: worst(run(rtol), reference) for rtol in ladder}


def worst(values, reference):
    found = [error_of(value, expected) for value, expected in zip(values, reference, strict=False)]
    return max(found) if np.isfinite(found).all() else float("inf")


def loosest(errors, target):
    """The loosest tolerance whose error is not above the target, or None."""
    return next((rtol for rtol, error in errors.items() if error <= target), None)


def own_row(batch, rtol, error):
    def work():
        values = batch.run(0, rtol).values
        return values, synapse_case.remainders(values)

    name = f"ours, {batch.people} sets"
    return Row(name, f"W={batch.width}, rtol {rtol:g}, atol {rtol * 1e-3:g}", error, lambda _: None, work, batch.people)


def make_peers(case, hoisted):
    """The peers that can be imported and compiled; one sentence about each that cannot."""
    found = []
    for module, make in PEERS.items():
        if importlib.util.find_spec(module) is None:
            print(f"  {make.name} is left out because it is not installed.")
            continue
        try:
            found.append(make(case, hoisted))
        except Exception as error:
            print(f"  {make.name} is left out because {(str(error).splitlines() or [repr(error)])[0].rstrip('.')}.")
    return found


def peer_rows(peer, reference):
    rows = []
    for setting in peer.SETTINGS:
        found = []
        while len(found) < len(reference):
            peer.ready(len(found), setting)
            peer.run()
            found += list(peer.values())

        def ready(k, setting=setting):
            peer.ready(k * peer.people % PEOPLE, setting)

        rows.append(Row(peer.name, peer.describe(setting), worst(found, reference), ready, peer.run, peer.people))
    return rows


def in_turns(rows, rounds):
    """Median milliseconds per synapse-second of every row, all measured in every round."""
    taken = [[] for _ in rows]
    for k in range(-1, rounds):  # the first round only warms up
        for row, mine in zip(rows, taken, strict=True):
            row.ready(max(k, 0))
            seconds = timed(row.work)
            if k >= 0:
                mine.append(1e3 * seconds / row.people / (END * CLOCK))
    return [float(np.median(mine)) for mine in taken]


def compare(own_only, rounds):
    """Measure the fast synapse and print its table and bars."""
    case = synapse_case.make_case(PEOPLE)
    batch, few = Ours(case, PEOPLE), Ours(case, CHECKED)
    print(f"\n{case.name}: {PEOPLE} parameter sets in a batch, {len(case.schedule.times[0]) - 2} jumps in 1 s, "
          f"{len(case.moments)} times, all states out; {CHECKED} reference sets, median of {rounds} rounds")  # fmt: skip
    reference = synapse_case.complete(references(case, CHECKED))
    errors = errors_by_tolerance(lambda rtol: synapse_case.complete(few.run(0, rtol).values), reference)
    found = [] if own_only else make_peers(case, batch.kernels.pieces.hoisted)
    others = [row for peer in found for row in peer_rows(peer, reference)]
    match, at_target = [loosest(errors, row.error) for row in others], loosest(errors, TARGET)
    everyone = errors_of_everyone(batch, {at_target, *match} - {None}, at_target)
    all_at_target = loosest(everyone, TARGET)
    chosen = list(everyone)
    milliseconds = in_turns([*(own_row(batch, rtol, errors[rtol]) for rtol in chosen), *others], rounds)
    ours, theirs = dict(zip(chosen, milliseconds, strict=False)), milliseconds[len(chosen) :]
    print(f"  {'':18}{'ms/synapse-s':>13}{'error':>10}{'x ours':>9}  settings")
    for rtol in chosen:
        row = own_row(batch, rtol, errors[rtol])
        print(
            f"  {row.name:18}{ours[rtol]:13.3f}{row.error:10.1e}{'':9}  {row.settings}; largest of all sets {everyone[rtol]:.1e}"
        )
    print_others(others, theirs, match, ours, errors)
    print_own_bar("the reference sets", ours.get(at_target))
    print_own_bar(f"all sets, against itself at rtol {FINEST:g},", ours.get(all_at_target))
    print_myokit_bar(others, theirs, match, ours)


def errors_of_everyone(batch, chosen, at_target):
    """{rtol: largest error of all sets, against this engine at FINEST}, down to the tolerance that keeps all within TARGET."""
    finest = synapse_case.complete(batch.run(0, FINEST).values)
    found = {}
    for rtol in LADDER:
        wanted = at_target is not None and rtol <= at_target and min(found.values(), default=np.inf) > TARGET
        if rtol in chosen or wanted:
            found[rtol] = worst(synapse_case.complete(batch.run(0, rtol).values), finest)
    return found


def print_others(rows, milliseconds, match, ours, errors):
    for row, value, rtol in zip(rows, milliseconds, match, strict=True):
        if rtol is None:
            print(f"  {row.name:18}{value:13.3f}{row.error:10.1e}{'':9}  {row.settings}; none of our tolerances is as accurate")
            continue
        against = f"against ours at rtol {rtol:g}, error {errors[rtol]:.1e}"
        print(f"  {row.name:18}{value:13.3f}{row.error:10.1e}{value / ours[rtol]:9.1f}  {row.settings}; {against}")


def print_own_bar(whose, value):
    if value is None:
        print(f"  ours: no tolerance reaches an error of {TARGET:g} of {whose.rstrip(',')}")
        return
    verdict = "bar met" if value <= BAR else "bar missed"
    print(f"  ours where the error of {whose} is at most {TARGET:g}: {value:.3f} ms per synapse-second, bar {BAR:g}: {verdict}")


def print_myokit_bar(rows, milliseconds, match, ours):
    compared = [(row, value / ours[rtol]) for row, value, rtol in zip(rows, milliseconds, match, strict=True) if rtol]
    for row, ratio in ((row, ratio) for row, ratio in compared if row.name == "myokit"):
        verdict = "bar met" if ratio >= MYOKIT_BAR else "bar missed"
        print(f"  against myokit, {row.settings}: {ratio:.1f}x at equal error, bar {MYOKIT_BAR:g}x: {verdict}")
    if not any(row.name == "myokit" for row, _ in compared):
        print("  against myokit: not measured")


def print_shipped(rounds):
    """Time the large shipped schemes, each at the loosest tolerance whose error is within TARGET."""
    print(f"\nours alone on the shipped schemes of {LARGE} states or more: {PEOPLE} parameter sets in a batch, all states out, "
          f"error against itself at rtol {FINEST:g}; {CHECKED} reference sets, median of {rounds} rounds")  # fmt: skip
    models = sorted((build() for build in BENCHES.values()), key=lambda model: -len(model.states()))
    for model in (m for m in models if len(m.states()) >= LARGE):
        try:
            print_one(Shipped(model, PEOPLE), rounds)
        except LookupError as error:
            print(f"  {model.name} is left out because {error.args[0]}.")


def print_one(made, rounds):
    errors = errors_by_tolerance(lambda rtol: made.run(rtol, CHECKED).values, made.run(FINEST, CHECKED).values)
    rtol = loosest(errors, TARGET)
    if rtol is None:
        print(f"  {made.name}: no tolerance reaches an error of {TARGET:g}")
        return
    run = made.run(rtol)
    (value,) = in_turns([Row(made.name, "", errors[rtol], lambda _: None, lambda: made.run(rtol), PEOPLE)], rounds)
    print(f"  {made.name}: {value:.3f} ms per synapse-second, error {errors[rtol]:.1e}, rtol {rtol:g}, "
          f"{run.steps.mean():.0f} steps, {len(run.failures)} failures")  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few rounds")
    parser.add_argument("--own", action="store_true", help="no peers")
    parser.add_argument("--core", type=int, default=None, help="the core to stay on; the last one by default")
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        core = max(os.sched_getaffinity(0)) if given.core is None else given.core
        os.sched_setaffinity(0, {core})
        print(f"pinned to core {core}", end="; ")
    print(f"load {os.getloadavg()[0]:.2f}")
    compare(given.own, 3 if given.quick else 11)
    print_shipped(1 if given.quick else 3)


if __name__ == "__main__":
    main()
