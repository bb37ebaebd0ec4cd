"""The entry in a company's file stands in place of the YAML beside the data."""

import pytest

from cemlib.catalogue import problems
from cemlib.data.company import Source, read_company
from cemlib.data.mapping import read_mapping
from cemlib.studies.expectation.datasets import read_path_survey
from cemlib.studies.repair.datasets.contacts import load_contacts

ROWS = [["Q1", "Q2", "Q9"], ["5", "4", "9"], ["1", "2", "3"]]
COLUMNS = {"safety_1": "Q1", "choice_1": "Q2", "overall": "Q9"}


def in_cells(listed):
    """Return the problems of cells: so few rows are too few to analyse, which is another matter."""
    return [problem for problem in listed if problem.row]


def source(path, company_zone="", **entry):
    return Source(path, entry, "company.yaml", company_zone)


def test_the_entry_of_a_company_is_used_and_the_yaml_beside_the_file_is_not(write):
    path = write(ROWS)
    path.with_name("answers.columns.yaml").write_text("columns: {overall: nothing}")
    assert in_cells(problems("survey", source(path, columns=COLUMNS))) == []
    texts = [str(problem) for problem in problems("survey", Source(path))]
    assert any("maps overall to 'nothing'" in text for text in texts)


def test_messages_name_the_file_of_the_company(write):
    path = write(ROWS)
    (problem, *_) = problems("survey", source(path, columns=COLUMNS, sheets="A"))
    assert str(problem) == "company.yaml has an unknown key 'sheets'; did you mean sheet or scales?"
    texts = [str(problem) for problem in problems("survey", source(path))]
    assert any("map it in company.yaml" in text for text in texts)
    assert any("they are in company.yaml" in text for text in texts)


def test_the_zone_of_the_company_stands_where_the_entry_names_none(write):
    path = write([["customer", "time", "problem"], ["A", "2026-03-01 07:30", "bill"]])
    for given, expected in (
        (source(path, "Europe/Berlin"), "Europe/Berlin"),
        (source(path, "Europe/Berlin", zone="America/New_York"), "America/New_York"),
        (Source(path, zone="Europe/Berlin"), "Europe/Berlin"),
    ):
        loaded = load_contacts(given)
        assert loaded.zone == expected
        assert loaded.contacts["time"].iloc[0].isoformat().startswith("2026-03-01T07:30")


def test_a_company_file_describes_a_survey_of_a_path_model(write, tmp_path):
    path = write([["a", "b", "c", "d", "e"], *[[str(n % 5 + 1)] * 5 for n in range(9)]])
    (tmp_path / "model.txt").write_text("X =~ Q1 + Q2 + Q3\nY =~ Q4 + Q5\nY ~ X\n")
    (tmp_path / "company.yaml").write_text(
        f"currency: EUR\ndatasets:\n  path-survey:\n    file: {path.name}\n"
        "    columns: {Q1: a, Q2: b, Q3: c, Q4: d, Q5: e}\n"
    )
    described = read_company(tmp_path / "company.yaml").sources["path-survey"]
    reading = read_path_survey(described, model=tmp_path / "model.txt", survey_scale="1-5")
    assert in_cells(reading.problems) == []
    assert list(reading.frame) == ["Q1", "Q2", "Q3", "Q4", "Q5"]


def test_every_key_of_an_entry_reaches_the_mapping(write):
    mapping = read_mapping(
        source(
            write(ROWS),
            file="answers.csv",
            labels={"Agree": 4, "items": {"Good": 5}},
            missing={"overall": [99], "items": "0"},
            reversed="safety_1",
            weight="w",
            dates="day first",
            decimal=",",
            sheet=2026,
            header_row=3,
            hidden="leave out",
            filters={"Finished": True, "Status": ["IP Address", "SPAM"]},
            delimiter=";",
        ),
        ["overall", "safety_1"],
    )
    assert mapping.problems == ()
    assert mapping.labels == {"": {"Agree": 4}, "items": {"Good": 5}}
    assert mapping.missing_in == {"overall": ("99",), "items": ("0",)}
    assert (mapping.reversed, mapping.weight) == (("safety_1",), "w")
    assert (mapping.dates, mapping.decimal) == ("day first", ",")
    layout = mapping.layout
    assert (layout.sheet, layout.header_row, layout.hidden) == ("2026", 3, "leave out")
    assert layout.filters == {"Finished": True, "Status": ["IP Address", "SPAM"]}
    assert layout.delimiter == ";"


@pytest.mark.parametrize("entry", [None, {}])
def test_a_source_without_an_entry_or_with_an_empty_one(write, entry):
    path = write([list(COLUMNS), *ROWS[1:]])
    assert in_cells(problems("survey", Source(path, entry, "company.yaml"))) == []
