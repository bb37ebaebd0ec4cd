"""Looking at an experiment before it ends: what it does to error, and bounds that mend it."""

from __future__ import annotations

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
MOST_LOOKS = 50
_REACH = 10.0


@dataclass(frozen=True)
class SequentialDesign:
    """Two-sided bounds on |z| at looks after equal shares of the participants.

    Attributes
    ----------
    bounds : ndarray, shape (K,)
        Stop and reject at look k where |z| is at least the k-th.
    alpha : float
        Chance of a false alarm over all looks.
    shape : str
        One of `SHAPES`, or "fixed" for bounds of one's own.

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
        """How often one looks, the end included."""
        return len(self.bounds)

    def frame(self) -> pd.DataFrame:
        """Return a row a look: look, share (of participants), bound, nominal_p, spent (of alpha).

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
                "nominal_p": 2 * stats.norm.sf(self.bounds),
                "spent": crossing_probabilities(self.bounds).cumsum(),
            }
        )

    def power(self, drift: float) -> float:
        """Return the chance to reject, on the side where the effect is.

        Parameters
        ----------
        drift : float
            Expected z at the end: true effect over the standard error with all participants.

        Examples
        --------
        >>> round(group_sequential(1).power(2.802), 3)
        0.8
        """
        return float(crossing_probabilities(self.bounds, abs(drift), sides=1).sum())

    def expected_share(self, drift: float) -> float:
        """Return the mean share of the participants that is used.

        Examples
        --------
        >>> round(group_sequential(5).expected_share(2.802), 2)
        0.8
        """
        share = np.arange(1, self.looks + 1) / self.looks
        stop = crossing_probabilities(self.bounds, drift)
        return float(stop @ share + 1 - stop.sum())

    def inflation(self, power: float = 0.8) -> float:
        """Return how many more participants at most, as a factor, than with one look.

        References
        ----------
        Jennison & Turnbull (2000), *Group Sequential Methods*, tables 2.2 and 2.4.

        Examples
        --------
        >>> round(group_sequential(5, shape="pocock").inflation(0.9), 3)
        1.207
        """
        checks.between("power", power, self.alpha, 1 - 1e-9)
        single = group_sequential(1, alpha=self.alpha)

        def drift(design: SequentialDesign) -> float:
            gap = optimize.brentq(lambda d: design.power(d) - power, 0.0, 15.0, xtol=1e-9)
            return float(gap)

        return (drift(self) / drift(single)) ** 2


