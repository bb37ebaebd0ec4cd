"""Ten million coded contacts into cases: ours against pandas by hand, and Spark.

python benchmarks/cases.py [--contacts 10000000] [--spark]

Each method runs in its own process; the time is from file to file, without imports.
"""

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time, sleep

import numpy as np
import psutil

STEP = 500_000
CHANNELS = ("hotline", "complaint desk", "chatbot", "wechat", "shop")
PROBLEMS = tuple(f"problem {number}" for number in range(12))
COLUMNS = ["customer", "problem", "first", "last", "contacts", "channels", "score"]


def draw(path, contacts):
    """Write contacts of 18 months: 0.4 customers per contact, 1.6 contacts per case, unsorted."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(1)
    writer = None
    for start in range(0, contacts, STEP):
        count = min(STEP, contacts - start)
        case = np.repeat(np.arange(count), np.minimum(rng.geometric(0.625, count), 6))[:count]
        customer = rng.integers(0, max(contacts * 2 // 5, 1), count)[case]
        began = rng.integers(0, 540 * 86_400, count)[case]
        later = np.r_[False, case[1:] == case[:-1]]
        seconds = 1_748_800_000 + began + np.where(later, rng.exponential(40 * 3600, count), 0)
        mixed = rng.permutation(count)

        def words(names, codes):
            return pa.array(np.array(names, dtype=object)[codes])

        def some(array, missing):
            gone = pa.array(rng.random(len(array)) < missing)
            return pa.compute.if_else(gone, pa.scalar(None, array.type), array)

        keys = np.char.add("C", np.char.zfill(customer.astype(str), 7))[mixed]
        table = pa.table(
            {
                "customer": some(pa.array(keys), 0.05),
                "channel": words(CHANNELS, rng.integers(0, 5, count)),
                "time": pa.array(
                    (seconds[mixed] * 1e6).astype("int64"), type=pa.timestamp("us", tz="UTC")
                ),
                "problem": some(words(PROBLEMS, rng.integers(0, 12, count)[case][mixed]), 0.05),
                "score": some(pa.array(rng.integers(1, 6, count).astype(float)), 0.5),
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    writer.close()


def by_hand(source, target):
    """Sort and group in pandas, without cemlib."""
    import pandas as pd

    yield
    frame = pd.read_parquet(source)
    frame = frame.dropna(subset=["customer", "problem"])
    frame = frame.sort_values(["customer", "problem", "time"])
    same = (frame["customer"] == frame["customer"].shift()) & (
        frame["problem"] == frame["problem"].shift()
    )
    close = frame["time"].diff() <= pd.Timedelta(days=3)
    frame["case"] = (~(same & close)).cumsum()
    cases = frame.groupby("case", sort=False).agg(
        customer=("customer", "first"),
        problem=("problem", "first"),
        first=("time", "min"),
        last=("time", "max"),
        contacts=("time", "size"),
        channels=("channel", "nunique"),
        score=("score", "min"),
    )
    cases.to_parquet(target, index=False)
    yield


def ours(engine):
    """Return the merge by one engine."""

    def run(source, target):
        from cemlib.studies.repair.merging import merge_file

        if engine == "duckdb":
            import ibis

            ibis.duckdb.connect().disconnect()
        yield
        merge_file(source, target, engine=engine)
        yield

    return run


WAYS = {
    "pandas by hand": by_hand,
    "ours, DuckDB": ours("duckdb"),
    "ours, Spark local[*]": ours("spark"),
}


def child(way, source, target):
    """Run one method and print its seconds."""
    steps = WAYS[way](source, target)
    next(steps)
    wall, cpu = perf_counter(), process_time()
    next(steps)
    print(json.dumps([perf_counter() - wall, process_time() - cpu]))


def measured(command):
    """Run a command; return its output and the peak memory of it and its children, in GB."""
    peak = 0.0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as run:
        root = psutil.Process(run.pid)
        while run.poll() is None:
            held = 0
            with contextlib.suppress(psutil.Error):
                for process in (root, *root.children(recursive=True)):
                    held += process.memory_info().rss
            peak = max(peak, held / 1e9)
            sleep(0.1)
        printed = run.stdout.read()
    if run.returncode:
        raise SystemExit(f"{command} failed")
    return printed, peak


def same(one, other):
    """Compare two files of cases, in any order."""
    import duckdb

    names = ", ".join(
        f"epoch_us({name})" if name in ("first", "last") else name for name in COLUMNS
    )
    query = f"select count(*), sum(hash({names})::hugeint) from read_parquet(?)"
    return len({duckdb.execute(query, [str(path)]).fetchone() for path in (one, other)}) == 1


def main():
    """Print seconds, CPU seconds, peak memory and the ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--contacts", type=int, default=10_000_000)
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--child", nargs=3)
    arguments = parser.parse_args()
    if arguments.child:
        child(*arguments.child)
        return
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "contacts.parquet"
        draw(source, arguments.contacts)
        print(f"{arguments.contacts:,} contacts, {source.stat().st_size / 1e6:.0f} MB of Parquet")
        print(
            f"{'method':22} {'s':>7} {'CPU s':>7} {'peak GB':>8} {'ratio':>6}  same cases",
            flush=True,
        )
        base, reference = None, None
        for way in WAYS:
            if "Spark" in way and not arguments.spark:
                continue
            target = Path(folder) / f"{len(way)}.parquet"
            command = [sys.executable, __file__, "--child", way, str(source), str(target)]
            printed, peak = measured(command)
            seconds, cpu = json.loads(printed.splitlines()[-1])
            base, reference = base or seconds, reference or target
            agrees = "yes" if same(reference, target) else "NO"
            print(f"{way:22} {seconds:7.1f} {cpu:7.1f} {peak:8.2f} {base / seconds:6.1f}  {agrees}")


if __name__ == "__main__":
    main()
