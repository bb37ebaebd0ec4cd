"""Every workbook keeps to the skeleton and carries outputs that say what they show."""

import ast
import json
import re
from pathlib import Path

import pytest

from cemlib.findings import FINDINGS_MIME, from_payload
from cemlib.report.plan.workbook import read

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
CLOSING = ("## What we found", "## Exercises", "## What this does not show", "## Further reading")
MOST_CODE_LINES, MOST_WORDS = 110, 2000


def text(cell):
    return "".join(cell["source"])


def tags(cell):
    return cell["metadata"].get("tags", [])


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def cells(notebook):
    return notebook["cells"]


@pytest.fixture
def code(cells):
    return [cell for cell in cells if cell["cell_type"] == "code"]


@pytest.fixture
def outputs(code):
    return [output for cell in code for output in cell["outputs"]]


def test_there_are_workbooks():
    assert [path.stem[:2] for path in NOTEBOOKS][:2] == ["00", "01"]


def test_title_cell_says_what_one_gets(path):
    workbook = read(path)
    assert re.fullmatch(r"\d\d-[a-z0-9-]+", workbook.slug)
    assert workbook.title
    assert workbook.question.endswith("?")
    assert len(workbook.verbs) >= 3
    assert workbook.needs
    assert workbook.source
    assert 5 <= workbook.minutes <= 180


def test_parameters_come_second_and_explain_themselves(path, cells):
    assert [position for position, cell in enumerate(cells) if "parameters" in tags(cell)] == [1]
    assert all(line.count("=") == 1 for line in text(cells[1]).splitlines())
    assert all(len(parameter.help) > 10 for parameter in read(path).parameters)


def test_papermill_sees_the_same_parameters(path):
    from papermill import inspect_notebook

    seen = inspect_notebook(str(path))
    ours = {parameter.name: parameter for parameter in read(path).parameters}
    assert set(seen) == set(ours)
    for name, theirs in seen.items():
        assert theirs["inferred_type_name"] == ours[name].type
        assert ast.literal_eval(theirs["default"]) == ours[name].default
        assert theirs["help"] == ours[name].help


def test_study_is_short_and_defines_nothing(cells):
    end = next(position for position, cell in enumerate(cells) if text(cell).startswith(CLOSING[1]))
    study = [cell for cell in cells[2:end] if cell["cell_type"] == "code"]
    lines = [line for cell in study for line in text(cell).splitlines() if line.strip()]
    assert len(lines) <= MOST_CODE_LINES
    read = [
        each for each in cells if each["cell_type"] == "markdown" and "trainer" not in tags(each)
    ]
    prose = [line for cell in read for line in text(cell).splitlines() if not line.startswith("|")]
    assert sum(len(line.split()) for line in prose) <= MOST_WORDS
    forbidden = (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)
    for cell in cells[1:]:
        if cell["cell_type"] == "code":
            assert not any(isinstance(node, forbidden) for node in ast.walk(ast.parse(text(cell))))


def test_closing_parts_come_in_their_order(cells):
    headings = [text(cell).splitlines()[0] for cell in cells if text(cell).startswith("## ")]
    assert [heading for heading in headings if heading in CLOSING] == list(CLOSING)


def test_there_is_something_to_move(code):
    assert any("explore(" in text(cell) for cell in code)


def test_what_moves_reads_nothing_that_a_later_line_assigns(code):
    """A function given to `explore` runs again when a control moves: after Run All."""
    trees = [ast.parse(text(cell)) for cell in code]
    for at, tree in enumerate(trees):
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.Lambda)):
            names = [node for node in ast.walk(function.body) if isinstance(node, ast.Name)]
            own = {argument.arg for argument in function.args.args + function.args.kwonlyargs}
            read = {node.id for node in names if isinstance(node.ctx, ast.Load)} - own
            later = {
                node.id
                for number, other in enumerate(trees[at:])
                for node in ast.walk(other)
                if isinstance(node, ast.Name)
                and isinstance(node.ctx, ast.Store)
                and (number > 0 or node.lineno > function.lineno)
            }
            assert not read & later


def test_findings_are_shown_and_stored(path, outputs):
    stored = [
        output["data"][FINDINGS_MIME]
        for output in outputs
        if FINDINGS_MIME in output.get("data", {})
    ]
    assert len(stored) == 1
    result = from_payload(stored[0])
    assert len(result) >= 3
    for finding in result:
        assert finding.sentence.endswith("."), finding.name
        if finding.low is not None:
            assert finding.low <= finding.value <= finding.high, finding.name


def test_exercises_check_themselves(cells):
    solutions = [position for position, cell in enumerate(cells) if "solution" in tags(cell)]
    assert solutions
    for position in solutions:
        assert cells[position - 1]["cell_type"] == "markdown"
        checked = "teach.check(" in text(cells[position + 1])
        assert checked or "teach.review(" in text(cells[position + 1])
        said = json.dumps(cells[position + 1]["outputs"], ensure_ascii=False)
        assert ("✓" if checked else "→") in said


def test_outputs_are_there_and_in_order(code):
    counts = [cell["execution_count"] for cell in code]
    assert counts == list(range(1, len(code) + 1))
    shows = re.compile(r"\b(display|prose|show_findings|check|explore|table|\w+_figure)\(")
    for cell in code:
        if shows.search(text(cell)) and "lambda" not in text(cell).split("(")[0]:
            assert cell["outputs"], text(cell)


def test_outputs_hold_no_error_warning_or_place(outputs):
    for output in outputs:
        assert output["output_type"] in ("display_data", "execute_result")
    everything = json.dumps(outputs, ensure_ascii=False)
    assert not re.search(r"/(home|root|work|tmp|Users)/\w|site-packages|0x[0-9a-f]{8,}", everything)
    assert "Traceback" not in everything
    assert "Warning" not in everything


def test_figures_carry_their_words(outputs):
    for output in outputs:
        data = output.get("data", {})
        assert "image/png" not in data
        if "image/svg+xml" in data:
            alt = output["metadata"]["image/svg+xml"]["alt"]
            assert len(alt) > 30
            assert 'role="img"' in "".join(data["image/svg+xml"])
            assert "".join(data["text/plain"]) == alt
        for tag in re.findall(r"<img\b[^>]*>", "".join(data.get("text/html", ""))):
            assert re.search(r'alt="[^"]{20,}"', tag), tag[:200]


def test_no_widget_waits_for_a_kernel(outputs):
    assert "widget-view" not in json.dumps([output.get("data") for output in outputs])


def test_metadata_says_only_what_is_needed(notebook):
    assert notebook["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in ids)
    assert all(set(cell["metadata"]) <= {"tags"} for cell in notebook["cells"])
