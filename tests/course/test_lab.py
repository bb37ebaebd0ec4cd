"""Copies of the workbooks for a class: trusted, kept, and saved without widgets."""

import copy
import json
import re

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from cemlib.course.lab import START, prepare, without_widgets
from cemlib.report.plan.workbook import workbooks

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(autouse=True)
def signatures(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()


def is_trusted(path):
    notary = NotebookNotary()
    signed = notary.check_signature(nbformat.read(path, as_version=4))
    notary.store.close()
    return signed


def test_copies_are_whole_and_trusted(tmp_path):
    lines = []
    assert prepare(tmp_path / "class", lines.append) == tmp_path / "class" / "notebooks" / START
    assert lines == [f"{len(workbooks())} workbooks copied into {tmp_path / 'class/notebooks'}"]
    for book in workbooks():
        copied = tmp_path / "class" / "notebooks" / book.path.name
        assert copied.read_bytes() == book.path.read_bytes()
        assert is_trusted(copied)
        links = re.findall(r"\]\((\.\./[^)]+)\)", copied.read_text(encoding="utf-8"))
        assert links
        assert all((copied.parent / link).is_file() for link in links)


def test_what_a_class_has_changed_is_kept_and_told(tmp_path):
    folder = tmp_path / "class"
    prepare(folder, lambda line: None)
    ours = folder / "notebooks" / START
    changed = json.loads(ours.read_text())
    changed["cells"].append(copy.deepcopy(changed["cells"][0]) | {"id": "added"})
    ours.write_text(json.dumps(changed))
    lines = []
    prepare(folder, lines.append)
    assert json.loads(ours.read_text()) == changed
    assert lines == [f"{ours} is kept as it is; remove it to get a new copy"]
    assert not is_trusted(ours)  # we know nothing of its outputs


def test_widgets_are_not_saved():
    widget = {WIDGET: {"model_id": "a"}, "text/plain": "VBox(children=())"}
    kept = {"text/html": "<p>a</p>", "text/plain": "a"}
    outputs = [{"output_type": "display_data", "data": dict(each)} for each in (widget, kept)]
    cells = [{"cell_type": "code", "outputs": outputs}, {"cell_type": "markdown"}]
    content = {"metadata": {"widgets": {}}, "cells": cells}
    without_widgets({"type": "notebook", "content": content}, path="a", contents_manager=None)
    assert content["metadata"] == {}
    assert outputs[0]["data"] == {"text/plain": "Run this cell to get its controls back."}
    assert outputs[1]["data"] == kept


def test_other_files_are_saved_as_they_are():
    model = {"type": "file", "content": "text"}
    without_widgets(model)
    assert model == {"type": "file", "content": "text"}
