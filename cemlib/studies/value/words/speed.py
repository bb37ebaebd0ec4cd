"""What workbook 05 says of the price of speed, of raised hands and of the ratchet's bill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from cemlib.findings import Finding
from cemlib.stats.estimates import Estimates, significant
from cemlib.stats.ratchet import Ratchet
from cemlib.studies.value.choice_design import NONE, coordinate_exchange, dominated, expected_error
from cemlib.studies.value.delivery import Delivery, price_curve
from cemlib.studies.value.discrete_choice import ChoiceModel, by_segment, choice_model
from cemlib.studies.value.raised_hands import Hands
from cemlib.studies.value.standards import Bill, chase_or_core
from cemlib.teach.markdown import Markdown, escape_markdown, markdown
from cemlib.teach.sentences import interval, number, percent, plural
from cemlib.teach.tables import Table, table

ALL = "all together"
FACES, CONDITIONS = (20, 100, 1000), ("fresh", "crumpled", "trodden on")


def models(choices: pd.DataFrame) -> dict[str, ChoiceModel]:
    """Return the model of all, and those of segments where there are segments."""
    found = {ALL: choice_model(choices)}
    return found | (by_segment(choices) if "segment" in choices else {})


def segment_models(found: Mapping[str, ChoiceModel]) -> dict[str, ChoiceModel]:
    """Return the models of segments; that of all where there are none."""
    rest = {name: model for name, model in found.items() if name != ALL}
    return rest or dict(found)


def sizes(found: Mapping[str, ChoiceModel]) -> dict[str, float]:
    """Return how many respondents each model has."""
    return {name: float(model.respondents) for name, model in found.items()}


def willing(worth: Estimates, found: Mapping[str, ChoiceModel]) -> str:
    """Say what a day is worth, to all and to segments."""
    rows = worth.frame().set_index("name")
    whole, rest = rows.loc[ALL], rows.drop(index=ALL)
    model = found[ALL]
    words = (
        f"{plural(model.respondents, 'respondent')} made {number(model.sets, 0)} choices. One "
        f"model for all says **{number(whole['estimate'], 2)} yuan for a day** faster "
        f"({interval(whole['low'], whole['high'], 2)})."
    )
    if len(rest) > 1:
        top, low = significant(rest["estimate"]).idxmax(), significant(rest["estimate"]).idxmin()
        words += (
            f" But {escape_markdown(top)} would pay {number(rest.loc[top, 'estimate'], 1)}, "
            f"{escape_markdown(low)} {number(rest.loc[low, 'estimate'], 1)}: one number for all "
            "hides that speed is worth several times as much to some."
        )
    unsure = [name for name, each in found.items() if each.values[0] + 2 * each.errors[0] > 0]
    if unsure:
        words += (
            f" Of {escape_markdown(', '.join(unsure))} it is not sure that price matters: the "
            "ratio can be anything."
        )
    return words


def earns(curve: pd.DataFrame, best: float, cost: float) -> str:
    """Say at which price the faster delivery earns most."""
    at = curve.iloc[significant((curve["price"] - best).abs()).argmin()]
    return (
        f"At a cost of {number(cost)} yuan, next-day delivery earns most at "
        f"**{number(best, 0)} yuan**: {percent(at['share'])} take it "
        f"({interval(100 * at['share_low'], 100 * at['share_high'], 0)}%), and both deliveries "
        f"together leave {number(at['margin'], 2)} yuan a customer asked. The standard delivery's "
        "lost customers are counted in."
    )


def price_curves(
    found: Mapping[str, ChoiceModel],
    costs: Iterable[float],
    draws: int,
    rng: np.random.Generator,
) -> dict[float, pd.DataFrame]:
    """Return share and margin over the price of next-day delivery, for each of its costs."""
    kinds, grid = segment_models(found), np.arange(6.0, 30.5)
    return {
        cost: price_curve(
            kinds, sizes(kinds), Delivery(fast_cost=cost), grid, rng, draws=min(draws, 400)
        )
        for cost in sorted(set(costs))
    }


def best_price(curve: pd.DataFrame) -> float:
    """Return the price with the highest margin."""
    return float(curve.loc[significant(curve["margin"]).idxmax(), "price"])


def designed(
    model: ChoiceModel, levels: Mapping[str, Sequence[float]], tasks: int, rng: np.random.Generator
) -> tuple[pd.DataFrame, float, float]:
    """Return the next experiment, its error, and that of random tasks.

    Parameters
    ----------
    model : ChoiceModel
        What is expected.
    levels : mapping of str to sequence of float
        Levels of price and days.
    tasks : int
        Tasks a respondent.
    rng : numpy.random.Generator
        Source of randomness.
    """
    prior = dict(zip(model.names, map(float, model.values), strict=True))
    design = coordinate_exchange(levels, prior, tasks=tasks, alternatives=2, rng=rng, starts=4)
    error = expected_error(design, prior)
    random = []
    shown = design.dropna(subset=["price"]) if NONE in prior else design
    for _ in range(60):
        drawn = design.copy()
        for name, each in levels.items():
            drawn.loc[shown.index, name] = rng.choice(np.asarray(each, dtype=float), len(shown))
        random.append(expected_error(drawn, prior))
    return design, error, float(np.median(random))


def tasks_table(design: pd.DataFrame) -> Table:
    """Return the tasks of a design as a table to print."""
    shown = design.dropna(subset=["price"])
    rows = []
    for task, part in shown.groupby("task"):
        offers = [f"{number(p, 0)} yuan, {number(d, 0)} d" for p, d in
                  zip(part["price"], part["days"], strict=True)]  # fmt: skip
        rows.append([task, *offers])
    heads = ["task", *[f"delivery {letter}" for letter in "ABCDEFGHIJ"[: len(rows[0]) - 1]]]
    return table(pd.DataFrame(rows, columns=heads), "Which tasks to ask")


def planned(design: pd.DataFrame, error: float, random: float, reach: float, needed: int) -> str:
    """Say how many respondents it takes, and what the design saves."""
    silly = dominated(design, {"price": -1, "days": -1})
    return (
        f"For ± {number(reach, 1)} yuan on a day's worth it takes **{number(needed, 0)} "
        f"respondents** with these tasks, and {number((random / error) ** 2, 1)} times as many "
        "with tasks drawn at random, of which many hold a delivery that is both cheaper and "
        f"faster and so teach little. "
        f"{silly or 'None'} of these tasks {'do' if silly > 1 else 'does'}."
    )


def note_rows() -> pd.DataFrame:
    """Return the rows of the sheet in which a class counts its hands."""
    rows = [(f"${face}, {state}", face, state) for face in FACES for state in CONDITIONS]
    return pd.DataFrame(rows, columns=["note", "face", "condition"])


def counted(typed: pd.DataFrame, log: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the class's own counts where they are enough, else those of the log."""
    if len(typed) >= 4 and typed["face"].nunique() > 1:
        return typed.drop(columns="note"), "These are the hands of this room."
    rooms = log["room"].nunique() if "room" in log else 1
    return log, f"Nothing typed in yet: these are the hands of {plural(rooms, 'class', 'classes')}."


