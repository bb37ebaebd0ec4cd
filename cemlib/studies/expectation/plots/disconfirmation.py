"""Figures of satisfaction against what was expected."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib.plot.marks import rows_high, signed
from cemlib.plot.style import BLUE, GREY, INK, ORANGE, VERMILION, Figure, canvas, guides
from cemlib.stats.estimates import significant
from cemlib.stats.value_function import value
from cemlib.studies.expectation.disconfirmation import KinkedValue
from cemlib.studies.expectation.response_surface import ResponseSurface


def worth_figure(
    fit: KinkedValue, reach: float = 30.0, loss_aversion: float | None = None
) -> Figure:
    """Draw what an excess and a shortfall are felt to be worth.

    Parameters
    ----------
    fit : KinkedValue
        From `cemlib.studies.expectation.disconfirmation.kinked_value`.
    reach : float
        Largest disconfirmation to draw, either way, points.
    loss_aversion : float, optional
        A λ to compare with, say that of gambles: the same gain with that shortfall.
    """
    x = np.linspace(-reach, reach, 121)
    worth, low, high = fit.worth(x)
    ratio = fit.frame().set_index("name").loc["loss_aversion"]
    alt = (
        f"Felt worth of disconfirmation. A shortfall of {reach:.0f} points moves satisfaction by "
        f"{signed(worth[0])} points, an excess of {reach:.0f} by {signed(worth[-1])}: loss "
        f"aversion {ratio['estimate']:.2f}, 95 % interval {ratio['low']:.2f} to "
        f"{ratio['high']:.2f}."
    )
    with canvas(height=3.9, alt=alt) as (figure, axes):
        axes.axhline(0, color=INK, linewidth=1)
        axes.axvline(0, color=INK, linewidth=1)
        axes.fill_between(x, low, high, color=BLUE, alpha=0.18, linewidth=0)
        axes.plot(x, worth, color=BLUE, label=f"estimated: λ = {ratio['estimate']:.2f}")
        if loss_aversion is not None:
            gain = fit.estimates.values[0]
            other = gain * value(x, curvature=fit.curvature, loss_aversion=loss_aversion)
            axes.plot(
                x, other, color=ORANGE, linestyle=(0, (4, 2)), label=f"with λ = {loss_aversion:g}"
            )
        axes.set_xlim(-reach, reach)
        axes.set_xlabel("What came less what was expected, points")
        axes.set_ylabel("Adds to satisfaction,\npoints")
        axes.set_title("A shortfall weighs more than an excess")
        axes.legend(loc="upper left")
    return figure


def surface_figure(
    surface: ResponseSurface, expectation: ArrayLike, performance: ArrayLike
) -> Figure:
    """Draw the response surface as contours over what was seen.

    Parameters
    ----------
    surface : ResponseSurface
        From `cemlib.studies.expectation.response_surface.response_surface`.
    expectation, performance : array_like, shape (n,)
        What was observed, drawn as dots; the surface is drawn only where it rests on them.
    """
    e, p = np.asarray(expectation, dtype=float), np.asarray(performance, dtype=float)
    ends = [np.quantile(column, [0.005, 0.995]) for column in (e, p)]
    grid = list(np.meshgrid(*(np.linspace(low, high, 100) for low, high in ends)))
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
        both = [max(ends[0][0], ends[1][0]), min(ends[0][1], ends[1][1])]
        if both[0] < both[1]:
            axes.plot(both, both, color=VERMILION, linewidth=2, label="expectation met")
            axes.legend(loc="upper left", facecolor="white", frameon=True, framealpha=0.9)
        axes.set_xlim(*ends[0])
        axes.set_ylim(*ends[1])
        guides(axes, "none")
        bar = figure.colorbar(filled, ax=axes)
        bar.set_label("Satisfaction, points (0–100)")
        axes.set_xlabel("Expectation, points (0–100)")
        axes.set_ylabel("Performance, points (0–100)")
        axes.set_title("Response surface")
    return figure


def _where_data_are(
    heights: np.ndarray, grid: list[np.ndarray], seen: np.ndarray
) -> np.ma.MaskedArray:
    """Mask what lies outside the ellipse that holds 99 % of normal data."""
    away = np.stack([axis - centre for axis, centre in zip(grid, seen.mean(axis=1), strict=True)])
    distance = np.einsum("iab,ij,jab->ab", away, np.linalg.inv(np.cov(seen)), away)
    return np.ma.masked_where(distance > 9.21, heights)


def comparison_figure(compared: pd.DataFrame) -> Figure:
    """Draw how far each model is behind the best, on people it has not seen.

    Parameters
    ----------
    compared : DataFrame
        From `cemlib.studies.expectation.disconfirmation.compare_models`.
    """
    table = compared.sort_values(
        "behind", ascending=False, ignore_index=True, kind="stable", key=significant
    )
    best = table["model"].iloc[-1]
    rest = "; ".join(f"{row.model} {row.behind:.1f}" for row in table.iloc[:-1].itertuples())
    alt = (
        f"Out of sample the {best} predicts best (off by {table['rmse'].iloc[-1]:.1f} points). "
        f"More squared error than that: {rest}."
    )
    with canvas(height=rows_high(len(table)), alt=alt) as (figure, axes):
        colours = np.where(table["low"] > 0, VERMILION, GREY)
        colours[-1] = BLUE
        axes.hlines(
            table.index, table["low"], table["high"], colors=colours, linewidth=2.2, alpha=0.55
        )
        axes.scatter(table["behind"], table.index, c=colours, s=46, zorder=3)
        axes.axvline(0, color=INK, linewidth=1)
        axes.set_yticks(table.index, table["model"])
        axes.set_ylim(-0.6, len(table) - 0.4)
        guides(axes, "x")
        axes.set_xlabel("Mean squared error more than the best, points²\n(people left out)")
        axes.set_title("Which model predicts whom it has not seen")
    return figure
