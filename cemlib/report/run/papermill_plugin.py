"""The papermill plugin ``cem``, named in pyproject.toml.

papermill loads it while it is itself being imported. The engine needs papermill, so it is imported
only when papermill first asks it for something.
"""

from __future__ import annotations

from typing import Any


class LazyEngine:
    """Stands for `cemlib.report.run.engine.Engine` and imports it on first use."""

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the engine."""
        from cemlib.report.run import engine

        return getattr(engine.Engine, name)


Engine = LazyEngine()
