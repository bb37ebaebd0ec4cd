"""Files as weapons: each is read, or refused, in bounded memory and time, and nothing else ends."""

import json
import os
import subprocess
import sys

import pytest
import weapons

from cemlib import plain_yaml
from cemlib.catalogue import problems
from cemlib.data.apart import MEMORY, read
from cemlib.data.bounds import MAX_CELL
from cemlib.data.company import examine
from cemlib.data.layout import UnreadableError
from cemlib.data.parquet import parquet
from cemlib.report.errors import RequestError
from cemlib.report.files import refuse_foreign

SECONDS = 480  # of a clock that other tests share; the slowest takes about 25 on an idle core
MEGABYTES = 1_200  # beyond what the process has before
READ = """
import json, resource, sys
import openpyxl, pyarrow.parquet, pyreadstat
from cemlib.catalogue import path, problems
problems("survey", path("survey"))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
said = [str(each) for each in problems("survey", sys.argv[1])]
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
apart = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([said, (after - before) / 1024, apart / 1024]))
"""
SAID = {  # what says that the weapon hit what it was made for
    "far_row": "lies outside a sheet",
    "far_columns": "lies outside a sheet",
    "junk_between_rows": "beside its rows",
    "ods_junk_between_rows": "beside its rows",
    "many_cells_of_one_row": "in one row",
    "one_cell_of_a_workbook": "in one row",
    "parquet_long_text": "has a cell of more than",
    "parquet_many_rows": "100,000,000 rows",
    "xlsb_far_cell": "too much memory",
    "ods_repeated_spaces": "too much memory",
    "old_workbook": "damaged old .xls",
    "million_columns": "is a line of more than",
    "many_columns": "has 400,004 columns",
    "pipe": "is not a file",
    "device": "is not a file",
}


@pytest.mark.parametrize("weapon", list(weapons.all_weapons()), ids=lambda weapon: weapon.__name__)
def test_a_weapon_is_answered_in_bounded_memory_and_time(tmp_path, weapon):
    path = weapon(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    said, memory, apart = json.loads(done.stdout)
    assert said, "the file was taken for a table without problems"
    assert memory < MEGABYTES
    assert apart <= MEMORY >> 20
    assert SAID.get(weapon.__name__, "") in said[0]
    assert not any("root:" in each or "Traceback" in each or len(each) > 1_000 for each in said)


def test_the_weapons_are_small(tmp_path):
    for weapon in (weapons.far_row, weapons.xlsb_far_cell, weapons.ods_repeated_spaces):
        folder = tmp_path / weapon.__name__
        folder.mkdir()
        assert weapon(folder).stat().st_size < 100_000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_descriptions_are_not_read_from_pipes(tmp_path):
    """Without the check each of these waits for a writer without end."""
    pipe = tmp_path / "company.yaml"
    os.mkfifo(pipe)
    with pytest.raises(ValueError, match="is not a file"):
        plain_yaml.read(pipe)
    assert examine(pipe)[1] == ["company.yaml is not a file"]
    answers = tmp_path / "answers.csv"
    answers.write_text("safety_1,choice_1,overall\n5,4,9\n4,4,8\n")
    os.mkfifo(tmp_path / "answers.columns.yaml")
    assert "is not a file" in str(problems("survey", answers)[0])
    with pytest.raises(RequestError, match="was not written by cem"):
        refuse_foreign(pipe, ["name"])


def test_a_process_that_ends_within_a_line_is_a_damaged_file(tmp_path, monkeypatch):
    program = "import os; os.write(1, b'[1, 2]\\n[3, '); os.abort()"
    (tmp_path / "ends_early.py").write_text(program)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    rows = read("ends_early", "SPSS file")
    assert next(rows) == [1, 2]
    with pytest.raises(UnreadableError, match="is a damaged SPSS file"):
        next(rows)


def test_texts_that_many_rows_share_come_back_as_they_were(tmp_path):
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "own": [f"{number:040d}" for number in rng.permutation(60_000)],  # beyond a dictionary
            "shared": rng.choice(["a", "x" * MAX_CELL, None], 60_000, p=[0.98, 0.01, 0.01]),
            "kind": pd.Categorical(rng.choice([3, 4], 60_000)),
        }
    )
    path = tmp_path / "a.parquet"
    frame.to_parquet(path)
    with parquet(path, 64_000_000) as table:
        rows = [cells for _, cells in table.rows]
    expected = frame.astype({"kind": str}).astype(object).where(frame.notna(), "")
    assert rows == expected.to_numpy().tolist()
