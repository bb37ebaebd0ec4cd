"""What sources import is remembered between builds, and never trusted beyond its source."""

from __future__ import annotations

import json

import pytest

from cemlib.report.plan.imports import ROOT, Sources
from cemlib.report.plan.statements import Remembered, statements

SOURCE = "import numpy\nfrom .names import a\n"
FOUND = ((0, ("numpy",)), (1, ("names", "a")))


@pytest.fixture
def find():
    """Count how often a source is looked at."""
    seen = []

    def found(source):
        seen.append(source)
        return statements(source, "cemlib")

    found.seen = seen
    return found


def test_a_source_is_looked_at_once(tmp_path, find):
    first = Remembered(tmp_path)
    assert first.of(SOURCE, find) == FOUND
    first.save()
    again = Remembered(tmp_path)
    assert again.of(SOURCE, find) == FOUND
    assert find.seen == [SOURCE]
    again.of(SOURCE + "import cemlib\n", find)
    assert len(find.seen) == 2


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"a": 1}', '{"a": [[0]]}', "\udcff"])
def test_a_broken_file_costs_time_only(tmp_path, find, content):
    first = Remembered(tmp_path)
    first.of(SOURCE, find)
    first.save()
    [file] = tmp_path.iterdir()
    file.write_bytes(content.encode("utf-8", "surrogatepass"))
    again = Remembered(tmp_path)
    assert again.of(SOURCE, find) == FOUND
    again.save()
    assert list(json.loads(file.read_text()).values()) == [[[0, ["numpy"]], [1, ["names", "a"]]]]


def test_a_folder_that_cannot_be_written_to_costs_time_only(tmp_path, find):
    (tmp_path / "file").write_text("")
    remembered = Remembered(tmp_path / "file")
    assert remembered.of(SOURCE, find) == FOUND
    remembered.save()


def test_remembered_files_reach_the_same(tmp_path):
    cells = ["from cemlib.studies import repair", "from cemlib import teach"]
    remembered = Sources(ROOT)
    fresh = Sources(ROOT)
    fresh._remembered = Remembered(tmp_path)
    assert remembered.reached(cells) == fresh.reached(cells)
    assert Sources(ROOT).reached(cells) == fresh.reached(cells)
