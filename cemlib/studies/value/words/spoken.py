"""What workbook 05 says of menus: the one to speak, how long it takes, how far from the bound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib.findings import Finding
from cemlib.studies.value.menu_search import layered, ordered
from cemlib.studies.value.menus import (
    Tree,
    Voice,
    callers,
    huffman,
    least_seconds,
    least_turns,
    offers_in,
    seconds_heard,
    told_in_full,
    turns_heard,
    walk,
)
from cemlib.teach.markdown import escape_markdown
from cemlib.teach.sentences import join_words, number, percent, plural

EXACT = 30  # offers up to which the best menu of all is found exactly
_GAP, _ROUGH = 0.003, 0.01


@dataclass(frozen=True)
class Spoken:
    """A price list, and the menus that it can be told by.

    Attributes
    ----------
    offers : DataFrame
        ``offer``, ``share``, ``seconds``; ``name_en``, ``type`` if known.
    voice : Voice
        How it is spoken.
    menu : tuple or int
        The one to speak: by type where types are known, else the best of all.
    best : tuple or int
        The best of all, or within three in a thousand of it where there are many offers.
    """

    offers: pd.DataFrame
    voice: Voice
    menu: Tree
    best: Tree

    @property
    def shares(self) -> np.ndarray:
        """Shares of callers, which sum to 1."""
        return callers(self.offers["share"])

    def seconds(self, tree: Tree) -> float:
        """Return the seconds of choices that a caller hears on average."""
        return float(self.shares @ seconds_heard(tree, self.voice))

    @property
    def bound(self) -> float:
        """Seconds of choices that no menu goes below."""
        return least_seconds(self.shares, self.voice)

    def names(self) -> list[str]:
        """Return what offers are called in print."""
        own = self.offers["offer"].astype(str)
        if "name_en" in self.offers:
            return self.offers["name_en"].fillna(own).astype(str).tolist()
        return own.tolist()

    def ways(self) -> pd.DataFrame:
        """Return how long callers listen, by the way offers are told.

        Returns
        -------
        DataFrame
            ``way``, ``choices``, ``offer`` (seconds).
        """
        p, t = self.shares, self.offers["seconds"].to_numpy(dtype=float)
        listed, sorted_ = told_in_full(p, t)
        order = np.argsort(-p, kind="stable")
        flat = self.voice.turn + self.voice.choice * float(p[order] @ np.arange(1, len(p) + 1))
        own = float(p @ t)
        rows = [
            ("read out as listed", listed, 0.0),
            ("read out, best order", sorted_, 0.0),
            ("names only, then the one", flat, own),
        ]
        if "type" in self.offers:
            rows.append(("layered by type", self.seconds(self.menu), own))
        rows.append(("best menu of all", self.seconds(self.best), own))
        return pd.DataFrame(rows, columns=["way", "choices", "offer"])

    def script(self) -> pd.DataFrame:
        """Return the menu to speak, a row a choice.

        Returns
        -------
        DataFrame
            ``choice`` (1.2: the second of the turn after the first choice), ``say``,
            ``callers`` (share), ``after`` (seconds of choices heard).
        """
        p, names, rows = self.shares, self.names(), []
        for path, tree in walk(self.menu):
            places = offers_in(tree)
            after = sum(self.voice.turn + self.voice.choice * place for place in path)
            rows.append(
                (
                    ".".join(map(str, path)), self._said(tree, places, names),
                    float(p[places].sum()), after,
                )
            )  # fmt: skip
        return pd.DataFrame(rows, columns=["choice", "say", "callers", "after"])

    def _said(self, tree: Tree, places: Sequence[int], names: Sequence[str]) -> str:
        if isinstance(tree, int):
            return names[tree]
        if "type" in self.offers:
            kinds = list(dict.fromkeys(self.offers["type"].iloc[list(places)].astype(str)))
            whole = int(self.offers["type"].astype(str).isin(kinds).sum()) == len(places)
            if whole:
                return f"{join_words(kinds, 'or').capitalize()} …"
            return f"Another of {kinds[0]} …"
        first = [names[place] for place in places[:2]]
        return f"{', '.join(first)} or one of {len(places) - len(first)} others …"

    def by_branches(self, most: Sequence[int]) -> dict[int, Spoken]:
        """Return the same by the most choices that a turn may have, within one in a hundred."""
        found = {}
        for branches in most:
            found[branches] = self
            if branches != self.voice.branches:
                voice = Voice(branches, self.voice.choice, self.voice.turn)
                found[branches] = spoken(self.offers, voice, _ROUGH)
        return found

    def first_turn(self) -> str:
        """Return what the agent says first, and how long the whole takes."""
        script = self.script()
        first = script.loc[~script["choice"].str.contains(".", regex=False), "say"]
        said = [escape_markdown(text.removesuffix(" …")) for text in first]
        return (
            f"The agent begins: “{'; '.join(said[:-1])}; or {said[-1]}?” "
            f"{number(self.seconds(self.menu))} seconds of choices on average, "
            f"{number(float(self.shares @ turns_heard(self.menu)))} turns."
        )

    def told(self) -> str:
        """Say how long callers listen, and how far the menu is from the bound."""
        ways = self.ways().set_index("way").sum(axis=1)
        mine, best, bound = self.seconds(self.menu), self.seconds(self.best), self.bound
        turns = float(self.shares @ turns_heard(huffman(self.shares, self.voice.branches)))
        least = least_turns(self.shares, self.voice.branches)
        own = float(self.shares @ self.offers["seconds"].to_numpy(dtype=float))
        kind = "layered by type" if "type" in self.offers else "the best menu"
        return (
            f"Read out as listed, a caller listens for {number(ways['read out as listed'], 0)} "
            f"seconds on average; with the menu {kind}, for **{number(mine + own, 0)}**, "
            f"{number(mine)} of them choices. The best menu of all "
            f"{'takes' if len(self.offers) <= EXACT else 'takes, within 0.3%,'} {number(best)} "
            f"seconds of choices; none goes below {number(bound)}, so that the spoken one is "
            f"{percent(mine / bound - 1)} above the bound. Counted in turns, all as long, "
            f"Huffman's menu takes {number(turns, 2)} of at least {number(least, 2)}."
        )

    def findings(self) -> Iterator[Finding]:
        """Yield seconds listened."""
        ways = self.ways().set_index("way").sum(axis=1)
        own = float(self.shares @ self.offers["seconds"].to_numpy(dtype=float))
        for name, value, sentence in (
            ("listened_as_listed", ways["read out as listed"], "Offers read out as listed."),
            (
                "listened_layered",
                self.seconds(self.menu) + own,
                "Offers told by the menu to speak.",
            ),
            ("listened_best", self.seconds(self.best) + own, "Offers told by the best menu."),
        ):
            yield Finding(name, value, "seconds", sentence)
        yield Finding(
            "menu_over_bound", 100 * (self.seconds(self.menu) / self.bound - 1), "%",
            "How far the seconds of choices of the menu to speak are above the bound.",
        )  # fmt: skip


def spoken(offers: pd.DataFrame, voice: Voice, gap: float | None = None) -> Spoken:
    """Return the menus of a price list.

    Parameters
    ----------
    offers : DataFrame
        ``offer``, ``share``, ``seconds``; ``type`` if there is to be a layer of types.
    voice : Voice
        How it is spoken.
    gap : float, optional
        How far from the best of all its menu may be; exact up to 30 offers if not given.

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": list("ab"), "share": [3.0, 1], "seconds": [10.0, 20]})
    >>> spoken(frame, Voice()).menu
    (0, 1)
    """
    if gap is None:
        gap = 0.0 if len(offers) <= EXACT else _GAP
    best = ordered(offers["share"], voice, gap=gap)
    menu = best
    if "type" in offers:
        menu = layered(offers["share"], list(offers["type"]), voice, gap=gap)
    return Spoken(offers, voice, menu, best)


def branches_table(found: Mapping[int, Spoken]) -> pd.DataFrame:
    """Return seconds of choices by the most choices that a turn may have.

    Returns
    -------
    DataFrame
        ``branches``, ``best``, ``by_type``, ``bound``.
    """
    rows = [(k, s.seconds(s.best), s.seconds(s.menu), s.bound) for k, s in found.items()]
    return pd.DataFrame(rows, columns=["branches", "best", "by_type", "bound"])


def script_caption(menu: Spoken) -> str:
    """Return what the printed menu is called."""
    return f"The menu to speak: {plural(len(menu.offers), 'offer')}"
