"""Learning rates of expectations, and forecasts against standards, from a panel of customers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cemlib.stats.clusters import cluster_numbers, clustered_covariance
from cemlib.stats.ratchet import Ratchet
from cemlib.stats.regression import Regression, least_squares

_COLUMNS = ("customer", "period", "performance", "expectation")
FEWEST_CHANGES = 30  # with a period before them, for an instrument


def learning_rates(panel: pd.DataFrame) -> Regression:
    """Estimate from a panel how fast expectation rises and falls.

    The change of a customer's expectation to the next period is regressed on the excess and the
    shortfall of performance in this one. Standard errors are clustered by customer.

    Parameters
    ----------
    panel : DataFrame
        customer, period (whole numbers; a change is from a period to the next number),
        performance, expectation. Rows with a missing value are left out.

    Returns
    -------
    Regression
        constant (drift; 0 where the model holds), rise (α⁺) and fall (α⁻), with cluster-robust
        intervals.

    Raises
    ------
    ValueError
        If a column is missing, a customer has two rows for one period, or there are too few
        changes.

    Notes
    -----
    Expectations are assumed to be measured without error. With measurement error both rates are
    biased upwards (regression to the mean).

    References
    ----------
    Boulding, Kalra, Staelin & Zeithaml (1993), *J. Marketing Research* 30:7–27.

    Examples
    --------
    >>> import numpy as np
    >>> from cemlib.stats.ratchet import expectation_path
    >>> rng = np.random.default_rng(1)
    >>> performance = rng.uniform(30, 90, size=(20, 6))
    >>> expected = expectation_path(performance, 60, rise=0.5, fall=0.2)
    >>> panel = pd.DataFrame({"customer": np.repeat(np.arange(20), 6),
    ...     "period": np.tile(np.arange(6), 20), "performance": performance.ravel(),
    ...     "expectation": expected.ravel()})
    >>> learning_rates(panel).coefficients.round(6).tolist()[1:]
    [0.5, 0.2]
    """
    changes = _changes(panel)
    gap = changes["performance"] - changes["expectation"]
    design = pd.DataFrame({"rise": gap.clip(lower=0), "fall": gap.clip(upper=0)})
    change = changes["next"] - changes["expectation"]
    return least_squares(design, change, clusters=list(changes["customer"]))


def number_of_changes(panel: pd.DataFrame) -> int:
    """Return the number of changes from one period to the next that learning rates rest on.

    Examples
    --------
    >>> panel = pd.DataFrame({"customer": ["a", "a", "a"], "period": [1, 2, 4],
    ...     "performance": [50.0, 60, 70], "expectation": [50.0, 55, 60]})
    >>> number_of_changes(panel)
    1
    """
    return len(_changes(panel))


def ratchet_example(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ten years of the same performance, and of what keeps satisfaction constant.

    In the model of `cemlib.stats.ratchet.Ratchet`, with its usual learning rates.

    Examples
    --------
    >>> still, chase = ratchet_example(np.random.default_rng(1))
    >>> len(still), len(chase)
    (10, 10)
    """
    ratchet = Ratchet()
    still = ratchet.standing_still(10, 60, 8, 2000, rng)
    return still, ratchet.chase(10, 60, float(ratchet.satisfaction(65, 60)))


def will_and_should(panel: pd.DataFrame) -> Regression | None:
    """Regress satisfaction on what customers think will come and what they think should come.

    The regressors are performance, forecast and expectation. Boulding et al. find that the forecast
    (will) raises perceived performance and satisfaction, while the standard (should) is what
    performance is compared with and lowers satisfaction.

    Parameters
    ----------
    panel : DataFrame
        customer, performance, forecast (will), expectation (should), satisfaction. Rows with
        a missing value are left out.

    Returns
    -------
    Regression or None
        Of satisfaction on a constant and the three, with cluster-robust intervals; None for a
        panel without forecast or satisfaction.

    References
    ----------
    Boulding, Kalra, Staelin & Zeithaml (1993), *J. Marketing Research* 30:7–27.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> panel = pd.DataFrame(rng.uniform(0, 100, size=(30, 3)),
    ...     columns=["performance", "forecast", "expectation"])
    >>> panel["customer"] = np.arange(30)
    >>> panel["satisfaction"] = panel["performance"] - panel["expectation"] / 2
    >>> will_and_should(panel).coefficients.round(6)[-1]
    np.float64(-0.5)
    """
    if not {"forecast", "satisfaction"} <= set(panel):
        return None
    columns = ["performance", "forecast", "expectation"]
    table = _complete(panel, ("customer", *columns, "satisfaction"))
    return least_squares(table[columns], table["satisfaction"], clusters=list(table["customer"]))


