"""The operator's trial of call-backs, and the panel of its customers' expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np
import pandas as pd

from cemlib.stats.customers import NEED_LEVELS, Part
from cemlib.stats.ratchet import Ratchet, expectation_path
from cemlib.studies.expectation.model import ExpectationModel

RESPONSES = 48
RESPONSES_SEED = 20260103


@dataclass(frozen=True)
class ExpectationTruth:
    """True parameters of the trial and the panel; a change makes another operator.

    Parameters
    ----------
    trial : ExpectationModel
        The model of the call-back trial; its `effort_effect` is the mean over levels.
    segment : str
        The customers whose line was reset.
    share : float
        Share of these customers in the trial.
    level_shares : mapping of str to float
        Share of customers by level of need that they mainly buy for; sums to 1.
    effort_by_level : mapping of str to float
        Direct effect of effort on satisfaction by level of need, points.
    ratchet : Ratchet
        How expectations in the panel learn, and how they affect satisfaction.
    periods : int
        Quarters of the panel.
    panel_share : float
        Share of all customers in the panel.
    performance_mean, performance_between, performance_within : float
        Mean performance, and its standard deviations between customers and between quarters.
    start_spread : float
        Standard deviation of first expectations around the performance a customer is used to.
    surprise : float
        Standard deviation per quarter of other changes of expectation.
    forecast_rate, forecast_noise : float
        Learning rate of the forecast, and standard deviation of its other changes.
    assimilation : float
        Share by which perceived performance moves from actual to forecast, 0 to 1.
    customer_spread, satisfaction_noise : float
        Standard deviations of satisfaction between customers, and of the residual.
    """

    trial: ExpectationModel = field(
        default_factory=lambda: ExpectationModel(
            effort_effect=6.0,
            cost_to_expectation=9.0,
            information_to_expectation=14.0,
            expectation_base=48.0,
            quality=54.0,
            quality_spread=9.0,
            satisfaction_base=36.0,
        )
    )
    segment: str = "broadband household"
    share: float = 0.9
    level_shares: Mapping[str, float] = field(
        default_factory=lambda: dict(zip(NEED_LEVELS, (0.2, 0.25, 0.25, 0.15, 0.15), strict=True))
    )
    effort_by_level: Mapping[str, float] = field(
        default_factory=lambda: dict(zip(NEED_LEVELS, (1.0, 4.0, 7.0, 9.0, 11.0), strict=True))
    )
    ratchet: Ratchet = field(default_factory=lambda: Ratchet(rise=0.45, fall=0.15))
    periods: int = 6
    panel_share: float = 0.15
    performance_mean: float = 62.0
    performance_between: float = 6.0
    performance_within: float = 9.0
    start_spread: float = 6.0
    surprise: float = 3.0
    forecast_rate: float = 0.4
    forecast_noise: float = 5.0
    assimilation: float = 0.35
    customer_spread: float = 4.0
    satisfaction_noise: float = 7.0


TRUTH = ExpectationTruth()


def callbacks(
    people: pd.DataFrame, rng: np.random.Generator, truth: ExpectationTruth = TRUTH
) -> pd.DataFrame:
    """Simulate the randomised trial of call-backs after a broadband reset.

    Parameters
    ----------
    people : DataFrame
        customer and segment of a block of customers.
    rng : numpy.random.Generator
        Source of randomness.
    truth : ExpectationTruth
        True parameters.

    Returns
    -------
    DataFrame
        customer, level, effort (1: had to call again; 0: was called back), information (1: a
        quick repair was promised), baseline, expectation, quality, satisfaction: whole points
        (0–100).

    Examples
    --------
    >>> people = pd.DataFrame({"customer": ["C1", "C2"], "segment": "broadband household"})
    >>> list(callbacks(people, np.random.default_rng(1)))[:4]
    ['customer', 'level', 'effort', 'information']
    """
    count = len(people)
    selected = (people["segment"] == truth.segment).to_numpy() & (rng.random(count) < truth.share)
    names = list(truth.level_shares)
    level = rng.choice(len(names), size=count, p=list(truth.level_shares.values()))
    effort, information = rng.integers(2, size=(2, count))
    answers = truth.trial.respond(effort, information, rng)
    by_level = np.array([truth.effort_by_level[name] for name in names])
    answers["satisfaction"] += (by_level[level] - truth.trial.effort_effect) * effort
    table = pd.DataFrame(
        {
            "customer": people["customer"].to_numpy(),
            "level": np.array(names, dtype=object)[level],
            "effort": effort,
            "information": information,
        }
        | {name: _points(values) for name, values in answers.items()}
    )
    return table[selected].reset_index(drop=True)


def expectations(
    people: pd.DataFrame, rng: np.random.Generator, truth: ExpectationTruth = TRUTH
) -> pd.DataFrame:
    """Simulate a panel of performance and expectations, a row per customer and quarter.

    Parameters
    ----------
    people, rng, truth
        As for `callbacks`; only the column customer of people is used.

    Returns
    -------
    DataFrame
        customer, period (1 …), performance, forecast (what customers think will be delivered),
        expectation (what they think should be), satisfaction: whole points, 0–100.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": [f"C{number}" for number in range(40)]})
    >>> list(expectations(people, np.random.default_rng(1)))
    ['customer', 'period', 'performance', 'forecast', 'expectation', 'satisfaction']
    """
    count, periods, ratchet = len(people), truth.periods, truth.ratchet
    selected = rng.random(count) < truth.panel_share
    used_to = truth.performance_mean + truth.performance_between * rng.normal(size=count)
    performance = used_to[:, None] + truth.performance_within * rng.normal(size=(count, periods))
    shock = truth.surprise * rng.normal(size=(count, periods))
    expected, forecast = np.empty(performance.shape), np.empty(performance.shape)
    standard = used_to + truth.start_spread * rng.normal(size=count)
    current_forecast = used_to + truth.forecast_noise * rng.normal(size=count)
    forecast_shock = truth.forecast_noise * rng.normal(size=(count, periods))
    for period in range(periods):
        expected[:, period], forecast[:, period] = standard, current_forecast
        step = np.column_stack([performance[:, period], standard])
        ahead = expectation_path(step, standard, rise=ratchet.rise, fall=ratchet.fall)[:, 1]
        standard = ahead + shock[:, period]
        gap = performance[:, period] - current_forecast
        current_forecast = current_forecast + truth.forecast_rate * gap
        current_forecast = current_forecast + forecast_shock[:, period]
    perceived = performance + truth.assimilation * (forecast - performance)
    satisfaction = (
        ratchet.satisfaction(perceived, expected)
        + truth.customer_spread * rng.normal(size=(count, 1))
        + truth.satisfaction_noise * rng.normal(size=(count, periods))
    )
    table = pd.DataFrame(
        {
            "customer": np.repeat(people["customer"].to_numpy(), periods),
            "period": np.tile(np.arange(1, periods + 1), count),
            "performance": _points(performance.ravel()),
            "forecast": _points(forecast.ravel()),
            "expectation": _points(expected.ravel()),
            "satisfaction": _points(satisfaction.ravel()),
        }
    )
    return table[np.repeat(selected, periods)].reset_index(drop=True)


def tables(people: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Simulate both tables of a block of customers.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": ["C1"], "segment": "prepaid"})
    >>> list(tables(people, np.random.default_rng(1)))
    ['callbacks', 'expectations']
    """
    return {"callbacks": callbacks(people, rng), "expectations": expectations(people, rng)}


