"""How expectations follow what is delivered, faster upwards than downwards, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.expectation import CURVATURE, LOSS_AVERSION, value
from cemlib.regression import Regression, least_squares
from cemlib.stats import Floats

NEEDED = ("customer", "period", "performance", "expectation")


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
        λ and α of `cemlib.expectation.value`.

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
            raise checks.refuse("target", target, "a satisfaction that some performance reaches")
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


def learning_rates(panel: pd.DataFrame) -> Regression:
    """Estimate how fast expectation rises and falls, from a panel.

    The change of a customer's expectation to the next period is regressed on the excess and the
    shortfall of performance in this one; rows of a customer count as one.

    Parameters
    ----------
    panel : DataFrame
        customer, period (numbers in order; a change is one from a period to the next whole
        number), performance, expectation. Rows with a missing value are left out.

    Returns
    -------
    Regression
        constant (drift; 0 where the model holds), rise (α⁺) and fall (α⁻), with cluster-robust
        intervals.

    Raises
    ------
    ValueError
        If a column is missing, a customer has two rows for one period, or there are too few
        changes.

    Notes
    -----
    Expectations are taken as exact. Where they are measured with error, both rates come out too
    high, as a chance high answer is followed by a fall.

    References
    ----------
    Boulding, Kalra, Staelin & Zeithaml (1993), *J. Marketing Research* 30:7–27.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> met = rng.uniform(30, 90, size=(20, 6))
    >>> expected = expectation_path(met, 60, rise=0.5, fall=0.2)
    >>> panel = pd.DataFrame({"customer": np.repeat(np.arange(20), 6),
    ...     "period": np.tile(np.arange(6), 20), "performance": met.ravel(),
    ...     "expectation": expected.ravel()})
    >>> learning_rates(panel).coefficients.round(6).tolist()[1:]
    [0.5, 0.2]
    """
    changes = _changes(panel)
    gap = changes["performance"] - changes["expectation"]
    design = pd.DataFrame({"rise": gap.clip(lower=0), "fall": gap.clip(upper=0)})
    change = changes["next"] - changes["expectation"]
    return least_squares(design, change, clusters=list(changes["customer"]))


def will_and_should(panel: pd.DataFrame) -> Regression:
    """Tell what people think will come from what they think should come.

    Satisfaction is regressed on performance, forecast and expectation. Boulding and others find
    that the forecast (will) colours what is perceived and pulls satisfaction up, while the standard
    (should) is what it is held against and pulls it down.

    Parameters
    ----------
    panel : DataFrame
        customer, performance, forecast (what will come), expectation (what should), satisfaction.
        Rows with a missing value are left out.

    Returns
    -------
    Regression
        Of satisfaction on a constant and the three, with cluster-robust intervals.

    References
    ----------
    Boulding, Kalra, Staelin & Zeithaml (1993), *J. Marketing Research* 30:7–27.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> panel = pd.DataFrame(rng.uniform(0, 100, size=(30, 3)),
    ...     columns=["performance", "forecast", "expectation"])
    >>> panel["customer"] = np.arange(30)
    >>> panel["satisfaction"] = panel["performance"] - panel["expectation"] / 2
    >>> will_and_should(panel).coefficients.round(6)[-1]
    np.float64(-0.5)
    """
    columns = ["performance", "forecast", "expectation"]
    table = _having(panel, ("customer", *columns, "satisfaction"))
    return least_squares(table[columns], table["satisfaction"], clusters=list(table["customer"]))


def _changes(panel: pd.DataFrame) -> pd.DataFrame:
    table = _having(panel, NEEDED)
    twice = table.duplicated(["customer", "period"])
    if twice.any():
        row = table[twice].iloc[0]
        raise ValueError(
            f"panel has two rows for customer {row['customer']!r} in period {row['period']!r}"
        )
    after = table[["customer", "period", "expectation"]].assign(period=table["period"] - 1)
    return table.merge(after.rename(columns={"expectation": "next"}), on=["customer", "period"])


def _having(panel: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    missing = [name for name in columns if name not in panel]
    if missing:
        raise ValueError(f"panel has no column {missing[0]!r}; needed are {', '.join(columns)}")
    return panel[list(columns)].dropna()
