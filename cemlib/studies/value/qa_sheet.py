"""The sheet of a quality team: a workbook to fill in, and to feed back as ``answers``."""

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
    ("answer", "The answer that is judged. Filled in: one question, asked of two agents, a and b."),
    ("question", "Write the question behind its number, and the right answer beside it."),
    ("agent", "Who answered. The two agents of a question must be different."),
    ("policy", "How quality is scored for this agent. Leave empty if it is the same for all."),
    ("coder", "Who judges. Two judge each answer, and do not talk about it before."),
    ("gist", "What was told, in a letter or a word: the same letter means the same answer."),
    ("correct", "yes or no: is what was told right for this customer?"),
    ("hedged", "yes or no: perhaps, normally, should be, you would have to ask."),
    ("integrated", "yes or no: types first, then what interests; not all read out."),
    ("fit", "1 to 5: does the advice fit this customer's case?"),
)
_WHEN = datetime(2026, 1, 1)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_MARKED = ("correct", "hedged", "integrated")


def sheet_bytes(questions: int, coders: int = 2) -> bytes:
    """Return the sheet as a workbook: the same bytes each time.

    Parameters
    ----------
    questions : int
        How many questions, each asked of two agents; from 1 to 1,000.
    coders : int
        How many judge each answer, from 1 to 9.

    Returns
    -------
    bytes
        A .xlsx file: the sheet ``answers``, with a row a coder and an answer, and ``rules``.

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
    for name in _MARKED:
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
    return _settled(buffer.getvalue())


def _settled(content: bytes) -> bytes:
    """Return a workbook without the moment at which it was written."""
    settled = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        # Stored, not packed: packing differs between builds of zlib.
        zipfile.ZipFile(settled, "w", zipfile.ZIP_STORED) as target,
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
    return settled.getvalue()


def qa_sheet(questions: int = 20, coders: int = 2, file: str = "qa-sheet.xlsx") -> Download:
    """Return a link that saves the sheet: the last line of a cell.

    Parameters
    ----------
    questions, coders : int
        As for `sheet_bytes`.
    file : str
        Name of the file.

    Examples
    --------
    >>> qa_sheet(10)
    qa-sheet.xlsx: 40 rows.
    """
    content = sheet_bytes(questions, coders)
    return Download(content, file, 2 * questions * coders, XLSX)
