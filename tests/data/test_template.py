"""Empty files to fill in: what is filled into them is read, and nothing else is overwritten."""

import csv
import datetime

import numpy as np
import openpyxl
import pytest

from cemlib import catalogue
from cemlib.data import template
from cemlib.data.template import Field, fields_of, is_blank, lost, write_template
from cemlib.descriptor import takers

OWN = sorted(takers())
TABLES = [name for name in OWN if name != "path-model"]


def rows_of(dataset):
    """Return rows as texts: those of the first sixty of whatever the file is about, or any."""
    names = [each.name for each in fields_of(dataset)]
    if dataset.name == "themes":
        return [{"theme": f"T{at}", "name": f"bill {at}", "phrases": f"b{at}"} for at in range(60)]
    if dataset.name == "levers":
        row = {"results": "5", "low": "2", "high": "9", "worth": "30", "unit": "stays"}
        return [{"lever": f"L{at}", "spend": "70", "assumes": "a pilot"} | row for at in range(60)]
    if not dataset.file:
        rng = np.random.default_rng(4)
        return [dict(zip(names, map(str, rng.integers(1, 11, len(names))))) for _ in range(60)]  # noqa: B905
    with dataset.path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    key = next(iter(rows[0]))
    first = list(dict.fromkeys(row[key] for row in rows))[
        : 500 if dataset.name == "recurrence" else 120
    ]
    return [row for row in rows if row[key] in set(first)]


def value_of(text, each):
    """Return a cell as a spreadsheet program stores it once it is typed in."""
    if each.kind in (template.NUMBER, template.WHOLE) and text:
        return float(text)
    if each.kind == template.TIME and len(text) == 16:
        return datetime.datetime.fromisoformat(text)
    return text or None


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_what_is_filled_into_a_template_is_accepted(tmp_path, name, ending):
    dataset = catalogue.dataset(name)
    path = tmp_path / f"{name}{ending}"
    write_template(path, dataset)
    rows, fields = rows_of(dataset), fields_of(dataset)
    if ending == ".csv":
        with path.open("a", encoding="utf-8", newline="") as file:
            for row in rows:
                csv.writer(file).writerow([row.get(each.name, "") for each in fields])
    else:
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        assert [cell.value for cell in sheet[1]] == [each.name for each in fields]
        for at, row in enumerate(rows, 2):
            for column, each in enumerate(fields, 1):
                sheet.cell(at, column, value_of(row.get(each.name, ""), each))
        book.save(path)
    assert [str(problem) for problem in catalogue.problems(name, path)] == []


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_template_is_refused_for_want_of_rows_alone(tmp_path, name):
    path = tmp_path / f"{name}.xlsx"
    write_template(path, catalogue.dataset(name))
    problems = [str(problem) for problem in catalogue.problems(name, path)]
    assert len(problems) == 1
    assert "no rows" in problems[0]


def test_a_workbook_has_drop_downs_formats_and_the_contract(tmp_path):
    path = tmp_path / "survey.xlsx"
    write_template(path, catalogue.dataset("survey"), {"item_scale": "1-5"})
    book = openpyxl.load_workbook(path)
    table, contract = book.worksheets
    rules = {str(rule.sqref).split("2:")[0]: rule for rule in table.data_validations.dataValidation}
    header = {cell.value: cell.column_letter for cell in table[1]}
    assert rules[header["safety_1"]].formula1 == '"1,2,3,4,5"'
    assert rules[header["overall"]].formula1 == '"0,1,2,3,4,5,6,7,8,9,10"'
    assert rules[header["overall"]].errorStyle == "warning"
    rows = list(contract.iter_rows(values_only=True))
    assert rows[0] == template.HEADER
    overall = next(row for row in rows if row[0] == "overall")
    assert overall[1] == "Overall satisfaction"
    assert overall[4] == "yes, cells may be empty"
    assert sum(str(row[0]).startswith("safety_") for row in rows) == 2
    assert any("at least two rights" in str(row[0]) for row in rows)
    assert any(row[0] == "Without channel, channels are not compared." for row in rows)


def test_times_and_yes_no_have_formats_and_lists(tmp_path):
    path = tmp_path / "repairs.xlsx"
    write_template(path, catalogue.dataset("repairs"))
    sheet = openpyxl.load_workbook(path).worksheets[0]
    header = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet[f"{header['opened']}2"].number_format == "yyyy-mm-dd hh:mm"
    assert sheet[f"{header['case']}2"].number_format == "@"
    rules = {str(rule.sqref).split("2:")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert rules[header["called"]].formula1 == '"yes,no"'
    assert rules[header["assigned_by"]].formula1 == '"randomised,desk"'
    assert rules[header["severity"]].type == "decimal"
    assert (rules[header["severity"]].formula1, rules[header["severity"]].formula2) == ("1", "5")


def test_no_cell_of_the_contract_is_a_formula(tmp_path):
    for name in TABLES:
        path = tmp_path / f"{name}.xlsx"
        write_template(path, catalogue.dataset(name))
        for sheet in openpyxl.load_workbook(path):
            assert not [cell for row in sheet for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_only_an_empty_template_is_blank(tmp_path, ending):
    dataset = catalogue.dataset("offers")
    path = tmp_path / f"offers{ending}"
    write_template(path, dataset)
    assert is_blank(path, dataset)
    if ending == ".csv":
        path.write_text(path.read_text(encoding="utf-8-sig") + "a,,,,1,2\n")
    else:
        book = openpyxl.load_workbook(path)
        book.worksheets[0]["A2"] = "a"
        book.save(path)
    assert not is_blank(path, dataset)
    path.write_bytes(b"PK\x03\x04 and nothing")
    assert not is_blank(path, dataset)


def test_every_own_dataset_says_what_it_answers():
    assert [name for name in OWN if not catalogue.dataset(name).answers] == []


def test_what_is_lost_names_columns_of_the_contract():
    for name in TABLES:
        dataset = catalogue.dataset(name)
        fields = {each.name: each for each in fields_of(dataset)}
        assert set(dataset.without) <= set(fields), name
        assert not [column for column in dataset.without if fields[column].required], name


def test_columns_with_the_same_loss_stand_together():
    sentence = "Without advised or best, the regret of advice is left out."
    assert lost(catalogue.dataset("enquiries"), ["advised", "best"]) == [sentence]


@pytest.mark.parametrize(
    ("name", "column", "values"),
    [
        ("contacts", "time", "2026-03-31 09:14"),
        ("panel", "month", "2026-03"),
        ("panel", "slip", "yes or no"),
        ("repairs", "assigned_by", "randomised, desk"),
        ("repairs", "severity", "number, 1 to 5"),
        ("repairs", "owed", "number, more than 0"),
        ("answers", "correct", "yes or no"),
        ("complaints", "loss", "number, at least 0"),
        ("complaints", "received", "2026-03-31 09:14"),
        ("value-map", "speed", "number"),
        ("choices", "task", "whole number, at least 1"),
        ("offers", "offer", "text"),
    ],
)
def test_values_are_described_as_the_contract_has_them(name, column, values):
    described: dict[str, Field] = {each.name: each for each in fields_of(catalogue.dataset(name))}
    assert described[column].values == values
