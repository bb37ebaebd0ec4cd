"""Customers won by referral: how many each customer brings, and what they are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Estimates, Floats
from cemlib.stats.rates import rate_interval
from cemlib.studies.ladder.markov import Ladder
from cemlib.studies.ladder.rung_value import value_of_rungs
from cemlib.studies.ladder.win_back import until_left

YEAR = 12  # months


def births_matrix(rates: ArrayLike, entry: int) -> Floats:
    """Return new customers per month, by rung of the referrer (rows) and rung of entry (columns).

    Parameters
    ----------
    rates : array_like, shape (..., S)
        New customers per month and customer in each state.
    entry : int
        Index of the state in which they begin.

    Examples
    --------
    >>> births_matrix([0.0, 0.1], 0)
    array([[0. , 0. ],
           [0.1, 0. ]])
    """
    rate = np.asarray(rates, dtype=float)
    checks.between("entry", entry, 0, rate.shape[-1] - 1, whole=True)
    births = np.zeros((*rate.shape, rate.shape[-1]))
    births[..., entry] = rate
    return births


def next_generation(probabilities: ArrayLike, births: ArrayLike) -> Floats:
    """Return the next-generation matrix K = (I − Q)⁻¹F over the transient states.

    Kᵢⱼ is the number of customers entering in state j whom a customer in state i brings before
    leaving.

    Parameters
    ----------
    probabilities : array_like, shape (..., S, S)
        Monthly transition probabilities.
    births : array_like, shape (..., S, S)
        New customers per month, F, from `births_matrix`.

    Returns
    -------
    ndarray, shape (..., S, S)
        Zero for absorbing states.

    Raises
    ------
    ValueError
        If some customers never leave: they would bring infinitely many.

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
    matrix, new = _transient(probabilities), np.asarray(births, dtype=float)
    try:
        return np.asarray(np.linalg.solve(np.eye(matrix.shape[-1]) - matrix, new))
    except np.linalg.LinAlgError as error:
        raise ValueError(
            "probabilities hold customers who never leave, so they would bring infinitely many"
        ) from error


def reproduction(probabilities: ArrayLike, births: ArrayLike) -> Floats:
    """Return how many new customers each customer brings before leaving, the spectral radius of K.

    Above 1 the customer base grows by referral alone; below 1 each generation is smaller.

    Examples
    --------
    >>> float(reproduction([[0.9, 0.1], [0.0, 1.0]], [[0.05, 0.0], [0.0, 0.0]]).round(3))
    0.5
    """
    radius = np.abs(np.linalg.eigvals(next_generation(probabilities, births))).max(axis=-1)
    return np.asarray(radius)


def growth(probabilities: ArrayLike, births: ArrayLike) -> Floats:
    """Return the long-run monthly growth factor of the customer base by referral alone.

    The spectral radius of Q + F: above 1 exactly where `reproduction` is.

    References
    ----------
    Cushing & Zhou (1994), *Natural Resource Modeling* 8:297–333.

    Examples
    --------
    >>> float(growth([[0.9, 0.1], [0.0, 1.0]], [[0.05, 0.0], [0.0, 0.0]]).round(3))
    0.95
    """
    total = _transient(probabilities) + np.asarray(births, dtype=float)
    return np.asarray(np.abs(np.linalg.eigvals(total)).max(axis=-1))


