"""The right information to the right person: causes, owners, hours, and who is told back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib.stats.estimates import percentile_interval

NOBODY = "nobody"


@dataclass(frozen=True)
class Routing:
    """How comments found their owners.

    Attributes
    ----------
    confusion : DataFrame
        Comments by cause (rows) and team that got them first (columns).
    right : tuple of float
        Share that went to the right team at once, with its interval.
    hours : tuple of float
        Median hours until the right team had it, with its interval.
    told : tuple of float
        Share of the customers who were told what was done, with its interval.
    """

    confusion: pd.DataFrame
    right: tuple[float, float, float]
    hours: tuple[float, float, float]
    told: tuple[float, float, float]


def fit_routing(
    comments: pd.DataFrame,
    owners: Mapping[str, str],
    resamples: int,
    rng: np.random.Generator,
    level: float = 0.95,
) -> Routing:
    """Measure how comments find their owners.

    Parameters
    ----------
    comments : DataFrame
        A row a comment: ``cause``, ``owner`` (team that got it first), ``hours`` until the right
        team had it, ``told`` (whether the customer heard what was done, 0 or 1).
    owners : mapping of str to str
        Cause → the team that it belongs to.
    resamples : int
        Resamples behind the interval of the median.
    rng : numpy.random.Generator
        Source of randomness.
    level : float
        Coverage; shares have Wilson intervals.

    Returns
    -------
    Routing
        Confusion, share at the right team, hours, share told.

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
    if lost := sorted(set(comments["cause"]) - set(owners)):
        raise ValueError(f"owners has none for the cause {lost[0]!r}; say whose it is")
    proper = comments["cause"].map(owners)
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
        _share(int((proper == comments["owner"]).sum()), len(comments), level),
        (float(np.median(hours)), float(low), float(high)),
        _share(int((comments["told"] > 0).sum()), len(comments), level),
    )


def _share(count: int, size: int, level: float) -> tuple[float, float, float]:
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count, size, 1 - level, method="wilson")
    return count / size, float(low), float(high)


def manager_view(comments: pd.DataFrame, owners: Mapping[str, str]) -> pd.DataFrame:
    """Return what a manager needs of a table of comments: causes, not customers.

    Parameters
    ----------
    comments : DataFrame
        As for `fit_routing`, with ``rating``.
    owners : mapping of str to str
        Cause → the team that it belongs to.

    Returns
    -------
    DataFrame
        A row a cause, the most frequent first: ``cause``, ``owner``, ``comments``, ``rating``
        (mean), ``to the right team`` (share), ``hours`` (median), ``told`` (share).

    Examples
    --------
    >>> rows = {"cause": ["time-out"], "owner": ["IT"], "hours": [1], "told": [0], "rating": [3]}
    >>> manager_view(pd.DataFrame(rows), {"time-out": "IT"})["to the right team"].tolist()
    [1.0]
    """
    rows = comments.assign(right=comments["cause"].map(owners) == comments["owner"])
    found = rows.groupby("cause").agg(
        comments=("cause", "size"),
        rating=("rating", "mean"),
        right=("right", "mean"),
        hours=("hours", "median"),
        told=("told", "mean"),
    )
    found.insert(0, "owner", [owners.get(str(cause), NOBODY) for cause in found.index])
    found = found.sort_values("comments", ascending=False, kind="stable").reset_index()
    return found.rename(columns={"right": "to the right team"})


def agent_view(comments: pd.DataFrame, customer: str) -> pd.DataFrame:
    """Return what an agent needs of the same table: this customer, the latest first.

    Parameters
    ----------
    comments : DataFrame
        ``customer``, ``month``, ``touchpoint``, ``channel``, ``cause``, ``owner``, ``rating``,
        ``told``.
    customer : str
        Who is on the line.

    Returns
    -------
    DataFrame
        ``month``, ``touchpoint``, ``channel``, ``cause``, ``with`` (the team that has it),
        ``rating``, and ``say first``: what this customer should hear before anything else.

    Examples
    --------
    >>> rows = {"customer": ["C1"], "month": ["2026-01"], "touchpoint": ["bill"], "told": [0],
    ...         "channel": ["app"], "cause": ["fee"], "owner": ["billing"], "rating": [3]}
    >>> agent_view(pd.DataFrame(rows), "C1")["say first"].tolist()
    ['what became of it']
    """
    own = comments[comments["customer"] == customer].sort_values(
        "month", ascending=False, kind="stable", ignore_index=True
    )
    said = np.where(own["told"] > 0, "nothing: was told", "what became of it")
    columns = ["month", "touchpoint", "channel", "cause", "owner", "rating"]
    return own[columns].rename(columns={"owner": "with"}).assign(**{"say first": said})
