"""Interim looks at an experiment: their false-positive rate, and bounds that control it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize, stats
from scipy.special import ndtr

from cemlib import checks
from cemlib.stats.estimates import Floats

SHAPES = ("pocock", "obrien-fleming", "spend-pocock", "spend-obrien-fleming")
MAX_LOOKS = 50
_TAIL = 10.0


@dataclass(frozen=True)
class SequentialDesign:
    """Two-sided bounds on |z| at looks after equal shares of the participants.

    Attributes
    ----------
    bounds : ndarray, shape (K,)
        Stop and reject at look k where |z| is at least the k-th.
    alpha : float
        False-positive rate over all looks.
    shape : str
        One of `SHAPES`, or "fixed" for bounds chosen by hand.

    Examples
    --------
    >>> group_sequential(5, shape="pocock").bounds.round(3)
    array([2.413, 2.413, 2.413, 2.413, 2.413])
    """

    bounds: Floats
    alpha: float
    shape: str = "fixed"

    @property
    def looks(self) -> int:
        """Number of looks, including the final one."""
        return len(self.bounds)

    def frame(self) -> pd.DataFrame:
        """Return a row per look: look, share (of participants), bound, spent (alpha so far).

        Examples
        --------
        >>> group_sequential(2).frame()["bound"].round(3).tolist()
        [2.797, 1.977]
        """
        number = np.arange(1, self.looks + 1)
        return pd.DataFrame(
            {
                "look": number,
                "share": number / self.looks,
                "bound": self.bounds,
                "spent": crossing_probabilities(self.bounds).cumsum(),
            }
        )


def group_sequential(
    looks: int, *, alpha: float = 0.05, shape: str = "obrien-fleming"
) -> SequentialDesign:
    """Return bounds that control the false-positive rate over all looks.

    Parameters
    ----------
    looks : int
        Number of looks including the final one: 1 to 50, equally spaced.
    alpha : float
        False-positive rate over all looks, two-sided.
    shape : {"obrien-fleming", "pocock", "spend-obrien-fleming", "spend-pocock"}
        Bounds c·√(K/k), strict at early looks; one bound for all looks; or Lan & DeMets's
        alpha-spending versions of both.

    Returns
    -------
    SequentialDesign

    References
    ----------
    Pocock (1977), *Biometrika* 64:191–199; O'Brien & Fleming (1979), *Biometrics* 35:549–556;
    Lan & DeMets (1983), *Biometrika* 70:659–663.

    Examples
    --------
    >>> group_sequential(5).bounds.round(2)
    array([4.56, 3.23, 2.63, 2.28, 2.04])
    """
    checks.between("looks", looks, 1, MAX_LOOKS, whole=True)
    checks.between("alpha", alpha, 1e-6, 0.5)
    checks.one_of("shape", shape, SHAPES)
    share = np.arange(1, looks + 1) / looks
    if shape.startswith("spend"):
        return SequentialDesign(_spending_bounds(share, alpha, shape), alpha, shape)
    form = np.ones(looks) if shape == "pocock" else 1 / np.sqrt(share)
    constant = optimize.brentq(
        lambda c: crossing_probabilities(c * form).sum() - alpha, 0.1, 8.0, xtol=1e-10
    )
    return SequentialDesign(constant * form, alpha, shape)


def false_positive_rate(looks: int, *, alpha: float = 0.05) -> float:
    """Return the false-positive rate when testing at alpha at every look.

    Parameters
    ----------
    looks : int
        Number of looks including the final one, after equal shares of the participants.
    alpha : float
        Significance level of each test.

    References
    ----------
    Armitage, McPherson & Rowe (1969), *J. Royal Statistical Society A* 132:235–244.

    Examples
    --------
    >>> [round(false_positive_rate(looks), 3) for looks in (1, 2, 5, 10)]
    [0.05, 0.083, 0.142, 0.193]
    """
    checks.between("looks", looks, 1, MAX_LOOKS, whole=True)
    checks.between("alpha", alpha, 1e-6, 0.5)
    return float(crossing_probabilities(np.full(looks, stats.norm.isf(alpha / 2))).sum())


def compare_looks(
    counts: Sequence[int],
) -> tuple[dict[int, float], dict[int, list[SequentialDesign]]]:
    """Return false-positive rates of 1 to 10 looks, and the bounds for each number of looks.

    Parameters
    ----------
    counts : sequence of int
        Numbers of looks for which to compute the bounds of Pocock and of O'Brien and Fleming.

    Examples
    --------
    >>> rates, designs = compare_looks([2])
    >>> round(rates[5], 3), [design.shape for design in designs[2]]
    (0.142, ['pocock', 'obrien-fleming'])
    """
    shapes = ("pocock", "obrien-fleming")
    rates = {count: false_positive_rate(count) for count in range(1, 11)}
    return rates, {
        count: [group_sequential(count, shape=shape) for shape in shapes] for count in counts
    }


def crossing_probabilities(bounds: ArrayLike) -> Floats:
    """Return the probability of crossing the bounds first at each look, without an effect.

    The sum of the data has independent normal increments. The density of the sum, where no bound
    is crossed yet, is integrated from look to look by Gauss–Legendre quadrature.

    Parameters
    ----------
    bounds : array_like, shape (K,)
        Bounds on |z|, above 0, at looks after equal shares.

    Returns
    -------
    ndarray, shape (K,)
        Probabilities; their sum is the probability of crossing at any look.

    References
    ----------
    Armitage, McPherson & Rowe (1969); Jennison & Turnbull (2000), ch. 19.

    Examples
    --------
    >>> crossing_probabilities([1.96, 1.96]).round(4)
    array([0.05  , 0.0331])
    """
    limit = checks.vector("bounds", bounds)
    for bound in limit:
        checks.between("bounds", float(bound), 1e-9)
    crossed = np.zeros(len(limit))
    sums, density = np.zeros(1), np.ones(1)
    for look in range(len(limit)):
        bound = limit[look] * np.sqrt(look + 1)
        crossed[look] = density @ (ndtr(sums - bound) + ndtr(-bound - sums))
        # The density beyond ten standard deviations is negligible and left out.
        high = min(bound, _TAIL * np.sqrt(look + 1))
        nodes, weights = _legendre(24 + 4 * int(np.ceil(2 * high)))
        grid = -high + high * (nodes + 1)
        kernel = np.exp(-np.square(grid[:, None] - sums) / 2) / np.sqrt(2 * np.pi)
        sums, density = grid, high * weights * (kernel @ density)
    return crossed


@lru_cache
def _legendre(nodes: int) -> tuple[Floats, Floats]:
    return np.polynomial.legendre.leggauss(nodes)


def _spending_bounds(share: Floats, alpha: float, shape: str) -> Floats:
    if shape == "spend-pocock":
        spent = alpha * np.log(1 + (np.e - 1) * share)
    else:
        # Each side spends half of alpha by the one-sided O’Brien–Fleming spending function.
        spent = 4 * stats.norm.sf(stats.norm.isf(alpha / 4) / np.sqrt(share))
    bounds = np.empty(0)
    for due in np.diff(spent, prepend=0.0):

        def surplus(c: float, due: float = due, known: Floats = bounds) -> float:
            return float(crossing_probabilities(np.append(known, c))[-1] - due)

        top = 9.0
        bound = top if surplus(top) > 0 else optimize.brentq(surplus, 0.1, top, xtol=1e-10)
        bounds = np.append(bounds, bound)
    return bounds
