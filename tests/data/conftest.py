"""Files as people have them."""

from dataclasses import dataclass, field

import pytest

from cemlib.data.tables import Layout, Table, opened


@dataclass
class Read:
    """A table whose rows are all read."""

    table: Table
    numbers: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    @property
    def notes(self):
        return self.table.notes

    @property
    def header(self):
        return self.table.header


@pytest.fixture
def read():
    """Read a whole file."""

    def whole(path, **layout):
        with opened(path, 64, Layout(**layout)) as table:
            numbered = list(table.rows)
        return Read(table, [row for row, _ in numbered], [cells for _, cells in numbered])

    return whole


@pytest.fixture
def trial(root):
    """Return the path of a file of the trials."""

    def path(name):
        file = root.parent / "shared" / "trials" / name
        if not file.exists():
            pytest.skip(f"no ../shared/trials/{name}")
        return file

    return path
