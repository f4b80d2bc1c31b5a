"""A fast synapse of 17 states under 100 Hz pulses of glutamate: NMDA and AMPA receptors, glutamate and Ca2+ at held voltage.

Ten NMDA places (five gating places, free or with a blocker trapped), five AMPA places, glutamate in the cleft and Ca2+
in the spine; in each scheme one place is what is left of 1, so 15 states are integrated. Time is in seconds inside
and in milliseconds outside (CLOCK). The equations stand for the size and stiffness; all numbers are assumed and no claims.
"""

import numpy as np
from speed import Case

from synaptrace import units
from synaptrace.core import Mechanism, Param, State, ddt, exp, markov, out
from synaptrace.flatten import flatten
from synaptrace.model import compose
from synaptrace.solve.schedule import build_schedule
from synaptrace.vocabulary import Shared

CLOCK = 1e-3  # seconds in one unit of the clock
END, MOMENTS = 1000.0, 500  # ms, evenly spaced times to report
PULSES, FIRST, PERIOD, WIDTH = 100, 5.0, 10.0, 0.5  # number; ms
VARYING = "release tau N_on N_off N_opening N_closing ketamine N_block A_on_1 A_opening J_N Ca_out".split()
SPREAD = 0.2  # of the logarithm
NMDA = ["NC1", "NC2", "ND", "NO", "NC0b", "NC1b", "NC2b", "NDb", "NOb"]
AMPA = ["AC1", "AC2", "AD", "AO"]
VOCABULARY = {
    "synapse.releasing": Shared("1", "1 while glutamate is released", "input"),
    "synapse.NMDA_closed": Shared("1", "share of NMDA receptors in NC0", "synapse"),
    "synapse.AMPA_closed": Shared("1", "share of AMPA receptors in AC0", "synapse"),
}


def assumed(value, unit, meaning):
    number = units.convert(value, unit) if isinstance(value, str) else value
    low, high = sorted((0.1 * number, 10 * number))
    return Param(value, unit, meaning, kind="assumed", why="benchmark only: of the usual size, no claim", range=(low, high))


def rate(value, meaning):
    return assumed(f"{value!r} 1/ms", "1/s", meaning)


def binding(value, meaning):
    return assumed(f"{value!r} L/mmol/ms", "L/mmol/s", meaning)


mechanism = Mechanism(
    reads={"releasing": "synapse.releasing"},
    states={
        "Glu": State(1e-3, "mmol/L", "glutamate in the cleft"),
        "Ca": State(0.05, "umol/L", "Ca2+ in the spine"),
        **{name: State(0.0, "1", f"NMDA receptors in {name}, share") for name in NMDA},
        **{name: State(0.0, "1", f"AMPA receptors in {name}, share") for name in AMPA},
    },
    writes={"NMDA_closed": "synapse.NMDA_closed", "AMPA_closed": "synapse.AMPA_closed"},
    params={
        "release": assumed("4 mmol/L/ms", "mmol/L/s", "rise of glutamate while it is released"),
        "seep": assumed("1e-5 mmol/L/ms", "mmol/L/s", "steady rise of glutamate"),
        "tau": assumed("1 ms", "s", "time constant of glutamate leaving the cleft"),
        "N_on": binding(5.0, "NMDA: binding per free site"),
        "N_off": rate(0.0055, "NMDA: unbinding per bound site"),
        "N_desens": rate(0.0084, "NMDA: desensitizing"),
        "N_recovery": rate(0.0018, "NMDA: recovering"),
        "N_opening": rate(0.0465, "NMDA: opening"),
        "N_closing": rate(0.0916, "NMDA: closing"),
        "N_block": assumed("6e-4 L/umol/ms", "L/umol/s", "ketamine entering open NMDA channels"),
        "N_unblock": rate(0.0007, "ketamine leaving open NMDA channels"),
        "ketamine": assumed(2.0, "umol/L", "ketamine"),
        "A_on_1": binding(4.6, "AMPA: first binding per free site"),
        "A_off_1": rate(4.26, "AMPA: first unbinding"),
        "A_on_2": binding(12.8, "AMPA: second binding"),
        "A_off_2": rate(3.26, "AMPA: second unbinding per bound site"),
        "A_desens": rate(0.9, "AMPA: desensitizing"),
        "A_recovery": rate(0.06, "AMPA: recovering"),
        "A_opening": rate(4.24, "AMPA: opening"),
        "A_closing": rate(0.9, "AMPA: closing"),
        "V": assumed(-40.0, "mV", "membrane voltage"),
        "Mg": assumed(1.0, "mmol/L", "Mg2+ outside"),
        "K_Mg": assumed(3.57, "mmol/L", "Mg2+ that plugs half of the channels at 0 mV"),
        "V_Mg": assumed(0.062, "1/mV", "rise of plugging per voltage"),
        "E": assumed(40.0, "mV", "reversal voltage"),
        "J_N": assumed("0.015 umol/L/mV/ms", "umol/L/mV/s", "rise of Ca2+ through NMDA channels"),
        "J_A": assumed("0.02 umol/L/ms", "umol/L/s", "rise of Ca2+ through AMPA channels"),
        "Ca_rest": assumed(0.05, "umol/L", "Ca2+ at rest"),
        "Ca_out": rate(0.08, "extrusion of Ca2+"),
    },
    signs={"releasing": "+Glu", "AO": "+Ca"},
)


