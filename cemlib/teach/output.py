"""The one way in which lessons put something into a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def publish(
    plain: str, bundle: Mapping[str, Any], metadata: Mapping[str, Any] | None = None
) -> None:
    """Display one output; outside IPython, print its plain words.

    Parameters
    ----------
    plain : str
        What the output says to whoever sees text only.
    bundle : mapping
        MIME type to content, the richer forms of the same.
    metadata : mapping, optional
        MIME type to metadata of that form.

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
