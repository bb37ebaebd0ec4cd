"""How much the first cell of a workbook loads, before the reader sees anything."""

import json
import subprocess
import sys

import pytest

from cemlib.report.plan import workbook

# What a later cell needs, it loads later.
LATE = ("statsmodels", "sklearn", "duckdb", "ibis", "matplotlib.pyplot", "openpyxl", "pyreadstat")
MOST_MODULES = 1_850  # 1,800 with every package of the tests; most are SciPy's and pandera's
FURTHER = {"07-one-company": 250}  # it opens the datasets of all studies, and divides a budget
PROGRAM = """
import json, sys
for cell in json.load(sys.stdin):
    exec(cell, globals())
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize("book", workbook.workbooks(), ids=lambda book: book.slug)
def test_the_first_cell_loads_little(book):
    cells = json.loads(book.path.read_text(encoding="utf-8"))["cells"]
    first = [cell for cell in cells if cell["cell_type"] == "code"][:2]  # parameters, then set-up
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(["".join(cell["source"]) for cell in first]),
        capture_output=True,
        text=True,
        check=True,
        cwd=book.path.parent,
    )
    modules = json.loads(done.stdout.splitlines()[-1])
    assert not set(LATE) & set(modules)
    assert len(modules) <= MOST_MODULES + FURTHER.get(book.slug, 0)
