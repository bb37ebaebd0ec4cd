from __future__ import annotations

import csv
import json
from concurrent.futures import Executor, Future
from dataclasses import replace

import nbformat
import pytest
from pyarrow import parquet

from cemlib.report import build


@pytest.fixture(scope="module")
def again(study, tmp_path_factory):
    """Return the folder of a second build, in another place and one run at a time."""
    out = tmp_path_factory.mktemp("a longer name, with spaces")
    build.build(study, out, jobs=1, timeout=3)
    return out / "ends"


def test_every_run_is_reported_and_the_others_go_on(built):
    _, outcomes, progress = built
    assert {
        slug: outcome.failure and outcome.failure.error for slug, outcome in outcomes.items()
    } == {
        "01-speaks": None,
        "01-speaks-2": None,
        "02-raises": "KeyError",
        "03-dies": "KernelDied",
        "04-lasts": "TimeOut",
        "05-leaves": "SystemExit",
    }
    assert progress.slugs("started") == set(outcomes)
    assert progress.slugs("executed") == {"01-speaks", "01-speaks-2"}
    assert len(progress.slugs("failed")) == 4


def test_a_failure_names_cell_line_and_error(built):
    _, outcomes, _ = built
    assert str(outcomes["02-raises"].failure) == (
        "02-raises, cell 3 (cell-1), at `raise KeyError('no\\nkey')`: KeyError: 'no\\nkey'"
    )
    assert outcomes["03-dies"].failure.cell == 2
    assert outcomes["04-lasts"].failure.message == "the cell was still running after 3 s"


def test_a_failed_run_keeps_what_came_before(built):
    folder, outcomes, _ = built
    lasting = nbformat.read(folder / "04-lasts" / "notebook.ipynb", 4)
    assert lasting.cells[1].outputs[0].text == "on\n"
    assert [finding.name for finding in outcomes["05-leaves"].findings] == ["word", "share", "gap"]
    page = (folder / "02-raises" / "report.html").read_text()
    assert "This run did not finish" in page
    assert "raise KeyError" in page


def test_each_folder_holds_notebook_report_and_metadata(built):
    folder, outcomes, _ = built
    for slug in outcomes:
        assert {path.name for path in (folder / slug).iterdir()} == {
            "notebook.ipynb",
            "report.html",
            "run.json",
        }


def test_the_metadata_say_who_when_and_with_what(built, working_home):
    folder, _, _ = built
    metadata = json.loads((folder / "01-speaks-2" / "run.json").read_text())
    assert metadata["changed"] == ["word", "share", "survey"]
    assert [file["name"] for file in metadata["files"]] == ["answers.csv", "answers.columns.yaml"]
    assert metadata["files"][0]["bytes"] == 8
    assert metadata["versions"]["papermill"]
    assert str(working_home) not in json.dumps(metadata)


def test_a_second_build_elsewhere_gives_the_same_bytes(built, again):
    folder, outcomes, _ = built
    names = ["index.html", "findings.csv"]
    names += [f"{slug}/{file}" for slug in outcomes for file in ("notebook.ipynb", "report.html")]
    for name in names:
        one, other = (
            (build_folder / name).read_text().splitlines() for build_folder in (folder, again)
        )
        assert one == other, name
    parquet_files = [
        (build_folder / "findings.parquet").read_bytes() for build_folder in (folder, again)
    ]
    assert parquet_files[0] == parquet_files[1]


def test_no_other_file_holds_paths_or_times(built, working_home):
    folder, _, _ = built
    for path in [*folder.rglob("*.ipynb"), *folder.rglob("*.html"), folder / "findings.csv"]:
        text = path.read_text()
        assert str(working_home) not in text
        assert "/tmp/" not in text
        assert "site-packages" not in text
        assert "start_time" not in text


def test_the_findings_table_has_a_row_per_run_and_finding(built):
    folder, _, _ = built
    with (folder / "findings.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["run"], row["finding"]) for row in rows[:4]] == [
        ("01-speaks", "word"),
        ("01-speaks", "share"),
        ("01-speaks", "gap"),
        ("01-speaks-2", "word"),
    ]
    assert (rows[0]["value"], rows[0]["text"]) == ("", "plain")
    assert (rows[1]["value"], rows[1]["low"], rows[1]["high"]) == ("0.5", "0.1", "0.9")
    assert (rows[4]["param_share"], rows[4]["param_survey"]) == ("1.0", "answers.csv")
    table = parquet.read_table(folder / "findings.parquet")
    assert table.column_names == list(rows[0])
    assert table.column("value").to_pylist()[:5] == [None, 0.5, None, None, 1.0]


def test_the_index_links_every_report_and_shows_every_failure(built):
    folder, outcomes, _ = built
    page = (folder / "index.html").read_text()
    for slug in outcomes:
        assert f'href="{slug}/report.html"' in page
    assert "6 runs, of which 4 did not finish" in page
    assert "the cell was still running after 3 s" in page
    assert "&lt;b&gt;Changed&lt;/b&gt;" in page
    assert "<b>Changed" not in page


def test_runs_that_left_the_study_leave_the_folder(tmp_path, study):
    ours = '{"run": "old", "workbook": {}, "findings": []}'
    for name, file, text in (
        ("old", "run.json", ours),
        ("mine", "notes.txt", "{}"),
        ("theirs", "run.json", "{}"),
    ):
        (tmp_path / "ends" / name).mkdir(parents=True)
        (tmp_path / "ends" / name / file).write_text(text)
    build._remove_other_runs(tmp_path / "ends", {"01-speaks"})
    assert sorted(path.name for path in (tmp_path / "ends").iterdir()) == ["mine", "theirs"]


def test_an_internal_error_is_one_failed_run(study, tmp_path):
    class Broken(Executor):
        def submit(self, *arguments):
            future = Future()
            future.set_exception(OSError("no fork"))
            return future

    two = replace(study, runs=study.runs[:2])
    outcomes = build.build(two, tmp_path, executor=Broken())
    assert [str(outcome.failure) for outcome in outcomes] == ["01-speaks: OSError: no fork"] * 2
    assert not any(outcome.has_report for outcome in outcomes)
    assert 'href="01-speaks/report.html"' not in (tmp_path / "ends" / "index.html").read_text()
