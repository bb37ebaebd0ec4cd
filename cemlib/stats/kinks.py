"""Slopes of an outcome below and above the middle of its drivers, with ceilings allowed for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from cemlib.stats.estimates import Floats

END = 0.05  # share of the answers at an end of a scale from which it is a ceiling or a floor
FEWEST = 5  # rows that must lie on each side of a kink
STEPS, STEPS_OF_DRAWS = 200, 12  # of the EM algorithm: from least squares, and from the estimate


@dataclass(frozen=True)
class Kinks:
    """Slopes of an outcome below and above the middle of each of k drivers.

    Attributes
    ----------
    points, draws : ndarray, shape (3, k) and (3, B, k)
        Slope below, slope above, and the second less the first: in the data and in each resample.
        Missing for a driver that could not be tested.
    """

    points: Floats
    draws: Floats


def kinked_slopes(drivers: Floats, outcome: Floats, counts: Floats, point: Floats | None) -> Kinks:
    """Regress an outcome on all drivers at once, each with a kink in its middle.

    A driver enters with its value, its excess over the kink, and a dummy for each end of its scale
    at which at least 5% of the answers lie: perception may go on above the highest answer. The
    kink is the median of the other answers, or the nearest value with enough answers on both
    sides. Where at least 5% of the outcome lie at an end of its scale, it is taken as a latent
    outcome cut there (tobit), by the EM algorithm: otherwise a ceiling of the outcome would bend
    the line of every driver.

    Parameters
    ----------
    drivers : ndarray, shape (n, k)
        Complete.
    outcome : ndarray, shape (n,)
        Complete.
    counts : ndarray, shape (B, n)
        Resamples.
    point : ndarray, shape (n,), or None
        Survey weights.

    Returns
    -------
    Kinks
        A driver with fewer than three different answers between the ends of its scale, or with
        less than 5% of the rows on a side of the kink, is not tested.

    Notes
    -----
    The tobit model assumes normal residuals of equal variance. A resample takes 12 steps from the
    estimate of the data.

    References
    ----------
    Tobin (1958), *Econometrica* 26:24–36; Amemiya (1984), *J. Econometrics* 24:3–61 (EM);
    Anderson & Mittal (2000), *J. Service Research* 3:107–120 (asymmetry).

    Examples
    --------
    >>> care = np.arange(61.0)
    >>> kinks = kinked_slopes(care[:, None], care + np.minimum(care, 30), np.ones((1, 61)), None)
    >>> kinks.points.ravel().round(6).tolist()
    [2.0, 1.0, -1.0]
    """
    width = drivers.shape[1]
    parts = [_split(column) for column in drivers.T]
    tested = [number for number, part in enumerate(parts) if part is not None]
    points = np.full((3, width), np.nan)
    draws = np.full((3, len(counts), width), np.nan)
    if not tested:
        return Kinks(points, draws)
    excess, ends = zip(*[part for part in parts if part is not None], strict=True)
    dummies = [dummy for of_driver in ends for dummy in of_driver]
    columns = np.column_stack([*excess, drivers[:, tested], _varying(drivers, tested), *dummies])
    spread = columns.std(axis=0)
    design = np.column_stack([np.ones(len(outcome)), (columns - columns.mean(axis=0)) / spread])
    own = np.ones(len(outcome)) if point is None else point
    start = np.zeros((1, design.shape[1])), np.array([max(float(outcome.std()), 1e-12)])
    estimate = _tobit(design, outcome, own[None], start, STEPS)
    resampled = _tobit(design, outcome, counts, estimate, STEPS_OF_DRAWS)
    many = len(tested)
    for target, (slopes, _) in ((points[:, None], estimate), (draws, resampled)):
        change, below = (slopes[:, 1:] / spread)[:, : 2 * many].reshape(-1, 2, many).swapaxes(0, 1)
        target[..., tested] = np.stack([below, below + change, change])
    return Kinks(points, draws)


def _varying(drivers: Floats, tested: list[int]) -> Floats:
    """Return the drivers that are not tested but vary, which enter with their value alone."""
    rest = np.delete(drivers, tested, axis=1)
    return rest[:, np.ptp(rest, axis=0) > 0]


def _split(values: Floats) -> tuple[Floats, list[Floats]] | None:
    """Return the excess over the kink and the dummies of the ends; None if there is no kink."""
    ends = [values == end for end in (values.min(), values.max())]
    ends = [at_end for at_end in ends if at_end.mean() >= END]
    inner = values[~np.any(ends, axis=0)] if ends else values
    enough = max(FEWEST, END * len(values))
    ordered = np.sort(inner, kind="stable")
    candidates = np.unique(inner)
    below = np.searchsorted(ordered, candidates, "left")
    above = len(ordered) - np.searchsorted(ordered, candidates, "right")
    candidates = candidates[(below >= enough) & (above >= enough)]
    if not len(candidates):
        return None
    kink = candidates[np.abs(candidates - np.median(inner)).argmin()]
    return np.maximum(values - kink, 0), [at_end.astype(float) for at_end in ends]


def _tobit(
    design: Floats,
    outcome: Floats,
    counts: Floats,
    start: tuple[Floats, Floats],
    steps: int,
) -> tuple[Floats, Floats]:
    """Return coefficients (B, k) and residual standard deviations (B,) of a regression.

    Rows at a ceiling or a floor of the outcome count as its conditional mean beyond it.
    """
    cuts = _cuts(outcome)
    free = ~np.any([rows for rows, _, _ in cuts], axis=0) if cuts else np.full(len(outcome), True)
    first, second = np.triu_indices(design.shape[1])
    upper = counts @ (design[:, first] * design[:, second])
    gram = np.empty((len(counts), design.shape[1], design.shape[1]))
    gram[:, first, second] = gram[:, second, first] = upper
    # In a resample without one of the dummies its coefficient is 0.
    gram += 1e-9 * len(outcome) * np.eye(design.shape[1])
    total = counts.sum(axis=1)
    fixed_cross = counts[:, free] @ (design[free] * outcome[free, None])
    fixed_squares = counts[:, free] @ outcome[free] ** 2
    inverse = np.linalg.inv(gram)
    slopes = np.broadcast_to(start[0], (len(counts), design.shape[1]))
    sd = np.broadcast_to(start[1], (len(counts),))
    if not cuts:
        return np.einsum("bij,bj->bi", inverse, fixed_cross), sd
    for step in range(steps):
        cross, squares = fixed_cross, fixed_squares
        for rows, cut, sign in cuts:
            mean = slopes @ design[rows].T
            distance = sign * (cut - mean) / sd[:, None]
            tail = np.exp(-(distance**2) / 2 - log_ndtr(-distance)) / np.sqrt(2 * np.pi)
            expected = mean + sign * sd[:, None] * tail
            spread = sd[:, None] ** 2 * np.maximum(1 + distance * tail - tail**2, 0)
            cross = cross + (counts[:, rows] * expected) @ design[rows]
            squares = squares + (counts[:, rows] * (expected**2 + spread)).sum(axis=1)
        before = slopes
        slopes = np.einsum("bij,bj->bi", inverse, cross)
        residual = squares - np.einsum("bk,bk->b", slopes, cross)
        sd = np.sqrt(np.maximum(residual / total, 1e-24))
        if step and np.abs(slopes - before).max() < 1e-9 * max(np.abs(slopes).max(), 1e-12):
            break
    return slopes, sd


def _cuts(outcome: Floats) -> list[tuple[NDArray[np.bool_], float, int]]:
    """Return the ceiling and the floor of an outcome: its rows, where it is cut, its side.

    A whole answer stands for half a step to either side of it.
    """
    values = np.unique(outcome)
    if len(values) < 3:
        return []
    half = float(np.diff(values).min()) / 2
    ends = [
        (outcome == values[0], float(values[0]) + half, -1),
        (outcome == values[-1], float(values[-1]) - half, 1),
    ]
    return [end for end in ends if end[0].mean() >= END]
