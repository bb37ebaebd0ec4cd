"""Text from outside passes one gate before it becomes Markdown, HTML or a figure's text."""

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cemlib"
MODULES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))
# Modules whose sentences are still plain str with escapes of their own; this list only shrinks.
NOT_CONVERTED = {
    "studies/complaints/words/complaints.py",
    "studies/complaints/words/economics.py",
    "studies/expectation/words.py",
    "studies/ladder/words/journey.py",
    "studies/ladder/words/ladder.py",
    "studies/ladder/words/loyalty.py",
    "studies/repair/words/merging.py",
    "studies/repair/words/repair.py",
    "studies/rights/words.py",
}
# What is Markdown by its origin: the map reads the first cells of the workbooks themselves.
OWN = {"00-start-here": {"Markdown(verbs)", "Markdown(book.source)"}}
GATE = {"markdown.py", "sentences.py"}
SENTENCES = [p for p in MODULES if {"teach", "words", "words.py"} & set(p.parts)]


def name_of(path):
    return path.relative_to(PACKAGE).as_posix()


def functions():
    """Return for each function that writes the modules that define it, and what it returns."""
    found = {}
    for path in SENTENCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                returns = ast.unparse(node.returns) if node.returns else ""
                found.setdefault(node.name, []).append((name_of(path), returns))
    return found


FUNCTIONS = functions()


def sources():
    for path in MODULES:
        yield path, ast.parse(path.read_text(encoding="utf-8"))
    for path in NOTEBOOKS:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                yield path, ast.parse("".join(cell["source"]))


def called(node):
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def calls(names):
    """Yield the place of each call of such a name, and the call."""
    for path, root in sources():
        for node in ast.walk(root):
            if isinstance(node, ast.Call) and called(node) in names and node.args:
                yield path, node


def leaned_on(node):
    """Return modules not converted that a template leans on; None if it is not safe."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return set()
    if isinstance(node, ast.IfExp):
        parts = [leaned_on(node.body), leaned_on(node.orelse)]
    elif isinstance(node, ast.BoolOp):
        parts = [leaned_on(part) for part in node.values]
    elif isinstance(node, ast.Call):
        homes = FUNCTIONS.get(called(node), [])
        if called(node) == "Markdown":  # its own argument is looked at below
            return set()
        plain = {home for home, returns in homes if returns != "Markdown"}
        return plain & NOT_CONVERTED if homes and (not plain or plain & NOT_CONVERTED) else None
    else:
        return None
    return None if None in parts else set().union(*parts)


def test_a_template_is_a_text_of_ours():
    """Never an f-string: what is put in comes as a value, and is escaped if it is not Markdown."""
    wrong = [
        f"{path.name}: {ast.unparse(call)[:100]}"
        for path, call in calls({"prose", "markdown"})
        if path.name not in GATE and leaned_on(call.args[0]) is None
    ]
    assert not wrong


def test_only_modules_that_are_not_converted_are_listed():
    needed = set()
    for path, call in calls({"prose", "markdown"}):
        if path.name not in GATE:
            needed |= leaned_on(call.args[0]) or set()
    assert {home for home in NOT_CONVERTED if home in needed or plain_in(home)} == NOT_CONVERTED


def plain_in(home):
    """Return whether a module still escapes by hand."""
    source = (PACKAGE / home).read_text(encoding="utf-8")
    return "escape_markdown(" in source


def test_nothing_is_called_markdown_that_is_not():
    wrong = [
        f"{path.name}: {ast.unparse(call)[:100]}"
        for path, call in calls({"Markdown"})
        if path.name not in GATE
        and not isinstance(call.args[0], ast.Constant)
        and ast.unparse(call) not in OWN.get(path.stem, set())
    ]
    assert not wrong


def test_escapes_by_hand_are_left_to_modules_not_converted():
    wrong = {name_of(path) for path, _ in calls({"escape_markdown"})} - NOT_CONVERTED
    assert wrong <= {"teach/markdown.py", "markup.py"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_figure_passes_the_gate(path):
    """`Figure` makes all its texts safe when it is drawn, so an f-string may go to any of them.

    So no module draws with another class of figure, or asks for formulas.
    """
    source = path.read_text(encoding="utf-8")
    if name_of(path) == "plot/style.py":
        assert '"text.parse_math": False' in source
        return
    root = ast.parse(source)
    modules = {node.module for node in ast.walk(root) if isinstance(node, ast.ImportFrom)}
    names = {
        alias.name
        for node in ast.walk(root)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert not (modules | names) & {"matplotlib.figure", "matplotlib.pyplot", "pylab"}
    words = {
        keyword.arg
        for node in ast.walk(root)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
    }
    assert not words & {"parse_math", "usetex", "set_parse_math"}
