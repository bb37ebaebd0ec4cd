"""The house: imports run one way, and every room can be seen at a glance."""

import ast
import json
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "cemlib"
MODULES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted(PACKAGE.parent.glob("notebooks/*.ipynb"))
BASE = {"assets", "checks", "exits", "findings", "home", "markup", "plain_yaml"}
SCIENCE = {
    "agreement",
    "answers",
    "associations",
    "authority",
    "bargain",
    "call_list",
    "cases",
    "choice_design",
    "coder_agreement",
    "complaints",
    "control_charts",
    "delivery",
    "desk_policies",
    "direct_effects",
    "disconfirmation",
    "discrete_choice",
    "drivers",
    "effectiveness",
    "effects",
    "equivalence",
    "expectation",
    "experiments",
    "forgiveness",
    "funnel",
    "golden_time",
    "identity",
    "interrupted",
    "justice",
    "ladder",
    "menu_search",
    "menus",
    "off_policy",
    "planning",
    "policies",
    "pooling",
    "power",
    "problems",
    "promises",
    "prompts",
    "propensity",
    "queueing",
    "raised_hands",
    "ratchet",
    "rates",
    "referral",
    "regression",
    "reliability",
    "repair_desk",
    "response",
    "response_surface",
    "retention",
    "rights",
    "routing",
    "rung_value",
    "scales",
    "scripts",
    "sequential",
    "similarity",
    "standardisation",
    "standards",
    "structural",
    "survival",
    "tariffs",
    "voice",
}
ALLOWED = {
    "checks": set(),
    "findings": set(),
    "home": set(),
    "stats": {"checks"},
    **{room: {"checks", "stats"} | SCIENCE for room in SCIENCE},
    "data": {"checks", "home", "data"}  # and models of tables
    | {"discrete_choice", "expectation", "ratchet", "structural", "tariffs"},
    "figures": {"assets", "checks", "exits", "markup", "plain_yaml", "stats", "figures"} | SCIENCE,
    "lessons": {"assets", "checks", "exits", "markup", "plain_yaml", "findings", "stats", "lessons", "figures"} | SCIENCE,
    "press": {"assets", "checks", "exits", "markup", "plain_yaml", "findings", "home", "press"},
    "advice": {"checks", "stats", "lessons", "data", "press"} | SCIENCE,
    "commands": {"checks", "findings", "home", "press", "data", "commands"},
    "case_command": {"press", "data", "cases", "identity"},
    "cli": {"checks", "findings", "home", "press", "data", "commands", "case_command", "advice"},
}
HEAVY = {"pandas", "matplotlib", "papermill", "nbconvert", "pandera", "scipy", "numpy"}


def in_room(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


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


def rooms(root):
    names = (name.split(".") for name in imported(root))
    return {parts[1] for parts in names if parts[0] == "cemlib" and len(parts) > 1}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path):
    room = in_room(path)
    if room != "__init__":
        assert rooms(tree(path)) - {"__version__"} <= ALLOWED[room]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_room_outgrows_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if in_room(path) in SCIENCE | {"stats"}],
    ids=lambda path: str(path.relative_to(PACKAGE)),
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


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
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


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_rows_are_put_into_order_stably(path):
    assert not list(unstable(tree(path)))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_put_rows_into_order_stably(path):
    assert not list(unstable(code_of(path)))


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if in_room(path) in {"figures", "lessons"}],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_what_is_named_as_most_or_least_is_so_beyond_the_last_bits(path):
    bare = [ast.unparse(call) for call in calls_of(tree(path), CHOOSING)]
    assert not [call for call in bare if "significant(" not in call]


def test_an_unstable_order_is_found():
    code = "np.argsort(x); t.sort_values('a'); t.sort_values('a', kind='stable'); x.nlargest(2)"
    assert len(list(unstable(ast.parse(code)))) == 3


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_call_the_house_from_the_front(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    used = set().union(*(rooms(ast.parse(source)) for source in code))
    reading = {"press"} if path.stem.startswith("00") else set()  # the map reads its workbooks
    assert used <= SCIENCE | {"stats", "findings", "lessons", "figures", "data"} | reading
