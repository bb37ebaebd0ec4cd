"""Figures of scale quality."""

from __future__ import annotations

import pandas as pd

from cemlib.plot.marks import Names, called, dots, name_rows, rows_high
from cemlib.plot.style import BLUE, GREY, ORANGE, Figure, canvas
from cemlib.stats.estimates import significant

GREEK = {"alpha": "Cronbach’s α", "omega": "McDonald’s ω"}


def reliability_figure(quality: pd.DataFrame, names: Names) -> Figure:
    """Draw α and ω of each scale with intervals, against the usual 0.7.

    Parameters
    ----------
    quality : DataFrame
        From `cemlib.stats.scales.scale_quality`.
    names : mapping of str to str
        What each right is called in print.
    """
    table = quality.dropna(subset="alpha").sort_values(
        "alpha", ignore_index=True, kind="stable", key=significant
    )
    weak = [called(scale, names) for scale in table.loc[table["alpha"] < 0.7, "scale"]]
    alt = f"Cronbach’s alpha and McDonald’s omega of {len(table)} scales with 95 % intervals. " + (
        f"Below 0.7: {', '.join(weak)}." if weak else "None is below 0.7."
    )
    with canvas(height=rows_high(max(len(table), 3)), alt=alt) as (figure, axes):
        for label, shift, colour, marker in (
            ("alpha", 0.14, BLUE, "o"),
            ("omega", -0.14, ORANGE, "D"),
        ):
            ends = {end: table[f"{label}_{end}"] for end in ("low", "high")}
            part = table.assign(estimate=table[label], **ends).dropna(subset="estimate")
            dots(axes, part, colour, shift=shift, marker=marker, label=GREEK[label])
        axes.axvline(0.7, color=GREY, linestyle=(0, (4, 3)), linewidth=1.2, zorder=1)
        axes.annotate(
            "usual bound 0.7", (0.7, len(table) - 0.45), xytext=(-4, 0), ha="right",
            textcoords="offset points", color=GREY, va="center", fontsize=9,
        )  # fmt: skip
        name_rows(axes, table["scale"], names)
        axes.set_xlim(right=1.0)
        axes.set_xlabel("Reliability (0–1); lines: 95 % intervals")
        axes.set_title("How well the questions hang together")
        figure.legend(loc="outside lower right", ncols=2)
    return figure
