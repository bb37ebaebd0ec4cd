"""The catalogue: quick to ask, and complete."""

import subprocess
import sys

import pytest

from cemlib import catalogue
from cemlib.data.load import contract_of


@pytest.mark.parametrize(
    "module", ["catalogue", "data.dataset", "data.problems", "data.mapping", "data.tables"]
)
def test_asking_imports_nothing_slow(module):
    code = (
        f"import sys, cemlib.{module}; "
        "slow = {'pandas', 'pandera', 'pyarrow', 'openpyxl', 'yaml'} & set(sys.modules); "
        "sys.exit(', '.join(sorted(slow)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_table_has_a_contract_of_its_name():
    for entry in catalogue.datasets():
        assert not entry.file or catalogue.path(entry.name).is_file()
        if entry.contract:
            assert contract_of(entry).name == entry.name


def test_names_are_unique():
    assert len(set(catalogue.names())) == len(catalogue.datasets())


def test_home_of_the_environment_moves_the_datasets(tmp_path, monkeypatch):
    monkeypatch.setenv("CEMLIB_HOME", str(tmp_path))
    assert catalogue.path("survey") == tmp_path / "datasets" / "telecom" / "survey.csv"
