"""What is made again and what is kept. The runs are faked: no kernel is started here."""

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

from cemlib.findings import Finding
from cemlib.report import artifacts as make
from cemlib.report import build
from cemlib.report.errors import CellFailure, RequestError
from cemlib.report.pages.study import pages
from cemlib.report.plan import fingerprint as key
from cemlib.report.plan import study as plan
from cemlib.report.run import (
    cache as kept,
)
from cemlib.report.run import (
    dependencies as opened,
)
from cemlib.report.run import (
    lock,
    stop,
)
from cemlib.report.run import (
    metadata as record,
)

SAYS = """word: str = "plain"  # said aloud
answers: str = ""  # dataset: answers
"""


class Fake(Executor):
    """Makes runs up: each says its word, reads what it is told to, fails or stops if told."""

    def __init__(self, reads=None, failing=()):
        self.made, self.reads, self.failing = [], reads or {}, failing

    def submit(self, function, run, timeout, isolated):
        assert function is make.produce
        self.made.append(run.slug)
        future = Future()
        future.set_result(self.product(run))
        return future

    def product(self, run):
        started = datetime.now(UTC)
        failure = CellFailure(run.workbook.slug, 2, "x", "", "Error", "no")
        outcome = make.Outcome(
            run,
            (Finding("word", str(run.parameters["word"]), "", "Said."), Finding("n", 0.1, "", "")),
            failure if run.slug in self.failing else None,
            1.5,
        )
        return make.Product(
            outcome=outcome,
            notebook=f"notebook of {run.parameters}",
            report=f"report of {run.parameters}",
            digests={name: key.files.digest(path) for name, path in run.files.items()},
            reads=opened.digests(self.reads.get(run.workbook.slug, ()), started),
            moment=record.moment(started, 1.5),
        )


@pytest.fixture
def home(tmp_path, monkeypatch, write_workbook):
    folder = tmp_path / "home"
    write_workbook(folder / "notebooks" / "01-says.ipynb", SAYS, "print(word)")
    write_workbook(folder / "notebooks" / "02-reads.ipynb", SAYS, "from cemlib import scales")
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
        {"workbook": "01-says"},
        {"workbook": "01-says", "title": title, "parameters": {"word": "aloud"} | parameters},
        {"workbook": "02-reads", "parameters": {"answers": "mine.csv"}},
    ]
    (folder / "reports" / "course.yaml").write_text(json.dumps({"title": "Course", "runs": runs}))


def course(home):
    return plan.from_file(home / "reports" / "course.yaml")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def press(home, out):
    """Return a function that builds the course and tells which runs it made."""

    def press(executor=None, **options):
        fake = executor or Fake({"02-reads": [str(home / "datasets" / "survey.csv")]})
        build.build(course(home), out, executor=fake, **options)
        return fake.made

    return press


ALL = ["01-says", "01-says-2", "02-reads"]


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_second_build_keeps_all_and_touches_nothing(press, home, out, heard):
    assert press() == ALL
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.name != ".lock"}
    outcomes = build.build(course(home), out, executor=Fake(), progress=heard)
    assert heard.said == [("kept", slug) for slug in ALL] + [("closed", "")]
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert all(outcome.is_kept for outcome in outcomes)
    assert outcomes[1].findings == (
        Finding("word", "aloud", "", "Said."),
        Finding("n", 0.1, "", ""),
    )
    assert outcomes[1].seconds == 1.5


