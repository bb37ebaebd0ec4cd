"""What ``cem data`` and ``cem list`` print, write and refuse."""

import csv
import json
import subprocess
import sys

import openpyxl
import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from cemlib import catalogue, cli, descriptor, home, plain_yaml
from cemlib.data.template import fields_of
from cemlib.data_commands.layout import WIDTH, paragraph, table

OWN = sorted(descriptor.takers())
TABLES = [name for name in OWN if name != "path-model"]
ANSWERS = [
    ["ID", "I feel safe", "I have a choice", "All in all, how satisfied are you?", "wt", "memo"],
    *[[f"r{n}", str(1 + n % 5), str(1 + n * 7 % 5), str(n % 11), "1", "x"] for n in range(60)],
]


def cem(*arguments):
    return CliRunner().invoke(cli.main, list(map(str, arguments)))


@pytest.fixture
def answers(tmp_path):
    path = tmp_path / "answers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(ANSWERS)
    return path


@pytest.mark.parametrize("name", catalogue.names())
def test_show_fits_the_terminal_and_names_every_column(name):
    result = cem("data", "show", name)
    assert result.exit_code == 0, result.output
    assert max(map(cell_len, result.output.splitlines())) <= WIDTH
    dataset = catalogue.dataset(name)
    if dataset.contract or dataset.blank:
        words = set(result.output.split())
        assert {each.name for each in fields_of(dataset)} <= words


def test_show_says_meaning_unit_range_and_need():
    shown = cem("data", "show", "repairs").output
    assert "Taken by 04-centralised-repair --data repairs=FILE" in shown
    assert "Answers: golden time" in shown
    row = next(line for line in shown.splitlines() if line.startswith("  severity "))
    assert "1 a nuisance … 5" in row
    assert "number, 1 to 5" in row
    assert " yes " in row
    team = next(line for line in shown.splitlines() if line.startswith("  team "))
    assert "yes*" in team
    assert "* cells may be empty" in shown
    survey = cem("data", "show", "survey", "--option", "item_scale", "1-5").output
    assert "points (1–5)" in survey
    assert "It needs overall, and items of at least two rights" in survey
    assert "Without channel, channels are not compared." in survey


