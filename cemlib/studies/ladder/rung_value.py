"""Value of a customer on each rung of a ladder, and of each step between rungs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Estimates, Floats, percentile_interval, significant
from cemlib.studies.ladder.markov import (
    Ladder,
    first_passage,
    shares_over_time,
    stochastic,
    with_step,
)
from cemlib.studies.ladder.win_back import until_left


def value_of_rungs(probabilities: ArrayLike, margins: ArrayLike, discount: float) -> Floats:
    """Return the lifetime value of a customer on each rung, v = (I − δP)⁻¹m.

    Parameters
    ----------
    probabilities : array_like, shape (..., S, S)
        Monthly transition probabilities. Rows that sum to more than 1 include customers won by
        referral.
    margins : array_like, shape (S,)
        Monthly contribution in each state.
    discount : float
        Present value of a unit of money received next month, δ, in (0, 1).

    Returns
    -------
    ndarray, shape (..., S)
        In the currency of the margins, including this month's margin.

    Raises
    ------
    ValueError
        If the value is infinite: customers grow faster than the discount shrinks their value.

    References
    ----------
    Pfeifer & Carraway (2000), *J. Interactive Marketing* 14(2):43–55.

    Examples
    --------
    >>> value_of_rungs([[0.5, 0.5], [0.0, 1.0]], [10.0, 0.0], 0.8).round(2)
    array([16.67,  0.  ])
    """
    matrices = np.asarray(probabilities, dtype=float)
    checks.between("discount", discount, 1e-6, 1 - 1e-9)
    m = checks.vector("margins", margins, length=matrices.shape[-1])
    if (matrices.sum(axis=-1) > 1 + 1e-9).any():
        fastest = float(np.abs(np.linalg.eigvals(matrices)).max())
        if discount * fastest >= 1:
            raise ValueError(
                f"discount is {discount:g}, but customers grow by a factor of {fastest:.4g} per "
                "month, so their value is infinite; use a smaller discount factor"
            )
    inverse = np.eye(len(m)) - discount * matrices
    right = np.broadcast_to(m[:, None], (*inverse.shape[:-1], 1))
    return np.asarray(np.linalg.solve(inverse, right)[..., 0])


def customer_mix(panel: pd.DataFrame, size: int) -> Floats:
    """Return the share of current customers in each state, shape (S,).

    Parameters
    ----------
    panel : DataFrame
        ``month`` and ``state``. Current customers are those observed in the last month that has
        any, without those who have left.
    size : int
        Number of states, S.

    Examples
    --------
    >>> customer_mix(pd.DataFrame({"month": [1, 2, 2, 2], "state": [0, 0, 1, 2]}), 3)
    array([0.5, 0.5, 0. ])
    """
    present = panel[panel["state"] < size - 1]
    current = present[present["month"] == present["month"].max()]
    return np.bincount(current["state"], minlength=size) / max(len(current), 1)


def step_sensitivity(
    probabilities: ArrayLike, margins: ArrayLike, discount: float, start: ArrayLike
) -> tuple[Floats, Floats]:
    """Return how customer value responds to the probability of each step.

    If pᵢⱼ rises, the other moves from i fall in proportion. With V = s·v, the value of customers
    who start as s, r = s(I − δP)⁻¹ the discounted months on each rung, and v the value of rungs,

        ∂V/∂pᵢⱼ = δ rᵢ (vⱼ − (Pv)ᵢ)/(1 − pᵢⱼ),   elasticity = pᵢⱼ/V · ∂V/∂pᵢⱼ.

    Parameters
    ----------
    probabilities, margins, discount
        As for `value_of_rungs`.
    start : array_like, shape (S,)
        Share of the customers in each state.

    Returns
    -------
    elasticity : ndarray, shape (..., S, S)
        Percentage change in value per 1% more of the probability; 0 where a move is certain.
    slope : ndarray, shape (..., S, S)
        Money per customer per unit of probability; divide by 100 for one percentage point.

    References
    ----------
    Caswell (2001), *Matrix Population Models*, ch. 9: sensitivities with compensation.

    Examples
    --------
    >>> elasticity, _ = step_sensitivity([[0.5, 0.5], [0.0, 1.0]], [10.0, 0.0], 0.8, [1.0, 0.0])
    >>> elasticity.round(3)
    array([[ 0.667, -0.667],
           [ 0.   ,  0.   ]])
    """
    matrices = stochastic(probabilities)
    v = value_of_rungs(matrices, margins, discount)
    s = checks.vector("start", start, length=matrices.shape[-1])
    inverse = np.eye(matrices.shape[-1]) - discount * np.swapaxes(matrices, -1, -2)
    right = np.broadcast_to(s[:, None], (*matrices.shape[:-1], 1))
    months = np.linalg.solve(inverse, right)[..., 0]
    later = (matrices @ v[..., None])[..., 0]
    gain = v[..., None, :] - later[..., :, None]
    free = 1 - matrices
    compensated = np.divide(gain, free, out=np.zeros_like(gain), where=free > 1e-12)
    slope = discount * months[..., :, None] * compensated
    total = (v * s).sum(axis=-1)[..., None, None]
    return np.asarray(matrices * slope / total), np.asarray(slope)


@dataclass(frozen=True)
class StepValues:
    """How the value of today's customers responds to each observed step.

    Attributes
    ----------
    elasticity : Estimates
        Percentage change in value per 1% more of the step's probability; steps are named
        ``"satisfied → loyal"``.
    per_point : Estimates
        Money per customer per percentage point more of the same steps' probability.
    """

    elasticity: Estimates
    per_point: Estimates

    @property
    def most_elastic(self) -> int:
        """Index of the step with the largest elasticity in absolute size."""
        return int(np.argmax(significant(np.abs(self.elasticity.values))))

    @property
    def agreement(self) -> float:
        """Share of the draws in which the most elastic step is the same."""
        largest = np.argmax(significant(np.abs(self.elasticity.draws)), axis=1)
        return float((largest == self.most_elastic).mean())

    @property
    def best_point(self) -> int:
        """Index of the step of which one more percentage point adds most value."""
        return int(np.argmax(significant(self.per_point.values)))

    def ranked(self, count: int) -> list[str]:
        """Return the names of the steps with the largest elasticities, the largest first."""
        order = np.argsort(-np.abs(self.elasticity.values), kind="stable")[:count]
        return [self.elasticity.names[step] for step in order]


def compare_steps(
    ladder: Ladder, margins: ArrayLike, discount: float, start: ArrayLike
) -> StepValues:
    """Return elasticity and money per percentage point of each observed step, with their draws.

    Parameters
    ----------
    ladder : Ladder
        From `fit_ladder`.
    margins, discount, start
        As for `step_sensitivity`.

    Examples
    --------
    >>> from cemlib.studies.ladder.markov import fit_ladder
    >>> moved = pd.DataFrame({"state": [0, 0, 0, 1, 1], "next": [0, 1, 2, 1, 2]})
    >>> ladder = fit_ladder(moved, ("new", "loyal", "gone"), 5, np.random.default_rng(1))
    >>> steps = compare_steps(ladder, [1, 2, 0], 0.9, [1, 0, 0])
    >>> steps.elasticity.names[steps.most_elastic]
    'new → gone'
    """
    steps = ladder.steps()
    names = tuple(map(ladder.step_name, steps))
    i, j = np.array(steps).T
    point = step_sensitivity(ladder.probabilities, margins, discount, start)
    drawn = step_sensitivity(ladder.draws, margins, discount, start)
    return StepValues(
        Estimates(names, point[0][i, j], drawn[0][:, i, j]),
        Estimates(names, 0.01 * point[1][i, j], 0.01 * drawn[1][:, i, j]),
    )


def gain_of_step(
    probabilities: ArrayLike,
    step: tuple[int, int],
    factor: float,
    margins: ArrayLike,
    discount: float,
) -> float:
    """Return the gain in value on the rung of a step that becomes more probable by a factor.

    In closed form, without solving the changed ladder. With N = (I − δP)⁻¹, v = Nm and d the change
    of row i, Sherman and Morrison's formula gives δ Nᵢᵢ d·v/(1 − δ d·N.ᵢ).

    Parameters
    ----------
    probabilities : array_like, shape (S, S)
        Monthly transition probabilities.
    step : tuple of int
        From and to; its probability times `factor` stays below 1.
    factor : float
        Multiplies the probability; the other moves of the row keep their proportions.
    margins, discount
        As for `value_of_rungs`.

    References
    ----------
    Sherman & Morrison (1950), *Annals of Mathematical Statistics* 21:124–127.

    Examples
    --------
    >>> moves = [[0.5, 0.25, 0.25], [0, 0.5, 0.5], [0, 0, 1]]
    >>> round(gain_of_step(moves, (0, 1), 2, [1, 4, 0], 0.9), 3)
    1.311
    """
    matrix, (i, j) = stochastic(probabilities), step
    inverse = np.linalg.inv(np.eye(len(matrix)) - discount * matrix)
    value = inverse @ np.asarray(margins, dtype=float)
    share = (factor - 1) * matrix[i, j] / (1 - matrix[i, j])
    change = share * (np.eye(len(matrix))[j] - matrix[i])
    gained = discount * inverse[i, i] * (change @ value)
    return float(gained / (1 - discount * (change @ inverse[:, i])))


def rung_table(ladder: Ladder, margins: ArrayLike | None, discount: float) -> pd.DataFrame:
    """Return the value of each rung and the way from it to the best rung.

    Parameters
    ----------
    ladder : Ladder
        From `fit_ladder`.
    margins : array_like, shape (S,), optional
        As for `value_of_rungs`; without them values are left out.
    discount : float
        As for `value_of_rungs`.

    Returns
    -------
    DataFrame
        One row per state: ``rung``, ``months_observed``, then ``value`` (money), ``ever``
        (probability of reaching the best rung before leaving, 0–1) and ``months`` (mean months
        until then, among those who get there), each with its ``_low`` and ``_high``.

    Examples
    --------
    >>> from cemlib.studies.ladder.markov import fit_ladder
    >>> moved = pd.DataFrame({"state": [0, 0, 0, 1, 1], "next": [0, 1, 2, 1, 2]})
    >>> ladder = fit_ladder(moved, ("new", "loyal", "gone"), 5, np.random.default_rng(1))
    >>> rung_table(ladder, [1, 2, 0], 0.9)[["rung", "value", "ever", "months"]].round(2)
        rung  value  ever  months
    0    new   2.99   0.5     1.5
    1  loyal   3.64   1.0     0.0
    2   gone   0.00   0.0     NaN
    """
    point, drawn = (
        (None if margins is None else value_of_rungs(p, margins, discount),
         *first_passage(until_left(p), ladder.best))
        for p in (ladder.probabilities, ladder.draws)
    )  # fmt: skip
    frame = pd.DataFrame({"rung": list(ladder.states)})
    frame["months_observed"] = ladder.counts.sum(axis=1).astype(int)
    for name, values, draws in zip(("value", "ever", "months"), point, drawn, strict=True):
        if draws is None:
            continue
        frame[name] = values
        frame[f"{name}_low"], frame[f"{name}_high"] = percentile_interval(draws)
    return frame


@dataclass(frozen=True)
class ChangedLadder:
    """A ladder in which the probability of one step was changed.

    Attributes
    ----------
    states : tuple of str
        S states, as in `Ladder`.
    step : (int, int)
        Indices of the changed step, from and to.
    probabilities : ndarray, shape (S, S)
        Transition probabilities after the change.
    shares : ndarray, shape (T + 1, S)
        Share of the customers in each state, month by month.
    values : ndarray, shape (S,)
        Lifetime value on each rung after the change.
    before, after : (float, float)
        Probability of the step, and mean lifetime value of today's customers.
    """

    states: tuple[str, ...]
    step: tuple[int, int]
    probabilities: Floats
    shares: Floats
    values: Floats
    before: tuple[float, float]
    after: tuple[float, float]


def change_step(
    ladder: Ladder,
    step: str,
    factor: float,
    margins: Sequence[float],
    discount: float,
    start: Floats,
    months: int,
) -> ChangedLadder:
    """Return what follows if one step becomes more or less probable by a factor.

    Parameters
    ----------
    ladder : Ladder
        From `fit_ladder`.
    step : str
        Name of an observed step, ``"satisfied → loyal"``.
    factor : float
        Multiplies its probability, which stays at most 1; a step that is certain stays so.
    margins, discount, start
        As for `step_sensitivity`.
    months : int
        Months for which customers are followed.

    Raises
    ------
    ValueError
        If the step was not observed.

    Examples
    --------
    >>> from cemlib.studies.ladder.markov import fit_ladder
    >>> moved = pd.DataFrame({"state": [0, 0, 0, 0, 1, 1], "next": [0, 0, 1, 2, 1, 2]})
    >>> ladder = fit_ladder(moved, ("new", "loyal", "gone"), 5, np.random.default_rng(1))
    >>> change_step(ladder, "new → loyal", 2, [1, 2, 0], 0.9, np.array([1, 0, 0]), 6).after[0]
    0.5
    """
    steps = {ladder.step_name(pair): pair for pair in ladder.steps()}
    pair = steps[checks.one_of("step", step, list(steps))]
    probability = float(ladder.probabilities[pair])
    certain = probability > 1 - 1e-12  # no other move shares its row
    wanted = 1.0 if certain else min(probability * factor, 1.0)
    changed = with_step(ladder.probabilities, pair, wanted)
    values = value_of_rungs(changed, margins, discount)
    before = value_of_rungs(ladder.probabilities, margins, discount)
    return ChangedLadder(
        ladder.states,
        pair,
        changed,
        shares_over_time(changed, start, months),
        values,
        (probability, float(before @ start)),
        (float(changed[pair]), float(values @ start)),
    )
