"""The commands for classes; nothing slow is imported before one runs."""

from __future__ import annotations

from pathlib import Path

import click


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


COMMANDS = (lab,)
