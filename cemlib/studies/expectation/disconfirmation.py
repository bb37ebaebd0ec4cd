"""Models of satisfaction by expectation and performance: their fit, comparison and the kink."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.estimates import Estimates, Floats, percentile_interval
from cemlib.stats.regression import (
    design_matrix,
    normal_equations,
    solve_normal,
    weighted_coefficients,
)
from cemlib.stats.value_function import CURVATURE

MODELS = ("difference score", "components", "response surface", "kinked value")
QUANTITIES = ("gain", "shortfall", "loss_aversion", "asymmetry", "performance", "curvature")
MAX_LOSS_AVERSION = 1000.0
CURVATURES = tuple(np.round(np.arange(0.4, 1.001, 0.05), 2))


@dataclass(frozen=True)
class KinkedValue:
    """A value function of satisfaction with a kink where performance equals expectation.

    Attributes
    ----------
    estimates : Estimates
        gain and shortfall (satisfaction per unit of (P − E)^α above and of (E − P)^α below, the
        latter as a positive loss), loss_aversion (their ratio λ; 1,000 where a resample shows no
        gain), asymmetry (shortfall minus gain: positive in Anderson & Sullivan), performance
        (slope) and curvature (α).
    estimated_curvature : bool
        Whether α was estimated, or assumed.
    """

    estimates: Estimates
    estimated_curvature: bool

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Return a row per quantity: name, estimate, low, high."""
        return self.estimates.frame(level)

    @property
    def loss_aversion(self) -> float:
        """Ratio λ of the weights of a shortfall and of an excess."""
        return self._get("loss_aversion")

    @property
    def curvature(self) -> float:
        """The exponent α."""
        return self._get("curvature")

    def contribution(self, disconfirmation: ArrayLike) -> tuple[Floats, Floats, Floats]:
        """Return the contribution of each disconfirmation to satisfaction, and its 95% interval.

        Parameters
        ----------
        disconfirmation : array_like, shape (m,)
            Performance minus expectation, points.
        """
        x = np.asarray(disconfirmation, dtype=float)

        def values_at(values: Floats) -> Floats:
            gain, loss, alpha = (
                values[:, self.estimates.names.index(name), None]
                for name in ("gain", "shortfall", "curvature")
            )
            return np.where(x >= 0, gain, -loss) * np.abs(x) ** alpha

        low, high = percentile_interval(values_at(self.estimates.draws))
        return values_at(self.estimates.values[None])[0], low, high

    def _get(self, name: str) -> float:
        return float(self.estimates.values[self.estimates.names.index(name)])


