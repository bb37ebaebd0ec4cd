"""Reports as PDF: printed by Chromium, tagged, with bookmarks and links."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from cemlib.report import files
from cemlib.report.errors import CannotWriteError, RequestError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)
_MOMENT = re.compile(rb"(?<=Date \(D:)\d{14}")  # CreationDate and ModDate
_SECONDS = 120


def installed() -> str | None:
    """Return the path of a browser that prints, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def browser() -> str:
    """Return the path of a browser that prints.

    Raises
    ------
    RequestError
        If there is none.
    """
    found = installed()
    if found is None:
        raise RequestError(
            "--pdf needs Chromium or Google Chrome, and neither is installed; install one, "
            "or open report.html in a browser and print it to a file"
        )
    return found


def print_pages(pages: Iterable[Path], program: str) -> list[Path]:
    """Print pages to PDF files beside them, with the same bytes for the same page and browser.

    A file that is newer than its page is kept.

    Parameters
    ----------
    pages : iterable of Path
        HTML files.
    program : str
        Path of Chromium or Chrome.

    Returns
    -------
    list of Path
        The PDF files, in the order of the pages.

    Raises
    ------
    CannotWriteError
        If the browser fails; the message ends with the last line of what it printed.
    """
    printed = []
    for page in pages:
        pdf = page.with_suffix(".pdf")
        if not pdf.exists() or pdf.stat().st_mtime_ns < page.stat().st_mtime_ns:
            with files.replacing(pdf) as unfinished:
                _print(page, unfinished, program)
                content = unfinished.read_bytes()
                unfinished.write_bytes(_MOMENT.sub(b"20000101000000", content))
        printed.append(pdf)
    return printed


def _print(page: Path, pdf: Path, program: str) -> None:
    # Chromium's sandbox does not start as root, as in a container.
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="cem-print-") as profile:
        command = [program, *_OPTIONS, *sandbox, f"--user-data-dir={profile}"]
        command += [f"--print-to-pdf={pdf}", page.absolute().as_uri()]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            message = f"{page.name} was not printed within {_SECONDS} seconds"
            raise CannotWriteError(message) from error
    if done.returncode or not pdf.read_bytes().startswith(b"%PDF"):
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise CannotWriteError(f"{page.name} was not printed: {last}")
