from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
import cemlib.teach.exercises, cemlib.teach.controls, cemlib.teach.findings_table
import cemlib.teach.sentences, cemlib.teach.rating_form
import cemlib.teach.entry_form, cemlib.teach.tables
print(sorted({"IPython", "ipywidgets", "matplotlib", "pandas"} & set(sys.modules)))
"""


def test_what_is_heavy_is_loaded_when_it_is_used():
    said = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
