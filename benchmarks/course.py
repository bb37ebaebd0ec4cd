"""Seconds for all workbooks with their default parameters: cem and papermill.

    python benchmarks/course.py

cem also writes reports and index; papermill writes notebooks only. Everything is made anew, but
in the last row: the same build again, in which nothing has changed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from cemlib.report.plan.workbook import workbooks

PAPERMILL = (
    "import sys, papermill\n"
    "papermill.execute_notebook(*sys.argv[1:], kernel_name='python3', progress_bar=False)"
)


def with_papermill(path: Path, folder: str) -> None:
    """Run one workbook with papermill, in a Python process of its own."""
    command = [sys.executable, "-c", PAPERMILL, str(path), str(Path(folder, path.name))]
    subprocess.run(command, check=True, capture_output=True)


def papermill_on(processes: int) -> Callable[[str], None]:
    """Return what runs all workbooks in some processes at once."""

    def run(folder: str) -> None:
        paths = [book.path for book in workbooks()]
        with ProcessPoolExecutor(processes) as pool:
            list(pool.map(with_papermill, paths, [folder] * len(paths)))

    return run


def build(folder: str) -> None:
    """Build the course with cem."""
    command = [sys.executable, "-m", "cemlib.cli", "build", "-o", folder]
    subprocess.run(command, check=True, capture_output=True)


def main() -> None:
    """Print the table."""
    print(f"{len(workbooks())} workbooks with their default parameters")
    print(f"{'method':40} {'seconds':>9} {'ratio':>6}")
    base = None
    with tempfile.TemporaryDirectory() as slow, tempfile.TemporaryDirectory() as fast:
        ways: list[tuple[str, Callable[[str], None], str]] = [
            ("papermill, one after another", papermill_on(1), slow),
            ("papermill in 2 processes", papermill_on(2), slow),
            ("cem build, with reports and index", build, fast),
            ("cem build again, nothing changed", build, fast),
        ]
        for name, way, folder in ways:
            start = time.perf_counter()
            way(folder)
            seconds = time.perf_counter() - start
            base = base or seconds
            print(f"{name:40} {seconds:9.2f} {base / seconds:6.1f}", flush=True)


if __name__ == "__main__":
    main()
