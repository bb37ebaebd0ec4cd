import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cemlib.stats.response import Logit
from cemlib.studies.complaints import bargain
from cemlib.studies.complaints.answers import extreme_answers, menu
from cemlib.studies.complaints.gains import Gains, Stakes, capped_share, recommend
from cemlib.studies.complaints.response import FEATURES, OUTCOMES, Response

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


def test_single_answers_and_blocks_agree():
    gains, answers = Gains(respond(), Stakes(), cases()), menu()
    whole = next(gains.blocks(answers))
    blocks = list(gains.blocks(answers, rows=7))
    np.testing.assert_allclose(np.vstack([b.company for b in blocks]), whole.company)
    for index in (0, 57, 199):
        same = pd.concat([answers.iloc[[index]]] * 30, ignore_index=True)
        alone = gains.evaluate(same)
        np.testing.assert_allclose(alone["customer"], whole.customer[:, index])
        np.testing.assert_allclose(alone["company"], whole.company[:, index], atol=1e-9)
        np.testing.assert_allclose(alone["compensation"], whole.compensation[:, index])


def test_authority_cuts_compensation_and_nothing_else():
    gains, answers = Gains(respond(), Stakes(), cases()), menu()
    block = next(gains.blocks(answers, 40.0))
    for index in (0, 120, 199):
        same = pd.concat([answers.iloc[[index]]] * 30, ignore_index=True)
        same["share"] = capped_share(same["share"], gains.loss, 40.0)
        alone = gains.evaluate(same)
        np.testing.assert_allclose(block.company[:, index], alone["company"], atol=1e-9)
        np.testing.assert_allclose(block.customer[:, index], alone["customer"], atol=1e-9)
    assert block.compensation.max() <= 40 + 1e-9


def test_gains_of_the_first_complaint():
    gains, answers = Gains(respond(), Stakes(), cases()), menu()
    whole = next(gains.blocks(answers))
    customer, company = gains.single(answers)
    np.testing.assert_allclose(customer, whole.customer[0])
    np.testing.assert_allclose(company, whole.company[0])


def test_menus_in_any_order_give_the_same_gains(rng):
    gains, answers = Gains(respond(), Stakes(), cases()), menu()
    order = rng.permutation(200)
    shuffled = next(gains.blocks(answers.iloc[order].reset_index(drop=True)))
    np.testing.assert_allclose(shuffled.company, next(gains.blocks(answers)).company[:, order])


def test_company_gain_by_hand():
    case = pd.DataFrame({"loss": [100.0], "fee": [50.0]})
    stakes = Stakes(margin=0.5, multiple=10, new_customer=0, regulator=0, hurry=0)
    answer = pd.DataFrame([{**dict.fromkeys(FEATURES[:3], 0.0), "share": 0.5, "hours": 168.0}])
    gains = Gains(respond(["stayed"]), stakes, case).evaluate(answer)
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
    index = recommend(gains, answers, weight=weight, authority=authority)
    agreed = index >= 0
    chosen = answers.iloc[index[agreed]].reset_index(drop=True)
    agreed_gains = Gains(respond(), Stakes(), complaints[agreed].reset_index(drop=True))
    chosen["share"] = capped_share(chosen["share"], agreed_gains.loss, authority)
    outcome = agreed_gains.evaluate(chosen)
    assert (outcome["compensation"] <= authority + 1e-9).all()
    assert (outcome["customer"] >= agreed_gains.outside - 1e-9).all()
    assert (outcome["company"] >= -1e-9).all()


def test_recommendation_is_the_bargain_of_each():
    gains, answers = Gains(respond(), Stakes(), cases()), menu()
    block = next(gains.blocks(answers))
    for rule in bargain.RULES:
        ours = recommend(gains, answers, rule)
        for row in range(30):
            alone = bargain.choose(
                block.customer[row], block.company[row], rule, disagreement=(gains.outside[row], 0)
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
        (lambda: extreme_answers(menu([0.5])), "a menu that holds"),
        (
            lambda: recommend(Gains(respond(), Stakes(), cases()), menu(), authority=-1),
            "authority is -1",
        ),
    ],
)
def test_what_cannot_be_answered_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
