"""Failures around a build: each is reported, and another build repairs what can be repaired."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from cemlib import cli
from cemlib.report import compare

CEM = [sys.executable, "-c", "from cemlib.cli import main; main(prog_name='cem')"]
RUNS, KILLS = 20, 30
PARAMETERS = """word: str = "plain"  # to show
number: float = 0.5  # any
"""
FINDS = """from IPython.display import display
from cemlib.findings import FINDINGS_MIME, Finding, to_payload
findings = [Finding("word", word, "", "Word."), Finding("number", number, "", "Number.")]
display({FINDINGS_MIME: to_payload(findings), "text/plain": "findings"}, raw=True)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory, write_workbook):
    folder = tmp_path_factory.mktemp("faulty")
    books = folder / "notebooks"
    write_workbook(books / "01-prints.ipynb", PARAMETERS, FINDS, "print(word)")
    write_workbook(
        books / "02-sleeps.ipynb", PARAMETERS, "import time\ntime.sleep(number)", "number"
    )
    write_workbook(books / "03-kills.ipynb", None, "1", "import os\nos.kill(os.getpid(), 9)", "2")
    write_workbook(books / "04-prints.ipynb", None, "print('x' * 50_000_000)", "print('done')")
    for name in ("reports", "datasets"):
        (folder / name).mkdir()
    return folder


@pytest.fixture(autouse=True)
def _at_home(home, monkeypatch):
    monkeypatch.setenv("CEMLIB_HOME", str(home))


def study(home, name, **content):
    path = home / "reports" / f"{name}.yaml"
    path.write_text(json.dumps({"title": name.title()} | content, ensure_ascii=False))
    return str(path)


def cem(*arguments):
    return CliRunner().invoke(cli.main, list(map(str, arguments)))


