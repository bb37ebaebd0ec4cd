"""Hands raised for a note, by its face value and its condition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from cemlib import checks
from cemlib.stats.estimates import Floats, bootstrap_weights, percentile_interval
from cemlib.stats.logit import SMALL_RIDGE, Logit, fit_logit

MIN_ROOMS = 8
FACES, CONDITIONS = (20, 100, 1000), ("fresh", "crumpled", "trampled")


@dataclass(frozen=True)
class Hands:
    """The model of raised hands by face value and condition.

    Attributes
    ----------
    logit : Logit
        Log odds of a raised hand: the intercept is a note of the smallest face value in the first
        condition; then the effects of each doubling of the face value and of each other condition.
    conditions : tuple of str
        Conditions in order of appearance.
    base : float
        The smallest face value.
    rooms, people : int
        Number of rooms, and of hands that could have been raised.
    """

    logit: Logit
    conditions: tuple[str, ...]
    base: float
    rooms: int
    people: int

    def shares(self, faces: Floats) -> pd.DataFrame:
        """Return the share of hands raised for each condition by face value.

        Returns
        -------
        DataFrame
            ``condition``, ``face``, ``estimate``, ``low``, ``high``.
        """
        rows = []
        for condition in self.conditions:
            x = np.zeros((len(faces), len(self.logit.names)))
            x[:, 0], x[:, 1] = 1, np.log2(np.asarray(faces, dtype=float) / self.base)
            if condition != self.conditions[0]:
                x[:, self.logit.names.index(condition)] = 1
            low, high = percentile_interval(expit(self.logit.draws @ x.T))
            rows.append(
                pd.DataFrame(
                    {
                        "condition": condition, "face": faces,
                        "estimate": expit(x @ self.logit.values), "low": low, "high": high,
                    }
                )
            )  # fmt: skip
        return pd.concat(rows, ignore_index=True)

    def equivalent_multiple(self, condition: str) -> tuple[float, float, float]:
        """Return how many times larger a note must be to attract as many takers as a fresh one.

        2^(−condition / doubling), with its 95% interval.
        """
        checks.one_of("condition", condition, self.conditions[1:])
        at = self.logit.names.index(condition)
        value = 2 ** (-self.logit.values[at] / self.logit.values[1])
        exponent = -self.logit.draws[:, at] / self.logit.draws[:, 1]
        low, high = percentile_interval(np.exp2(np.clip(exponent, -60, 60)))
        return float(value), float(low), float(high)


def note_rows() -> pd.DataFrame:
    """Return the rows of the form in which a class enters its counts.

    Examples
    --------
    >>> note_rows()["note"].iloc[1]
    '$20, crumpled'
    """
    rows = [(f"${face}, {state}", face, state) for face in FACES for state in CONDITIONS]
    return pd.DataFrame(rows, columns=["note", "face", "condition"])


def counts_or_log(entered: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """Return the counts that a class entered if they are enough for a model, else the log.

    Parameters
    ----------
    entered : DataFrame
        Completed rows of `note_rows`.
    log : DataFrame
        Counts of other classes.

    Examples
    --------
    >>> log = pd.DataFrame({"face": [20], "hands": [9]})
    >>> counts_or_log(note_rows().head(0), log) is log
    True
    """
    enough = len(entered) >= 4 and entered["face"].nunique() > 1
    return entered.drop(columns="note") if enough else log


def fit_hands(counts: pd.DataFrame, resamples: int, rng: np.random.Generator) -> Hands:
    """Fit a logit of raised hands by the face value of a note and its condition.

    Parameters
    ----------
    counts : DataFrame
        One row per room, face value and condition: ``face`` (above 0), ``condition``, ``hands``,
        ``people``; ``room`` if there are several.
    resamples : int
        Resamples behind the intervals: of whole rooms if there are eight or more, else of hands in
        each row, as if hands were raised independently.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Hands
        The fitted model.

    Raises
    ------
    ValueError
        If more hands than people are counted, or there are fewer than two face values.

    Examples
    --------
    >>> room = pd.DataFrame({"face": [20, 100], "condition": "fresh", "hands": [10, 20]})
    >>> model = fit_hands(room.assign(people=30), 50, np.random.default_rng(1))
    >>> model.shares(np.array([20.0]))["estimate"].round(3).tolist()
    [0.333]
    """
    face = checks.vector("face", counts["face"])
    raised, people = (
        checks.vector("hands", counts["hands"]),
        checks.vector("people", counts["people"]),
    )
    if (raised > people).any() or (raised < 0).any():
        row = int(np.argmax((raised > people) | (raised < 0)))
        raise checks.invalid_argument(
            f"hands in row {row}", float(raised[row]), f"from 0 to {people[row]:g} people"
        )
    if (face <= 0).any() or len(set(face)) < 2:
        raise checks.invalid_argument("face", sorted(set(face)), "at least two values above 0")
    checks.between("resamples", resamples, 1, whole=True)
    conditions = tuple(map(str, dict.fromkeys(counts["condition"])))
    base = float(face.min())
    condition = counts["condition"].astype(str).to_numpy()
    dummies = [(condition == name).astype(float) for name in conditions[1:]]
    x = np.column_stack([np.ones(len(face)), np.log2(face / base), *dummies])
    rooms = list(counts["room"]) if "room" in counts else [0] * len(counts)
    if len(set(rooms)) >= MIN_ROOMS:
        often = bootstrap_weights(len(face), resamples, rng, rooms)
        weights = np.concatenate([often * raised, often * (people - raised)], axis=1)
    else:
        simulated = rng.binomial(people.astype(int), raised / people, (resamples, len(face)))
        weights = np.concatenate([simulated, people - simulated], axis=1).astype(float)
    outcome = np.repeat([1.0, 0.0], len(face))
    both = np.vstack([x, x])
    whole = np.concatenate([raised, people - raised])[None]
    names = ("intercept", "doubling", *conditions[1:])
    values = fit_logit(both, outcome, whole, ridge=SMALL_RIDGE)[0]
    logit = Logit(names, values, fit_logit(both, outcome, weights, ridge=SMALL_RIDGE))
    return Hands(logit, conditions, base, len(set(rooms)), int(people.sum()))
