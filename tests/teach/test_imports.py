from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

from cemlib import teach

CODE = """
import sys
from cemlib import teach
print(sorted({"IPython", "ipywidgets", "matplotlib", "pandas"} & set(sys.modules)))
"""


def test_heavy_libraries_are_loaded_when_they_are_used():
    run = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_a_function_is_not_replaced_by_the_module_of_the_same_name():
    for module in pkgutil.iter_modules(teach.__path__):
        importlib.import_module(f"cemlib.teach.{module.name}")
    assert all(callable(getattr(teach, name)) for name in teach.__all__ if name != "CALLS")
