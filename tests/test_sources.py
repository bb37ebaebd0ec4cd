"""Where the data of a run come from, and what a section does with them."""

import json

import pytest

from cemlib import formats, home, sources
from cemlib.data.company import Company, Source
from cemlib.data.dataset import Dataset
from cemlib.findings import FINDINGS_MIME, Finding
from cemlib.formats import Locale
from cemlib.home import operator_file
from cemlib.plot.style import canvas
from cemlib.studies.repair.datasets import CONTACTS, REPAIRS
from cemlib.teach import markdown

CASE = Dataset("yang", "The case of Ms Yang", "cases/yang.csv", "Told.", own=False)
TEXT = Dataset("path-model", "A path model", "", "Of a user.", parameter="model")
EFFECTS = Dataset("effects", "Published effects", "published/effects.csv", "Printed.", own=False)
opened = sources.opener((CONTACTS, REPAIRS, CASE, TEXT, EFFECTS))


@pytest.fixture
def company(tmp_path):
    """Write a company's file and return it."""

    def written(text="datasets: {contacts: {file: log.csv, missing: ['99']}}"):
        file = tmp_path / "company.yaml"
        file.write_text(f"name: Bank\ncurrency: EUR\nmoney: '¤#,##0'\n{text}\n")
        return file

    return written


@pytest.fixture
def said(outputs_of):
    """Return the texts that a piece of code shows."""

    def texts(code, **names):
        return [
            output.data.get("text/markdown") or output.data.get("text/html") or output.data
            for output in outputs_of(code, **names)
        ]

    return texts


def finding(name="gap", **more):
    return Finding(name, 1.0, "points", "A gap.", **more)


def test_without_own_data_every_section_is_the_operators(capsys):
    here = opened(contacts="", repairs="")
    desk = here.section("contacts", "repairs")
    assert (bool(desk), desk.example, desk.own, here.own) == (True, False, False, False)
    assert desk.file() == desk.file("repairs") == ""
    assert not capsys.readouterr().out
    assert formats.currency() == "CNY"


def test_an_own_file_answers_its_section_alone(capsys):
    here = opened(contacts="log.csv", repairs="")
    log = here.section("contacts")
    assert (bool(log), log.example, log.own) == (True, False, True)
    assert str(log.file()) == "log.csv"
    assert not capsys.readouterr().out
    assert not here.section("repairs")
    assert "cem data template repairs -o repairs.xlsx" in capsys.readouterr().out
    assert formats.currency() == "currency units"
    assert (here.is_own("contacts"), here.is_own("contacts", "repairs")) == (True, False)


def test_a_line_says_which_dataset_columns_and_command(said):
    [line] = said("here.section('contacts', 'repairs')", here=opened(contacts="log.csv"))
    assert line == (
        "**Not answered for your company.** This section needs the dataset **repairs** with at "
        "least hours\\_waited and repaired (`cem data template repairs -o repairs.xlsx` makes an "
        "empty file)."
    )
    assert "\n" not in line


def test_a_dataset_without_fixed_columns_and_a_case_for_teaching_are_said_too(said):
    here = opened(contacts="log.csv")
    [line] = said("here.section('path-model')", here=here)
    assert "`cem data show path-model` lists its columns" in line
    [line] = said("here.section('yang')", here=here)
    assert "The case of Ms Yang: a case for teaching; set `examples`" in line


@pytest.mark.parametrize("names", [("contacts", "repairs"), ("repairs", "contacts")])
def test_own_and_operators_data_are_never_mixed(names, capsys):
    for examples in (False, True):
        assert not opened(contacts="log.csv", examples=examples).section(*names)
        assert "the dataset **repairs**" in capsys.readouterr().out
    assert opened(contacts="log.csv", repairs="desk.csv").section(*names).own


def test_examples_show_the_operators_sections_marked(said):
    here = opened(contacts="log.csv", examples=True)
    desk = here.section("repairs")
    assert (bool(desk), desk.example, desk.own, desk.file()) == (True, True, False, "")
    texts = said("desk.show('One.', ['Two.', ''], None)", desk=desk)
    assert texts == ["**Example: fictional operator.** One. Two."]
    desk.add(finding())
    [found] = here.findings
    assert (found.example, found.datasets) == (True, ("repairs",))
    assert found.sentence == "Example: fictional operator. A gap."


