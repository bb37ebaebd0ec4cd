"""The catalogue: quick to ask, and complete."""

import subprocess
import sys

import pytest

from cemlib.data import catalogue, schemas


@pytest.mark.parametrize("module", ["catalogue", "faults", "check", "mapping", "tables"])
def test_asking_imports_nothing_slow(module):
    code = (
        f"import sys, cemlib.data.{module}; "
        "slow = {'pandas', 'pandera', 'pyarrow', 'openpyxl', 'yaml'} & set(sys.modules); "
        "sys.exit(', '.join(sorted(slow)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_table_has_a_contract_of_its_name():
    for entry in catalogue.CATALOGUE:
        assert catalogue.path(entry.name).is_file()
        if entry.contract:
            assert schemas.contract(entry.name).name == entry.name


def test_names_are_unique():
    assert len(set(catalogue.names())) == len(catalogue.CATALOGUE)


def test_a_source_is_told_once():
    assert len(catalogue.SOURCES) == sum(len(room.SOURCES) for room in catalogue.ROOMS)


def test_home_of_the_environment_moves_the_datasets(tmp_path, monkeypatch):
    monkeypatch.setenv("CEMLIB_HOME", str(tmp_path))
    assert catalogue.path("survey") == tmp_path / "datasets" / "telecom" / "survey.csv"
