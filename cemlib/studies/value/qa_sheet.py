"""The sheet of a quality team: an Excel file to fill in and to read back as ``answers``."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

from cemlib.checks import between
from cemlib.exits import safe_cell
from cemlib.teach.downloads import Download

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    "answer", "question", "agent", "policy", "coder", "gist", "correct", "hedged", "integrated",
    "fit",
)  # fmt: skip
RULES = (
    (
        "answer",
        "Identifier, filled in. Each question is asked of two agents, a and b.",
    ),
    (
        "question",
        "Identifier, filled in. Add the text of the question and its correct answer.",
    ),
    ("agent", "Agent who answered. The two agents of a question must be different people."),
    ("policy", "Quality policy of the agent. Leave empty if it is the same for all."),
    ("coder", "Coder who judges. Coders judge independently, and do not discuss answers first."),
    ("gist", "Content of the answer, a letter or a word: the same letter means the same answer."),
    ("correct", "yes or no: is the answer correct for this customer?"),
    (
        "hedged",
        "yes or no: perhaps, normally, should be, you would have to ask.",
    ),
    (
        "integrated",
        "yes or no: the types first, then details; not everything read out.",
    ),
    ("fit", "1 to 5: does the advice fit this customer's case?"),
)
_WHEN = datetime(2026, 1, 1)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_YES_NO_COLUMNS = ("correct", "hedged", "integrated")


def sheet_bytes(questions: int, coders: int = 2) -> bytes:
    """Return the sheet as an Excel file: the same bytes each time.

    Parameters
    ----------
    questions : int
        Number of questions, each asked of two agents; from 1 to 1,000.
    coders : int
        Number of coders who judge each answer, from 1 to 9.

    Returns
    -------
    bytes
        A .xlsx file: the sheet ``answers``, with one row per coder and answer, and ``rules``.

    Examples
    --------
    >>> sheet_bytes(2) == sheet_bytes(2)
    True
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    between("questions", questions, 1, 1000, whole=True)
    between("coders", coders, 1, 9, whole=True)
    book = Workbook()
    book.properties.creator = "cemlib"
    book.properties.created = book.properties.modified = _WHEN
    sheet = book.active
    sheet.title = "answers"
    sheet.append([*map(safe_cell, COLUMNS)])
    for question in range(1, questions + 1):
        for letter in "ab":
            for coder in range(1, coders + 1):
                name = f"Q{question:03d}"
                cells = (f"{name}{letter}", name, None, None, f"coder {coder}")
                sheet.append([*map(safe_cell, cells)])
    last = sheet.max_row
    for name in _YES_NO_COLUMNS:
        column = get_column_letter(COLUMNS.index(name) + 1)
        yes_no = DataValidation(type="list", formula1='"yes,no"', allow_blank=True)
        yes_no.error = "yes or no"
        sheet.add_data_validation(yes_no)
        yes_no.add(f"{column}2:{column}{last}")
    column = get_column_letter(COLUMNS.index("fit") + 1)
    points = DataValidation(type="whole", operator="between", formula1="1", formula2="5")
    points.error = "a whole number from 1 to 5"
    sheet.add_data_validation(points)
    points.add(f"{column}2:{column}{last}")
    for at, name in enumerate(COLUMNS, 1):
        sheet.cell(1, at).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = max(11, len(name) + 3)
    sheet.freeze_panes = "A2"
    rules = book.create_sheet("rules")
    rules.append(["column", "how to fill it in"])
    for row in RULES:
        rules.append([*map(safe_cell, row)])
    rules.column_dimensions["A"].width, rules.column_dimensions["B"].width = 14, 90
    for cell in (*rules[1], *rules["A"]):
        cell.font = Font(bold=True)
    for cell in rules["B"]:
        cell.alignment = Alignment(wrap_text=True)
    buffer = io.BytesIO()
    book.save(buffer)
    return _without_times(buffer.getvalue())


def _without_times(content: bytes) -> bytes:
    """Return an Excel file without the time at which it was written."""
    target_bytes = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        # Stored, not compressed: compression differs between builds of zlib.
        zipfile.ZipFile(target_bytes, "w", zipfile.ZIP_STORED) as target,
    ):
        for name in sorted(
            source.namelist(), key=lambda each: (each != "[Content_Types].xml", each)
        ):
            data = source.read(name)
            if name == "docProps/core.xml":
                stamp = _WHEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                data = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", data)
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o600 << 16
            target.writestr(info, data)
    return target_bytes.getvalue()


def quality_sheet(questions: int = 20, coders: int = 2, file: str = "qa-sheet.xlsx") -> Download:
    """Return a link that saves the sheet: the last line of a cell.

    Parameters
    ----------
    questions, coders : int
        As for `sheet_bytes`.
    file : str
        Name of the file.

    Examples
    --------
    >>> quality_sheet(10)
    qa-sheet.xlsx: 40 rows.
    """
    content = sheet_bytes(questions, coders)
    return Download(content, file, 2 * questions * coders, XLSX)
