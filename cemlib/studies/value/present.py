"""What each section of workbook 05 shows: figures, sentences, findings, rows used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cemlib import teach
from cemlib.formats import currency
from cemlib.sources import Section
from cemlib.stats.estimates import Difference, Estimates
from cemlib.stats.proportions import Share
from cemlib.studies.value import plots, words
from cemlib.studies.value.choice_design import expected_error, random_error, respondents_needed
from cemlib.studies.value.datasets.own_file import Loaded
from cemlib.studies.value.delivery import best_price
from cemlib.studies.value.discrete_choice import ALL, ChoiceModel
from cemlib.studies.value.effectiveness import Regret
from cemlib.studies.value.mixed_logit import mixed_or_none, share_willing, worth_quantiles
from cemlib.studies.value.raised_hands import Hands
from cemlib.studies.value.reliability import answers_needed
from cemlib.studies.value.spoken_menus import SpokenMenu
from cemlib.studies.value.standards import Bill

MARGIN = 0.03  # margin of error of the share of reliable answers


def views(section: Section, loaded: Loaded, pairs: pd.DataFrame) -> None:
    """Show which measures of the two views are associated."""
    section.read(len(loaded.frame), loaded.notes)
    tested = pairs.dropna(subset="estimate")
    section.used("associations, at most", int(tested["n"].max()))
    section.show(plots.associations_figure(pairs), words.association_summary(pairs))


def explained(
    section: Section, shares: Mapping[str, Estimates], totals: pd.DataFrame, pairs: pd.DataFrame
) -> None:
    """Show how much of the company's measures the customer's explain."""
    if shares:
        section.show(plots.explained_figure(shares, totals))
    section.show(words.explained_summary(shares, totals))
    section.add(*words.view_findings(pairs, totals))


def reliability(
    section: Section, loaded: Loaded, judged: pd.DataFrame, indices: pd.DataFrame
) -> None:
    """Show the indices of reliability."""
    section.read(len(loaded.frame), loaded.notes)
    several = len(loaded.frame) - len(judged)
    reason = f"{several:,} further judgements of the same answers" if several else ""
    section.used("reliability, answers", len(judged), reason)
    section.show(plots.shares_figure(indices, "Reliability of answers", "answers"))
    needed = answers_needed(indices, margin=MARGIN)
    section.show(words.reliability_summary(indices, MARGIN, needed))
    section.add(*words.reliability_findings(indices))


def coders(section: Section, alphas: pd.DataFrame) -> None:
    """Show the agreement of coders."""
    if len(alphas):
        section.show(words.agreement_table(alphas))
    section.show(words.agreement_summary(alphas))
    section.add(*words.agreement_findings(alphas))


def policy(section: Section, effects: Mapping[str, Difference]) -> None:
    """Show what a quality policy changes."""
    name = str(section.assumed["quality_policy"])
    if not section.own:
        section.show(words.policy_experiment())
    if effects:
        section.show(plots.policy_figure(effects, name))
    section.show(words.policy_summary(effects, name, randomised=not section.own))
    section.add(*words.policy_findings(effects))


def effectiveness(
    section: Section,
    loaded: Loaded,
    topics: Mapping[float, pd.DataFrame],
    solved: Share,
    regret: Regret | None,
    days: float,
) -> None:
    """Show how many matters the first contact solves, by topic, and what advice costs."""
    section.read(len(loaded.frame), loaded.notes)
    section.used("first contact resolution, matters", solved.rows)
    if regret is not None:
        section.used("regret, pieces of advice", len(regret.regrets))
        section.show(plots.regret_figure(regret))
    section.show(words.effectiveness_summary(solved, topics[days], regret, days))

    def draw(days: float) -> Any:
        return plots.shares_figure(topics[days], "First contact resolution by topic", "matters")

    if len(topics) > 1:
        control = teach.Control(list(topics), days, "Days without a repeat contact")
        section.show(section.explore(draw, "How long to wait?", days=control))
    else:
        section.show(draw(days))
    section.add(*words.effectiveness_findings(solved, regret))


def spoken_menu(section: Section, loaded: Loaded, menu: SpokenMenu) -> None:
    """Show the menu to speak, and how long callers listen."""
    section.read(len(loaded.frame), loaded.notes)
    section.used("offers in the menu", len(menu.offers))
    section.show(plots.listening_figure(menu.methods(), menu.bound), words.listening_summary(menu))
    section.show(words.script_table(menu), teach.download(menu.script(), "menu-to-speak.csv"))
    section.add(*words.menu_findings(menu))


def willingness(
    section: Section, loaded: Loaded, models: Mapping[str, ChoiceModel], worth: Estimates
) -> None:
    """Show what a day is worth."""
    section.read(len(loaded.frame), loaded.notes)
    section.used("value of a day, respondents", models[ALL].respondents)
    section.show(plots.willingness_figure(worth.frame()))
    section.show(words.willingness_summary(worth, models))
    section.add(*words.worth_findings(worth))


def spread(
    section: Section,
    loaded: Loaded,
    models: Mapping[str, ChoiceModel],
    worth: Estimates,
    rng: np.random.Generator,
) -> None:
    """Show how respondents differ in what a day is worth to them."""
    mixed = mixed_or_none(loaded.frame, models[ALL], rng)
    if mixed is None:
        section.show(words.spread_missing())
        return
    simple, quantiles = float(worth.values[worth.names.index(ALL)]), worth_quantiles(mixed, rng)
    highest = max(float(quantiles.values[-1]), simple, 0.01)
    willing = share_willing(mixed, np.linspace(0.02, 1.6, 60) * highest, rng)
    above = share_willing(mixed, [max(simple, 0.01)], rng)
    section.show(plots.willing_figure(willing, simple))
    p_value = mixed.spread_p_value(models[ALL])
    section.show(words.spread_summary(quantiles, above, p_value, simple))
    section.add(*words.spread_findings(quantiles))


def prices(section: Section, curves: Mapping[float, pd.DataFrame], cost: float) -> None:
    """Show at which price the faster delivery earns most, by its cost."""
    best = best_price(curves[cost])
    section.show(words.price_summary(best, cost, float(curves[cost]["price"].max())))
    control = teach.Control(list(curves), cost, "Cost to the company", currency())

    def draw(cost: float) -> Any:
        return plots.price_figure(curves[cost])

    section.show(section.explore(draw, "The price that earns most", cost=control))
    section.add(*words.price_findings(best))


def design(
    section: Section,
    tasks: pd.DataFrame,
    levels: Mapping[str, list[float]],
    prior: Mapping[str, float],
    rng: np.random.Generator,
) -> None:
    """Show the tasks of the next experiment, and how many respondents it needs."""
    margin = float(section.assumed["margin_of_error"])
    error = expected_error(tasks, prior)
    by_chance = random_error(tasks, levels, prior, rng)
    needed = respondents_needed(error, margin)
    section.show(plots.sample_size_figure(error, by_chance, margin, needed))
    section.show(words.design_summary(tasks, error, by_chance, margin, needed))
    section.show(words.tasks_table(tasks), teach.download(tasks, "choice-tasks.csv"))
    section.add(*words.design_findings(needed))


def hands(section: Section, raised: Hands, counts: pd.DataFrame, classes: pd.DataFrame) -> None:
    """Show how many hands are raised, and whose they are."""
    section.used("raised hands, rows", len(counts))
    section.show(plots.hands_figure(raised, counts))
    section.show(words.hands_source(counts, classes, section.own), words.hands_summary(raised))
    section.add(*words.hands_findings(raised))


def standards(section: Section, bills: Mapping[float, Bill], core: int, rise: float) -> None:
    """Show what it costs to raise all standards, and to raise only the core."""
    if not bills:
        section.show(words.no_bill())
        return
    bill, point = bills[rise], float(section.assumed["point_cost"])
    section.show(words.bill_summary(bill, core, len(bill.chase), point), words.bill_table(bill))
    control = teach.Control(list(bills), rise, "Share of the expectation gap closed per year")

    def draw(rise: float) -> Any:
        return plots.standards_figure(bills[rise], core)

    section.show(section.explore(draw, "All standards, or a core?", rise=control))
    section.add(*words.bill_findings(bill, core))
