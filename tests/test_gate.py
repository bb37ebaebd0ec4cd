"""Text from outside passes one gate before it becomes Markdown, HTML or a figure's text."""

import ast
import json
from pathlib import Path

import pytest

from cemlib.teach import sentences

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cemlib"
MODULES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))
# Modules whose sentences are still plain str with escapes of their own; this list only shrinks.
NOT_CONVERTED = {
    "studies/value/words/answering.py",
    "studies/value/words/speed.py",
    "studies/value/words/spoken.py",
    "studies/value/words/value.py",
}
# Workbooks whose exercises still fill a text by hand; this set only shrinks.
EXERCISES_NOT_CONVERTED = {"04-centralised-repair"}
# Markdown by its origin: the map reads the first cells of the workbooks themselves.
OWN = {"00-start-here": {"teach.Markdown(verbs)", "teach.Markdown(book.source)"}}
GATE = {"markdown.py", "sentences.py", "exercises.py"}  # take literal texts as arguments
SENTENCES = [p for p in MODULES if {"teach", "words", "words.py"} & set(p.parts)]


def name_of(path):
    return path.relative_to(PACKAGE).as_posix()


def functions():
    """Return for each function that writes the modules that define it, and what it returns."""
    homes = {}
    for path in SENTENCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                returns = ast.unparse(node.returns) if node.returns else ""
                homes.setdefault(node.name, []).append((name_of(path), returns))
    return homes


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
    """Yield each call of these functions with the path of its module or notebook."""
    for path, root in sources():
        for node in ast.walk(root):
            if isinstance(node, ast.Call) and called(node) in names and node.args:
                yield path, node


def unconverted_sources(node):
    """Return the modules not converted that a text comes from; None if it is not safe."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return set()
    if isinstance(node, ast.IfExp):
        parts = [unconverted_sources(node.body), unconverted_sources(node.orelse)]
    elif isinstance(node, ast.BoolOp):
        parts = [unconverted_sources(part) for part in node.values]
    elif isinstance(node, ast.Call):
        homes = FUNCTIONS.get(called(node), [])
        if called(node) == "Markdown":  # its own argument is looked at below
            return set()
        plain = {home for home, returns in homes if returns != "Markdown"}
        return plain & NOT_CONVERTED if homes and (not plain or plain & NOT_CONVERTED) else None
    else:
        return None
    return None if None in parts else set().union(*parts)


def test_a_template_is_a_literal_text():
    """Never an f-string: values are arguments, and are escaped if they are not Markdown."""
    wrong = [
        f"{path.name}: {ast.unparse(call)[:100]}"
        for path, call in calls({"prose", "markdown", "as_markdown"})
        if path.name not in GATE and unconverted_sources(call.args[0]) is None
    ]
    assert not wrong


def texts_of(node):
    """Return the texts of an argument of `check`: of a list or a mapping, each of its values."""
    if isinstance(node, ast.List | ast.Tuple):
        return node.elts
    return node.values if isinstance(node, ast.Dict) else [node]


def test_texts_of_exercises_are_literal():
    """`check` takes them as templates; what a text of `explore` returns is escaped anyway."""
    wrong = [
        f"{path.name}: {ast.unparse(text)[:100]}"
        for path, call in calls({"check"})
        for keyword in call.keywords
        if keyword.arg in {"hints", "mistakes", "because"}
        for text in texts_of(keyword.value)
        if path.suffix == ".ipynb"
        and path.stem not in EXERCISES_NOT_CONVERTED
        and unconverted_sources(text) is None
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("text", "is_safe"),
    [
        ("'Sort by *gap*.'", True),
        ("markdown('{n} yuan', n=n)", True),
        ("Markdown('*yuan*')", True),
        ("f'{n} yuan'", False),
        ("'{} yuan'.format(n)", False),
        ("'yuan ' + n", False),
        ("n", False),
        ("str(n)", False),
    ],
)
def test_only_literal_texts_and_markdown_are_safe(text, is_safe):
    assert (unconverted_sources(ast.parse(text, mode="eval").body) is not None) == is_safe


def test_prose_fills_no_text_by_hand_once_all_modules_are_converted():
    assert (not NOT_CONVERTED) == sentences.TEMPLATES_ONLY


def test_only_modules_that_are_not_converted_are_listed():
    needed = set()
    for path, call in calls({"prose", "markdown"}):
        if path.name not in GATE:
            needed |= unconverted_sources(call.args[0]) or set()
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
