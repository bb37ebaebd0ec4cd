"""Share and margin of a faster delivery by its price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats, significant
from cemlib.studies.value.discrete_choice import ChoiceModel

PRICES = np.arange(6.0, 30.5)


def delivery_shares(values: ArrayLike, names: Sequence[str], offers: pd.DataFrame) -> Floats:
    """Return the share of customers who choose each offer; the last share chooses none.

    Parameters
    ----------
    values : array_like, shape (..., k)
        Values of the attributes; leading axes are draws.
    names : sequence of str
        The attributes; without ``none`` among them, everybody takes one of the offers.
    offers : DataFrame, m rows
        ``price`` and ``days`` of each offer.

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
    column = {name: at for at, name in enumerate(names)}
    utility = sum(
        beta[..., [column[name]]] * offers[name].to_numpy(dtype=float) for name in ("price", "days")
    )
    none = (
        beta[..., [column["none"]]] if "none" in column else np.full((*beta.shape[:-1], 1), -np.inf)
    )
    whole = np.concatenate(
        [np.broadcast_to(utility, (*beta.shape[:-1], len(offers))), none], axis=-1
    )
    weight = np.exp(whole - whole.max(axis=-1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=-1, keepdims=True))


@dataclass(frozen=True)
class Delivery:
    """The two deliveries on offer, and what they cost the company.

    Attributes
    ----------
    standard_price, standard_days, standard_cost : float
        Price, days and cost of the standard delivery.
    fast_days, fast_cost : float
        Days and cost of the faster delivery.
    """

    standard_price: float = 6.0
    standard_days: float = 3.0
    standard_cost: float = 5.0
    fast_days: float = 1.0
    fast_cost: float = 9.0

    def costs(self) -> list[float]:
        """Return costs of the faster delivery to compare, in ascending order.

        Examples
        --------
        >>> Delivery().costs()
        [5.0, 7.0, 9.0, 12.0, 15.0]
        """
        return [
            self.fast_cost * part / 9 if part != 9 else self.fast_cost for part in (5, 7, 9, 12, 15)
        ]

    def at(self, fast_cost: float) -> Delivery:
        """Return the deliveries with another cost of the faster one.

        Examples
        --------
        >>> Delivery().at(5.0).fast_cost
        5.0
        """
        return replace(self, fast_cost=fast_cost)

    def prices(self, choices: pd.DataFrame) -> Floats:
        """Return prices of the faster delivery to compare, up to a fifth above those asked.

        Examples
        --------
        >>> Delivery().prices(pd.DataFrame({"price": [0.0, 25.0]}))[[0, 1, -1]]
        array([ 6.,  7., 30.])
        """
        highest = max(1.2 * float(choices["price"].max()), self.standard_price + 1)
        return np.linspace(self.standard_price, highest, 25)


def price_curve(
    models: Mapping[str, ChoiceModel],
    delivery: Delivery,
    rng: np.random.Generator,
    *,
    prices: ArrayLike = PRICES,
    weights: Mapping[str, float] | None = None,
    draws: int = 400,
) -> pd.DataFrame:
    """Return share and margin of the faster delivery by its price.

    Parameters
    ----------
    models : mapping of str to ChoiceModel
        Models by segment.
    delivery : Delivery
        The deliveries on offer, and their costs.
    rng : numpy.random.Generator
        Source of randomness, for the intervals.
    prices : array_like, shape (m,)
        Prices of the faster delivery.
    weights : mapping of str to float, optional
        Size of each segment; its number of respondents if not given.
    draws : int
        Number of draws of the values.

    Returns
    -------
    DataFrame
        ``price``; ``share`` and ``margin`` (per respondent, both deliveries together), each
        with ``_low`` and ``_high``. Sales that the standard delivery loses are counted.

    Examples
    --------
    >>> values, little = np.array([-0.2, -1.0]), 1e-6 * np.eye(2)
    >>> model = ChoiceModel(("price", "days"), values, little, -1, -2, 9, 9)
    >>> rng = np.random.default_rng(1)
    >>> curve = price_curve({"all": model}, Delivery(), rng, prices=[10.0, 16.0])
    >>> curve["share"].round(3).tolist()
    [0.769, 0.5]
    """
    charged = checks.vector("prices", prices)
    sizes = weights or {name: float(model.respondents) for name, model in models.items()}
    total = sum(sizes[name] for name in models)
    share, margin = np.zeros((draws + 1, len(charged))), np.zeros((draws + 1, len(charged)))
    for name, model in models.items():
        beta = np.vstack([model.values, model.draws(draws, rng)])
        weight = sizes[name] / total
        for at, price in enumerate(charged):
            offers = pd.DataFrame(
                {
                    "price": [price, delivery.standard_price],
                    "days": [delivery.fast_days, delivery.standard_days],
                }
            )
            choosing = delivery_shares(beta, model.names, offers)
            share[:, at] += weight * choosing[:, 0]
            margin[:, at] += weight * (
                choosing[:, 0] * (price - delivery.fast_cost)
                + choosing[:, 1] * (delivery.standard_price - delivery.standard_cost)
            )
    frame = pd.DataFrame({"price": charged})
    for name, table in (("share", share), ("margin", margin)):
        frame[name] = table[0]
        frame[f"{name}_low"], frame[f"{name}_high"] = np.quantile(table[1:], [0.025, 0.975], axis=0)
    return frame


def best_price(curve: pd.DataFrame) -> pd.Series:
    """Return the row of a price curve with the highest margin.

    Parameters
    ----------
    curve : DataFrame
        From `price_curve`.

    Examples
    --------
    >>> curve = pd.DataFrame({"price": [10.0, 12.0, 14.0], "margin": [1.5, 1.8, 1.7]})
    >>> float(best_price(curve)["price"])
    12.0
    """
    return curve.loc[significant(curve["margin"]).idxmax()]
