"""Sentences and tables on adjusted estimates: balance, overlap, unseen causes, simulated desks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from cemlib.stats.estimates import holm
from cemlib.studies.repair.comparable import Comparable
from cemlib.studies.repair.effects import ESTIMATORS
from cemlib.studies.repair.words.effects import COVARIATE_NAMES
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import join_words, number, percent, signed
from cemlib.teach.tables import Table, table

_BALANCED = 0.1  # standard deviations
_ALPHA = 0.05
_NAIVE, _ROBUST, _TRIAL = ESTIMATORS[1], ESTIMATORS[5], ESTIMATORS[6]


def balance_table(groups: Comparable) -> Table:
    """Return how the called differ from the others before and after the adjustments."""
    columns = ["recorded variable", "not adjusted", "inverse weighting", "matching"]
    frame = groups.balance.set_axis(columns, axis=1)
    frame[columns[0]] = frame[columns[0]].replace(COVARIATE_NAMES)
    caption = "Called minus not called, in standard deviations; within ±0.1 is called balanced"
    return table(frame, caption, dict.fromkeys(columns[1:], 2))


def comparability(groups: Comparable) -> Markdown:
    """Return balance, overlap, and how strong an unseen cause would have to be."""
    common = groups.overlap
    overlap = markdown(
        "Called and not called differ by more than 0.1 standard deviations in {before}; weighted, "
        "in {after}. Outside the range of probabilities of a call that both groups share lie "
        "{called_outside} of the called and {others_outside} of the others. Weighted, the {called} "
        "called carry the information of {called_size} cases of equal weight, the {others} others "
        "that of {others_size}.",
        before=_unbalanced(groups.balance, "before"),
        after=_unbalanced(groups.balance, "weighted"),
        called_outside=percent(common.outside[0], 1),
        others_outside=percent(common.outside[1], 1),
        called=number(common.rows[0], 0),
        called_size=number(common.effective[0], 0),
        others=number(common.rows[1], 0),
        others_size=number(common.effective[1], 0),
    )
    return join_markdown([overlap, _unseen(groups)])


def _unbalanced(balance: pd.DataFrame, column: str) -> str:
    names = balance.loc[balance[column].abs() > _BALANCED, "covariate"]
    return join_words(COVARIATE_NAMES.get(name, name) for name in names)


def _unseen(groups: Comparable) -> Markdown:
    needed = groups.unseen[_ROBUST]
    if not needed.bound > 1:
        return Markdown(
            "The interval of the doubly robust estimate contains 0, so that it needs no unseen "
            "cause to explain it away."
        )
    return markdown(
        "An unseen cause would have to {both} by a factor of about **{factor}**, beyond what is "
        "recorded, to explain the doubly robust difference away, and by {bound} to move its "
        "interval to 0 (E-value).",
        both=Markdown("raise both the chance of a call and that of a high score")
        if groups.raises
        else Markdown("raise the chance of a call and lower that of a high score, each"),
        factor=number(needed.estimate, 1),
        bound=number(needed.bound, 1),
    )


def simulated_confounding(by_strength: Mapping[float, pd.DataFrame]) -> Markdown:
    """Return what simulated desks show that choose more or less strongly whom to call.

    Parameters
    ----------
    by_strength : mapping of float to DataFrame
        From `cemlib.studies.repair.datasets.simulated_effects`, the weakest choice first.
    """
    strengths = sorted(by_strength)
    weakest, strongest = (by_strength[each].set_index("estimator") for each in
                          (strengths[0], strengths[-1]))  # fmt: skip
    gaps, p = _against_trial(weakest)
    away = [name for name, each in zip(gaps.index, holm(p), strict=True) if each < _ALPHA]
    first = markdown(
        "Now change how strongly a simulated desk chooses. At {weakest}, {away} from the trial by "
        "more than chance.",
        weakest=f"{strengths[0]:g}",
        away=f"{join_words(away)} {'differs' if len(away) == 1 else 'differ'}"
        if away
        else "no estimate differs",
    )
    bias, _ = _against_trial(strongest)
    errors = [_gap_error(rows).loc[_NAIVE] for rows in (weakest, strongest)]
    grown = abs(bias[_NAIVE] - gaps[_NAIVE]) > stats.norm.ppf(0.975) * np.hypot(*errors)
    wider = strongest.loc[_ROBUST, "standard_error"] / weakest.loc[_ROBUST, "standard_error"]
    second = markdown(
        "Called versus not called differs from it by {small} points there and by {large} at "
        "{strongest}, {change}. The interval of the doubly robust estimate is {wider} times as "
        "wide at {strongest} as at {weakest}.",
        small=signed(gaps[_NAIVE]),
        large=signed(bias[_NAIVE]),
        strongest=f"{strengths[-1]:g}",
        weakest=f"{strengths[0]:g}",
        change="a change beyond chance" if grown else "a change within chance",
        wider=number(wider, 1),
    )
    return join_markdown([first, second])


def _against_trial(rows: pd.DataFrame) -> tuple[pd.Series, np.ndarray]:
    """Return each estimate minus the trial's, which are other cases, and p-values."""
    gaps = rows["estimate"].drop(_TRIAL) - rows.loc[_TRIAL, "estimate"]
    return gaps, 2 * stats.norm.sf((gaps / _gap_error(rows)).abs())


def _gap_error(rows: pd.DataFrame) -> pd.Series:
    errors = rows["standard_error"].drop(_TRIAL)
    return np.sqrt(np.square(errors) + rows.loc[_TRIAL, "standard_error"] ** 2)
