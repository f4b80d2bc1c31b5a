"""Spikes release vesicles.

Short-term plasticity after Tsodyks and Markram: a spike raises the use of the ready pool by the release probability, then
releases that share of it; between spikes the pool refills and the use falls back. A spike is an impulse of the input.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, warmed

mechanism = Mechanism(
    reads={"spikes": "spikes.{pool}.presynaptic", "U": "release.{pool}.probability", "T": "tissue.temperature"},
    states={"ready": State(1.0, "1", "vesicles ready for release, share of the full pool", scale=0.1),
            "use": State(0.0, "1", "facilitation left by earlier spikes", scale=0.1)},
    writes={"rate": "release.{pool}.rate"},
    params={
        "recovery": Param("100 ms", "s", "time constant of refilling", source="synapse_dossier:section-1-1:S5_recovery",
                          range=("50 ms", "2 s")),
        "facilitation": Param("10 ms", "s", "time constant of facilitation", source="synapse_dossier:section-1-1:S5_facilitation",
                              range=("1e-3 ms", "2 s")),
        "T_0": Param(308.15, "K", "temperature of the time constants", kind="assumed", range=(290, 312),
                     why="not stated in what was read; 35 degC as in the experiments here"),
        "Q10": Param(1, "1", "speed per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
    },
    signs={"spikes": "+rate +use -ready", "U": "+rate", "recovery": "-ready", "facilitation": "+use"},
)  # fmt: skip


@mechanism.equations
def equations(spikes, U, T, ready, use, recovery, facilitation, T_0, Q10):
    speed, used = warmed(T, T_0, Q10), use + U * (1 - use)
    rate = used * ready * spikes
    return (
        ddt(ready=speed * (1 - ready) / recovery - rate, use=U * (1 - use) * spikes - speed * use / facilitation),
        out(rate=rate),
    )
