from __future__ import annotations

import pytest

from cemlib.report.cluster import site as cluster_site

HERE = {
    "Python": "3.11",
    "cemlib": "0.1.0",
    "package numpy": "2.4.1",
    "package ruff": "0.11",
    "cemlib/studies/rights/perception.py": "a",
    "datasets/truth.csv": "b",
}


@pytest.mark.parametrize(
    ("change", "differences"),
    [
        ({}, []),
        ({"package ruff": "0.12"}, []),
        ({"package black": "26"}, []),
        ({"Python": "3.12"}, ["Python is 3.12 there and 3.11 here"]),
        ({"cemlib": "0.2.0"}, ["cemlib is 0.2.0 there and 0.1.0 here"]),
        ({"package numpy": "2.3"}, ["numpy is 2.3 there and 2.4.1 here"]),
        ({"package numpy": None}, ["numpy 2.4.1 is missing there"]),
        (
            {"cemlib/studies/rights/perception.py": "c"},
            ["cemlib/studies/rights/perception.py differs there"],
        ),
        ({"datasets/more.csv": "c"}, ["datasets/more.csv exists only there"]),
        ({"datasets/truth.csv": None}, ["datasets/truth.csv is missing there"]),
    ],
)
def test_what_differs_is_told_unless_nobody_needs_it(change, differences):
    there = {name: value for name, value in (HERE | change).items() if value}
    assert cluster_site.differences(HERE, there, frozenset({"numpy"})) == differences


def test_the_nearest_cause_is_told_first_and_the_rest_counted():
    there = {name: value + "0" for name, value in HERE.items()}
    differences = cluster_site.differences(HERE, there, frozenset({"numpy", "ruff"}))
    assert cluster_site.mismatch("tcp://x:1", differences).startswith(
        "worker tcp://x:1 would not give the same results: Python is 3.110 there and 3.11 here, "
        "cemlib is 0.1.00 there and 0.1.0 here, "
        "cemlib/studies/rights/perception.py differs there, "
        "and 3 more; install"
    )


def test_data_is_looked_at_each_time(tmp_path, monkeypatch):
    for name in ("notebooks", "datasets"):
        (tmp_path / name).mkdir()
    (tmp_path / "datasets" / "a.csv").write_text("1")
    (tmp_path / "datasets" / ".lock").write_text("no data")
    (tmp_path / "notebooks" / "01-broken.ipynb").write_text("no notebook")
    monkeypatch.setenv("CEMLIB_HOME", str(tmp_path))
    before = cluster_site.survey()
    assert "datasets/.lock" not in before
    assert cluster_site.token(before) == cluster_site.token(cluster_site.survey())
    (tmp_path / "datasets" / "a.csv").write_text("22")
    assert cluster_site.differences(before, cluster_site.survey(), frozenset()) == [
        "datasets/a.csv differs there"
    ]


def test_what_is_needed_of_what_is_installed():
    needed = cluster_site.needed()
    assert {"numpy", "papermill", "python-dateutil"} <= needed
    assert not needed & {"pytest", "ruff", "cemlib"}
    assert {f"{cluster_site.PACKAGE}numpy", "Python", "cemlib"} <= cluster_site.survey().keys()
