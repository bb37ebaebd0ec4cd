"""What the answers of policies are worth under every draw of the responses and of the log."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats, significant
from cemlib.studies.complaints.answers import SILENCE
from cemlib.studies.complaints.gains import Gains
from cemlib.studies.complaints.response import OUTCOMES, features

MEASURES = ("customer", "company", "realised", "stayed", "customers_worse_off", "company_worse_off")
_ROWS = 250  # complaints at a time: their tables stay in the processor's cache
_TINY = 1e-6  # money: what differs by less is equal on every processor
Key = TypeVar("Key", bound=Hashable)


def drawn_values(
    gains: Gains, answers: Mapping[Key, pd.DataFrame], uniforms: ArrayLike, weights: ArrayLike
) -> dict[Key, dict[str, Floats]]:
    """Return means of what given answers bring, each under its own draw of the responses.

    Draw b takes the responses that were fitted to resample b, and weighs the complaints as the
    same resample does: what is not known about the responses and which complaints happened to be
    in the log count together. The answers stay those that the policy gives today.

    Parameters
    ----------
    gains : Gains
        Gains of answers, with a `Response` of B draws.
    answers : mapping to DataFrame, n rows
        Policy → its answer to each complaint, in the columns of the menu.
    uniforms : array_like, shape (n, 3)
        As for `cemlib.studies.complaints.policies.simulate_policies`.
    weights : array_like, shape (B, n)
        Resamples, in the order of the draws of the response.

    Returns
    -------
    dict of dict of str to ndarray, shape (B,)
        For each policy each of `MEASURES`: mean gains over silence (money) expected and realised,
        and shares of complaints.

    Raises
    ------
    ValueError
        If weights have not one row per draw of the response, and one column per complaint.

    References
    ----------
    Krinsky & Robb (1986), *Review of Economics and Statistics* 68:715–719, with draws from the
    bootstrap in place of a normal distribution.
    """
    counts = same_draws(gains, weights)
    draws = checks.matrix("uniforms", uniforms, columns=3)
    drawn = [(name, *gains.response.drawn(name, gains.patience)) for name in gains.response.logits]
    given = {key: _Given(gains, frame, [slopes for *_, slopes in drawn])
             for key, frame in answers.items()}  # fmt: skip
    totals = {key: {name: np.zeros(len(counts)) for name in MEASURES} for key in answers}
    silence = features(SILENCE).T
    for start in range(0, len(gains.loss), _ROWS):
        part = slice(start, start + _ROWS)
        weights_of, outside = gains.outcome_weights(part), gains.outside[part]
        design = gains.response.others(gains.complaints.iloc[part])
        odds = {name: np.exp(base @ design.T) for name, base, _ in drawn}
        silent = {name: np.exp(slopes @ silence) * odds[name] for name, _, slopes in drawn}
        before = sum(weights_of[name] * each / (1 + each) for name, each in silent.items())
        for key, each in given.items():
            expected = -each.spent[part] - before
            realised, block = expected.copy(), totals[key]
            for at, (name, *_) in enumerate(drawn):
                probability = each.factor[at][:, each.index[part]]
                probability *= odds[name]
                probability /= 1 + probability
                occurs = draws[part, OUTCOMES.index(name)] < probability
                expected += weights_of[name] * probability
                realised += weights_of[name] * occurs
                if name == "stayed":
                    block["stayed"] += _sums(counts[:, part], occurs)
            customer = each.worth[:, each.index[part]] * gains.loss[part]
            block["customer"] += _sums(counts[:, part], customer)
            block["company"] += _sums(counts[:, part], expected)
            block["realised"] += _sums(counts[:, part], realised)
            block["customers_worse_off"] += _sums(counts[:, part], customer < outside - _TINY)
            block["company_worse_off"] += _sums(counts[:, part], expected < -_TINY)
    size = counts.sum(axis=1)
    return {
        key: {name: _divided(total, size) for name, total in block.items()}
        for key, block in totals.items()
    }


class _Given:
    """The answers of a policy, each different one once."""

    def __init__(self, gains: Gains, answers: pd.DataFrame, slopes: list[Floats]) -> None:
        measured = features(answers)
        different, index = np.unique(measured, axis=0, return_inverse=True)
        self.index = index.ravel()
        self.factor = [np.exp(each @ different.T) for each in slopes]
        self.worth = (gains.response.worth_draws * gains.patience) @ (
            different - features(SILENCE)
        ).T
        paid = answers["share"].to_numpy(dtype=float) * gains.loss
        self.spent = paid + gains.stakes.cost(answers)


def _sums(counts: Floats, values: ArrayLike) -> Floats:
    total: Floats = np.einsum("bn,bn->b", counts, np.asarray(values, dtype=float))
    return total


def _divided(total: Floats, size: Floats) -> Floats:
    return np.divide(total, size, out=np.full(len(size), np.nan), where=size > 0)


def same_draws(gains: Gains, weights: ArrayLike) -> Floats:
    """Return weights with one row per draw of the response and one column per complaint."""
    counts = np.asarray(weights, dtype=float)
    expected = (len(gains.response.worth_draws), len(gains.loss))
    if counts.shape != expected:
        raise checks.invalid_argument(
            "weights", counts.shape, f"one row per draw of the response, {expected}"
        )
    return counts


def drawn_unequal(values: ArrayLike, groups: ArrayLike, weights: ArrayLike) -> Floats:
    """Return the pooled standard deviation within groups in each resample.

    Parameters
    ----------
    values : array_like, shape (n,)
        What each case received.
    groups : array_like, shape (n,)
        Group of similar cases.
    weights : array_like, shape (B, n)
        Resamples.

    Returns
    -------
    ndarray, shape (B,)
        Missing where no group has two cases. As repeated rows of a resample do not differ, the
        divisor is that of the whole sample, in proportion to the resample.

    Examples
    --------
    >>> drawn_unequal([0.0, 1.0, 0.5, 0.5], ["a", "a", "b", "b"], [[1, 1, 1, 1], [2, 0, 1, 1]])
    array([0.5, 0. ])
    """
    x, counts = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    codes, names = pd.factorize(np.asarray(groups))
    member = np.equal.outer(codes, np.arange(len(names))).astype(float)
    sums = counts @ np.column_stack([member, member * x[:, None], x**2])
    size, first, second = sums[:, : len(names)], sums[:, len(names) : -1], sums[:, -1]
    between = np.divide(first**2, size, out=np.zeros(size.shape), where=size > 0).sum(axis=1)
    degrees = counts.sum(axis=1) * (1 - len(names) / len(x))
    squares = np.maximum(significant(second - between), 0.0)
    known = degrees > 0
    return np.sqrt(np.divide(squares, degrees, out=np.full(len(squares), np.nan), where=known))
