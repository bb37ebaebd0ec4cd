"""Design of a choice experiment: its tasks, and the number of respondents it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import Floats, significant

NONE = "none"
MAX_SWEEPS, MAX_TRIES, RANDOM_DESIGNS = 50, 1000, 60


def information(tasks: Floats, prior: Floats) -> Floats:
    r"""Return the Fisher information of one respondent who answers all tasks.

    :math:`\sum_t \sum_j p_{tj}(x_{tj} - \bar x_t)(x_{tj} - \bar x_t)'` of a conditional logit, with
    :math:`\bar x_t = \sum_j p_{tj} x_{tj}`.

    Parameters
    ----------
    tasks : ndarray, shape (..., T, J, k)
        Attributes of each alternative of each task.
    prior : ndarray, shape (k,)
        Expected utility of a unit of each attribute.

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
    probability = (weight / weight.sum(axis=-1, keepdims=True))[..., None]
    centred = tasks - (probability * tasks).sum(axis=-2, keepdims=True)
    flat = (*tasks.shape[:-3], -1, tasks.shape[-1])
    weighted = (probability * centred).reshape(flat)
    return np.asarray(np.swapaxes(weighted, -1, -2) @ centred.reshape(flat))


def _d_errors(informations: Floats) -> Floats:
    """Return det(information)^(−1/k), smaller for better designs; infinite if it is singular."""
    determinant = np.linalg.det(informations)
    regular = determinant > 1e-14
    errors = np.where(regular, determinant, 1.0) ** (-1 / informations.shape[-1])
    return np.asarray(np.where(regular, errors, np.inf))


