"""Groups of texts: average linkage of TF-IDF over phrases, their number by stability.

Chosen by trial on texts whose problem is known (six logs of 4,000 contacts with 12 problems, 20
groups in each language). Adjusted Rand index and V-measure, Chinese then English:

================================  ============  ============
average linkage, cosine           0.76 / 0.85   0.79 / 0.88
k-means (of unit length)          0.58 / 0.79   0.64 / 0.83
NMF, the largest component        0.57 / 0.77   0.61 / 0.81
HDBSCAN, its own number           0.33 / 0.73   0.28 / 0.73
================================  ============  ============

Phrases found in the texts served better than pairs and triples of Chinese characters, and than the
words of a dictionary. `tests/recovery/test_themes.py` repeats the comparison on other logs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib.stats.estimates import significant
from cemlib.texts.matching import Floats, Rows
from cemlib.texts.phrases import Matcher, find_phrases, is_spaced

SAMPLE, RESAMPLED = 4_000, 1_500  # different texts that are grouped; of which a resample is drawn
_SIGNS = 1_000_000  # of all texts that are grouped: of long texts, fewer are drawn
FEWEST = 20  # different texts without which groups mean nothing
_COMMON = 0.3
_KEPT, _LEAST_WEIGHT, _MOST_WEIGHT = 40, 1.5, 5.0
_NAMES = 3
_FEW = 10  # different texts of which no resample is drawn
_RESAMPLE, _LEAST_COMPANY, _STABLE = 0.7, 0.1, 0.8
_MIN_SHARE, _MIN_TEXTS = 0.004, 3
_ALONE = 2.0  # weight of a phrase where there is one group only
_NAMES_SHARE, _NEARLY, _AGAIN = 0.08, 0.6, 0.5


class Group(NamedTuple):
    """A group of texts: its phrases with their weights, and its name."""

    weights: dict[str, float]
    name: str


def group(
    names: Sequence[str],
    counts: Rows,
    rng: np.random.Generator,
    number: int | None,
    most: int,
    resamples: int,
) -> tuple[list[Group], pd.DataFrame]:
    """Group normalised texts of one writing; return each group's phrases with their weights.

    Parameters
    ----------
    names : sequence of str
        Different normalised texts.
    counts : ndarray of int
        How often each was written.
    rng : numpy.random.Generator
        Source of randomness for sample and resamples.
    number : int or None
        Number of groups, or None for the most stable one up to `most`.
    most, resamples : int
        Largest number of groups, and number of resamples.

    Returns
    -------
    groups : list of Group
        The largest first.
    stability : DataFrame
        ``number``, ``stability``, ``error``, ``chosen``; no rows where `number` is given.
    """
    length = sum(map(len, names)) / max(len(names), 1)
    size = min(SAMPLE, int(_SIGNS / max(length, 1.0)))
    if len(names) > size:
        drawn = np.sort(rng.choice(len(names), size, replace=False, p=counts / counts.sum()))
        names, counts = [names[row] for row in drawn], counts[drawn]
    lexicon = find_phrases(names, counts)
    held = _held(names, list(lexicon))
    useful = _useful(held, counts)
    held = held[:, useful]
    phrases = [phrase for phrase, kept in zip(lexicon, useful, strict=True) if kept]
    short = np.array([_is_short(phrase) for phrase in phrases], dtype=bool)
    some = np.flatnonzero(np.diff(held[:, short].indptr) > 0)
    held, counts = held[some], counts[some]
    if not len(some):
        return [], _stability_frame([], np.empty((0, 0)), -1)
    similarity = _similarity(held[:, short] if short.any() else held)
    tree = _tree(similarity)
    if number is None:
        number, stability = _most_stable(similarity, tree, rng, most, resamples)
    else:
        stability = _stability_frame([], np.empty((0, 0)), -1)
    labels = _cut(tree, number, len(some))
    return _weights(held, counts, labels, phrases), stability


def _is_short(phrase: str) -> bool:
    """Return whether texts are grouped by a phrase: longer ones repeat what shorter ones say."""
    return len(phrase) <= 4 if not is_spaced(phrase) else phrase.count(" ") < 2


def _held(names: Sequence[str], phrases: Sequence[str]) -> Any:
    from scipy.sparse import csr_array

    matcher = Matcher(phrases)
    found = [matcher.find(text) for text in names]
    ends = np.cumsum([0, *map(len, found)])
    columns = np.fromiter((n for row in found for n in row), dtype=np.int64, count=ends[-1])
    return csr_array((np.ones(ends[-1]), columns, ends), shape=(len(names), len(phrases)))


def _useful(held: Any, counts: Rows) -> NDArray[np.bool_]:
    """Mark phrases that are not in too many texts to tell them apart."""
    if held.shape[0] < FEWEST:
        return np.ones(held.shape[1], dtype=bool)
    return np.asarray(counts @ held) <= _COMMON * counts.sum()


def _similarity(held: Any) -> Floats:
    """Return the cosines of texts by TF-IDF, each phrase also weighted by the company it keeps."""
    from scipy.sparse import diags_array
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.preprocessing import normalize

    weighted = TfidfTransformer(norm=None).fit_transform(held) @ diags_array(_company(held))
    weighted = normalize(weighted)
    return np.clip((weighted @ weighted.T).toarray(), 0, 1)


def _company(held: Any) -> Floats:
    r"""Return how special the phrases are with which each phrase occurs.

    The information :math:`\sum_q p(q|p)\log p(q|p)/p(q)`, less its bias of (number of phrases)/2n:
    "please call back" goes with every problem and so says little, "modem" with few.

    References
    ----------
    Salton, Yang & Yu (1975), *J. American Society for Information Science* 26:33–44 (the value of
    a term for telling texts apart); Miller (1955) (bias).
    """
    together = (held.T @ held).toarray()
    np.fill_diagonal(together, 0)
    times = together.sum(axis=1, keepdims=True)
    if not times.sum():
        return np.ones(len(together))
    expected = together.sum(axis=0) / times.sum()
    seen = together / np.maximum(times, 1e-9)
    ratio = np.where(seen > 0, seen / np.maximum(expected, 1e-12), 1.0)
    information = (seen * np.log(ratio)).sum(axis=1) - len(together) / (
        2 * np.maximum(times[:, 0], 1)
    )
    return np.asarray(significant(np.maximum(information, _LEAST_COMPANY)))


def _tree(similarity: Floats) -> Floats:
    from scipy.cluster.hierarchy import linkage

    if len(similarity) < 2:
        return np.empty((0, 4))
    upper = np.triu_indices(len(similarity), 1)
    # The last bits of a product differ between processors and must not decide on ties.
    return np.asarray(linkage(np.round(1 - similarity[upper], 9), "average"))


def _cut(tree: Floats, number: int, count: int) -> Rows:
    from scipy.cluster.hierarchy import fcluster

    if count < 2:
        return np.ones(count, dtype=np.int64)
    return np.asarray(fcluster(tree, number, "maxclust"), dtype=np.int64)


def _most_stable(
    similarity: Floats, tree: Floats, rng: np.random.Generator, most: int, resamples: int
) -> tuple[int, pd.DataFrame]:
    """Return the largest number of groups that come out alike in samples of 70% of the texts.

    Alike means an adjusted Rand index of at least 0.8 on average, good recovery by Steinley (2004),
    *Psychological Methods* 9:386–396; if no number reaches it, the most stable one. Of several, the
    largest: to merge two themes in the table is easier than to split one. Numbers at which one
    group holds more than half of the texts are passed over, if there are others: to split off a few
    odd texts is stable too.
    """
    from sklearn.metrics import adjusted_rand_score

    count = len(similarity)
    if count < _FEW:
        return min(_separate(similarity), most), _stability_frame([], np.empty((0, 0)), -1)
    numbers = list(range(2, min(most, count // 5) + 1))
    size = min(int(_RESAMPLE * count), RESAMPLED)
    alike = np.empty((resamples, len(numbers)))
    for resample in range(resamples):
        rows = np.sort(rng.choice(count, size, replace=False))
        part = _tree(similarity[np.ix_(rows, rows)])
        for at, number in enumerate(numbers):
            whole = _cut(tree, number, count)[rows]
            alike[resample, at] = adjusted_rand_score(whole, _cut(part, number, size))
    mean = significant(alike.mean(axis=0))
    cuts = [_cut(tree, number, count) for number in numbers]
    split = np.array([2 * np.bincount(cut).max() <= count for cut in cuts])
    allowed = np.where(split, mean, -1.0) if split.any() else mean
    good = np.flatnonzero(allowed >= min(_STABLE, allowed.max()))
    return numbers[good[-1]], _stability_frame(numbers, alike, int(good[-1]))


def _separate(similarity: Floats) -> int:
    """Return the number of groups of texts between which no phrase is shared."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    return int(connected_components(csr_array(similarity > 0), directed=False)[0])


