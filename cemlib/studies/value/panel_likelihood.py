"""The simulated likelihood of choices by respondents whose values differ."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.stats import qmc

from cemlib import checks
from cemlib.stats.estimates import Floats

_BLOCK = 2_000_000  # cells of a table of the likelihood
_BOUND = 300.0  # of a difference in utility, so that its exponential stays finite


@dataclass(frozen=True)
class Panel:
    """Choices of respondents, as what each rejected alternative has more than the chosen one.

    Attributes
    ----------
    differences : ndarray, shape (n, k)
        Rejected less chosen alternative, the rows of a choice and of a respondent together.
    sets, people : ndarray of int
        First row of each choice; first choice of each respondent.
    """

    differences: Floats
    sets: NDArray[np.intp]
    people: NDArray[np.intp]


def panel(
    attributes: pd.DataFrame, chosen: ArrayLike, choice: ArrayLike, owner: ArrayLike
) -> Panel:
    """Arrange choices for the likelihood; rows of a choice and of an owner may be apart.

    Parameters
    ----------
    attributes : DataFrame, shape (n, k)
        One row per alternative.
    chosen : array_like, shape (n,)
        1 for the chosen alternative, 0 otherwise.
    choice, owner : array_like, length n
        The choice, and the respondent, that each row belongs to.

    Raises
    ------
    ValueError
        If a choice has not exactly one chosen alternative, or no other.

    Examples
    --------
    >>> frame = pd.DataFrame({"price": [1.0, 3, 2, 5]})
    >>> panel(frame, [1, 0, 0, 1], [1, 1, 2, 2], ["a"] * 4).differences.ravel()
    array([ 2., -3.])
    """
    x, y = checks.matrix("attributes", attributes, rows=2), checks.vector("chosen", chosen)
    who = pd.factorize(np.asarray(owner))[0]
    what = pd.factorize(np.asarray(choice))[0]
    order = np.lexsort([y == 1, what, who])  # the chosen alternative last
    x, y, what, who = x[order], y[order], what[order], who[order]
    last = np.append(np.diff(what) != 0, True)
    sizes = np.diff(np.append(-1, np.flatnonzero(last)))
    if not ((y == 1) == last).all() or not np.isin(y, (0, 1)).all() or sizes.min() < 2:
        raise checks.invalid_argument("chosen", y[:5], "1 for one of several alternatives, else 0")
    differences = (x - np.repeat(x[last], sizes, axis=0))[~last]
    sets = np.concatenate([[0], np.cumsum(sizes - 1)[:-1]])
    people = np.flatnonzero(np.append(True, np.diff(who[last]) != 0))
    return Panel(differences, sets.astype(np.intp), people.astype(np.intp))


def halton(people: int, dimensions: int, points: int, rng: np.random.Generator) -> Floats:
    """Return normal values at scrambled Halton points, shape (people, dimensions, points).

    Each respondent gets the next `points` of one sequence, as is usual: errors of simulation then
    cancel out between respondents.

    References
    ----------
    Halton (1960), *Numerische Mathematik* 2:84–90; Train (2009), *Discrete Choice Methods with
    Simulation*, 2nd ed., ch. 9.

    Examples
    --------
    >>> drawn = halton(50, 2, 40, np.random.default_rng(1))
    >>> drawn.shape, bool(abs(drawn.mean()) < 0.01)
    ((50, 2, 40), True)
    """
    uniform = qmc.Halton(dimensions, scramble=True, rng=rng).random(people * points)
    normal = stats.norm.ppf(np.clip(uniform, 1e-12, 1 - 1e-12))
    return np.ascontiguousarray(normal.reshape(people, points, dimensions).transpose(0, 2, 1))


def simulated_likelihood(
    data: Panel, centre: Floats, factor: Floats, logs: NDArray[np.bool_], normal: Floats
) -> tuple[Floats, Floats, Floats]:
    r"""Return each respondent's simulated log-likelihood, and its derivatives.

    :math:`\log \tfrac1R \sum_r \prod_t P_t(\beta_r)`, the mean over points of the probability of
    all choices of a respondent, with :math:`b_r = c + F z_r` and β equal to b, or to
    :math:`-e^b` where `logs` says so.

    Parameters
    ----------
    data : Panel
        Choices of N respondents.
    centre, factor : ndarray, shape (k,) and (k, k)
        Mean and factor of the covariance of b.
    logs : ndarray of bool, shape (k,)
        Which attributes have a lognormal value.
    normal : ndarray, shape (N, k, R)
        Points, from `halton`.

    Returns
    -------
    log_likelihood : ndarray, shape (N,)
        Of each respondent.
    by_centre, by_factor : ndarray, shape (N, k) and (N, k, k)
        Derivatives.

    References
    ----------
    Revelt & Train (1998), *Review of Economics and Statistics* 80:647–657.

    Examples
    --------
    >>> data = panel(pd.DataFrame({"price": [1.0, 3]}), [1, 0], [1, 1], [1, 1])
    >>> start = np.zeros(1), np.zeros((1, 1)), np.array([False]), np.zeros((1, 1, 5))
    >>> simulated_likelihood(data, *start)[0].round(4)
    array([-0.6931])
    """
    sizes = np.diff(np.append(data.sets, len(data.differences)))
    rows = data.sets[data.people]  # first row of each respondent
    counts = np.diff(np.append(rows, len(data.differences)))
    drawn = centre[:, None] + factor @ normal
    beta = np.where(logs[:, None], -np.exp(np.minimum(drawn, 20.0)), drawn)
    weight = np.zeros((len(data.differences), normal.shape[2]))
    for column, values in enumerate(beta.transpose(1, 0, 2)):
        weight += data.differences[:, column, None] * np.repeat(values, counts, axis=0)
    np.exp(np.clip(weight, -_BOUND, _BOUND, out=weight), out=weight)
    total = 1 + np.add.reduceat(weight, data.sets)
    joint = -np.add.reduceat(np.log(total), data.people)
    top = joint.max(axis=1, keepdims=True)
    joint = np.exp(joint - top)
    mean = joint.mean(axis=1, keepdims=True)
    share = joint / (mean * joint.shape[1])  # of each point in the likelihood
    weight /= np.repeat(total, sizes, axis=0)
    slopes = np.empty_like(beta)
    for column in range(len(centre)):
        part = np.add.reduceat(data.differences[:, column, None] * weight, rows)
        slopes[:, column] = -share * part * (beta[:, column] if logs[column] else 1.0)
    by_factor = slopes @ normal.transpose(0, 2, 1)
    return (np.log(mean) + top)[:, 0], slopes.sum(axis=2), by_factor


def blocks(data: Panel, normal: Floats) -> list[tuple[Panel, Floats]]:
    """Split respondents, so that no table of the likelihood grows beyond some megabytes.

    Examples
    --------
    >>> data = panel(pd.DataFrame({"price": [1.0, 3]}), [1, 0], [1, 1], [1, 1])
    >>> len(blocks(data, np.zeros((1, 1, 5))))
    1
    """
    rows = np.append(data.sets[data.people], len(data.differences))
    edges = [0]
    while edges[-1] < len(data.people):
        limit = rows[edges[-1]] + max(_BLOCK // normal.shape[2], 1)
        edges.append(max(int(np.searchsorted(rows, limit, side="right")) - 1, edges[-1] + 1))
    sets = np.append(data.people, len(data.sets))
    parts = []
    for first, last in pairwise(edges):
        low, high = sets[first], sets[last]
        part = Panel(
            data.differences[rows[first] : rows[last]],
            data.sets[low:high] - rows[first],
            data.people[first:last] - low,
        )
        parts.append((part, normal[first:last]))
    return parts
