"""Two views of service value: six measures of the customer, six of the company."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from cemlib.stats.estimates import Floats
from cemlib.studies.value.views import COMPANY, CUSTOMER


@dataclass(frozen=True)
class ValueMapTruth:
    """True parameters of the generated measures, which are standardised to variance 1.

    Parameters
    ----------
    share : float
        Share of customers who are measured.
    common : float
        Correlation between any two customer measures.
    slopes : tuple of tuple of float
        For each company measure, the slopes on the customer measures.
    middles, spreads : tuple of float
        Mean and standard deviation of all twelve: perceptions in points (0–100), profit per
        month, feasible requests in %, matters solved per hour, and points (0–10).
    """

    share: float = 0.15
    common: float = 0.3
    slopes: tuple[tuple[float, ...], ...] = (
        (0.10, 0.00, 0.05, 0.10, 0.00, 0.16),
        (0.00, 0.00, 0.00, 0.00, 0.00, 0.00),
        (0.00, 0.12, 0.00, 0.00, 0.22, 0.10),
        (0.12, 0.00, 0.05, 0.18, 0.00, 0.28),
        (0.00, 0.08, 0.18, 0.36, 0.06, 0.28),
        (0.00, 0.00, 0.08, 0.26, 0.00, 0.22),
    )
    middles: tuple[float, ...] = (62, 55, 58, 51, 63, 49, 38, 71, 6.2, 6.0, 6.3, 6.6)
    spreads: tuple[float, ...] = (11, 11, 11, 11, 11, 11, 10, 8, 1.4, 1.0, 1.0, 0.9)

    def correlation(self) -> Floats:
        """Return the correlations of all twelve measures, shape (12, 12)."""
        inner = np.full((6, 6), self.common) + (1 - self.common) * np.eye(6)
        slopes = np.array(self.slopes)
        explained = slopes @ inner @ slopes.T
        outer = explained + np.diag(1 - np.diag(explained))
        return np.block([[inner, inner @ slopes.T], [slopes @ inner, outer]])


VALUE_MAP = ValueMapTruth()


def simulate_value_map(
    count: int, rng: np.random.Generator, truth: ValueMapTruth = VALUE_MAP
) -> pd.DataFrame:
    """Draw the twelve measures of customers.

    Parameters
    ----------
    count : int
        Number of customers.
    rng : Generator
        Source of randomness.
    truth : ValueMapTruth
        True parameters.

    Returns
    -------
    DataFrame
        `CUSTOMER` and `COMPANY`, rounded to one decimal.

    Examples
    --------
    >>> simulate_value_map(2, np.random.default_rng(1)).shape
    (2, 12)
    """
    root = np.linalg.cholesky(truth.correlation())
    drawn = rng.standard_normal((count, 12)) @ root.T
    values = np.round(np.array(truth.middles) + np.array(truth.spreads) * drawn, 1)
    tops = np.array([100] * 6 + [1e6, 100, 1e6, 10, 10, 10])
    floors = np.array([0] * 6 + [-1e6, 0, 0, 0, 0, 0])
    return pd.DataFrame(np.clip(values, floors, tops), columns=[*CUSTOMER, *COMPANY])


def value_map(customers: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Draw the measures of the customers who are measured.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": ["C0000001", "C0000002"]})
    >>> list(value_map(people, np.random.default_rng(1)))
    ['value-map']
    """
    measured = rng.random(len(customers)) < VALUE_MAP.share
    frame = simulate_value_map(len(customers), rng)
    frame.insert(0, "customer", customers["customer"].to_numpy())
    return {"value-map": frame[measured].reset_index(drop=True)}


def true_parameters(truth: ValueMapTruth = VALUE_MAP) -> dict[str, Any]:
    """Return the true parameters, for ``truth.json``.

    Examples
    --------
    >>> true_parameters()["slopes"]["satisfaction"]["reliability"]
    0.36
    """
    slopes = {
        name: dict(zip(CUSTOMER, row, strict=True))
        for name, row in zip(COMPANY, truth.slopes, strict=True)
    }
    return asdict(truth) | {"slopes": slopes}


def population(truth: ValueMapTruth = VALUE_MAP) -> dict[str, Any]:
    """Return the population values, in closed form.

    Returns
    -------
    dict
        ``rank_correlation`` of each pair, (6/π) arcsin(ρ/2), and ``explained``: R² of each company
        measure.

    Examples
    --------
    >>> population()["rank_correlation"]["feasibility"]["speed"]
    0.0
    """
    whole = truth.correlation()
    ranks = 6 / np.pi * np.arcsin(whole / 2)
    slopes = np.array(truth.slopes)
    explained = np.einsum("ij,jk,ik->i", slopes, whole[:6, :6], slopes)
    return {
        "rank_correlation": {
            name: {first: round(float(ranks[6 + row, at]), 6) for at, first in enumerate(CUSTOMER)}
            for row, name in enumerate(COMPANY)
        },
        "explained": {name: round(float(r), 6) for name, r in zip(COMPANY, explained, strict=True)},
    }
