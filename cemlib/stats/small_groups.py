"""Small groups: what is withheld or pooled, so that nobody in a small group can be found out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from cemlib import checks

OTHERS = "others"


def withheld(counts: Mapping[Any, int], min_cell: int = checks.FEWEST_SHOWN) -> list[Any]:
    """Return the groups whose figures must not be shown beside the figure of all.

    A group that is too small is withheld. Where the total is known, a single withheld group can be
    recomputed from the others, so the next smallest is withheld with it (complementary
    suppression) until those withheld are enough people together. Taking the smallest loses least.

    Parameters
    ----------
    counts : mapping of group to int
        Number of people in each group; groups without anybody are ignored.
    min_cell : int
        Fewest people that may be shown, at least 5.

    Returns
    -------
    list
        The groups, the smallest first; empty if all may be shown.

    Raises
    ------
    ValueError
        If `min_cell` is below 5.

    References
    ----------
    Hundepool et al. (2012), *Statistical Disclosure Control*, ch. 4.

    Examples
    --------
    >>> withheld({"shop": 40, "app": 60, "post": 2})
    ['post', 'shop']
    >>> withheld({"shop": 40, "app": 60, "post": 3, "fax": 3})
    ['fax', 'post']
    """
    checks.min_cell(min_cell)
    order = sorted((name for name in counts if counts[name]), key=lambda name: (counts[name], name))
    hidden = [name for name in order if counts[name] < min_cell]
    for name in order[len(hidden) :]:
        if not hidden or (len(hidden) > 1 and sum(counts[each] for each in hidden) >= min_cell):
            break
        hidden.append(name)
    return hidden


def pooled(
    groups: pd.Series, people: Iterable[object], min_cell: int = checks.FEWEST_SHOWN
) -> pd.Series:
    """Return groups in which small ones are one group, “others”.

    What is pooled holds at least `min_cell` people: where small groups do not, the next smallest
    is pooled with them. Nothing is then withheld, so nothing can be recomputed.

    Parameters
    ----------
    groups : Series of text
        Group of each row; missing ones stay missing.
    people : iterable
        Who each row is about; a row of somebody unknown counts as a person.
    min_cell : int
        Fewest people that may be shown, at least 5.

    Returns
    -------
    Series of text

    Raises
    ------
    ValueError
        If `min_cell` is below 5.

    Examples
    --------
    >>> teams = pd.Series([*"aaaaaa", *"bbbbb", "c"])
    >>> pooled(teams, range(12)).value_counts().to_dict()
    {'a': 6, 'others': 6}
    """
    checks.min_cell(min_cell)
    who = pd.Series(list(people), index=groups.index, dtype=object)
    unknown = who.isna()
    who[unknown] = [(at,) for at in range(int(unknown.sum()))]
    counts = who.groupby(groups).nunique().sort_index(kind="stable").sort_values(kind="stable")
    hidden = list(counts.index[counts < min_cell])
    for name in counts.index[len(hidden) :]:
        if not hidden or who[groups.isin(hidden)].nunique() >= min_cell:
            break
        hidden.append(name)
    return groups.mask(groups.isin(hidden), OTHERS)
