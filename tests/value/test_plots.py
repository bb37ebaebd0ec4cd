"""Figures of service value: each describes itself in words, and clips no label."""

import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import Difference, Estimates
from cemlib.stats.ratchet import Ratchet
from cemlib.studies.value.effectiveness import advice_regret
from cemlib.studies.value.plots import choices, menus, quality, spread
from cemlib.studies.value.raised_hands import fit_hands
from cemlib.studies.value.standards import chase_or_core

LONG = {"speed": "response speed", "effectiveness": "effectiveness for this customer"}


def associations():
    frame = pd.DataFrame(
        [(a, b) for a in ("speed", "function") for b in ("profit", "loyalty")],
        columns=["first", "second"],
    )
    frame["estimate"], frame["q_value"] = [0.62, -0.1, np.nan, 0.2], [0.001, 0.4, np.nan, 0.04]
    return frame


def shares():
    values = np.array([0.2, 0.1])
    return {name: Estimates(("speed", "effectiveness"), values, np.array([values * 0.9, values]))
            for name in ("satisfaction", "profit")}  # fmt: skip


def totals():
    return pd.DataFrame(
        {"name": ["satisfaction", "profit"], "estimate": [0.3, 0.1], "low": [0.2, 0.05],
         "high": [0.4, 0.2]}
    )  # fmt: skip


def rows():
    return pd.DataFrame(
        {"name": ["speed", "b"], "estimate": [0.9, 0.4], "low": [0.8, 0.3], "high": [1.0, 0.5]}
    )


def methods():
    return pd.DataFrame(
        {"method": ["read out as listed", "layered by type"], "choices": [150.0, 12],
         "offer": [0.0, 20]}
    )  # fmt: skip


def widths():
    return pd.DataFrame(
        {"branches": [2, 3, 4], "best": [9.0, 7, 6], "by_type": [10.0, 8, 7], "bound": [8.0, 6, 5]}
    )


def curve():
    price = np.arange(6.0, 20)
    share = np.linspace(0.8, 0.1, len(price))
    margin = share * (price - 8)
    frame = pd.DataFrame({"price": price, "share": share, "margin": margin})
    for name in ("share", "margin"):
        frame[f"{name}_low"], frame[f"{name}_high"] = frame[name] - 0.05, frame[name] + 0.05
    return frame


def counts():
    faces = np.repeat([20.0, 100, 1000], 2)
    return pd.DataFrame(
        {"face": faces, "condition": ["fresh", "trampled"] * 3, "hands": [20, 9, 24, 15, 28, 22],
         "people": 30}
    )  # fmt: skip


def willing():
    frame = pd.DataFrame({"worth": [0.5, 2.0, 6.0], "estimate": [0.95, 0.7, 0.05]})
    return frame.assign(low=frame["estimate"] - 0.04, high=frame["estimate"] + 0.04)


def hands():
    return fit_hands(counts())


def bill():
    terms = {"years": 10, "expectation": 60, "ahead": 6, "point_cost": 20}
    return chase_or_core({"effectiveness": 3, "speed": 2, "looks": 1}, Ratchet(), **terms)


def regret(advised=(60.0, 40.0, 55.0, 40.0)):
    log = pd.DataFrame({"advised": advised, "best": 40.0})
    return advice_regret(log, 10, np.random.default_rng(1))


FIGURES = {
    "associations": (
        lambda: quality.associations_figure(associations(), LONG),
        "2 of 3 are significant; the strongest is that of response speed with profit, 0.62.",
    ),
    "explained": (
        lambda: quality.explained_figure(shares(), totals(), LONG),
        "highest for satisfaction, 30%, lowest for profit, 10%.",
    ),
    "shares": (
        lambda: quality.shares_figure(rows(), "Reliability", "answers", LONG),
        "Reliability: response speed 90%, b 40%.",
    ),
    "policy": (
        lambda: quality.policy_figure(
            {"hedged": Difference(-0.2, 0.05, 20), "correct": Difference(0.01, 0.05, 20)},
            "good faith",
        ),
        "hedged −20, correct +1.",
    ),
    "regret": (lambda: quality.regret_figure(regret()), "50% are the best tariff; on average"),
    "no regret": (lambda: quality.regret_figure(regret((40.0,) * 4)), "100% are the best tariff"),
    "listening": (
        lambda: menus.listening_figure(methods(), 11.4),
        "read out as listed 150 seconds, layered by type 32 seconds.",
    ),
    "branches": (
        lambda: menus.branches_figure(widths(), 3),
        "with 3, the best menu takes 7.0 and the menu layered by type 8.0; the bound is 6.0.",
    ),
    "willingness": (
        lambda: choices.willingness_figure(rows()),
        "Willingness to pay for a day saved (CNY): speed 0.9, b 0.4.",
    ),
    "spread": (
        lambda: spread.willing_figure(willing(), 2.0),
        "falling from 95% at 0.5 CNY to 5% at 6.0 CNY; at 2.0 CNY, near the one value for all, 70%",
    ),
    "price": (lambda: choices.price_figure(curve()), "earns most at 14 CNY: 37% of customers"),
    "sample size": (
        lambda: choices.sample_size_figure(1.2, 2.4, 0.3, 62),
        "±0.3 CNY needs 62 respondents with the design and 248 with random tasks.",
    ),
    "hands": (lambda: choices.hands_figure(hands(), counts()), "for a $20 note, by condition"),
    "standards": (
        lambda: choices.standards_figure(bill(), 1, LONG),
        "the core of 1 costs 33% of raising all and preserves 50%",
    ),
}  # fmt: skip


@pytest.fixture(params=FIGURES, name="case")
def drawn(request):
    make, words = FIGURES[request.param]
    return make(), words


def test_says_what_it_shows_and_clips_nothing(case, clipped):
    figure, words = case
    assert words in figure.alt
    assert [text.get_text() for text in clipped(figure)] == []
    assert figure.to_svg() == figure.to_svg()
