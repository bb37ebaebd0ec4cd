"""Two builds, byte by byte: what differs is named by file and by cell."""

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
from cemlib.report.artifacts import RECORD

_CELL = re.compile(r'^<div class="cell" id="cell-([^"]*)">', re.MULTILINE)
ZONES = ("Asia/Kathmandu", "America/St_Johns")
SEEDS = ("4271", "99")
UMASK = 0o027


def elsewhere(home: Path) -> dict[str, str]:
    """Return an environment in which everything is other that must not matter.

    Locale, time zone, hash seed, user, and width of the terminal are.

    Parameters
    ----------
    home : Path
        An empty folder in place of the user's own.
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


def run_elsewhere(
    arguments: Sequence[str], home: Path, say: Callable[[str], None] | None = None
) -> int:
    """Run a ``cem`` command in such an environment, and return its exit code.

    Parameters
    ----------
    arguments : sequence of str
        What follows ``cem``.
    home : Path
        An empty folder in place of the user's own.
    say : callable, optional
        Takes what the command says; if not given, that is shown only where it refused.
    """
    program = "from cemlib.cli import main; main(prog_name='cem')"
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env=elsewhere(home) | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        umask=UMASK,
    )
    with process:
        try:
            said, _ = process.communicate()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if say:
        say(said.rstrip("\n"))
    elif process.returncode not in (0, 1):
        print(printable(said), end="", file=sys.stderr)
    return process.returncode


def again(
    studies: Sequence[str], slugs: Sequence[str], out: Path, jobs: int, options: Sequence[str] = ()
) -> list[str]:
    """Build studies a second time elsewhere, and return how that differs from a first build.

    Parameters
    ----------
    studies, slugs : sequence of str
        As they were asked for, and the names of their folders.
    out : Path
        Where the first build is.
    jobs : int
        How many runs the second is to make at a time.
    options : sequence of str
        Further options of ``cem build``.
    """
    with tempfile.TemporaryDirectory(prefix="cem check ") as private:
        second, home = Path(private, "a second build"), Path(private, "home")
        home.mkdir()
        run_elsewhere(
            ["build", *studies, "-o", str(second), "--force", "--jobs", str(jobs), *options], home
        )
        return [
            f"{slug}/{found}" for slug in slugs for found in differences(out / slug, second / slug)
        ]


def differences(one: Path, other: Path) -> list[str]:
    """Return a line for each file that differs between two folders, but for what may differ."""
    names = sorted({*_files(one), *_files(other)})
    return [
        f"{name}: {where}" for name in names if (where := _difference(one / name, other / name))
    ]


def _files(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in name.parts)
        if path.is_file() and path.name != RECORD and not hidden:
            yield name.as_posix()


def _difference(one: Path, other: Path) -> str | None:
    if not other.is_file():
        return "only the first build has it"
    if not one.is_file():
        return "only the second build has it"
    first, second = one.read_bytes(), other.read_bytes()
    if first == second:
        return None
    if one.suffix == ".ipynb":
        from cemlib.report import refresh
        from cemlib.report.run import canonical as normal

        return refresh.difference(
            normal.read(one), normal.read(other), "the first build", "the second"
        )
    if one.suffix == ".html" and (cells := _differing_cells(first.decode(), second.decode())):
        return f"cell {cells[0]} differs" if len(cells) == 1 else f"cells {', '.join(cells)} differ"
    return _place(first, second)


def _differing_cells(first: str, second: str) -> list[str]:
    """Return the identifiers of the cells of two reports that differ; ``(page)`` is all else."""
    pages = [_cells(text) for text in (first, second)]
    names = dict.fromkeys(chain(*pages))
    return [name for name in names if pages[0].get(name) != pages[1].get(name)]


def _cells(page: str) -> dict[str, str]:
    """Return the pieces of a report by their cells; a page without cells has none."""
    head, *rest = _CELL.split(page)
    return {"(page)": head} | dict(zip(rest[::2], rest[1::2], strict=True)) if rest else {}


def _place(first: bytes, second: bytes) -> str:
    if b"\0" in first:
        pairs, unit = zip_longest(first, second), "byte"
    else:
        pairs, unit = zip_longest(first.splitlines(True), second.splitlines(True)), "line"
    number = next(number for number, (a, b) in enumerate(pairs, 1) if a != b)
    return f"{unit} {number} is the first that differs"


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
