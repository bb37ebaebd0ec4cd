"""The command ``cem``: a thin layer over the report and data packages.

Exit codes: 0, success; 1, a run failed or a file is not valid; 2, the request is invalid and
nothing was started.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from cemlib import __version__, home
from cemlib.exits import echo
from cemlib.formats import plural
from cemlib.report.artifacts import TIMEOUT
from cemlib.report.errors import CannotWriteError, RequestError, unknown
from cemlib.report.pages import words
from cemlib.report.plan import workbook
from cemlib.report.plan.study import run_from_arguments
from cemlib.report.run import stop

BUILD = Path("reports") / "build"


class CommandGroup(click.Group):
    """Commands that exit with 2 after an invalid request, and with 1 if they cannot write."""

    def invoke(self, ctx: click.Context) -> Any:
        """Invoke the command; print each problem of an invalid request as a line on stderr."""
        try:
            with stop.stoppable():
                return super().invoke(ctx)
        except RequestError as error:
            for problem in error.problems:
                echo(f"cem: {problem}", err=True)
            ctx.exit(2)
        except CannotWriteError as error:
            echo(f"cem: {error}", err=True)
            ctx.exit(1)
        except stop.StoppedError as stopped:
            echo("\ncem: stopped; finished runs are kept", err=True)
            ctx.exit(stopped.code)


_timeout = click.option(
    "--timeout", type=click.FloatRange(min=1), default=TIMEOUT, help="Seconds allowed per cell."
)
_isolated = click.option("--isolated", is_flag=True, help="Run in ordinary Jupyter kernels.")


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Workbooks for customer experience management: list them, run them, make reports."""


@main.command("list")
def list_() -> None:
    """List the workbooks, studies and datasets."""
    echo("Workbooks")
    for book in workbook.workbooks():
        echo(f"  {book.slug}\n    {book.title}")
        if book.question:
            echo(f"    {book.question}")
    echo("\nStudies")
    for path in sorted(home.reports().glob("*.yaml")):
        echo(f"  {path.stem}")
    echo("\nDatasets")
    _columns((item["name"], item.get("title", "")) for item in _datasets())


@main.command()
@click.argument("name", metavar="WORKBOOK")
def show(name: str) -> None:
    """Show a workbook's question and its parameters."""
    book = workbook.find(name)
    echo(f"{book.title}\n{book.question}\n")
    rows = [
        (parameter.name, parameter.type, words.plain(parameter.default), parameter.help)
        for parameter in book.parameters
    ]
    if rows:
        _columns([("PARAMETER", "TYPE", "DEFAULT", "MEANING"), *rows])
    else:
        echo("It has no parameters.")


@main.command()
@click.argument("name", metavar="WORKBOOK")
@click.option(
    "-p", "parameters", nargs=2, multiple=True, metavar="NAME VALUE", help="Set a parameter."
)
@click.option("--data", multiple=True, metavar="NAME=FILE", help="Use a data file of your own.")
@click.option(
    "-o",
    "out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Output folder; out/WORKBOOK by default.",
)
@_timeout
@_isolated
def run(
    name: str,
    parameters: tuple[tuple[str, str], ...],
    data: tuple[str, ...],
    out: Path | None,
    timeout: float,
    isolated: bool,
) -> None:
    """Run a workbook and make its report."""
    planned = run_from_arguments(name, _arguments(name, parameters, data))

    from cemlib import commands

    raise SystemExit(commands.run(planned, out or Path("out") / planned.slug, timeout, isolated))


@main.command()
@click.argument("names", metavar="[STUDY]...", nargs=-1)
@click.option("--jobs", type=click.IntRange(min=1), help="Number of runs at a time.")
@click.option("--scheduler", metavar="ADDRESS", help="Run on the workers of a Dask scheduler.")
@click.option("--force", is_flag=True, help="Run unchanged workbooks too.")
@click.option("--check", is_flag=True, help="Build twice; exit with 1 if any byte differs.")
@click.option("--dry-run", is_flag=True, help="Show what would run, and why.")
@click.option("--fail-fast", is_flag=True, help="Start no more runs once one has failed.")
@click.option(
    "--retries",
    type=click.IntRange(min=0),
    default=2,
    show_default=True,
    help="How often to retry a run whose worker was killed.",
)
@click.option(
    "-o",
    "out",
    type=click.Path(file_okay=False, path_type=Path),
    default=BUILD,
    metavar="DIR",
    show_default=True,
    help="Output folder.",
)
@_timeout
@_isolated
def build(
    names: tuple[str, ...],
    out: Path,
    scheduler: str | None,
    check: bool,
    dry_run: bool,
    **options: Any,
) -> None:
    """Run what has changed in the studies; by default, in the course."""
    from cemlib import commands

    names = names or ("course",)
    if dry_run:
        raise SystemExit(commands.dry_run(names, out, options["force"]))
    build_options = commands.Options(**options)
    raise SystemExit(commands.build(names, out, build_options, scheduler=scheduler, check=check))


@main.command()
@click.argument("names", metavar="[WORKBOOK]...", nargs=-1)
@click.option(
    "--check",
    is_flag=True,
    help="Compare only, in a changed environment; exit 1 if different.",
)
@click.option("--here", is_flag=True, hidden=True, help="Compare in this environment.")
@_timeout
@_isolated
def refresh(
    names: tuple[str, ...], check: bool, here: bool, timeout: float, isolated: bool
) -> None:
    """Run the workbooks in place to update their stored outputs."""
    books = [workbook.find(name) for name in names] if names else workbook.workbooks()

    from cemlib import commands

    if check and not here:
        raise SystemExit(commands.check_in_changed_environment(books, timeout, isolated))
    raise SystemExit(commands.refresh(books, check, timeout, isolated))


