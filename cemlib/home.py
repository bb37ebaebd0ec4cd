"""Folders of the workbooks, the datasets and the studies."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath


def home() -> Path:
    """Return the folder that holds ``notebooks``, ``datasets`` and ``reports``.

    The environment variable ``CEMLIB_HOME`` names it. The default is the checkout of this package,
    or else the copy inside the installed package.

    Raises
    ------
    ValueError
        If ``CEMLIB_HOME`` names a folder that does not exist.

    Examples
    --------
    >>> home().is_dir()
    True
    """
    folder = os.environ.get("CEMLIB_HOME")
    if folder:
        if not Path(folder).is_dir():
            raise ValueError(f"CEMLIB_HOME is {folder!r}, but must be an existing folder")
        return Path(folder).resolve()
    package = Path(__file__).resolve().parent
    checkout = package.parent
    return checkout if (checkout / "notebooks").is_dir() else package / "home"


def notebooks() -> Path:
    """Return the folder of the workbooks.

    Examples
    --------
    >>> notebooks().name
    'notebooks'
    """
    return home() / "notebooks"


def datasets() -> Path:
    """Return the folder of the datasets.

    Examples
    --------
    >>> datasets().name
    'datasets'
    """
    return home() / "datasets"


def read_by_runs() -> tuple[str, ...]:
    """Return the folders of the datasets and of the workbooks, whose files a run may read.

    Examples
    --------
    >>> [path.rpartition("/")[2] for path in read_by_runs()]
    ['datasets', 'notebooks']
    """
    return str(datasets()), str(notebooks())


def reports() -> Path:
    """Return the folder of the study files.

    Examples
    --------
    >>> reports().name
    'reports'
    """
    return home() / "reports"


def is_file(name: str | Path) -> bool:
    r"""Return whether a name from outside is that of a file.

    False also for what no file can be called: too long, with a NUL, or with an unknown ``~user``.

    Examples
    --------
    >>> is_file("~nobody-of-this-name/x.csv"), is_file("x" * 5000), is_file("a\0b")
    (False, False, False)
    """
    return os.path.isfile(expanded(name))  # noqa: PTH113 - unlike Path.is_file it never raises


def expanded(name: str | Path) -> str:
    """Return a name with ``~`` replaced by the home folder, as it is where that is unknown.

    Examples
    --------
    >>> expanded("~nobody-of-this-name/x.csv")
    '~nobody-of-this-name/x.csv'
    """
    return os.path.expanduser(name)  # noqa: PTH111 - unlike Path.expanduser it never raises


def is_below(name: str) -> bool:
    """Return whether a relative name is that of a file beside or below, on every system.

    Examples
    --------
    >>> is_below("data/survey.csv"), is_below("../survey.csv"), is_below("C:survey.csv")
    (True, False, False)
    """
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and not {"\\", ":", "\0"} & set(name)


def operator_file() -> Path:
    """Return the file that describes the fictional operator.

    Examples
    --------
    >>> operator_file().name
    'company.yaml'
    """
    return datasets() / "telecom" / "company.yaml"