@pytest.mark.parametrize(
    ("name", "mark"),
    [("effects", "Published example"), ("yang", "Example: a case for teaching")],
)
def test_what_is_not_the_operators_is_not_marked_as_the_operators(said, name, mark):
    here = opened(contacts="log.csv", examples=True)
    part = here.section(name)
    assert said("part.show('One.')", part=part) == [f"**{mark}.** One."]
    part.add(finding())
    assert here.findings[0].sentence == f"{mark}. A gap."
    part.used("effects", 5)
    assert f">{mark}<" in said("here.show_data()", here=here)[0]


def test_own_sections_are_not_marked(said):
    here = opened(contacts="log.csv", examples=True)
    log = here.section("contacts")
    assert said("log.show('One.')", log=log) == ["One."]
    log.add([finding()], (each for each in [finding("other")]))
    assert [(each.name, each.example, each.sentence) for each in here.findings] == [
        ("gap", False, "A gap."),
        ("other", False, "A gap."),
    ]
    log.add(finding(low=0.5, datasets=("contacts", "problems")))
    assert [each.name for each in here.findings] == ["gap", "other"]
    assert here.findings[0].datasets == ("contacts", "problems")


def figure():
    with canvas(alt="A line rises from 1 to 2.") as (drawn, axes):
        axes.plot([1, 2])
    return drawn


def test_a_figure_a_table_and_anything_else_of_an_example_is_marked(said, outputs_of):
    import pandas as pd

    from cemlib import teach

    desk = opened(contacts="log.csv", examples=True).section("repairs")
    table = teach.table(pd.DataFrame({"a": [1]}), "Cases")
    [shown] = said("desk.show(table)", desk=desk, table=table)
    assert "<caption>Example: fictional operator. Cases</caption>" in shown
    drawn = figure()
    for _ in range(2):  # shown twice, marked once
        [output] = outputs_of("desk.show(drawn)", desk=desk, drawn=drawn)
        assert output.data["text/plain"] == (
            "Example: fictional operator. A line rises from 1 to 2."
        )
    assert drawn.get_supxlabel() == "Example: fictional operator"
    saved = teach.download(pd.DataFrame({"a": [1]}), "calls.csv")
    assert said("desk.show(saved)", desk=desk, saved=saved)[0] == "**Example: fictional operator.**"


def test_drawings_of_an_exploration_are_marked(said):
    here = opened(contacts="log.csv", examples=True)
    code = """from cemlib import teach
mine.explore(lambda n: teach.markdown('{n} agents', n=n), 'Agents', n=[1, 2])"""
    [shown] = said(code, mine=here.section("repairs"))
    assert shown.count("Example: fictional operator") >= 3  # the label and both drawings
    [shown] = said(code, mine=here.section("contacts"))
    assert "Example" not in shown


def test_a_company_brings_files_names_money_and_assumptions(company):
    file = company(
        "names: {problems: {bag: Lost luggage}}\nassumptions: {call_cost: 4}\n"
        "datasets: {contacts: {file: log.csv, missing: ['99']}, survey: a.csv}"
    )
    here = opened(file, contacts="", repairs="")
    source = here.file("contacts")
    assert isinstance(source, Source)
    assert source.path == file.parent / "log.csv"
    assert source.entry == {"missing": ["99"]}
    assert here.names("problems", {"sim": "SIM card"}) == {"bag": "Lost luggage"}
    assert here.names("channels", {"app": "App"}) == {}
    assert formats.money(1200) == "€1,200"
    assert here.assumptions(call_cost=None, cap=None) == {"call_cost": 4, "cap": None}
    assert here.assumptions(call_cost=5.0) == {"call_cost": 5.0}
    assert opened(contacts="").names("segments")["prepaid"] == "prepaid"
    assert opened(contacts="x.csv").names("segments") == {}


