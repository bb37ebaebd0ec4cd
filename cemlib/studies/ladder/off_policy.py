"""What a policy would be worth, from a log of what another one did with known chances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Difference, Floats
from cemlib.stats.propensity import fold_of

ESTIMATORS = ("inverse propensity", "self-normalised", "doubly robust")


@dataclass(frozen=True)
class PolicyValue:
    """What a policy is worth a case, by three estimators.

    Attributes
    ----------
    values : dict of str to Difference
        Estimate with standard error, a key for each of `ESTIMATORS`.
    influence : ndarray, shape (n, 3)
        What each case adds to each estimate, about its mean.
    effective : float
        Effective sample size, (Σw)²/Σw²: how many cases the log is worth for this policy.
    heaviest : float
        Largest weight of a case.
    """

    values: dict[str, Difference]
    influence: Floats
    effective: float
    heaviest: float

    def less(self, other: PolicyValue, estimator: str = "doubly robust") -> Difference:
        """Return how much more this policy is worth than another, on the same log."""
        checks.one_of("estimator", estimator, ESTIMATORS)
        place = ESTIMATORS.index(estimator)
        gap = self.influence[:, place] - other.influence[:, place]
        one, two = self.values[estimator], other.values[estimator]
        return _difference(one.estimate - two.estimate, gap)


def off_policy_value(
    reward: ArrayLike,
    action: ArrayLike,
    chances: ArrayLike,
    policy: ArrayLike,
    context: pd.DataFrame,
    *,
    folds: int = 2,
    rng: np.random.Generator,
) -> PolicyValue:
    """Estimate what a policy would have earned, from the log of another one.

    With weights w = π(a|x)/p(a|x):

    - inverse propensity scores: mean of w·r; unbiased, and wild where p is small;
    - self-normalised: Σw·r/Σw; a little biased, calmer;
    - doubly robust: mean of Σₐ π(a|x) q(x, a) + w·(r − q(x, a)), with q fitted on other folds by
      least squares, an intercept and slopes for each action; right if p or q is.

    Parameters
    ----------
    reward : array_like, shape (n,)
        What came of each case.
    action : array_like of int, shape (n,)
        What was done, from 0 to k − 1.
    chances : array_like, shape (n, k)
        Chance of each action in each case when the log was written; each above 0 where the policy
        could take it.
    policy : array_like, shape (n, k)
        Chance of each action under the policy to be valued; rows sum to 1.
    context : DataFrame, n rows
        What q may hang on, as numbers.
    folds : int
        Folds of the fit of q, at least 2.
    rng : numpy.random.Generator
        Source of randomness of the folds.

    Returns
    -------
    PolicyValue
        Values, influence and effective sample size.

    Raises
    ------
    ValueError
        If shapes do not fit, chances or policy are none, or the policy does what the log could
        not show.

    References
    ----------
    Horvitz & Thompson (1952), *JASA* 47:663–685; Swaminathan & Joachims (2015), *NIPS* 28; Dudík,
    Erhan, Langford & Li (2014), *Statistical Science* 29:485–511.

    Examples
    --------
    >>> found = off_policy_value([1, 0, 1, 0], [0, 1, 0, 1], np.full((4, 2), 0.5),
    ...     np.eye(2)[[0] * 4], pd.DataFrame({"x": [0, 0, 1, 1]}), rng=np.random.default_rng(1))
    >>> found.values["self-normalised"].estimate, found.effective
    (1.0, 2.0)
    """
    r = checks.vector("reward", reward)
    logged = checks.matrix("chances", chances, rows=len(r))
    target = checks.matrix("policy", policy, rows=len(r), columns=logged.shape[1])
    did = checks.vector("action", action, length=len(r)).astype(int)
    x = checks.matrix("context", context.to_numpy(dtype=float), rows=len(r))
    if len({len(r), len(logged), len(target), len(x)}) > 1:
        raise ValueError("reward, chances, policy and context must have a row a case each")
    for name, table in (("chances", logged), ("policy", target)):
        if (table < 0).any() or not np.allclose(table.sum(axis=1), 1, atol=1e-6):
            raise ValueError(f"{name} must be at least 0, and each row must sum to 1")
    if ((target > 0) & (logged <= 0)).any():
        row = int(np.argmax(((target > 0) & (logged <= 0)).any(axis=1)))
        raise ValueError(f"policy does in row {row} what the log never did there: no way to tell")
    cases = np.arange(len(r))
    if (logged[cases, did] <= 0).any():
        raise ValueError("chances are 0 for an action that was taken")
    weight = target[cases, did] / logged[cases, did]
    if not weight.sum() > 0:
        raise ValueError("policy agrees with the log in no case: nothing tells what it is worth")
    predicted = _rewards(r, did, x, logged.shape[1], fold_of(len(r), folds, rng), folds)
    inside = (target * predicted).sum(axis=1) + weight * (r - predicted[cases, did])
    scored = weight * r
    normalised = scored.sum() / weight.sum()
    estimates = (scored.mean(), normalised, inside.mean())
    influence = np.column_stack(
        [
            scored - scored.mean(),
            weight * (r - normalised) / weight.mean(),
            inside - inside.mean(),
        ]
    )
    values = {
        name: _difference(float(estimate), part)
        for name, estimate, part in zip(ESTIMATORS, estimates, influence.T, strict=True)
    }
    effective = float(weight.sum() ** 2 / np.square(weight).sum())
    return PolicyValue(values, influence, effective, float(weight.max()))


def _rewards(
    r: Floats, did: np.ndarray, x: Floats, actions: int, fold: np.ndarray, folds: int
) -> Floats:
    """Return the reward that the other folds predict for each action, shape (n, k)."""
    spread = x.std(axis=0)
    x = np.column_stack([np.ones(len(x)), (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1)])
    penalty = np.eye(x.shape[1])
    penalty[0, 0] = 1e-9  # an action seen in few cases gets hardly more than its mean
    predicted = np.full((len(r), actions), r.mean())
    for part in range(folds):
        held, used = fold == part, fold != part
        for each in range(actions):
            rows = used & (did == each)
            if rows.any():
                seen = x[rows]
                slopes = np.linalg.solve(seen.T @ seen + penalty, seen.T @ r[rows])
                predicted[held, each] = x[held] @ slopes
    return predicted


def _difference(estimate: float, influence: Floats) -> Difference:
    size = len(influence)
    error = float(np.sqrt(np.square(influence).sum() / (size - 1) / size)) if size > 1 else np.nan
    return Difference(estimate, error, max(size - 1, 1))
