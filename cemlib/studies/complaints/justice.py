"""Justice in the handling: whether it works through satisfaction with it, or beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Estimates, Floats, weighted_covariance

PARTS = ("to_mediator", "mediator_to_outcome", "indirect", "direct", "total")


def mediation(
    data: pd.DataFrame,
    causes: Sequence[str],
    mediator: str,
    outcome: str,
    weights: ArrayLike,
    *,
    controls: Sequence[str] = (),
) -> dict[str, Estimates]:
    """Split the effect of several causes on an outcome by a mediator.

    Two least-squares regressions, M = a·X + …  and Y = c·X + b·M + …; then indirect = a·b,
    direct = c, total = a·b + c. All resamples are one array computation.

    Parameters
    ----------
    data : DataFrame, n rows
        Complete rows count.
    causes : sequence of str
        Columns X, entered together.
    mediator, outcome : str
        Columns M and Y.
    weights : array_like, shape (B, n)
        Resamples, from `cemlib.stats.bootstrap_weights`.
    controls : sequence of str
        Columns held still in both regressions.

    Returns
    -------
    dict of str to Estimates
        For each of `PARTS` an estimate a cause; ``mediator_to_outcome`` is one number, repeated.

    Raises
    ------
    ValueError
        If a column is missing or named twice, rows are too few, or columns are collinear.

    Notes
    -----
    A product of two slopes is an effect only if nothing unmeasured moves mediator and outcome
    both. Surveys do not guarantee that; see Imai, Keele & Yamamoto (2010).

    References
    ----------
    Shrout & Bolger (2002), *Psychological Methods* 7:422–445; Imai, Keele & Yamamoto (2010),
    *Statistical Science* 25:51–71.

    Examples
    --------
    >>> frame = pd.DataFrame({"x": [0.0, 1, 2, 3, 4, 5], "m": [0.0, 2, 4, 6, 9, 9]})
    >>> frame["y"] = frame["x"] + 3 * frame["m"]
    >>> parts = mediation(frame, ["x"], "m", "y", np.ones((1, 6)))
    >>> [float(parts[name].values[0].round(3)) for name in ("indirect", "direct")]
    [5.829, 1.0]
    """
    columns = [*causes, *controls, mediator, outcome]
    if len(set(columns)) < len(columns):
        raise checks.invalid_argument("columns", columns, "each named once")
    for name in columns:
        checks.one_of("column", name, list(data.columns))
    values = data[columns].to_numpy(dtype=float)
    known = ~np.isnan(values).any(axis=1)
    if known.sum() <= len(columns) + 1:
        raise ValueError(
            f"{known.sum()} complete rows are too few for {len(columns)} columns; "
            f"{len(columns) + 2} are the least"
        )
    values, counts = values[known], np.asarray(weights, dtype=float)[:, known]
    point = _parts(np.cov(values.T)[None], len(causes))
    draws = _parts(weighted_covariance(values, counts), len(causes))
    names = tuple(causes)
    return {part: Estimates(names, point[part][0], draws[part]) for part in PARTS}


def _parts(covariance: Floats, causes: int) -> dict[str, Floats]:
    others = covariance.shape[-1] - 2
    first = _slopes(covariance[:, :others, :others], covariance[:, :others, others])
    second = _slopes(covariance[:, :-1, :-1], covariance[:, :-1, -1])
    a, b, c = first[:, :causes], second[:, others:], second[:, :causes]
    indirect = a * b
    return {
        "to_mediator": a,
        "mediator_to_outcome": np.broadcast_to(b, a.shape).copy(),
        "indirect": indirect,
        "direct": c,
        "total": indirect + c,
    }


def _slopes(left: Floats, right: Floats) -> Floats:
    try:
        slopes: Floats = np.linalg.solve(left, right[..., None])[..., 0].astype(np.float64)
    except np.linalg.LinAlgError as error:
        raise ValueError("causes are collinear: one is a sum of others; leave it out") from error
    return slopes


def share_mediated(parts: dict[str, Estimates]) -> Estimates:
    """Return how much of each total effect passes through the mediator.

    Parameters
    ----------
    parts : dict
        From `mediation`.

    Returns
    -------
    Estimates
        indirect/total; outside 0 to 1 where direct and indirect effects differ in sign, and of no
        use where the total is near 0.

    Examples
    --------
    >>> half = Estimates(("x",), np.array([0.5]), np.array([[0.5]]))
    >>> share_mediated({"indirect": half, "total": half}).values
    array([1.])
    """
    indirect, total = parts["indirect"], parts["total"]
    return Estimates(
        indirect.names,
        _ratio(indirect.values, total.values),
        _ratio(indirect.draws, total.draws),
    )


def _ratio(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom != 0)