def _changes(panel: pd.DataFrame) -> pd.DataFrame:
    table = _complete(panel, _COLUMNS)
    repeated = table.duplicated(["customer", "period"])
    if repeated.any():
        row = table[repeated].iloc[0]
        raise ValueError(
            f"panel has two rows for customer {row['customer']!r} in period {row['period']!r}"
        )
    after = table[["customer", "period", "expectation"]].assign(period=table["period"] - 1)
    return table.merge(after.rename(columns={"expectation": "next"}), on=["customer", "period"])


def _complete(panel: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    missing = [name for name in columns if name not in panel]
    if missing:
        raise ValueError(f"panel has no column {missing[0]!r}; it needs {', '.join(columns)}")
    return panel[list(columns)].dropna()


def instrumented_rates(panel: pd.DataFrame) -> Regression | None:
    """Estimate learning rates where expectation is measured with error.

    An error of today's expectation is in the gap and, with the opposite sign, in the change to the
    next period: least squares takes the return from the error for learning. Two-stage least
    squares replaces the excess and the shortfall by what the period before predicts: the gap that
    its expectation and today's performance would leave, whose error is another one.

    Parameters
    ----------
    panel : DataFrame
        As for `learning_rates`, with errors that are independent between periods.

    Returns
    -------
    Regression or None
        As from `learning_rates`; None where fewer than 30 changes have a period before them.

    Notes
    -----
    Consistent where gap and error do not cross the kink; close to it an error turns an excess into
    a shortfall, which leaves a part of the bias.

    References
    ----------
    Wooldridge (2010), *Econometric Analysis of Cross Section and Panel Data*, §5.2–5.3; Hausman
    (2001), *J. Economic Perspectives* 15(4):57–67.

    Examples
    --------
    >>> import numpy as np
    >>> from cemlib.stats.ratchet import expectation_path
    >>> rng = np.random.default_rng(1)
    >>> performance = rng.uniform(30, 90, size=(60, 6))
    >>> expected = expectation_path(performance, 60, rise=0.5, fall=0.2)
    >>> panel = pd.DataFrame({"customer": np.repeat(np.arange(60), 6),
    ...     "period": np.tile(np.arange(6), 60), "performance": performance.ravel(),
    ...     "expectation": expected.ravel()})
    >>> instrumented_rates(panel).coefficients.round(6).tolist()[1:]
    [0.5, 0.2]
    """
    changes = _changes(panel)
    before = changes[["customer", "period", "performance", "expectation"]].rename(
        columns={"performance": "past", "expectation": "lagged"}
    )
    table = changes.merge(before.assign(period=before["period"] + 1), on=["customer", "period"])
    if len(table) < FEWEST_CHANGES:
        return None
    gap = (table["performance"] - table["expectation"]).to_numpy(dtype=float)
    surprise = (table["past"] - table["lagged"]).to_numpy(dtype=float)
    lagged_gap = (table["performance"] - table["lagged"]).to_numpy(dtype=float)
    constant = np.ones(len(table))
    design = np.column_stack([constant, gap.clip(min=0), gap.clip(max=0)])
    parts = [part for x in (lagged_gap, surprise) for part in (x.clip(min=0), x.clip(max=0))]
    instruments = np.column_stack([constant, *parts])
    first_stage, *_ = np.linalg.lstsq(instruments, design)
    predicted = instruments @ first_stage
    change = (table["next"] - table["expectation"]).to_numpy(dtype=float)
    bread = np.linalg.inv(predicted.T @ predicted)
    coefficients = bread @ predicted.T @ change
    residual = change - design @ coefficients
    numbers = cluster_numbers(list(table["customer"]), len(table))
    covariance = clustered_covariance(predicted * residual[:, None], bread, numbers)
    total = float(np.square(change - change.mean()).sum())
    r_squared = 1 - float(residual @ residual) / total if total > 0 else np.nan
    names = ("constant", "rise", "fall")
    return Regression(names, coefficients, covariance, float(numbers.max()), r_squared)
