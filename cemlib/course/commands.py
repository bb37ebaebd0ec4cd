"""The commands for classes; nothing slow is imported before one runs."""

from __future__ import annotations

from pathlib import Path

import click

from cemlib.exits import echo


@click.command(context_settings={"ignore_unknown_options": True})
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("class"),
    show_default=True,
    help="Where the copies go.",
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[JUPYTER LAB OPTIONS]...")
def lab(folder: Path, options: tuple[str, ...]) -> None:
    """Open copies of the workbooks in JupyterLab."""
    from cemlib.course import lab as jupyterlab

    jupyterlab.start(folder, options)


@click.command()
@click.argument("name", metavar="WORKBOOK")
@click.option(
    "--edition",
    type=click.Choice(["learner", "trainer", "slides", "pdf"]),
    required=True,
    help="For learners, for trainers, slides, or a worksheet with its key.",
)
@click.option(
    "-o",
    "out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file to write; out/WORKBOOK-EDITION by default.",
)
def handout(name: str, edition: str, out: Path | None) -> None:
    """Write a workbook for class: without solutions, with notes, as slides, on paper."""
    from cemlib.course import handout as handouts
    from cemlib.report.plan import workbook

    book = workbook.find(name)
    kind = "worksheet" if edition == "pdf" else edition
    default = Path("out") / f"{book.slug}-{kind}{handouts.EDITIONS[edition]}"
    for path in handouts.write(book, edition, out or default):
        echo(str(path))


@click.command()
@click.option(
    "-o",
    "out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports") / "build" / "course-pack",
    show_default=True,
    help="The folder to write.",
)
@click.option(
    "--reports",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports") / "build" / "course",
    show_default=True,
    help="A build of the course; its reports are copied.",
)
def course(out: Path, reports: Path) -> None:
    """Write all editions of all workbooks, and a page that links them."""
    from cemlib.course import pack
    from cemlib.report.plan import workbook

    echo(str(pack.write(out, workbook.workbooks(), reports, echo)))


@click.command("class")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("out") / "class.html",
    show_default=True,
    metavar="FILE",
    help="The page to write.",
)
def class_(folder: Path, out: Path) -> None:
    """Show the answers of a class on one page: FOLDER holds the files that learners saved."""
    from cemlib.course import answers

    answers.write(folder, out)
    echo(str(out))


@click.command(context_settings={"ignore_unknown_options": True})
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("class") / "app",
    show_default=True,
    help="Where the notebooks go.",
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[VOILA OPTIONS]...")
def app(folder: Path, options: tuple[str, ...]) -> None:
    """Show the workbooks as live pages without code; needs Voilà: cemlib[app]."""
    from cemlib.course import app as voila

    voila.start(folder, options)


COMMANDS = (lab, app, handout, course, class_)