def kinked_value(
    satisfaction: ArrayLike,
    performance: ArrayLike,
    expectation: ArrayLike,
    weights: ArrayLike,
    controls: pd.DataFrame | None = None,
    *,
    curvature: float | None = CURVATURE,
) -> KinkedValue:
    """Estimate how many times as much a shortfall weighs as an excess.

    S = a + b·P + g·((P − E)⁺)^α − l·((E − P)⁺)^α + controls + ε, and λ = l/g. For a given α this is
    least squares; an unknown α minimises the sum of squares over a grid from 0.4 to 1, in the data
    and in each resample.

    Parameters
    ----------
    satisfaction, performance, expectation : array_like, shape (n,)
        Complete, in points.
    weights : array_like, shape (B, n)
        Resamples, from `cemlib.stats.bootstrap_weights`.
    controls : DataFrame, shape (n, p), optional
        Covariates. Where something unobserved affects both expectation and satisfaction, include
        `expectation_residual`.
    curvature : float, optional
        α if assumed; None estimates it, which needs thousands of rows.

    Returns
    -------
    KinkedValue

    Raises
    ------
    ValueError
        If fewer than 3 rows have an excess, or a shortfall: the kink cannot be estimated.

    References
    ----------
    Anderson & Sullivan (1993), *Marketing Science* 12:125–143; Tversky & Kahneman (1992), *J. Risk
    and Uncertainty* 5:297–323.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> p, e = rng.uniform(0, 100, size=(2, 60))
    >>> satisfaction = 50 + 0.2 * p + 0.3 * np.maximum(p - e, 0) - 0.6 * np.maximum(e - p, 0)
    >>> fit = kinked_value(satisfaction, p, e, np.ones((2, 60)), curvature=1)
    >>> round(fit.loss_aversion, 6)
    2.0
    """
    p, e, rest = checked(performance, expectation, controls)
    y = checks.vector("satisfaction", satisfaction, length=len(p))
    counts = np.vstack([np.ones(len(p)), np.asarray(weights, dtype=float)])
    if min((p > e).sum(), (p < e).sum()) < 3:
        raise ValueError(
            f"performance exceeds expectation in {(p > e).sum()} rows and falls short in "
            f"{(p < e).sum()}, but a kink needs at least 3 of each"
        )
    grid = CURVATURES if curvature is None else (checks.between("curvature", curvature, 0.05, 1),)
    best = np.full(len(counts), np.inf)
    estimates = np.empty((len(counts), len(QUANTITIES)))
    for alpha in grid:
        design, _ = design_matrix(pd.DataFrame(kink_columns(p, e, alpha)).join(rest))
        gram, cross = normal_equations(design, y, counts)
        b = solve_normal(gram, cross)
        loss = -np.einsum("bk,bk->b", b, cross)  # sum of squares, up to a constant
        better = loss < best
        best = np.where(better, loss, best)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = b[:, 3] / b[:, 2]
        columns = [b[:, 2], b[:, 3], ratio, b[:, 3] - b[:, 2], b[:, 1], np.full(len(b), alpha)]
        estimates = np.where(better[:, None], np.column_stack(columns), estimates)
    # Without a gain the ratio is not defined; a resample then counts as the largest λ.
    draws = estimates[1:]
    draws[:, 2] = np.where(
        draws[:, 0] > 0, np.minimum(draws[:, 2], MAX_LOSS_AVERSION), MAX_LOSS_AVERSION
    )
    return KinkedValue(Estimates(QUANTITIES, estimates[0], draws), curvature is None)


def expectation_residual(expectation: ArrayLike, randomised: pd.DataFrame) -> pd.Series:
    """Return the part of expectation that the randomised factors do not explain.

    As a covariate it controls for moods that affect both expectation and satisfaction (a control
    function); it does so fully where both are jointly normal.

    Parameters
    ----------
    expectation : array_like, shape (n,)
        Complete, in points.
    randomised : DataFrame, shape (n, p)
        The randomised factors.

    References
    ----------
    Wooldridge (2015), *J. Human Resources* 50:420–445.

    Examples
    --------
    >>> factors = pd.DataFrame({"information": [0, 0, 1, 1]})
    >>> expectation_residual([40.0, 42, 60, 62], factors).round(6).tolist()
    [-1.0, 1.0, -1.0, 1.0]
    """
    design, _ = design_matrix(randomised)
    e = checks.vector("expectation", expectation, length=len(design))
    fitted = design @ weighted_coefficients(design, e, np.ones((1, len(e))))[0]
    return pd.Series(e - fitted, randomised.index, name="expectation_residual")


def gap_controls(experiment: pd.DataFrame) -> pd.DataFrame:
    """Return the controls of the models of the gap: effort, and the residual of expectation.

    Examples
    --------
    >>> frame = pd.DataFrame({"effort": [0, 0, 1, 1], "information": [0, 1, 0, 1],
    ...     "expectation": [40.0, 60, 50, 70]})
    >>> list(gap_controls(frame))
    ['effort', 'mood']
    """
    factors = experiment[["effort", "information"]]
    mood = expectation_residual(experiment["expectation"], factors)
    return experiment[["effort"]].assign(mood=mood)


