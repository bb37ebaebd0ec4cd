from __future__ import annotations

import itertools

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as some

from cemlib.teach.comparison import WrongKindError, same
from cemlib.teach.exercises import check
from cemlib.teach.markdown import markdown

names = (f"exercise {count}" for count in itertools.count())


@pytest.fixture
def shown_text(outputs_of):
    """Check an answer in a notebook, and return the text shown."""

    def check_answer(answer, expected, label=None, **more):
        [output] = outputs_of(
            "check(label, answer, expected, **more)",
            check=check,
            label=label or next(names),
            answer=answer,
            expected=expected,
            more=more,
        )
        assert set(output.data) == {"text/html", "text/plain"}
        return output.data["text/plain"].partition(": ")[2]

    return check_answer


@pytest.mark.parametrize("answer", [..., None, [..., 3]])
def test_no_answer_is_no_failure(shown_text, answer):
    assert shown_text(answer, 3).startswith("not answered yet.")


@given(some.floats(-1e6, 1e6), some.floats(0, 10), some.floats(-1, 1))
def test_numbers_agree_within_the_tolerance(expected, tolerance, part):
    assert same(expected + part * tolerance * 0.999, expected, tolerance + 1e-9)
    assert not same(expected + tolerance * 1.01 + 1e-6, expected, tolerance)


@given(some.lists(some.integers(0, 5)), some.randoms())
def test_sets_may_come_in_any_order(items, order):
    shuffled = list(items)
    order.shuffle(shuffled)
    assert same(shuffled, set(items))
    assert not same([*shuffled, 6], set(items))
    assert same(shuffled, items) == (shuffled == items)


FRAME = pandas.DataFrame({"right": ["choice", "respect"], "index": [61.2, 54.3]})


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (3, 3.0),
        (numpy.float64(0.1) + 0.2, 0.3),
        (float("nan"), numpy.nan),
        (" RESPECT ", "respect"),
        ("fair_dealing", "Fair dealing"),
        (numpy.bool_(True), True),
        (["Choice", "respect"], ("choice", "respect")),
        (FRAME["right"], {"respect", "choice"}),
        (numpy.array([1.0, 2.0]), [1, 2]),
        ({"a": 1.0000000001}, {"a": 1}),
        (FRAME[["index", "right"]], FRAME),
        (pandas.Series({"b": 2, "a": 1}), pandas.Series({"a": 1, "b": 2})),
        (pandas.Timestamp("2026-03-01"), pandas.Timestamp("2026-03-01")),
    ],
)
def test_right_answers(answer, expected):
    assert same(answer, expected)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (3.1, 3),
        (numpy.nan, 3),
        ("choice", "respect"),
        (False, True),
        (["respect", "choice"], ["choice", "respect"]),
        (["choice"], ["choice", "respect"]),
        (["choice", 3], ["choice", "respect"]),
        (["choice"], {"choice", "respect"}),
        ({"a": 1}, {"b": 1}),
        (FRAME.head(1), FRAME),
        (FRAME.rename(columns={"index": "x"}), FRAME),
        (FRAME[["right"]], FRAME),
        (pandas.Series({"b": 1, "a": 2}), pandas.Series({"a": 1, "b": 2})),
        (pandas.Series({"b": 1}), pandas.Series({"a": 1})),
        (object(), object()),
        (pandas.Timestamp("2026-03-01"), pandas.Timestamp("2026-03-02")),
    ],
)
def test_wrong_answers(answer, expected):
    assert same(answer, expected) is False


@pytest.mark.parametrize(
    ("answer", "expected", "sentence"),
    [
        ("63.2", 63.2, "A number is expected, but this is a text: remove the quotation marks."),
        (
            "50%",
            0.5,
            r"A number is expected, but this is a text: write 50 \(per cent\) or 0.5 \(a share\), "
            "as the question asks.",
        ),
        ("1,200", 1200, "A number is expected, but this is a text: write 1200."),
        ("half", 0.5, "A number is expected, but this is a text."),
        (True, 1, "A number is expected, but this is a truth value."),
        ([1], 1, "A number is expected, but this is a list."),
        (len, 1, "A number is expected, but this is a builtin_function_or_method."),
        (1, True, "True or False is expected, but this is a number."),
        (7, "respect", "A text in quotation marks is expected, but this is a number."),
        ("respect", {"respect"}, "A list or a set is expected, but this is a text."),
        (FRAME["index"], FRAME, r"A table \(pandas DataFrame\) is expected, but this is a series."),
    ],
)
def test_an_answer_of_another_kind_names_the_kind_expected(shown_text, answer, expected, sentence):
    with pytest.raises(WrongKindError, match=sentence):
        same(answer, expected)
    assert shown_text(answer, expected) == "not yet. " + sentence.replace("\\", "")


