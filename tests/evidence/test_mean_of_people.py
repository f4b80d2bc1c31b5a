"""Parts of claims that read the mean of virtual people."""

import numpy as np
import pytest

from synaptrace.claims.readouts import curves, plan, read
from synaptrace.simulate import run

RUN = {"model": "perez_ruixo", "people": 5, "seed": 3, "end": "2 h",
       "doses": [{"drug": "esketamine", "amount": "0.2 mg/kg", "duration": "40 min"}]}  # fmt: skip
PLASMA = "venous.ketamine"
OFF = {"esketamine_distributes_from_venous_blood.Vc": "10 L"}


def test_a_part_with_people_reads_the_mean_of_the_people_of_that_seed():
    planned = plan(RUN)
    time, found = curves(planned, [PLASMA], [1.0], [{}, OFF, OFF])
    alone = run(planned.protocol, "perez_ruixo", people=5, seed=3, at=["1 h"])[PLASMA].values[:, -1]
    measure = {"what": [PLASMA], "as": "value", "at": ["1 h"], "unit": "ng/mL"}
    values = [read(measure, time, found, row) for row in range(4)]
    assert np.ptp(alone) > 0.1 * np.mean(alone)
    assert values[0] == pytest.approx(np.mean(alone), rel=1e-4)
    assert values[1] == values[0] and values[2] == values[3] < 0.5 * values[0]


def test_one_person_is_the_typical_one():
    planned = plan({k: v for k, v in RUN.items() if k not in ("people", "seed")})
    assert planned.people == 1
    time, found = curves(planned, [PLASMA], [1.0], [])
    typical = run(planned.protocol, "perez_ruixo", at=["1 h"])[PLASMA].values[0, -1]
    assert found[PLASMA][0][int(np.argmin(np.abs(time - 1.0)))] == pytest.approx(typical, rel=1e-6)
