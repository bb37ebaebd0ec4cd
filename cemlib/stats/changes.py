"""Changes of a measure: differences of two parts, and limits within which periods usually vary."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.measures import Measure, scores


def difference(
    first: Measure, second: Measure, correlation: float = 0.0
) -> tuple[float, float, float]:
    """Return how much higher the second measure is, with an interval from those of both.

    The distances of each measure to its bounds add up in squares, as Newcombe proposed for shares,
    less twice their product times the correlation of the two estimates.

    Parameters
    ----------
    first, second : Measure
        Of the same kind.
    correlation : float
        Of the two estimates, from −1 to 1: 0 if nobody answered for both, or from
        `shared_correlation`.

    References
    ----------
    Newcombe (1998), *Statistics in Medicine* 17:873–890, method 10; Zou & Donner (2008), 27:1693.

    Examples
    --------
    >>> from cemlib.stats.measures import measure
    >>> one, two = (measure("top box", [5] * n + [1] * (100 - n), (1, 5)) for n in (50, 70))
    >>> [round(part, 1) for part in difference(one, two)]
    [20.0, 6.4, 32.6]
    """
    gap = second.estimate - first.estimate

    def distance(one: float, other: float) -> float:
        return float(np.sqrt(max(one**2 + other**2 - 2 * correlation * one * other, 0.0)))

    below = distance(second.estimate - second.low, first.high - first.estimate)
    above = distance(second.high - second.estimate, first.estimate - first.low)
    return gap, gap - below, gap + above


def shared_correlation(
    kind: str,
    answers: ArrayLike,
    second: ArrayLike,
    clusters: Sequence[object],
    scale: tuple[float, float] = (0, 10),
    weights: ArrayLike | None = None,
) -> float:
    """Return the correlation of the measures of two parts in which the same customers answer.

    Of the sums of errors of each customer in both parts; 0 where nobody answered in both.

    Parameters
    ----------
    kind, answers, scale, clusters, weights
        As for `measure`.
    second : array_like of bool, shape (n,)
        Which answers belong to the second part; the others to the first.

    Examples
    --------
    >>> shared_correlation("mean", [1, 9, 2, 8], [False, False, True, True], [*"abab"])
    1.0
    """
    values, later = scores(kind, answers, scale), np.asarray(second, dtype=bool)
    weight = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    numbers = pd.factorize(np.asarray(clusters, dtype=object))[0]
    sums = []
    for part in (~later, later):
        at = part & ~np.isnan(values)
        if not at.any():
            return 0.0
        errors = weight[at] * (values[at] - np.average(values[at], weights=weight[at]))
        sums.append(np.bincount(numbers[at], weights=errors, minlength=numbers.max() + 1))
    size = np.sqrt(np.prod([np.square(each).sum() for each in sums]))
    return float(np.clip(sums[0] @ sums[1] / size, -1, 1)) if size > 0 else 0.0


def natural_limits(values: ArrayLike) -> tuple[float, float, float]:
    """Return centre and limits of a control chart of single values, such as a score per month.

    The mean ± 2.66 times the mean distance of neighbours, which includes whatever makes months
    differ more than their answers do (an XmR chart).

    Raises
    ------
    ValueError
        If there are fewer than eight values.

    References
    ----------
    Wheeler (1993), *Understanding Variation*.

    Examples
    --------
    >>> [round(limit, 2) for limit in natural_limits([30, 32, 31, 29, 30, 33, 31, 30])]
    [30.75, 26.19, 35.31]
    """
    series = checks.vector("values", values)
    checks.between("number of values", len(series), 8)
    centre = float(series.mean())
    margin = 2.66 * float(np.abs(np.diff(series)).mean())
    return centre, centre - margin, centre + margin
