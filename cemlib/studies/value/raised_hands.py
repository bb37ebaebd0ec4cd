"""Hands raised for a note, by its face value and its condition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.stats.logit import firth_logit
from cemlib.stats.ratios import fieller

MIN_ROOMS = 4
FACES, CONDITIONS = (20, 100, 1000), ("fresh", "crumpled", "trampled")


@dataclass(frozen=True)
class Hands:
    """The model of raised hands by face value and condition.

    Attributes
    ----------
    names : tuple of str
        The k coefficients: the intercept, ``doubling``, and each condition but the first.
    values : ndarray, shape (k,)
        Log odds of a raised hand for a note of the smallest face value in the first condition; then
        the effects of each doubling of the face value and of each other condition.
    covariance : ndarray, shape (k, k)
        Covariance of the values.
    degrees : float
        Degrees of freedom of the t intervals; infinite where hands count as independent.
    conditions : tuple of str
        Conditions in order of appearance.
    base, largest : float
        The smallest and the largest face value.
    rooms, people : int
        Number of rooms, and of hands that could have been raised.
    """

    names: tuple[str, ...]
    values: Floats
    covariance: Floats
    degrees: float
    conditions: tuple[str, ...]
    base: float
    largest: float
    rooms: int
    people: int

    def quantile(self, level: float = 0.95) -> float:
        """Return the quantile of t behind an interval."""
        return float(stats.t.ppf((1 + level) / 2, self.degrees))

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row per coefficient: name, estimate, low, high."""
        margin = self.quantile(level) * np.sqrt(np.diagonal(self.covariance))
        bounds = {"low": self.values - margin, "high": self.values + margin}
        return pd.DataFrame({"name": list(self.names), "estimate": self.values} | bounds)

    def shares(self, faces: Floats) -> pd.DataFrame:
        """Return the share of hands raised for each condition by face value.

        Returns
        -------
        DataFrame
            ``condition``, ``face``, ``estimate``, ``low``, ``high``.
        """
        rows = []
        for condition in self.conditions:
            x = np.zeros((len(faces), len(self.names)))
            x[:, 0], x[:, 1] = 1, np.log2(np.asarray(faces, dtype=float) / self.base)
            if condition != self.conditions[0]:
                x[:, self.names.index(condition)] = 1
            odds = x @ self.values
            margin = self.quantile() * np.sqrt(np.einsum("ij,jk,ik->i", x, self.covariance, x))
            rows.append(
                pd.DataFrame(
                    {
                        "condition": condition, "face": faces,
                        "estimate": expit(odds), "low": expit(odds - margin),
                        "high": expit(odds + margin),
                    }
                )
            )  # fmt: skip
        return pd.concat(rows, ignore_index=True)

    def equivalent_multiple(self, condition: str) -> tuple[float, float, float]:
        """Return how many times larger a note must be to attract as many takers as a fresh one.

        2^(−condition / doubling), with its 95% interval by Fieller's method: from 0 to infinity if
        larger notes may not raise more hands, for then there is no such multiple.
        """
        checks.one_of("condition", condition, self.conditions[1:])
        pair = [self.names.index(condition), 1]
        worse, doubling = self.values[pair]
        covariance = self.covariance[np.ix_(pair, pair)]
        low, high = fieller(worse, doubling, covariance, self.quantile())
        exponents = -np.array([worse / doubling, high, low]) if doubling else [np.nan, high, low]
        if doubling <= 0 or not np.isfinite(high):
            return float(np.exp2(min(exponents[0], 1000))), 0.0, np.inf
        value, low, high = np.exp2(np.minimum(exponents, 1000))
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


def fit_hands(counts: pd.DataFrame) -> Hands:
    """Fit a logit of raised hands by the face value of a note and its condition.

    By Firth's penalised likelihood, which stays finite where all hands are raised. With four rooms
    or more, the covariance is that of the jackknife over rooms, with as many degrees of freedom as
    there are rooms less one; with fewer, it is as if each hand were raised independently.

    Parameters
    ----------
    counts : DataFrame
        One row per room, face value and condition: ``face`` (above 0), ``condition``, ``hands``,
        ``people``; ``room`` if there are several.

    Returns
    -------
    Hands
        The fitted model.

    Raises
    ------
    ValueError
        If more hands than people are counted, or there are fewer than two face values.

    References
    ----------
    Bell & McCaffrey (2002), *Survey Methodology* 28:169–181 (few clusters).

    Examples
    --------
    >>> room = pd.DataFrame({"face": [20, 100], "condition": "fresh", "hands": [10, 20]})
    >>> model = fit_hands(room.assign(people=30))
    >>> model.shares(np.array([20.0]))["estimate"].round(2).tolist()
    [0.34]
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
    conditions = tuple(map(str, dict.fromkeys(counts["condition"])))
    base = float(face.min())
    condition = counts["condition"].astype(str).to_numpy()
    dummies = [(condition == name).astype(float) for name in conditions[1:]]
    x = np.column_stack([np.ones(len(face)), np.log2(face / base), *dummies])
    room = pd.factorize(np.asarray(counts["room"]))[0] if "room" in counts else np.zeros(len(face))
    rooms = len(set(room))
    values, covariance = (part[0] for part in firth_logit(x, raised, people))
    degrees = np.inf
    if rooms >= MIN_ROOMS:
        kept = room != np.arange(rooms)[:, None]
        without = firth_logit(x, kept * raised, kept * people)[0] - values
        covariance, degrees = (rooms - 1) / rooms * without.T @ without, float(rooms - 1)
    names = ("intercept", "doubling", *conditions[1:])
    largest, total = float(face.max()), int(people.sum())
    return Hands(names, values, covariance, degrees, conditions, base, largest, rooms, total)
