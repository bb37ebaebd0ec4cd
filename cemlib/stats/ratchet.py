"""Expectations that follow what is delivered, faster upwards than downwards."""

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
    """Expectations that learn, and the satisfaction that goes with them.

    E ← E + α⁺(P − E)⁺ − α⁻(E − P)⁺ after each period, and
    S = base + slope·P + c·v(P − E). All in points of scales 0–100.

    Attributes
    ----------
    rise, fall : float
        α⁺ and α⁻ in [0, 1]: the share of a gap that expectation makes up in one period. A
        standard, once raised, hardly comes down: α⁺ > α⁻.
    satisfaction_base, quality_slope : float
        The constant, and satisfaction a point of performance (≥ 0).
    disconfirmation_slope : float
        c: satisfaction a unit of felt worth (≥ 0).
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
        """Refuse numbers that make no ratchet."""
        for field in fields(self):
            share = field.name in ("rise", "fall")
            low = -1e6 if field.name == "satisfaction_base" else 0.0
            checks.between(field.name, getattr(self, field.name), low, 1.0 if share else 1e6)
        value(0, curvature=self.curvature, loss_aversion=self.loss_aversion)

    def path(self, performance: ArrayLike, start: float) -> pd.DataFrame:
        """Return expectation and satisfaction over the periods of one performance.

        Parameters
        ----------
        performance : array_like, shape (T,)
            What is delivered in each period, points.
        start : float
            Expectation before the first.

        Returns
        -------
        DataFrame
            period (from 1), performance, expectation (before it is delivered), satisfaction.
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
        """Return satisfaction with a performance against an expectation.

        Examples
        --------
        >>> float(Ratchet().satisfaction(60, 60))
        58.0
        """
        p, e = np.asarray(performance, dtype=float), np.asarray(expectation, dtype=float)
        felt = value(p - e, curvature=self.curvature, loss_aversion=self.loss_aversion)
        linear = self.satisfaction_base + self.quality_slope * p
        return np.asarray(linear + self.disconfirmation_slope * felt)

    def standing_still(
        self,
        periods: int,
        performance: float,
        spread: float,
        people: int,
        rng: np.random.Generator,
    ) -> pd.DataFrame:
        """Return what becomes of satisfaction when performance stays as good as it is.

        Each customer meets the same mean performance, now a little better and now a little worse;
        expectation catches on the better days.

        Parameters
        ----------
        periods, people : int
            How many periods, and how many customers to average.
        performance, spread : float
            Mean and standard deviation of what a customer meets; expectation begins at the mean.
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
        checks.between("spread", spread, 0)
        met = performance + spread * rng.normal(size=(people, periods))
        expected = expectation_path(met, performance, rise=self.rise, fall=self.fall)
        return pd.DataFrame(
            {
                "period": np.arange(1, periods + 1),
                "performance": met.mean(axis=0),
                "expectation": expected.mean(axis=0),
                "satisfaction": self.satisfaction(met, expected).mean(axis=0),
            }
        )

    def chase(self, periods: int, start: float, target: float) -> pd.DataFrame:
        """Return the performance that keeps satisfaction where it is, period by period.

        Parameters
        ----------
        periods : int
            How many.
        start : float
            Expectation before the first.
        target : float
            The satisfaction to keep.

        Returns
        -------
        DataFrame
            period, performance (needed; not held to 100), expectation, satisfaction, and more
            (performance above that of the first period): the cost of chasing, in points.

        Raises
        ------
        ValueError
            If no performance would do, as satisfaction does not answer to it.

        Examples
        --------
        >>> years = Ratchet().chase(10, start=60, target=64)
        >>> bool(years["performance"].is_monotonic_increasing)
        True
        """
        checks.between("periods", periods, 1, whole=True)
        expected, needed = np.empty(periods), np.empty(periods)
        current = float(start)
        for period in range(periods):
            expected[period] = current
            needed[period] = self._needed(current, target)
            ahead = [needed[period], 0.0]
            current = float(expectation_path(ahead, current, rise=self.rise, fall=self.fall)[1])
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
                "target", target, "a satisfaction that some performance reaches"
            )
        for _ in range(80):  # satisfaction rises with performance throughout
            middle = (low + high) / 2
            above = self.satisfaction(middle, expectation) >= target
            low, high = (low, middle) if above else (middle, high)
        return high


def expectation_path(
    performance: ArrayLike, start: ArrayLike, *, rise: float, fall: float
) -> Floats:
    """Return what is expected before each period.

    Parameters
    ----------
    performance : array_like, shape (..., T)
        What is delivered, points; leading axes may be customers.
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
    met = np.asarray(performance, dtype=float)
    expected = np.empty(met.shape)
    current = np.broadcast_to(np.asarray(start, dtype=float), met.shape[:-1])
    for period in range(met.shape[-1]):
        expected[..., period] = current
        gap = met[..., period] - current
        current = current + np.where(gap > 0, rise, fall) * gap
    return expected
