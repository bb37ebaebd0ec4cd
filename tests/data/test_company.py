"""The file that describes a company: what it may hold, and everything that is refused."""

import pytest

from cemlib import catalogue
from cemlib.data.company import Company, Source, examine, read_company
from cemlib.formats import Locale
from cemlib.home import operator_file

FULL = """name: Northfield Airport
language: de
currency: EUR
money: "¤#,##0"
zone: Europe/Berlin
names:
  problems: {bag: Lost luggage, 7: Queue}
  segments: {biz: Business travellers}
assumptions: {repeat_cost: 11, known: true}
datasets:
  survey: {file: data/survey.sav, scales: {items: 1-5}}
  contacts: log.csv
"""


@pytest.fixture
def company(tmp_path):
    def written(text, name="company.yaml"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return written


def test_a_full_file_is_read(company):
    file = company(FULL)
    described = read_company(file)
    assert described == Company(
        name="Northfield Airport",
        locale=Locale("EUR", "¤#,##0", "de"),
        zone="Europe/Berlin",
        names={
            "problems": {"bag": "Lost luggage", "7": "Queue"},
            "segments": {"biz": "Business travellers"},
        },
        assumptions={"repeat_cost": 11, "known": True},
        sources={
            "survey": Source(
                file.parent / "data/survey.sav",
                {"scales": {"items": "1-5"}},
                "company.yaml",
                "Europe/Berlin",
            ),
            # described by the YAML file beside it, if there is one
            "contacts": Source(file.parent / "log.csv", None, "company.yaml", "Europe/Berlin"),
        },
        file=file,
    )


def test_all_but_the_currency_may_be_left_out(company):
    described = read_company(company("currency: EUR"))
    assert (described.name, described.sources) == ("", {})
    assert described.locale == Locale("EUR", "", "en")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nmae: Bank", "has an unknown key 'nmae'; use name"),
        ("qqq: 1", "has an unknown key 'qqq'; use name or language"),
        ("name: 7", "has no valid name"),
        ("currency: EURO", "currency is 'EURO', but must be a code of ISO 4217"),
        ("currency: 7", "has no valid currency"),
        ("money: euros", "must be a pattern such as"),
        ("language: tlh-xx-yy-zz", "must be a language"),
        ("zone: Berlin", "must be the name of a time zone"),
        ("names: {problem: {a: b}}", "names 'problem'; use problems, channels, segments"),
        ("names: {problems: [a]}", "has names of problems that are not a mapping"),
        ("names: [a]", "has names that are not a mapping"),
        ("assumptions: {cost: [1]}", "has no valid value of the assumption cost: [1]"),
        ("datasets: [survey]", "has datasets that are not a mapping"),
        ("datasets: {survey: {sheet: a}}", "names no file for survey"),
        ("datasets: {survey: 7}", "names no file for survey"),
        ("datasets: {survey: ''}", "names no file for survey"),
        ("datasets: {survey: ../a.csv}", "names '../a.csv' for survey: put the file beside"),
        ("datasets: {survey: /etc/passwd}", "names '/etc/passwd' for survey"),
        ("datasets: {survey: 'C:a.csv'}", "names 'C:a.csv' for survey"),
        ("datasets: {survey: 'a\\b.csv'}", "names 'a\\\\b.csv' for survey"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(company, text, message):
    base = "" if "currency" in text else "currency: EUR\n"
    with pytest.raises(ValueError, match=r"^company\.yaml ") as refusal:
        read_company(company(base + text))
    assert message in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1


def test_every_problem_is_listed(company):
    described, problems = examine(company("name: 7\nzone: Berlin\ndatasets: {survey: ../a.csv}"))
    assert len(problems) == 4  # and no currency
    assert all(problem.startswith("company.yaml ") for problem in problems)
    assert not described.sources


@pytest.mark.parametrize(
    ("text", "message"),
    [("- a", "is not a mapping"), ("", "is not a mapping"), ("a: [", "is not YAML"),
     ("a: &x 1\nb: *x", "has an alias")],
)  # fmt: skip
def test_what_is_no_mapping_is_refused(company, text, message):
    with pytest.raises(ValueError, match=f"company.yaml {message}"):
        read_company(company(text))


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"company\.yaml cannot be read: No such file"):
        read_company(tmp_path / "company.yaml")


def test_the_operator_describes_every_dataset_of_its_own():
    described = read_company(operator_file())
    kinds = {entry.name: entry for entry in catalogue.datasets()}
    true_values = {"truth", "contact-truth"}
    theirs = {
        name
        for name, entry in kinds.items()
        if entry.own and entry.file.startswith("telecom/") and name not in true_values
    }
    assert set(described.sources) == theirs
    for name, source in described.sources.items():
        assert source.path == kinds[name].path
    table = catalogue.load("problems")
    assert described.names["problems"] == dict(zip(table.problem, table.name_en, strict=True))


@pytest.mark.parametrize(
    ("group", "dataset", "column"),
    [("problems", "contacts", "problem"), ("channels", "contacts", "channel"),
     ("channels", "survey", "channel"), ("segments", "survey", "segment")],
)  # fmt: skip
def test_the_operator_names_every_code_in_its_data(group, dataset, column):
    codes = set(catalogue.load(dataset)[column].dropna())
    assert codes <= set(read_company(operator_file()).names[group])
