"""Loss aversion under each curvature of the value function that the data allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks
from cemlib.stats.regression import design_matrix
from cemlib.stats.value_function import CURVATURE
from cemlib.studies.expectation.disconfirmation import checked, kink_columns, kinked_value

CURVATURES = (0.5, 0.6, 0.7, 0.8, CURVATURE, 1.0)


@dataclass(frozen=True)
class CurvatureProfile:
    """Loss aversion λ over curvatures α of the value function.

    Attributes
    ----------
    table : DataFrame
        One row per curvature: curvature, estimate, low, high (λ with its 95% interval if this is
        the curvature), p_value (of the curvature, by the likelihood ratio) and allowed (whether
        p is at least 0.05).
    assumed : float
        Curvature of the estimate.
    """

    table: pd.DataFrame
    assumed: float = CURVATURE

    @property
    def loss_aversion(self) -> pd.Series:
        """Estimate of λ at the assumed curvature, low and high over all curvatures allowed.

        The interval holds every λ that is in the interval of a curvature that the data do not
        reject: a projection, which covers at least as often as it says if the true curvature is
        one of those tried.
        """
        allowed = self.table[self.table["allowed"] | (self.table["curvature"] == self.assumed)]
        at = self.table.loc[self.table["curvature"] == self.assumed, "estimate"].iloc[0]
        return pd.Series(
            {"estimate": at, "low": allowed["low"].min(), "high": allowed["high"].max()}
        )


def curvature_profile(
    satisfaction: ArrayLike,
    performance: ArrayLike,
    expectation: ArrayLike,
    weights: ArrayLike,
    controls: pd.DataFrame | None = None,
) -> CurvatureProfile:
    """Estimate loss aversion under each of several curvatures.

    A line that bends and a kink look alike: with less curvature assumed than there is, the bend
    is counted as loss aversion, or the other way round. Few trials are large enough to tell.

    Parameters
    ----------
    satisfaction, performance, expectation, weights, controls
        As for `cemlib.studies.expectation.disconfirmation.kinked_value`.

    References
    ----------
    Wakker (2010), *Prospect Theory*, §9.6; Scheffé (1953), *Biometrika* 40:87–104 (projection).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> p, e = rng.uniform(0, 100, size=(2, 200))
    >>> y = 50 + 0.3 * np.maximum(p - e, 0) - 0.6 * np.maximum(e - p, 0) + rng.normal(size=200)
    >>> profile = curvature_profile(y, p, e, np.ones((2, 200)))
    >>> profile.table.set_index("curvature")["allowed"][[0.5, 1.0]].tolist()
    [False, True]
    """
    p, e, rest = checked(performance, expectation, controls)
    y = checks.vector("satisfaction", satisfaction, length=len(p))
    squares, rows = [], []
    for curvature in CURVATURES:
        fit = kinked_value(y, p, e, weights, controls, curvature=curvature)
        rows.append(fit.frame().set_index("name").loc["loss_aversion"])
        design, _ = design_matrix(pd.DataFrame(kink_columns(p, e, curvature)).join(rest))
        residual = y - design @ np.linalg.lstsq(design, y)[0]
        squares.append(float(residual @ residual))
    ratio = len(y) * np.log(np.array(squares) / min(squares))
    table = pd.DataFrame(rows).reset_index(drop=True)
    table.insert(0, "curvature", CURVATURES)
    table["p_value"] = stats.chi2.sf(ratio, 1)
    return CurvatureProfile(table.assign(allowed=table["p_value"] >= 0.05))
