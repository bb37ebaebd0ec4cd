"""What answers to complaints, and removing their causes, keep in a quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats, significant, weighted_means
from cemlib.stats.levers import Z_95, Lever, per_quarter
from cemlib.studies.complaints.gains import Gains
from cemlib.studies.complaints.policies import Rules, policy_answers
from cemlib.studies.complaints.policy_draws import drawn_values
from cemlib.studies.complaints.rates import RateRatio


def answers_lever(
    gains: Gains,
    menu: pd.DataFrame,
    uniforms: ArrayLike,
    weights: ArrayLike,
    rules: Rules,
    *,
    caps: Sequence[float],
    value: ArrayLike,
) -> Lever:
    """Return what answers to complaints keep in a quarter beyond silence.

    Every complaint gets the Nash answer within a limit of authority. What is kept holds the value
    of customers who stay, of what they say, and of cases spared at the regulator.

    Parameters
    ----------
    gains : Gains
        Gains of answers to a year's complaints.
    menu : DataFrame
        Answers to choose from.
    uniforms : array_like, shape (n, 3)
        As for `cemlib.studies.complaints.policies.simulate_policies`.
    weights : array_like, shape (B, n)
        Resamples of the complaints, in the order of the draws of the response.
    rules : Rules
        The policies' numbers.
    caps : sequence of float
        Limits of authority, money.
    value : array_like, shape (B,)
        Share of the assumed lifetime value that a customer is really worth, as draws around 1.

    Returns
    -------
    Lever
        Its results are customers kept, of mean lifetime value.

    Raises
    ------
    ValueError
        If the numbers of draws differ, or no limit costs anything.
    """
    share = checks.vector("value", value, length=len(np.asarray(weights)))
    answers = {
        cap: policy_answers("nash capped", gains, menu, replace(rules, authority=cap))
        for cap in caps
    }
    drawn = drawn_values(gains, answers, uniforms, weights)
    quarter = len(gains.loss) / 4
    lifetime = float(gains.stakes.lifetime(gains.complaints["fee"]).mean())
    points: dict[float, Floats] = {0.0: np.zeros(len(share))}
    for cap, answer in answers.items():
        spent = answer["share"].to_numpy(float) * gains.loss + gains.stakes.cost(answer)
        gross = drawn[cap]["company"] + weighted_means(spent, weights)
        points.setdefault(float(significant(spent.mean())) * quarter, gross * quarter / lifetime)
    spend = sorted(points)
    return Lever(
        name="complaint answers",
        unit="customers kept",
        spend=np.array(spend),
        results=np.column_stack([points[each] for each in spend]),
        worth=lifetime * share,
        assumes="customers respond as those in the log did, and without money nobody is answered",
        datasets=("complaints",),
        observations=len(gains.loss),
    )


def causes_lever(
    log: pd.DataFrame,
    removed: RateRatio,
    *,
    without: Sequence[str] = (),
    cost: float,
    worth: ArrayLike,
    rng: np.random.Generator,
    most: int = 4,
) -> Lever:
    """Return what removing further causes of complaints keeps in a quarter, most frequent first.

    Parameters
    ----------
    log : DataFrame
        All complaints: ``received`` and ``failure``.
    removed : RateRatio
        How the rate of one kind fell when its cause was removed; an exact interval.
    without : sequence of str
        Kinds whose cause is gone already.
    cost : float
        Money that removing a cause costs a quarter, more than 0.
    worth : array_like, shape (B,)
        Money lost per complaint, as draws.
    rng : numpy.random.Generator
        Source of randomness.
    most : int
        Causes to remove at most.

    Returns
    -------
    Lever
        Its results are complaints avoided.

    Raises
    ------
    ValueError
        If no kind is left, or the ratio has no finite interval above 0.

    Examples
    --------
    >>> days = pd.date_range("2026-01-01", "2026-06-30", freq="D")
    >>> kinds = ["bill", "outage", "bill"] * 60 + ["bill"]
    >>> log = pd.DataFrame({"received": days, "failure": kinds})
    >>> ratio = RateRatio(0.5, 0.4, 0.6, 0.01)
    >>> lever = causes_lever(log, ratio, cost=100, worth=np.ones(4000),
    ...                      rng=np.random.default_rng(1))
    >>> lever.spend.tolist(), lever.results.mean(axis=0).round().tolist()
    ([0.0, 100.0, 200.0], [0.0, 31.0, 46.0])
    """
    drawn = checks.vector("worth", worth)
    price = checks.between("cost", cost, 1e-9)
    if not 0 < removed.low <= removed.high < np.inf:
        raise checks.invalid_argument(
            "removed", (removed.low, removed.high), "a ratio whose interval is finite and above 0"
        )
    counts = log.loc[~log["failure"].isin(without), "failure"].value_counts()
    counts = counts.sort_index(kind="stable").sort_values(ascending=False, kind="stable").head(most)
    checks.between("number of kinds left", len(counts), 1)
    spread = np.log(removed.high / removed.low) / (2 * Z_95)
    # Each cause falls as the removed one did: the same draw for all, as they share its doubt.
    ratio = removed.ratio * np.exp(spread * rng.standard_normal(len(drawn)))
    quarterly = rng.gamma(counts.to_numpy() + 0.5, size=(len(drawn), len(counts)))
    quarterly *= per_quarter(1, log["received"])
    avoided = np.cumsum(quarterly * (1 - ratio)[:, None], axis=1)
    return Lever(
        name="causes removed",
        unit="complaints avoided",
        spend=price * np.arange(len(counts) + 1.0),
        results=np.column_stack([np.zeros(len(drawn)), avoided]),
        worth=drawn,
        assumes="the next causes fall as the removed one did, and nothing else changed then",
        datasets=("complaints",),
        whole=True,
        observations=int(counts.sum()),
    )


def complaint_cost(
    log: pd.DataFrame, assumed: Mapping[str, float], lifetime: float, weights: ArrayLike
) -> Floats:
    """Return what a complaint costs the company, under each resample, shape (B,).

    Payments, and the lifetime value of customers who left within 90 days beyond the share who
    leave anyway.

    Parameters
    ----------
    log : DataFrame
        ``compensation`` and ``stayed``; rows without one are left out.
    assumed : mapping of str to float
        ``monthly_retention``: share of customers who stay a month without a complaint.
    lifetime : float
        Lifetime value of a customer, money.
    weights : array_like, shape (B, n)
        Resamples of the log.

    Examples
    --------
    >>> rows = pd.DataFrame({"compensation": [20.0, 40.0], "stayed": [0.0, 1.0]})
    >>> complaint_cost(rows, {"monthly_retention": 1.0}, 100.0, np.ones((1, 2)))
    array([80.])
    """
    means = weighted_means(log[["compensation", "stayed"]].to_numpy(dtype=float), weights)
    usual = assumed["monthly_retention"] ** 3
    return np.asarray(means[:, 0] + lifetime * np.maximum(usual - means[:, 1], 0.0))
