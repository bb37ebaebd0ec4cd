"""Path models of satisfaction by partial least squares, from answers or from moments alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import Floats, significant
from cemlib.studies.expectation.structural.effects import inner_paths, total_effects
from cemlib.studies.expectation.structural.index import ItemScale, Scale, index_weights, item_scale
from cemlib.studies.expectation.structural.model import PathModel, parse_model
from cemlib.studies.expectation.structural.moments import Answers, Missing, Moments, read_answers
from cemlib.studies.expectation.structural.weights import Scheme, composites, regular


@dataclass(frozen=True)
class PathFit:
    """An estimated path model; constructs and items are in the model's order.

    Attributes
    ----------
    model : PathModel
        J blocks with p items.
    moments : Moments
        Moments that it was estimated from; ``moments.n`` rows.
    answers : Answers or None
        The answers behind the moments; None for a fit to moments alone.
    item_scale : ItemScale or None
        Lowest and highest answer of each item, if known.
    scheme : {"path", "factor", "centroid"}
        Inner weighting.
    standardised : bool
        Whether items were standardised or in their own units.
    tolerance, max_iterations
        Stopping rule of the iteration.
    iterations : int
        Iterations until no weight changed.
    outer : DataFrame
        A row per item: block, item, mode (A or B), weight (for standardised items, or for items in
        their own units; the composite has variance 1), loading (correlation with the composite).
    paths : DataFrame
        A row per path: from, to, path (standardised coefficient).
    constructs : DataFrame
        A row per block: block, r_squared, adjusted_r_squared (missing without sources), index
        (mean on 0–100) and index_sd (both missing without a scale).
    effects : DataFrame
        A row per pair of constructs with a route between them: from, to, direct, indirect, total.
    correlations : DataFrame, shape (J, J)
        Between composites.
    cross_loadings : DataFrame, shape (p, J)
        Correlations of items with composites.
    scores : DataFrame or None
        Composites of each row used, mean 0 and variance 1; None for a fit to moments alone.
    index_scores : DataFrame or None
        The same on 0–100; None also without a scale.
    """

    model: PathModel
    moments: Moments
    answers: Answers | None
    item_scale: ItemScale | None
    scheme: Scheme
    standardised: bool
    tolerance: float
    max_iterations: int
    iterations: int
    outer: pd.DataFrame
    paths: pd.DataFrame
    constructs: pd.DataFrame
    effects: pd.DataFrame
    correlations: pd.DataFrame
    cross_loadings: pd.DataFrame
    scores: pd.DataFrame | None
    index_scores: pd.DataFrame | None

    @property
    def missing(self) -> str:
        """How missing values were treated, in a phrase.

        Examples
        --------
        >>> data = pd.DataFrame({"x": [1.0, 2, 3, 5, None], "y": [1.0, 3, 3, 4, 5]})
        >>> pls_path(data, "X =~ x" + chr(10) + "Y =~ y" + chr(10) + "Y ~ X").missing
        'listwise: 1 of 5 rows left out'
        """
        if self.answers is None or not self.answers.incomplete:
            return "none"
        dropped = int((~self.answers.kept).sum())
        return f"{self.answers.missing}: {dropped} of {len(self.answers.kept)} rows left out"

    def strongest(self, target: str) -> pd.Series:
        """Return the path to a construct with the largest absolute coefficient: from, to, path.

        Raises
        ------
        ValueError
            If no path leads to the target.
        """
        checks.one_of("target", target, list(dict.fromkeys(self.paths["to"])))
        rows = self.paths[self.paths["to"] == target]
        # Sorted to the digits that hold on every processor, so that ties do not depend on it.
        rows = rows.sort_values("path", key=lambda path: significant(path.abs()), kind="stable")
        return rows.iloc[-1]

    def r_squared(self, target: str) -> float:
        """Return the share of the variance of a construct that its sources explain."""
        return float(self.constructs.set_index("block")["r_squared"][target])


def matching_decimals(paths: pd.DataFrame, published: pd.DataFrame) -> int:
    """Return to how many decimals all paths agree with published ones.

    Parameters
    ----------
    paths : DataFrame
        from, to, path.
    published : DataFrame
        from, to, standardised: the same paths.

    Examples
    --------
    >>> ours = pd.DataFrame({"from": ["A"], "to": ["B"], "path": [0.50004]})
    >>> theirs = pd.DataFrame({"from": ["A"], "to": ["B"], "standardised": [0.5]})
    >>> matching_decimals(ours, theirs)
    4
    """
    both = published.merge(paths, on=["from", "to"])
    largest = float((both["path"] - both["standardised"]).abs().max())
    return int(np.floor(-np.log10(2 * max(largest, 1e-12))))


def pls_path(
    data: pd.DataFrame | Moments,
    model: PathModel | str,
    *,
    scheme: Scheme = "path",
    standardised: bool = True,
    missing: Missing = "listwise",
    scale: Scale | None = None,
    tolerance: float = 1e-9,
    max_iterations: int = 300,
) -> PathFit:
    """Estimate a path model by partial least squares.

    Weights as in `cemlib.studies.expectation.structural.weights.composites`; paths are
    least-squares slopes among the composites. A composite's sign is not identified; it is chosen so
    that the sum of its correlations with its own items is not negative. With items in their own
    units (`standardised` false), items that vary more weigh more; loadings and paths are
    standardised in any case.

    Parameters
    ----------
    data : DataFrame or Moments
        A row per respondent and a column per item (other columns are ignored), or moments.
    model : PathModel or str
        The model, or its text: see `cemlib.studies.expectation.structural.model.parse_model`.
    scheme : {"path", "factor", "centroid"}
        Inner weighting.
    standardised : bool
        Whether to standardise items.
    missing : {"construct", "listwise", "pairwise"}
        Treatment of missing values: see
        `cemlib.studies.expectation.structural.moments.read_answers`.
    scale : tuple of float, or mapping of str to tuple of float, optional
        Lowest and highest possible answer, for all items or for each; an index needs it.
    tolerance, max_iterations
        Stopping rule of the iteration: see `composites`.

    Returns
    -------
    PathFit

    Raises
    ------
    ValueError
        If the model or the data cannot be used (an item missing, constant, or outside its scale;
        fewer rows than items), a formative block or the sources of a construct are collinear, or
        the weights do not converge.

    References
    ----------
    Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005), *Computational Statistics & Data Analysis*
    48:159–205.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=200)
    >>> y = 0.5 * x + rng.normal(size=200)
    >>> data = pd.DataFrame({"x": x, "y1": y + rng.normal(size=200), "y2": y})
    >>> fit = pls_path(data, "X =~ x" + chr(10) + "Y =~ y1 + y2" + chr(10) + "Y ~ X")
    >>> fit.paths.round(2)
      from to  path
    0    X  Y  0.51
    """
    design = parse_model(model) if isinstance(model, str) else model
    if isinstance(data, Moments):
        answers, moments = None, data.select(design.items)
    else:
        answers = read_answers(data, design.items, missing, design.block_of_item)
        moments = answers.moments()
    checks.between("n", moments.n, len(design.items), whole=True)
    ranges = item_scale(scale, moments, None if answers is None else answers.values)
    matrix = moments.correlations if standardised else moments.covariance
    solved = composites(
        matrix[None], design, scheme=scheme, tolerance=tolerance, max_iterations=max_iterations
    )
    direct, r_squared = inner_paths(solved.correlations, design)
    if not (solved.converged.all() and np.isfinite(direct).all()):
        raise _failure(matrix[None], design, max_iterations)
    names, block = list(design.names), design.block_of_item
    crossed = solved.covariances[0] / np.sqrt(np.diagonal(matrix))[:, None]
    weights = solved.weights[0] / (moments.sds if standardised else 1.0)
    index = sds = np.full(len(names), np.nan)
    index_scores = None
    if ranges is not None:
        shares, sds = (part[0] for part in index_weights(weights[None], block, ranges))
        index = _composed(ranges.points(moments.means)[None], shares, block)[0]
        if answers is not None:
            points = _composed(ranges.points(answers.values), shares, block)
            index_scores = pd.DataFrame(points, answers.rows, names)
    scores = None
    if answers is not None:
        centred = _composed(answers.values - moments.means, weights, block)
        scores = pd.DataFrame(centred, answers.rows, names)
    sources = np.array([len(design.sources(name)) for name in names])
    return PathFit(
        model=design,
        moments=moments,
        answers=answers,
        item_scale=ranges,
        scheme=scheme,
        standardised=standardised,
        tolerance=tolerance,
        max_iterations=max_iterations,
        iterations=int(solved.iterations[0]),
        outer=pd.DataFrame(
            {
                "block": [names[number] for number in block],
                "item": list(design.items),
                "mode": ["B" if design.blocks[number].formative else "A" for number in block],
                "weight": solved.weights[0],
                "loading": crossed[np.arange(len(block)), block],
            }
        ),
        paths=_path_frame(direct[0], design),
        constructs=pd.DataFrame(
            {
                "block": names,
                "r_squared": r_squared[0],
                "adjusted_r_squared": _adjusted(r_squared[0], moments.n, sources),
                "index": index,
                "index_sd": sds,
            }
        ),
        effects=_effect_frame(direct[0], design),
        correlations=pd.DataFrame(solved.correlations[0], names, names),
        cross_loadings=pd.DataFrame(crossed, list(design.items), names),
        scores=scores,
        index_scores=index_scores,
    )


def importance_performance(fit: PathFit, target: str) -> pd.DataFrame:
    """Return importance for one construct and performance of all constructs that lead to it.

    Parameters
    ----------
    fit : PathFit
        From `pls_path`, with a scale.
    target : str
        A construct with a path to it.

    Returns
    -------
    DataFrame
        A row per construct: block, importance (standardised total effect), importance_points
        (points of the target's index per point of this construct's), index (mean, 0–100).

    Raises
    ------
    ValueError
        If the target has no source, or the fit has no index.

    References
    ----------
    Ringle & Sarstedt (2016), *Industrial Management & Data Systems* 116(9):1865–1886.

    Examples
    --------
    >>> moments = Moments(("x", "y"), np.array([4.0, 6]), np.ones(2), np.eye(2) / 2 + 0.5, 30)
    >>> text = "X =~ x" + chr(10) + "Y =~ y" + chr(10) + "Y ~ X"
    >>> importance_performance(pls_path(moments, text, scale=(1, 7)), "Y")
      block  importance  importance_points  index
    0     X         0.5                0.5   50.0
    """
    explained = [name for name in fit.model.names if fit.model.sources(name)]
    checks.one_of("target", target, explained)
    if fit.item_scale is None:
        raise checks.invalid_argument(
            "scale of the fit", None, "a scale passed to pls_path, without which there is no index"
        )
    rows = fit.effects[fit.effects["to"] == target]
    by_block = fit.constructs.set_index("block")
    sources = by_block.loc[rows["from"]]
    total = rows["total"].to_numpy()
    return pd.DataFrame(
        {
            "block": rows["from"].to_numpy(),
            "importance": total,
            "importance_points": total * by_block["index_sd"][target] / sources["index_sd"].array,
            "index": sources["index"].to_numpy(),
        }
    )


def _composed(values: Floats, weights: Floats, block: np.ndarray) -> Floats:
    """Add up weighted items block by block, (n, J); missing where an item is."""
    starts = np.flatnonzero(np.diff(block, prepend=-1))
    return np.add.reduceat(values * weights, starts, axis=1)


def _adjusted(r_squared: Floats, n: int, sources: np.ndarray) -> Floats:
    degrees = n - sources - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(degrees > 0, (n - 1) / degrees, np.nan)
    return 1 - (1 - r_squared) * factor


def _path_frame(direct: Floats, model: PathModel) -> pd.DataFrame:
    index = model.names.index
    rows = [(p.source, p.target, direct[index(p.source), index(p.target)]) for p in model.paths]
    return pd.DataFrame(rows, columns=["from", "to", "path"])


def _effect_frame(direct: Floats, model: PathModel) -> pd.DataFrame:
    total = total_effects(direct, model.longest)
    rows = [
        (model.names[i], model.names[j], direct[i, j], total[i, j] - direct[i, j], total[i, j])
        for i, j in model.routes
    ]
    return pd.DataFrame(rows, columns=["from", "to", "direct", "indirect", "total"])


def _failure(matrix: Floats, model: PathModel, max_iterations: int) -> ValueError:
    """Return the error that says why a model could not be estimated."""
    for number, block in enumerate(model.blocks):
        items = model.block_of_item == number
        if block.formative and not regular(matrix[:, items][:, :, items])[0]:
            return ValueError(
                f"items of the formative block {block.name!r} are collinear: one is a sum of "
                "others; leave it out, or make the block reflective ('=~')"
            )
    solved = composites(matrix, model, scheme="factor")
    direct, _ = inner_paths(solved.correlations, model)
    for number, name in enumerate(model.names):
        if solved.converged[0] and np.isnan(direct[0, :, number]).any():
            return ValueError(
                f"sources of {name!r} ({', '.join(model.sources(name))}) are collinear: one is a "
                "sum of others; leave out a path or join two blocks"
            )
    return ValueError(
        f"the weights do not converge with max_iterations={max_iterations}; raise max_iterations "
        "or tolerance, or try another scheme"
    )
