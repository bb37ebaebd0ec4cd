"""What a default run of each workbook costs: CPU of the first cell and of all others, and sizes.

    python benchmarks/workbooks.py [--build reports/build/course]

CPU seconds in one process with bytecode kept, of cells as JupyterLab runs them, and as a ratio of
what importing pandas and matplotlib costs; a build adds the size of its reports.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from cemlib.report.plan import workbook

PROGRAM = """
import contextlib, io, json, sys, time
from IPython.core.interactiveshell import InteractiveShell
cells, shell = json.load(sys.stdin), InteractiveShell.instance()
shell.display_pub.publish = lambda *data, **further: None
def spent(cells):
    start = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in cells:
            shell.run_cell(cell).raise_error()
    return time.process_time() - start
first = spent(cells[:2])
count = len(sys.modules)
print(json.dumps([first, count, spent(cells[2:])]))
"""


def measured(book: workbook.Workbook) -> tuple[float, int, float]:
    """Return CPU seconds of the first cell, modules that it loads, CPU seconds of the others."""
    cells = json.loads(book.path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        check=True,
        cwd=book.path.parent,
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    first, count, others = json.loads(done.stdout.splitlines()[-1])
    return first, count, others


def imports() -> float:
    """Return CPU seconds of a Python process that imports pandas and matplotlib."""
    program = "import time, pandas, matplotlib.pyplot; print(time.process_time())"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=Path("reports/build/course"))
    folder = parser.parse_args().build
    base = imports()
    print(f"import pandas, matplotlib.pyplot: {base:.2f} s")
    print(f"{'workbook':28} {'first cell':>18} {'modules':>7} {'others':>15} {'report':>9}")
    for book in workbook.workbooks():
        first, count, others = measured(book)
        report = folder / book.slug / "report.html"
        size = f"{report.stat().st_size / 1000:,.0f} kB" if report.exists() else "–"
        ratios = [f"{seconds:6.2f} s ({seconds / base:4.1f})" for seconds in (first, others)]
        print(f"{book.slug:28} {ratios[0]:>18} {count:7,} {ratios[1]:>15} {size:>9}")


if __name__ == "__main__":
    main()
