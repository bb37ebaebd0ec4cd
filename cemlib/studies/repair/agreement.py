"""Agreement of merged cases with the true ones: pairwise and B³ precision and recall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.estimates import Estimates, bootstrap_weights, significant
from cemlib.studies.repair.cases import By, Merged, Merger

Floats = NDArray[np.float64]
MEASURES = ("pair_precision", "pair_recall", "b3_precision", "b3_recall")
MEASURE_NAMES = {
    "pair_f1": "Pairwise F1 (harmonic mean)",
    "pair_precision": "Pairwise precision",
    "pair_recall": "Pairwise recall",
    "b3_precision": "B³ precision",
    "b3_recall": "B³ recall",
}


def agreement_estimates(
    truth: Sequence[object] | pd.Series,
    merged: Sequence[object] | pd.Series,
    *,
    clusters: Sequence[object] | pd.Series | None = None,
    weights: ArrayLike | None = None,
) -> Estimates:
    r"""Measure how well merged cases agree with the true ones.

    With :math:`n_{tm}` contacts in both true case t and merged case m, :math:`n_t` and :math:`n_m`
    in each, and N in total:

    - pairwise precision :math:`\sum\binom{n_{tm}}2/\sum\binom{n_m}2`: share of merged pairs of
      contacts that belong together; pairwise recall :math:`\sum\binom{n_{tm}}2/
      \sum\binom{n_t}2`: share of pairs that belong together that are merged;
    - B³ precision :math:`\frac1N\sum n_{tm}^2/n_m` and recall :math:`\frac1N\sum n_{tm}^2/n_t`:
      the same shares for each contact, itself included, averaged over contacts.

    A pairwise measure without any pair in its denominator is 1: there was no error.

    Parameters
    ----------
    truth, merged : sequence, length n
        The true and the merged case of each contact.
    clusters : sequence, length n, optional
        The customer of each contact, the unit of `weights`.
    weights : array_like, shape (B, customers), optional
        Count of each customer in each resample, customers in the order of their first appearance:
        from `cemlib.stats.bootstrap_weights`.

    Returns
    -------
    Estimates
        Named as `MEASURES`; without weights the only draw is the estimate.

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
    >>> agreement_estimates(["a", "a", "b"], ["x", "x", "x"]).values.round(3).tolist()
    [0.333, 1.0, 0.556, 1.0]
    """
    rows = _rows(_codes("truth", truth), _codes("merged", merged))
    if weights is None:
        values = _measures(rows.sum(axis=0, keepdims=True))
        return Estimates(MEASURES, values[0], values)
    if clusters is None:
        raise ValueError(
            "weights are those of customers: clusters must name each contact's customer"
        )
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
    """Return the agreement of several ways of merging with the truth, one row each.

    Parameters
    ----------
    truth : sequence, length n
        The true case of each contact.
    merged : mapping of str to Merged
        Results of merging by their names.
    customers, weights
        As `clusters` and `weights` of `agreement_estimates`, for intervals.

    Returns
    -------
    DataFrame
        ``kind``, ``contacts``, ``cases``, ``calls_saved``; each of `MEASURES`, with ``_low`` and
        ``_high`` where there are weights; ``pair_f1`` (harmonic mean of pairwise precision and
        recall) and ``best`` (whether it is the highest).

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
        estimates = agreement_estimates(truth, result.case, clusters=customers, weights=weights)
        row: dict[str, object] = {
            "kind": kind,
            "contacts": result.contacts,
            "cases": result.cases,
            "calls_saved": result.calls_saved,
        }
        low, high = estimates.interval()
        for index, name in enumerate(MEASURES):
            row[name] = estimates.values[index]
            if weights is not None:
                row[f"{name}_low"], row[f"{name}_high"] = low[index], high[index]
        row["pair_f1"] = _harmonic(estimates.values[0], estimates.values[1])
        rows.append(row)
    table = pd.DataFrame(rows)
    return table.assign(best=table.index == significant(table["pair_f1"]).idxmax())


def bootstrap_agreement(
    known: pd.DataFrame,
    merged: Mapping[Any, Merged],
    resamples: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Compare methods of merging with the truth, with intervals by resampling customers.

    Parameters
    ----------
    known : DataFrame
        ``customer`` and true ``case`` of each contact.
    merged : mapping of str to Merged
        Contacts merged by each method.
    resamples : int
        Resamples of customers.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    DataFrame
        From `agreement_table`.
    """
    customers = known["customer"]
    weights = bootstrap_weights(customers.nunique(), resamples, rng)
    return agreement_table(known["case"], merged, customers=customers, weights=weights)


def sensitivity(
    contacts: pd.DataFrame,
    truth: Sequence[object] | pd.Series,
    windows: Sequence[float] = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0),
    similarities: Sequence[float] = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5),
    *,
    by: By = "both",
) -> pd.DataFrame:
    """Merge and measure agreement for every window and similarity; texts are compared once.

    Parameters
    ----------
    contacts : DataFrame
        As for `cemlib.studies.repair.cases.merge_contacts`.
    truth : sequence, length n
        The true case of each contact.
    windows : sequence of float
        Maximum days between contacts of a case.
    similarities : sequence of float
        Minimum cosines of two texts, in (0, 1].
    by : str
        As in `cemlib.studies.repair.cases.merge_contacts`.

    Returns
    -------
    DataFrame
        One row per pair: ``window_days``, ``similarity``, ``cases``, ``calls_saved``, `MEASURES`,
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
    links = merger.text_links(max(windows), min(similarities))
    true = _codes("truth", truth)
    rows = []
    for window, similarity in product(windows, similarities):
        labels = merger.labels(window, similarity, links)
        values = _measures(_rows(true, labels.astype(np.int64)).sum(axis=0, keepdims=True))[0]
        cases = len(np.unique(labels))
        row = {"window_days": float(window), "similarity": float(similarity), "cases": cases}
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


def _rows(true: NDArray[np.int64], merged: NDArray[np.int64]) -> Floats:
    """Return six numbers per contact whose sums give all measures.

    Other contacts in the same true and merged case, in the same merged case, in the same true
    case; B³ precision; B³ recall; 1.
    """
    if true.shape != merged.shape or not len(true):
        raise ValueError(
            f"truth has {len(true)} and merged {len(merged)} entries, but both must have one per "
            "contact"
        )
    both = pd.factorize(true * (merged.max() + 1) + merged)[0]
    shared, in_merged, in_true = (
        np.bincount(codes)[codes].astype(float) for codes in (both, merged, true)
    )
    return np.column_stack(
        [
            shared - 1, in_merged - 1, in_true - 1,
            shared / in_merged, shared / in_true, np.ones(len(true)),
        ]
    )  # fmt: skip


def _measures(sums: Floats) -> Floats:
    correct, merged, true, precision, recall, count = sums.T
    ones = np.ones(len(sums))
    return np.column_stack(
        [
            np.divide(correct, merged, out=ones.copy(), where=merged > 0),
            np.divide(correct, true, out=ones.copy(), where=true > 0),
            np.divide(precision, count, out=ones.copy(), where=count > 0),
            np.divide(recall, count, out=ones.copy(), where=count > 0),
        ]
    )


def _harmonic(one: float, other: float) -> float:
    return float(2 * one * other / (one + other)) if one + other > 0 else 0.0
