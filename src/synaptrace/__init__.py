"""synaptrace: how ketamine infusions act, as a model whose every number names its source.

For research and teaching; never for dosing a person.
"""

import importlib
from typing import TYPE_CHECKING

from synaptrace.version import __version__

if TYPE_CHECKING:
    from synaptrace import evidence, models
    from synaptrace.errors import SynaptraceError
    from synaptrace.lookup import explain, where
    from synaptrace.models import load_model
    from synaptrace.protocol import Patient, Protocol, protocols
    from synaptrace.results import open_result
    from synaptrace.simulate import compare, run

_HOME = {
    "Patient": "protocol",
    "Protocol": "protocol",
    "SynaptraceError": "errors",
    "compare": "simulate",
    "evidence": "",
    "explain": "lookup",
    "load_model": "models",
    "models": "",
    "open_result": "results",
    "protocols": "protocol",
    "run": "simulate",
    "where": "lookup",
}

__all__ = [
    "Patient",
    "Protocol",
    "SynaptraceError",
    "__version__",
    "compare",
    "evidence",
    "explain",
    "load_model",
    "models",
    "open_result",
    "protocols",
    "run",
    "where",
]


def __getattr__(name):
    """Load a public name when it is first used; importing the package stays cheap."""
    if name not in _HOME:
        raise AttributeError(f"module 'synaptrace' has no attribute {name!r}")
    home = importlib.import_module(f"synaptrace.{_HOME[name] or name}")
    found = getattr(home, name) if _HOME[name] else home
    globals()[name] = found
    return found


def __dir__():
    return sorted(__all__)
