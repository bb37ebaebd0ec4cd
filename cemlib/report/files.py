"""Files that are written completely or not at all, and their digests."""

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
    """Yield a temporary file that replaces `path` if no error occurs."""
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
    """Write a text as UTF-8 with Unix line ends, completely or not at all."""
    write_all({path: text})


def write_all(texts: Mapping[Path, str]) -> None:
    """Write texts as UTF-8 with Unix line ends: all are written before any file is replaced.

    Files are replaced in the order of the mapping.

    Raises
    ------
    OSError
        If there is no space or no permission to write; no file has then changed.
    """
    with ExitStack() as stack:
        for path, text in reversed(list(texts.items())):
            temporary = stack.enter_context(replacing(path))
            temporary.write_text(text, encoding="utf-8", newline="\n")


def refuse_foreign(path: Path, columns: Sequence[str]) -> None:
    """Refuse to replace a file that is not a table written by cem.

    Parameters
    ----------
    path : Path
        The CSV or Parquet file to write.
    columns : sequence of str
        Columns that a table of ours has; the first of them comes first.

    Raises
    ------
    RequestError
        If the file holds anything else.
    """
    try:
        if not path.exists() or (path.is_file() and not path.stat().st_size):
            return
        names = _columns(path) if path.is_file() else []  # a pipe would be waited for
    except (OSError, ValueError):
        names = []
    if names[:1] != [columns[0]] or not set(columns) <= set(names):
        raise RequestError(f"{path} exists and was not written by cem; choose another file with -o")


def _columns(path: Path) -> list[str]:
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
