from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config


@pytest.fixture
def outputs_of():
    """Run code as a cell would, and return what it displays."""
    quiet = Config({"HistoryManager": {"enabled": False}})
    shell = InteractiveShell.instance(config=quiet)

    def run(code, **names):
        shell.push(names)
        with capture_output() as captured:
            shell.run_cell(code).raise_error()
        return captured.outputs

    yield run
    InteractiveShell.clear_instance()
