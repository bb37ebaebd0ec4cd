"""Merging on disk: the same cases as in memory, in DuckDB and in Spark, whole or not at all."""

import os
import shutil
import sys

import numpy as np
import pandas as pd
import pytest

from cemlib.studies.repair.cases import case_table, merge_contacts
from cemlib.studies.repair.datasets import load_contacts
from cemlib.studies.repair.merging import merge_file

SORT = ["customer", "problem", "first"]


def contacts(seed, count=3000):
    """Contacts with gaps about the window, to the microsecond, some without customer or code."""
    rng = np.random.default_rng(seed)
    gap = rng.choice([0, 1, 259_200_000_000, 259_200_000_001, 10**12], count)
    frame = pd.DataFrame(
        {
            "customer": rng.choice(["a", "b", "c-d", None], count, p=[0.4, 0.3, 0.2, 0.1]),
            "problem": rng.choice(["bill", "net", None], count, p=[0.5, 0.4, 0.1]),
            "channel": rng.choice(["shop", "hotline", None], count),
            "time": pd.to_datetime(1_770_000_000_500_000 + np.cumsum(gap), unit="us", utc=True),
            "score": rng.choice([1.0, 4.0, np.nan], count),
        }
    )
    frame["time"] = frame["time"].astype("datetime64[us, UTC]")
    return frame.sample(frac=1, random_state=seed, ignore_index=True)


def in_memory(frame, window):
    table = case_table(frame, merge_contacts(frame, by="code", window_days=window).case)
    table = table.dropna(subset=["customer", "problem"])
    table["channels"] = table["channels"].str.count(">").add(1).fillna(0).astype("int64")
    return table.drop(columns="case").sort_values(SORT, ignore_index=True)


def read(path):
    table = pd.read_parquet(path)
    for name in ("first", "last"):
        zoned = table[name].dt.tz is not None
        utc = table[name] if zoned else table[name].dt.tz_localize("UTC")
        table[name] = utc.astype("datetime64[us, UTC]")
    return table.sort_values(SORT, ignore_index=True)


def assert_same(merged, expected):
    pd.testing.assert_frame_equal(
        merged[list(expected)], expected, check_dtype=False, check_column_type=False
    )


@pytest.fixture(scope="module")
def operator():
    frame = load_contacts(zone="UTC").contacts
    return frame[list(contacts(0, 1))]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("window", [0.0, 3.0])
def test_duckdb_gives_the_cases_that_memory_gives(tmp_path, seed, window):
    frame = contacts(seed)
    frame.to_parquet(tmp_path / "contacts.parquet")
    target = tmp_path / "cases.parquet"
    written = merge_file(tmp_path / "contacts.parquet", target, window_days=window)
    expected = in_memory(frame, window)
    assert_same(read(target), expected)
    no_customer = frame["customer"].isna()
    assert written.cases == len(expected)
    assert written.contacts == len(frame)
    assert written.without_customer == no_customer.sum()
    assert written.without_problem == (frame["problem"].isna() & ~no_customer).sum()


def test_names_of_cases_are_unique_and_count_by_time(tmp_path):
    contacts(1).to_parquet(tmp_path / "contacts.parquet")
    merge_file(tmp_path / "contacts.parquet", tmp_path / "cases.parquet")
    table = read(tmp_path / "cases.parquet")
    assert table["case"].is_unique
    number = table.groupby(["customer", "problem"]).cumcount() + 1
    named = table["customer"] + "-" + table["problem"] + "-" + number.map("{:02d}".format)
    assert table["case"].tolist() == named.tolist()


def test_rows_that_stand_there_twice_count_once_when_asked(tmp_path):
    frame = contacts(2, 400).drop_duplicates(ignore_index=True)
    pd.concat([frame, frame]).to_parquet(tmp_path / "contacts.parquet")
    written = merge_file(tmp_path / "contacts.parquet", tmp_path / "cases.parquet", distinct=True)
    assert written.contacts == len(frame)
    assert_same(read(tmp_path / "cases.parquet"), in_memory(frame, 3.0))


