"""Peaks, areas and measured values of a result, the same numbers for table, JSON and Python."""

import numpy as np

from synaptrace.nca import analyze
from synaptrace.protocol import Protocol
from synaptrace.results import accepted, tables_of
from synaptrace.units import duration

ANALYTES = ("arterial.",)


def is_analyte(name):
    """Whether a quantity is the concentration of a drug or metabolite."""
    return name.startswith(ANALYTES) and not name.endswith("_input")


def analytes(dataset):
    """Names of the concentration curves of drugs and metabolites."""
    return [n for n in dataset.data_vars if is_analyte(n)]


def find_peaks(time, curves, failed):
    """Rows of `peaks` from {name: (unit, array [patient, time], badge)}, without the failed patients."""
    rows = []
    for name, (unit, values, badge) in curves.items():
        found = [analyze(time, v) for q, v in enumerate(values) if q not in failed]
        if not is_analyte(name) or not found:
            continue
        middle = {k: _median([f[k] for f in found]) for k in found[0]}
        row = {
            "name": name,
            "unit": unit,
            "value": middle["cmax"],
            "time_h": middle["tmax"],
            "auc_last": middle["auc_last"],
            "auc_inf": middle["auc_inf"],
            "half_life_h": middle["half_life"],
            "tail_r2": middle["r2"],
            "tail_points": int(middle["points"]),
            "badge": badge,
        }
        if len(found) > 1:
            row["value_range"] = [float(x) for x in np.percentile([f["cmax"] for f in found], [5, 95])]
        rows.append(row)
    return rows


def _median(numbers):
    known = [n for n in numbers if not np.isnan(n)]
    return float(np.median(known)) if known else float("nan")


def peaks(dataset, accept_failures=0):
    """One row per analyte: name, unit, value (Cmax), time_h, auc_last, auc_inf, half_life_h, badge.

    Found on the default output times, whatever times the result holds. For more than one patient the numbers are
    medians, and `value_range` holds the 5th and 95th percentile of Cmax. Raises ResultError if more patients failed
    than accepted.
    """
    accepted(dataset, accept_failures)
    return tables_of(dataset)["peaks"]


def at_times(dataset, names=None, accept_failures=0):
    """Rows for the times the user or the protocol asked for: what, time_h, unit, value (the median of people)."""
    kept, rows = accepted(dataset, accept_failures), []
    tables = tables_of(kept)
    asked = [(n, duration(t)) for t in tables["times"].get("at", []) for n in names or analytes(kept)]
    asked += [(what, t) for what, times in Protocol(**tables["protocol_tables"]).measures for t in times]
    known = kept["time"].values
    for name, t in asked:
        if name in kept:
            k = int(np.argmin(np.abs(known - t)))
            rows.append(
                {
                    "name": name,
                    "time_h": float(known[k]),
                    "unit": kept[name].attrs["units"],
                    "value": float(np.median(kept[name].values[:, k])),
                }
            )
    return rows
