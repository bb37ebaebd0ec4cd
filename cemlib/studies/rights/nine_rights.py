"""The nine rights, in their order, and how their items are called."""

from __future__ import annotations

import re

RIGHTS = (
    "safety",
    "information",
    "choice",
    "fairness",
    "compensation",
    "association",
    "knowledge",
    "respect",
    "supervision",
)
ITEM = re.compile(rf"({'|'.join(RIGHTS)})_([1-9]\d?)")
