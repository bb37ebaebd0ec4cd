"""The forking engine gives the same outputs as a real kernel."""

import difflib
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from cemlib import home
from cemlib.report.plan import workbook
from cemlib.report.plan.study import run_from_arguments
from cemlib.report.run import canonical, execute
from cemlib.report.run.pool import ForkPool

CASES = {
    "streams": [
        'print("a"); import sys; print("b", file=sys.stderr); print("c", end="")',
        "1 + 1",
        "for i in range(3):\n    print(i)\n    display(i)",
        "5;",
        "_",
        'import os; os.system("echo system"); None',
        "!echo sub",
        "%%bash\necho bash",
        'import logging; logging.warning("logged")',
        'print("é 中文 \\x1b[31mred\\x1b[0m")',
        "print?",
        "",
        "import sys; (__name__, sys.path, os.path.basename(os.getcwd()))",
    ],
    "displays": [
        "from IPython.display import HTML, Markdown, clear_output\n"
        'shown = display("first", display_id="one")\nprint("x")',
        'shown.update("second")',
        'display(HTML("<b>x</b>"), Markdown("*y*"))',
        'print("gone"); clear_output(); print("left")',
        'print("gone"); clear_output(wait=True)\nprint("left")',
        "import numpy as np; np.arange(3)",
        'import pandas as pd; pd.DataFrame({"a": [1, 2]})',
        "class Rich:\n    def _repr_html_(self): return '<i>h</i>'\n"
        "    def __repr__(self): return 'plain'\nRich()",
        "import asyncio\nawait asyncio.sleep(0.01)\n'awaited'",
    ],
    "wide frame": ["import pandas as pd; pd.DataFrame([range(1000, 1030)])", "print(_)"],
    "figures": [
        "import matplotlib.pyplot as plt\nfigure = plt.figure(figsize=(2, 1))\nplt.plot([1, 2]);",
        "plt.gca() is None",
        "%matplotlib inline\nplt.figure(figsize=(2, 1)); plt.plot([2, 1]); plt.show()",
    ],
    "warning": ['import warnings; warnings.warn("careful")', "x = 1"],
    "raises": ["print(1)", 'def f():\n    raise ValueError("bad")\nf()', 'print("never")'],
    "chained": ["try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('b') from e"],
    "syntax": ["print(1)", "x = = 2"],
    "exits": ['import sys\nprint("here")\nsys.exit(3)', 'print("never")'],
    "ends": ['print("here"); import os', "import time; time.sleep(0.3); os._exit(3)"],
    "segfault": ["import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"],
    "never ends": ['print("start", flush=True)', "while True: pass"],
    "fails to show": [
        "class Bad:\n    def _repr_html_(self): raise KeyError('k')\n"
        "    def __repr__(self): return 'bad'\nBad()",
        "print(2)",
    ],
    "no such magic": ["%nosuchmagic", "1"],
}
TAGGED = {"may raise": [("1 / 0", "raises-exception"), ("1 / 0", "skip-execution"), ("'after'",)]}


def notebook(path, cells):
    """Write a notebook of code cells, each a source or a source and its tags."""
    parts = [(cell,) if isinstance(cell, str) else cell for cell in cells]
    made = [
        nbformat.v4.new_code_cell(source, id=f"cell-{at}", metadata={"tags": tags} if tags else {})
        for at, (source, *tags) in enumerate(parts)
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)
    return run_from_arguments(str(path), {})


@pytest.fixture(scope="module")
def pool():
    with ForkPool(1, ["numpy", "pandas", "matplotlib.pyplot"]) as pool:
        yield pool


def both(pool, run, timeout=60.0):
    os.environ.pop("PYTEST_CURRENT_TEST", None)  # ipykernel listens to less where it sees it
    warm = pool.submit(execute.execute, run, timeout).result()
    cold = execute.execute(run, timeout, isolated=True)
    return warm, cold


