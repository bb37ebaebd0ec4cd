"""The contracts: what each dataset must hold. Loading, checking and the descriptor follow them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandera.pandas as pa

from cemlib import checks
from cemlib.data.catalogue import CATALOGUE, ITEM, RIGHTS, dataset
from cemlib.data.truth import TRUTH

Scale = tuple[float, float]
NEED_LEVELS = ("physiological", "safety", "belonging", "esteem", "self-actualisation")
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


def contract(name: str) -> pa.DataFrameSchema:
    """Return the contract of a dataset.

    Raises
    ------
    ValueError
        If there is no such dataset, or it is no table.

    Examples
    --------
    >>> list(contract("need-levels").columns)
    ['right', 'level', 'weight']
    """
    entry = dataset(name)
    if not entry.contract:
        tables = [other.name for other in CATALOGUE if other.contract]
        raise checks.refuse("dataset", name, "a table: one of " + ", ".join(tables))
    schema: pa.DataFrameSchema = globals()[entry.contract]()
    return schema


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
    asked = [f"{right}_{item}" for right in RIGHTS for item in range(1, items + 1)]
    return [*WHO, *asked, *_IMPORTANCE, "overall", "recommend"]


def survey(
    columns: Iterable[str] = (),
    *,
    item_scale: Scale = (1, 7),
    importance_scale: Scale = (1, 7),
    overall_scale: Scale = (0, 10),
) -> pa.DataFrameSchema:
    """Return the contract of a survey that asks these columns on these scales.

    Parameters
    ----------
    columns : iterable of str
        Names as in `survey_columns`; all of them if none is given.
    item_scale, importance_scale, overall_scale : (float, float)
        Lowest and highest answer.

    Examples
    --------
    >>> list(survey(["overall", "safety_1"], item_scale=(1, 5)).columns)
    ['safety_1', 'overall']
    """
    given = set(columns) or set(survey_columns())
    asked = [(match[1], int(match[2])) for name in given if (match := ITEM.fullmatch(name))]
    asked.sort(key=lambda item: (RIGHTS.index(item[0]), item[1]))
    items = [f"{right}_{item}" for right, item in asked]
    order = [*WHO, *items, *_IMPORTANCE, "overall", "recommend"]
    fields: dict[str, pa.Column] = {}
    for name in (name for name in order if name in given):
        if name in WHO:
            fields[name] = _text(_WHO[name], nullable=True)
        elif match := ITEM.fullmatch(name):
            right, item = match[1], int(match[2])
            title = f"{right}, statement {item}"
            fields[name] = _answer(title, item_scale, "item_scale", _statement(right, item))
        elif name in _IMPORTANCE:
            right = name.removesuffix("_importance")
            fields[name] = _answer(
                f"How important {right} is to the customer", importance_scale, "importance_scale"
            )
        elif name == "overall":
            fields[name] = _answer("Overall satisfaction", overall_scale, "overall_scale")
        else:
            fields[name] = _answer("How likely to recommend the company", (0, 10))
    keys: list[str] = [name for name in ("respondent", "wave") if name in fields]
    if "respondent" in fields:
        fields["respondent"].metadata = {"refers_to": ("customers", "customer")}
    return _schema("survey", fields, unique=keys if "respondent" in fields else None)


def _statement(right: str, item: int) -> str | None:
    texts = STATEMENTS[right]
    return texts[item - 1] if item <= len(texts) else None


def customers() -> pa.DataFrameSchema:
    """Return the contract of the operator's customers."""
    fields = {
        "customer": _text("The customer", pa.Check.str_matches(r"^C\d{7}$")),
        "segment": _text("Kind of customer", pa.Check.isin(TRUTH.segments)),
        "channel": _text("Channel used most", pa.Check.isin(TRUTH.channels)),
        "joined": _text(
            "Day of joining, year-month-day",
            pa.Check.str_matches(r"^\d{4}-\d{2}-\d{2}$"),
            date=True,
        ),
        "plan_fee": _whole("Fee of the plan", pa.Check.ge(0), unit="yuan a month"),
    }
    return _schema("customers", fields, unique=["customer"])


def practices() -> pa.DataFrameSchema:
    """Return the contract of practices that raise the perception of a right."""
    fields = {
        "practice": _text("The practice"),
        "right": _right(),
        "name_en": _text("Its name in English", required=False, nullable=True),
        "name_zh": _text("Its name in Chinese", required=False, nullable=True),
        "in_place": _number("How far it is in place: 0 not at all, 4 fully", (0, 4)),
        "person_days": _positive("Work from nothing to fully in place", "person-days"),
        "uplift": _number(
            "Perception gained, fully in place against not at all", (0, 100), "points (0–100)"
        ),
        "call_centre": pa.Column(
            bool, title="Whether a call centre can do it by itself", metadata={"unit": ""}
        ),
    }
    return _schema("practices", fields, unique=["practice"])


