"""How well cases that were found agree with the true ones: pairwise and B³."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.estimates import Estimates
from cemlib.studies.repair.cases import By, Merged, Merger
from cemlib.studies.repair.similarity import Links, Progress

Floats = NDArray[np.float64]
MEASURES = ("pair_precision", "pair_recall", "b3_precision", "b3_recall")


def agreement(
    truth: Sequence[object] | pd.Series,
    found: Sequence[object] | pd.Series,
    *,
    clusters: Sequence[object] | pd.Series | None = None,
    weights: ArrayLike | None = None,
) -> Estimates:
    r"""Measure how well found cases agree with true ones.

    With :math:`n_{tf}` contacts in both true case t and found case f, :math:`n_t` and :math:`n_f`
    in each, and N in all:

    - pairwise precision :math:`\sum\binom{n_{tf}}2/\sum\binom{n_f}2`: of two contacts put together,
      how often do they belong together; pairwise recall :math:`\sum\binom{n_{tf}}2/
      \sum\binom{n_t}2`: of two that belong together, how often are they put together;
    - B³ precision :math:`\frac1N\sum n_{tf}^2/n_f` and recall :math:`\frac1N\sum n_{tf}^2/n_t`:
      the same shares for each contact, itself included, averaged over contacts.

    Where no two contacts were put together, or none belong together, that pairwise measure is 1:
    nothing was done wrong.

    Parameters
    ----------
    truth, found : sequence, length n
        The true and the found case of each contact.
    clusters : sequence, length n, optional
        The customer of each contact, to whom `weights` belong.
    weights : array_like, shape (B, customers), optional
        How often each customer counts in each resample, customers in the order in which they first
        appear: from `cemlib.stats.bootstrap_weights`.

    Returns
    -------
    Estimates
        Named as `MEASURES`; without weights the one draw is the estimate.

    Raises
    ------
    ValueError
        If lengths differ or a case is missing.

    References
    ----------
    Bagga & Baldwin (1998), *LREC Workshop on Linguistics Coreference*:563–566 (B³); Amigó,
    Gonzalo, Artiles & Verdejo (2009), *Information Retrieval* 12:461–486 (both).

    Examples
    --------
    >>> agreement(["a", "a", "b"], ["x", "x", "x"]).values.round(3).tolist()
    [0.333, 1.0, 0.556, 1.0]
    """
    rows = _rows(_codes("truth", truth), _codes("found", found))
    if weights is None:
        values = _measures(rows.sum(axis=0, keepdims=True))
        return Estimates(MEASURES, values[0], values)
    if clusters is None:
        raise ValueError("weights are those of customers: clusters must say which is whose")
    owner = pd.factorize(np.asarray(clusters, dtype=object), use_na_sentinel=False)[0]
    counts = np.asarray(weights, dtype=float)
    size = int(owner.max()) + 1
    if len(owner) != len(rows) or counts.ndim != 2 or counts.shape[1] != size:
        raise ValueError(
            f"weights have shape {counts.shape} and clusters {len(owner)} entries, but there are "
            f"{size} customers and {len(rows)} contacts"
        )
    sums = np.column_stack([np.bincount(owner, weights=column) for column in rows.T])
    return Estimates(MEASURES, _measures(sums.sum(axis=0)[None])[0], _measures(counts @ sums))


def agreement_table(
    truth: Sequence[object] | pd.Series,
    merged: Mapping[str, Merged],
    *,
    customers: Sequence[object] | pd.Series | None = None,
    weights: ArrayLike | None = None,
) -> pd.DataFrame:
    """Return the agreement of several mergers with the truth, a row each.

    Parameters
    ----------
    truth : sequence, length n
        The true case of each contact.
    merged : mapping of str to Merged
        The mergers by their names.
    customers, weights
        As `clusters` and `weights` of `agreement`, for intervals.

    Returns
    -------
    DataFrame
        ``kind``, ``contacts``, ``cases``, ``calls_saved``; each of `MEASURES`, with ``_low`` and
        ``_high`` where there are weights; ``pair_f1`` (harmonic mean).

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "customer": ["a", "a"], "time": pd.to_datetime(["2026-03-01", "2026-03-02"]),
    ...     "problem": ["bill", "bill"],
    ... })
    >>> from cemlib.studies.repair.cases import merge_contacts
    >>> merged = {"code": merge_contacts(frame, by="code")}
    >>> agreement_table(["t", "t"], merged)["pair_f1"].tolist()
    [1.0]
    """
    rows = []
    for kind, result in merged.items():
        found = agreement(truth, result.case, clusters=customers, weights=weights)
        row: dict[str, object] = {
            "kind": kind,
            "contacts": result.contacts,
            "cases": result.cases,
            "calls_saved": result.calls_saved,
        }
        low, high = found.interval()
        for place, name in enumerate(MEASURES):
            row[name] = found.values[place]
            if weights is not None:
                row[f"{name}_low"], row[f"{name}_high"] = low[place], high[place]
        row["pair_f1"] = _harmonic(found.values[0], found.values[1])
        rows.append(row)
    return pd.DataFrame(rows)


def sensitivity(
    contacts: pd.DataFrame,
    truth: Sequence[object] | pd.Series,
    windows: Sequence[float] = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0),
    similarities: Sequence[float] = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5),
    *,
    by: By = "both",
    links: Links | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Merge under every window and similarity, and measure each; texts are compared once.

    Parameters
    ----------
    contacts : DataFrame
        As for `cemlib.studies.repair.cases.merge_contacts`.
    truth : sequence, length n
        The true case of each contact.
    windows : sequence of float
        Days.
    similarities : sequence of float
        Least cosines, in (0, 1].
    by : str
        As in `cemlib.studies.repair.cases.merge_contacts`.
    links : Links, optional
        Of the largest window and the lowest similarity, if they were computed before.
    progress : callable, optional
        Told how many texts of how many are done.

    Returns
    -------
    DataFrame
        A row a pair: ``window_days``, ``similarity``, ``cases``, ``calls_saved``, `MEASURES`,
        ``pair_f1``.

    Raises
    ------
    ValueError
        If a list is empty or a parameter out of range.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "customer": ["a", "a"], "time": pd.to_datetime(["2026-03-01", "2026-03-05"]),
    ...     "problem": ["bill", None], "text": ["the bill is wrong", "my bill is wrong"],
    ... })
    >>> sensitivity(frame, ["t", "t"], [3, 7], [0.2])["pair_recall"].tolist()
    [0.0, 1.0]
    """
    if not len(windows) or not len(similarities):
        raise ValueError("windows and similarities must each have at least one value")
    for name, values in (("windows", windows), ("similarities", similarities)):
        for value in values:
            checks.between(name, value, *((0,) if name == "windows" else (1e-9, 1)))
    merger = Merger(contacts, by)
    if links is None:
        links = merger.text_links(max(windows), min(similarities), progress)
    true = _codes("truth", truth)
    rows = []
    for window, least in product(windows, similarities):
        found = merger.labels(window, least, links)
        values = _measures(_rows(true, found.astype(np.int64)).sum(axis=0, keepdims=True))[0]
        cases = len(np.unique(found))
        row = {"window_days": float(window), "similarity": float(least), "cases": cases}
        row["calls_saved"] = len(contacts) - len(merger.repeated) - cases
        rows.append(row | dict(zip(MEASURES, values, strict=True)))
    table = pd.DataFrame(rows)
    return table.assign(
        pair_f1=[_harmonic(*pair) for pair in table[["pair_precision", "pair_recall"]].to_numpy()]
    )


