"""Figures of path models: the model with its paths, its loadings, its map of what to improve."""

from __future__ import annotations

from collections import Counter
from textwrap import wrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse, Rectangle

from cemlib.plot.importance import QUADRANT_COLOURS, name_quadrants
from cemlib.plot.marks import Names, called, dots, minus, name_points
from cemlib.plot.style import BLUE, GREY, INK, ORANGE, VERMILION, Figure, canvas, guides
from cemlib.stats.estimates import significant
from cemlib.stats.importance import crossing, importance_performance
from cemlib.studies.expectation.plots.path_layout import positions
from cemlib.studies.expectation.structural.bootstrap import PathBootstrap
from cemlib.studies.expectation.structural.fit import PathFit
from cemlib.studies.expectation.structural.fit import importance_performance as index_map
from cemlib.studies.expectation.structural.quality import reliability

_WIDTH, _BETWEEN_ROWS = 7.2, 0.52  # inches, as all lengths of the diagram
_NODE = (1.26, 0.5)
_LETTER = 0.083  # a letter of a construct's name
_ALONG = np.linspace(0.1, 0.9, 33)


def path_figure(fit: PathFit, drawn: PathBootstrap | None, names: Names) -> Figure:
    """Draw a path model with its coefficients.

    Constructs of several items are ellipses, those of one item boxes, as is usual. A construct
    stands in the row of its depth in the model.

    Parameters
    ----------
    fit : PathFit
        From `cemlib.studies.expectation.structural.fit.pls_path`.
    drawn : PathBootstrap or None
        Its resamples, for intervals.
    names : mapping of str to str
        What each construct is called in print.
    """
    table = fit.paths.rename(columns={"path": "estimate"}).assign(low=np.nan, high=np.nan)
    if drawn is not None:
        table["low"], table["high"] = drawn.paths.interval()
    table["unsure"] = (table["low"] <= 0) & (table["high"] >= 0)
    explained = fit.constructs.set_index("block")["r_squared"]
    layout = positions(fit.model)
    lines = {name: wrap(called(name, names), 15) or [name] for name in layout}
    most = max(len(parts) for parts in lines.values())
    widest = max(Counter(row for _, row in layout.values()).values())
    node = np.array([min(_NODE[0], 0.88 * _WIDTH / widest), _NODE[1] + 0.15 * (most - 1)])
    rows = {name: row for name, (_, row) in layout.items()}
    steps = Counter(
        rows[a] for a, b in zip(table["from"], table["to"], strict=True) if rows[b] == rows[a] + 1
    )
    # Many short arrows between two rows need room for their labels one below the other.
    step = node[1] + _BETWEEN_ROWS + 0.14 * max(0, max(steps.values()) - 2)
    places = {name: np.array([x * _WIDTH, -row * step]) for name, (x, row) in layout.items()}
    depth = fit.model.longest * step
    height = depth + node[1] + 1.08
    with canvas(height=height, alt=_path_words(table, explained, names)) as (figure, axes):
        axes.set_xlim(0, _WIDTH)
        axes.set_ylim(-depth - node[1] / 2 - 0.05, node[1] / 2 + 0.05)
        axes.set_aspect("equal")
        boxes = {block.name for block in fit.model.blocks if len(block.items) == 1}
        _draw_paths(axes, table, places, node, boxes)
        for block in fit.model.blocks:
            share = explained[block.name]
            words = lines[block.name] + ([] if np.isnan(share) else [f"R² {share:.2f}"])
            _draw_node(axes, places[block.name], node, words, single=block.name in boxes)
        guides(axes, "none")
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_visible(False)
        with_intervals = ", 95 % intervals; dashed: the interval holds 0" if drawn else ""
        axes.set_xlabel(
            f"On the arrows: standardised coefficients{with_intervals}.\n"
            "R²: share of variance explained (0–1). Box: measured by one question."
        )
        axes.set_title("The constructs and the paths between them")
    return figure


def _path_words(table: pd.DataFrame, explained: pd.Series, names: Names) -> str:
    def written(rows: pd.DataFrame) -> str:
        return ", ".join(
            f"{called(row['from'], names)} to {called(row['to'], names)} "
            + minus(f"{row['estimate']:.2f}")
            for _, row in rows.iterrows()
        )

    strongest = table.loc[[significant(table["estimate"].abs()).idxmax()]]
    most = significant(explained).idxmax()
    words = (
        f"Path model of {len(explained)} constructs and {len(table)} paths. Strongest: "
        f"{written(strongest)}. Best explained: {called(most, names)}, R² {explained[most]:.2f}."
    )
    if table["low"].isna().all():
        return words
    unsure = written(table[table["unsure"]])
    return f"{words} Not told from zero: {unsure or 'none'}."


