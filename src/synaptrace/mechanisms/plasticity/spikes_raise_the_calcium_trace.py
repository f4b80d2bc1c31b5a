"""Spikes raise the calcium trace.

The calcium of Graupner and Brunel (2012), in units of its own: each spike before and after the synapse adds a step that
falls with one time constant. What a presynaptic spike adds enters through NMDA receptors, so it comes a little later and a
blocker takes its share.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out


def number(row, value, unit, low, high, meaning):
    return Param(value, unit, meaning, source=f"synapse_dossier:section-6:DP_{row}", range=(low, high))


mechanism = Mechanism(
    reads={"before": "spikes.{pool}.presynaptic_delayed", "after": "spikes.{pool}.postsynaptic",
           "blocked": "nmda.{pool}.blocked"},
    states={"c": State(0.0, "1", "calcium trace", scale=0.1)},
    writes={"trace": "plasticity.{pool}.trace"},
    params={
        "C_pre": number("C_pre", 1, "1", 0, 5, "step of a presynaptic spike"),
        "C_post": number("C_post", 2, "1", 0, 5, "step of a postsynaptic spike"),
        "t_Ca": number("tau_Ca", "0.02 s", "s", "5 ms", "100 ms", "time constant of the trace"),
    },
    signs={"before": "+c", "after": "+c", "blocked": "-c", "c": "+trace"},
)  # fmt: skip


@mechanism.equations
def equations(before, after, blocked, c, C_pre, C_post, t_Ca):
    return ddt(c=C_pre * (1 - blocked) * before + C_post * after - c / t_Ca), out(trace=c)
