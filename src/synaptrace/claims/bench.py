"""Parts of claims that an experiment on the bench decides."""

import functools
import hashlib
from pathlib import Path

from synaptrace.errors import WiringError, nearest
from synaptrace.experiment import judge, read_experiment, run_experiment
from synaptrace.flatten import model_hash
from synaptrace.models import load_model
from synaptrace.overlays import apply_overlay


def bench_key(run):
    """What the reading of an experiment depends on: its model with its numbers, and its file."""
    experiment = read_experiment(run["experiment"])
    model = load_model(experiment["model"])
    for overlay in experiment.get("overlays", []):
        model = apply_overlay(model, overlay)
    return [model_hash(model), experiment.table, _code()]


@functools.cache
def _code():
    """Hash of the code that runs and reads experiments: a cached reading must not outlive it."""
    here = Path(__file__).parents[1]
    files = [*sorted((here / "experiment").glob("*.py")), here / "simulate" / "bench.py"]
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()


def bench_pairs(parts):
    """[(on, off)] of parts that share one experiment; off is the reading with the switch that the part names."""
    experiment = read_experiment(parts[0]["run"]["experiment"])
    rows = {row["name"]: row for row in judge(experiment, run_experiment(experiment))}
    return [_pair(part, rows) for part in parts]


def _pair(part, rows):
    name, switch = part["measure"]["name"], part["off"].get("switch")
    if name not in rows:
        raise WiringError(f"'{name}' is not measured by the experiment.", given=part.claim, nearest=nearest(name, rows))
    off = rows[name]["off"]
    if switch is not None and switch not in off:
        raise WiringError(f"'{switch}' is not an off-switch of the experiment.", given=part.claim, nearest=nearest(switch, off))
    return rows[name]["value"], off[switch] if switch else float("nan")
