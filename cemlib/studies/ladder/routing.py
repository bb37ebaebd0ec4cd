"""Routing of comments: causes, owners, hours, and whether the loop to the customer is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib.stats.estimates import percentile_interval

NOBODY = "nobody"


@dataclass(frozen=True)
class Routing:
    """How comments are routed to the teams that own their causes.

    Attributes
    ----------
    confusion : DataFrame
        Comments by cause (rows) and first team (columns).
    right : tuple of float
        Share routed to the right team first, with its interval.
    hours : tuple of float
        Median hours until the right team had the comment, with its interval.
    closed_loop : tuple of float
        Share of comments whose customer was told what was done, with its interval.
    """

    confusion: pd.DataFrame
    right: tuple[float, float, float]
    hours: tuple[float, float, float]
    closed_loop: tuple[float, float, float]


def fit_routing(
    comments: pd.DataFrame,
    owners: Mapping[str, str],
    resamples: int,
    rng: np.random.Generator,
    level: float = 0.95,
) -> Routing:
    """Measure how comments are routed to the teams that own their causes.

    Parameters
    ----------
    comments : DataFrame
        One row per comment: ``cause``, ``owner`` (first team), ``hours`` until the right team had
        it, ``told`` (whether the customer was told what was done, 0 or 1).
    owners : mapping of str to str
        Cause → team that owns it.
    resamples : int
        Resamples for the interval of the median.
    rng : numpy.random.Generator
        Source of randomness.
    level : float
        Coverage of the intervals; those of shares are Wilson's.

    Returns
    -------
    Routing
        Confusion table, shares and hours.

    Raises
    ------
    ValueError
        If a cause has no owner.

    Examples
    --------
    >>> rows = {"cause": ["time-out"] * 2, "owner": ["IT", "care"], "hours": [1, 9], "told": [0, 1]}
    >>> fit_routing(pd.DataFrame(rows), {"time-out": "IT"}, 9, np.random.default_rng(1)).right[0]
    0.5
    """
    if unowned := sorted(set(comments["cause"]) - set(owners)):
        raise ValueError(f"owners has no team for the cause {unowned[0]!r}; add one")
    right_team = comments["cause"].map(owners)
    teams = list(dict.fromkeys([*owners.values(), *sorted(set(comments["owner"]))]))
    confusion = (
        comments.groupby(["cause", "owner"]).size().unstack("owner", fill_value=0)
        .reindex(index=[cause for cause in owners if cause in set(comments["cause"])],
                 columns=teams, fill_value=0).rename_axis(index=None, columns=None)
    )  # fmt: skip
    hours = comments["hours"].to_numpy(dtype=float)
    drawn = np.median(hours[rng.integers(len(hours), size=(resamples, len(hours)))], axis=1)
    low, high = percentile_interval(drawn, level)
    return Routing(
        confusion,
        _share(int((right_team == comments["owner"]).sum()), len(comments), level),
        (float(np.median(hours)), float(low), float(high)),
        _share(int((comments["told"] > 0).sum()), len(comments), level),
    )


def _share(count: int, size: int, level: float) -> tuple[float, float, float]:
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count, size, 1 - level, method="wilson")
    return count / size, float(low), float(high)


def manager_view(comments: pd.DataFrame, owners: Mapping[str, str]) -> pd.DataFrame:
    """Return the manager's report on comments: one row per cause.

    Parameters
    ----------
    comments : DataFrame
        As for `fit_routing`, with ``rating``.
    owners : mapping of str to str
        Cause → team that owns it.

    Returns
    -------
    DataFrame
        The most frequent cause first: ``cause``, ``owner``, ``comments``, ``rating`` (mean),
        ``right`` (share routed right first time), ``hours`` (median), ``closed_loop`` (share).

    Examples
    --------
    >>> rows = {"cause": ["time-out"], "owner": ["IT"], "hours": [1], "told": [0], "rating": [3]}
    >>> manager_view(pd.DataFrame(rows), {"time-out": "IT"})["right"].tolist()
    [1.0]
    """
    rows = comments.assign(right=comments["cause"].map(owners) == comments["owner"])
    table = rows.groupby("cause").agg(
        comments=("cause", "size"),
        rating=("rating", "mean"),
        right=("right", "mean"),
        hours=("hours", "median"),
        closed_loop=("told", "mean"),
    )
    table.insert(0, "owner", [owners.get(str(cause), NOBODY) for cause in table.index])
    return table.sort_values("comments", ascending=False, kind="stable").reset_index()


def agent_view(comments: pd.DataFrame, customer: str) -> pd.DataFrame:
    """Return the agent's report on the same comments: one customer, the latest comment first.

    Parameters
    ----------
    comments : DataFrame
        ``customer``, ``month``, ``touchpoint``, ``channel``, ``cause``, ``owner``, ``rating``,
        ``told``.
    customer : str
        The customer on the line.

    Returns
    -------
    DataFrame
        ``month``, ``touchpoint``, ``channel``, ``cause``, ``team`` (which got it first),
        ``rating``, and ``say_first``: what the agent should tell this customer first.

    Examples
    --------
    >>> rows = {"customer": ["C1"], "month": ["2026-01"], "touchpoint": ["bill"], "told": [0],
    ...         "channel": ["app"], "cause": ["fee"], "owner": ["billing"], "rating": [3]}
    >>> agent_view(pd.DataFrame(rows), "C1")["say_first"].tolist()
    ['what was done about it']
    """
    latest = comments[comments["customer"] == customer].sort_values(
        "month", ascending=False, kind="stable", ignore_index=True
    )
    columns = ["month", "touchpoint", "channel", "cause", "owner", "rating"]
    say = np.where(latest["told"] > 0, "nothing, already told", "what was done about it")
    return latest[columns].rename(columns={"owner": "team"}).assign(say_first=say)


def busiest_customer(comments: pd.DataFrame) -> str:
    """Return the customer with the most comments, the first by name among equals.

    Examples
    --------
    >>> busiest_customer(pd.DataFrame({"customer": ["C2", "C1", "C2", "C1"]}))
    'C1'
    """
    return str(comments["customer"].value_counts().sort_index(kind="stable").idxmax())
