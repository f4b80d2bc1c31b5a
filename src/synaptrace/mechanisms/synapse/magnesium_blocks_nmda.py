"""Magnesium blocks NMDA receptors.

Mg2+ plugs open channels, the more the more negative the voltage, and keeps ketamine out while it sits there. Two numbers
say all: its dissociation constant at 0 mV and the voltage over which that changes e-fold. Receptors with GluN2C or GluN2D
hold Mg2+ less well; a pool is an average over its receptors.
"""

from synaptrace.core import Mechanism, Param, exp, out

MEAN = {"pyramidal_resting": -70, "pyramidal_evoked": -65, "extrasynaptic": -69, "sst_interneuron": -55,
        "pv_interneuron": -55, "habenula": -55}
SHARE = {"pyramidal_resting": 0, "pyramidal_evoked": 0, "extrasynaptic": 0.30, "sst_interneuron": 0.40,
         "pv_interneuron": 0.40, "habenula": 0}

mechanism = Mechanism(
    reads={"V": "nmda.{pool}.voltage"},
    writes={"unplugged": "nmda.{pool}.unplugged", "relative": "nmda.{pool}.unplugged_relative"},
    params={
        "Mg": Param(1.0, "mmol/L", "Mg2+ outside the cell", kind="assumed", range=(0, 1.3), why="usual value of brain slices"),
        "V_mean": Param(MEAN, "mV", "voltage at which Mg2+ acts on averages of the fast model", kind="assumed", range=(-80, 0),
                        why="where the fast spine shows the dependence on Mg2+ that this formula has; -70 to -58 mV with firing"),
        "Mg_usual": Param(1.0, "mmol/L", "Mg2+ that averages of the fast model refer to", kind="assumed", range=(0.9, 1.1),
                          why="the concentration at which their tables are made"),
        "K0": Param(8.85, "mmol/L", "dissociation constant of Mg2+ at 0 mV", source="synapse_dossier:section-3:AscherNowak_K0",
                    kind="derived", range=(2.5, 9)),
        "slope": Param(12.5, "mV", "voltage over which the dissociation constant of Mg2+ changes e-fold",
                       source="exposure_and_block:magnesium:slope_Ascher_Nowak", kind="derived", range=(10, 17)),
        "GluN2D": Param(SHARE, "1", "share of receptors with GluN2D", kind="assumed", range=(0, 1),
                        why="GluN2D sits outside synapses and in interneurons; the share itself was not read"),
        "weaker": Param(4.5, "1", "dissociation constant of Mg2+ with GluN2C or GluN2D, relative", kind="derived",
                        source="exposure_and_block:magnesium:weaker", range=(4, 5)),
    },
    signs={"V": "+unplugged", "Mg": "-unplugged -relative", "weaker": "+unplugged"},
)


@mechanism.equations
def equations(V, Mg, V_mean, Mg_usual, K0, slope, GluN2D, weaker):
    def free(Mg, V):
        K = K0 * exp(V / slope)
        return (1 - GluN2D) / (1 + Mg / K) + GluN2D / (1 + Mg / (weaker * K))

    return out(unplugged=free(Mg, V), relative=free(Mg, V_mean) / free(Mg_usual, V_mean))
