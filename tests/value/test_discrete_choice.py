"""The conditional logit agrees with statsmodels, and so do willingness to pay and price curves."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.discrete.conditional_models import ConditionalLogit

from cemlib.studies.value.delivery import Delivery, delivery_shares, price_curve
from cemlib.studies.value.discrete_choice import (
    ChoiceModel,
    attributes_of,
    by_segment,
    choice_model,
    conditional_logit,
    willingness_to_pay,
)


def simulated(rng, respondents=60, tasks=8, alternatives=3, beta=(-0.25, -0.9)):
    frame = pd.DataFrame(
        np.stack(np.indices((respondents, tasks, alternatives)), -1).reshape(-1, 3),
        columns=["respondent", "task", "alternative"],
    )
    frame["price"] = rng.choice([0.0, 4, 8, 12, 18], len(frame))
    frame["days"] = rng.choice([1.0, 2, 3, 5], len(frame))
    utility = frame[["price", "days"]].to_numpy() @ np.array(beta) + rng.gumbel(size=len(frame))
    best = utility.reshape(-1, alternatives).argmax(axis=1)
    frame["chosen"] = (np.arange(alternatives) == best[:, None]).ravel().astype(float)
    frame["segment"] = np.where(frame["respondent"] % 2, "odd", "even")
    return frame


def test_equals_conditional_logit_of_statsmodels(rng):
    frame = simulated(rng)
    ours = choice_model(frame)
    groups = frame["respondent"] * 100 + frame["task"]
    theirs = ConditionalLogit(frame["chosen"], frame[["price", "days"]], groups=groups).fit(
        disp=False
    )
    assert ours.values == pytest.approx(theirs.params.to_numpy(), abs=1e-4)
    assert theirs.llf <= ours.log_likelihood <= theirs.llf + 1e-5  # BFGS stops a little short
    assert ours.null == pytest.approx(-480 * np.log(3))
    # The model is true here, so the robust errors are those of theory, up to sampling error.
    assert ours.errors == pytest.approx(theirs.bse.to_numpy(), rel=0.25)


def test_two_alternatives_are_a_logit_of_differences_with_clustered_errors(rng):
    frame = simulated(rng, respondents=600, alternatives=2)
    ours = choice_model(frame)
    first, second = (frame[frame["alternative"] == each].reset_index() for each in (0, 1))
    away = first[["price", "days"]] - second[["price", "days"]]
    theirs = sm.Logit(first["chosen"], away).fit(
        disp=False,
        cov_type="cluster",
        cov_kwds={"groups": first["respondent"], "use_correction": False},
    )
    assert ours.values == pytest.approx(theirs.params.to_numpy(), abs=1e-6)
    # With many respondents, the jackknife is the sandwich.
    assert ours.covariance == pytest.approx(np.asarray(theirs.cov_params()), rel=0.02)


def test_covariance_is_the_jackknife_over_respondents(rng):
    frame = simulated(rng, respondents=15)
    model = choice_model(frame)
    names = range(15)
    without = [choice_model(frame[frame["respondent"] != n]).values - model.values for n in names]
    refitted = 14 / 15 * sum(np.outer(w, w) for w in without)
    # One step of Newton from the whole fit, not all of them.
    assert np.sqrt(np.diagonal(model.covariance)) == pytest.approx(
        np.sqrt(np.diagonal(refitted)), rel=0.1
    )


def test_draws_have_heavier_tails_with_few_respondents(rng):
    few = ChoiceModel(("price", "days"), np.zeros(2), np.eye(2), -1, -2, 90, 11)
    bound = np.quantile(few.draws(200_000, rng)[:, 0], 0.975)
    assert bound == pytest.approx(2.228, abs=0.04)  # t with 10 degrees of freedom


def test_order_scale_and_a_constant_added_change_nothing(rng):
    frame = simulated(rng)
    model = choice_model(frame)
    moved = frame.assign(price=100 * frame["price"] + 7 * frame["task"], days=frame["days"] + 3)
    again = choice_model(moved)
    assert again.values == pytest.approx(model.values / [100, 1])
    assert again.errors == pytest.approx(model.errors / [100, 1])
    turned = choice_model(frame.sort_values(["respondent", "task", "alternative"], ascending=False))
    assert turned.values == pytest.approx(model.values)


def test_choices_may_differ_in_size_and_be_shares(rng):
    frame = simulated(rng, alternatives=4)
    keep = (frame["alternative"] < 2) | (frame["task"] % 2 == 0) | (frame["chosen"] == 1)
    part = frame[keep]
    key = part["respondent"] * 100 + part["task"]
    ours = conditional_logit(part[["price", "days"]], part["chosen"], key)
    theirs = ConditionalLogit(part["chosen"], part[["price", "days"]], groups=key).fit(disp=False)
    assert ours.values == pytest.approx(theirs.params.to_numpy(), abs=1e-4)
    # Shares that the model itself gives lead back to the model.
    utility = frame[["price", "days"]].to_numpy() @ np.array([-0.3, -1.2])
    weight = np.exp(utility).reshape(-1, 4)
    shares = (weight / weight.sum(axis=1, keepdims=True)).ravel()
    key = frame["respondent"] * 100 + frame["task"]
    back = conditional_logit(frame[["price", "days"]], shares, key)
    assert back.values == pytest.approx([-0.3, -1.2], abs=1e-8)


def test_none_of_these_has_a_value_of_its_own():
    frame = pd.DataFrame({"price": [5.0, np.nan, 0.0], "days": [1.0, np.nan, np.nan]})
    assert attributes_of(frame)["none"].tolist() == [0, 1, 0]


def test_krinsky_robb_is_fieller_and_delta_where_price_is_sure(rng):
    frame = simulated(rng, respondents=400)
    model = choice_model(frame)
    worth = willingness_to_pay({"all": model}, rng, draws=100_000)
    low, high = (float(bound[0]) for bound in worth.interval())
    price, days = model.values
    slope = np.array([-days / price**2, 1 / price])
    delta = np.sqrt(slope @ model.covariance @ slope)
    assert worth.values[0] == pytest.approx(days / price)
    assert (high - low) / 2 == pytest.approx(1.96 * delta, rel=0.03)
    # Fieller's bounds are where (days − w·price)² = z² · its variance.
    for bound in (low, high):
        contrast = np.array([-bound, 1.0])
        z = abs(contrast @ model.values) / np.sqrt(contrast @ model.covariance @ contrast)
        assert z == pytest.approx(1.96, abs=0.04)


def test_segments_are_fitted_by_themselves(rng):
    frame = simulated(rng)
    models = by_segment(frame)
    assert list(models) == ["even", "odd"]
    alone = choice_model(frame[frame["segment"] == "odd"])
    assert models["odd"].values == pytest.approx(alone.values)
    one = frame[(frame["segment"] == "odd") | (frame["respondent"] == 0)]
    assert list(by_segment(one)) == ["odd"]  # a single respondent has no error


def test_no_more_respondents_than_attributes_are_refused(rng):
    """Their scores sum to 0, so that the sandwich of 2 respondents is flat."""
    frame = simulated(rng, respondents=9)
    few = frame[frame["respondent"] < 2]
    with pytest.raises(ValueError, match="more than 2 respondents who differ"):
        choice_model(few)
    assert by_segment(
        pd.concat([few.assign(segment="few"), frame.assign(segment="some")])
    ).keys() == {"some"}
    twins = pd.concat([few, few.assign(respondent=few["respondent"] + 2)])
    with pytest.raises(ValueError, match="who differ in their answers"):
        choice_model(twins)


MODEL = ChoiceModel(
    ("price", "days", "none"), np.array([-0.2, -1.0, -5.0]), 1e-8 * np.eye(3), -1.0, -2.0, 9, 9
)


def test_shares_sum_to_one_and_fall_with_price():
    offers = pd.DataFrame({"price": [10.0, 6.0], "days": [1.0, 3.0]})
    shares = delivery_shares(MODEL.values, MODEL.names, offers)
    assert shares.sum() == pytest.approx(1)
    utility = np.exp([-3.0, -4.2, -5.0])
    assert shares == pytest.approx(utility / utility.sum())


def test_price_curve_counts_what_the_standard_delivery_loses(rng):
    delivery = Delivery()
    curve = price_curve({"all": MODEL}, delivery, rng, prices=[8.0, 12.0, 30.0, 200.0])
    assert curve["share"].is_monotonic_decreasing
    offers = pd.DataFrame({"price": [12.0, 6.0], "days": [1.0, 3.0]})
    fast, standard, _ = delivery_shares(MODEL.values, MODEL.names, offers)
    assert curve["margin"][1] == pytest.approx(fast * (12 - 9) + standard * (6 - 5))
    alone = np.exp([-4.2, -5.0])
    assert curve["margin"][3] == pytest.approx(alone[0] / alone.sum(), abs=1e-6)
    assert (curve["share_low"] <= curve["share"]).all()


def test_one_price_of_two_segments_is_their_mixture(rng):
    other = ChoiceModel(MODEL.names, np.array([-0.4, -0.5, -5.0]), MODEL.covariance, -1, -2, 9, 9)
    each = [price_curve({"x": m}, Delivery(), rng, prices=[12.0])["share"][0]
            for m in (MODEL, other)]  # fmt: skip
    both = price_curve(
        {"a": MODEL, "b": other}, Delivery(), rng, prices=[12.0], weights={"a": 1, "b": 3}
    )
    assert both["share"][0] == pytest.approx(0.25 * each[0] + 0.75 * each[1])


ROWS = pd.DataFrame({"price": [1.0, 2, 1, 2], "days": [3.0, 1, 3, 1]})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((ROWS, [1, 0, 1, 1], [1, 1, 2, 2]), "choice 2 has 2 chosen"),
        ((ROWS, [1, 0, 1, 0], [1, 1, 2, 3]), "choice is"),
        ((ROWS, [1, 0, 1, 0], [1, 2, 1, 2]), "not next to one another"),
        ((ROWS.assign(days=1), [1, 0, 0, 1], [1, 1, 2, 2]), "'days' never differs"),
        ((ROWS, [1, 0, 0, 1], [1, 1, 2, 2]), "sum of others"),
        ((ROWS[["price"]], [1, 0, 1, 0], [1, 1, 2, 2]), "perfectly"),
        ((ROWS[["price"]], [1, 0, 0, 1], [1, 1, 2, 2], [1, 1, 1, 1]), "two respondents"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        conditional_logit(*arguments)
