"""Figures of what boards follow."""

from __future__ import annotations

import numpy as np

from cemlib.board.measures import Board, same_score
from cemlib.board.words import SHORT, titled
from cemlib.formats import interval, number
from cemlib.plot.marks import dots, rows_high, values_at_right
from cemlib.plot.style import BLUE, GREY, GUIDE, ORANGE, VERMILION, Figure, canvas, guides


def groups_figure(board: Board) -> Figure:
    """Draw the first measure of each group with its interval, beside that of all answers.

    Examples
    --------
    >>> import pandas as pd
    >>> from cemlib.board.measures import Ratings, board_measures
    >>> answers = pd.DataFrame({"recommend": [10.0, 9, 7, 3]})
    >>> groups_figure(board_measures(Ratings(answers, {"recommend": (0, 10)}))).alt
    'Net promoter score of all answers: 25.'
    """
    question = board.first
    every = board.measures[question]
    table = board.groups[board.groups["question"] == question].iloc[::-1].reset_index(drop=True)
    if table.empty:
        alt = f"{titled(question)} of all answers: {number(every.estimate, 0)}."
    else:
        lowest, highest = (
            table.loc[table["estimate"].argsort(kind="stable").iloc[at]] for at in (0, -1)
        )
        alt = (
            f"{titled(question)} of {len(table)} groups with 95% intervals: lowest "
            f"{lowest['group']} ({number(lowest['estimate'], 0)}), highest {highest['group']} "
            f"({number(highest['estimate'], 0)}). All answers: {number(every.estimate, 0)}."
        )
    with canvas(height=rows_high(max(len(table), 2)), alt=alt) as (figure, axes):
        axes.axvspan(every.low, every.high, color=GUIDE, alpha=0.6, linewidth=0)
        axes.axvline(every.estimate, color=GREY, linewidth=1.2)
        if len(table):
            dots(axes, table, BLUE)
            names = [f"{row.by}: {row.group}" for row in table.itertuples()]
            axes.set_yticks(range(len(table)), names)
            axes.set_ylim(-0.6, len(table) - 0.4)
            values_at_right(axes, table["estimate"])
        axes.set_xlabel(f"{SHORT[question]}; lines: 95% intervals; grey band: all answers")
        axes.set_title(titled(question))
    return figure


def months_figure(board: Board) -> Figure:
    """Draw the first measure by month, with the limits within which months usually vary."""
    question = board.first
    table = board.months[board.months["question"] == question].reset_index(drop=True)
    outside = board.outside(question)
    said = "No month lies" if not outside else f"{len(outside)} of {len(table)} months lie"
    alt = (
        f"{titled(question)} in {len(table)} months. {said} outside the limits of usual variation."
    )
    with canvas(height=3.4, alt=alt) as (figure, axes):
        at = np.arange(len(table))
        marked = table["group"].isin(outside).to_numpy()
        axes.vlines(at, table["low"], table["high"], color=BLUE, alpha=0.35, linewidth=2.2)
        axes.plot(at, table["estimate"], color=BLUE, linewidth=1.2)
        axes.scatter(at, table["estimate"], c=np.where(marked, VERMILION, BLUE), s=36, zorder=3)
        if question in board.limits:
            centre, *limits = board.limits[question]
            axes.axhline(centre, color=GREY, linewidth=1)
            for limit in limits:
                axes.axhline(limit, color=ORANGE, linewidth=1.2, linestyle="--")
        guides(axes, "y")
        step = max(1, len(table) // 6)
        axes.set_xticks(at[::step], table["group"][::step])
        axes.set_ylabel(SHORT[question])
        axes.set_title("By month; dashed: limits of usual variation; lines: 95% intervals")
    return figure


def same_score_figure(detractors: float, size: int) -> Figure:
    """Draw answers whose net promoter score is 0, with both measures and their intervals."""
    counts, score, mean = same_score(detractors, size)
    title = (
        f"NPS {number(score.estimate, 0)} ({interval(score.low, score.high, 0)}); "
        f"mean answer {number(mean.estimate, 1)} ({interval(mean.low, mean.high, 1)})"
    )
    alt = (
        f"Answers of {size} customers, {100 * detractors:.0f}% of them detractors and as many "
        f"promoters. {title}."
    )
    with canvas(height=3.2, alt=alt) as (figure, axes):
        colours = [VERMILION] * 7 + [GREY] * 2 + [BLUE] * 2
        axes.bar(range(11), 100 * counts / size, color=colours)
        guides(axes, "y")
        axes.set_xticks(range(11))
        axes.set_ylim(0, 55)
        axes.set_xlabel("Answer: detractors 0–6, passives 7–8, promoters 9–10")
        axes.set_ylabel("Answers, %")
        axes.set_title(title)
    return figure
