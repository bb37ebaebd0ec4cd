"""The article's cases of centralised repair, as events."""

from __future__ import annotations

import pandera.pandas as pa

from cemlib.data import fields
from cemlib.data.dataset import Dataset

EPISODES = ("broadband restart", "three channels", "one fault")
ARTICLE = (
    "Wang Shengsheng (王升升), on centralised repair and customer satisfaction "
    "(浅谈集中修复在客户满意度提升中的作用), 客户世界 (Customer World), January–February 2021"
)


def repair_cases() -> pa.DataFrameSchema:
    """Return the contract of the article's cases as events."""
    columns = {
        "case": fields.text("The case", pa.Check.isin(EPISODES)),
        "order": fields.whole("Position in the case", pa.Check.ge(1)),
        "time": fields.moment("When it happens; invented"),
        "actor": fields.text("Who acts"),
        "channel": fields.text("Channel", nullable=True),
        "act": fields.text("What is done, in a word or two"),
        "text_en": fields.text("What is done or said, in English"),
        "text_zh": fields.text("What is done or said, in Chinese"),
        "provenance": fields.text(
            "Whether the event is in the article", pa.Check.isin(("article", "invented"))
        ),
    }
    return fields.table("repair-cases", columns, unique=["case", "order"])


REPAIR_CASES = Dataset(
    "repair-cases",
    "Three cases of centralised repair as events",
    "cases/repair-cases.csv",
    "Rows with provenance article are in the article, in our own words; rows with provenance "
    "invented, and all times, are invented.",
    sources=(ARTICLE,),
    contract=repair_cases,
    own=False,
)
