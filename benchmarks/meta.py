"""Seconds for 10,000 bootstrap REML analyses of 20 studies on one core, in one batch and one at a time."""

import os
import time

import numpy as np

from synaptrace.evidence.meta import bootstrap_effects, fit_effects

BAR, REPLICATES, STUDIES, SOME = 3.0, 10_000, 20, 200


def studies(tau, seed=3):
    """Effects and variances of 20 studies whose true effects differ by tau."""
    rng = np.random.default_rng(seed)
    variances = rng.uniform(0.02, 0.2, STUDIES)
    return rng.normal(-0.5, np.sqrt(tau**2 + variances)), variances


def main():
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print(f"{REPLICATES} bootstrap REML analyses of {STUDIES} studies, one core, median of 5; bar {BAR:g} s")
    for tau in (0.0, 0.3, 3.0):
        y, v = studies(tau)
        batch, single = [], []
        for _ in range(5):
            began = time.perf_counter()
            found = bootstrap_effects(y, v, replicates=REPLICATES)
            batch.append(time.perf_counter() - began)
            drawn = np.random.default_rng(1).integers(0, STUDIES, (SOME, STUDIES))
            began = time.perf_counter()
            for rows in drawn:
                fit_effects(y[rows], v[rows], tau2_interval=False)
            single.append((time.perf_counter() - began) * REPLICATES / SOME)
        seconds, alone = float(np.median(batch)), float(np.median(single))
        verdict = "bar met" if seconds <= BAR else "bar missed"
        slower = f"one at a time {alone:.1f} s ({alone / seconds:.0f}x)"
        print(f"  tau {tau:g}: {seconds:.3f} s, {verdict}; {slower}; {found.failed} failed")


if __name__ == "__main__":
    main()
