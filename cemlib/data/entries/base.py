"""What the catalogue says of a dataset."""

from __future__ import annotations

from dataclasses import dataclass

GENERATED = (
    "Generated: no person answered it. The truth behind it is planted and stands in truth.json."
)


@dataclass(frozen=True, slots=True)
class Dataset:
    """One file below ``datasets/``.

    Parameters
    ----------
    name : str
        What ``cem`` and `load` call it: ``"survey"``.
    title : str
        What it is, in a few words.
    file : str
        Path below ``datasets/``, with forward slashes.
    standing : str
        How surely its figures are known, in one sentence.
    sources : tuple of str
        Keys of the catalogue's `SOURCES`; empty where the project made it.
    contract : str
        Its contract in `cemlib.data.schemas`, as room and function; empty for what is no table.
    limit_mb : int
        Largest file of one's own that is read in its place, in MB (10⁶ bytes).
    """

    name: str
    title: str
    file: str
    standing: str
    sources: tuple[str, ...] = ()
    contract: str = ""
    limit_mb: int = 8