def compare_models(
    satisfaction: ArrayLike,
    performance: ArrayLike,
    expectation: ArrayLike,
    rng: np.random.Generator,
    controls: pd.DataFrame | None = None,
    *,
    folds: int = 10,
    repeats: int = 20,
    curvature: float = CURVATURE,
) -> pd.DataFrame:
    """Compare the models by repeated cross-validation.

    Parameters
    ----------
    satisfaction, performance, expectation : array_like, shape (n,)
        Complete, in points.
    rng : numpy.random.Generator
        Source of randomness, for the folds.
    controls : DataFrame, shape (n, p), optional
        Covariates of every model.
    folds, repeats : int
        Number of folds, and number of random splits.
    curvature : float
        α of the kinked value.

    Returns
    -------
    DataFrame
        model (`MODELS`), rmse (out of sample, points), r_squared (out of sample), excess (mean
        squared error minus that of the best model), low and high (95% interval of the excess over
        people; 0 for the best).

    References
    ----------
    Arlot & Celisse (2010), *Statistics Surveys* 4:40–79.

    Examples
    --------
    >>> from cemlib.studies.expectation.model import ExpectationModel
    >>> frame = ExpectationModel().simulate(400, np.random.default_rng(1))
    >>> compared = compare_models(frame["satisfaction"], frame["quality"], frame["expectation"],
    ...     np.random.default_rng(2), frame[["effort"]])
    >>> compared["model"].tolist()
    ['difference score', 'components', 'response surface', 'kinked value']
    """
    p, e, rest = checked(performance, expectation, controls)
    y = checks.vector("satisfaction", satisfaction, length=len(p))
    checks.between("folds", folds, 2, len(y), whole=True)
    checks.between("repeats", repeats, 1, whole=True)
    designs = (
        {"gap": p - e},
        {"performance": p, "expectation": e},
        quadratic(p - p.mean(), e - e.mean()),
        kink_columns(p, e, curvature),
    )
    order = rng.permuted(np.tile(np.arange(len(y)) % folds, (repeats, 1)), axis=1)
    errors = []
    for columns in designs:
        design, _ = design_matrix(pd.DataFrame(columns).join(rest))
        errors.append(_left_out_errors(design, y, order, folds))
    squared = np.square(np.stack(errors)).mean(axis=1)  # over repeats: (models, n)
    mean = squared.mean(axis=1)
    extra = squared - squared[mean.argmin()]
    margin = 1.96 * extra.std(axis=1, ddof=1) / np.sqrt(len(y))
    excess = extra.mean(axis=1)
    return pd.DataFrame(
        {
            "model": list(MODELS),
            "rmse": np.sqrt(mean),
            "r_squared": 1 - mean / y.var(ddof=1),
            "excess": excess,
            "low": excess - margin,
            "high": excess + margin,
        }
    )


def _left_out_errors(design: Floats, y: Floats, order: NDArray[np.int64], folds: int) -> Floats:
    """Return the error of each row when its fold is left out, shape (repeats, n)."""
    # Normal equations of all folds in one product: weight 0 for rows of the fold, 1 for others.
    left_out = (order[:, None, :] == np.arange(folds)[None, :, None]).reshape(-1, len(y))
    gram, cross = normal_equations(design, y, ~left_out)
    b = solve_normal(gram, cross).reshape(len(order), folds, -1)
    of_row = np.take_along_axis(b, order[..., None], axis=1)
    return np.asarray(y - np.einsum("rnk,nk->rn", of_row, design))


def checked(
    performance: ArrayLike, expectation: ArrayLike, controls: pd.DataFrame | None
) -> tuple[Floats, Floats, pd.DataFrame]:
    """Return performance, expectation and centred controls, checked to have one length.

    Examples
    --------
    >>> checked([1, 2], [3, 4], None)[2].shape
    (2, 0)
    """
    p = checks.vector("performance", performance)
    e = checks.vector("expectation", expectation, length=len(p))
    rest = pd.DataFrame(index=range(len(p))) if controls is None else controls.astype(float)
    if len(rest) != len(p):
        raise ValueError(f"controls has {len(rest)} rows, but performance has {len(p)}")
    return p, e, (rest - rest.mean()).reset_index(drop=True)


def quadratic(p: Floats, e: Floats) -> dict[str, Floats]:
    """Return the five columns of a full quadratic.

    Examples
    --------
    >>> list(quadratic(np.ones(1), np.ones(1)))
    ['e', 'p', 'ee', 'ep', 'pp']
    """
    return {"e": e, "p": p, "ee": e**2, "ep": e * p, "pp": p**2}


def kink_columns(p: Floats, e: Floats, curvature: float) -> dict[str, Floats]:
    """Return the columns of performance, of an excess and of a shortfall.

    Examples
    --------
    >>> kink_columns(np.array([3.0, 5.0]), np.array([4.0, 4.0]), 1.0)["gain"]
    array([0., 1.])
    """
    gap = p - e
    return {
        "performance": p,
        "gain": np.maximum(gap, 0) ** curvature,
        "loss": -(np.maximum(-gap, 0) ** curvature),
    }
