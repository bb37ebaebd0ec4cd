import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import Estimates
from cemlib.studies.rights import drivers

RIGHTS = ("safety", "choice")
SHARES = Estimates(RIGHTS, np.array([0.1, 0.3]), np.array([[0.1, 0.3], [0.2, 0.2]]))


@pytest.mark.parametrize("cut", ["mean", "median", "scale"])
def test_quadrants_have_every_cut_and_their_stability_by_the_chosen_one(cut):
    shares = Estimates(RIGHTS, np.array([0.3, 0.1]), np.array([[0.3, 0.1], [0.1, 0.3]]))
    perception = Estimates(RIGHTS, np.array([40.0, 60.0]), np.array([[40.0, 60.0]] * 2))
    table = drivers.quadrants_by_cut(shares, perception, cut)
    assert table[cut].tolist() == ["concentrate here", "possible overkill"]
    assert table["stability"].tolist() == [0.5, 0.5]


def test_an_unknown_cut_is_refused():
    with pytest.raises(ValueError, match="did you mean 'median'"):
        drivers.quadrants_by_cut(SHARES, SHARES, "medain")


def test_all_rights_together_explain_the_sum_of_the_shares():
    total = drivers.explained_variance(SHARES)
    assert total["estimate"] == pytest.approx(0.4)
    assert total["low"] == total["high"] == pytest.approx(0.4)


def test_agreement_needs_stated_importance():
    assert drivers.rank_agreement(SHARES, drivers.stated_importance(None, [[1.0]])) is None
    answers = pd.DataFrame({"safety": [5.0, 6.0], "choice": [7.0, 6.0]})
    stated = drivers.stated_importance(answers, np.ones((1, 2)))
    assert drivers.rank_agreement(SHARES, stated) == pytest.approx(1.0)
