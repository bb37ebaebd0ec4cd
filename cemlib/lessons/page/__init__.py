"""Style and script of what moves in a report, each read once."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def style(name: str) -> str:
    """Return the style sheet of that name as an element.

    Examples
    --------
    >>> style("explore").startswith("<style>")
    True
    """
    return f"<style>\n{_text(name, 'css')}</style>"


@cache
def script(name: str) -> str:
    """Return the script of that name as an element, its names kept to itself.

    Examples
    --------
    >>> script("explore").endswith("</script>")
    True
    """
    return f"<script>\n(() => {{\n{_text(name, 'js')}}})();\n</script>"


def _text(name: str, kind: str) -> str:
    return resources.files(__name__).joinpath(f"{name}.{kind}").read_text(encoding="utf-8")
