"""Themes found in texts without a code book."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.texts.discovery import FEWEST, Group, group
from cemlib.texts.matching import Progress, Rows, Rule, distinct, match
from cemlib.texts.phrases import WRITINGS, normalise, writing
from cemlib.texts.table import COLUMNS, Themes, apply_distinct, join_phrases, read_table

MOST, RESAMPLES = 20, 10
DRAWN = 40_000  # different texts that are looked at


def find_themes(
    texts: Iterable[object],
    rng: np.random.Generator,
    number: int | None = None,
    *,
    most: int = MOST,
    resamples: int = RESAMPLES,
    progress: Progress | None = None,
) -> Themes:
    """Find the themes of texts in any language, without a code book or a model of a language.

    Identical texts are counted once. Phrases are found in a sample (`cemlib.texts.phrases`);
    texts are grouped by average linkage of the cosines of their TF-IDF, Chinese and spaced
    writing apart from one another, into as many groups as are stable, up to `most`
    (`cemlib.texts.discovery`). Each group keeps its most distinctive phrases with their log
    odds. All texts are then put into the themes by these phrases, as `apply_table` does:
    applying the table to the same texts gives the same themes. The same texts and state of
    `rng` give the same result, whatever the order of the texts.

    A problem that is told in two languages is two themes, as no words are shared: merge them in the
    table, or let `suggest_merges` propose it where texts have codes.

    Parameters
    ----------
    texts : iterable
        Texts, missing ones allowed; of each, the first 1,000 characters are read.
    rng : numpy.random.Generator
        Source of randomness for samples.
    number : int, optional
        Number of themes in each writing; by default as many as are stable.
    most : int
        Largest number of themes in each writing, if `number` is not given: people should read and
        edit the table.
    resamples : int
        Number of resamples for the stability.
    progress : callable, optional
        Called with the number of different texts done and that of all.

    Returns
    -------
    Themes
        Each text's theme, and the table.

    Raises
    ------
    ValueError
        If fewer than 20 texts with words are written in one way.

    References
    ----------
    Ben-Hur, Elisseeff & Guyon (2002), *Pacific Symposium on Biocomputing* 7:6–17 (number by
    stability); Sokal & Michener (1958), *Univ. Kansas Science Bulletin* 38:1409–1438 (average
    linkage).

    Examples
    --------
    >>> texts = ["the bill is wrong", "wrong bill again", "bill too high"] * 5
    >>> texts += ["no signal", "signal is weak", "weak signal inside"] * 5
    >>> themes = find_themes(texts, np.random.default_rng(1), 2)
    >>> themes.table[["name", "texts"]].to_numpy().tolist()
    [['signal · weak', 15], ['bill · wrong · high', 15]]
    """
    checks.between("most", most, 2, 60, whole=True)
    checks.between("resamples", resamples, 2, 100, whole=True)
    if number is not None:
        checks.between("number", number, 1, 60, whole=True)
    names, rows = distinct(texts)
    counts = np.bincount(rows, minlength=len(names))
    table, stability = _discover(names, counts, rng, number, most, resamples)
    themes = apply_distinct(names, rows, read_table(table), progress)
    return _largest_first(replace(themes, stability=stability))


def propose_themes(
    texts: Iterable[object], themes: Themes, rng: np.random.Generator, *, most: int = MOST
) -> pd.DataFrame:
    """Return the table of themes with themes added that are found among texts that fit nowhere."""
    everything = pd.Series(texts, dtype=object)
    if len(everything) != len(themes):
        raise ValueError(
            f"texts has {len(everything)} rows, but themes has {len(themes)}; give the same"
        )
    names, rows = distinct(everything[themes.theme < 0])
    counts = np.bincount(rows, minlength=len(names))
    table = themes.table.copy()
    try:
        found, _ = _discover(names, counts, rng, None, most, RESAMPLES)
    except ValueError:  # too few
        return table
    numbers = [int(theme[1:]) for theme in table["theme"] if theme[1:].isdecimal()]
    first = max(numbers, default=0) + 1
    found["theme"] = [f"T{number:02d}" for number in range(first, first + len(found))]
    found["name"] = _unique(found["name"], table["name"])
    return table if found.empty else read_table(pd.concat([table, found], ignore_index=True))


def _discover(
    names: list[str],
    counts: Rows,
    rng: np.random.Generator,
    number: int | None,
    most: int,
    resamples: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the table of themes of different texts, and their stability."""
    drawn = np.arange(len(names))
    if len(names) > DRAWN:
        drawn = np.sort(rng.choice(len(names), DRAWN, replace=False, p=counts / counts.sum()))
    sample = pd.DataFrame({"text": [normalise(names[row]) for row in drawn], "n": counts[drawn]})
    sample = sample.groupby("text", sort=True, as_index=False)["n"].sum()
    sample["writing"] = [writing(text) for text in sample["text"]]
    found: list[Group] = []
    tables: list[pd.DataFrame] = []
    largest = 0
    for kind in WRITINGS:
        part = sample[sample["writing"] == kind]
        total = int(part["n"].sum())
        largest = max(largest, total)
        if total < FEWEST:
            continue
        groups, stability = group(
            part["text"].tolist(), part["n"].to_numpy(), rng, number, most, resamples
        )
        found += groups
        tables.append(stability.assign(writing=kind))
    if largest < FEWEST:
        raise ValueError(
            f"texts has {largest} texts with words in one way of writing, but at least {FEWEST} "
            "are needed to find themes; read so few yourself"
        )
    found = _in_use(found, sample)
    rows = [
        dict.fromkeys(COLUMNS, "")
        | {"theme": f"T{at + 1:02d}", "phrases": join_phrases(each.weights), "status": "proposed"}
        | {"name": name}
        for at, (each, name) in enumerate(zip(found, _unique([g.name for g in found]), strict=True))
    ]
    stability = pd.concat(tables, ignore_index=True)
    return pd.DataFrame(rows, columns=list(COLUMNS)), stability[
        ["writing", *stability.columns[:-1]]
    ]


def _in_use(groups: list[Group], sample: pd.DataFrame) -> list[Group]:
    """Return the groups that texts of the sample are put into by their phrases."""
    ids = [str(number) for number in range(len(groups))]
    rules = [Rule(name, each.weights, name) for name, each in zip(ids, groups, strict=True)]
    theme = match(sample["text"].tolist(), rules, ids, None).theme
    texts = np.bincount(theme[theme >= 0], sample["n"].to_numpy()[theme >= 0], len(ids))
    return [each for each, count in zip(groups, texts, strict=True) if count >= 2]


def _unique(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Return the names; a second group of the same name gets a number."""
    used, result = set(taken), []
    for name in names:
        count, own = 1, name
        while own in used:
            count += 1
            own = f"{name} ({count})"
        used.add(own)
        result.append(own)
    return result


def _largest_first(themes: Themes) -> Themes:
    """Return themes numbered by their texts, the largest first."""
    order = np.argsort(-themes.table["texts"].to_numpy(dtype=np.int64), kind="stable")
    place = np.append(np.argsort(order, kind="stable"), -1)
    table = themes.table.iloc[order].reset_index(drop=True)
    table["theme"] = themes.table["theme"]
    return replace(themes, table=table, theme=place[themes.theme], second=place[themes.second])
