"""What holds for every module of the package, beside the direction of imports (`lint-imports`)."""

import ast
import json
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "cemlib"
MODULES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted(PACKAGE.parent.glob("notebooks/*.ipynb"))
OUTSIDE = {"plots", "words", "datasets", "operator", "commands", "qa_sheet", "merging", "engines"}


def name_of(path):
    return path.relative_to(PACKAGE).as_posix()


def parts_of(path):
    return set(path.relative_to(PACKAGE).with_suffix("").parts)


def is_science(path):
    return parts_of(path) & {"board", "studies", "stats", "texts"} and not parts_of(path) & OUTSIDE


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(root):
    for node in ast.walk(root):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            if node.module == "cemlib":
                yield from (f"cemlib.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_outgrows_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if is_science(path)],
    ids=name_of,
)
def test_science_touches_no_file_figure_or_notebook(path):
    root = tree(path)
    outside = {name.split(".")[0] for name in imported(root)}
    assert not outside & {"pathlib", "io", "os", "matplotlib", "IPython", "ipywidgets", "random"}
    calls = {
        n.func.id
        for n in ast.walk(root)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    assert not calls & {"open", "print", "display"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_package_never_asserts_nor_draws_from_global_chance(path):
    root = tree(path)
    assert not any(isinstance(node, ast.Assert) for node in ast.walk(root))
    dotted = {ast.unparse(node) for node in ast.walk(root) if isinstance(node, ast.Attribute)}
    legacy = {name for name in dotted if name.startswith("np.random.")}
    assert legacy <= {"np.random.Generator", "np.random.default_rng", "np.random.SeedSequence"}


ORDERING = {"sort_values", "sort_index", "argsort"}  # of values alone, ties cannot be told apart
CHOOSING = {"idxmax", "idxmin"}  # by numbers, of which one is named


def calls_of(root, names):
    for node in ast.walk(root):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", None) in names:
            yield node


def unstable(root):
    for call in calls_of(root, ORDERING):
        if not any(k.arg == "kind" and ast.unparse(k.value) == "'stable'" for k in call.keywords):
            yield ast.unparse(call)
    yield from map(ast.unparse, calls_of(root, {"nlargest", "nsmallest", "argpartition"}))


def code_of(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ast.parse("\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_rows_are_put_into_order_stably(path):
    assert not list(unstable(tree(path)))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_put_rows_into_order_stably(path):
    assert not list(unstable(code_of(path)))


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if parts_of(path) & {"plot", "plots", "teach", "words"}],
    ids=name_of,
)
def test_what_is_named_as_most_or_least_is_so_beyond_the_last_bits(path):
    bare = [ast.unparse(call) for call in calls_of(tree(path), CHOOSING)]
    assert not [call for call in bare if "significant(" not in call]


def test_an_unstable_order_is_found():
    code = "np.argsort(x); t.sort_values('a'); t.sort_values('a', kind='stable'); x.nlargest(2)"
    assert len(list(unstable(ast.parse(code)))) == 3


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_uses_one_study_and_the_shared_base(path):
    used = {name for name in imported(code_of(path)) if name.startswith("cemlib.")}
    studies = {name.split(".")[2] for name in used if name.startswith("cemlib.studies.")}
    # The last workbook takes one thing of each study, its levers; its own study knows none of them.
    assert len(studies) <= 1 or path.stem.startswith("07")
    shared = {name.split(".")[1] for name in used} - {"studies"}
    # The map reads its workbooks, their routes, and which dataset of a company each takes.
    reading = {"report", "catalogue", "course"} if path.stem.startswith("00") else set()
    reading |= {"catalogue"} if path.stem.startswith("07") else set()
    assert shared <= {"board", "data", "findings", "plot", "stats", "teach", "texts"} | reading


def test_architecture_shows_the_tree_as_it_is():
    text = (PACKAGE.parent / "ARCHITECTURE.md").read_text(encoding="utf-8")
    lines = text.split("```")[1].splitlines()[2:]
    shown, path = [], []
    for line in lines:
        name = line.split()[0].rstrip("/")
        depth = (len(line) - len(line.lstrip())) // 2
        path = [*path[: depth - 1], name]
        shown.append("/".join(path))
        assert len(line.split()) > 1, f"{name} has no line that says what it holds"
    folders = {
        name_of(path)
        for path in PACKAGE.rglob("*")
        if path.is_dir() and "__pycache__" not in path.parts and any(path.glob("*.*"))
    }
    assert shown == sorted(folders)
