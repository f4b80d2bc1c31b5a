"""Curves on disk, kept as long as nothing they depend on has changed."""

import functools
import hashlib
import json
from pathlib import Path

import numpy as np

from synaptrace.version import __version__

POINTS = 60  # of a curve
DIGITS = 6
RUNS = ("claims/readouts.py", "flatten.py", "nca.py")  # files and folders that run a model or read what it gives
FOLDERS = ("experiment", "graph", "simulate", "solve")


@functools.cache
def _running():
    """The code that runs models and experiments and reads them: what is kept must not outlive it."""
    here = Path(__file__).parents[1]
    return b"".join(
        p.read_bytes() for p in [*map(here.joinpath, RUNS), *(p for f in FOLDERS for p in sorted((here / f).rglob("*.py")))]
    )


def kept(known, code, make):
    """What `make` returns, from disk where `known`, the version, the code that runs and the files `code` are as before."""
    import platformdirs

    text = json.dumps([known, POINTS, __version__], sort_keys=True, default=str)
    written = b"".join(Path(file).read_bytes() for file in (*code, __file__))
    name = hashlib.sha256(text.encode() + written + _running()).hexdigest()
    path = Path(platformdirs.user_cache_path("synaptrace")) / "page" / f"{name}.json"
    if path.exists():
        return json.loads(path.read_text("utf-8"))
    found = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found), "utf-8")
    return found


def rounded(value):
    """Six significant digits, in lists and tables too; JSON has no NaN."""
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(v) for v in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if np.isfinite(value) else None
    return value