def test_a_file_given_stands_before_the_companys(company):
    here = opened(company(), contacts="mine.csv")
    assert here.file("contacts") == Source(sources.Path("mine.csv"))


def test_a_company_without_data_for_the_workbook_gets_nothing_of_the_operators(company, capsys):
    here = opened(company("datasets: {survey: a.csv}"), contacts="", repairs="")
    assert here.own
    assert not here.section("contacts")
    assert "Not answered for your company" in capsys.readouterr().out


def test_a_section_without_datasets_is_ones_own():
    section = opened(contacts="log.csv").section(assume={"cost": 3})
    assert (bool(section), section.example, section.assumed) == (True, False, {"cost": 3})


def test_an_assumption_that_nobody_made_closes_the_section(company, capsys):
    here = opened(company(), contacts="")
    assert not here.section("contacts", assume={"call_cost": None, "cap": 3})
    assert "can make: call_cost." in capsys.readouterr().out.replace("\\", "")
    open_ = here.section("contacts", assume={"call_cost": 2.5})
    assert open_
    assert open_.assumed == {"call_cost": 2.5}


def test_an_example_rests_on_the_operators_assumptions(company, monkeypatch, tmp_path):
    other = tmp_path / "operator.yaml"
    other.write_text("{name: Operator, currency: CNY, assumptions: {call_cost: 3.0}}")
    monkeypatch.setattr(home, "operator_file", lambda: other)
    here = opened(company(), examples=True, contacts="", repairs="")
    assert here.section("repairs", assume={"call_cost": None}).assumed == {"call_cost": 3.0}
    assert not here.section("contacts", assume={"call_cost": None})


def test_the_data_section_says_file_rows_and_notes(said):
    here = opened(contacts="a/log.csv", repairs="", examples=True)
    log, desk = here.section("contacts"), here.section("repairs")
    log.read(1500, ["Column a_b is not used.", markdown("**3** rows are empty.")])
    log.used("merging", 1480, "20 without a customer")
    log.used("merging", 1479, "21 without a customer")  # the cell ran again
    desk.used("golden time", None, dataset="repairs")
    table, notes = said("here.show_data()", here=here)
    assert ">1,500<" in table
    assert ">1,479<" in table
    assert ">1,480<" not in table
    assert "21 without a customer" in table
    assert ">log.csv<" in table
    assert "a/log.csv" not in table
    assert "Example: fictional operator" in table
    assert notes == (
        "- **contacts**: Column a\\_b is not used.\n- **contacts**: **3** rows are empty."
    )


def test_without_sections_findings_and_data_say_so(said):
    here = opened(contacts="log.csv")
    assert said("here.show_findings()", here=here) == [
        "No section could be answered, so there is no finding."
    ]
    assert said("here.show_data()", here=here) == ["No analysis rests on data."]


def test_findings_are_stored_with_their_datasets(outputs_of):
    here = opened(contacts="log.csv")
    here.section("contacts").add(finding())
    [output] = outputs_of("here.show_findings()", here=here)
    [stored] = output.data[FINDINGS_MIME]["findings"]
    assert list(stored["datasets"]) == ["contacts"]
    assert stored["example"] is False
    json.dumps(stored)


def test_unknown_datasets_and_parameters_are_refused():
    with pytest.raises(ValueError, match="did you mean 'contacts'"):
        opened(contact="log.csv")
    with pytest.raises(ValueError, match="did you mean 'repairs'"):
        opened().section("repair")


def test_the_operators_file_is_read_without_a_problem():
    operator = sources.read_company(operator_file())
    assert isinstance(operator, Company)
    assert operator.locale == Locale("CNY", "#,##0 ¤¤", "en")


def test_what_the_data_lack_closes_a_section(capsys):
    here = opened(contacts="log.csv", repairs="", examples=True)
    assert not here.section("contacts", lacks=["a rating of each answer", "a time"])
    assert (
        "**Not answered with these data.** This section needs a rating of each answer and a time."
        in (capsys.readouterr().out)
    )
    assert here.section("repairs", lacks=["a rating"]).example  # the operator's data have all
    assert here.section("contacts", lacks=[])
