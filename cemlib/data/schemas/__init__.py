"""The contracts: what each dataset must hold. Loading, checking and the descriptor follow them."""

from __future__ import annotations

from importlib import import_module

import pandera.pandas as pa

from cemlib import checks
from cemlib.data.catalogue import CATALOGUE, dataset


def contract(name: str) -> pa.DataFrameSchema:
    """Return the contract of a dataset.

    Raises
    ------
    ValueError
        If there is no such dataset, or it is no table.

    Examples
    --------
    >>> list(contract("need-levels").columns)
    ['right', 'level', 'weight']
    """
    entry = dataset(name)
    if not entry.contract:
        tables = [other.name for other in CATALOGUE if other.contract]
        raise checks.refuse("dataset", name, "a table: one of " + ", ".join(tables))
    room, function = entry.contract.split(".")
    schema: pa.DataFrameSchema = getattr(import_module(f"{__name__}.{room}"), function)()
    return schema
