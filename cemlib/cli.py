"""The command ``cem``: a thin layer over the report and data packages.

Exit codes: 0, success; 1, a run failed or a file is not valid; 2, the request is invalid and
nothing was started.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cemlib import __version__, home
from cemlib.course.commands import COMMANDS
from cemlib.data_commands import data
from cemlib.exits import echo
from cemlib.formats import join_words
from cemlib.report.artifacts import TIMEOUT
from cemlib.report.cluster.options import cluster_options
from cemlib.report.errors import CannotWriteError, RequestError
from cemlib.report.pages import words
from cemlib.report.plan import workbook
from cemlib.report.run import stop

if TYPE_CHECKING:
    from cemlib.report.cluster.access import Access

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
_company = click.option(
    "--company",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The file that describes your company and its data: company.yaml.",
)
_pdf = click.option(
    "--pdf", is_flag=True, help="Also print each page to a PDF file; needs Chromium or Chrome."
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
    _list_datasets()


@main.command()
@click.argument("name", metavar="WORKBOOK")
def show(name: str) -> None:
    """Show a workbook's question and its parameters."""
    book = workbook.find(name)
    echo(f"{book.title}\n{book.question}\n")
    rows = [
        (
            parameter.name,
            parameter.type,
            words.setting(parameter, parameter.default),
            parameter.help,
        )
        for parameter in book.parameters
    ]
    if rows:
        _columns([("PARAMETER", "TYPE", "DEFAULT", "MEANING"), *rows])
    else:
        echo("It has no parameters.")
    if assumed := [parameter.name for parameter in book.parameters if parameter.is_assumption]:
        echo(f"\nassumptions: of a company's file may hold {join_words(assumed)}.")


@main.command()
@click.argument("name", metavar="WORKBOOK")
@click.option(
    "-p", "parameters", nargs=2, multiple=True, metavar="NAME VALUE", help="Set a parameter."
)
@click.option("--data", multiple=True, metavar="NAME=FILE", help="Use a data file of your own.")
@_company
@click.option(
    "-o",
    "out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Output folder; out/WORKBOOK by default.",
)
@_pdf
@_timeout
@_isolated
def run(
    name: str,
    parameters: tuple[tuple[str, str], ...],
    data: tuple[str, ...],
    company: Path | None,
    out: Path | None,
    pdf: bool,
    timeout: float,
    isolated: bool,
) -> None:
    """Run a workbook and make its report."""
    from cemlib import commands

    planned = commands.plan(name, parameters, data, company)
    folder = out or Path("out") / planned.slug
    raise SystemExit(commands.run(planned, folder, timeout, isolated, pdf=pdf))


@main.command()
@click.argument("names", metavar="[STUDY]...", nargs=-1)
@_company
@click.option("--jobs", type=click.IntRange(min=1), help="Number of runs at a time.")
@cluster_options
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
@_pdf
@_timeout
@_isolated
def build(
    names: tuple[str, ...],
    company: Path | None,
    out: Path,
    scheduler: Access | None,
    check: bool,
    dry_run: bool,
    **options: Any,
) -> None:
    """Run what has changed in the studies; by default, in the course.

    With --company, run every workbook that the company's data can answer.
    """
    from cemlib import commands

    if company and names:
        raise RequestError("give either studies or --company; a study's parameters may set company")
    studies = commands.company_study(company) if company else commands.studies(names or ("course",))
    if dry_run:
        raise SystemExit(commands.dry_run(studies, out, options["force"]))
    build_options = commands.Options(**options)
    again = ["--company", str(company.resolve())] if company else [*names]
    raise SystemExit(
        commands.build(
            studies, out, build_options, access=scheduler, check_by=again if check else None
        )
    )


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
@click.option(
    "--company",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The file that describes the company; its assumptions hold where no option is given.",
)
@click.option(
    "--promise-hours",
    type=float,
    metavar="HOURS",
    help="Hours promised to all, if the log has no column of promises.",
)
@click.option("--authority", "authority_cap", type=float, help="Maximum compensation.")
@click.option(
    "--weight",
    default=0.5,
    show_default=True,
    help="Customer's weight in the bargain, between 0 and 1.",
)
@click.option(
    "--patience", default=1.0, show_default=True, help="At 2, customers tolerate twice the wait."
)
@click.option("--margin", type=float, help="Contribution margin as a share of the fee.")
@click.option(
    "--months",
    "lifetime_months",
    type=float,
    help="Lifetime value of a customer who stays, in monthly margins.",
)
@click.option("--regulator", "regulator_cost", type=float, help="Cost of a case at the regulator.")
@click.option(
    "--outside",
    "outside_share",
    type=float,
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
    """List the open complaints of a log: age, promise, what is due next.

    Where the log has ratings, losses, fees and outcomes, an answer to each is recommended; the
    handler decides. Money is in the company's currency; what is not known is asked for.
    """
    company = options["company"]
    for file in (complaints, *([company] if company else [])):
        if not home.is_file(file):
            raise RequestError(f"there is no file {file}")

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


main.add_command(data)
for command in COMMANDS:
    main.add_command(command)


def _list_datasets() -> None:
    """Print whose data each workbook takes, from the descriptor, which needs nothing slow."""
    path = home.datasets() / "datapackage.json"
    described = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    own = described.get("own", [])
    if own:
        echo("\nDatasets of your own (what they must hold: cem data show NAME)")
        _columns(
            (item["name"], f"{book[:2]} --data {parameter}=FILE", item["title"])
            for item in own
            for book, parameter in item["workbooks"].items()
        )
    names = {item["name"] for item in own}
    rest = [item for item in described.get("resources", []) if item["name"] not in names]
    for head, ours in (("Datasets of the operator", True), ("Cases and published figures", False)):
        rows = [
            (item["name"], item.get("title", ""))
            for item in rest
            if item.get("path", "telecom/").startswith("telecom/") is ours
        ]
        if rows:
            echo(f"\n{head}")
            _columns(rows)


def _columns(rows: Iterable[tuple[str, ...]]) -> None:
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        echo(f"  {line.rstrip()}")


if __name__ == "__main__":
    main(prog_name="cem")
