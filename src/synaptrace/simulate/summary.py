"""Peaks, areas and measured values of a result, the same numbers for table, JSON and Python."""

import numpy as np

from synaptrace.nca import analyze, highest
from synaptrace.results import accepted, tables_of
from synaptrace.units import duration
from synaptrace.vocabulary import is_shared, shared

BLOCK = ".blocked"
AVERAGES = (
    "nmda.evoked_calcium",
    "nmda.resting_calcium",
    "nmda.extrasynaptic_calcium",
    "ampa.charge",
    "channels.L_calcium",
    "plasticity.time_above_depression",
    "plasticity.time_above_potentiation",
    "spine.calcium_of_the_past_hour",
)
ORDER = ("arterial.ketamine", "venous.", "arterial.", "brain.", "nmda.")  # of the rows of a table


def is_analyte(name):
    """Whether a quantity is the concentration of a drug or metabolite."""
    return is_shared(name) and bool(shared(name).binding)


def is_summarized(name):
    """Whether a quantity has a row among the peaks: a concentration, or a share of blocked receptors."""
    return is_analyte(name) or name.endswith(BLOCK)


def analytes(dataset):
    """Names of the concentration curves of drugs and metabolites."""
    return [n for n in dataset.data_vars if is_analyte(n)]


class Summary:
    """Peaks and measured values of many patients, collected in chunks on the default times."""

    def __init__(self, protocol, units, badges, watched=()):
        self.units, self.badges = units, badges
        self.outside = {name: [] for name in watched}
        self.analyses = {name: [] for name in units if is_summarized(name)}
        self.measured = {(name, t): [] for name, times in protocol.measures for t in times}

    def add(self, time, values, failed):
        """Add patients: values [patients, moments, quantities], without the failed ones."""
        place = {name: k for k, name in enumerate(self.units)}
        kept = [q for q in range(len(values)) if q not in failed]
        for name, found in self.analyses.items():
            if kept and is_analyte(name):
                found.append(analyze(time, np.ascontiguousarray(values[kept, :, place[name]])))
            elif kept:
                found.append(highest(time, values[kept, :, place[name]]))
        for (name, t), found in self.measured.items():
            found += values[kept, int(np.argmin(np.abs(time - t))), place[name]].tolist()
        for k, found in enumerate(self.outside.values(), start=len(self.units)):
            found += (np.trapezoid(values[kept, :, k], time, axis=1) / (time[-1] - time[0])).tolist()

    def outside_words(self):
        """A sentence for every table that was asked for more than its range, with the share of time."""
        words = "the table '{}' was asked for more than its range for {:.3g} % of the time{}; its edge was used"
        return [
            words.format(name.partition("|")[2], 100 * max(found), " in the worst patient" if len(found) > 1 else "")
            for name, found in self.outside.items()
            if found and max(found) > 0
        ]

    def peak_rows(self):
        """Rows of `peaks`."""
        rows = [self._peak(name, found) for name, found in self.analyses.items() if found]
        return sorted(rows, key=lambda row: next(k for k, start in enumerate((*ORDER, "")) if row["name"].startswith(start)))

    def _peak(self, name, parts):
        found = {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}
        middle = {k: _median(v) for k, v in found.items()}
        row = {"name": name, "unit": self.units[name], "value": middle["cmax"], "time_h": middle["tmax"]}
        if is_analyte(name):
            row |= {
                "auc_last": middle["auc_last"],
                "auc_inf": middle["auc_inf"],
                "half_life_h": middle["half_life"],
                "tail_r2": middle["r2"],
                "tail_points": int(middle["points"]),
            }
        row["badge"] = self.badges[name]
        if len(found["cmax"]) > 1:
            row["value_range"] = [float(x) for x in np.percentile(found["cmax"], [5, 95])]
        return row

    def measured_rows(self):
        """Rows for the measurements of the protocol: medians over the patients."""
        return [
            {"name": name, "time_h": t, "unit": self.units[name], "value": float(np.median(found))}
            for (name, t), found in self.measured.items()
            if found
        ]


def _median(numbers):
    known = numbers[~np.isnan(numbers)]
    return float(np.median(known)) if len(known) else float("nan")


def peaks(dataset, accept_failures=0):
    """One row per analyte and pool: name, unit, value (peak), time_h, auc_last, auc_inf, half_life_h, badge, band.

    Found on the default output times, whatever times the result holds. For more than one patient the numbers are
    medians, and `value_range` holds the 5th and 95th percentile of the peak. `band` is the lowest and highest peak of
    the typical patient over the choices that `band_over` names. Raises ResultError if more patients failed than
    accepted.
    """
    accepted(dataset, accept_failures)
    return tables_of(dataset)["peaks"]


def at_times(dataset, accept_failures=0):
    """Rows for the times that the user asked for and the protocol measures: name, time_h, unit, value (median of people)."""
    kept = accepted(dataset, accept_failures)
    tables, known, rows = tables_of(kept), kept["time"].values, []
    for name in [n for n in kept.data_vars if is_summarized(n)]:
        for t in tables["times"].get("at", []):
            k = int(np.argmin(np.abs(known - duration(t))))
            value = float(np.median(kept[name].values[:, k]))
            rows.append({"name": name, "time_h": float(known[k]), "unit": kept[name].attrs["units"], "value": value})
    return rows + [r for r in tables.get("measured", []) if r not in rows]


def averages(result, accept_failures=0):
    """Rows {name, unit, first, lowest, highest} of what reads tables of the fast synapse; medians over patients."""
    kept = accepted(result, accept_failures)
    rows = []
    for name in (q for q in AVERAGES if q in kept):
        curves = kept[name].values
        found = {"first": curves[:, 0], "lowest": curves.min(axis=1), "highest": curves.max(axis=1)}
        rows.append({"name": name, "unit": kept[name].attrs["units"]} | {k: float(np.median(v)) for k, v in found.items()})
    return rows
