"""The group ``cem data``; nothing slow is imported before a command runs."""

from __future__ import annotations

from pathlib import Path

import click

from cemlib import home
from cemlib.exits import echo
from cemlib.report.errors import RequestError


@click.group()
def data() -> None:
    """Files of your own: what they must hold, templates, mappings, checks; a new operator."""


_options = click.option(
    "--option",
    "options",
    nargs=2,
    multiple=True,
    metavar="KEY VALUE",
    help="A reading option, e.g. item_scale 1-5.",
)
_FILE = click.Path(path_type=Path)


@data.command("show")
@click.argument("name")
@_options
def show_data(name: str, options: tuple[tuple[str, str], ...]) -> None:
    """Show what a file must hold to be the dataset NAME, and which workbooks take it."""
    from cemlib.data_commands import contracts

    raise SystemExit(contracts.show(name, dict(options)))


@data.command()
@click.argument("name")
@click.option(
    "-o", "out", type=_FILE, required=True, metavar="FILE", help="The file to write: .xlsx or .csv."
)
@_options
def template(name: str, out: Path, options: tuple[tuple[str, str], ...]) -> None:
    """Write an empty file to fill in as the dataset NAME."""
    from cemlib.data_commands import contracts

    raise SystemExit(contracts.template(name, out, dict(options)))


@data.command("map")
@click.argument("name")
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Replace FILE.columns.yaml if it exists.")
@_options
def map_(name: str, file: Path, force: bool, options: tuple[tuple[str, str], ...]) -> None:
    """Propose which columns of FILE are those of the dataset NAME; write FILE.columns.yaml."""
    from cemlib.data_commands import mapping

    _refuse_absent(file)
    raise SystemExit(mapping.map_file(name, file, dict(options), force))


@data.command()
@click.argument("name")
@click.argument("file", type=_FILE)
@click.option("--all", "everything", is_flag=True, help="List every problem in a line of its own.")
@_options
def check(name: str, file: Path, everything: bool, options: tuple[tuple[str, str], ...]) -> None:
    """Check whether FILE can be used as the dataset NAME, and say what it answers."""
    from cemlib.data_commands import contracts

    _refuse_absent(file)
    raise SystemExit(contracts.check(name, file, dict(options), everything))


@data.command()
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--customers", type=click.IntRange(min=1), default=4000, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=20260101, show_default=True)
@click.option("--apply", "plan", type=_FILE, help="A plan: also write the quarter that follows.")
def make(directory: Path, customers: int, seed: int, plan: Path | None) -> None:
    """Make a new operator whose truth is known, and with a plan its next quarter."""
    from cemlib import operator as generate

    try:
        if plan is None:
            generate.make(directory, customers, seed)
        else:
            from cemlib import next_quarter

            _refuse_absent(plan)
            money = next_quarter.read_plan(plan)  # what is wrong with it is said before anything
            generate.make(directory, customers, seed)
            next_quarter.carry_out(directory, money)
    except ValueError as error:
        raise RequestError(str(error)) from error
    echo(str(directory))


def _refuse_absent(file: Path) -> None:
    if not home.is_file(file):
        raise RequestError(f"there is no file {file}")
