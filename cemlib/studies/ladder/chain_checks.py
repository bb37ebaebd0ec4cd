"""Whether the ladder is a Markov chain: the same over time, without memory, alike for everybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from cemlib import checks
from cemlib.studies.ladder.markov import count_moves


@dataclass(frozen=True)
class Homogeneity:
    """A χ² test of whether transition probabilities are the same in all periods."""

    statistic: float
    degrees: int
    p_value: float
    periods: int


def homogeneity(moved: pd.DataFrame, size: int, periods: int = 3) -> Homogeneity:
    """Test whether transition probabilities stay the same over time.

    Pearson's X² = Σₜ Σᵢⱼ nᵢₜ(pᵢⱼₜ − pᵢⱼ)²/pᵢⱼ over periods with about the same number of months,
    χ² with Σᵢ (periods with i − 1)(moves from i − 1) degrees of freedom.

    Parameters
    ----------
    moved : DataFrame
        From `moves`.
    size : int
        Number of states.
    periods : int
        Periods to compare, at least 2; fewer are used where there are fewer months.

    Returns
    -------
    Homogeneity
        Statistic, degrees of freedom and p-value; the p-value is NaN where nothing can be compared.

    References
    ----------
    Anderson & Goodman (1957), *Annals of Mathematical Statistics* 28:89–110.

    Examples
    --------
    >>> half = {"month": [1] * 4 + [2] * 4, "state": 0, "next": [0, 0, 0, 1] * 2}
    >>> homogeneity(pd.DataFrame(half), 2, 2)
    Homogeneity(statistic=0.0, degrees=1, p_value=1.0, periods=2)
    """
    checks.between("periods", periods, 2, whole=True)
    months = np.unique(moved["month"])
    available = min(periods, len(months))
    period = np.searchsorted(months, moved["month"]) * available // len(months)
    counts = np.stack(
        [count_moves(rows["state"], rows["next"], size) for _, rows in moved.groupby(period)]
    )
    total, row_sums = counts.sum(axis=0), counts.sum(axis=2, keepdims=True)
    pooled = total / np.maximum(total.sum(axis=1, keepdims=True), 1)
    expected = row_sums * pooled
    squared = np.square(counts - expected)
    ratio = np.divide(squared, expected, out=np.zeros_like(squared), where=expected > 0)
    statistic = float(ratio.sum())
    # A rung that was left in one period only, or in one way only, adds no degree of freedom.
    ways = np.maximum((total > 0).sum(axis=1) - 1, 0)
    degrees = int((np.maximum((row_sums[..., 0] > 0).sum(axis=0) - 1, 0) * ways).sum())
    p = float(stats.chi2.sf(statistic, degrees)) if degrees else np.nan
    return Homogeneity(statistic, degrees, p, available)


@dataclass(frozen=True)
class Memory:
    """A χ² test of whether the next rung also depends on the rung before this one."""

    statistic: float
    degrees: int
    p_value: float


def memory(moved: pd.DataFrame, size: int) -> Memory:
    """Test a first-order against a second-order Markov chain.

    For each rung j, Pearson's X² of independence between the rung before it and the one after it,
    summed over j. A rung before or after j with an expected count below 1 in each cell is left out.

    Parameters
    ----------
    moved : DataFrame
        From `cemlib.studies.ladder.markov.moves`.
    size : int
        Number of states.

    Returns
    -------
    Memory
        The p-value is NaN where nothing can be compared.

    References
    ----------
    Anderson & Goodman (1957), *Annals of Mathematical Statistics* 28:89–110, § 4.

    Examples
    --------
    >>> moved = pd.DataFrame({"customer": list("aabbccdd"), "month": [1, 2] * 4,
    ...     "state": [0, 0, 0, 0, 1, 0, 1, 0], "next": [0, 0, 0, 1, 0, 0, 0, 1]})
    >>> memory(moved, 2)
    Memory(statistic=0.0, degrees=1, p_value=1.0)
    """
    rows = moved.sort_values(["customer", "month"], kind="stable")
    same = rows["customer"].eq(rows["customer"].shift())
    follows = (same & rows["month"].eq(rows["month"].shift() + 1)).to_numpy()
    before = rows["state"].shift().to_numpy()[follows].astype(int)
    now, later = (rows[name].to_numpy()[follows] for name in ("state", "next"))
    statistic, degrees = 0.0, 0
    for state in np.unique(now):
        table = count_moves(before[now == state], later[now == state], size)
        table = _frequent(table)
        expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / max(table.sum(), 1)
        if table.size and min(table.shape) > 1:
            statistic += float((np.square(table - expected) / expected).sum())
            degrees += (table.shape[0] - 1) * (table.shape[1] - 1)
    p = float(stats.chi2.sf(statistic, degrees)) if degrees else np.nan
    return Memory(statistic, degrees, p)


def _frequent(table: np.ndarray) -> np.ndarray:
    """Leave out rows, then columns, until every expected count is at least 1."""
    while table.size:
        total = table.sum()
        rows, columns = table.sum(axis=1), table.sum(axis=0)
        if total <= 0 or (rows.min() * columns.min() >= total):
            break
        if rows.min() <= columns.min():
            table = np.delete(table, int(rows.argmin()), axis=0)
        else:
            table = np.delete(table, int(columns.argmin()), axis=1)
    return table


@dataclass(frozen=True)
class Stayers:
    """Customers who never left their first rung, against what one chain for all expects.

    Attributes
    ----------
    customers : int
        Customers observed.
    observed : int
        Customers who stayed on their first rung for as long as they were observed.
    expected : float
        Their number, if all moved with the same probabilities.
    p_value : float
        One-sided: the probability of at least as many. NaN where nothing can be compared.
    """

    customers: int
    observed: int
    expected: float
    p_value: float


def stayers(moved: pd.DataFrame, size: int) -> Stayers:
    """Test whether some customers stay more than one Markov chain for all customers allows.

    A customer whose first rung is i stays on it throughout with probability p_iiᵐ. Here m is the
    number of moves that would be observed if they stayed: those observed, and for customers who
    left, the months until the panel ends. The excess O − Σp_iiᵐ is divided by its standard error,
    with variance Σp_iiᵐ(1 − p_iiᵐ) less Σᵢ (Σ m p_iiᵐ/p_ii)² p_ii(1 − p_ii)/nᵢ, as the n moves from
    i that estimate p_ii hold these customers.

    Parameters
    ----------
    moved : DataFrame
        From `cemlib.studies.ladder.markov.moves`; a customer counts until the first gap.
    size : int
        Number of states; the last one is that of customers who left.

    References
    ----------
    Blumen, Kogan & McCarthy (1955), *The Industrial Mobility of Labor as a Probability Process*;
    Goodman (1961), *JASA* 56:841–868 (mover–stayer model).

    Examples
    --------
    >>> moved = pd.DataFrame({"customer": [1, 1, 2, 2], "month": [1, 2, 1, 2],
    ...                       "state": [0, 0, 0, 1], "next": [0, 0, 1, 0]})
    >>> found = stayers(moved, 3)
    >>> found.customers, found.observed, round(found.expected, 2)
    (2, 1, 0.89)
    """
    counts = count_moves(moved["state"], moved["next"], size)
    total = counts.sum(axis=1)
    stay = np.divide(np.diag(counts), total, out=np.zeros(size), where=total > 0)
    rows = moved.sort_values(["customer", "month"], kind="stable")
    by = rows.groupby("customer", sort=False)
    unbroken = rows["month"] == by["month"].transform("first") + by.cumcount()
    rows = rows[unbroken]
    by = rows.groupby("customer", sort=False)
    first, left = by["state"].first().to_numpy(), by["next"].last().to_numpy() == size - 1
    until_end = moved["month"].max() + 1 - by["month"].first().to_numpy()
    months = np.where(left, until_end, by.size().to_numpy())
    start = by["state"].transform("first")
    stayed = ((rows["state"] == start) & (rows["next"] == start)).groupby(rows["customer"]).all()
    stayed = stayed.reindex(by.size().index).to_numpy()
    compared = (stay[first] > 0) & (stay[first] < 1)
    first, months, stayed = first[compared], months[compared], stayed[compared]
    throughout = stay[first] ** months
    known = np.bincount(first, weights=months * throughout, minlength=size)
    ways = np.divide(1 - stay, stay * total, out=np.zeros(size), where=(stay > 0) & (total > 0))
    variance = float((throughout * (1 - throughout)).sum() - (np.square(known) * ways).sum())
    excess = float(stayed.sum() - throughout.sum())
    p = float(stats.norm.sf(excess / np.sqrt(variance))) if variance > 1e-9 else np.nan
    return Stayers(len(first), int(stayed.sum()), float(throughout.sum()), p)


@dataclass(frozen=True)
class ChainChecks:
    """Three assumptions of the ladder: constant over time, without memory, alike for everybody."""

    homogeneity: Homogeneity
    memory: Memory
    stayers: Stayers


def check_chain(moved: pd.DataFrame, size: int) -> ChainChecks:
    """Return `homogeneity`, `memory` and `stayers` of a panel's moves.

    Customers who left are not followed: the way back is not part of the ladder.

    Parameters
    ----------
    moved : DataFrame
        From `cemlib.studies.ladder.markov.moves`.
    size : int
        Number of states; the last one is that of customers who left.
    """
    on = moved[moved["state"] < size - 1]
    return ChainChecks(homogeneity(moved, size), memory(on, size), stayers(on, size))
