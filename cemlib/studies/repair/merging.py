"""Merging coded contacts on disk into cases: one expression, run by DuckDB or Spark."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cemlib import checks, exits
from cemlib.studies.repair.engines import MEMORY, connected

MAX_CHANNELS = 62
_NEEDED = ("customer", "problem", "time")
_CLOCKS = {
    "duckdb": ("epoch_us", "make_timestamp"),
    "pyspark": ("unix_micros", "timestamp_micros"),
}
_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Written:
    """Counts of a merged file of contacts.

    Parameters
    ----------
    contacts, without_customer, without_problem : int
        Rows; rows without a customer; rows with a customer but without a code.
    cases : int
        Cases written. Rows without customer or code are not in any.
    """

    contacts: int
    without_customer: int
    without_problem: int
    cases: int


def cases_of(
    contacts: Any, window_days: float, channels: Sequence[str] = (), engine: str = "duckdb"
) -> Any:
    """Return coded contacts as cases: an expression that any engine can run.

    Successive contacts of one customer and one code with no gap above the window are one case, as
    in `cemlib.studies.repair.cases.merge_contacts` with ``by="code"``. Most customers have a
    problem once: one aggregation finds the groups that lie within one window, and only the rest is
    sorted.

    Parameters
    ----------
    contacts : ibis.Table
        ``customer``, ``problem``, ``time`` (timestamp); ``channel`` and ``score`` if there are any.
    window_days : float
        Maximum days between a contact and the previous one, at least 0.
    channels : sequence of str
        Names of the channels to count; up to 62, one bit each of a whole number.
    engine : str
        Ibis's name of the engine, ``"duckdb"`` or ``"pyspark"``: their functions for the
        microseconds of a timestamp differ.

    Returns
    -------
    ibis.Table
        ``case`` (customer, problem and number), ``customer``, ``problem``, ``first`` and
        ``last`` (UTC), ``contacts``; ``channels`` (their number) and ``score`` (the lowest)
        where known; in no order.

    Raises
    ------
    ValueError
        If there are too many channels or the window is not a number of at least 0.

    Examples
    --------
    >>> import ibis
    >>> columns = {"customer": "string", "problem": "string", "time": "timestamp"}
    >>> cases_of(ibis.table(columns, name="contacts"), 3.0).columns
    ('case', 'customer', 'problem', 'first', 'last', 'contacts')
    """
    import ibis

    span = round(checks.between("window_days", window_days, 0) * _DAY)
    checks.between("channels", len(channels), 0, MAX_CHANNELS)
    key = ["customer", "problem"]
    coded = contacts.customer.notnull() & contacts.problem.notnull()
    rows = _columns(contacts.filter(coded), channels, engine)

    groups = rows.group_by(key).agg(**_summary(rows))
    length = groups["last"] - groups["first"]
    whole = groups.filter(length <= span).mutate(number=ibis.literal(1, "int64"))
    scattered = groups.filter(length > span).select(*key)

    later = _columns(contacts, channels, engine).semi_join(scattered, key)
    in_turn = ibis.window(group_by=key, order_by="time")
    opens = (later.time - later.time.lag().over(in_turn) <= span).ifelse(0, 1)
    later = later.mutate(opens=opens.cast("int8"))
    so_far = ibis.cumulative_window(group_by=key, order_by="time")
    later = later.mutate(number=later.opens.sum().over(so_far).cast("int64"))
    split = later.group_by([*key, "number"]).agg(**_summary(later))

    merged = whole.union(split.select(*whole.columns))
    # The code has no hyphen in the name of a case, so that customer and code can be told apart.
    code = merged.problem.cast("string")
    for sign, written in (("~", "~~"), ("_", "~_"), ("-", "_")):
        code = code.replace(sign, written)
    columns = {
        "case": merged.customer.cast("string")
        + "-"
        + code
        + (merged.number < 10).ifelse("-0", "-")
        + merged.number.cast("string"),
        "customer": merged.customer,
        "problem": merged.problem,
        "first": _called(_CLOCKS[engine][1], merged["first"], "timestamp"),
        "last": _called(_CLOCKS[engine][1], merged["last"], "timestamp"),
        "contacts": merged.contacts,
    }
    if channels:
        columns["channels"] = _called("bit_count", merged.seen, "int64").cast("int64")
    if "score" in merged.columns:
        columns["score"] = merged.score
    return merged.select(**columns)


def merge_file(
    contacts: str | os.PathLike[str],
    cases: str | os.PathLike[str],
    *,
    window_days: float = 3.0,
    engine: str = "duckdb",
    distinct: bool = False,
    memory: str = MEMORY,
    links: str | os.PathLike[str] | None = None,
    zone: str = "UTC",
) -> Written:
    """Merge the coded contacts of a Parquet file into a file of cases.

    Memory does not grow with the file: what does not fit is kept on disk, next to the target.

    Parameters
    ----------
    contacts : path
        A Parquet file, or a folder of such: text ``customer`` and ``problem``, timestamp ``time``;
        ``channel`` and ``score`` if there are any.
    cases : path
        Parquet file to write, or CSV by its ending; replaced only when it is complete.
    window_days : float
        Maximum days between a contact and the previous one, at least 0.
    engine : str
        ``"duckdb"``, or Spark: ``"spark"`` on this machine, or the address of the master,
        ``"spark://…"`` or ``"local[2]"``.
    distinct : bool
        Whether duplicate rows are counted once; doubles the time.
    memory : str
        Memory that DuckDB may use before it writes to disk.
    links : path, optional
        File to write with the case of each contact: CSV or Parquet by its ending. Contacts without
        customer or code are each a case of their own. Without a column ``contact`` there is none.
    zone : str
        Time zone of timestamps without one and of the times written, with their offset; naive in
        UTC if it is UTC.

    Returns
    -------
    Written
        Counts.

    Raises
    ------
    ValueError
        If the file or the engine cannot be used.
    """
    target = Path(cases)
    with tempfile.TemporaryDirectory(prefix=".merging-", dir=target.parent) as folder:
        scratch = Path(folder)
        with connected(engine, scratch, memory, zone) as connection:
            table = _checked(connection.read_parquet(str(contacts)), distinct)
            names, counts = _survey(connection, table)
            expression = cases_of(table, window_days, names, connection.name)
            if zone != "UTC":
                expression = _with_offset(expression)
            made = scratch / target.name
            _write(connection, expression, made)
            rows = _count_rows(made)
            linked = scratch / f"links{Path(links or target).suffix}"
            if links is not None and "contact" in table.columns:
                _write(connection, _linked(table, expression, connection.name), linked, "contact")
        made.replace(target)
        if links is not None and linked.exists():
            linked.replace(links)
    return Written(*counts, cases=rows)


def _columns(table: Any, channels: Sequence[str], engine: str) -> Any:
    """Return the needed columns of contacts; times as whole numbers, which compare faster."""
    import ibis

    columns = {
        "customer": table.customer,
        "problem": table.problem,
        "time": _called(_CLOCKS[engine][0], table.time, "int64"),
    }
    if channels:
        bits = [(table.channel == name, 1 << bit) for bit, name in enumerate(channels)]
        columns["seen"] = ibis.cases(*bits, else_=0).cast("int64")
    if "score" in table.columns:
        columns["score"] = table.score
    return table.select(**columns)


def _called(function: str, value: Any, kind: str, over: str = "scalar") -> Any:
    """Return a built-in function of the engine, applied to a value."""
    import ibis

    def built_in(value: Any) -> Any:
        return value

    made = getattr(ibis.udf, over).builtin(
        built_in, name=function, signature=((value.type(),), kind)
    )
    return made(value)


def _summary(rows: Any) -> dict[str, Any]:
    summary = {"first": rows.time.min(), "last": rows.time.max(), "contacts": rows.count()}
    if "seen" in rows.columns:
        summary["seen"] = _called("bit_or", rows.seen, "int64", over="agg")
    if "score" in rows.columns:
        summary["score"] = rows.score.min()
    return summary


def _checked(table: Any, distinct: bool) -> Any:
    columns = table.columns
    for name in _NEEDED:
        if name not in columns:
            near = checks.nearest(name, columns, 1)
            like = f"; is it {near[0]}?" if near else ""
            raise ValueError(f"the contacts have no column {name}{like}")
    if not table.time.type().is_timestamp():
        raise checks.invalid_argument("time", str(table.time.type()), "a column of timestamps")
    if "score" in columns and not table.score.type().is_numeric():
        raise checks.invalid_argument("score", str(table.score.type()), "a column of numbers")
    # An empty key is no key, spaces around it do not count, and 1001.0 is 1001, as in a CSV file.
    clean = {name: _key(table[name]) for name in ("customer", "problem")}
    if table.time.type().timezone is None:
        clean["time"] = table.time.cast("timestamp('UTC')")  # in the time zone of the session
    table = table.mutate(**clean)
    return table.distinct() if distinct else table


def _key(column: Any) -> Any:
    if column.type().is_floating():
        whole = column.cast("int64")
        column = (column == whole).ifelse(whole.cast("string"), column.cast("string"))
    return column.cast("string").strip().nullif("")


def _with_offset(cases: Any) -> Any:
    """Return cases whose times, naive in UTC, have the offset of DuckDB's session."""
    moments = {
        name: _called("make_timestamptz", _called("epoch_us", cases[name], "int64"),
                      "timestamp('UTC')")
        for name in ("first", "last")
    }  # fmt: skip
    return cases.mutate(**moments)


