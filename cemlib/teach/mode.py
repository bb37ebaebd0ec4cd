"""Whether interactive pieces are widgets of a kernel or static frames of a page."""

from __future__ import annotations

import os

from cemlib.checks import one_of

INTERACTIVE, STATIC = "interactive", "static"


def mode() -> str:
    """Return ``"interactive"`` in a notebook that somebody has opened, else ``"static"``.

    A Jupyter server names the session of a notebook that somebody has opened in the environment
    of its kernel (``JPY_SESSION_NAME``); papermill, nbval and `cem` do not. The environment
    variable ``CEMLIB_MODE`` overrides both.

    Raises
    ------
    ValueError
        If ``CEMLIB_MODE`` is neither ``interactive`` nor ``static``.

    Examples
    --------
    >>> mode() in (INTERACTIVE, STATIC)
    True
    """
    if requested := os.environ.get("CEMLIB_MODE"):
        return one_of("CEMLIB_MODE", requested, (INTERACTIVE, STATIC))
    return INTERACTIVE if os.environ.get("JPY_SESSION_NAME") else STATIC
