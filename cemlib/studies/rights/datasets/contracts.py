"""Contracts of the rights assessment: survey, practices, rights, levels of need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandera.pandas as pa

from cemlib.data import fields
from cemlib.data.fields import Scale
from cemlib.stats.customers import NEED_LEVELS
from cemlib.studies.rights.nine_rights import ITEM, RIGHTS

WHO = ("respondent", "wave", "segment", "channel")
_IMPORTANCE = tuple(f"{right}_importance" for right in RIGHTS)
_CI = ("safety", "information", "choice", "be heard", "redress", "education")
_WHO = {
    "respondent": "Who answered; the customer where it is one of the operator's",
    "wave": "When the survey was held",
    "segment": "Kind of customer",
    "channel": "Channel used last",
}
STATEMENTS = {
    "safety": (
        "I know what is guaranteed after I have bought",
        "My person, data and money are safe with this company",
        "When something breaks, I know who puts it right",
    ),
    "information": (
        "I can see what I pay for",
        "I can see where my case stands",
        "What I was told turned out to be so",
    ),
    "choice": (
        "I was given more than one solution",
        "I could choose how and when to be in contact",
        "I could say no without trouble",
    ),
    "fairness": (
        "I am treated as others in my place are",
        "Nobody pressed me to buy",
        "What I pay is fair for what I get",
    ),
    "compensation": (
        "When something failed, I was made good",
        "I understood what the compensation was worth",
        "I did not have to fight for it",
    ),
    "association": (
        "I know other customers of this company",
        "I feel part of a community",
        "The members' club is of use to me",
    ),
    "knowledge": (
        "The cause was explained to me",
        "I learned how to avoid the problem",
        "I understand the product better than before",
    ),
    "respect": (
        "I was addressed politely",
        "I was listened to without interruption",
        "My habits and beliefs were respected",
    ),
    "supervision": (
        "I was asked what I think",
        "It is easy to criticise or to suggest",
        "I was told what became of what I said",
    ),
}


def is_survey_column(name: str) -> bool:
    """Tell whether a survey may have a column of this name.

    Examples
    --------
    >>> is_survey_column("safety_12"), is_survey_column("safety")
    (True, False)
    """
    known = (*WHO, *_IMPORTANCE, "overall", "recommend")
    return name in known or ITEM.fullmatch(name) is not None


def survey_columns(items: int = 3) -> list[str]:
    """Return the names of a survey's columns, in order.

    Examples
    --------
    >>> len(survey_columns(1))
    24
    """
    items_asked = [f"{right}_{item}" for right in RIGHTS for item in range(1, items + 1)]
    return [*WHO, *items_asked, *_IMPORTANCE, "overall", "recommend"]


def survey(
    asked: Iterable[str] = (),
    *,
    item_scale: Scale = (1, 7),
    importance_scale: Scale = (1, 7),
    overall_scale: Scale = (0, 10),
) -> pa.DataFrameSchema:
    """Return the contract of a survey that asks these columns on these scales.

    Parameters
    ----------
    asked : iterable of str
        Names as in `survey_columns`; all of them if none is given.
    item_scale, importance_scale, overall_scale : (float, float)
        Lowest and highest answer.

    Examples
    --------
    >>> list(survey(["overall", "safety_1"], item_scale=(1, 5)).columns)
    ['safety_1', 'overall']
    """
    given = set(asked) or set(survey_columns())
    questions = [(match[1], int(match[2])) for name in given if (match := ITEM.fullmatch(name))]
    questions.sort(key=lambda item: (RIGHTS.index(item[0]), item[1]))
    items = [f"{right}_{item}" for right, item in questions]
    order = [*WHO, *items, *_IMPORTANCE, "overall", "recommend"]
    columns: dict[str, pa.Column] = {}
    for name in (name for name in order if name in given):
        if name in WHO:
            columns[name] = fields.text(_WHO[name], nullable=True)
        elif match := ITEM.fullmatch(name):
            right, item = match[1], int(match[2])
            title = f"{right}, statement {item}"
            columns[name] = fields.answer(title, item_scale, "item_scale", _statement(right, item))
        elif name in _IMPORTANCE:
            right = name.removesuffix("_importance")
            columns[name] = fields.answer(
                f"How important {right} is to the customer", importance_scale, "importance_scale"
            )
        elif name == "overall":
            columns[name] = fields.answer("Overall satisfaction", overall_scale, "overall_scale")
        else:
            columns[name] = fields.answer("How likely to recommend the company", (0, 10))
    keys: list[str] = [name for name in ("respondent", "wave") if name in columns]
    if "respondent" in columns:
        columns["respondent"].metadata = {"refers_to": ("customers", "customer")}
    return fields.table("survey", columns, unique=keys if "respondent" in columns else None)


def _statement(right: str, item: int) -> str | None:
    texts = STATEMENTS[right]
    return texts[item - 1] if item <= len(texts) else None


def practices() -> pa.DataFrameSchema:
    """Return the contract of practices that raise the perception of a right."""
    columns = {
        "practice": fields.text("The practice"),
        "right": _right(),
        "name_en": fields.text("Its name in English", required=False, nullable=True),
        "name_zh": fields.text("Its name in Chinese", required=False, nullable=True),
        "in_place": fields.number("How far it is in place: 0 not at all, 4 fully", (0, 4)),
        "person_days": fields.positive("Work from nothing to fully in place", "person-days"),
        "uplift": fields.number(
            "Perception gained, fully in place against not at all", (0, 100), "points (0–100)"
        ),
        "call_centre": fields.yes_no("Whether a call centre can do it by itself"),
    }
    return fields.table("practices", columns, unique=["practice"])


def rights() -> pa.DataFrameSchema:
    """Return the contract of the table of nine rights."""
    columns = {
        "right": pa.Column(str, pa.Check.isin(RIGHTS), title="The right's short name"),
        "number": fields.whole("Its number", pa.Check.in_range(1, 9)),
        "name_en": fields.text("Its name in English"),
        "name_zh": fields.text("Its name in Chinese"),
        "law_article": fields.whole("Article of the law", pa.Check.in_range(7, 15)),
        "perception_en": fields.text("Perception to raise, in English"),
        "perception_zh": fields.text("Perception to raise, in Chinese"),
        "practices_en": fields.text("Practices that raise it, in English"),
        "practices_zh": fields.text("Practices that raise it, in Chinese"),
        "call_centre": fields.yes_no("Whether the article marks it for a call centre"),
        "case_en": fields.text("Cases told, in English"),
        "ci_right": fields.text(
            "Nearest right of Consumers International; empty where there is none",
            pa.Check.isin(_CI),
            nullable=True,
        ),
    }
    return fields.table("rights", columns, unique=["right"])


def need_levels() -> pa.DataFrameSchema:
    """Return the contract of the table that spreads each right over the levels of need."""
    every = pa.Check(
        _weights_sum_to_one, name="sum", error="the weights of each right must sum to 1"
    )
    columns = {
        "right": _right(),
        "level": fields.text("Level of need (Maslow)", pa.Check.isin(NEED_LEVELS)),
        "weight": fields.number("Share of the right that serves this level", (0, 1)),
    }
    return fields.table("need-levels", columns, unique=["right", "level"], every=every)


def _weights_sum_to_one(frame: Any) -> Any:
    return (frame.groupby("right")["weight"].transform("sum") - 1).abs() < 1e-6


def _right() -> pa.Column:
    return fields.text(
        "The right it belongs to", pa.Check.isin(RIGHTS), refers_to=("rights", "right")
    )


def ipa_means() -> pa.DataFrameSchema:
    """Return the contract of importance–performance means."""
    columns = {
        "attribute": fields.text("What was rated"),
        "importance": fields.number("Mean importance", (1, 4), "points (1–4)"),
        "performance": fields.number("Mean performance", (1, 4), "points (1–4)"),
    }
    return fields.table("ipa-martilla-james-1977", columns, unique=["attribute"])
