"""Texts into themes by their phrases: what every run applies, whoever made the phrases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib.stats.estimates import significant
from cemlib.texts.phrases import Matcher, normalise

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Progress = Callable[[int, int], None]
BATCH = 20_000
MINIMUM = 1.5  # evidence that a text belongs to a theme: odds of 4.5 to 1
SAMPLE_LENGTH = 200  # characters of a typical text


@dataclass(frozen=True)
class Rule:
    """The phrases of a theme.

    Parameters
    ----------
    theme : str
        Its id.
    weights : dict of str to float
        Phrases with their weights: the logarithm of how much likelier a text is to be of the theme.
    into : str
        Id of the theme to which its texts are counted: its own, unless it was merged.
    parent : str
        Id of the theme of which it is a part, or "".
    """

    theme: str
    weights: dict[str, float]
    into: str
    parent: str = ""


@dataclass(frozen=True)
class Matches:
    """The theme of each text.

    Parameters
    ----------
    theme, second : ndarray of int, shape (n,)
        Number of the theme that fits best, and of the next one that fits too; −1 for none.
    weight, second_weight : ndarray, shape (n,)
        Sum of the weights of the phrases that speak for it.
    typical : dict of int to str
        The most typical text of each theme.
    """

    theme: Rows
    second: Rows
    weight: Floats
    second_weight: Floats
    typical: dict[int, str]


def distinct(texts: Iterable[object]) -> tuple[list[str], Rows]:
    """Return the different texts in order of content, and which of them stands in each row.

    Missing texts count as empty.

    Examples
    --------
    >>> names, rows = distinct(["b", None, "a", "b"])
    >>> names, rows.tolist()
    (['', 'a', 'b'], [2, 0, 1, 2])
    """
    series = pd.Series(texts, dtype=object)
    values = series.where(series.notna(), "").map(_encodable).to_numpy(dtype=object)
    rows, names = pd.factorize(values, sort=True)
    return names.tolist(), rows.astype(np.int64)


def _encodable(text: object) -> str:
    """Return a text without halves of characters, which no file can hold."""
    words = str(text)
    return words if words.isascii() else words.encode("utf-8", "replace").decode("utf-8")


def match(
    names: Sequence[str], rules: Sequence[Rule], themes: Sequence[str], progress: Progress | None
) -> Matches:
    """Match different texts with themes.

    The weight of a theme is the sum of the weights of its phrases in the text, over all rules that
    were merged into it. The theme with the highest weight of at least `MINIMUM` gets the text;
    where it has parts, the part with the highest weight, if a phrase of one is there.

    Parameters
    ----------
    names : sequence of str
        Different texts.
    rules : sequence of Rule
        What speaks for each theme.
    themes : sequence of str
        Ids of the themes, in the order in which they are numbered.
    progress : callable, optional
        Called with the number of texts done and that of all.

    Examples
    --------
    >>> rules = [Rule("T1", {"bill": 3.0}, "T1"), Rule("T2", {"signal": 2.0}, "T2")]
    >>> match(["no signal", "the bill, no signal", "hello"], rules, ["T1", "T2"], None).theme
    array([ 1,  0, -1])
    """
    phrases = sorted({phrase for rule in rules for phrase in rule.weights})
    at = {phrase: number for number, phrase in enumerate(phrases)}
    number = {theme: position for position, theme in enumerate(themes)}
    whole, parts = np.zeros((len(phrases), len(themes))), np.zeros((len(phrases), len(themes)))
    parent = np.full(len(themes), -1)
    for rule in rules:
        target = parts if rule.parent else whole
        for phrase, weight in rule.weights.items():
            target[at[phrase], number[rule.into]] += weight
    for rule in rules:
        if rule.parent:  # what speaks for a part speaks for its whole
            column = parent[number[rule.into]] = number[rule.parent]
            for phrase, weight in rule.weights.items():
                whole[at[phrase], column] = max(whole[at[phrase], column], weight)
    count = len(names)
    theme, second = np.full(count, -1), np.full(count, -1)
    weights, others = np.zeros(count), np.zeros(count)
    best: dict[int, tuple[float, str]] = {}
    matcher = Matcher(phrases)
    for start in range(0, count if themes else 0, BATCH):
        batch = names[start : start + BATCH]
        scores, partial = _scores(batch, matcher, whole, parts)
        rows = np.arange(len(batch))
        first = np.argmax(scores, axis=1)
        fits = scores[rows, first] >= MINIMUM
        top = np.where(fits, scores[rows, first], 0.0)
        scores[rows, first] = 0.0
        next_one = np.argmax(scores, axis=1)
        next_weight = scores[rows, next_one]
        part = np.where(parent[None, :] == first[:, None], partial, 0.0)
        chosen = np.argmax(part, axis=1)
        first = np.where(part[rows, chosen] > 0, chosen, first)
        there = slice(start, start + len(batch))
        theme[there], weights[there] = np.where(fits, first, -1), top
        also = fits & (next_weight >= MINIMUM)
        second[there], others[there] = np.where(also, next_one, -1), next_weight * also
        _most_typical(batch, theme[there], top - next_weight, best)
        if progress is not None:
            progress(min(start + BATCH, count), count)
    return Matches(theme, second, weights, others, {key: text for key, (_, text) in best.items()})


def _scores(
    batch: Sequence[str], matcher: Matcher, whole: Floats, parts: Floats
) -> tuple[Floats, Floats]:
    from scipy.sparse import csr_array

    found = [matcher.find(normalise(text)) for text in batch]
    ends = np.cumsum([0, *map(len, found)])
    columns = np.fromiter((n for row in found for n in row), dtype=np.int64, count=ends[-1])
    held = csr_array((np.ones(ends[-1]), columns, ends), shape=(len(batch), len(whole)))
    return significant(held @ whole), significant(held @ parts)


def _most_typical(
    batch: Sequence[str], theme: Rows, margin: Floats, best: dict[int, tuple[float, str]]
) -> None:
    """Keep the text that speaks most clearly of each theme for its length."""
    lengths = np.fromiter((_width(text) for text in batch), dtype=float, count=len(batch))
    # Very short texts say little; long ones speak of much else.
    score = significant(margin / np.sqrt(20 + lengths))
    for number in np.unique(theme[theme >= 0]).tolist():
        rows = np.flatnonzero(theme == number)
        row = rows[np.argmax(score[rows])]
        value = float(score[row])
        if number not in best or value > best[number][0]:
            best[number] = (value, batch[row])


def _width(text: str) -> int:
    """Return the length of a text in Latin letters: a Chinese character takes two bytes more."""
    return len(text[:2000].encode("utf-8", "replace"))
