from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from cemlib import cli, data_check

LOOKS = Path(__file__).parent / "report" / "notebooks" / "looks.ipynb"
PARAMETERS = """budget: float = 20  # person-days
survey: str = ""  # dataset: answers
item_scale: str = ""  # lowest and highest answer
strict: bool = False  # refuse weak scales
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("notebooks", "reports", "datasets"):
        (tmp_path / name).mkdir()
    cells = [
        {
            "cell_type": "markdown",
            "id": "t",
            "metadata": {},
            "source": "# One\n\n**Question.** Is it one?\n",
        },
        {
            "cell_type": "code",
            "id": "p",
            "metadata": {"tags": ["parameters"]},
            "outputs": [],
            "execution_count": None,
            "source": PARAMETERS,
        },
        {
            "cell_type": "code",
            "id": "c",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": "if budget > 50:\n    raise ValueError('too much')\nbudget",
        },
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "notebooks" / "01-one.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "reports" / "course.yaml").write_text(
        "{title: Course, workbook: 01-one, grid: {budget: [10, 60]}}"
    )
    monkeypatch.setenv("CEMLIB_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def cem(*arguments):
    return CliRunner().invoke(cli.main, list(map(str, arguments)))


def test_list_shows_workbooks_studies_and_datasets(home):
    (home / "datasets" / "datapackage.json").write_text(
        '{"resources": [{"name": "survey", "title": "Answers"}]}'
    )
    result = cem("list")
    assert result.exit_code == 0
    for word in ("01-one", "Is it one?", "course", "survey  Answers"):
        assert word in result.output


def test_list_copes_without_datasets(home):
    assert cem("list").exit_code == 0


def test_show_tells_question_and_parameters(home):
    result = cem("show", "01")
    assert result.exit_code == 0
    assert "Is it one?" in result.output
    assert "budget      float  20       person-days" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "02"], "there is no workbook '02'"),
        (["run", "01", "-p", "budgte", "3"], "did you mean 'budget'"),
        (["run", "01", "-p", "budget", "much"], "budget is 'much'"),
        (["run", "01", "-p", "budget", "3", "-p", "budget", "4"], "given twice"),
        (["run", "01", "--data", "survey"], "must be NAME=FILE"),
        (["run", "01", "--data", "survey="], "must be NAME=FILE"),
        (["run", "01", "--data", "budget=x.csv"], "there is no dataset parameter 'budget'"),
        (["run", "01", "--data", "survey=nowhere.csv"], "that file does not exist"),
        (["run", "01", "--data", "survey=."], "that file is a folder"),
        (["run", "01", "--speed"], "No such option"),
        (["run", "01", "--timeout", "0"], "timeout"),
        (["build", "corse"], "did you mean 'course'"),
        (["build", "nowhere.yaml"], "there is no file nowhere.yaml"),
        (["build", "course", "reports/course.yaml"], "more than one study is named course"),
        (["build", "--jobs", "0"], "jobs"),
        (["refresh", "02"], "there is no workbook"),
        (["data", "check", "survey", "nowhere.csv"], "there is no file nowhere.csv"),
        (["data", "check", "surveys", "reports/course.yaml"], "survey"),
        (["data", "make", "x", "--customers", "0"], "customers"),
        (["dance"], "No such command"),
    ],
)
def test_a_wrong_request_ends_with_2_and_starts_nothing(home, arguments, message):
    result = cem(*arguments)
    assert result.exit_code == 2, result.output
    assert message in result.output
    assert {path.name for path in home.iterdir()} == {"notebooks", "reports", "datasets"}


def test_data_that_is_not_fit_is_refused_before_the_run(home):
    (home / "mine.csv").write_text("nothing,of,use\n1,2,3\n")
    result = cem("run", "01", "--data", "survey=mine.csv")
    assert result.exit_code == 2
    assert "mine.csv: " in result.output
    assert not (home / "out").exists()


def test_data_check_prints_every_fault(home):
    (home / "mine.csv").write_text("nothing,of,use\n1,2,3\n")
    result = cem("data", "check", "survey", "mine.csv")
    assert result.exit_code == 1
    assert "problem" in result.output.splitlines()[-1]


def test_data_make_makes_what_data_check_accepts(home):
    made = cem("data", "make", "operator", "--customers", "300", "--seed", "3")
    assert made.exit_code == 0
    assert cem("data", "check", "survey", "operator/survey.csv").exit_code == 0
    strict = cem("data", "check", "survey", "operator/survey.csv", "--option", "item_scale", "1-3")
    assert strict.exit_code == 1


def test_run_prints_a_report(home):
    result = cem("run", "01", "-p", "budget", "40", "-o", "mine")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == str(Path("mine") / "report.html")
    assert {path.name for path in Path("mine").iterdir()} == {
        "notebook.ipynb",
        "report.html",
        "run.json",
    }
    assert json.loads(Path("mine/run.json").read_text())["parameters"]["budget"] == 40.0


def test_build_ends_with_1_where_a_run_failed(home):
    result = cem("build", "--jobs", "1")
    assert result.exit_code == 1
    assert "FAILED: 01-one, cell 3 (c), at `raise ValueError('too much')`" in result.output
    report = Path("reports/build/course/budget-60/report.html")
    assert result.output.splitlines()[-3:] == [
        "1 of 2 runs failed:",
        f"  {report}",
        str(Path("reports/build/course/index.html")),
    ]
    assert report.is_file()
    assert (home / "reports/build/course/budget-10/report.html").is_file()


def test_quick_commands_import_nothing_slow(home):
    program = (
        "import sys; from cemlib.cli import main\n"
        "try: main(['run', '01', '-p', 'budgte', '1'])\n"
        "except SystemExit as end: assert end.code == 2\n"
        "slow = {'pandas', 'papermill', 'nbconvert', 'nbformat', 'matplotlib', 'scipy'}\n"
        "print(*slow & set(sys.modules))"
    )
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "\n"
    assert time.monotonic() - start < 5  # far above the half second it takes alone


def test_the_looks_notebook_is_what_its_code_shows():
    result = cem("refresh", "--check", LOOKS)
    assert result.exit_code == 0, result.output


def test_a_dry_run_says_what_would_run_and_why(home):
    result = cem("build", "--dry-run")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "Course",
        "  budget-10: never ran",
        "  budget-60: never ran",
        "  2 runs to execute, 0 cached",
    ]
    assert not (home / "reports" / "build").exists()


def test_fail_fast_starts_no_more(home):
    content = "{title: Course, workbook: 01-one, grid: {budget: [60, 10, 20, 30]}}"
    (home / "reports" / "course.yaml").write_text(content)
    result = cem("build", "--jobs", "1", "--fail-fast")
    assert result.exit_code == 1
    assert result.output.count("NotStarted: another run failed") == 3
    assert not (home / "reports/build/course/budget-10").exists()
    assert "4 of 4 runs failed:" in result.output
    assert "  and 3 more, named above" in result.output
    whole = cem("build", "--jobs", "1")
    assert "too much" in whole.output
    assert "NotStarted" not in whole.output


def test_own_data_is_held_against_its_contract_only_when_it_is_used(home, monkeypatch):
    assert cem("data", "make", "operator", "--customers", "300").exit_code == 0
    content = "{title: Own, workbook: 01-one, parameters: {survey: ../operator/survey.csv}}"
    (home / "reports" / "own.yaml").write_text(content)
    made = cem("build", "own")
    assert made.exit_code == 0, made.output
    checked = []
    monkeypatch.setattr(data_check, "_problems", lambda *given: checked.append(given) or [])
    cached = cem("build", "own")
    assert "nothing to do: 1 run cached" in cached.output
    assert checked == []
    cem("build", "own", "--force")
    assert [entry.name for entry, *_ in checked] == ["survey"]


def test_a_scheduler_that_is_not_there_is_a_wrong_request(home):
    result = cem("build", "--scheduler", "tcp://127.0.0.1:9")
    assert result.exit_code == 2, result.output
    assert not (home / "reports" / "build").exists()


CONTACTS = """contact,customer,channel,time,problem,text
K1,C1,shop,2026-03-09 10:00,bill,the bill is wrong
K2,C1,hotline,2026-03-10 10:00,,my bill is wrong again
K3,C1,wechat,2026-03-11 10:00,bill,still the wrong bill
K4,,shop,2026-03-09 10:00,bill,the bill is wrong
"""


@pytest.fixture
def contacts(home):
    (home / "contacts.csv").write_text(CONTACTS)
    return home


def test_cases_merges_by_code(contacts):
    result = cem("cases", "contacts.csv", "-o", "out/cases.csv", "--zone", "UTC", "--by-code")
    assert result.exit_code == 0, result.output
    assert "4 contacts, 3 cases; not merged: 1 without a customer, 1 without a code" in (
        result.output
    )
    assert "4 times have no time zone; UTC is used." in result.output
    lines = Path("out/cases.csv").read_text().splitlines()
    assert lines[0] == "case,customer,problem,first,last,contacts,channels"
    assert lines[1] == "?-1,,bill,2026-03-09 10:00:00+00:00,2026-03-09 10:00:00+00:00,1,1"
    assert lines[2].startswith("C1-01,C1,bill,2026-03-09 10:00:00+00:00,")
    assert len(lines) == 4
    files = sorted(path.name for path in Path("out").iterdir())
    assert files == ["cases-contacts.csv", "cases.csv"]


def test_cases_merges_by_text_and_code_where_asked(contacts):
    pandas = pytest.importorskip("pandas")
    result = cem("cases", "contacts.csv", "-o", "cases.parquet", "--similarity", "0.1")
    assert result.exit_code == 0, result.output
    table = pandas.read_parquet("cases.parquet")
    assert table["contacts"].tolist() == [1, 3]
    assert table["channels"].tolist() == [1, 3]
    assert "without a code" not in result.output


def test_cases_links_contacts_without_a_customer_where_asked(contacts):
    pytest.importorskip("splink")
    rows = [
        f"K{at},{f'C{at % 20}' if at < 40 else ''},shop,2026-03-{9 + at // 20} 10:00,bill,,"
        f"Person {at % 20}x{at % 20 * 7919 % 101},1990{at % 20 * 104729 % 10**7:07d}"
        for at in range(60)
    ]
    header = "contact,customer,channel,time,problem,text,name,phone"
    Path("noted.csv").write_text("\n".join([header, *rows]) + "\n")
    result = cem("cases", "noted.csv", "-o", "cases.csv", "--identity", "name, phone")
    assert result.exit_code == 0, result.output
    assert "20 linked to one of these, 0 to one another, 0 to none" in result.output
    assert "60 contacts, 20 cases; not merged: 0 without a customer" in result.output
    assert "Person" not in Path("cases.csv").read_text()


def test_cases_takes_parquet_and_a_window(contacts):
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv("contacts.csv", parse_dates=["time"])
    frame.to_parquet("contacts.parquet")
    narrow = cem(
        "cases", "contacts.parquet", "-o", "cases.csv", "--window-days", "1", "--engine", "duckdb"
    )
    assert narrow.exit_code == 0, narrow.output
    assert len(Path("cases.csv").read_text().splitlines()) == 3
    with_texts = cem("cases", "contacts.parquet", "-o", "texts.csv", "--similarity", "0.1")
    assert with_texts.exit_code == 0, with_texts.output
    assert len(Path("texts.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.csv", "-o", "cases.csv"], "there is no file nowhere.csv"),
        (["contacts.csv"], "Missing option '-o'"),
        (["contacts.csv", "-o", "cases.xls"], "must end in .csv or .parquet"),
        (["contacts.csv", "-o", "contacts.csv"], "name another file"),
        (["contacts.csv", "-o", "cases.csv", "--similarity", "1.5"], "similarity"),
        (["contacts.csv", "-o", "cases.csv", "--window-days", "-1"], "window-days"),
        (["contacts.csv", "-o", "cases.csv", "--engine", "dukdb"], "engine is 'dukdb'"),
        (["contacts.csv", "-o", "cases.csv", "--zone", "Mars"], "zone is 'Mars'"),
        (["contacts.csv", "-o", "cases.csv", "--identity", "phone"], "at least two"),
        (["contacts.csv", "-o", "cases.csv", "--identity", "phone,name"], "with 'phone'"),
        (["contacts.csv", "-o", "cases.csv", "--certainty", "1"], "certainty"),
        (
            ["contacts.csv", "-o", "cases.csv", "--engine", "spark", "--similarity", "0.2"],
            "texts are compared in memory, on this machine only",
        ),
        (
            ["texts.csv", "-o", "cases.csv", "--engine", "duckdb"],
            "texts.csv has no column problem",
        ),
        (["contacts.csv", "-o", "cases.csv", "--links", "cases.csv"], "cannot both be written"),
        (["contacts.csv", "-o", "cases.csv", "--links", "contacts.csv"], "the links cannot be"),
        (["broken.csv", "-o", "cases.csv"], "row 2, time: 'once' is not a date with a time"),
    ],
)
def test_a_wrong_request_for_cases_ends_with_2_and_writes_nothing(contacts, arguments, message):
    rows = CONTACTS.splitlines()
    (contacts / "texts.csv").write_text("customer,time,text\nC1,2026-03-09,hello\n")
    (contacts / "broken.csv").write_text(f"{rows[0]}\nK1,C1,shop,once,bill,x\n")
    before = sorted(path.name for path in contacts.iterdir())
    result = cem("cases", *arguments)
    assert result.exit_code == 2, result.output
    assert message in result.output
    assert sorted(path.name for path in contacts.iterdir()) == before
    assert (contacts / "contacts.csv").read_text() == CONTACTS


def test_a_run_takes_no_folder_of_a_strangers(home):
    (home / "letters").mkdir()
    (home / "letters" / "report.html").write_text("mine")
    result = cem("run", "01", "-o", "letters")
    assert result.exit_code == 2
    assert "cem: letters holds files that cem did not write" in result.output
    assert [path.name for path in (home / "letters").iterdir()] == ["report.html"]
    (home / "letters" / "run.json").write_text('{"run": 1}')
    assert cem("run", "01", "-o", "letters").exit_code == 2
    assert (home / "letters" / "report.html").read_text() == "mine"


def test_a_run_takes_an_empty_folder_and_its_own_again(home):
    (home / "mine").mkdir()
    for budget in ("40", "30"):
        assert cem("run", "01", "-p", "budget", budget, "-o", "mine").exit_code == 0
    assert '"budget": 30.0' in (home / "mine" / "run.json").read_text()


def test_a_study_takes_no_folder_of_a_strangers(home):
    folder = home / "reports" / "build" / "course"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("mine")
    result = cem("build")
    assert result.exit_code == 2
    assert "did not write ('index.html')" in result.output
    assert [path.name for path in folder.iterdir()] == ["index.html"]


@pytest.mark.parametrize("name", ["cases.csv", "cases.parquet"])
def test_cases_take_no_file_of_a_strangers(home, name):
    contacts = "customer,time,problem\na,2026-01-01 10:00,bill\n"
    (home / "contacts.csv").write_text(contacts)
    (home / name).write_text("customer,balance\na,5\n")
    result = cem("cases", "contacts.csv", "-o", name, "--zone", "UTC")
    assert result.exit_code == 2
    assert f"cem: {name} exists and was not written by cem" in result.output
    assert (home / name).read_text() == "customer,balance\na,5\n"
    (home / name).unlink()
    for _ in range(2):
        assert cem("cases", "contacts.csv", "-o", name, "--zone", "UTC").exit_code == 0


def test_an_operator_takes_no_folder_of_a_strangers(home):
    (home / "ours").mkdir()
    (home / "ours" / "customers.csv").write_text("mine")
    result = cem("data", "make", "ours", "--customers", "50")
    assert result.exit_code == 2
    assert "directory is 'ours', but must be a new or empty folder" in result.output
    assert [path.name for path in (home / "ours").iterdir()] == ["customers.csv"]
    for _ in range(2):
        assert cem("data", "make", "new", "--customers", "50").exit_code == 0


def test_the_least_that_a_help_allows_is_refused_before_anything_starts(home):
    path = home / "notebooks" / "01-one.ipynb"
    path.write_text(path.read_text().replace("# person-days", "# person-days; at least 5"))
    result = cem("run", "01", "-p", "budget", "4", "-o", "mine")
    assert result.exit_code == 2
    assert "budget is '4', but must be a finite number of at least 5" in result.output
    assert not (home / "mine").exists()
