"""What is executed again and what is cached. The runs are faked: no kernel is started here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from pathlib import Path

import pytest

import cemlib
from cemlib.findings import Finding
from cemlib.report import artifacts, build, files
from cemlib.report.errors import CellFailure, RequestError
from cemlib.report.pages.study import pages
from cemlib.report.plan import fingerprint
from cemlib.report.plan.fingerprint import Fingerprints
from cemlib.report.plan.study import study_from_file
from cemlib.report.run import cache, dependencies, execute_run, lock, metadata, stop

PARAMETERS = """word: str = "plain"  # to show
answers: str = ""  # dataset: answers
"""


class Fake(Executor):
    """Makes up runs: each has its word as a finding, and reads or fails as requested."""

    def __init__(self, reads=None, failing=()):
        self.executed, self.reads, self.failing = [], reads or {}, failing

    def submit(self, function, run, timeout, isolated):
        assert function is execute_run.execute_run
        self.executed.append(run.slug)
        future = Future()
        future.set_result(self.artifacts(run))
        return future

    def artifacts(self, run):
        started = datetime.now(UTC)
        failure = CellFailure(run.workbook.slug, 2, "x", "", "Error", "no")
        outcome = artifacts.Outcome(
            run,
            (
                Finding("word", str(run.parameters.get("word")), "", "The word."),
                Finding("n", 0.1, "", ""),
            ),
            failure if run.slug in self.failing else None,
            1.5,
        )
        return artifacts.Artifacts(
            outcome=outcome,
            notebook=f"notebook of {run.parameters}",
            report=f"report of {run.parameters}",
            digests={name: files.digest(path) for name, path in run.files.items()},
            dependencies=dependencies.digests(
                self.reads.get(run.workbook.slug, ()), started, run.workbook.path
            ),
            circumstances=metadata.circumstances(started, 1.5),
        )


@pytest.fixture
def home(tmp_path, monkeypatch, write_workbook):
    folder = tmp_path / "home"
    write_workbook(folder / "notebooks" / "01-prints.ipynb", PARAMETERS, "print(word)")
    write_workbook(folder / "notebooks" / "02-reads.ipynb", PARAMETERS, "from cemlib import scales")
    for name in ("survey", "cases"):
        (folder / "datasets").mkdir(exist_ok=True)
        (folder / "datasets" / f"{name}.csv").write_text("a\n1\n")
        os.utime(folder / "datasets" / f"{name}.csv", (1e9, 1e9))
    (folder / "reports").mkdir()
    (folder / "reports" / "mine.csv").write_text("a\n1\n")
    write_study(folder)
    monkeypatch.setenv("CEMLIB_HOME", str(folder))
    return folder


def write_study(folder, title="Course", **parameters):
    runs = [
        {"workbook": "01-prints"},
        {"workbook": "01-prints", "title": title, "parameters": {"word": "aloud"} | parameters},
        {"workbook": "02-reads", "parameters": {"answers": "mine.csv"}},
    ]
    (folder / "reports" / "course.yaml").write_text(json.dumps({"title": "Course", "runs": runs}))


def course(home):
    return study_from_file(home / "reports" / "course.yaml")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def run_build(home, out):
    """Return a function that builds the course and returns which runs it executed."""

    def run_build(executor=None, **options):
        fake = executor or Fake({"02-reads": [str(home / "datasets" / "survey.csv")]})
        build.build(course(home), out, executor=fake, **options)
        return fake.executed

    return run_build


ALL = ["01-prints", "01-prints-2", "02-reads"]


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_second_build_executes_and_writes_nothing(run_build, home, out, progress):
    assert run_build() == ALL
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.name != ".lock"}
    outcomes = build.build(course(home), out, executor=Fake(), progress=progress)
    assert progress.events == [("cached", slug) for slug in ALL] + [("closed", "")]
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert all(outcome.is_cached for outcome in outcomes)
    assert outcomes[1].findings == (
        Finding("word", "aloud", "", "The word."),
        Finding("n", 0.1, "", ""),
    )
    assert outcomes[1].seconds == 1.5


@pytest.mark.parametrize(
    ("change", "executed", "reason"),
    [
        (
            lambda home: edit(home / "notebooks/01-prints.ipynb", "print(word)", "print(word, 1)"),
            ALL[:2],
            "workbook changed",
        ),
        (
            lambda home: edit(home / "notebooks/01-prints.ipynb", '"tags": [', '"tags": ["x", '),
            ALL[:2],
            "workbook changed",
        ),
        (
            lambda home: edit(
                home / "notebooks/01-prints.ipynb", '"outputs": []', '"outputs": [{}]'
            ),
            [],
            None,
        ),
        (
            lambda home: write_study(home, word="softly"),
            ["01-prints-2"],
            "parameter word changed from 'aloud' to 'softly'",
        ),
        (lambda home: write_study(home, title="Other"), ["01-prints-2"], "title changed"),
        (
            lambda home: (home / "reports/mine.csv").write_text("a\n2\n"),
            ["02-reads"],
            "data file mine.csv changed",
        ),
        (
            lambda home: (home / "datasets/survey.csv").write_text("a\n2\n"),
            ["02-reads"],
            "data file survey.csv changed",
        ),
        (
            lambda home: (home / "datasets/survey.csv").unlink(),
            ["02-reads"],
            "data file survey.csv changed",
        ),
        (lambda home: (home / "datasets/cases.csv").write_text("a\n2\n"), [], None),
    ],
)
def test_a_change_executes_only_what_depends_on_it(run_build, home, out, change, executed, reason):
    run_build()
    change(home)
    reasons = build.reasons(course(home), out)
    assert [slug for slug in ALL if reasons[slug]] == executed
    assert {reasons[slug] for slug in executed} == ({reason} if executed else set())
    assert run_build() == executed
    assert run_build() == []


@pytest.mark.parametrize(
    "name", ["notebook.ipynb", "report.html", "run.json"], ids=["notebook", "report", "metadata"]
)
@pytest.mark.parametrize(
    "how",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-7]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes().replace(b"plain", b"plaln")),
        lambda path: path.unlink(),
    ],
    ids=["cut", "emptied", "edited", "removed"],
)
def test_a_cached_result_that_was_edited_is_executed_again(run_build, out, name, how):
    run_build()
    whole = (out / "course" / "01-prints" / "report.html").read_bytes()
    how(out / "course" / "01-prints" / name)
    assert run_build() == ["01-prints"]
    assert (out / "course" / "01-prints" / "report.html").read_bytes() == whole
    assert run_build() == []


def test_a_result_with_only_a_new_date_stays_cached(run_build, out):
    run_build()
    os.utime(out / "course" / "01-prints" / "report.html")
    assert run_build() == []


@pytest.mark.parametrize("name", ["index.html", "findings.csv", "findings.parquet"])
def test_pages_that_were_edited_are_written_again(run_build, out, name):
    run_build()
    page = out / "course" / name
    whole = page.read_bytes()
    page.write_bytes(whole[:-1])
    assert run_build() == []
    assert page.read_bytes() == whole
    page.unlink()
    assert run_build() == []
    assert page.read_bytes() == whole


def test_a_failed_run_is_executed_again(run_build, home, out):
    run_build(Fake(failing=["01-prints"]))
    assert build.reasons(course(home), out)["01-prints"] == cache.FAILED
    assert run_build(Fake()) == ["01-prints"]
    assert run_build(Fake()) == []


def test_force_executes_everything(run_build, home, out):
    run_build()
    assert run_build(force=True) == ALL
    assert set(build.reasons(course(home), out, force=True).values()) == {"forced"}


def test_an_interrupted_build_resumes(run_build, home, out, progress):
    def stop_after_two(outcome):
        progress.events.append(("executed", outcome.run.slug))
        if len(progress.events) == 2:
            raise stop.StoppedError(2)

    progress.started, progress.finished = lambda run: None, stop_after_two
    with pytest.raises(stop.StoppedError):
        run_build(progress=progress)
    assert run_build() == [slug for slug in ALL if slug not in progress.slugs("executed")]
    assert run_build() == []


def test_unfinished_files_of_a_killed_build_are_removed(run_build, out):
    run_build()
    for folder in (out / "course", out / "course" / "01-prints"):
        (folder / ".index.html.abc.part").write_text("half")
    run_build()
    assert not list(out.rglob("*.part"))


def test_a_dry_run_writes_nothing(home, out):
    assert set(build.reasons(course(home), out).values()) == {cache.NEVER}
    assert not out.exists()


def test_a_run_stored_without_a_fingerprint_is_not_cached(run_build, home, out):
    run = course(home).runs[0]
    execute_run.store(Fake().artifacts(run), out / "course" / run.slug)
    assert cache.look_up(run, out / "course" / run.slug, Fingerprints()).reason == cache.NEVER
    assert run_build() == ALL


def test_a_file_that_changed_during_the_run_is_read_again(run_build, home, out):
    survey = home / "datasets" / "survey.csv"
    later = time.time() + 60
    os.utime(survey, (later, later))
    run_build()
    assert run_build() == ["02-reads"]
    os.utime(survey, (1e9, 1e9))
    assert run_build() == ["02-reads"]
    assert run_build() == []


def test_a_workbook_that_a_run_read_counts_as_data_and_its_own_does_not(run_build, home, out):
    first, second = home / "notebooks/01-prints.ipynb", home / "notebooks/02-reads.ipynb"
    for path in (first, second):
        os.utime(path, (1e9, 1e9))
    fake = Fake({"02-reads": [str(first), str(second)]})
    run_build(fake)
    edit(first, '"outputs": []', '"outputs": [{}]')
    assert {
        slug: reason for slug, reason in build.reasons(course(home), out).items() if reason
    } == {"02-reads": "data file ../notebooks/01-prints.ipynb changed"}
    fake = Fake({"02-reads": [str(first), str(second)]})
    os.utime(first, (1e9, 1e9))
    assert run_build(fake) == ["02-reads"]
    edit(second, '"outputs": []', '"outputs": [{}]')
    assert run_build() == []


def test_if_file_access_is_not_known_all_datasets_count(home):
    digests = dependencies.digests(None, datetime.now(UTC))
    assert set(digests) == {"survey.csv", "cases.csv"}
    assert (
        dependencies.digests([str(home / "reports" / "mine.csv"), "/nowhere"], datetime.now(UTC))
        == {}
    )


@pytest.fixture
def package(tmp_path):
    """Return a copy of the package that can be edited."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(cemlib.__file__).parent, tmp_path / "cemlib", ignore=ignored)
    (tmp_path / "requirements.txt").write_text("pandas==1\n")
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path / "cemlib"


