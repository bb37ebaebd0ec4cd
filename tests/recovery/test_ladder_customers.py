"""The intervals of workbook 02 cover where a customer's rows are alike, return or refer in bursts.

Ratings of one customer correlate by 0.4, as in surveys of the same people; movers and stayers share
a ladder; a few advocates bring most of the referred. Each interval must cover what it would in
independent rows.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from cemlib import stats
from cemlib.stats.importance import derived_importance
from cemlib.studies.ladder import markov, referral, routing, survival, voice
from cemlib.studies.ladder.channels import compare_channels
from cemlib.studies.ladder.funnel import completions_gained, fit_funnel, step_survival
from tests.recovery.replicates import record, replicates

SAMPLES, RESAMPLES = replicates(400), 300
ALIKE = 0.4  # correlation of two ratings of one customer
OFTEN = f"two answers of a customer correlate by {ALIKE}"
CHANNELS, SEGMENTS = ("app", "hotline", "shop"), ("contract", "prepaid")


def assert_covers(hits, nominal=0.95):
    """The mean rate may deviate by 4 standard errors of one, and by 1.5 points for few clusters."""
    rate = np.atleast_1d(np.mean(hits, axis=0))
    error = np.sqrt(nominal * (1 - nominal) / len(hits))
    assert (np.abs(rate - nominal) < 4 * error + 0.015).all(), rate


def alike(customer, rng, correlation=ALIKE):
    """Draw normal values, correlated within customers."""
    own = rng.standard_normal(customer.max() + 1)[customer]
    return np.sqrt(correlation) * own + np.sqrt(1 - correlation) * rng.standard_normal(
        len(customer)
    )


def people(rng, size=200, most=6):
    """Draw customers with one to `most` rows each, their segment and usual channel."""
    customer = np.repeat(np.arange(size), rng.integers(1, most + 1, size))
    segment, channel = rng.integers(2, size=size)[customer], rng.integers(3, size=size)[customer]
    channel = np.where(
        rng.random(len(customer)) < 0.2, rng.integers(3, size=len(customer)), channel
    )
    return customer, segment, channel


def ratings(number, mode):
    rng = np.random.default_rng([540, number])
    customer, segment, channel = people(rng)
    rating = 6 + 0.3 * channel + 0.6 * segment + 1.5 * alike(customer, rng)
    frame = pd.DataFrame(
        {
            "customer": customer,
            "mode": mode,
            "segment": np.array(SEGMENTS)[segment],
            "channel": np.array(CHANNELS)[channel],
            "rating": rating,
        }
    )
    return frame, segment, rng


def test_channels_cover_where_a_customer_rates_often():
    hits = []
    for number in range(SAMPLES):
        frame, segment, _ = ratings(number, voice.EVENT)
        table = compare_channels(frame).table
        truth = 6 + 0.3 * np.arange(3) + 0.6 * segment.mean()
        hits.append((table["low"] <= truth) & (truth <= table["high"]))
    record("02", "standardised ratings of channels", hits, OFTEN)
    assert_covers(hits)


def test_the_weighted_mean_covers_where_a_customer_is_asked_often():
    hits = []
    for number in range(SAMPLES // 2):
        frame, segment, rng = ratings(number, voice.SURVEY)
        silent = rng.random(len(frame)) > np.where(segment == 1, 0.7, 0.4)
        frame.loc[silent, "rating"] = np.nan
        low, high = voice.listening(frame, RESAMPLES, rng).survey.interval()
        truth = 6 + 0.3 + 0.3
        hits.append(low[1] <= truth <= high[1])
    record("02", "rating weighted for non-response", hits, OFTEN)
    assert_covers(hits)


def survey(number, size):
    rng = np.random.default_rng([541, number])
    customer, *_ = people(rng, size)
    own = alike(customer, rng)
    one, two = (5 + alike(customer, rng) + 0.5 * own for _ in range(2))
    rating = 0.5 * one + 0.2 * two + 0.5 * own + 0.5 * alike(customer, rng)
    return pd.DataFrame({"customer": customer, "help": one, "bill": two, "rating": rating}), rng


@cache
def true_importance():
    frame, _ = survey(0, 100_000)
    drivers = frame[["help", "bill"]]
    return derived_importance(drivers, frame["rating"], np.ones((1, len(frame)))).values


def test_touchpoints_cover_where_a_customer_answers_often():
    truth, hits = np.r_[true_importance(), 50, 50], []
    for number in range(1, SAMPLES // 2):
        frame, rng = survey(number, 150)
        result = voice.touchpoint_importance(frame, ["help", "bill"], RESAMPLES, rng)
        (a, b), (c, d) = result.importance.interval(), result.performance.interval()
        low, high = np.r_[a, c], np.r_[b, d]
        hits.append((low <= truth) & (truth <= high))
    record("02", "importance and performance of touchpoints", hits, OFTEN)
    assert_covers(hits)


def movers_and_stayers(size, rng, months=18):
    """Draw a ladder of two rungs on which every customer moves at a pace of their own."""
    mover = rng.random(size) < 0.5
    moving = np.where(mover, 0.35, 0.03)
    state, parts = rng.integers(2, size=size), []
    for month in range(months):
        draw = rng.random(size)
        later = np.where(draw < 0.01, 2, np.where(draw < 0.01 + moving, 1 - state, state))
        later = np.where(state == 2, 2, later)
        frame = pd.DataFrame({"customer": np.arange(size), "month": month, "state": state})
        parts.append(frame.assign(next=later)[state < 2])
        state = later
    return pd.concat(parts, ignore_index=True)


@cache
def true_moves():
    moved = movers_and_stayers(200_000, np.random.default_rng(542))
    counts = markov.count_moves(moved["state"], moved["next"], 3)[:2]
    return counts / counts.sum(axis=1, keepdims=True)


def test_moves_cover_where_customers_differ_in_pace():
    hits = []
    for number in range(SAMPLES // 2):
        rng = np.random.default_rng([543, number])
        fit = markov.fit_ladder(movers_and_stayers(150, rng), ("a", "b", "gone"), RESAMPLES, rng)
        low, high = stats.percentile_interval(fit.draws)
        hits.append(((low[:2] <= true_moves()) & (true_moves() <= high[:2])).ravel())
    record("02", "probabilities of moving between rungs", hits, "customers differ in pace")
    assert_covers(hits)


def referrers(number, shape, size=200, months=12):
    """Draw referrals of customers whose rates differ by a gamma factor of this shape."""
    rng = np.random.default_rng([544, number])
    rate = 0.05 * (rng.gamma(shape, 1 / shape, size) if shape else np.ones(size))
    frame = pd.DataFrame({"customer": np.repeat(np.arange(size), months), "state": 1})
    return frame.assign(brought=rng.poisson(np.repeat(rate, months)))


@pytest.mark.parametrize("shape", [None, 1.0, 0.3])
def test_referrals_per_year_cover_also_where_few_bring_most(shape):
    hits = []
    for number in range(SAMPLES):
        row = referral.brought_by_rung(referrers(number, shape), 3).loc[1]
        hits.append(row["low"] <= 0.6 <= row["high"])
    uneven = f"rates differ by a gamma factor of shape {shape}" if shape else "equal rates"
    record("02", "referrals per year", hits, uneven)
    assert_covers(hits)


def test_routing_covers_where_a_customer_comments_often():
    hits = []
    for number in range(SAMPLES // 2):
        rng = np.random.default_rng([545, number])
        customer, *_ = people(rng, 120, 8)
        right = alike(customer, rng) < 0.3
        told = alike(customer, rng) < 0.3
        comments = pd.DataFrame(
            {
                "customer": customer,
                "cause": "fee",
                "owner": np.where(right, "billing", "care"),
                "told": told * 1.0,
                "hours": np.exp(2 + alike(customer, rng)),
            }
        )
        routed = routing.fit_routing(comments, {"fee": "billing"}, RESAMPLES, rng)
        intervals = (routed.right, routed.hours, routed.closed_loop)
        truth = (0.61791, np.exp(2), 0.61791)
        hits.append([low <= t <= high for (_, low, high), t in zip(intervals, truth, strict=True)])
    record("02", "routing: right owner, hours, loops closed", hits, OFTEN)
    assert_covers(hits)


def test_hazard_ratios_cover_where_customers_return_and_leave_again():
    hits = []
    size, months = 150, 18
    for number in range(SAMPLES // 4):
        rng = np.random.default_rng([546, number])
        group, pace = rng.integers(2, size=size), rng.gamma(0.4, 1 / 0.4, size)
        customer, month = np.repeat(np.arange(size), months), np.tile(np.arange(months), size)
        hazard = np.minimum(0.03 * pace * np.exp(0.5 * group), 1)
        left = rng.random(size * months) < hazard[customer]
        design = pd.DataFrame({"group": group[customer] * 1.0})
        row = survival.cox(design, month, left, list(customer)).frame().loc[0]
        hits.append(row["low"] <= np.exp(0.5) <= row["high"])
    record("02", "hazard ratios of leaving", hits, "customers return and leave again")
    assert_covers(hits)


def test_the_funnel_covers_where_a_customer_tries_often():
    hits = []
    for number in range(SAMPLES // 2):
        rng = np.random.default_rng([547, number])
        customer, *_ = people(rng, 150)
        # Normal values that correlate by 0.6 give yes and no that correlate by 0.4.
        passed = alike(customer, rng, 0.6) < 0.0
        price = alike(customer, rng, 0.6) < 0.0
        first = pd.DataFrame({"session": np.arange(len(customer)), "step": "a", "time": 0.0})
        first["customer"] = customer
        first["reason"] = np.where(passed, None, np.where(price, "price", "time"))
        log = pd.concat([first, first[passed].assign(step="b", time=1.0)])
        fit = fit_funnel(log, ["a", "b"])
        row = step_survival(fit).loc[0]
        gains = completions_gained(fit, RESAMPLES, rng).set_index("reason").loc["price"]
        gain = 100 * (0.5**0.5 - 0.5)
        hits.append([row["low"] <= 0.5 <= row["high"], gains["low"] <= gain <= gains["high"]])
    record("02", "passing a step, and completions gained", hits, OFTEN)
    assert_covers(hits)
