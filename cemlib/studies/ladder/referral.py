"""Customers who bring customers: how many a generation brings, and what that is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.stats.rates import rate_interval
from cemlib.studies.ladder.ladder import Ladder
from cemlib.studies.ladder.rung_value import value_of_rungs

YEAR = 12  # months


def births_matrix(rates: ArrayLike, entry: int) -> Floats:
    """Return new customers a month, from those on each rung (rows) to the rung of entry (columns).

    Parameters
    ----------
    rates : array_like, shape (..., S)
        New customers that one on each rung brings in a month.
    entry : int
        Place of the rung on which they begin.

    Examples
    --------
    >>> births_matrix([0.0, 0.1], 0)
    array([[0. , 0. ],
           [0.1, 0. ]])
    """
    each = np.asarray(rates, dtype=float)
    checks.between("entry", entry, 0, each.shape[-1] - 1, whole=True)
    births = np.zeros((*each.shape, each.shape[-1]))
    births[..., entry] = each
    return births


def next_generation(chances: ArrayLike, births: ArrayLike) -> Floats:
    """Return the next-generation matrix K = (I − Q)⁻¹F over the rungs that can be left.

    Kᵢⱼ are the customers entering on rung j whom one who is on rung i brings until leaving.

    Parameters
    ----------
    chances : array_like, shape (..., S, S)
        Chances of a month's moves.
    births : array_like, shape (..., S, S)
        New customers a month, F, from `births_matrix`.

    Returns
    -------
    ndarray, shape (..., S, S)
        Zero for rungs that nobody leaves.

    Raises
    ------
    ValueError
        If some customers never leave: a generation then has no end.

    References
    ----------
    Diekmann, Heesterbeek & Roberts (2010), *J. Royal Society Interface* 7:873–885.

    Examples
    --------
    >>> moves = [[0.9, 0.1], [0.0, 1.0]]
    >>> next_generation(moves, [[0.05, 0.0], [0.0, 0.0]]).round(3)
    array([[0.5, 0. ],
           [0. , 0. ]])
    """
    matrix, new = _left(chances), np.asarray(births, dtype=float)
    try:
        return np.asarray(np.linalg.solve(np.eye(matrix.shape[-1]) - matrix, new))
    except np.linalg.LinAlgError as error:
        raise ValueError("chances hold customers who never leave: a generation has no end") from (
            error
        )


def reproduction(chances: ArrayLike, births: ArrayLike) -> Floats:
    """Return how many new customers a customer brings in a generation, the spectral radius of K.

    Above 1 the customers grow by recommendation alone; below, each one brought brings fewer.

    Examples
    --------
    >>> float(reproduction([[0.9, 0.1], [0.0, 1.0]], [[0.05, 0.0], [0.0, 0.0]]).round(3))
    0.5
    """
    return np.asarray(np.abs(np.linalg.eigvals(next_generation(chances, births))).max(axis=-1))


def growth(chances: ArrayLike, births: ArrayLike) -> Floats:
    """Return by which factor customers grow a month in the long run, by recommendation alone.

    The spectral radius of Q + F: above 1 exactly where `reproduction` is.

    References
    ----------
    Cushing & Zhou (1994), *Natural Resource Modeling* 8:297–333.

    Examples
    --------
    >>> float(growth([[0.9, 0.1], [0.0, 1.0]], [[0.05, 0.0], [0.0, 0.0]]).round(3))
    0.95
    """
    total = _left(chances) + np.asarray(births, dtype=float)
    return np.asarray(np.abs(np.linalg.eigvals(total)).max(axis=-1))


def brought_by_rung(panel: pd.DataFrame, states: int) -> pd.DataFrame:
    """Return new customers a customer-year on each rung, with exact Poisson intervals.

    Parameters
    ----------
    panel : DataFrame
        ``state`` (place) and ``brought``, new customers of that month by recommendation.
    states : int
        How many places there are.

    Returns
    -------
    DataFrame
        A row a place: ``months``, ``brought``, ``rate`` a year, ``low``, ``high``; missing where
        nobody was seen.

    Examples
    --------
    >>> brought_by_rung(pd.DataFrame({"state": [0, 1, 1], "brought": [0, 1, 0]}), 2)["rate"]
    0    0.0
    1    6.0
    Name: rate, dtype: float64
    """
    known = panel[panel["brought"].notna()]
    months = np.bincount(known["state"], minlength=states)
    brought = np.bincount(known["state"], weights=known["brought"], minlength=states)
    frame = pd.DataFrame({"months": months, "brought": brought})
    seen = months > 0
    found = rate_interval(brought[seen], months[seen] / YEAR)
    for name, values in zip(("rate", "low", "high"), found, strict=True):
        frame[name] = np.nan
        frame.loc[seen, name] = values
    return frame


def draw_rates(table: pd.DataFrame, resamples: int, rng: np.random.Generator) -> Floats:
    """Draw new customers a month on each rung from their gamma posterior (Jeffreys).

    Parameters
    ----------
    table : DataFrame
        From `brought_by_rung`. A rung whose customers brought nobody brings nobody.
    resamples : int
        How many draws.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (B, S)
        Rates a month.

    Examples
    --------
    >>> table = pd.DataFrame({"months": [10, 200], "brought": [0, 20]})
    >>> draw_rates(table, 2, np.random.default_rng(1)).shape
    (2, 2)
    """
    count, months = table["brought"].to_numpy(), table["months"].to_numpy()
    drawn = rng.standard_gamma(np.where(count > 0, count + 0.5, 0.0), (resamples, len(table)))
    return np.asarray(drawn / np.maximum(months, 1))


def value_with_referrals(
    ladder: Ladder, rates: ArrayLike, entry: int, margins: ArrayLike, discount: float
) -> Floats:
    """Return what a customer on each rung is worth with all those whom they bring.

    Examples
    --------
    >>> from cemlib.studies.ladder.ladder import fit_ladder
    >>> seen = pd.DataFrame({"state": [0, 0, 1, 1], "next": [0, 1, 1, 2]})
    >>> ladder = fit_ladder(seen, ("new", "loyal", "gone"), 1, np.random.default_rng(1))
    >>> value_with_referrals(ladder, [0, 0.1, 0], 0, [1, 2, 0], 0.9).round(2)
    array([5.53, 4.54, 0.  ])
    """
    total = ladder.chances + births_matrix(rates, entry)
    return value_of_rungs(total, margins, discount)


def _left(chances: ArrayLike) -> Floats:
    """Return the moves among rungs that can be left."""
    matrix = np.array(chances, dtype=float)
    size = matrix.shape[-1]
    kept = matrix[..., range(size), range(size)] >= 1
    return np.where(kept[..., :, None] | kept[..., None, :], 0.0, matrix)
