"""Computed prose: sentences whose numbers come from the data."""

from __future__ import annotations

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
from cemlib.teach.markdown import as_markdown, join_markdown, markdown
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
    r"""Show a Markdown text.

    Parameters
    ----------
    template : str
        `Markdown`, or a literal text whose placeholders the values fill. Never an f-string.
    *more
        Further sentences, such as the notes of a file.
    **values
        Values for the placeholders, as in `cemlib.teach.markdown.markdown`. Values and further
        sentences that are not `Markdown` are escaped.

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
    first = markdown(template, **values) if values else as_markdown(template)
    if not first:
        raise invalid_argument("text", template, "at least one word")
    text = join_markdown([first, *more])
    publish(plain_text(text), {"text/markdown": str(text)})
