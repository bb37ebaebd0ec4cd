"""The columns of a survey of rights, and their contract."""

from __future__ import annotations

from collections.abc import Iterable

import pandera.pandas as pa

from cemlib.data import fields
from cemlib.data.fields import Scale
from cemlib.studies.rights.nine_rights import ITEM, RIGHTS, STATEMENTS

RESPONDENT_COLUMNS = {
    "respondent": "Respondent; one of the operator's customers where known",
    "wave": "Wave of the survey",
    "segment": "Customer segment",
    "channel": "Channel used last",
}
DESIGN_COLUMNS = {
    "stratum": "Stratum that the answer was sampled from",
    "cluster": "Cluster that was sampled: the shop, region or household of the answer",
}
IMPORTANCE = tuple(f"{right}_importance" for right in RIGHTS)


def is_survey_column(name: str) -> bool:
    """Return whether a survey may have a column of this name.

    Examples
    --------
    >>> is_survey_column("safety_12"), is_survey_column("safety")
    (True, False)
    """
    return ITEM.fullmatch(name) is not None or name in {*survey_columns(), *DESIGN_COLUMNS}


def survey_columns() -> list[str]:
    """Return the names of the columns of a survey with three items per right, in order.

    Examples
    --------
    >>> len(survey_columns())
    42
    """
    items = [f"{right}_{item}" for right in RIGHTS for item in (1, 2, 3)]
    return [*RESPONDENT_COLUMNS, *items, *IMPORTANCE, "overall", "recommend"]


def survey_contract(
    names: Iterable[str] = (),
    *,
    item_scale: Scale = (1, 7),
    importance_scale: Scale = (1, 7),
    overall_scale: Scale = (0, 10),
    outcome: str = "overall",
    explained: pa.Column | None = None,
) -> pa.DataFrameSchema:
    """Return the contract of a survey with these columns and scales.

    Parameters
    ----------
    names : iterable of str
        Columns of the survey, as `is_survey_column` allows; those of `survey_columns` by default.
    item_scale, importance_scale, overall_scale : (float, float)
        Lowest and highest answer.
    outcome : str
        Another column that the rights are to explain.
    explained : Column, optional
        Its contract; numbers if not given.

    Examples
    --------
    >>> list(survey_contract(["overall", "safety_1"], item_scale=(1, 5)).columns)
    ['safety_1', 'overall']
    """
    present = set(names) or set(survey_columns())
    questions = [(match[1], int(match[2])) for name in present if (match := ITEM.fullmatch(name))]
    columns = {
        name: fields.text(title, nullable=True, group=name in ("segment", "channel"))
        for name, title in RESPONDENT_COLUMNS.items()
    }
    columns |= {name: fields.text(title) for name, title in DESIGN_COLUMNS.items()}
    for right, item in sorted(questions, key=lambda each: (RIGHTS.index(each[0]), each[1])):
        statement = dict(enumerate(STATEMENTS[right], 1)).get(item)
        title = f"{right}, statement {item}"
        columns[f"{right}_{item}"] = fields.answer(title, item_scale, "item_scale", statement)
    for right, name in zip(RIGHTS, IMPORTANCE, strict=True):
        title = f"Importance of {right} to the customer"
        columns[name] = fields.answer(title, importance_scale, "importance_scale")
    columns["overall"] = fields.answer("Overall satisfaction", overall_scale, "overall_scale")
    columns["recommend"] = fields.answer("Likelihood of recommending the company", (0, 10))
    if outcome not in columns:
        numbers = fields.number("What the rights explain", (-1e9, 1e9), nullable=True)
        columns[outcome] = explained or numbers
    columns = {name: column for name, column in columns.items() if name in present}
    if "respondent" not in columns:
        return fields.table("survey", columns, unique=None)
    columns["respondent"].metadata = {"refers_to": ("customers", "customer")}
    keys: list[str] = [name for name in ("respondent", "wave") if name in columns]
    return fields.table("survey", columns, unique=keys)
