"""Value of a policy, estimated from the log of another one with known action probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.clusters import cluster_numbers
from cemlib.stats.estimates import Difference, Floats
from cemlib.stats.propensity import fold_of

DOUBLY_ROBUST = "doubly robust"
ESTIMATORS = ("inverse propensity", "self-normalised", DOUBLY_ROBUST)


@dataclass(frozen=True)
class PolicyValue:
    """Value per case of a policy, by three estimators.

    Attributes
    ----------
    values : dict of str to Difference
        Each of `ESTIMATORS` → estimate with standard error.
    influence : ndarray, shape (g, 3)
        Contribution of each case, or of all cases of a customer, to each estimate, centred.
    effective : float
        Effective sample size for this policy, (Σw)²/Σw².
    largest_weight : float
        Largest weight of a case.
    """

    values: dict[str, Difference]
    influence: Floats
    effective: float
    largest_weight: float

    def minus(self, other: PolicyValue, estimator: str = DOUBLY_ROBUST) -> Difference:
        """Return how much more this policy is worth than another, paired on the same log."""
        checks.one_of("estimator", estimator, ESTIMATORS)
        column = ESTIMATORS.index(estimator)
        difference = self.influence[:, column] - other.influence[:, column]
        one, two = self.values[estimator], other.values[estimator]
        return _with_error(one.estimate - two.estimate, difference)


def off_policy_value(
    reward: ArrayLike,
    action: ArrayLike,
    probabilities: ArrayLike,
    policy: ArrayLike,
    context: pd.DataFrame,
    *,
    customers: Sequence[object] | None = None,
    folds: int = 2,
    rng: np.random.Generator,
) -> PolicyValue:
    """Estimate what a policy would have earned, from the log of another one.

    With weights w = π(a|x)/p(a|x):

    - inverse propensity scores: mean of w·r; unbiased, but very variable where p is small;
    - self-normalised: Σw·r/Σw; slightly biased, less variable;
    - doubly robust: mean of Σₐ π(a|x) q(x, a) + w·(r − q(x, a)), with q fitted on other folds by
      least squares, with an intercept and slopes for each action; right if p or q is.

    Parameters
    ----------
    reward : array_like, shape (n,)
        Outcome of each case.
    action : array_like of int, shape (n,)
        The logged action, from 0 to k − 1.
    probabilities : array_like, shape (n, k)
        Probability of each action in each case when the log was written (the propensities); each
        above 0 where the policy could take the action.
    policy : array_like, shape (n, k)
        Probability of each action under the policy to be valued; rows sum to 1.
    context : DataFrame, n rows
        Predictors of q, as numbers.
    customers : sequence, length n, optional
        Whose case each is; the errors then allow for the likeness of one customer's cases.
    folds : int
        Folds of the fit of q, at least 2.
    rng : numpy.random.Generator
        Source of randomness for the folds.

    Returns
    -------
    PolicyValue
        Values, influence and effective sample size.

    Raises
    ------
    ValueError
        If shapes do not fit, probabilities or policy are not distributions, or the policy takes an
        action that had probability 0 in the log.

    References
    ----------
    Horvitz & Thompson (1952), *JASA* 47:663–685; Swaminathan & Joachims (2015), *NIPS* 28; Dudík,
    Erhan, Langford & Li (2014), *Statistical Science* 29:485–511.

    Examples
    --------
    >>> value = off_policy_value([1, 0, 1, 0], [0, 1, 0, 1], np.full((4, 2), 0.5),
    ...     np.eye(2)[[0] * 4], pd.DataFrame({"x": [0, 0, 1, 1]}), rng=np.random.default_rng(1))
    >>> value.values["self-normalised"].estimate, value.effective
    (1.0, 2.0)
    """
    r = checks.vector("reward", reward)
    logged = checks.matrix("probabilities", probabilities, rows=len(r))
    target = checks.matrix("policy", policy, rows=len(r), columns=logged.shape[1])
    did = checks.vector("action", action, length=len(r)).astype(int)
    x = checks.matrix("context", context.to_numpy(dtype=float), rows=len(r))
    if len({len(r), len(logged), len(target), len(x)}) > 1:
        raise ValueError("reward, probabilities, policy and context must have one row per case")
    for name, table in (("probabilities", logged), ("policy", target)):
        if (table < 0).any() or not np.allclose(table.sum(axis=1), 1, atol=1e-6):
            raise ValueError(f"{name} must be at least 0, and each row must sum to 1")
    if ((target > 0) & (logged <= 0)).any():
        row = int(np.argmax(((target > 0) & (logged <= 0)).any(axis=1)))
        raise ValueError(
            f"policy takes an action in row {row} that had probability 0 in the log, so its value "
            "cannot be estimated"
        )
    cases = np.arange(len(r))
    if (logged[cases, did] <= 0).any():
        raise ValueError("probabilities are 0 for an action that was taken")
    weight = target[cases, did] / logged[cases, did]
    if not weight.sum() > 0:
        raise ValueError(
            "policy agrees with the logged action in no case, so its value cannot be estimated"
        )
    predicted = _rewards(r, did, x, logged.shape[1], fold_of(len(r), folds, rng), folds)
    robust = (target * predicted).sum(axis=1) + weight * (r - predicted[cases, did])
    weighted = weight * r
    total = weight.sum()
    normalised = weighted.sum() / total
    # One heavy case pulls the mean towards its own outcome: its distance from that of the others
    # is larger by this factor (the jackknife).
    alone = (1 - 1 / len(r)) / (1 - np.minimum(weight / total, 0.999))
    estimates = (weighted.mean(), normalised, robust.mean())
    influence = np.column_stack(
        [
            weighted - weighted.mean(),
            weight * (r - normalised) / weight.mean() * alone,
            robust - robust.mean(),
        ]
    )
    if customers is not None:
        influence = _by_customer(influence, cluster_numbers(customers, len(r)))
    values = {
        name: _with_error(float(estimate), part)
        for name, estimate, part in zip(ESTIMATORS, estimates, influence.T, strict=True)
    }
    effective = float(total**2 / np.square(weight).sum())
    return PolicyValue(values, influence, effective, float(weight.max()))


def value_policies(
    policies: Mapping[str, Floats],
    reward: Floats | None,
    action: NDArray[np.intp],
    probabilities: Floats | None,
    context: pd.DataFrame,
    rng: np.random.Generator,
    customers: Sequence[object] | None = None,
) -> dict[str, PolicyValue]:
    """Estimate what each policy would have earned, with the same folds for all.

    A policy that takes actions which the log never could have taken, or agrees with it in no case,
    is left out; all are where rewards or probabilities were not recorded.

    Parameters
    ----------
    policies : mapping of str to ndarray, shape (n, k)
        Name → probability of each action in each case.
    reward, action, probabilities, context
        As for `off_policy_value`.
    rng : numpy.random.Generator
        Source of randomness for the folds.
    customers : sequence, length n, optional
        As for `off_policy_value`.
    """
    # The same folds for every policy: differences between policies are then paired throughout.
    seed = int(rng.integers(2**31))
    if reward is None or probabilities is None:
        return {}
    cases = np.arange(len(reward))
    return {
        name: off_policy_value(
            reward,
            action,
            probabilities,
            policy,
            context,
            customers=customers,
            rng=np.random.default_rng(seed),
        )
        for name, policy in policies.items()
        if not ((policy > 0) & (probabilities <= 0)).any() and policy[cases, action].any()
    }


def gain_over(values: Mapping[str, PolicyValue], one: str, other: str) -> Difference | None:
    """Return how much more a policy is worth than another; None where one is not known."""
    return values[one].minus(values[other]) if {one, other} <= set(values) else None


def best_policy(values: Mapping[str, PolicyValue]) -> str:
    """Return the policy with the highest doubly robust value."""
    return max(values, key=lambda name: values[name].values[DOUBLY_ROBUST].estimate)


def least_supported(values: Mapping[str, PolicyValue]) -> str:
    """Return the policy for which the log has the smallest effective sample size."""
    return min(values, key=lambda name: values[name].effective)


def values_beside_truth(
    values: Mapping[str, PolicyValue], true_values: Mapping[str, float]
) -> pd.DataFrame:
    """Return doubly robust values with the true ones and whether the interval covers them.

    Returns
    -------
    DataFrame
        One row per policy: ``policy``, ``estimate``, ``low``, ``high``, ``true_value``,
        ``covered``.
    """
    rows = []
    for name, value in values.items():
        robust = value.values[DOUBLY_ROBUST]
        rows.append((name, robust.estimate, *robust.interval(), true_values[name]))
    table = pd.DataFrame(rows, columns=["policy", "estimate", "low", "high", "true_value"])
    return table.assign(covered=table["true_value"].between(table["low"], table["high"]))


def _rewards(
    r: Floats, did: NDArray[np.intp], x: Floats, actions: int, fold: NDArray[np.int64], folds: int
) -> Floats:
    """Return the reward that the other folds predict for each action, shape (n, k)."""
    deviation = x.std(axis=0)
    scale = np.where(deviation > 0, deviation, 1)
    x = np.column_stack([np.ones(len(x)), (x - x.mean(axis=0)) / scale])
    penalty = np.eye(x.shape[1])
    penalty[0, 0] = 1e-9  # an action taken in few cases is predicted by little more than its mean
    predicted = np.full((len(r), actions), r.mean())
    for part in range(folds):
        held, used = fold == part, fold != part
        for action in range(actions):
            rows = used & (did == action)
            if rows.any():
                design = x[rows]
                slopes = np.linalg.solve(design.T @ design + penalty, design.T @ r[rows])
                predicted[held, action] = x[held] @ slopes
    return predicted


def _by_customer(influence: Floats, numbers: NDArray[np.intp]) -> Floats:
    """Return the influence of each customer's cases, on the scale of a mean over customers."""
    count = int(numbers.max()) + 1
    sums = [np.bincount(numbers, column, count) for column in influence.T]
    return np.column_stack(sums) * count / len(influence)


def _with_error(estimate: float, influence: Floats) -> Difference:
    size = len(influence)
    error = float(np.sqrt(np.square(influence).sum() / (size - 1) / size)) if size > 1 else np.nan
    return Difference(estimate, error, max(size - 1, 1))