@pytest.mark.parametrize(
    ("change", "made", "why"),
    [
        (
            lambda home: edit(home / "notebooks/01-says.ipynb", "print(word)", "print(word, 1)"),
            ALL[:2],
            "workbook changed",
        ),
        (
            lambda home: edit(home / "notebooks/01-says.ipynb", '"tags": [', '"tags": ["x", '),
            ALL[:2],
            "workbook changed",
        ),
        (
            lambda home: edit(home / "notebooks/01-says.ipynb", '"outputs": []', '"outputs": [{}]'),
            [],
            None,
        ),
        (
            lambda home: write_study(home, word="softly"),
            ["01-says-2"],
            "parameter word changed from 'aloud' to 'softly'",
        ),
        (lambda home: write_study(home, title="Other"), ["01-says-2"], "title changed"),
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
def test_a_change_makes_just_what_depends_on_it(press, home, out, change, made, why):
    press()
    change(home)
    reasons = build.reasons(course(home), out)
    assert [slug for slug in ALL if reasons[slug]] == made
    assert {reasons[slug] for slug in made} == ({why} if made else set())
    assert press() == made
    assert press() == []


@pytest.mark.parametrize(
    "name", ["notebook.ipynb", "report.html", "run.json"], ids=["notebook", "report", "record"]
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
def test_a_kept_result_that_was_touched_is_made_again(press, out, name, how):
    press()
    whole = (out / "course" / "01-says" / "report.html").read_bytes()
    how(out / "course" / "01-says" / name)
    assert press() == ["01-says"]
    assert (out / "course" / "01-says" / "report.html").read_bytes() == whole
    assert press() == []


def test_a_result_with_a_new_date_only_is_kept(press, out):
    press()
    os.utime(out / "course" / "01-says" / "report.html")
    assert press() == []


@pytest.mark.parametrize("name", ["index.html", "findings.csv", "findings.parquet"])
def test_pages_that_were_touched_are_written_again(press, out, name):
    press()
    page = out / "course" / name
    whole = page.read_bytes()
    page.write_bytes(whole[:-1])
    assert press() == []
    assert page.read_bytes() == whole
    page.unlink()
    assert press() == []
    assert page.read_bytes() == whole


def test_a_failed_run_is_made_again(press, home, out):
    press(Fake(failing=["01-says"]))
    assert build.reasons(course(home), out)["01-says"] == kept.FAILED
    assert press(Fake()) == ["01-says"]
    assert press(Fake()) == []


def test_force_makes_all(press, home, out):
    press()
    assert press(force=True) == ALL
    assert set(build.reasons(course(home), out, force=True).values()) == {"asked for"}


def test_an_interrupted_build_resumes(press, home, out, heard):
    def stop_after_two(outcome):
        heard.said.append(("made", outcome.run.slug))
        if len(heard.said) == 2:
            raise stop.StoppedError(2)

    heard.started, heard.finished = lambda run: None, stop_after_two
    with pytest.raises(stop.StoppedError):
        press(progress=heard)
    assert press() == [slug for slug in ALL if slug not in heard.slugs("made")]
    assert press() == []


def test_what_a_killed_build_left_half_written_goes(press, out):
    press()
    for folder in (out / "course", out / "course" / "01-says"):
        (folder / ".index.html.abc.part").write_text("half")
    press()
    assert not list(out.rglob("*.part"))


def test_a_dry_run_writes_nothing(home, out):
    assert set(build.reasons(course(home), out).values()) == {kept.NEVER}
    assert not out.exists()


def test_a_run_stored_without_a_key_is_not_kept(press, home, out):
    run = course(home).runs[0]
    make.store(Fake().product(run), out / "course" / run.slug)
    assert kept.why(run, out / "course" / run.slug, key.Keys()) == kept.NEVER
    assert press() == ALL


def test_a_file_that_changed_while_it_was_read_is_read_again(press, home, out):
    survey = home / "datasets" / "survey.csv"
    later = time.time() + 60
    os.utime(survey, (later, later))
    press()
    assert press() == ["02-reads"]
    os.utime(survey, (1e9, 1e9))
    assert press() == ["02-reads"]
    assert press() == []


def test_where_nobody_knows_what_was_read_all_datasets_count(home):
    found = opened.digests(None, datetime.now(UTC))
    assert set(found) == {"survey.csv", "cases.csv"}
    assert opened.digests([str(home / "reports" / "mine.csv"), "/nowhere"], datetime.now(UTC)) == {}


@pytest.fixture
def package(tmp_path):
    """Return a checkout of cemlib that can be changed."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(key.__file__).parents[1], tmp_path / "cemlib", ignore=ignored)
    (tmp_path / "requirements.txt").write_text("pandas==1\n")
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path / "cemlib"


@pytest.mark.parametrize(
    ("change", "made", "why"),
    [
        ("scales.py", ["02-reads"], "cemlib changed: scales.py"),
        ("stats.py", ["02-reads"], "cemlib changed: stats.py"),
        ("rights.py", [], None),
        ("press/normal.py", ALL, "cemlib changed: press/normal.py"),
        ("press/templates/page.css", ALL, "cemlib changed: press/templates/page.css"),
        ("../requirements.txt", ALL, "lock changed"),
    ],
)
def test_only_what_can_be_imported_counts(
    press, home, out, package, monkeypatch, change, made, why
):
    (package / "scales.py").write_text("def f():\n    from cemlib import stats\n")
    monkeypatch.setattr(build, "Keys", lambda: key.Keys(package))
    press()
    with (package / change).open("a") as file:
        file.write("\n")
    reasons = build.reasons(course(home), out)
    assert {slug: reasons[slug] for slug in ALL if reasons[slug]} == dict.fromkeys(made, why)
    assert press() == made


def test_pages_are_written_again_where_the_press_changed(home, package):
    study = course(home)
    made = {slug: {} for slug in ALL}
    before = pages.state(study, made, key.Keys(package))
    assert pages.state(study, made, key.Keys(package)) == before
    with (package / "press" / "templates" / "index.html.j2").open("a") as file:
        file.write(" ")
    assert pages.state(study, made, key.Keys(package)) != before


def test_without_a_lock_the_installed_distributions_count(package):
    (package.parent / "requirements.txt").unlink()
    assert key.Keys(package).lock == key.digest(key.installed())
    assert any(name.startswith("click-") for name in key.installed())


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(RequestError, match="nothing can be written to"),
        lock.only(tmp_path / "file" / "course"),
    ):
        pass


TWO = """
import sys, time
from pathlib import Path
from cemlib.report import build, plan
sys.path.insert(0, {tests!r})
from test_kept import Fake

class Slow(Fake):
    def product(self, run):
        time.sleep(0.3)
        with open({log!r}, "a") as file:
            file.write(run.slug + "\\n")
        return super().product(run)

study = plan.from_file(Path({study!r}))
print(len(build.build(study, Path({out!r}), executor=Slow(), jobs=1, say=print)))
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
    said = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sorted(log.read_text().split()) == ALL
    waiting = f"another build is at work in {out / 'course'}; waiting\n"
    assert sorted(said) == ["3\n", f"{waiting}3\n"]


def test_a_build_with_nothing_to_do_is_quick(press, home, out):
    press()
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
        "nothing to do: 3 runs kept",
        str(out / "course" / "index.html"),
        "code 0",
        "",
    ]
