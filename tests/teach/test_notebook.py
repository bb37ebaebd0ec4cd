from __future__ import annotations

import nbclient
import nbformat
import pytest

from cemlib.findings import FINDINGS_MIME

CELLS = {
    "prose": 'from cemlib.teach.sentences import prose\nprose("**Respect** first.")',
    "figure": """
        %matplotlib inline
        from cemlib.plot.style import canvas
        with canvas(3, 2, alt="One bar.") as (figure, axes):
            axes.barh(["x"], [1])
        figure
    """,
    "two figures": "from IPython.display import display\ndisplay(figure)\nfigure",
    "table": """
        import pandas
        from cemlib.teach.tables import table
        table(pandas.DataFrame({"right": ["choice"], "index": [1.5]}), "Rights")
    """,
    "explore": """
        from cemlib.teach.controls import explore
        explore(lambda days: f"{days} days", "Days", days=[1, 2])
    """,
    "rating": """
        from cemlib.teach.rating_form import compare_ratings
        compare_ratings([("Respect", 54, 51, 57)], "How?")
    """,
    "exercise": 'from cemlib.teach.exercises import check\ncheck("Gap", ..., 3)',
    "findings": """
        from cemlib.findings import Finding
        from cemlib.teach.findings_table import show_findings
        show_findings([Finding("lowest", "respect", "", "Least felt.")])
    """,
}


def run():
    cells = [nbformat.v4.new_code_cell(code, id=f"c{at}") for at, code in enumerate(CELLS.values())]
    for cell in cells:
        cell.source = "\n".join(
            line[8:] if line[:8].isspace() else line for line in cell.source.split("\n")
        )
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    return dict(zip(CELLS, [cell.outputs for cell in notebook.cells], strict=True))


@pytest.fixture(scope="module")
def outputs():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CEMLIB_MODE", raising=False)
        patch.delenv("JPY_SESSION_NAME", raising=False)
        yield run(), run()


@pytest.mark.parametrize(
    ("cell", "kinds"),
    [
        ("prose", {"text/markdown", "text/plain"}),
        ("figure", {"image/svg+xml", "text/plain"}),
        ("table", {"text/html", "text/plain"}),
        ("explore", {"text/html", "text/plain"}),
        ("rating", {"text/html", "text/plain"}),
        ("exercise", {"text/html", "text/plain"}),
        ("findings", {FINDINGS_MIME, "text/html", "text/plain"}),
    ],
)
def test_a_kernel_shows_each_thing_once(outputs, cell, kinds):
    [output] = outputs[0][cell]
    assert output.output_type == "display_data"
    assert set(output.data) == kinds


def test_a_figure_can_be_displayed_again(outputs):
    first, second = outputs[0]["two figures"]
    assert first == second == outputs[0]["figure"][0]
    assert first.metadata == {"image/svg+xml": {"alt": "One bar."}}


def test_another_kernel_shows_the_same(outputs):
    assert outputs[0] == outputs[1]


def test_a_learner_at_the_notebook_gets_widgets(monkeypatch):
    monkeypatch.delenv("CEMLIB_MODE", raising=False)
    monkeypatch.setenv("JPY_SESSION_NAME", "/lesson.ipynb")
    shown = run()
    for cell in ("explore", "rating"):
        [output] = shown[cell]
        assert "application/vnd.jupyter.widget-view+json" in output.data
