"""Building blocks of contracts: tables and kinds of columns."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

Scale = tuple[float, float]


def table(
    name: str,
    columns: dict[str, pa.Column],
    *,
    unique: list[str] | None,
    every: pa.Check | None = None,
) -> pa.DataFrameSchema:
    """Return the contract of a dataset: its columns, its key, and a check of the whole table.

    Examples
    --------
    >>> table("rights", {"right": text("The right")}, unique=["right"]).name
    'rights'
    """
    return pa.DataFrameSchema(
        columns,
        checks=every,
        unique=unique,
        strict=True,
        name=name,
    )


def text(
    title: str,
    check: pa.Check | None = None,
    *,
    nullable: bool = False,
    required: bool = True,
    date: bool = False,
    refers_to: tuple[str, str] | None = None,
    personal: bool = False,
    group: bool = False,
) -> pa.Column:
    """Return a column of text, or of dates; `refers_to` names a dataset and its column.

    A `personal` column names a person: a user's own file may have it, a committed dataset may not.
    Results are shown by the values of a `group`, so those of few people are pooled when read.

    Examples
    --------
    >>> text("The customer", refers_to=("customers", "customer")).metadata
    {'refers_to': ('customers', 'customer')}
    """
    metadata = {"date": date, "refers_to": refers_to, "personal": personal, "group": group}
    described = {name: value for name, value in metadata.items() if value}
    return pa.Column(
        str, check, nullable=nullable, required=required, title=title, metadata=described or None
    )


def moment(title: str, *, nullable: bool = False) -> pa.Column:
    """Return a column of dates with times, stored in UTC to the microsecond.

    Examples
    --------
    >>> str(moment("Start of the call").dtype)
    'datetime64[us, UTC]'
    """
    return pa.Column(pd.DatetimeTZDtype("us", "UTC"), nullable=nullable, title=title)


def whole(title: str, check: pa.Check, *, unit: str = "") -> pa.Column:
    """Return a column of whole numbers.

    Examples
    --------
    >>> whole("Plan fee", pa.Check.ge(0), unit="currency per month").metadata
    {'unit': 'currency per month'}
    """
    return pa.Column(int, check, title=title, metadata={"unit": unit})


def number(title: str, scale: Scale, unit: str = "", *, nullable: bool = False) -> pa.Column:
    """Return a column of numbers within the bounds of `scale`.

    Examples
    --------
    >>> number("Weight", (0, 1)).checks[0].name
    'in_range'
    """
    return pa.Column(
        float, pa.Check.in_range(*scale), nullable=nullable, title=title, metadata={"unit": unit}
    )


def positive(title: str, unit: str) -> pa.Column:
    """Return a column of numbers above zero.

    Examples
    --------
    >>> positive("Work", "person-days").checks[0].name
    'greater_than'
    """
    return pa.Column(float, pa.Check.gt(0), title=title, metadata={"unit": unit})


def yes_no(title: str, *, nullable: bool = False) -> pa.Column:
    """Return a column of yes and no; a `nullable` one holds 1, 0 and NaN.

    Examples
    --------
    >>> str(yes_no("Promise kept").dtype), str(yes_no("Promise kept", nullable=True).dtype)
    ('bool', 'float64')
    """
    if nullable:
        metadata = {"unit": "", "yes_no": True}
        return pa.Column(
            float, pa.Check.isin((0.0, 1.0)), nullable=True, title=title, metadata=metadata
        )
    return pa.Column(bool, title=title, metadata={"unit": ""})


def optional(column: pa.Column, *, nullable: bool | None = None) -> pa.Column:
    """Return a column that a file may lack; `nullable` says whether it may have empty cells.

    Examples
    --------
    >>> column = optional(text("Skill"), nullable=True)
    >>> column.required, column.nullable
    (False, True)
    """
    column.required = False
    if nullable is not None:
        column.nullable = nullable
    return column


def answer(
    title: str, scale: Scale, parameter: str = "", description: str | None = None
) -> pa.Column:
    """Return a column of answers on a scale, which may be missing.

    Parameters
    ----------
    title : str
        Subject of the question.
    scale : (float, float)
        Lowest and highest answer.
    parameter : str
        Name of the parameter that declares the scale, for the message about an answer outside.
    description : str, optional
        The statement that was rated.

    Examples
    --------
    >>> answer("Overall satisfaction", (0, 10)).nullable
    True
    """
    return pa.Column(
        float,
        pa.Check.in_range(*scale),
        nullable=True,
        title=title,
        description=description,
        metadata={"unit": f"points ({scale[0]:g}–{scale[1]:g})", "scale": parameter},
    )
