"""The result contract: labeled arrays with units and provenance; save, open, summarize."""

import json
from pathlib import Path

import numpy as np

from synaptrace.errors import ResultError
from synaptrace.writing import written_whole

TABLES = (
    "protocol_tables",
    "patient",
    "overlays",
    "borrowed",
    "perturbations",
    "changes",
    "failures",
    "second_roots",
    "times",
    "warnings",
    "words",
    "peaks",
    "cascade",
    "person",
    "measured",
    "compared",
    "peaks_by_arm",
    "cascade_by_arm",
)


def make_dataset(time, variables, attributes, coordinates=None):
    """An xarray Dataset with dimensions (patient, time).

    Parameters
    ----------
    time : array [time]
        Hours, strictly increasing.
    variables : dict
        {name: (array [patient, time], attributes)}.
    attributes : dict
        Text and numbers stay; everything else becomes JSON text.
    coordinates : dict
        Further coordinates along `patient`.
    """
    import xarray

    people = next(iter(variables.values()))[0].shape[0] if variables else 1
    coords = {
        "patient": np.arange(people),
        "time": ("time", np.asarray(time, float), {"units": "h", "long_name": "time since the start"}),
    }
    coords |= {k: ("patient", v) for k, v in (coordinates or {}).items()}
    plain = {
        k: v if isinstance(v, (str, int, float)) and not isinstance(v, bool) else json.dumps(v) for k, v in attributes.items()
    }
    return xarray.Dataset({k: (("patient", "time"), v, a) for k, (v, a) in variables.items()}, coords=coords, attrs=plain)


def tables_of(dataset):
    """The structured attributes of a result, out of their JSON text."""
    return {k: json.loads(dataset.attrs[k]) for k in TABLES if k in dataset.attrs}


def save(dataset, path):
    """Write a result as .nc (whole) or .csv (one row per patient and time); under a temporary name, then renamed.

    Raises ResultError for another suffix or a place that cannot be written.
    """
    path = Path(path)
    if path.suffix not in (".nc", ".csv"):
        raise ResultError(f"'{path}' is not a kind of file this writes.", expected=".nc or .csv")

    def write(part):
        if path.suffix == ".nc":
            dataset.to_netcdf(part, engine="h5netcdf")
        else:
            table = dataset.to_dataframe().reset_index()
            units = {n: dataset[n].attrs.get("units", "") for n in table.columns if n in dataset.variables}
            table.rename(columns={n: f"{n} [{u}]" for n, u in units.items() if u}).to_csv(part, index=False)

    return written_whole(path, write)


def open_result(path):
    """A saved result, whole in memory. Raises ResultError if it is not one."""
    import xarray

    path = Path(path)
    if path.suffix != ".nc":
        raise ResultError(f"'{path}' is not a saved result.", expected="a .nc file written by synaptrace run --out")
    if not path.exists():
        raise ResultError(f"there is no file '{path}'.", fix=f"write it first: synaptrace run PROTOCOL --out {path}")
    try:
        with xarray.open_dataset(path, engine="h5netcdf", decode_timedelta=False) as opened:
            dataset = opened.load()
    except (OSError, ValueError) as error:
        raise ResultError(f"'{path}' cannot be opened.", reason=str(error).splitlines()[0]) from error
    if "protocol_tables" not in dataset.attrs or "model_hash" not in dataset.attrs:
        raise ResultError(f"'{path}' was not written by synaptrace.", expected="a .nc file written by synaptrace run --out")
    return dataset


def accepted(dataset, accept_failures=0):
    """Raise ResultError if more patients failed than the caller accepts; else the patients that did not fail."""
    if accept_failures < 0:
        raise ResultError(f"'{accept_failures}' is not a number of failures.", expected="0 or more")
    failed = sorted({f["patient"] for f in tables_of(dataset).get("failures", [])})
    if len(failed) > accept_failures:
        raise ResultError(
            f"{len(failed)} of {dataset.sizes['patient']} patients failed, so no summary is made.",
            first=tables_of(dataset)["failures"][0],
            fix=f"look into them, or accept them with --accept-failures {len(failed)}",
        )
    return dataset.isel(patient=[i for i in range(dataset.sizes["patient"]) if i not in failed])
