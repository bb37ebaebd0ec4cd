"""What workbook 01 says follows the results, also where there are few."""

import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import Estimates
from cemlib.studies.rights.planning import Plan
from cemlib.studies.rights.words import Assessment

WORDS = Assessment({"safety": "Safety", "choice": "Choice"})
RIGHTS = ("safety", "choice")


def sure(*values):
    middle = np.array(values, dtype=float)
    return Estimates(RIGHTS, middle, np.stack([middle - 1, middle + 1, middle]))


def contrast(*kinds):
    return pd.DataFrame({"driver": RIGHTS[: len(kinds)], "kind": kinds})


def levels(weakest):
    return pd.DataFrame({"level": ["safety", "esteem"], "weakest": [weakest, 1 - weakest]})


def plan(gain, days=20.0):
    return Plan(pd.DataFrame(), days, pd.Series([gain * 10, 0.0], RIGHTS), gain)


def test_the_lowest_right_is_named_with_its_interval():
    said = WORDS.perception(sure(60, 40))
    assert said.startswith("**Choice** is felt least: 40.0 of 100 points (39.0 to 41.0)")
    assert "100% of the resamples" in said


def test_scales_are_called_weak_or_too_short():
    quality = pd.DataFrame({"scale": RIGHTS, "items": [3, 1], "alpha": [0.6, np.nan]})
    said = WORDS.quality(quality)
    assert "**Safety**" in said
    assert said.endswith("One question cannot tell how well it measures: Choice.")
    assert WORDS.quality(quality.assign(alpha=0.9, items=3)) == "No scale is weak."


def test_stated_importance_is_compared_only_where_it_was_asked():
    shares = Estimates(RIGHTS, np.array([0.1, 0.3]), np.array([[0.1, 0.3], [0.2, 0.2]]))
    assert "Nobody was asked" in WORDS.importance(shares, None)
    stated = pd.DataFrame({"name": RIGHTS, "estimate": [6.0, 5.0]})
    said = WORDS.importance(shares, stated)
    assert "40% of the variance" in said
    assert "**Choice**: 30.0 %" in said
    assert "agree by −1.00" in said


@pytest.mark.parametrize("cut", ["mean", "median", "scale"])
def test_quadrants_are_told_under_all_cuts_and_how_often_they_are_kept(cut):
    shares = Estimates(RIGHTS, np.array([0.3, 0.1]), np.array([[0.3, 0.1], [0.1, 0.3]]))
    felt = Estimates(RIGHTS, np.array([40.0, 60.0]), np.array([[40.0, 60.0], [40.0, 60.0]]))
    table = WORDS.quadrants(shares, felt, cut)
    assert table[f"by {cut}"].tolist() == ["concentrate here", "possible overkill"]
    assert table[f"kept, by {cut}"].tolist() == [0.5, 0.5]


def test_what_hurts_and_what_delights_is_listed_or_said_to_be_none():
    said = WORDS.asymmetry(contrast("basic", "performance"))
    assert "when missing: **Safety**" in said
    assert "Delights: **none**" in said
    assert "Choice" in said


@pytest.mark.parametrize(("weakest", "verdict"), [(0.95, "stands"), (0.6, "too few")])
def test_the_level_is_trusted_only_if_the_mapping_does_not_decide(weakest, verdict):
    assert verdict in WORDS.levels(levels(weakest))


def test_plan_and_findings_say_the_same():
    slopes = Estimates(RIGHTS, np.array([0.1, 0.0]), np.array([[0.05, 0.0], [0.15, 0.0]]))
    said = WORDS.plan(plan(0.5), plan(0.2), 0.03, slopes)
    assert "20.0 person-days" in said
    assert "**0.50 points**" in said
    assert "regret of 0.30 points" in said
    found = {f.name: f for f in WORDS.plan_findings(plan(0.5), plan(0.2), 0.03, slopes)}
    assert found["plan_gain"].value == 0.5
    assert found["plan_gain"].low < 0.5 < found["plan_gain"].high
    assert found["regret_of_largest_gap"].value == pytest.approx(0.3)


def test_changes_are_claimed_only_when_sure():
    changes = pd.DataFrame({"right": RIGHTS, "change": [6.0, 1.0], "p_holm": [0.001, 1.0]})
    changes = changes.assign(low=[4.0, -1.0], high=[8.0, 3.0], detectable=[3.0, 3.4])
    said = WORDS.changes(changes)
    assert "Safety by +6.0 points" in said
    assert "Choice" not in said
    assert "about 3.2 points" in said
    assert "for sure: none" in WORDS.changes(changes.assign(p_holm=1.0))
    assert [finding.value for finding in WORDS.change_findings(changes)] == [6.0]
    assert not list(WORDS.change_findings(None))


def test_findings_are_complete_without_any_multi_item_scale():
    single = pd.DataFrame({"scale": RIGHTS, "items": 1, "alpha": np.nan})
    assert not list(WORDS.quality_findings(single))
    shares = Estimates(RIGHTS, np.array([0.3, 0.1]), np.array([[0.3, 0.1], [0.2, 0.2]]))
    felt = Estimates(RIGHTS, np.array([60.0, 40.0]), np.array([[60.0, 40.0], [59.0, 41.0]]))
    found = WORDS.findings(
        felt, shares, WORDS.quadrants(shares, felt, "mean"),
        contrast("basic", "unclear"), levels(0.7), cut="mean",
    )  # fmt: skip
    values = {finding.name: finding.value for finding in found}
    assert values["lowest_right"] == "Choice"
    assert values["top_driver"] == "Safety"
    assert values["basic_rights"] == "Safety"
    assert values["excitement_rights"] == "none"
    assert values["weakest_level"] == "safety"