def responses(
    participants: int = RESPONSES, rng: np.random.Generator | None = None
) -> pd.DataFrame:
    """Simulate the answers of a class to the metro experiment.

    Examples
    --------
    >>> list(responses(8))[:4]
    ['participant', 'effort', 'information', 'baseline']
    """
    rng = rng or np.random.default_rng(RESPONSES_SEED)
    table = ExpectationModel().simulate(participants, rng)
    answers = ["baseline", "expectation", "quality", "satisfaction"]
    return table.assign(
        participant=[f"P{number:02d}" for number in table["participant"]],
        **{name: _points(table[name].to_numpy()) for name in answers},
    )


def planted(truth: ExpectationTruth = TRUTH) -> dict[str, Any]:
    """Return the true parameters, ready for JSON.

    Examples
    --------
    >>> planted()["trial"]["loss_aversion"], planted()["ratchet"]["rise"]
    (2.25, 0.45)
    """
    plain = {item.name: getattr(truth, item.name) for item in fields(truth)}
    return plain | {
        "trial": asdict(truth.trial),
        "ratchet": asdict(truth.ratchet),
        "level_shares": dict(truth.level_shares),
        "effort_by_level": dict(truth.effort_by_level),
    }


def population(truth: ExpectationTruth = TRUTH) -> dict[str, Any]:
    """Return the true effects of effort in the population, points of satisfaction.

    For answers that are neither rounded nor limited to 0–100.

    Examples
    --------
    >>> sorted(population()["effects"])
    ['direct', 'through_expectation', 'total']
    """
    shares = truth.level_shares
    direct = sum(shares[name] * effect for name, effect in truth.effort_by_level.items())
    through = truth.trial.effects()["through_expectation"]
    effects = {"direct": direct, "through_expectation": through, "total": direct + through}
    by_level = {name: effect + through for name, effect in truth.effort_by_level.items()}
    return {
        "effects": {name: round(effect, 4) for name, effect in effects.items()},
        "total_by_level": {name: round(effect, 4) for name, effect in by_level.items()},
    }


def _points(values: np.ndarray) -> np.ndarray:
    return np.clip(np.round(values), 0, 100).astype(np.int64)


PARTS = (
    Part(
        "expectation",
        stream=33,
        draw=tables,
        keys={"callbacks": "customer", "expectations": "customer"},
        true_parameters=planted,
        population=population,
    ),
)