def assert_same(warm, cold):
    one, other = canonical.text(warm.notebook), canonical.text(cold.notebook)
    lines = difflib.unified_diff(
        one.splitlines(), other.splitlines(), "warm", "kernel", lineterm=""
    )
    assert one == other, "\n".join(lines)
    assert warm.failure == cold.failure
    assert warm.reads == cold.reads


@pytest.mark.parametrize("name", [*CASES, *TAGGED])
def test_a_notebook_comes_out_as_from_a_kernel(pool, tmp_path, name):
    run = notebook(tmp_path / "case.ipynb", CASES.get(name) or TAGGED[name])
    assert_same(*both(pool, run, timeout=2.0 if name == "never ends" else 60.0))


@pytest.mark.parametrize("path", sorted(home.notebooks().glob("*.ipynb")), ids=lambda p: p.stem)
def test_every_workbook_comes_out_as_from_a_kernel(pool, path):
    book = workbook.find(path.stem)
    quick = {"resamples": "20"} if "resamples" in {each.name for each in book.parameters} else {}
    assert_same(*both(pool, run_from_arguments(path.stem, quick)))


def test_runs_see_nothing_of_one_another(pool, tmp_path):
    cells = [
        "import os, sys, builtins",
        "hasattr(builtins, 'mark'), os.environ.get('MARK'), os.listdir('.'), 'this' in sys.modules",
        "builtins.mark = 1; os.environ['MARK'] = 'x'; open('mark', 'w').close()",
        "sys.modules['this'] = sys",
    ]
    run = notebook(tmp_path / "marks.ipynb", cells)
    for _ in range(2):
        done = pool.submit(execute.execute, run, 60.0).result()
        shown = done.notebook.cells[1].outputs[0].data["text/plain"]
        assert shown == "(False, None, [], False)"


def test_random_numbers_differ_between_forks(pool, tmp_path):
    run = notebook(
        tmp_path / "random.ipynb", ["import numpy, random\nnumpy.random.random(), random.random()"]
    )
    texts = {
        pool.submit(execute.execute, run, 60.0)
        .result()
        .notebook.cells[0]
        .outputs[0]
        .data["text/plain"]
        for _ in range(2)
    }
    assert len(texts) == 2


def test_the_files_that_a_run_reads_are_logged(pool, tmp_path):
    cells = [
        "from cemlib import home\nimport pandas as pd",
        "pd.read_csv(home.datasets() / 'cases' / 'rights.csv').shape",
        "open('own.txt', 'w').write('x'); len(open('own.txt').read())",
    ]
    warm, cold = both(pool, notebook(tmp_path / "reads.ipynb", cells))
    assert warm.reads == cold.reads == (str(home.datasets() / "cases" / "rights.csv"),)


def test_nothing_that_a_run_started_outlives_it(pool, tmp_path):
    cells = ["import subprocess\nchild = subprocess.Popen(['sleep', '60'])\nprint(child.pid)"]
    done = pool.submit(execute.execute, notebook(tmp_path / "child.ipynb", cells), 60.0).result()
    pid = int(done.notebook.cells[0].outputs[0].text)
    state = Path(f"/proc/{pid}/stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_plain_papermill_can_use_the_engine(tmp_path):
    notebook(tmp_path / "plain.ipynb", ["print(6 * 7)"])
    command = ["papermill", "--engine", "cem", "-k", "python3", "plain.ipynb", "out.ipynb"]
    subprocess.run(
        [sys.executable, "-m", *command], cwd=tmp_path, check=True, capture_output=True, timeout=60
    )
    done = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert done.cells[0].outputs[0].text == "42\n"


def test_the_engine_can_be_imported_before_papermill():
    subprocess.run(
        [sys.executable, "-c", "import cemlib.report.run.engine"], check=True, timeout=60
    )


def test_outside_a_warm_worker_the_kernel_is_used(tmp_path):
    run = notebook(tmp_path / "seed.ipynb", ["import sys; sys.flags.hash_randomization, hash('a')"])
    texts = {
        execute.execute(run, 60.0).notebook.cells[0].outputs[0].data["text/plain"] for _ in range(2)
    }
    assert len(texts) == 1
    assert texts.pop().startswith("(0, ")
