"""Astrocytes return glutamate as glutamine.

Glutamate that vesicles bring out is taken up by astrocytes, turned into glutamine, and given back to neurons, which make
glutamate of it. What one synapse releases and what a gram of tissue turns over are joined by one assumed number, the
density of synapses.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, warmed

mechanism = Mechanism(
    reads={"release": "release.{pool}.rate", "T": "tissue.temperature"},
    states={"astrocytes": State(0.0, "mmol/L", "released glutamate in astrocytes, per volume of tissue"),
            "glutamine": State(0.0, "mmol/L", "glutamine made from it, per volume of tissue")},
    writes={"cycle": "cycle.glutamine_made", "returned": "cycle.glutamine_returned"},
    params={
        "molecules": Param(1190, "1", "glutamate of a full release", kind="derived", range=(500, 5000),
                           source="synapse_dossier:section-1:cleft_molecules"),
        "synapses": Param("1e9 1/mm**3", "1/L", "synapses per volume of tissue", kind="assumed",
                          range=("2e8 1/mm**3", "2e9 1/mm**3"), why="from memory; no source was read"),
        "avogadro": Param("6.02214076e23 1/mol", "1/mmol", "Avogadro constant", source="si:prefixes:avogadro",
                          range=("6e23 1/mol", "6.1e23 1/mol")),
        "making": Param("0.1 1/s", "1/s", "glutamine synthesis, per glutamate", kind="assumed", range=("0.01 1/s", "10 1/s"),
                        why="sets how fast the cycle follows release, not how fast it runs"),
        "returning": Param("0.02 1/s", "1/s", "return of glutamine to neurons", kind="assumed", range=("1e-3 1/s", "1 1/s"),
                           why="sets how fast the cycle follows release, not how fast it runs"),
        "density": Param("1.04 kg/L", "g/L", "mass of tissue per volume", kind="assumed", range=("1 kg/L", "1.1 kg/L"),
                         why="from memory"),
        "T_0": Param(308.15, "K", "temperature of the rates", kind="assumed", range=(290, 312),
                     why="that at which the rates are assumed: 35 degC as in the experiments here"),
        "Q10": Param(1, "1", "speed per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
    },
    signs={"release": "+astrocytes", "synapses": "+astrocytes", "astrocytes": "+cycle +glutamine", "glutamine": "+returned"},
)  # fmt: skip


@mechanism.equations
def equations(release, T, astrocytes, glutamine, molecules, synapses, avogadro, making, returning, density, T_0, Q10):
    released, speed = molecules * synapses * release / avogadro, warmed(T, T_0, Q10)
    made, back = speed * making * astrocytes, speed * returning * glutamine
    return (
        ddt(astrocytes=released - made, glutamine=made - back),
        out(cycle=made / density, returned=back / density),
    )
