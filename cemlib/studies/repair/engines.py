"""The engines that merge contacts on disk: DuckDB, and Spark."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cemlib import checks
from cemlib.data.timestamps import zone_of

MEMORY = "2GB"
_SPARK_MEMORY = "2g"


@contextmanager
def connected(engine: str, scratch: Path, memory: str = MEMORY, zone: str = "UTC") -> Iterator[Any]:
    """Open an engine, and close it afterwards.

    Parameters
    ----------
    engine : str
        As in `merge_file`.
    scratch : Path
        Folder for what does not fit into memory.
    memory : str
        Memory limit of DuckDB.
    zone : str
        Time zone of DuckDB's session.

    Raises
    ------
    ValueError
        If there is no such engine, or Spark or Java are not installed.
    """
    import ibis

    if engine == "duckdb":
        connection: Any = ibis.duckdb.connect(memory_limit=memory, temp_directory=str(scratch))
        connection.raw_sql("SET preserve_insertion_order = false")
        connection.raw_sql(f"SET TimeZone = '{zone_of(zone)}'")
        try:
            with warnings.catch_warnings():  # Ibis uses a deprecated name of DuckDB
                warnings.filterwarnings("ignore", "fetch_arrow_table", DeprecationWarning)
                yield connection
        finally:
            connection.disconnect()
        return
    master = "local[*]" if engine == "spark" else engine
    if not master.startswith(("spark://", "local", "k8s://", "yarn")):
        wanted = "'duckdb', 'spark', or the address of a Spark master: 'spark://…', 'local[2]'"
        raise checks.invalid_argument("engine", engine, wanted)
    paths, environment = list(sys.path), dict(os.environ)
    session = _spark(master, scratch)
    try:
        yield ibis.pyspark.connect(session)
    finally:
        session.stop()
        sys.path[:] = paths  # Spark changes both
        os.environ.clear()
        os.environ.update(environment)


def _spark(master: str, scratch: Path) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise checks.invalid_argument(
            "engine", master, "duckdb; Spark needs cemlib[spark]"
        ) from error
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise checks.invalid_argument("engine", master, "duckdb; Spark needs Java 17 or newer")
    return (
        SparkSession.builder.master(master)
        .appName("cemlib cases")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.local.dir", str(scratch / "spark"))
        .config("spark.sql.warehouse.dir", str(scratch / "warehouse"))
        .config("spark.sql.shuffle.partitions", str(4 * (os.cpu_count() or 1)))
        .config("spark.driver.memory", _SPARK_MEMORY)
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        .getOrCreate()
    )
