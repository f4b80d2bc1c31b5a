"""The effect measures by name: which function, which columns, how shown, and what no effect is."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from synaptrace.errors import ResultError, UnknownName, nearest
from synaptrace.evidence.meta.measures_continuous import (
    correlation,
    crossover_standardized_difference,
    fisher_z,
    heteroscedastic_mean_difference,
    log_ratio_of_means,
    mean_change,
    mean_difference,
    paired_mean_difference,
    small_sample_factor,
    standardized_from_d,
    standardized_mean_change,
    standardized_mean_difference,
)
from synaptrace.evidence.meta.measures_counts import (
    arcsine_proportion,
    double_arcsine_proportion,
    log_odds_ratio,
    log_risk_ratio,
    logit_proportion,
    peto_log_odds_ratio,
    proportion,
    proportion_from_double_arcsine,
    risk_difference,
    table_cells,
)

__all__ = [
    "MEASURES",
    "Measure",
    "arcsine_proportion",
    "as_it_is",
    "correlation",
    "crossover_standardized_difference",
    "display_of",
    "double_arcsine_proportion",
    "effects_of",
    "fisher_z",
    "heteroscedastic_mean_difference",
    "log_odds_ratio",
    "log_ratio_of_means",
    "log_risk_ratio",
    "logit_proportion",
    "mean_change",
    "mean_difference",
    "paired_mean_difference",
    "peto_log_odds_ratio",
    "proportion",
    "proportion_from_double_arcsine",
    "risk_difference",
    "small_sample_factor",
    "standardized_from_d",
    "standardized_mean_change",
    "standardized_mean_difference",
    "table_cells",
]


class Measure(NamedTuple):
    """One effect measure: `function(*columns)` gives (yi, vi); `display` turns yi into what is shown; `null` is as shown."""

    function: Callable
    columns: tuple
    display: Callable
    null: float | None


def as_it_is(value):
    """The value itself."""
    return value


def sine_squared(value):
    """sin(value)^2: the proportion of an arcsine value in radians, clipped to 0 .. pi/2."""
    return np.sin(np.clip(value, 0.0, np.pi / 2)) ** 2


_GROUPS = ("mean_1", "sd_1", "n_1", "mean_2", "sd_2", "n_2")
_PAIRS = ("mean_1", "mean_2", "sd_1", "sd_2", "n", "correlation")
_TABLE = ("events_1", "total_1", "events_2", "total_2")
_ONE = ("events", "total")

MEASURES = {
    "MD": Measure(mean_difference, _GROUPS, as_it_is, 0.0),
    "SMD": Measure(standardized_mean_difference, _GROUPS, as_it_is, 0.0),
    "SMDH": Measure(heteroscedastic_mean_difference, _GROUPS, as_it_is, 0.0),
    "ROM": Measure(log_ratio_of_means, _GROUPS, np.exp, 1.0),
    "MC": Measure(mean_change, _PAIRS, as_it_is, 0.0),
    "MCD": Measure(paired_mean_difference, ("mean_of_differences", "sd_of_differences", "n"), as_it_is, 0.0),
    "SMCR": Measure(standardized_mean_change, ("mean_1", "mean_2", "sd_1", "n", "correlation"), as_it_is, 0.0),
    "SMDX": Measure(crossover_standardized_difference, _PAIRS, as_it_is, 0.0),
    "OR": Measure(log_odds_ratio, _TABLE, np.exp, 1.0),
    "RR": Measure(log_risk_ratio, _TABLE, np.exp, 1.0),
    "RD": Measure(risk_difference, _TABLE, as_it_is, 0.0),
    "PETO": Measure(peto_log_odds_ratio, _TABLE, np.exp, 1.0),
    "PR": Measure(proportion, _ONE, as_it_is, None),
    "PLO": Measure(logit_proportion, _ONE, expit, None),
    "PAS": Measure(arcsine_proportion, _ONE, sine_squared, None),
    "PFT": Measure(double_arcsine_proportion, _ONE, proportion_from_double_arcsine, None),
    "COR": Measure(correlation, ("correlation", "n"), as_it_is, 0.0),
    "ZCOR": Measure(fisher_z, ("correlation", "n"), np.tanh, 0.0),
}


def measure_of(name):
    """The Measure of that name; raises UnknownName."""
    if name not in MEASURES:
        raise UnknownName(f"'{name}' is not an effect measure.", nearest=nearest(name, MEASURES), known=", ".join(MEASURES))
    return MEASURES[name]


def effects_of(name, columns, **options):
    """(yi, vi), each (k,), of the measure `name` from a mapping of columns (k,); options go to its function.

    Raises UnknownName for the measure, ResultError for a column that is missing or cannot be.
    """
    wanted = measure_of(name)
    missing = [c for c in wanted.columns if c not in columns]
    if missing:
        raise ResultError(f"{name} needs columns that are not there.", missing=", ".join(missing), given=", ".join(columns))
    return wanted.function(*[columns[c] for c in wanted.columns], **options)


def display_of(name, totals=None):
    """Function of one value that turns a yi of the measure into what is shown; PFT needs the `totals` (k,) of the studies.

    Raises UnknownName for the measure, ResultError for PFT without totals.
    """
    shown = measure_of(name).display
    if name != "PFT":
        return shown
    if totals is None:
        raise ResultError(
            "A double arcsine value cannot be shown as a proportion by itself.",
            fix="give the totals of the studies (Miller 1978)",
        )
    return lambda value: proportion_from_double_arcsine(value, totals)
