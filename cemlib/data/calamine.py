"""The sheets of an .xls, .xlsb or .ods file, for a process of its own: see `apart`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cemlib.data import apart
from cemlib.data.bounds import MAX_CELLS


def messages(path: str, sheet: str | None = None) -> Iterator[Any]:
    """Yield names of worksheets and whether each is visible, or the rows of one of them."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
    except python_calamine.PasswordError as error:
        raise apart.RefusedError("password") from error
    if sheet is None:
        for each in book.sheets_metadata:
            if each.typ == python_calamine.SheetTypeEnum.WorkSheet:
                yield [each.name, each.visible == python_calamine.SheetVisibleEnum.Visible]
        return
    table = book.get_sheet_by_name(sheet)
    cells = table.total_height * table.total_width
    if cells > MAX_CELLS:
        raise apart.RefusedError("too many cells", row=table.total_height, cells=cells)
    for row, values in enumerate(table.to_python(skip_empty_area=False), 1):
        yield apart.packed(values, row)


if __name__ == "__main__":
    apart.answer(messages)
