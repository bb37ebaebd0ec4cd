"""The canonical form of a notebook: the same run gives the same bytes on every machine."""

from __future__ import annotations

import re
import site
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

import cemlib

INJECTED = "injected-parameters"
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
MAX_STREAM = 1_000_000  # characters printed by one cell; the rest is left out
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_CELL_FILE = re.compile(r"(?:[^\s\"']*ipykernel_\d+[/\\])?\b\d{5,}\.py")


def read(path: Path) -> NotebookNode:
    """Return a notebook in format 4.5, every cell with a stable identifier."""
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    for number, cell in enumerate(notebook.get("cells", ()), 1):
        cell.setdefault("id", f"cell-{number}")
    return nbformat.convert(notebook, 4)


def text(notebook: NotebookNode) -> str:
    """Return a notebook as its file holds it."""
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"


def canonical_form(notebook: NotebookNode, folder: Path | None = None) -> NotebookNode:
    """Return a notebook without times, paths, random names and the terminal's colours.

    Parameters
    ----------
    notebook : NotebookNode
        A notebook executed by papermill; it is not changed.
    folder : Path, optional
        The run's working folder; its path is removed from messages.
    """
    cells = [_cell(cell, folder) for cell in notebook.cells]
    course = {"cem": notebook.metadata["cem"]} if "cem" in notebook.metadata else {}
    return nbformat.from_dict(
        {"cells": cells, "metadata": METADATA | course, "nbformat": 4, "nbformat_minor": 5}
    )


def is_injected(cell: NotebookNode) -> bool:
    """Return whether the cell was written by papermill to set parameters."""
    return INJECTED in cell.metadata.get("tags", ())


def _cell(cell: NotebookNode, folder: Path | None) -> dict[str, Any]:
    metadata = {
        key: value for key, value in cell.metadata.items() if key not in ("papermill", "execution")
    }
    if not metadata.get("tags", True):
        del metadata["tags"]
    fields = dict(cell) | {"metadata": metadata}
    if is_injected(cell):
        fields["id"] = INJECTED
    if cell.cell_type == "code":
        fields["outputs"] = _outputs(cell.outputs, folder)
    return fields


def _outputs(outputs: list[NotebookNode], folder: Path | None) -> list[dict[str, Any]]:
    """Return outputs with streams joined: where a kernel splits them varies from run to run."""
    tidy: list[dict[str, Any]] = []
    for are_streams, group in groupby(outputs, lambda output: output.output_type == "stream"):
        if not are_streams:
            tidy += [_output(dict(output), folder) for output in group]
            continue
        parts: dict[str, list[str]] = {}
        for output in group:
            parts.setdefault(output.name, []).append(output.text)
        for name in sorted(parts, reverse=True):  # stdout before stderr
            content = _cut("".join(parts[name]))
            content = _plain(content, folder) if name == "stderr" else content
            tidy.append({"output_type": "stream", "name": name, "text": content})
    return tidy


def _cut(text: str) -> str:
    left_out = len(text) - MAX_STREAM
    if left_out <= 0:
        return text
    return f"{text[:MAX_STREAM]}\n[{left_out:,} more characters are left out here]\n"


def _output(output: dict[str, Any], folder: Path | None) -> dict[str, Any]:
    if output["output_type"] == "error":
        output["traceback"] = [_plain(line, folder) for line in output["traceback"]]
        output["evalue"] = _plain(output["evalue"], folder)
    elif "data" in output:
        output["data"] = {
            mime: data for mime, data in output["data"].items() if mime != WIDGET_MIME
        }
    return output


def _plain(message: str, folder: Path | None) -> str:
    message = _CELL_FILE.sub("cell", _ANSI.sub("", message))
    for path in _private_folders(folder):
        message = message.replace(f"{path}/", "").replace(path, ".")
    return message


def _private_folders(folder: Path | None) -> list[str]:
    paths = [
        *site.getsitepackages(),
        sys.prefix,
        sys.base_prefix,
        str(Path(cemlib.__file__).parents[1]),
        str(Path.home()),
    ]
    if folder:
        paths += [str(folder), str(folder.resolve())]
    return sorted({path for path in paths if len(path) > 1}, key=len, reverse=True)
