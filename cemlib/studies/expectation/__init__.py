"""Workbook 03: satisfaction and expectation."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(__name__, submodules=["plots", "words"])
