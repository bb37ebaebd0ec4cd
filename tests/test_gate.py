"""Text from outside passes one gate before it becomes Markdown, HTML or a figure's text."""

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cemlib"
MODULES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))
# Markdown by its origin: the map reads the first cells of the workbooks themselves.
OWN = {"00-start-here": {"teach.Markdown(verbs)", "teach.Markdown(book.source)"}}
# Modules of `teach` whose functions take literal texts as arguments.
GATE = ("teach/markdown.py", "teach/sentences.py", "teach/exercises.py", "teach/summary.py")
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


def is_safe(node):
    """Return whether a text is literal, or comes from a function that returns Markdown."""
    if isinstance(node, ast.IfExp):
        return is_safe(node.body) and is_safe(node.orelse)
    if isinstance(node, ast.BoolOp):
        return all(map(is_safe, node.values))
    if isinstance(node, ast.Call):
        returns = [each for _, each in FUNCTIONS.get(called(node), [])]
        return called(node) == "Markdown" or (bool(returns) and set(returns) == {"Markdown"})
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_a_template_is_a_literal_text():
    """Never an f-string: values are arguments, and are escaped if they are not Markdown."""
    wrong = [
        f"{path.name}: {ast.unparse(call)[:100]}"
        for path, call in calls({"prose", "markdown", "as_markdown", "say"})
        if not path.as_posix().endswith(GATE) and not is_safe(call.args[0])
    ]
    assert not wrong


def test_no_value_of_a_template_begins_or_ends_with_a_space():
    """A value is escaped, which strips it: a space belongs into a template."""

    def loses(node):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        first, last = (
            part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""
            for part in (parts[0], parts[-1])
        )
        return first != first.lstrip() or last != last.rstrip()

    wrong = [
        f"{path.name}: {ast.unparse(keyword.value)[:100]}"
        for path, call in calls({"prose", "markdown"})
        for keyword in call.keywords
        for branch in (
            [keyword.value.body, keyword.value.orelse]
            if isinstance(keyword.value, ast.IfExp)
            else [keyword.value]
        )
        if isinstance(branch, ast.JoinedStr | ast.Constant) and loses(branch)
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
        if path.suffix == ".ipynb" and not is_safe(text)
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("text", "safe"),
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
def test_only_literal_texts_and_markdown_are_safe(text, safe):
    assert is_safe(ast.parse(text, mode="eval").body) == safe


def test_nothing_is_called_markdown_that_is_not():
    wrong = [
        f"{path.name}: {ast.unparse(call)[:100]}"
        for path, call in calls({"Markdown"})
        if not path.as_posix().endswith(GATE)
        and not isinstance(call.args[0], ast.Constant)
        and ast.unparse(call) not in OWN.get(path.stem, set())
    ]
    assert not wrong


def test_nobody_escapes_by_hand():
    escaping = {name_of(path) for path, _ in calls({"escape_markdown"})}
    assert escaping <= {"teach/markdown.py", "markup.py"}


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
