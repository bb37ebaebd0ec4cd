"""Style sheets and scripts of the interactive pieces, for a notebook and for a report."""

from __future__ import annotations

from functools import cache
from importlib import resources

NAMES = ("explore", "form", "rating", "scenario")  # each styles and drives the class cem-NAME


@cache
def css(name: str) -> str:
    """Return the style sheet of that name.

    Examples
    --------
    >>> "cem-explore" in css("explore")
    True
    """
    return _text(f"{name}.css")


@cache
def js(name: str) -> str:
    """Return the script of that name, in a scope of its own.

    Examples
    --------
    >>> js("explore").startswith("(() => {")
    True
    """
    return f"(() => {{\n{_text(f'{name}.js')}}})();\n"


def style(name: str) -> str:
    """Return the style sheet of that name as an element."""
    return f"<style>\n{css(name)}</style>"


def script(name: str) -> str:
    """Return the script of that name as an element."""
    return f"<script>\n{js(name)}</script>"


def _text(file: str) -> str:
    return resources.files(__name__).joinpath(file).read_text(encoding="utf-8")