@pytest.mark.parametrize(
    ("change", "executed", "reason"),
    [
        ("scales.py", ["02-reads"], "cemlib changed: scales.py"),
        ("stats/scales.py", ["02-reads"], "cemlib changed: stats/scales.py"),
        ("stats/rates.py", [], None),
        ("report/run/canonical.py", ALL, "cemlib changed: report/run/canonical.py"),
        (
            "report/pages/templates/page.css",
            ALL,
            "cemlib changed: report/pages/templates/page.css",
        ),
        ("../requirements.txt", ALL, "lock changed"),
    ],
)
def test_only_what_can_be_imported_counts(
    run_build, home, out, package, monkeypatch, change, executed, reason
):
    (package / "scales.py").write_text("def f():\n    from cemlib.stats import scales\n")
    monkeypatch.setattr(build, "Fingerprints", lambda: Fingerprints(package))
    run_build()
    with (package / change).open("a") as file:
        file.write("\n")
    reasons = build.reasons(course(home), out)
    assert {slug: reasons[slug] for slug in ALL if reasons[slug]} == dict.fromkeys(executed, reason)
    assert run_build() == executed


def test_pages_are_written_again_if_their_code_changed(home, package):
    study = course(home)
    artifacts_by_run = {slug: {} for slug in ALL}
    before = pages.state(study, artifacts_by_run, Fingerprints(package))
    assert pages.state(study, artifacts_by_run, Fingerprints(package)) == before
    with (package / "report/pages/study/templates/index.html.j2").open("a") as file:
        file.write(" ")
    assert pages.state(study, artifacts_by_run, Fingerprints(package)) != before


