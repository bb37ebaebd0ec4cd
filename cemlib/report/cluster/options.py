"""The options of a command that can run on a cluster."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from cemlib.report.cluster.access import Access

CERTIFICATES = {"ca": "authority to trust", "cert": "own certificate", "key": "own private key"}


def cluster_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add ``--scheduler`` and its certificates to a command, which takes them as one `Access`."""

    @wraps(command)
    def secured(scheduler: str | None, insecure: bool, **options: Any) -> None:
        files = {name: options.pop(f"tls_{name}") for name in CERTIFICATES}
        access = Access(scheduler, **files, insecure=insecure) if scheduler else None
        command(scheduler=access, **options)

    alone = "Use other machines without certificates, where nobody else reaches the network."
    decorated = click.option("--insecure", is_flag=True, help=alone)(secured)
    for name, what in reversed(CERTIFICATES.items()):
        path = click.Path(exists=True, dir_okay=False, path_type=Path)
        decorated = click.option(f"--tls-{name}", type=path, help=f"PEM file: {what}.")(decorated)
    run_on = "Run on the workers of a Dask scheduler."
    return click.option("--scheduler", metavar="ADDRESS", help=run_on)(decorated)
