"""What tests share."""

import os
from pathlib import Path

import numpy as np
import pytest

os.environ.pop("JPY_SESSION_NAME", None)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[1]
