"""Groups of few people in a table that was read: pooled, with a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cemlib import checks
from cemlib.formats import plural
from cemlib.stats.small_groups import OTHERS, pooled

if TYPE_CHECKING:
    import pandera.pandas as pa

PEOPLE = ("customer", "respondent", "participant")  # columns that say who a row is about


def pool_small_groups(frame: pd.DataFrame, contract: pa.DataFrameSchema) -> list[str]:
    """Pool values of fewer than five people, in each column by whose values results are shown.

    A table about fewer than five people in all is left as it is: nothing could be pooled with them.

    Parameters
    ----------
    frame : DataFrame
        A table that was read; it is changed in place.
    contract : DataFrameSchema
        Its contract, see `cemlib.data.fields.text`.

    Returns
    -------
    list of str
        Notes for the report. They count what was pooled, and never name it.

    Examples
    --------
    >>> from cemlib.data import fields
    >>> contract = fields.table("calls", {"team": fields.text("", group=True)}, unique=None)
    >>> frame = pd.DataFrame({"team": [*"aaaaaa", *"bbbbbb", "c"]})
    >>> pool_small_groups(frame, contract)
    ['2 values of team are read as “others”: too few people have one of them to be shown alone.']
    >>> pool_small_groups(frame, contract)
    []
    """
    person = next((name for name in PEOPLE if name in frame), None)
    who = pd.Series(range(len(frame))) if person is None else frame[person]
    notes: list[str] = []
    if who.nunique() + who.isna().sum() < checks.FEWEST_SHOWN:
        return notes
    for name, column in contract.columns.items():
        if name not in frame or not (column.metadata or {}).get("group"):
            continue
        before = frame[name]
        after = pooled(before, who)
        if count := before[before.notna() & after.ne(before).fillna(False)].nunique():
            frame[name] = after.astype(before.dtype)
            are = "is" if count == 1 else "are"
            notes.append(
                f"{plural(count, 'value')} of {name} {are} read as “{OTHERS}”: too few people have "
                "one of them to be shown alone."
            )
    return notes
