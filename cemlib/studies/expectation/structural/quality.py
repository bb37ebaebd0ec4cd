"""How well the items of a path model measure: reliability, convergence, discrimination."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cemlib.stats.estimates import Floats, significant
from cemlib.stats.scales import cronbach_alpha
from cemlib.studies.expectation.structural.fit import PathFit
from cemlib.studies.expectation.structural.model import PathModel
from cemlib.studies.expectation.structural.weights import regular


def reliability(fit: PathFit) -> pd.DataFrame:
    """Report the reliability and the convergent validity of each block.

    Composite reliability ρ_c = (Σλ)² / ((Σλ)² + Σ(1 − λ²)) and the average variance extracted
    AVE = mean λ², with λ the loadings;
    ρ_A = (w'w)² · w'(S − diag S)w / w'(ww' − diag ww')w, with w the weights of a composite of unit
    variance and S the correlations of its items.

    Parameters
    ----------
    fit : PathFit
        From `cemlib.studies.expectation.structural.fit.pls_path`.

    Returns
    -------
    DataFrame
        A row per block: block, items, mode, alpha (of items as the fit took them: standardised or
        in their own units), rho_a (missing for items in their own units), rho_c, ave, collinear
        (whether an item is a sum of others: harmless in mode A, but it then counts double).
        Missing for formative blocks, whose items need not correlate, and for single items, whose
        reliability is unknown.

    References
    ----------
    Fornell & Larcker (1981), *J. Marketing Research* 18(1):39–50; Dijkstra & Henseler (2015),
    *MIS Quarterly* 39(2):297–316.

    Examples
    --------
    >>> from cemlib.studies.expectation.structural.fit import Moments, pls_path
    >>> table = np.array([[1, 0.5, 0.4], [0.5, 1, 0.4], [0.4, 0.4, 1]])
    >>> moments = Moments(("a", "b", "c"), np.zeros(3), np.ones(3), table, 30)
    >>> fit = pls_path(moments, "X =~ a + b" + chr(10) + "Y =~ c" + chr(10) + "Y ~ X")
    >>> reliability(fit).loc[0, ["alpha", "rho_a", "rho_c", "ave"]].astype(float).round(3).to_list()
    [0.667, 0.667, 0.857, 0.75]
    """
    return pd.DataFrame([_block_row(fit, number) for number in range(len(fit.model.blocks))])


def _block_row(fit: PathFit, number: int) -> dict[str, object]:
    block = fit.model.blocks[number]
    in_block = fit.model.block_of_item == number
    part = np.ix_(in_block, in_block)
    table = fit.moments.correlations[part]
    row = {
        "block": block.name,
        "items": len(block.items),
        "mode": "B" if block.formative else "A",
        "alpha": np.nan,
        "rho_a": np.nan,
        "rho_c": np.nan,
        "ave": np.nan,
        "collinear": not bool(regular(table[None])[0]),
    }
    if block.formative or len(block.items) == 1:
        return row
    loadings = fit.outer.loc[in_block, "loading"].to_numpy()
    row["alpha"] = float(
        cronbach_alpha(table if fit.standardised else fit.moments.covariance[part])
    )
    if fit.standardised:
        row["rho_a"] = _rho_a(fit.outer.loc[in_block, "weight"].to_numpy(), table)
    common = loadings.sum() ** 2
    row["rho_c"] = common / (common + (1 - loadings**2).sum())
    row["ave"] = float((loadings**2).mean())
    return row


def _rho_a(weights: Floats, table: Floats) -> float:
    square = np.outer(weights, weights)
    off = ~np.eye(len(weights), dtype=bool)
    bottom = weights @ np.where(off, square, 0.0) @ weights
    if not bottom > 0:
        return np.nan
    return float(
        (weights @ weights) ** 2 * (weights @ np.where(off, table, 0.0) @ weights) / bottom
    )


def htmt(fit: PathFit) -> pd.DataFrame:
    """Compute the heterotrait–monotrait ratios, a check that blocks measure different constructs.

    The mean absolute correlation between items of two blocks, over the geometric mean of the mean
    absolute correlations within each; 1 within a single item. Above 0.85 or 0.90 the blocks
    hardly measure different constructs.

    Parameters
    ----------
    fit : PathFit
        From `cemlib.studies.expectation.structural.fit.pls_path`.

    Returns
    -------
    DataFrame, shape (J, J)
        Ratios below the diagonal; missing elsewhere and for formative blocks.

    References
    ----------
    Henseler, Ringle & Sarstedt (2015), *J. Academy of Marketing Science* 43:115–135; absolute
    correlations after Ringle, Sarstedt, Sinkovics & Sinkovics (2023), *Data in Brief* 48:109074.

    Examples
    --------
    >>> from cemlib.studies.expectation.structural.fit import Moments, pls_path
    >>> moments = Moments(("x", "y"), np.zeros(2), np.ones(2), np.eye(2) / 2 + 0.5, 30)
    >>> htmt(pls_path(moments, "X =~ x" + chr(10) + "Y =~ y" + chr(10) + "Y ~ X")).loc["Y", "X"]
    np.float64(0.5)
    """
    names = list(fit.model.names)
    ratios = htmt_ratios(fit.moments.correlations[None], fit.model)[0]
    below = np.tri(len(names), k=-1, dtype=bool)
    return pd.DataFrame(np.where(below, ratios, np.nan), names, names)


def largest_htmt(fit: PathFit) -> tuple[str, str, float] | None:
    """Return the two constructs with the largest ratio of `htmt`, and the ratio; None without one.

    Examples
    --------
    >>> from cemlib.studies.expectation.structural.fit import Moments, pls_path
    >>> moments = Moments(("x", "y"), np.zeros(2), np.ones(2), np.eye(2) / 2 + 0.5, 30)
    >>> largest_htmt(pls_path(moments, "X =~ x" + chr(10) + "Y =~ y" + chr(10) + "Y ~ X"))
    ('X', 'Y', 0.5)
    """
    ratios = htmt(fit).stack().dropna()
    if ratios.empty:
        return None
    other, one = significant(ratios).idxmax()
    return str(one), str(other), float(ratios[other, one])


def htmt_ratios(correlations: Floats, model: PathModel) -> Floats:
    """Compute the ratios of `htmt` in each of B samples.

    Parameters
    ----------
    correlations : ndarray, shape (B, p, p)
        Of the items, in the order of ``model.items``.
    model : PathModel
        The model.

    Returns
    -------
    ndarray, shape (B, J, J)
        Symmetric; missing on the diagonal and for formative blocks of several items.

    Examples
    --------
    >>> from cemlib.studies.expectation.structural.model import parse_model
    >>> model = parse_model("X =~ a + b" + chr(10) + "Y =~ c" + chr(10) + "Y ~ X")
    >>> table = np.array([[[1, 0.5, 0.4], [0.5, 1, 0.4], [0.4, 0.4, 1]]])
    >>> float(htmt_ratios(table, model)[0, 0, 1].round(3))
    0.566
    """
    starts = np.flatnonzero(np.diff(model.block_of_item, prepend=-1))
    sums = np.add.reduceat(np.add.reduceat(np.abs(correlations), starts, axis=1), starts, axis=2)
    sizes = np.bincount(model.block_of_item)
    many = np.maximum(sizes * (sizes - 1), 1)
    mean = (np.diagonal(sums, axis1=1, axis2=2) - sizes) / many
    within = np.sqrt(np.where(sizes > 1, mean, 1.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = sums / np.outer(sizes, sizes) / within[:, :, None] / within[:, None, :]
    formative = np.array([part.formative and len(part.items) > 1 for part in model.blocks])
    hidden = formative[:, None] | formative | np.eye(len(sizes), dtype=bool)
    return np.where(hidden, np.nan, ratios)
