"""The environment in which cells run; in a module of its own, as kernels take long to import."""

from __future__ import annotations

import os
from pathlib import Path

FIXED = {
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    **{f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "BLIS")},
    "VECLIB_MAXIMUM_THREADS": "1",
    "PYARROW_IGNORE_TIMEZONE": "1",  # without it Spark writes a warning into the notebook
}
UNWANTED = ("JPY_SESSION_NAME", "CEMLIB_MODE", "MPLBACKEND", "PYTHONSTARTUP", "PYTHONWARNINGS")


def environment(private: str) -> dict[str, str]:
    """Return the environment of a kernel: one thread, a fixed hash seed, no user settings.

    Parameters
    ----------
    private : str
        A folder that replaces the user's IPython profile and its start-up files.

    Examples
    --------
    >>> environment("/tmp/x")["OMP_NUM_THREADS"]
    '1'
    """
    inherited = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    return inherited | FIXED | {"IPYTHONDIR": str(Path(private, "ipython"))}
