"""Expectations that adapt to performance, faster upwards than downwards (a ratchet)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.stats.value_function import CURVATURE, LOSS_AVERSION, value


@dataclass(frozen=True)
class Ratchet:
    """Adaptive expectations, and satisfaction with performance against them.

    E ← E + α⁺(P − E)⁺ − α⁻(E − P)⁺ after each period, and
    S = base + slope·P + c·v(P − E). All in points (0–100).

    Attributes
    ----------
    rise, fall : float
        α⁺ and α⁻ in [0, 1]: the share of the gap that expectation closes in one period. Usually
        α⁺ > α⁻: expectation falls more slowly than it rises.
    satisfaction_base, quality_slope : float
        The constant, and satisfaction per point of performance (≥ 0).
    disconfirmation_slope : float
        c: satisfaction per unit of the value function (≥ 0).
    loss_aversion, curvature : float
        λ and α of `cemlib.stats.value_function.value`.

    Examples
    --------
    >>> Ratchet(rise=0.5).path([60, 60, 60], start=50)["expectation"].tolist()
    [50.0, 55.0, 57.5]
    """

    rise: float = 0.5
    fall: float = 0.15
    satisfaction_base: float = 40.0
    quality_slope: float = 0.3
    disconfirmation_slope: float = 0.6
    loss_aversion: float = LOSS_AVERSION
    curvature: float = CURVATURE

    def __post_init__(self) -> None:
        """Check ranges of all parameters."""
        for field in fields(self):
            share = field.name in ("rise", "fall")
            low = -1e6 if field.name == "satisfaction_base" else 0.0
            checks.between(field.name, getattr(self, field.name), low, 1.0 if share else 1e6)
        value(0, curvature=self.curvature, loss_aversion=self.loss_aversion)

    def path(self, performance: ArrayLike, start: float) -> pd.DataFrame:
        """Return expectation and satisfaction for a series of performances.

        Parameters
        ----------
        performance : array_like, shape (T,)
            Performance in each period, points.
        start : float
            Expectation before the first period.

        Returns
        -------
        DataFrame
            period (from 1), performance, expectation (before the performance), satisfaction.
        """
        p = checks.vector("performance", performance)
        expected = expectation_path(p, start, rise=self.rise, fall=self.fall)
        return pd.DataFrame(
            {
                "period": np.arange(1, len(p) + 1),
                "performance": p,
                "expectation": expected,
                "satisfaction": self.satisfaction(p, expected),
            }
        )

    def satisfaction(self, performance: ArrayLike, expectation: ArrayLike) -> Floats:
        """Return satisfaction with a performance, given an expectation.

        Examples
        --------
        >>> float(Ratchet().satisfaction(60, 60))
        58.0
        """
        p, e = np.asarray(performance, dtype=float), np.asarray(expectation, dtype=float)
        disconfirmation = value(p - e, curvature=self.curvature, loss_aversion=self.loss_aversion)
        linear = self.satisfaction_base + self.quality_slope * p
        return np.asarray(linear + self.disconfirmation_slope * disconfirmation)

    def standing_still(
        self,
        periods: int,
        performance: float,
        sd: float,
        people: int,
        rng: np.random.Generator,
    ) -> pd.DataFrame:
        """Simulate satisfaction when mean performance stays the same.

        Performance varies around the same mean for all customers; expectation adapts more to the
        better periods.

        Parameters
        ----------
        periods, people : int
            Number of periods, and number of customers to average over.
        performance, sd : float
            Mean and standard deviation of performance; expectation starts at the mean.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        DataFrame
            period, performance, expectation, satisfaction: means over customers.

        Examples
        --------
        >>> years = Ratchet().standing_still(10, 60, 8, 2000, np.random.default_rng(1))
        >>> bool(years["expectation"].iloc[-1] > 62)
        True
        """
        checks.between("periods", periods, 1, whole=True)
        checks.between("people", people, 1, whole=True)
        checks.between("sd", sd, 0)
        received = performance + sd * rng.normal(size=(people, periods))
        expected = expectation_path(received, performance, rise=self.rise, fall=self.fall)
        return pd.DataFrame(
            {
                "period": np.arange(1, periods + 1),
                "performance": received.mean(axis=0),
                "expectation": expected.mean(axis=0),
                "satisfaction": self.satisfaction(received, expected).mean(axis=0),
            }
        )

    def chase(self, periods: int, start: float, target: float) -> pd.DataFrame:
        """Return the performance that keeps satisfaction constant, period by period.

        Parameters
        ----------
        periods : int
            Number of periods.
        start : float
            Expectation before the first period.
        target : float
            Satisfaction in every period.

        Returns
        -------
        DataFrame
            period, performance (required; not limited to 100), expectation, satisfaction, and more
            (performance above that of the first period, points).

        Raises
        ------
        ValueError
            If no performance gives this satisfaction.

        Examples
        --------
        >>> years = Ratchet().chase(10, start=60, target=64)
        >>> bool(years["performance"].is_monotonic_increasing)
        True
        """
        checks.between("periods", periods, 1, whole=True)
        expected = np.empty(periods)
        needed = np.empty(periods)
        current = float(start)
        for period in range(periods):
            expected[period] = current
            needed[period] = self._needed(current, target)
            next_two = [needed[period], 0.0]
            current = float(expectation_path(next_two, current, rise=self.rise, fall=self.fall)[1])
        return pd.DataFrame(
            {
                "period": np.arange(1, periods + 1),
                "performance": needed,
                "expectation": expected,
                "satisfaction": self.satisfaction(needed, expected),
                "more": needed - needed[0],
            }
        )

    def _needed(self, expectation: float, target: float) -> float:
        low, high = expectation - 1e4, expectation + 1e4
        if not self.satisfaction(low, expectation) < target < self.satisfaction(high, expectation):
            raise checks.invalid_argument(
                "target", target, "a satisfaction that some performance can give"
            )
        for _ in range(80):  # bisection: satisfaction rises with performance
            middle = (low + high) / 2
            above = self.satisfaction(middle, expectation) >= target
            low, high = (low, middle) if above else (middle, high)
        return high


def expectation_path(
    performance: ArrayLike, start: ArrayLike, *, rise: float, fall: float
) -> Floats:
    """Return expectation before each period.

    Parameters
    ----------
    performance : array_like, shape (..., T)
        Performance, points; leading axes may be customers.
    start : array_like, shape (...)
        Expectation before the first period.
    rise, fall : float
        α⁺ and α⁻ in [0, 1].

    Returns
    -------
    ndarray, shape (..., T)

    Examples
    --------
    >>> expectation_path([80, 40, 40], 60, rise=0.5, fall=0.1)
    array([60., 70., 67.])
    """
    checks.between("rise", rise, 0, 1)
    checks.between("fall", fall, 0, 1)
    p = np.asarray(performance, dtype=float)
    expected = np.empty(p.shape)
    current = np.broadcast_to(np.asarray(start, dtype=float), p.shape[:-1])
    for period in range(p.shape[-1]):
        expected[..., period] = current
        gap = p[..., period] - current
        current = current + np.where(gap > 0, rise, fall) * gap
    return expected