def brought_by_rung(panel: pd.DataFrame, states: int) -> pd.DataFrame:
    """Return new customers per customer-year in each state, with exact Poisson intervals.

    Parameters
    ----------
    panel : DataFrame
        ``state`` (index) and ``brought``, new customers won by referral in that month.
    states : int
        Number of states.

    Returns
    -------
    DataFrame
        One row per state: ``months``, ``brought``, ``rate`` per year, ``low``, ``high``; NaN where
        nobody was observed.

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
    observed = months > 0
    rates = rate_interval(brought[observed], months[observed] / YEAR)
    for name, values in zip(("rate", "low", "high"), rates, strict=True):
        frame[name] = np.nan
        frame.loc[observed, name] = values
    return frame


def draw_rates(table: pd.DataFrame, resamples: int, rng: np.random.Generator) -> Floats:
    """Draw new customers per month in each state from their gamma posterior (Jeffreys).

    Parameters
    ----------
    table : DataFrame
        From `brought_by_rung`. A state in which nobody brought anybody keeps the rate 0.
    resamples : int
        Number of draws.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (B, S)
        Rates per month.

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
    """Return the value of a customer on each rung including all customers whom they bring.

    Examples
    --------
    >>> from cemlib.studies.ladder.markov import fit_ladder
    >>> moved = pd.DataFrame({"state": [0, 0, 1, 1], "next": [0, 1, 1, 2]})
    >>> ladder = fit_ladder(moved, ("new", "loyal", "gone"), 1, np.random.default_rng(1))
    >>> value_with_referrals(ladder, [0, 0.1, 0], 0, [1, 2, 0], 0.9).round(2)
    array([5.53, 4.54, 0.  ])
    """
    total = ladder.probabilities + births_matrix(rates, entry)
    return value_of_rungs(total, margins, discount)


@dataclass(frozen=True)
class Referrals:
    """What customers bring by referral.

    Attributes
    ----------
    best : Series
        Customers on the best rung: ``months``, ``brought``, ``rate`` per year, ``low``, ``high``.
    generation : Estimates
        ``reproduction``, new customers per customer lifetime, and ``growth``, the monthly factor.
    value : tuple of (float, float), optional
        Value of a customer on the best rung, without and with the customers whom they bring; the
        second is NaN where it is infinite. None without margins.
    """

    best: pd.Series
    generation: Estimates
    value: tuple[float, float] | None


def referrals(
    panel: pd.DataFrame,
    ladder: Ladder,
    entry: int,
    margins: Sequence[float] | None,
    discount: float,
    rng: np.random.Generator,
) -> Referrals | None:
    """Estimate what referrals bring.

    Parameters
    ----------
    panel : DataFrame
        ``state`` and ``brought``.
    ladder : Ladder
        From `fit_ladder`.
    entry : int
        Index of the state in which a customer begins.
    margins, discount
        As for `value_of_rungs`; without margins the value is left out.
    rng : numpy.random.Generator
        Source of randomness for the draws of the rates.

    Returns
    -------
    Referrals or None
        None where nobody was brought, it was not recorded, or some rungs are never left.
    """
    if "brought" not in panel or panel["brought"].sum() == 0:
        return None
    table = brought_by_rung(panel, len(ladder.states))
    rates = table["brought"].to_numpy() / np.maximum(table["months"].to_numpy(), 1)
    births = births_matrix(rates, entry)
    leaving, leaving_draws = (until_left(p) for p in (ladder.probabilities, ladder.draws))
    drawn = births_matrix(draw_rates(table, len(ladder.draws), rng), entry)
    try:
        values, draws = (
            np.stack([reproduction(p, f), growth(p, f)], axis=-1)
            for p, f in ((leaving, births), (leaving_draws, drawn))
        )
    except ValueError:
        return None
    value = None
    if margins is not None:
        without = value_of_rungs(ladder.probabilities, margins, discount)[ladder.best]
        try:
            included = value_with_referrals(ladder, rates, entry, margins, discount)[ladder.best]
        except ValueError:
            included = np.nan
        value = float(without), float(included)
    return Referrals(
        table.loc[ladder.best],
        Estimates(("reproduction", "growth"), values, draws),
        value,
    )


def _transient(probabilities: ArrayLike) -> Floats:
    """Return the moves among transient states; those of absorbing ones are 0."""
    matrix = np.array(probabilities, dtype=float)
    size = matrix.shape[-1]
    absorbing = matrix[..., range(size), range(size)] >= 1
    return np.where(absorbing[..., :, None] | absorbing[..., None, :], 0.0, matrix)
