"""Path models as small texts: blocks of items, and the paths between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cemlib import checks

ECSI = """\
# European Customer Satisfaction Index: the model of Tenenhaus, Esposito Vinzi, Chatelin & Lauro
# (2005), Computational Statistics & Data Analysis 48:159–205.
Image        =~ IMAG1 + IMAG2 + IMAG3 + IMAG4 + IMAG5
Expectation  =~ CUEX1 + CUEX2 + CUEX3
Quality      =~ PERQ1 + PERQ2 + PERQ3 + PERQ4 + PERQ5 + PERQ6 + PERQ7
Value        =~ PERV1 + PERV2
Satisfaction =~ CUSA1 + CUSA2 + CUSA3
Complaints   =~ CUSCO
Loyalty      =~ CUSL1 + CUSL2 + CUSL3

Expectation  ~ Image
Quality      ~ Expectation
Value        ~ Expectation + Quality
Satisfaction ~ Image + Expectation + Quality + Value
Complaints   ~ Satisfaction
Loyalty      ~ Image + Satisfaction + Complaints
"""

_STATEMENTS = "'Block =~ item + item', 'Block <~ item + item' or 'Block ~ Block + Block'"
_OPERATOR = re.compile(r"=~|<~|~")
_QUOTED = re.compile(r'"[^"]*"')
_NAME = re.compile(r'"([^"]+)"|([^\s"+~=<#]+)')


@dataclass(frozen=True)
class Block:
    """A construct and the items it is measured by.

    Attributes
    ----------
    name : str
        The construct: ``"Satisfaction"``.
    items : tuple of str
        Columns of the data, at least one.
    formative : bool
        Whether the items form the construct (mode B, regression weights) instead of reflecting it
        (mode A, correlation weights).
    line : int
        Line of the model text, counted from 1; 0 without a text.
    """

    name: str
    items: tuple[str, ...]
    formative: bool = False
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class InnerPath:
    """A path from one construct to another; `line` as for `Block`."""

    source: str
    target: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class PathModel:
    """Blocks and the paths between them: a recursive model, one without cycles.

    Attributes
    ----------
    blocks : tuple of Block
        J blocks; results have the same order.
    paths : tuple of InnerPath
        Paths in the order written.

    Raises
    ------
    ValueError
        If there is no block or no path; a block is empty, repeated or on no path; an item is in two
        blocks; a path is repeated, leads to its own source, or names an unknown block; or the paths
        form a cycle.

    Examples
    --------
    >>> model = PathModel(
    ...     (Block("X", ("x1", "x2")), Block("Y", ("y1",))), (InnerPath("X", "Y"),)
    ... )
    >>> model.items
    ('x1', 'x2', 'y1')
    """

    blocks: tuple[Block, ...]
    paths: tuple[InnerPath, ...]

    def __post_init__(self) -> None:
        """Check that the model can be estimated."""
        if not self.blocks:
            raise ValueError("model has no block; a block is written 'Block =~ item + item'")
        _check_blocks(self.blocks)
        if not self.paths:
            raise ValueError("model has no path; a path is written 'Target ~ Source + Source'")
        _check_paths(self.names, self.paths)
        _check_order(self)
        for block in self.blocks:
            if not any(block.name in (path.source, path.target) for path in self.paths):
                raise ValueError(
                    f"{_at(block.line)}block {block.name!r} is on no path; add a path or leave the "
                    "block out"
                )

    @property
    def names(self) -> tuple[str, ...]:
        """The constructs, J names."""
        return tuple(block.name for block in self.blocks)

    @property
    def items(self) -> tuple[str, ...]:
        """All items in the order of the blocks, p names."""
        return tuple(item for block in self.blocks for item in block.items)

    @property
    def block_of_item(self) -> NDArray[np.int64]:
        """The index of each item's block, shape (p,), ascending."""
        return np.repeat(np.arange(len(self.blocks)), [len(b.items) for b in self.blocks])

    @property
    def longest(self) -> int:
        """The number of paths on the longest route."""
        return max(self.depths().values())

    @property
    def routes(self) -> list[tuple[int, int]]:
        """Indices of each pair of constructs with a route from the first to the second."""
        index = self.names.index
        links = np.eye(len(self.names), dtype=np.int64)
        for path in self.paths:
            links[index(path.source), index(path.target)] = 1
        connected = np.linalg.matrix_power(links, self.longest) > 0
        return [(int(i), int(j)) for i, j in np.argwhere(connected) if i != j]

    def sources(self, target: str) -> tuple[str, ...]:
        """Return the constructs with a path to this one, in the order of the blocks."""
        sources = {path.source for path in self.paths if path.target == target}
        return tuple(name for name in self.names if name in sources)

    def depths(self) -> dict[str, int]:
        """Return for each construct the length of the longest route to it.

        Examples
        --------
        >>> parse_model(ECSI).depths()["Loyalty"]
        6
        """
        depths = dict.fromkeys(self.names, 0)
        for _ in self.names:
            for path in self.paths:
                depths[path.target] = max(depths[path.target], depths[path.source] + 1)
        return depths


