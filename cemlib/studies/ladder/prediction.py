"""Which measure foretells who leaves, judged on customers to whom no model was fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib.stats.clusters import cluster_numbers
from cemlib.stats.estimates import (
    Estimates,
    Floats,
    bootstrap_weights,
    percentile_interval,
    significant,
)
from cemlib.stats.logit import SMALL_RIDGE, fit_logit
from cemlib.studies.ladder.concordance import concordance
from cemlib.studies.ladder.markov import Ladder

SATISFACTION, TOP_TWO = "satisfaction", "two highest answers"
RECOMMENDATION, GROUPS = "recommendation", "promoter, passive or detractor"
RUNG, WITH_RUNG, ALL = "rung", "satisfaction and rung", "all together"
RISKIEST = 0.2
_FOLDS, _DRAWS = 5, 200
_MIN_LEAVERS = 20
_MOST_ANSWERS = 11  # more different answers are no scale with two highest ones


@dataclass(frozen=True)
class Prediction:
    """How well each measure foretells who leaves, among customers it was not fitted to.

    Attributes
    ----------
    concordance : Estimates
        Measure → share of leaver–stayer pairs of a month in which the leaver had the higher risk
        (0–1; a coin: 0.5).
    found : Estimates
        Measure → share of leavers among the fifth of customers at the highest risk of their month
        (0–1; a coin: 0.2).
    top : tuple of float
        The two answers that count as satisfied, the highest that occur; empty without satisfaction.
    customers, months, leavers, left_out : int
        Customers, their months with every measure, those who left after them, and months that lack
        a measure.
    """

    concordance: Estimates
    found: Estimates
    top: tuple[float, ...]
    customers: int
    months: int
    leavers: int
    left_out: int

    @property
    def best(self) -> str:
        """The single measure with the highest concordance."""
        single = [at for at, name in enumerate(self.concordance.names) if name in _SINGLE]
        first = int(np.argmax(significant(self.concordance.values[single])))
        return self.concordance.names[single[first]]

    def gain(self, measure: str, over: str) -> tuple[float, float, float]:
        """Return how much higher one concordance is than another, with its 95% interval."""
        of = self.concordance
        first, second = of.names.index(measure), of.names.index(over)
        low, high = percentile_interval(of.draws[:, first] - of.draws[:, second])
        return float(of.values[first] - of.values[second]), float(low), float(high)


_ORDERED = (SATISFACTION, TOP_TWO, RECOMMENDATION, GROUPS)
_SINGLE = (*_ORDERED, RUNG)


def predict_leaving(
    moved: pd.DataFrame, ladder: Ladder, entry: int, rng: np.random.Generator, draws: int = _DRAWS
) -> Prediction | None:
    """Compare measures by how well they foretell who leaves within a month.

    Satisfaction and recommendation need no model: a lower answer counts as the higher risk. For the
    rung, and for several measures together, customers are divided into five parts; the risk in each
    part comes from a logit of leaving that was fitted to the other four. All are judged on the same
    pairs, of a month and part.

    Parameters
    ----------
    moved : DataFrame
        From `cemlib.studies.ladder.markov.moves`: ``customer``, ``month``, ``state``, ``next``,
        ``rung``, and what there is of ``score`` and ``recommend`` (0–10).
    ladder : Ladder
        For the states.
    entry : int
        Index of the state in which a customer begins.
    rng : numpy.random.Generator
        Divides the customers, and resamples them for the intervals.
    draws : int
        Number of resamples.

    Returns
    -------
    Prediction or None
        None with fewer than two measures, or fewer than 20 leavers with all of them.

    References
    ----------
    Stone (1974), *J. Royal Statistical Society B* 36:111–147; Harrell, Lee & Mark (1996),
    *Statistics in Medicine* 15:361–387.
    """
    at_risk = moved[(moved["state"] >= entry) & (moved["state"] < ladder.gone)]
    asked = [name for name in ("score", "recommend") if name in at_risk]
    known = at_risk.dropna(subset=asked).reset_index(drop=True)
    left = (known["next"] == ladder.gone).to_numpy()
    people = known["customer"].nunique()
    if left.sum() < _MIN_LEAVERS or people < 2 * _FOLDS:
        return None
    designs, top = _designs(known, ladder.states[entry:-1])
    if len(designs) < 2:
        return None
    who = cluster_numbers(list(known["customer"]), len(known))
    part = rng.permutation(people)[who] % _FOLDS
    trained = np.array([part != fold for fold in range(_FOLDS)], dtype=float)
    if any(not 0 < left[part != fold].sum() < (part != fold).sum() for fold in range(_FOLDS)):
        return None
    resampled = bootstrap_weights(len(known), draws, rng, who.tolist())
    counts = np.vstack([np.ones(len(known)), resampled])
    # Only customers of the same part are compared: those of another one have another model.
    stratum = known["month"].to_numpy() * _FOLDS + part
    ranked, found = [], []
    for name, design in designs.items():
        if name in _ORDERED:
            risk = -design.sum(axis=1)
        else:
            x = np.column_stack([np.ones(len(known)), design])
            slopes = fit_logit(x, left, trained, ridge=SMALL_RIDGE)
            # Rounded, so that equal rows tie whatever a product makes of their last bits.
            risk = significant((x * slopes[part]).sum(axis=1))
        ranked.append(concordance(risk, stratum, left, counts))
        among = counts[:, left]
        found.append(among @ _among_riskiest(risk, stratum)[left] / among.sum(axis=1))
    first, second = (
        Estimates(tuple(designs), table[0], table[1:])
        for table in (np.column_stack(ranked), np.column_stack(found))
    )
    return Prediction(
        first, second, top, people, len(known), int(left.sum()), len(at_risk) - len(known)
    )  # fmt: skip


def _designs(
    known: pd.DataFrame, rungs: tuple[str, ...]
) -> tuple[dict[str, Floats], tuple[float, ...]]:
    """Return the predictors of each measure that varies, and the two highest answers."""
    # A rung without leavers stays finite by the ridge, and has the lowest risk.
    on_rung = np.column_stack(
        [known["rung"] == name for name in rungs[1:]] or [np.zeros(len(known))]
    )
    parts: dict[str, Floats] = {}
    top: tuple[float, ...] = ()
    if "score" in known:
        score = known["score"].to_numpy(dtype=float)
        parts[SATISFACTION] = score
        answers = np.unique(score)
        if 2 < len(answers) <= _MOST_ANSWERS:
            top = tuple(float(answer) for answer in answers[-2:])
            parts[TOP_TWO] = score >= top[0]
    if "recommend" in known:
        recommend = known["recommend"].to_numpy(dtype=float)
        parts[RECOMMENDATION] = recommend
        parts[GROUPS] = 1.0 * (recommend >= 9) - (recommend <= 6)
    parts[RUNG] = on_rung
    tables = {name: _varying(np.reshape(each, (len(known), -1))) for name, each in parts.items()}
    parts = {name: table for name, table in tables.items() if table.shape[1]}
    if SATISFACTION in parts and RUNG in parts:
        parts[WITH_RUNG] = np.column_stack([parts[SATISFACTION], parts[RUNG]])
        if RECOMMENDATION in parts:
            parts[ALL] = np.column_stack([parts[WITH_RUNG], parts[RECOMMENDATION]])
    return parts, top


def _varying(table: np.ndarray) -> Floats:
    table = table.astype(float)
    return table[:, np.ptp(table, axis=0) > 0]


def _among_riskiest(risk: Floats, stratum: np.ndarray) -> Floats:
    """Return the part of each row among the riskiest fifth of its stratum; ties share it."""
    frame = pd.DataFrame({"risk": risk, "stratum": stratum})
    groups = frame.groupby("stratum")["risk"]
    above = groups.rank(method="min", ascending=False) - 1
    tied = frame.groupby(["stratum", "risk"])["risk"].transform("size")
    part = (RISKIEST * groups.transform("size") - above) / tied
    return part.clip(0, 1).to_numpy(dtype=float)
