"""The table of themes that people edit, and texts put into its themes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib import checks, exits
from cemlib.masking import mask
from cemlib.texts.matching import SAMPLE_LENGTH, Floats, Progress, Rows, Rule, distinct, match
from cemlib.texts.phrases import is_phrase, normalise

COLUMNS = (
    "theme", "name", "merge_into", "split_from", "owner", "phrases", "typical", "texts", "share",
    "status",
)  # fmt: skip
NEEDED = ("theme", "name", "phrases")
ADDED_WEIGHT = 4.0  # of a phrase that somebody adds without a weight


@dataclass(frozen=True)
class Themes:
    """Texts in themes.

    Attributes
    ----------
    table : DataFrame
        One row per row of the theme table, in the columns `COLUMNS`: ``theme`` (its id),
        ``name``, ``merge_into``, ``split_from`` and ``owner`` (for people to fill in),
        ``phrases`` (with their weights), ``typical`` (a masked text), ``texts``, ``share`` (of all
        texts), ``status`` (``proposed`` or ``kept``).
    ids : tuple of str
        The themes: rows of the table that were not merged into another.
    theme : ndarray of int, shape (n,)
        Position among `ids` of the theme of each text; −1 where a text fits nowhere.
    second : ndarray of int, shape (n,)
        The theme that fits next, as in a text with two problems; −1 for none.
    weight, second_weight : ndarray, shape (n,)
        What speaks for them: the sum of the weights of their phrases in the text.
    stability : DataFrame
        How alike the groups of resamples were, by ``writing`` and ``number``; no rows where a
        table was applied.
    """

    table: pd.DataFrame
    ids: tuple[str, ...]
    theme: Rows
    second: Rows
    weight: Floats
    second_weight: Floats
    stability: pd.DataFrame

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.theme)

    @property
    def names(self) -> dict[str, str]:
        """Names of the themes by id."""
        return {
            theme: name
            for theme, name in zip(self.table["theme"], self.table["name"], strict=True)
            if theme in self.ids
        }

    @property
    def owners(self) -> dict[str, str]:
        """Owners of the themes by id; "" where nobody is named."""
        owners = dict(zip(self.table["theme"], self.table["owner"], strict=True))
        return {theme: owners[theme] for theme in self.ids}

    def labels(self, *, names: bool = False) -> pd.Series:
        """Return the id, or the name, of each text's theme; missing where it fits nowhere."""
        words = [self.names[theme] if names else theme for theme in self.ids]
        values = np.array([*words, None], dtype=object)[self.theme]
        return pd.Series(values, dtype=object, name="theme")


def theme_table(themes: Themes) -> pd.DataFrame:
    """Return the table of themes for people to edit; `apply_table` takes it back.

    To merge: write the id of another theme into ``merge_into``. To split: add a row with a new id,
    a name, the theme's id in ``split_from``, and the phrases of the part, separated by semicolons.
    To rename or to name an owner: write over ``name``, ``owner``. To change what belongs to a
    theme: add or remove ``phrases``; a number after "=" is the weight, 4 if there is none.
    """
    return themes.table.copy()


def theme_csv(table: pd.DataFrame) -> str:
    r"""Return a theme table as CSV in which no spreadsheet finds a formula.

    Examples
    --------
    >>> theme_csv(pd.DataFrame({"theme": ["T01"], "name": ["=1+1"], "phrases": ["bill=2"]}))
    "theme,name,phrases\nT01,'=1+1,bill=2\n"
    """
    return exits.csv_text(table)


