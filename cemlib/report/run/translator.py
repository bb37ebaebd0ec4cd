"""Reads and checks parameters for papermill as the command ``cem`` does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from papermill.models import Parameter as PapermillParameter
from papermill.translators import PythonTranslator, papermill_translators

from cemlib.report.errors import RequestError, unknown
from cemlib.report.plan import values, workbook
from cemlib.report.plan.workbook import Parameter, Value

INJECTED = "injected-parameters"


class Translator(PythonTranslator):
    """papermill's translator, with the declared parameters read from the syntax tree.

    papermill itself searches the lines for ``=``. If a default or a help text holds this sign, it
    misses the parameter and reports "Passed unknown parameter".
    """

    @classmethod
    def inspect(cls, parameters_cell: NotebookNode) -> list[PapermillParameter]:
        """Return the parameters that a cell declares."""
        try:
            declared = workbook.parameters(parameters_cell["source"])
        except RequestError:  # not a workbook of ours
            inferred: list[PapermillParameter] = super().inspect(parameters_cell)
            return inferred
        return [
            PapermillParameter(each.name, each.type, repr(each.default), each.help)
            for each in declared
        ]


papermill_translators.register("python", Translator)


def check_injected(notebook: NotebookNode, folder: Path) -> None:
    """Check the parameters that papermill injected, and convert texts to the declared types.

    papermill's command line turns ``-p strict false`` into the text "false", which is true in
    Python. Notebooks that do not declare types are not changed.

    Parameters
    ----------
    notebook : NotebookNode
        The notebook about to be executed; a converted value replaces the injected one.
    folder : Path
        The working folder, to which data files are relative.

    Raises
    ------
    RequestError
        If a parameter is unknown, has the wrong type, or names a file that does not exist; every
        problem is listed.
    """
    injected = dict(notebook.metadata.get("papermill", {}).get("parameters", {}))
    declared = _declared(notebook) if injected else None
    if declared is None:
        return
    problems = [unknown("parameter", name, declared) for name in injected if name not in declared]
    converted: dict[str, Value] = {}
    for name in injected.keys() & declared.keys():
        try:
            converted[name] = _checked(declared[name], injected[name], folder)
        except ValueError as error:
            problems.append(str(error))
    if problems:
        raise RequestError(*problems)
    if any(type(converted[name]) is not type(injected[name]) for name in injected):
        cell = next(cell for cell in notebook.cells if INJECTED in cell.metadata.get("tags", ()))
        cell.source = Translator.codify({name: converted[name] for name in injected})
        notebook.metadata.papermill["parameters"] = {name: converted[name] for name in injected}


def _declared(notebook: NotebookNode) -> dict[str, Parameter] | None:
    """Return the declared parameters by name; None if the notebook does not declare types."""
    tagged = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ())]
    if not tagged:
        return None
    try:
        return {each.name: each for each in workbook.parameters(tagged[0].source)}
    except RequestError:
        return None


def _checked(parameter: Parameter, value: Any, folder: Path) -> Value:
    read = values.convert if type(value) is str else values.accept
    checked = read(parameter, value)
    if parameter.is_dataset and checked:
        values.existing_file(parameter, str(checked), folder)
    return checked
