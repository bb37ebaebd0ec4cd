"""How large each theme is, where and when it comes up, and how those who raise it rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks
from cemlib.stats.clusters import cluster_numbers
from cemlib.stats.proportions import wilson
from cemlib.texts.table import Themes

APART = ""  # the id of texts that fit nowhere, in tables


def theme_profile(
    themes: Themes, clusters: Sequence[object] | None = None, *, level: float = 0.95
) -> pd.DataFrame:
    """Return the share of texts of each theme, with Wilson's interval.

    Parameters
    ----------
    themes : Themes
        Texts in themes.
    clusters : sequence, optional
        The customer of each text, from `cemlib.stats.clusters.clusters_of`.
    level : float
        Coverage.

    Returns
    -------
    DataFrame
        Themes, the largest first, then the texts that fit nowhere (with an empty id): ``theme``,
        ``name``, ``owner``, ``texts``, ``share``, ``low``, ``high``, ``typical``.

    Examples
    --------
    >>> from cemlib.texts import apply_table
    >>> rows = pd.DataFrame({"theme": ["T1"], "name": ["Bill"], "phrases": ["bill"]})
    >>> profile = theme_profile(apply_table(["bill", "the bill", "hello"], rows))
    >>> profile[["theme", "texts"]].to_numpy().tolist()
    [['T1', 2], ['', 1]]
    """
    counts = np.bincount(themes.theme[themes.theme >= 0], minlength=len(themes.ids))
    order = np.argsort(-counts, kind="stable")
    about = themes.table.set_index("theme")
    several = clusters is not None and len(set(clusters)) > 1
    rows = []
    for number in (*order.tolist(), -1):
        marks = themes.theme == number
        share = wilson(marks, clusters if several else None, level) if len(marks) else None
        theme = themes.ids[number] if number >= 0 else APART
        rows.append(
            {
                "theme": theme,
                "name": about["name"][theme] if theme else "",
                "owner": about["owner"][theme] if theme else "",
                "texts": int(marks.sum()),
                "share": share.estimate if share else np.nan,
                "low": share.low if share else np.nan,
                "high": share.high if share else np.nan,
                "typical": about["typical"][theme] if theme else "",
            }
        )
    return pd.DataFrame(rows)


def theme_counts(
    themes: Themes,
    by: Sequence[object] | pd.Series,
    clusters: Sequence[object] | None = None,
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Count the texts of each theme in groups, such as channels or segments.

    Parameters
    ----------
    themes : Themes
        Texts in themes.
    by : sequence
        The group of each text; texts without one are left out.
    clusters : sequence, optional
        The customer of each text.
    level : float
        Coverage.

    Returns
    -------
    DataFrame
        One row per theme and group: ``theme``, ``group``, ``texts``, ``share`` (of the group's
        texts), ``low``, ``high`` (Wilson), ``ratio`` (to the share in all groups).

    Examples
    --------
    >>> from cemlib.texts import apply_table
    >>> rows = pd.DataFrame({"theme": ["T1"], "name": ["Bill"], "phrases": ["bill"]})
    >>> themes = apply_table(["bill", "the bill", "hello"], rows)
    >>> theme_counts(themes, ["shop", "app", "app"])[["group", "texts", "share"]].values.tolist()
    [['app', 1, 0.5], ['shop', 1, 1.0]]
    """
    number, names = _groups(themes, by)
    known = number >= 0
    who = None if clusters is None else cluster_numbers(clusters, len(themes))
    rows = []
    for at, theme in enumerate(themes.ids):
        marks = (themes.theme == at).astype(float)
        overall = marks[known].mean() if known.any() else np.nan
        for group, name in enumerate(names):
            mine = number == group
            own = None if who is None or len(set(who[mine])) < 2 else list(who[mine])
            share = wilson(marks[mine], own, level)
            rows.append(
                {
                    "theme": theme,
                    "group": name,
                    "texts": int(marks[mine].sum()),
                    "share": share.estimate,
                    "low": share.low,
                    "high": share.high,
                    "ratio": share.estimate / overall if overall else np.nan,
                }
            )
    columns = ["theme", "group", "texts", "share", "low", "high", "ratio"]
    return pd.DataFrame(rows, columns=columns)


