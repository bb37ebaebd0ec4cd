from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import CancelledError

import pytest

from cemlib.report import artifacts, build
from cemlib.report.cluster import pool as cluster
from cemlib.report.cluster.access import Access
from cemlib.report.cluster.pool import ClusterPool, WorkersLostError
from cemlib.report.errors import RequestError
from cemlib.report.run import execute_run

if not os.environ.get("CI"):
    pytest.importorskip(
        "distributed", reason="needs Dask distributed: pip install 'cemlib[cluster]'"
    )

RUN_SPECIFIC = {"started", "seconds", "user", "machine", "checksum"}
ENDS = (
    ("prints", {}),
    ("prints", {"word": "größer 更大 'it\\n", "notes": "answers.csv"}),
    ("prints", {"word": "long " * 50}),
    ("raises", {"word": "no\nkey"}),
)


def contents(folder):
    """Return what a build wrote, without what differs between runs."""
    texts = {}
    for path in sorted(folder.rglob("*")):
        if path.name == "run.json":
            metadata = json.loads(path.read_text())
            stable = {name: value for name, value in metadata.items() if name not in RUN_SPECIFIC}
            texts[path.parent.name, path.name] = stable
        elif path.is_file() and path.name[0] != ".":
            texts[path.parent.name, path.name] = path.read_bytes()
    return texts


def same(one, other):
    one, other = contents(one), contents(other)
    assert one.keys() == other.keys()
    for name, content in one.items():
        assert other[name] == content, name


def workers(pool):
    """Return the processes of the workers, by address."""
    return pool._client.run(os.getpid)


