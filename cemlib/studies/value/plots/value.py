"""Figures of the two views of service value, of reliability and of effectiveness."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap

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

_SIDES = LinearSegmentedColormap.from_list("sides", ["#c8571b", "#ffffff", "#0072B2"])
_PARTS = (BLUE, VERMILION, GREEN, ORANGE, SKY, PURPLE)


def associations_figure(found: pd.DataFrame, names: Names, most: float = 0.05) -> Figure:
    """Draw which measures of one view go with which of the other.

    Parameters
    ----------
    found : DataFrame
        From `cemlib.studies.value.associations.associations`.
    names : mapping of str to str
        What each measure is called in print.
    most : float
        Share of false discoveries up to which a pair counts as found.
    """
    first, second = (list(dict.fromkeys(found[side])) for side in ("first", "second"))
    table = found.pivot(index="second", columns="first", values="estimate").loc[second, first]
    sure = found.pivot(index="second", columns="first", values="q_value").loc[second, first] <= most
    top = found.loc[significant(found["estimate"].abs()).idxmax()]
    alt = (
        f"Rank correlations of {len(first)} measures of the customer with {len(second)} of the "
        f"company: {int(sure.to_numpy().sum())} of {found['estimate'].notna().sum()} are found; "
        f"strongest is {called(top['first'], names)} with {called(top['second'], names)}, "
        f"{minus(format(top['estimate'], '.2f'))}."
    )
    with canvas(height=1.6 + 0.46 * len(second), alt=alt) as (figure, axes):
        axes.imshow(table, cmap=_SIDES, vmin=-0.7, vmax=0.7, aspect="auto")
        for row, column in np.ndindex(table.shape):
            value, strong = table.iat[row, column], sure.iat[row, column]
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
        axes.set_xlabel("Rank correlation; bold: found, false discoveries held to "
                        f"{100 * most:.0f}%")  # fmt: skip
        axes.set_title("Customer (above) and company (left)")
    return figure


def explained_figure(shares: Mapping[str, Estimates], totals: pd.DataFrame, names: Names) -> Figure:
    """Draw how much of each measure of the company the customer's side explains, and what of it.

    Parameters
    ----------
    shares : mapping of str to Estimates
        From `cemlib.studies.value.associations.explained`.
    totals : DataFrame
        From `cemlib.studies.value.associations.totals`.
    names : mapping of str to str
        What each measure is called in print.
    """
    order = totals.sort_values("estimate", ignore_index=True, kind="stable", key=significant)
    top, low = order.iloc[-1], order.iloc[0]
    alt = (
        f"Share of each of {len(order)} company measures that the customer's view explains: most "
        f"of {called(top['name'], names)}, {100 * top['estimate']:.0f}%, least of "
        f"{called(low['name'], names)}, {100 * low['estimate']:.0f}%."
    )
    drivers = next(iter(shares.values())).names
    with canvas(height=rows_high(len(order)) + 0.5, alt=alt) as (figure, axes):
        left = np.zeros(len(order))
        for at, driver in enumerate(drivers):
            width = np.array([100 * shares[name].values[at] for name in order["name"]])
            axes.barh(
                range(len(order)), width, left=left, color=_PARTS[at % len(_PARTS)], height=0.62,
                label=called(driver, names), edgecolor="white", linewidth=0.8,
            )  # fmt: skip
            left += width
        axes.hlines(range(len(order)), 100 * order["low"], 100 * order["high"], colors=INK, lw=1.4)
        name_rows(axes, order["name"], names)
        guides(axes, "x")
        axes.set_xlim(0, max(100 * order["high"].max() * 1.04, 5))
        axes.set_xlabel("Explained by the customer's view, % of variance; line: 95% interval")
        axes.set_title("What of the company's value runs through the customer")
        figure.legend(loc="outside lower center", ncols=3)
    return figure


def shares_figure(table: pd.DataFrame, names: Names, title: str, label: str) -> Figure:
    """Draw shares with their intervals, a row each.

    Parameters
    ----------
    table : DataFrame
        ``name``, ``estimate``, ``low``, ``high``, in [0, 1]; drawn from the top.
    names : mapping of str to str
        What each row is called in print.
    title, label : str
        What is shown, and what the axis measures, in %.
    """
    order = table.iloc[::-1].reset_index(drop=True)
    shown = order.assign(**{end: 100 * order[end] for end in ("estimate", "low", "high")})
    words = [f"{called(row.name_, names)} {row.estimate:.0f}%" for row in
             shown.iloc[::-1].rename(columns={"name": "name_"}).itertuples()]  # fmt: skip
    with canvas(height=rows_high(len(order)), alt=f"{title}: {', '.join(words)}.") as (fig, axes):
        dots(axes, shown, BLUE)
        name_rows(axes, order["name"], names)
        axes.set_xlim(0, 100)
        for row, value in enumerate(shown["estimate"]):
            axes.annotate(
                f"{value:.0f}%", (shown["high"][row], row), xytext=(8, 0), va="center",
                textcoords="offset points", fontsize=9.5,
            )  # fmt: skip
        axes.set_xlabel(label)
        axes.set_title(title)
    return fig


def policy_figure(effects: Mapping[str, Difference], names: Names, policy: str) -> Figure:
    """Draw what a quality policy changes.

    Parameters
    ----------
    effects : mapping of str to Difference
        From `cemlib.studies.value.reliability.policy_effects`.
    names : mapping of str to str
        What each outcome is called in print.
    policy : str
        The policy, against the others.
    """
    rows = []
    for name, effect in reversed(list(effects.items())):
        low, high = effect.interval()
        rows.append((name, 100 * effect.estimate, 100 * low, 100 * high))
    table = pd.DataFrame(rows, columns=["name", "estimate", "low", "high"])
    said = [f"{called(n, names)} {minus(f'{e:+.0f}')}" for n, e, _, _ in rows[::-1]]
    alt = f"Under the policy “{policy}”, points of 100 answers: {', '.join(said)}."
    with canvas(height=rows_high(len(rows)), alt=alt) as (figure, axes):
        dots(axes, table, BLUE)
        name_rows(axes, table["name"], names)
        axes.axvline(0, color=INK, linewidth=1)
        axes.set_xlabel("Change against the other policy, of 100 answers")
        axes.set_title(f"What “{policy}” changes, given to agents by lot")
    return figure


def regret_figure(found: Regret) -> Figure:
    """Draw what advice costs more than the best for each customer.

    Parameters
    ----------
    found : Regret
        From `cemlib.studies.value.effectiveness.advice_regret`.
    """
    regrets = found.regrets
    top = float(np.ceil(np.quantile(regrets, 0.99) / 5) * 5) or 5.0
    alt = (
        f"Regret of {len(regrets)} pieces of advice: {100 * found.best.estimate:.0f}% are the "
        f"best, the mean costs {found.mean:.1f} yuan a month too much."
    )
    edges = np.arange(0, top + 5, 5)
    with canvas(height=3.2, alt=alt) as (figure, axes):
        shares = np.histogram(regrets[regrets > 0.5].clip(upper=top), edges)[0] / len(regrets)
        axes.bar([-2.5], [100 * found.best.estimate], width=4.4, color=GREEN)
        axes.bar(edges[:-1] + 2.5, 100 * shares, width=4.4, color=VERMILION)
        axes.axvline(found.mean, color=INK, linewidth=1.4, linestyle=(0, (4, 2)))
        axes.annotate(
            f"mean {found.mean:.1f}", (found.mean, 1), xytext=(5, -4), va="top", fontsize=9.5,
            xycoords=("data", "axes fraction"), textcoords="offset points",
        )  # fmt: skip
        axes.set_xticks([-2.5, *edges[:-1:2]], ["best", *[f"{edge:.0f}" for edge in edges[:-1:2]]])
        axes.set_xlabel("Costs the customer more than the best tariff would, yuan a month")
        axes.set_ylabel("Of all advice, %")
        axes.set_title("Advice on tariffs")
    return figure


def _wrapped(name: str) -> str:
    return name.replace(" ", "\n", 1)
