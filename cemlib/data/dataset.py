"""The declaration of a dataset: entry, contract, reader and reading options."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cemlib import checks, home

if TYPE_CHECKING:
    import pandera.pandas as pa

    from cemlib.data.reading import Reading

GENERATED = "Generated; no real person answered. Its true parameters are in truth.json."

EXAMPLE = "Example: fictional operator"
MARKS = {"telecom": EXAMPLE, "cases": "Example: a case for teaching"}  # by folder
PUBLISHED = "Published example"  # what else we have


@dataclass(frozen=True, slots=True)
class Dataset:
    """A file below ``datasets/``, and how a user's own file of this kind is read.

    Parameters
    ----------
    name : str
        Its name in ``cem`` and in `load`: ``"survey"``.
    title : str
        Short description.
    file : str
        Path below ``datasets/``, with forward slashes; empty where there is no committed file.
    provenance : str
        Origin and certainty of its figures, in one sentence.
    sources : tuple of str
        References; empty if the project made it.
    contract : callable, optional
        Returns its contract; None if it is not a table.
    read : callable, optional
        Takes a file (empty for the committed one) and reading options; returns the reading with
        its problems. The default is `cemlib.data.load.read_table`.
    options : tuple of str
        Workbook parameters that `read` takes under the same names.
    parameter : str
        The workbook parameter that names such a file, if it differs from `name`.
    open_columns : bool
        Whether a file may have more columns of some kind, so that only `read` knows its contract.
    limit_mb : int
        Maximum size of a user's own file, in MB (10⁶ bytes).
    own : bool
        Whether a user may have such a file; False for teaching cases and true values.
    answers : str
        What a file of one's own answers, as a list of nouns; empty where it cannot be one's own.
    needs : str
        What a file must hold, in a sentence, where the contract alone does not say it.
    without : mapping
        Optional column → what is lost without it: "channels are not compared".
    blank : callable, optional
        Takes reading options; returns the contract of a file to fill in. The default is `contract`.
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
    own: bool = True
    answers: str = ""
    needs: str = ""
    without: Mapping[str, str] = field(default_factory=dict)
    blank: Callable[..., pa.DataFrameSchema] | None = None

    @property
    def path(self) -> Path:
        """Path of the committed file."""
        return home.datasets() / self.file

    @property
    def asked_by(self) -> str:
        """The workbook parameter that names a file of this kind."""
        return self.parameter or self.name.replace("-", "_")


def find(datasets: Sequence[Dataset], name: str) -> Dataset:
    """Return the dataset with a name.

    Raises
    ------
    ValueError
        If there is no such dataset; the message gives the most similar name.
    """
    checks.one_of("dataset", name, [dataset.name for dataset in datasets])
    return next(dataset for dataset in datasets if dataset.name == name)


def example_mark(datasets: Iterable[Dataset]) -> str:
    """Return how what rests on these datasets is marked as an example, beside somebody's own data.

    Examples
    --------
    >>> case = Dataset("a", "", "cases/a.csv", "")
    >>> survey = Dataset("b", "", "telecom/b.csv", "")
    >>> example_mark([case]), example_mark([case, survey])
    ('Example: a case for teaching', 'Example: fictional operator')
    >>> example_mark([Dataset("effects", "", "published/effects.csv", "")])
    'Published example'
    """
    marks = [MARKS.get(dataset.file.split("/")[0], PUBLISHED) for dataset in datasets]
    return marks[0] if marks and EXAMPLE not in marks else EXAMPLE
