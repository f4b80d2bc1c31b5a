"""Several protocols or models side by side."""

import numpy as np

from synaptrace.errors import ProtocolError
from synaptrace.simulate.run import run


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
    arms = [(p, m) for p in protocols for m in models]
    first = [run(p, m, **options) for p, m in arms]
    names = [f"{r.attrs['protocol']} on {r.attrs['model']}" for r in first]
    if len(set(names)) < len(names):
        names = [f"{n} ({i})" for i, n in enumerate(names, 1)]
    times = np.unique(np.concatenate([r["time"].values for r in first]))
    aligned = [r.interp(time=times) for r in first]
    joined = xarray.concat(
        aligned, dim="arm", combine_attrs="drop_conflicts", join="outer", data_vars="all", coords="minimal", compat="override"
    )
    return joined.assign_coords(arm=names).transpose("arm", "patient", "time")
