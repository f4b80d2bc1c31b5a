"""Ambient glutamate opens NMDA receptors.

Receptors outside synapses sit in a steady trace of glutamate; the share that is open is that of the gating scheme in
balance (two bindings, one desensitized state, one open state).
"""

from synaptrace.core import Mechanism, Param, out

SCHEME = "synapse_dossier:section-2-6"

mechanism = Mechanism(
    writes={
        "open_fraction": "nmda.{pool}.open_fraction", "V": "nmda.{pool}.voltage",
        "open_time": "nmda.{pool}.open_time", "chance": "nmda.{pool}.opening_chance",
    },
    params={
        "glutamate": Param("50 nmol/L", "mmol/L", "glutamate around the receptors", kind="assumed",
                           range=("25 nmol/L", "90 nmol/L"), why="25 to 90 nmol/L by sensors; microdialysis finds micromoles"),
        "binding": Param("5 L/mmol/ms", "L/mmol/s", "binding of glutamate per free site", source=f"{SCHEME}:glutamate_binding",
                         range=("1 L/mmol/ms", "20 L/mmol/ms")),
        "unbinding": Param("5.5e-3 1/ms", "1/s", "unbinding of glutamate per bound site", source=f"{SCHEME}:glutamate_unbinding",
                           range=("1e-3 1/ms", "0.1 1/ms")),
        "opening": Param("46.5e-3 1/ms", "1/s", "opening", source=f"{SCHEME}:opening", range=("0.01 1/ms", "0.1 1/ms")),
        "closing": Param("91.6e-3 1/ms", "1/s", "closing", source=f"{SCHEME}:closing", range=("0.05 1/ms", "0.2 1/ms")),
        "desensitizing": Param("8.4e-3 1/ms", "1/s", "desensitizing", source=f"{SCHEME}:desensitisation",
                               range=("1e-3 1/ms", "0.02 1/ms")),
        "recovering": Param("1.8e-3 1/ms", "1/s", "recovering from desensitization", source=f"{SCHEME}:resensitisation",
                            range=("1e-4 1/ms", "0.02 1/ms")),
        "voltage": Param({"extrasynaptic": -65}, "mV", "membrane voltage of the receptors", kind="assumed", range=(-80, 0),
                         why="near rest"),
    },
    signs={"glutamate": "+open_fraction", "closing": "-open_fraction", "voltage": "+V"},
)


@mechanism.equations
def equations(glutamate, binding, unbinding, opening, closing, desensitizing, recovering, voltage):
    one = 2 * binding * glutamate / unbinding
    two = one * binding * glutamate / (2 * unbinding)
    shares = 1 + one + two * (1 + opening / closing + desensitizing / recovering)
    openings = opening / (2 * unbinding)
    return out(open_fraction=two * opening / closing / shares, V=voltage, open_time=openings / closing,
               chance=openings / (1 + openings))
