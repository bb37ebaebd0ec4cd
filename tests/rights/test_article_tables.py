"""The articles' tables as data."""

import pytest

from cemlib.catalogue import load
from cemlib.studies.rights.nine_rights import RIGHTS


def test_rights_are_nine_in_order():
    rights = load("rights")
    assert tuple(rights["right"]) == RIGHTS
    assert rights["number"].tolist() == list(range(1, 10))
    assert rights["law_article"].tolist() == list(range(7, 16))


def test_only_the_right_to_be_informed_is_unmarked():
    rights = load("rights").set_index("right")
    assert rights.index[~rights["call_centre"]].tolist() == ["information"]


def test_respect_has_no_right_of_consumers_international():
    rights = load("rights").set_index("right")["ci_right"]
    assert rights.index[rights.isna()].tolist() == ["respect"]
    assert rights["compensation"] == "redress"


def test_chinese_names():
    names = load("rights").set_index("right")["name_zh"]
    assert names["information"] == "知悉真情权"
    assert names["supervision"] == "监督批评权"


def test_need_levels_of_a_right_sum_to_one():
    weights = load("need-levels").groupby("right")["weight"].sum()
    assert len(weights) == 9
    assert weights.to_numpy() == pytest.approx(1)


def test_published_tables_have_their_printed_totals():
    ipa = load("ipa-martilla-james-1977")
    assert ipa["importance"].mean() == pytest.approx(3.151, abs=5e-4)
    assert ipa["performance"].mean() == pytest.approx(2.816, abs=5e-4)
    assert ipa["importance"].median() == pytest.approx(3.375)
    incidents = load("incidents-bitner-1990")
    assert incidents[["satisfactory", "dissatisfactory"]].sum().tolist() == [347, 352]


def test_ecsi_correlations_are_a_correlation_matrix():
    moments = load("ecsi-mobile-moments").set_index("item")
    matrix = moments[list(moments.index)].to_numpy()
    assert (matrix == matrix.T).all()
    assert (matrix.diagonal() == 1).all()
