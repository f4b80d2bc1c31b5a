"""Shared pieces of the tests."""

import numpy as np
import pytest

from synaptrace.models import MODELS, load_model


@pytest.fixture(scope="session")
def standard():
    return load_model("standard")


@pytest.fixture(params=sorted(n for n in MODELS if n not in ("exposure", "signaling_rig") and not load_model(n).table_names()))
def named_model(request):
    """The named models that take doses and read no tables, which have fast models of their own; `empirical` holds `exposure`."""
    return load_model(request.param)


@pytest.fixture
def rng():
    return np.random.default_rng(20261123)
