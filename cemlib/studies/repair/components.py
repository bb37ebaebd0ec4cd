"""Connected contacts: links within a customer, but never two codes in one case."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cemlib.studies.repair.similarity import Links, Rows


def components(first: Rows, second: Rows, links: Links, codes: Rows) -> NDArray[np.int32]:
    """Return the component of each contact: pairs always, links unless they join two codes.

    Parameters
    ----------
    first, second : ndarray of int, shape (p,)
        Pairs of contacts that belong together.
    links : Links
        Pairs with similar texts, joined the most similar first.
    codes : ndarray of int, shape (n,)
        Code of each contact, −1 where it has none.

    Examples
    --------
    >>> none = np.zeros(0, dtype=np.int64)
    >>> links = Links(none, none, np.zeros(0), np.zeros(0))
    >>> components(np.array([0]), np.array([2]), links, np.array([-1, -1, -1])).tolist()
    [0, 1, 0]
    """
    count = len(codes)
    if not len(links.first):
        return _connected(count, first, second)
    whole = _connected(
        count, np.concatenate([first, links.first]), np.concatenate([second, links.second])
    )
    # Few components hold two codes: only these need the slow way, link by link.
    coded = np.flatnonzero(codes >= 0)
    kinds = np.unique(whole[coded].astype(np.int64) * (codes.max() + 1) + codes[coded])
    mixed = np.bincount(kinds // (codes.max() + 1), minlength=int(whole.max()) + 1) > 1
    clash = mixed[whole[links.first]]
    if not clash.any():
        return whole
    free = links.where(~clash)
    start = _connected(
        count, np.concatenate([first, free.first]), np.concatenate([second, free.second])
    )
    return _join_within_codes(start, links.where(clash), codes)


def _join_within_codes(parts: NDArray[np.int32], links: Links, codes: Rows) -> NDArray[np.int32]:
    """Join parts over links, the most similar first, but never two codes (union–find)."""
    size = int(parts.max()) + 1
    code = np.full(size, -1, dtype=np.int64)
    has = codes >= 0
    code[parts[has]] = codes[has]
    parent = np.arange(size)

    def root(part: int) -> int:
        while parent[part] != part:
            parent[part] = parent[parent[part]]
            part = parent[part]
        return part

    order = np.argsort(-links.similarity, kind="stable")
    pairs = parts[links.first[order]].tolist(), parts[links.second[order]].tolist()
    for near, far in zip(*pairs, strict=True):
        one, other = root(near), root(far)
        if one != other and (code[one] < 0 or code[other] < 0 or code[one] == code[other]):
            parent[other] = one
            code[one] = max(code[one], code[other])
    while (parent != parent[parent]).any():
        parent = parent[parent]
    return parent.astype(np.int32)[parts]


def _connected(count: int, first: Rows, second: Rows) -> NDArray[np.int32]:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(first), dtype=np.int8)
    graph = coo_matrix((ones, (first, second)), shape=(count, count))
    labels: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return labels
