"""Value of the customers of a log, and what resolving a complaint may cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib.stats.estimates import percentile_interval, significant, weighted_means
from cemlib.studies.complaints.equivalence import QUICK_HOURS
from cemlib.studies.complaints.invitation import Invitation, invite_at
from cemlib.studies.complaints.retention import (
    break_even_by_outcome,
    honest_tariff,
    lifetime_multiple,
    outcome_values,
    word_of_mouth_from_log,
)


@dataclass(frozen=True)
class Economy:
    """Value of the customers of a log, and what resolving a complaint may cost.

    Attributes
    ----------
    lifetime : float
        Mean lifetime value of a customer who stays, money.
    resolving : DataFrame
        From `cemlib.studies.complaints.retention.break_even_by_outcome`.
    paid : float or None
        Mean compensation, money per complaint; None if the log does not record it.
    invitation : Invitation or None
        The best spending on inviting complaints; None if its cost is not known.
    bounds : tuple of float
        95% interval of the break-even cost of resolving, money; missing without resamples.
    varied : DataFrame or None
        From `vary_invitation`: how the best spending depends on each assumption.
    """

    lifetime: float
    resolving: pd.DataFrame
    paid: float | None
    invitation: Invitation | None
    bounds: tuple[float, float] = (np.nan, np.nan)
    varied: pd.DataFrame | None = None


def mean_lifetime(log: pd.DataFrame, assumed: Mapping[str, float], discount: float) -> float:
    """Return the mean lifetime value of the customers of a log, money: see `economy`.

    Examples
    --------
    >>> assumed = {"margin": 0.5, "monthly_retention": 0.9}
    >>> round(mean_lifetime(pd.DataFrame({"fee": [20.0]}), assumed, 0.1), 6)
    45.0
    """
    multiple = float(lifetime_multiple(assumed["monthly_retention"], discount))
    return float(assumed["margin"] * multiple * log["fee"].mean())


def economy(
    log: pd.DataFrame,
    stays: pd.DataFrame,
    assumed: Mapping[str, float],
    discount: float,
    invitation_cost: float | None = None,
    *,
    uninvited: float = 0.05,
    reachable: float = 0.9,
    weights: ArrayLike | None = None,
) -> Economy:
    """Return the value of customers of a log, and what resolving a complaint may cost.

    Parameters
    ----------
    log : DataFrame
        ``fee``, and ``compensation`` where the log has it.
    stays : DataFrame
        From `cemlib.studies.complaints.retention.retention_by_outcome`.
    assumed : mapping of str to float
        ``margin`` and ``monthly_retention``.
    discount : float
        Monthly discount rate.
    invitation_cost : float, optional
        Spending per dissatisfied customer that makes 63% of the others complain, money.
    uninvited, reachable : float
        Assumed shares of dissatisfied customers who complain anyway, and at most.
    weights : array_like, shape (B, n), optional
        Resamples of the log, for the interval.

    Examples
    --------
    >>> rows = pd.DataFrame({"outcome": ["not resolved", "resolved"], "stays": [0.5, 0.7]})
    >>> assumed = {"margin": 0.5, "monthly_retention": 0.9}
    >>> round(economy(pd.DataFrame({"fee": [20.0]}), rows, assumed, 0.1).lifetime, 6)
    45.0
    """
    lifetime = mean_lifetime(log, assumed, discount)
    resolving = break_even_by_outcome(stays, lifetime)
    paid = float(log["compensation"].mean()) if "compensation" in log else None
    cost = float(resolving["cost"].iloc[0])
    invited = invite_at(cost, paid, invitation_cost, uninvited, reachable)
    bounds, varied = (np.nan, np.nan), None
    if weights is not None:
        low, high = lifetime * np.array(extra_retention(log, stays.attrs["resolved_from"], weights))
        bounds = (float(low), float(high))
    if invited is not None and invitation_cost is not None and paid is not None:
        held = {**assumed, "invitation_cost": invitation_cost, "uninvited_share": uninvited,
                "reachable_share": reachable, "compensation": paid}  # fmt: skip
        gained = float(resolving["extra_retention"].iloc[0])
        ends = tuple(each / lifetime for each in bounds) if weights is not None else (gained,) * 2
        varied = vary_invitation(held, float(log["fee"].mean()), discount, gained, ends)
    return Economy(lifetime, resolving, paid, invited, bounds, varied)


def extra_retention(log: pd.DataFrame, satisfied: float, weights: ArrayLike) -> tuple[float, float]:
    """Return the 95% interval of how many more stay if a complaint was resolved, not quickly.

    Parameters
    ----------
    log : DataFrame, n rows
        ``handling``, ``hours``, ``stayed``.
    satisfied : float
        Lowest satisfaction with the handling that counts as resolved.
    weights : array_like, shape (B, n)
        Resamples.

    Examples
    --------
    >>> log = pd.DataFrame({"handling": [2, 6], "hours": [9.0, 30.0], "stayed": [0.0, 1.0]})
    >>> extra_retention(log, 5.0, np.ones((2, 2)))
    (1.0, 1.0)
    """
    counts = np.asarray(weights, dtype=float)
    known = (log["handling"].notna() & log["stayed"].notna()).to_numpy()
    resolved = (log["handling"] >= satisfied).to_numpy() & known
    slow = resolved & (log["hours"] > QUICK_HOURS).to_numpy()
    stayed = log[["stayed"]].to_numpy(dtype=float)
    means = [weighted_means(stayed[at], counts[:, at])[:, 0] for at in (slow, known & ~resolved)]
    low, high = percentile_interval(means[0] - means[1])
    return float(low), float(high)


_VARIED = {
    "margin": (0.8, 1.2),
    "invitation_cost": (0.5, 2.0),
    "uninvited_share": (0.5, 2.0),
    "reachable_share": (0.8, 1.1),
    "compensation": (0.5, 1.5),
}


def vary_invitation(
    held: Mapping[str, float],
    fee: float,
    discount: float,
    gained: float,
    ends: tuple[float, ...],
) -> pd.DataFrame:
    """Return the best spending on inviting complaints as each assumption changes by itself.

    Parameters
    ----------
    held : mapping of str to float
        ``margin``, ``monthly_retention``, ``invitation_cost``, ``uninvited_share``,
        ``reachable_share`` and ``compensation`` (money per complaint).
    fee : float
        Mean fee, money per month.
    discount : float
        Monthly discount rate.
    gained : float
        Increase in the share that stays by resolving, and its interval ``ends``.
    ends : tuple of float
        See above.

    Returns
    -------
    DataFrame
        assumption, low and high (its values), at_low and at_high (share that complains at the
        best spending), base; the assumption that matters most first.

    Examples
    --------
    >>> held = {"margin": 0.3, "monthly_retention": 0.93, "invitation_cost": 5.0,
    ...         "uninvited_share": 0.05, "reachable_share": 0.9, "compensation": 30.0}
    >>> table = vary_invitation(held, 130.0, 0.008, 0.3, (0.25, 0.35))
    >>> table["assumption"].iloc[0]
    'reachable_share'
    """

    def share(values: Mapping[str, float], more: float) -> float:
        multiple = float(lifetime_multiple(values["monthly_retention"], discount))
        cost = more * values["margin"] * multiple * fee
        best = invite_at(
            cost, values["compensation"], values["invitation_cost"], values["uninvited_share"],
            values["reachable_share"],
        )  # fmt: skip
        return best.share if best is not None else np.nan

    ranges = {name: [held[name] * each for each in factors] for name, factors in _VARIED.items()}
    ranges["reachable_share"] = [min(each, 1.0) for each in ranges["reachable_share"]]
    lost = 1 - held["monthly_retention"]
    ranges["monthly_retention"] = [1 - 1.5 * lost, 1 - 0.5 * lost]
    rows = [
        (name, low, high, *(share({**held, name: each}, gained) for each in (low, high)))
        for name, (low, high) in ranges.items()
    ]
    rows.append(("effect of resolving", *ends, *(share(held, each) for each in ends)))
    columns = ["assumption", "low", "high", "at_low", "at_high"]
    table = pd.DataFrame(rows, columns=columns).assign(base=share(held, gained))
    order = significant((table["at_high"] - table["at_low"]).abs()).argsort(kind="stable")
    return table.iloc[order[::-1]].reset_index(drop=True)


def published_values(
    published: pd.DataFrame, log: pd.DataFrame, lifetime: float, customer_value: float
) -> pd.DataFrame:
    """Return the value of TARP's outcomes at the lifetime value of a log's customers.

    Parameters
    ----------
    published : DataFrame
        ``loss``, ``outcome``, ``stays``, ``satisfied``.
    log : DataFrame
        ``told`` and ``spoke_well`` where known.
    lifetime, customer_value : float
        Value of a customer who stays, and of one won by word of mouth, money.

    Examples
    --------
    >>> rows = pd.DataFrame({"loss": "over $100", "outcome": ["silent", "quick"],
    ...                      "stays": [0.1, 0.8], "satisfied": [float("nan")] * 2})
    >>> published_values(rows, pd.DataFrame(), 100.0, 300.0)["gain"].round(6).tolist()
    [0.0, 70.0]
    """
    return outcome_values(published, lifetime, word_of_mouth_from_log(log, customer_value))


def tariffs(log: pd.DataFrame, assumed: Mapping[str, float], discount: float) -> pd.DataFrame:
    """Return `honest_tariff` at the median fee, for a tenth to six tenths of the margin given up.

    Parameters
    ----------
    log, assumed, discount
        As for `economy`.

    Examples
    --------
    >>> assumed = {"margin": 0.5, "monthly_retention": 0.9}
    >>> tariffs(pd.DataFrame({"fee": [20.0]}), assumed, 0.1)["given_up"].round(6).tolist()
    [1.0, 2.0, 4.0, 6.0]
    """
    monthly = assumed["margin"] * float(log["fee"].median())
    given_up = [monthly * share for share in (0.1, 0.2, 0.4, 0.6)]
    return honest_tariff(monthly, given_up, assumed["monthly_retention"], discount)


def fee_levels(log: pd.DataFrame) -> list[float]:
    """Return a low, the median and two higher fees of a log, each once; at least two.

    Examples
    --------
    >>> fee_levels(pd.DataFrame({"fee": [10.0, 20, 20, 30, 50]}))
    [10.0, 20.0, 30.0, 50.0]
    """
    fees = log["fee"].quantile([0.1, 0.5, 0.75, 0.9], interpolation="nearest")
    levels = sorted({float(fee) for fee in fees})
    return levels if len(levels) > 1 else [levels[0], 2 * levels[0] + 1]
