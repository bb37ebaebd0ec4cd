"""Computed prose: sentences whose numbers come from the data, in words a reader expects."""

from __future__ import annotations

import inspect

from cemlib.checks import invalid_argument
from cemlib.formats import (
    NOT_KNOWN,
    interval,
    join_words,
    number,
    p_value,
    percent,
    plural,
    points,
    signed,
)
from cemlib.markup import plain_text
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.output import publish

__all__ = [
    "NOT_KNOWN",
    "interval",
    "join_words",
    "number",
    "p_value",
    "percent",
    "plural",
    "points",
    "prose",
    "signed",
]


def prose(template: str, /, *more: object, **values: object) -> None:
    r"""Show a text in Markdown.

    Parameters
    ----------
    template : str
        Markdown as it stands, or a template whose placeholders the values fill.
    *more
        Further sentences, such as the notes of a file.
    **values
        As for `cemlib.teach.markdown.markdown`. Values and further sentences that are not
        `Markdown` are escaped.

    Raises
    ------
    ValueError
        If the text is empty, or placeholders and values do not match.

    Examples
    --------
    >>> prose("The index of {right} is **{index}**.", right="choice", index=number(63.24))
    The index of choice is **63.2**.
    >>> prose("All is read.", "Column <b> is not used.")
    All is read. Column <b> is not used.
    """
    if values:
        words: str = markdown(template, **values)
    else:  # some studies still return their sentences as plain str, filled already
        words = inspect.cleandoc(template).strip()
    if not words:
        raise invalid_argument("text", template, "at least one word")
    shown = join_markdown([Markdown(words), *more])
    plain = plain_text(shown) if isinstance(template, Markdown) or values or more else shown
    publish(str(plain), {"text/markdown": str(shown)})
