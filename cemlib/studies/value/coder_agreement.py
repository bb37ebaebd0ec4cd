"""Agreement of coders who judged the same answers: Krippendorff's alpha."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Estimates, Floats, bootstrap_weights

Scale = Literal["nominal", "ordinal", "interval"]
SCALES: tuple[Scale, ...] = ("nominal", "ordinal", "interval")
MAX_VALUES = 60
JUDGEMENTS: dict[str, Scale] = {
    "correct": "nominal", "hedged": "nominal", "integrated": "nominal", "fit": "ordinal"
}  # fmt: skip


def krippendorff_alpha(
    unit: ArrayLike, value: ArrayLike, *, scale: Scale = "nominal", weights: ArrayLike | None = None
) -> Estimates:
    r"""Measure agreement of coders: 1 if they always agree, 0 if as often as at random.

    :math:`\alpha = 1 - D_o/D_e`, the disagreement within units over the disagreement expected
    if values were assigned to units at random. With :math:`n_{uc}` judgements c of unit u and
    :math:`m_u` in all, the coincidences are
    :math:`o_{ck} = \sum_u n_{uc}(n_{uk} - [c = k])/(m_u - 1)`. Any number of coders will do, and
    not every coder must judge every unit; a unit judged once does not count.

    Parameters
    ----------
    unit : array_like, length n
        The unit of each judgement.
    value : array_like, length n
        The judgement; missing ones are left out.
    scale : {"nominal", "ordinal", "interval"}
        Distance of two values: 0 or 1, by ranks, or the squared difference.
    weights : array_like, shape (B, units), optional
        How often each unit counts in each resample, units in the order of their first
        appearance; without them the one draw is the estimate.

    Returns
    -------
    Estimates
        The one measure ``alpha``; missing where all values are equal.

    Raises
    ------
    ValueError
        If lengths differ, no unit was judged twice, or there are more than 60 values.

    References
    ----------
    Krippendorff (2004), *Content Analysis*, 2nd ed., ch. 11; Hayes & Krippendorff (2007),
    *Communication Methods and Measures* 1:77–89.

    Examples
    --------
    >>> krippendorff_alpha([1, 1, 2, 2, 3, 3], [0, 0, 1, 1, 0, 1]).values.round(4)
    array([0.4444])
    """
    checks.one_of("scale", scale, SCALES)
    units, values = np.asarray(unit, dtype=object), pd.Series(np.asarray(value, dtype=object))
    if len(units) != len(values):
        raise ValueError(f"unit has {len(units)} rows, but value {len(values)}")
    row, names = pd.factorize(units)
    known = (values.notna() & (row >= 0)).to_numpy()
    code, kinds = pd.factorize(values[known], sort=True)
    checks.between("number of different values", len(kinds), 1, MAX_VALUES)
    counts = np.zeros((len(names), len(kinds)))
    np.add.at(counts, (row[known], code), 1.0)
    judged = counts.sum(axis=1)
    if not (judged > 1).any():
        raise ValueError("unit has no entry that was judged twice, so agreement cannot be measured")
    pairs = counts[:, :, None] * (counts[:, None, :] - np.eye(len(kinds)))
    pairs /= np.maximum(judged - 1, 1)[:, None, None]
    pairs[judged < 2] = 0
    at = np.arange(len(kinds), dtype=float) if scale == "nominal" else _numbers(kinds)
    often = np.ones((1, len(names))) if weights is None else np.asarray(weights, dtype=float)
    if often.ndim != 2 or often.shape[1] != len(names):
        raise ValueError(f"weights have shape {often.shape}, but there are {len(names)} units")
    flat = pairs.reshape(len(names), -1)
    whole = _alpha(flat.sum(axis=0)[None], at, scale)
    return Estimates(("alpha",), whole, _alpha(often @ flat, at, scale)[:, None])


def _numbers(kinds: pd.Index) -> Floats:
    try:
        return np.asarray(kinds, dtype=float)
    except (TypeError, ValueError) as error:
        raise checks.invalid_argument(
            "value", list(kinds)[:5], "numbers, for a scale with order"
        ) from error


def _alpha(coincidences: Floats, at: Floats, scale: Scale) -> Floats:
    """Return alpha from coincidences flattened to shape (B, K·K)."""
    size = len(at)
    seen = coincidences.reshape(-1, size, size)
    margin = seen.sum(axis=2)
    total = margin.sum(axis=1)
    if scale == "ordinal":
        # Ranks between two values: all judgements up to their middles.
        middle = np.cumsum(margin, axis=1) - margin / 2
        distance = (middle[:, :, None] - middle[:, None, :]) ** 2
    elif scale == "interval":
        distance = np.broadcast_to((at[:, None] - at) ** 2, seen.shape)
    else:
        distance = np.broadcast_to(1 - np.eye(size), seen.shape)
    observed = (seen * distance).sum(axis=(1, 2)) * (total - 1)
    expected = (margin[:, :, None] * margin[:, None, :] * distance).sum(axis=(1, 2))
    varied = expected > 0
    return 1 - np.divide(observed, expected, out=np.full(len(seen), np.nan), where=varied)


def coder_alphas(
    judgements: pd.DataFrame, resamples: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Return Krippendorff's alpha of each judgement of answers, with its interval.

    Parameters
    ----------
    judgements : DataFrame
        One row per coder and answer: ``answer``, and any of ``correct``, ``hedged``,
        ``integrated`` and ``fit``.
    resamples : int
        Resamples of answers behind the intervals.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    DataFrame
        ``name``, ``estimate``, ``low``, ``high``; no rows if each answer has one coder.

    Examples
    --------
    >>> frame = pd.DataFrame({"answer": [1, 1, 2, 2], "correct": [1, 1, 0, 0]})
    >>> coder_alphas(frame, 10, np.random.default_rng(1))["estimate"].tolist()
    [1.0]
    """
    if not judgements["answer"].duplicated().any():
        return pd.DataFrame(columns=["name", "estimate", "low", "high"])
    weights = bootstrap_weights(judgements["answer"].nunique(), resamples, rng)
    rows = []
    for name, scale in JUDGEMENTS.items():
        twice = name in judgements and judgements.dropna(subset=name)["answer"].duplicated().any()
        if twice:
            alpha = krippendorff_alpha(
                judgements["answer"], judgements[name], scale=scale, weights=weights
            )
            rows.append(alpha.frame().assign(name=name))
    if not rows:
        return pd.DataFrame(columns=["name", "estimate", "low", "high"])
    return pd.concat(rows, ignore_index=True)
