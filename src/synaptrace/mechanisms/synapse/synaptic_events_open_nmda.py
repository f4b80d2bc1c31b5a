"""Synaptic events open NMDA receptors.

Every release of glutamate keeps a receptor open for some 46 ms on average, in all; between releases it is closed. What the
model needs is the share of time, and the voltage of the membrane during it. That receptors desensitize between releases
is left out: above 1 Hz they are open less than said here, which slows block and does not change its depth.
"""

from synaptrace.core import Mechanism, Param, out

RATE = {"pyramidal_resting": 0.0127, "pyramidal_evoked": 1, "sst_interneuron": 5, "pv_interneuron": 5,
        "habenula": 5}
VOLTAGE = {"pyramidal_resting": -70, "pyramidal_evoked": -40, "sst_interneuron": -55,
           "pv_interneuron": -55, "habenula": -55}

mechanism = Mechanism(
    writes={
        "open_fraction": "nmda.{pool}.open_fraction", "V": "nmda.{pool}.voltage",
        "open_time": "nmda.{pool}.open_time", "chance": "nmda.{pool}.opening_chance",
    },
    params={
        "rate": Param(RATE, "1/s", "releases of glutamate per receptor", kind="assumed", range=(0, 10),
                      why="resting: 0.76 releases per synapse and minute in culture; others: typical firing"),
        "duration": Param(0.0458, "s", "time that a receptor is open per release, on average", range=(0.02, 0.08),
                          source="exposure_and_block:gating:open_time_per_event", kind="derived"),
        "opening_chance": Param(0.809, "1", "chance that a receptor that binds glutamate opens before it lets go", kind="derived",
                                source="exposure_and_block:gating:opening_chance", range=(0.5, 1)),
        "voltage": Param(VOLTAGE, "mV", "membrane voltage while the receptor is open", kind="assumed", range=(-80, 0),
                         why="no recording of the voltage at open receptors in people exists"),
    },
    signs={"rate": "+open_fraction", "duration": "+open_fraction", "voltage": "+V"},
)


@mechanism.equations
def equations(rate, duration, opening_chance, voltage):
    return out(open_fraction=rate * duration, V=voltage, open_time=duration, chance=opening_chance)
