"""Texts into themes by their phrases: what every run applies, whoever made the phrases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

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
    matcher = Matcher(phrases)
    examples = _Examples(names, whole)
    for start in range(0, count if themes else 0, BATCH):
        batch = names[start : start + BATCH]
        held = _held(batch, matcher, len(phrases))
        scores, partial = significant(held @ whole), significant(held @ parts)
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
        examples.add(start, held, theme[there], top - next_weight)
        if progress is not None:
            progress(min(start + BATCH, count), count)
    return Matches(theme, second, weights, others, examples.most_typical())


def _held(batch: Sequence[str], matcher: Matcher, phrases: int) -> Any:
    from scipy.sparse import csr_array

    found = [matcher.find(normalise(text)) for text in batch]
    ends = np.cumsum([0, *map(len, found)])
    columns = np.fromiter((n for row in found for n in row), dtype=np.int64, count=ends[-1])
    return csr_array((np.ones(ends[-1]), columns, ends), shape=(len(batch), phrases))


class _Examples:
    """Finds the most typical text of each theme.

    That is the one whose phrases are the most frequent in its theme, for its length, and speak
    least for another theme. Of many texts, some 20,000 at even distances are looked at, and the
    plainest of each theme in each batch, so that a rare theme has an example too.
    """

    def __init__(self, names: Sequence[str], whole: Floats) -> None:
        self.names, self.whole = names, whole
        self.step = max(1, len(names) // BATCH)
        self.counts = np.zeros(whole.shape)
        self.rows: list[Rows] = []
        self.themes: list[Rows] = []
        self.margins: list[Floats] = []
        self.held: list[Any] = []

    def add(self, start: int, held: Any, theme: Rows, margin: Floats) -> None:
        """Count the phrases of a batch, and keep some of its texts."""
        from scipy.sparse import csr_array

        fits = np.flatnonzero(theme >= 0)
        ones = np.ones(len(fits))
        member = csr_array((ones, (theme[fits], fits)), shape=(self.whole.shape[1], len(theme)))
        self.counts += (member @ held).toarray().T
        kept = (np.arange(start, start + len(theme)) % self.step == 0) & (theme >= 0)
        plainest = fits[np.lexsort((fits, -significant(margin[fits]), theme[fits]))]
        kept[plainest[np.unique(theme[plainest], return_index=True)[1]]] = True
        rows = np.flatnonzero(kept)
        self.rows.append(rows + start)
        self.themes.append(theme[rows])
        self.margins.append(margin[rows])
        self.held.append(held[rows])

    def most_typical(self) -> dict[int, str]:
        """Return the most typical text of each theme that has one."""
        from scipy.sparse import vstack

        rows = np.concatenate(self.rows) if self.rows else np.empty(0, dtype=np.int64)
        if not len(rows):
            return {}
        theme = np.concatenate(self.themes)
        frequent = self.whole * self.counts / np.maximum(self.counts.max(axis=0), 1)
        value = (vstack(self.held) @ frequent)[np.arange(len(rows)), theme]
        total = (vstack(self.held) @ self.whole)[np.arange(len(rows)), theme]
        plain = np.concatenate(self.margins) / np.maximum(total, 1e-9)
        lengths = np.array([_width(self.names[row]) for row in rows.tolist()], dtype=float)
        # Very short texts say little; long ones speak of much else.
        score = significant(value * plain / np.sqrt(20 + lengths))
        order = np.lexsort((rows, -score, theme))
        firsts = order[np.unique(theme[order], return_index=True)[1]]
        return {int(theme[row]): self.names[int(rows[row])] for row in firsts}


def _width(text: str) -> int:
    """Return the length of a text in Latin letters: a Chinese character takes two bytes more."""
    return len(text[:2000].encode("utf-8", "replace"))
