"""A workbook's question, needs and parameters, read from its file."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cemlib import home
from cemlib.report.errors import RequestError, unknown

Value = str | int | float | bool | None
TYPES = ("str", "int", "float", "bool")
DATASET_HELP = "dataset: "
COMPANY_HELP = "company: "
_FROM_COMPANY = re.compile(r"company(?:'s)? file")
_BETWEEN = re.compile(r"\bbetween (-?\d+(?:\.\d+)?) and (-?\d+(?:\.\d+)?)(?![\d.]*\d)")
_MINIMUM = re.compile(r"\bat least (-?\d+(?:\.\d+)?)\b")
_MAXIMUM = re.compile(r"\bat most (-?\d+(?:\.\d+)?)\b")
_CHOICES = re.compile(r"\b(one|some) of: ([^;()]+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One line of a workbook's parameters cell.

    Parameters
    ----------
    name, type, help : str
        As written; the type is one of ``str``, ``int``, ``float``, ``bool``.
    default : str or int or float or bool or None
        The value if a run does not change it; None where the company's file holds it.
    """

    name: str
    type: str
    default: Value
    help: str

    @property
    def is_dataset(self) -> bool:
        """Whether the value is the path of a data file."""
        return self.type == "str" and self.help.startswith(DATASET_HELP)

    @property
    def is_company(self) -> bool:
        """Whether the value is the path of the file that describes a company."""
        return self.type == "str" and self.help.startswith(COMPANY_HELP)

    @property
    def is_assumption(self) -> bool:
        """Whether the company's file holds the value unless a run sets it.

        Examples
        --------
        >>> Parameter("states", "str", "", "empty: the company's file").is_assumption
        True
        """
        if self.default is None:
            return True
        is_empty = self.default == "" and not (self.is_dataset or self.is_company)
        return is_empty and bool(_FROM_COMPANY.search(self.help))

    @property
    def minimum(self) -> float | None:
        """The minimum that the help states with ``at least`` and a number; None without one.

        Examples
        --------
        >>> Parameter("min_cell", "int", 30, "smaller groups are not shown; at least 5").minimum
        5.0
        """
        match = _MINIMUM.search(self.help) if self.type in ("int", "float") else None
        return float(match[1]) if match else None

    @property
    def maximum(self) -> float | None:
        """The maximum that the help states with ``at most`` and a number; None without one.

        Examples
        --------
        >>> Parameter("doubt", "float", 0.3, "share of the weight; at least 0, at most 1").maximum
        1.0
        """
        match = _MAXIMUM.search(self.help) if self.type in ("int", "float") else None
        return float(match[1]) if match else None

    @property
    def between(self) -> tuple[float, float] | None:
        """The bounds, both excluded, that the help states with ``between`` two numbers.

        Examples
        --------
        >>> Parameter("weight", "float", 0.5, "customer's weight, between 0 and 1").between
        (0.0, 1.0)
        """
        match = _BETWEEN.search(self.help) if self.type in ("int", "float") else None
        return (float(match[1]), float(match[2])) if match else None

    @property
    def choices(self) -> tuple[str, ...]:
        """Texts that the help lists after ``one of:`` or ``some of:``, up to a semicolon.

        Examples
        --------
        >>> Parameter("cut", "str", "mean", "where axes cross; one of: mean, median").choices
        ('mean', 'median')
        """
        match = _CHOICES.search(self.help) if self.type == "str" else None
        return tuple(word.strip() for word in match[2].split(",")) if match else ()

    @property
    def takes_several(self) -> bool:
        """Whether the value may name several of the `choices`, separated by commas, or none."""
        match = _CHOICES.search(self.help)
        return bool(match and match[1] == "some")


@dataclass(frozen=True, slots=True)
class Workbook:
    """The content of a notebook's first cell and parameters cell."""

    slug: str
    path: Path
    title: str
    question: str
    verbs: tuple[str, ...]
    needs: str
    minutes: int | None
    source: str
    parameters: tuple[Parameter, ...]

    @property
    def company_parameter(self) -> str:
        """The name of the parameter for a company's file; empty if there is none."""
        return next((each.name for each in self.parameters if each.is_company), "")


def read(path: Path) -> Workbook:
    """Return the workbook in a notebook file, without running it.

    Raises
    ------
    RequestError
        If the file is not a notebook, or a line of its parameters cell is not
        ``name: type = literal  # help``.
    """
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = [("".join(cell["source"]), cell) for cell in cells]
    except OSError as error:
        raise RequestError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise RequestError(f"{path} is not a Jupyter notebook") from error
    tagged = [text for text, cell in sources if _is_tagged(cell, "parameters")]
    if len(tagged) > 1:
        raise RequestError(
            f"{path} has {len(tagged)} cells tagged parameters, but may have only one"
        )
    return Workbook(
        slug=path.stem,
        path=path,
        **_front(sources[0][0] if sources else "", path.stem),
        parameters=parameters(tagged[0], path.stem) if tagged else (),
    )


