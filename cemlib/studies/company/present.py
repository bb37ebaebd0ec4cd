"""What sections of workbook 07 gather and move: levers of all studies, divisions by budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cemlib.stats.estimates import significant
from cemlib.stats.levers import Lever
from cemlib.studies.company import plots, words
from cemlib.studies.company.allocation import best_shared
from cemlib.studies.company.curves import Curves, curves_of
from cemlib.studies.company.datasets import load
from cemlib.studies.company.information import study_sizes
from cemlib.teach.controls import Control
from cemlib.teach.sentences import prose

if TYPE_CHECKING:
    from cemlib.sources import Sources

# Workbook parameters that stand before the company's assumptions of the same name.
ASSUMED = (
    "budget", "at_risk", "satisfaction_worth", "day_cost", "practice_quarters", "fix_cost",
    "fix_share", "promise_cost", "promised_cases", "quarterly_resets", "coaching_cost", "menu_cost",
    "list_calls", "cause_cost",
)  # fmt: skip
COMPLAINTS = ("complaint answers", "causes removed")
# Studies that could be done before the budget is divided: lever -> what it would be.
STUDIES = {
    "realistic promises": "experiment on promises, as in workbook 03",
    "repair agents": "wait list for call-backs drawn by lot, as in workbook 04",
    "answer coaching": "quality policy assigned by lot, as in workbook 05",
}


def budget_moves(
    levers: Sequence[Lever], budget: float, at_risk: float, limits: Mapping[str, float]
) -> dict[str, Any]:
    """Return how the division and what it keeps follow the budget, for `teach.explore`.

    Parameters
    ----------
    levers : sequence of Lever
        The levers.
    budget, at_risk : float
        Money to divide, and at risk.
    limits : mapping of str to float
        Most money for a lever.
    """

    def drawn(share: float) -> list[Any]:
        curves = curves_of(levers, share * budget, limits=limits)
        return [plots.division_figure(curves, best_shared(curves, at_risk))]

    shares = {0.25: "a quarter", 0.5: "half", 1.0: "as given", 1.5: "half as much again",
              2.0: "twice"}  # fmt: skip
    return {
        "draw": drawn,
        "label": "Move the budget",
        "share": Control(shares, 1.0, "Budget"),
    }


def studies_of(
    curves: Curves, levers: Sequence[Lever], row_cost: float, quarters: int
) -> dict[str, pd.DataFrame]:
    """Return what each study of `STUDIES` is worth and costs, by its size.

    Parameters
    ----------
    curves : Curves
        Levers at their mean worth, net of what the others keep.
    levers : sequence of Lever
        The same levers.
    row_cost : float
        Money per row of a study.
    quarters : int
        Quarters for which its result is used.
    """
    found = {}
    for lever in levers:
        if lever.name in STUDIES and lever.observations:
            sizes = np.array([0.0, 0.25, 0.5, 1, 2, 4, 8]) * lever.observations
            table = study_sizes(curves, lever.name, lever.observations, row_cost, sizes.round())
            table["worth"] *= quarters
            table["net"] = table["worth"] - table["cost"]
            found[STUDIES[lever.name]] = table
    return found


def studies_shown(found: Mapping[str, pd.DataFrame], row_cost: float) -> list[Any]:
    """Return the table of studies, and the figure of the one that is worth most.

    Parameters
    ----------
    found : mapping of str to DataFrame
        From `studies_of`.
    row_cost : float
        Money per row of a study.
    """
    if not found:
        return []
    most = max(found, key=lambda name: float(significant(found[name]["worth"].max())))
    return [words.studies(found, row_cost), plots.sizes_figure(found[most], most)]


def risk_levels(curves: Curves, at_risk: float) -> dict[float, Any]:
    """Return the best division for several amounts at risk; infinite where nobody is saved twice.

    Parameters
    ----------
    curves : Curves
        What may be spent.
    at_risk : float
        The amount assumed.
    """
    levels = [np.inf, 2 * at_risk, at_risk, at_risk / 2]
    return {level: best_shared(curves, level) for level in levels}


def lacks_outcome(levers: Sequence[Lever], sources: Sources) -> list[str]:
    """Return what a forecast cannot be held against, where one's own quarter has no such lever.

    Parameters
    ----------
    levers : sequence of Lever
        The levers.
    sources : Sources
        With the dataset ``quarter``.
    """
    if not sources.is_own("quarter"):
        return []
    seen = set(load("quarter", sources.file("quarter"))["lever"])
    known = any(each.name in seen for each in levers)
    return [] if known else ["weeks of a lever that has a curve above"]


def say_absent(by_study: Sequence[Sequence[Lever]]) -> None:
    """Say which workbooks have no lever, if any.

    Parameters
    ----------
    by_study : sequence of sequence of Lever
        The levers of each study, in the order of the workbooks.
    """
    missing = [f"workbook {number:02d}" for number, found in enumerate(by_study, 1) if not found]
    if missing:
        prose("{text}", text=words.absent(missing))


def bid_rows(curves: Curves) -> pd.DataFrame:
    """Return a row per lever for a class's bids."""
    return pd.DataFrame({"lever": list(curves.names)})
