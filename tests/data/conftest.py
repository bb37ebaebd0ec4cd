"""Surveys to read back: small ones, written in every way."""

import csv
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from cemlib.data.faults import DataError
from cemlib.data.generate import simulate_survey
from cemlib.data.load import load_survey


@pytest.fixture(scope="session")
def answers() -> pd.DataFrame:
    """Forty answers with gaps, as text and numbers, as `load_survey` returns them."""
    return simulate_survey(40, np.random.default_rng(8), missing=0.03)


@pytest.fixture
def write(tmp_path):
    """Write rows of text as CSV and return the path."""

    def written(rows, name="answers.csv", encoding="utf-8", delimiter=",", end="\n") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter, lineterminator=end).writerows(rows)
        return path

    return written


@pytest.fixture
def write_workbook(tmp_path):
    """Write sheets of rows of any values as .xlsx and return the path."""

    def written(*sheets, name="answers.xlsx") -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for number, rows in enumerate(sheets, 1):
            sheet = book.create_sheet(f"Sheet{number}")
            for row in rows:
                sheet.append(row)
        path = tmp_path / name
        book.save(path)
        return path

    return written


def as_rows(frame: pd.DataFrame) -> list[list[str]]:
    """Return a frame as rows of text, the header first; whole numbers without a point."""
    cells = [
        ["" if pd.isna(value) else f"{value:g}" if isinstance(value, float) else str(value)
         for value in frame[name]]
        for name in frame
    ]  # fmt: skip
    return [list(frame.columns), *map(list, zip(*cells, strict=True))]


@pytest.fixture
def rows(answers):
    return as_rows(answers)


@pytest.fixture
def refused():
    """Return the faults for which a survey is refused."""

    def faults(path, **options):
        with pytest.raises(DataError) as caught:
            load_survey(path, **options)
        return caught.value.faults

    return faults
