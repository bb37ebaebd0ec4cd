"""The single function through which outputs reach a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def publish(
    plain: str, bundle: Mapping[str, Any], metadata: Mapping[str, Any] | None = None
) -> None:
    """Display one output; outside IPython, print its plain text.

    Parameters
    ----------
    plain : str
        What readers of plain text see.
    bundle : mapping
        Richer forms of the same output: MIME type to content.
    metadata : mapping, optional
        MIME type to the metadata of that form.

    Examples
    --------
    >>> publish("Three rights lag.", {"text/markdown": "*Three* rights lag."})
    Three rights lag.
    """
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import publish_display_data

    if InteractiveShell.initialized():
        publish_display_data({**bundle, "text/plain": plain}, dict(metadata or {}))
    else:
        print(plain)