def _linked(contacts: Any, cases: Any, engine: str) -> Any:
    """Return each contact with its case; one without customer or code is a case of its own.

    The cases of one customer and code do not overlap, so that the time decides.
    """
    import ibis

    clock = _CLOCKS[engine][0]
    moment = contacts.mutate(at=_called(clock, contacts.time, "int64"))
    known = cases.select(
        case=cases.case,
        of=cases.customer,
        about=cases.problem,
        start=_called(clock, cases["first"], "int64"),
        end=_called(clock, cases["last"], "int64"),
    )
    same = [moment.customer == known.of, moment.problem == known.about]
    within = [moment["at"] >= known.start, moment["at"] <= known.end]
    joined = moment.left_join(known, [*same, *within])
    return joined.select(
        contact=joined.contact.cast("string"),
        case=ibis.coalesce(joined.case, ibis.literal("?-") + joined.contact.cast("string")),
        customer=joined.customer,
        time=joined.time,
    )


def _survey(connection: Any, table: Any) -> tuple[list[str], tuple[int, int, int]]:
    """Return the names of the channels, and counts: rows, without a customer, without a code."""
    import ibis

    absent = table.customer.isnull()
    columns = {"keyless": absent, "codeless": ~absent & table.problem.isnull()}
    if "channel" in table.columns:
        columns["channel"] = table.channel.cast("string")
    counted = table.group_by(**columns).agg(rows=ibis._.count())
    order = ["rows", *columns]
    kinds = _fetched(connection, counted.select(*order).limit(4 * MAX_CHANNELS + 5))
    names = {name for kind in kinds for name in kind[3:]} - {None}
    checks.between("the number of channels", len(names), 0, MAX_CHANNELS)
    rows = sum(kind[0] for kind in kinds)
    keyless, codeless = (sum(kind[0] for kind in kinds if kind[at]) for at in (1, 2))
    return sorted(names), (rows, keyless, codeless)


