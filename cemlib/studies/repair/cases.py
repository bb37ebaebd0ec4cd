"""Merging contacts into cases: one customer, one problem, close in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib import checks
from cemlib.studies.repair.components import components
from cemlib.studies.repair.similarity import DAY, Links, Progress, Rows, in_order, text_links

By = Literal["code", "text", "both", "time"]
WINDOW_DAYS = 3.0
SIMILARITY = 0.15
UNKNOWN = "?"
_NONE: Rows = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Merged:
    """Contacts merged into cases.

    Parameters
    ----------
    case : Series of str
        The case of each contact, with the index of the contacts: the customer and the number of
        the case, by first contact: ``C0000012-02``. A contact without a customer is a case by
        itself: ``?-1``, with more question marks where a customer is called ``?``.
    contacts : int
        Distinct contacts.
    repeated : int
        Rows that repeat a contact.
    without_customer : int
        Contacts whose customer is missing; none is merged with any other.
    """

    case: pd.Series
    contacts: int
    repeated: int
    without_customer: int

    @property
    def cases(self) -> int:
        """Number of cases."""
        return int(self.case.nunique())

    @property
    def calls_saved(self) -> int:
        """Calls avoided by calling back each case once instead of each contact."""
        return self.contacts - self.cases

    @property
    def share_saved(self) -> float:
        """Calls avoided as a share of all contacts, in [0, 1)."""
        return self.calls_saved / max(self.contacts, 1)


def merge_methods(contacts: pd.DataFrame) -> tuple[By, ...]:
    """Return the methods by which contacts can be merged, the one that uses most last.

    Examples
    --------
    >>> merge_methods(pd.DataFrame({"customer": ["a"], "text": ["bill"]}))
    ('text',)
    """
    coded, worded = (
        name in contacts and bool(contacts[name].notna().any()) for name in ("problem", "text")
    )
    if coded and worded:
        return "code", "text", "both"
    return ("code",) if coded else ("text",) if worded else ("time",)


def merge_all(
    contacts: pd.DataFrame, *, window_days: float = WINDOW_DAYS, similarity: float = SIMILARITY
) -> dict[By, Merged]:
    """Merge contacts by each of `merge_methods`, the one that uses most last.

    Examples
    --------
    >>> frame = pd.DataFrame({"customer": ["a"], "time": pd.to_datetime(["2026"]), "text": "bill"})
    >>> list(merge_all(frame))
    ['text']
    """
    return {
        by: merge_contacts(contacts, window_days=window_days, by=by, similarity=similarity)
        for by in merge_methods(contacts)
    }


def merge_contacts(
    contacts: pd.DataFrame,
    *,
    window_days: float = WINDOW_DAYS,
    by: By = "both",
    similarity: float = SIMILARITY,
    progress: Progress | None = None,
) -> Merged:
    """Merge contacts into cases.

    Two contacts of one customer are linked if they are at most `window_days` apart and are about
    one problem: they have the same code or, where one has no code, texts with a similarity of at
    least `similarity`. A case is a connected set of contacts. With ``by="both"`` no case has two
    codes: the most similar pairs are joined first, and a link that would join two codes is left
    out (single linkage with cannot-link pairs).

    Parameters
    ----------
    contacts : DataFrame
        In any order: ``customer`` (may be missing), ``time`` (dates with times), ``problem`` (a
        code, may be missing) for ``"code"`` and ``"both"``, ``text`` (may be missing) for
        ``"text"`` and ``"both"``. Rows with the same ``contact`` are one contact; its earliest
        row counts.
    window_days : float
        Maximum days between a contact and the previous one of the case, at least 0.
    by : str
        ``"code"`` (contacts without one are not merged), ``"text"`` (codes are ignored),
        ``"both"``, or ``"time"``: whatever they are about, where neither is known.
    similarity : float
        Minimum cosine of two texts, in (0, 1]; see `cemlib.studies.repair.similarity.text_links`.
    progress : callable, optional
        Called with the number of texts compared and their total.

    Returns
    -------
    Merged
        The case of each row.

    Raises
    ------
    ValueError
        If a column is absent or a parameter out of range.

    References
    ----------
    Christen (2012), *Data Matching*, ch. 4 (blocking) and 6; Davidson & Ravi (2005), *ECML PKDD*,
    LNCS 3721:59–70 (agglomeration with constraints).

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "customer": ["a", "a", "a", None],
    ...     "time": pd.to_datetime(["2026-03-01", "2026-03-03", "2026-03-09", "2026-03-01"]),
    ...     "problem": ["bill", "bill", "bill", "bill"],
    ... })
    >>> merge_contacts(frame, by="code").case.tolist()
    ['a-01', 'a-01', 'a-02', '?-1']
    """
    checks.between("window_days", window_days, 0)
    checks.between("similarity", similarity, 1e-9, 1)
    merger = Merger(contacts, by)
    links = merger.text_links(window_days, similarity, progress)
    labels = merger.labels(window_days, similarity, links)
    alone = merger.customer < 0
    alone[merger.repeated] = False
    return Merged(
        pd.Series(_names(merger, labels), index=contacts.index, dtype="str", name="case"),
        len(contacts) - len(merger.repeated),
        len(merger.repeated),
        int(alone.sum()),
    )


class Merger:
    """Contacts prepared for merging under several windows and similarities.

    Parameters
    ----------
    contacts, by
        As for `merge_contacts`.

    Attributes
    ----------
    customer, order : ndarray of int, shape (n,)
        From `cemlib.studies.repair.similarity.in_order`.
    repeated : ndarray of int
        Rows that repeat a contact.
    """

    def __init__(self, contacts: pd.DataFrame, by: By) -> None:
        checks.one_of("by", by, get_args(By))
        self.contacts, self.by = contacts, by
        self.customer, time, self.order = in_order(contacts)
        self._same, self.repeated = _repeats(contacts, self.order)
        self._codes = np.full(len(contacts), -1)
        self._pairs, self._gap = (_NONE, _NONE), np.zeros(0)
        if by == "time":
            self._pairs = _code_pairs(self.customer, np.zeros(len(contacts), int), self.order)
            self._gap = (time[self._pairs[1]] - time[self._pairs[0]]) / DAY
        elif by != "text":
            checks.one_of("column", "problem", list(contacts))
            self._codes = pd.factorize(contacts["problem"])[0]
            self._pairs = _code_pairs(self.customer, self._codes, self.order)
            self._gap = (time[self._pairs[1]] - time[self._pairs[0]]) / DAY

    def text_links(
        self, window_days: float, similarity: float, progress: Progress | None = None
    ) -> Links:
        """Compare the texts that this method needs; none by code or time alone."""
        if self.by in ("code", "time"):
            return Links(_NONE, _NONE, np.zeros(0), np.zeros(0))
        return text_links(
            self.contacts,
            window_days=window_days,
            lowest=similarity,
            uncoded_only=self.by == "both",
            progress=progress,
        )

    def labels(self, window_days: float, similarity: float, links: Links) -> NDArray[np.int32]:
        """Return the number of each contact's case, in no particular order."""
        near = self._gap <= window_days
        first = np.concatenate([self._same[0], self._pairs[0][near]])
        second = np.concatenate([self._same[1], self._pairs[1][near]])
        similar = links.within(window_days, similarity)
        if self.by == "both":
            uncoded = (self._codes[similar.first] < 0) | (self._codes[similar.second] < 0)
            similar = similar.where(uncoded)
        return components(first, second, similar, self._codes)


