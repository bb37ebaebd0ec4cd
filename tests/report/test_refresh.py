from __future__ import annotations

import json

import pytest

from cemlib.report import refresh
from cemlib.report.plan import workbook


@pytest.fixture
def output():
    return []


def test_a_refresh_is_idempotent_and_names_what_differs(working_home, tmp_path, output):
    path = tmp_path / "01-speaks.ipynb"
    path.write_bytes((working_home / "notebooks" / "01-speaks.ipynb").read_bytes())
    books = [workbook.read(path)]
    assert not refresh.refresh(books, check=True, notify=output.append)
    assert output[-1].startswith(
        "01-speaks: cells 2 (parameters), 3 (cell-0), 4 (cell-1), 5 (cell-2) of"
    )
    assert refresh.refresh(books, notify=output.append)
    assert output[-1] == "01-speaks: outputs updated"
    before = path.stat()
    assert refresh.refresh(books, notify=output.append)
    assert output[-1] == "01-speaks: unchanged"
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    content = json.loads(path.read_text())
    assert "injected-parameters" not in path.read_text()
    assert content["cells"][4]["outputs"][0]["data"]["text/plain"] == ["{'b': 1, 'a': {3, 4}}"]


def test_a_workbook_that_fails_is_not_changed(working_home, output):
    path = working_home / "notebooks" / "02-raises.ipynb"
    before = path.read_bytes()
    assert not refresh.refresh([workbook.read(path)], notify=output.append)
    assert output[-1].startswith("FAILED: 02-raises, cell 3")
    assert path.read_bytes() == before
