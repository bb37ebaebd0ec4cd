"""Which face something movable shows: a live widget, or frames for the page."""

from __future__ import annotations

import os

from cemlib.checks import one_of

INTERACTIVE, STATIC = "interactive", "static"


def mode() -> str:
    """Return ``"interactive"`` where somebody sits before the notebook, else ``"static"``.

    A Jupyter server names the session of a notebook that somebody has opened in the environment
    of its kernel (``JPY_SESSION_NAME``); papermill, nbval and the press do not. The environment
    variable ``CEMLIB_MODE`` decides where it is set.

    Raises
    ------
    ValueError
        If ``CEMLIB_MODE`` is neither ``interactive`` nor ``static``.

    Examples
    --------
    >>> mode() in (INTERACTIVE, STATIC)
    True
    """
    if asked := os.environ.get("CEMLIB_MODE"):
        return one_of("CEMLIB_MODE", asked, (INTERACTIVE, STATIC))
    return INTERACTIVE if os.environ.get("JPY_SESSION_NAME") else STATIC
