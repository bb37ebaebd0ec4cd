"""Names that few people have: no report shows one, in a table, figure, finding or sentence."""

from __future__ import annotations

import pandas as pd
import pytest

from cemlib.data.load import contract_of
from cemlib.stats.small_groups import OTHERS
from tests.own_data import test_sources as own

RARE = "ZQX"  # stands in no other text


def groups(entry):
    """Return the columns of a dataset by whose values results are shown."""
    return [
        name
        for name, column in contract_of(entry).columns.items()
        if (column.metadata or {}).get("group")
    ]


CASES = [
    pytest.param(book, entry, id=f"{book.slug[:2]}-{entry.name}")
    for book in own.READY
    for entry in own.asked(book).values()
    if entry.file and groups(entry)
]
pool = own.pool


@pytest.mark.parametrize(("book", "entry"), CASES)
def test_a_name_of_one_person_is_nowhere_in_a_report(pool, tmp_path, book, entry):
    """One row of each group column gets a name of its own, as a team or topic of one call has."""
    company, _ = own.make_company(tmp_path, entry)
    file = tmp_path / f"mine-{entry.path.name}"
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    columns = [name for name in groups(entry) if name in table]
    for name in columns:
        filled = table.index[table[name] != ""]
        table.loc[filled[len(filled) // 2], name] = f"{RARE}{name.upper()}"
    table.to_csv(file, index=False)
    executed = own.run(pool, book, company)
    for cell, text in own.shown(executed.notebook):
        assert RARE not in text, cell
    said = " ".join(text for _, text in own.shown(executed.notebook))
    assert OTHERS in said or book in own.WHOLE  # which has no lever of one dataset alone
    assert columns
