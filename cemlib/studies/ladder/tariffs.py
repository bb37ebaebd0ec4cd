"""What a tariff costs a customer's own usage, and what another one would save."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import Floats


def bills(usage: pd.DataFrame, tariffs: pd.DataFrame) -> Floats:
    """Return each customer's monthly bill under each tariff.

    fee + price of a gigabyte × gigabytes above those included + the same of minutes.

    Parameters
    ----------
    usage : DataFrame, n rows
        ``gigabytes`` and ``minutes`` a month.
    tariffs : DataFrame, k rows
        ``fee`` (yuan a month), ``gigabytes`` and ``minutes`` included, ``gigabyte_price`` and
        ``minute_price`` (yuan) beyond.

    Returns
    -------
    ndarray, shape (n, k)
        Yuan a month.

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


def tariff_regret(usage: pd.DataFrame, tariffs: pd.DataFrame) -> pd.DataFrame:
    """Return what each customer pays above the cheapest tariff for the usage.

    Parameters
    ----------
    usage : DataFrame
        As for `bills`, with ``customer`` and ``tariff``, the one that is paid now.
    tariffs : DataFrame
        As for `bills`, with ``tariff``, its name.

    Returns
    -------
    DataFrame
        ``customer``, ``tariff``, ``bill``, ``best`` (the cheapest tariff), ``saving`` (yuan a
        month, at least 0).

    Raises
    ------
    ValueError
        If a customer's tariff is none of those listed.

    Examples
    --------
    >>> plans = pd.DataFrame({"tariff": ["S", "L"], "fee": [20, 50], "gigabytes": [5, 30],
    ...     "minutes": [100, 500], "gigabyte_price": [5, 3], "minute_price": [0.2, 0.1]})
    >>> who = {"customer": ["C1"], "gigabytes": [15], "minutes": [100], "tariff": ["S"]}
    >>> tariff_regret(pd.DataFrame(who), plans)["saving"].tolist()
    [20.0]
    """
    names = tariffs["tariff"].tolist()
    place = pd.Index(names).get_indexer(usage["tariff"])
    if (place < 0).any():
        strange = usage["tariff"].iloc[int(np.argmax(place < 0))]
        raise checks.invalid_argument("tariff", strange, "one of " + ", ".join(map(repr, names)))
    cost = bills(usage, tariffs)
    paid, cheapest = cost[np.arange(len(cost)), place], cost.argmin(axis=1)
    return pd.DataFrame(
        {
            "customer": usage["customer"].to_numpy(),
            "tariff": usage["tariff"].to_numpy(),
            "bill": paid,
            "best": np.array(names, dtype=object)[cheapest],
            "saving": np.round(paid - cost.min(axis=1), 6),
        }
    )
