"""The operator's panel: the rung of each customer, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib.stats.customers import customers
from cemlib.studies.ladder.operator.panel_truth import LADDER_TRUTH, RUNGS, STATES, LadderTruth

MONTHS = 18
START = np.datetime64("2025-01")
COLUMNS = ("customer", "month", "state", "score", "recommend", "slip", "tenure", "brought")
Codes = NDArray[np.int64]
_GONE = len(STATES) - 1


POPULATION_SIZE = 120_000
POPULATION_SEED = 20260150


@dataclass(frozen=True)
class Walk:
    """Months of a panel, one row per month and one column per person; −1 where there is no value.

    Attributes
    ----------
    state, follower : ndarray of int, shape (MONTHS, n)
        Index into `STATES` in the month, and in the next one; the last month has no next one.
    score, slip, tenure, brought : ndarray of int, shape (MONTHS, n)
        Satisfaction (0–10), whether something went wrong, months as a customer, new customers.
    """

    state: Codes
    follower: Codes
    score: Codes
    slip: Codes
    tenure: Codes
    brought: Codes


def walk(
    start: Codes,
    tenure: Codes,
    first: Codes,
    rng: np.random.Generator,
    truth: LadderTruth = LADDER_TRUTH,
) -> Walk:
    """Draw the months of persons who begin on given rungs.

    Parameters
    ----------
    start : ndarray of int, shape (n,)
        Index into `STATES` in the first month.
    tenure : ndarray of int, shape (n,)
        Months as a customer at that time.
    first : ndarray of int, shape (n,)
        First month of each person, from 0.
    rng : Generator
        Source of randomness.
    truth : LadderTruth
        The true parameters.

    Returns
    -------
    Walk
        All months; there are no values after the month in which somebody left.
    """
    size = len(start)
    blank = np.full((MONTHS, size), -1, dtype=np.int64)
    state, score, slip, months, brought = (blank.copy() for _ in range(5))
    now, stayed = np.full(size, -1, dtype=np.int64), tenure.copy()
    rates = {
        name: np.r_[0.0, getattr(truth, name), 0.0]
        for name in ("up", "down", "hazard", "score", "brought", "slip_down")
    }
    odds = np.log(np.maximum(rates["down"], 1e-12) / (1 - rates["down"]))
    for month in range(MONTHS):
        now = np.where(first == month, start, now)
        state[month] = now
        draws, normal = rng.random((4, size)), rng.standard_normal(size)
        poisson = rng.poisson(rates["brought"][np.maximum(now, 0)])
        on = (now > 0) & (now < _GONE)
        felt = np.clip(np.round(rates["score"][now] + truth.score_noise * normal), 0, 10)
        wrong = draws[0] < truth.slip
        for target, values in ((score, felt), (slip, wrong), (months, stayed), (brought, poisson)):
            target[month] = np.where(on, values, -1)
        log_hazard = (
            np.log(np.maximum(rates["hazard"][now], 1e-12))
            + truth.score_hazard * (felt - 7)
            + truth.tenure_hazard * (stayed / 12 - 3)
            + truth.slip_hazard * wrong
        )
        leaves = on & (draws[1] < -np.expm1(-np.exp(log_hazard)))
        fall = 1 / (1 + np.exp(-(odds[now] + rates["slip_down"][now] * wrong)))
        falls = on & (now > 1) & (draws[2] < fall)
        rises = on & ~falls & (draws[3] < rates["up"][now])
        won = (now == 0) & (draws[1] < truth.prospect[0])
        lost = (now == 0) & ~won & (draws[1] < sum(truth.prospect))
        later = np.where(falls, now - 1, np.where(rises | won, now + 1, now))
        stayed = stayed + on
        later = np.where(leaves | lost, _GONE, later)
        now = np.where(now == _GONE, -1, later)
    follower = np.vstack([state[1:], blank[:1]])
    return Walk(state, follower, score, slip, months, brought)


def beginnings(
    customers: pd.DataFrame, rng: np.random.Generator, truth: LadderTruth = LADDER_TRUTH
) -> tuple[Codes, Codes, Codes]:
    """Draw the rung on which each customer begins; return index, tenure and first month.

    Customers who join while the panel runs begin in that month, on the first rung.
    """
    joined = customers["joined"].to_numpy(dtype="datetime64[M]")
    first = np.maximum((joined - START).astype(np.int64), 0)
    rungs = rng.choice(len(truth.start), len(customers), p=truth.start) + 1
    tenure = np.maximum((START - joined).astype(np.int64), 0)
    return np.where(joined > START, 1, rungs), tenure, first


def panel(
    customers: pd.DataFrame, rng: np.random.Generator, truth: LadderTruth = LADDER_TRUTH
) -> pd.DataFrame:
    """Draw the months of the customers in the panel and of prospects whom they know.

    Parameters
    ----------
    customers : DataFrame
        With ``customer`` and ``joined``.
    rng : Generator
        Source of randomness.
    truth : LadderTruth
        The true parameters.

    Returns
    -------
    DataFrame
        One row per person and month, in the columns of the dataset ``panel``. A prospect is named
        after the customer who knows them: ``C0000012-P``.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": ["C0000001"], "joined": "2021-05-01"})
    >>> list(panel(people, np.random.default_rng(1)).columns) == list(COLUMNS)
    True
    """
    size = len(customers)
    chosen, knows = rng.random(size) < truth.chosen, rng.random(size) < truth.leads
    start, tenure, first = beginnings(customers, rng, truth)
    met = rng.integers(0, MONTHS - 6, size)
    names = customers["customer"].to_numpy(dtype=object)
    prospects = chosen & knows
    people = np.concatenate([names[chosen], names[prospects] + "-P"])
    rows = walk(
        np.concatenate([start[chosen], np.zeros(prospects.sum(), dtype=np.int64)]),
        np.concatenate([tenure[chosen], np.zeros(prospects.sum(), dtype=np.int64)]),
        np.concatenate([first[chosen], met[prospects]]),
        rng,
        truth,
    )
    order = np.argsort(people.astype(str), kind="stable")
    present = (rows.state[:, order] >= 0).T
    person, month = np.nonzero(present)
    frame = pd.DataFrame({"customer": people[order][person]})
    frame["month"] = np.datetime_as_string(START + np.arange(MONTHS)).astype(object)[month]
    frame["state"] = np.array(STATES, dtype=object)[rows.state[:, order].T[present]]
    for name in ("score", "slip", "tenure", "brought"):
        values = getattr(rows, name)[:, order].T[present].astype(float)
        frame[name] = np.where(values < 0, np.nan, values)
    frame["slip"] = frame["slip"].map({1.0: "yes", 0.0: "no"})
    frame["recommend"] = recommendations(frame, rng.spawn(1)[0], truth)
    return frame[list(COLUMNS)]


def recommendations(
    rows: pd.DataFrame, rng: np.random.Generator, truth: LadderTruth = LADDER_TRUTH
) -> NDArray[np.float64]:
    """Draw how likely each customer is to recommend, from their rung and that month's score.

    Parameters
    ----------
    rows : DataFrame
        ``state`` (its name) and ``score``, missing outside the rungs.
    rng : Generator
        Source of randomness.
    truth : LadderTruth
        The true parameters.

    Returns
    -------
    ndarray
        Points of 0–10; missing where the score is.
    """
    level = dict(zip(RUNGS, np.subtract(truth.recommend, _expected(truth)), strict=True))
    felt = rows["state"].map(level) + truth.recommend_score * rows["score"]
    drawn = felt + truth.recommend_noise * rng.standard_normal(len(rows))
    return np.clip(np.rint(drawn), 0, 10).to_numpy(dtype=float)


def _expected(truth: LadderTruth) -> NDArray[np.float64]:
    """Return what the mean score of each rung contributes to the recommendation."""
    return truth.recommend_score * np.array(truth.score)


@lru_cache(maxsize=4)
def population(truth: LadderTruth = LADDER_TRUTH) -> dict[str, Any]:
    """Return what a panel of a very large number of customers shows.

    Returns
    -------
    dict
        ``moves``: monthly transition probabilities, from rows to columns. ``slip_odds``: odds ratio
        of being lower or gone in the month after a slip, by rung. ``size``.
    """
    rng = np.random.default_rng(POPULATION_SEED)
    rows = walk(*beginnings(customers(POPULATION_SIZE, rng), rng, truth), rng, truth)
    size = len(STATES)
    counts = np.zeros(size * size)
    table = np.zeros(len(RUNGS) * 4)
    for state, follower, slip in zip(rows.state, rows.follower, rows.slip, strict=True):
        known = (state >= 0) & (follower >= 0)
        now, later = state[known], follower[known]
        counts += np.bincount(now * size + later, minlength=size * size)
        fallen = (later < now) | (later == size - 1)
        cell = (now - 1) * 4 + 2 * slip[known] + fallen
        table += np.bincount(cell[now < size - 1], minlength=len(table))
    moved = counts.reshape(size, size)
    moved[0] = [1 - sum(truth.prospect), truth.prospect[0], 0, 0, 0, truth.prospect[1]]
    moved[-1, -1] = 1
    probabilities = moved / moved.sum(axis=1, keepdims=True)
    odds = table.reshape(len(RUNGS), 2, 2)
    ratio = odds[:, 1, 1] * odds[:, 0, 0] / (odds[:, 1, 0] * odds[:, 0, 1])
    return {
        "size": POPULATION_SIZE,
        "moves": {
            name: dict(zip(STATES, row.round(5).tolist(), strict=True))
            for name, row in zip(STATES, probabilities, strict=True)
        },
        "slip_odds": dict(zip(RUNGS, ratio.round(3).tolist(), strict=True)),
    }