def _code_pairs(customer: Rows, codes: Rows, order: Rows) -> tuple[Rows, Rows]:
    """Return successive contacts of one customer with one code."""
    by_code = order[np.lexsort((np.arange(len(order)), codes[order], customer[order]))]
    who, kind = customer[by_code], codes[by_code]
    one = (who[1:] == who[:-1]) & (who[1:] >= 0) & (kind[1:] == kind[:-1]) & (kind[1:] >= 0)
    return by_code[:-1][one], by_code[1:][one]


def case_table(contacts: pd.DataFrame, case: pd.Series) -> pd.DataFrame:
    """Return one row per case.

    Parameters
    ----------
    contacts : DataFrame
        As merged; ``channel``, ``score`` and ``usual`` (a code that may stand for a missing one)
        if there are any.
    case : Series of str
        The case of each contact, as in `Merged`.

    Returns
    -------
    DataFrame
        By case: ``case``, ``customer``, ``problem`` (the most frequent code, the earlier one if
        tied; the earliest ``usual`` one if none is set; else missing), ``by_theme`` (whether it
        is a usual one), ``first`` and ``last`` contact, ``contacts``, ``channels``
        (names in the order of their first contact, joined by ``" > "``) and ``score`` (the
        lowest).

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "customer": ["a", "a"], "time": pd.to_datetime(["2026-03-01", "2026-03-02"]),
    ...     "problem": [None, "bill"], "channel": ["shop", "hotline"],
    ... })
    >>> case_table(frame, pd.Series(["a-01", "a-01"]))[["problem", "contacts", "channels"]]
      problem  contacts        channels
    0    bill         2  shop > hotline
    """
    frame = contacts.assign(case=np.asarray(case, dtype=object))
    frame = frame.iloc[in_order(contacts)[2]]
    if "contact" in frame:
        frame = frame[~frame["contact"].duplicated() | frame["contact"].isna()]
    grouped = frame.groupby("case", sort=True)
    table = grouped.agg(
        customer=("customer", "first"), first=("time", "min"), last=("time", "max"),
        contacts=("time", "size"),
    )  # fmt: skip
    if "problem" in frame:
        counts = frame.groupby(["case", "problem"], sort=False).size().rename("count").reset_index()
        counts = counts.sort_values("count", ascending=False, kind="stable")
        table.insert(1, "problem", counts.drop_duplicates("case").set_index("case")["problem"])
        if "usual" in frame:
            table["by_theme"] = table["problem"].isna() & grouped["usual"].any()
            table["problem"] = table["problem"].fillna(grouped["usual"].first())
    if "channel" in frame:
        seen = frame[["case", "channel"]].dropna().drop_duplicates()
        several = seen[seen["case"].duplicated(keep=False)].groupby("case", sort=False)["channel"]
        only = seen.drop_duplicates("case").set_index("case")["channel"].astype(object)
        named = pd.concat([several.agg(" > ".join), only])
        table["channels"] = named[~named.index.duplicated()]
    if "score" in frame:
        table["score"] = grouped["score"].min()
    return table.reset_index()


