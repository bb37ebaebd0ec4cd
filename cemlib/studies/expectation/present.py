"""What the path section of workbook 03 shows: tables, sentences and findings, in this order."""

from __future__ import annotations

import pandas as pd

from cemlib.sources import Section
from cemlib.studies.expectation import findings, path_words, plots
from cemlib.studies.expectation.structural.bootstrap import PathBootstrap
from cemlib.studies.expectation.structural.fit import PathFit
from cemlib.studies.expectation.structural.groups import GroupComparison


def path_model(
    section: Section,
    fit: PathFit,
    refits: PathBootstrap | None,
    target: str,
    predicted: pd.DataFrame | None,
    compared: GroupComparison | None,
) -> None:
    """Show importance and performance, prediction out of sample and the comparison of groups."""
    section.show(plots.index_map_figure(fit, refits, target, {}), path_words.summary(fit, target))
    if predicted is not None:
        section.show(path_words.prediction(predicted, target))
        section.show(path_words.prediction_table(predicted, target))
    if compared is not None:
        section.show(path_words.groups(compared), path_words.groups_table(compared))
        section.used("comparison of two groups", sum(compared.sizes))
    section.used("path model", fit.moments.n, path_words.left_out(fit))
    section.add(*findings.path_model(fit, refits, target))
    section.add(*findings.prediction(predicted, target))
