"""Generator of the operator's complaints, by the model of `ComplaintTruth`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from cemlib.stats.customers import MIX, correlated_normals, uneven_weeks
from cemlib.studies.complaints.operator.truth import (
    COMPLAINT_TRUTH,
    FAILURES,
    ComplaintTruth,
)

Floats = NDArray[np.float64]
PARTS = ("apology", "explanation", "temporary_fix", "share", "delay")
STEPS = ("acknowledged", "assessed", "investigated", "answered", "communicated", "closed")
JUSTICE = ("distributive", "procedural", "interactional")
ITEMS = tuple(f"{kind}_{item}" for kind in JUSTICE for item in (1, 2))
RATED = (
    *ITEMS, "handling", "word_of_mouth", "return_before", "return_intent", "satisfaction_before",
    "satisfaction_after", "told",
)  # fmt: skip
COLUMNS = (
    "complaint", "customer", "received", "failure", "loss", "fee", "repair_hours",
    "promised_hours", *STEPS, "apology", "explanation", "temporary_fix", "compensation",
    "stayed", "spoke_well", "regulator", *RATED,
)  # fmt: skip
START, END = np.datetime64("2025-01-01"), np.datetime64("2026-07-01")
_MONTH = 30.4375 * 24 * 60  # minutes
_WEEKS_SEED = 20260161
_WEEK = 7 * 24 * 60  # minutes
_REPAIRABLE = 2  # the first two failures end with a repair

POPULATION_SIZE = 100_000
POPULATION_SEED = 20260106


def complaints(
    customers: pd.DataFrame, rng: np.random.Generator, truth: ComplaintTruth = COMPLAINT_TRUTH
) -> pd.DataFrame:
    """Simulate the complaints of eighteen months.

    Parameters
    ----------
    customers : DataFrame
        With ``customer``, ``segment`` and ``plan_fee``.
    rng : Generator
        Source of randomness.
    truth : ComplaintTruth
        True parameters.

    Returns
    -------
    DataFrame
        One row per complaint, ordered by customer and time, in the columns of the dataset
        ``complaints``. Complaints without an answer by the end are open: their answer is missing.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": ["C0000001"], "segment": "contract", "plan_fee": 99})
    >>> list(complaints(people, np.random.default_rng(1)).columns) == list(COLUMNS)
    True
    """
    who, kind, minute = _arrivals(customers, rng, truth)
    business = (customers["segment"].to_numpy() == MIX.segments[-1])[who]
    frame = simulate_answers(len(who), rng, truth, kind, business, who)
    frame = pd.concat([frame, simulate_ratings(frame, rng, truth, who)], axis=1)
    frame["customer"] = customers["customer"].to_numpy()[who]
    frame["fee"] = customers["plan_fee"].to_numpy()[who]
    number = frame.groupby("customer", sort=False).cumcount() + 1
    frame["complaint"] = frame["customer"] + "-" + number.astype(str)
    received = START + minute.astype("timedelta64[m]")
    frame["received"] = _stamps(received)
    steps = _steps(received, frame["hours"].to_numpy(), rng)
    rated = rng.random(len(frame)) < truth.responds
    frame.loc[~rated, list(RATED)] = np.nan
    waits = (END - received < np.timedelta64(10, "D")) & (rng.random(len(frame)) < truth.waiting)
    late = (steps["answered"] >= END) | waits
    for name in ("apology", "explanation", "temporary_fix", "stayed", "spoke_well", "regulator"):
        frame[name] = np.where(frame[name] > 0, "yes", "no")
    unknown = ["apology", "explanation", "temporary_fix", "compensation", "stayed", "spoke_well"]
    for name in (*unknown, "regulator", "repair_hours", *RATED):
        frame[name] = frame[name].where(~late)
    for name in STEPS:  # steps recorded before the end remain, later ones do not
        recorded = (steps[name] < END) & ~(waits & (name != "acknowledged"))
        frame[name] = pd.Series(_stamps(steps[name])).where(recorded)
    return frame[list(COLUMNS)]


def _arrivals(
    customers: pd.DataFrame, rng: np.random.Generator, truth: ComplaintTruth
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]:
    """Return customer, failure and minute of each complaint, by customer and time."""
    segments = pd.Categorical(customers["segment"], MIX.segments).codes
    factor = np.array(truth.segment_rates)[segments]
    end = int((END - START) / np.timedelta64(1, "m"))
    token = int((np.datetime64(truth.token) - START) / np.timedelta64(1, "m"))
    edges = np.append(np.arange(0, end, _WEEK), end)
    busy = uneven_weeks((len(edges) - 1,), truth.week_variance, _WEEKS_SEED)
    passed = np.append(0, np.cumsum(busy * np.diff(edges)))  # complaints expected until each edge
    who, kind, minute = [], [], []
    for failure, rate in enumerate(truth.rates):
        security = FAILURES[failure] == "account security"
        for start, stop, ratio in ((0, token, 1.0), (token, end, truth.token_ratio)):
            mean = rate * (ratio if security else 1.0) * (stop - start) / _MONTH * factor
            count = rng.poisson(mean)
            who.append(np.repeat(np.arange(len(customers)), count))
            kind.append(np.full(count.sum(), failure))
            first, last = np.interp([start, stop], edges, passed)
            drawn = np.interp(rng.uniform(first, last, count.sum()), passed, edges)
            minute.append(np.minimum(np.floor(drawn), stop - 1).astype(np.int64))
    people, kinds, times = map(np.concatenate, (who, kind, minute))
    order = np.lexsort((times, people))
    return people[order], kinds[order], times[order]


def simulate_answers(
    count: int,
    rng: np.random.Generator,
    truth: ComplaintTruth = COMPLAINT_TRUTH,
    kind: NDArray[np.intp] | None = None,
    business: NDArray[np.bool_] | None = None,
    who: NDArray[np.intp] | None = None,
) -> pd.DataFrame:
    """Simulate losses, repairs, answers and outcomes.

    Parameters
    ----------
    count : int
        Number of complaints.
    rng : Generator
        Source of randomness.
    truth : ComplaintTruth
        True parameters.
    kind, business : ndarray of shape (count,), optional
        Index of each failure in `FAILURES`, and whether the customer is a small business; random
        by default.
    who : ndarray of shape (count,), optional
        Number of the customer, from 0; each complaint is another customer's by default.

    Returns
    -------
    DataFrame
        failure, loss, repair_hours, promised_hours, the answer (`PARTS`, hours, compensation),
        stayed, spoke_well, regulator (0 or 1), and residual, the standardised residual of handling.
    """
    if kind is None:
        kind = rng.choice(len(FAILURES), count, p=np.array(truth.rates) / sum(truth.rates))
    if business is None:
        business = rng.random(count) < 0.15
    median = np.array(truth.losses)[kind] * np.where(business, truth.business_loss, 1.0)
    loss = np.maximum(np.round(median * _lognormal(truth.loss_spread, count, rng)), 5.0)
    repairable = kind < _REPAIRABLE
    typical = np.where(kind == 0, truth.outage_hours, truth.repair_hours)
    repair = np.round(typical * _lognormal(truth.repair_spread, count, rng), 1)
    promised = rng.choice([2.0, 4.0, 8.0, 24.0], count, p=[0.5, 0.25, 0.15, 0.1])
    hours = np.round(truth.answer_hours * _lognormal(truth.answer_spread, count, rng) * 60) / 60
    hours = np.clip(hours, 0.2, 336.0)
    draws = rng.random((4, count))
    frame = pd.DataFrame(
        {
            "failure": np.array(FAILURES, dtype=object)[kind],
            "loss": loss,
            "repair_hours": np.where(repairable, repair, np.nan),
            "promised_hours": np.where(repairable, promised, np.nan),
            "apology": (draws[0] < 0.6).astype(float),
            "explanation": (draws[1] < 0.5).astype(float),
            "temporary_fix": (draws[2] < np.where(repairable, 0.4, 0.15)).astype(float),
            "hours": hours,
            "delay": np.log1p(hours),
        }
    )
    # Small losses are compensated more often, as they are within the front line's authority.
    pays = draws[3] < 0.35 + 0.4 * (loss < 60)
    share = np.where(pays, rng.choice([0.2, 0.3, 0.5, 0.75, 1.0], count), 0.0)
    frame["compensation"] = np.minimum(np.round(share * loss / 5) * 5, loss)
    frame["share"] = frame["compensation"] / loss
    who = np.arange(count) if who is None else who
    residual = correlated_normals(who, truth.alike, rng)
    frame["residual"] = residual
    answer = np.column_stack([frame[list(PARTS)].to_numpy(), np.log(loss)])
    for name, sign in (("stayed", 1.0), ("spoke_well", 1.0), ("regulator", -1.0)):
        slopes = np.array(getattr(truth, name))
        odds = slopes[0] + answer @ slopes[1:]
        if name == "stayed":
            odds += np.array(truth.failure_effect)[kind]
        # A normal deviate correlated with the residual of handling, turned into a logistic one:
        # the outcome follows the logit, and depends on satisfaction beyond the answer.
        normal = sign * truth.shared * residual
        normal += np.sqrt(1 - truth.shared**2) * correlated_normals(who, truth.alike, rng)
        uniform = special.ndtr(normal)
        frame[name] = (np.log(uniform / (1 - uniform)) > -odds).astype(float)
    return frame


def simulate_ratings(
    answers: pd.DataFrame,
    rng: np.random.Generator,
    truth: ComplaintTruth = COMPLAINT_TRUTH,
    who: NDArray[np.intp] | None = None,
) -> pd.DataFrame:
    """Simulate complainants' ratings of the answers.

    Parameters
    ----------
    answers : DataFrame
        From `simulate_answers`.
    rng : Generator
        Source of randomness.
    truth : ComplaintTruth
        True parameters.
    who : ndarray of shape (n,), optional
        Number of the customer, from 0; each complaint is another customer's by default.

    Returns
    -------
    DataFrame
        The columns `RATED`: items, handling, word of mouth and return intent from 1 to 7,
        satisfaction before and after from 0 to 10, and the number of persons told.
    """
    count = len(answers)
    who = np.arange(count) if who is None else who
    parts = answers[list(PARTS)].to_numpy()
    perceived, frame = {}, {}
    for kind in JUSTICE:
        base, *slopes = getattr(truth, kind)
        perceived[kind] = base + parts @ slopes
        perceived[kind] += 0.9 * correlated_normals(who, truth.alike, rng)
        for item in (1, 2):
            noise = truth.item_noise * rng.standard_normal(count)
            frame[f"{kind}_{item}"] = _rounded(perceived[kind] + noise, 1, 7)
    justice = np.column_stack(list(perceived.values()))
    handling = truth.handling[0] + justice @ truth.handling[1:]
    handling = handling + truth.noise * answers["residual"].to_numpy()
    frame["handling"] = _rounded(handling, 1, 7)
    base, slope, *direct = truth.word_of_mouth
    spoken = base + slope * handling + justice @ direct + _noise(truth, count, rng)
    frame["word_of_mouth"] = _rounded(spoken, 1, 7)
    before = 4.9 + 1.1 * correlated_normals(who, truth.alike, rng)
    base, slope, *direct = truth.return_intent
    after = base + slope * handling + justice @ direct + truth.return_kept * before
    frame["return_before"] = _rounded(before, 1, 7)
    frame["return_intent"] = _rounded(after + _noise(truth, count, rng), 1, 7)
    satisfied = 6.9 + 1.4 * correlated_normals(who, truth.alike, rng)
    moved = truth.recovery[0] + truth.recovery[1] * handling + _noise(truth, count, rng)
    frame["satisfaction_before"] = _rounded(satisfied, 0, 10)
    frame["satisfaction_after"] = _rounded(satisfied + moved, 0, 10)
    frame["told"] = rng.poisson(np.where(answers["spoke_well"] > 0, 4.0, 9.0)).astype(float)
    return pd.DataFrame(frame)


def _steps(
    received: NDArray[np.datetime64], hours: Floats, rng: np.random.Generator
) -> dict[str, NDArray[np.datetime64]]:
    """Return the time of each step; not-a-time if it was not recorded."""
    count = len(received)
    share = np.sort(rng.random((3, count)) ** np.array([[3.0], [1.5], [0.8]]), axis=0)
    slack = rng.exponential([[2.0], [20.0]], (2, count))
    recorded = rng.random((len(STEPS), count)) >= np.array(
        [[0.08], [0.25], [0.3], [0], [0.12], [0.1]]
    )
    swapped = rng.random(count) < 0.02  # recorded in the wrong order
    after = np.vstack([share * hours, hours, hours + slack[0], hours + slack.sum(axis=0)])
    after[[0, 1]] = np.where(swapped, after[[1, 0]], after[[0, 1]])
    steps = {}
    for row, name in enumerate(STEPS):
        when = received + np.round(after[row] * 60).astype("timedelta64[m]")
        steps[name] = np.where(recorded[row], when, np.datetime64("NaT"))
    return steps


def _stamps(when: NDArray[np.datetime64]) -> NDArray[np.object_]:
    text: NDArray[np.object_] = np.datetime_as_string(when, unit="m").astype(object)
    stamps = np.array([stamp.replace("T", " ") for stamp in text], dtype=object)
    stamps[np.isnat(when)] = None
    return stamps


def _rounded(values: Floats, low: float, high: float) -> Floats:
    return np.clip(np.round(values), low, high)


def _noise(truth: ComplaintTruth, count: int, rng: np.random.Generator) -> Floats:
    return truth.noise * rng.standard_normal(count)


def _lognormal(sd: float, count: int, rng: np.random.Generator) -> Floats:
    return np.exp(sd * rng.standard_normal(count))


@lru_cache(maxsize=4)
def population(truth: ComplaintTruth = COMPLAINT_TRUTH) -> dict[str, Any]:
    """Return population values from a very large sample: slopes, indirect effects, recovery.

    Ratings are rounded to whole points and censored at the ends of their scale, so the slopes of
    measured ratings differ from the true parameters. They are computed here by least squares.

    Returns
    -------
    dict
        ``worth``: of each part of an answer, as a share of the loss. ``mediation``: for word of
        mouth and return intent the indirect, direct and total effect of each kind of justice.
        ``recovery``: mean change of satisfaction and of return intent among customers with a
        handling of at least 6.
    """
    rng = np.random.default_rng(POPULATION_SEED)
    answers = simulate_answers(POPULATION_SIZE, rng, truth)
    rated = simulate_ratings(answers, rng, truth)
    answer = np.column_stack([answers[name] for name in PARTS])
    slopes = _slopes(
        np.column_stack([answer, np.log(answers["loss"])]), rated["handling"].to_numpy()
    )
    justice = np.column_stack([rated[[f"{kind}_1", f"{kind}_2"]].mean(axis=1) for kind in JUSTICE])
    handling = rated["handling"].to_numpy(dtype=float)
    to_handling = _slopes(justice, handling)
    mediation = {}
    for outcome in ("word_of_mouth", "return_intent"):
        direct = _slopes(np.column_stack([justice, handling]), rated[outcome].to_numpy())
        indirect = to_handling * direct[-1]
        mediation[outcome] = {
            kind: {
                "indirect": round(float(indirect[index]), 4),
                "direct": round(float(direct[index]), 4),
                "total": round(float(indirect[index] + direct[index]), 4),
            }
            for index, kind in enumerate(JUSTICE)
        }
    recovered = rated[rated["handling"] >= 6]
    recovery = {
        "satisfaction": (recovered["satisfaction_after"] - recovered["satisfaction_before"]).mean(),
        "return_intent": (recovered["return_intent"] - recovered["return_before"]).mean(),
    }
    return {
        "size": POPULATION_SIZE,
        "worth": dict(zip(PARTS, (slopes[:5] / slopes[3]).round(4).tolist(), strict=True)),
        "mediation": mediation,
        "recovery": {name: round(float(value), 4) for name, value in recovery.items()},
    }


def _slopes(predictors: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    matrix = np.cov(np.column_stack([predictors, outcome]).T)
    slopes: np.ndarray = np.linalg.solve(matrix[:-1, :-1], matrix[:-1, -1])
    return slopes