def _stability_frame(numbers: list[int], alike: Floats, chosen: int) -> pd.DataFrame:
    frame = pd.DataFrame({"number": np.asarray(numbers, dtype=np.int64)})
    frame["stability"] = alike.mean(axis=0) if numbers else np.empty(0)
    frame["error"] = alike.std(axis=0, ddof=1) / np.sqrt(len(alike)) if numbers else np.empty(0)
    frame["chosen"] = np.arange(len(numbers)) == chosen
    return frame


def _weights(held: Any, counts: Rows, labels: Rows, phrases: Sequence[str]) -> list[Group]:
    r"""Return the phrases of each group, with the logarithm of their odds ratio, largest first.

    :math:`\log\frac{(n_{pg} + a_p)/(N_g - n_{pg} + a)}{(n_p - n_{pg} + a_p)/(N - N_g - n_p +
    n_{pg} + a)}` with n texts that hold phrase p, of group g and in all, and pseudo-counts in
    proportion to the phrase's share, as Monroe, Colaresi & Quinn (2008), *Political Analysis*
    16:372–403.
    """
    from scipy.sparse import csr_array

    groups = np.unique(labels, return_inverse=True)[1]
    count = int(groups.max()) + 1
    member = csr_array((counts.astype(float), (groups, np.arange(len(groups)))))
    inside = (member @ held).toarray()
    sizes = np.bincount(groups, weights=counts)
    total = inside.sum(axis=0)
    share = np.clip(total / sizes.sum(), 0.01, 0.99)
    odds = (inside + share) / (sizes[:, None] - inside + 1 - share)
    rest = (sizes.sum() - sizes)[:, None]
    outside = total - inside
    other = (outside + share) / (rest - outside + 1 - share)
    weight = significant(np.log(odds / other)) if count > 1 else np.full(odds.shape, _ALONE)
    weight = np.minimum(weight, _MOST_WEIGHT)
    value = significant(weight * np.sqrt(inside))
    big = np.flatnonzero((sizes >= max(_MIN_TEXTS, _MIN_SHARE * sizes.sum())) | (count == 1))
    result = []
    for row in big[np.argsort(-sizes[big], kind="stable")]:
        fit = np.flatnonzero((weight[row] >= _LEAST_WEIGHT) & (inside[row] >= 2))
        order = fit[np.argsort(-value[row][fit], kind="stable")][:_KEPT]
        if len(order):
            weights = {phrases[at]: round(float(weight[row, at]), 1) for at in order}
            own = np.flatnonzero(groups == row)
            name = _name(held[own][:, order], counts[own], [phrases[at] for at in order],
                         inside[row, order] / total[order])  # fmt: skip
            result.append(Group(weights, name))
    return result