def group_sequential(
    looks: int, *, alpha: float = 0.05, shape: str = "obrien-fleming"
) -> SequentialDesign:
    """Return bounds that keep the chance of a false alarm over all looks.

    Parameters
    ----------
    looks : int
        How often one looks, the end included: 1 to 50, equally spaced.
    alpha : float
        Chance of a false alarm over all looks, two-sided.
    shape : {"obrien-fleming", "pocock", "spend-obrien-fleming", "spend-pocock"}
        Bounds c·√(K/k), strict at first; one bound for all; or those that spend alpha as time
        goes, by Lan & DeMets.

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
    checks.between("looks", looks, 1, MOST_LOOKS, whole=True)
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


def peeking_error(looks: int, *, alpha: float = 0.05) -> float:
    """Return the chance of a false alarm for who tests at alpha at every look and stops if lucky.

    Parameters
    ----------
    looks : int
        How often one looks, the end included, after equal shares of the participants.
    alpha : float
        The level of each test.

    References
    ----------
    Armitage, McPherson & Rowe (1969), *J. Royal Statistical Society A* 132:235–244.

    Examples
    --------
    >>> [round(peeking_error(looks), 3) for looks in (1, 2, 5, 10)]
    [0.05, 0.083, 0.142, 0.193]
    """
    checks.between("looks", looks, 1, MOST_LOOKS, whole=True)
    checks.between("alpha", alpha, 1e-6, 0.5)
    return float(crossing_probabilities(np.full(looks, stats.norm.isf(alpha / 2))).sum())


def crossing_probabilities(bounds: ArrayLike, drift: float = 0.0, *, sides: int = 2) -> Floats:
    """Return the chance to cross first at each look.

    The sum of the data moves by independent normal steps; its density on the part that has not
    crossed is carried from look to look by Gauss–Legendre quadrature.

    Parameters
    ----------
    bounds : array_like, shape (K,)
        Bounds on |z|, above 0, at looks after equal shares.
    drift : float
        Expected z at the last look.
    sides : {2, 1}
        Count crossings on both sides, or only those above.

    Returns
    -------
    ndarray, shape (K,)
        Probabilities; their sum is the chance to cross at all.

    References
    ----------
    Armitage, McPherson & Rowe (1969); Jennison & Turnbull (2000), ch. 19.

    Examples
    --------
    >>> crossing_probabilities([1.96, 1.96]).round(4)
    array([0.05  , 0.0331])
    """
    limit = checks.vector("bounds", bounds)
    checks.one_of("sides", sides, (1, 2))
    for bound in limit:
        checks.between("bounds", float(bound), 1e-9)
    step = drift / np.sqrt(len(limit))  # mean of one look’s share, in its own deviation
    crossed = np.zeros(len(limit))
    places, density = np.zeros(1), np.ones(1)
    for look in range(len(limit)):
        edge, ahead = limit[look] * np.sqrt(look + 1), places + step
        beyond = ndtr(ahead - edge) + (ndtr(-edge - ahead) if sides == 2 else 0.0)
        crossed[look] = density @ beyond
        # What lies beyond ten standard deviations of what can be is left out.
        reach, middle = _REACH * np.sqrt(look + 1), (look + 1) * step
        low, high = max(-edge, middle - reach), min(edge, middle + reach)
        if low >= high:
            break
        nodes, weights = _legendre(24 + 4 * int(np.ceil(high - low)))
        grid = low + (high - low) / 2 * (nodes + 1)
        kernel = np.exp(-np.square(grid[:, None] - ahead) / 2) / np.sqrt(2 * np.pi)
        places, density = grid, (high - low) / 2 * weights * (kernel @ density)
    return crossed


@lru_cache
def _legendre(nodes: int) -> tuple[Floats, Floats]:
    return np.polynomial.legendre.leggauss(nodes)


def simulate_peeking(
    bounds: ArrayLike, experiments: int, rng: np.random.Generator, *, drift: float = 0.0
) -> float:
    """Return the share of simulated experiments that cross a bound at some look.

    Parameters
    ----------
    bounds : array_like, shape (K,)
        Bounds on |z| at looks after equal shares.
    experiments : int
        How many to run.
    rng : numpy.random.Generator
        Source of randomness.
    drift : float
        Expected z at the last look.

    Examples
    --------
    >>> share = simulate_peeking([1.96] * 5, 20_000, np.random.default_rng(1))
    >>> abs(share - 0.142) < 0.01
    True
    """
    limit = checks.vector("bounds", bounds)
    checks.between("experiments", experiments, 1, whole=True)
    steps = rng.normal(drift / np.sqrt(len(limit)), 1.0, size=(experiments, len(limit)))
    z = steps.cumsum(axis=1) / np.sqrt(np.arange(1, len(limit) + 1))
    return float((np.abs(z) >= limit).any(axis=1).mean())


def _spending_bounds(share: Floats, alpha: float, shape: str) -> Floats:
    if shape == "spend-pocock":
        spent = alpha * np.log(1 + (np.e - 1) * share)
    else:
        # Each side spends its half of alpha as the one-sided function does.
        spent = 4 * stats.norm.sf(stats.norm.isf(alpha / 4) / np.sqrt(share))
    bounds = np.empty(0)
    for due in np.diff(spent, prepend=0.0):

        def surplus(c: float, due: float = due, known: Floats = bounds) -> float:
            return float(crossing_probabilities(np.append(known, c))[-1] - due)

        top = 9.0
        found = top if surplus(top) > 0 else optimize.brentq(surplus, 0.1, top, xtol=1e-10)
        bounds = np.append(bounds, found)
    return bounds
