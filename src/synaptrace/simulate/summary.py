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


class Summary:
    """Peaks and measured values of many patients, collected in chunks on the default times."""

    def __init__(self, protocol, units, badges):
        self.units, self.badges = units, badges
        self.analyses = {name: [] for name in units if is_analyte(name)}
        self.measured = {(name, t): [] for name, times in protocol.measures for t in times}

    def add(self, time, values, failed):
        """Add patients: values [patients, moments, quantities], without the failed ones."""
        place = {name: k for k, name in enumerate(self.units)}
        kept = [q for q in range(len(values)) if q not in failed]
        for name, found in self.analyses.items():
            found += [analyze(time, values[q, :, place[name]]) for q in kept]
        for (name, t), found in self.measured.items():
            found += values[kept, int(np.argmin(np.abs(time - t))), place[name]].tolist()

    def peak_rows(self):
        """Rows of `peaks`."""
        return [self._peak(name, found) for name, found in self.analyses.items() if found]

    def _peak(self, name, found):
        middle = {k: _median([f[k] for f in found]) for k in found[0]}
        row = {
            "name": name,
            "unit": self.units[name],
            "value": middle["cmax"],
            "time_h": middle["tmax"],
            "auc_last": middle["auc_last"],
            "auc_inf": middle["auc_inf"],
            "half_life_h": middle["half_life"],
            "tail_r2": middle["r2"],
            "tail_points": int(middle["points"]),
            "badge": self.badges[name],
        }
        if len(found) > 1:
            row["value_range"] = [float(x) for x in np.percentile([f["cmax"] for f in found], [5, 95])]
        return row

    def measured_rows(self):
        """Rows for the measurements of the protocol: medians over the patients."""
        return [
            {"name": name, "time_h": t, "unit": self.units[name], "value": float(np.median(found))}
            for (name, t), found in self.measured.items()
            if found
        ]


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
