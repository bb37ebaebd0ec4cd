"""Enquiries of customers: matters, those that come back, and advice on tariffs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

TOPICS = ("tariff", "offers", "bill", "coverage", "roaming")
_START, _DAYS = np.datetime64("2026-01-01T00:00", "m"), 181


@dataclass(frozen=True)
class EnquiryTruth:
    """What the generated enquiries follow.

    Parameters
    ----------
    matters : float
        Mean number of matters a customer and half-year.
    topics : tuple of float
        Shares of `TOPICS`.
    solved : tuple of float
        Chance that a matter of each topic is solved at the first contact.
    again : float
        Chance that a contact after the first has to be followed by another.
    days : float
        Mean days until the next contact; at least one hour, at most six and a half days.
    best : float
        Share of advice on tariffs that is the best for the customer.
    regret : float
        Mean of what other advice costs more, yuan a month.
    """

    matters: float = 0.35
    topics: tuple[float, ...] = (0.35, 0.25, 0.2, 0.1, 0.1)
    solved: tuple[float, ...] = (0.72, 0.66, 0.82, 0.55, 0.78)
    again: float = 0.3
    days: float = 2.2
    best: float = 0.52
    regret: float = 15.0


ENQUIRIES = EnquiryTruth()
_MOST = 4


def enquiries(
    customers: pd.DataFrame, rng: np.random.Generator, truth: EnquiryTruth = ENQUIRIES
) -> dict[str, pd.DataFrame]:
    """Draw half a year of enquiries.

    Parameters
    ----------
    customers : DataFrame
        With ``customer`` and ``plan_fee``.
    rng : Generator
        Where chance comes from.
    truth : EnquiryTruth
        What is planted.

    Returns
    -------
    dict of DataFrame
        ``enquiries``: ``enquiry``, ``customer``, ``topic``, ``time``, and where a tariff was
        advised ``advised`` and ``best``, yuan a month.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": ["C0000001"], "plan_fee": [99]})
    >>> list(enquiries(people, np.random.default_rng(1))["enquiries"])
    ['enquiry', 'customer', 'topic', 'time', 'advised', 'best']
    """
    matters = rng.poisson(truth.matters, len(customers))
    owner = np.repeat(np.arange(len(customers)), matters)
    count = len(owner)
    topic = np.searchsorted(np.cumsum(truth.topics[:-1]), rng.random(count), side="right")
    start = _DAYS * rng.random(count)
    follows = rng.random((count, _MOST)) < truth.again
    follows[:, 0] = rng.random(count) >= np.array(truth.solved)[topic]
    gaps = np.clip(rng.exponential(truth.days, (count, _MOST)), 1 / 24, 6.5)
    later = np.logical_and.accumulate(follows, axis=1)
    fee = customers["plan_fee"].to_numpy(dtype=float)[owner]
    best = np.round(fee * (0.7 + 0.3 * rng.random(count)), 1)
    wrong = rng.random(count) >= truth.best
    extra = np.where(wrong, np.round(np.maximum(rng.gamma(2, truth.regret / 2, count), 1), 1), 0)
    asked = topic == 0
    times = np.column_stack([start, start[:, None] + np.cumsum(gaps, axis=1)])
    held = np.column_stack([np.ones(count, dtype=bool), later]) & (times < _DAYS)
    row, turn = np.nonzero(held)
    first = turn == 0
    minutes = np.floor(times[row, turn] * 1440).astype("timedelta64[m]")
    name = customers["customer"].to_numpy()[owner[row]]
    number = pd.Series(name).groupby(name).cumcount().to_numpy() + 1
    frame = pd.DataFrame(
        {
            "enquiry": [f"E{who[1:]}-{n}" for who, n in zip(name, number, strict=True)],
            "customer": name,
            "topic": np.array(TOPICS, dtype=object)[topic[row]],
            "time": np.datetime_as_string(_START + minutes, unit="s").astype(object) + "+08:00",
            "advised": np.where(first & asked[row], best[row] + extra[row], np.nan).round(1),
            "best": np.where(first & asked[row], best[row], np.nan),
        }
    )
    return {"enquiries": frame}


def planted(truth: EnquiryTruth = ENQUIRIES) -> dict[str, Any]:
    """Return what ``truth.json`` says is planted.

    Examples
    --------
    >>> planted()["resolved"]
    0.714
    """
    overall = float(np.dot(truth.topics, truth.solved))
    return asdict(truth) | {
        "topics": dict(zip(TOPICS, truth.topics, strict=True)),
        "solved": dict(zip(TOPICS, truth.solved, strict=True)),
        "resolved": round(overall, 6),
        "mean_regret": round((1 - truth.best) * truth.regret, 6),
    }
