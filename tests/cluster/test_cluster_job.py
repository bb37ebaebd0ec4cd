from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cemlib.report.cluster import job as cluster_job
from cemlib.report.cluster.job import UnfitWorkerError
from cemlib.report.plan import workbook
from cemlib.report.plan.study import default_run
from cemlib.report.run import execute_run


@pytest.fixture
def job(tmp_path):
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    cells = ["![one](one.png)", "<img src='../two.png'>", "![](../../../../three.png) ![](no.png)"]
    texts = [f'{{"cell_type": "markdown", "source": "{cell}"}}' for cell in cells]
    (folder / "book.ipynb").write_text(f'{{"cells": [{", ".join(texts)}]}}')
    for path in (folder / "one.png", tmp_path / "a" / "two.png", tmp_path.parent / "three.png"):
        path.write_text(path.name)
    (tmp_path / "answers.csv").write_text("1")
    run = default_run(workbook.read(folder / "book.ipynb"))
    files = {"survey-answers.csv": tmp_path / "answers.csv"}
    return cluster_job.pack(execute_run.execute_run, replace(run, files=files), 5.0, isolated=True)


def test_a_job_holds_the_workbook_its_pictures_and_the_data(job):
    assert sorted(item.path.name for item in job.items) == [
        "answers.csv",
        "book.ipynb",
        "one.png",
        "two.png",
    ]
    assert (job.function, job.arguments, job.options) == (
        execute_run.execute_run,
        (5.0,),
        {"isolated": True},
    )


def test_files_that_are_sent_get_local_paths(job, tmp_path):
    contents = {item.digest: item.path.read_bytes() for item in job.items}
    run = cluster_job._unpack(job, contents, tmp_path / "there")
    assert run.workbook.path.is_relative_to(tmp_path / "there")
    assert run.workbook.path.read_bytes() == job.run.workbook.path.read_bytes()
    assert (run.workbook.path.parent / "one.png").read_text() == "one.png"
    assert (run.workbook.path.parent / "../two.png").read_text() == "two.png"
    assert run.files["survey-answers.csv"].read_text() == "1"
    assert replace(run, workbook=job.run.workbook, files=job.run.files) == job.run


def test_files_that_are_not_sent_are_read_in_place(job, tmp_path):
    assert cluster_job._unpack(job, {}, tmp_path / "there") == job.run


def test_a_worker_that_sees_another_file_is_unfit(job, tmp_path):
    (tmp_path / "answers.csv").write_text("22")
    with pytest.raises(UnfitWorkerError, match=r"it cannot read .*answers\.csv"):
        cluster_job._unpack(job, {}, tmp_path / "there")


def test_only_the_same_content_at_the_same_place_is_seen(tmp_path):
    for name in ("same", "other"):
        (tmp_path / name).write_text(name)
    digest = cluster_job.cluster_site.digest(tmp_path / "same")
    paths = {tmp_path / name: digest for name in ("same", "other", "missing")}
    assert cluster_job.digests_present(paths) == [digest]


def test_a_data_file_that_changes_while_it_is_sent_is_not_sent(tmp_path):
    from cemlib.report.cluster.access import Access
    from cemlib.report.cluster.pool import ClusterPool

    path = tmp_path / "answers.csv"
    path.write_text("1")
    with pytest.raises(OSError, match="changed while it was read"):
        ClusterPool(Access("tcp://127.0.0.1:9"))._sent(Path(path), "0" * 64)
