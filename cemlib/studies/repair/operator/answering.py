"""When the operator answers and closes contacts, and which are opened again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib.stats.customers import uneven_weeks
from cemlib.studies.repair.operator.problem_words import PROBLEMS

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
ZONE = "+08:00"
_DAY, _HOUR = 86_400, 3600
_DAYS_SEED = 20260142


@dataclass(frozen=True)
class AnsweringTruth:
    """True parameters of how contacts are answered and closed.

    Parameters
    ----------
    response_minutes : tuple of float
        Median minutes to the first answer by day, by channel in the order of the contacts' truth.
    response_sigma, resolution_sigma : float
        Log standard deviations of a contact's time to the answer, and from there to closing.
    night, monday : float
        Factors of the time to the answer from 22 to 7 o'clock, and on Mondays.
    day_variance : float
        Variance of the factors by which days differ.
    resolution_hours : tuple of float
        Median hours from the answer to closing, by severity from 1 to 3.
    reopened, reopened_if_again : float
        Probability that a closed contact is opened again: the last of its case, and one that
        another contact of the case follows.
    """

    response_minutes: tuple[float, ...] = (3.0, 150.0, 1.0, 35.0, 8.0)
    response_sigma: float = 1.0
    resolution_sigma: float = 1.1
    night: float = 3.0
    monday: float = 1.7
    day_variance: float = 0.1
    resolution_hours: tuple[float, ...] = (3.0, 10.0, 20.0)
    reopened: float = 0.04
    reopened_if_again: float = 0.35


ANSWERING = AnsweringTruth()


def true_parameters(truth: AnsweringTruth = ANSWERING) -> dict[str, Any]:
    """Return the true parameters, ready for JSON.

    Examples
    --------
    >>> true_parameters()["night"]
    3.0
    """
    return asdict(truth)


def stamps(seconds: NDArray[Any]) -> pd.Series:
    """Return seconds since 1970 as local times with their zone; missing ones stay missing.

    Examples
    --------
    >>> stamps(np.array([0.0, np.nan])).tolist()
    ['1970-01-01T00:00:00+08:00', None]
    """
    known = ~np.isnan(np.asarray(seconds, dtype=float))
    texts = np.full(len(seconds), None, dtype=object)
    moments = np.asarray(seconds)[known].astype(np.int64).astype("datetime64[s]")
    texts[known] = np.datetime_as_string(moments).astype(object) + ZONE
    return pd.Series(texts, dtype=object)


def answers(
    time: Codes, channel: Codes, problem: Codes, last: NDArray[np.bool_], start: int, days: int,
    rng: np.random.Generator, truth: AnsweringTruth = ANSWERING,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """Draw when contacts are answered and closed, and which are opened again.

    Parameters
    ----------
    time, channel, problem : ndarray of int, shape (n,)
        Seconds since 1970 in local time, and codes.
    last : ndarray of bool, shape (n,)
        Whether it is the last contact of its case.
    start, days : int
        First second and number of days of the record.
    rng : Generator
        Source of randomness.
    truth : AnsweringTruth
        True parameters.

    Returns
    -------
    answered, closed, reopened : ndarray, shape (n,)
        Seconds since 1970, missing after the end of the record; 1 or 0, missing while open.
    """
    end = start + days * _DAY
    at = (time - start) // _DAY
    hour, busy = time % _DAY // _HOUR, uneven_weeks((1, days), truth.day_variance, _DAYS_SEED)[0]
    factor = busy[at] / busy.mean()
    factor = factor * np.where((hour >= 22) | (hour < 7), truth.night, 1.0)
    factor = factor * np.where(at % 7 == 0, truth.monday, 1.0)
    normal = rng.standard_normal((2, len(time)))
    minutes = np.array(truth.response_minutes)[channel] * factor
    answered = time + np.rint(60 * minutes * np.exp(truth.response_sigma * normal[0]))
    severity = np.array([kind.severity for kind in PROBLEMS])[problem]
    hours = np.array(truth.resolution_hours)[severity - 1]
    closed = answered + np.rint(_HOUR * hours * np.exp(truth.resolution_sigma * normal[1]))
    again = rng.random(len(time)) < np.where(last, truth.reopened, truth.reopened_if_again)
    answered = np.where(answered < end, answered, np.nan)
    closed = np.where(closed < end, closed, np.nan)
    return answered, closed, np.where(np.isnan(closed), np.nan, again)
