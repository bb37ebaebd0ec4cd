"""Sentences, tables and findings on spoken menus."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from cemlib.findings import Finding
from cemlib.studies.value.spoken_menus import MAX_EXACT, SpokenMenu
from cemlib.teach.markdown import Markdown, markdown
from cemlib.teach.sentences import number, percent, plural
from cemlib.teach.tables import Format, Table, table

ROWS_SHOWN = 40


def _excess(menu: SpokenMenu) -> float:
    return menu.seconds(menu.menu) / menu.bound - 1


def listening_summary(menu: SpokenMenu) -> Markdown:
    """Say how long callers listen, and how far the menu to speak is from the bound."""
    seconds = menu.seconds(menu.menu)
    huffman_turns, turns_bound = menu.fewest_turns()
    exact = len(menu.offers) <= MAX_EXACT
    return markdown(
        "If offers are read out as listed, callers listen for {listed} seconds on average. With "
        "{menu} they listen for **{seconds} seconds**, {choices} of them to choices. {best} takes "
        "{best_seconds} seconds of choices, and no menu can take less than {bound}; the menu to "
        "speak is {excess} above this bound. With turns of equal length, Huffman's menu needs "
        "{turns} turns; the bound is {turns_bound}.",
        listed=number(menu.methods()["choices"].iloc[0], 0),
        menu="the menu layered by type" if "type" in menu.offers else "the best menu",
        seconds=number(seconds + menu.explaining, 0),
        choices=number(seconds),
        best="The best menu of all" if exact else "A menu within 0.3% of the best",
        best_seconds=number(menu.seconds(menu.best)),
        bound=number(menu.bound),
        excess=percent(_excess(menu)),
        turns=number(huffman_turns, 2),
        turns_bound=number(turns_bound, 2),
    )


def first_turn(menu: SpokenMenu) -> Markdown:
    """Return what the agent says first, and how long the whole menu takes."""
    script = menu.script()
    first = script.loc[~script["choice"].str.contains(".", regex=False), "say"]
    *choices, last = [text.removesuffix(" …") for text in first]
    return markdown(
        "The agent begins: “{choices}; or {last}?” On average the menu takes {seconds} seconds of "
        "choices and {turns} turns.",
        choices="; ".join(choices),
        last=last,
        seconds=number(menu.seconds(menu.menu)),
        turns=number(menu.turns(menu.menu)),
    )


def script_table(menu: SpokenMenu) -> Table:
    """Return the first rows of the menu to speak as a table."""
    script: pd.DataFrame = menu.script().head(ROWS_SHOWN)
    columns = {"callers": "share of callers", "after": "seconds until it is named"}
    caption = f"The menu to speak: {plural(len(menu.offers), 'offer')}"
    formats: dict[str, Format] = {"share of callers": percent, "seconds until it is named": 1}
    return table(script.rename(columns=columns), caption, formats)


def menu_findings(menu: SpokenMenu) -> Iterator[Finding]:
    """Yield how long callers listen, and the distance from the bound."""
    for name, seconds, sentence in (
        (
            "listening_read_out",
            menu.methods()["choices"].iloc[0],
            "Mean listening time per caller if offers are read out as listed.",
        ),
        (
            "listening_menu",
            menu.seconds(menu.menu) + menu.explaining,
            "Mean listening time per caller with the menu to speak.",
        ),
        (
            "listening_best_menu",
            menu.seconds(menu.best) + menu.explaining,
            "Mean listening time per caller with the best menu of all.",
        ),
    ):
        yield Finding(name, seconds, "seconds", sentence)
    yield Finding(
        "menu_above_bound", 100 * _excess(menu), "%",
        "Time for choices in the menu to speak, above the theoretical minimum for any menu.",
    )  # fmt: skip
