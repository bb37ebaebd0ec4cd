"""What sections of workbook 04 show of a result: sentences, tables and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from cemlib.board.words import themes_table
from cemlib.plot.style import Figure
from cemlib.stats.estimates import Difference
from cemlib.studies.repair import plots, words
from cemlib.studies.repair.agreement import MEASURE_NAMES, sensitivity
from cemlib.studies.repair.comparable import compare_groups
from cemlib.studies.repair.datasets import load
from cemlib.studies.repair.datasets.themes import load_themes
from cemlib.studies.repair.service_levels import service_levels as measure_levels
from cemlib.teach.controls import Control
from cemlib.teach.downloads import download
from cemlib.teach.markdown import Markdown
from cemlib.teach.tables import Table

if TYPE_CHECKING:
    from cemlib.sources import Section, Sources
    from cemlib.studies.repair.call_centre import CallCentre
    from cemlib.studies.repair.said import Said


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


def edited_themes(sources: Sources) -> pd.DataFrame | None:
    """Return the table of themes that people edited; None where there is none."""
    return load_themes(sources.file("themes")) if sources.is_own("themes") else None


def customers_said(
    section: Section,
    said: Said | None,
    contacts: pd.DataFrame,
    names: Mapping[str, str],
    owners: Mapping[str, str],
) -> tuple[pd.DataFrame, dict[str, str], dict[str, str]]:
    """Show what customers say; return contacts, names and owners, of themes if no code is set."""
    if said is None:
        section.show("Too few contacts have a text, so no themes are looked for.")
        return contacts, dict(names), dict(owners)
    table = themes_table(said.table, "contacts", "mean score", names)
    section.show(words.customers_said(said), table)
    section.show(plots.theme_drivers_figure(said), words.doubtful_table(said, names))
    section.show(download(said.edited, "themes.csv"))
    section.used("themes", int(contacts["text"].notna().sum()))
    section.add(words.said_findings(said))
    return said.contacts, said.names(names), said.owners(owners)


def told(section: Section) -> list[Table]:
    """Return the cases that the article tells, as events; none beside own data."""
    return [] if section.own else [words.told_cases(load("repair-cases"))]


def service_levels(
    section: Section,
    contacts: pd.DataFrame,
    case: pd.Series,
    targets: tuple[float, float, int],
    names: Mapping[str, str],
) -> None:
    """Show how fast contacts are answered and closed, and whether one contact is enough."""
    levels = measure_levels(contacts, case, *targets)
    section.show(words.service_levels(levels, names))
    section.add(words.level_findings(levels))
    if not levels.shown:
        return
    for name, wait in levels.shown.items():
        section.used(f"share within target: {name}", wait.within.rows)
    first = next(iter(levels.shown))
    groups = {
        by: label for by, label in plots.GROUPS.items() if len(getattr(levels.shown[first], by))
    }
    section.show(
        section.explore(
            partial(plots.levels_figure, levels, names),
            "Share within target",
            wait=Control(list(levels.shown), label="Wait"),
            by=Control(groups, label="By"),
        )
    )


def agreement_moves(contacts: pd.DataFrame, cases: pd.Series) -> dict[str, Any]:
    """Move the measure of how well merged cases agree with true ones."""
    return {
        "draw": partial(plots.sensitivity_figure, sensitivity(contacts, cases)),
        "label": "Window and similarity",
        "measure": MEASURE_NAMES,
    }


def policy_moves(policies: pd.DataFrame, agents: int) -> dict[str, Any]:
    """Move the number of agents."""
    return {
        "draw": partial(words.policy_table, policies),
        "label": "More agents, or a better order?",
        "agents": Control(sorted(policies["agents"].unique()), start=agents),
    }


def confounding_moves(by_strength: Mapping[float, Any]) -> dict[str, Any]:
    """Move how strongly the desk chooses whom to call."""
    return {
        "draw": partial(plots.effects_by_strength, by_strength),
        "label": "How strongly does the desk choose?",
        "strength": Control(list(by_strength), start=1.0, label="Confounding"),
    }


def staffing_moves(centre: CallCentre, service_level: float) -> dict[str, Any]:
    """Move the seconds within which a call is to be answered."""
    return {
        "draw": partial(plots.staffing_figure, centre, service_level),
        "label": "How soon is a call to be answered?",
        "seconds": Control([5, 10, 20, 30, 60, 120], start=20, label="Seconds"),
    }
