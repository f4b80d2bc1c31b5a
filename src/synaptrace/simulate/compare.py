"""Several protocols, models or perturbations side by side."""

import json

import numpy as np

from synaptrace.errors import ProtocolError
from synaptrace.protocol import Protocol, read_protocol
from synaptrace.results import tables_of
from synaptrace.simulate.cascade import SHOWN, hours_of_first_dose
from synaptrace.simulate.run import run
from synaptrace.solve.schedule import distinct

NEAR = 1e-9  # hours


def compare(*protocols, models=("standard",), perturbed=(), **options):
    """Run every protocol on every model, plain and under each perturbation; return one Dataset with `arm` in front.

    Parameters
    ----------
    protocols : str, path or Protocol
    models : list of str or Model
    perturbed : str or list of str
        Each entry adds one arm to every protocol and model; 'one+other' puts two together.
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
    under = ["", *([perturbed] if isinstance(perturbed, str) else perturbed)]
    read = [p if isinstance(p, Protocol) else read_protocol(p) for p in protocols]
    arms = [(p, m, u) for p in read for m in models for u in under]
    first = [run(p, m, perturbed=u or (), **options) for p, m, u in arms]
    names = _names([(r.attrs["protocol"], r.attrs["model"], u) for r, (_, _, u) in zip(first, arms, strict=True)])
    times = np.array(distinct(np.concatenate([r["time"].values for r in first]).tolist()))
    same = {k: v for k, v in options.items() if k not in ("at", "every")}
    joined = []
    for (protocol, model, u), before in zip(arms, first, strict=True):
        inside = times[(times >= min(protocol.start, before["time"].values[0])) & (times <= protocol.end)]
        arm = run(protocol, model, perturbed=u or (), at=[f"{t!r} h" for t in inside.tolist()], **same)
        joined.append(arm.reindex(time=times, method="nearest", tolerance=NEAR))
    whole = xarray.concat(
        joined, dim="arm", combine_attrs="drop_conflicts", join="override", data_vars="all", coords="minimal", compat="override"
    )
    whole.attrs["peaks_by_arm"] = json.dumps({name: tables_of(r)["peaks"] for name, r in zip(names, first, strict=True)})
    whole.attrs["cascade_by_arm"] = json.dumps({name: _course(r) for name, r in zip(names, first, strict=True)})
    return whole.assign_coords(arm=names).transpose("arm", "patient", "time")


def _course(result):
    """What is told of an arm: rows of the short table, whom they describe, badges of curves, hour of the first dose."""
    badges = {q: result[q].attrs["badge"] for q in SHOWN if q in result}
    tables = tables_of(result)
    return {"rows": tables["cascade"], "person": tables["person"], "badges": badges, "given": hours_of_first_dose(result)}


def _names(arms):
    """What tells the arms (protocol, model, perturbation) apart, in words; numbered where nothing does."""
    protocols, models = ({arm[k] for arm in arms} for k in (0, 1))
    names = []
    for p, m, u in arms:
        name = p if len(models) == 1 else m if len(protocols) == 1 else f"{p} on {m}"
        names.append(f"{name} under {u}" if u else name)
    return names if len(set(names)) == len(names) else [f"{n} ({i})" for i, n in enumerate(names, 1)]