def test_a_folder_of_files_is_one_table(tmp_path):
    frame = contacts(3)
    (tmp_path / "contacts").mkdir()
    for part, rows in enumerate((frame[:1000], frame[1000:])):
        rows.to_parquet(tmp_path / "contacts" / f"{part}.parquet")
    merge_file(tmp_path / "contacts", tmp_path / "cases.parquet")
    assert_same(read(tmp_path / "cases.parquet"), in_memory(frame, 3.0))


def test_csv_is_in_order(tmp_path):
    contacts(4).drop(columns=["channel", "score"]).to_parquet(tmp_path / "contacts.parquet")
    merge_file(tmp_path / "contacts.parquet", tmp_path / "cases.csv")
    table = pd.read_csv(tmp_path / "cases.csv")
    assert table["case"].is_monotonic_increasing
    assert list(table) == ["case", "customer", "problem", "first", "last", "contacts"]


def test_memory_is_kept_to_its_limit(tmp_path):
    """What does not fit goes to disk, and the cases are the same."""
    frame = contacts(5, 60_000)
    frame["customer"] = np.random.default_rng(5).integers(0, 20_000, len(frame)).astype(str)
    frame.to_parquet(tmp_path / "contacts.parquet")
    for name, memory in (("much", "2GB"), ("little", "60MB")):
        merge_file(tmp_path / "contacts.parquet", tmp_path / name, memory=memory)
    assert_same(read(tmp_path / "little"), read(tmp_path / "much"))


@pytest.mark.parametrize(
    ("spoil", "options", "message"),
    [
        (lambda f: f.drop(columns="problem"), {}, "have no column problem"),
        (lambda f: f.rename(columns={"time": "times"}), {}, "no column time; is it times?"),
        (lambda f: f.assign(time=f["time"].astype(str)), {}, "time is 'string', but must be"),
        (lambda f: f.assign(score="good"), {}, "score is 'string', but must be"),
        (lambda f: f.assign(channel=[f"c{n}" for n in range(len(f))]), {}, "number of channels"),
        (lambda f: f, {"window_days": -1}, "window_days is -1"),
        (lambda f: f, {"engine": "dukdb"}, "engine is 'dukdb'"),
    ],
)
def test_refuses_and_leaves_what_was_there(tmp_path, spoil, options, message):
    spoil(contacts(6, 100)).to_parquet(tmp_path / "contacts.parquet")
    (tmp_path / "cases.parquet").write_text("old")
    with pytest.raises(ValueError, match=message):
        merge_file(tmp_path / "contacts.parquet", tmp_path / "cases.parquet", **options)
    assert (tmp_path / "cases.parquet").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.parquet", "contacts.parquet"]


@pytest.fixture
def java():
    if shutil.which("java") or os.environ.get("JAVA_HOME"):
        return
    if os.environ.get("CI") == "true":
        pytest.fail("CI must have Java 17 or newer, for Spark")
    pytest.skip("there is no Java, which Spark needs")


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore")
def test_spark_gives_the_same_cases_row_by_row(tmp_path, java, operator):
    frame = pd.concat([contacts(7), operator], ignore_index=True)
    frame.to_parquet(tmp_path / "contacts.parquet")
    before = list(sys.path), dict(os.environ)
    merge_file(tmp_path / "contacts.parquet", tmp_path / "duckdb.parquet")
    for name in ("spark", "again"):
        merge_file(tmp_path / "contacts.parquet", tmp_path / f"{name}.parquet", engine="local[2]")
        merged = read(tmp_path / f"{name}.parquet")
        assert_same(merged, read(tmp_path / "duckdb.parquet"))
    assert_same(merged, in_memory(frame, 3.0))
    assert (sys.path, dict(os.environ)) == before
