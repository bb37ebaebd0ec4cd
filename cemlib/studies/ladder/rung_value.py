"""What customers on each rung of a ladder are worth, and which step is worth most."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Estimates, Floats, percentile_interval, significant
from cemlib.studies.ladder.ladder import Ladder, reach, stochastic


def value_of_rungs(chances: ArrayLike, margins: ArrayLike, discount: float) -> Floats:
    """Return what a customer on each rung is worth from now on, v = (I − δP)⁻¹m.

    Parameters
    ----------
    chances : array_like, shape (..., S, S)
        Chances of a month's moves. Rows that sum to more than 1 hold customers who bring others.
    margins : array_like, shape (S,)
        Contribution of a month on each rung, yuan.
    discount : float
        What a yuan of next month is worth now, δ, in (0, 1).

    Returns
    -------
    ndarray, shape (..., S)
        Yuan, this month's margin among them.

    Raises
    ------
    ValueError
        If the value has no end: customers bring more than the discount takes away.

    References
    ----------
    Pfeifer & Carraway (2000), *J. Interactive Marketing* 14(2):43–55.

    Examples
    --------
    >>> value_of_rungs([[0.5, 0.5], [0.0, 1.0]], [10.0, 0.0], 0.8).round(2)
    array([16.67,  0.  ])
    """
    matrices = np.asarray(chances, dtype=float)
    checks.between("discount", discount, 1e-6, 1 - 1e-9)
    m = checks.vector("margins", margins, length=matrices.shape[-1])
    if (matrices.sum(axis=-1) > 1 + 1e-9).any():
        fastest = float(np.abs(np.linalg.eigvals(matrices)).max())
        if discount * fastest >= 1:
            raise ValueError(
                f"discount is {discount:g}, but customers grow {fastest:.4g} times a month: their "
                "value has no end; discount more"
            )
    inner = np.eye(len(m)) - discount * matrices
    return np.asarray(np.linalg.solve(inner, np.broadcast_to(m[:, None], (*inner.shape[:-1], 1)))
                      [..., 0])  # fmt: skip


def step_worth(
    chances: ArrayLike, margins: ArrayLike, discount: float, start: ArrayLike
) -> tuple[Floats, Floats]:
    """Return what each step adds to the value, in proportion and for a point of its chance.

    If pᵢⱼ rises, the other moves from i fall in proportion. With V = s·v, the value of customers
    who start as s, r = s(I − δP)⁻¹ the discounted months on each rung, and v the value of rungs,

        ∂V/∂pᵢⱼ = δ rᵢ (vⱼ − (Pv)ᵢ)/(1 − pᵢⱼ),   elasticity = pᵢⱼ/V · ∂V/∂pᵢⱼ.

    Parameters
    ----------
    chances, margins, discount
        As for `value_of_rungs`.
    start : array_like, shape (S,)
        Share of the customers on each rung.

    Returns
    -------
    elasticity : ndarray, shape (..., S, S)
        Per cent of value for a per cent more of the chance; 0 where a move is certain.
    slope : ndarray, shape (..., S, S)
        Yuan a customer for the chance as a whole; a hundredth of it is that for a point.

    References
    ----------
    Caswell (2001), *Matrix Population Models*, ch. 9: sensitivities with compensation.

    Examples
    --------
    >>> elasticity, _ = step_worth([[0.5, 0.5], [0.0, 1.0]], [10.0, 0.0], 0.8, [1.0, 0.0])
    >>> elasticity.round(3)
    array([[ 0.667, -0.667],
           [ 0.   ,  0.   ]])
    """
    matrices = stochastic(chances)
    v = value_of_rungs(matrices, margins, discount)
    s = checks.vector("start", start, length=matrices.shape[-1])
    inner = np.eye(matrices.shape[-1]) - discount * np.swapaxes(matrices, -1, -2)
    months = np.linalg.solve(
        inner, np.broadcast_to(s[:, None], (*matrices.shape[:-1], 1))
    )[..., 0]  # fmt: skip
    later = (matrices @ v[..., None])[..., 0]
    gain = v[..., None, :] - later[..., :, None]
    free = 1 - matrices
    slope = (
        discount
        * months[..., :, None]
        * np.divide(gain, free, out=np.zeros_like(gain), where=free > 1e-12)
    )
    worth = (v * s).sum(axis=-1)[..., None, None]
    return np.asarray(matrices * slope / worth), np.asarray(slope)


def compare_steps(
    ladder: Ladder, margins: ArrayLike, discount: float, start: ArrayLike
) -> tuple[Estimates, Estimates]:
    """Return the elasticity and the yuan a point of each step that was seen, with their draws.

    Parameters
    ----------
    ladder : Ladder
        From `fit_ladder`.
    margins, discount, start
        As for `step_worth`.

    Returns
    -------
    elasticity, per_point : Estimates
        A name a step, ``"satisfied → loyal"``.
    """
    steps = ladder.steps()
    names = tuple(map(ladder.named, steps))
    at = tuple(np.array(steps).T)
    point = step_worth(ladder.chances, margins, discount, start)
    drawn = step_worth(ladder.draws, margins, discount, start)
    scale = (1.0, 0.01)
    elasticity, per_point = (
        Estimates(names, unit * value[at], unit * draws[:, at[0], at[1]])
        for unit, value, draws in zip(scale, point, drawn, strict=True)
    )
    return elasticity, per_point


def most_worth(elasticity: Estimates) -> tuple[str, float]:
    """Return the step whose chance moves the value most, and the share of draws that agree.

    Examples
    --------
    >>> most_worth(Estimates(("a", "b"), np.array([0.2, -0.5]), np.array([[0.1, -0.4], [0.6, 0]])))
    ('b', 0.5)
    """
    first = int(np.argmax(significant(np.abs(elasticity.values))))
    agreed = np.argmax(significant(np.abs(elasticity.draws)), axis=1) == first
    return elasticity.names[first], float(agreed.mean())


def rung_table(ladder: Ladder, margins: ArrayLike, discount: float) -> pd.DataFrame:
    """Return for each rung its value, the chance of ever being an advocate, and the months to it.

    Returns
    -------
    DataFrame
        ``rung``, then ``value`` (yuan), ``ever`` (0–1) and ``months`` to the best rung, each with
        its ``_low`` and ``_high``.
    """
    point = (value_of_rungs(ladder.chances, margins, discount), *reach(ladder.chances, ladder.best))
    drawn = (value_of_rungs(ladder.draws, margins, discount), *reach(ladder.draws, ladder.best))
    frame = pd.DataFrame({"rung": list(ladder.states)})
    for name, values, draws in zip(("value", "ever", "months"), point, drawn, strict=True):
        frame[name] = values
        frame[f"{name}_low"], frame[f"{name}_high"] = percentile_interval(draws)
    return frame
