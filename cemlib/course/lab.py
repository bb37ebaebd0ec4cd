"""JupyterLab on copies of the workbooks, so that a class changes nothing that others use."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cemlib import home
from cemlib.report.plan.workbook import workbooks

NOTEBOOKS, DOCS = "notebooks", "docs"
START = "00-start-here.ipynb"
_WIDGET = "application/vnd.jupyter.widget-view+json"
_AGAIN = "Run this cell to get its controls back."


def prepare(folder: Path, notify: Callable[[str], None] = print) -> Path:
    """Copy the workbooks into a folder and trust the copies; return the one to start with.

    A copy that is there already is kept: it may hold a class's work. A copy is trusted, so that
    sliders and exercises work before its cells are run: its outputs are the committed ones. The
    pages that the workbooks link are copied too.

    Parameters
    ----------
    folder : Path
        Where the copies go; made if it is missing.
    notify : callable
        Receives a line on what was copied, and one for each copy that was kept and differs.
    """
    import nbformat
    from nbformat.sign import NotebookNotary

    copies = folder / NOTEBOOKS
    copies.mkdir(parents=True, exist_ok=True)
    copy_pages(folder)
    notary = NotebookNotary()
    copied = 0
    for book in workbooks():
        copy = copies / book.path.name
        if copy.exists() and copy.read_bytes() != book.path.read_bytes():
            notify(f"{copy} is kept as it is; remove it to get a new copy")
            continue
        if not copy.exists():
            shutil.copyfile(book.path, copy)
            copied += 1
        notary.sign(nbformat.read(copy, as_version=4))
    notary.store.close()
    if copied:
        notify(f"{copied} workbooks copied into {copies}")
    return copies / START


def copy_pages(folder: Path) -> None:
    """Copy the glossary and the other pages of `docs` into a folder of that name."""
    target = folder / DOCS
    target.mkdir(parents=True, exist_ok=True)
    for page in sorted((home.home() / DOCS).glob("*.md")):
        shutil.copyfile(page, target / page.name)


def start(folder: Path, options: tuple[str, ...] = ()) -> None:
    """Replace this process by JupyterLab on the copies in a folder.

    Parameters
    ----------
    folder : Path
        Where the copies go.
    options : tuple of str
        Further options of ``jupyter lab``.
    """
    first = prepare(folder)
    hook = f"--FileContentsManager.pre_save_hook={without_widgets.__module__}.without_widgets"
    root = f"--ServerApp.root_dir={folder.resolve()}"
    command = [sys.executable, "-m", "jupyterlab", str(first), root, hook, *options]
    os.execv(command[0], command)


def without_widgets(model: dict[str, Any], **_: Any) -> None:
    """Put a line in the place of widgets before a notebook is saved; a hook of the server.

    A widget lives as long as its kernel. Saved without it, it would show an error, or a slider
    that moves nothing.

    Parameters
    ----------
    model : dict
        What Jupyter Server is about to save; changed in place.

    References
    ----------
    https://jupyter-server.readthedocs.io/en/latest/developers/savehooks.html
    """
    if model["type"] != "notebook":
        return
    notebook = model["content"]
    notebook["metadata"].pop("widgets", None)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if data.pop(_WIDGET, None) is not None:
                data["text/plain"] = _AGAIN