def hands_said(found: Hands) -> Markdown:
    """Say how hands go up, and what makes up for a bad condition."""
    shares = found.shares(np.array([found.base])).set_index("condition")["estimate"]
    first, last = found.conditions[0], found.conditions[-1]
    words = markdown(
        "For a note of ${note} {share} of hands go up when it is {first}",
        note=number(found.base, 0),
        share=percent(shares[first]),
        first=first,
    )
    if len(found.conditions) == 1:
        return words + Markdown(".")
    times, low, high = found.makes_up(last)
    return markdown(
        "{words}, {share} when it is {last}. Its worth is still there, but not for everybody: a "
        "note {last} must be **{times} times** as large ({margin}) to raise as many hands as a "
        "fresh one. The wrapping of a service is worth something, and it has a price.",
        words=words,
        share=percent(shares[last]),
        last=last,
        times=number(times, 1),
        margin=interval(low, high),
    )


def bills(
    weights: Estimates, rises: Sequence[float], *, years: int, point_cost: float
) -> dict[float, Bill]:
    """Return the cost of chasing standards, by how fast expectation catches up.

    Standards weigh as much as their shares of variance; all are expected at 60 points and begin
    at 66.
    """
    given = dict(zip(weights.names, map(float, weights.values), strict=True))
    return {
        rise: chase_or_core(
            given, Ratchet(rise=rise), years=years, expectation=60, ahead=6, point_cost=point_cost
        )
        for rise in rises
    }


