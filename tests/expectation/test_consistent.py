import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.outliers_influence import variance_inflation_factor

from cemlib.studies.expectation.structural.consistent import consistent_paths
from cemlib.studies.expectation.structural.fit import Moments, pls_path

LOADINGS = {"X": [0.8, 0.7, 0.6], "Z": [0.9, 0.7], "Y": [0.7, 0.8, 0.75]}
MODEL = "X =~ x1 + x2 + x3\nZ =~ z1 + z2\nY =~ y1 + y2 + y3\nY ~ X + Z"
PATHS, BETWEEN = np.array([0.5, 0.3]), 0.4


def moments():
    """Return the exact moments of a factor model with known paths."""
    sources = np.array([[1, BETWEEN], [BETWEEN, 1]])
    factors = np.eye(3)
    factors[:2, :2] = sources
    factors[2, :2] = factors[:2, 2] = sources @ PATHS
    matrix = np.zeros((8, 3))
    matrix[:3, 0], matrix[3:5, 1], matrix[5:, 2] = LOADINGS["X"], LOADINGS["Z"], LOADINGS["Y"]
    table = matrix @ factors @ matrix.T
    np.fill_diagonal(table, 1.0)
    names = ("x1", "x2", "x3", "z1", "z2", "y1", "y2", "y3")
    return Moments(names, np.zeros(8), np.ones(8), table, 400)


def test_corrected_paths_are_those_of_the_factor_model():
    """Dijkstra & Henseler: exact moments give exact paths, where plain PLS is attenuated."""
    table = consistent_paths(pls_path(moments(), MODEL))
    np.testing.assert_allclose(table["consistent"], PATHS, atol=0.01)
    assert (table["path"] < PATHS - 0.02).any()
    assert abs(table["path"].iloc[0] - PATHS[0]) > 0.04


def test_variance_inflation_is_that_of_statsmodels(rng):
    factor = rng.multivariate_normal(np.zeros(8), moments().correlations, size=300)
    fit = pls_path(pd.DataFrame(factor, columns=moments().items), MODEL)
    scores = sm.add_constant(fit.scores[["X", "Z"]])
    expected = [variance_inflation_factor(scores.to_numpy(), column) for column in (1, 2)]
    np.testing.assert_allclose(consistent_paths(fit)["vif"], expected, rtol=1e-6)


def test_single_items_count_as_without_error():
    table = np.array([[1.0, 0.4], [0.4, 1.0]])
    fit = pls_path(Moments(("x", "y"), np.zeros(2), np.ones(2), table, 50), "X =~ x\nY =~ y\nY ~ X")
    assert consistent_paths(fit)["consistent"].iloc[0] == pytest.approx(0.4)