def test_without_a_lock_the_installed_distributions_count(package):
    (package.parent / "requirements.txt").unlink()
    assert Fingerprints(package).lock == fingerprint.digest(fingerprint.installed_distributions())
    assert any(name.startswith("click-") for name in fingerprint.installed_distributions())


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(RequestError, match="cannot write to"),
        lock.exclusive(tmp_path / "file" / "course"),
    ):
        pass


TWO = """
import sys, time
from pathlib import Path
from cemlib.report import build
from cemlib.report.plan.study import study_from_file
sys.path.insert(0, {tests!r})
from test_cache import Fake

class Slow(Fake):
    def artifacts(self, run):
        time.sleep(0.3)
        with open({log!r}, "a") as file:
            file.write(run.slug + "\\n")
        return super().artifacts(run)

study = study_from_file(Path({study!r}))
print(len(build.build(study, Path({out!r}), executor=Slow(), jobs=1, notify=print)))
"""


def test_two_builds_at_once_do_no_harm(home, out, tmp_path):
    log = tmp_path / "log"
    program = TWO.format(
        tests=str(Path(__file__).parent),
        log=str(log),
        study=str(home / "reports" / "course.yaml"),
        out=str(out),
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert sorted(log.read_text().split()) == ALL
    waiting = f"another build is running in {out / 'course'}; waiting for it\n"
    assert sorted(outputs) == ["3\n", f"{waiting}3\n"]


def test_a_build_with_nothing_to_do_is_quick(run_build, home, out):
    run_build()
    program = textwrap.dedent("""
        import sys
        from cemlib.cli import main
        try: main(['build', '-o', sys.argv[1]])
        except SystemExit as end: print('code', end.code)
        slow = {'pandas', 'numpy', 'nbformat', 'papermill', 'nbconvert', 'jinja2', 'pyarrow'}
        print(*slow & set(sys.modules))
    """)
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program, str(out)], capture_output=True, text=True, check=True
    )
    assert time.monotonic() - start < 3  # far above what it takes alone
    assert done.stdout.splitlines()[-4:] == [
        "nothing to do: 3 runs cached",
        str(out / "course" / "index.html"),
        "code 0",
        "",
    ]
