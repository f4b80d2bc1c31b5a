"""The short table of a run: from plasma to mood, beside the same people without the drug."""

from dataclasses import replace

import numpy as np

from synaptrace.core import Share
from synaptrace.protocol import plan_of
from synaptrace.results import accepted, tables_of
from synaptrace.simulate.prepare import first_given
from synaptrace.simulate.summary import is_analyte
from synaptrace.solve.engine import Schedule

MOOD, STRENGTH = "outcome.madrs", "synapse.strength"
UNTREATED = "_untreated"  # end of the name of a curve without the drug
NEAR = 1e-3  # share of the highest value by which an earlier peak may be lower and is still the one named
LATER = {"4 h": 4.0, "24 h": 24.0, "7 d": 168.0}
PEAKS = {  # label: quantity, factor, unit
    "ketamine, arterial plasma": ("arterial.ketamine", 1.0, "ng/mL"),
    "ketamine, venous plasma": ("venous.ketamine", 1.0, "ng/mL"),
    "block, pyramidal at rest": ("nmda.pyramidal_resting.blocked", 100.0, "%"),
    "block, pyramidal evoked": ("nmda.pyramidal_evoked.blocked", 100.0, "%"),
    "block, outside synapses": ("nmda.extrasynaptic.blocked", 100.0, "%"),
    "block, SST interneurons": ("nmda.sst_interneuron.blocked", 100.0, "%"),
    "block, PV interneurons": ("nmda.pv_interneuron.blocked", 100.0, "%"),
    "block, habenula": ("nmda.habenula.blocked", 100.0, "%"),
    "dissociation": ("outcome.dissociation", 1.0, "CADSS points"),
}
RATIO, DIFFERENCE = "x untreated", "points against untreated"
RELEASE = {"BDNF released": ("bdnf.released", 1.0, RATIO)}
CHANGES = {"synaptic strength": (STRENGTH, RATIO), "MADRS": (MOOD, DIFFERENCE)}
COMPARED = ("bdnf.released", STRENGTH, MOOD)  # kept without the drug for any number of people
DRAWN = (
    "circuit.pyramidal_rate",
    "circuit.sst_rate",
    "circuit.pv_rate",
    "glutamate.evoked",
    "glutamate.extracellular",
    "adenosine.extracellular",
    "eef2.phosphorylated",
    "bdnf.released",
    "trkb.active",
    "mtorc1.active",
    STRENGTH,
    "ampa.surface",
    "spines.density",
    MOOD,
    "outcome.dissociation",
)
SHOWN = tuple(dict.fromkeys([*(n for n, _, _ in PEAKS.values()), *DRAWN]))


def cascade(dataset, accept_failures=0):
    """Rows {label, name, unit, peak or change, time_h, badge} of a run that reaches mood; none for a run that does not.

    Found on the default output times, whatever times the result holds. Changes are against the same people without the
    drug. Of several people the median is given, and `range` holds the 5th and 95th percentile. Raises ResultError if
    more patients failed than accepted.
    """
    accepted(dataset, accept_failures)
    return tables_of(dataset).get("cascade", [])


def _first_peaks(curves):
    """Place of the first local maximum of every curve that is about as high as its highest."""
    ends = np.pad(curves, ((0, 0), (1, 1)), constant_values=-np.inf)
    highest = curves.max(axis=1, keepdims=True)
    return np.argmax((curves >= ends[:, :-2]) & (curves >= ends[:, 2:]) & (curves >= highest - NEAR * abs(highest)), axis=1)


def _at(time, curves, moments):
    """Every curve at a moment of its own, by straight lines."""
    k, each = np.clip(np.searchsorted(time, moments), 1, len(time) - 1), np.arange(len(curves))
    share = (moments - time[k - 1]) / (time[k] - time[k - 1])
    return (1 - share) * curves[each, k - 1] + share * curves[each, k]


def hours_of_first_dose(dataset):
    """The hour of the first dose of a result, or from which a trace begins to move; the earliest of all people."""
    plan = plan_of(tables_of(dataset)["protocol_tables"])
    return min(first_given(m) for m in getattr(plan, "members", [plan]))


