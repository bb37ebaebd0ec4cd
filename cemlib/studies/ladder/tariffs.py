"""Monthly bills by tariff, and what each customer would save on the cheapest one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import Floats


def bills(usage: pd.DataFrame, tariffs: pd.DataFrame) -> Floats:
    """Return each customer's monthly bill under each tariff.

    fee + price per gigabyte × gigabytes above the allowance + the same for minutes.

    Parameters
    ----------
    usage : DataFrame, n rows
        ``gigabytes`` and ``minutes`` per month.
    tariffs : DataFrame, k rows
        ``fee`` (per month), ``gigabytes`` and ``minutes`` included, ``gigabyte_price`` and
        ``minute_price`` (per unit above the allowance).

    Returns
    -------
    ndarray, shape (n, k)
        Bills per month.

    Examples
    --------
    >>> plans = pd.DataFrame({"fee": [20, 50], "gigabytes": [5, 30], "minutes": [100, 500],
    ...                       "gigabyte_price": [5, 3], "minute_price": [0.2, 0.1]})
    >>> bills(pd.DataFrame({"gigabytes": [15], "minutes": [100]}), plans)
    array([[70., 50.]])
    """
    used = usage[["gigabytes", "minutes"]].to_numpy(dtype=float)[:, None, :]
    included = tariffs[["gigabytes", "minutes"]].to_numpy(dtype=float)
    prices = tariffs[["gigabyte_price", "minute_price"]].to_numpy(dtype=float)
    beyond = np.maximum(used - included, 0.0) * prices
    return np.asarray(tariffs["fee"].to_numpy(dtype=float) + beyond.sum(axis=2))


def tariff_savings(usage: pd.DataFrame, tariffs: pd.DataFrame) -> pd.DataFrame:
    """Return what each customer would save on the cheapest tariff for their usage.

    Parameters
    ----------
    usage : DataFrame
        As for `bills`, with ``customer`` and ``tariff``, the current one.
    tariffs : DataFrame
        As for `bills`, with ``tariff``, the name.

    Returns
    -------
    DataFrame
        ``customer``, ``tariff``, ``bill``, ``best`` (the cheapest tariff), ``saving`` (per month,
        at least 0).

    Raises
    ------
    ValueError
        If a customer's tariff is not in the list.

    Examples
    --------
    >>> plans = pd.DataFrame({"tariff": ["S", "L"], "fee": [20, 50], "gigabytes": [5, 30],
    ...     "minutes": [100, 500], "gigabyte_price": [5, 3], "minute_price": [0.2, 0.1]})
    >>> used = {"customer": ["C1"], "gigabytes": [15], "minutes": [100], "tariff": ["S"]}
    >>> tariff_savings(pd.DataFrame(used), plans)["saving"].tolist()
    [20.0]
    """
    names = tariffs["tariff"].tolist()
    current = pd.Index(names).get_indexer(usage["tariff"])
    if (current < 0).any():
        unknown = usage["tariff"].iloc[int(np.argmax(current < 0))]
        raise checks.invalid_argument("tariff", unknown, "one of " + ", ".join(map(repr, names)))
    cost = bills(usage, tariffs)
    paid, cheapest = cost[np.arange(len(cost)), current], cost.argmin(axis=1)
    return pd.DataFrame(
        {
            "customer": usage["customer"].to_numpy(),
            "tariff": usage["tariff"].to_numpy(),
            "bill": paid,
            "best": np.array(names, dtype=object)[cheapest],
            "saving": np.round(paid - cost.min(axis=1), 6),
        }
    )


@dataclass(frozen=True)
class Overpayment:
    """How many customers pay more than the cheapest tariff for their usage.

    Attributes
    ----------
    share : float
        Share of the customers who would save more than half a currency unit per month.
    median : float
        Their median saving per month.
    limit : float
        A saving per month.
    share_above : float
        Share of the customers who would save more than `limit`.
    """

    share: float
    median: float
    limit: float
    share_above: float


def overpayment(usage: pd.DataFrame, tariffs: pd.DataFrame, saving_limit: float) -> Overpayment:
    """Summarise how much customers pay above the cheapest tariff for their usage.

    Parameters
    ----------
    usage, tariffs
        As for `tariff_savings`.
    saving_limit : float
        A saving to count from, per month.

    Examples
    --------
    >>> plans = pd.DataFrame({"tariff": ["S", "L"], "fee": [20, 50], "gigabytes": [5, 30],
    ...     "minutes": [100, 500], "gigabyte_price": [5, 3], "minute_price": [0.2, 0.1]})
    >>> used = {"customer": ["C1", "C2"], "gigabytes": [15, 1], "minutes": 100, "tariff": "S"}
    >>> overpayment(pd.DataFrame(used), plans, 15)
    Overpayment(share=0.5, median=20.0, limit=15.0, share_above=0.5)
    """
    saving = tariff_savings(usage, tariffs)["saving"]
    pays_more = saving > 0.5
    return Overpayment(
        float(pays_more.mean()),
        float(saving[pays_more].median()),
        float(saving_limit),
        float((saving > saving_limit).mean()),
    )
