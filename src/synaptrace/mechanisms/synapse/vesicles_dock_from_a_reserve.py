"""Vesicles dock from a reserve.

An alternative to one refilling pool: a spike releases a share of the docked vesicles; empty docks fill from a reserve, and
the reserve from the bouton. Steps into a pool slow as it fills. Numbers are those of one model of CA3-CA1 synapses.
"""

from synaptrace.core import Mechanism, Param, State, ddt, out, warmed


def pool(row, value, unit, low, high, meaning):
    return Param(value, unit, meaning, source=f"synapse_dossier:section-1:pool_{row}", range=(low, high))


mechanism = Mechanism(
    reads={"spikes": "spikes.{pool}.presynaptic", "U": "release.{pool}.probability", "T": "tissue.temperature"},
    states={"docked": State(25.0, "1", "docked vesicles"), "reserve": State(30.0, "1", "vesicles in the reserve")},
    writes={"rate": "release.{pool}.rate"},
    params={
        "docks": pool("docked", 25, "1", 1, 100, "places for docked vesicles"),
        "places": pool("reserve", 30, "1", 1, 300, "places in the reserve"),
        "undock": pool("docked_to_reserve", "5000 ms", "s", "100 ms", "100 s", "time of a docked vesicle to leave"),
        "dock": pool("reserve_to_docked", "45000 ms", "s", "100 ms", "100 s", "time of a vesicle of the reserve to dock"),
        "refill": pool("refill", "40000 ms", "s", "100 ms", "100 s", "time to fill the reserve from the bouton"),
        "T_0": Param(308.15, "K", "temperature of the rates", kind="assumed", range=(290, 312),
                     why="not stated for the pools; 35 degC as elsewhere in that model"),
        "Q10": Param(1, "1", "speed per 10 K", kind="assumed", range=(1, 4), why="no temperature dependence was read"),
    },
    signs={"spikes": "+rate -docked", "U": "+rate"},
)  # fmt: skip


@mechanism.equations
def equations(spikes, U, T, docked, reserve, docks, places, undock, dock, refill, T_0, Q10):
    speed = warmed(T, T_0, Q10)
    docking = speed * reserve / dock * (1 - docked / docks)
    leaving = speed * docked / undock * (1 - reserve / places)
    released = U * docked * spikes
    return (
        ddt(docked=docking - leaving - released, reserve=leaving - docking + speed * (places - reserve) / refill),
        out(rate=released / docks),
    )
