"""What sources import, remembered between builds as Python remembers its bytecode."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from cemlib.report import files

Statements = tuple[tuple[int, tuple[str, ...]], ...]
IPYTHON = re.compile(r"^([ \t]*)(?:[%!?].*|.*\?[ \t]*)$", re.MULTILINE)  # magics and shell commands
_MOST = 5_000  # sources that are remembered


class Remembered:
    """Import statements of sources, by digest, in a file that may be deleted at any time.

    Parameters
    ----------
    folder : Path
        Where the file is; a folder that cannot be written to costs time only.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"imports.{sys.implementation.cache_tag}.json"
        self._known: dict[str, Statements] = {}
        self._new = 0
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            for key, found in stored.items():
                self._known[key] = tuple((level, tuple(dotted)) for level, dotted in found)
        except (OSError, ValueError, TypeError, AttributeError):
            self._known = {}

    def of(self, source: str, find: Callable[[str], Statements]) -> Statements:
        """Return what a source imports; found anew if it was never seen."""
        key = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
        if key not in self._known:
            self._known[key] = find(source)
            self._new += 1
        return self._known[key]

    def save(self) -> None:
        """Write what was found since the last time."""
        if not self._new:
            return
        kept = dict(list(self._known.items())[-_MOST:])
        try:
            files.write(self._path, json.dumps(kept, separators=(",", ":")))
            self._new = 0
        except OSError:
            pass


def statements(source: str, package: str) -> Statements:
    """Return what a source imports: the number of leading dots, and the names between dots.

    Raises
    ------
    SyntaxError
        If a line is not Python, or imports the package in a magic of IPython.

    Examples
    --------
    >>> statements("import numpy.linalg; from . import a", "cemlib")
    ((0, ('numpy', 'linalg')), (1, ('a',)))
    """
    imports: list[tuple[int, tuple[str, ...]]] = []
    for node in _nested(parsed(source, package)):
        if isinstance(node, ast.Import):
            imports += [(0, tuple(alias.name.split("."))) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = tuple(node.module.split(".")) if node.module else ()
            imports += [(node.level, (*base, alias.name)) for alias in node.names]
    return tuple(imports)


def _nested(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield the statements within a node, as `ast.walk` does, but pass expressions by."""
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        for inner in getattr(node, name, ()):
            yield inner
            yield from _nested(inner)


def parsed(source: str, package: str) -> ast.Module:
    """Return the syntax tree of a source or a cell; magics of IPython count as nothing."""
    try:
        return ast.parse(source)
    except SyntaxError:
        if any(package in line[0] for line in IPYTHON.finditer(source)):
            raise  # such as "%time import cemlib.stats", whose imports cannot be read
        return ast.parse(IPYTHON.sub(r"\1pass", source))
