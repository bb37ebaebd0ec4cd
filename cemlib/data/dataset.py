"""What a study declares of a dataset: entry, contract, reader and reading options."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cemlib import checks, home

if TYPE_CHECKING:
    import pandera.pandas as pa

    from cemlib.data.reading import Reading

GENERATED = (
    "Generated: no person answered it. The truth behind it is planted and stands in truth.json."
)


@dataclass(frozen=True, slots=True)
class Dataset:
    """One file below ``datasets/``, and how a user's own file is read instead.

    Parameters
    ----------
    name : str
        What ``cem`` and `load` call it: ``"survey"``.
    title : str
        What it is, in a few words.
    file : str
        Path below ``datasets/``, with forward slashes; empty where there is no committed file.
    provenance : str
        How surely its figures are known, in one sentence.
    sources : tuple of str
        References; empty where the project made it.
    contract : callable, optional
        Returns its contract; none for what is no table.
    read : callable, optional
        Takes a file (empty for the committed one) and reading options, returns the reading with
        its problems; `cemlib.data.load.read_table` where there is none.
    options : tuple of str
        Parameters of a workbook that `read` takes as they are.
    parameter : str
        The parameter of a workbook that names such a file, where it is not the name itself.
    open_columns : bool
        Whether a file may have further columns of a kind, so that only `read` knows its contract.
    limit_mb : int
        Largest own file that is read instead, in MB (10⁶ bytes).
    """

    name: str
    title: str
    file: str
    provenance: str
    sources: tuple[str, ...] = ()
    contract: Callable[[], pa.DataFrameSchema] | None = None
    read: Callable[..., Reading] | None = None
    options: tuple[str, ...] = ()
    parameter: str = ""
    open_columns: bool = False
    limit_mb: int = 8

    @property
    def path(self) -> Path:
        """Where the committed file is."""
        return home.datasets() / self.file

    @property
    def asked_by(self) -> str:
        """The parameter of a workbook that names a file of this kind."""
        return self.parameter or self.name.replace("-", "_")


def find(datasets: Sequence[Dataset], name: str) -> Dataset:
    """Return the dataset of a name.

    Raises
    ------
    ValueError
        If there is none of this name; the message gives the nearest ones.
    """
    checks.one_of("dataset", name, [dataset.name for dataset in datasets])
    return next(dataset for dataset in datasets if dataset.name == name)
