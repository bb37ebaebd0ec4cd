"""The header of a table: below title rows, or of several rows as survey tools export it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from cemlib.data.layout import FORMATS, MAX_COLUMNS, Layout, Rows, Table, UnreadableError

_LOOKED_AT = 60
_VALUE = re.compile(r"(?=.*\d)[\d\s.,:/%+\-TZ€$£¥年月日时分秒]+")
_IMPORT_ID = re.compile(r"\s*\{\s*['\"]ImportId['\"]")
_ANSWERS = ("response", "open-ended response")
_IDS = ("respondent id", "respondent_id", "collector id")
_INVISIBLE = "\ufeff"


class Ahead:
    """The first rows of a table, which may be looked at before all are read.

    Parameters
    ----------
    rows : iterator
        All rows. An error among the first ones is raised when the rows are read up to it.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._error: UnreadableError | None = None
        self.first: list[tuple[int, list[str]]] = []
        try:
            self.first.extend(islice(rows, _LOOKED_AT))
        except UnreadableError as error:
            self._error = error

    def rows(self, start: int) -> Rows:
        """Yield rows, from one of the first ones on."""
        yield from self.first[start:]
        if self._error:
            raise self._error
        yield from self._rows

    def raise_error(self) -> None:
        """Raise the error among the first rows, if there is one."""
        if self._error:
            raise self._error


@dataclass
class Header:
    """The header of a table.

    Parameters
    ----------
    names : list of str
        Names of the columns.
    at, below : int
        Positions of the header and of the first row below it among the first rows.
    questions : dict
        Column → text of its question.
    notes : list of str
        Remarks on how it was found.
    """

    names: list[str]
    at: int
    below: int
    questions: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def table_of(rows: Rows, layout: Layout, *, padded: bool, notes: list[str]) -> Table:
    """Return a table from the rows of a file or sheet.

    Parameters
    ----------
    rows : iterator of (int, list of str)
        All rows, with their numbers.
    layout : Layout
        What the user says about the header row.
    padded : bool
        Whether a short row is filled with empty cells.
    notes : list of str
        Remarks so far.

    Raises
    ------
    UnreadableError
        If there is no header.
    """
    ahead = Ahead(rows)
    header = find_header(ahead, layout.header_row)
    if header is None:
        ahead.raise_error()
        raise UnreadableError(0, "is empty", "add a header and rows")
    row = ahead.first[header.at][0]
    if len(header.names) > MAX_COLUMNS:
        raise UnreadableError(
            row, f"has {len(header.names):,} columns", f"{FORMATS}, with one column per question"
        )
    notes += header.notes
    return Table(
        header.names,
        row,
        ahead.rows(header.below),
        padded=padded,
        notes=notes,
        questions=header.questions,
    )


def find_header(ahead: Ahead, declared: int = 0) -> Header | None:
    """Return the header among the first rows; None if there is no row that is not blank.

    Parameters
    ----------
    ahead : Ahead
        The rows.
    declared : int
        Row number that the user says; 0 to find it.

    Raises
    ------
    UnreadableError
        If the declared row is blank or not there, or title rows are followed by no header.

    Examples
    --------
    >>> rows = [["Survey, March"], [], ["respondent", "q1", "q2"], ["r1", "4", "5"]]
    >>> header = find_header(Ahead(iter(enumerate(rows, 1))))
    >>> header.names, header.notes
    (['respondent', 'q1', 'q2'], ['The header was read from row 3.'])
    """
    first = ahead.first
    filled = [at for at, (_, cells) in enumerate(first) if any(map(str.strip, cells))]
    if declared:
        found = [at for at in filled if first[at][0] == declared]
        if not found:
            fix = "name the row with the names of the columns, as in header_row: 3"
            problem = f"cannot be the header (header_row: {declared}): it is empty or not there"
            raise UnreadableError(declared, problem, fix)
        filled = filled[filled.index(found[0]) :]
    if not filled:
        return None
    cells = [_stripped(first[at][1]) for at in filled]
    header = _qualtrics(filled, cells) or _survey_monkey(filled, cells)
    if header is None:
        place = 0 if declared else _below_titles(cells, [first[at][0] for at in filled])
        header = Header(cells[place], filled[place], filled[place] + 1)
        if place:
            header.notes.append(f"The header was read from row {first[filled[place]][0]}.")
    while header.names and not header.names[-1]:
        header.names.pop()
    return header