def test_show_of_a_case_says_that_it_cannot_be_ones_own():
    assert "It cannot be one's own" in cem("data", "show", "yang").output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "surveys"], "did you mean 'survey'?"),
        (["show", "survey", "--option", "scale", "1-5"], "option is 'scale'"),
        (["show", "survey", "--option", "item_scale", "5"], "item_scale is '5'"),
        (["template", "survey", "-o", "survey.txt"], "must end with .xlsx or .csv"),
        (["template", "truth", "-o", "a.csv"], "truth"),
        (["template", "path-model", "-o", "a.csv"], "is not a table"),
        (["map", "survey", "nowhere.csv"], "there is no file nowhere.csv"),
        (["check", "survey", "nowhere.csv"], "there is no file nowhere.csv"),
    ],
)
def test_a_wrong_request_ends_with_2_and_writes_nothing(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    result = cem("data", *arguments)
    assert result.exit_code == 2, result.output
    assert message in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_a_template_is_written_once_and_again_only_while_it_is_empty(tmp_path, name, ending):
    path = tmp_path / "new" / f"mine{ending}"
    for _ in range(2):
        result = cem("data", "template", name, "-o", path)
        assert result.exit_code == 0, result.output
    assert f"cem data check {name}" in result.output


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_a_filled_or_foreign_file_is_not_overwritten(tmp_path, ending):
    path = tmp_path / f"mine{ending}"
    assert cem("data", "template", "offers", "-o", path).exit_code == 0
    if ending == ".csv":
        with path.open("a") as file:
            file.write("a,,,,1,2\n")
    else:
        book = openpyxl.load_workbook(path)
        book.worksheets[0]["A9"] = "my offer"
        book.save(path)
    before = path.read_bytes()
    assert cem("data", "template", "offers", "-o", path).exit_code == 2
    assert path.read_bytes() == before
    foreign = tmp_path / f"foreign{ending}"
    if ending == ".csv":
        foreign.write_text("a,b\n")
    else:
        openpyxl.Workbook().save(foreign)
    before = foreign.read_bytes()
    result = cem("data", "template", "offers", "-o", foreign)
    assert result.exit_code == 2
    assert "is not an empty template of offers" in result.output
    assert foreign.read_bytes() == before


def test_map_writes_what_check_accepts_and_run_takes(answers):
    mapped = cem("data", "map", "survey", answers)
    assert mapped.exit_code == 0, mapped.output
    yaml = answers.with_name("answers.columns.yaml")
    assert plain_yaml.read(yaml) == {
        "columns": {
            "respondent": "ID",
            "overall": "All in all, how satisfied are you?",
            "safety_1": "I feel safe",
            "choice_1": "I have a choice",
        },
        "scales": {"items": "1-5", "overall": "0-10"},
    }
    lines = mapped.output.splitlines()
    assert lines.index("Sure") < lines.index("Unsure, written as comments")
    unsure = lines[lines.index("Unsure, written as comments") + 1]
    assert unsure.split()[:2] == ["weight", "wt"]
    assert "Not used: memo" in lines
    assert f"Next: cem data check survey {answers}" in lines
    assert f"Then: cem run 01-rights-assessment --data survey={answers}" in lines
    checked = cem("data", "check", "survey", answers)
    assert checked.exit_code == 0, checked.output
    assert checked.output.splitlines()[-1] == "answers.csv: fit"


def test_map_replaces_a_mapping_only_if_told(answers):
    yaml = answers.with_name("answers.columns.yaml")
    yaml.write_text("columns: {overall: mine}\n")
    refused = cem("data", "map", "survey", answers)
    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert yaml.read_text() == "columns: {overall: mine}\n"
    assert cem("data", "map", "survey", answers, "--force").exit_code == 0
    assert "mine" not in yaml.read_text()


def test_map_says_what_is_required_and_not_found(answers):
    result = cem("data", "map", "contacts", answers)
    assert result.exit_code == 0
    assert "Required, and not found: customer, time" in result.output


def test_map_of_no_table_ends_with_1_and_writes_nothing(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"%PDF-1.7\n")
    result = cem("data", "map", "survey", path)
    assert result.exit_code == 1
    assert "is a PDF" in result.output
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("name", TABLES)
def test_the_operators_own_files_map_to_themselves(tmp_path, name):
    dataset = catalogue.dataset(name)
    if not dataset.file:
        pytest.skip("there is no committed file of this kind")
    path = tmp_path / "mine.csv"
    path.write_bytes(dataset.path.read_bytes())
    assert cem("data", "map", name, path).exit_code == 0
    columns = plain_yaml.read(tmp_path / "mine.columns.yaml")["columns"]
    assert {column: source for column, source in columns.items() if column != source} == {}
    with dataset.path.open(encoding="utf-8") as file:
        header = next(csv.reader(file))
    assert set(header) <= set(columns)
    checked = cem("data", "check", name, path)
    assert checked.exit_code == 0, checked.output


def test_check_says_how_a_file_was_read_and_what_it_answers(answers):
    cem("data", "map", "survey", answers)
    lines = cem("data", "check", "survey", answers).output.splitlines()
    assert any("not used" in line and "memo" in line for line in lines)
    assert "60 rows read." in lines
    assert "Taken by 01-rights-assessment --data survey=FILE" in lines
    assert any(line.startswith("Answers: perception of each right") for line in lines)
    assert "Not answered. Without channel, channels are not compared." in lines


def test_check_lists_at_most_twenty_lines_and_all_of_them_if_told(tmp_path):
    path = tmp_path / "many.csv"
    names = [f"{right}_{n}" for right in ("safety", "choice", "respect") for n in range(1, 10)]
    rows = [[*names, "overall"], *[[*(["good", "77"] * 14)[:27], "x"] for _ in range(30)]]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    short, full = (cem("data", "check", "survey", path, *more) for more in ([], ["--all"]))
    assert short.exit_code == full.exit_code == 1
    problems = len(catalogue.problems("survey", path))
    assert len(full.output.splitlines()) == problems + 1
    assert full.output.splitlines()[-1].startswith(f"many.csv: {problems:,} problems")
    assert len(short.output.splitlines()) <= 22
    assert "--all lists every problem" in short.output


def test_texts_of_a_file_are_safe_in_a_terminal(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("overall,\x1b[2Jsafe,\u202echoice\n" + "5,4,3\n" * 5, encoding="utf-8")
    for verb in ("map", "check"):
        output = cem("data", verb, "survey", path).output
        assert "\x1b" not in output
        assert "\u202e" not in output


def test_list_shows_what_can_be_ones_own_and_where():
    lines = cem("list").output.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("Datasets of your own"))
    rows = {line.split()[0]: line for line in lines[start + 1 : lines.index("", start)]}
    assert sorted(rows) == OWN
    assert "03 --data survey=FILE" in rows["path-survey"]
    other = lines[lines.index("Datasets of the operator") :]
    assert not [name for name in OWN if any(line.split()[:1] == [name] for line in other)]
    assert any(line.split()[:1] == ["yang"] for line in other)


def test_the_descriptor_says_which_parameter_takes_a_dataset():
    described = json.loads((home.datasets() / descriptor.FILE).read_text(encoding="utf-8"))
    assert [each["name"] for each in described["own"]] == list(descriptor.takers())
    for each in described["own"]:
        assert each["answers"], each["name"]
        assert each["workbooks"], each["name"]


def test_list_and_help_import_nothing_slow():
    program = (
        "import sys; from cemlib.cli import main\n"
        "for words in (['list'], ['data', '--help']):\n"
        "    try: main(words)\n"
        "    except SystemExit as end: assert not end.code\n"
        "slow = {'pandas', 'numpy', 'pandera', 'openpyxl', 'matplotlib', 'rich', 'scipy'}\n"
        "print('slow:', *slow & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "slow:"


def test_chinese_letters_take_two_columns_and_nothing_is_markup():
    lines = table([("总体满意度", "[SQ001]"), ("a", "好 " * 80)]).splitlines()
    assert lines[0] == "  总体满意度  [SQ001]"
    assert lines[1].startswith("  a           好")
    assert max(map(cell_len, lines)) <= WIDTH
    assert max(map(cell_len, paragraph("好" * 120, 2, 2).splitlines())) <= WIDTH
