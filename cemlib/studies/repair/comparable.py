"""Whether the called and the others are comparable, and how strong an unseen cause must be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib.stats.propensity import propensity_scores
from cemlib.stats.sensitivity import (
    EValue,
    Overlap,
    e_value_difference,
    overlap,
    standardised_differences,
)
from cemlib.studies.repair.effects import COVARIATES, ESTIMATORS, by_design, match_weights

ADJUSTED = ESTIMATORS[3:6]


@dataclass(frozen=True)
class Comparable:
    """Diagnostics of the adjusted estimates of an effect.

    Attributes
    ----------
    balance : DataFrame
        One row per covariate: ``covariate``, and the standardised difference of called and not
        called ``before``, ``weighted`` by the inverse of the propensity, and ``matched``.
    overlap : Overlap
        Of the called, and of the others.
    unseen : dict of str to EValue
        For each of `ADJUSTED`.
    raises : bool
        Whether the doubly robust estimate, the last of `ADJUSTED`, is positive.
    """

    balance: pd.DataFrame
    overlap: Overlap
    unseen: dict[str, EValue]
    raises: bool


def compare_groups(
    cases: pd.DataFrame, effects: pd.DataFrame, *, covariates: Sequence[str] = COVARIATES
) -> Comparable | None:
    """Return the diagnostics of adjusted estimates; None where there is no such estimate.

    Parameters
    ----------
    cases : DataFrame
        As for `cemlib.studies.repair.effects.estimate_effects`.
    effects : DataFrame
        Its result.
    covariates : sequence of str
        As given to it.

    Examples
    --------
    >>> from cemlib.studies.repair.effects import estimate_effects
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"before": rng.normal(size=400), "randomised": False})
    >>> frame["called"] = rng.normal(size=400) > frame["before"]
    >>> frame["after"] = frame["before"] + frame["called"]
    >>> table = estimate_effects(frame, rng, covariates=["before"])
    >>> balance = compare_groups(frame, table, covariates=["before"]).balance.iloc[0]
    >>> bool(abs(balance["weighted"]) < abs(balance["before"]))
    True
    """
    rows = effects.set_index("estimator").loc[list(ADJUSTED)]
    if rows["estimate"].isna().any():
        return None
    chosen, _ = by_design(cases, covariates)
    called, x = chosen["called"].to_numpy(bool), chosen[list(covariates)].to_numpy(float)
    propensity = propensity_scores(called, x)
    weights = np.where(called, 1 / propensity, 1 / (1 - propensity))
    balance = pd.DataFrame(
        {
            "covariate": list(covariates),
            "before": standardised_differences(x, called),
            "weighted": standardised_differences(x, called, weights),
            "matched": standardised_differences(x, called, match_weights(called, x)),
        }
    )
    after = chosen["after"].to_numpy(float)
    within = np.where(called, after - after[called].mean(), after - after[~called].mean())
    deviation = np.sqrt(np.square(within).sum() / (len(after) - 2))
    if not deviation > 0:
        return None
    bounds = rows[["estimate", "low", "high"]].to_numpy(float) / deviation
    unseen = {name: e_value_difference(*row) for name, row in zip(ADJUSTED, bounds, strict=True)}
    return Comparable(balance, overlap(propensity, called), unseen, bool(bounds[-1, 0] > 0))
