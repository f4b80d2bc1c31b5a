"""Curves on disk, kept as long as nothing they depend on has changed."""

import hashlib
import json
from pathlib import Path

import numpy as np

from synaptrace.version import __version__

POINTS = 60  # of a curve
DIGITS = 6


def kept(known, code, make):
    """What `make` returns, from disk where `known`, the version and the files `code` that draw are the same as before."""
    import platformdirs

    text = json.dumps([known, POINTS, __version__], sort_keys=True, default=str)
    written = b"".join(Path(file).read_bytes() for file in (*code, __file__))
    name = hashlib.sha256(text.encode() + written).hexdigest()
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
