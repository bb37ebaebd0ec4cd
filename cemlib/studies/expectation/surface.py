"""Satisfaction as a quadratic surface over expectation and performance (Edwards)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib.stats.estimates import Floats
from cemlib.stats.regression import Regression, least_squares
from cemlib.studies.expectation.disconfirmation import checked, quadratic


@dataclass(frozen=True)
class ResponseSurface:
    """A quadratic surface of satisfaction over expectation and performance.

    Attributes
    ----------
    fit : Regression
        constant, expectation, performance, expectation², expectation × performance, performance²
        (and controls), both centred at `centre`.
    centre : float
        Subtracted from both, points.
    """

    fit: Regression
    centre: float

    def tests(self) -> pd.DataFrame:
        """Return the four surface tests: name, meaning, estimate, low, high, p.

        a₁ and a₂ are slope and curvature along the line where performance equals expectation; a₃
        and a₄ along the line from excess to shortfall. A difference score implies
        a₁ = a₂ = a₄ = 0.

        References
        ----------
        Edwards & Parry (1993), *Academy of Management J.* 36:1577–1613; Shanock et al. (2010),
        *J. Business and Psychology* 25:543–554.

        Examples
        --------
        >>> from cemlib.studies.expectation.model import ExpectationModel
        >>> frame = ExpectationModel().simulate(400, np.random.default_rng(1))
        >>> surface = response_surface(
        ...     frame["satisfaction"], frame["quality"], frame["expectation"])
        >>> surface.tests()["name"].tolist()
        ['a1', 'a2', 'a3', 'a4']
        """
        rows = []
        for name, meaning, weights in (
            ("a1", "slope where expectation is met", [0, 1, 1, 0, 0, 0]),
            ("a2", "curvature where expectation is met", [0, 0, 0, 1, 1, 1]),
            ("a3", "slope from excess to shortfall", [0, 1, -1, 0, 0, 0]),
            ("a4", "curvature from excess to shortfall", [0, 0, 0, 1, -1, 1]),
        ):
            extra = [0.0] * (len(self.fit.names) - len(weights))
            test = self.fit.combination([*map(float, weights), *extra])
            rows.append((name, meaning, test.estimate, *test.interval(), test.p_value))
        return pd.DataFrame(rows, columns=["name", "meaning", "estimate", "low", "high", "p"])

    @property
    def rejected(self) -> list[str]:
        """Implications of a difference score that the data reject at 5%: of a1, a2 and a4."""
        tests = self.tests()
        return tests["name"][(tests["p"] < 0.05) & (tests["name"] != "a3")].tolist()

    def at(self, expectation: ArrayLike, performance: ArrayLike) -> Floats:
        """Return satisfaction on the surface, controls at their means.

        Parameters
        ----------
        expectation, performance : array_like
            Points; shapes must broadcast.
        """
        x = np.asarray(expectation, dtype=float) - self.centre
        y = np.asarray(performance, dtype=float) - self.centre
        b = self.fit.coefficients
        return np.asarray(b[0] + b[1] * x + b[2] * y + b[3] * x**2 + b[4] * x * y + b[5] * y**2)


def response_surface(
    satisfaction: ArrayLike,
    performance: ArrayLike,
    expectation: ArrayLike,
    controls: pd.DataFrame | None = None,
    *,
    centre: float = 50.0,
) -> ResponseSurface:
    """Fit satisfaction by a full quadratic in expectation and performance.

    Parameters
    ----------
    satisfaction, performance, expectation : array_like, shape (n,)
        Complete, in points.
    controls : DataFrame, shape (n, p), optional
        Covariates such as effort; centred, so the surface is at their means.
    centre : float
        Subtracted from expectation and performance: the middle of their common scale.

    Returns
    -------
    ResponseSurface
        With HC3 standard errors.

    References
    ----------
    Edwards (2002), in Drasgow & Schmitt (eds), *Measuring and Analyzing Behavior in
    Organizations*, 350–400.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x, y = rng.uniform(0, 100, size=(2, 50))
    >>> surface = response_surface(60 + 0.5 * (y - x), y, x)
    >>> bool(np.isclose(surface.at(70, 30), 40))
    True
    """
    p, e, rest = checked(performance, expectation, controls)
    design = pd.DataFrame(quadratic(p - centre, e - centre)).set_axis(
        ["expectation", "performance", "expectation²", "expectation × performance", "performance²"],
        axis=1,
    )
    fit = least_squares(pd.concat([design, rest], axis=1), satisfaction, kind="HC3")
    return ResponseSurface(fit, centre)