class Course:
    """The short table of many patients, collected in chunks on the default times; empty for a model without mood."""

    def __init__(self, protocol, fed, names, badges, about):
        self.place = {n: k for k, n in enumerate(names)} if MOOD in names else {}
        self.badges, self.fed, self.about = badges, fed, about
        self.held = [c.quantity for c in protocol.clamps if is_analyte(c.quantity)]
        self.given = np.array([first_given(m) for m in getattr(protocol, "members", [protocol])])
        self.found, self.rest = {}, []

    def without_drug(self, prepared):
        """The same patients, whom nothing is given; a trace that drives a drug stays where it begins."""
        inputs = prepared.schedule.inputs.copy()
        names = prepared.engine.kernels.system.inputs
        inputs[:, :, [names.index(n) for n in dict.fromkeys(self.fed) if n in names]] = 0.0
        for name in (n for n in self.held if f"{n}|level" in names):
            level, slope = names.index(f"{name}|level"), names.index(f"{name}|slope")
            inputs[:, :, level], inputs[:, :, slope] = inputs[:, :1, level], 0.0
        schedule = Schedule(prepared.schedule.times, inputs, np.zeros_like(prepared.schedule.jumps))
        return replace(prepared, schedule=schedule)

    def add(self, first, time, values, prepared, failed):
        """Add the patients from number `first` on: values [patients, moments, quantities], without the failed ones."""
        kept = [q for q in range(len(values)) if q not in failed]
        if not self.place or not kept:
            return
        plain = self.without_drug(prepared).run(time).values[kept]
        values, given = values[kept], self.given[[(first + q) % len(self.given) for q in kept]]
        self.rest += plain[:, 0, self.place[MOOD]].tolist()
        for label, (name, scale, unit) in (PEAKS | RELEASE).items():
            if name in self.place:
                k = self.place[name]
                curves = values[:, :, k] / plain[:, :, k] if unit == RATIO else scale * values[:, :, k]
                at = _first_peaks(curves)
                self._keep(label, name, unit, "peak", curves.max(axis=1), time[at] - given)
        for label, (name, unit) in CHANGES.items():
            for words, hours in LATER.items():
                if name in self.place and np.all(given + hours <= time[-1]):
                    there, same = (_at(time, curves[:, :, self.place[name]], given + hours) for curves in (values, plain))
                    change = there / same if unit == RATIO else there - same
                    self._keep(f"{label}, {words}", name, unit, "change", change, np.full(len(kept), hours))

    def _keep(self, label, name, unit, kind, values, hours):
        row = self.found.setdefault(label, ({"label": label, "name": name, "unit": unit}, kind, [], []))
        row[2].extend(values.tolist())
        row[3].extend(hours.tolist())

    def rows(self):
        """Rows of `cascade`; `time_h` counts from the first dose. Plasma without drug and, of animals, scores are left out."""
        made = []
        for row, kind, values, hours in self.found.values():
            if (is_analyte(row["name"]) and not any(values)) or (row["name"].startswith("outcome.") and self.about != "human"):
                continue
            made.append(row | {kind: float(np.median(values)), "time_h": float(np.median(hours))})
            made[-1] |= {"range": [float(x) for x in np.percentile(values, [5, 95])]} if len(values) > 1 else {}
            made[-1] |= {"badge": self.badges[row["name"]]}
        return made

    def variables(self, prepared, moments, variables, few):
        """{name + '_untreated': (array, attributes)}: the curves of the same people without the drug."""
        if not self.place:
            return {}
        values, found = self.without_drug(prepared).run(moments).values, {}
        for name in (n for n in (DRAWN if few else COMPARED) if n in self.place):
            about = variables[name][1]
            words = f"{about['long_name']}, without the drug"
            found[name + UNTREATED] = (values[:, :, self.place[name]], {**about, "long_name": words})
        return found

    def person(self, model, numbers):
        """Who a run with one person is about: {species, madrs, stated, responder, share, follows}; empty without mood.

        `madrs` is the score at rest and `stated` what the model says of it, [value, lowest, highest, kind]; `share` is
        [share of people who respond, kind] or None; `follows` says whether mood depends on all that strength depends on.
        """
        if not self.rest:
            return {}
        rows = model.parameters()
        share = next((n for n, p in rows.items() if isinstance(p.iiv, Share)), None)
        score = next((n for n in rows if n == f"{model.writers()[MOOD].name}.depressed"), None)
        return {
            "species": self.about,
            "madrs": float(np.median(self.rest)),
            "stated": [model.values[score], *rows[score].bounds(), rows[score].kind] if score else None,
            "responder": share is None or model.values[share] > 0,
            "share": [rows[share].iiv.share, rows[share].kind] if share else None,
            "follows": STRENGTH in numbers and set(numbers[STRENGTH]) <= set(numbers[MOOD]),
        }