def descendants(pid):
    """Return the processes below one, with how far below they are."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    depths, layer, depth = {}, {pid}, 0
    while layer:
        depth += 1
        layer = {child for child, parent in parents.items() if parent in layer}
        depths |= dict.fromkeys(layer, depth)
    return depths


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "timed out"
        time.sleep(0.1)


def start(folder, *arguments):
    """Start a ``cem`` that may be killed; files that it then leaves stay in a folder."""
    return subprocess.Popen(
        [*CEM, *map(str, arguments)],
        env=dict(os.environ) | {"TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


on_linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")


@on_linux
def test_thirty_kills_leave_nothing_wrong(home, tmp_path):
    grid = {"number": [each / 200 for each in range(RUNS)]}
    tiny = study(home, "tiny", workbook="02-sleeps", grid=grid)
    assert cem("build", tiny, "-o", tmp_path / "calm").exit_code == 0
    rng, processes = random.Random(3), set()
    process = None
    builds = set(rng.sample(range(KILLS), 3))
    for each in range(KILLS):
        if process is None or process.poll() is not None:
            process = start(
                tmp_path, "build", tiny, "-o", tmp_path / "wild", "--force", "--jobs", "2"
            )
        workers = {}

        def are_at_work(process=process, workers=workers):
            below = descendants(process.pid)
            processes.update(below)
            workers.update({pid: depth for pid, depth in below.items() if depth > 1})
            return workers or process.poll() is not None

        wait_for(are_at_work)
        time.sleep(rng.uniform(0, 0.15))
        if each in builds:
            process.kill()
            process.communicate()
        elif workers:
            with suppress(ProcessLookupError):
                os.kill(rng.choice(sorted(workers)), signal.SIGKILL)
    process.kill()
    process.communicate()
    wait_for(lambda: not any(map(is_alive, processes)))
    rebuilt = cem("build", tiny, "-o", tmp_path / "wild")
    assert rebuilt.exit_code == 0, rebuilt.output
    assert compare.differences(tmp_path / "calm", tmp_path / "wild") == []
    assert not list((tmp_path / "wild").rglob("*.part"))
    assert "nothing to do: 20 runs cached" in cem("build", tiny, "-o", tmp_path / "wild").output


@on_linux
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_build_that_is_stopped_resumes_and_leaves_no_process(home, tmp_path, number, code):
    runs = [{"workbook": "02-sleeps", "parameters": {"number": nap}} for nap in (0.0, 60.0)]
    path = study(home, "naps", runs=runs)
    process = start(tmp_path, "build", path, "-o", tmp_path, "--jobs", "2")
    wait_for(lambda: list(tmp_path.glob("naps/*/run.json")))
    below = set(descendants(process.pid))
    assert below
    process.send_signal(number)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == code, output
    assert output.endswith("cem: stopped; finished runs are kept\n")
    assert "Traceback" not in output
    wait_for(lambda: not any(map(is_alive, below)), 20)
    assert not list(tmp_path.glob("cem-*"))
    plain = cem("build", path, "-o", tmp_path, "--dry-run").output
    assert "1 run to execute, 1 cached" in plain
    assert "never ran" in plain


def test_a_notebook_that_kills_itself_tells_in_which_cell(home, tmp_path):
    path = study(home, "kills", runs=[{"workbook": "03-kills"}, {"workbook": "01-prints"}])
    result = cem("build", path, "-o", tmp_path)
    assert result.exit_code == 1
    assert "FAILED: 03-kills, cell 3 (cell-1): KernelDied" in result.output
    assert "01-prints: 2 findings" in result.output
    assert (tmp_path / "kills" / "03-kills" / "report.html").is_file()


def test_a_notebook_that_prints_fifty_megabytes_is_cut_and_says_so(home, tmp_path):
    result = cem("run", "04", "-o", tmp_path / "mine")
    assert result.exit_code == 0, result.output
    notebook = json.loads((tmp_path / "mine" / "notebook.ipynb").read_text())
    first, second = ("".join(cell["outputs"][0]["text"]) for cell in notebook["cells"][1:])
    assert first.endswith("[49,000,001 more characters are left out here]\n")
    assert second == "done\n"
    assert (tmp_path / "mine" / "notebook.ipynb").stat().st_size < 2_000_000
    assert "more characters are left out here" in (tmp_path / "mine" / "report.html").read_text()
    assert (tmp_path / "mine" / "report.html").stat().st_size < 3_000_000


NASTY = [
    "it's \"quoted\" '''\\'''",
    "line\none\r\n\ttwo\\n",
    "__import__('os').system('touch owned')",
    "') or __import__('os').system('touch owned') or ('",
    "{word} %s ${HOME} `id` <script>alert(1)</script>",
    "更大 größer 🙂 \u202e",
    "2026-02-30",
    "long " * 10_000,
    "\x1b[31m",
]


def test_parameters_are_data_never_code(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = study(home, "nasty", workbook="01-prints", grid={"word": NASTY})
    result = cem("build", path, "-o", tmp_path)
    assert result.exit_code == 0, result.output
    metadata = [json.loads(each.read_text()) for each in tmp_path.glob("nasty/*/run.json")]
    assert {each["findings"][0]["value"] for each in metadata} == set(NASTY)
    assert not list(tmp_path.rglob("owned"))
    pages = [each.read_text() for each in tmp_path.glob("nasty/*/report.html")]
    assert not any("<script>alert" in page for page in pages)


@pytest.mark.parametrize(
    "line",
    ["{number: .nan}", "{number: .inf}", "{word: 2026-01-31}", '{word: "\\0"}', "{word: null}"],
)
def test_what_no_parameter_can_hold_is_refused(home, tmp_path, line):
    path = home / "reports" / "odd.yaml"
    path.write_text(f"title: Odd\nworkbook: 01-prints\nparameters: {line}\n")
    refused = cem("build", path, "-o", tmp_path / "out")
    assert refused.exit_code == 2, refused.output
    assert line[1:].split(":")[0] in refused.output
    assert not (tmp_path / "out").exists()
    name, value = line.strip("{}").split(": ")
    if name == "number":
        assert cem("run", "01", "-p", name, value.strip("."), "-o", tmp_path).exit_code == 2


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_reported_and_changes_no_file(home, small_disk):
    path = study(home, "full", workbook="01-prints", grid={"word": ["a", "b"]})
    assert cem("build", path, "-o", small_disk).exit_code == 0
    before = {each: each.read_bytes() for each in small_disk.rglob("*") if each.is_file()}
    with (small_disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(b"\0" * 4096)
    result = cem("build", path, "-o", small_disk, "--force")
    assert result.exit_code == 1
    assert f"cannot write to {small_disk / 'full'}" in result.output
    assert "No space left" in result.output
    assert {each: each.read_bytes() for each in before} == before
    (small_disk / "filler").unlink()
    assert {each for each in small_disk.rglob("*") if each.is_file()} == set(before)
    assert "nothing to do: 2 runs cached" in cem("build", path, "-o", small_disk).output


AS_SOMEBODY = """
import os, sys
from cemlib.cli import main
try:  # imports all it needs: somebody else may not read this Python
    main(['build', sys.argv[1], '-o', sys.argv[2], '--dry-run'])
except SystemExit as end:
    assert end.code == 0
import cemlib.report.progress
if not os.geteuid():
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
main(['build', sys.argv[1], '-o', sys.argv[2]], prog_name='cem')
"""


def test_a_folder_that_is_read_only_is_refused_before_anything_starts(home, tmp_path):
    path = study(home, "locked", workbook="01-prints")
    for folder in (home, *home.rglob("*"), *home.parents[:-2], tmp_path):
        if os.access(folder, os.W_OK) and folder.is_dir() and "pytest" in str(folder):
            folder.chmod(0o755)
    out = tmp_path / "out"
    out.mkdir(mode=0o555)
    done = subprocess.run(
        [sys.executable, "-c", AS_SOMEBODY, path, str(out)], capture_output=True, text=True
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr == f"cem: cannot write to {out / 'locked'}: Permission denied\n"
    assert not list(out.iterdir())
