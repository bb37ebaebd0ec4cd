"""The findings that a notebook carries in its outputs."""

from __future__ import annotations

from nbformat import NotebookNode

from cemlib.findings import FINDINGS_MIME, Finding, from_payload


def answer(notebook: NotebookNode) -> str:
    """Return the answer to the question of a workbook, as Markdown; empty if it gives none."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            stored = output.get("data", {}).get(FINDINGS_MIME)
            if isinstance(stored, dict) and isinstance(stored.get("answer"), str):
                return stored["answer"]
    return ""


def findings(notebook: NotebookNode) -> tuple[Finding, ...]:
    """Return the findings in the order of their first display; a later value replaces an earlier.

    Raises
    ------
    ValueError
        If an output has the MIME type of findings but holds none.

    Examples
    --------
    >>> import nbformat
    >>> findings(nbformat.v4.new_notebook())
    ()
    """
    findings_by_name: dict[str, Finding] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if FINDINGS_MIME not in output.get("data", {}):
                continue
            try:
                shown = from_payload(output.data[FINDINGS_MIME])
            except (KeyError, TypeError) as error:
                raise ValueError(f"the findings shown by cell {cell.id} are malformed") from error
            findings_by_name |= {finding.name: finding for finding in shown}
    return tuple(findings_by_name.values())
