"""Shared by the generators of all studies: the operator's customers, and its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NEED_LEVELS = ("physiological", "safety", "belonging", "esteem", "self-actualisation")
_FEES = {"prepaid": 39, "contract": 99, "broadband household": 149, "small business": 299}


@dataclass(frozen=True)
class CustomerMix:
    """Segments and channels of the customers, with their shares.

    Parameters
    ----------
    segments, channels : tuple of str
        Levels.
    segment_shares : tuple of float
        Share of each segment; sums to 1.
    channel_shares : tuple of tuple of float
        Share of each channel (columns) in each segment (rows).
    """

    segments: tuple[str, ...] = ("prepaid", "contract", "broadband household", "small business")
    channels: tuple[str, ...] = ("hotline", "app", "shop", "wechat")
    segment_shares: tuple[float, ...] = (0.35, 0.30, 0.25, 0.10)
    channel_shares: tuple[tuple[float, ...], ...] = (
        (0.20, 0.25, 0.25, 0.30),
        (0.30, 0.35, 0.15, 0.20),
        (0.45, 0.20, 0.15, 0.20),
        (0.45, 0.15, 0.30, 0.10),
    )


MIX = CustomerMix()


def customers(
    count: int, rng: np.random.Generator, mix: CustomerMix = MIX, *, first: int = 1
) -> pd.DataFrame:
    """Draw customers.

    Parameters
    ----------
    count : int
        Number of customers.
    rng : Generator
        Source of randomness.
    mix : CustomerMix
        Segments, channels and their shares.
    first : int
        Number of the first customer.

    Returns
    -------
    DataFrame
        ``customer`` (id), ``segment``, ``channel`` (the one used most), ``joined`` (ISO date) and
        ``plan_fee`` (money per month).

    Examples
    --------
    >>> customers(2, np.random.default_rng(1))["customer"].tolist()
    ['C0000001', 'C0000002']
    """
    segment = draw_categories(rng.random(count), np.array([mix.segment_shares]))
    channel = draw_categories(rng.random(count), np.array(mix.channel_shares)[segment])
    before = np.floor(3800 * rng.random(count) ** 1.5).astype("timedelta64[D]")
    fee = np.array([_FEES.get(name, 99) for name in mix.segments])[segment]
    fee = np.round(fee * np.exp(0.3 * rng.standard_normal(count)) / 10) * 10 - 1
    return pd.DataFrame(
        {
            "customer": [f"C{number:07d}" for number in range(first, first + count)],
            "segment": np.array(mix.segments, dtype=object)[segment],
            "channel": np.array(mix.channels, dtype=object)[channel],
            "joined": np.datetime_as_string(np.datetime64("2025-05-31") - before),
            "plan_fee": np.maximum(fee, 19).astype(np.int64),
        }
    )


def draw_categories(uniform: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the level that each uniform draw selects.

    Parameters
    ----------
    uniform : ndarray, shape (n,)
        Uniform draws in [0, 1).
    shares : ndarray, shape (n, k) or (1, k)
        Shares of the k levels, one row per draw or one row for all.

    Examples
    --------
    >>> draw_categories(np.array([0.1, 0.7]), np.array([[0.5, 0.5]]))
    array([0, 1])
    """
    return np.minimum(
        (uniform[:, None] >= np.cumsum(shares, axis=1)).sum(axis=1), shares.shape[1] - 1
    )


def correlated_normals(
    group: NDArray[np.integer[Any]], correlation: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw standard normal values that correlate within a group, such as a customer's rows.

    Each value is standard normal by itself, so that means and shares computed from it do not
    change with the correlation (a Gaussian copula).

    Parameters
    ----------
    group : ndarray of int, shape (n,)
        Number of the group of each value, from 0.
    correlation : float
        Correlation of two values of one group, in [0, 1].
    rng : Generator
        Source of randomness.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> correlated_normals(np.array([0, 0, 1]), 1.0, rng).round(2).tolist()
    [0.35, 0.35, 0.82]
    """
    shared = rng.standard_normal(int(group.max(initial=-1)) + 1)[group]
    own = rng.standard_normal(len(group))
    return np.asarray(np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own)


def uneven_weeks(shape: tuple[int, ...], variance: float, seed: int) -> NDArray[np.float64]:
    """Draw how busy each week is, the same for all customers: gamma factors with mean 1.

    A week's count of events then varies more than a Poisson count: its variance is the mean plus
    `variance` times the square of the mean.

    Parameters
    ----------
    shape : tuple of int
        Shape of the result, weeks last.
    variance : float
        Variance of a factor, more than 0.
    seed : int
        Seed of these factors.

    Examples
    --------
    >>> weeks = uneven_weeks((10_000,), 0.2, seed=1)
    >>> [float(round(moment, 1)) for moment in (weeks.mean(), weeks.var())]
    [1.0, 0.2]
    """
    rng = np.random.default_rng(seed)
    return np.asarray(rng.gamma(1 / variance, variance, shape), dtype=float)


Draw = Callable[..., Mapping[str, pd.DataFrame]]


def _nothing() -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Part:
    """A group of tables that are drawn together, with their true parameters.

    Parameters
    ----------
    name : str
        Key of its true values in ``truth.json``.
    stream : int
        Number of its random stream; never shared with another part, and never changed.
    draw : callable, optional
        Takes a block of customers, a generator and the tables in `needs`; returns the rows of
        each table.
    needs : tuple of str
        Names of the tables of earlier parts that `draw` also takes.
    keys : mapping of str to str
        The customer column of each drawn table; an acquaintance of a customer is called
        ``C0000012-P``. The rows of one customer do not depend on how many others there are.
    aligned_with : mapping of str to str
        For a table in which the customer may be missing: the table that has the same rows and
        names every customer.
    fixed : mapping of str to callable
        Tables that are the same for every seed.
    true_parameters, population : callable
        Return what ``truth.json`` holds under ``planted`` and under ``population``: the true
        parameters, and the values that a survey of all customers would show.
    quoted : frozenset of str
        Tables with free text, whose texts are written in quotation marks.
    """

    name: str
    stream: int
    draw: Draw | None = None
    needs: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    aligned_with: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Callable[[], pd.DataFrame]] = field(default_factory=dict)
    true_parameters: Callable[[], dict[str, Any]] = _nothing
    population: Callable[[], dict[str, Any]] = _nothing
    quoted: frozenset[str] = frozenset()
