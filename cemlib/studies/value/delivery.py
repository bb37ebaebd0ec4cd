"""What a faster delivery sells and earns over its price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.studies.value.discrete_choice import ChoiceModel


def delivery_shares(values: ArrayLike, names: Sequence[str], offers: pd.DataFrame) -> Floats:
    """Return the share that chooses each offer, and none of them last.

    Parameters
    ----------
    values : array_like, shape (..., k)
        Values of attributes; leading axes are draws.
    names : sequence of str
        The attributes; nobody takes none of the offers where ``none`` is not among them.
    offers : DataFrame, m rows
        ``price`` and ``days`` of each.

    Returns
    -------
    ndarray, shape (..., m + 1)
        Shares; rows sum to 1.

    Examples
    --------
    >>> offers = pd.DataFrame({"price": [0.0, 5.0], "days": [3, 2]})
    >>> delivery_shares([-0.2, -1.0], ["price", "days"], offers)
    array([0.5, 0.5, 0. ])
    """
    beta = np.asarray(values, dtype=float)
    place = {name: at for at, name in enumerate(names)}
    utility = sum(
        beta[..., [place[name]]] * offers[name].to_numpy(dtype=float) for name in ("price", "days")
    )
    none = (
        beta[..., [place["none"]]] if "none" in place else np.full((*beta.shape[:-1], 1), -np.inf)
    )
    whole = np.concatenate(
        [np.broadcast_to(utility, (*beta.shape[:-1], len(offers))), none], axis=-1
    )
    weight = np.exp(whole - whole.max(axis=-1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=-1, keepdims=True))


@dataclass(frozen=True)
class Delivery:
    """What delivery is offered, and what it costs the company.

    Attributes
    ----------
    standard_price, standard_days, standard_cost : float
        Yuan, days and yuan of the delivery that there is.
    fast_days, fast_cost : float
        Days and cost of the faster one.
    """

    standard_price: float = 6.0
    standard_days: float = 3.0
    standard_cost: float = 5.0
    fast_days: float = 1.0
    fast_cost: float = 9.0


def price_curve(
    models: Mapping[str, ChoiceModel],
    weights: Mapping[str, float],
    delivery: Delivery,
    prices: ArrayLike,
    rng: np.random.Generator,
    *,
    draws: int = 400,
) -> pd.DataFrame:
    """Return share and margin of the faster delivery over its price.

    Parameters
    ----------
    models : mapping of str to ChoiceModel
        By segment.
    weights : mapping of str to float
        How large each segment is.
    delivery : Delivery
        What is offered beside it.
    prices : array_like, shape (m,)
        Prices of the faster delivery, yuan.
    rng : numpy.random.Generator
        Source of randomness, for the intervals.
    draws : int
        How many draws of the values.

    Returns
    -------
    DataFrame
        ``price``; ``share`` and ``margin`` (yuan a customer asked, both deliveries together) with
        ``_low`` and ``_high``. What the standard delivery loses to the faster one is counted.

    Examples
    --------
    >>> values, little = np.array([-0.2, -1.0]), 1e-6 * np.eye(2)
    >>> model = ChoiceModel(("price", "days"), values, little, -1, -2, 9, 9)
    >>> curve = price_curve(
    ...     {"all": model}, {"all": 1.0}, Delivery(), [10.0, 16.0], np.random.default_rng(1)
    ... )
    >>> curve["share"].round(3).tolist()
    [0.769, 0.5]
    """
    asked = checks.vector("prices", prices)
    total = sum(weights[name] for name in models)
    share, margin = np.zeros((draws + 1, len(asked))), np.zeros((draws + 1, len(asked)))
    for name, model in models.items():
        beta = np.vstack([model.values, model.draws(draws, rng)])
        weight = weights[name] / total
        for at, price in enumerate(asked):
            offers = pd.DataFrame(
                {
                    "price": [price, delivery.standard_price],
                    "days": [delivery.fast_days, delivery.standard_days],
                }
            )
            taken = delivery_shares(beta, model.names, offers)
            share[:, at] += weight * taken[:, 0]
            margin[:, at] += weight * (
                taken[:, 0] * (price - delivery.fast_cost)
                + taken[:, 1] * (delivery.standard_price - delivery.standard_cost)
            )
    frame = pd.DataFrame({"price": asked})
    for name, table in (("share", share), ("margin", margin)):
        frame[name] = table[0]
        frame[f"{name}_low"], frame[f"{name}_high"] = np.quantile(table[1:], [0.025, 0.975], axis=0)
    return frame
