"""Sentences, tables and findings on what boards follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from cemlib.board.comments import CommentThemes
from cemlib.board.measures import Board
from cemlib.findings import Finding
from cemlib.stats.measures import detectable_difference
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, percent, plural, signed
from cemlib.teach.tables import Format, Table, table

TITLES = {
    "recommend": "Net promoter score",
    "satisfied": "Satisfied customers",
    "effort": "Customers for whom it was easy",
}
UNITS = {"recommend": "", "satisfied": ", %", "effort": ", %"}
SHORT = {
    "recommend": "Score, points (−100 to 100)",
    "satisfied": "Two highest answers, %",
    "effort": "Two highest answers, %",
}
_MOST_SHOWN = 12
_FINDINGS = {
    "recommend": (
        "net_promoter_score", "points (−100 to 100)",
        "Net promoter score: share of 9 and 10 minus share of 0 to 6.",
    ),
    "satisfied": ("satisfied_share", "%", "Share of the two highest answers on satisfaction."),
    "effort": ("easy_share", "%", "Share of the two highest answers on how easy it was."),
}  # fmt: skip


def titled(question: str) -> str:
    """Return the printed name of the measure of a question.

    Examples
    --------
    >>> titled("recommend")
    'Net promoter score'
    """
    return TITLES[question]


def measures_table(board: Board) -> Table:
    """Return all measures with their means, answers and smallest difference that would show."""
    rows = [
        (name, number(each.estimate, digits), interval(each.low, each.high, digits),
         number(detectable_difference(each.deviation, each.effective / 2), digits))
        for question in board.measures
        for name, each, digits in (
            (f"{TITLES[question]}{UNITS[question]}", board.measures[question], 1),
            (f"mean answer ({question})", board.means[question], 2),
        )
    ]  # fmt: skip
    columns = ["measure", "value", "95% interval", "smallest change that would show"]
    caption = "Measures of all answers, and the smallest change between two halves that would show"
    return table(pd.DataFrame(rows, columns=columns), caption)


def groups_table(board: Board) -> Table:
    """Return how each group differs from all other answers, and what would show."""
    groups = board.groups[board.groups["question"] == board.first]
    rows = [
        (f"{row.by}: {row.group}", number(row.estimate), signed(row.gap),
         interval(row.gap_low, row.gap_high), number(row.detectable))
        for row in groups.itertuples(index=False)
    ]  # fmt: skip
    columns = ["group", "value", "difference", "95% interval", "smallest that would show"]
    caption = (
        f"{TITLES[board.first]}{UNITS[board.first]}: difference of each group from all other "
        "answers, and the smallest between two groups of its size that would show"
    )
    return table(pd.DataFrame(rows, columns=columns), caption)


def measures(board: Board) -> Markdown:
    """Say how sure the first measure is, where it is lowest, and whether months differ."""
    question = board.first
    every = board.measures[question]
    unit = "" if question == "recommend" else "%"
    groups = board.groups[board.groups["question"] == question]
    parts = [
        markdown(
            "{measure}: **{value}{unit}** (95% interval {interval}), from {answers}. Relative to "
            "its whole scale, the interval is {wider} times as wide as that of the mean answer.",
            measure=TITLES[question],
            value=number(every.estimate),
            unit=unit,
            interval=interval(every.low, every.high),
            answers=plural(every.answers, "answer"),
            wider=number(board.relative_width, 1),
        )
        if np.isfinite(board.relative_width)
        else markdown(
            "{measure}: **{value}{unit}**, from {answers}.",
            measure=TITLES[question],
            value=number(every.estimate),
            unit=unit,
            answers=plural(every.answers, "answer"),
        )
    ]
    if question != "recommend" and not 10 <= every.estimate <= 90:
        parts.append(
            Markdown(
                "Where nearly all answer alike, an interval of a share covers its true value in "
                "93% of samples."
            )
        )
    below = groups[groups["gap_high"] < 0]
    if len(below):
        parts.append(
            markdown(
                "Clearly below all other answers: {groups}.",
                groups=join_words(
                    [f"{row.group} ({signed(row.gap)} points)" for row in below.itertuples()]
                ),
            )
        )
    elif len(groups):
        parts.append(Markdown("No group is clearly below all other answers."))
    parts += _months(board, question)
    return join_markdown(parts)


def _months(board: Board, question: str) -> list[Markdown]:
    if question not in board.limits:
        return []
    outside, (gap, low, high) = board.outside(question), board.changes[question]
    usual = (
        markdown("Outside the limits of usual variation: {months}.", months=join_words(outside))
        if outside
        else Markdown("No month lies outside the limits of usual variation.")
    )
    change = markdown(
        "From the first half of the months to the second it changed by {change} points (95% "
        "interval {interval})." if not low <= 0 <= high
        else "From the first half of the months to the second no change shows: {change} points "
        "(95% interval {interval}).",
        change=signed(gap),
        interval=interval(low, high),
    )  # fmt: skip
    return [usual, change]


def measure_findings(board: Board) -> Iterator[Finding]:
    """Yield each measure, and the change of the first one."""
    for question, each in board.measures.items():
        name, unit, sentence = _FINDINGS[question]
        yield Finding(name, each.estimate, unit, sentence, each.low, each.high)
    if board.first in board.changes:
        gap, low, high = board.changes[board.first]
        yield Finding(
            f"{_FINDINGS[board.first][0]}_change", gap, "points",
            f"{TITLES[board.first]}: change from the first to the last half of the months.",
            low, high,
        )  # fmt: skip


def themes_table(
    themes: pd.DataFrame, texts: str, score: str, names: Mapping[str, str] | None = None
) -> Table:
    """Return the largest themes: share, score, and what else there is, with a typical text.

    Parameters
    ----------
    themes : DataFrame
        The largest first: ``name``, ``texts``, ``share``, ``low``, ``high``, ``typical``, and what
        there is of ``mean`` (score), ``channel`` (most often in) and ``recent`` (share in the last
        four weeks relative to that before).
    texts, score : str
        What the texts are, ``"comments"``, and what the score is called.
    names : mapping of str to str, optional
        Printed names of channels.
    """
    frame, printed = themes.head(_MOST_SHOWN), names or {}
    shown = pd.DataFrame({"theme": frame["name"], texts: frame["texts"], "share": frame["share"]})
    shown["95% interval"] = [
        interval(100 * low, 100 * high, 0)
        for low, high in zip(frame["low"], frame["high"], strict=True)
    ]
    known = {name for name in ("mean", "channel", "recent") if name in frame}
    known = {name for name in known if frame[name].notna().any()}
    if "mean" in known:
        shown[score] = frame["mean"]
    if "channel" in known:
        shown["most often in"] = frame["channel"].map(lambda name: printed.get(name, name))
    if "recent" in known:
        shown["last 4 weeks, times the share before"] = frame["recent"]
    shown["typical text"] = frame["typical"]
    formats: dict[str, Format] = {"share": percent}
    formats |= {name: 1 for name in shown if name == score or name.startswith("last 4 weeks")}
    largest = "the largest themes" if len(themes) > _MOST_SHOWN else "themes"
    return table(shown, f"What customers say: {largest} of {texts}", formats)


def themes(themes: CommentThemes) -> Markdown:
    """Say which themes go with low answers, holding the groups."""
    low = themes.drivers[themes.drivers["high"] < 0]
    apart = markdown("{apart} of the comments fit no theme. ", apart=percent(themes.apart))
    if low.empty:
        return apart + Markdown("No theme clearly goes with low answers.")
    return apart + markdown(
        "Clearly lower answers than those of other comments{same} go with **{themes}**. That is an "
        "association: customers choose what they write about.",
        same=markdown(" of the same {groups}", groups=join_words(themes.held))
        if themes.held
        else "",
        themes=join_words(
            [f"{row.name} ({signed(row.estimate)} points)" for row in low.itertuples(index=False)][
                :5
            ]
        ),
    )


def theme_findings(themes: CommentThemes) -> Iterator[Finding]:
    """Yield the theme that goes with the lowest answers, and its share."""
    low = themes.drivers[themes.drivers["high"] < 0]
    if low.empty:
        return
    first = low.iloc[0]
    yield Finding(
        "comment_theme_of_low_answers", str(first["name"]), "",
        f"Theme of comments that goes with the lowest answers{_holding(themes)}.",
    )  # fmt: skip
    yield Finding(
        "comment_theme_gap", float(first["estimate"]), "points of the answer",
        f"Answers with this theme minus those of all rated comments{_holding(themes)}; an "
        "association.",
        float(first["low"]), float(first["high"]),
    )  # fmt: skip


def _holding(themes: CommentThemes) -> str:
    return f", holding {join_words(themes.held)}" if themes.held else ""
