"""What sections of workbook 06 show of a result: sentences, tables and figures."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cemlib.plot.style import Figure
from cemlib.studies.complaints import plots, words
from cemlib.studies.complaints.economy import Economy, published_values
from cemlib.studies.complaints.retention import recomputed_multiples
from cemlib.studies.complaints.unseen import unseen_causes
from cemlib.teach.markdown import Markdown
from cemlib.teach.tables import Table

Shown = list[Markdown | Table | Figure]


def unseen(log: pd.DataFrame) -> Shown:
    """Show how far the worth of answers, which were not randomised, can be trusted."""
    causes = unseen_causes(log)
    return [words.unseen_table(causes), words.unseen_causes(causes)]


def economy(stays: pd.DataFrame, value: Economy, assumed: Mapping[str, float | None]) -> Shown:
    """Show what resolving a complaint may cost, and what the best invitation rests on."""
    shown: Shown = [words.economy(stays, value), words.assumptions(assumed)]
    return shown if value.varied is None else [*shown, plots.tornado_figure(value.varied)]


def policies(compared: pd.DataFrame, complaints: int) -> Shown:
    """Show what each policy would have brought both sides in so many complaints."""
    return [plots.policies_figure(compared), words.policies_table(compared, complaints)]


def published(
    printed: pd.DataFrame,
    multiples: pd.DataFrame,
    log: pd.DataFrame,
    lifetime: float,
    customer_value: float,
) -> Shown:
    """Show TARP's outcomes at the lifetime value of a log's customers, and printed multiples."""
    values = published_values(printed, log, lifetime, customer_value)
    return [
        words.outcomes(customer_value),
        plots.outcomes_figure(values, lifetime),
        words.multiples_table(recomputed_multiples(multiples)),
    ]