@pytest.mark.parametrize(("answer", "expected"), [(75, 0.75), (0.4, 40), (60.1, 0.6)])
def test_a_share_and_per_cent_are_told_apart(shown_text, answer, expected):
    assert "per cent" in shown_text(answer, expected, tolerance=0.02)


def test_a_number_that_is_no_hundredfold_gets_its_hint(shown_text):
    assert "per cent" not in shown_text(74, 0.75, tolerance=0.005, hints="Look at the formula.")
    assert "per cent" not in shown_text(5, 0, hints="Look at the formula.")


def test_the_words_of_a_figure_are_right_too(shown_text):
    other = {"equal gains": "egalitarian"}
    assert shown_text("Equal gains", "egalitarian", synonyms=other) == "right. (egalitarian)"
    assert shown_text(["equal gains"], {"egalitarian"}, synonyms=other) == "right. (egalitarian)"
    assert "not yet." in shown_text("equal", "egalitarian", synonyms=other)


def test_hints_come_one_after_another_and_begin_again_after_the_right_answer(shown_text):
    name = next(names)
    hints = ["Sort first.", "By the gap."]
    ask = " To see the answer, add `reveal=True` to `check(…)`."
    texts = [shown_text(wrong, 3, name, hints=hints) for wrong in (1, 1, 2, 2)]
    assert texts == [
        "not yet. Sort first.",
        "not yet. By the gap.",
        "not yet. By the gap." + ask,
        "not yet. By the gap." + ask,
    ]
    assert shown_text(3, 3, name, hints=hints, because="It is three.") == "right. (3) It is three."
    assert shown_text(1, 3, name, hints=hints) == "not yet. Sort first."


def test_without_hints_the_first_attempt_does_not_show_the_answer(shown_text):
    assert shown_text(17, 4242, hints="Think.") == "not yet. Think."
    assert "4242" not in shown_text(17, 4242)


def test_the_answer_is_shown_on_request(shown_text):
    assert shown_text(..., 4242, reveal=True) == "the answer is 4242."


def test_a_listed_mistake_gets_its_own_reply(shown_text):
    name = next(names)
    mistakes = {0.34: "That is the share; its *percentage* is asked."}
    for _ in range(2):
        assert shown_text(0.341, 34, name, tolerance=0.01, mistakes=mistakes) == (
            "not yet. That is the share; its *percentage* is asked."
        )
    assert shown_text(12, 34, name, hints=["First."], mistakes=mistakes) == "not yet. First."


def test_the_page_says_the_state_in_words_and_escapes_them(outputs_of):
    [output] = outputs_of('check("<Gap> & more", 1, 2, hints="**Try** <again>.")', check=check)
    assert output.data["text/html"] == (
        '<div class="cem-exercise mathjax_ignore" data-state="wrong" '
        'style="border-left: 4px solid #D55E00; padding: 0.2em 0 0.2em 0.9em">\n'
        "<p><strong>✗ &lt;Gap&gt; &amp; more</strong>: not yet.</p>\n"
        "<p><strong>Try</strong> &lt;again&gt;.</p>\n</div>"
    )


def test_texts_are_templates_without_values(shown_text):
    name = next(names)
    assert shown_text(1, 2, name, hints=markdown("Not {a}.", a="*1*")) == "not yet. Not *1*."
    with pytest.raises(ValueError, match=r"given a value for \{a\}"):
        check(name, 1, 2, hints="Not {a}.")


@pytest.mark.parametrize(
    ("label", "more", "message"),
    [
        (" ", {}, "label is"),
        ("x", {"tolerance": -1}, "tolerance is -1"),
        ("x", {"mistakes": {3.0: "No."}}, "this one is right"),
    ],
)
def test_an_exercise_that_cannot_work_is_refused(label, more, message):
    with pytest.raises(ValueError, match=message):
        check(label, ..., 3, **more)
