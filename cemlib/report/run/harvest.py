"""The findings that a notebook carries in its outputs."""

from __future__ import annotations

from nbformat import NotebookNode

from cemlib.findings import FINDINGS_MIME, Finding, from_payload


def findings(notebook: NotebookNode) -> tuple[Finding, ...]:
    """Return the findings in the order in which they were first shown; a later value replaces.

    Raises
    ------
    ValueError
        If an output carries the findings type, but no findings.

    Examples
    --------
    >>> import nbformat
    >>> findings(nbformat.v4.new_notebook())
    ()
    """
    found: dict[str, Finding] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if FINDINGS_MIME not in output.get("data", {}):
                continue
            try:
                found |= {item.name: item for item in from_payload(output.data[FINDINGS_MIME])}
            except (KeyError, TypeError) as error:
                raise ValueError(f"cell {cell.id} shows findings that cannot be read") from error
    return tuple(found.values())
