"""Sentences of workbook 06 on unseen causes of the worth of an answer."""

from __future__ import annotations

import pandas as pd

from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import number, percent


def unseen_causes(unseen: pd.DataFrame) -> Markdown:
    """Return overlap of the apology, and how strong an unseen cause would have to be."""
    row = unseen.set_index("part").loc["apology"]
    first = Markdown("Handling was not randomised.")
    if not row["bound"] > 1:
        needed = Markdown(
            "The interval of the difference that an apology makes contains 0, so that it needs no "
            "unseen cause to explain it away."
        )
    else:
        needed = markdown(
            "An unseen cause would have to {both} by a factor of about **{factor}**, beyond the "
            "other parts, loss and failure, to explain the worth of an apology away, and by "
            "{bound} to move its interval to 0.",
            both=Markdown("raise both the chance of an apology and that of a high rating")
            if row["slope"] > 0
            else Markdown("raise the chance of an apology and lower that of a high rating, each"),
            factor=number(row["e_value"], 1),
            bound=number(row["bound"], 1),
        )
    if pd.isna(row["outside"]):
        return join_markdown([first, needed])
    overlap = markdown(
        "{outside} of the complaints lie outside the range of probabilities of an apology that "
        "complaints with and without one share. Weighted, the smaller group of {rows} carries the "
        "information of {size} complaints of equal weight.",
        outside=percent(row["outside"], 1),
        rows=number(row["rows"], 0),
        size=number(row["effective"], 0),
    )
    return join_markdown([first, needed, overlap])
