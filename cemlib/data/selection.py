"""Rows that are no respondents, contacts or cases: totals, previews, unfinished, filtered out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from cemlib import checks
from cemlib.data.layout import Rows, Table, UnreadableError
from cemlib.masking import quoted

_YES = ("true", "yes", "y", "是")
_NO = ("false", "no", "n", "否")
_QUALTRICS = ("status", "finished", "progress")
_ONLY_TRIED = re.compile(r"preview|test|spam|预览|测试", re.IGNORECASE)
_HELD = 1000  # rows held back at most
_TRIED_BITS = 1 | 2 | 8  # preview, test, spam
_TOTAL = re.compile(
    r"(?:grand |overall |sub-?|sum )?(?:total|average|avg\.?|mean|sum)s?"
    r"(?: (?:score|value|rating|of .{1,30}))?(?: ?\(.{1,30}\))?"
    r"|(?:gesamt(?:summe|ergebnis)?|summe|mittelwert|durchschnitt|moyenne|somme|promedio|suma)"
    r"|(?:总|合|小)计(?:分|数)?|平均(?:值|分|数|得分)?|均值|总和|总分|汇总|求和",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"n|count|min(?:imum)?|max(?:imum)?|median|std\.?(?: ?dev(?:iation)?\.?)?|sd"
    r"|standard deviation|variance|最大值|最小值|中位数|标准差|计数",
    re.IGNORECASE,
)
# first letters of the words above; blank cells and spaces need a closer look
_MAY_BEGIN = frozenset(["", *" \t\u00a0\u3000gosatmdpncvGOSATMDPNCV总合小平均汇求最中标计"])
_NUMBER = re.compile(r"[^\d]{0,8}\d[\d.,\s:]*[^\d]{0,3}")


def select(table: Table, filters: Mapping[str, Any], *, totals: bool = True) -> Table:
    """Leave out rows that are none of the cases, each kind counted in a note at the end.

    Parameters
    ----------
    table : Table
        The table; its ``rows`` are replaced.
    filters : mapping
        Column → value, or list of values; rows with another one are left out.
    totals : bool
        Whether the last rows may be totals or averages.

    Raises
    ------
    UnreadableError
        If the table has no column of a filter.
    """
    if totals:
        table.rows = _without_totals(table, table.rows)
    names = [name.casefold() for name in table.header]
    if all(name in names for name in _QUALTRICS):
        declared = {str(name).strip().casefold() for name in filters}
        for name, wanted, note in (
            ("status", _answered, "{} of previews, tests or spam"),
            ("finished", _finished, "{} with unfinished answers"),
        ):
            if name not in declared:
                table.rows = _keep(table, table.rows, names.index(name), wanted, note)
    for name, value in filters.items():
        label = str(name).strip()
        if label.casefold() not in names:
            near = checks.nearest(label, [name for name in table.header if name])
            fix = f"did you mean {' or '.join(near)}?" if near else "look at the file's header"
            problem = f"has no column {checks.shorten(label)}, which the filters name"
            raise UnreadableError(table.row, problem, fix)
        note = f"{{}} with another {label} than {_shown(value)}"
        table.rows = _keep(table, table.rows, names.index(label.casefold()), _equals(value), note)
    return table


def same_value(text: str, value: Any) -> bool:
    """Tell whether the text of a cell is a value: numbers by size, yes and true alike.

    Parameters
    ----------
    text : str
        The cell.
    value : bool, number or str
        The value.

    Examples
    --------
    >>> same_value("1", True), same_value("TRUE", "yes"), same_value("3.0", 3), same_value("a", "b")
    (True, True, True, False)
    """
    ours, theirs = text.strip().casefold(), str(value).strip().casefold()
    if ours == theirs:
        return True
    numbers = _number(ours), _number(theirs)
    if None not in numbers:
        return numbers[0] == numbers[1]
    return _truth(ours) is not None and _truth(ours) == _truth(theirs)


def _truth(text: str) -> bool | None:
    number = _number(text)
    if text in _YES or number == 1:
        return True
    return False if text in _NO or number == 0 else None


def _number(text: str) -> float | None:
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None


def _equals(value: Any) -> Callable[[str], bool]:
    values = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]

    @lru_cache(4096)
    def wanted(text: str) -> bool:
        return any(same_value(text, each) for each in values)

    return wanted


def _shown(value: Any) -> str:
    values = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
    return " or ".join(
        ("true" if each else "false") if isinstance(each, bool) else str(each) for each in values
    )


def _answered(text: str) -> bool:
    number = _number(text.strip())
    if number is None:
        return not _ONLY_TRIED.search(text)
    return not (number.is_integer() and int(number) & _TRIED_BITS)


def _finished(text: str) -> bool:
    return not any(same_value(text, value) for value in (False, "no", "否"))


def _keep(table: Table, rows: Rows, at: int, wanted: Callable[[str], bool], note: str) -> Rows:
    out = 0
    for row, cells in rows:
        if any(map(str.strip, cells)) and not wanted(cells[at] if at < len(cells) else ""):
            out += 1
        else:
            yield row, cells
    if out:
        table.notes.append(f"{_rows(out, note)} left out.")


def _rows(count: int, note: str) -> str:
    return f"{note.format(f'{count:,} row' + 's' * (count > 1))} {'is' if count == 1 else 'are'}"


def _without_totals(table: Table, rows: Rows) -> Rows:
    """Yield rows except for totals and footnotes at the end.

    A row that may be one is held back, with all blank rows around it, until the next row or the
    end shows which it is.
    """
    width = len(table.header)
    held: list[tuple[int, list[str], str]] = []
    labels: set[str] = set()
    for row, cells in rows:
        if not held and cells and cells[0][:1] not in _MAY_BEGIN:  # most rows
            yield row, cells
            continue
        kind = _kind(cells, width, bool(held))
        if kind and len(held) < _HELD:
            held.append((row, cells, kind))
            continue
        for before, its, of in held:
            if of == "total":
                labels.add(_first(its)[1].casefold())
            yield before, its
        held.clear()
        yield row, cells
    totals = [
        at
        for at, (_, cells, kind) in enumerate(held)
        if kind == "total" and _first(cells)[1].casefold() not in labels
    ]
    for at, (row, cells, kind) in enumerate(held):
        blank_before = any(of == "blank" for _, _, of in held[:at])
        is_left_out = (
            at in totals
            or (kind == "beside" and bool(totals))
            or (kind == "footnote" and (bool(totals and totals[0] < at) or blank_before))
        )
        if not is_left_out:
            yield row, cells
            continue
        what = "footnote" if kind == "footnote" else "total or average"
        name = quoted(_first(cells)[1])
        table.notes.append(f"Row {row:,} is a {what} ({name}) and is left out.")


def _kind(cells: list[str], width: int, after_held: bool) -> str:
    """Return what a row may be: blank, total, beside a total, footnote; empty for any other."""
    at, first = _first(cells)
    if at < 0:
        return "blank"
    if len(first) > 80 or first[0].isdigit():
        return ""
    word = first.rstrip(" :：.=")
    total = _TOTAL.fullmatch(word)
    if total or _BESIDE.fullmatch(word):
        others = [cell for cell in map(str.strip, cells[at + 1 :]) if cell]
        numbers = sum(bool(_NUMBER.fullmatch(cell)) for cell in others)
        if not others or 2 * numbers >= len(others):
            return "total" if total else "beside"
        return ""
    if (
        after_held
        and at == 0
        and width >= 3
        and " " in first
        and not any(map(str.strip, cells[1:]))
    ):
        return "footnote"
    return ""


def _first(cells: list[str]) -> tuple[int, str]:
    """Return the first cell that is not blank, with its position; -1 if there is none."""
    for at, cell in enumerate(cells):
        if stripped := cell.strip():
            return at, stripped
    return -1, ""