def bill(found: Bill, names: Mapping[str, str], core: int, years: int) -> str:
    """Say what chasing all costs against keeping to the core."""
    costs = found.table
    all_, at, none = costs.iloc[-1], costs.iloc[core], costs.iloc[0]
    kept = (at["satisfaction"] - none["satisfaction"]) / (
        all_["satisfaction"] - none["satisfaction"]
    )
    best = [names.get(name, name) for name in costs["added"].iloc[1 : core + 1]]
    year = found.beyond()
    limit = (
        ""
        if year is None
        else f" From year {year} on, a standard that is chased would have to be better than the "
        "scale has room for: the chase ends by itself."
    )
    return (
        f"Chasing all {len(costs) - 1} standards for {plural(years, 'year')} costs "
        f"{number(all_['cost'], 0)} thousand yuan. The core of {core} ({', '.join(best)}) costs "
        f"{percent(at['cost'] / max(all_['cost'], 1e-9))} of that and keeps "
        f"**{percent(kept)}** of the satisfaction that chasing all would. The first standard "
        f"costs {number(costs['point_price'].iloc[1], 0)} thousand yuan for each point of "
        f"satisfaction it keeps, the last {number(all_['point_price'], 0)}.{limit}"
    )


def speed_findings(
    worth: Estimates, curve: pd.DataFrame, best: float, needed: int
) -> Iterator[Finding]:
    """Yield willingness to pay, the best price, and how many to ask next time."""
    for row in worth.frame().itertuples():
        whom = "" if row.name == ALL else "_" + str(row.name).replace(" ", "_")
        yield Finding(
            f"willingness_to_pay{whom}", row.estimate, "yuan a day",
            f"What a day faster is worth: {row.name}.",
            min(row.low, row.estimate), max(row.high, row.estimate),
        )  # fmt: skip
    at = curve.iloc[significant((curve["price"] - best).abs()).argmin()]
    yield Finding("best_price", best, "yuan", "Price at which next-day delivery earns most.")
    yield Finding(
        "next_day_share", 100 * at["share"], "% of customers", "Who take it at that price.",
        min(100 * at["share_low"], 100 * at["share"]),
        max(100 * at["share_high"], 100 * at["share"]),
    )  # fmt: skip
    yield Finding("respondents_needed", needed, "respondents", "To ask in the next experiment.")


def other_findings(found: Hands, chased: Bill, core: int) -> Iterator[Finding]:
    """Yield what makes up for a bad note, and the ratchet's bill."""
    if len(found.conditions) > 1:
        last = found.conditions[-1]
        times, low, high = found.makes_up(last)
        yield Finding(
            "face_makes_up", times, "times the face value",
            f"How much larger a note must be that is {last} to raise as many hands.",
            min(low, times), max(high, times),
        )  # fmt: skip
    for name, at, sentence in (
        ("chase_all", -1, "Cost of chasing every standard."),
        ("keep_core", core, "Cost of keeping to the core."),
    ):
        yield Finding(name, chased.table["cost"].iloc[at], "thousand yuan", sentence)
