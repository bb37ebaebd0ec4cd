"""Figures of path models: path diagram, loadings and importance–performance map."""

from __future__ import annotations

from collections import Counter
from textwrap import wrap
from unicodedata import east_asian_width

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
_LONG_NODE = 2.3  # inches, for names that take more lines than fit into a usual one
_MAX_LINES, _LONG = 4, 44  # lines of a name; columns from which a name is long
_LETTER = 0.083  # width of a letter in a construct's name
_ALONG = np.linspace(0.1, 0.9, 33)


def path_figure(fit: PathFit, resamples: PathBootstrap | None, names: Names) -> Figure:
    """Draw a path model with its coefficients.

    By convention constructs of several items are ellipses, those of one item boxes. The row of a
    construct is its depth in the model.

    Parameters
    ----------
    fit : PathFit
        From `cemlib.studies.expectation.structural.fit.pls_path`.
    resamples : PathBootstrap or None
        Its resamples, for intervals.
    names : mapping of str to str
        Labels of the constructs.
    """
    table = fit.paths.rename(columns={"path": "estimate"}).assign(low=np.nan, high=np.nan)
    if resamples is not None:
        table["low"], table["high"] = resamples.paths.interval()
    table["unsure"] = (table["low"] <= 0) & (table["high"] >= 0)
    explained = fit.constructs.set_index("block")["r_squared"]
    layout = positions(fit.model)
    lines = {name: _wrapped(called(name, names), 15) for name in layout}
    width = _NODE[0]
    if max(map(len, lines.values())) > _MAX_LINES:
        lines = {name: _wrapped(called(name, names), 28) for name in layout}
        width = _LONG_NODE
    max_lines = max(len(parts) for parts in lines.values())
    widest = max(Counter(row for _, row in layout.values()).values())
    node = np.array([min(width, 0.88 * _WIDTH / widest), _NODE[1] + 0.15 * (max_lines - 1)])
    rows = {name: row for name, (_, row) in layout.items()}
    steps = Counter(
        rows[a] for a, b in zip(table["from"], table["to"], strict=True) if rows[b] == rows[a] + 1
    )
    # Labels of many short arrows between two rows need room one below the other.
    step = node[1] + _BETWEEN_ROWS + 0.14 * max(0, max(steps.values()) - 2)
    centres = {name: np.array([x * _WIDTH, -row * step]) for name, (x, row) in layout.items()}
    depth = fit.model.longest * step
    height = depth + node[1] + 1.08
    with canvas(height=height, alt=_path_words(table, explained, names)) as (figure, axes):
        axes.set_xlim(0, _WIDTH)
        axes.set_ylim(-depth - node[1] / 2 - 0.05, node[1] / 2 + 0.05)
        axes.set_aspect("equal")
        boxes = {block.name for block in fit.model.blocks if len(block.items) == 1}
        _draw_paths(axes, table, centres, node, boxes)
        for block in fit.model.blocks:
            share = explained[block.name]
            words = "" if np.isnan(share) else f"R² {share:.2f}"
            single = block.name in boxes
            _draw_node(axes, centres[block.name], node, lines[block.name], words, single=single)
        guides(axes, "none")
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_visible(False)
        with_intervals = ", 95% intervals; dashed: the interval includes 0" if resamples else ""
        axes.set_xlabel(
            f"On the arrows: standardised coefficients{with_intervals}.\n"
            "R²: share of variance explained (0–1). Box: measured by one question."
        )
        axes.set_title("Constructs and paths between them")
    return figure


def _path_words(table: pd.DataFrame, explained: pd.Series, names: Names) -> str:
    def written(rows: pd.DataFrame) -> str:
        return ", ".join(
            f"{called(row['from'], names)} to {called(row['to'], names)} "
            + minus(f"{row['estimate']:.2f}")
            for _, row in rows.iterrows()
        )

    strongest = table.loc[[significant(table["estimate"].abs()).idxmax()]]
    best = significant(explained).idxmax()
    words = (
        f"Path model of {len(explained)} constructs and {len(table)} paths. Strongest: "
        f"{written(strongest)}. Best explained: {called(best, names)}, R² {explained[best]:.2f}."
    )
    if table["low"].isna().all():
        return words
    unsure = written(table[table["unsure"]])
    return f"{words} Interval includes 0: {unsure or 'none'}."


def _draw_node(
    axes: Axes,
    centre: np.ndarray,
    node: np.ndarray,
    lines: list[str],
    share: str,
    *,
    single: bool,
) -> None:
    shape = Rectangle(tuple(centre - node / 2), *node) if single else Ellipse(tuple(centre), *node)
    shape.set(facecolor="white", edgecolor=INK, linewidth=1.2, zorder=3)
    axes.add_patch(shape)
    fitting = lines if len(lines) > _MAX_LINES - 1 else [*lines, *filter(None, [share])]
    size = min(9.0, 9.0 * (node[0] - 0.14) / (_LETTER * max(map(_columns, fitting))))
    apart = fitting is lines and bool(share)  # a text of a figure has at most four lines
    axes.text(
        centre[0], centre[1] + 0.07 * apart, "\n".join(fitting), ha="center", va="center",
        fontsize=size, linespacing=1.1, zorder=4,
    )  # fmt: skip
    if apart:
        below = centre[1] + 0.07 - 0.075 * (len(lines) + 1) * size / 9.0
        axes.text(centre[0], below, share, ha="center", va="center", fontsize=size, zorder=4)


