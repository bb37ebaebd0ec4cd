"""Which face something movable shows: a live widget, or frames for the page."""

from __future__ import annotations

import os

from cemlib.checks import one_of

LIVE, STILL = "live", "still"


def face() -> str:
    """Return ``"live"`` where somebody sits before the notebook, else ``"still"``.

    A Jupyter server names the session of a notebook that somebody has opened in the environment
    of its kernel (``JPY_SESSION_NAME``); papermill, nbval and the press do not. The environment
    variable ``CEMLIB_FACE`` decides where it is set.

    Raises
    ------
    ValueError
        If ``CEMLIB_FACE`` is neither ``live`` nor ``still``.

    Examples
    --------
    >>> face() in (LIVE, STILL)
    True
    """
    if asked := os.environ.get("CEMLIB_FACE"):
        return one_of("CEMLIB_FACE", asked, (LIVE, STILL))
    return LIVE if os.environ.get("JPY_SESSION_NAME") else STILL