def read_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a theme table as it is applied: complete, as text, without contradictions.

    Raises
    ------
    ValueError
        If a column is missing, or rows contradict themselves or others; each is named by its row
        in a spreadsheet (the first row of themes is row 2), its column and its cure.

    Examples
    --------
    >>> rows = {"theme": ["T1", "T2"], "name": ["a", "b"], "phrases": ["x", "y"]}
    >>> read_table(pd.DataFrame(rows | {"merge_into": ["T9", None]}))
    Traceback (most recent call last):
    ValueError: the theme table contradicts itself:
    row 2, column merge_into: 'T9' is no theme of the table; write one of its ids, such as T2
    """
    for name in NEEDED:
        checks.one_of("column", name, list(table))
    clean = pd.DataFrame(index=range(len(table)))
    for name in COLUMNS:
        given = table[name] if name in table else pd.Series([""] * len(table))
        values = given.astype(object).where(given.notna().to_numpy(), "").tolist()
        clean[name] = pd.Series([_cell(value) for value in values], dtype=object)
    problems = _problems(clean)
    if problems:
        more = f"\nand {len(problems) - 10} more" if len(problems) > 10 else ""
        raise ValueError("the theme table contradicts itself:\n" + "\n".join(problems[:10]) + more)
    return clean


def _cell(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    text = text.strip()
    return text[1:] if text.startswith("'") and exits.safe_cell(text[1:]) == text else text


def _problems(table: pd.DataFrame) -> list[str]:
    problems: list[str] = []
    ids = table["theme"].tolist()
    rows = table.to_dict("records")

    def add(row: int, column: str, text: str) -> None:
        problems.append(f"row {row + 2}, column {column}: {text}")

    parts: dict[tuple[str, str], int] = {}
    named: dict[str, int] = {}
    for at, row in enumerate(rows):
        theme, into, parent = row["theme"], row["merge_into"], row["split_from"]
        if not theme:
            add(at, "theme", "is empty; give the row an id of its own, such as T90")
        elif ids.index(theme) < at:
            add(at, "theme", f"{theme!r} is also row {ids.index(theme) + 2}; give one another id")
        if not row["name"]:
            add(at, "name", "is empty; write what the theme is about")
        for column, other in (("merge_into", into), ("split_from", parent)):
            if other == theme and other:
                add(at, column, f"{other!r} is the row itself; leave it empty or name another")
            elif other and other not in ids:
                near = checks.nearest(other, ids, 1) or [i for i in ids if i != theme][:1]
                hint = f", such as {near[0]}" if near else ""
                add(at, column, f"{other!r} is no theme of the table; write one of its ids{hint}")
        if into and parent:
            add(at, "merge_into", "a row cannot be merged and split off at once; empty one of both")
        if parent in ids and parent != theme and rows[ids.index(parent)]["split_from"]:
            add(at, "split_from", f"{parent!r} is itself a part; split from its whole instead")
        if into in ids and into != theme and rows[ids.index(into)]["split_from"]:
            add(at, "merge_into", f"{into!r} is a part of another theme; add the phrases to it")
        if into in ids and row["owner"] and row["owner"] != rows[ids.index(into)]["owner"]:
            add(at, "owner", f"{row['owner']!r} is not the owner of {into!r}, into which the row "
                "is merged; name one owner there and empty this cell")  # fmt: skip
        if _circle(theme, rows, ids):
            add(
                at, "merge_into", f"{theme!r} is merged into itself through others; break the chain"
            )
        if not into and row["name"] and row["name"] in named:
            add(at, "name", f"{row['name']!r} is also the name of row {named[row['name']] + 2}; "
                "rename one, or merge them by merge_into")  # fmt: skip
        elif not into:
            named[row["name"]] = at
        try:
            weights = parse_phrases(row["phrases"])
        except ValueError as error:
            add(at, "phrases", str(error))
            continue
        for phrase in weights if parent else ():
            other_row = parts.setdefault((parent, phrase), at)
            if other_row != at:
                add(at, "phrases", f"{phrase!r} also splits row {other_row + 2} off {parent!r}; "
                    "leave it in one of both")  # fmt: skip
    return problems


def _circle(theme: str, rows: list[dict[object, str]], ids: list[str]) -> bool:
    seen, at = {theme}, theme
    while at in ids and rows[ids.index(at)]["merge_into"]:
        into = rows[ids.index(at)]["merge_into"]
        if into in seen:
            return into == theme and at != theme
        seen.add(into)
        at = into
    return False


def parse_phrases(cell: str) -> dict[str, float]:
    """Return the phrases of a cell with their weights.

    Examples
    --------
    >>> parse_phrases("Plan change=3.5; 套餐")
    {'plan change': 3.5, '套餐': 4.0}
    """
    weights: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in re.split("[;；,，、\n]", cell))):
        words, mark, number = part.replace("＝", "=").partition("=")
        phrase = " ".join(normalise(words).split())
        if not is_phrase(phrase):
            raise ValueError(
                f"{checks.shorten(words.strip())} is no phrase: Chinese characters, or words with "
                "spaces between them, without other signs, greetings or times; separate phrases by "
                "semicolons"
            )
        try:
            weight = float(number) if mark else ADDED_WEIGHT
        except ValueError:
            weight = np.nan
        if not 0 < weight <= 100:
            raise ValueError(
                f"{checks.shorten(part)} has no weight above 0 and up to 100 after '='; write one, "
                "or leave out '='"
            )
        if phrase in weights:
            raise ValueError(f"{phrase!r} stands there twice; remove one")
        weights[phrase] = weight
    if not weights:
        raise ValueError("is empty; write at least one phrase, or remove the row")
    return weights


def join_phrases(weights: Mapping[str, float]) -> str:
    """Return phrases with weights as one cell; the inverse of `parse_phrases`.

    Examples
    --------
    >>> join_phrases({"bill": 3.0, "charged twice": 2.5})
    'bill=3; charged twice=2.5'
    """
    return "; ".join(f"{phrase}={weight:g}" for phrase, weight in weights.items())


def rules_of(table: pd.DataFrame) -> list[Rule]:
    """Return the rules of a table that `read_table` has read."""
    into = dict(zip(table["theme"], table["merge_into"], strict=True))

    def end(theme: str) -> str:
        while into[theme]:
            theme = into[theme]
        return theme

    return [
        Rule(
            row["theme"],
            parse_phrases(row["phrases"]),
            end(row["theme"]),
            end(row["split_from"]) if row["split_from"] else "",
        )
        for row in table.to_dict("records")
    ]


def apply_table(
    texts: Iterable[object], table: pd.DataFrame, *, progress: Progress | None = None
) -> Themes:
    """Put texts into the themes of a table; nothing is fitted, so that themes stay the same.

    Parameters
    ----------
    texts : iterable
        Texts, missing ones allowed; of each, the first 1,000 characters are read.
    table : DataFrame
        From `theme_table`, as people have edited it.
    progress : callable, optional
        Called with the number of different texts done and that of all.

    Returns
    -------
    Themes
        Each text's theme, and the table with its counts.

    Raises
    ------
    ValueError
        As `read_table`.

    Examples
    --------
    >>> rows = [("T1", "Bill", "bill; charged"), ("T2", "Signal", "signal")]
    >>> table = pd.DataFrame(rows, columns=["theme", "name", "phrases"])
    >>> found = apply_table(["No signal here", "charged twice", "hello", None], table)
    >>> found.labels(names=True).tolist()
    ['Signal', 'Bill', None, None]
    >>> found.table["texts"].tolist()
    [1, 1]
    """
    names, rows = distinct(texts)
    return apply_distinct(names, rows, read_table(table), progress)


def apply_distinct(
    names: list[str], rows: Rows, table: pd.DataFrame, progress: Progress | None
) -> Themes:
    """Put texts into themes, given different texts and the place of each row among them."""
    rules = rules_of(table)
    ids = [rule.theme for rule in rules if rule.into == rule.theme]
    matches = match(names, rules, ids, progress)
    theme = matches.theme[rows] if len(rows) else rows
    count = np.bincount(theme[theme >= 0], minlength=len(ids))
    done = table.copy()
    at = {name: number for number, name in enumerate(ids)}
    done["texts"] = [int(count[at[name]]) if name in at else 0 for name in done["theme"]]
    done["share"] = [texts / max(len(rows), 1) for texts in done["texts"]]
    done["typical"] = [
        shown(matches.typical[at[name]]) if at.get(name) in matches.typical else ""
        for name in done["theme"]
    ]
    done["status"] = done["status"].where(done["status"] != "", "kept")
    empty = pd.DataFrame({"writing": [], "number": [], "stability": [], "error": [], "chosen": []})
    return Themes(
        done, tuple(ids), theme, matches.second[rows], matches.weight[rows],
        matches.second_weight[rows], empty,
    )  # fmt: skip


def shown(text: str) -> str:
    """Return a text as it is shown: masked, in one line, at most 200 characters."""
    words = mask(text[: 5 * SAMPLE_LENGTH])
    return words if len(words) <= SAMPLE_LENGTH else words[: SAMPLE_LENGTH - 1].rstrip() + "…"
