"""The software and data of a machine, to check that two machines give the same results."""

from __future__ import annotations

import functools
import hashlib
import json
import platform
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

from cemlib import __version__, home
from cemlib.report import files
from cemlib.report.plan.imports import Sources

Site = dict[str, str]
"""Software and data of a machine: versions by package, digests by file."""

ROOT = "cemlib"
EXTRA = "cluster"
PACKAGE = "package "
MAX_DIFFERENCES = 3  # listed in a message


def survey() -> Site:
    """Return the software and data of this machine.

    These are Python, the packages, the files of cemlib as loaded by this process, the current
    datasets, and the title cells of the workbooks, which other workbooks may list.

    Examples
    --------
    >>> "cemlib/report/cluster/site.py" in survey()
    True
    """
    return dict(_code()) | dict(_data())


def token(site: Mapping[str, str]) -> str:
    """Return a digest of a site.

    Examples
    --------
    >>> token({"Python": "3.11"}) == token({"Python": "3.12"})
    False
    """
    return hashlib.sha256(json.dumps(site, sort_keys=True).encode()).hexdigest()


def needed() -> frozenset[str]:
    """Return the names of the packages that cemlib needs here, directly or indirectly.

    Examples
    --------
    >>> "numpy" in needed()
    True
    """
    from packaging.requirements import Requirement

    names: set[str] = set()
    waiting = [(ROOT, EXTRA)]
    while waiting:
        name, extra = waiting.pop()
        try:
            lines = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        for each in map(Requirement, lines):
            plain = _plain(each.name)
            if plain in names or (each.marker and not each.marker.evaluate({"extra": extra})):
                continue
            names.add(plain)
            waiting.append((plain, ""))
    return frozenset(names)


def differences(
    here: Mapping[str, str], there: Mapping[str, str], needed: frozenset[str]
) -> list[str]:
    """Return what differs there, in words; packages count only if they are needed.

    Examples
    --------
    >>> differences({"Python": "3.11"}, {"Python": "3.12"}, frozenset())
    ['Python is 3.12 there and 3.11 here']
    >>> differences({"cemlib/home.py": "a1"}, {"cemlib/home.py": "b2"}, frozenset())
    ['cemlib/home.py differs there']
    >>> differences({"package numpy": "2.4"}, {}, frozenset({"numpy"}))
    ['numpy 2.4 is missing there']
    """
    lines = []
    for name in sorted(here.keys() | there.keys(), key=_rank):
        ours, theirs = here.get(name), there.get(name)
        shown = name.removeprefix(PACKAGE)
        if ours == theirs or (shown != name and shown not in needed):
            continue
        if "/" not in name:
            known = f"{shown} {ours}" if ours else shown
            lines.append(
                f"{shown} is {theirs} there and {ours or 'missing'} here"
                if theirs
                else f"{known} is missing there"
            )
        elif theirs is None:
            lines.append(f"{name} is missing there")
        else:
            lines.append(f"{name} differs there" if ours else f"{name} exists only there")
    return lines


def mismatch(worker: str, differences: list[str]) -> str:
    """Return the message for a worker that would give other results, with the remedy.

    Examples
    --------
    >>> print(mismatch("tcp://10.0.0.2:4000", ["Python is 3.12 there and 3.11 here"]))
    worker tcp://10.0.0.2:4000 would not give the same results: Python is 3.12 there and 3.11 here;
    install the same cemlib, lock and datasets there, and start the worker again
    """
    rest = len(differences) - MAX_DIFFERENCES
    what = ", ".join(differences[:MAX_DIFFERENCES]) + (f", and {rest} more" if rest > 0 else "")
    return (
        f"worker {worker} would not give the same results: {what}; "
        "install the same cemlib, lock and datasets there, and start the worker again"
    )


@functools.cache  # what this process has loaded does not change with the files
def _code() -> tuple[tuple[str, str], ...]:
    versions = {
        f"{PACKAGE}{_plain(each.name)}": each.version
        for each in reversed(list(metadata.distributions()))
        if each.name and _plain(each.name) != ROOT
    }
    python = ".".join(platform.python_version_tuple()[:2])
    versions |= {"Python": python, ROOT: __version__}
    digests = {f"{ROOT}/{name}": files.digest(path) for name, path in Sources().files.items()}
    return tuple((versions | digests).items())


def _data() -> Iterator[tuple[str, str]]:
    folder = home.datasets()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _is_left_over(path.relative_to(folder)):
            yield f"datasets/{path.relative_to(folder).as_posix()}", digest(path)
    for path in sorted(home.notebooks().glob("[!.]*.ipynb")):
        yield f"the title cell of notebooks/{path.name}", _head(path, *_state(path))


def digest(path: Path) -> str:
    """Return the SHA-256 of a file; the file is read again only if it changed."""
    return _digest(path, *_state(path))


def _state(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


@functools.lru_cache(4096)
def _digest(path: Path, size: int, moment: int) -> str:
    return files.digest(path)


@functools.lru_cache(256)
def _head(path: Path, size: int, moment: int) -> str:
    from dataclasses import replace

    from cemlib.report.errors import RequestError
    from cemlib.report.plan import workbook

    try:
        head = repr(replace(workbook.read(path), path=Path(path.name)))
    except RequestError:
        head = "none"
    return hashlib.sha256(head.encode()).hexdigest()


def _is_left_over(path: Path) -> bool:
    return path.suffix in (".pyc", ".pyo") or any(
        part == "__pycache__" or part.startswith(".") for part in path.parts
    )


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _rank(name: str) -> tuple[int, str]:
    """Put Python first, then cemlib, packages and data: the likeliest cause comes first."""
    kinds = ("Python", ROOT, PACKAGE, "datasets/")
    return next((rank for rank, kind in enumerate(kinds) if name.startswith(kind)), 9), name
