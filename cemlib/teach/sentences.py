"""Computed prose: sentences whose numbers come from the data."""

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
from cemlib.teach.markdown import Markdown, as_markdown, join_markdown, markdown
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

# True as soon as NOT_CONVERTED in tests/test_gate.py is empty; then the branches below go.
TEMPLATES_ONLY = False


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
    if values:
        first = markdown(template, **values)
    elif TEMPLATES_ONLY:
        first = as_markdown(template)
    else:  # a sentence of a study that still fills and escapes by hand
        first = Markdown(inspect.cleandoc(template).strip())
    if not first:
        raise invalid_argument("text", template, "at least one word")
    text = join_markdown([first, *more])
    is_plain = not (TEMPLATES_ONLY or isinstance(template, Markdown) or values or more)
    publish(str(text) if is_plain else plain_text(text), {"text/markdown": str(text)})
