"""A home with small workbooks, and machines that run them."""

from __future__ import annotations

import base64
import json
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

ENDLESS_NAME = "cem-endless"
PARAMETERS = """word: str = "plain"  # to show
seconds: float = 0.0  # of sleep
notes: str = ""  # dataset: of your own
"""
PRINTS = """import os, time
from pathlib import Path
from IPython.display import display
from cemlib import home
from cemlib.findings import FINDINGS_MIME, Finding, to_payload
time.sleep(seconds)
print(word, hash("same"), os.environ["OMP_NUM_THREADS"], sorted(map(str, Path().iterdir())))
print(Path(notes).read_text() if notes else "no file")
print((home.datasets() / "truth.csv").read_text())
findings = [Finding("length", float(len(word)), "letters", "Its length.")]
display({FINDINGS_MIME: to_payload(findings), "text/plain": "findings"}, raw=True)
"""
LEAVES = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
KILLS_THE_WORKER = """import psutil
process = psutil.Process()
while "spawn_main" not in str(process.cmdline()):  # as the nanny starts it; we are its forks
    process = process.parent()
process.kill()
"""
LASTS = f"""import time
with open("/proc/self/comm", "w") as name:
    name.write("{ENDLESS_NAME}")
time.sleep(1000)
"""
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


def write(path: Path, *cells: str) -> None:
    """Write a workbook with a picture beside it, a parameters cell and cells of code."""

    def code(source: str, name: str, *tags: str) -> dict:
        return {
            "cell_type": "code",
            "execution_count": None,
            "id": name,
            "metadata": {"tags": list(tags)} if tags else {},
            "outputs": [],
            "source": source,
        }

    text = f"# {path.stem}\n\n**Question.** What for?\n"
    front = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": text}
    shown = {"cell_type": "markdown", "id": "shown", "metadata": {}, "source": "![dot](dot.png)"}
    body = [code(source, f"cell-{number}") for number, source in enumerate(cells)]
    notebook = {
        "cells": [front, code(PARAMETERS, "parameters", "parameters"), shown, *body],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook))


WHERE = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter, config):
    if WHERE in config.stash:
        terminalreporter.write_line(config.stash[WHERE])


BOOKS = {
    "prints": PRINTS,
    "raises": "raise KeyError(word)",
    "leaves": LEAVES,
    "kills": KILLS_THE_WORKER,
    "lasts": LASTS,
}


def fill_home(folder: Path, books: dict[str, str]) -> None:
    for name, source in books.items():
        write(folder / "notebooks" / f"{name}.ipynb", source)
    for name in ("datasets", "reports"):
        (folder / name).mkdir()
    (folder / "datasets" / "truth.csv").write_text("c\n3\n")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Return the client's home, which no worker sees where the machines are apart."""
    folder = tmp_path_factory.mktemp("client")
    fill_home(folder, BOOKS)
    (folder / "notebooks" / "dot.png").write_bytes(PIXEL)
    (folder / "reports" / "answers.csv").write_text("a,b\n1,2\n")
    (folder / "reports" / "answers.columns.yaml").write_text("columns: {a: Q1}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEMLIB_HOME", str(folder))
        yield folder


@pytest.fixture(scope="module")
def study(home):
    """Return what makes a study of the runs given, each a workbook and its parameters."""
    from cemlib.report.plan.study import study_from_file

    def make(name: str, *runs: tuple[str, dict]):
        entries = [{"workbook": book, "parameters": parameters} for book, parameters in runs]
        path = home / "reports" / f"{name}.yaml"
        path.write_text(json.dumps({"title": name, "runs": entries}))  # JSON is YAML
        return study_from_file(path)

    return make


@pytest.fixture(scope="module")
def machines(request, tmp_path_factory, home):
    """Return a scheduler and two workers, on machines of their own where that is allowed."""
    sys.path.insert(0, str(Path(__file__).parent))
    from machines import Machines

    sys.path.pop(0)
    theirs = tmp_path_factory.mktemp("worker")
    fill_home(theirs, dict.fromkeys(BOOKS, "print('not what was sent')"))  # heads are the same
    with Machines(tmp_path_factory.mktemp("machines"), CEMLIB_HOME=str(theirs)) as started:
        started.scheduler()
        for _ in range(2):
            started.worker(hidden=home)
        where = (
            "in network namespaces"
            if started.apart
            else "on loopback, without the rights for namespaces"
        )
        request.config.stash[WHERE] = f"the workers of tests/cluster ran {where}"
        yield started


@pytest.fixture
def lasting(machines):
    """Return what waits until as many processes as given run the workbook that lasts."""

    def names():
        for pid in machines.running():
            with suppress(OSError):
                yield Path(f"/proc/{pid}/comm").read_text().strip()

    def wait(count: int, seconds: float = 90.0) -> bool:
        deadline = time.monotonic() + seconds
        while (
            running := list(names()).count(ENDLESS_NAME)
        ) != count and time.monotonic() < deadline:
            time.sleep(0.1)
        return running == count

    return wait


@pytest.fixture
def pool(machines):
    from cemlib.report.cluster.pool import ClusterPool

    with ClusterPool(machines.access, arrive=60) as pool:
        pool.open()
        yield pool
