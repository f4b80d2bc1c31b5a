"""Peaks, areas and measured values of a result, the same numbers for table, JSON and Python."""

import numpy as np

from synaptrace.nca import analyze
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
        if not is_analyte(name) or len(failed) == len(values):
            continue
        found = [analyze(time, v) for q, v in enumerate(values) if q not in failed]
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


def find_measured(protocol, time, curves, failed):
    """Rows for the measurements of the protocol, from the curves of `find_peaks`, on times that hold them."""
    rows = []
    for name, times in protocol.measures:
        unit, values, _ = curves[name]
        kept = [q for q in range(len(values)) if q not in failed]
        for t in times if kept else []:
            k = int(np.argmin(np.abs(time - t)))
            rows.append({"name": name, "time_h": float(time[k]), "unit": unit, "value": float(np.median(values[kept, k]))})
    return rows


def at_times(dataset, accept_failures=0):
    """Rows for the times that the user asked for and the protocol measures: name, time_h, unit, value (median of people)."""
    kept = accepted(dataset, accept_failures)
    tables, known, rows = tables_of(kept), kept["time"].values, []
    for name in analytes(kept):
        for t in tables["times"].get("at", []):
            k = int(np.argmin(np.abs(known - duration(t))))
            value = float(np.median(kept[name].values[:, k]))
            rows.append({"name": name, "time_h": float(known[k]), "unit": kept[name].attrs["units"], "value": value})
    return rows + [r for r in tables.get("measured", []) if r not in rows]
