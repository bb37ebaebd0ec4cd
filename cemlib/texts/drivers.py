"""Which themes go with low scores: an association, with other columns held."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.regression import least_squares
from cemlib.texts.table import Themes

LEAST_ANSWERS = 20
_MISSING, _FEW = "(missing)", "(few)"


def theme_drivers(
    themes: Themes,
    scores: ArrayLike,
    controls: pd.DataFrame | None = None,
    clusters: Sequence[object] | None = None,
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    r"""Return which themes go with low or high scores, the other columns held.

    The score is regressed on marks of the themes and of the levels of `controls`. With
    :math:`b_g` the coefficient of theme g, and :math:`s_g` its share of the rated texts (those
    that fit nowhere are one more, with b = 0), the estimate is :math:`b_g - \sum_h s_h b_h`: how
    far the scores of its texts lie from the mean of all rated texts with the same levels of the
    controls. It is no effect: who raises a theme may differ in what no column holds.

    Parameters
    ----------
    themes : Themes
        Texts in themes.
    scores : array_like
        The score that came with each text; missing ones are left out.
    controls : DataFrame, optional
        Columns to hold, such as channel and segment, as levels. A missing value is a level of its
        own; levels with fewer than 20 rated texts are one.
    clusters : sequence, optional
        The customer of each text: errors then allow for several texts of one customer.
    level : float
        Coverage.

    Returns
    -------
    DataFrame
        Themes with at least 20 rated texts, the lowest estimate first: ``theme``, ``name``,
        ``answers``, ``share`` (of rated texts), ``mean`` (score), ``estimate``, ``low``, ``high``,
        ``pull`` (share × estimate: how far the theme moves the mean of all).

    Raises
    ------
    ValueError
        If lengths differ, or no theme has 20 rated texts while others exist to compare with.

    References
    ----------
    Te Grotenhuis et al. (2017), *International J. Public Health* 62:163–167 (weighted effect
    coding).

    Examples
    --------
    >>> from cemlib.texts import apply_table
    >>> rows = [("T1", "Bill", "bill"), ("T2", "Signal", "signal")]
    >>> table = pd.DataFrame(rows, columns=["theme", "name", "phrases"])
    >>> themes = apply_table(["bill"] * 20 + ["signal"] * 60, table)
    >>> drivers = theme_drivers(themes, [1, 3] * 10 + [4, 4] * 30)
    >>> drivers[["theme", "estimate"]].round(2).to_numpy().tolist()
    [['T1', -1.5], ['T2', 0.5]]
    """
    score = np.asarray(scores, dtype=float)
    if len(score) != len(themes):
        raise checks.invalid_argument("scores", len(score), f"{len(themes)}, one for each text")
    if controls is not None and len(controls) != len(themes):
        raise checks.invalid_argument("controls", len(controls), f"{len(themes)} rows")
    rated = np.isfinite(score)
    theme = themes.theme[rated]
    answers = np.bincount(theme[theme >= 0], minlength=len(themes.ids))
    told = np.flatnonzero(answers >= LEAST_ANSWERS)
    rest = ~np.isin(theme, told)
    if not len(told) or (len(told) == 1 and not rest.any()):
        raise ValueError(
            f"scores has at most {answers.max(initial=0)} rated texts of a theme and the others to "
            f"compare with, but at least {LEAST_ANSWERS} of one, and others, are needed"
        )
    base = told if rest.any() else told[1:]
    marks = {f"theme {number}": (theme == number).astype(float) for number in base}
    design = pd.DataFrame(marks | _levels(controls, rated))
    design = design.iloc[:, _independent(design.to_numpy(dtype=float))]
    who = None if clusters is None else [c for c, r in zip(clusters, rated, strict=True) if r]
    fit = least_squares(design, score[rated], clusters=who)
    share = answers / rated.sum()
    mean = share[base] @ _unit(fit.names, base)
    rows = []
    for number in told.tolist():
        own = (
            _unit(fit.names, np.array([number]))[0] if number in base else np.zeros(len(fit.names))
        )
        effect = fit.combination(own - mean)
        low, high = effect.interval(level)
        rows.append(
            {
                "theme": themes.ids[number],
                "name": themes.names[themes.ids[number]],
                "answers": int(answers[number]),
                "share": share[number],
                "mean": score[rated][theme == number].mean(),
                "estimate": effect.estimate,
                "low": low,
                "high": high,
                "pull": share[number] * effect.estimate,
            }
        )
    return pd.DataFrame(rows).sort_values("estimate", kind="stable", ignore_index=True)


def _unit(names: tuple[str, ...], numbers: np.ndarray) -> np.ndarray:
    wanted = [f"theme {number}" for number in numbers]
    return np.array([[float(name == each) for name in names] for each in wanted])


def _levels(controls: pd.DataFrame | None, rated: np.ndarray) -> dict[str, np.ndarray]:
    marks: dict[str, np.ndarray] = {}
    for column in () if controls is None else controls:
        values = controls[column][rated].astype(object)  # type: ignore[index]
        values = values.where(values.notna(), _MISSING).astype(str)
        counts = values.value_counts()
        values = values.where(values.map(counts) >= LEAST_ANSWERS, _FEW)
        for name in sorted(set(values))[1:]:
            marks[f"{column}: {name}"] = (values == name).to_numpy(dtype=float)
    return marks


def _independent(marks: np.ndarray) -> list[int]:
    """Return the columns that are no combination of the constant and earlier ones.

    The columns hold 0 and 1, so that their products are whole numbers, without rounding.
    """
    x = np.column_stack([np.ones(len(marks)), marks])
    rest = x.T @ x
    scale = np.diag(rest).copy()
    kept: list[int] = []
    for column in range(x.shape[1]):
        if rest[column, column] > 1e-9 * scale[column]:
            kept.append(column)
            own = rest[column] / rest[column, column]
            rest = rest - np.outer(rest[:, column], own)
    return [column - 1 for column in kept[1:]]
