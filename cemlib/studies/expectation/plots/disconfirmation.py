"""Figures of satisfaction by performance and expectation, and of the ratchet."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib.plot.marks import name_lines, rows_high, signed
from cemlib.plot.style import BLUE, GREEN, GREY, INK, ORANGE, VERMILION, Figure, canvas, guides
from cemlib.stats.estimates import significant
from cemlib.stats.value_function import value
from cemlib.studies.expectation.disconfirmation import KinkedValue
from cemlib.studies.expectation.surface import ResponseSurface


def value_figure(
    fit: KinkedValue, limit: float = 30.0, loss_aversion: float | None = None
) -> Figure:
    """Draw the effect of an excess and of a shortfall on satisfaction.

    Parameters
    ----------
    fit : KinkedValue
        From `cemlib.studies.expectation.disconfirmation.kinked_value`.
    limit : float
        Largest excess and shortfall to draw, points.
    loss_aversion : float, optional
        A λ for comparison, such as that of gambles, drawn with the same gain.
    """
    x = np.linspace(-limit, limit, 121)
    effect, low, high = fit.contribution(x)
    ratio = fit.frame().set_index("name").loc["loss_aversion"]
    alt = (
        f"Effect of disconfirmation. A shortfall of {limit:.0f} points changes satisfaction by "
        f"{signed(effect[0])} points, an excess of {limit:.0f} by {signed(effect[-1])}: loss "
        f"aversion {ratio['estimate']:.2f}, 95% interval {ratio['low']:.2f} to "
        f"{ratio['high']:.2f}."
    )
    with canvas(height=3.9, alt=alt) as (figure, axes):
        axes.axhline(0, color=INK, linewidth=1)
        axes.axvline(0, color=INK, linewidth=1)
        axes.fill_between(x, low, high, color=BLUE, alpha=0.18, linewidth=0)
        axes.plot(x, effect, color=BLUE, label=f"estimated: λ = {ratio['estimate']:.2f}")
        if loss_aversion is not None:
            gain = fit.estimates.values[0]
            other = gain * value(x, curvature=fit.curvature, loss_aversion=loss_aversion)
            axes.plot(
                x, other, color=ORANGE, linestyle=(0, (4, 2)), label=f"with λ = {loss_aversion:g}"
            )
        axes.set_xlim(-limit, limit)
        axes.set_xlabel("Performance minus expectation, points")
        axes.set_ylabel("Effect on satisfaction,\npoints")
        axes.set_title("Effect of a shortfall and of an excess (band: 95% interval)")
        axes.legend(loc="upper left")
    return figure


def surface_figure(
    surface: ResponseSurface, expectation: ArrayLike, performance: ArrayLike
) -> Figure:
    """Draw the response surface as contours, with the observations.

    Parameters
    ----------
    surface : ResponseSurface
        From `cemlib.studies.expectation.surface.response_surface`.
    expectation, performance : array_like, shape (n,)
        Observations, drawn as dots; the surface is drawn only where there are some.
    """
    e, p = np.asarray(expectation, dtype=float), np.asarray(performance, dtype=float)
    bounds = [np.quantile(column, [0.005, 0.995]) for column in (e, p)]
    grid = list(np.meshgrid(*(np.linspace(low, high, 100) for low, high in bounds)))
    heights = _where_data_are(surface.at(*grid), grid, np.stack([e, p]))
    tests = surface.tests().set_index("name")
    alt = (
        f"Satisfaction by expectation and performance, from {heights.min():.0f} to "
        f"{heights.max():.0f} points. Along the line of agreement the slope is "
        f"{tests.loc['a1', 'estimate']:.2f}; across it, from excess to shortfall, "
        f"{tests.loc['a3', 'estimate']:.2f} with curvature {tests.loc['a4', 'estimate']:.3f}."
    ).replace("-", "−")
    with canvas(width=6.4, height=4.8, alt=alt) as (figure, axes):
        filled = axes.contourf(*grid, heights, levels=12, cmap="cividis")
        axes.scatter(e, p, s=6, color=GREY, alpha=0.55, linewidths=0)
        both = [max(bounds[0][0], bounds[1][0]), min(bounds[0][1], bounds[1][1])]
        if both[0] < both[1]:
            axes.plot(both, both, color=VERMILION, linewidth=2, label="performance = expectation")
            axes.legend(loc="upper left", facecolor="white", frameon=True, framealpha=0.9)
        axes.set_xlim(*bounds[0])
        axes.set_ylim(*bounds[1])
        guides(axes, "none")
        bar = figure.colorbar(filled, ax=axes)
        bar.set_label("Satisfaction, points (0–100)")
        axes.set_xlabel("Expectation, points (0–100)")
        axes.set_ylabel("Performance, points (0–100)")
        axes.set_title("Satisfaction by expectation and performance")
    return figure


def _where_data_are(
    heights: np.ndarray, grid: list[np.ndarray], observed: np.ndarray
) -> np.ma.MaskedArray:
    """Mask the grid outside the ellipse that contains 99% of normal data."""
    deviation = np.stack(
        [axis - centre for axis, centre in zip(grid, observed.mean(axis=1), strict=True)]
    )
    distance = np.einsum("iab,ij,jab->ab", deviation, np.linalg.inv(np.cov(observed)), deviation)
    return np.ma.masked_where(distance > 9.21, heights)  # 99% quantile of χ² with 2 df


def comparison_figure(compared: pd.DataFrame) -> Figure:
    """Draw the out-of-sample error of each model compared with the best.

    Parameters
    ----------
    compared : DataFrame
        From `cemlib.studies.expectation.disconfirmation.compare_models`.
    """
    table = compared.sort_values(
        "excess", ascending=False, ignore_index=True, kind="stable", key=significant
    )
    best = table["model"].iloc[-1]
    rest = "; ".join(f"{row.model} {row.excess:.1f}" for row in table.iloc[:-1].itertuples())
    alt = (
        f"Out of sample the {best} predicts best (root mean squared error "
        f"{table['rmse'].iloc[-1]:.1f} points). Excess mean squared error of the others: {rest}."
    )
    with canvas(height=rows_high(len(table)), alt=alt) as (figure, axes):
        colours = np.where(table["low"] > 0, VERMILION, GREY)
        colours[-1] = BLUE
        axes.hlines(
            table.index, table["low"], table["high"], colors=colours, linewidth=2.2, alpha=0.55
        )
        axes.scatter(table["excess"], table.index, c=colours, s=46, zorder=3)
        axes.axvline(0, color=INK, linewidth=1)
        axes.set_yticks(table.index, table["model"])
        axes.set_ylim(-0.6, len(table) - 0.4)
        guides(axes, "x")
        axes.set_xlabel(
            "Mean squared error minus that of the best model, points²\n"
            "(people left out of the fit; lines: 95% intervals)"
        )
        axes.set_title("Out-of-sample error of four models")
    return figure


def ratchet_figure(still: pd.DataFrame, chase: pd.DataFrame, period: str = "Year") -> Figure:
    """Draw satisfaction at the same performance, and performance for the same satisfaction.

    Parameters
    ----------
    still : DataFrame
        From `cemlib.stats.ratchet.Ratchet.standing_still`.
    chase : DataFrame
        From `cemlib.stats.ratchet.Ratchet.chase`.
    period : str
        Label of a period.
    """
    first, last = still.iloc[0], still.iloc[-1]
    alt = (
        f"With the same performance for {len(still)} periods, expectation changes from "
        f"{first['expectation']:.0f} to {last['expectation']:.0f} points and satisfaction by "
        f"{signed(last['satisfaction'] - first['satisfaction'])}. To keep satisfaction at "
        f"{chase['satisfaction'].iloc[0]:.0f}, performance has to change by "
        f"{signed(chase['more'].iloc[-1])} points."
    )
    lines = (
        ("performance", GREEN, "-", "performance"),
        ("expectation", VERMILION, (0, (4, 2)), "expectation"),
        ("satisfaction", BLUE, (0, (1, 1.5)), "satisfaction"),
    )
    names = [column for column, *_ in lines]
    values = pd.concat([still[names], chase[names]]).stack()
    with canvas(height=3.9, alt=alt, ncols=2, sharey=True) as (figure, axes):
        for axis, table, title in (
            (axes[0], still, "Same performance"),
            (axes[1], chase, "Same satisfaction"),
        ):
            for column, colour, style, label in lines:
                axis.plot(
                    table["period"], table[column], color=colour, linestyle=style, label=label,
                    marker="o", markersize=3.5,
                )  # fmt: skip
            axis.set_xlabel(period)
            axis.set_title(title)
            axis.set_xticks(table["period"][:: max(len(table) // 5, 1)])
            axis.set_ylim(values.min() - 4, values.max() + 4)
        axes[0].set_ylabel("Points (0–100)")
        name_lines(axes[1])
    return figure
