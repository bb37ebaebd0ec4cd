"""The operator's panel: who stands on which rung of the ladder, month by month."""

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
COLUMNS = ("customer", "month", "state", "score", "slip", "tenure", "brought")
Codes = NDArray[np.int64]
_GONE = len(STATES) - 1


POPULATION_SIZE = 120_000
POPULATION_SEED = 20260150


@dataclass(frozen=True)
class Walk:
    """Months of a panel, a row a month and a column a person; −1 where there is nothing.

    Attributes
    ----------
    state, follower : ndarray of int, shape (MONTHS, n)
        Place in `STATES` in the month, and in the next one; the last month has none.
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
        Place in `STATES` at first.
    tenure : ndarray of int, shape (n,)
        Months as a customer then.
    first : ndarray of int, shape (n,)
        The month in which each begins, from 0.
    rng : Generator
        Where chance comes from.
    truth : LadderTruth
        What is planted.

    Returns
    -------
    Walk
        All months; after the month in which somebody is gone there is nothing.
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
        for kept, values in ((score, felt), (slip, wrong), (months, stayed), (brought, poisson)):
            kept[month] = np.where(on, values, -1)
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
    """Draw on which rung each customer begins; return place, tenure and first month.

    Who joins while the panel runs begins in that month, on the first rung.
    """
    joined = customers["joined"].to_numpy(dtype="datetime64[M]")
    first = np.maximum((joined - START).astype(np.int64), 0)
    rungs = rng.choice(len(truth.start), len(customers), p=truth.start) + 1
    tenure = np.maximum((START - joined).astype(np.int64), 0)
    return np.where(joined > START, 1, rungs), tenure, first


def panel(
    customers: pd.DataFrame, rng: np.random.Generator, truth: LadderTruth = LADDER_TRUTH
) -> pd.DataFrame:
    """Draw the months of the customers in the panel, and of prospects whom they know.

    Parameters
    ----------
    customers : DataFrame
        With ``customer`` and ``joined``.
    rng : Generator
        Where chance comes from.
    truth : LadderTruth
        What is planted.

    Returns
    -------
    DataFrame
        A row a person and month, in the columns of the dataset ``panel``. A prospect is called by
        the customer who knows them: ``C0000012-P``.

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
    lead = chosen & knows
    who = np.concatenate([names[chosen], names[lead] + "-P"])
    rows = walk(
        np.concatenate([start[chosen], np.zeros(lead.sum(), dtype=np.int64)]),
        np.concatenate([tenure[chosen], np.zeros(lead.sum(), dtype=np.int64)]),
        np.concatenate([first[chosen], met[lead]]),
        rng,
        truth,
    )
    order = np.argsort(who.astype(str), kind="stable")
    there = (rows.state[:, order] >= 0).T
    person, month = np.nonzero(there)
    frame = pd.DataFrame({"customer": who[order][person]})
    frame["month"] = np.datetime_as_string(START + np.arange(MONTHS)).astype(object)[month]
    frame["state"] = np.array(STATES, dtype=object)[rows.state[:, order].T[there]]
    for name in ("score", "slip", "tenure", "brought"):
        values = getattr(rows, name)[:, order].T[there].astype(float)
        frame[name] = np.where(values < 0, np.nan, values)
    frame["slip"] = frame["slip"].map({1.0: "yes", 0.0: "no"})
    return frame[list(COLUMNS)]


@lru_cache(maxsize=4)
def population(truth: LadderTruth = LADDER_TRUTH) -> dict[str, Any]:
    """Return what the panel of very many customers shows.

    Returns
    -------
    dict
        ``moves``: chance of each month's move, rows from, columns to. ``slip_odds``: how a slip
        multiplies the odds of being lower or gone in the next month, by rung. ``size``.
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
    chances = moved / moved.sum(axis=1, keepdims=True)
    odds = table.reshape(len(RUNGS), 2, 2)
    ratio = odds[:, 1, 1] * odds[:, 0, 0] / (odds[:, 1, 0] * odds[:, 0, 1])
    return {
        "size": POPULATION_SIZE,
        "moves": {
            name: dict(zip(STATES, row.round(5).tolist(), strict=True))
            for name, row in zip(STATES, chances, strict=True)
        },
        "slip_odds": dict(zip(RUNGS, ratio.round(3).tolist(), strict=True)),
    }
