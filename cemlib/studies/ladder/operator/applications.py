"""The operator's online applications: the steps reached, and why customers give up."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

STEPS = ("tariff", "address", "identity", "payment", "confirmed")
REASONS = ("price unclear", "too many questions", "document not at hand", "no trust", "time-out")
COLUMNS = ("session", "customer", "step", "time", "reason")
_START = np.datetime64("2025-01-01")
_DAYS = 546


@dataclass(frozen=True)
class ApplicationTruth:
    """True parameters of the generated applications; a change makes another operator.

    Parameters
    ----------
    starts : float
        Share of the customers who begin an application.
    hazards : tuple of tuple of float
        For each step but the last (rows), the hazard of giving up for each of `REASONS`; the share
        that continues is exp(−their sum).
    told : float
        Share of customers giving up who state the reason.
    minutes : tuple of float
        Median minutes from each step to the next.
    """

    starts: float = 0.3
    hazards: tuple[tuple[float, ...], ...] = (
        (0.30, 0.04, 0.00, 0.02, 0.02),
        (0.03, 0.14, 0.00, 0.03, 0.03),
        (0.01, 0.06, 0.26, 0.10, 0.08),
        (0.10, 0.02, 0.02, 0.14, 0.16),
    )
    told: float = 0.5
    minutes: tuple[float, ...] = (4.0, 1.5, 6.0, 2.5)

    def completed(self, without: str = "") -> float:
        """Return the share that is completed, with one reason removed if it is named.

        Examples
        --------
        >>> truth = ApplicationTruth()
        >>> round(truth.completed(), 3), round(truth.completed("time-out"), 3)
        (0.21, 0.281)
        """
        hazards = np.array(self.hazards)
        remaining = [reason != without for reason in REASONS]
        return float(np.exp(-hazards[:, remaining].sum()))


APPLICATION_TRUTH = ApplicationTruth()


def true_parameters(truth: ApplicationTruth = APPLICATION_TRUTH) -> dict[str, Any]:
    """Return the true parameters, ready for JSON.

    Examples
    --------
    >>> list(true_parameters()["won"])[-1]
    'time-out'
    """
    lists = {name: list(x) if isinstance(x, tuple) else x for name, x in asdict(truth).items()}
    lists["hazards"] = [list(row) for row in truth.hazards]
    base = truth.completed()
    gained = {reason: round(100 * (truth.completed(reason) - base), 3) for reason in REASONS}
    return {"steps": list(STEPS), "reasons": list(REASONS)} | lists | {"won": gained}


def applications(
    customers: pd.DataFrame, rng: np.random.Generator, truth: ApplicationTruth = APPLICATION_TRUTH
) -> pd.DataFrame:
    """Draw online applications.

    Parameters
    ----------
    customers : DataFrame
        With ``customer``.
    rng : Generator
        Source of randomness.
    truth : ApplicationTruth
        The true parameters.

    Returns
    -------
    DataFrame
        One row per step reached, in the columns of the dataset ``applications``; the reason, where
        one was stated, is in the row of the last step.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": [f"C{n:07d}" for n in range(9)]})
    >>> list(applications(people, np.random.default_rng(1)).columns) == list(COLUMNS)
    True
    """
    applicants = np.flatnonzero(rng.random(len(customers)) < truth.starts)
    size, last = len(applicants), len(STEPS) - 1
    hazards = np.array(truth.hazards)
    stops = rng.random((size, last)) >= np.exp(-hazards.sum(axis=1))
    reached = np.where(stops.any(axis=1), stops.argmax(axis=1), last)
    gave_up = reached < last
    at = np.minimum(reached, last - 1)
    cumulative = hazards.cumsum(axis=1) / hazards.sum(axis=1, keepdims=True)
    reason = (rng.random(size)[:, None] > cumulative[at]).sum(axis=1)
    stated = gave_up & (rng.random(size) < truth.told)
    start = rng.integers(0, _DAYS * 24 * 60, size)
    minutes = np.array(truth.minutes) * np.exp(0.7 * rng.standard_normal((size, last)))
    minute = start[:, None] + np.column_stack([np.zeros(size), minutes.cumsum(axis=1)]).round()
    row, step = np.nonzero(np.arange(len(STEPS)) <= reached[:, None])
    when = _START + minute[row, step].astype("timedelta64[m]")
    names = customers["customer"].to_numpy(dtype=object)[applicants]
    shows_reason = stated[row] & (step == reached[row])
    return pd.DataFrame(
        {
            "session": np.array([f"A{name[1:]}" for name in names], dtype=object)[row],
            "customer": names[row],
            "step": np.array(STEPS, dtype=object)[step],
            "time": np.char.add(np.datetime_as_string(when, unit="s"), "+08:00").astype(object),
            "reason": np.where(shows_reason, np.array(REASONS, dtype=object)[reason[row]], None),
        }
    )
