"""A proposed mapping as YAML: what is sure as keys, what is not as comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from cemlib.data.proposals.columns import Proposal
from cemlib.data.proposals.settings import Setting

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_NAME = re.compile(r"[a-z]+_[0-9]+")
_WORDS = frozenset(("y", "n", "yes", "no", "true", "false", "on", "off", "null"))


def yaml_text(
    title: str, proposals: Sequence[Proposal], settings: Sequence[Setting], unused: Sequence[str]
) -> str:
    """Return a proposal as the text of a YAML file.

    Parameters
    ----------
    title : str
        First comment.
    proposals, settings : sequences of Proposal, Setting
        What was proposed.
    unused : sequence of str
        Columns of the file that nothing uses.

    Examples
    --------
    >>> print(yaml_text("Proposed.", [Proposal("overall", "yes", "a usual name for it", True),
    ...     Proposal("safety_1", "Q1", "it says 'fix'", False)], [], ["Q2"]))
    # Proposed.
    # A line with "unsure" counts for nothing; to use it, remove the "# " in front.
    columns:
      overall: "yes"  # a usual name for it
      # safety_1: Q1  # unsure: it says 'fix'
    # Not used: Q2
    """
    lines = [
        f"# {_comment(title)}",
        '# A line with "unsure" counts for nothing; to use it, remove the "# " in front.',
    ]
    if proposals:
        lines.append("columns:")
        lines += [_line(each.column, quoted(each.source), each, 2) for each in proposals]
    lines += _settings(settings)
    if unused:
        lines.append(f"# Not used: {_comment(', '.join(unused))}")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Return a text as a YAML scalar, in quotation marks unless it is a plain word.

    Examples
    --------
    >>> quoted("Q7A"), quoted("no"), quoted("1:30"), quoted("总体")
    ('Q7A', '"no"', '"1:30"', '"总体"')
    """
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    return _escaped(text)


def _settings(settings: Sequence[Setting]) -> Iterator[str]:
    """Yield the lines of settings; those of one key that have groups stand below it."""
    sure = {(each.key, each.group) for each in settings if each.sure}
    for key in dict.fromkeys(each.key for each in settings):
        listed = [each for each in settings if each.key == key]
        grouped = any(each.group for each in listed)
        if grouped:
            yield f"{key}:"
        written: set[str] = set()
        for each in listed:
            again = (key, each.group) in sure and each.group in written
            written.add(each.group)
            mark = " (in place of the line above)" if again else ""
            yield from _setting(each, mark, 2 if grouped else 0)


def _setting(each: Setting, mark: str, indent: int) -> Iterator[str]:
    name = each.group or each.key
    if isinstance(each.value, dict):
        head = "" if each.sure else "# "
        reason = each.reason if each.sure else f"unsure: {each.reason}"
        yield f"{' ' * indent}{head}{name}:  # {_comment(reason)}"
        for label, value in each.value.items():
            yield f"{' ' * indent}{head}  {quoted(label)}: {value:g}"
        return
    if isinstance(each.value, list):
        value = f"[{', '.join(map(_item, each.value))}]"
    else:
        value = quoted(str(each.value)) if each.key != "scales" else str(each.value)
    yield _line(name, value, each, indent, mark)


def _item(text: str) -> str:
    """Return an item of a list; codes are quoted, so that they stay as they are written."""
    return quoted(text) if _NAME.fullmatch(text) else _escaped(text)


def _escaped(text: str) -> str:
    """Return a text in quotation marks, with signs that cannot be printed as YAML writes them."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in written)


def _line(name: str, value: str, each: Proposal | Setting, indent: int, mark: str = "") -> str:
    blank = " " * indent
    if each.sure:
        return f"{blank}{name}: {value}  # {_comment(each.reason)}"
    return f"{blank}# {name}: {value}  # unsure{mark}: {_comment(each.reason)}"


def _comment(text: str) -> str:
    """Return a text that stays within its line."""
    flat = " ".join(text.split())
    return flat if flat.isprintable() else repr(flat)[1:-1]
