"""Damaged files: whatever the damage, a list of problems, and no other error."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import weapons
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cemlib.catalogue import problems

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())
ROWS = 40


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_what_once_ended_a_process_or_raised_another_error(path):
    """Each was found by random changes of valid files."""
    assert all(str(problem) for problem in problems("survey", path))


def survey() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    columns = {name: rng.integers(1, 8, ROWS) for name in weapons.HEAD}
    return pd.DataFrame(columns).assign(comment="好")


def parts_of(kind: str) -> dict[str, bytes]:
    """Return the parts of a valid file; of one part unless it is an archive."""
    frame, file = survey(), io.BytesIO()
    if kind == "csv":
        return {"": frame.to_csv(index=False).encode()}
    if kind == "parquet":
        frame.to_parquet(file)
        return {"": file.getvalue()}
    frame.to_excel(file, index=False)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


CHANGES = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.sampled_from([0, 1, 4, 40]),
        st.one_of(st.binary(max_size=4), st.sampled_from([b"\xff\xff\xff\x7f", b"<a>", b"&b;"])),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
@settings(max_examples=40, deadline=None, suppress_health_check=[*HealthCheck])
@given(changes=CHANGES, which=st.floats(0, 1, exclude_max=True))
def test_random_damage(tmp_path_factory, kind, changes, which):
    parts = parts_of(kind)
    name = list(parts)[int(which * len(parts))]
    content = bytearray(parts[name])
    for at, removed, put in changes:
        start = int(at * len(content))
        content[start : start + removed] = put
    parts[name] = bytes(content)
    path = tmp_path_factory.getbasetemp() / f"damaged.{kind}"
    if kind == "xlsx":
        with zipfile.ZipFile(path, "w") as archive:
            for each, text in parts.items():
                archive.writestr(each, text)
    else:
        path.write_bytes(parts[""])
    assert all(str(problem).isprintable() for problem in problems("survey", path))
