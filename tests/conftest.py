"""Shared pieces of the tests."""

import numpy as np
import pytest

from synaptrace.models import MODELS, load_model


@pytest.fixture(scope="session")
def standard():
    return load_model("standard")


@pytest.fixture(params=sorted(n for n in MODELS if not load_model(n).table_names()))
def named_model(request):
    """The named models that read no tables; those are tested against their fast models."""
    return load_model(request.param)


@pytest.fixture
def rng():
    return np.random.default_rng(20261123)
