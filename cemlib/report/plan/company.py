"""The file that describes a company, as far as a run needs it: its name and its data files.

What the file says about reading them is the business of the workbook that reads them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cemlib import home, plain_yaml

COLUMNS = ".columns.yaml"  # survey.columns.yaml maps the columns of survey.csv


@dataclass(frozen=True, slots=True)
class CompanyFile:
    """A company's file.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        The company's name; empty if the file has none.
    data : dict
        Data file by name of dataset, relative to the folder of the company's file.
    """

    path: Path
    name: str
    data: dict[str, str]

    def files(self, datasets: Iterable[str]) -> dict[str, Path]:
        """Return what a run on these datasets needs: relative names and paths.

        These are the company's file, the data files of those of them that the company has, and
        the column maps beside them.

        Raises
        ------
        ValueError
            If a data file does not exist; every such file is named.
        """
        files = {self.path.name: self.path}
        missing = []
        for dataset in datasets:
            name = self.data.get(dataset)
            if name is None:
                continue
            path = self.path.parent / name
            if home.is_file(path):
                files |= with_columns(name, path)
            else:
                missing.append(
                    f"{self.path.name} names {name!r} for {dataset}: there is no such file"
                )
        if missing:
            raise ValueError("\n".join(missing))
        return files


def read(path: Path) -> CompanyFile:
    """Return a company's file.

    Raises
    ------
    ValueError
        If it cannot be read, or names a data file that is not beside or below it.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "company.yaml")
    >>> _ = file.write_text("{name: Bank, datasets: {survey: a.csv, panel: {file: b/c.xlsx}}}")
    >>> read(file).data
    {'survey': 'a.csv', 'panel': 'b/c.xlsx'}
    """
    try:
        content = plain_yaml.read(path)
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"{path.name} {error}") from error
    content = content if isinstance(content, dict) else {}
    name, datasets = content.get("name"), content.get("datasets")
    data: dict[str, str] = {}
    for dataset, entry in datasets.items() if isinstance(datasets, dict) else ():
        file = entry.get("file") if isinstance(entry, dict) else entry
        if not isinstance(file, str) or not file or not home.is_below(file):
            raise ValueError(
                f"{path.name} names no file beside or below it for {dataset}: "
                f"write {dataset}: {{file: …}}"
            )
        data[str(dataset)] = file
    return CompanyFile(path, name.strip() if isinstance(name, str) else "", data)


def with_columns(name: str, source: Path) -> dict[str, Path]:
    """Return a data file and the column map beside it, if there is one, by their names in a run."""
    columns = source.with_suffix(COLUMNS)
    beside = {Path(name).with_suffix(COLUMNS).as_posix(): columns} if columns.is_file() else {}
    return {Path(name).as_posix(): source} | beside
