from __future__ import annotations

import json

import pytest

from cemlib.report import refresh
from cemlib.report.plan import workbook


@pytest.fixture
def said():
    return []


def test_a_refresh_is_idempotent_and_names_what_differs(press, tmp_path, said):
    path = tmp_path / "01-speaks.ipynb"
    path.write_bytes((press / "notebooks" / "01-speaks.ipynb").read_bytes())
    books = [workbook.read(path)]
    assert not refresh.refresh(books, check=True, say=said.append)
    assert said[-1].startswith(
        "01-speaks: cells 2 (parameters), 3 (cell-0), 4 (cell-1), 5 (cell-2) of"
    )
    assert refresh.refresh(books, say=said.append)
    assert said[-1] == "01-speaks: outputs stored anew"
    before = path.stat()
    assert refresh.refresh(books, say=said.append)
    assert said[-1] == "01-speaks: as it was"
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    content = json.loads(path.read_text())
    assert "injected-parameters" not in path.read_text()
    assert content["cells"][4]["outputs"][0]["data"]["text/plain"] == ["{'b': 1, 'a': {3, 4}}"]


def test_a_workbook_that_fails_is_left_as_it_is(press, said):
    path = press / "notebooks" / "02-raises.ipynb"
    before = path.read_bytes()
    assert not refresh.refresh([workbook.read(path)], say=said.append)
    assert said[-1].startswith("FAILED: 02-raises, cell 3")
    assert path.read_bytes() == before
