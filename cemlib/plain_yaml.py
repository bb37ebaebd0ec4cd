"""Safe reading of untrusted YAML: size and depth limited, no aliases, merges or repeated keys."""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import yaml

MAX_BYTES = 200_000
MAX_DEPTH = 20
NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
AMBIGUOUS = re.compile(r"[-+]?(0[0-9_]+$|[0-9][0-9_]*:)")  # octal, and numbers to the base 60


class NotPlainError(ValueError):
    """The file is YAML, but has a feature that is not allowed here."""


def read(path: Path) -> Any:
    r"""Return the content of a YAML file; None if it is empty.

    Parameters
    ----------
    path : Path
        A file in UTF-8.

    Raises
    ------
    ValueError
        If it is not such YAML; the message continues after the name of the file.
    OSError
        If it cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "week.yaml")
    >>> _ = file.write_text("a: &a [1]\nb: *a")
    >>> read(file)
    Traceback (most recent call last):
    cemlib.plain_yaml.NotPlainError: has an alias (*) at line 2: write it out
    """
    import yaml

    if path.exists() and not path.is_file():  # a pipe would be waited for without end
        raise ValueError("is not a file")
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"has more than {MAX_BYTES:,} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("is not YAML: it is not UTF-8") from None
    try:
        return yaml.load(text, Loader=_loader())
    except NotPlainError:
        raise
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise ValueError(f"is not YAML: {_words(error)}") from error


def _words(error: Exception) -> str:
    """Return the problem and its line, without the content of the file."""
    problem = getattr(error, "problem", None) or str(error)
    mark = getattr(error, "problem_mark", None)
    return f"{problem} at line {mark.line + 1}" if mark else problem


@cache
def _loader() -> type[yaml.SafeLoader]:
    import yaml

    class Loader(yaml.SafeLoader):
        depth = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            line = self.peek_event().start_mark.line + 1
            if self.check_event(yaml.AliasEvent):
                raise NotPlainError(f"has an alias (*) at line {line}: write it out")
            if self.depth >= MAX_DEPTH:
                raise NotPlainError(f"is nested more than {MAX_DEPTH} deep at line {line}")
            self.depth += 1
            node = super().compose_node(parent, index)
            self.depth -= 1
            return node

        def construct_scalar(self, node: Any) -> Any:
            value = super().construct_scalar(node)
            try:  # JSON writes a character beyond 16 bits as two halves: \ud83d\ude00
                return value.encode("utf-16", "surrogatepass").decode("utf-16")
            except UnicodeDecodeError:
                line = node.start_mark.line + 1
                raise NotPlainError(
                    f"has half a character (\\ud800–\\udfff) at line {line}"
                ) from None

        def construct_object(self, node: Any, deep: bool = False) -> Any:
            if node.tag in NUMBERS and isinstance(node.value, str) and AMBIGUOUS.match(node.value):
                line = node.start_mark.line + 1
                raise NotPlainError(
                    f"has {node.value[:60]} at line {line}, which YAML reads as another number: "
                    "put it in quotes if it is a text, or write it as a plain number"
                )
            return super().construct_object(node, deep)

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
            seen: set[str] = set()
            for key, _ in node.value:
                line = key.start_mark.line + 1
                if key.tag == "tag:yaml.org,2002:merge":
                    raise NotPlainError(f"has a merge key (<<) at line {line}: write it out")
                if not isinstance(key.value, str):
                    raise NotPlainError(
                        f"has a key that is neither text nor a number at line {line}"
                    )
                if key.value in seen:
                    name = repr(key.value[:60])
                    raise NotPlainError(f"has the key {name} twice, again at line {line}")
                seen.add(key.value)
            return super().construct_mapping(node, deep)

    return Loader