def example_week(contacts: pd.DataFrame, case: pd.Series, *, days: float = 7.0) -> pd.DataFrame:
    """Return the contacts of one customer that illustrate merging best.

    Parameters
    ----------
    contacts : DataFrame
        As merged, with ``channel``.
    case : Series of str
        The case of each contact, as in `Merged`.
    days : float
        Length of the period in days, above 0.

    Returns
    -------
    DataFrame
        Contacts of one customer within that period, by time, with ``case``: preferably of several
        cases, then of the most channels, then with the most calls saved.

    Raises
    ------
    ValueError
        If no contact has a customer, or a parameter is out of range.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "customer": list("abb"), "time": pd.to_datetime(["2026-03-01"] * 3),
    ...     "channel": ["shop", "shop", "hotline"],
    ... })
    >>> example_week(frame, pd.Series(["a-01", "b-01", "b-01"]))["customer"].tolist()
    ['b', 'b']
    """
    checks.between("days", days, 1e-9)
    checks.one_of("column", "channel", list(contacts))
    frame = contacts.assign(case=np.asarray(case, dtype=object))
    customer, time, order = in_order(contacts)
    order = order[customer[order] >= 0]
    if not len(order):
        raise ValueError("no contact has a customer")
    who, when = customer[order], time[order]
    codes = pd.factorize(frame["case"])[0][order]
    channels = pd.factorize(frame["channel"])[0][order]
    span = int(days * DAY)
    last = np.searchsorted(who, who, side="right")
    best, chosen = (-1, -1, -1), slice(0, 1)
    for start in np.flatnonzero(last - np.arange(len(who)) > 1).tolist():
        stop = start + int(np.searchsorted(when[start : last[start]], when[start] + span))
        cases = len(set(codes[start:stop]))
        score = (min(cases, 2), len(set(channels[start:stop])), stop - start - cases)
        if score[2] > 0 and score > best:
            best, chosen = score, slice(start, stop)
    return frame.iloc[order[chosen]]


def _repeats(contacts: pd.DataFrame, order: Rows) -> tuple[tuple[Rows, Rows], Rows]:
    """Return pairs of rows of the same contact, and the rows that repeat one."""
    if "contact" not in contacts or not contacts["contact"].duplicated().any():
        return (_NONE, _NONE), _NONE
    codes = pd.factorize(contacts["contact"])[0][order]
    again = pd.Series(codes).duplicated().to_numpy() & (codes >= 0)
    firsts = pd.Series(order).groupby(codes).transform("first").to_numpy()
    return (firsts[again].astype(np.int64), order[again]), order[again]


def _names(merger: Merger, labels: NDArray[np.int32]) -> NDArray[np.object_]:
    """Return names of cases: customer and number by first contact."""
    order = merger.order
    firsts = order[~pd.Series(labels[order]).duplicated().to_numpy()]
    who = merger.customer[firsts]
    counts = pd.Series(who).groupby(who).cumcount().to_numpy() + 1
    keys = merger.contacts["customer"].to_numpy(dtype=object)[firsts]
    unknown = UNKNOWN
    while (merger.contacts["customer"] == unknown).any():
        unknown += UNKNOWN
    names = np.empty(int(labels.max(initial=-1)) + 1, dtype=object)
    names[labels[firsts]] = [
        f"{key}-{number:02d}" if owner >= 0 else f"{unknown}-{number}"
        for key, owner, number in zip(keys, who.tolist(), counts.tolist(), strict=True)
    ]
    return names[labels]
