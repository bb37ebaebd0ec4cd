"""What a default run of each workbook costs: CPU of the first cell and of all others, and sizes.

    python benchmarks/workbooks.py [--build reports/build/course]

CPU seconds in one process with bytecode kept, of cells as JupyterLab runs them; a build adds the
size of its reports. Then the wall time of a build in which nothing has changed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=Path("reports/build/course"))
    folder = parser.parse_args().build
    print(f"{'workbook':28} {'first cell':>10} {'modules':>7} {'others':>7} {'report':>9}")
    for book in workbook.workbooks():
        first, count, others = measured(book)
        report = folder / book.slug / "report.html"
        size = f"{report.stat().st_size / 1000:,.0f} kB" if report.exists() else "–"
        print(f"{book.slug:28} {first:8.2f} s {count:7,} {others:5.2f} s {size:>9}")
    if (folder / "index.html").exists():
        start = time.perf_counter()
        command = [sys.executable, "-m", "cemlib.cli", "build", "-o", str(folder.parent)]
        subprocess.run(command, check=True, capture_output=True)
        print(f"build without changes: {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
