"""Design of a choice experiment: which tasks to ask, and of how many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import Floats

NONE = "none"
MOST_SWEEPS, MOST_TRIES = 50, 1000


def information(tasks: Floats, prior: Floats) -> Floats:
    r"""Return what one respondent who answers all tasks tells, the Fisher information.

    :math:`\sum_t \sum_j p_{tj}(x_{tj} - \bar x_t)(x_{tj} - \bar x_t)'` of a conditional logit, with
    :math:`\bar x_t = \sum_j p_{tj} x_{tj}`.

    Parameters
    ----------
    tasks : ndarray, shape (..., T, J, k)
        Attributes of each alternative of each task.
    prior : ndarray, shape (k,)
        Values that one expects.

    Returns
    -------
    ndarray, shape (..., k, k)
        The information.

    Examples
    --------
    >>> information(np.array([[[1.0], [0.0]]]), np.array([0.0]))
    array([[0.25]])
    """
    utility = tasks @ prior
    weight = np.exp(utility - utility.max(axis=-1, keepdims=True))
    chance = (weight / weight.sum(axis=-1, keepdims=True))[..., None]
    away = tasks - (chance * tasks).sum(axis=-2, keepdims=True)
    flat = (*tasks.shape[:-3], -1, tasks.shape[-1])
    return np.asarray(np.swapaxes((chance * away).reshape(flat), -1, -2) @ away.reshape(flat))


def d_error(tasks: Floats, prior: Floats) -> float:
    """Return det(information)^(−1/k): the smaller, the more a design tells; infinite if nothing.

    Examples
    --------
    >>> round(d_error(np.array([[[1.0], [0.0]]]), np.array([0.0])), 3)
    4.0
    """
    return float(_errors(information(tasks, prior)))


def _errors(found: Floats) -> Floats:
    determinant = np.linalg.det(found)
    good = determinant > 1e-14
    raised = np.where(good, determinant, 1.0) ** (-1 / found.shape[-1])
    return np.asarray(np.where(good, raised, np.inf))


def coordinate_exchange(
    levels: Mapping[str, Sequence[float]],
    prior: Mapping[str, float],
    *,
    tasks: int,
    alternatives: int,
    rng: np.random.Generator,
    starts: int = 10,
) -> pd.DataFrame:
    """Find tasks that tell most, level by level.

    From a random design each level of each alternative is in turn exchanged for that which lowers
    the D-error most, until none does; no task is asked twice. The best of several starts is kept:
    a design that no single exchange betters, which need not be the best of all.

    Parameters
    ----------
    levels : mapping of str to sequence of float
        Attribute → the levels it may have, at least two.
    prior : mapping of str to float
        Attribute → utility of a unit that one expects; with ``none``, each task also has an
        alternative of that utility with all attributes 0.
    tasks, alternatives : int
        Tasks a respondent, and alternatives of each, without "none"; at least 1 and 2 (1 with it).
    rng : numpy.random.Generator
        Source of randomness.
    starts : int
        Random designs to begin from.

    Returns
    -------
    DataFrame
        A row an alternative: ``task``, ``alternative`` (from 1), each attribute; missing for
        "none".

    Raises
    ------
    ValueError
        If the names differ, there are too few levels, or so few tasks tell too little.

    References
    ----------
    Meyer & Nachtsheim (1995), *Technometrics* 37:60–69; Huber & Zwerina (1996), *J. Marketing
    Research* 33:307–317.

    Examples
    --------
    >>> levels, prior = {"price": [0, 5, 10], "days": [1, 2, 3]}, {"price": -0.2, "days": -0.8}
    >>> rng = np.random.default_rng(1)
    >>> design = coordinate_exchange(levels, prior, tasks=6, alternatives=2, rng=rng)
    >>> design.shape
    (12, 4)
    """
    names, none = tuple(levels), NONE in prior
    if set(names) | {NONE} != set(prior) | {NONE}:
        raise checks.invalid_argument(
            "prior", dict(prior), f"a number for each of {', '.join(names)}"
        )
    for name, each in levels.items():
        if len(set(each)) < 2:
            raise checks.invalid_argument(
                f"levels of {name}", list(each), "at least two different numbers"
            )
    checks.between("tasks", tasks, 1, 1000, whole=True)
    checks.between("alternatives", alternatives, 1 if none else 2, 10, whole=True)
    checks.between("starts", starts, 1, whole=True)
    beta = np.array([prior[name] for name in (*names, *([NONE] if none else []))])
    choice = [np.asarray(list(each), dtype=float) for each in levels.values()]
    best, least = None, np.inf
    for _ in range(starts):
        drawn = np.zeros((tasks, alternatives + none, len(beta)))
        _deal(drawn, alternatives, choice, rng)
        if none:
            drawn[:, -1, -1] = 1
        error = _exchanged(drawn, alternatives, choice, beta)
        if error < least:
            best, least = drawn, error
    if best is None:
        raise checks.invalid_argument(
            "tasks", tasks, "more: so few tell too little of the attributes"
        )
    return _frame(best, names, alternatives)


def _deal(drawn: Floats, alternatives: int, choice: list[Floats], rng: np.random.Generator) -> None:
    """Fill a design with random tasks, no two the same."""
    known: set[bytes] = set()
    for task in drawn:
        for _ in range(MOST_TRIES):
            for at, offered in enumerate(choice):
                task[:alternatives, at] = rng.choice(offered, alternatives)
            if _mark(task) not in known:
                break
        else:
            raise checks.invalid_argument(
                "tasks", len(drawn), "fewer: there are not so many different ones"
            )
        known.add(_mark(task))


def _mark(task: Floats) -> bytes:
    """Return what tells a task from others, whichever way round its alternatives are."""
    return bytes(task[np.lexsort(task.T)].tobytes())


def _exchanged(drawn: Floats, alternatives: int, choice: list[Floats], beta: Floats) -> float:
    """Exchange levels in place until nothing gets better; return the D-error."""
    told_by = np.array([information(task[None], beta) for task in drawn])
    error = float(_errors(told_by.sum(axis=0)))
    for _ in range(MOST_SWEEPS):
        before = error
        for task, alternative, at in product(
            range(len(drawn)), range(alternatives), range(len(choice))
        ):
            tried = np.repeat(drawn[None, task], len(choice[at]), axis=0)
            tried[:, alternative, at] = choice[at]
            others = told_by.sum(axis=0) - told_by[task]
            told = information(tried[:, None], beta)
            errors = _errors(others + told)
            asked = {_mark(other) for row, other in enumerate(drawn) if row != task}
            errors[[_mark(each) in asked for each in tried]] = np.inf
            best = int(np.argmin(errors))
            if errors[best] < error * (1 - 1e-12) - 1e-15:
                drawn[task], told_by[task], error = tried[best], told[best], float(errors[best])
        if not error < before * (1 - 1e-9):
            break
    return error


def _frame(tasks: Floats, names: tuple[str, ...], alternatives: int) -> pd.DataFrame:
    count, offered, _ = tasks.shape
    frame = pd.DataFrame(
        {
            "task": np.repeat(np.arange(1, count + 1), offered),
            "alternative": np.tile(np.arange(1, offered + 1), count),
        }
    )
    for at, name in enumerate(names):
        frame[name] = tasks[:, :, at].ravel()
    frame.loc[frame["alternative"] > alternatives, list(names)] = np.nan
    return frame


def design_tensor(design: pd.DataFrame, names: Sequence[str]) -> Floats:
    """Return a design as an array, "none" as an attribute of its own.

    Parameters
    ----------
    design : DataFrame
        From `coordinate_exchange`.
    names : sequence of str
        Attributes, in the order of the prior; ``none`` may be the last.

    Returns
    -------
    ndarray, shape (T, J, k)
        For `information` and `d_error`.

    Examples
    --------
    >>> frame = pd.DataFrame({"task": [1, 1], "alternative": [1, 2], "price": [5.0, None]})
    >>> design_tensor(frame, ["price", "none"]).tolist()
    [[[5.0, 0.0], [0.0, 1.0]]]
    """
    plain = [name for name in names if name != NONE]
    sizes = design.groupby("task").size().unique()
    if len(sizes) != 1:
        raise checks.invalid_argument(
            "design", list(sizes), "of tasks with as many alternatives each"
        )
    none = design[plain].isna().all(axis=1).to_numpy(dtype=float)
    columns = [none if name == NONE else design[name].fillna(0).to_numpy(float) for name in names]
    return np.stack(columns, axis=-1).reshape(-1, int(sizes[0]), len(names))


def expected_error(
    design: pd.DataFrame, prior: Mapping[str, float], of: str = "days", money: str = "price"
) -> float:
    """Return the standard error of willingness to pay that one respondent would leave.

    By the delta method from the information of the design; of R respondents it is this over √R.

    Parameters
    ----------
    design : DataFrame
        From `coordinate_exchange`.
    prior : mapping of str to float
        Attribute → utility of a unit that one expects.
    of, money : str
        As for `cemlib.studies.value.discrete_choice.willingness_to_pay`.

    Returns
    -------
    float
        In units of money per unit of the attribute; infinite where the design tells nothing of it.

    Examples
    --------
    >>> frame = pd.DataFrame({"task": [1, 1, 2, 2], "alternative": [1, 2, 1, 2]})
    >>> frame["price"], frame["days"] = [5.0, 0, 9, 0], [1.0, 3, 2, 5]
    >>> round(expected_error(frame, {"price": -0.2, "days": -0.8}), 1)
    14.8
    """
    names = list(prior)
    beta = np.array([prior[name] for name in names])
    found = information(design_tensor(design, names), beta)
    if np.linalg.det(found) < 1e-14:
        return float("inf")
    slope = np.zeros(len(beta))
    top, bottom = names.index(of), names.index(money)
    slope[top] = 1 / beta[bottom]
    slope[bottom] = -beta[top] / beta[bottom] ** 2
    return float(np.sqrt(slope @ np.linalg.solve(found, slope)))


def respondents_needed(error: float, reach: float) -> int:
    """Return how many respondents it takes for a 95 % interval of ± `reach`.

    Parameters
    ----------
    error : float
        From `expected_error`.
    reach : float
        Half the width of the interval, in the same unit.

    Examples
    --------
    >>> respondents_needed(9.7, 1.0)
    362
    """
    checks.between("error", error, 0, 1e9)
    checks.between("reach", reach, 1e-9)
    return int(np.ceil((1.959963984540054 * error / reach) ** 2))


def dominated(design: pd.DataFrame, better: Mapping[str, int]) -> int:
    """Return how many tasks hold an alternative that another is as good as in all, better in one.

    Parameters
    ----------
    design : DataFrame
        From `coordinate_exchange`.
    better : mapping of str to int
        Attribute → −1 where less is better, 1 where more is.

    Examples
    --------
    >>> frame = pd.DataFrame({"task": [1, 1], "price": [5.0, 6], "days": [1.0, 2]})
    >>> dominated(frame, {"price": -1, "days": -1})
    1
    """
    found = 0
    for _, task in design.dropna(subset=list(better)).groupby("task"):
        value = task[list(better)].to_numpy(dtype=float) * np.array(list(better.values()))
        beats = (value[:, None] >= value).all(axis=2) & (value[:, None] > value).any(axis=2)
        found += bool(beats.any())
    return found
