"""Similarity of the texts of one customer's contacts: character TF-IDF, in any language.

Texts are compared only within a customer and a window, each with a limited number of earlier ones,
so that the work grows with the number of contacts and not with its square.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib import checks

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Progress = Callable[[int, int], None]
DAY = 86_400_000_000
COMPARED = 50
_NGRAMS = (2, 3)
_FEATURES = 1 << 22
_CHUNK = 20_000
_IDF_TEXTS = 100_000
_PHRASES = re.compile(r"([。！？!?；;，,.\n]+)")
_COMMON, _COMMON_LONG, _LONG, _COMMON_TEXTS = 0.1, 0.02, 12, 20


@dataclass(frozen=True)
class Links:
    """Pairs of contacts of one customer, with the similarity of their texts.

    Parameters
    ----------
    first, second : ndarray of int, shape (p,)
        Positions of the contacts in their frame, the earlier one first.
    gap : ndarray, shape (p,)
        Days between them.
    similarity : ndarray, shape (p,)
        Cosine of their texts, 0–1; 0 where one has no text.
    """

    first: Rows
    second: Rows
    gap: Floats
    similarity: Floats

    def within(self, window_days: float, similarity: float) -> Links:
        """Return the pairs within this window and with at least this similarity."""
        return self.where((self.gap <= window_days) & (self.similarity >= similarity))

    def where(self, kept: NDArray[np.bool_]) -> Links:
        """Return the marked pairs."""
        return Links(self.first[kept], self.second[kept], self.gap[kept], self.similarity[kept])


def microseconds(contacts: pd.DataFrame) -> Rows:
    """Return the times of contacts as microseconds.

    Raises
    ------
    ValueError
        If there is no column ``time``, it holds no times, or one is missing.

    Examples
    --------
    >>> microseconds(pd.DataFrame({"time": pd.to_datetime(["1970-01-02"])})).tolist()
    [86400000000]
    """
    checks.one_of("column", "time", list(contacts))
    times = contacts["time"]
    if not pd.api.types.is_datetime64_any_dtype(times):
        raise checks.invalid_argument("time", str(times.dtype), "a column of dates with times")
    if times.isna().any():
        row = int(np.argmax(times.isna().to_numpy()))
        raise ValueError(f"time is missing at row {row}; drop the row first")
    if times.dt.tz is not None:
        times = times.dt.tz_convert("UTC").dt.tz_localize(None)
    return times.to_numpy(dtype="datetime64[us]").astype(np.int64)


def in_order(contacts: pd.DataFrame) -> tuple[Rows, Rows, Rows]:
    """Return customers as numbers, times, and the order by customer, time and content.

    Parameters
    ----------
    contacts : DataFrame
        With ``customer`` and ``time``.

    Returns
    -------
    customer, time, order : ndarray of int, shape (n,)
        Customers counted from 0, −1 where missing; microseconds; positions in order, which do not
        depend on the order of the rows as long as their contents differ.

    Examples
    --------
    >>> frame = pd.DataFrame({"customer": ["b", None], "time": pd.to_datetime(["2026", "2025"])})
    >>> in_order(frame)[0].tolist()
    [0, -1]
    """
    checks.one_of("column", "customer", list(contacts))
    customer = pd.factorize(contacts["customer"], sort=True)[0].astype(np.int64)
    time = microseconds(contacts)
    order = np.lexsort((time, customer))
    equal = (np.diff(time[order]) == 0) & (np.diff(customer[order]) == 0)
    if equal.any():
        ties = [
            pd.factorize(contacts[name], sort=True)[0]
            for name in ("text", "problem", "contact")
            if name in contacts
        ]
        order = np.lexsort((*ties, time, customer))
    return customer, time, order.astype(np.int64)


def pairs_near(customer: Rows, time: Rows, order: Rows, window_days: float) -> tuple[Rows, Rows]:
    """Return pairs of one customer's contacts at most a window apart, the earlier one first.

    Each contact is paired with at most `COMPARED` before it.

    Parameters
    ----------
    customer, time, order : ndarray of int, shape (n,)
        From `in_order`.
    window_days : float
        Maximum days between two contacts of a pair.

    Examples
    --------
    >>> ones = np.zeros(3, dtype=np.int64)
    >>> first, second = pairs_near(ones, np.array([0, 1, 2]) * DAY, np.arange(3), 1.0)
    >>> first.tolist(), second.tolist()
    ([0, 1], [1, 2])
    """
    span = window_days * DAY
    firsts, seconds = [], []
    who, when = customer[order], time[order]
    for lag in range(1, min(COMPARED, len(order) - 1) + 1):
        near = (who[lag:] == who[:-lag]) & (who[lag:] >= 0) & (when[lag:] - when[:-lag] <= span)
        if not near.any():
            break
        positions = np.flatnonzero(near)
        firsts.append(positions)
        seconds.append(positions + lag)
    if not firsts:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    sort = np.lexsort((first, second))
    return order[first[sort]], order[second[sort]]


def text_links(
    contacts: pd.DataFrame,
    *,
    window_days: float = 3.0,
    lowest: float = 0.15,
    uncoded_only: bool = False,
    progress: Progress | None = None,
) -> Links:
    """Compare the texts of each customer's contacts.

    A text is a vector of its character 2- and 3-grams, weighted (1 + ln tf)·idf with
    idf = 1 + ln((1 + n)/(1 + df)), of length 1; the similarity of two is their inner product. The
    idf is that of all texts, or of 100,000 spread evenly over the customers. Phrases that a log
    repeats (greetings, signatures) are left out first: see `without_boilerplate`.

    Parameters
    ----------
    contacts : DataFrame
        With ``customer`` (may be missing), ``time`` and ``text`` (may be missing).
    window_days : float
        Maximum days between two contacts that are compared, at least 0.
    lowest : float
        Minimum similarity of a returned pair, in (0, 1].
    uncoded_only : bool
        Whether pairs in which both contacts have a ``problem`` are left out.
    progress : callable, optional
        Called now and then with the number of texts compared and their total.

    Returns
    -------
    Links
        By the later contact, then the earlier one.

    Raises
    ------
    ValueError
        If a column is absent or a parameter out of range.

    References
    ----------
    Salton & Buckley (1988), *Information Processing & Management* 24:513–523 (weights);
    Cavnar & Trenkle (1994), *SDAIR-94*:161–175 (character n-grams).

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "customer": ["a", "a", "b"],
    ...     "time": pd.to_datetime(["2026-03-01", "2026-03-02", "2026-03-02"]),
    ...     "text": ["家里宽带断了", "家里宽带又断了", "家里宽带断了"],
    ... })
    >>> links = text_links(frame)
    >>> links.first.tolist(), links.second.tolist()
    ([0], [1])
    """
    checks.between("window_days", window_days, 0)
    checks.between("lowest", lowest, 1e-9, 1)
    checks.one_of("column", "text", list(contacts))
    customer, time, order = in_order(contacts)
    first, second = pairs_near(customer, time, order, window_days)
    has_text = contacts["text"].fillna("").str.strip().ne("").to_numpy()
    kept = has_text[first] & has_text[second]
    if uncoded_only and "problem" in contacts:
        coded = contacts["problem"].notna().to_numpy()
        kept &= ~(coded[first] & coded[second])
    first, second = first[kept], second[kept]
    texts = contacts["text"].to_numpy(dtype=object)
    if len(first):
        texts = without_boilerplate(texts, order[has_text[order]])
    similar = _similarities(texts, order[has_text[order]], first, second, progress)
    alike = similar >= lowest
    first, second = first[alike], second[alike]
    return Links(first, second, (time[second] - time[first]) / DAY, similar[alike])


def without_boilerplate(
    texts: NDArray[np.object_], order: Rows | None = None
) -> NDArray[np.object_]:
    """Leave out the phrases that many texts share: they say nothing about a problem.

    A phrase stands between punctuation marks. It is left out if it is in more than 10% of the
    texts, or in more than 2% and at least 12 columns wide (a Chinese character takes two), and in
    at least 20 texts. A text of such phrases alone stays as it is.

    Parameters
    ----------
    texts : ndarray of object, shape (n,)
        Texts; others than str are missing.
    order : ndarray of int, optional
        Positions of the texts to count, of which 100,000 are taken at equal distances; all by
        default.

    Returns
    -------
    ndarray of object, shape (n,)
        The texts.

    Examples
    --------
    >>> log = np.array([f"Dear service team, problem {n}" for n in range(30)], dtype=object)
    >>> without_boilerplate(log)[7]
    'problem 7'
    """
    counted = np.arange(len(texts)) if order is None else order
    counted = counted[:: max(-(-len(counted) // _IDF_TEXTS), 1)]
    counts: Counter[str] = Counter()
    known = 0
    for text in texts[counted]:
        if isinstance(text, str):
            known += 1
            counts.update(set(_phrases(text)))
    common = {
        phrase
        for phrase, count in counts.items()
        if count >= _COMMON_TEXTS
        and (count > _COMMON * known or (count > _COMMON_LONG * known and _is_long(phrase)))
    }
    if not common:
        return texts
    made = texts.copy()
    for at, text in enumerate(texts):
        if isinstance(text, str):
            parts = _PHRASES.split(text)  # each phrase and the marks behind it, in turn
            kept = [
                phrase + marks
                for phrase, marks in zip(parts[::2], [*parts[1::2], ""], strict=True)
                if phrase.strip() not in common
            ]
            if any(part.strip() for part in kept):
                made[at] = "".join(kept).strip()
    return made


def _phrases(text: str) -> list[str]:
    return [phrase for part in _PHRASES.split(text)[::2] if (phrase := part.strip())]


def _is_long(phrase: str) -> bool:
    return sum(1 + (east_asian_width(sign) in "WF") for sign in phrase) >= _LONG


def _similarities(
    texts: NDArray[np.object_], order: Rows, first: Rows, second: Rows, progress: Progress | None
) -> Floats:
    """Return the cosine of each pair of texts; `order` holds all texts, by customer."""
    similar = np.zeros(len(first))
    if not len(first):
        return similar
    counts = _counter()
    sample = order[:: -(-len(order) // _IDF_TEXTS)]
    seen = np.zeros(_FEATURES)
    for start in range(0, len(sample), _CHUNK):
        grams = counts.transform(texts[sample[start : start + _CHUNK]])
        seen += np.bincount(grams.indices, minlength=_FEATURES)
    idf = (1 + np.log((1 + len(sample)) / (1 + seen))).astype(np.float32)
    done, total = 0, len(np.union1d(first, second))
    for part in _chunks(second):
        rows, index = np.unique(np.concatenate([first[part], second[part]]), return_inverse=True)
        grams = counts.transform(texts[rows])
        grams.data = (1 + np.log(grams.data)) * idf[grams.indices]
        length = np.sqrt(np.asarray(grams.multiply(grams).sum(axis=1), dtype=float).ravel())
        half = len(index) // 2
        one, other = index[:half], index[half:]
        product = np.asarray(grams[one].multiply(grams[other]).sum(axis=1), dtype=float).ravel()
        norm = length[one] * length[other]
        similar[part] = np.divide(product, norm, out=np.zeros(half), where=norm > 0)
        done = min(done + len(length), total)
        if progress:
            progress(done, total)
    if progress and done < total:
        progress(total, total)
    return np.minimum(
        np.round(similar, 9), 1.0
    )  # so that the limit is met or not alike on every processor


def _chunks(second: Rows) -> Iterator[slice]:
    for start in range(0, len(second), _CHUNK):
        yield slice(start, min(start + _CHUNK, len(second)))


def _counter() -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(
        analyzer="char",
        ngram_range=_NGRAMS,
        n_features=_FEATURES,
        alternate_sign=False,
        norm=None,
        dtype=np.float32,
    )
