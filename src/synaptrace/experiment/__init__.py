"""Experiments as files: what is held, stimulated, varied and switched off, what is measured, and what was published."""

from synaptrace.experiment.files import experiments, read_experiment
from synaptrace.experiment.run import run_experiment
from synaptrace.experiment.verdicts import judge, over_series, plain

__all__ = ["experiments", "judge", "over_series", "plain", "read_experiment", "run_experiment"]
