"""Awkward schedules against the matrix exponential of the three compartments."""

import numpy as np
import pytest
from scipy.linalg import expm

from synaptrace.protocol import Protocol
from tests.exposure import load_model, run

VALUES = load_model().values


def compartments(e, weight):
    """Rate constants per hour and the arterial volume of one enantiomer."""
    p = {k: VALUES[f"ketamine_distributes[{e}].{k}"] for k in ("V1", "V2", "V3", "Q2", "Q3")}
    flow, volume = (weight / 70) ** 0.75, weight / 70
    blood, enzymes = VALUES["blood_flows_through_the_liver.Qh"] * flow, VALUES[f"liver_clears_ketamine[{e}].CLint"] * flow
    clearance = blood * enzymes / (blood + enzymes)
    v1, v2, v3, q2, q3 = p["V1"] * volume, p["V2"] * volume, p["V3"] * volume, p["Q2"] * flow, p["Q3"] * flow
    rows = [[-(clearance + q2 + q3) / v1, q2 / v2, q3 / v3], [q2 / v1, -q2 / v2, 0], [q3 / v1, 0, -q3 / v3]]
    return np.array(rows) * 3600, v1


def closed_form(e, doses, t, weight):
    """Arterial umol/L from (start, duration, mg of the enantiomer)."""
    rates, volume = compartments(e, weight)
    amounts = np.zeros(3)
    for start, length, mg in doses:
        given = np.array([mg / 237.73 * 1000, 0, 0])
        if t < start:
            continue
        if length == 0:
            amounts += expm(rates * (t - start)) @ given
        else:
            during, after = min(t - start, length), max(t - start - length, 0)
            amounts += expm(rates * after) @ np.linalg.solve(rates, expm(rates * during) - np.eye(3)) @ given / length
    return amounts[0] / volume


def half(mg):
    return {"S": mg / 2, "R": mg / 2}


def plan(end, **more):
    return Protocol("p", end=end, **more)


DAILY = {"over": "40 min", "every": "1 d", "times": 360}
CASES = {
    "boluses of both at one time": (
        plan("5 h").bolus("esketamine", "10 mg").bolus("arketamine", "4 mg").bolus("esketamine", "2 mg"),
        [(0, 0, {"S": 12, "R": 4})],
        [0.0, 0.1, 5.0],
    ),
    "boluses at the edges of an infusion": (
        plan("5 h")
        .infuse("racemic ketamine", "20 mg", over="1 h", start="1 h")
        .bolus("racemic ketamine", "5 mg", at=["1 h", "2 h"]),
        [(1, 1, half(20)), (1, 0, half(5)), (2, 0, half(5))],
        [0.0, 1.0, 1.5, 2.0, 2.1, 5.0],
    ),
    "one second": (plan("5 h").infuse("racemic ketamine", "20 mg", over="1 s"), [(0, 1 / 3600, half(20))], [1 / 3600, 0.01, 5.0]),
    "thirty days": (
        plan("40 d").infuse("racemic ketamine", rate="10 mg/h", over="30 d"),
        [(0, 720, half(7200))],
        [1.0, 720.0, 960.0],
    ),
    "a year of days": (
        plan("365 d").infuse("racemic ketamine", "35 mg", **DAILY),
        [(24 * k, 2 / 3, half(35)) for k in range(360)],
        [24 * 359 + 2 / 3, 24 * 359 + 5.0],
    ),
    "before time zero": (plan("5 h").bolus("racemic ketamine", "10 mg", start="-2 h"), [(-2, 0, half(10))], [-2.0, -1.0, 5.0]),
    "a hair of overlap": (
        plan("5 h")
        .infuse("racemic ketamine", "10 mg", over="20 min")
        .infuse("racemic ketamine", "10 mg", over="20 min", start="0.3333333 h"),
        [(0, 1 / 3, half(10)), (0.3333333, 1 / 3, half(10))],
        [0.3, 0.4, 0.6, 5.0],
    ),
    "2 kg": (
        plan("5 h", patient={"weight": 2}).infuse("racemic ketamine", "0.5 mg/kg", over="40 min"),
        [(0, 2 / 3, half(1))],
        [0.5, 5.0],
    ),
    "350 kg": (
        plan("5 h", patient={"weight": 350}).infuse("racemic ketamine", "0.5 mg/kg", over="40 min"),
        [(0, 2 / 3, half(175))],
        [0.5, 5.0],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_awkward_schedules_match_their_closed_form(name):
    protocol, doses, times = CASES[name]
    found = run(protocol, at=[f"{t!r} h" for t in times])
    for e in "SR":
        wanted = np.array([closed_form(e, [(s, d, mg[e]) for s, d, mg in doses], t, protocol.patient.weight) for t in times])
        assert np.abs(found[f"arterial.{e}_ketamine"].values[0] - wanted).max() < 1e-6 * wanted.max()
