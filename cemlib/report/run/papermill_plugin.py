"""The door for papermill: it loads this while it is itself being imported, so nothing is here."""

from __future__ import annotations

from typing import Any


class Door:
    """Stands for `cemlib.report.run.engine.Engine`, imported when something is asked of it."""

    def __getattr__(self, name: str) -> Any:
        """Return what the engine has under that name."""
        from cemlib.report.run.engine import Engine as Real

        return getattr(Real, name)


Engine = Door()
