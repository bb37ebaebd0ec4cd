"""Files written whole or not at all, and known by their digests."""

from __future__ import annotations

import csv
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cemlib.report.errors import RequestError

UNFINISHED = ".part"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give the name of a temporary file that takes the place of `path` when all went well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=UNFINISHED)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write(path: Path, text: str) -> None:
    """Write a text as UTF-8 with plain line ends, whole or not at all."""
    write_all({path: text})


def write_all(texts: Mapping[Path, str]) -> None:
    """Write texts as UTF-8 with plain line ends: all are written out before any takes its place.

    They take their places in the given order.

    Raises
    ------
    OSError
        If there is no room, or no right to write; then no file has changed.
    """
    with ExitStack() as stack:
        for path, text in reversed(list(texts.items())):
            temporary = stack.enter_context(replacing(path))
            temporary.write_text(text, encoding="utf-8", newline="\n")


def refuse_stranger(path: Path, columns: Sequence[str]) -> None:
    """Refuse to replace a file that is no table of ours.

    Parameters
    ----------
    path : Path
        A CSV or Parquet file that is to be written.
    columns : sequence of str
        Columns that ours has; the first one is its first.

    Raises
    ------
    RequestError
        If there is something else in it.
    """
    try:
        if not path.exists() or (path.is_file() and not path.stat().st_size):
            return
        names = _heads(path)
    except (OSError, ValueError):
        names = []
    if names[:1] != [columns[0]] or not set(columns) <= set(names):
        raise RequestError(f"{path} is there and was not made by cem: name another file with -o")


def _heads(path: Path) -> list[str]:
    if path.suffix.lower() == ".parquet":
        from pyarrow import parquet

        return list(parquet.read_schema(path).names)
    with path.open(encoding="utf-8-sig") as file:
        return next(csv.reader([file.readline(10_000)]), [])


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
