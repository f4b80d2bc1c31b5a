"""Currents charge the spine.

The head of the spine and the dendrite it sits on, joined by the resistance of the neck. Currents of receptors and channels
enter the head; a spike of the cell enters the dendrite; both leak toward rest.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out

mechanism = Mechanism(
    reads={"ampa": "current.{pool}.ampa", "nmda": "current.{pool}.nmda", "kainate": "current.{pool}.kainate",
           "I_R": "current.{pool}.R_channels", "I_L": "current.{pool}.L_channels", "spike": "dendrite.{pool}.spike_current",
           "injected": "dendrite.{pool}.injected_current"},
    states={"V": State(-70.0, "mV", "voltage of the spine head", scale=1), "parent": State(-70.0, "mV", "voltage of the dendrite",
                                                                                          scale=1)},
    writes={"head": "nmda.{pool}.voltage", "dendrite": "dendrite.{pool}.voltage"},
    params={
        "C_head": Param("5.7 fF", "pA*s/mV", "capacity of the head", kind="derived", range=("0.1 fF", "100 fF"),
                        source="synapse_fits:spine:head_capacity"),
        "neck": Param("3.93 nS", "nS", "conductance of the neck", kind="derived", range=("1 nS", "100 nS"),
                      source="synapse_fits:spine:neck_conductance"),
        "C_dendrite": Param("10 pF", "pA*s/mV", "capacity of the dendrite", kind="assumed", range=("1 pF", "200 pF"),
                            why="a stretch of dendrite that one synapse charges"),
        "leak": Param("10 nS", "nS", "leak of the dendrite, and what flows on to its neighbors", kind="assumed",
                      range=("1 nS", "100 nS"), why="input resistance of 100 MOhm"),
        "E_leak": Param(-70, "mV", "voltage at rest", source="synapse_dossier:section-6:E_leak", range=(-90, -50)),
    },
    signs={"ampa": "-V", "nmda": "-V", "spike": "+parent", "injected": "+parent", "parent": "+V", "E_leak": "+parent"},
)  # fmt: skip


@mechanism.equations
def equations(ampa, nmda, kainate, I_R, I_L, spike, injected, V, parent, C_head, neck, C_dendrite, leak, E_leak):
    through = neck * (parent - V)
    return (
        ddt(V=(through - ampa - nmda - kainate - I_R - I_L) / C_head,
            parent=(spike + injected + leak * (E_leak - parent) - through) / C_dendrite),
        out(head=V, dendrite=parent),
    )
