"""What tests share."""

import os
from pathlib import Path

# As in a run: on small matrices the threads of BLAS mostly wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import csv
import shutil

import numpy as np
import openpyxl
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from cemlib.data.problems import DataError
from cemlib.stats.small_groups import pooled
from cemlib.studies.rights.datasets.survey import load_survey
from cemlib.studies.rights.operator.survey import simulate_survey

os.environ.pop("JPY_SESSION_NAME", None)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def answers() -> pd.DataFrame:
    """Forty answers with gaps, as text and numbers, as `load_survey` returns them."""
    drawn = simulate_survey(40, np.random.default_rng(8), missing=0.03)
    for name in ("segment", "channel"):  # two groups each, that are large enough to be shown
        drawn[name] = drawn[name].where(drawn.index >= 10, drawn[name].iloc[20])
        drawn[name] = pooled(drawn[name], drawn["respondent"])
    return drawn


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
    """Return the problems for which a survey is refused."""

    def problems(path, **options):
        with pytest.raises(DataError) as caught:
            load_survey(path, **options)
        return caught.value.problems

    return problems


def shown_texts(axes):
    yield from (*axes.texts, axes.title, axes.xaxis.label, axes.yaxis.label)
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        for tick in axis.get_major_ticks():
            if min(limits) <= tick.get_loc() <= max(limits):
                yield tick.label1


@pytest.fixture(scope="session")
def clipped():
    """Return the texts of a figure that do not lie wholly inside it."""

    def found(figure):
        figure.draw_without_rendering()
        whole = figure.get_window_extent().padded(1)
        shown = [text for axes in figure.axes for text in shown_texts(axes) if text.get_text()]
        shown += [text for legend in figure.legends for text in legend.get_texts()]
        boxes = [(text, text.get_window_extent()) for text in shown]
        return [
            text
            for text, box in boxes
            if box.x0 < whole.x0 or box.x1 > whole.x1 or box.y0 < whole.y0 or box.y1 > whole.y1
        ]

    return found


@pytest.fixture
def outputs_of():
    """Run code as a cell would, and return what it displays."""
    quiet = Config({"HistoryManager": {"enabled": False}})
    shell = InteractiveShell.instance(config=quiet)

    def run(code, **names):
        shell.push(names)
        with capture_output() as captured:
            shell.run_cell(code).raise_error()
        return captured.outputs

    yield run
    InteractiveShell.clear_instance()


FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        message = "no Chromium on this machine: apt-get install chromium"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        yield opened
        opened.close()