def _wrapped(name: str, columns: int) -> list[str]:
    """Return a name in lines of so many columns; a Chinese character takes two."""
    letters = max(int(columns * len(name) / max(_columns(name), 1)), 1)
    return wrap(name, letters) or [name]


def _columns(text: str) -> int:
    return sum(1 + (east_asian_width(sign) in "WF") for sign in text)


def _draw_paths(
    axes: Axes,
    table: pd.DataFrame,
    centres: dict[str, np.ndarray],
    node: np.ndarray,
    boxes: set[str],
) -> None:
    arrows = []
    for source, target in zip(table["from"], table["to"], strict=True):
        vector = centres[target] - centres[source]
        start = centres[source] + _to_edge(vector, node, single=source in boxes)
        arrows.append((start, centres[target] - _to_edge(vector, node, single=target in boxes)))
    has_intervals = table["low"].notna().all()
    size = np.array([0.86, 0.3] if has_intervals else [0.4, 0.17])
    spots = _label_spots(arrows, list(centres.values()), size, (size + node) / 2)
    for (start, end), spot, row in zip(arrows, spots, table.itertuples(), strict=True):
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
        if has_intervals:
            words += minus(f"\n{row.low:.2f} to {row.high:.2f}")
        axes.text(
            spot[0], spot[1], words, ha="center", va="center", fontsize=8.0,
            linespacing=1.05, zorder=5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip


def _to_edge(vector: np.ndarray, node: np.ndarray, *, single: bool) -> np.ndarray:
    """Return the part of a vector inside the node that it starts from."""
    share = vector / (node / 2 + 0.02)
    return np.asarray(vector / (np.abs(share).max() if single else np.hypot(*share)))


def _label_spots(
    arrows: list[tuple[np.ndarray, np.ndarray]],
    nodes: list[np.ndarray],
    size: np.ndarray,
    clearance: np.ndarray,
) -> list[np.ndarray]:
    """Return a spot on each arrow for its label, away from nodes, labels and other arrows."""
    order = np.argsort([np.hypot(*(end - start)) for start, end in arrows], kind="stable")
    placed: dict[int, np.ndarray] = {}
    for arrow in order:
        start, end = arrows[arrow]
        spots = start + _ALONG[:, None] * (end - start)
        cost = 0.6 * np.abs(_ALONG - 0.5)
        for middle in nodes:
            cost = cost + 20 * _overlap(spots - middle, clearance)
        for spot in placed.values():
            cost = cost + 8 * _overlap(spots - spot, size * 1.04)
        for other, (first, last) in enumerate(arrows):
            if other != arrow:
                line = first + _ALONG[:, None] * (last - first)
                for point in line:
                    cost = cost + 0.15 * (_overlap(spots - point, size / 2) > 0)
        placed[int(arrow)] = spots[int(np.argmin(cost))]
    return [placed[arrow] for arrow in range(len(arrows))]


def _overlap(distance: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return the share by which boxes of a size overlap at a distance, 0 if they do not."""
    inside = np.maximum(1 - np.abs(distance) / size, 0)
    return np.sqrt(inside.prod(axis=1))


def loadings_figure(fit: PathFit, resamples: PathBootstrap | None, names: Names) -> Figure:
    """Draw the loading of each item, and the reliability of each block.

    Parameters
    ----------
    fit, resamples
        As for `path_figure`.
    names : mapping of str to str
        Labels of constructs and items.
    """
    table = fit.outer.assign(estimate=fit.outer["loading"], low=np.nan, high=np.nan)
    if resamples is not None:
        table["low"], table["high"] = resamples.loadings.interval()
    quality = reliability(fit).set_index("block")
    reflective = table[(table["mode"] == "A") & (table["block"].map(quality["items"]) > 1)]
    weak = [called(item, names) for item in reflective.loc[reflective["loading"] < 0.7, "item"]]
    low_ave = [called(b, names) for b in quality.index[quality["ave"] < 0.5]]
    alt = (
        f"Loadings of {len(table)} items on {len(quality)} constructs. Below 0.7: "
        f"{', '.join(weak) or 'none'}. Average variance extracted below 0.5: "
        f"{', '.join(low_ave) or 'none'}."
    )
    # From the top: a heading per block, then its items.
    item_rows = np.empty(len(table))
    headings = {}
    height = 0
    for block, rows in table.groupby("block", sort=False).groups.items():
        headings[str(block)] = height
        item_rows[rows] = height + 1 + np.arange(len(rows))
        height += 1 + len(rows)
    longest = max(_columns(called(name, names)) for name in [*table["item"], *headings])
    per_row = 0.245 if longest <= _LONG else min(0.25 * np.ceil(longest / 30), 0.8)
    with canvas(height=1.7 + per_row * height, alt=alt) as (figure, axes):
        colours = [BLUE if mode == "A" else ORANGE for mode in table["mode"]]
        dots(axes, table.set_axis(item_rows), colours)
        axes.axvline(0.7, color=GREY, linestyle=(0, (4, 3)), linewidth=1.2, zorder=1)
        axes.axvline(0, color=INK, linewidth=1)
        for block, row in headings.items():
            axes.axhspan(row - 0.5, row + 0.5, color="#f1f3f5", linewidth=0, zorder=2)
            axes.annotate(
                _block_words(quality.loc[block]), (1, row), xytext=(-4, 0), ha="right",
                va="center", xycoords=("axes fraction", "data"), textcoords="offset points",
                fontsize=8.5, color=INK,
            )  # fmt: skip
        ticks = {float(row): called(block, names) for block, row in headings.items()}
        ticks |= dict(
            zip(item_rows.tolist(), [called(i, names) for i in table["item"]], strict=True)
        )
        rows = sorted(ticks)
        axes.set_yticks(rows, [ticks[row] for row in rows])
        for label, row in zip(axes.get_yticklabels(), rows, strict=True):
            label.set_fontweight("bold" if row in headings.values() else "normal")
            label.set_fontsize(9.0)
        axes.set_ylim(height - 0.4, -0.5)
        axes.set_xlim(min(0.0, float(np.nanmin(table[["low", "loading"]])) - 0.05), 1.02)
        lines = "; lines: 95% intervals" if resamples is not None else ""
        axes.set_xlabel(
            f"Loading: correlation with the construct (0–1)\nDashed: usual minimum, 0.7{lines}\n"
            "α: Cronbach’s alpha. ρc: composite reliability.\nAVE: average variance extracted"
        )
        axes.set_title("Loadings of the items, and reliability of the constructs")
    return figure


def _block_words(quality: pd.Series) -> str:
    if quality["mode"] == "B":
        return "formative: its items need not correlate"
    if quality["items"] == 1:
        return "one item"
    return f"α {quality['alpha']:.2f}   ρc {quality['rho_c']:.2f}   AVE {quality['ave']:.2f}"


def index_map_figure(
    fit: PathFit, resamples: PathBootstrap | None, target: str, names: Names
) -> Figure:
    """Draw the importance of each construct for the target against its index.

    The axes cross at the means over the constructs.

    Parameters
    ----------
    fit, resamples
        As for `path_figure`, with a scale.
    target : str
        The construct to be improved.
    names : mapping of str to str
        Labels of the constructs.
    """
    table = index_map(fit, target)
    importance = table["importance_points"].to_numpy()
    performance = table["index"].to_numpy()
    quadrant = importance_performance(importance, performance)
    cuts = [float(level[0]) for level in crossing(importance, performance)]
    labels = [called(block, names) for block in table["block"]]
    goal = called(target, names)
    first = int(np.argmax(importance))
    urgent = [name for name, where in zip(labels, quadrant, strict=True) if where == 0]
    alt = (
        f"Importance–performance map of {len(table)} constructs for {goal}. One point of "
        f"{labels[first]} has the largest effect, {minus(f'{importance[first]:.2f}')} points of "
        f"{goal}. Important and below the mean index: {', '.join(urgent) or 'none'}."
    )
    with canvas(height=5.0, alt=alt) as (figure, axes):
        if len(table) > 1:
            axes.axhline(cuts[0], color=GREY, linewidth=1)
            axes.axvline(cuts[1], color=GREY, linewidth=1)
            name_quadrants(axes)
        colours = [QUADRANT_COLOURS[where] for where in quadrant]
        if resamples is not None and resamples.importance_points and resamples.index:
            effects = resamples.importance_points
            rows = [effects.names.index(f"{block} → {target}") for block in table["block"]]
            low, high = (bound[rows] for bound in effects.interval())
            axes.vlines(performance, low, high, colors=colours, linewidth=1.6, alpha=0.45)
            columns = [resamples.index.names.index(block) for block in table["block"]]
            low, high = (bound[columns] for bound in resamples.index.interval())
            axes.hlines(importance, low, high, colors=colours, linewidth=1.6, alpha=0.45)
        axes.scatter(performance, importance, s=52, c=colours, zorder=3)
        axes.margins(0.12, 0.1)
        if max(map(_columns, labels)) > _LONG // 2:
            labels = ["\n".join(_wrapped(label, _LONG // 2)) for label in labels]
        name_points(axes, performance, importance, labels)
        guides(axes, "none")
        if _columns(goal) > _LONG:
            target_lines = "\n".join(_wrapped(f"Target: {goal}", 70))
            axes.set_xlabel(f"Performance: index, points (0–100)\n{target_lines}")
            goal = "the target"
        else:
            axes.set_xlabel("Performance: index, points (0–100)")
        axes.set_ylabel(f"Importance: points of {goal}\nper point of the index")
        axes.set_title(f"Importance for {goal} and performance")
    return figure