def parameters(source: str, workbook: str = "the workbook") -> tuple[Parameter, ...]:
    """Return the parameters that a cell declares.

    Raises
    ------
    RequestError
        If a statement is not ``name: type = literal  # help``; every such statement is listed.

    Examples
    --------
    >>> parameters("budget_days: float = 20  # person-days to spend")
    (Parameter(name='budget_days', type='float', default=20.0, help='person-days to spend'),)
    """
    position = f"{workbook}, parameters cell"
    try:
        statements = ast.parse(source).body
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (SyntaxError, tokenize.TokenError) as error:
        raise RequestError(f"{position}: {error}") from error
    comments = {
        token.start[0]: token.string.lstrip("# ").rstrip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }
    declared: list[Parameter] = []
    problems: list[str] = []
    for statement in statements:
        try:
            declared.append(_parameter(statement, comments.get(statement.end_lineno or 0, "")))
        except ValueError as error:
            problems.append(f"{position}, line {statement.lineno}: {error}")
    if problems:
        raise RequestError(*problems)
    return tuple(declared)


def workbooks() -> list[Workbook]:
    """Return the workbooks of the home folder, in order of name."""
    return [read(path) for path in _files()]


def find(name: str) -> Workbook:
    """Return a workbook by its slug, the beginning of its slug, or its path.

    Raises
    ------
    RequestError
        If no workbook, or more than one, has that name.
    """
    if name.endswith(".ipynb"):
        if home.is_file(name):
            return read(Path(name))
        raise RequestError(f"there is no file {name}")
    files = {path.stem: path for path in _files()}
    matches = [name] if name in files else [slug for slug in files if slug.startswith(name)]
    if not matches:
        raise RequestError(unknown("workbook", name, files))
    if len(matches) > 1:
        raise RequestError(f"{name!r} could be any of {', '.join(matches)}")
    return read(files[matches[0]])


def _files() -> list[Path]:
    return sorted(home.notebooks().glob("[!.]*.ipynb"))


def _is_tagged(cell: dict[str, Any], tag: str) -> bool:
    return cell["cell_type"] == "code" and tag in cell.get("metadata", {}).get("tags", ())


def _parameter(statement: ast.stmt, comment: str) -> Parameter:
    if not (
        isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and (kind := _kind(statement.annotation))
        and statement.value is not None
    ):
        raise ValueError(
            f"write `name: type = literal  # help`, with a type among {', '.join(TYPES)}, "
            "and | None where the company's file holds the value"
        )
    name, optional = statement.target.id, isinstance(statement.annotation, ast.BinOp)
    try:
        default: Any = ast.literal_eval(statement.value)
    except ValueError:
        raise ValueError(f"the default of {name} must be a literal") from None
    if kind == "float" and type(default) is int:
        default = float(default)
    if type(default).__name__ != kind and not (optional and default is None):
        raise ValueError(f"{name} is declared {kind}, but its default is {default!r}")
    if not comment:
        raise ValueError(f"{name} has no help; end its line with a comment")
    return Parameter(name, kind, default, comment)


def _kind(annotation: ast.expr) -> str:
    """Return the type that an annotation names; empty if it is not one of ours."""
    if isinstance(annotation, ast.BinOp) and ast.unparse(annotation.right) == "None":
        kind = ast.unparse(annotation.left)
        return kind if kind in TYPES else ""
    return kind if (kind := ast.unparse(annotation)) in TYPES else ""


def _front(text: str, slug: str) -> dict[str, Any]:
    def after(label: str) -> str:
        match = re.search(rf"^\*\*{label}\*\*\s*(.+?)\s*(?=^\s*$|\Z)", text, re.M | re.S)
        return " ".join(match[1].split()) if match else ""

    title = re.search(r"^# +(.+?)\s*$", text, re.M)
    verbs = re.search(r"^\*\*You will\*\*\s*((?:^[-*] .+?$\s*)+)", text, re.M)
    minutes = re.match(r"\d+", after("Minutes"))
    return {
        "title": title[1] if title else slug,
        "question": after(r"Question\.?"),
        "verbs": tuple(re.findall(r"^[-*] +(.+?)\s*$", verbs[1], re.M)) if verbs else (),
        "needs": after("You need"),
        "minutes": int(minutes[0]) if minutes else None,
        "source": after("Source"),
    }
