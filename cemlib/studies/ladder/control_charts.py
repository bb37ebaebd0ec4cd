"""Control charts of shares: which weeks are out of the ordinary, and which are as weeks are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks

_RANGE = 1.128379167095513  # mean range of two standard normal values, 2/√π


@dataclass(frozen=True)
class ControlChart:
    """A chart of shares.

    Attributes
    ----------
    centre : float
        The share of all periods together.
    spread : float
        By how much periods vary more than chance within them would have it, Laney's σ_z.
    points : DataFrame
        A row a period: ``share``, ``low``, ``high``, ``plain_low``, ``plain_high`` (limits of the
        ordinary p chart), ``outside`` and ``plain_outside``, ``run`` (whether it ends or belongs to
        a run on one side of the centre).
    """

    centre: float
    spread: float
    points: pd.DataFrame


def laney_chart(
    counts: ArrayLike, totals: ArrayLike, *, sigmas: float = 3.0, run: int = 8
) -> ControlChart:
    """Draw limits for shares whose periods differ by more than chance: Laney's p′ chart.

    With zᵢ = (pᵢ − p̄)/√(p̄(1 − p̄)/nᵢ) and σ_z the mean moving range of z over 2/√π, the limits are
    p̄ ± sigmas · σ_z √(p̄(1 − p̄)/nᵢ). The p chart has σ_z = 1, and with large totals calls nearly
    every period an alarm.

    Parameters
    ----------
    counts, totals : array_like, shape (n,)
        How many of how many, period by period; at least three periods, no total 0.
    sigmas : float
        Width of the limits.
    run : int
        So many periods in a row on one side of the centre are a signal too.

    Returns
    -------
    ControlChart
        Centre, spread and the periods.

    Raises
    ------
    ValueError
        If there are too few periods, a total is 0, a count above its total, or all shares are 0
        or 1.

    References
    ----------
    Laney (2002), *Quality Engineering* 14:531–537; Shewhart (1931).

    Examples
    --------
    >>> chart = laney_chart([50, 55, 45, 50, 80], [100] * 5)
    >>> round(chart.centre, 2), round(chart.spread, 2)
    (0.56, 2.23)
    """
    hits = checks.vector("counts", counts)
    size = checks.vector("totals", totals, length=len(hits))
    if len(hits) < 3 or (size <= 0).any() or (hits < 0).any() or (hits > size).any():
        raise ValueError(
            "counts and totals must tell of at least three periods, each with a total above 0 and "
            "a count from 0 to it"
        )
    centre = float(hits.sum() / size.sum())
    if not 0 < centre < 1:
        raise checks.invalid_argument("counts", centre, "neither all nor none: nothing varies")
    share, sigma = hits / size, np.sqrt(centre * (1 - centre) / size)
    spread = float(np.abs(np.diff((share - centre) / sigma)).mean() / _RANGE)
    points = pd.DataFrame({"share": share})
    for name, factor in (("", spread), ("plain_", 1.0)):
        reach = sigmas * factor * sigma
        points[f"{name}low"] = np.maximum(centre - reach, 0.0)
        points[f"{name}high"] = np.minimum(centre + reach, 1.0)
        points[f"{name}outside"] = np.abs(share - centre) > reach + 1e-12
    points["run"] = _runs(np.sign(share - centre), run)
    return ControlChart(centre, spread, points)


def _runs(side: np.ndarray, least: int) -> np.ndarray:
    """Return which periods belong to a run of at least so many on one side."""
    starts = np.flatnonzero(np.r_[True, side[1:] != side[:-1]])
    lengths = np.diff(np.r_[starts, len(side)])
    return np.repeat((lengths >= least) & (side[starts] != 0), lengths)