@main.command()
@click.argument("complaints", metavar="COMPLAINTS", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="ANSWERS",
    help="The CSV file to write.",
)
@click.option("--authority", default=100.0, show_default=True, help="Maximum compensation, yuan.")
@click.option(
    "--weight",
    default=0.5,
    show_default=True,
    help="Customer's weight in the bargain, between 0 and 1.",
)
@click.option(
    "--patience", default=1.0, show_default=True, help="At 2, customers tolerate twice the wait."
)
@click.option(
    "--margin", default=0.3, show_default=True, help="Contribution margin as a share of the fee."
)
@click.option(
    "--months",
    "multiple",
    default=12.0,
    show_default=True,
    help="Lifetime value of a customer who stays, in monthly margins.",
)
@click.option(
    "--regulator", default=400.0, show_default=True, help="Cost of a case at the regulator, yuan."
)
@click.option(
    "--outside",
    default=0.1,
    show_default=True,
    help="Share of the loss that a customer recovers elsewhere.",
)
@click.option(
    "--rule",
    type=click.Choice(["nash", "kalai-smorodinsky", "egalitarian", "utilitarian"]),
    default="nash",
    show_default=True,
    help="Rule for splitting the gain.",
)
def answers(complaints: Path, out: Path, **options: Any) -> None:
    """Recommend an answer to each open complaint of a log; the handler decides."""
    if not home.is_file(complaints):
        raise RequestError(f"there is no file {complaints}")

    from cemlib.studies.complaints import commands as advice

    echo(advice.write_answers(complaints, out, **options))
    echo(str(out))


@main.command()
@click.argument("contacts", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="CASES",
    help="File for the cases: .csv or .parquet.",
)
@click.option(
    "--window-days",
    type=click.FloatRange(min=0),
    default=3.0,
    show_default=True,
    help="Maximum days between a contact and the previous one.",
)
@click.option(
    "--similarity",
    type=click.FloatRange(min=0, max=1, min_open=True),
    help="Minimum similarity of two texts where a code is missing; 0.15, as in workbook 04.",
)
@click.option("--by-code", is_flag=True, help="Do not compare texts.")
@click.option(
    "--links",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File that links each contact to its case; CASES-contacts by default.",
)
@click.option(
    "--engine",
    default="memory",
    show_default=True,
    help="memory; or, by code alone and on disk: duckdb, spark, or the address of a Spark master.",
)
@click.option("--zone", default="", help="Time zone for times without one, and of those written.")
@click.option(
    "--distinct",
    is_flag=True,
    help="Count duplicate rows of a Parquet file once, on disk (slower).",
)
@click.option(
    "--identity",
    default="",
    metavar="FIELDS",
    help="Link contacts without a customer by name,phone,email (needs Splink, all in memory).",
)
@click.option(
    "--certainty",
    type=click.FloatRange(0.5, 1, min_open=True, max_open=True),
    default=0.95,
    show_default=True,
    help="Minimum probability of such a link.",
)
def cases(contacts: Path, out: Path, **options: Any) -> None:
    """Merge CONTACTS into cases: one customer, one problem, close in time."""
    from cemlib.studies.repair import commands as case_command

    raise SystemExit(case_command.merge(contacts, out, case_command.MergeOptions(**options)))


@main.group()
def data() -> None:
    """Check files of your own; make an operator."""


@data.command()
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--option",
    "options",
    nargs=2,
    multiple=True,
    metavar="KEY VALUE",
    help="A reading option, e.g. item_scale 1-5.",
)
def check(name: str, file: Path, options: tuple[tuple[str, str], ...]) -> None:
    """Check whether FILE can be used as the dataset NAME; list every problem."""
    from cemlib import catalogue

    if not home.is_file(file):
        raise RequestError(f"there is no file {file}")
    try:
        problems = catalogue.problems(name, file, **dict(options))
    except ValueError as error:
        raise RequestError(str(error)) from error
    for problem in problems:
        echo(str(problem))
    echo(f"{file.name}: {plural(len(problems), 'problem') if problems else 'fit'}")
    raise SystemExit(1 if problems else 0)


@data.command()
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--customers", type=click.IntRange(min=1), default=4000, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=20260101, show_default=True)
def make(directory: Path, customers: int, seed: int) -> None:
    """Make a new operator whose truth is known."""
    from cemlib import operator as generate

    try:
        generate.make(directory, customers, seed)
    except ValueError as error:
        raise RequestError(str(error)) from error
    echo(str(directory))


def _arguments(
    name: str, parameters: tuple[tuple[str, str], ...], data: tuple[str, ...]
) -> dict[str, str]:
    """Return ``-p`` and ``--data`` as one mapping; no name may come twice."""
    known = {parameter.name: parameter for parameter in workbook.find(name).parameters}
    datasets = [each.name for each in known.values() if each.is_dataset]
    problems = []
    arguments: dict[str, str] = {}
    for key, value in parameters:
        if key in arguments:
            problems.append(f"parameter {key!r} is given twice")
        arguments[key] = value
    for item in data:
        key, sign, file = item.partition("=")
        if not sign or not file:
            problems.append(f"--data is {item!r}, but must be NAME=FILE")
        elif key not in datasets:
            problems.append(unknown("dataset parameter", key, datasets))
        elif key in arguments:
            problems.append(f"dataset {key!r} is given twice")
        else:
            arguments[key] = file
    if problems:
        raise RequestError(*problems)
    return arguments


def _datasets() -> list[dict[str, Any]]:
    path = home.datasets() / "datapackage.json"
    if not path.is_file():
        return []
    resources: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["resources"]
    return resources


def _columns(rows: Iterable[tuple[str, ...]]) -> None:
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        echo(f"  {line.rstrip()}")


if __name__ == "__main__":
    main(prog_name="cem")
