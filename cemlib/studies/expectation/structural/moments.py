"""Data of a path model: answers, or means, standard deviations and correlations of items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.estimates import Floats, weighted_covariance

Missing = Literal["construct", "listwise", "pairwise"]
MISSING: tuple[Missing, ...] = ("construct", "listwise", "pairwise")


@dataclass(frozen=True)
class Moments:
    """Means, standard deviations and correlations of items.

    Attributes
    ----------
    items : tuple of str
        Names, p of them.
    means, sds : ndarray, shape (p,)
        In the units of the items; standard deviations with divisor n − 1.
    correlations : ndarray, shape (p, p)
    n : int
        Number of rows.

    Raises
    ------
    ValueError
        If sizes do not fit, an item is constant, or the correlations are not a correlation matrix.

    Examples
    --------
    >>> moments = Moments(("a", "b"), np.zeros(2), np.array([1.0, 2.0]), np.eye(2), 30)
    >>> moments.covariance
    array([[1., 0.],
           [0., 4.]])
    """

    items: tuple[str, ...]
    means: Floats
    sds: Floats
    correlations: Floats
    n: int

    def __post_init__(self) -> None:
        """Check sizes, variances and the correlation matrix."""
        size = len(self.items)
        checks.between("n", self.n, 2, whole=True)
        checks.vector("means", self.means, length=size)
        checks.vector("sds", self.sds, length=size)
        table = checks.matrix("correlations", self.correlations, rows=size, columns=size)
        if len(set(self.items)) < size:
            repeated = next(item for item in self.items if self.items.count(item) > 1)
            raise ValueError(f"items has {repeated!r} twice")
        if not (self.sds > 0).all():
            constant = self.items[int(np.argmin(self.sds > 0))]
            raise ValueError(f"item {constant!r} is constant: all its answers are the same")
        off = np.abs(table - table.T) > 1e-8
        if off.any() or (np.abs(np.diagonal(table) - 1) > 1e-8).any():
            raise ValueError("correlations must be symmetric with 1 on the diagonal")
        if size and float(np.linalg.eigvalsh(table)[0]) < -1e-5:
            raise ValueError(
                "correlations have a negative eigenvalue, which no data can have; with pairwise "
                "missing values use missing='listwise'"
            )

    @classmethod
    def from_table(cls, table: pd.DataFrame, n: int) -> Moments:
        """Return the moments in a published table.

        Parameters
        ----------
        table : DataFrame
            A row per item: item (or the index), mean, sd, and the correlations with each item.
        n : int
            Number of rows of the data behind the table.

        Raises
        ------
        ValueError
            If a column is missing, or as for `Moments`.

        Examples
        --------
        >>> table = pd.DataFrame(
        ...     {"item": ["a", "b"], "mean": [5, 6], "sd": [1, 2], "a": [1, 0.5], "b": [0.5, 1]}
        ... )
        >>> Moments.from_table(table, n=30).items
        ('a', 'b')
        """
        rows = table.set_index("item") if "item" in table.columns else table
        items = tuple(map(str, rows.index))
        for column in ("mean", "sd", *items):
            if column not in rows.columns:
                raise ValueError(f"table of moments has no column {column!r}")
        numbers = rows[["mean", "sd", *items]].to_numpy(dtype=float)
        return cls(items, numbers[:, 0], numbers[:, 1], numbers[:, 2:], n)

    @property
    def covariance(self) -> Floats:
        """Covariances of the items, shape (p, p)."""
        return self.correlations * np.outer(self.sds, self.sds)

    def select(self, items: Sequence[str]) -> Moments:
        """Return the moments of some items, in the order of `items`.

        Raises
        ------
        ValueError
            If an item is missing; the message gives the nearest one.
        """
        rows = [_position(item, self.items, "moments") for item in items]
        table = self.correlations[np.ix_(rows, rows)]
        return Moments(tuple(items), self.means[rows], self.sds[rows], table, self.n)


@dataclass(frozen=True)
class Answers:
    """Answers to the items of a model, without unusable rows.

    Attributes
    ----------
    items : tuple of str
        Names, p of them.
    values : ndarray, shape (n, p)
        Without missing values unless `missing` is ``"pairwise"``.
    kept : ndarray of bool, shape (rows of the data,)
        The rows of the data that are used.
    missing : {"construct", "listwise", "pairwise"}
        How missing values are treated.
    rows : Index
        Labels of these rows in the data.
    gaps : int
        Empty cells in the data.
    incomplete_rows : int
        Rows of the data with an empty cell.
    filled : int
        Empty cells of the rows used that were filled in.
    """

    items: tuple[str, ...]
    values: Floats
    kept: NDArray[np.bool_]
    missing: Missing
    rows: pd.Index
    gaps: int = 0
    incomplete_rows: int = 0
    filled: int = 0

    @property
    def incomplete(self) -> bool:
        """Whether the data had missing values."""
        return bool(self.gaps or not self.kept.all() or np.isnan(self.values).any())

    def moments(self) -> Moments:
        """Return means, standard deviations and correlations.

        Raises
        ------
        ValueError
            If two items share fewer than two rows, or pairwise correlations are not a correlation
            matrix.
        """
        covariance = pd.DataFrame(self.values).cov().to_numpy()
        if np.isnan(covariance).any():
            one, other = (self.items[item] for item in np.argwhere(np.isnan(covariance))[0])
            raise ValueError(
                f"items {one!r} and {other!r} share fewer than two rows, so their correlation is "
                "unknown; leave one out of the model"
            )
        sds = np.sqrt(np.diagonal(covariance))
        correlations = covariance / np.outer(sds, sds)
        np.fill_diagonal(correlations, 1.0)
        return Moments(
            self.items, np.nanmean(self.values, axis=0), sds, correlations, len(self.values)
        )

    def covariances(self, weights: ArrayLike) -> Floats:
        """Return the covariance matrix under each row of weights, shape (B, p, p)."""
        if self.missing == "pairwise" and np.isnan(self.values).any():
            return pairwise_covariance(self.values, weights)
        return weighted_covariance(self.values, weights)


def read_answers(
    data: pd.DataFrame, items: Sequence[str], missing: Missing, blocks: ArrayLike = ()
) -> Answers:
    """Return the answers to some items as numbers.

    Parameters
    ----------
    data : DataFrame
        A row per respondent, a column per item; other columns are ignored.
    items : sequence of str
        Columns to take.
    missing : {"construct", "listwise", "pairwise"}
        Fill a missing value with the mean of the respondent's other answers on its construct, and
        leave out rows without any answer on a construct; leave out each row with a missing value;
        or use for each pair of items the rows that have both (rows without any answer are left
        out).
    blocks : array_like of int, shape (p,)
        The construct of each item, for ``"construct"``.

    Returns
    -------
    Answers

    Raises
    ------
    ValueError
        If an item is not in the data, repeated, not a number, infinite, or constant, or fewer rows
        are left than there are items.

    Examples
    --------
    >>> answers = read_answers(pd.DataFrame({"a": [1, 2, None, 4]}), ["a"], "listwise")
    >>> answers.values.ravel(), answers.kept
    (array([1., 2., 4.]), array([ True,  True, False,  True]))
    """
    checks.one_of("missing", missing, MISSING)
    if not isinstance(data, pd.DataFrame):
        raise checks.invalid_argument(
            "data", data, "a DataFrame with a row per respondent, or Moments"
        )
    columns = list(map(str, data.columns))
    values = np.empty((len(data), len(items)))
    for number, item in enumerate(items):
        column = _position(item, columns, "data")
        if columns.count(item) > 1:
            raise ValueError(f"data has column {item!r} twice; rename or drop one")
        try:
            values[:, number] = data.iloc[:, column].to_numpy(dtype=float, na_value=np.nan)
        except (TypeError, ValueError) as error:
            raise ValueError(f"item {item!r} has answers that are not numbers") from error
    if np.isinf(values).any():
        row, number = np.argwhere(np.isinf(values))[0]
        raise ValueError(f"item {items[number]!r} has an infinite value at row {row}")
    gaps = np.isnan(values)
    if missing == "construct":
        values = fill_from_construct(values, blocks)
    unknown = np.isnan(values)
    kept = np.asarray(~(unknown.all(axis=1) if missing == "pairwise" else unknown.any(axis=1)))
    values = values[kept]
    if len(values) < max(len(items), 3):
        raise ValueError(
            f"data has {len(values)} usable rows ({len(data)} minus {len(data) - len(values)} with "
            f"missing values), but {len(items)} items need at least {max(len(items), 3)}"
        )
    for item, answers in zip(items, values.T, strict=True):
        # Not by the variance: rounding makes that of 0.1, 0.1, 0.1 larger than 0.
        if np.isnan(answers).all() or np.nanmin(answers) == np.nanmax(answers):
            raise ValueError(f"item {item!r} is constant: all its answers are the same")
    filled = int((gaps & ~unknown)[kept].sum())
    incomplete = int(gaps.any(axis=1).sum())
    return Answers(
        tuple(items), values, kept, missing, data.index[kept], int(gaps.sum()), incomplete, filled
    )


def fill_from_construct(values: Floats, blocks: ArrayLike) -> Floats:
    """Return answers with each missing one replaced by the row's mean over its construct.

    Parameters
    ----------
    values : ndarray, shape (n, p)
        Answers to p items on one scale.
    blocks : array_like of int, shape (p,)
        The construct of each item.

    Returns
    -------
    ndarray, shape (n, p)
        Missing only where a row has no answer on a construct.

    Examples
    --------
    >>> fill_from_construct(np.array([[1.0, np.nan, 4.0], [np.nan, np.nan, 2.0]]), [0, 0, 1])
    array([[ 1.,  1.,  4.],
           [nan, nan,  2.]])
    """
    filled = values.copy()
    block = np.asarray(blocks, dtype=np.int64)
    if block.shape != values.shape[1:]:
        raise checks.invalid_argument("blocks", block.tolist(), f"{values.shape[1]} numbers")
    for number in np.unique(block):
        columns = np.flatnonzero(block == number)
        part = values[:, columns]
        known = ~np.isnan(part)
        counts = known.sum(axis=1)
        totals = np.where(known, part, 0.0).sum(axis=1)
        means = np.divide(totals, counts, out=np.full(len(part), np.nan), where=counts > 0)
        filled[:, columns] = np.where(known, part, means[:, None])
    return filled


def pairwise_covariance(values: ArrayLike, weights: ArrayLike) -> Floats:
    """Return pairwise-complete covariances under each row of weights.

    Parameters
    ----------
    values : array_like, shape (n, k)
        Data with missing values.
    weights : array_like, shape (B, n)
        Weight of each row.

    Returns
    -------
    ndarray, shape (B, k, k)
        Covariances with divisor (sum of weights − 1) of the rows with both values; missing where
        fewer than two are.

    Examples
    --------
    >>> data = np.array([[1.0, 2], [2, 1], [3, 6], [4, np.nan]])
    >>> pairwise_covariance(data, np.ones((1, 4)))[0].round(3)
    array([[1.667, 2.   ],
           [2.   , 7.   ]])
    """
    array, counts = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    known = ~np.isnan(array)
    filled = np.where(known, array - np.nanmean(array, axis=0), 0.0)
    first, second = np.triu_indices(array.shape[1])
    rows = counts @ (known[:, first] & known[:, second])
    one = counts @ (filled[:, first] * known[:, second])
    other = counts @ (known[:, first] * filled[:, second])
    products = counts @ (filled[:, first] * filled[:, second])
    with np.errstate(invalid="ignore", divide="ignore"):
        upper = np.where(rows > 1, (products - one * other / rows) / (rows - 1), np.nan)
    result = np.empty((len(counts), array.shape[1], array.shape[1]))
    result[:, first, second] = result[:, second, first] = upper
    return result


def _position(item: str, known: Sequence[str], where: str) -> int:
    if item in known:
        return list(known).index(item)
    near = checks.nearest(item, known, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"item {item!r} is not in the {where}{hint}")
