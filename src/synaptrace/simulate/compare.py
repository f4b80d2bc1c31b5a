"""Several protocols or models side by side."""

import json

import numpy as np

from synaptrace.errors import ProtocolError
from synaptrace.protocol import Protocol, read_protocol
from synaptrace.results import tables_of
from synaptrace.simulate.run import run
from synaptrace.solve.schedule import distinct

NEAR = 1e-9  # hours


def compare(*protocols, models=("standard",), **options):
    """Run every protocol on every model and return one Dataset with `arm` in front.

    Parameters
    ----------
    protocols : str, path or Protocol
    models : list of str or Model
    options
        As for `run`; the same for all arms.

    Returns
    -------
    xarray.Dataset
        Dimensions (arm, patient, time) on the times of all arms together; NaN after an arm has ended.
    """
    import xarray

    if not protocols:
        raise ProtocolError("there is nothing to compare.", expected="one or more protocols")
    arms = [(p if isinstance(p, Protocol) else read_protocol(p), m) for p in protocols for m in models]
    first = [run(p, m, **options) for p, m in arms]
    named = [(r.attrs["protocol"], r.attrs["model"]) for r in first]
    names = [p if len({m for _, m in named}) == 1 else m if len({q for q, _ in named}) == 1 else f"{p} on {m}" for p, m in named]
    if len(set(names)) < len(names):
        names = [f"{n} ({i})" for i, n in enumerate(names, 1)]
    times = np.array(distinct(np.concatenate([r["time"].values for r in first]).tolist()))
    same = {k: v for k, v in options.items() if k not in ("at", "every")}
    joined = []
    for protocol, model in arms:
        inside = times[(times >= protocol.start) & (times <= protocol.end)]
        arm = run(protocol, model, at=[f"{t!r} h" for t in inside.tolist()], **same)
        joined.append(arm.reindex(time=times, method="nearest", tolerance=NEAR))
    whole = xarray.concat(
        joined, dim="arm", combine_attrs="drop_conflicts", join="override", data_vars="all", coords="minimal", compat="override"
    )
    whole.attrs["peaks_by_arm"] = json.dumps({name: tables_of(r)["peaks"] for name, r in zip(names, first, strict=True)})
    return whole.assign_coords(arm=names).transpose("arm", "patient", "time")
