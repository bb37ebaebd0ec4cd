"""Markdown templates: a value that is not marked as Markdown is escaped where it is inserted."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from string import Formatter
from typing import overload

from cemlib.checks import invalid_argument
from cemlib.markup import escape_markdown

__all__ = ["Markdown", "as_markdown", "bullets", "escape_markdown", "join_markdown", "markdown"]


class Markdown(str):
    """A text that may be rendered as Markdown: nothing from outside is in it unescaped.

    Joined to a plain text, the result is a plain text, and is escaped where it is inserted.

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
        """Return both texts joined, as Markdown if both are."""
        both = super().__add__(other)
        return Markdown(both) if isinstance(other, Markdown) else both


def markdown(template: str, /, **values: object) -> Markdown:
    r"""Fill the placeholders of a template in Markdown.

    Parameters
    ----------
    template : str
        A literal text with placeholders such as ``{name}`` or ``{share:.1f}``; its indentation
        is removed if it has several lines. Never an f-string. A brace that is no placeholder is
        doubled.
    **values
        One for each placeholder. `Markdown` is inserted as it stands, anything else escaped.

    Raises
    ------
    ValueError
        If a placeholder has no value, a value no placeholder, or a placeholder is not a name.

    Examples
    --------
    >>> print(markdown("Of **{right}**, {share:.0f}% speak.", right="a_b*", share=12.3))
    Of **a\_b\***, 12% speak.
    """
    # Only indented blocks lose their spaces: a piece of a sentence may begin with one.
    text = inspect.cleandoc(template).strip() if "\n" in template else template
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
    r"""Join the parts of a text; those that are not Markdown are escaped.

    Parameters
    ----------
    parts : iterable
        Markdown, or plain texts such as the notes of a file.
    separator : str
        A literal Markdown text between them.

    Examples
    --------
    >>> print(join_markdown([Markdown("**5** rows."), "Column a_b is not used."]))
    **5** rows. Column a\_b is not used.
    """
    return Markdown(separator.join(_safe(part) for part in parts))


def bullets(items: Iterable[object]) -> Markdown:
    r"""Return a Markdown list with one line per item; empty if there is none.

    Examples
    --------
    >>> print(bullets(["Column a_b is not used.", Markdown("**5** rows.")]))
    - Column a\_b is not used.
    - **5** rows.
    """
    return Markdown("\n".join(f"- {_safe(item)}" for item in items))


def as_markdown(template: str) -> Markdown:
    """Return `Markdown` as it is, and a literal text as a template without placeholders.

    For arguments that take a literal text, such as the hints of an exercise; the tests refuse
    f-strings there.

    Examples
    --------
    >>> as_markdown("Sort by *gap*.")
    'Sort by *gap*.'
    """
    return template if isinstance(template, Markdown) else markdown(template)


def _safe(value: object, form: str = "") -> str:
    return str(value) if isinstance(value, Markdown) else escape_markdown(format(value, form))
