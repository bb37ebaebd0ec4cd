"""Levers: what a study says money keeps, as draws, so that levers of several studies compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats

QUARTER_DAYS = 365.25 / 4
Z_95 = 1.959964  # 95 of 100 draws of a normal distribution lie within so many standard deviations


SHARED = ("satisfaction", "customer", "call", "hour")  # what several levers value


@dataclass(frozen=True)
class Worths:
    """How far assumed worths may be wrong, by the same draws in all levers.

    If a point of satisfaction is worth less than assumed, it is so for every lever that raises it.

    Attributes
    ----------
    factors : mapping of str to ndarray, each of shape (B,)
        For each of `SHARED` the true worth as a multiple of the assumed one.
    """

    factors: Mapping[str, Floats]

    @classmethod
    def drawn(cls, doubt: float, draws: int, rng: np.random.Generator) -> Worths:
        """Draw the multiples: see `doubtful` for the arguments.

        Examples
        --------
        >>> Worths.drawn(0.0, 2, np.random.default_rng(1)).of("call", 18.0)
        array([18., 18.])
        """
        return cls({name: doubtful(1.0, doubt, draws, rng) for name in SHARED})

    @property
    def draws(self) -> int:
        """Number of draws, B."""
        return len(self.factors[SHARED[0]])

    def of(self, name: str, assumed: float = 1.0) -> Floats:
        """Return draws of a worth, shape (B,).

        Parameters
        ----------
        name : str
            One of `SHARED`.
        assumed : float
            Money; 1 for the multiple itself.
        """
        checks.one_of("worth", name, SHARED)
        return np.asarray(assumed * self.factors[name])


@dataclass(frozen=True)
class Lever:
    """What a quarter's spending on one thing changes, and what the change is worth.

    Attributes
    ----------
    name : str
        Name for readers: ``"call-backs"``.
    unit : str
        What the results count: ``"customers repaired"``.
    spend : ndarray, shape (m,)
        Money spent in a quarter, increasing from 0.
    results : ndarray, shape (B, m)
        What the spending changes in a quarter, beyond what happens with no spending, under each of
        B draws; 0 without spending.
    worth : ndarray, shape (B,)
        Money kept per result, under the same draws.
    assumes : str
        What must be true, in one line.
    datasets : tuple of str
        Names of the datasets that it rests on.
    whole : bool
        Whether only these amounts can be spent, as with agents; if not, anything in between.
    observations : int
        Rows of data behind the effect; 0 where it is assumed.

    Raises
    ------
    ValueError
        If shapes do not match, spending does not increase from 0, or something is changed without
        spending.

    Examples
    --------
    >>> lever = Lever("calls", "stays", np.array([0.0, 10]), np.array([[0.0, 2]]), np.array([8.0]),
    ...               "every call is made", ("callbacks",))
    >>> lever.kept
    array([[ 0., 16.]])
    """

    name: str
    unit: str
    spend: Floats
    results: Floats
    worth: Floats
    assumes: str
    datasets: tuple[str, ...]
    whole: bool = False
    observations: int = 0

    def __post_init__(self) -> None:
        """Check shapes, and that nothing is changed without spending."""
        spend = checks.vector("spend", self.spend)
        worth = checks.vector("worth", self.worth)
        results = checks.matrix("results", self.results, columns=len(spend))
        if len(results) != len(worth):
            raise checks.invalid_argument(
                "results", results.shape, f"one row per draw of worth, {len(worth)}"
            )
        if len(spend) < 2 or spend[0] != 0 or (np.diff(spend) <= 0).any():
            raise checks.invalid_argument(
                "spend", self.spend, "at least two numbers, rising from 0"
            )
        if results[:, 0].any():
            raise checks.invalid_argument("results", results[:, 0], "0 in each draw at spend 0")
        checks.between("observations", self.observations, 0, whole=True)

    @property
    def kept(self) -> Floats:
        """Money kept in a quarter under each draw, shape (B, m)."""
        return np.asarray(self.results * self.worth[:, None])

    def bought(self, spend: ArrayLike) -> Floats:
        """Return what is spent of the money that is given: less, if only whole units can be bought.

        Parameters
        ----------
        spend : array_like, shape (k,)
            Money given, at least 0.

        Examples
        --------
        >>> lever = Lever("agents", "", np.array([0.0, 10]), np.zeros((1, 2)), np.ones(1), "", (),
        ...               whole=True)
        >>> lever.bought([4, 12])
        array([ 0., 10.])
        """
        given = checks.vector("spend", spend)
        for value in given[given < 0]:
            checks.between("spend", float(value), 0)
        if not self.whole:
            return np.minimum(given, self.spend[-1])
        # What a sum of steps makes of a price must still buy it.
        return np.asarray(self.spend[np.searchsorted(self.spend, given * (1 + 1e-9), "right") - 1])

    def at(self, spend: ArrayLike) -> Floats:
        """Return the results of any spending, shape (B, k): straight lines between the points.

        Parameters
        ----------
        spend : array_like, shape (k,)
            Money given, at least 0; what lies beyond the last point changes nothing more.
        """
        used = self.bought(spend)
        right = np.clip(np.searchsorted(self.spend, used), 1, len(self.spend) - 1)
        share = (used - self.spend[right - 1]) / (self.spend[right] - self.spend[right - 1])
        return np.asarray(self.results[:, right - 1] * (1 - share) + self.results[:, right] * share)


def per_quarter(count: int, times: pd.Series) -> float:
    """Return how many of some events happen in a quarter, by the days that they span.

    Parameters
    ----------
    count : int
        Number of events.
    times : Series
        Dates, or dates with times; missing ones are left out.

    Examples
    --------
    >>> per_quarter(200, pd.Series(pd.to_datetime(["2026-01-01", "2026-07-02"]))).__round__()
    100
    """
    days = (times.max() - times.min()) / pd.Timedelta(days=1)
    return float(count * QUARTER_DAYS / max(float(days), 1.0))


def doubtful(value: ArrayLike, doubt: float, draws: int, rng: np.random.Generator) -> Floats:
    """Draw numbers that are assumed: 95 of 100 draws lie within a share of each.

    Parameters
    ----------
    value : array_like, shape (...)
        The assumed numbers.
    doubt : float
        Share by which each may be wrong, independently of one another, from 0 to 1; 0 takes them
        as exact.
    draws : int
        Number of draws, B.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (B, ...)
        Normal, cut at 0.

    Examples
    --------
    >>> doubtful(12.0, 0.0, 2, np.random.default_rng(1))
    array([12., 12.])
    """
    checks.between("doubt", doubt, 0, 1)
    checks.between("draws", draws, 1, whole=True)
    assumed = np.asarray(value, dtype=float)
    error = rng.standard_normal((draws, *assumed.shape)) * doubt / Z_95
    return np.asarray(assumed * np.maximum(1 + error, 0.0))
