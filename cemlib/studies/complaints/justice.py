"""Perceived justice: its effect through satisfaction with the handling, and directly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Estimates, Floats, significant, weighted_covariance

OUTCOMES = {"Word of mouth": "word_of_mouth", "Return intent": "return_intent"}
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
    """Split the association of several causes with an outcome into indirect and direct parts.

    Two least-squares regressions, M = a·X + …  and Y = c·X + b·M + …; then indirect = a·b,
    direct = c, total = a·b + c. All resamples are one array computation.

    Parameters
    ----------
    data : DataFrame, n rows
        Rows with a missing value are not used.
    causes : sequence of str
        Columns X, entered together.
    mediator, outcome : str
        Columns M and Y.
    weights : array_like, shape (B, n)
        Resamples, from `cemlib.stats.bootstrap_weights`.
    controls : sequence of str
        Control variables of both regressions.

    Returns
    -------
    dict of str to Estimates
        For each of `PARTS` one estimate per cause; ``mediator_to_outcome`` is repeated.

    Raises
    ------
    ValueError
        If a column is missing or named twice, rows are too few, or columns are collinear.

    Notes
    -----
    A product of two slopes is a causal effect only if nothing unmeasured influences both mediator
    and outcome. Surveys do not guarantee that; see Imai, Keele & Yamamoto (2010).

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
            f"at least {len(columns) + 2} are needed"
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
        raise ValueError(
            "causes are collinear: one is a combination of the others; leave it out"
        ) from error
    return slopes


def mediation_by_outcome(
    log: pd.DataFrame, items: Mapping[str, Sequence[str]], weights: ArrayLike
) -> dict[str, dict[str, Estimates]]:
    """Split the association of each kind of justice with each outcome that the log records.

    Parameters
    ----------
    log : DataFrame, n rows
        Answered complaints: the items, ``handling`` and columns of `OUTCOMES`.
    items : mapping of str to sequence of str
        Kind of justice → its items, which are averaged; empty if the log does not ask about it.
    weights : array_like, shape (B, n)
        Resamples.

    Returns
    -------
    dict of str to dict
        Name of the outcome → from `mediation`, with satisfaction with the handling as mediator.
    """
    felt = _with_kinds(log, items)
    return {
        name: mediation(felt, list(items), "handling", OUTCOMES[name], weights)
        for name in estimable(log, items)
    }


def estimable(
    log: pd.DataFrame, items: Mapping[str, Sequence[str]], minimum: int = 50
) -> list[str]:
    """Return the outcomes whose association with each kind of justice a log can show.

    Parameters
    ----------
    log, items
        As for `mediation_by_outcome`.
    minimum : int
        Smallest number of complete rows.

    Returns
    -------
    list of str
        Names of `OUTCOMES` with enough rows, in which kinds, mediator and outcome are not
        combinations of one another.

    Examples
    --------
    >>> estimable(pd.DataFrame({"handling": [1.0, 2.0]}), {})
    []
    """
    felt, names = _with_kinds(log, items), []
    for name, column in OUTCOMES.items():
        if not items or column not in log or "handling" not in log:
            continue
        values = felt[[*items, "handling", column]].dropna().to_numpy(dtype=float)
        centred = values - values.mean(axis=0) if len(values) else values
        if len(values) >= minimum and np.linalg.matrix_rank(centred) == centred.shape[1]:
            names.append(name)
    return names


def _with_kinds(log: pd.DataFrame, items: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    return log.assign(**{kind: log[list(asked)].mean(axis=1) for kind, asked in items.items()})


@dataclass(frozen=True)
class Ranking:
    """Causes of an outcome in the order of their total effects.

    Attributes
    ----------
    causes : tuple of str
        The strongest first.
    share_mediated : float
        Sum of the indirect effects divided by the sum of the total effects.
    """

    causes: tuple[str, ...]
    share_mediated: float


def rank_causes(parts: Mapping[str, Estimates]) -> Ranking:
    """Rank causes by their total effects.

    Parameters
    ----------
    parts : mapping
        From `mediation`.

    Examples
    --------
    >>> half, one = (Estimates(("x",), np.array([v]), np.array([[v]])) for v in (0.5, 1.0))
    >>> rank_causes({"indirect": half, "total": one})
    Ranking(causes=('x',), share_mediated=0.5)
    """
    total = parts["total"]
    order = np.argsort(significant(-total.values), kind="stable")
    share = float(parts["indirect"].values.sum() / total.values.sum())
    return Ranking(tuple(total.names[index] for index in order), share)
