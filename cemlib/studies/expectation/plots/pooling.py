"""Figures of one effect in several groups."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cemlib.plot.marks import Names, called, dots, name_rows, rows_high, signed
from cemlib.plot.style import BLUE, GREY, INK, VERMILION, Figure, canvas
from cemlib.stats.estimates import significant

_METHODS = (
    ("separate", GREY, "o", 0.22),
    ("partially pooled", BLUE, "D", 0.0),
    ("pooled", VERMILION, "s", -0.22),
)


def pooling_figure(
    table: pd.DataFrame, names: Names, truth: Mapping[str, float] | None = None
) -> Figure:
    """Draw the effect in each group: by itself, pooled, and pooled in part.

    Parameters
    ----------
    table : DataFrame
        From `cemlib.studies.expectation.pooling.partially_pooled`.
    names : mapping of str to str
        What each group is called in print.
    truth : mapping of str to float, optional
        The true effects, drawn as marks.
    """
    groups = list(dict.fromkeys(table["group"]))[::-1]
    partly = table[table["method"] == "partially pooled"].set_index("group")["estimate"]
    alt = (
        f"Effect of effort in {len(groups)} groups, in points. Pooled in part it runs from "
        f"{signed(partly.min())} ({called(significant(partly).idxmin(), names)}) to "
        f"{signed(partly.max())} ({called(significant(partly).idxmax(), names)})."
    )
    with canvas(height=rows_high(len(groups)) + 1.0, alt=alt) as (figure, axes):
        for method, colour, marker, shift in _METHODS:
            part = table[table["method"] == method].set_index("group").loc[groups].reset_index()
            dots(axes, part, colour, shift=shift, marker=marker, label=method)
        if truth is not None:
            aims = np.array([float(truth[group]) for group in groups])
            axes.scatter(
                aims, range(len(groups)), marker="|", s=420, color=INK, zorder=4, label="truth"
            )
        axes.axvline(0, color=INK, linewidth=1)
        name_rows(axes, groups, names)
        axes.set_xlabel("Effect of effort, points of satisfaction")
        axes.set_title("Does the effect differ by level of need?")
        figure.legend(loc="outside lower right", ncols=4)
    return figure
