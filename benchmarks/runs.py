"""Seconds per run of workbook 01: cem and its alternatives.

    python benchmarks/runs.py [--runs 40] [--slow-runs 6]

cem also writes the HTML report of every run; the alternatives write notebooks only. The limit is
the CPU time of the cells alone, with everything imported, divided by the number of cores.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from pathlib import Path

from cemlib import home
from cemlib.report.build import build
from cemlib.report.plan.study import Run, Study, run_from_arguments

WORKBOOK = "01-rights-assessment"
SMALL = {"resamples": "50"}
CORES = os.cpu_count() or 1


def papermill_once(number: int, folder: str, engine: str | None = None) -> None:
    """Run the workbook with papermill's API."""
    import papermill

    papermill.execute_notebook(
        str(home.notebooks() / f"{WORKBOOK}.ipynb"),
        str(Path(folder, f"{number}.ipynb")),
        {"resamples": 50, "seed": number},
        kernel_name="python3",
        progress_bar=False,
        engine_name=engine,
    )


def loop(runs: int, folder: str) -> None:
    """Run one after another in a new Python process, as a script would."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from runs import papermill_once\n"
        "for number in range(int(sys.argv[2])): papermill_once(number, sys.argv[3])"
    )
    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", program, here, str(runs), folder]
    subprocess.run(command, check=True, capture_output=True)


def command_line(runs: int, folder: str) -> None:
    """Call papermill's command line for each run."""
    for number in range(runs):
        out = str(Path(folder, f"{number}.ipynb"))
        source = str(home.notebooks() / f"{WORKBOOK}.ipynb")
        command = [sys.executable, "-m", "papermill", source, out, "-k", "python3"]
        command += ["-p", "resamples", "50", "-p", "seed", str(number), "--no-progress-bar"]
        subprocess.run(command, check=True, capture_output=True)


def processes(runs: int, folder: str) -> None:
    """Run in as many processes as there are cores."""
    with ProcessPoolExecutor(CORES) as pool:
        list(pool.map(papermill_once, range(runs), [folder] * runs))


def ploomber(runs: int, folder: str) -> None:
    """Run one after another with ploomber-engine, in this process."""
    os.environ.setdefault("PLOOMBER_STATS_ENABLED", "false")  # else it reports every run
    from ploomber_engine import execute_notebook

    source = str(home.notebooks() / f"{WORKBOOK}.ipynb")
    for number in range(runs):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            execute_notebook(
                source,
                str(Path(folder, f"{number}.ipynb")),
                parameters={"resamples": 50, "seed": number},
                progress_bar=False,
            )


def study(runs: int) -> Study:
    """Return a study of runs that differ by their seed."""
    seeded = [run_from_arguments(WORKBOOK, SMALL | {"seed": str(at)}) for at in range(runs)]
    named = [Run(f"seed-{at}", *list(_fields(run))[1:]) for at, run in enumerate(seeded)]
    return Study("Benchmark", "benchmark", tuple(named))


def _fields(run: Run) -> Iterator[object]:
    return (getattr(run, name) for name in run.__dataclass_fields__)


def with_cem(isolated: bool) -> Callable[[int, str], None]:
    """Return a build with cem, in warm forks or in ordinary kernels."""

    def run(runs: int, folder: str) -> None:
        outcomes = build(study(runs), Path(folder), force=True, isolated=isolated)
        if failures := [each.failure for each in outcomes if each.failure]:
            sys.exit(f"a run failed: {failures[0]}")

    return run


def on_dask(runs: int, folder: str) -> None:
    """Build on a Dask cluster of as many workers as there are cores, on this machine."""
    from distributed import LocalCluster

    from cemlib.report.cluster.pool import ClusterPool

    with (
        LocalCluster(
            n_workers=CORES, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster,
        ClusterPool(cluster.scheduler_address) as pool,
    ):
        build(study(runs), Path(folder), force=True, executor=pool)


def cpu_of_cells() -> float:
    """Return the CPU seconds of the cells alone, with everything imported."""
    program = (
        "import json, sys, time, io, contextlib\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "cells = json.load(sys.stdin)\n"
        "shell = InteractiveShell.instance()\n"
        "for _ in range(3):\n"
        "    start = time.process_time()\n"
        "    with contextlib.redirect_stdout(io.StringIO()):\n"
        "        for cell in cells: shell.run_cell(cell).raise_error()\n"
        "    spent = time.process_time() - start\n"
        "print(spent)"
    )
    notebook = json.loads((home.notebooks() / f"{WORKBOOK}.ipynb").read_text(encoding="utf-8"))
    cells = [
        "".join(cell["source"]).replace("resamples: int = 2000", "resamples: int = 50")
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(cells),
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return float(done.stdout.splitlines()[-1])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40, help="with cem")
    parser.add_argument("--slow-runs", type=int, default=6, help="with the alternatives")
    arguments = parser.parse_args()
    ways: list[tuple[str, Callable[[int, str], None], int]] = [
        ("papermill.execute_notebook in a loop", loop, arguments.slow_runs),
        ("papermill command line in a loop", command_line, arguments.slow_runs),
        (f"papermill in {CORES} processes", processes, arguments.slow_runs),
        ("cem, ordinary kernels, with HTML", with_cem(isolated=True), arguments.slow_runs),
        ("cem, warm forks, with HTML", with_cem(isolated=False), arguments.runs),
    ]
    if find_spec("ploomber_engine"):
        ways.insert(3, ("ploomber-engine in a loop", ploomber, arguments.slow_runs))
    if find_spec("distributed"):
        ways.append(("cem on Dask, with HTML", on_dask, arguments.runs))
    limit = cpu_of_cells() / CORES
    print(f"{WORKBOOK}, {SMALL}, {CORES} cores; limit {limit:.2f} s per run")
    print(f"{'method':40} {'runs':>5} {'s per run':>9} {'ratio':>6} {'x limit':>8}")
    base = None
    for name, way, runs in ways:
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            way(runs, folder)
            seconds = (time.perf_counter() - start) / runs
        base = base or seconds
        print(f"{name:40} {runs:5} {seconds:9.2f} {base / seconds:6.1f} {seconds / limit:8.2f}")


if __name__ == "__main__":
    main()
