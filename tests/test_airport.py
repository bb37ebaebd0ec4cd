"""The second company: its files are those of its generator, and nothing in them is telecom."""

import csv
import re
from importlib import util
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from cemlib import catalogue, cli, data_check
from cemlib.data.company import read_company

_spec = util.spec_from_file_location("airport", Path(__file__).parent / "airport.py")
airport = util.module_from_spec(_spec)
_spec.loader.exec_module(airport)

DESCRIBED = read_company(airport.FOLDER / "company.yaml")
TABLES = airport.tables()
TELECOM = r"telecom|operator|broadband|mobile|tariff|roaming|hotline|wechat|yuan|CNY|router|sim\b"


def committed(name):
    """Return the cells of a committed file, as text."""
    path = airport.FOLDER / name
    if name.endswith(".xlsx"):
        rows = openpyxl.load_workbook(path)["Tickets"].iter_rows(values_only=True)
        return [["" if cell is None else str(cell) for cell in row] for row in rows]
    first = path.read_text(encoding="utf-8")
    sign = ";" if ";" in first.splitlines()[0] else ","
    return list(csv.reader(first.splitlines(), delimiter=sign))


def test_the_committed_files_are_the_generated_ones():
    assert (airport.FOLDER / "company.yaml").read_text(encoding="utf-8") == airport.COMPANY
    files = {path.relative_to(airport.FOLDER).as_posix() for path in airport.FOLDER.rglob("*.*")}
    assert files == {*TABLES, "company.yaml"}
    for name, rows in TABLES.items():
        assert committed(name) == [[str(cell) for cell in row] for row in rows], name


def test_files_are_small_and_of_about_600_rows():
    sizes = {name: len(rows) - 1 for name, rows in TABLES.items()}
    assert sizes.pop("measures.csv") == 14
    assert sizes.pop("subjects.csv") == 8
    assert all(580 <= size <= 720 for size in sizes.values()), sizes
    assert sum(path.stat().st_size for path in airport.FOLDER.rglob("*.*")) < 250_000


def test_no_word_is_of_telecom():
    for name, rows in TABLES.items():
        for row in rows:
            assert not re.search(TELECOM, " ".join(map(str, row)), re.IGNORECASE), (name, row)
    assert not re.search(TELECOM, airport.COMPANY, re.IGNORECASE)


def test_the_company_is_described_without_a_problem():
    data_check.check_company(airport.FOLDER / "company.yaml")
    assert {source.path.name for source in DESCRIBED.sources.values()} == {
        Path(name).name for name in TABLES
    }


@pytest.mark.parametrize("name", DESCRIBED.sources)
def test_every_dataset_is_fit(name):
    assert catalogue.problems(name, DESCRIBED.sources[name]) == []


@pytest.mark.parametrize(
    ("group", "table", "column"),
    [("problems", "tickets.xlsx", "about"), ("channels", "tickets.xlsx", "via"),
     ("segments", "passengers.csv", "trip")],
)  # fmt: skip
def test_every_code_has_a_name(group, table, column):
    head, *rows = TABLES[table]
    codes = {row[head.index(column)] for row in rows} - {""}
    assert codes == set(DESCRIBED.names[group])


def test_a_build_would_run_every_workbook_that_its_data_answer():
    result = CliRunner().invoke(
        cli.main,
        ["build", "--company", str(airport.FOLDER / "company.yaml"), "--dry-run", "--force"],
    )
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert "Northfield Airport" in lines
    assert "  7 runs to execute, 0 cached" in lines
