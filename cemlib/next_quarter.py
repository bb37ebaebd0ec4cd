"""The fictional operator's next quarter under a plan, from its true parameters."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cemlib import catalogue, checks
from cemlib.data.company import Source, read_company
from cemlib.home import operator_file
from cemlib.sources import Sources
from cemlib.stats.customers import customers as draw_customers
from cemlib.stats.estimates import Estimates
from cemlib.stats.importance import driver_slopes
from cemlib.stats.levers import SHARED, Lever, doubtful, per_quarter
from cemlib.studies.company.datasets import USED, load
from cemlib.studies.complaints import datasets as complaint_data
from cemlib.studies.complaints.answers import menu
from cemlib.studies.complaints.datasets.complaints import Complaints
from cemlib.studies.complaints.economy import mean_lifetime
from cemlib.studies.complaints.gains import Gains, Stakes
from cemlib.studies.complaints.levers import answers_lever, causes_lever, complaint_cost
from cemlib.studies.complaints.operator.generator import complaints as draw_complaints
from cemlib.studies.complaints.operator.truth import COMPLAINT_TRUTH
from cemlib.studies.complaints.policies import Rules, limits_around
from cemlib.studies.complaints.rates import RateRatio
from cemlib.studies.complaints.response import Response, fit_response
from cemlib.studies.complaints.retention import monthly_discount
from cemlib.studies.expectation.levers import promises_lever
from cemlib.studies.expectation.operator import callbacks as draw_callbacks
from cemlib.studies.ladder.datasets import read as read_ladder
from cemlib.studies.ladder.funnel import RemovalDraws
from cemlib.studies.ladder.levers import completions_lever
from cemlib.studies.ladder.operator.applications import APPLICATION_TRUTH, REASONS
from cemlib.studies.repair import authority
from cemlib.studies.repair.datasets import desk_log
from cemlib.studies.repair.desk import Desk
from cemlib.studies.repair.golden_time import GoldenTime, fit_golden_time
from cemlib.studies.repair.levers import WEEKS, authority_lever, desk_lever
from cemlib.studies.repair.operator.loop import LOOP
from cemlib.studies.repair.policies import draw_loads
from cemlib.studies.rights.datasets import load_practices
from cemlib.studies.rights.datasets.survey import load_survey
from cemlib.studies.rights.drivers import regression_basis
from cemlib.studies.rights.levers import practices_lever
from cemlib.studies.rights.perception import perception_by_right, perception_index
from cemlib.studies.rights.planning import practice_problems
from cemlib.studies.value.datasets import read as read_value
from cemlib.studies.value.levers import menu_lever, not_under
from cemlib.studies.value.menus import Voice
from cemlib.studies.value.operator.answers import population as answers_population
from cemlib.studies.value.spoken_menus import spoken_menu

POPULATION = 40_000  # people or cases from whom a curve without a formula is computed
WORTH_ERROR = 0.3  # share by which what is assumed of worths is wrong, as planted
LEVERS = (
    "practices", "application fixes", "realistic promises", "repair agents", "authority to pay",
    "call-backs", "answer coaching", "layered menu", "complaint answers", "causes removed",
)  # fmt: skip
_ONE = np.ones(1)
WORTH_OF = {
    "points of satisfaction": "satisfaction",
    "completions": "customer",
    "repaired customers": "customer",
    "customers kept": "customer",
    "complaints avoided": "customer",
    "repeat calls avoided": "call",
    "reliable answers": "call",
    "hours of agents": "hour",
}
_TRUTH, _QUARTER, _POPULATION_SEED = 61, 62, 20260107


def sources_of(folder: str | os.PathLike[str] = "") -> Sources:
    """Return the data of an operator that `cemlib.operator.make` wrote; the committed one if empty.

    Parameters
    ----------
    folder : str or path
        The operator's folder.

    Raises
    ------
    ValueError
        If the folder holds no operator.
    """
    company = read_company(operator_file())
    if not str(folder):
        return catalogue.sources(USED)
    if not (Path(folder) / "truth.json").is_file():
        raise checks.invalid_argument("folder", Path(folder).name, "one that `cem data make` wrote")
    used = [catalogue.dataset(name) for name in USED]
    files = {
        entry.name: Source(Path(folder) / Path(entry.file).name, zone=company.zone)
        for entry in used
        if entry.file and (Path(folder) / Path(entry.file).name).is_file()
    }
    return Sources(used, replace(company, sources=files), files)


def true_levers(sources: Sources, rng: np.random.Generator) -> list[Lever]:
    """Return the curves that an operator's true parameters imply, each with one draw.

    What the generator plants as an effect is taken as it is; where a curve has no formula, it is
    computed from many more people or cases of the same model than any operator has. Sizes of a
    quarter are those of the operator's data.

    Parameters
    ----------
    sources : Sources
        From `sources_of`.
    rng : numpy.random.Generator
        Source of randomness, for what has no formula.
    """
    held = sources.company.assumptions
    promises = promises_lever(
        _trial(),
        cases=held["promised_cases"],
        cost=held["promise_cost"],
        worth=_ONE * held["satisfaction_worth"],
        rng=rng,
    )
    return [
        _practices(sources, held, rng),
        _completions(sources, held),
        promises,
        *_desk(sources, held, rng),
        _call_backs(held),
        *_answers(sources, held, rng),
        *_complaints(sources, held, rng),
    ]


Held = Mapping[str, float]


def _practices(sources: Sources, held: Held, rng: np.random.Generator) -> Lever:
    perception, slopes = _rights()
    table = load_practices(sources.file("practices"))
    problem = practice_problems(table, perception, slopes)[False]
    return practices_lever(
        problem,
        slopes,
        days=np.linspace(0, float(problem.candidates["days"].sum()), 13)[1:],
        day_cost=held["day_cost"] / held["practice_quarters"],
        customers=held["customers"],
        uplift_doubt=0.0,
        worth=_ONE * held["satisfaction_worth"],
        rng=rng,
    )


def _completions(sources: Sources, held: Held) -> Lever:
    log = read_ladder("applications", sources.file("applications"), steps="").frame
    hazards = np.array(APPLICATION_TRUTH.hazards)
    passed = np.exp(-hazards.sum(axis=1))
    share = hazards / hazards.sum(axis=1, keepdims=True)
    drawn = RemovalDraws(
        list(REASONS), hazards, np.stack([passed, passed]), np.stack([share, share])
    )
    count = log["session"].nunique()
    return completions_lever(
        drawn,
        sessions=per_quarter(count, log["time"]),
        fix_cost=held["fix_cost"],
        fix_share=held["fix_share"],
        worth=_ONE * held["customer_value"],
        observations=count,
    )


def _desk(sources: Sources, held: Held, rng: np.random.Generator) -> list[Lever]:
    own, fit = desk_log(sources.file("repairs")), _golden_time()
    weekly = max(round(per_quarter(len(own.arrivals), own.cases["opened"]) / WEEKS), 1)
    loads = draw_loads(own.arrivals, fit, rng, count=6, weekly=weekly, zone=own.zone)
    desk, numbers = Desk(1, wage=held["wage"]), [1, 2, 3, 4]
    agents = desk_lever(loads, own.arrivals, fit, desk, agents=numbers, value=_ONE, rng=rng)
    paid = own.complete("value")
    curves = authority.team_curves(fit, paid, paid["hours_waited"], rng, draws=2)
    team = max(curves, key=lambda name: (paid["team"] == name).sum())
    cases = per_quarter(len(paid), own.cases["opened"])
    payments = authority_lever(curves[team], calls=cases, value=_ONE, observations=len(paid))
    return [agents, payments]


def _call_backs(held: Held) -> Lever:
    avoided = (LOOP.without - LOOP.with_call) * held["quarterly_resets"]
    return Lever(
        name="call-backs",
        unit="repeat calls avoided",
        spend=np.array([0.0, held["quarterly_resets"] * held["call_cost"]]),
        results=np.array([[0.0, avoided]]),
        worth=_ONE * held["repeat_cost"],
        assumes="",
        datasets=("resets",),
    )


def _answers(sources: Sources, held: Held, rng: np.random.Generator) -> list[Lever]:
    judged = read_value("answers", sources.file("answers")).frame
    asked = read_value("enquiries", sources.file("enquiries")).frame
    effect, agents = answers_population()["policy"]["reliable"], judged["agent"].nunique()
    left = not_under(judged, str(held["quality_policy"]))
    coached = np.unique(np.linspace(0, left, min(left, 10) + 1).round())
    enquiries = per_quarter(len(asked), asked["time"])
    coaching = Lever(
        name="answer coaching",
        unit="reliable answers",
        spend=coached * held["coaching_cost"],
        results=(coached / agents * enquiries * effect)[None, :],
        worth=_ONE * held["repeat_cost"],
        assumes="",
        datasets=("answers", "enquiries"),
        whole=True,
    )
    offers = read_value("offers", sources.file("offers")).frame
    menus = menu_lever(
        spoken_menu(offers, Voice()),
        calls=held["list_calls"],
        cost=held["menu_cost"],
        doubt=0.0,
        worth=_ONE * held["wage"],
        rng=rng,
    )
    return [coaching, menus]


def _complaints(sources: Sources, held: Held, rng: np.random.Generator) -> list[Lever]:
    own = complaint_data.load_complaints(sources.file("complaints"))
    many, response = _responses()
    discount = monthly_discount(0.1)
    stakes = Stakes.assumed(held, discount, patience=1.0)
    year, _ = own.last_year("policies")
    cap = held["authority_cap"]
    answers = answers_lever(
        Gains(response, stakes, year),
        menu(),
        rng.random((len(year), 3)),
        np.ones((1, len(year))),
        Rules(held["flat_amount"], cap),
        caps=limits_around(cap),
        value=_ONE,
    )
    ratio = COMPLAINT_TRUTH.token_ratio
    known = many.log[["compensation", "stayed"]].notna().all(axis=1)
    lifetime = mean_lifetime(many.log, held, discount)
    causes = causes_lever(
        own.rows,
        RateRatio(ratio, ratio, ratio, 0.0),
        without=[str(held["removed_failure"])],
        cost=held["cause_cost"],
        worth=complaint_cost(many.log[known], held, lifetime, np.ones((1, int(known.sum())))),
        rng=rng,
    )
    return [answers, causes]


# What has no formula is computed once, from a population that is always the same.


@cache
def _rights() -> tuple[Estimates, Estimates]:
    """Return the mean perception of each right, and the slopes of overall satisfaction."""
    survey = load_survey(simulate=POPULATION, rng=np.random.default_rng([_POPULATION_SEED, 1]))
    index = perception_index(survey.answers, survey.items, survey.item_scale)
    weights = np.ones((1, len(index)))
    basis = regression_basis(index, survey.explained)
    slopes = driver_slopes(basis.index, survey.outcome_points, weights, survey.weights)
    return perception_by_right(index, weights, survey.weights), slopes


@cache
def _trial() -> pd.DataFrame:
    rng = np.random.default_rng([_POPULATION_SEED, 3])
    return draw_callbacks(draw_customers(4 * POPULATION, rng), rng)


@cache
def _golden_time() -> GoldenTime:
    log = desk_log(simulate=POPULATION, rng=np.random.default_rng([_POPULATION_SEED, 4]))
    calls = log.calls
    columns: dict[str, Any] = log.fitted_columns
    return fit_golden_time(calls, calls["hours_waited"], calls["cured"], **columns)


@cache
def _responses() -> tuple[Complaints, Response]:
    rng = np.random.default_rng([_POPULATION_SEED, 6])
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "complaints.csv"
        draw_complaints(draw_customers(POPULATION // 2, rng), rng).to_csv(table, index=False)
        many = complaint_data.load_complaints(table)
    return many, fit_response(many.log, np.ones((1, len(many.log))))


def quarter(
    levers: list[Lever], plan: Mapping[str, float], doubt: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw a quarter under a plan.

    Parameters
    ----------
    levers : list of Lever
        From `true_levers`.
    plan : mapping of str to float
        Planned money by lever.
    doubt : float
        Share by which what companies assume of worths is wrong, as in
        `cemlib.stats.levers.doubtful`.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    DataFrame
        As the dataset ``quarter``: money spent differs a little from the plan, weeks are unevenly
        busy, and a result is worth what it is worth, not what was assumed.

    Raises
    ------
    ValueError
        If the plan names a lever that there is not.
    """
    for name in plan:
        checks.one_of("lever", name, [lever.name for lever in levers])
    factors = {name: float(doubtful(1.0, doubt, 1, rng)[0]) for name in SHARED}
    rows = []
    for lever in levers:
        planned = float(plan.get(lever.name, 0.0))
        if not planned:
            continue
        bought = float(lever.bought([planned])[0])
        spent = bought / WEEKS * (1 + 0.02 * rng.standard_normal(WEEKS)) if bought else np.zeros(13)
        total = float(lever.at([bought])[0, 0])
        results = total / WEEKS * rng.gamma(25.0, 1 / 25.0, WEEKS)
        worth = float(lever.worth[0]) * factors[WORTH_OF[lever.unit]]
        rows.append(pd.DataFrame({
            "lever": lever.name, "week": range(1, WEEKS + 1), "spend": spent.round(2),
            "results": results.round(2), "kept": (results * worth).round(2),
        }))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def read_plan(file: str | os.PathLike[str]) -> dict[str, float]:
    """Return a plan: money by lever.

    Parameters
    ----------
    file : str or path
        A CSV file of the dataset ``plan``.

    Raises
    ------
    ValueError
        If the file does not fit, or names a lever that the operator has not.
    """
    table = load("plan", Source(Path(file)))
    for name in table["lever"]:
        checks.one_of("lever", name, LEVERS)
    return dict(zip(table["lever"], table["spend"], strict=True))


def carry_out(folder: str | os.PathLike[str], plan: Mapping[str, float]) -> Path:
    """Write the quarter of an operator under a plan into its folder.

    Parameters
    ----------
    folder : str or path
        A folder that `cemlib.operator.make` wrote.
    plan : mapping of str to float
        Money by lever, from `read_plan`.

    Returns
    -------
    Path
        The file ``quarter.csv``; the same plan and operator give the same bytes.

    Raises
    ------
    ValueError
        If the folder holds no operator, or the plan names another lever.
    """
    sources, target = sources_of(folder), Path(folder)
    seed = json.loads((target / "truth.json").read_bytes())["generator"]["seed"]
    levers = true_levers(sources, np.random.default_rng([seed, _TRUTH]))
    drawn = quarter(levers, plan, WORTH_ERROR, np.random.default_rng([seed, _QUARTER]))
    part = target / ".quarter.csv"
    drawn.to_csv(part, index=False, lineterminator="\n")
    return part.replace(target / "quarter.csv")