def theme_weeks(themes: Themes, times: pd.Series) -> pd.DataFrame:
    """Count the texts of each theme in each week, from Monday, weeks without a text included.

    Parameters
    ----------
    themes : Themes
        Texts in themes.
    times : Series of datetime
        When each text was written; rows without a time are left out.

    Returns
    -------
    DataFrame
        One row per theme and week: ``theme``, ``week`` (its Monday), ``texts``, ``all`` (texts of
        the week, of any theme or none).

    Examples
    --------
    >>> from cemlib.texts import apply_table
    >>> rows = pd.DataFrame({"theme": ["T1"], "name": ["Bill"], "phrases": ["bill"]})
    >>> themes = apply_table(["bill", "hello", "bill"], rows)
    >>> days = pd.Series(pd.to_datetime(["2026-01-05", "2026-01-06", "2026-01-19"]))
    >>> theme_weeks(themes, days)["texts"].tolist()
    [1, 0, 1]
    """
    _same_length("times", len(times), themes)
    known = times.notna().to_numpy()
    days = times[known].dt.tz_localize(None) if times.dt.tz is not None else times[known]
    monday = (days - pd.to_timedelta(days.dt.day_of_week, unit="D")).dt.normalize()
    if not len(monday):
        return pd.DataFrame({"theme": [], "week": [], "texts": [], "all": []})
    weeks = pd.date_range(monday.min(), monday.max(), freq="7D")
    number = weeks.get_indexer(pd.DatetimeIndex(monday))
    table = np.zeros((len(themes.ids) + 1, len(weeks)), dtype=np.int64)
    np.add.at(table, (themes.theme[known], number), 1)
    return pd.DataFrame(
        {
            "theme": np.repeat(np.array(themes.ids, dtype=object), len(weeks)),
            "week": np.tile(weeks, len(themes.ids)),
            "texts": table[:-1].ravel(),
            "all": np.tile(table.sum(axis=0), len(themes.ids)),
        }
    )


def theme_scores(
    themes: Themes,
    scores: ArrayLike,
    clusters: Sequence[object] | None = None,
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the mean score of the texts of each theme, with its interval.

    Parameters
    ----------
    themes : Themes
        Texts in themes.
    scores : array_like
        The score that came with each text; missing ones are left out.
    clusters : sequence, optional
        The customer of each text.
    level : float
        Coverage of the t interval, which allows for several texts of one customer.

    Returns
    -------
    DataFrame
        Themes in the order of `Themes.ids`, then texts that fit nowhere: ``theme``, ``answers``,
        ``mean``, ``low``, ``high``; missing bounds with fewer than two customers.

    Examples
    --------
    >>> from cemlib.texts import apply_table
    >>> rows = pd.DataFrame({"theme": ["T1"], "name": ["Bill"], "phrases": ["bill"]})
    >>> table = theme_scores(apply_table(["bill", "the bill", "hello"], rows), [1, 3, 5])
    >>> table["mean"].tolist()
    [2.0, 5.0]
    """
    score = np.asarray(scores, dtype=float)
    _same_length("scores", len(score), themes)
    numbers = np.arange(len(score)) if clusters is None else cluster_numbers(clusters, len(score))
    rows = []
    for number in (*range(len(themes.ids)), -1):
        mine = (themes.theme == number) & np.isfinite(score)
        own, who = score[mine], pd.factorize(numbers[mine])[0]
        groups = int(who.max()) + 1 if len(who) else 0
        mean = own.mean() if len(own) else np.nan
        margin = np.nan
        if groups > 1:
            sums = np.bincount(who, weights=own - mean)
            error = np.sqrt(groups / (groups - 1) * np.square(sums).sum()) / len(own)
            margin = stats.t.ppf((1 + level) / 2, groups - 1) * error
        theme = themes.ids[number] if number >= 0 else APART
        rows.append((theme, len(own), mean, mean - margin, mean + margin))
    return pd.DataFrame(rows, columns=["theme", "answers", "mean", "low", "high"])


def _groups(themes: Themes, by: Sequence[object] | pd.Series) -> tuple[np.ndarray, list[object]]:
    values = np.asarray(by, dtype=object)
    _same_length("by", len(values), themes)
    number, names = pd.factorize(values, sort=True)
    return number, list(names)


def _same_length(name: str, length: int, themes: Themes) -> None:
    if length != len(themes):
        raise checks.invalid_argument(name, length, f"of the length of the texts, {len(themes)}")
