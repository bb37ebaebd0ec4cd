"""How far coders agree who judged the same answers: Krippendorff's alpha."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Estimates, Floats

Scale = Literal["nominal", "ordinal", "interval"]
SCALES: tuple[Scale, ...] = ("nominal", "ordinal", "interval")
MOST_VALUES = 60


def krippendorff_alpha(
    unit: ArrayLike, value: ArrayLike, *, scale: Scale = "nominal", weights: ArrayLike | None = None
) -> Estimates:
    r"""Measure how far coders agree beyond chance: 1 always, 0 as by lot, below 0 less than that.

    :math:`\alpha = 1 - D_o/D_e`, the disagreement seen within units over that of all values
    dealt at random. With :math:`n_{uc}` judgements c of unit u and :math:`m_u` in all, the
    coincidences are :math:`o_{ck} = \sum_u n_{uc}(n_{uk} - [c = k])/(m_u - 1)`. Coders may be
    many or few, and need not judge everything; a unit judged once counts nothing.

    Parameters
    ----------
    unit : array_like, length n
        What was judged, a row a judgement.
    value : array_like, length n
        The judgement; missing ones are left out.
    scale : {"nominal", "ordinal", "interval"}
        Whether other values are just others, ordered, or differ by their distance squared.
    weights : array_like, shape (B, units), optional
        How often each unit counts in each resample, units in the order in which they first
        appear; without them the one draw is the estimate.

    Returns
    -------
    Estimates
        Of the one measure ``alpha``; missing where no value differs from any other.

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
    owner, names = pd.factorize(units)
    known = (values.notna() & (owner >= 0)).to_numpy()
    code, kinds = pd.factorize(values[known], sort=True)
    checks.between("number of different values", len(kinds), 1, MOST_VALUES)
    counts = np.zeros((len(names), len(kinds)))
    np.add.at(counts, (owner[known], code), 1.0)
    judged = counts.sum(axis=1)
    if not (judged > 1).any():
        raise ValueError("unit has no entry that was judged twice: nobody can agree or disagree")
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


def alphas(
    judgements: pd.DataFrame, unit: str, scales: dict[str, Scale], weights: ArrayLike
) -> pd.DataFrame:
    """Return Krippendorff's alpha of several judgements, a row each.

    Parameters
    ----------
    judgements : DataFrame
        A row a judgement of a coder.
    unit : str
        Column of what was judged.
    scales : dict of str to str
        Column of a judgement → its scale.
    weights : array_like, shape (B, units)
        As for `krippendorff_alpha`.

    Returns
    -------
    DataFrame
        ``name``, ``estimate``, ``low``, ``high``.

    Examples
    --------
    >>> frame = pd.DataFrame({"call": [1, 1, 2, 2], "correct": [1, 1, 0, 0]})
    >>> alphas(frame, "call", {"correct": "nominal"}, np.ones((1, 2)))["estimate"].tolist()
    [1.0]
    """
    rows = []
    for name, scale in scales.items():
        found = krippendorff_alpha(judgements[unit], judgements[name], scale=scale, weights=weights)
        rows.append(found.frame().assign(name=name))
    return pd.concat(rows, ignore_index=True)
