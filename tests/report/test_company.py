"""A company from the command line to its reports."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from importlib import util
from pathlib import Path

import pytest
from click.testing import CliRunner

from cemlib import cli, data_check
from cemlib.data.company import Source
from cemlib.report.errors import RequestError
from cemlib.report.plan.fingerprint import Fingerprints
from cemlib.report.plan.study import run_from_arguments, study_from_company, study_from_file

_spec = util.spec_from_file_location("company", Path(__file__).parents[1] / "company.py")
maker = util.module_from_spec(_spec)
_spec.loader.exec_module(maker)


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = maker.make_home(tmp_path / "home")
    monkeypatch.setenv("CEMLIB_HOME", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def company(tmp_path):
    return maker.make_company(tmp_path / "acme")


def cem(*arguments):
    return CliRunner().invoke(cli.main, list(map(str, arguments)))


def read(folder):
    """Return the metadata, the notebook and the report of a run."""
    return (
        json.loads((folder / "run.json").read_text()),
        (folder / "notebook.ipynb").read_text(),
        (folder / "report.html").read_text(),
    )


def plan(company, **more):
    return run_from_arguments("01", {"company": str(company)} | more)


# --- what is staged, and what a run depends on


def test_the_file_and_the_data_that_the_workbook_uses_are_staged_by_relative_names(home, company):
    run = plan(company)
    assert run.files == {
        "company.yaml": company,
        "data/tickets.csv": company.parent / "data" / "tickets.csv",
    }
    assert run.injected == {"company": "company.yaml"}
    assert (run.company, run.own) == ("Northfield Airport", ("contacts",))


def test_a_column_map_beside_a_data_file_is_staged_with_it(home, company):
    beside = company.parent / "data" / "tickets.columns.yaml"
    beside.write_text("missing: ['99']")
    assert plan(company).files["data/tickets.columns.yaml"] == beside


def test_a_file_given_stands_before_the_companys_and_keeps_a_name_of_its_own(
    home, company, tmp_path
):
    company.write_text("{name: A, datasets: {contacts: data/tickets.csv, repairs: repairs.csv}}")
    maker.table("repairs", 5).to_csv(company.parent / "repairs.csv", index=False)
    other = tmp_path / "other" / "repairs.xlsx"
    other.parent.mkdir()
    other.write_text("")
    run = plan(company, contacts=str(other))
    assert run.parameters["contacts"] == "contacts-repairs.xlsx"  # not described by the other's map
    assert set(run.files) == {"company.yaml", "repairs.csv", "contacts-repairs.xlsx"}
    assert run.own == ("contacts", "repairs")


def test_a_run_depends_on_the_files_it_uses_and_on_no_other(home, company):
    before = Fingerprints().of(plan(company))
    (company.parent / "months.csv").write_text("other")
    assert Fingerprints().of(plan(company)) == before
    with (company.parent / "data" / "tickets.csv").open("a") as file:
        file.write("\n")
    assert Fingerprints().of(plan(company))["files"] != before["files"]
    before = Fingerprints().of(plan(company))
    company.write_text(company.read_text() + "zone: UTC\n")
    assert Fingerprints().of(plan(company))["files"] != before["files"]


def test_a_study_may_name_a_company(home, company):
    study = home / "reports" / "acme.yaml"
    study.write_text(
        "{title: Acme, workbook: 01-desk, parameters: {company: ../../acme/company.yaml}, "
        "grid: {call_cost: [3, 4.5]}}"
    )
    runs = study_from_file(study).runs
    assert [run.own for run in runs] == [("contacts",)] * 2
    assert [run.parameters["call_cost"] for run in runs] == [3.0, 4.5]


def test_a_companys_study_has_every_workbook_that_its_data_answer(home, company):
    study = study_from_company(company)
    assert (study.title, study.slug) == ("Northfield Airport", "northfield-airport")
    assert [run.slug for run in study.runs] == ["01-desk"]
    company.write_text("{name: 北田机场, datasets: {survey: months.csv, contacts: months.csv}}")
    study = study_from_company(company)
    assert (study.title, study.slug) == ("北田机场", "acme")
    assert [run.slug for run in study.runs] == ["01-desk", "02-survey"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("datasets: {contacts: ../x.csv}", "names no file beside or below it for contacts"),
        ("datasets: {contacts: {file: /x.csv}}", "names no file beside or below it for contacts"),
        ("datasets: {contacts: {sheet: a}}", "names no file beside or below it for contacts"),
        ("datasets: {contacts: x.csv}", "names 'x.csv' for contacts: there is no such file"),
        ("datasets: {panel: months.csv}", "no workbook can use its datasets"),
        ("datasets: {}", "no workbook can use its datasets"),
        ("a: [", "is not YAML"),
    ],
)
def test_what_cannot_be_planned_is_refused(home, company, text, message):
    company.write_text(text)
    with pytest.raises(RequestError, match=r"company\.yaml") as refusal:
        study_from_company(company)
    assert message in str(refusal.value)


# --- the command line


def test_a_run_is_on_the_companys_data_and_names_it(home, company, tmp_path):
    result = cem("run", "01", "--company", company, "-o", "out")
    assert result.exit_code == 0, result.output
    assert "contacts: 25 contacts" in result.output
    assert "cases:" not in result.output
    run, notebook, report = read(Path("out"))
    assert (run["company"], run["own_datasets"]) == ("Northfield Airport", ["contacts"])
    [finding] = run["findings"]
    assert (finding["datasets"], finding["example"]) == (["contacts"], False)
    assert [file["name"] for file in run["files"]] == ["company.yaml", "data/tickets.csv"]
    assert "<title>01-Desk – Northfield Airport</title>" in report
    assert '<p class="over">Northfield Airport · 01-desk</p>' in report
    assert "for Northfield Airport with its own data: contacts." in report
    assert "Not answered for your company" in report
    assert "cem data template repairs" in notebook
    for text in (notebook, report):
        assert str(tmp_path) not in text
        assert "Example" not in text


def test_examples_are_shown_as_examples(home, company):
    result = cem("run", "01", "--company", company, "-p", "examples", "true", "-o", "out")
    assert result.exit_code == 0, result.output
    run, _, report = read(Path("out"))
    assert [(each["name"], each["example"]) for each in run["findings"]] == [
        ("contacts", False),
        ("cases", True),
    ]
    assert report.count('<tr class="example">') == 1
    assert "Example: fictional operator. Number of cases." in report


def test_the_operators_run_claims_no_data_of_its_own(home):
    result = cem("run", "01", "-p", "call_cost", "3", "-o", "out")
    assert result.exit_code == 0, result.output
    run, _, report = read(Path("out"))
    assert (run["company"], run["own_datasets"]) == (None, [])
    assert "from the workbook <code>01-desk</code>.</p>" in report
    assert "its own data" not in report


def test_an_own_file_alone_is_said_in_the_footer(home, company):
    file = company.parent / "data" / "tickets.csv"
    result = cem("run", "01", "--data", f"contacts={file}", "-o", "out")
    assert result.exit_code == 0, result.output
    run, _, report = read(Path("out"))
    assert (run["company"], run["own_datasets"]) == (None, ["contacts"])
    assert "<code>01-desk</code> with its own data: contacts." in report


def test_data_and_parameters_work_together_with_a_company(home, company):
    mine = company.parent.parent / "mine.csv"
    maker.table("contacts", 10).to_csv(mine, index=False)
    desk = company.parent.parent / "desk.csv"
    maker.table("repairs", 20).to_csv(desk, index=False)
    result = cem(
        "run", "01", "--company", company, "--data", f"contacts={mine}",
        "--data", f"repairs={desk}", "-p", "call_cost", "2.5", "-o", "out",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    run, notebook, _ = read(Path("out"))
    assert [each["value"] for each in run["findings"]] == [10, 20]
    assert run["own_datasets"] == ["contacts", "repairs"]
    assert "Assuming 2.5 per call, 20 cases." in notebook


def test_an_assumption_of_the_company_is_used(home, company):
    desk = company.parent.parent / "desk.csv"
    maker.table("repairs", 20).to_csv(desk, index=False)
    result = cem("run", "01", "--company", company, "--data", f"repairs={desk}", "-o", "out")
    assert result.exit_code == 0, result.output
    _, notebook, report = read(Path("out"))
    assert "Assuming 4 per call" in notebook
    assert "<td>the company&#39;s file" not in report
    assert "the company file&#39;s" in report  # the parameter's value


def test_both_kernels_and_plain_papermill_give_the_same_notebook(home, company, monkeypatch):
    assert cem("run", "01", "--company", company, "-o", "forked").exit_code == 0
    assert cem("run", "01", "--company", company, "--isolated", "-o", "isolated").exit_code == 0
    _, forked, report = read(Path("forked"))
    _, isolated, other = read(Path("isolated"))
    assert (forked, report) == (isolated, other)
    book = home / "notebooks" / "01-desk.ipynb"
    subprocess.run(
        [sys.executable, "-m", "papermill", "--no-progress-bar", "-p", "company",
         "acme/company.yaml", str(book), "plain.ipynb"],
        check=True, capture_output=True,
    )  # fmt: skip
    plain = json.loads(Path("plain.ipynb").read_text())
    shown = [_outputs(json.loads(forked)), _outputs(plain)]
    assert shown[0] == shown[1]


def _outputs(notebook):
    return [
        output["data"]
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
        if "data" in output
    ]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("- a", ["company.yaml is not a mapping"]),
        (
            "currency: EURO\nzone: Berlin\ndatasets: {contcts: months.csv, contacts: nowhere.csv, "
            "contact-truth: months.csv}\nassumptions: {cal_cost: 3, n: 4, call_cost: much}",
            [
                "currency is 'EURO'",
                "zone is 'Berlin'",
                "company.yaml: there is no dataset 'contcts'; did you mean 'contacts'",
                "company.yaml: contacts: there is no file nowhere.csv in acme",
                "company.yaml: there is no assumption 'cal_cost'; did you mean 'call_cost'",
                "company.yaml: n is no assumption but a setting of a run: -p n 4",
                "company.yaml: assumptions: call_cost is 'much', but must be a finite number",
            ],
        ),
        (
            "currency: EUR\ndatasets: {panel: months.csv}",
            ["company.yaml has no dataset that 01-desk can use; it uses contacts or repairs"],
        ),
    ],
)
def test_a_wrong_file_lists_all_its_problems_and_starts_nothing(home, company, text, messages):
    company.write_text(text)
    result = cem("run", "01", "--company", company, "-o", "out")
    assert result.exit_code == 2, result.output
    for message in messages:
        assert message in result.output
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "01", "--company", "nowhere.yaml"], "there is no file nowhere.yaml"),
        (["run", "03", "--company", "acme/company.yaml"], "03-none takes no company"),
        (["run", "01", "--company", "a", "-p", "company", "b"], "'company' is given twice"),
        (["build", "--company", "nowhere.yaml"], "there is no file nowhere.yaml"),
        (["build", "course", "--company", "acme/company.yaml"], "give either studies or --company"),
    ],
)
def test_a_wrong_request_is_refused(home, company, arguments, message):
    result = cem(*arguments)
    assert result.exit_code == 2, result.output
    assert message in result.output


def test_a_case_for_teaching_is_nobodys_own():
    source = Source(Path("a.csv"), {})
    problem = data_check._problem_of_source("rights", source, {"rights": False, "survey": True})
    assert problem == "rights is made for teaching; nobody has one of their own"


def test_two_descriptions_of_one_file_are_refused(home, company):
    company.write_text("currency: EUR\ndatasets: {contacts: {file: data/tickets.csv, zone: UTC}}")
    (company.parent / "data" / "tickets.columns.yaml").write_text("zone: UTC")
    result = cem("run", "01", "--company", company, "-o", "out")
    assert result.exit_code == 2
    assert "contacts: tickets.columns.yaml describes the same file; keep one" in result.output


@pytest.mark.parametrize("command", [["run", "01", "-o", "out"], ["build", "-o", "out"]])
def test_data_that_break_their_contract_are_refused_with_company_and_dataset(
    home, company, command
):
    (company.parent / "data" / "tickets.csv").write_text("customer,time\nC1,yesterday\n")
    result = cem(*command, "--company", company)
    assert result.exit_code == 2, result.output
    assert "company.yaml: contacts: tickets.csv: row 2, time: 'yesterday' is not" in result.output
    assert not Path("out").exists()


def test_show_says_which_assumptions_there_are(home):
    result = cem("show", "01")
    assert "call_cost  float  the company file's  cost of a call-back" in result.output
    assert "assumptions: of a company's file may hold call_cost." in result.output
    assert "assumptions" not in cem("show", "03").output


# --- the build


def findings(folder):
    return list(csv.DictReader((folder / "findings.csv").read_text().splitlines()))


def test_a_build_has_one_index_runs_only_what_changed_and_can_be_checked(home, company, tmp_path):
    dry = cem("build", "--company", company, "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert "Northfield Airport" in dry.output
    assert "01-desk: never ran" in dry.output
    built = cem("build", "--company", company, "--check")
    assert built.exit_code == 0, built.output
    assert "a second build in a changed environment is identical" in built.output
    assert "company.yaml: no workbook uses panel" in built.output
    folder = tmp_path / "reports" / "build" / "northfield-airport"
    page = (folder / "index.html").read_text()
    assert "<h1>Northfield Airport</h1>" in page
    assert str(tmp_path) not in page
    [row] = findings(folder)
    assert (row["finding"], row["datasets"], row["example"]) == ("contacts", "contacts", "false")
    assert row["param_company"] == "company.yaml"
    again = cem("build", "--company", company)
    assert "nothing to do: 1 run cached" in again.output
    (company.parent / "months.csv").write_text("customer,month,state\n")
    assert "nothing to do" in cem("build", "--company", company).output
    maker.table("contacts", 26).to_csv(company.parent / "data" / "tickets.csv", index=False)
    reason = cem("build", "--company", company, "--dry-run").output
    assert "01-desk: data file data/tickets.csv changed" in reason
    assert "1 run" not in cem("build", "--company", company).output
    [row] = findings(folder)
    assert float(row["value"]) == 26


def test_examples_in_a_study_come_last_and_are_columns_of_its_tables(home, company):
    from pyarrow import parquet

    study = home / "reports" / "acme.yaml"
    study.write_text(
        "{title: Acme, workbook: 01-desk, "
        "parameters: {company: ../../acme/company.yaml, examples: true}}"
    )
    result = cem("build", "acme", "-o", "built")
    assert result.exit_code == 0, result.output
    table = parquet.read_table("built/acme/findings.parquet").to_pylist()
    assert [(row["finding"], row["datasets"], row["example"]) for row in table] == [
        ("contacts", "contacts", False),
        ("cases", "repairs", True),
    ]
    page = Path("built/acme/index.html").read_text()
    assert page.index("Number of contacts.") < page.index('<tr class="example">')
    assert "nothing to do" in cem("build", "acme", "-o", "built").output


def test_a_failed_run_of_a_company_ends_with_1(home, company):
    company.write_text(maker.DESCRIBED)
    maker.write_workbook(home / "notebooks" / "01-desk.ipynb", cells=("raise ValueError('no')",))
    assert cem("build", "--company", company, "-o", "built").exit_code == 1
