"""Workbook 06: win-win complaint handling."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(__name__, submodules=["plots", "words"])
