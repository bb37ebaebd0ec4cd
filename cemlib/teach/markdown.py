"""Markdown of our own, and what is put into it: all that is not marked as Markdown is escaped."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from string import Formatter
from typing import overload

from cemlib.checks import invalid_argument
from cemlib.markup import escape_markdown

__all__ = ["Markdown", "bullets", "escape_markdown", "join_markdown", "markdown"]


class Markdown(str):
    """Text that is Markdown as it stands: nothing in it comes unescaped from outside.

    Put together with a plain text it is a plain one again, and is escaped where it is put in.

    Examples
    --------
    >>> type(Markdown("**5**") + Markdown(" points")).__name__
    'Markdown'
    >>> type(Markdown("**5**") + " points").__name__
    'str'
    """

    __slots__ = ()

    @overload
    def __add__(self, other: Markdown) -> Markdown: ...
    @overload
    def __add__(self, other: str) -> str: ...
    def __add__(self, other: str) -> str:
        """Return both, as Markdown if both are."""
        both = super().__add__(other)
        return Markdown(both) if isinstance(other, Markdown) else both


def markdown(template: str, /, **values: object) -> Markdown:
    r"""Fill the placeholders of a template in Markdown.

    Parameters
    ----------
    template : str
        A text of our own, its indentation taken off, with placeholders such as ``{name}`` or
        ``{share:.1f}``; a brace is written twice. Never an f-string.
    **values
        One for each placeholder. `Markdown` is put in as it stands, anything else escaped.

    Raises
    ------
    ValueError
        If a placeholder has no value, a value no placeholder, or a placeholder is no name.

    Examples
    --------
    >>> print(markdown("Of **{right}**, {share:.0f}% speak.", right="a_b*", share=12.3))
    Of **a\_b\***, 12% speak.
    """
    text = inspect.cleandoc(template).strip()
    parts, used = [], set()
    for before, name, form, conversion in Formatter().parse(text):
        parts.append(before)
        if name is None:
            continue
        if not name.isidentifier() or conversion:
            raise invalid_argument(
                "template", template, "one whose placeholders are names, such as {share}"
            )
        if name not in values:
            raise invalid_argument("template", template, f"given a value for {{{name}}}")
        used.add(name)
        parts.append(_safe(values[name], form or ""))
    if unused := sorted(set(values) - used):
        raise invalid_argument("template", template, f"one with a placeholder {{{unused[0]}}}")
    return Markdown("".join(parts))


def join_markdown(parts: Iterable[object], separator: str = " ") -> Markdown:
    r"""Join parts of a text; those that are not Markdown are escaped.

    Parameters
    ----------
    parts : iterable
        Markdown, or plain texts such as the notes of a file.
    separator : str
        Markdown of our own between them.

    Examples
    --------
    >>> print(join_markdown([Markdown("**5** rows."), "Column a_b is not used."]))
    **5** rows. Column a\_b is not used.
    """
    return Markdown(separator.join(_safe(part) for part in parts))


def bullets(items: Iterable[object]) -> Markdown:
    r"""Return a list in Markdown, an item a line; empty if there is none.

    Examples
    --------
    >>> print(bullets(["Column a_b is not used.", Markdown("**5** rows.")]))
    - Column a\_b is not used.
    - **5** rows.
    """
    return Markdown("\n".join(f"- {_safe(item)}" for item in items))


def _safe(value: object, form: str = "") -> str:
    return str(value) if isinstance(value, Markdown) else escape_markdown(format(value, form))
