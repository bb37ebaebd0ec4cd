"""The menus by which a price list can be told on the phone, and how long callers listen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from cemlib.stats.estimates import Floats
from cemlib.studies.value.menu_search import layered, ordered
from cemlib.studies.value.menus import (
    Tree,
    Voice,
    caller_shares,
    huffman,
    minimum_seconds,
    minimum_turns,
    offers_in,
    read_out,
    seconds_heard,
    turns_heard,
    walk,
)
from cemlib.teach.sentences import join_words

MAX_EXACT = 30  # offers up to which the best menu of all is found exactly
GAP, ROUGH_GAP = 0.003, 0.01


@dataclass(frozen=True)
class SpokenMenu:
    """A price list with the menu to speak and the best menu of all.

    Attributes
    ----------
    offers : DataFrame
        ``offer``, ``share``, ``seconds``; ``name_en``, ``type`` if known.
    voice : Voice
        How it is spoken.
    gap : float
        By what share a menu may be longer than the best of its kind.
    """

    offers: pd.DataFrame
    voice: Voice
    gap: float = 0.0

    @cached_property
    def best(self) -> Tree:
        """The best menu of all, or one within `gap` of it."""
        return ordered(self.offers["share"], self.voice, gap=self.gap)

    @cached_property
    def menu(self) -> Tree:
        """The menu to speak: by type if types are known, else the best of all."""
        if "type" not in self.offers:
            return self.best
        return layered(self.offers["share"], list(self.offers["type"]), self.voice, gap=self.gap)

    @property
    def shares(self) -> Floats:
        """Shares of callers, which sum to 1."""
        return caller_shares(self.offers["share"])

    @property
    def explaining(self) -> float:
        """Mean seconds to explain the one offer that the caller asked for."""
        return float(self.shares @ self.offers["seconds"].to_numpy(dtype=float))

    @property
    def bound(self) -> float:
        """Seconds of choices below which no menu can go."""
        return minimum_seconds(self.shares, self.voice)

    def seconds(self, tree: Tree) -> float:
        """Return the mean seconds of choices that a caller hears."""
        return float(self.shares @ seconds_heard(tree, self.voice))

    def turns(self, tree: Tree) -> float:
        """Return the mean number of turns that a caller needs."""
        return float(self.shares @ turns_heard(tree))

    def fewest_turns(self) -> tuple[float, float]:
        """Return the mean turns of Huffman's menu, and the bound for any menu."""
        branches = self.voice.branches
        return self.turns(huffman(self.shares, branches)), minimum_turns(self.shares, branches)

    def names(self) -> list[str]:
        """Return the printed names of the offers."""
        identifiers = self.offers["offer"].astype(str)
        if "name_en" in self.offers:
            return self.offers["name_en"].fillna(identifiers).astype(str).tolist()
        return identifiers.tolist()

    def methods(self) -> pd.DataFrame:
        """Return how long callers listen, by the method of telling offers.

        Returns
        -------
        DataFrame
            ``method``, ``choices`` (mean seconds until the offer is reached) and ``offer`` (mean
            seconds to explain it; 0 where offers are read out in full).
        """
        p = self.shares
        listed, sorted_ = read_out(p, self.offers["seconds"])
        order = np.argsort(-p, kind="stable")
        flat = self.voice.turn + self.voice.choice * float(p[order] @ np.arange(1, len(p) + 1))
        rows = [
            ("read out as listed", listed, 0.0),
            ("read out in the best order", sorted_, 0.0),
            ("names first, then one offer", flat, self.explaining),
        ]
        if "type" in self.offers:
            rows.append(("menu layered by type", self.seconds(self.menu), self.explaining))
        rows.append(("best menu of all", self.seconds(self.best), self.explaining))
        return pd.DataFrame(rows, columns=["method", "choices", "offer"])

    def script(self) -> pd.DataFrame:
        """Return the menu to speak, one row per choice.

        Returns
        -------
        DataFrame
            ``choice`` (1.2 is the second choice after choice 1), ``say``, ``callers`` (share) and
            ``after`` (seconds of choices heard so far).
        """
        p, names, rows = self.shares, self.names(), []
        for path, tree in walk(self.menu):
            offers = offers_in(tree)
            after = sum(self.voice.turn + self.voice.choice * position for position in path)
            choice, say = ".".join(map(str, path)), self._label(tree, offers, names)
            rows.append((choice, say, float(p[offers].sum()), after))
        return pd.DataFrame(rows, columns=["choice", "say", "callers", "after"])

    def _label(self, tree: Tree, offers: Sequence[int], names: Sequence[str]) -> str:
        if isinstance(tree, int):
            return names[tree]
        if "type" in self.offers:
            kinds = list(dict.fromkeys(self.offers["type"].iloc[list(offers)].astype(str)))
            of_kinds = int(self.offers["type"].astype(str).isin(kinds).sum())
            if of_kinds == len(offers):
                return f"{join_words(kinds, 'or').capitalize()} …"
            return f"More offers in {kinds[0]} …"
        first = [names[offer] for offer in offers[:2]]
        return f"{', '.join(first)} or one of {len(offers) - len(first)} others …"

    def by_branches(self, numbers: Sequence[int]) -> dict[int, SpokenMenu]:
        """Return the menus by the maximum number of choices in a turn, within 1% of the best."""
        menus = {}
        for branches in numbers:
            menus[branches] = self
            if branches != self.voice.branches:
                voice = Voice(branches, self.voice.choice, self.voice.turn)
                menus[branches] = spoken_menu(self.offers, voice, ROUGH_GAP)
        return menus


def spoken_menu(offers: pd.DataFrame, voice: Voice, gap: float | None = None) -> SpokenMenu:
    """Return the menu to speak of a price list, and the best menu of all.

    Parameters
    ----------
    offers : DataFrame
        ``offer``, ``share``, ``seconds``; ``type`` for a menu layered by type.
    voice : Voice
        How it is spoken.
    gap : float, optional
        By what share a menu may be longer than the best; if not given, 0 up to 30 offers and
        0.003 above.

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": list("ab"), "share": [3.0, 1], "seconds": [10.0, 20]})
    >>> spoken_menu(frame, Voice()).menu
    (0, 1)
    """
    if gap is None:
        gap = 0.0 if len(offers) <= MAX_EXACT else GAP
    return SpokenMenu(offers, voice, gap)


def branches_table(menus: Mapping[int, SpokenMenu]) -> pd.DataFrame:
    """Return mean seconds of choices by the maximum number of choices in a turn.

    Parameters
    ----------
    menus : mapping of int to SpokenMenu
        From `SpokenMenu.by_branches`.

    Returns
    -------
    DataFrame
        ``branches``, ``best``, ``by_type``, ``bound``.
    """
    rows = [(k, m.seconds(m.best), m.seconds(m.menu), m.bound) for k, m in menus.items()]
    return pd.DataFrame(rows, columns=["branches", "best", "by_type", "bound"])