@mechanism.equations
def equations(releasing, Glu, Ca, NC1, NC2, ND, NO, NC0b, NC1b, NC2b, NDb, NOb, AC1, AC2, AD, AO, release, seep, tau, N_on, N_off,
              N_desens, N_recovery, N_opening, N_closing, N_block, N_unblock, ketamine, A_on_1, A_off_1, A_on_2, A_off_2,
              A_desens, A_recovery, A_opening, A_closing, V, Mg, K_Mg, V_Mg, E, J_N, J_A, Ca_rest, Ca_out):  # fmt: skip
    steps = [step for b in ("", "b") for step in (
        (f"NC0{b}", f"NC1{b}", 2 * N_on * Glu, N_off), (f"NC1{b}", f"NC2{b}", N_on * Glu, 2 * N_off),
        (f"NC2{b}", f"ND{b}", N_desens, N_recovery), (f"NC2{b}", f"NO{b}", N_opening, N_closing))]  # fmt: skip
    steps += [("NO", "NOb", N_block * ketamine, N_unblock)]
    nmda = markov(steps, remainder="NC0", NC1=NC1, NC2=NC2, ND=ND, NO=NO, NC0b=NC0b, NC1b=NC1b, NC2b=NC2b, NDb=NDb, NOb=NOb)
    steps = [("AC0", "AC1", 2 * A_on_1 * Glu, A_off_1), ("AC1", "AC2", A_on_2 * Glu, 2 * A_off_2),
             ("AC2", "AD", A_desens, A_recovery), ("AC2", "AO", A_opening, A_closing)]  # fmt: skip
    ampa = markov(steps, remainder="AC0", AC1=AC1, AC2=AC2, AD=AD, AO=AO)
    unplugged = 1 / (1 + Mg / K_Mg * exp(-V_Mg * V))
    inflow = J_N * unplugged * (E - V) * NO + J_A * AO
    slopes = {"Glu": releasing * release + seep - Glu / tau, "Ca": inflow - Ca_out * (Ca - Ca_rest)}
    return ddt(nmda, ampa, **slopes), out(NMDA_closed=nmda["NC0"], AMPA_closed=ampa["AC0"])


def build():
    """The model, through the package's own layer of declaration."""
    return compose(mechanism, inputs=["synapse.releasing"], name="fast synapse", vocabulary=VOCABULARY)


def population(system, people):
    """Parameters [people, parameters], from one seed."""
    found, rng = np.tile(system.values, (people, 1)), np.random.default_rng(0)
    for name in VARYING:
        found[:, system.parameters.index(f"{mechanism.name}.{name}")] *= np.exp(SPREAD * rng.standard_normal(people))
    return found


def pulses(height):
    """[(ms, value)]: 100 Hz square pulses of this height between zeros."""
    begins = [FIRST + PERIOD * k for k in range(PULSES)]
    return [(0.0, 0.0), *(step for t in begins for step in ((t, height), (t + WIDTH, 0.0)))]


def moments():
    """Times to report, ms."""
    return np.linspace(END / MOMENTS, END, MOMENTS)


def make_case(people):
    """The case of `people` parameter sets, all starting from the declared initial values."""
    system = flatten(build())
    schedule = build_schedule(people, 0.0, END, [], [], system.inputs, [], CLOCK, {"synapse.releasing": pulses(1.0)})
    start = np.tile(system.initial, (people, 1))
    return Case("fast synapse, 17 states", system, CLOCK, population(system, people), schedule, moments(), start)


def remainders(values):
    """The shares of NC0 and AC0 [..., 2] from the 15 integrated states [..., 15]."""
    names = list(mechanism.states)
    member = np.array([[float(name in scheme) for scheme in (NMDA, AMPA)] for name in names])
    return 1 - values @ member


def complete(values):
    """All 17 states [..., 17]: the 15 integrated ones, then NC0 and AC0."""
    return np.concatenate([values, remainders(values)], axis=-1)
