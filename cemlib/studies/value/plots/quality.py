"""Figures of the two views of service value, of reliability and of effectiveness."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap

from cemlib.formats import currency, money
from cemlib.plot.marks import Names, called, dots, minus, name_rows, rows_high
from cemlib.plot.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    Figure,
    canvas,
    guides,
)
from cemlib.stats.estimates import Difference, Estimates, significant
from cemlib.studies.value.effectiveness import Regret
from cemlib.studies.value.names import NAMES

_SIDES = LinearSegmentedColormap.from_list("sides", ["#c8571b", "#ffffff", "#0072B2"])
_PARTS = (BLUE, VERMILION, GREEN, ORANGE, SKY, PURPLE)


def associations_figure(pairs: pd.DataFrame, names: Names = NAMES, rate: float = 0.05) -> Figure:
    """Draw the associations of the measures of the two views.

    Parameters
    ----------
    pairs : DataFrame
        From `cemlib.studies.value.views.associations`.
    names : mapping of str to str
        Printed name of each measure.
    rate : float
        False discovery rate at which a pair is marked as significant.
    """
    first, second = (list(dict.fromkeys(pairs[side])) for side in ("first", "second"))
    table = pairs.pivot(index="second", columns="first", values="estimate").loc[second, first]
    q_values = pairs.pivot(index="second", columns="first", values="q_value").loc[second, first]
    associated = q_values <= rate
    top = pairs.loc[significant(pairs["estimate"].abs()).idxmax()]
    alt = (
        f"Rank correlations of {len(first)} customer measures with {len(second)} company measures: "
        f"{int(associated.to_numpy().sum())} of {pairs['estimate'].notna().sum()} are significant; "
        f"the strongest is that of {called(top['first'], names)} with "
        f"{called(top['second'], names)}, {minus(format(top['estimate'], '.2f'))}."
    )
    with canvas(height=1.6 + 0.46 * len(second), alt=alt) as (figure, axes):
        axes.imshow(table, cmap=_SIDES, vmin=-0.7, vmax=0.7, aspect="auto")
        for row, column in np.ndindex(table.shape):
            value, strong = table.iat[row, column], associated.iat[row, column]
            text = "–" if np.isnan(value) else minus(f"{value:.2f}")
            axes.text(
                column, row, text, ha="center", va="center", fontsize=10,
                color=("white" if abs(value) > 0.42 else INK) if strong else GREY,
                fontweight="bold" if strong else "normal",
            )  # fmt: skip
        axes.set_xticks(range(len(first)), [_wrapped(called(name, names)) for name in first])
        axes.set_yticks(range(len(second)), [called(name, names) for name in second])
        axes.xaxis.tick_top()
        guides(axes, "none")
        axes.spines[:].set_visible(False)
        axes.set_xlabel("Spearman’s rank correlation; bold: significant at a false discovery rate "
                        f"of {100 * rate:.0f}%")  # fmt: skip
        axes.set_title("Measures of the customer (columns) and of the company (rows)")
    return figure


def explained_figure(
    shares: Mapping[str, Estimates], totals: pd.DataFrame, names: Names = NAMES
) -> Figure:
    """Draw the share of the variance of each company measure that customer measures explain.

    Parameters
    ----------
    shares : mapping of str to Estimates
        From `cemlib.studies.value.views.explained`.
    totals : DataFrame
        From `cemlib.studies.value.views.total_explained`.
    names : mapping of str to str
        Printed name of each measure.
    """
    order = totals.sort_values("estimate", ignore_index=True, kind="stable", key=significant)
    top, low = order.iloc[-1], order.iloc[0]
    alt = (
        f"Share of the variance of {len(order)} company measures explained by customer measures: "
        f"highest for {called(top['name'], names)}, {100 * top['estimate']:.0f}%, lowest for "
        f"{called(low['name'], names)}, {100 * low['estimate']:.0f}%."
    )
    drivers = next(iter(shares.values())).names
    with canvas(height=rows_high(len(order)) + 0.5, alt=alt) as (figure, axes):
        left = np.zeros(len(order))
        # Shares sum to R² of the sample, which is a little too high: bars to the adjusted R².
        raw = np.array([max(shares[name].values.sum(), 1e-12) for name in order["name"]])
        scale = 100 * order["estimate"].to_numpy() / raw
        for at, driver in enumerate(drivers):
            width = scale * np.array([shares[name].values[at] for name in order["name"]])
            axes.barh(
                range(len(order)), width, left=left, color=_PARTS[at % len(_PARTS)], height=0.62,
                label=called(driver, names), edgecolor="white", linewidth=0.8,
            )  # fmt: skip
            left += width
        axes.hlines(range(len(order)), 100 * order["low"], 100 * order["high"], colors=INK, lw=1.4)
        name_rows(axes, order["name"], names)
        guides(axes, "x")
        axes.set_xlim(0, max(100 * order["high"].max() * 1.04, 5))
        axes.set_xlabel("Variance explained (adjusted R²), %; line: 95% interval of the total")
        axes.set_title("How much customer measures explain of company measures")
        figure.legend(loc="outside lower center", ncols=3)
    return figure


def shares_figure(table: pd.DataFrame, title: str, of: str, names: Names = NAMES) -> Figure:
    """Draw shares with their intervals, one row per share.

    Parameters
    ----------
    table : DataFrame
        ``name``, ``estimate``, ``low``, ``high``, in [0, 1]; drawn from the top.
    title : str
        Title of the figure.
    of : str
        What the shares are shares of, say ``"answers"``.
    names : mapping of str to str
        Printed name of each row.
    """
    order = table.iloc[::-1].reset_index(drop=True)
    shown = order.assign(**{name: 100 * order[name] for name in ("estimate", "low", "high")})
    words = [
        f"{called(row.name, names)} {row.estimate:.0f}%" for row in shown.iloc[::-1].itertuples()
    ]
    with canvas(height=rows_high(len(order)), alt=f"{title}: {', '.join(words)}.") as (fig, axes):
        dots(axes, shown, BLUE)
        name_rows(axes, order["name"], names)
        axes.set_xlim(0, 100)
        for row, value in enumerate(shown["estimate"]):
            axes.annotate(
                f"{value:.0f}%", (shown["high"][row], row), xytext=(8, 0), va="center",
                textcoords="offset points", fontsize=9.5,
            )  # fmt: skip
        axes.set_xlabel(f"Share of {of}, %; line: 95% interval")
        axes.set_title(title)
    return fig


def policy_figure(effects: Mapping[str, Difference], policy: str, names: Names = NAMES) -> Figure:
    """Draw the effects of a quality policy.

    Parameters
    ----------
    effects : mapping of str to Difference
        From `cemlib.studies.value.reliability.policy_effects`.
    policy : str
        The policy that is compared with the others.
    names : mapping of str to str
        Printed name of each outcome.
    """
    rows = []
    for name, effect in reversed(list(effects.items())):
        low, high = effect.interval()
        rows.append((name, 100 * effect.estimate, 100 * low, 100 * high))
    table = pd.DataFrame(rows, columns=["name", "estimate", "low", "high"])
    words = [f"{called(name, names)} {minus(f'{change:+.0f}')}" for name, change, *_ in rows[::-1]]
    alt = f"Change under the policy “{policy}”, per 100 answers: {', '.join(words)}."
    with canvas(height=rows_high(len(rows)), alt=alt) as (figure, axes):
        dots(axes, table, BLUE)
        name_rows(axes, table["name"], names)
        axes.axvline(0, color=INK, linewidth=1)
        axes.set_xlabel("Change in the number of answers per 100; line: 95% interval")
        axes.set_title(f"Effect of the quality policy “{policy}”")
    return figure


def regret_figure(regret: Regret) -> Figure:
    """Draw the extra cost of advised tariffs compared with the best tariff for each customer.

    Parameters
    ----------
    regret : Regret
        From `cemlib.studies.value.effectiveness.advice_regret`.
    """
    regrets = regret.regrets
    top = float(np.ceil(np.quantile(regrets, 0.99) / 5) * 5) or 5.0
    alt = (
        f"Extra cost of {len(regrets)} advised tariffs: {100 * regret.best.estimate:.0f}% are the "
        f"best tariff; on average the extra cost is {money(regret.mean, 1)} per month."
    )
    edges = np.arange(0, top + 5, 5)
    with canvas(height=3.2, alt=alt) as (figure, axes):
        shares = np.histogram(regrets[regrets > 0.5].clip(upper=top), edges)[0] / len(regrets)
        axes.bar([-2.5], [100 * regret.best.estimate], width=4.4, color=GREEN)
        axes.bar(edges[:-1] + 2.5, 100 * shares, width=4.4, color=VERMILION)
        axes.axvline(regret.mean, color=INK, linewidth=1.4, linestyle=(0, (4, 2)))
        axes.annotate(
            f"mean {regret.mean:.1f}", (regret.mean, 1), xytext=(5, -4), va="top", fontsize=9.5,
            xycoords=("data", "axes fraction"), textcoords="offset points",
        )  # fmt: skip
        axes.set_xticks(
            [-2.5, *edges[:-1:2]], ["best\ntariff", *[f"{edge:.0f}" for edge in edges[:-1:2]]]
        )
        axes.set_xlabel(
            f"Extra cost of the advised tariff compared with the best ({currency()} per month)"
        )
        axes.set_ylabel("Share of all advice, %")
        axes.set_title("Extra cost of advised tariffs")
    return figure


def _wrapped(name: str) -> str:
    return name.replace(" ", "\n", 1)
