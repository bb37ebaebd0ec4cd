from __future__ import annotations

import ast
import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from papermill.translators import PythonTranslator

from cemlib.report.run import canonical, execute


def outputs(built, slug):
    folder, _, _ = built
    notebook = nbformat.read(folder / slug / "notebook.ipynb", 4)
    return notebook, "".join(
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.output_type == "stream" and output.name == "stdout"
    )


def test_parameters_reach_the_kernel_as_data(built, study):
    notebook, _ = outputs(built, "01-speaks-2")
    [injected] = [cell for cell in notebook.cells if canonical.is_injected(cell)]
    values = {}
    exec(injected.source, values)
    assert values["word"] == study.runs[1].parameters["word"]
    assert values["share"] == 1.0
    payload = notebook.cells[3].outputs[0].data["application/vnd.cemlib.findings+json"]
    assert payload["findings"][0]["value"] == study.runs[1].parameters["word"]


def test_only_changed_parameters_are_injected(built):
    notebook, _ = outputs(built, "01-speaks")
    assert not any(canonical.is_injected(cell) for cell in notebook.cells)


def test_data_files_are_staged_under_their_bare_names(built):
    _, printed = outputs(built, "01-speaks-2")
    assert "a,b\n1,2\n" in printed
    assert "['answers.columns.yaml', 'answers.csv']" in printed


def test_the_kernel_sees_nothing_of_the_user(built):
    _, printed = outputs(built, "01-speaks")
    assert "größer 更大 🙂 no file\n[]\nNone 1 " in printed


def test_hashes_are_the_same_in_every_run(built):
    one, two = (outputs(built, slug)[1].split()[-1] for slug in ("01-speaks", "01-speaks-2"))
    assert one == two


@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "c"]),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.integers()
        | st.booleans(),
        min_size=1,
    )
)
def test_any_value_survives_injection(parameters):
    tree = ast.parse(PythonTranslator.codify(parameters))
    assert {line.targets[0].id: ast.literal_eval(line.value) for line in tree.body} == parameters


def stream(name, text):
    return nbformat.v4.new_output("stream", name=name, text=text)


def test_streams_are_joined_however_the_kernel_split_them():
    shown = nbformat.v4.new_output("display_data", {"text/plain": "x"})
    cell = nbformat.v4.new_code_cell(
        "1",
        id="a",
        outputs=[
            stream("stdout", "a"),
            stream("stderr", "w"),
            stream("stdout", "b"),
            shown,
            stream("stdout", "c"),
        ],
    )
    tidy = canonical.canonical_form(nbformat.v4.new_notebook(cells=[cell])).cells[0].outputs
    assert [output.get("text", "x") for output in tidy] == ["ab", "w", "x", "c"]


def test_messages_lose_colours_and_paths(tmp_path):
    error = nbformat.v4.new_output(
        "error",
        ename="E",
        evalue=f"no {tmp_path}/x.csv",
        traceback=[
            "\x1b[31mE\x1b[0m",
            f"File {nbformat.__file__}:3",
            "/tmp/ipykernel_31/2465675748.py:2",
        ],
    )
    cell = nbformat.v4.new_code_cell("1", id="a", outputs=[error])
    [tidy] = (
        canonical.canonical_form(nbformat.v4.new_notebook(cells=[cell]), tmp_path).cells[0].outputs
    )
    assert tidy.evalue == "no x.csv"
    assert tidy.traceback == ["E", "File nbformat/__init__.py:3", "cell:2"]


def test_run_metadata_are_dropped_from_notebooks():
    cell = nbformat.v4.new_code_cell(
        "1",
        id="a",
        metadata={
            "papermill": {"duration": 1},
            "execution": {"iopub.status.busy": "x"},
            "tags": [],
            "editable": False,
        },
    )
    notebook = nbformat.v4.new_notebook(
        cells=[cell],
        metadata={
            "papermill": {},
            "widgets": {},
            "cem": {"level": 1},
            "language_info": {"name": "python", "version": "3.11.7"},
        },
    )
    tidy = canonical.canonical_form(notebook)
    assert tidy.cells[0].metadata == {"editable": False}
    assert tidy.metadata == {**canonical.METADATA, "cem": {"level": 1}}
    nbformat.validate(tidy)


def test_cells_without_identifiers_get_stable_ones(tmp_path):
    old = {
        "cells": [{"cell_type": "markdown", "metadata": {}, "source": "x"}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    (tmp_path / "old.ipynb").write_text(json.dumps(old))
    assert [cell.id for cell in canonical.read(tmp_path / "old.ipynb").cells] == ["cell-1"]


@pytest.mark.parametrize("executed", [True, False])
def test_the_failing_line_is_found_if_the_traceback_names_it(executed):
    error = nbformat.v4.new_output(
        "error",
        ename="E",
        evalue="bad",
        traceback=["Cell In[4], line 2", "Cell In[7], line 3, in f()", "File lib.py:9"],
    )
    cell = nbformat.v4.new_code_cell(
        "a\nb\n  raise E\nd", id="x", outputs=[error], execution_count=7 if executed else None
    )
    failure = execute.locate_failure(nbformat.v4.new_notebook(cells=[cell]), "w")
    assert failure.line == ("raise E" if executed else "")
    assert (failure.cell, failure.cell_id) == (1, "x")
