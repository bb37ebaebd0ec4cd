"""Is this file fit to be that dataset? Every fault with row and column."""

from __future__ import annotations

import os

from cemlib.data.faults import DataError, Fault

__all__ = ["DataError", "Fault", "faults"]


def faults(name: str, file: str | os.PathLike[str], **options: str) -> list[Fault]:
    """Hold a file against the contract of a dataset.

    Parameters
    ----------
    name : str
        The dataset it is to be.
    file : str or path
        CSV file or workbook.
    **options : str
        For ``survey``: ``item_scale``, ``importance_scale``, ``overall_scale``, as in
        `cemlib.data.load.load_survey`. For ``contacts``: ``zone``, as in
        `cemlib.data.load_contacts.load_contacts`. For ``panel``: ``states``, its names in their
        order with commas between.

    Returns
    -------
    list of Fault
        In the order of the file, up to 1,000; empty if the file will do.

    Raises
    ------
    ValueError
        If there is no such dataset, it is no table, or a scale or zone is none.
    TypeError
        If an option is not one of the dataset's.

    Examples
    --------
    >>> from cemlib.data.catalogue import path
    >>> faults("survey", path("survey"))
    []
    >>> len(faults("survey", path("survey"), item_scale="1-6"))
    1000
    """
    from cemlib.data import load

    if name == "survey":
        return load.read_survey(file, **options)[0].faults
    if name == "contacts":
        from cemlib.data.load_contacts import read_contacts

        return read_contacts(file, **options)[0].faults
    if name == "panel" and options:
        from cemlib.data.panel import names_of, read_panel

        return read_panel(file, states=names_of("states", options["states"], 3)).faults
    if options:
        raise TypeError(
            f"{name} has no options; survey has item_scale and its like, contacts have zone, a "
            "panel has states"
        )
    if name == "complaints":
        from cemlib.data.complaints import read_complaints

        return read_complaints(file).faults
    if name in ("value-map", "answers", "enquiries", "choices"):
        from cemlib.data import value

        readers = {
            "value-map": value.read_value_map,
            "answers": value.read_answers,
            "enquiries": value.read_enquiries,
            "choices": value.read_choices,
        }
        return readers[name](file).faults
    return load.read_table(name, file).faults
