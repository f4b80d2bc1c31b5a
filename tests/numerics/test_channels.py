"""Channels that open at random: their mean is the deterministic run, their digits do not depend on their number."""

import numpy as np
import pytest

from synaptrace.benches import POOL
from synaptrace.errors import ProtocolError
from synaptrace.simulate.bench import run_bench
from synaptrace.simulate.channels import run_channels

OPEN = f"ampa.{POOL}.conducting"
HELD = {f"glutamate.{POOL}.cleft": [(0, 1.0), (1, 0.0)], "tissue.temperature": 295.15}
AT = [0.2, 0.6, 1.0, 2.0, 4.0, 8.0]


def test_the_mean_of_ten_thousand_channels_is_the_deterministic_run():
    exact = run_bench("ampa_alone", "10 ms", HELD, at=AT, start="initial")[OPEN].values[0]
    mean = run_channels("ampa_alone", "10 ms", HELD, at=AT, channels=1000, repeats=10, seed=3, start="initial")[OPEN].values.mean(
        0
    )
    error = np.sqrt(exact * (1 - exact) / 10_000)
    assert np.all(np.abs(mean - exact) < 3 * error)
    assert np.abs(mean - exact).max() > 0


def test_the_spread_over_repeats_is_binomial():
    found = run_channels("ampa_alone", "10 ms", HELD, at=[0.6], channels=20, repeats=1500, seed=1, start="initial")[OPEN].values[
        :, 0
    ]
    share = found.mean()
    assert found.var() == pytest.approx(share * (1 - share) / 20, rel=0.12)


def test_a_channel_keeps_its_history_whatever_the_number_of_channels_and_times_repeat():
    few, many = (run_channels("ampa_alone", "10 ms", HELD, at=AT, channels=n, start="initial") for n in (1, 1))
    assert few.identical(many)
    other = run_channels("ampa_alone", "10 ms", HELD, at=AT, channels=1, repeats=5, start="initial")
    assert np.array_equal(other[OPEN].values[0], few[OPEN].values[0])
    assert not np.array_equal(other[OPEN].values[0], other[OPEN].values[1]) or not np.array_equal(
        other[OPEN].values[2], other[OPEN].values[3]
    )
    ten, hundred = (run_channels("ampa_alone", "2 ms", HELD, at=[0.6], channels=n, start="initial") for n in (10, 100))
    assert ten[OPEN].item() * 10 <= hundred[OPEN].item() * 100


def test_at_rest_blocked_receptors_stay_where_they_are():
    held = {f"glutamate.{POOL}.cleft": 0.0, f"nmda.{POOL}.voltage": -60.0, "tissue.magnesium": 1.0, "tissue.temperature": 298.15}
    found = run_channels("nmda_alone", "50 ms", held, at=[1, 49], channels=1000, before={f"glutamate.{POOL}.cleft": 1e-8})
    plugged = found[f"nmda.{POOL}.plugged"].values[0]
    assert plugged[0] == plugged[1] == pytest.approx(0.976, abs=0.02)


def test_what_is_no_scheme_of_channels_is_refused():
    for count in (0, 1001):
        with pytest.raises(ProtocolError) as error:
            run_channels("ampa_alone", "1 ms", HELD, at=[0.5], channels=count)
        assert f"'{count}' is not a number of channels." in str(error.value)
    with pytest.raises(ProtocolError) as error:
        run_channels("ampa_alone", "1 ms", HELD, at=[0.5], channels=5, start="soon")
    assert "'soon' is not a start." in str(error.value)
    quiet = {f"spikes.{POOL}.presynaptic": 0.0, f"release.{POOL}.probability": 0.5, "glutamate.outside": 5e-5}
    quiet |= {"tissue.temperature": 308.15}
    with pytest.raises(ProtocolError) as error:
        run_channels("vesicle_pools", "5 ms", quiet, at=[2.0], channels=5, start="initial")
    assert "the model is not one scheme of channels." in str(error.value)