def _draw_node(
    axes: Axes, place: np.ndarray, node: np.ndarray, lines: list[str], *, single: bool
) -> None:
    shape = Rectangle(tuple(place - node / 2), *node) if single else Ellipse(tuple(place), *node)
    shape.set(facecolor="white", edgecolor=INK, linewidth=1.2, zorder=3)
    axes.add_patch(shape)
    size = min(9.0, 9.0 * (node[0] - 0.14) / (_LETTER * max(map(len, lines))))
    axes.text(
        place[0], place[1], "\n".join(lines), ha="center", va="center", fontsize=size,
        linespacing=1.1, zorder=4,
    )  # fmt: skip


def _draw_paths(
    axes: Axes,
    table: pd.DataFrame,
    places: dict[str, np.ndarray],
    node: np.ndarray,
    boxes: set[str],
) -> None:
    ends = []
    for source, target in zip(table["from"], table["to"], strict=True):
        way = places[target] - places[source]
        start = places[source] + _to_edge(way, node, single=source in boxes)
        ends.append((start, places[target] - _to_edge(way, node, single=target in boxes)))
    known = table["low"].notna().all()
    size = np.array([0.86, 0.3] if known else [0.4, 0.17])
    spots = _label_spots(ends, list(places.values()), size, (size + node) / 2)
    for (start, end), spot, row in zip(ends, spots, table.itertuples(), strict=True):
        colour = GREY if row.unsure else BLUE if row.estimate > 0 else VERMILION
        axes.annotate(
            "", tuple(end), tuple(start), zorder=1,
            arrowprops={
                "arrowstyle": "-|>", "color": colour, "shrinkA": 0, "shrinkB": 0,
                "linewidth": 0.8 + 3.2 * min(abs(row.estimate), 1.0),
                "linestyle": (0, (4, 2)) if row.unsure else "solid", "mutation_scale": 11,
            },
        )  # fmt: skip
        words = minus(f"{row.estimate:.2f}")
        if known:
            words += minus(f"\n{row.low:.2f} to {row.high:.2f}")
        axes.text(
            spot[0], spot[1], words, ha="center", va="center", fontsize=8.0,
            linespacing=1.05, zorder=5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip


def _to_edge(way: np.ndarray, node: np.ndarray, *, single: bool) -> np.ndarray:
    """Return the part of a way that lies within the node it starts from."""
    share = way / (node / 2 + 0.02)
    return np.asarray(way / (np.abs(share).max() if single else np.hypot(*share)))


def _label_spots(
    ends: list[tuple[np.ndarray, np.ndarray]],
    nodes: list[np.ndarray],
    size: np.ndarray,
    reach: np.ndarray,
) -> list[np.ndarray]:
    """Return a spot on each arrow for its label, off nodes, labels and other arrows, if it can."""
    order = np.argsort([np.hypot(*(end - start)) for start, end in ends], kind="stable")
    placed: dict[int, np.ndarray] = {}
    for arrow in order:
        start, end = ends[arrow]
        spots = start + _ALONG[:, None] * (end - start)
        cost = 0.6 * np.abs(_ALONG - 0.5)
        for middle in nodes:
            cost = cost + 20 * _overlap(spots - middle, reach)
        for spot in placed.values():
            cost = cost + 8 * _overlap(spots - spot, size * 1.04)
        for other, (first, last) in enumerate(ends):
            if other != arrow:
                line = first + _ALONG[:, None] * (last - first)
                for point in line:
                    cost = cost + 0.15 * (_overlap(spots - point, size / 2) > 0)
        placed[int(arrow)] = spots[int(np.argmin(cost))]
    return [placed[arrow] for arrow in range(len(ends))]


def _overlap(away: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """Return by which share boxes overlap that are so far away, 0 where they do not."""
    inside = np.maximum(1 - np.abs(away) / reach, 0)
    return np.sqrt(inside.prod(axis=1))


def loadings_figure(fit: PathFit, drawn: PathBootstrap | None, names: Names) -> Figure:
    """Draw how each item goes with its construct, and how reliable each block is.

    Parameters
    ----------
    fit, drawn
        As for `path_figure`.
    names : mapping of str to str
        What constructs and items are called in print.
    """
    table = fit.outer.assign(estimate=fit.outer["loading"], low=np.nan, high=np.nan)
    if drawn is not None:
        table["low"], table["high"] = drawn.loadings.interval()
    quality = reliability(fit).set_index("block")
    reflective = table[(table["mode"] == "A") & (table["block"].map(quality["items"]) > 1)]
    weak = [called(item, names) for item in reflective.loc[reflective["loading"] < 0.7, "item"]]
    loose = [called(b, names) for b in quality.index[quality["ave"] < 0.5]]
    alt = (
        f"Loadings of {len(table)} items on {len(quality)} constructs. Below 0.7: "
        f"{', '.join(weak) or 'none'}. Average variance extracted below 0.5: "
        f"{', '.join(loose) or 'none'}."
    )
    # From the top: a heading a block, then its items.
    place, heads = np.empty(len(table)), {}
    height = 0
    for block, rows in table.groupby("block", sort=False).groups.items():
        heads[str(block)] = height
        place[rows] = height + 1 + np.arange(len(rows))
        height += 1 + len(rows)
    with canvas(height=1.3 + 0.245 * height, alt=alt) as (figure, axes):
        colours = [BLUE if mode == "A" else ORANGE for mode in table["mode"]]
        dots(axes, table.set_axis(place), colours)
        axes.axvline(0.7, color=GREY, linestyle=(0, (4, 3)), linewidth=1.2, zorder=1)
        axes.axvline(0, color=INK, linewidth=1)
        for block, row in heads.items():
            axes.axhspan(row - 0.5, row + 0.5, color="#f1f3f5", linewidth=0, zorder=2)
            axes.annotate(
                _block_words(quality.loc[block]), (1, row), xytext=(-4, 0), ha="right",
                va="center", xycoords=("axes fraction", "data"), textcoords="offset points",
                fontsize=8.5, color=INK,
            )  # fmt: skip
        ticks = {float(row): called(block, names) for block, row in heads.items()}
        ticks |= dict(zip(place.tolist(), [called(i, names) for i in table["item"]], strict=True))
        rows = sorted(ticks)
        axes.set_yticks(rows, [ticks[row] for row in rows])
        for label, row in zip(axes.get_yticklabels(), rows, strict=True):
            label.set_fontweight("bold" if row in heads.values() else "normal")
            label.set_fontsize(9.0)
        axes.set_ylim(height - 0.4, -0.5)
        axes.set_xlim(min(0.0, float(np.nanmin(table[["low", "loading"]])) - 0.05), 1.02)
        lines = "; lines: 95 % intervals" if drawn is not None else ""
        axes.set_xlabel(f"Loading: correlation with the construct (0–1)\nUsual bound 0.7{lines}")
        axes.set_title("How well the questions measure")
    return figure


def _block_words(quality: pd.Series) -> str:
    if quality["mode"] == "B":
        return "formative: its items need not agree"
    if quality["items"] == 1:
        return "one item"
    return f"α {quality['alpha']:.2f}   ρc {quality['rho_c']:.2f}   AVE {quality['ave']:.2f}"


def index_map_figure(
    fit: PathFit, drawn: PathBootstrap | None, target: str, names: Names
) -> Figure:
    """Draw the importance of each construct for one of them against its index.

    The axes cross at the means over the constructs.

    Parameters
    ----------
    fit, drawn
        As for `path_figure`, with a scale.
    target : str
        The construct to be raised.
    names : mapping of str to str
        What each construct is called in print.
    """
    table = index_map(fit, target)
    needed, given = table["importance_points"].to_numpy(), table["index"].to_numpy()
    quadrant = importance_performance(needed, given)
    cuts = [float(level[0]) for level in crossing(needed, given)]
    labels = [called(block, names) for block in table["block"]]
    goal = called(target, names)
    first = int(np.argmax(needed))
    urgent = [name for name, where in zip(labels, quadrant, strict=True) if where == 0]
    alt = (
        f"Importance–performance map of {len(table)} constructs for {goal}. A point of "
        f"{labels[first]} is worth most: {minus(f'{needed[first]:.2f}')} points of {goal}. "
        f"Important and below the mean index: {', '.join(urgent) or 'none'}."
    )
    with canvas(height=5.0, alt=alt) as (figure, axes):
        if len(table) > 1:
            axes.axhline(cuts[0], color=GREY, linewidth=1)
            axes.axvline(cuts[1], color=GREY, linewidth=1)
            name_quadrants(axes)
        colours = [QUADRANT_COLOURS[where] for where in quadrant]
        if drawn is not None and drawn.importance_points is not None and drawn.index is not None:
            rows = [drawn.importance_points.names.index(f"{b} → {target}") for b in table["block"]]
            low, high = (end[rows] for end in drawn.importance_points.interval())
            axes.vlines(given, low, high, colors=colours, linewidth=1.6, alpha=0.45)
            columns = [drawn.index.names.index(block) for block in table["block"]]
            low, high = (end[columns] for end in drawn.index.interval())
            axes.hlines(needed, low, high, colors=colours, linewidth=1.6, alpha=0.45)
        axes.scatter(given, needed, s=52, c=colours, zorder=3)
        axes.margins(0.12, 0.1)
        name_points(axes, given, needed, labels)
        guides(axes, "none")
        axes.set_xlabel("Performance: index, points (0–100)")
        axes.set_ylabel(f"Importance: points of {goal}\na point of the index")
        axes.set_title(f"Where a point does most for {goal}")
    return figure