def _stripped(cells: list[str]) -> list[str]:
    names = [cell.strip().strip(_INVISIBLE).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def _qualtrics(filled: list[int], cells: list[list[str]]) -> Header | None:
    """Return the header of a Qualtrics export: names, questions, import ids."""
    for place, row in enumerate(cells[:6]):
        if not place:
            continue
        marked = sum(bool(_IMPORT_ID.match(cell)) for cell in row)
        if marked and 2 * marked >= sum(map(bool, row)):
            names = cells[max(0, place - 2)]
            texts = cells[place - 1] if place >= 2 else names
            return _with_questions(names, texts, filled[max(0, place - 2)], filled[place] + 1, "3")
    if len(cells) > 1 and "ResponseId" in cells[0] and "Finished" in cells[0]:
        at = cells[0].index("ResponseId")
        if len(cells[1]) > at and cells[1][at] in ("Response ID", "ResponseID", "Response Id"):
            return _with_questions(cells[0], cells[1], filled[0], filled[1] + 1, "2")
    return None


def _with_questions(names: list[str], texts: list[str], at: int, below: int, count: str) -> Header:
    questions = {
        name: " ".join(text.split()) for name, text in zip(names, texts, strict=False) if text
    }
    note = f"The file has {count} header rows, as Qualtrics exports them; the first one was used."
    return Header(list(names), at, below, questions, [note])


def _survey_monkey(filled: list[int], cells: list[list[str]]) -> Header | None:
    """Return the header of a SurveyMonkey export: questions, and the rows of each below them."""
    if len(cells) < 2:
        return None
    width = max(map(len, cells[:2]))
    top, sub = ([*row, *[""] * (width - len(row))] for row in cells[:2])
    if any(_is_value(name) for name in sub) or not any(top):
        return None
    answered = any(name.casefold() in _ANSWERS for name in sub)
    identified = top[0].casefold() in _IDS and not sub[0]
    matrix = [at for at in range(1, width) if sub[at] and not top[at]]
    alone = [at for at in range(width) if top[at] and not sub[at]]
    below = [row[at] for row in cells[2:] for at in matrix if at < len(row) and row[at]]
    values = len(matrix) >= 2 and alone and below and all(map(_is_value, below))
    if not (alone and ((identified and any(sub)) or (answered and matrix) or values)):
        return None
    names, question = [], ""
    for upper, lower in zip(top, sub, strict=True):
        question = upper or (question if lower else "")
        plain = not lower or lower.casefold() in _ANSWERS
        names.append(question if plain else f"{question} / {lower}" if question else lower)
    note = 'The file has 2 header rows; columns are named as in "question / row".'
    questions = {name: " ".join(name.split()) for name in names if name}
    return Header(names, filled[0], filled[1] + 1, questions, [note])


def _below_titles(cells: list[list[str]], rows: list[int]) -> int:
    """Return the position of the first row that looks like a header."""
    widths = sorted(map(len, cells[len(cells) // 2 :]))
    width = widths[len(widths) // 2]
    if len(cells) < 2 or not _sparse(cells[0], width):
        return 0
    for place, names in enumerate(cells[:-1]):
        if _sparse(names, width):
            continue
        texts = [name for name in names if name]
        if len(set(texts)) == len(texts) and not any(map(_is_value, texts)):
            return place
        break
    if width >= 3 and sum(map(bool, cells[0])) == 1:
        raise UnreadableError(
            rows[0],
            "looks like a title, and no row below it like a header",
            "name the row with the names of the columns, as in header_row: 3, "
            "in the file's .columns.yaml",
        )
    return 0


def _sparse(cells: list[str], width: int) -> bool:
    return width > 1 and 2 * sum(map(bool, cells)) <= width


def _is_value(text: str) -> bool:
    """Tell whether a text is a number, a date or a time rather than a name."""
    return bool(_VALUE.fullmatch(text))


def looks_like_table(ahead: Ahead) -> int:
    """Return the number of columns of the table that rows hold; 0 if they hold none.

    Examples
    --------
    >>> looks_like_table(Ahead(iter([(1, ["Survey of March"]), (2, ["Made by the CX team"])])))
    0
    """
    try:
        header = find_header(ahead)
    except UnreadableError:
        return 0
    if header is None or not any(
        any(map(str.strip, cells)) for _, cells in ahead.first[header.below :]
    ):
        return 0
    return len(header.names) if len(header.names) > 1 else 0


def numbered(rows: Iterator[list[str]]) -> Rows:
    """Yield rows with their numbers, from the first that is not blank.

    Examples
    --------
    >>> list(numbered(iter([[""], ["a"], [""]])))
    [(2, ['a']), (3, [''])]
    """
    started = False
    for row, cells in enumerate(rows, 1):
        started = started or any(cells)
        if started:
            yield row, cells