def task_count(levels: Mapping[str, Sequence[float]], most: int = 8) -> int:
    """Return how many tasks of two alternatives to ask: fewer where there are few levels.

    Examples
    --------
    >>> task_count({"price": [0, 5, 10], "days": [1, 2, 3]}), task_count({"price": [0, 5, 8]})
    (8, 3)
    """
    offers = int(np.prod([len(each) for each in levels.values()]))
    return max(3, min(most, offers * (offers - 1) // 4))


def efficient_design(
    levels: Mapping[str, Sequence[float]],
    prior: Mapping[str, float],
    *,
    tasks: int,
    alternatives: int,
    rng: np.random.Generator,
    starts: int = 10,
) -> pd.DataFrame:
    """Find the tasks of a D-efficient design by coordinate exchange.

    Starting from a random design, each level of each alternative in turn is exchanged for the one
    that lowers the D-error most, until no exchange lowers it; no task is asked twice. The best of
    several starts is returned: no single exchange improves it, but it may be a local optimum.

    Parameters
    ----------
    levels : mapping of str to sequence of float
        Attribute → its possible levels, at least two.
    prior : mapping of str to float
        Attribute → expected utility of a unit; with ``none``, each task also has an alternative
        of that utility with all attributes 0.
    tasks, alternatives : int
        Tasks per respondent, and alternatives per task without "none"; at least 1 and 2 (1 with
        "none").
    rng : numpy.random.Generator
        Source of randomness.
    starts : int
        Number of random starting designs.

    Returns
    -------
    DataFrame
        One row per alternative: ``task``, ``alternative`` (from 1), each attribute; missing for
        "none".

    Raises
    ------
    ValueError
        If the names differ, an attribute has one level, or the tasks are too few to estimate all
        attributes.

    References
    ----------
    Meyer & Nachtsheim (1995), *Technometrics* 37:60–69; Huber & Zwerina (1996), *J. Marketing
    Research* 33:307–317.

    Examples
    --------
    >>> levels, prior = {"price": [0, 5, 10], "days": [1, 2, 3]}, {"price": -0.2, "days": -0.8}
    >>> rng = np.random.default_rng(1)
    >>> design = efficient_design(levels, prior, tasks=6, alternatives=2, rng=rng)
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
    best, lowest = None, np.inf
    for _ in range(starts):
        design = np.zeros((tasks, alternatives + none, len(beta)))
        _fill_at_random(design, alternatives, choice, rng)
        if none:
            design[:, -1, -1] = 1
        error = _exchange(design, alternatives, choice, beta)
        here, other = significant([error, lowest])
        if here < other:
            best, lowest = design, error
    if best is None:
        raise checks.invalid_argument(
            "tasks", tasks, "more: these are too few to estimate all attributes"
        )
    return _frame(best, names, alternatives)


def _fill_at_random(
    design: Floats, alternatives: int, choice: list[Floats], rng: np.random.Generator
) -> None:
    """Fill a design with random tasks, no two the same."""
    known: set[bytes] = set()
    for task in design:
        for _ in range(MAX_TRIES):
            for at, offered in enumerate(choice):
                task[:alternatives, at] = rng.choice(offered, alternatives)
            if _key(task) not in known:
                break
        else:
            raise checks.invalid_argument(
                "tasks", len(design), "fewer: the levels do not allow that many different tasks"
            )
        known.add(_key(task))


def _key(task: Floats) -> bytes:
    """Return a key that is the same for a task with its alternatives in another order."""
    return bytes(task[np.lexsort(task.T)].tobytes())


def _exchange(design: Floats, alternatives: int, choice: list[Floats], beta: Floats) -> float:
    """Exchange levels in place until nothing gets better; return the D-error.

    The information of a design is the sum over its tasks, so an exchange changes one term only.
    """
    by_task = np.array([information(task[None], beta) for task in design])
    error = float(_d_errors(by_task.sum(axis=0)))
    for _ in range(MAX_SWEEPS):
        before = error
        for task, alternative, at in product(
            range(len(design)), range(alternatives), range(len(choice))
        ):
            candidates = np.repeat(design[None, task], len(choice[at]), axis=0)
            candidates[:, alternative, at] = choice[at]
            others = by_task.sum(axis=0) - by_task[task]
            added = information(candidates[:, None], beta)
            errors = _d_errors(others + added)
            asked = {_key(other) for row, other in enumerate(design) if row != task}
            errors[[_key(each) in asked for each in candidates]] = np.inf
            # Rounded, because designs that are equally good differ in the last digits, which
            # depend on the processor.
            *rounded, now = significant(np.append(errors, error))
            best = int(np.argmin(rounded))
            if rounded[best] < now:
                design[task], by_task[task] = candidates[best], added[best]
                error = float(errors[best])
        if not error < before * (1 - 1e-9):
            break
    return error


def _frame(tasks: Floats, names: tuple[str, ...], alternatives: int) -> pd.DataFrame:
    count, size, _ = tasks.shape
    frame = pd.DataFrame(
        {
            "task": np.repeat(np.arange(1, count + 1), size),
            "alternative": np.tile(np.arange(1, size + 1), count),
        }
    )
    for at, name in enumerate(names):
        frame[name] = tasks[:, :, at].ravel()
    frame.loc[frame["alternative"] > alternatives, list(names)] = np.nan
    return frame


def design_tensor(design: pd.DataFrame, names: Sequence[str]) -> Floats:
    """Return a design as an array, with "none" as an attribute of its own.

    Parameters
    ----------
    design : DataFrame
        From `efficient_design`.
    names : sequence of str
        Attributes in the order of the prior; ``none`` may be the last.

    Returns
    -------
    ndarray, shape (T, J, k)
        Tasks, alternatives and attributes, for `information`.

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
            "design", list(sizes), "of tasks with the same number of alternatives"
        )
    none = design[plain].isna().all(axis=1).to_numpy(dtype=float)
    columns = [none if name == NONE else design[name].fillna(0).to_numpy(float) for name in names]
    return np.stack(columns, axis=-1).reshape(-1, int(sizes[0]), len(names))


def expected_error(
    design: pd.DataFrame, prior: Mapping[str, float], of: str = "days", money: str = "price"
) -> float:
    """Return the standard error of willingness to pay expected from one respondent.

    By the delta method from the information of the design; with R respondents, divide by √R.

    Parameters
    ----------
    design : DataFrame
        From `efficient_design`.
    prior : mapping of str to float
        Attribute → expected utility of a unit.
    of, money : str
        As for `cemlib.studies.value.discrete_choice.willingness_to_pay`.

    Returns
    -------
    float
        In units of money per unit of the attribute; infinite where the design cannot estimate it.

    Examples
    --------
    >>> frame = pd.DataFrame({"task": [1, 1, 2, 2], "alternative": [1, 2, 1, 2]})
    >>> frame["price"], frame["days"] = [5.0, 0, 9, 0], [1.0, 3, 2, 5]
    >>> round(expected_error(frame, {"price": -0.2, "days": -0.8}), 1)
    14.8
    """
    names = list(prior)
    beta = np.array([prior[name] for name in names])
    fisher = information(design_tensor(design, names), beta)
    if np.linalg.det(fisher) < 1e-14:
        return float("inf")
    slope = np.zeros(len(beta))
    top, bottom = names.index(of), names.index(money)
    slope[top] = 1 / beta[bottom]
    slope[bottom] = -beta[top] / beta[bottom] ** 2
    return float(np.sqrt(slope @ np.linalg.solve(fisher, slope)))


def random_error(
    design: pd.DataFrame,
    levels: Mapping[str, Sequence[float]],
    prior: Mapping[str, float],
    rng: np.random.Generator,
) -> float:
    """Return the median error of 60 designs of the same size with random levels.

    Parameters
    ----------
    design : DataFrame
        From `efficient_design`.
    levels, prior : mapping
        As for `efficient_design`.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    float
        As `expected_error`.

    Examples
    --------
    >>> levels, prior = {"price": [0, 5, 10], "days": [1, 2, 3]}, {"price": -0.2, "days": -0.8}
    >>> rng = np.random.default_rng(1)
    >>> design = efficient_design(levels, prior, tasks=6, alternatives=2, rng=rng)
    >>> random_error(design, levels, prior, rng) > expected_error(design, prior)
    True
    """
    offered = design.dropna(subset=list(levels)).index
    errors = []
    for _ in range(RANDOM_DESIGNS):
        randomised = design.copy()
        for name, each in levels.items():
            randomised.loc[offered, name] = rng.choice(np.asarray(each, dtype=float), len(offered))
        errors.append(expected_error(randomised, prior))
    return float(np.median(errors))


def respondents_needed(error: float, margin: float) -> int:
    """Return how many respondents a 95% interval of ± `margin` needs.

    Parameters
    ----------
    error : float
        From `expected_error`.
    margin : float
        Margin of error, half the width of the interval, in the same unit.

    Examples
    --------
    >>> respondents_needed(9.7, 1.0)
    362
    """
    checks.between("error", error, 0, 1e9)
    checks.between("margin", margin, 1e-9)
    return int(np.ceil((1.959963984540054 * error / margin) ** 2))


def dominated(design: pd.DataFrame, better: Mapping[str, int]) -> int:
    """Return how many tasks contain a dominated alternative.

    Another alternative of the task is at least as good in every attribute, and better in one.

    Parameters
    ----------
    design : DataFrame
        From `efficient_design`.
    better : mapping of str to int
        Attribute → −1 where less is better, 1 where more is.

    Examples
    --------
    >>> frame = pd.DataFrame({"task": [1, 1], "price": [5.0, 6], "days": [1.0, 2]})
    >>> dominated(frame, {"price": -1, "days": -1})
    1
    """
    count = 0
    for _, task in design.dropna(subset=list(better)).groupby("task"):
        value = task[list(better)].to_numpy(dtype=float) * np.array(list(better.values()))
        beats = (value[:, None] >= value).all(axis=2) & (value[:, None] > value).any(axis=2)
        count += bool(beats.any())
    return count