def _name(held: Any, counts: Rows, phrases: Sequence[str], precision: Floats) -> str:
    """Return the phrases that name a group: each in many of its texts that have none so far.

    A phrase's worth is its share of this group, squared, times the root of the texts that it adds
    (those that have a phrase of the name count half). A longer
    phrase takes the place of a shorter one in it that is little more frequent.
    """
    dense = held.toarray() > 0
    left = counts.astype(float)
    chosen: list[int] = []
    while len(chosen) < _NAMES:
        added = dense.T @ left
        worth = significant(precision**2 * np.sqrt(added))
        for at, phrase in enumerate(phrases):
            if any(_overlap(phrase, phrases[other]) for other in chosen):
                worth[at] = 0
        best = int(np.argmax(worth))
        if added[best] < _NAMES_SHARE * counts.sum() or worth[best] <= 0:
            break
        longer = [
            at
            for at, phrase in enumerate(phrases)
            if worth[at] > 0 and phrases[best] in phrase and added[at] >= _NEARLY * added[best]
        ]
        best = max(longer, key=lambda at: (len(phrases[at]), -at))
        chosen.append(best)
        left = np.where(dense[:, best], _AGAIN * left, left)
    return " · ".join(phrases[at] for at in chosen) or phrases[0]


def _overlap(phrase: str, other: str) -> bool:
    """Return whether two phrases share a word, or two Chinese characters in a row."""
    if " " in phrase + other or phrase.isascii():
        return bool(set(phrase.split()) & set(other.split()))
    return any(phrase[at : at + 2] in other for at in range(len(phrase) - 1))
