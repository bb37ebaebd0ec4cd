"""What the generators of all studies share: the operator's customers, and its parts."""

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
    """Which customers there are.

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
        How many.
    rng : Generator
        Where chance comes from.
    mix : CustomerMix
        Segments, channels and their shares.
    first : int
        Number of the first customer.

    Returns
    -------
    DataFrame
        ``customer`` (id), ``segment``, ``channel`` (the one used most), ``joined`` (ISO date) and
        ``plan_fee`` (yuan a month).

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


def draw_categories(chance: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the level that each chance falls on, given a row of shares for each."""
    return np.minimum(
        (chance[:, None] >= np.cumsum(shares, axis=1)).sum(axis=1), shares.shape[1] - 1
    )


Draw = Callable[..., Mapping[str, pd.DataFrame]]


def _nothing() -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Part:
    """A group of tables that are drawn together, and what is planted in them.

    Parameters
    ----------
    name : str
        Under which its truth stands in ``truth.json``.
    stream : int
        Which stream of chance is its own; never used by another part, and never changed.
    draw : callable, optional
        Takes a block of customers, a generator and the tables that are needed; returns the rows
        of each table.
    needs : tuple of str
        Tables of earlier parts that `draw` takes besides, by their names.
    keys : mapping of str to str
        The column that names the customer, for each table that is drawn; somebody whom a customer
        knows is called ``C0000012-P``. A table's rows of one customer do not depend on how many
        others there are.
    beside : mapping of str to str
        Tables in which the customer may be missing: the table that has the same rows and names
        every customer.
    fixed : mapping of str to callable
        Tables that are the same for every seed.
    planted, population : callable
        What ``truth.json`` says is planted, and what all customers together would show.
    quoted : frozenset of str
        Tables with free text, whose texts stand in quotation marks.
    """

    name: str
    stream: int
    draw: Draw | None = None
    needs: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Callable[[], pd.DataFrame]] = field(default_factory=dict)
    planted: Callable[[], dict[str, Any]] = _nothing
    population: Callable[[], dict[str, Any]] = _nothing
    quoted: frozenset[str] = frozenset()
