"""What sections of workbook 04 show of a result: sentences, tables and figures."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cemlib.plot.style import Figure
from cemlib.stats.estimates import Difference
from cemlib.studies.repair import plots, words
from cemlib.studies.repair.comparable import compare_groups
from cemlib.teach.markdown import Markdown
from cemlib.teach.tables import Table


def effects(
    cases: pd.DataFrame, estimates: pd.DataFrame, rise: Difference, covariates: Sequence[str]
) -> list[Markdown | Table | Figure]:
    """Show the estimates of an effect, and how far the adjusted ones can be trusted."""
    shown: list[Markdown | Table | Figure] = [
        plots.effects_figure(estimates),
        words.effect_estimates(estimates, rise, covariates),
    ]
    groups = compare_groups(cases, estimates, covariates=covariates)
    if groups is None:
        return shown
    return [*shown, words.balance_table(groups), words.comparability(groups)]