def _codes(name: str, cases: Sequence[object] | pd.Series) -> NDArray[np.int64]:
    codes = pd.factorize(np.asarray(cases, dtype=object))[0].astype(np.int64)
    if (codes < 0).any():
        raise ValueError(f"{name} is missing at row {int(np.argmax(codes < 0))}")
    return codes


def _rows(true: NDArray[np.int64], mine: NDArray[np.int64]) -> Floats:
    """Return for each contact, itself left out: good, found and true mates; then B³'s shares."""
    if true.shape != mine.shape or not len(true):
        raise ValueError(
            f"truth has {len(true)} and found {len(mine)} entries, but both must have one a contact"
        )
    both = pd.factorize(true * (mine.max() + 1) + mine)[0]
    shared, found, whole = (np.bincount(codes)[codes].astype(float) for codes in (both, mine, true))
    return np.column_stack(
        [shared - 1, found - 1, whole - 1, shared / found, shared / whole, np.ones(len(true))]
    )


def _measures(sums: Floats) -> Floats:
    good, found, true, precise, recalled, count = sums.T
    whole = np.ones(len(sums))
    return np.column_stack(
        [
            np.divide(good, found, out=whole.copy(), where=found > 0),
            np.divide(good, true, out=whole.copy(), where=true > 0),
            np.divide(precise, count, out=whole.copy(), where=count > 0),
            np.divide(recalled, count, out=whole.copy(), where=count > 0),
        ]
    )


def _harmonic(one: float, other: float) -> float:
    return float(2 * one * other / (one + other)) if one + other > 0 else 0.0
