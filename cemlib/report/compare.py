"""Compares two builds byte by byte and names the files and cells that differ."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, zip_longest
from pathlib import Path

from cemlib.exits import printable
from cemlib.report.artifacts import METADATA

_CELL = re.compile(r'^<div class="cell" id="cell-([^"]*)">', re.MULTILINE)
ZONES = ("Asia/Kathmandu", "America/St_Johns")
SEEDS = ("4271", "99")
UMASK = 0o027


def changed_environment(home: Path) -> dict[str, str]:
    """Return an environment that differs in everything that must not affect a build.

    These are locale, time zone, hash seed, user, home folder and terminal width.

    Parameters
    ----------
    home : Path
        An empty folder that replaces the user's home folder.
    """
    changed = {
        "HOME": str(home),
        "USER": "somebody",
        "LOGNAME": "somebody",
        "TZ": _other(ZONES, os.environ.get("TZ")),
        "PYTHONHASHSEED": _other(SEEDS, os.environ.get("PYTHONHASHSEED")),
        "LC_ALL": _locale(),
        "LANGUAGE": "de:tr",
        "COLUMNS": "43",
        "CEMLIB_HOME": str(_home()),
    }
    return dict(os.environ) | changed


def run_in_changed_environment(
    arguments: Sequence[str], home: Path, notify: Callable[[str], None] | None = None
) -> int:
    """Run a ``cem`` command in a changed environment, and return its exit code.

    Parameters
    ----------
    arguments : sequence of str
        What follows ``cem``.
    home : Path
        An empty folder that replaces the user's home folder.
    notify : callable, optional
        Receives the command's output; without it the output is printed only after a usage error.
    """
    program = "from cemlib.cli import main; main(prog_name='cem')"
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env=changed_environment(home) | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        umask=UMASK,
    )
    with process:
        try:
            output, _ = process.communicate()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if notify:
        notify(output.rstrip("\n"))
    elif process.returncode not in (0, 1):
        print(printable(output), end="", file=sys.stderr)
    return process.returncode


def rebuild_and_compare(
    studies: Sequence[str], slugs: Sequence[str], out: Path, jobs: int, options: Sequence[str] = ()
) -> list[str]:
    """Build studies again in a changed environment, and return the differences.

    Parameters
    ----------
    studies, slugs : sequence of str
        The studies as requested, and the names of their folders.
    out : Path
        Folder of the first build.
    jobs : int
        Number of runs at a time in the second build.
    options : sequence of str
        Further options of ``cem build``.
    """
    with tempfile.TemporaryDirectory(prefix="cem check ") as private:
        second, home = Path(private, "a second build"), Path(private, "home")
        home.mkdir()
        run_in_changed_environment(
            ["build", *studies, "-o", str(second), "--force", "--jobs", str(jobs), *options], home
        )
        return [
            f"{slug}/{line}" for slug in slugs for line in differences(out / slug, second / slug)
        ]


def differences(one: Path, other: Path) -> list[str]:
    """Return a line for each file that differs between two builds, except run metadata."""
    names = sorted({*_files(one), *_files(other)})
    return [f"{name}: {what}" for name in names if (what := _difference(one / name, other / name))]


def _files(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in name.parts)
        if path.is_file() and path.name != METADATA and not hidden:
            yield name.as_posix()


def _difference(one: Path, other: Path) -> str | None:
    if not other.is_file():
        return "only in the first build"
    if not one.is_file():
        return "only in the second build"
    first, second = one.read_bytes(), other.read_bytes()
    if first == second:
        return None
    if one.suffix == ".ipynb":
        from cemlib.report import refresh
        from cemlib.report.run import canonical

        return refresh.difference(
            canonical.read(one), canonical.read(other), "the first build", "the second"
        )
    if one.suffix == ".html" and (cells := _differing_cells(first.decode(), second.decode())):
        return f"cell {cells[0]} differs" if len(cells) == 1 else f"cells {', '.join(cells)} differ"
    return _first_difference(first, second)


def _differing_cells(first: str, second: str) -> list[str]:
    """Return the identifiers of the cells of two reports that differ; ``(page)`` is the rest."""
    pages = [_cells(text) for text in (first, second)]
    names = dict.fromkeys(chain(*pages))
    return [name for name in names if pages[0].get(name) != pages[1].get(name)]


def _cells(page: str) -> dict[str, str]:
    """Return the parts of a report by cell; none for a page without cells."""
    head, *rest = _CELL.split(page)
    return {"(page)": head} | dict(zip(rest[::2], rest[1::2], strict=True)) if rest else {}


def _first_difference(first: bytes, second: bytes) -> str:
    if b"\0" in first:
        pairs, unit = zip_longest(first, second), "byte"
    else:
        pairs, unit = zip_longest(first.splitlines(True), second.splitlines(True)), "line"
    number = next(number for number, (a, b) in enumerate(pairs, 1) if a != b)
    return f"{unit} {number} is the first difference"


def _other(choices: Sequence[str], taken: str | None) -> str:
    return next(choice for choice in choices if choice != taken)


def _locale() -> str:
    """Return a locale with a decimal comma if the system has one."""
    import locale

    before = locale.setlocale(locale.LC_NUMERIC)
    try:
        for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "tr_TR.UTF-8", "da_DK.UTF-8"):
            try:
                locale.setlocale(locale.LC_NUMERIC, name)
            except locale.Error:
                continue
            return name
    finally:
        locale.setlocale(locale.LC_NUMERIC, before)
    return "C" if os.environ.get("LC_ALL", os.environ.get("LANG")) != "C" else "C.UTF-8"


def _home() -> Path:
    from cemlib import home

    return home.home()