def rights() -> pa.DataFrameSchema:
    """Return the contract of the table of nine rights."""
    fields = {
        "right": pa.Column(str, pa.Check.isin(RIGHTS), title="The right's short name"),
        "number": _whole("Its number", pa.Check.in_range(1, 9)),
        "name_en": _text("Its name in English"),
        "name_zh": _text("Its name in Chinese"),
        "law_article": _whole("Article of the law", pa.Check.in_range(7, 15)),
        "perception_en": _text("Perception to raise, in English"),
        "perception_zh": _text("Perception to raise, in Chinese"),
        "practices_en": _text("Practices that raise it, in English"),
        "practices_zh": _text("Practices that raise it, in Chinese"),
        "call_centre": pa.Column(bool, title="Whether the article marks it for a call centre"),
        "case_en": _text("Cases told, in English"),
        "ci_right": _text(
            "Nearest right of Consumers International; empty where there is none",
            pa.Check.isin(_CI),
            nullable=True,
        ),
    }
    return _schema("rights", fields, unique=["right"])


def need_levels() -> pa.DataFrameSchema:
    """Return the contract of the table that spreads each right over the levels of need."""
    whole = pa.Check(
        _weights_sum_to_one, name="sum", error="the weights of each right must sum to 1"
    )
    fields = {
        "right": _right(),
        "level": _text("Level of need (Maslow)", pa.Check.isin(NEED_LEVELS)),
        "weight": _number("Share of the right that serves this level", (0, 1)),
    }
    return _schema("need-levels", fields, unique=["right", "level"], whole=whole)


def _weights_sum_to_one(frame: Any) -> Any:
    return (frame.groupby("right")["weight"].transform("sum") - 1).abs() < 1e-6


def ipa_means() -> pa.DataFrameSchema:
    """Return the contract of importance–performance means."""
    fields = {
        "attribute": _text("What was rated"),
        "importance": _number("Mean importance", (1, 4), "points (1–4)"),
        "performance": _number("Mean performance", (1, 4), "points (1–4)"),
    }
    return _schema("ipa-martilla-james-1977", fields, unique=["attribute"])


def ecsi_moments() -> pa.DataFrameSchema:
    """Return the contract of the moments of 24 satisfaction items."""
    sizes = {"IMAG": 5, "CUEX": 3, "PERQ": 7, "PERV": 2, "CUSA": 3, "CUSCO": 1, "CUSL": 3}
    items = [
        block if size == 1 else f"{block}{item}"
        for block, size in sizes.items()
        for item in range(1, size + 1)
    ]
    fields = {
        "item": _text("The item", pa.Check.isin(items)),
        "mean": _number("Mean", (1, 10), "points (1–10)"),
        "sd": _number("Standard deviation", (0, 5), "points (1–10)"),
    }
    fields |= {item: _number(f"Correlation with {item}", (-1, 1)) for item in items}
    return _schema("ecsi-mobile-moments", fields, unique=["item"])


def ecsi_paths() -> pa.DataFrameSchema:
    """Return the contract of the inner paths of the satisfaction model."""
    fields = {
        "from": _text("Where the path starts"),
        "to": _text("Where it ends"),
        "standardised": _number("Coefficient, items standardised", (-1, 1)),
        "raw": _number("Coefficient, items on their own scale", (-1, 1)),
    }
    return _schema("ecsi-mobile-paths", fields, unique=["from", "to"])


def incidents() -> pa.DataFrameSchema:
    """Return the contract of critical incidents by kind."""
    fields = {
        "group": _text("Group of kinds"),
        "incident": _text("Kind of incident"),
        "satisfactory": _whole("Satisfactory incidents", pa.Check.ge(0), unit="incidents"),
        "dissatisfactory": _whole("Dissatisfactory incidents", pa.Check.ge(0), unit="incidents"),
    }
    return _schema("incidents-bitner-1990", fields, unique=["incident"])


def _schema(
    name: str,
    fields: dict[str, pa.Column],
    *,
    unique: list[str] | None,
    whole: pa.Check | None = None,
) -> pa.DataFrameSchema:
    entry = dataset(name)
    return pa.DataFrameSchema(
        fields,
        checks=whole,
        unique=unique,
        strict=True,
        name=name,
        title=entry.title,
        description=entry.standing,
    )


def _text(
    title: str,
    check: pa.Check | None = None,
    *,
    nullable: bool = False,
    required: bool = True,
    date: bool = False,
) -> pa.Column:
    metadata = {"date": True} if date else None
    return pa.Column(
        str, check, nullable=nullable, required=required, title=title, metadata=metadata
    )


def _right() -> pa.Column:
    column = _text("The right it belongs to", pa.Check.isin(RIGHTS))
    column.metadata = {"refers_to": ("rights", "right")}
    return column


def _whole(title: str, check: pa.Check, *, unit: str = "") -> pa.Column:
    return pa.Column(int, check, title=title, metadata={"unit": unit})


def _number(title: str, scale: Scale, unit: str = "") -> pa.Column:
    return pa.Column(float, pa.Check.in_range(*scale), title=title, metadata={"unit": unit})


def _positive(title: str, unit: str) -> pa.Column:
    return pa.Column(float, pa.Check.gt(0), title=title, metadata={"unit": unit})


def _answer(
    title: str, scale: Scale, parameter: str = "", description: str | None = None
) -> pa.Column:
    return pa.Column(
        float,
        pa.Check.in_range(*scale),
        nullable=True,
        title=title,
        description=description,
        metadata={"unit": f"points ({scale[0]:g}–{scale[1]:g})", "scale": parameter},
    )
