"""The files of cemlib that a workbook can import, found without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from pathlib import Path

import cemlib
from cemlib.report.plan.statements import Remembered, Statements, parsed, statements

ROOT = Path(cemlib.__file__).parent
PACKAGE = "cemlib"
REPORT = "report"
RUN = ["from cemlib.report.run import execute_run"]  # what turns a workbook into a report
COMMANDS = "commands.py"  # of a study, for the command line: no workbook uses it
LIBRARIES = {
    "matplotlib": "matplotlib.pyplot",
    "numpy": "numpy",
    "pandas": "pandas",
    "scipy": "scipy.stats",
    "statsmodels": "statsmodels.api",
}  # safe to import before a process is forked


class Sources:
    """The current files of the package; each is read once.

    Parameters
    ----------
    root : Path
        Folder of the package.
    """

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self._imports: dict[str, frozenset[str]] = {}
        self._lazy_names: dict[str, dict[str, str] | None] = {}
        self._remembered = Remembered(root / "__pycache__")

    @cached_property
    def files(self) -> dict[str, Path]:
        """Every file of the package, by relative path; without the copy of the home."""
        return {
            name: path
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and not _is_foreign(name := path.relative_to(self.root).as_posix())
        }

    def reached(self, cells: Iterable[str]) -> tuple[str, ...]:
        """Return the paths of all files that can take part when cells run.

        These are the modules that the cells import, the modules that those import in turn, also
        inside functions, the modules that turn the cells into a report, and the files other than
        Python next to any of them. A package whose ``__init__`` loads lazily counts as a whole
        where it is imported by its own name, except for a study's commands, which no workbook
        uses. A cell that is not valid Python reaches every file.

        Parameters
        ----------
        cells : iterable of str
            Sources of the code cells.

        Examples
        --------
        >>> reached = Sources().reached(["from cemlib.studies import repair", "%matplotlib inline"])
        >>> "studies/repair/golden_time.py" in reached, "studies/value/menus.py" in reached
        (True, False)
        """
        reached: set[str] = set()
        todo = ["__init__.py"]
        for cell in [*RUN, *cells]:
            try:
                todo += self._imported(cell)
            except SyntaxError:
                return tuple(self.files)
        while todo:
            name = todo.pop()
            reached.add(name)
            todo += self._of(name) - reached
        beside = {
            name for name in self.files if not _is_python(name) and self._package(name) in reached
        }
        self._remembered.save()
        return tuple(sorted(reached | beside))

    def modules(self, cells: Iterable[str]) -> set[str]:
        """Return the names of the modules that are useful and safe to import before cells run.

        Examples
        --------
        >>> sorted(Sources().modules(["import numpy, antigravity", "import cemlib.stats.scales"]))
        ['cemlib.stats', 'cemlib.stats.scales', 'numpy']
        """
        cells = list(cells)
        modules = set()
        for cell in cells:
            try:
                names = {dotted[0] for level, dotted in self._statements(cell) if not level}
            except SyntaxError:
                continue
            modules |= {LIBRARIES[name] for name in names & LIBRARIES.keys()}
            modules |= {
                f"{PACKAGE}.{name.removesuffix('.py').removesuffix('/__init__').replace('/', '.')}"
                for name in self._imported(cell)
                if name != "__init__.py"
            }
        return modules

    def _statements(self, source: str) -> Statements:
        return self._remembered.of(source, partial(statements, package=PACKAGE))

    def _of(self, name: str) -> frozenset[str]:
        if name not in self._imports:
            source = self.files[name].read_text(encoding="utf-8")
            package = name.rpartition("/")[0].split("/") if "/" in name else []
            try:
                self._imports[name] = frozenset(self._imported(source, package))
            except SyntaxError:  # nothing can import it
                self._imports[name] = frozenset()
        return self._imports[name]

    def _imported(self, source: str, package: list[str] | None = None) -> Iterator[str]:
        """Yield the files that a source imports from the package."""
        if PACKAGE not in source and package is None:
            return
        for level, dotted in self._statements(source):
            inner = package or []
            around = [PACKAGE, *inner[: len(inner) - level + 1]] if level else []
            yield from self._modules([*around, *dotted])

    def _modules(self, dotted: list[str]) -> Iterator[str]:
        """Yield the files of a module and of the packages that contain it."""
        if dotted[0] != PACKAGE:
            return
        if dotted[-1] == "*" and self._lazy("/".join(dotted[1:-1])) is not None:
            dotted = dotted[:-1]  # names that a package loads lazily
        if dotted[-1] == "*":
            folder = "".join(f"{name}/" for name in dotted[1:-1])
            yield from (name for name in self.files if name.startswith(folder) and _is_python(name))
            return
        for end in range(1, len(dotted) + 1):
            inner = "/".join(dotted[1:end])
            for name in (f"{inner}.py", f"{inner}/__init__.py".removeprefix("/")):
                if name in self.files:
                    yield name
        inner, around = "/".join(dotted[1:]), "/".join(dotted[1:-1])
        if self._lazy(inner) is not None:
            yield from (
                name
                for name in self.files
                if name.startswith(f"{inner}/") and _is_python(name) and not name.endswith(COMMANDS)
            )
        elif module := (self._lazy(around) or {}).get(dotted[-1]):
            yield from self._modules([*dotted[:-1], *module.split(".")])

    def _lazy(self, package: str) -> dict[str, str] | None:
        """Return the module of each name that a package loads lazily; None if it loads none."""
        name = f"{package}/__init__.py"
        if name not in self.files:
            return None
        if name not in self._lazy_names:
            self._lazy_names[name] = _lazily_loaded(self.files[name].read_text(encoding="utf-8"))
        return self._lazy_names[name]

    def _package(self, name: str) -> str:
        """Return the `__init__` of the package that a file belongs to."""
        folders = name.split("/")[:-1]
        parents = ("/".join([*folders[:end], "__init__.py"]) for end in range(len(folders), -1, -1))
        return next(init for init in parents if init in self.files)


def _lazily_loaded(source: str) -> dict[str, str] | None:
    """Return the module of each name passed to `lazy_loader.attach`; None without a call to it."""
    if "lazy.attach" not in source:
        return None
    for node in ast.walk(parsed(source, PACKAGE)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "lazy.attach":
            arguments = {word.arg: ast.literal_eval(word.value) for word in node.keywords}
            names = arguments.get("submod_attrs", {})
            return {name: module for module, each in names.items() for name in each}
    return None


def _is_python(name: str) -> bool:
    return name.endswith(".py")


def _is_foreign(name: str) -> bool:
    return "__pycache__" in name or name.startswith("home/")
