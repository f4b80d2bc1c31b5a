"""Healthy rates set the scale.

How often a healthy cortical cell fires, how freely it releases and what glutamate stays outside; and what the tables of the
fast synapse give there. Everything that follows is read relative to this.
"""

from synaptrace.core import Mechanism, Param, Table, out

SPIKES = ("1/s", "1/s", "1")

mechanism = Mechanism(
    writes={"firing": "healthy.rate", "spontaneous": "healthy.spontaneous", "probability": "release.healthy_probability",
            "outside": "healthy.glutamate", "fired": "healthy.evoked_calcium", "quiet": "healthy.resting_calcium",
            "beyond": "healthy.extrasynaptic_calcium", "ampa": "healthy.ampa_charge", "L": "healthy.L_calcium"},
    tables={"evoked": Table("evoked_calcium", "pA", SPIKES),
            "resting": Table("resting_calcium", "pA", ("1/s", "mmol/L")),
            "tonic": Table("extrasynaptic_calcium", "pA", ("1/s", "mmol/L")),
            "charge": Table("ampa_charge", "pA", SPIKES),
            "channels": Table("L_calcium", "pA", SPIKES)},
    params={
        "rate": Param(5, "1/s", "spikes before and after a synapse in an active cortex", kind="assumed", range=(1, 10),
                      why="a choice; below 3 per second the tables of thresholds are no better than their value"),
        "single": Param(0.0127, "1/s", "vesicles that leave without a spike", kind="assumed", range=(0, 5),
                        why="0.76 per synapse and minute in culture"),
        "U": Param(0.5, "1", "release probability", kind="assumed", range=(0, 1), why="that of cortical synapses"),
        "glutamate": Param("50 nmol/L", "mmol/L", "glutamate outside synapses", kind="assumed",
                           range=("25 nmol/L", "90 nmol/L"), why="sensors find 25 to 90 nmol/L"),
    },
)  # fmt: skip


@mechanism.equations
def equations(rate, single, U, glutamate, evoked, resting, tonic, charge, channels):
    return out(
        firing=rate, spontaneous=single, probability=U, outside=glutamate,
        fired=evoked(rate, rate, U), quiet=resting(single, glutamate), beyond=tonic(rate, glutamate),
        ampa=charge(rate, rate, U), L=channels(rate, rate, U),
    )  # fmt: skip
