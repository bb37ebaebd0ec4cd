"""Ratings: the questions that boards follow, with a comment."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial

import pandera.pandas as pa

from cemlib.board.measures import QUESTIONS, Ratings
from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.fields import Scale
from cemlib.data.load import read_table
from cemlib.data.mapping import parse_scale
from cemlib.data.months import sortable_months
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading

SATISFIED_SCALE, EFFORT_SCALE = "1-5", "1-7"
WITHOUT = {
    "recommend": "there is no net promoter score",
    "satisfied": "there is no share of satisfied customers",
    "effort": "there is no share of customers for whom it was easy",
    "respondent": "each row counts as a different customer",
    "month": "months are not compared",
    "segment": "segments are not compared",
    "channel": "channels are not compared",
    "touchpoint": "touchpoints are not compared",
    "comment": "no themes are looked for",
}


def ratings_contract(
    *, satisfied_scale: Scale = (1, 5), effort_scale: Scale = (1, 7)
) -> pa.DataFrameSchema:
    """Return the contract of ratings with these scales.

    Examples
    --------
    >>> ratings_contract().columns["recommend"].required
    False
    """
    words = {
        "respondent": "Who answered",
        "month": "Month of the answer, such as 2026-05",
        "segment": "Customer segment",
        "channel": "Channel used last",
        "touchpoint": "What the customer was asked about",
    }
    titles = {
        "recommend": ("Likelihood of recommending the company", (0, 10), ""),
        "satisfied": ("Satisfaction", satisfied_scale, "satisfied_scale"),
        "effort": (
            "How easy it was; the highest answer is the easiest", effort_scale, "effort_scale"
        ),
    }  # fmt: skip
    groups = ("segment", "channel", "touchpoint")
    columns = {
        name: fields.text(title, nullable=True, group=name in groups)
        for name, title in words.items()
    }
    columns["respondent"].metadata = {"refers_to": ("customers", "customer")}
    columns |= {name: fields.answer(*each) for name, each in titles.items()}
    columns["comment"] = fields.text("What the customer wrote", nullable=True)
    return fields.table(
        "ratings", {name: fields.optional(column) for name, column in columns.items()}, unique=None
    )


def read_ratings(
    file: str | os.PathLike[str] = "",
    *,
    satisfied_scale: str = SATISFIED_SCALE,
    effort_scale: str = EFFORT_SCALE,
) -> Reading:
    """Read ratings; their problems are listed in the reading."""
    scales = {
        "satisfied_scale": parse_scale("satisfied_scale", satisfied_scale),
        "effort_scale": parse_scale("effort_scale", effort_scale),
    }
    reading = read_table(replace(RATINGS, contract=partial(ratings_contract, **scales)), file)
    if reading.problems:
        return reading
    frame = reading.frame
    asked = [name for name in QUESTIONS if name in frame and frame[name].notna().any()]
    if not asked:
        problem = f"has no answer to any of {', '.join(QUESTIONS)}"
        fix = "name the column of a question so, or map it in the file of columns"
        reading.problems.append(Problem(0, "", "", problem, fix))
        return reading
    left_out = [name for name in QUESTIONS if name in frame and name not in asked]
    reading.frame = frame.drop(columns=left_out)
    if "month" in frame:
        reading.frame["month"] = sortable_months(reading)
    reading.notes += [
        f"No column {name}: {what}." for name, what in WITHOUT.items() if name not in frame
    ]
    reading.notes += [f"Column {name} holds no answer: {WITHOUT[name]}." for name in left_out]
    return reading


RATINGS = Dataset(
    "ratings",
    "Monthly ratings: recommendation, satisfaction, effort, comment",
    "telecom/ratings.csv",
    GENERATED,
    contract=ratings_contract,
    read=read_ratings,
    options=("satisfied_scale", "effort_scale"),
    limit_mb=64,
    answers="net promoter score, satisfaction and effort, by group and month; themes of comments",
    needs="It needs recommend, satisfied or effort; all else may be missing.",
    without=WITHOUT,
)


def load_ratings(
    file: str | os.PathLike[str] = "",
    satisfied_scale: str = SATISFIED_SCALE,
    effort_scale: str = EFFORT_SCALE,
) -> Ratings:
    """Load ratings.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook; the operator's ratings if empty.
    satisfied_scale, effort_scale : str
        Lowest and highest answer: "1-5".

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.

    Examples
    --------
    >>> sorted(load_ratings().scales)
    ['effort', 'recommend', 'satisfied']
    """
    scales = {"satisfied_scale": satisfied_scale, "effort_scale": effort_scale}
    reading = read_ratings(file, **scales)
    if reading.problems:
        raise reading.error()
    frame = reading.frame
    every = {"recommend": (0.0, 10.0)} | {
        name: parse_scale(f"{name}_scale", scales[f"{name}_scale"])
        for name in ("satisfied", "effort")
    }
    return Ratings(
        frame,
        {name: scale for name, scale in every.items() if name in frame},
        tuple(reading.notes),
        reading.weights,
    )
