"""Every shipped protocol runs, names a source that exists, and does what its title says."""

import pytest

from synaptrace.evidence import load_source
from synaptrace.protocol import protocols, read_protocol
from synaptrace.simulate import peaks
from tests.exposure import compare, run

POOL = "nmda.pyramidal_evoked.blocked"


@pytest.mark.parametrize("name", protocols())
def test_a_shipped_protocol_names_a_place_in_a_source_and_gives_or_drives_something(name):
    protocol = read_protocol(name)
    key, place = protocol.tables.source.split(":")
    assert place in load_source(key).places and protocol.tables.title
    assert protocol.administrations() or protocol.clamps


def test_the_three_drugs_of_the_matched_protocols_block_alike():
    found = [
        next(r["value"] for r in peaks(run(f"matched_block_{drug}")) if r["name"] == POOL)
        for drug in ("racemic", "esketamine", "arketamine")
    ]
    assert max(found) / min(found) < 1.001


def test_a_comparison_lays_the_arms_over_each_other(tmp_path):
    from synaptrace.figures.exposure import overlay
    from synaptrace.report import compared

    result = compare("matched_block_racemic", "matched_block_esketamine")
    assert list(result["arm"].values) == ["matched_block_racemic", "matched_block_esketamine"]
    assert overlay(result, tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    table = compared(result).splitlines()
    assert any(line.split()[:2] == ["peak", "unit"] for line in table) and any(line.split()[:2] == [POOL, "1"] for line in table)


def test_six_infusions_and_maintenance_are_on_their_days():
    assert read_protocol("six_infusions").doses[0].starts == tuple(24.0 * d for d in (0, 2, 4, 7, 9, 11))
    assert read_protocol("maintenance").doses[0].starts[-4:] == tuple(24.0 * d for d in (18, 25, 32, 39))


def test_the_hundred_hours_end_at_the_printed_rate():
    doses = read_protocol("crps_100h").doses
    assert doses[0].amount.value / doses[0].duration == pytest.approx(5)
    assert doses[-1].amount.value / doses[-1].duration == pytest.approx(22.2)
    assert max(d.end for d in doses) == 100
    assert all(a.end == b.starts[0] for a, b in zip(doses, doses[1:], strict=False))
