"""Customers who come back after leaving."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib.stats.estimates import Floats
from cemlib.stats.proportions import Share, wilson
from cemlib.studies.ladder.markov import Ladder


@dataclass(frozen=True)
class WinBack:
    """How many of the customers who left come back.

    Attributes
    ----------
    rate : Share
        Share of the months away after which the customer was back, with customers as clusters.
    returns : int
        Returns observed.
    customers : int
        Customers observed after they left.
    first : str
        State to which most of them return.
    """

    rate: Share
    returns: int
    customers: int
    first: str


def win_backs(moved: pd.DataFrame, ladder: Ladder) -> WinBack | None:
    """Estimate how many customers come back, per month away.

    Parameters
    ----------
    moved : DataFrame
        From `cemlib.studies.ladder.markov.moves`: ``customer``, ``state``, ``next``.
    ladder : Ladder
        For the states.

    Returns
    -------
    WinBack or None
        None where nobody came back.

    Examples
    --------
    >>> from cemlib.studies.ladder.markov import fit_ladder
    >>> moved = pd.DataFrame({"customer": list("abcc"), "state": [0, 2, 2, 2],
    ...                       "next": [2, 0, 2, 2]})
    >>> ladder = fit_ladder(moved, ("new", "loyal", "gone"), 2, np.random.default_rng(1))
    >>> back = win_backs(moved, ladder)
    >>> back.returns, back.customers, round(back.rate.estimate, 2), back.first
    (1, 2, 0.33, 'new')
    """
    away = moved[moved["state"] == ladder.gone]
    back = away["next"] != ladder.gone
    if not back.any():
        return None
    customers = int(away["customer"].nunique())
    clusters = list(away["customer"]) if customers > 1 else None
    first = away.loc[back, "next"].value_counts().sort_index(kind="stable").idxmax()
    rate = wilson(back.astype(float), clusters)
    return WinBack(rate, int(back.sum()), customers, ladder.states[int(first)])


def until_left(probabilities: ArrayLike) -> Floats:
    """Return transition probabilities that end with leaving, also where customers come back.

    Examples
    --------
    >>> until_left([[0.5, 0.5], [0.2, 0.8]])
    array([[0.5, 0.5],
           [0. , 1. ]])
    """
    ended = np.array(probabilities, dtype=float)
    ended[..., -1, :] = 0.0
    ended[..., -1, -1] = 1.0
    return ended
