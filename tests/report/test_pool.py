"""Warm workers: independent, replaceable, and none left behind."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import wait
from pathlib import Path

import pytest

from cemlib.report.run.pool import ForkPool, WorkerExitedError, WorkerKilledError


def about_this_process():
    imported = {"json", "decimal", "pandas"} & set(sys.modules)
    settings = (os.environ.get("PYTHONHASHSEED"), os.environ.get("OMP_NUM_THREADS"), hash("a"))
    return os.getpid(), imported, settings, sys.modules["__main__"].__name__


def fail():
    raise KeyError("missing")


def start_and_sleep(path):
    child = subprocess.Popen(["sleep", "60"])
    Path(path).write_text(f"{os.getpid()} {child.pid}")
    time.sleep(60)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "timed out"
        time.sleep(0.02)


def pids(path):
    wait_for(lambda: path.exists() and len(path.read_text().split()) == 2)
    return [int(word) for word in path.read_text().split()]


@pytest.fixture(scope="module")
def pool():
    with ForkPool(2) as pool:
        yield pool


def test_workers_are_warm_and_fixed(pool):
    first, second = (pool.submit(about_this_process).result() for _ in range(2))
    assert first[1:] == second[1:]
    assert first[2][:2] == ("0", "1")
    assert os.environ.get("PYTHONHASHSEED") != "0" or os.environ.get("OMP_NUM_THREADS") is None


def test_workers_have_the_environment_of_their_pool(pool, monkeypatch):
    monkeypatch.setenv("CEM_TEST_MARK", "later than the first pool")
    with ForkPool(1) as another:
        assert another.submit(os.getenv, "CEM_TEST_MARK").result() == "later than the first pool"
    assert pool.submit(os.getenv, "CEM_TEST_MARK").result() is None


def test_a_pool_needs_nothing_that_is_slow_to_import():
    program = (
        "import sys, cemlib.report.run.pool, cemlib.report.run.dispatch; "
        "slow = {'nbclient', 'nbformat', 'papermill', 'numpy', 'pandas', 'matplotlib'}; "
        "print(*slow & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.decode().split() == []


def test_errors_come_back_as_they_are(pool):
    with pytest.raises(KeyError, match="missing"):
        pool.submit(fail).result()
    assert pool.submit(abs, -1).result() == 1


def test_a_killed_worker_fails_its_own_task_only(pool, tmp_path):
    doomed = pool.submit(start_and_sleep, tmp_path / "pids")
    other = pool.submit(time.sleep, 0.5)
    worker, child = pids(tmp_path / "pids")
    os.kill(worker, signal.SIGKILL)
    with pytest.raises(WorkerKilledError, match="signal 9"):
        doomed.result(timeout=60)
    assert other.result() is None
    wait_for(lambda: not is_alive(child))
    assert pool.submit(abs, -2).result() == 2


def test_an_idle_worker_that_dies_is_replaced(pool):
    pid = pool.submit(os.getpid).result()
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not is_alive(pid))
    assert {pool.submit(abs, -3).result() for _ in range(3)} == {3}


def test_a_worker_that_exits_reports_its_code(pool):
    with pytest.raises(WorkerExitedError, match="code 3"):
        pool.submit(os._exit, 3).result()


def test_cancelling_ends_everything(tmp_path):
    pool = ForkPool(1)
    running = pool.submit(start_and_sleep, tmp_path / "pids")
    waiting = pool.submit(time.sleep, 60)
    processes = pids(tmp_path / "pids")
    pool.shutdown(cancel_futures=True)
    assert waiting.cancelled()
    wait([running], timeout=60)
    assert running.exception() is not None
    wait_for(lambda: not any(map(is_alive, processes)))
    with pytest.raises(RuntimeError):
        pool.submit(abs, -1)


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's parent-death signal")
def test_workers_end_with_a_parent_that_is_killed(tmp_path):
    program = (
        "import time\nfrom pathlib import Path\nfrom cemlib.report.run.pool import ForkPool\n"
        "import os\npool = ForkPool(1)\n"
        f"Path({str(tmp_path / 'pids')!r}).write_text(f'{{pool.submit(os.getpid).result()}} 0')\n"
        "pool.submit(time.sleep, 60).result()"
    )
    parent = subprocess.Popen([sys.executable, "-c", program])
    try:
        worker, _ = pids(tmp_path / "pids")
    finally:
        parent.kill()
        parent.wait()
    wait_for(lambda: not is_alive(worker))