def _fetched(connection: Any, expression: Any) -> list[tuple[Any, ...]]:
    """Return a few rows."""
    query = connection.compile(expression)
    if connection.name == "pyspark":
        return [tuple(row) for row in connection._session.sql(query).collect()]
    rows: list[tuple[Any, ...]] = connection.raw_sql(query).fetchall()
    return rows


def _write(connection: Any, expression: Any, target: Path, order: str = "case") -> None:
    if target.suffix.lower() == ".csv":
        expression = _safe(expression.order_by(order))
    if connection.name != "pyspark":
        write = connection.to_csv if target.suffix.lower() == ".csv" else connection.to_parquet
        write(expression, target)
        return
    folder = target.with_suffix(".parts")
    frame = connection.compile(expression)
    writer = connection._session.sql(frame).repartition(1).write
    if target.suffix.lower() == ".csv":
        writer.csv(str(folder), header=True)
    else:
        writer.parquet(str(folder))
    next(folder.glob("part-*")).replace(target)


def _safe(expression: Any) -> Any:
    """Return a table whose texts are safe in a spreadsheet, by the rules of `exits.safe_cell`."""
    import ibis

    safe = {}
    for name, kind in expression.schema().items():
        if kind.is_string():
            value = expression[name]
            text = value.re_replace(exits.ESCAPE, "").re_replace(exits.CONTROL, " ")
            risky = text.re_search(exits.FORMULA) | value.re_search(exits.BREAK)
            safe[name] = ibis.ifelse(risky, ibis.literal("'") + text, text)
    return expression.mutate(**safe)


def _count_rows(target: Path) -> int:
    if target.suffix.lower() != ".csv":
        from pyarrow import parquet

        return int(parquet.read_metadata(target).num_rows)
    from pyarrow import csv

    parsed = csv.ParseOptions(newlines_in_values=True)
    with csv.open_csv(target, parse_options=parsed) as reader:
        return sum(batch.num_rows for batch in reader)
