"""Customers won by referral: how many each customer brings, and what they are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks
from cemlib.stats.clusters import clusters_of
from cemlib.stats.estimates import Estimates, Floats
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
    """Return new customers per customer-year in each state, also where few customers bring most.

    With B brought in M months, b_c and m_c of them by customer c, and r = B/M, the dispersion is
    φ = G/(G − 1) Σ_c (b_c − r m_c)²/B, at least 1. The interval is that of a Poisson count of
    k = B/(1 + (φ − 1)(t/z)²), from the quantiles of gamma variables of shapes k and k + 1; with
    φ = 1 it is Garwood's. The quantile t of as many degrees of freedom as customers who brought
    anybody, less one, against the normal z allows for φ being estimated from few of them.

    Parameters
    ----------
    panel : DataFrame
        ``state`` (index), ``brought``, new customers won by referral in that month, and
        ``customer``; without it the months count as independent.
    states : int
        Number of states.

    Returns
    -------
    DataFrame
        One row per state: ``months``, ``brought``, ``rate`` per year, ``low``, ``high`` (NaN where
        nobody was observed), ``customers`` observed, ``referrers`` (those who brought anybody),
        ``dispersion`` and ``effective``, the k of the interval.

    References
    ----------
    Garwood (1936), *Biometrika* 28:437–442; McCullagh & Nelder (1989), *Generalized Linear
    Models*, ch. 6 (quasi-Poisson).

    Examples
    --------
    >>> brought_by_rung(pd.DataFrame({"state": [0, 1, 1], "brought": [0, 1, 0]}), 2)["rate"]
    0    0.0
    1    6.0
    Name: rate, dtype: float64
    """
    known = panel[panel["brought"].notna()]
    customers = clusters_of(known)
    person = range(len(known)) if customers is None else customers
    each = known["brought"].groupby([known["state"], np.array(person)]).agg(["size", "sum"])
    each.index.names = ["state", "customer"]
    totals = each.groupby("state").sum().reindex(range(states), fill_value=0)
    months, brought = totals["size"].to_numpy(), totals["sum"].to_numpy(dtype=float)
    per_month = np.divide(brought, months, out=np.full(states, np.nan), where=months > 0)
    at = each.index.get_level_values("state").to_numpy()
    excess = np.square(each["sum"].to_numpy() - per_month[at] * each["size"].to_numpy())
    group = np.bincount(at, minlength=states)
    referrers = np.bincount(at, weights=each["sum"].to_numpy() > 0, minlength=states).astype(int)
    within = np.bincount(at, weights=excess, minlength=states)
    variation = within * group / np.maximum(group - 1, 1)
    dispersion = np.ones(states)
    if customers is not None:
        np.divide(variation, brought, out=dispersion, where=variation > brought)
    few = stats.t.ppf(0.975, np.maximum(referrers - 1, 1)) / stats.norm.ppf(0.975)
    effective = brought / (1 + (dispersion - 1) * few**2)
    unit = np.divide(brought, effective, out=np.ones(states), where=brought > 0) * YEAR
    low = np.where(brought > 0, stats.gamma.ppf(0.025, np.maximum(effective, 1e-9)), 0.0)
    high = stats.gamma.ppf(0.975, effective + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        bounds = np.where(months > 0, np.stack([low, high]) * unit / months, np.nan)
    return pd.DataFrame(
        {
            "months": months,
            "brought": brought,
            "rate": YEAR * per_month,
            "low": bounds[0],
            "high": bounds[1],
            "customers": group,
            "referrers": referrers,
            "dispersion": dispersion,
            "effective": effective,
        }
    )


def draw_rates(table: pd.DataFrame, resamples: int, rng: np.random.Generator) -> Floats:
    """Draw new customers per month in each state from a gamma posterior of the effective count.

    With the effective count k of `brought_by_rung`, a draw is the rate times a gamma variable of
    shape k + 1/2 over k; where all bring at the same rate that is Jeffreys' posterior.

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
    >>> table = pd.DataFrame({"months": [10, 200], "brought": [0, 20], "effective": [0, 9.5]})
    >>> draw_rates(table, 2, np.random.default_rng(1)).shape
    (2, 2)
    """
    effective = table["effective"].to_numpy(dtype=float)
    drawn = rng.standard_gamma(
        np.where(effective > 0, effective + 0.5, 0.0), (resamples, len(table))
    )
    unit = (
        table["brought"] / np.where(effective > 0, effective, 1.0) / np.maximum(table["months"], 1)
    )
    return np.asarray(drawn * unit.to_numpy())


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
        Customers on the best rung, a row of `brought_by_rung`.
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
        ``state``, ``brought``, and ``customer``: the referrals of one customer belong together.
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
