"""Labels of answers are put into order, or not proposed at all."""

import pytest

from cemlib.data.labels import label_order

SATISFACTION = [
    "Very dissatisfied",
    "Dissatisfied",
    "Neither satisfied nor dissatisfied",
    "Satisfied",
    "Very satisfied",
]
AGREEMENT = [
    "Strongly disagree",
    "Disagree",
    "Somewhat disagree",
    "Neither agree nor disagree",
    "Somewhat agree",
    "Agree",
    "Strongly agree",
]


@pytest.mark.parametrize(
    "labels",
    [
        SATISFACTION,
        AGREEMENT,
        ["Extremely dissatisfied", "Somewhat dissatisfied", SATISFACTION[2], "Somewhat satisfied",
         "Extremely satisfied"],
        ["Extremely dissatisfied", "Moderately dissatisfied", "Slightly dissatisfied", "Neutral",
         "Slightly satisfied", "Moderately satisfied", "Extremely satisfied"],
        ["Never", "Rarely", "Sometimes", "Often", "Always"],
        ["Poor", "Fair", "Good", "Very good", "Excellent"],
        ["Very poor", "Poor", "Average", "Good", "Excellent"],
        ["Not at all important", "Slightly important", "Moderately important", "Very important",
         "Extremely important"],
        ["Much worse than expected", "Worse than expected", "As expected", "Better than expected",
         "Much better than expected"],
        ["非常不满意", "不满意", "一般", "满意", "非常满意"],
        ["很不满意", "比较不满意", "一般", "比较满意", "很满意"],
        ["非常不同意", "不同意", "比较不同意", "中立", "比较同意", "同意", "非常同意"],
        ["从不", "很少", "有时", "经常", "总是"],
        ["非常不重要", "不重要", "一般", "重要", "非常重要"],
        ["A1", "A2", "A3", "A4", "A5"],
        ["AO01", "AO02", "AO03", "AO04", "AO05"],
        ["1分", "2分", "3分", "4分", "５分"],
        ["1 star", "2 stars", "3 stars"],
        ["1 - bad", "2", "3 – so so", "4", "5 (very good)"],
        ["很差(1分)", "差(2分)", "一般(3分)"],
    ],
)  # fmt: skip
def test_labels_get_their_places_in_any_order_and_spelling(labels):
    expected = {text: float(place) for place, text in enumerate(labels, 1) if not text.isdecimal()}
    assert label_order(labels) == expected
    assert label_order(reversed([*labels, "", "  "])) == expected
    assert label_order([label.upper() for label in labels]) is not None


def test_the_ends_of_a_scale_from_0_to_10_have_their_numbers():
    labels = ["10 - Extremely likely", "7", "0 - Not at all likely"]
    assert label_order(labels) == {"0 - Not at all likely": 0, "10 - Extremely likely": 10}


def test_words_for_no_answer_have_no_value():
    assert label_order([*SATISFACTION, "Don’t know", "N/A", "(跳过)"]) == label_order(SATISFACTION)


@pytest.mark.parametrize(
    "labels",
    [
        [],
        ["5", "4"],
        ["Agree"],
        ["Agree", "agree so much"],
        ["Agree", "Somewhat satisfied"],
        ["Satisfied", "满意"],
        ["Poor", "Good"],  # on one scale 2 and 4, on another 1 and 3
        ["3 times", "5 times"],
        ["1 - 2 times", "5 times or more"],
        ["1 week", "2 weeks"],
        ["1 - good", "1 - bad"],
        ["2026", "12 months"],
        ["A1", "B2"],
        ["A1", "A99"],
        ["North", "South"],
    ],
)
def test_what_is_not_surely_a_scale_is_not_proposed(labels):
    assert label_order(labels) is None


def test_two_words_for_one_place_are_two_places():
    seven = ["不满意", "比较不满意", "一般", "比较满意", "满意"]
    assert label_order(seven) == {text: place for place, text in enumerate(seven, 2)}