def until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not (result := condition()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return result


def cem(*arguments):
    program = "from cemlib.cli import main; main()"
    return [sys.executable, "-W", "error", "-c", program, *map(str, arguments)]


@pytest.fixture(scope="module")
def ends(study):
    return study("ends", *ENDS)


@pytest.fixture(scope="module")
def local(ends, tmp_path_factory):
    """Return the folder of a build on this machine."""
    out = tmp_path_factory.mktemp("local")
    build.build(ends, out, jobs=2, timeout=20)
    return out / "ends"


def test_a_cluster_gives_the_same_bytes(ends, local, pool, tmp_path):
    outcomes = build.build(ends, tmp_path, timeout=20, executor=pool)
    assert [outcome.run for outcome in outcomes] == list(ends.runs)
    errors = [outcome.failure and outcome.failure.error for outcome in outcomes]
    assert errors == [None, None, None, "KeyError"]
    same(local, tmp_path / "ends")


def test_a_run_that_kills_its_process_hurts_no_worker(pool, study, tmp_path):
    before = workers(pool)
    [outcome] = build.build(study("leaves", ("leaves", {})), tmp_path, executor=pool)
    assert str(outcome.failure).endswith("KernelDied: the Python process ended within this cell")
    assert workers(pool) == before


def test_the_command_ends_as_it_does_on_one_machine(machines, ends, local, tmp_path):
    options = [*machines.options, "--timeout", 20, "-o", tmp_path]
    ended = subprocess.run(
        cem("build", "ends", *options), capture_output=True, text=True, timeout=90, check=False
    )
    assert ended.returncode == 1
    failed = tmp_path / "ends/raises/report.html"
    assert ended.stderr == f"1 of 4 runs failed:\n  {failed}\n"
    same(local, tmp_path / "ends")


def test_files_that_workers_lack_are_sent(machines, ends, pool):
    assert (
        pool.submit(execute_run.execute_run, ends.runs[1], 20.0).result().outcome.run
        == ends.runs[1]
    )
    travelled = [content for content in pool._contents.values() if content is not None]
    assert len(travelled) == (4 if machines.apart else 0)  # notebook, picture, data, columns


def test_files_that_all_workers_have_are_not_sent(pool, study, tmp_path):
    (tmp_path / "seen.csv").write_text("seen by all\n")
    [run] = study("seen", ("prints", {"notes": str(tmp_path / "seen.csv")})).runs
    assert "seen by all" in pool.submit(execute_run.execute_run, run, 20.0).result().notebook
    assert None in pool._contents.values()


def test_a_cancelled_job_gives_its_worker_back(pool, lasting, study):
    *endless, speaking = study("lasts", *[("lasts", {})] * 2, ("prints", {})).runs
    futures = [pool.submit(execute_run.execute_run, run, 300.0) for run in endless]
    assert lasting(2)
    assert all(future.cancel() for future in futures)
    with pytest.raises(CancelledError):
        futures[0].result()
    assert pool.submit(execute_run.execute_run, speaking, 20.0).result(30).outcome.failure is None
    assert lasting(0)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_jobs_end_when_their_client_ends(number, code, machines, lasting, study, tmp_path):
    study("lasts", *[("lasts", {})] * 2)
    process = subprocess.Popen(
        cem("build", "lasts", *machines.options, "-o", tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert lasting(2)
        process.send_signal(number)
        errors = process.communicate(timeout=30)[1]
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, "Traceback" in errors) == (code, False)
    assert lasting(0)


def test_a_pool_that_is_shut_down_takes_no_more(machines, ends):
    pool = ClusterPool(machines.access)
    pool.shutdown()
    with pytest.raises(RuntimeError, match="after shutdown"):
        pool.submit(execute_run.execute_run, ends.runs[0])


def test_a_worker_with_another_cemlib_is_refused(machines, pool, study, tmp_path, root):
    shutil.copytree(root / "cemlib", tmp_path / "cemlib")
    with (tmp_path / "cemlib" / "home.py").open("a") as file:
        file.write("# changed\n")
    before = workers(pool).keys()
    worker = machines.worker(PYTHONPATH=str(tmp_path))
    try:
        pool._client.wait_for_workers(3, timeout=60)
        [unfit] = workers(pool).keys() - before
        study("late", *[("prints", {"word": str(number)}) for number in range(6)])
        ended = subprocess.run(
            cem("build", "late", *machines.options, "-o", tmp_path / "out"),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == 2
        [problem] = ended.stderr.splitlines()
        assert problem.startswith("cem: worker tls://")
        assert "cemlib/home.py differs there; install the same cemlib" in problem
        assert not list((tmp_path / "out").rglob("*.html"))
        _goes_on_without(unfit, pool, study)
    finally:
        machines.stop(worker)


def _goes_on_without(unfit, pool, study):
    """Check that jobs of an earlier client avoid the unfit worker."""
    resubmitted = []
    original, submit_job = pool._resubmit, pool._submit_job
    pool._resubmit = lambda *arguments: resubmitted.append(arguments) or original(*arguments)
    pool._submit_job = lambda job, ours, resubmissions, others=None: submit_job(
        job,
        ours,
        resubmissions,
        others or [unfit],  # left to itself, the scheduler may never choose it
    )
    runs = study("late", *[("prints", {"word": str(number)}) for number in range(6)]).runs
    futures = [pool.submit(execute_run.execute_run, run, 20.0) for run in runs]
    assert [future.result(60).outcome.failure for future in futures] == [None] * 6
    assert resubmitted


def test_other_datasets_are_refused(machines, tmp_path, monkeypatch):
    for name in ("notebooks", "datasets"):
        (tmp_path / name).mkdir()
    (tmp_path / "datasets" / "truth.csv").write_text("c\n4\n")
    monkeypatch.setenv("CEMLIB_HOME", str(tmp_path))
    with (
        pytest.raises(RequestError, match=r"datasets/truth\.csv differs there") as caught,
        ClusterPool(machines.access) as pool,
    ):
        pool.open()
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", "tcp://"])
def test_a_missing_scheduler_is_reported_in_seconds(address, monkeypatch):
    assert cluster.CONNECT <= 5
    monkeypatch.setattr(cluster, "CONNECT", 1)
    with (
        pytest.raises(RequestError, match=f"there is no scheduler at {address}"),
        ClusterPool(Access(address, insecure=True)) as pool,
    ):
        pool.open()


def test_a_scheduler_without_workers_is_reported(tmp_path):
    from machines import Machines

    with Machines(tmp_path) as machines, ClusterPool(machines.access, arrive=1) as pool:
        machines.scheduler()
        with pytest.raises(RequestError, match="has no worker; start one: dask worker tls://"):
            pool.open()


def test_without_distributed_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(RequestError, match=r"pip install 'cemlib\[cluster\]'"),
        ClusterPool(Access("tcp://127.0.0.1:9")) as pool,
    ):
        pool.open()


def test_a_worker_killed_in_mid_run_loses_nothing(pool, study, tmp_path):
    runs = [("prints", {"word": f"w{number}", "seconds": 0.5}) for number in range(6)]
    planned = study("several", *runs)
    futures = [pool.submit(execute_run.execute_run, run, 20.0) for run in planned.runs]
    futures[0].result()
    victim, *_ = workers(pool).values()
    os.kill(victim, signal.SIGKILL)
    assert not all(future.done() for future in futures)
    for future in futures:
        execute_run.store(result := future.result(60), tmp_path / result.outcome.run.slug)
    assert [future.result().outcome.failure for future in futures] == [None] * 6
    build.build(planned, tmp_path / "local", jobs=2)
    for run in planned.runs:
        for name in (artifacts.NOTEBOOK, artifacts.REPORT):
            local, here = (
                folder / run.slug / name for folder in (tmp_path / "local/several", tmp_path)
            )
            assert local.read_bytes() == here.read_bytes()
    assert victim not in until(lambda: len(alive := workers(pool)) == 2 and alive).values()


def test_a_run_that_kills_every_worker_fails_alone(pool, study):
    killing, speaking = study("kills", ("kills", {}), ("prints", {})).runs
    killed, spoken = (
        pool.submit(execute_run.execute_run, run, 20.0) for run in (killing, speaking)
    )
    with pytest.raises(
        WorkersLostError, match="2 workers died while executing it, the last was tls://"
    ):
        killed.result(60)
    assert spoken.result(60).outcome.failure is None
