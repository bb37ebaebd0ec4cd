"""Themes of the comments beside ratings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib.board.measures import Ratings
from cemlib.texts import find_themes, theme_drivers, theme_profile, theme_scores

FEWEST_COMMENTS = 100
_MOST_THEMES = 15


@dataclass(frozen=True)
class CommentThemes:
    """Themes of comments.

    Attributes
    ----------
    table : DataFrame
        Themes, the largest first: ``name``, ``texts``, ``share``, ``low``, ``high``, ``typical``
        (masked), ``mean`` (answer to the first question that was asked).
    drivers : DataFrame
        From `cemlib.texts.theme_drivers`, holding segment and channel where there are; empty where
        too few comments are rated.
    comments : int
        Number of comments.
    apart : float
        Share of comments that fit no theme.
    held : tuple of str
        The groups that the drivers hold: segment, channel.
    """

    table: pd.DataFrame
    drivers: pd.DataFrame
    comments: int
    apart: float
    held: tuple[str, ...] = ()


def comment_themes(ratings: Ratings, rng: np.random.Generator) -> CommentThemes | None:
    """Find what customers write about, and which themes go with low answers.

    Parameters
    ----------
    ratings : Ratings
        With a column ``comment``.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    CommentThemes or None
        None without comments, or with fewer than 100.
    """
    if "comment" not in ratings.answers:
        return None
    known = ratings.answers["comment"].fillna("").str.strip() != ""
    if known.sum() < FEWEST_COMMENTS:
        return None
    frame = ratings.answers[known].reset_index(drop=True)
    who = ratings.customers
    owners = (
        None if who is None else [each for each, is_in in zip(who, known, strict=True) if is_in]
    )
    found = find_themes(frame["comment"], rng, most=_MOST_THEMES)
    answer = frame[next(iter(ratings.scales))].to_numpy(dtype=float)
    profile = theme_profile(found, owners)
    means = theme_scores(found, answer, owners).set_index("theme")["mean"]
    groups = [name for name in ("segment", "channel") if name in frame]
    try:
        drivers = theme_drivers(found, answer, frame[groups] if groups else None, owners)
    except ValueError:  # too few rated comments of any theme
        drivers = pd.DataFrame(columns=["name", "estimate", "low", "high"])
    named = profile[profile["theme"] != ""]
    apart = float((found.theme < 0).mean())
    return CommentThemes(
        named.assign(mean=named["theme"].map(means)).reset_index(drop=True),
        drivers, len(frame), apart, tuple(groups),
    )  # fmt: skip
