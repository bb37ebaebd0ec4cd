"""Routing of comments: causes, owners, hours, and whether the loop to the customer is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib.stats.clusters import clusters_of
from cemlib.stats.estimates import Floats, bootstrap_weights, percentile_interval
from cemlib.stats.proportions import wilson

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
    hours : tuple of float, optional
        Median hours until the right team had the comment, with its interval; None if not recorded.
    closed_loop : tuple of float, optional
        Share of comments whose customer was told what was done, with its interval; None if not
        recorded.
    """

    confusion: pd.DataFrame
    right: tuple[float, float, float]
    hours: tuple[float, float, float] | None
    closed_loop: tuple[float, float, float] | None


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
        One row per comment: ``cause``, ``owner`` (first team), and what there is of ``hours`` until
        the right team had it, ``told`` (whether the customer was told what was done, 0 or 1), and
        ``customer``: then the comments of one customer may be alike.
    owners : mapping of str to str
        Cause → team that owns it.
    resamples : int
        Resamples, of customers where they are known, for the interval of the median.
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
    median = None
    hours = _known(comments, "hours")
    if len(hours):
        weights = bootstrap_weights(len(hours), resamples, rng, _customers(comments, "hours"))
        low, high = percentile_interval(weighted_medians(hours, weights), level)
        median = float(np.median(hours)), float(low), float(high)
    told = _known(comments, "told")
    return Routing(
        confusion,
        _share(right_team == comments["owner"], clusters_of(comments), level),
        median,
        _share(told > 0, _customers(comments, "told"), level) if len(told) else None,
    )


def _known(comments: pd.DataFrame, name: str) -> Floats:
    if name not in comments:
        return np.empty(0)
    return comments[name].dropna().to_numpy(dtype=float)


def comments_of(feedback: pd.DataFrame) -> pd.DataFrame | None:
    """Return the feedback that names a cause and the first team; None if there is none.

    Examples
    --------
    >>> rows = pd.DataFrame({"cause": ["time-out", None], "owner": ["IT", None]})
    >>> len(comments_of(rows))
    1
    """
    if not {"cause", "owner"} <= set(feedback):
        return None
    comments = feedback.dropna(subset=["cause", "owner"])
    return None if comments.empty else comments


def _customers(comments: pd.DataFrame, name: str) -> list[object] | None:
    return clusters_of(comments.dropna(subset=[name]))


def _share(
    marks: ArrayLike, customers: list[object] | None, level: float
) -> tuple[float, float, float]:
    share = wilson(np.asarray(marks, dtype=float), customers, level)
    return share.estimate, share.low, share.high


def weighted_medians(values: Floats, weights: Floats) -> Floats:
    """Return the median of values that count as often as each row of weights says.

    Examples
    --------
    >>> weighted_medians(np.array([5.0, 1.0, 3.0]), np.array([[1, 1, 1], [1, 1, 0], [0, 3, 1]]))
    array([3., 3., 1.])
    """
    order = np.argsort(values, kind="stable")
    ordered, mass = values[order], weights[:, order].cumsum(axis=1)
    half = mass[:, -1:] / 2
    lower, upper = (mass >= half).argmax(axis=1), (mass > half).argmax(axis=1)
    return np.asarray((ordered[lower] + ordered[upper]) / 2)


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
        ``right`` (share routed right first time), and if recorded ``hours`` (median) and
        ``closed_loop`` (share).

    Examples
    --------
    >>> rows = {"cause": ["time-out"], "owner": ["IT"], "hours": [1], "told": [0], "rating": [3]}
    >>> manager_view(pd.DataFrame(rows), {"time-out": "IT"})["right"].tolist()
    [1.0]
    """
    rows = comments.assign(right=comments["cause"].map(owners) == comments["owner"])
    measures = {
        "comments": ("cause", "size"),
        "rating": ("rating", "mean"),
        "right": ("right", "mean"),
    }
    if "hours" in rows:
        measures["hours"] = ("hours", "median")
    if "told" in rows:
        measures["closed_loop"] = ("told", "mean")
    table = rows.groupby("cause").agg(**measures)
    table.insert(0, "owner", [owners.get(str(cause), NOBODY) for cause in table.index])
    return table.sort_values("comments", ascending=False, kind="stable").reset_index()


def agent_view(comments: pd.DataFrame, customer: str) -> pd.DataFrame:
    """Return the agent's report on the same comments: one customer, the latest comment first.

    Parameters
    ----------
    comments : DataFrame
        ``customer``, ``touchpoint``, ``cause``, ``owner``, ``rating``, and what there is of
        ``month``, ``channel`` and ``told``.
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
    latest = comments[comments["customer"] == customer].reset_index(drop=True)
    if "month" in latest:
        latest = latest.sort_values("month", ascending=False, kind="stable", ignore_index=True)
    columns = ["month", "touchpoint", "channel", "cause", "owner", "rating"]
    shown = latest[[name for name in columns if name in latest]].rename(columns={"owner": "team"})
    if "told" not in latest:
        return shown
    say = np.where(latest["told"] > 0, "nothing, already told", "what was done about it")
    return shown.assign(say_first=say)


def busiest_customer(comments: pd.DataFrame) -> str:
    """Return the customer with the most comments, the first by name among equals; "" if not known.

    Examples
    --------
    >>> busiest_customer(pd.DataFrame({"customer": ["C2", "C1", "C2", "C1"]}))
    'C1'
    """
    if "customer" not in comments or comments["customer"].isna().all():
        return ""
    return str(comments["customer"].value_counts().sort_index(kind="stable").idxmax())