def parse_model(text: str) -> PathModel:
    """Read a path model from a small text.

    One statement per line. ``Block =~ item + item`` measures a construct by items that reflect it
    (mode A), ``Block <~ item + item`` by items that form it (mode B), and
    ``Target ~ Source + Source`` adds paths. A statement continues on the next line after or before
    ``+``; text after ``#`` is a comment; a name with spaces or signs needs double quotes.

    Parameters
    ----------
    text : str
        The model.

    Returns
    -------
    PathModel

    Raises
    ------
    ValueError
        If a line is not a statement or the model is not valid; the message gives the line.

    Examples
    --------
    >>> model = parse_model('''
    ... Image   =~ IMAG1 + IMAG2   # what people think of us
    ... Loyalty =~ CUSL1 + CUSL3
    ... Loyalty ~ Image
    ... ''')
    >>> model.names, model.sources("Loyalty")
    (('Image', 'Loyalty'), ('Image',))
    >>> parse_model("Loyalty = CUSL1")
    Traceback (most recent call last):
    ValueError: model, line 1: 'Loyalty = CUSL1' is not a statement; write 'Block =~ item + item',
    'Block <~ item + item' or 'Block ~ Block + Block'
    """
    if not isinstance(text, str):
        raise checks.invalid_argument(
            "model", text, f"a text with a statement per line: {_STATEMENTS}"
        )
    blocks: list[Block] = []
    paths: list[InnerPath] = []
    for line, statement in _statements(text):
        # Names in quotes may contain an operator, so they are blanked out for the search.
        blanked = _QUOTED.sub(lambda name: "x" * len(name[0]), statement)
        operators = list(_OPERATOR.finditer(blanked))
        if len(operators) != 1:
            raise ValueError(f"{_at(line)}{statement!r} is not a statement; write {_STATEMENTS}")
        left = _names(statement[: operators[0].start()], line, statement)
        right = _names(statement[operators[0].end() :], line, statement)
        if len(left) != 1:
            raise ValueError(
                f"{_at(line)}{statement!r} has {len(left)} names before {operators[0][0]!r}, "
                "but must have one"
            )
        if operators[0][0] == "~":
            paths += [InnerPath(source, left[0], line) for source in right]
        else:
            blocks.append(Block(left[0], tuple(right), operators[0][0] == "<~", line))
    return PathModel(tuple(blocks), tuple(paths))


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each statement with the number of its first line."""
    first, parts = 0, [""]
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        content = _bare(line)
        if not content:
            continue
        if parts[-1].endswith("+") or (content.startswith("+") and parts[-1]):
            parts.append(content)
            continue
        if parts[-1]:
            yield first, " ".join(parts)
        first, parts = number, [content]
    if parts[-1]:
        yield first, " ".join(parts)


def _bare(line: str) -> str:
    """Return a line without its comment; a # within quotes is part of a name."""
    blanked = _QUOTED.sub(lambda name: "x" * len(name[0]), line)
    return line[: blanked.index("#")].strip() if "#" in blanked else line.strip()


def _names(side: str, line: int, statement: str) -> list[str]:
    names, start = [], 0
    parts = _QUOTED.sub(lambda name: "x" * len(name[0]), side).split("+")
    for part in parts:
        written = side[start : start + len(part)].strip()
        start += len(part) + 1
        name = _NAME.fullmatch(written)
        if name is None:
            raise ValueError(
                f"{_at(line)}{written!r} in {statement!r} is not a name; put + between names, "
                "and a name with spaces or signs in double quotes"
            )
        names.append(name[1] or name[2])
    return names


def _at(line: int) -> str:
    return f"model, line {line}: " if line else "model: "


def _check_blocks(blocks: tuple[Block, ...]) -> None:
    known: dict[str, Block] = {}
    owner: dict[str, Block] = {}
    for block in blocks:
        if block.name in known:
            raise ValueError(
                f"{_at(block.line)}block {block.name!r} is repeated"
                f"{_first(known[block.name].line)}; put its items into one statement"
            )
        if not block.items:
            raise ValueError(f"{_at(block.line)}block {block.name!r} has no items")
        known[block.name] = block
        for item in block.items:
            if item in owner:
                raise ValueError(
                    f"{_at(block.line)}item {item!r} of block {block.name!r} is already in block "
                    f"{owner[item].name!r}{_first(owner[item].line)}; an item belongs to one block"
                )
            owner[item] = block


def _first(line: int) -> str:
    return f" (line {line})" if line else ""


def _check_paths(names: tuple[str, ...], paths: tuple[InnerPath, ...]) -> None:
    seen: dict[tuple[str, str], InnerPath] = {}
    for path in paths:
        for end in (path.source, path.target):
            if end not in names:
                near = checks.nearest(end, names, 1)
                hint = f"did you mean {near[0]!r}?" if near else "the blocks are "
                known = "" if near else ", ".join(map(repr, names))
                raise ValueError(
                    f"{_at(path.line)}the path {path.source} → {path.target} needs a block "
                    f"{end!r}, but there is no line '{end} =~ …'; {hint}{known}"
                )
        if path.source == path.target:
            raise ValueError(f"{_at(path.line)}{path.source!r} has a path to itself; leave it out")
        before = seen.setdefault((path.source, path.target), path)
        if before is not path:
            raise ValueError(
                f"{_at(path.line)}the path {path.source} → {path.target} is repeated"
                f"{_first(before.line)}; leave one out"
            )


def _check_order(model: PathModel) -> None:
    """Check that there is no cycle: remove constructs without sources until none is left."""
    rest = list(model.names)
    while rest:
        free = [name for name in rest if not set(model.sources(name)) & set(rest)]
        if free:
            rest = [name for name in rest if name not in free]
            continue
        walk = [rest[0]]
        while walk[-1] not in walk[:-1]:
            walk.append(next(name for name in model.sources(walk[-1]) if name in rest))
        cycle = walk[walk.index(walk[-1]) :][::-1]
        last = max(p.line for p in model.paths if (p.source, p.target) in _steps(cycle))
        raise ValueError(
            f"{_at(last)}the paths form a cycle, {' → '.join(cycle)}; "
            "a path model must be recursive: leave one of these paths out"
        )


def _steps(walk: list[str]) -> set[tuple[str, str]]:
    return set(pairwise(walk))
