"""Enquiries of customers: first contacts, repeat contacts, and advice on tariffs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

TOPICS = ("tariff", "offers", "bill", "coverage", "roaming")
_START, _DAYS = np.datetime64("2026-01-01T00:00", "m"), 181


@dataclass(frozen=True)
class EnquiryTruth:
    """True parameters of the generated enquiries.

    Parameters
    ----------
    matters : float
        Mean number of matters per customer in half a year.
    topics : tuple of float
        Shares of `TOPICS`.
    solved : tuple of float
        Probability that a matter of each topic is solved at the first contact.
    again : float
        Probability that a repeat contact is followed by another.
    days : float
        Mean days until the next contact, limited to between one hour and six and a half days.
    best : float
        Share of advice that names the best tariff for the customer.
    regret : float
        Mean extra cost of other advice per month.
    """

    matters: float = 0.35
    topics: tuple[float, ...] = (0.35, 0.25, 0.2, 0.1, 0.1)
    solved: tuple[float, ...] = (0.72, 0.66, 0.82, 0.55, 0.78)
    again: float = 0.3
    days: float = 2.2
    best: float = 0.52
    regret: float = 15.0


ENQUIRIES = EnquiryTruth()
_MAX_REPEATS = 4


def enquiries(
    customers: pd.DataFrame, rng: np.random.Generator, truth: EnquiryTruth = ENQUIRIES
) -> dict[str, pd.DataFrame]:
    """Draw half a year of enquiries.

    Parameters
    ----------
    customers : DataFrame
        With ``customer`` and ``plan_fee``.
    rng : Generator
        Source of randomness.
    truth : EnquiryTruth
        True parameters.

    Returns
    -------
    dict of DataFrame
        ``enquiries``: ``enquiry``, ``customer``, ``topic``, ``time`` and, if a tariff was
        advised, ``advised`` and ``best``, per month.

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
    follows = rng.random((count, _MAX_REPEATS)) < truth.again
    follows[:, 0] = rng.random(count) >= np.array(truth.solved)[topic]
    gaps = np.clip(rng.exponential(truth.days, (count, _MAX_REPEATS)), 1 / 24, 6.5)
    later = np.logical_and.accumulate(follows, axis=1)
    fee = customers["plan_fee"].to_numpy(dtype=float)[owner]
    best = np.round(fee * (0.7 + 0.3 * rng.random(count)), 1)
    wrong = rng.random(count) >= truth.best
    extra = np.where(wrong, np.round(np.maximum(rng.gamma(2, truth.regret / 2, count), 1), 1), 0)
    asked = topic == 0
    times = np.column_stack([start, start[:, None] + np.cumsum(gaps, axis=1)])
    contacts = np.column_stack([np.ones(count, dtype=bool), later]) & (times < _DAYS)
    row, turn = np.nonzero(contacts)
    first = turn == 0
    minutes = np.floor(times[row, turn] * 1440).astype("timedelta64[m]")
    name = customers["customer"].to_numpy()[owner[row]]
    number = pd.Series(name).groupby(name).cumcount().to_numpy() + 1
    frame = pd.DataFrame(
        {
            "enquiry": [f"E{customer[1:]}-{n}" for customer, n in zip(name, number, strict=True)],
            "customer": name,
            "topic": np.array(TOPICS, dtype=object)[topic[row]],
            "time": np.datetime_as_string(_START + minutes, unit="s").astype(object) + "+08:00",
            "advised": np.where(first & asked[row], best[row] + extra[row], np.nan).round(1),
            "best": np.where(first & asked[row], best[row], np.nan),
        }
    )
    return {"enquiries": frame}


def true_parameters(truth: EnquiryTruth = ENQUIRIES) -> dict[str, Any]:
    """Return the true parameters, for ``truth.json``.

    Examples
    --------
    >>> true_parameters()["resolved"]
    0.714
    """
    overall = float(np.dot(truth.topics, truth.solved))
    return asdict(truth) | {
        "topics": dict(zip(TOPICS, truth.topics, strict=True)),
        "solved": dict(zip(TOPICS, truth.solved, strict=True)),
        "resolved": round(overall, 6),
        "mean_regret": round((1 - truth.best) * truth.regret, 6),
    }
