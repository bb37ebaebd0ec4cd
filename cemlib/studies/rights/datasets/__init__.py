"""Datasets of workbook 01, each with its contract; the survey is in a module of its own."""

from __future__ import annotations

import os

import pandas as pd
import pandera.pandas as pa

from cemlib.data import fields
from cemlib.data.dataset import Dataset
from cemlib.data.load import loader
from cemlib.sources import opener
from cemlib.stats.customers import NEED_LEVELS
from cemlib.studies.rights.datasets.ratings import RATINGS
from cemlib.studies.rights.datasets.survey import SURVEY
from cemlib.studies.rights.nine_rights import RIGHTS

__all__ = ["DATASETS", "load", "load_practices", "sources"]

ARTICLE_A = (
    "Zhang Sen (章森), on customer experience management that starts from the nine rights of "
    "consumers (2010s), training manager at Arvato Services (China)"
)
LAW = (
    "Law of the People's Republic of China on the Protection of Consumer Rights and "
    "Interests, articles 7–15; adopted 1993-10-31, amended 2009-08-27 and 2013-10-25"
)
CI = (
    "Consumers International's eight consumer rights; United Nations Guidelines for Consumer "
    "Protection, resolutions 39/248 and 70/186"
)
MASLOW_1943 = "Maslow (1943), A theory of human motivation, Psychological Review 50:370–396"
MARTILLA_JAMES_1977 = (
    "Martilla & James (1977), Importance–performance analysis, Journal of Marketing 41(1):77–79"
)
CI_RIGHTS = ("safety", "information", "choice", "be heard", "redress", "education")


def practices_contract() -> pa.DataFrameSchema:
    """Return the contract of practices that raise the perception of a right."""
    columns = {
        "practice": fields.text("Short name of the practice"),
        "right": _right(),
        "name_en": fields.text("Name in English", required=False, nullable=True),
        "name_zh": fields.text("Name in Chinese", required=False, nullable=True),
        "in_place": fields.number("How far it is in place: 0 not at all, 4 fully", (0, 4)),
        "person_days": fields.positive(
            "Work to take it from not at all to fully in place", "person-days"
        ),
        "uplift": fields.number(
            "Rise in perception from not at all to fully in place", (0, 100), "points (0–100)"
        ),
        "call_centre": fields.yes_no("Whether the call centre can do it alone"),
    }
    return fields.table("practices", columns, unique=["practice"])


PRACTICES = Dataset(
    "practices",
    "Practices that raise the perception of a right",
    "telecom/practices.csv",
    "Assumed: the practices follow the article; their costs and effects are invented.",
    sources=(ARTICLE_A,),
    contract=practices_contract,
    answers="which practices to take up within a budget of person-days",
)


def rights_contract() -> pa.DataFrameSchema:
    """Return the contract of the table of nine rights."""
    columns = {
        "right": pa.Column(str, pa.Check.isin(RIGHTS), title="Short name of the right"),
        "number": fields.whole("Number of the right", pa.Check.in_range(1, 9)),
        "name_en": fields.text("Name in English"),
        "name_zh": fields.text("Name in Chinese"),
        "law_article": fields.whole("Article of the law", pa.Check.in_range(7, 15)),
        "perception_en": fields.text("Perception to raise, in English"),
        "perception_zh": fields.text("Perception to raise, in Chinese"),
        "practices_en": fields.text("Practices that raise it, in English"),
        "practices_zh": fields.text("Practices that raise it, in Chinese"),
        "call_centre": fields.yes_no("Whether the article marks it for a call centre"),
        "case_en": fields.text("Cases in the article, in English"),
        "ci_right": fields.text(
            "Nearest right of Consumers International; empty where there is none",
            pa.Check.isin(CI_RIGHTS),
            nullable=True,
        ),
    }
    return fields.table("rights", columns, unique=["right"])


NINE_RIGHTS = Dataset(
    "rights",
    "Nine rights: names, law, perception, practices, cases",
    "cases/rights.csv",
    "Names and articles of law verified; perceptions, practices, cases and the call-centre "
    "mark are the article's; the mapping to Consumers International is ours.",
    sources=(ARTICLE_A, LAW, CI),
    contract=rights_contract,
    own=False,
)


def need_levels_contract() -> pa.DataFrameSchema:
    """Return the contract of the table that maps each right to levels of need."""
    weights = pa.Check(
        _weights_sum_to_one, name="sum", error="the weights of each right must sum to 1"
    )
    columns = {
        "right": _right(),
        "level": fields.text("Level of need (Maslow)", pa.Check.isin(NEED_LEVELS)),
        "weight": fields.number("Share of the right that serves this level", (0, 1)),
    }
    return fields.table("need-levels", columns, unique=["right", "level"], every=weights)


NEED_LEVEL_MAPPING = Dataset(
    "need-levels",
    "Nine rights by level of need",
    "cases/need-levels.csv",
    "Assumed: our proposal. The article's own figure did not survive. Change it freely.",
    sources=(ARTICLE_A, MASLOW_1943),
    contract=need_levels_contract,
    answers="perception of rights by level of need",
)


def ipa_contract() -> pa.DataFrameSchema:
    """Return the contract of importance–performance means."""
    columns = {
        "attribute": fields.text("Attribute rated"),
        "importance": fields.number("Mean importance", (1, 4), "points (1–4)"),
        "performance": fields.number("Mean performance", (1, 4), "points (1–4)"),
    }
    return fields.table("ipa-martilla-james-1977", columns, unique=["attribute"])


IPA_MEANS = Dataset(
    "ipa-martilla-james-1977",
    "Importance and performance of 14 attributes of car service, 4-point scales",
    "published/ipa-martilla-james-1977.csv",
    "Sample sizes verified (284 usable of 634 mailed); the 28 means are recalled, not "
    "checked against print.",
    sources=(MARTILLA_JAMES_1977,),
    contract=ipa_contract,
    own=False,
)


def _right() -> pa.Column:
    return fields.text(
        "Right that it belongs to", pa.Check.isin(RIGHTS), refers_to=("rights", "right")
    )


def _weights_sum_to_one(frame: pd.DataFrame) -> pd.Series:
    return (frame.groupby("right")["weight"].transform("sum") - 1).abs() < 1e-6


DATASETS = (SURVEY, RATINGS, PRACTICES, NINE_RIGHTS, NEED_LEVEL_MAPPING, IPA_MEANS)
load = loader(DATASETS)
sources = opener(DATASETS)


def load_practices(file: str | os.PathLike[str] = "") -> pd.DataFrame:
    """Load practices; where a name is missing, the short name of the practice replaces it.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook; the operator's practices if empty.

    Returns
    -------
    DataFrame
        One row per practice, in the columns of the dataset ``practices``.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.

    Examples
    --------
    >>> load_practices()["name_en"].tolist()[0]
    'Written after-sales safety commitments'
    """
    frame = load("practices", file)
    for position, column in enumerate(("name_en", "name_zh"), 2):
        if column not in frame:
            frame.insert(position, column, frame["practice"])
        frame[column] = frame[column].fillna(frame["practice"])
    return frame
