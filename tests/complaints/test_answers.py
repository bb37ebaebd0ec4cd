import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cemlib.stats.response import FEATURES, OUTCOMES, Logit, Response
from cemlib.studies.complaints import bargain
from cemlib.studies.complaints.answers import Gains, Stakes, capped, menu, recommend

SLOPES = {
    "stayed": (0.5, 0.3, 0.4, 0.5, 0.9, -0.25),
    "spoke_well": (-1.0, 0.6, 0.6, 0.4, 1.2, -0.3),
    "regulator": (-3.0, -0.3, -0.4, -0.5, -0.8, 0.3),
}
WORTH = (0.12, 0.15, 0.25, 1.0, -0.06)


def respond(outcomes=OUTCOMES):
    names = ("intercept", *FEATURES)
    logits = {o: Logit(names, np.array(SLOPES[o]), np.array([SLOPES[o]])) for o in outcomes}
    return Response(logits, np.array(WORTH), np.array([WORTH]))


def cases(seed=1, n=30):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"loss": rng.lognormal(4.5, 1, n), "fee": rng.lognormal(4.5, 0.5, n)})


def test_menu_holds_every_answer_once():
    assert len(menu()) == 200
    assert not menu().duplicated().any()


def test_each_and_blocks_agree():
    gains, answers = Gains(respond(), Stakes(), cases()), menu()
    whole = next(gains.blocks(answers))
    blocks = list(gains.blocks(answers, rows=7))
    np.testing.assert_allclose(np.vstack([b.company for b in blocks]), whole.company)
    for place in (0, 57, 199):
        same = pd.concat([answers.iloc[[place]]] * 30, ignore_index=True)
        alone = gains.each(same)
        np.testing.assert_allclose(alone["customer"], whole.customer[:, place])
        np.testing.assert_allclose(alone["company"], whole.company[:, place], atol=1e-9)
        np.testing.assert_allclose(alone["compensation"], whole.compensation[:, place])


def test_authority_cuts_compensation_and_nothing_else():
    gains, answers = Gains(respond(), Stakes(), cases()), menu()
    table = next(gains.blocks(answers, 40.0))
    for place in (0, 120, 199):
        same = pd.concat([answers.iloc[[place]]] * 30, ignore_index=True)
        same["share"] = capped(same["share"], gains.loss, 40.0)
        alone = gains.each(same)
        np.testing.assert_allclose(table.company[:, place], alone["company"], atol=1e-9)
        np.testing.assert_allclose(table.customer[:, place], alone["customer"], atol=1e-9)
    assert table.compensation.max() <= 40 + 1e-9


def test_menus_in_any_order_give_the_same_gains(rng):
    gains, answers = Gains(respond(), Stakes(), cases()), menu()
    order = rng.permutation(200)
    shuffled = next(gains.blocks(answers.iloc[order].reset_index(drop=True)))
    np.testing.assert_allclose(shuffled.company, next(gains.blocks(answers)).company[:, order])


def test_company_gain_by_hand():
    case = pd.DataFrame({"loss": [100.0], "fee": [50.0]})
    stakes = Stakes(margin=0.5, multiple=10, new_customer=0, regulator=0, hurry=0)
    answer = pd.DataFrame([{**dict.fromkeys(FEATURES[:3], 0.0), "share": 0.5, "hours": 168.0}])
    gains = Gains(respond(["stayed"]), stakes, case).each(answer)
    waited = -0.25 * np.log(169)

    def stays(odds):
        return 1 / (1 + np.exp(-odds))

    lift = stays(0.5 + 0.45 + waited) - stays(0.5 + waited)
    assert gains["company"][0] == pytest.approx(250 * lift - 50)
    assert gains["customer"][0] == pytest.approx(50)


def test_without_word_of_mouth_it_is_worth_nothing():
    stakes = Stakes(new_customer=1e6)
    some = Gains(respond(["stayed", "regulator"]), stakes, cases())
    none = Gains(respond(["stayed", "regulator"]), Stakes(new_customer=0), cases())
    one = next(some.blocks(menu())).company
    np.testing.assert_allclose(one, next(none.blocks(menu())).company)


@given(st.integers(0, 2**32), st.floats(0, 300), st.floats(0.2, 0.8))
@settings(max_examples=30, deadline=None)
def test_recommendations_keep_to_authority_and_leave_nobody_worse_off(seed, authority, weight):
    complaints = cases(seed)
    gains, answers = Gains(respond(), Stakes(), complaints), menu()
    place = recommend(gains, answers, weight=weight, authority=authority)
    agreed = place >= 0
    chosen = answers.iloc[place[agreed]].reset_index(drop=True)
    kept = Gains(respond(), Stakes(), complaints[agreed].reset_index(drop=True))
    chosen["share"] = capped(chosen["share"], kept.loss, authority)
    each = kept.each(chosen)
    assert (each["compensation"] <= authority + 1e-9).all()
    assert (each["customer"] >= kept.outside - 1e-9).all()
    assert (each["company"] >= -1e-9).all()


def test_recommendation_is_the_bargain_of_each():
    gains, answers = Gains(respond(), Stakes(), cases()), menu()
    table = next(gains.blocks(answers))
    for rule in bargain.RULES:
        ours = recommend(gains, answers, rule)
        for row in range(30):
            alone = bargain.choose(
                table.customer[row], table.company[row], rule, disagreement=(gains.outside[row], 0)
            )
            assert ours[row] == alone


def test_patience_makes_waiting_cheaper():
    hasty = recommend(Gains(respond(), Stakes(patience=0.5), cases()), menu())
    calm = recommend(Gains(respond(), Stakes(patience=4.0), cases()), menu())
    hours = menu()["hours"].to_numpy()
    assert hours[hasty].mean() < hours[calm].mean()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Stakes(margin=-1), "margin is -1"),
        (lambda: Stakes(patience=0), "patience is 0"),
        (lambda: menu(shares=[]), "shares is"),
        (lambda: menu(hours=[-1.0]), "hours is -1.0"),
        (
            lambda: recommend(Gains(respond(), Stakes(), cases()), menu(), authority=-1),
            "authority is -1",
        ),
    ],
)
def test_what_cannot_be_answered_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
