"""The sentences of workbook 01 follow the results, also for small surveys."""

import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import Estimates
from cemlib.studies.rights import drivers, perception
from cemlib.studies.rights.planning import Plan
from cemlib.studies.rights.words import Assessment
from cemlib.teach.markdown import Markdown

WORDS = Assessment({"safety": "Safety", "choice": "Choice"})
RIGHTS = ("safety", "choice")
SHARES = Estimates(RIGHTS, np.array([0.1, 0.3]), np.array([[0.1, 0.3], [0.2, 0.2]]))


def estimates(*values):
    middle = np.array(values, dtype=float)
    return Estimates(RIGHTS, middle, np.stack([middle - 1, middle + 1, middle]))


def contrast(*kinds):
    return pd.DataFrame({"driver": RIGHTS[: len(kinds)], "kind": kinds, "tested": True})


def plan(gain, days=20.0):
    return Plan(pd.DataFrame(), days, pd.Series([gain * 10, 0.0], RIGHTS), gain)


def test_the_lowest_right_is_named_with_its_interval():
    sentence = WORDS.lowest(perception.lowest_right(estimates(60, 40)))
    assert isinstance(sentence, Markdown)
    assert sentence.startswith("**Choice** has the lowest perception index: 40.0 of 100 points")
    assert "(95% interval 39.0 to 41.0)" in sentence
    assert "100% of the resamples" in sentence


def test_scales_of_low_and_of_unknown_reliability_are_named():
    quality = pd.DataFrame({"scale": RIGHTS, "items": [3, 1], "alpha": [0.6, np.nan]})
    sentence = WORDS.quality(quality)
    assert "below 0.7 for **Safety**: interpret its results" in sentence
    assert sentence.endswith("Reliability cannot be estimated from a single question: Choice.")
    both = WORDS.quality(quality.assign(items=3, alpha=0.6))
    assert "**Safety and Choice**: interpret their results" in both
    assert WORDS.quality(quality.assign(alpha=0.9, items=3)) == "No scale has an α below 0.7."


def test_stated_importance_is_compared_only_where_it_was_asked():
    explained, top = drivers.explained_variance(SHARES), drivers.top_driver(SHARES)
    assert "Stated importance was not asked" in WORDS.importance(explained, top, None)
    sentence = WORDS.importance(explained, top, -1.0)
    assert "40% of the variance" in sentence
    assert "(adjusted R²; 95% interval 40 to 40%)" in sentence
    assert "**Choice** explains most: 30.0%" in sentence
    assert "importance is −1.00" in sentence


def test_basic_and_excitement_rights_are_listed_or_none():
    sentence = WORDS.asymmetry(contrast("basic", "performance"))
    assert "penalty than reward: **Safety**" in sentence
    assert "reward than penalty: **none**" in sentence
    assert "between the two: Choice." in sentence
    assert "Not tested" not in sentence


def test_rights_that_were_not_tested_are_named():
    untested = contrast("basic", "unclear").assign(tested=[True, False])
    assert WORDS.asymmetry(untested).endswith("an end of the scale: Choice.")


@pytest.mark.parametrize(
    ("share", "verdict"), [(0.95, "does not depend on"), (0.6, "This depends on")]
)
def test_the_weakest_level_is_trusted_only_if_the_mapping_does_not_decide(share, verdict):
    sentence = WORDS.levels(pd.Series({"level": "safety", "weakest": share}))
    assert sentence.startswith("**Safety** is the level")
    assert verdict in sentence


def test_plan_and_findings_agree():
    sentence = WORDS.plan(plan(0.5), (0.3, 0.7), 0.03, plan(0.2))
    assert "20.0 person-days" in sentence
    assert "**0.50 points** of overall satisfaction (95% interval 0.30 to 0.70," in sentence
    assert "would gain 0.20 points, 0.30 fewer than the best plan." in sentence
    assert "slopes as causal" in sentence
    assert "uplifts taken as exact" in sentence
    assert "uplifts that differ by up to 50%" in WORDS.plan(
        plan(0.5), (0.3, 0.7), 0.03, plan(0.2), uplift_doubt=0.5
    )
    findings = {f.name: f for f in WORDS.plan_findings(plan(0.5), (0.3, 0.7), 0.03, plan(0.2))}
    gain = findings["plan_gain"]
    assert (gain.low, gain.value, gain.high) == (0.3, 0.5, 0.7)
    assert findings["gain_of_ten_more_days"].value == 0.03
    assert findings["gain_forgone_by_largest_gap_rule"].value == pytest.approx(0.3)


def test_only_significant_changes_are_listed():
    changes = pd.DataFrame({"right": RIGHTS, "change": [6.0, 1.0], "p_holm": [0.001, 1.0]})
    changes = changes.assign(low=[4.0, -1.0], high=[8.0, 3.0])
    sentence = WORDS.changes(changes, 3.2)
    assert "Safety +6.0 points" in sentence
    assert "Choice" not in sentence
    assert "about 3.2 points" in sentence
    assert "changes: none." in WORDS.changes(changes.assign(p_holm=1.0), 3.2)
    largest = perception.largest_change(changes)
    assert [finding.value for finding in WORDS.change_findings(largest)] == [6.0]
    assert not list(WORDS.change_findings(None))


def test_findings_are_complete_without_any_scale_of_several_items():
    assert not list(WORDS.quality_findings(None))
    shares = Estimates(RIGHTS, np.array([0.3, 0.1]), np.array([[0.3, 0.1], [0.2, 0.2]]))
    index = Estimates(RIGHTS, np.array([60.0, 40.0]), np.array([[60.0, 40.0], [59.0, 41.0]]))
    quadrants = drivers.quadrants_by_cut(shares, index, "mean").replace({"right": WORDS.names})
    findings = [
        *WORDS.lowest_findings(perception.lowest_right(index)),
        *WORDS.driver_findings(drivers.explained_variance(shares), drivers.top_driver(shares)),
        *WORDS.quadrant_findings(quadrants, "mean"),
        *WORDS.contrast_findings(contrast("basic", "unclear")),
    ]
    assert not list(WORDS.contrast_findings(None))
    level = WORDS.level_findings(pd.Series({"level": "safety", "weakest": 0.7}))
    values = {finding.name: finding.value for finding in [*findings, *level]}
    assert values["lowest_right"] == "Choice"
    assert values["top_driver"] == "Safety"
    assert values["basic_rights"] == "Safety"
    assert values["excitement_rights"] == "none"
    assert values["rights_to_concentrate_on"] == "none"
    assert values["weakest_need_level"] == "safety"


def test_texts_from_a_survey_are_escaped():
    survey_names = Assessment({"safety": "*Safety*"})
    assert "\\*Safety\\*" in survey_names.asymmetry(contrast("basic"))
