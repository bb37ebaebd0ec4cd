"""What customers say: themes of texts, which stand for problems where no code is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cemlib import texts
from cemlib.stats.clusters import clusters_of

FEWEST_TEXTS = 100
_THEMES = 20  # asked for; a stable number is not looked for, because people merge and split
_PLAIN = 0.8  # share of a theme's coded texts that have one code: its other codes are in doubt
_RECENT = pd.Timedelta(days=28)


@dataclass(frozen=True)
class Said:
    """Themes of a log of contacts.

    Attributes
    ----------
    contacts : DataFrame
        The log. Where no contact has a code, ``problem`` is the theme of its text; where only
        some have one, ``usual`` is the usual code of the themes of the others.
    table : DataFrame
        Themes, the largest first: ``theme``, ``name``, ``owner``, ``texts``, ``share``, ``low``,
        ``high``, ``typical`` (masked), ``mean`` (score), ``channel`` (with the largest share, in
        relation to all channels), ``recent`` (share in the last four weeks relative to before).
    drivers : DataFrame
        From `cemlib.texts.theme_drivers`, holding the channel; empty without scores.
    edited : DataFrame
        The table to edit, for the next run.
    apart : float
        Share of texts that fit no theme.
    coded : bool
        Whether contacts have codes.
    agreement : float
        Adjusted Rand index of themes and codes; missing without codes.
    v_measure : float
        V-measure of themes and codes; missing without codes.
    doubtful : DataFrame
        Contacts whose code looks wrong: ``contact``, ``text`` (masked), ``code``, ``usual``.
    """

    contacts: pd.DataFrame
    table: pd.DataFrame
    drivers: pd.DataFrame
    edited: pd.DataFrame
    apart: float
    coded: bool
    agreement: float
    v_measure: float
    doubtful: pd.DataFrame

    def names(self, codes: Mapping[str, str]) -> dict[str, str]:
        """Return the printed names of problems: of themes where they stand for codes."""
        named = (
            {} if self.coded else dict(zip(self.table["theme"], self.table["name"], strict=True))
        )
        return {**codes, **named}

    def owners(self, codes: Mapping[str, str]) -> dict[str, str]:
        """Return the owners of problems: of themes where they stand for codes."""
        if self.coded:
            return dict(codes)
        owned = self.table[self.table["owner"].astype(bool)]
        return dict(zip(owned["theme"], owned["owner"], strict=True))


def customers_say(
    contacts: pd.DataFrame, rng: np.random.Generator, table: pd.DataFrame | None = None
) -> Said | None:
    """Find the themes of a log's texts, or sort its texts into the themes of a table.

    Parameters
    ----------
    contacts : DataFrame
        With ``text`` and ``time``; ``contact``, ``customer``, ``channel``, ``problem`` and
        ``score`` where they are known.
    rng : numpy.random.Generator
        Source of randomness.
    table : DataFrame, optional
        Themes that people have edited, from `cemlib.texts.theme_table`.

    Returns
    -------
    Said or None
        None without texts, or with fewer than 100.

    Examples
    --------
    >>> log = pd.DataFrame({"text": ["the bill is wrong", "no signal"] * 60, "time": "2026-05-04"})
    >>> log["time"] = pd.to_datetime(log["time"])
    >>> said = customers_say(log, np.random.default_rng(1))
    >>> said.table["texts"].tolist(), said.coded
    ([60, 60], False)
    """
    if "text" not in contacts or contacts["text"].notna().sum() < FEWEST_TEXTS:
        return None
    said = contacts["text"].fillna("")
    if table is None:
        themes = texts.find_themes(said, rng, _THEMES)
    else:
        themes = texts.apply_table(said, table)
    who = clusters_of(contacts)
    profile = texts.theme_profile(themes, who)
    named = profile[profile["theme"] != ""].reset_index(drop=True)
    coded = "problem" in contacts and bool(contacts["problem"].notna().any())
    labels = themes.labels().set_axis(contacts.index)
    result = Said(
        contacts if coded else contacts.assign(problem=labels),
        named.assign(
            mean=_means(themes, contacts, named["theme"]),
            channel=_channels(themes, contacts, named["theme"]),
            recent=_recent(labels, contacts["time"], named["theme"]),
        ),
        _drivers(themes, contacts, who),
        texts.theme_table(themes),
        float((themes.theme < 0).mean()),
        coded,
        np.nan,
        np.nan,
        pd.DataFrame(columns=["contact", "text", "code", "usual"]),
    )
    if not coded:
        return result
    agreed = texts.theme_agreement(themes, contacts["problem"]).iloc[0]
    review = texts.doubtful_codes(themes, contacts["problem"], said)
    review = review[review["usual_share"] >= _PLAIN].reset_index(drop=True)
    review.insert(0, "contact", contacts["contact"].to_numpy()[review["row"].astype(int)])
    usual = pd.Series(texts.usual_codes(themes, contacts["problem"], _PLAIN), contacts.index)
    return replace(
        result,
        contacts=contacts.assign(usual=usual.where(contacts["problem"].isna())),
        edited=texts.suggest_merges(themes, contacts["problem"]),
        agreement=float(agreed["rand"]),
        v_measure=float(agreed["v_measure"]),
        doubtful=review[["contact", "text", "code", "usual"]],
    )


def _means(themes: texts.Themes, contacts: pd.DataFrame, order: pd.Series) -> pd.Series:
    if "score" not in contacts:
        return pd.Series(np.nan, order.index)
    scores = texts.theme_scores(themes, contacts["score"]).set_index("theme")["mean"]
    return order.map(scores)


def _channels(themes: texts.Themes, contacts: pd.DataFrame, order: pd.Series) -> pd.Series:
    if "channel" not in contacts or contacts["channel"].nunique() < 2:
        return pd.Series(None, order.index, dtype=object)
    counted = texts.theme_counts(themes, contacts["channel"])
    most = counted.sort_values("ratio", kind="stable").drop_duplicates("theme", keep="last")
    return order.map(most.set_index("theme")["group"])


def _recent(labels: pd.Series, times: pd.Series, order: pd.Series) -> pd.Series:
    """Return each theme's share in the last four weeks relative to its share before."""
    late = times > times.max() - _RECENT
    if late.all():
        return pd.Series(np.nan, order.index)
    shares = [labels[at].value_counts(normalize=True) for at in (late, ~late)]
    return order.map(shares[0]).fillna(0.0) / order.map(shares[1])


def _drivers(
    themes: texts.Themes, contacts: pd.DataFrame, who: list[object] | None
) -> pd.DataFrame:
    empty = pd.DataFrame(columns=["theme", "name", "estimate", "low", "high", "share"])
    if "score" not in contacts or contacts["score"].nunique() < 2:
        return empty
    held = contacts[["channel"]] if "channel" in contacts else None
    try:
        return texts.theme_drivers(themes, contacts["score"], held, who)
    except ValueError:  # no theme has enough rated texts
        return empty
