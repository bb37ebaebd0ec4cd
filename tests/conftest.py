"""What tests share."""

import os
from pathlib import Path

# As in the press: on small matrices the threads of BLAS do little but wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pytest

os.environ.pop("JPY_SESSION_NAME", None)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[1]
